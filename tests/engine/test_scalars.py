"""Scalar detail: both levels show the same numbers, to the last bit, whatever the op and whatever the rank."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.errors import DeadlineExceeded, TooLarge
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT, Op, Sample
from app.engine.ops import OPS
from app.engine.passes import differentiate, evaluate, quiet
from app.engine.record import Run
from app.engine.run import backprop
from app.engine.scalars import collect, element_name, scalar_run, scalarize, unfold
from tests.engine.ops.tools import CASES, build, spelled, weights

RANKS = [(), (3,), (2, 3), (2, 1, 3), (2, 2, 1, 3)]
POINTWISE = [op for op in OPS.values() if op.pointwise and len(op.slots) <= 3]
REDUCING = [op for op in OPS.values() if op.reduces]
LAST_PLACES = 8 * np.finfo(float).eps
"""Python's library (single numbers) and NumPy's loops (arrays) round differently."""


def weighed(y: Node) -> Node:
    """A scalar that depends on every element in its own way."""
    scaled = OPS["number"](y) if y.value.dtype == np.bool_ else y * weights(y.shape)
    found: Node = OPS["sum"](scaled, axis=tuple(range(y.ndim)), keepdims=False) if y.shape else scaled
    return found


def assert_the_levels_agree(run: Run, nodes: dict[str, int]) -> Run:
    """Every value and gradient of these nodes, element for element; and the scalar graph computes what it shows."""
    unfolded, bindings = scalar_run(run, nodes)
    for name, node in nodes.items():
        ids = np.asarray(bindings[name], int)
        assert ids.shape == np.shape(run.values[node])
        for at in np.ndindex(ids.shape):
            i = int(ids[at])
            assert np.array_equal(unfolded.values[i], np.asarray(run.values[node])[at], equal_nan=True)
            if node in run.wrt and run.graph.names[node]:
                assert np.array_equal(unfolded.adjoints[i], np.asarray(run.adjoints[node])[at], equal_nan=True)
    with quiet():
        again = evaluate(unfolded.graph, {i: unfolded.values[i] for i in unfolded.graph.input_ids()})
    for found, shown in zip(again, unfolded.values, strict=True):
        np.testing.assert_allclose(found, shown, rtol=LAST_PLACES, atol=1e-300)
    return unfolded


def assert_contributions_add_up(unfolded: Run) -> None:
    """The scalar level's own backward pass, edge by edge, gives the array level's gradient but for rounding."""
    for node, edges in unfolded.out_edges.items():
        total = sum(np.asarray(edge.contribution, float) for edge in edges)
        total = total + (unfolded.seed if node == unfolded.output else 0.0)
        np.testing.assert_allclose(total, unfolded.adjoints[node], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_every_sample_unfolds_to_the_same_numbers(op: Op, sample: Sample) -> None:
    _, operands, y = build(op, sample)
    with quiet():
        run = backprop(y.graph, weighed(y).id)
    names = {f"x{i}": node.id for i, node in enumerate(operands)} | {"y": y.id}
    assert_contributions_add_up(assert_the_levels_agree(run, names))


def operands_of(op: Op, form: tuple[int, ...]) -> list[Any]:
    """Numbers from inside the op's domain in this shape, the second operand broadcast against the first."""
    found = []
    for slot, given in enumerate(op.samples[0].inputs):
        numbers = np.resize(np.asarray(given).ravel(), math.prod(form)).reshape(form)
        found.append(numbers[..., :1] if slot == 1 and form else numbers[()])
    return found


@pytest.mark.parametrize("form", RANKS, ids=str)
@pytest.mark.parametrize("op", POINTWISE, ids=lambda op: op.name)
def test_pointwise_ops_unfold_at_every_rank_and_broadcast(op: Op, form: tuple[int, ...]) -> None:
    _, operands, y = build(op, Sample(tuple(operands_of(op, form)), op.samples[0].attributes))
    with quiet():
        run = backprop(y.graph, weighed(y).id)
    names = {f"x{i}": node.id for i, node in enumerate(operands)} | {"y": y.id}
    assert_contributions_add_up(assert_the_levels_agree(run, names))


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("form", RANKS[1:], ids=str)
@pytest.mark.parametrize("op", REDUCING, ids=lambda op: op.name)
def test_reductions_unfold_over_one_axis_and_over_all(op: Op, form: tuple[int, ...], keepdims: bool) -> None:
    for axis in {(len(form) - 1,), tuple(range(len(form)))}:
        x = np.random.default_rng(3).uniform(0.5, 2.0, form)
        graph = Graph()
        attributes = {**op.samples[0].attributes, "axis": axis, "keepdims": keepdims}
        y = graph.add(op, [graph.leaf(x, "x")], attributes)
        run = backprop(graph, weighed(y).id)
        assert_contributions_add_up(assert_the_levels_agree(run, {"x": 0, "y": y.id}))


