"""Records: what a run leaves behind for others to read."""

import numpy as np
import pytest

from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.record import Edge, Note, Run, Step
from app.engine.run import backprop


def example() -> Run:
    graph = Graph()
    x, w = graph.leaf(0.5, "x"), graph.leaf(np.array([1.0, -2.0]), "w")
    y = OPS["tanh"](x * w) + w
    return backprop(graph, OPS["sum"](y, axis=(0,), keepdims=False).id)


def test_edges_are_listed_target_by_target_and_slot_by_slot() -> None:
    run = example()
    assert [edge.id for edge in run.edges] == ["n0>n2.0", "n1>n2.1", "n2>n3.0", "n3>n4.0", "n1>n4.1", "n4>n5.0"]
    assert all(run.edge_at[edge.target, edge.slot] is edge for edge in run.edges)


def test_out_edges_come_in_the_order_in_which_they_are_added() -> None:
    run = example()
    assert [edge.id for edge in run.out_edges[1]] == ["n1>n4.1", "n1>n2.1"]
    total = run.out_edges[1][0].contribution + run.out_edges[1][1].contribution
    np.testing.assert_array_equal(total, run.adjoints[1])


def test_contributions_have_the_sources_shape_and_upstream_the_targets() -> None:
    run = example()
    for edge in run.edges:
        assert np.shape(edge.contribution) == np.shape(run.values[edge.source])
        assert np.shape(edge.upstream) == np.shape(run.values[edge.target])
        if edge.local is not None:
            assert np.shape(edge.local) == np.shape(run.values[edge.target])


@pytest.mark.parametrize(
    ("record", "name"),
    [(Edge(0, 1, 0), "source"), (Note("kink", "relu at 0"), "code"), (Step(0, "forward", 0, "evaluate", 0), "index")],
)
def test_what_is_recorded_does_not_change(record: Edge | Note | Step, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(record, name, 5)


def test_a_step_may_tell_all_that_happens_at_it() -> None:
    step = Step(7, "backward", 2, "accumulate", 1, Edge(1, 2, 0), before=1.0, add=2.0, after=3.0)
    assert (step.edge and step.edge.id, step.before, step.add, step.after) == ("n1>n2.0", 1.0, 2.0, 3.0)
