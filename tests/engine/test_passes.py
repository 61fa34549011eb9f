"""The sweeps: reverse and forward, on values and on nodes, however deep."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.checks import gradient_check
from app.engine.errors import DeadlineExceeded, ShapeMismatch
from app.engine.graph import Graph, Node
from app.engine.notes import notes
from app.engine.ops import OPS
from app.engine.passes import (
    active_nodes,
    backward_levels,
    backward_order,
    differentiate,
    evaluate,
    forward_mode,
    quiet,
    tangent_graph,
)  # fmt: skip
from app.engine.run import backprop, steps
from app.engine.scalars import unfold
from tests.engine.ops.tools import spelled

DEEP = 100_000


def chain(length: int, budget: Budget | None = None) -> tuple[Graph, Node, Node]:
    """x ← sin(x) + 0.001·x₀ again and again: every link has two users of what came before."""
    graph = Graph(budget or Budget(nodes=10 * DEEP))
    x = start = graph.leaf(0.5, "x")
    for i in range(length // 2):
        x = OPS["sin"](x) if i % 2 else x * 1.01
        x = x + start
    return graph, start, x


def slope(length: int) -> float:
    """The same derivative by the recurrence written out."""
    x, d = 0.5, 1.0
    for i in range(length // 2):
        x, d = (math.sin(x), math.cos(x) * d) if i % 2 else (x * 1.01, 1.01 * d)
        x, d = x + 0.5, d + 1.0
    return d


# ── depth ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_chain_of_a_hundred_thousand_nodes_goes_backwards_forwards_and_step_by_step() -> None:
    graph, x, y = chain(DEEP)
    assert len(graph) >= DEEP
    run = backprop(graph, y.id)
    np.testing.assert_allclose(run.adjoints[x.id], slope(DEEP), rtol=1e-12)
    tangent = forward_mode(graph, graph.values, {x.id: 1.0})[y.id]
    np.testing.assert_allclose(tangent, run.adjoints[x.id], rtol=1e-12)
    assert sum(step.kind == "accumulate" for step in steps(run)) == sum(e.contribution is not None for e in run.edges)
    assert evaluate(graph, {x.id: 0.5})[y.id] == run.values[y.id]
    assert gradient_check(run)[x.id].ok
    assert notes(run) == []
    assert len(unfold(graph).graph) == len(graph)


def test_a_chain_of_a_hundred_thousand_nodes_writes_its_gradient_graph() -> None:
    _, x, y = chain(DEEP)
    adjoints, _ = differentiate(y, [x])
    np.testing.assert_allclose(adjoints[x.id].value, slope(DEEP), rtol=1e-12)


# ── which nodes ─────────────────────────────────────────────────────────────────────────────────────────
def branching() -> tuple[Graph, list[Node]]:
    graph = Graph()
    x, y = graph.leaf(1.0, "x"), graph.leaf(2.0, "y")
    used = x * y
    unused = x + y
    masked = OPS["number"](y > 0.0)
    out = used * masked
    return graph, [x, y, used, unused, masked, out]


def test_active_are_the_nodes_between_inputs_and_output_that_a_derivative_passes() -> None:
    graph, (x, y, used, unused, masked, out) = branching()
    assert active_nodes(graph, out.id, [x.id, y.id]) == {x.id, y.id, used.id, out.id}
    assert active_nodes(graph, out.id, [x.id]) == {x.id, used.id, out.id}
    assert active_nodes(graph, masked.id, [y.id]) == set()
    assert active_nodes(graph, unused.id, [unused.id]) == {unused.id}


def test_backward_order_is_by_level_then_by_id() -> None:
    graph, (x, y, used, _, _, out) = branching()
    levels = backward_levels(graph, out.id, active_nodes(graph, out.id, [x.id, y.id]))
    assert levels == {out.id: 0, used.id: 1, x.id: 2, y.id: 2}
    assert backward_order(levels) == [out.id, used.id, x.id, y.id]


def test_every_user_of_a_node_comes_before_it_in_backward_order() -> None:
    graph, x, y = chain(200)
    order = backward_order(backward_levels(graph, y.id, active_nodes(graph, y.id, [x.id])))
    place = {node: at for at, node in enumerate(order)}
    for target in order:
        assert all(place[source] > place[target] for source in graph.inputs[target] if source in place)


# ── again with other values ─────────────────────────────────────────────────────────────────────────────
def test_evaluating_anew_changes_what_depends_on_the_inputs_and_nothing_else() -> None:
    graph = Graph()
    x, y = graph.leaf(2.0, "x"), graph.leaf(3.0, "y")
    a, b = OPS["exp"](x), OPS["exp"](y)
    c = a * b
    values = evaluate(graph, {x.id: 0.0})
    assert values[c.id] == 1.0 * graph.values[b.id]
    assert values[b.id] is graph.values[b.id]
    assert graph.values[x.id] == 2.0


def test_evaluating_anew_from_the_middle_leaves_the_middle_as_given() -> None:
    graph = Graph()
    x = graph.leaf(2.0, "x")
    h = x * x
    y = h + 1.0
    assert evaluate(graph, {h.id: 10.0})[y.id] == 11.0


def test_evaluating_anew_minds_shapes_and_time() -> None:
    graph = Graph()
    x = graph.leaf(np.ones(3), "x")
    x + np.ones(3)
    with pytest.raises(ShapeMismatch):
        evaluate(graph, {x.id: np.ones(2)})
    graph.budget = Budget(deadline=lambda: 0.0)
    with pytest.raises(DeadlineExceeded):
        evaluate(graph, {x.id: np.zeros(3)})


# ── on nodes ────────────────────────────────────────────────────────────────────────────────────────────
def test_the_third_derivative_comes_from_differentiating_three_times() -> None:
    graph = Graph()
    x = graph.leaf(0.7, "x")
    y = OPS["sin"](x) * x
    for _ in range(3):
        y = differentiate(y, [x])[0][x.id]
    # (x sin x)''' = −3 sin x − x cos x
    np.testing.assert_allclose(y.value, -3 * math.sin(0.7) - 0.7 * math.cos(0.7), rtol=1e-13)


def hessian(graph: Graph, x: Node, y: Node) -> Any:
    """Row by row: the gradient of each element of the gradient."""
    first = differentiate(y, [x])[0][x.id]
    rows = []
    for at in np.ndindex(x.shape):
        seed = np.zeros(x.shape)
        seed[at] = 1.0
        rows.append(np.ravel(backprop(graph, first.id, seed=seed, wrt=[x.id]).adjoints[x.id]))
    return np.array(rows)


def test_the_hessian_of_a_quadratic_form_is_its_matrix_made_symmetric() -> None:
    a = np.array([[2.0, -1.0, 0.5], [1.0, 3.0, -0.5], [0.25, 1.0, 2.0]])
    graph = Graph()
    x = graph.leaf(np.array([1.0, -2.0, 0.5]), "x")
    y = x @ (a @ x)
    np.testing.assert_allclose(hessian(graph, x, y), a + a.T, rtol=1e-13)


def test_the_hessian_of_logsumexp_is_that_of_softmax() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, -2.0, 0.5]), "x")
    p = np.exp(x.value) / np.exp(x.value).sum()
    np.testing.assert_allclose(hessian(graph, x, spelled("logsumexp")(x)), np.diag(p) - np.outer(p, p), rtol=1e-12)


def test_a_hessian_is_symmetric_whatever_the_program() -> None:
    graph = Graph()
    x = graph.leaf(np.array([0.3, -1.2, 0.8]), "x")
    h = OPS["tanh"](np.array([[1.0, 0.5, -2.0], [0.3, 1.0, 0.7]]) @ x)
    y = spelled("mse")(OPS["sigmoid"](h * h), np.array([1.0, 0.0]))
    found = hessian(graph, x, y)
    np.testing.assert_allclose(found, found.T, rtol=1e-12, atol=1e-15)


def test_pushing_through_the_gradient_graph_gives_a_hessian_times_a_vector() -> None:
    graph = Graph()
    x = graph.leaf(np.array([0.3, -1.2]), "x")
    y = spelled("sum")(OPS["exp"](x * x))
    v = np.array([1.0, -2.0])
    gradient = differentiate(y, [x])[0][x.id]
    found = tangent_graph(gradient, {x: v})
    # e^(x²) (4x² + 2) on the diagonal
    np.testing.assert_allclose(found.value, np.exp(x.value**2) * (4 * x.value**2 + 2) * v, rtol=1e-13)


@pytest.mark.parametrize("factors", [3, 33, 100])
def test_a_product_with_two_zeros_has_its_second_derivative_between_them(factors: int) -> None:
    graph = Graph()
    values = np.full(factors, 1.01)
    values[[0, factors - 1]] = 0.0
    x = graph.leaf(values, "x")
    found = hessian(graph, x, spelled("prod")(x))
    expected = np.zeros((factors, factors))
    expected[0, -1] = expected[-1, 0] = 1.01 ** (factors - 2)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_running_products_have_their_gradient_at_zeros_too() -> None:
    graph = Graph()
    x = graph.leaf(np.array([2.0, 0.0, 3.0, 0.0]), "x")
    run = backprop(graph, spelled("cumprod")(x).id)
    # 1 + x₁ + x₁x₂ + x₁x₂x₃, x₀(1 + x₂ + x₂x₃), x₀x₁(1 + x₃), x₀x₁x₂
    np.testing.assert_array_equal(run.adjoints[x.id], [1.0, 8.0, 0.0, 0.0])


def test_a_derivative_that_is_constant_is_written_as_a_constant() -> None:
    graph = Graph()
    x = graph.leaf(2.0, "x")
    gradient = differentiate(x * 3.0 + 1.0, [x])[0][x.id]
    assert gradient.value == 3.0
    assert x.id not in differentiate(gradient, [x])[0]


def test_forward_mode_says_nothing_of_what_does_not_depend() -> None:
    graph = Graph()
    x, y = graph.leaf(2.0, "x"), graph.leaf(3.0, "y")
    z = y * y
    with quiet():
        assert forward_mode(graph, graph.values, {x.id: 1.0}) == {x.id: 1.0}
    assert tangent_graph(z, {x: 1.0}) is None
