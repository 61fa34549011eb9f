"""Every op at every rank, operands broadcast: the number of each element, and its gradient."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.checks import gradient_check
from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.graph import Graph
from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.run import backprop
from tests.engine.ops.tools import build, carried, same, slopes, spelled, weights

RANKS = [(), (3,), (2, 3), (2, 1, 3), (2, 2, 1, 3)]
POINTWISE = [op for op in OPS.values() if op.pointwise]
SMOOTH = [op for op in POINTWISE if op.differentiable]
ALONG_ONE = {"max_dim", "min_dim"}
REDUCING = [op for op in OPS.values() if op.reduces]


def broadcast_operands(op: Op, form: tuple[int, ...]) -> tuple[Any, ...]:
    """From the op's own samples: the first operand in full, others with an axis of 1, then with fewer axes."""
    found = []
    for slot, given in enumerate(op.samples[0].inputs):
        own = form if slot == 0 or not form else (*form[:-1], 1) if slot == 1 else form[1:]
        numbers = np.resize(np.asarray(given).ravel(), math.prod(own)).reshape(own)
        found.append(numbers[()])
    return tuple(found)


@pytest.mark.parametrize("form", RANKS, ids=str)
@pytest.mark.parametrize("op", POINTWISE, ids=lambda op: op.name)
def test_every_element_is_what_the_op_gives_for_single_numbers(op: Op, form: tuple[int, ...]) -> None:
    operands, attributes = broadcast_operands(op, form), op.samples[0].attributes
    with quiet():
        found = op(*operands, **attributes)
        full = np.broadcast_arrays(*operands)
        assert np.shape(found) == full[0].shape == form
        for at in np.ndindex(form):
            same(np.asarray(found)[at], op(*(x[at] for x in full), **attributes), 1e-15)


@pytest.mark.parametrize("form", RANKS, ids=str)
@pytest.mark.parametrize("op", SMOOTH, ids=lambda op: op.name)
def test_gradients_come_back_in_the_shape_of_each_operand(op: Op, form: tuple[int, ...]) -> None:
    graph, operands, out = build(op, Sample(broadcast_operands(op, form), op.samples[0].attributes))
    run = backprop(graph, out.id, seed=weights(out.shape))
    for slot in carried(op, operands):
        assert np.shape(run.adjoints[operands[slot].id]) == operands[slot].shape
    assert [name for name, check in gradient_check(run).items() if not check.ok] == []


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("form", [(3,), (2, 3), (2, 1, 3), (2, 2, 1, 3)], ids=str)
@pytest.mark.parametrize("op", REDUCING, ids=lambda op: op.name)
def test_a_reduction_over_any_axes_is_numpys_shape_and_its_gradient_fits(
    op: Op, form: tuple[int, ...], keepdims: bool
) -> None:
    x = np.random.default_rng(11).uniform(0.5, 2.0, form)
    for axis in {(0,), (len(form) - 1,), (0,) if op.name in ALONG_ONE else tuple(range(len(form)))}:
        sample = Sample((x,), {**op.samples[0].attributes, "axis": axis, "keepdims": keepdims})
        graph, (operand,), out = build(op, sample)
        assert out.shape == np.sum(x, axis=axis, keepdims=keepdims).shape
        if op.differentiable:
            run = backprop(graph, out.id, seed=weights(out.shape))
            same(run.adjoints[operand.id], slopes(graph, operand, [out]), 2e-8)


@pytest.mark.parametrize("op", [op for op in REDUCING if op.name not in ALONG_ONE], ids=lambda op: op.name)
def test_a_reduction_over_no_axes_leaves_a_single_number(op: Op) -> None:
    sample = Sample((1.5,), {**op.samples[0].attributes, "axis": (), "keepdims": False})
    with quiet():
        graph, _, out = build(op, sample)
        assert out.shape == ()
        backprop(graph, out.id)


EMPTY = {"sum": 0.0, "prod": 1.0, "mean": math.nan, "norm": 0.0, "logsumexp": -math.inf, "any": False, "all": True}


@pytest.mark.parametrize(("name", "value"), EMPTY.items())
def test_a_reduction_of_nothing_is_what_numpy_says(name: str, value: float) -> None:
    with quiet():
        graph, _, out = build(OPS[name], Sample((np.ones((0,)),), {"axis": (0,), "keepdims": False}))
        np.testing.assert_equal(float(out.value), float(value))
        assert backprop(graph, out.id).adjoints[0].shape == (0,)


@pytest.mark.parametrize("name", ["amax", "amin", "argmax", "argmin", "max_dim"])
def test_there_is_no_largest_of_nothing(name: str) -> None:
    with pytest.raises(BadArgument, match="there must be numbers in it"):
        build(OPS[name], Sample((np.ones((0,)),), {"axis": (0,), "keepdims": False}))


def test_shapes_that_do_not_go_together_are_said_in_a_sentence() -> None:
    graph = Graph()
    a, b = graph.leaf(np.ones((2, 3)), "a"), graph.leaf(np.ones((4, 5)), "b")
    with pytest.raises(ShapeMismatch, match=r"add: a is \(2, 3\), b is \(4, 5\).*sizes must be equal or 1 —"):
        a + b
    with pytest.raises(ShapeMismatch, match=r"left is \(2, 3\), right is \(4, 5\); 3 must equal 4 — transpose"):
        a @ b
    with pytest.raises(ShapeMismatch, match=r"concatenate: .* beside axis 0 they must agree"):
        spelled("concatenate")([a, b])
    with pytest.raises(ShapeMismatch, match=r"det: the array is \(2, 3\), it must be a square matrix"):
        spelled("det")(a)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: spelled("sum")(x, axis=2), "axis is 2, it must be from -2 to 1"),
        (lambda x: spelled("sum")(x, axis=(0, -2)), "names an axis twice"),
        (lambda x: spelled("sum")(x, axis="rows"), "must be a whole number"),
        (lambda x: spelled("torch.max")(x, (0, 1)), "must be a whole number"),
        (lambda x: spelled("norm")(x, ord=3), "it must be 1, inf or 'fro'"),
        (lambda x: spelled("mse")(x, x, reduction="max"), "it must be 'mean', 'sum' or 'none'"),
        (lambda x: spelled("cross_entropy")(x, np.array([0.0, 7.0])), "labels must be whole numbers from 0 to 2"),
        (lambda x: spelled("pad")(x, -1), "they must be 0 or more"),
        (lambda x: spelled("transpose")(x, (0, 0)), "each of the 2 must be there once"),
        (lambda x: spelled("index")(x, 5), "index 5 is out of bounds"),
        (lambda x: spelled("np.pad")(x, 1, mode="mirror"), "it must be 'constant'"),
    ],
)
def test_arguments_that_an_op_cannot_take_are_said_in_a_sentence(call: Any, sentence: str) -> None:
    x = Graph().leaf(np.ones((2, 3)), "x")
    with pytest.raises(BadArgument, match=sentence):
        call(x)
