"""Single nodes opened in place: every op, down to its numbers, with the value it had and the gradient it passed."""

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.graph import Graph
from app.engine.op import Op, Sample, shape
from app.engine.opening import doors, has_inside, open_nodes
from app.engine.run import backprop
from app.lang import trace
from tests.engine.ops.tools import build, carried, weights
from tests.engine.test_jacobian import EACH


def opened_all(graph, most=60):
    """Open one node after the other, what is inside too; all openings, the last is open all through."""
    keys: list[str] = []
    found = open_nodes(graph, keys)
    while len(keys) < most and (doors := [door for door in found.doors if door]):
        keys.append(doors[0])
        found = open_nodes(graph, keys)
        yield found, keys


@pytest.mark.parametrize(("op", "sample"), EACH)
def test_an_opened_op_has_its_value_and_its_gradient(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    seed = weights(out.shape)
    before = backprop(graph, out.id, seed=seed)
    assert has_inside(graph, out.id) or not shape(out.value)
    for found, keys in opened_all(graph, most=4):
        result = found.moved[out.id]
        np.testing.assert_array_equal(found.graph.values[result], out.value)
        run = backprop(found.graph, result, seed=seed)
        for slot in carried(op, operands):
            inside, outside = run.adjoints[found.moved[operands[slot].id]], before.adjoints[operands[slot].id]
            np.testing.assert_allclose(inside, outside, rtol=1e-9, atol=1e-12)
        assert found.shut == ()
        assert found.keys[result] == f"n{out.id}"
        assert set(keys).isdisjoint(found.doors)


NET = "X = [[1, -0.5, 2], [0, 1.5, -1]]\nW = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nY = softmax(X @ W)\nL = sum(Y**2)"


def test_keys_are_unique_and_stay_those_of_the_closed_graph() -> None:
    graph = trace(NET).graph
    for found, _ in opened_all(graph):
        assert len(set(found.keys)) == len(found.keys) == len(found.doors) == len(found.graph)
        assert [found.keys[node] for node in found.moved] == [f"n{i}" for i in range(len(graph))]
        assert [found.graph.names[node] for node in found.moved] == graph.names
        assert [found.graph.spans[node] for node in found.moved] == graph.spans


SINGLE = ["x = 0.5\ny = gelu(x) * x", "x = 0.5\ny = where(x > 0, x, 2 * x)", "w = [1.0]\nz = w[0] * 2"]


@pytest.mark.parametrize("source", [NET, *SINGLE])
def test_a_door_is_where_something_is_inside(source: str) -> None:
    graph = trace(source).graph
    assert doors(graph) == [f"n{i}" if has_inside(graph, i) else None for i in range(len(graph))]
    assert doors(graph) == open_nodes(graph, []).doors


def test_what_is_inside_stands_where_the_op_stood_in_the_text() -> None:
    graph = trace(NET).graph
    softmax = next(i for i, op in enumerate(graph.ops) if op.name == "softmax")
    found = open_nodes(graph, [f"n{softmax}"])
    inside = [i for i, key in enumerate(found.keys) if key.startswith(f"n{softmax}.")]
    assert inside
    assert {found.graph.spans[i] for i in inside} == {graph.spans[softmax]}


def test_open_all_through_every_op_is_of_single_numbers_or_moves_them() -> None:
    *_, (found, _) = opened_all(trace(NET).graph)
    computing = [i for i, op in enumerate(found.graph.ops) if not op.leaf and not op.view and op.name != "array"]
    assert computing
    assert all(shape(found.graph.values[i]) == () for i in computing)


def test_a_number_is_picked_once_however_often_it_is_an_operand() -> None:
    found = open_nodes(trace("x = [1.0, 2.0]\ny = x * x\nz = sum(y)").graph, ["n1"])
    assert [op.name for op in found.graph.ops] == ["input", "index", "index", "mul", "mul", "array", "sum"]
    assert found.graph.inputs[3:5] == [(1, 1), (2, 2)]


def test_the_result_of_what_is_inside_can_be_opened_too() -> None:
    graph = trace(NET).graph
    softmax = next(i for i, op in enumerate(graph.ops) if op.name == "softmax")
    key = f"n{softmax}"
    once = open_nodes(graph, [key])
    door = once.doors[once.moved[softmax]]
    assert door is not None and door.startswith(f"{key}.")
    twice = open_nodes(graph, [key, door])
    assert twice.keys[twice.moved[softmax]] == key
    assert twice.graph.ops[twice.moved[softmax]].name == "array"
    assert any(each.startswith(f"{door}.") for each in twice.keys)


def test_keys_of_nothing_that_can_be_opened_are_told() -> None:
    found = open_nodes(trace(NET).graph, ["n0", "n3.1", "n99", "x"])
    assert found.shut == ("n0", "n3.1", "n99", "x")
    assert len(found.graph) == len(found.closed)


def test_the_budget_of_the_program_holds_inside_too() -> None:
    graph = Graph(Budget(nodes=40))
    y = graph.leaf(np.ones((5, 5)), "x") * 2.0
    with pytest.raises(TooLarge):
        open_nodes(graph, [f"n{y.id}"])
