"""The graph: nodes as they are written, ids that stay, values as they are made, derived nodes shared."""

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.errors import BadArgument, DeadlineExceeded, TooLarge
from app.engine.graph import Graph, Node, as_value
from app.engine.op import CONSTANT, INPUT
from app.engine.ops import OPS
from app.engine.passes import differentiate, quiet
from app.engine.run import backprop
from tests.engine.ops.tools import spelled


def readme(graph: Graph) -> Node:
    """micrograd's README program."""
    a, b, relu = graph.leaf(-4.0, "a"), graph.leaf(2.0, "b"), OPS["relu"]
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c + (-a))
    d = d + (d * 2 + relu(b + a))
    d = d + (3 * d + relu(b - a))
    f = (c - d) ** 2
    g: Node = f / 2.0 + 10.0 / f
    return g


# ── nodes and ids ───────────────────────────────────────────────────────────────────────────────────────
def test_the_same_program_gives_the_same_ids() -> None:
    first, second = Graph(), Graph()
    assert readme(first).id == readme(second).id
    assert first.inputs == second.inputs
    assert [op.name for op in first.ops] == [op.name for op in second.ops]


def test_new_values_leave_ids_as_they_are() -> None:
    def shape_of(x: float) -> list[tuple[int, ...]]:
        graph = Graph()
        leaf = graph.leaf(x, "x")
        with quiet():
            OPS["log"](leaf * leaf - 1.0)
        return graph.inputs

    assert shape_of(3.0) == shape_of(-100.0) == shape_of(1.0)


def test_ids_follow_evaluation_order() -> None:
    graph = Graph()
    readme(graph)
    assert all(source < target for target, sources in enumerate(graph.inputs) for source in sources)


def test_a_number_times_itself_has_two_edges() -> None:
    graph = Graph()
    x = graph.leaf(3.0, "x")
    y = x * x
    assert graph.inputs[y.id] == (x.id, x.id)


def test_two_equal_numbers_that_are_written_are_two_nodes() -> None:
    graph = Graph()
    x = graph.leaf(3.0, "x")
    x * 2.0 + x * 2.0
    assert [op.name for op in graph.ops] == ["input", "constant", "mul", "constant", "mul", "add"]


def test_a_leaf_with_a_name_is_an_input_without_one_a_constant() -> None:
    graph = Graph()
    graph.leaf(1.0, "x")
    graph.leaf(1.0)
    assert graph.ops == [INPUT, CONSTANT]
    assert graph.input_ids() == (0,)


def test_operands_of_another_graph_are_refused() -> None:
    with pytest.raises(BadArgument, match="nodes of two graphs"):
        Graph().leaf(1.0, "x") + Graph().leaf(2.0, "y")


def test_operators_take_arrays_and_numbers_on_either_side() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, 2.0]), "x")
    v = np.array([3.0, 5.0])
    cases: list[tuple[Any, Any]] = [
        (v + x, v + x.value), (v - x, v - x.value), (v * x, v * x.value), (v / x, v / x.value), (2.0**x, 2.0**x.value),
        (x @ v, x.value @ v), (v @ x, v @ x.value), (-x, -x.value), (x > v, x.value > v), (v > x, v > x.value),
        (x <= 1.0, x.value <= 1.0), (x >= 2.0, x.value >= 2.0), (x < 2.0, x.value < 2.0),
    ]  # fmt: skip
    for node, expected in cases:
        assert isinstance(node, Node)
        np.testing.assert_array_equal(node.value, expected)


def test_nodes_are_equal_where_they_are_the_same_place() -> None:
    graph = Graph()
    x, y = graph.leaf(1.0, "x"), graph.leaf(1.0, "y")
    assert x == graph.node(0) and x != y and hash(x) == hash(graph.node(0))
    assert "n0 input" in repr(x)


@pytest.mark.parametrize("given", [3, 3.0, np.float32(3.0), np.int64(3), np.array(3), True, [1, 2], [[1.0], [2.0]]])
def test_values_are_float64_or_boolean_and_never_arrays_without_axes(given: Any) -> None:
    value = as_value(given)
    assert value.dtype == (np.bool_ if given is True else np.float64)
    assert not (isinstance(value, np.ndarray) and value.shape == ())


