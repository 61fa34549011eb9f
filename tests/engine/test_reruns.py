"""What is compiled after a while is the run that a sweep gives, to the last bit, for every kind of number."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import DeadlineExceeded
from app.engine.executors import reruns
from app.engine.executors.reruns import OFTEN, Reruns
from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.passes import evaluate, quiet
from app.engine.record import Edge, Run
from app.engine.run import backprop

from .programs import NUMBERS, programs, same


def with_inputs(graph: Graph, numbers: list[float]) -> Graph:
    """The graph with other inputs, built anew."""
    values = evaluate(graph, dict(zip(graph.input_ids(), numbers, strict=False)))
    other = Graph()
    for i, op in enumerate(graph.ops):
        other.append(op, graph.inputs[i], graph.attributes[i], values[i], graph.names[i])
    return other


def numbers_of(edge: Edge) -> tuple[Any, Any, Any]:
    return edge.local, edge.upstream, edge.contribution


def assert_same_run(found: Run, wanted: Run) -> None:
    assert found.values is found.graph.values
    assert found.adjoints.keys() == wanted.adjoints.keys()
    assert all(same(found.adjoints[i], wanted.adjoints[i]) for i in wanted.adjoints)
    for mine, theirs in zip(found.edges, wanted.edges, strict=True):
        assert mine.id == theirs.id
        assert all(same(a, b) for a, b in zip(numbers_of(mine), numbers_of(theirs), strict=True))
    for name in ("output", "seed", "wrt", "order", "levels_forward", "levels_backward", "notes"):
        assert getattr(found, name) == getattr(wanted, name), name


@given(programs(), st.lists(st.lists(NUMBERS, min_size=4, max_size=4), min_size=OFTEN + 2, max_size=OFTEN + 4))
def test_every_run_under_a_slider_is_the_swept_run(program: tuple[Graph, int], moves: list[list[float]]) -> None:
    graph, output = program
    often = Reruns()
    for numbers in moves:
        moved = with_inputs(graph, numbers)
        assert_same_run(often.backprop(moved, output), backprop(moved, output))


def dragged(x: float) -> tuple[Graph, int]:
    """1/x + log x: a pole, and a NaN on its left."""
    graph = Graph()
    with quiet():
        node = graph.leaf(x, "x")
        return graph, (1 / node + OPS["log"](node) + OPS["relu"](node)).id


@pytest.mark.parametrize("x", [0.0, -1.0, math.inf, math.nan, 1e-320, 2.0])
def test_after_many_runs_poles_kinks_and_their_notes_are_those_of_the_sweep(x: float) -> None:
    often = Reruns()
    for k in range(OFTEN + 1):
        often.backprop(*dragged(1.0 + k))
    graph, output = dragged(x)
    assert_same_run(often.backprop(graph, output), backprop(graph, output))


def in_time(x: float, clock: list[float]) -> tuple[Graph, int]:
    """The same program in a request that has `clock[0]` seconds left."""
    graph, output = dragged(x)
    graph.budget.deadline = lambda: clock[0]
    return graph, output


def test_the_deadline_of_the_request_that_was_compiled_is_not_that_of_later_ones() -> None:
    often, first = Reruns(), [1.0]
    for k in range(OFTEN + 1):
        often.backprop(*in_time(1.0 + k, first))
    first[0] = 0.0
    graph, output = in_time(0.0, [1.0])
    assert_same_run(often.backprop(graph, output), backprop(graph, output))


def test_a_run_that_is_there_is_not_lost_when_time_ends_while_it_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_late(*_: Any) -> Any:
        raise DeadlineExceeded("graph: the time is over — make the program smaller", limit=0, reached=0)

    monkeypatch.setattr(reruns, "compile_run", too_late)
    often = Reruns()
    for k in range(OFTEN + 3):
        graph, output = dragged(1.0 + k)
        assert_same_run(often.backprop(graph, output), backprop(graph, output))


def test_a_run_is_compiled_only_when_its_structure_came_often(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    original = reruns.compile_run
    monkeypatch.setattr(reruns, "compile_run", lambda *asked: compiled.append(asked) or original(*asked))
    often = Reruns()
    for k in range(OFTEN + 3):
        often.backprop(*dragged(1.0 + k))
        assert len(compiled) == (k >= OFTEN)


def test_another_question_about_the_same_graph_is_another_run() -> None:
    often = Reruns()
    graph = Graph()
    x, y = graph.leaf(2.0, "x"), graph.leaf(3.0, "y")
    z = x * y
    for _ in range(OFTEN + 2):
        assert often.backprop(graph, z.id, wrt=[x.id]).adjoints.keys() == {x.id, z.id}
        assert often.backprop(graph, z.id, wrt=[y.id]).adjoints.keys() == {y.id, z.id}
        assert often.backprop(graph, z.id, seed=2.0).adjoints[x.id] == 6.0


def test_another_constant_in_the_same_place_is_another_structure() -> None:
    often = Reruns()
    for _ in range(OFTEN + 2):
        for constant in (2.0, 3.0):
            graph = Graph()
            x = graph.leaf(1.0, "x")
            assert often.backprop(graph, (x * constant).id).adjoints[x.id] == constant


def test_arrays_are_swept() -> None:
    often = Reruns()
    for _ in range(OFTEN + 2):
        graph = Graph()
        x = graph.leaf([1.0, 2.0], "x")
        assert often.backprop(graph, (x * 3.0).id).adjoints[x.id].tolist() == [3.0, 3.0]