@pytest.mark.parametrize(
    ("left", "right"),
    [((3,), (3,)), ((2, 3), (3,)), ((2,), (2, 3)), ((2, 3), (3, 2)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (2, 3, 2))],
)
def test_matrix_products_unfold_at_every_rank(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    draw = np.random.default_rng(4).normal
    graph = Graph()
    a, b = graph.leaf(draw(size=left), "a"), graph.leaf(draw(size=right), "b")
    y = a @ b
    np.testing.assert_allclose(y.value, np.matmul(a.value, b.value), rtol=1e-13)
    run = backprop(graph, weighed(y).id)
    unfolded = assert_the_levels_agree(run, {"a": a.id, "b": b.id, "y": y.id})
    assert all(np.shape(value) == () for value in unfolded.values)


def test_a_net_in_scalar_detail_is_made_of_scalars_named_by_element() -> None:
    draw = np.random.default_rng(5).normal
    graph = Graph()
    w, x, b = graph.leaf(draw(size=(2, 3)), "W"), graph.leaf(draw(size=3), "x"), graph.leaf(draw(size=2), "b")
    a = OPS["tanh"](w @ x + b)
    graph.name(a.id, "a")
    loss = spelled("mse")(a, np.array([1.0, -1.0]))
    graph.name(loss.id, "L")
    run = backprop(graph, loss.id)
    names = {"W": w.id, "x": x.id, "b": b.id, "a": a.id, "L": loss.id}
    unfolded = assert_the_levels_agree(run, names)
    assert all(np.shape(value) == () for value in unfolded.values)
    found = {unfolded.graph.names[i] for i in range(len(unfolded.graph))}
    assert {"W[0,0]", "W[1,2]", "x[2]", "b[1]", "a[0]", "L"} <= found


def test_the_scalar_graph_has_a_chain_of_additions_for_a_sum() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, 2.0, 3.0, 4.0]), "x")
    scalar, output, _ = scalarize(graph, spelled("sum")(x).id, {"x": x.id})
    assert [scalar.ops[i].name for i in range(len(scalar))] == ["input"] * 4 + ["add"] * 3
    assert scalar.inputs[output] == (output - 1, 3)


def test_a_view_makes_no_nodes_and_repeats_them_where_it_repeats_numbers() -> None:
    graph = Graph()
    x = graph.leaf(np.arange(6.0).reshape(2, 3), "x")
    flipped = spelled("flip")(x)
    twice = spelled("broadcast_to")(flipped, (2, 2, 3))
    unfolded = unfold(graph)
    assert len(unfolded.graph) == 6
    assert unfolded.ids[flipped.id].tolist() == [[5, 4, 3], [2, 1, 0]]
    assert unfolded.ids[twice.id][0].tolist() == unfolded.ids[twice.id][1].tolist()


def test_numbers_that_a_view_puts_in_are_constants() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, 2.0]), "x")
    framed = spelled("pad")(x, 1)
    unfolded = unfold(graph)
    outside = unfolded.ids[framed.id][[0, -1]]
    assert all(unfolded.graph.ops[i] is CONSTANT and unfolded.graph.values[i] == 0.0 for i in outside)
    assert unfolded.ids[framed.id][1:3].tolist() == [0, 1]


def test_an_array_as_output_is_put_together_again_and_takes_a_cotangent() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, 2.0]), "x")
    run = backprop(graph, (x * x).id, seed=np.array([10.0, 1.0]))
    unfolded, bindings = scalar_run(run, {"x": x.id})
    assert unfolded.graph.ops[unfolded.output] is collect
    assert [float(unfolded.adjoints[i]) for i in bindings["x"]] == [20.0, 4.0]


def test_variables_that_are_lists_of_nodes_stay_lists() -> None:
    graph = Graph()
    a, b = graph.leaf(1.0, "a"), graph.leaf(np.array([2.0, 3.0]), "b")
    scalar, output, names = scalarize(graph, (a * b).id, {"pair": [a.id, b.id]})
    assert names == {"pair": [0, [1, 2]]}
    assert scalar.names[1] == "b[0]" and scalar.ops[output] is collect


def test_elements_are_named_as_they_are_indexed() -> None:
    assert element_name("W", (0, 1)) == "W[0,1]"
    assert element_name("x", ()) == "x"


