"""Numbers at the edges of domains: values and gradients are PyTorch's, signs of infinity included."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.record import Run
from app.engine.run import backprop

INF, NAN = math.inf, math.nan
ALONG: dict[str, Any] = {"axis": (0,), "keepdims": False}
EDGES: list[Any] = [
    # op, inputs, attributes, value, gradients
    ("pow", (0.0, 0.0), {}, 1.0, (0.0, 0.0)),
    ("pow", (0.0, 2.0), {}, 0.0, (0.0, 0.0)),
    ("pow", (0.0, -1.0), {}, INF, (-INF, -INF)),
    ("pow", (-2.0, 0.5), {}, NAN, (NAN, NAN)),
    ("sqrt", (0.0,), {}, 0.0, (INF,)),
    ("log", (0.0,), {}, -INF, (INF,)),
    ("div", (1.0, 0.0), {}, INF, (INF, -INF)),
    ("div", (-1.0, 0.0), {}, -INF, (INF, INF)),
    ("exp", (1000.0,), {}, INF, (INF,)),
    ("sigmoid", (800.0,), {}, 1.0, (0.0,)),
    ("sigmoid", (-800.0,), {}, 0.0, (0.0,)),
    ("tanh", (800.0,), {}, 1.0, (0.0,)),
    ("softplus", (1000.0,), {}, 1000.0, (1.0,)),
    ("softplus", (-1000.0,), {}, 0.0, (0.0,)),
    ("log_sigmoid", (-1000.0,), {}, -1000.0, (1.0,)),
    ("logaddexp", (1000.0, 0.0), {}, 1000.0, (1.0, 0.0)),
    ("norm", (np.zeros(2),), ALONG, 0.0, (np.zeros(2),)),
    ("std", (np.full(3, 2.0),), {**ALONG, "correction": 0.0}, 0.0, (np.zeros(3),)),
    ("prod", (np.array([0.0, 3.0, 2.0]),), ALONG, 0.0, (np.array([6.0, 0.0, 0.0]),)),
    ("prod", (np.array([0.0, 0.0, 2.0]),), ALONG, 0.0, (np.zeros(3),)),
    ("softmax", (np.array([1000.0, 0.0]),), {"axis": (0,)}, np.array([1.0, 0.0]), (np.zeros(2),)),
    ("log_softmax", (np.array([1000.0, 0.0]),), {"axis": (0,)}, np.array([0.0, -1000.0]), (np.array([-1.0, 1.0]),)),
    ("bce", (0.0, 1.0), {}, 100.0, (-1e12, 100.0)),
    ("bce", (1.0, 1.0), {}, 0.0, (0.0, -100.0)),
    ("bce", (0.0, 0.0), {}, 0.0, (0.0, 100.0)),
    ("bce_with_logits", (1000.0, 0.0), {}, 1000.0, (1.0, -1000.0)),
    ("relu", (NAN,), {}, NAN, (0.0,)),  # PyTorch passes it on
    ("maximum", (NAN, 1.0), {}, NAN, (0.0, 0.0)),  # so here
    ("sqrt", (-1.0,), {}, NAN, (NAN,)),
    ("log", (-1.0,), {}, NAN, (-1.0,)),
    ("atan2", (0.0, 0.0), {}, 0.0, (NAN, NAN)),
    ("div", (0.0, 0.0), {}, NAN, (INF, NAN)),
    ("rsqrt", (0.0,), {}, INF, (-INF,)),
    ("arcsin", (1.0,), {}, math.pi / 2, (INF,)),
    ("arctanh", (1.0,), {}, INF, (INF,)),
    ("cosh", (1000.0,), {}, INF, (INF,)),
    ("kl_div", (-1.0, 0.0), {}, 0.0, (0.0, -INF)),
]
KINKS: list[Any] = [
    # op, inputs, attributes, gradients
    ("abs", (0.0,), {}, (0.0,)),
    ("sign", (0.0,), {}, (0.0,)),
    ("relu", (0.0,), {}, (0.0,)),
    ("relu6", (6.0,), {}, (0.0,)),
    ("leaky_relu", (0.0,), {"negative_slope": 0.1}, (0.1,)),
    ("elu", (0.0,), {"alpha": 2.0}, (2.0,)),
    ("selu", (0.0,), {}, (1.7580993408473766,)),
    ("hardtanh", (1.0,), {"low": -1.0, "high": 1.0}, (0.0,)),
    ("clip", (1.0,), {"low": -1.0, "high": 1.0}, (1.0,)),
    ("clip", (-1.0,), {"low": -1.0, "high": 1.0}, (1.0,)),
    ("hypot", (0.0, 0.0), {}, (0.0, 0.0)),
    ("maximum", (1.0, 1.0), {}, (0.5, 0.5)),
    ("minimum", (1.0, 1.0), {}, (0.5, 0.5)),
    ("amax", (np.array([2.0, 2.0, 1.0]),), ALONG, (np.array([0.5, 0.5, 0.0]),)),
    ("amin", (np.array([2.0, 1.0, 1.0]),), ALONG, (np.array([0.0, 0.5, 0.5]),)),
    ("max_dim", (np.array([1.0, 2.0, 2.0]),), ALONG, (np.array([0.0, 1.0, 0.0]),)),
    ("min_dim", (np.array([1.0, 1.0, 2.0]),), ALONG, (np.array([1.0, 0.0, 0.0]),)),
    ("hardsigmoid", (3.0,), {}, (0.0,)),
    ("hardswish", (3.0,), {}, (1.0,)),
    ("absolute_error", (1.0, 1.0), {}, (0.0, 0.0)),
    ("huber", (2.0, 1.0), {"delta": 1.0}, (1.0, -1.0)),
    ("hinge", (1.0, 1.0), {}, (0.0, 0.0)),
]


def swept(name: str, inputs: tuple[Any, ...], attributes: dict[str, Any]) -> Run:
    graph = Graph()
    nodes = [graph.leaf(x, f"x{i}") for i, x in enumerate(inputs)]
    with quiet():
        return backprop(graph, graph.add(OPS[name], nodes, attributes).id)


@pytest.mark.parametrize(("name", "inputs", "attributes", "value", "gradients"), EDGES)
def test_values_and_gradients_at_the_edge(
    name: str, inputs: tuple[Any, ...], attributes: dict[str, Any], value: Any, gradients: tuple[Any, ...]
) -> None:
    run = swept(name, inputs, attributes)
    np.testing.assert_allclose(run.values[run.output], value, rtol=1e-15)
    for node, expected in zip(run.wrt, gradients, strict=True):
        np.testing.assert_allclose(run.adjoints[node], expected, rtol=1e-15)


def test_logsumexp_of_large_numbers_does_not_overflow() -> None:
    run = swept("logsumexp", (np.array([1000.0, 1000.0]),), ALONG)
    np.testing.assert_allclose(run.values[run.output], 1000.0 + math.log(2.0), rtol=1e-15)
    # The rule e^(x − y) sees y rounded at 1000, as PyTorch's does: an error of ε · 1000.
    np.testing.assert_allclose(run.adjoints[0], [0.5, 0.5], rtol=1000 * np.finfo(float).eps)


@pytest.mark.parametrize(("name", "inputs", "attributes", "gradients"), KINKS)
def test_what_is_taken_at_a_kink_or_tie(
    name: str, inputs: tuple[Any, ...], attributes: dict[str, Any], gradients: tuple[Any, ...]
) -> None:
    run = swept(name, inputs, attributes)
    for node, expected in zip(run.wrt, gradients, strict=True):
        np.testing.assert_allclose(run.adjoints[node], expected, rtol=1e-15)


@pytest.mark.parametrize(("name", "inputs", "attributes", "gradients"), KINKS)
def test_a_note_says_that_there_is_no_derivative_unless_it_is_smooth_there(
    name: str, inputs: tuple[Any, ...], attributes: dict[str, Any], gradients: tuple[Any, ...]
) -> None:
    smooth = {"sign", "huber"}  # flat on both sides of its step; a parabola that goes over into its tangent
    codes = {note.code for note in swept(name, inputs, attributes).notes}
    assert (codes & {"kink", "tie"} != set()) == (name not in smooth)


@pytest.mark.parametrize("name", ["relu", "clip", "hardtanh", "relu6"])
def test_a_closed_gate_passes_nothing_even_of_infinity(name: str) -> None:
    attributes = {"clip": {"low": -1.0, "high": 1.0}, "hardtanh": {"low": -1.0, "high": 1.0}}.get(name, {})
    graph = Graph()
    gate = graph.add(OPS[name], [graph.leaf(-5.0, "x")], attributes)
    run = backprop(graph, gate.id, seed=INF)
    assert run.adjoints[0] == 0.0


def test_a_zero_that_is_no_mask_times_infinity_is_not_a_number() -> None:
    graph = Graph()
    run = backprop(graph, OPS["maximum"](graph.leaf(1.0, "x"), graph.leaf(2.0, "y")).id, seed=INF)
    assert math.isnan(run.adjoints[0]) and run.adjoints[1] == INF


def test_a_branch_not_taken_still_multiplies_and_the_note_says_so() -> None:
    graph = Graph()
    x = graph.leaf(0.0, "x")
    with quiet():
        y = OPS["where"](x > 0.0, OPS["log"](x), 0.0 * x)
    run = backprop(graph, y.id)
    assert math.isnan(float(run.adjoints[x.id]))
    (note,) = [note for note in run.notes if note.code == "non_finite_gradient"]
    assert "a branch not taken still multiplies" in note.message


@pytest.mark.parametrize("name", ["relu", "relu6", "maximum", "minimum"])
def test_what_passes_nothing_back_at_nan_unlike_pytorch_says_so(name: str) -> None:
    op = OPS[name]
    rest = (1.0,) * (len(op.slots) - 1)
    assert op.partials[0](NAN, *rest, NAN) == 0.0
    assert "At NaN nothing flows back" in op.doc and "PyTorch" in op.doc
