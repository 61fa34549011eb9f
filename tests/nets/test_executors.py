"""The fast stack computes what the engine computes, for every loss and activation that it takes."""

import numpy as np
import pytest

from app.engine.budget import Budget
from app.nets.activations import ACTIVATIONS
from app.nets.compile import compile_net
from app.nets.configuration import read_configuration
from app.nets.executors import DenseExecutor, EngineExecutor, choose
from app.nets.executors.heads import HEADS

ELEMENTWISE = [name for name, op in ACTIVATIONS.items() if op is None or op.partials]
LAST = {"bce": "sigmoid", "cross_entropy": "softmax"}


def net(loss="mse", activation="tanh", *, outputs=1, bias=True, last=None, **more):
    layers = [
        {"type": "dense", "units": 5, "activation": activation, "bias": bias},
        {"type": "dense", "units": 4, "activation": activation},
        {"type": "dense", "units": outputs, "activation": last or LAST.get(loss, "linear"), "bias": bias},
    ]
    data = {"dataset": "circle", "samples": 24, "standardize": True}
    return compile_net(read_configuration({"input": 2, "layers": layers, "data": data, "loss": loss, "seed": 3} | more))


def by_layout(executor, kept):
    flat = np.empty_like(kept)
    flat[executor.order] = kept
    return flat


def agree(made):
    fast, slow = DenseExecutor(made), EngineExecutor(made, Budget)
    for rows in (None, np.array([3, 5, 1])):
        for each in (fast, slow):
            each.backward(each.batch(rows), 0)
        np.testing.assert_allclose(by_layout(fast, fast.gradient), slow.gradient, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(fast.loss(), slow.loss(), rtol=1e-12)
    data = made.data
    np.testing.assert_allclose(fast.outputs(data.test_x), slow.outputs(data.test_x), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(
        fast.loss_of(data.test_x, data.test_y), slow.loss_of(data.test_x, data.test_y), rtol=1e-12
    )


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_every_elementwise_activation_is_the_engines(activation):
    agree(net(activation=activation))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", HEADS)
def test_every_loss_is_the_engines(loss, reduction):
    agree(net(loss, outputs=3 if loss == "cross_entropy" else 1, reduction=reduction, l1=0.01, l2=0.02))


def test_cross_entropy_of_logits_and_layers_without_bias_are_the_engines():
    agree(net("cross_entropy", outputs=3, last="linear", bias=False))
    agree(net("mse", bias=False))


@pytest.mark.parametrize("other", [{"loss": "nll", "last": "log_softmax"}, {"loss": "cross_entropy", "fused": False}])
def test_what_the_stack_does_not_know_goes_through_the_engine(other):
    assert isinstance(choose(net(outputs=3, **other), Budget), EngineExecutor)
    assert isinstance(choose(net(), Budget), DenseExecutor)


def test_evaluating_other_examples_leaves_what_was_computed_for_training():
    made = net()
    fast = DenseExecutor(made)
    fast.backward(fast.batch(None), 0)
    before = fast.loss()
    fast.outputs(made.data.x + 1.0)
    fast.loss_of(made.data.x + 1.0, made.data.y)
    assert fast.loss() == before