def test_places_in_the_text_are_taken_over() -> None:
    graph = Graph()
    with graph.place(span=(2, 1, 2, 9), scope=("layer",)):
        graph.leaf(np.array([1.0, 2.0]), "x")
    unfolded = unfold(graph).graph
    assert unfolded.spans == [(2, 1, 2, 9)] * 2
    assert unfolded.scopes == [("layer",)] * 2


def test_a_matrix_whose_every_number_depends_on_every_number_has_a_limit_of_edges() -> None:
    graph = Graph()
    OPS["inv"](graph.leaf(np.eye(30), "x"))
    with pytest.raises(TooLarge, match="inv: in scalar detail it has 810,000 edges, the limit is 200,000"):
        unfold(graph)


def test_limits_hold_for_the_unfolded_graph_too() -> None:
    graph = Graph(Budget(nodes=100))
    x = graph.leaf(np.ones((10, 10)), "x")
    y = x * x
    with pytest.raises(TooLarge, match="limit is 100"):
        scalarize(graph, y.id, {})
    left = iter([1.0, 1.0, 1.0, 0.0])
    slow = Graph(Budget(deadline=lambda: next(left, 0.0)))
    slow.leaf(np.ones(100), "x")
    with pytest.raises(DeadlineExceeded):
        unfold(slow)


def gradients_of(graph: Graph, output: Node, wrt: list[int]) -> dict[int, Any]:
    """The gradient nodes (numbers where nothing depends)."""
    with quiet():
        written, _ = differentiate(output, [Node(graph, i) for i in wrt])
    return {i: written.get(i, 0.0) for i in wrt}


def again(graph: Graph, firsts: dict[int, Any]) -> dict[int, Any]:
    """The derivative of the sum of all elements of the gradients."""
    found = {i: np.zeros(np.shape(graph.values[i])) for i in firsts}
    for first in firsts.values():
        if isinstance(first, Node):
            run = backprop(graph, first.id, wrt=list(firsts))
            found = {i: so_far + run.adjoints[i] for i, so_far in found.items()}
    return found


@pytest.mark.parametrize(("op", "sample"), [case for case in CASES if case.values[0].differentiable])  # type: ignore[attr-defined]
def test_the_scalar_graph_has_the_same_second_derivatives(op: Op, sample: Sample) -> None:
    graph, operands, y = build(op, sample)
    output = weighed(y)
    unfolded = unfold(graph)
    wrt = [x.id for x in operands if graph.names[x.id]]
    elements = {i: unfolded.ids[i] for i in wrt}
    scalars = [int(k) for ids in elements.values() for k in ids.flat]
    coarse = gradients_of(graph, output, wrt)
    fine = gradients_of(unfolded.graph, Node(unfolded.graph, int(unfolded.ids[output.id])), scalars)
    coarse_again, fine_again = again(graph, coarse), again(unfolded.graph, fine)
    for i, ids in elements.items():
        first = np.broadcast_to(getattr(coarse[i], "value", coarse[i]), ids.shape)
        for at in np.ndindex(ids.shape):
            k = int(ids[at])
            np.testing.assert_allclose(getattr(fine[k], "value", fine[k]), first[at], rtol=1e-9, atol=1e-11)
            np.testing.assert_allclose(fine_again[k], coarse_again[i][at], rtol=1e-8, atol=1e-9)


def test_an_op_whose_every_number_depends_on_very_many_has_no_scalar_detail() -> None:
    graph = Graph(Budget(elements=10_000))
    graph.leaf(np.eye(20), "x")
    OPS["inv"](Node(graph, 0))
    with pytest.raises(TooLarge, match="inv in scalar detail: the result has 160,000 numbers"):
        unfold(graph)


def test_an_array_of_more_numbers_than_nodes_is_refused_before_it_is_unfolded() -> None:
    graph = Graph(Budget(nodes=100))
    graph.leaf(np.ones((99, 0)), "x")
    spelled("sum")(spelled("expand_dims")(Node(graph, 0), 2) * np.ones(2), axis=1)
    with pytest.raises(TooLarge):
        unfold(graph)


@pytest.mark.parametrize(("name", "rest"), [("norm", {}), ("std", {"correction": 0.0})])
def test_a_length_and_a_deviation_of_0_pass_nothing_back_at_either_level(name: str, rest: dict[str, float]) -> None:
    graph = Graph()
    x = graph.leaf(np.array([2.0, 2.0]), "x")
    y = OPS[name](x - 2.0, axis=(0,), keepdims=False, **rest)
    run = assert_the_levels_agree(backprop(graph, y.id), {"x": x.id, "y": y.id})
    assert all(np.isfinite(edge.contribution) for edge in run.edges if edge.contribution is not None)
