"""Jacobians of edges, paths and whole ways, and what feeds one cell, against differences and against the sweeps."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.cells import feeds, made_from
from app.engine.errors import BadArgument, TooLarge
from app.engine.graph import Graph, Node
from app.engine.jacobian import LARGEST, edge_jacobian, jacobian, path_jacobian, why_nobody_builds_it
from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.passes import evaluate, pull, push, quiet
from app.engine.run import backprop
from tests.engine.ops.tools import SMOOTH, STEP, build, carried, same, spelled, weights

EACH = [case for case in SMOOTH if max(map(np.size, case.values[1].inputs)) <= LARGEST]  # type: ignore[attr-defined]


def differences(graph: Graph, source: int, target: int) -> Any:
    """∂target/∂source by central differences, a column for each element of the source."""
    x = np.array(graph.values[source], float)
    columns = []
    for at in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(x[at]))
        low, high = x.copy(), x.copy()
        low[at] -= h
        high[at] += h
        below, above = (np.asarray(evaluate(graph, {source: each})[target], float) for each in (low, high))
        columns.append(((above - below) / (2 * h)).reshape(-1))
    return np.array(columns).T


# ── one edge ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("op", "sample"), EACH)
def test_the_jacobian_of_an_edge_is_that_of_central_differences(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    for slot in carried(op, operands):
        found = edge_jacobian(graph, out.id, slot)
        same(found.matrix, differences(graph, operands[slot].id, out.id), 2e-8)
        assert (len(found.rows), len(found.columns)) == found.matrix.shape


@pytest.mark.parametrize(("op", "sample"), EACH)
def test_the_sweeps_are_a_row_times_the_matrix_and_the_matrix_times_a_column(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    inputs, g = [x.value for x in operands], weights(out.shape)
    for slot in carried(op, operands):
        found, tangent = edge_jacobian(graph, out.id, slot), weights(operands[slot].shape) - 0.9
        with quiet():
            same(found.vjp(g), pull(op, slot, g, inputs, out.value, sample.attributes)[1])
            same(found.jvp(tangent), push(op, slot, tangent, inputs, out.value, sample.attributes))


@pytest.mark.parametrize(("op", "sample"), EACH)
def test_the_products_that_feed_a_cell_add_up_to_its_contribution(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    run = backprop(graph, out.id, seed=weights(out.shape))
    for slot in carried(op, operands):
        matrix = edge_jacobian(graph, out.id, slot).matrix
        contribution = np.asarray(run.edge_at[out.id, slot].contribution)
        for column, cell in enumerate(np.ndindex(operands[slot].shape)):
            found = feeds(run, out.id, slot, cell)
            same(sum(feed.product for feed in found) + 0.0, contribution[cell], 1e-12)
            rows = {int(np.ravel_multi_index(feed.cell, out.shape)) if out.shape else 0: feed for feed in found}
            assert set(np.flatnonzero(np.abs(matrix[:, column]) > 1e-14)) <= set(rows)
            for row, feed in rows.items():
                same(feed.local, matrix[row, column], 1e-14)
                assert feed.upstream == np.asarray(run.seed)[feed.cell]
                same(feed.product, feed.local * feed.upstream, 1e-14)


@pytest.mark.parametrize(("op", "sample"), EACH)
def test_what_a_cell_was_made_from_is_what_it_feeds_the_other_way_round(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    run = backprop(graph, out.id, seed=weights(out.shape))
    for slot in carried(op, operands):
        back = {(cell, feed.cell): feed.local for cell in np.ndindex(operands[slot].shape)
                for feed in feeds(run, out.id, slot, cell)}  # fmt: skip
        forth = {(cell, at): slope for at in np.ndindex(out.shape)
                 for cell, slope in made_from(graph, out.id, slot, at)}  # fmt: skip
        for pair in back.keys() | forth.keys():
            same(forth.get(pair, 0.0), back.get(pair, 0.0), 1e-12)


def test_a_cell_of_a_matrix_is_fed_by_a_row_of_the_result_even_through_zeros() -> None:
    graph = Graph()
    a, b = graph.leaf(np.ones((2, 3)), "a"), graph.leaf(np.array([[0.0, 2.0], [3.0, 0.0], [5.0, 6.0]]), "b")
    y = a @ b
    run = backprop(graph, y.id, seed=np.array([[1.0, 10.0], [100.0, 1000.0]]))
    found = feeds(run, y.id, 0, (1, 0))
    assert [(feed.cell, feed.local, feed.upstream, feed.product) for feed in found] == [
        ((1, 0), 0.0, 100.0, 0.0), ((1, 1), 2.0, 1000.0, 2000.0),
    ]  # fmt: skip
    assert made_from(graph, y.id, 1, (0, 1)) == [((0, 1), 1.0), ((1, 1), 1.0), ((2, 1), 1.0)]


def test_a_repeated_number_is_fed_by_every_place_that_it_was_repeated_to() -> None:
    graph = Graph()
    y = graph.leaf(np.ones((2, 3)), "x") + graph.leaf(np.ones(3), "b")
    run = backprop(graph, y.id, seed=np.arange(6.0).reshape(2, 3))
    assert [(feed.cell, feed.product) for feed in feeds(run, y.id, 1, (2,))] == [((0, 2), 2.0), ((1, 2), 5.0)]


def test_windows_in_which_a_number_is_not_the_largest_are_there_with_a_slope_of_zero() -> None:
    x = Graph().leaf(np.array([[1.0, 5.0, 3.0]]), "x")
    y = spelled("F.max_pool1d")(x, 2, stride=1)
    run = backprop(x.graph, y.id, seed=np.array([[7.0, 11.0]]))
    twice, never = ([(f.cell, f.local, f.product) for f in feeds(run, y.id, 0, (0, i))] for i in (1, 2))
    assert twice == [((0, 0), 1.0, 7.0), ((0, 1), 1.0, 11.0)]
    assert never == [((0, 1), 0.0, 0.0)]


def test_a_closed_gate_passes_nothing_of_infinity_and_is_there_nevertheless() -> None:
    graph = Graph()
    y = OPS["relu"](graph.leaf(np.array([-1.0, 2.0]), "x"))
    run = backprop(graph, y.id, seed=np.array([math.inf, 1.0]))
    (feed,) = feeds(run, y.id, 0, (0,))
    assert (feed.local, feed.upstream, feed.product) == (0.0, math.inf, 0.0)


def test_an_infinite_slope_stays_in_its_place() -> None:
    graph = Graph()
    with quiet():
        y = OPS["sqrt"](graph.leaf(np.array([0.0, 4.0]), "x"))
    np.testing.assert_array_equal(edge_jacobian(graph, y.id, 0).matrix, [[math.inf, 0.0], [0.0, 0.25]])


def test_what_carries_no_derivative_feeds_nothing_and_was_made_from_something() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, 2.0]), "x")
    gate = x > 1.5
    y = OPS["where"](gate, x, 0.0)
    run = backprop(graph, y.id)
    assert feeds(run, gate.id, 0, (0,)) == []
    assert made_from(graph, gate.id, 0, (1,)) == [((1,), 0.0)]
    assert not edge_jacobian(graph, gate.id, 0).matrix.any()


# ── ways ────────────────────────────────────────────────────────────────────────────────────────────────
def program() -> tuple[Graph, dict[str, Node]]:
    graph = Graph()
    t = graph.leaf(0.5, "t")
    x, y = t * t, OPS["exp"](t)
    inner = x * y
    sine = OPS["sin"](inner)
    square = x * x
    z = square + sine
    return graph, {"t": t, "x": x, "y": y, "inner": inner, "sine": sine, "square": square, "z": z}


def test_three_paths_add_up_to_the_gradient() -> None:
    graph, n = program()
    paths = [
        [n["t"], n["x"], n["square"], n["z"]], [n["t"], n["x"], n["inner"], n["sine"], n["z"]],
        [n["t"], n["y"], n["inner"], n["sine"], n["z"]],
    ]  # fmt: skip
    slopes = [float(path_jacobian(graph, [node.id for node in path]).matrix.item()) for path in paths]
    np.testing.assert_allclose(slopes, [0.5, 1.510640120120622, 0.3776600300301555], rtol=1e-14)
    every = jacobian(graph, n["t"].id, n["z"].id)
    np.testing.assert_allclose(every.matrix, [[sum(slopes)]], rtol=1e-15)
    np.testing.assert_allclose(every.matrix, backprop(graph, n["z"].id).adjoints[n["t"].id], rtol=1e-15)


@pytest.mark.parametrize(("rows", "columns"), [(2, 5), (5, 2), (3, 3), (1, 6), (6, 1)])
def test_the_jacobian_over_every_way_is_that_of_central_differences(rows: int, columns: int) -> None:
    rng = np.random.default_rng(rows)
    graph = Graph()
    x = graph.leaf(rng.normal(size=columns), "x")
    h = OPS["tanh"](graph.leaf(rng.normal(size=(4, columns)), "W") @ x)
    y = graph.leaf(rng.normal(size=(rows, 4)), "V") @ (h * h + OPS["sin"](h))
    graph.name(y.id, "y")
    found = jacobian(graph, x.id, y.id)
    same(found.matrix, differences(graph, x.id, y.id), 2e-8)
    seed = weights((rows,))
    same(found.vjp(seed), backprop(graph, y.id, seed=seed).adjoints[x.id])
    assert found.rows[0] == "y[0]" and found.columns[-1] == f"x[{columns - 1}]"
    path = path_jacobian(graph, [x.id, x.id + 2, h.id])
    same(path.matrix, jacobian(graph, x.id, h.id).matrix)


def test_there_is_nothing_but_zeros_where_there_is_no_way() -> None:
    graph, n = program()
    assert jacobian(graph, n["sine"].id, n["square"].id).matrix.item() == 0.0
    assert jacobian(graph, n["x"].id, n["x"].id).matrix.item() == 1.0


def test_labels_are_elements_in_c_order_and_ids_where_there_is_no_name() -> None:
    graph = Graph()
    w, x = graph.leaf(np.ones((2, 2)), "W"), graph.leaf(np.ones(2), "x")
    found = edge_jacobian(graph, (w @ x).id, 0)
    assert found.rows == ("n2[0]", "n2[1]")
    assert found.columns == ("W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]")


# ── what cannot be ──────────────────────────────────────────────────────────────────────────────────────
def test_a_matrix_that_nobody_could_look_at_is_refused_and_the_sentence_says_why() -> None:
    graph = Graph()
    y = OPS["tanh"](graph.leaf(np.ones(LARGEST + 1), "x"))
    for make in (lambda: edge_jacobian(graph, y.id, 0), lambda: jacobian(graph, 0, y.id)):
        with pytest.raises(TooLarge, match="jacobian: it is 65 × 65, the limit is 64 × 64"):
            make()
    assert "32 × 8,192 = 262,144 numbers" in why_nobody_builds_it(32, 8192)


def test_edges_cells_and_paths_that_are_not_there_are_said_in_a_sentence() -> None:
    graph, n = program()
    run = backprop(graph, n["z"].id)
    with pytest.raises(BadArgument, match="has no operand 2"):
        edge_jacobian(graph, n["z"].id, 2)
    with pytest.raises(BadArgument, match="has no operand 5"):
        feeds(run, n["z"].id, 5, ())
    with pytest.raises(BadArgument, match="give an index for each axis"):
        feeds(run, n["z"].id, 0, (0,))
    with pytest.raises(BadArgument, match="is no path"):
        path_jacobian(graph, [n["t"].id, n["z"].id])
    with pytest.raises(BadArgument, match="there is no node 99"):
        jacobian(graph, 99, n["z"].id)