@pytest.mark.parametrize("given", ["three", [1, [2, 3]], {"a": 1}])
def test_what_is_not_numbers_is_refused(given: Any) -> None:
    with pytest.raises(BadArgument, match="is not a number or a rectangular list"):
        as_value(given)


@pytest.mark.parametrize("name", sorted(name for name, op in OPS.items() if op.floats))
def test_values_of_single_numbers_keep_their_type(name: str) -> None:
    graph = Graph()
    op = OPS[name]
    sample = op.samples[0]
    numbers = [np.asarray(x).ravel()[0] for x in sample.inputs]
    leaves = [graph.leaf(x, None if isinstance(x, np.bool_) else "x") for x in numbers]
    with quiet():
        value = op(*leaves, **sample.attributes).value
    assert type(value) is (np.bool_ if op.mask else np.float64)


def test_single_numbers_never_raise_nor_turn_complex() -> None:
    graph = Graph()
    x = graph.leaf(-8.0, "x")
    zero = graph.leaf(0.0, "zero")
    with quiet():
        assert math.isnan((x**0.5).value)
        assert (1.0 / zero).value == math.inf
        assert OPS["log"](zero).value == -math.inf
        assert OPS["exp"](x * -1000.0).value == math.inf
        assert math.isnan(OPS["sqrt"](x).value)


@pytest.mark.parametrize(
    ("write", "value"),
    [
        (lambda m, x: m + m, 2.0),
        (lambda m, x: m - m, 0.0),
        (lambda m, x: -m, -1.0),
        (lambda m, x: m * x, 0.5),
        (lambda m, x: OPS["exp"](m), math.e),
        (lambda m, x: OPS["sign"](m), 1.0),
        (lambda m, x: OPS["round"](m), 1.0),
        (lambda m, x: OPS["squared_error"](x, m), 0.25),
        (lambda m, x: OPS["squared_error"](m, m), 0.0),
    ],
)
@pytest.mark.parametrize("form", [(), (2, 3)])
def test_conditions_count_as_one_and_zero_in_full_precision(write: Any, value: float, form: tuple[int, ...]) -> None:
    graph = Graph()
    x = graph.leaf(np.full(form, 0.5)[()], "x")
    found = write(x > 0.0, x).value
    assert found.dtype == np.float64 and found.shape == form
    np.testing.assert_allclose(found, value, rtol=1e-15)


@pytest.mark.parametrize("condition", [3.0, -1.0, 0.0, np.array([2.0, 0.0])])
def test_a_number_as_condition_chooses_and_scales_nothing(condition: Any) -> None:
    graph = Graph()
    c, x, y = graph.leaf(condition, "c"), graph.leaf(5.0, "x"), graph.leaf(7.0, "y")
    run = backprop(graph, OPS["where"](c, x, y).id)
    np.testing.assert_array_equal(run.values[run.output], np.where(condition, 5.0, 7.0))
    assert run.adjoints[x.id] == np.count_nonzero(condition)
    assert run.adjoints[y.id] == np.size(condition) - np.count_nonzero(condition)


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────
def test_nodes_know_where_they_come_from() -> None:
    graph = Graph()
    x = graph.leaf(1.0, "x")
    with graph.place(span=(2, 1, 2, 6)):
        y = x + 1.0
        with graph.place(scope=("f", "0")):
            z = y * x
    w = z + 1.0
    assert [graph.spans[n.id] for n in (x, y, z, w)] == [None, (2, 1, 2, 6), (2, 1, 2, 6), None]
    assert [graph.scopes[n.id] for n in (y, z, w)] == [(), ("f", "0"), ()]


# ── derived nodes ───────────────────────────────────────────────────────────────────────────────────────
def test_derived_nodes_are_shared_constants_folded_and_units_dropped() -> None:
    graph = Graph()
    x = graph.leaf(2.0, "x")
    with graph.deriving(("seed", 0, 0)):
        assert x * 3.0 == x * 3.0
        assert x * 1.0 == x and 1.0 * x == x and x + 0.0 == x and x**1 == x and x / 1.0 == x
        two = graph.constant(2.0)
        folded = two * 3.0
        assert graph.ops[folded.id] is CONSTANT and folded.value == 6.0
        assert graph.constant(2.0) == two


