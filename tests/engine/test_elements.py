"""Scalar nodes computed as elements of arrays are those that unfolding gives, numbered alike."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import BadArgument
from app.engine.executors.elements import compile_elements
from app.engine.graph import Graph, Node
from app.engine.ops import FUNCTIONS, OPS
from app.engine.passes import evaluate, quiet
from app.engine.run import backprop
from app.engine.scalars import unfold


def function(name: str) -> Any:
    """A function as a program calls it."""
    found = FUNCTIONS[name]
    return getattr(found, "call", None) or found


ACTIVATIONS = [OPS[name] for name in ("relu", "tanh", "sigmoid", "exp", "sin", "square", "gelu", "softplus", "abs")]
RESHAPINGS = [
    lambda x: function("transpose")(x),
    lambda x: function("reshape")(x, (-1,)),
    lambda x: function("expand_dims")(x, 0),
]
ENDS = [
    lambda x: function("mean")(x),
    lambda x: function("sum")(x),
    lambda x: function("cross_entropy")(function("reshape")(x, (1, -1)), np.array([0.0])),
    lambda x: function("sum")(x * function("softmax")(x, -1)),
    lambda x: function("amax")(x) * function("mean")(x),
]


def dense(draw: Any, graph: Graph, x: Node, rng: np.random.Generator) -> Node:
    """W @ x + b with a random activation."""
    rows = draw(st.integers(1, 4))
    weights, bias = graph.leaf(rng.normal(size=(rows, x.shape[max(x.ndim - 2, 0)])), "W"), graph.leaf(rng.normal(), "b")
    return draw(st.sampled_from(ACTIVATIONS))(weights @ x + bias)


@st.composite
def array_programs(draw: Any) -> tuple[Graph, int]:
    """Layers, sums over an axis, elementwise work with broadcasting, views, and a loss."""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    graph = Graph()
    x = graph.leaf(rng.normal(size=(draw(st.integers(1, 4)), draw(st.integers(1, 3)))), "x")
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.integers(0, 4))
        if kind == 0:
            x = dense(draw, graph, x, rng)
        elif kind == 1:
            axis = draw(st.integers(-1, x.ndim - 1))
            x = x * function("sum")(x, None if axis < 0 else axis, keepdims=True)
        elif kind == 2:
            x = x - graph.leaf(rng.normal(size=x.shape[-1]), "c") * x
        elif kind == 3:
            x = draw(st.sampled_from(RESHAPINGS))(x)
        else:
            x = OPS["where"](x > 0, x, 0.5 * x)
    return graph, draw(st.sampled_from(ENDS))(x).id


def with_inputs(graph: Graph, leaves: dict[int, Any]) -> Graph:
    """The graph with other inputs, built anew."""
    values, other = evaluate(graph, leaves), Graph()
    for i, op in enumerate(graph.ops):
        other.append(op, graph.inputs[i], graph.attributes[i], values[i], graph.names[i])
    return other


def assert_agrees(graph: Graph, output: int, found: tuple[Any, Any], reaches: Any) -> None:
    """Values to the last bit; gradients too where an array has them, elsewhere up to the order of adding."""
    values, gradients = found
    run, unfolded = backprop(graph, output), unfold(graph)
    scalar = backprop(unfolded.graph, int(unfolded.ids[output]))
    assert np.array_equal(values, np.array(unfolded.graph.values, float), equal_nan=True)
    assert reaches[list(scalar.adjoints)].all()
    wanted = np.array([float(scalar.adjoints.get(i, 0.0)) for i in range(len(values))])
    np.testing.assert_allclose(gradients, np.where(reaches, wanted, 0.0), rtol=1e-9, atol=1e-12)
    for i, adjoint in run.adjoints.items():
        if graph.ops[i].leaf:
            np.testing.assert_allclose(gradients[unfolded.ids[i]], adjoint, rtol=1e-12, atol=1e-14)


@given(array_programs(), st.integers(0, 1000))
def test_elements_are_what_unfolding_gives_also_for_new_inputs(program: tuple[Graph, int], seed: int) -> None:
    with quiet():
        graph, output = program
        elements = compile_elements(graph, output)
        assert_agrees(graph, output, elements.run(), elements.reaches)
        rng = np.random.default_rng(seed)
        leaves = {i: rng.normal(size=np.shape(graph.values[i])) for i in graph.input_ids()}
        assert_agrees(with_inputs(graph, leaves), output, elements.run(leaves), elements.reaches)


def net(sizes: tuple[int, ...]) -> tuple[Graph, int]:
    rng = np.random.default_rng(3)
    graph = Graph()
    h = graph.leaf(rng.normal(size=sizes[0]), "x")
    for before, after in pairwise(sizes):
        h = OPS["tanh"](graph.leaf(rng.normal(size=(after, before)), "W") @ h + graph.leaf(rng.normal(size=after), "b"))
    return graph, function("sum")((h - 1.0) ** 2).id


def test_every_gradient_of_a_net_is_the_arrays_to_the_last_bit() -> None:
    graph, output = net((3, 16, 9, 2))
    _, gradients = compile_elements(graph, output).run()
    unfolded = unfold(graph)
    for i, adjoint in backprop(graph, output).adjoints.items():
        if unfolded.own[i]:
            assert np.array_equal(gradients[unfolded.ids[i]], adjoint)


def test_every_partial_sum_is_a_node_with_its_sums_gradient() -> None:
    graph = Graph()
    x = graph.leaf([1.0, 2.0, 4.0, 8.0], "x")
    y = function("sum")(x) * 3.0
    values, gradients = compile_elements(graph, y.id).run()
    assert values.tolist() == [1, 2, 4, 8, 3, 7, 15, 3, 45]
    assert gradients.tolist() == [3, 3, 3, 3, 3, 3, 3, 0, 1]


def test_a_thousand_runs_leave_nothing_behind() -> None:
    graph, output = net((2, 5, 1))
    elements = compile_elements(graph, output)
    first = [found.copy() for found in elements.run()]
    given = graph.values[0]
    elements.run({0: given + 1})
    assert all(np.array_equal(a, b) for a, b in zip(first, elements.run({0: given}), strict=True))


@pytest.mark.parametrize("name", ["prod", "norm"])
def test_what_needs_every_single_number_is_refused_by_name(name: str) -> None:
    graph = Graph()
    y = function(name)(graph.leaf([1.0, 2.0], "x"))
    with pytest.raises(BadArgument, match=name):
        compile_elements(graph, y.id)


def test_an_array_as_output_is_refused() -> None:
    graph = Graph()
    with pytest.raises(BadArgument, match=r"\(2,\)"):
        compile_elements(graph, (graph.leaf([1.0, 2.0], "x") * 2).id)


@pytest.mark.parametrize(("leaves", "why"), [({1: 1.0}, "node 1"), ({0: [1.0]}, "shape")])
def test_wrong_inputs_are_refused(leaves: Any, why: str) -> None:
    graph = Graph()
    y = function("sum")(graph.leaf([1.0, 2.0], "x"))
    with pytest.raises(BadArgument, match=why):
        compile_elements(graph, y.id).run(leaves)
