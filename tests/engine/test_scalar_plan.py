"""Scalar detail run level by level is the scalar detail that a sweep gives: values to the last bit.

Gradients too, but for the last place of what is inside an op.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import BadArgument
from app.engine.executors import scalar_plan
from app.engine.executors.scalar_plan import ScalarPlan
from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.run import backprop
from app.engine.scalars import scalar_run
from tests.engine.test_elements import array_programs, function

RELATIVE_ERROR = 1e-13
LAST_PLACES = 4 * np.finfo(float).eps
"""NumPy's loops over arrays and Python's library for single numbers may round a slope differently."""


@pytest.fixture(autouse=True)
def plans_of_any_size(monkeypatch):
    """Small programs show as much as large ones, which alone are worth a plan."""
    monkeypatch.setattr(scalar_plan, "FEW", 0)
    monkeypatch.setattr(scalar_plan.Leveled, "deep", False)


def assert_same_run(run, found):
    swept, _ = scalar_run(run, {})
    table = [found.edge_at[edge.target, edge.slot] for edge in swept.edges]
    assert len(found.edge_at) == len(table)
    assert found.notes == swept.notes
    assert list(found.levels_forward) == swept.levels_forward
    assert list(found.levels_backward) == swept.levels_backward
    np.testing.assert_array_equal(found.columns.values, swept.values)
    for node in range(len(swept.values)):
        assert bool(found.has_gradient[node]) == (node in swept.adjoints)
        np.testing.assert_allclose(found.columns.gradients[node], swept.adjoints.get(node, 0.0), LAST_PLACES, 0)
    for own, edge in zip(table, swept.edges, strict=True):
        assert (own.contribution is None) == (edge.contribution is None)
        if edge.contribution is not None:
            np.testing.assert_allclose(own.local, edge.local, rtol=LAST_PLACES, atol=0)
            np.testing.assert_allclose(own.contribution, edge.contribution, rtol=RELATIVE_ERROR, atol=1e-300)


def planned(run):
    """None where a sweep is needed."""
    try:
        return ScalarPlan(run)
    except BadArgument:
        return None


@given(array_programs(), st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_a_plan_gives_the_run_of_a_sweep_and_so_it_does_with_other_numbers(program, seed):
    graph, output = program
    run = backprop(graph, output)
    plan = planned(run)
    if plan is None:
        return
    assert_same_run(run, plan.run(run))
    rng = np.random.default_rng(seed)
    other = Graph()
    rows = zip(graph.ops, graph.inputs, graph.attributes, graph.values, graph.names, strict=True)
    for op, inputs, attributes, value, name in rows:
        if op.leaf:
            other.leaf(value if name is None else rng.normal(size=np.shape(value)), name)
        else:
            other.append(op, inputs, attributes, op.apply([other.values[i] for i in inputs], attributes))
    again = backprop(other, output)
    assert_same_run(again, plan.run(again))


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 0.0, -0.0])
@pytest.mark.parametrize("name", ["relu", "exp", "tanh", "abs", "log", "sqrt", "square"])
def test_closed_gates_infinities_and_kinks_are_those_of_the_sweep(name, value):
    graph = Graph()
    x = graph.leaf(np.array([value, 0.5, -2.0]), "x")
    w = graph.leaf(np.array([0.0, -1.0, np.inf]), "w")
    with quiet():
        output = function("sum")(OPS[name](x) * w)
    run = backprop(graph, output.id)
    assert_same_run(run, ScalarPlan(run).run(run))


def test_a_program_of_single_numbers_needs_no_unfolding():
    graph = Graph()
    x, y = graph.leaf(0.3, "x"), graph.leaf(-1.5, "y")
    output = OPS["tanh"](x * y + x) * OPS["relu"](y) + x
    run = backprop(graph, output.id)
    found = ScalarPlan(run).run(run)
    assert found.graph.ops == graph.ops
    assert_same_run(run, found)


def test_what_has_no_derivative_for_each_element_is_left_to_the_sweep():
    graph = Graph()
    x = graph.leaf(np.arange(4.0), "x")
    run = backprop(graph, function("amax")(x).id)
    with pytest.raises(BadArgument, match="sweep"):
        ScalarPlan(run)


def test_a_long_chain_is_left_to_the_sweep(monkeypatch):
    monkeypatch.undo()
    graph = Graph()
    y = x = graph.leaf(1.0, "x")
    for _ in range(2000):
        y = y * x
    with pytest.raises(BadArgument, match="as many levels"):
        ScalarPlan(backprop(graph, y.id))