def test_a_unit_that_broadcasts_is_no_unit() -> None:
    graph = Graph()
    x = graph.leaf(2.0, "x")
    with graph.deriving(("seed", 0, 0)):
        assert (x * np.ones(3)).shape == (3,)


def test_the_gradient_of_a_square_is_written_as_two_x() -> None:
    graph = Graph()
    x = graph.leaf(3.0, "x")
    y = x**2
    before = len(graph)
    adjoints, _ = differentiate(y, [x])
    written = [graph.ops[i].name for i in range(before, len(graph)) if graph.ops[i] is not CONSTANT]
    assert written == ["mul"]
    assert adjoints[x.id].value == 6.0


def test_derived_nodes_say_what_they_belong_to() -> None:
    graph = Graph()
    x = graph.leaf(0.5, "x")
    y = OPS["tanh"](x) * x
    before = len(graph)
    differentiate(y, [x])
    origins = {graph.origins[i] for i in range(before, len(graph))}
    assert ("seed", y.id, 0) in origins
    assert ("edge", 1, 0) in origins and ("adjoint", x.id, 0) in origins
    assert graph.origins[:before] == [None] * before
    assert graph.origin is None


# ── budgets ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_graph_stops_at_its_limit_of_nodes() -> None:
    graph = Graph(Budget(nodes=10))
    x = graph.leaf(1.0, "x")
    with pytest.raises(TooLarge, match="it has 10 nodes, the limit is 10") as caught:
        for _ in range(20):
            x = OPS["sin"](x)
    assert (caught.value.limit, caught.value.reached, len(graph)) == (10, 10, 10)


@pytest.mark.parametrize(
    "write",
    [
        lambda x: spelled("outer")(x, x),
        lambda x: spelled("broadcast_to")(x, (1000, 100)),
        lambda x: spelled("reshape")(x, (100, 1)) @ spelled("reshape")(x, (1, 100)),
        lambda x: spelled("reshape")(x, (100, 1)) + x,
        lambda x: spelled("pad")(x, 5000),
        lambda x: spelled("tile")(x, 100),
        lambda x: spelled("index")(x, np.zeros((50, 50), int)),
        lambda x: spelled("concatenate")([x] * 11),
        lambda x: spelled("stack")([x] * 11),
        lambda x: spelled("one_hot")(x * 0.0, 1000),
    ],
)
def test_a_result_that_would_be_too_large_is_refused_before_it_is_made(write: Any) -> None:
    graph = Graph(Budget(elements=1000))
    x = graph.leaf(np.ones(100), "x")
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="the limit is 1,000"):
            write(x)
        assert tracemalloc.get_traced_memory()[1] < 70_000
    finally:
        tracemalloc.stop()


def test_all_arrays_together_have_a_limit() -> None:
    graph = Graph(Budget(total_elements=1000))
    x = graph.leaf(np.ones(300), "x")
    x = x + x
    x = x + x
    with pytest.raises(TooLarge, match="all arrays together have 1,200 numbers"):
        x + x


def test_views_take_nothing_from_the_limit_of_all_arrays() -> None:
    graph = Graph(Budget(total_elements=1000))
    x = graph.leaf(np.ones((30, 30)), "x")
    for _ in range(10):
        x = spelled("transpose")(x)
    assert graph.budget.spent == 900


def test_building_stops_when_the_time_is_over() -> None:
    left = iter([3.0, 2.0, 1.0, 0.0])
    graph = Graph(Budget(deadline=lambda: next(left, 0.0)))
    x = graph.leaf(1.0, "x")
    with pytest.raises(DeadlineExceeded, match="the time is over after"):
        for _ in range(10):
            x = x * 2.0


def test_a_huge_product_is_refused_not_computed() -> None:
    graph = Graph()
    column, row = graph.leaf(np.ones((1_000_000, 1)), "u"), graph.leaf(np.ones((1, 1_000_000)), "v")
    with pytest.raises(TooLarge, match="matmul: the result has 1,000,000,000,000 numbers"):
        column @ row
