"""A run: what one backward pass records, edge by edge, and the order in which it happens."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.errors import BadArgument, DeadlineExceeded, ShapeMismatch
from app.engine.graph import Graph, Node
from app.engine.ops import OPS
from app.engine.record import Run, Step
from app.engine.run import backprop, forward_levels, steps
from tests.engine.ops.tools import spelled
from tests.engine.test_graph import readme


def run_of(write: Any, *, seed: Any = None, **values: Any) -> Run:
    graph = Graph()
    leaves = [graph.leaf(value, name) for name, value in values.items()]
    return backprop(graph, write(*leaves).id, seed=seed)


# ── edges ───────────────────────────────────────────────────────────────────────────────────────────────
def test_micrograds_readme_program_gives_its_numbers() -> None:
    graph = Graph()
    run = backprop(graph, readme(graph).id)
    assert f"{run.values[run.output]:.4f}" == "24.7041"
    assert f"{run.adjoints[0]:.4f}" == "138.8338"
    assert f"{run.adjoints[1]:.4f}" == "645.5773"


def test_a_number_times_itself_gets_two_contributions() -> None:
    run = run_of(lambda x: x * x, x=3.0)
    first, second = run.out_edges[0]
    assert (first.id, second.id) == ("n0>n1.0", "n0>n1.1")
    assert first.contribution == second.contribution == 3.0
    assert run.adjoints[0] == 6.0


def test_an_edge_has_local_upstream_and_contribution() -> None:
    run = run_of(lambda x, y: (x * y) * 10.0, x=2.0, y=5.0)
    edge = run.edge_at[2, 0]
    assert (edge.source, edge.target, edge.slot) == (0, 2, 0)
    assert (edge.local, edge.upstream, edge.contribution) == (5.0, 10.0, 50.0)


def test_every_slot_is_an_edge_and_those_without_a_derivative_carry_nothing() -> None:
    run = run_of(lambda x, y: OPS["where"](x > 0.0, x, y), x=1.0, y=2.0)
    assert len(run.edges) == 5
    condition = run.edge_at[run.output, 0]
    assert condition.local is None and condition.upstream is None and condition.contribution is None
    assert run.edge_at[run.output, 2].contribution == 0.0


def test_constants_get_no_gradient_and_their_edges_carry_nothing() -> None:
    run = run_of(lambda x: x * 3.0, x=2.0)
    assert set(run.adjoints) == {0, 2}
    assert run.edge_at[2, 1].contribution is None


def test_a_rule_that_nobody_asked_for_is_not_run() -> None:
    """The exponent's slope of (−2)² would be NaN."""
    run = run_of(lambda x: x**2.0, x=-2.0)
    assert run.adjoints[0] == -4.0
    assert run.notes == []


def test_elementwise_edges_have_a_local_derivative_per_element() -> None:
    run = run_of(lambda x: OPS["tanh"](x), x=np.array([0.0, 1.0]), seed=np.array([1.0, 2.0]))
    edge = run.edges[0]
    np.testing.assert_allclose(edge.local, [1.0, 1 - math.tanh(1.0) ** 2])
    np.testing.assert_allclose(edge.contribution, [1.0, 2 * (1 - math.tanh(1.0) ** 2)])


def test_broadcasting_is_undone_in_the_contribution_not_in_the_local_derivative() -> None:
    run = run_of(lambda x, y: x * y, x=np.ones((2, 3)), y=np.array([1.0, 2.0, 3.0]))
    edge = run.edge_at[run.output, 1]
    assert edge.local is not None and edge.local.shape == (2, 3)
    np.testing.assert_array_equal(edge.contribution, [2.0, 2.0, 2.0])


def test_edges_of_matrix_products_have_no_local_derivative_unless_all_is_scalar() -> None:
    assert run_of(lambda w, x: w @ x, w=np.eye(2), x=np.ones(2)).edges[0].local is None
    run = run_of(lambda x: spelled("reshape")(x, ()), x=5.0)
    assert run.edges[0].local == 1.0


def test_the_gradient_is_the_sum_of_the_contributions_in_their_order_to_the_last_bit() -> None:
    graph = Graph()
    x = graph.leaf(0.1, "x")
    y = x * 0.7 + OPS["sin"](x) + x * x * 1e9 + x / 3.0 - OPS["exp"](x)
    run = backprop(graph, y.id)
    first, *rest = run.out_edges[x.id]
    total = first.contribution
    for edge in rest:
        total = total + edge.contribution
    assert total == run.adjoints[x.id]


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────
def test_gradients_are_taken_where_they_are_asked_for() -> None:
    graph = Graph()
    x, y = graph.leaf(2.0, "x"), graph.leaf(3.0, "y")
    h = x * y
    z = h * h
    run = backprop(graph, z.id, wrt=[h.id])
    assert run.adjoints == {z.id: 1.0, h.id: 12.0}
    assert run.edge_at[h.id, 0].contribution is None


def test_the_cotangent_weighs_the_outputs() -> None:
    run = run_of(lambda x: x * x, x=np.array([1.0, 2.0, 3.0]), seed=[1.0, 0.0, -1.0])
    np.testing.assert_array_equal(run.adjoints[0], [2.0, 0.0, -6.0])


def test_a_cotangent_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeMismatch, match=r"cotangent: it is \(2,\), the output is \(3,\)"):
        run_of(lambda x: x * x, x=np.ones(3), seed=np.ones(2))


