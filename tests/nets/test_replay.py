"""A net whose program is traced once computes what the program traced anew computes, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.errors import DeadlineExceeded
from app.engine.passes import reverse
from app.lang import trace
from app.nets.compile import EXAMPLE_LOSSES, written
from app.nets.evaluate import evaluate, statistics
from app.nets.executors.engine import EngineExecutor, judged
from app.nets.losses import LOSSES
from tests.nets import test_layers
from tests.nets.nets import compiled, dense

LAST = {"nll": "log_softmax", "bce": "sigmoid", "cross_entropy": "softmax"}
RNG = np.random.default_rng(4)
TOKENS, CLASSES = RNG.integers(0, 4, (5, 3)), RNG.integers(0, 2, 5)


def of_loss(name, **more):
    last = LAST.get(name, "linear")
    classes = name in ("nll", "cross_entropy")
    y = CLASSES if classes else CLASSES * (2 if name == "hinge" else 1) - (name == "hinge")
    x = np.random.default_rng(5).standard_normal((5, 3))
    return compiled(3, [dense(3, "gelu"), dense(2 if classes else 1, last)], x, y, loss=name, l1=0.1, l2=0.2, **more)


MADE = {
    **{case: lambda case=case: test_layers.net_of(case) for case in test_layers.CASES},
    **{f"loss {name}": lambda name=name: of_loss(name) for name in LOSSES},
    "unfused cross-entropy of classes": lambda: of_loss("cross_entropy", fused=False, reduction="sum"),
    "embedding of tokens": lambda: compiled(
        3, [{"type": "embedding", "tokens": 4, "features": 2}, {"type": "lstm", "units": 2}, dense(2)], TOKENS, CLASSES,
        loss="cross_entropy",
    ),
    "embedding of what a layer gives": lambda: compiled(
        3, [dense(3, "relu"), {"type": "embedding", "tokens": 4, "features": 2}, {"type": "flatten"}, dense(1)],
        TOKENS, CLASSES, parameters={"W1": np.eye(3).tolist()},
    ),
    "dropout, in a residual too": lambda: compiled(
        3, [{"type": "dropout"}, {"type": "residual", "layers": [dense(3, "tanh"), {"type": "dropout", "p": 0.3}]},
            {"type": "batch_norm"}, dense(1)],
        RNG.standard_normal((5, 3)), CLASSES, seed=7,
    ),
    "standardized data": lambda: compiled(2, [{"type": "layer_norm"}, dense(1)],
                                          data={"dataset": "xor", "samples": 12, "standardize": True}),
}  # fmt: skip
BATCHES = (None, np.array([3, 0]), np.array([4, 1]), np.array([2]), None)


def anew(net, parameters, batch, step):
    """Loss and gradients of a step by a program that is written and traced for it alone."""
    own = net.configuration
    seed = int(np.random.SeedSequence([own.seed, step]).generate_state(1)[0]) if step else own.seed
    text = "\n".join(written(replace(own, seed=seed), net.data, evaluating=False).lines)
    program = trace(text, inputs=net.inputs(parameters, *batch), output=net.loss)
    graph, output = program.graph, program.output
    wrt = {name: program.inputs[name] for name in parameters}
    adjoints, _ = reverse(graph, graph.values, output, np.float64(1.0), wrt.values())
    return float(graph.values[output]), {name: adjoints.get(node, np.zeros(())) for name, node in wrt.items()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_step_is_that_of_the_program_traced_anew(made):
    net = made()
    executor = EngineExecutor(net, Budget)
    for step, rows in enumerate(BATCHES):
        batch = executor.batch(rows)
        parameters = {name: np.array(each) for name, each in executor.layout.split(executor.values).items()}
        executor.backward(batch, step)
        loss, gradients = anew(net, parameters, batch, step)
        assert executor.loss() == loss
        for name, gradient in executor.layout.split(executor.gradient).items():
            np.testing.assert_array_equal(gradient, np.broadcast_to(gradients[name], gradient.shape))
        executor.values -= 0.5 * executor.gradient


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_evaluating_is_that_of_the_program_traced_anew(made):
    net = made()
    executor, data = EngineExecutor(net, Budget), net.data
    for step, rows in enumerate(BATCHES):
        x, y = executor.batch(rows)
        parameters = {name: np.array(each) for name, each in executor.layout.split(executor.values).items()}
        np.testing.assert_array_equal(executor.outputs(x), evaluate(net, x, parameters)[net.output])
        text, inputs = f"{net.forward}\n{judged(net)}", net.inputs(parameters, x, y) | statistics(net, parameters)
        program = trace(text, inputs=inputs, output=EXAMPLE_LOSSES)
        losses = np.asarray(program.graph.values[program.output])
        assert executor.loss_of(x, y) == (losses.mean() if net.configuration.reduction == "mean" else losses.sum())
        executor.backward((data.x, data.y), step)
        executor.values -= 0.5 * executor.gradient


def test_a_run_again_keeps_to_its_own_deadline():
    net = test_layers.net_of("conv2d")
    left = [1.0]
    executor = EngineExecutor(net, lambda: Budget(deadline=lambda: left[0]))
    executor.backward(executor.batch(None), 0)
    left[0] = 0.0
    with pytest.raises(DeadlineExceeded):
        executor.backward(executor.batch(None), 1)