@pytest.mark.parametrize("node", [-1, 99])
def test_a_node_that_is_not_there_is_refused(node: int) -> None:
    graph = Graph()
    graph.leaf(1.0, "x")
    with pytest.raises(BadArgument, match=f"there is no node {node}, the graph has 1"):
        backprop(graph, node)
    with pytest.raises(BadArgument, match=f"there is no node {node}"):
        backprop(graph, 0, wrt=[node])


def test_an_input_that_does_not_reach_the_output_has_gradient_zero_in_its_shape() -> None:
    run = run_of(lambda x, y: x * 1.0, x=1.0, y=np.ones((2, 2)))
    np.testing.assert_array_equal(run.adjoints[1], np.zeros((2, 2)))
    assert run.levels_backward[1] == -1


def test_the_backward_pass_stops_when_the_time_is_over() -> None:
    graph = Graph()
    x = graph.leaf(1.0, "x")
    for _ in range(50):
        x = x * 2.0
    left = iter([1.0] * 10)
    graph.budget = Budget(deadline=lambda: next(left, 0.0))
    with pytest.raises(DeadlineExceeded):
        backprop(graph, x.id)


def test_the_backward_pass_looks_at_the_time_within_a_node_of_many_operands_too() -> None:
    graph = Graph()
    xs = [graph.leaf(float(i), f"x{i}") for i in range(1000)]
    y = spelled("stack")(xs)
    looks: list[int] = []
    graph.budget = Budget(deadline=lambda: looks.append(1) or 1.0)
    backprop(graph, y.id)
    assert len(looks) >= 1000 // 64


# ── levels and steps ────────────────────────────────────────────────────────────────────────────────────
def diamond() -> tuple[Graph, Node]:
    graph = Graph()
    x, w = graph.leaf(0.5, "x"), graph.leaf(-2.0, "w")
    z = x * w
    a = OPS["tanh"](z)
    return graph, a * a + z


def test_levels_are_the_longest_ways_from_the_leaves_and_from_the_output() -> None:
    graph, y = diamond()
    run = backprop(graph, y.id)
    assert forward_levels(graph) == [0, 0, 1, 2, 3, 4]
    assert run.levels_backward == [4, 4, 3, 2, 1, 0]


def backward(found: list[Step]) -> list[tuple[str, int, str | None]]:
    return [(s.kind, s.level, s.edge.id if s.edge else None) for s in found if s.phase == "backward"]


def test_a_level_multiplies_all_its_edges_before_it_adds_any() -> None:
    graph, y = diamond()
    assert backward(steps(backprop(graph, y.id))) == [
        ("seed", 0, None),
        ("multiply", 0, "n4>n5.0"), ("multiply", 0, "n2>n5.1"),
        ("accumulate", 0, "n4>n5.0"), ("accumulate", 0, "n2>n5.1"),
        ("multiply", 1, "n3>n4.0"), ("multiply", 1, "n3>n4.1"),
        ("accumulate", 1, "n3>n4.0"), ("accumulate", 1, "n3>n4.1"),
        ("multiply", 2, "n2>n3.0"), ("accumulate", 2, "n2>n3.0"),
        ("multiply", 3, "n0>n2.0"), ("multiply", 3, "n1>n2.1"),
        ("accumulate", 3, "n0>n2.0"), ("accumulate", 3, "n1>n2.1"),
    ]  # fmt: skip


def test_forward_steps_go_level_by_level_and_show_each_value_once() -> None:
    graph, y = diamond()
    run = backprop(graph, y.id)
    forward = [step for step in steps(run) if step.phase == "forward"]
    assert [step.node for step in forward] == [0, 1, 2, 3, 4, 5]
    assert [step.level for step in forward] == sorted(step.level for step in forward)
    assert all(step.kind == "evaluate" and step.after == run.values[step.node] for step in forward)


def test_steps_are_numbered_without_a_gap() -> None:
    graph = Graph()
    found = steps(backprop(graph, readme(graph).id))
    assert [step.index for step in found] == list(range(len(found)))


def test_old_plus_contribution_is_new_and_the_last_new_is_the_gradient() -> None:
    graph = Graph()
    run = backprop(graph, readme(graph).id)
    last: dict[int, Any] = {}
    for step in steps(run):
        if step.kind == "multiply":
            assert step.edge is not None and step.after == step.edge.contribution
            assert step.edge.upstream == last[step.edge.target]
        if step.kind == "accumulate":
            assert step.before == last.get(step.node, 0.0)
            assert step.after == step.before + step.add
        if step.phase == "backward" and step.kind != "multiply":
            last[step.node] = step.after
    assert last == run.adjoints


def test_steps_of_arrays_add_whole_arrays() -> None:
    run = run_of(lambda x: spelled("sum")(x * x), x=np.array([1.0, 2.0]))
    final = steps(run)[-1]
    assert final.kind == "accumulate"
    np.testing.assert_array_equal(final.before, [1.0, 2.0])
    np.testing.assert_array_equal(final.after, [2.0, 4.0])


def test_edges_that_carry_nothing_have_no_steps() -> None:
    run = run_of(lambda x, y: x * 3.0 + OPS["floor"](y) * OPS["stop"](y), x=2.0, y=1.5)
    edges = {step.edge.id for step in steps(run) if step.edge}
    assert "n3>n4.0" not in edges and all(not edge.startswith("n2>") for edge in edges)
