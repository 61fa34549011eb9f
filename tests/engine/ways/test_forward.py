"""Forward mode: tangents beside gradients, every product recorded, the steps that lead to them."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given

from app.engine.errors import ShapeMismatch
from app.engine.graph import Graph
from app.engine.passes import quiet
from app.engine.run import backprop
from app.engine.scalars import scalar_run
from app.engine.ways.forward import ForwardRun, forward_run, identity, tangent_steps
from app.lang import trace
from tests.engine.programs import array_programs, programs
from tests.engine.test_random_programs import direction, swept, tame

LECTURE = "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)"


def pushed(program: tuple[Graph, int]) -> ForwardRun:
    run = swept(program)
    assume(tame(run))
    with quiet():
        found = forward_run(run, {node: direction(np.shape(run.values[node])) for node in run.wrt})
    assume(all(np.all(np.abs(tangent) < 1e4) for tangent in found.tangents.values()))
    return found


@given(programs())
def test_on_numbers_both_sides_of_the_identity_agree_to_twelve_places(program: tuple[Graph, int]) -> None:
    found = pushed(program)
    assume(all(abs(float(term)) < 1e4 for term in found.pushed.values()))
    forwards, backwards = identity(found)
    terms = [abs(float(term)) for term in found.pushed.values()]
    assert forwards == pytest.approx(backwards, rel=1e-12, abs=1e-12 * max(terms, default=1.0))


@given(array_programs())
def test_on_arrays_both_sides_of_the_identity_agree(program: tuple[Graph, int]) -> None:
    forwards, backwards = identity(pushed(program))
    assert forwards == pytest.approx(backwards, rel=1e-9, abs=1e-9)


@given(array_programs(most=7))
def test_in_single_numbers_they_agree_too(program: tuple[Graph, int]) -> None:
    run, _ = scalar_run(swept(program), {})
    assume(tame(run))
    found = forward_run(run, {node: direction((3,))[node % 3] for node in run.wrt})
    assume(all(abs(float(term)) < 1e4 for term in found.pushed.values()))
    forwards, backwards = identity(found)
    assert forwards == pytest.approx(backwards, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("call", ["amax(x)", "softmax(x)[1]", "prod(x)", "norm(x)", "std(x)", "logsumexp(x)"])
def test_an_op_that_stays_whole_in_single_numbers_pushes_by_its_own_slopes(call: str) -> None:
    program = trace(f"x = [1.0, -2.0, 3.0]\ny = {call}")
    whole = backprop(program.graph, program.output)
    run, _ = scalar_run(whole, {})
    for k, node in enumerate(run.wrt):
        tangent = forward_run(run, {node: np.float64(1.0)}).tangents.get(run.output, 0.0)
        assert tangent == pytest.approx(float(whole.adjoints[whole.wrt[0]][k]), rel=1e-12, abs=1e-15)


@given(array_programs())
def test_a_tangent_is_the_sum_of_what_its_in_edges_push(program: tuple[Graph, int]) -> None:
    found = pushed(program)
    for node, tangent in found.tangents.items():
        terms = [term for (target, _), term in sorted(found.pushed.items(), key=lambda each: each[0]) if target == node]
        total: Any = found.seeds.get(node)
        for term in terms:
            total = term if total is None else total + term
        np.testing.assert_array_equal(total, tangent)


@given(programs())
def test_between_numbers_a_product_is_local_times_tangent(program: tuple[Graph, int]) -> None:
    found = pushed(program)
    for edge in found.edges:
        term = found.pushed.get((edge.target, edge.slot))
        if term is not None:
            assert edge.local is not None
            assert float(term) == pytest.approx(float(edge.local * found.tangents[edge.source]), rel=1e-12, abs=1e-300)


@given(array_programs(most=6))
def test_the_steps_lead_to_the_tangents_level_by_level(program: tuple[Graph, int]) -> None:
    found = pushed(program)
    held: dict[int, Any] = {}
    for step in tangent_steps(found):
        if step.kind == "seed":
            held[step.node] = step.after
        if step.kind == "accumulate":
            before = held.get(step.node, np.zeros(np.shape(step.add)))
            np.testing.assert_array_equal(step.before, before)
            held[step.node] = step.after
    assert held.keys() == found.tangents.keys()
    for node, tangent in found.tangents.items():
        np.testing.assert_array_equal(held[node], tangent)


def test_in_a_level_values_come_first_then_every_multiply_then_every_accumulate() -> None:
    program = trace(LECTURE)
    run = backprop(program.graph, program.output)
    steps = tangent_steps(forward_run(run, {program.inputs["t"]: np.float64(1.0)}))
    assert [step.index for step in steps] == list(range(len(steps)))
    places = [(step.level, ["evaluate", "seed", "multiply", "accumulate"].index(step.kind)) for step in steps]
    assert places == sorted(places)
    assert sum(step.kind == "multiply" for step in steps) == 8  # every edge but those of the constant exponents


def test_of_the_lecture_it_gives_the_derivative_by_t() -> None:
    program = trace(LECTURE)
    run = backprop(program.graph, program.output)
    found = forward_run(run, {program.inputs["t"]: np.float64(1.0)})
    assert found.tangents[program.output] == pytest.approx(2.3883001501507777, rel=1e-15)
    assert found.tangents[program.names["x"]] == 1.0
    assert found.tangents[program.names["y"]] == pytest.approx(math.exp(0.5), rel=1e-15)


def test_what_does_not_depend_on_a_seeded_input_has_no_tangent_and_its_edge_no_product() -> None:
    program = trace("x = 2.0\ny = 3.0\nu = x**2\nv = y**2\nz = u + v")
    run = backprop(program.graph, program.output)
    found = forward_run(run, {program.inputs["x"]: np.float64(1.0)})
    assert program.names["v"] not in found.tangents
    assert (program.output, 1) not in found.pushed
    assert identity(found) == (4.0, 4.0)


def test_locals_are_there_where_only_a_tangent_passes() -> None:
    program = trace("x = 3.0\nside = x**2\ny = 2*x")
    run = backprop(program.graph, program.output)
    found = forward_run(run, {program.inputs["x"]: np.float64(1.0)})
    edge = next(each for each in found.edges if each.target == program.names["side"] and each.slot == 0)
    assert (edge.local, edge.contribution, found.pushed[edge.target, 0]) == (6.0, None, 6.0)


def test_a_closed_gate_passes_nothing_even_of_an_infinite_tangent() -> None:
    program = trace("x = -1.0\ny = relu(x)")
    run = backprop(program.graph, program.output)
    assert forward_run(run, {program.inputs["x"]: np.float64(math.inf)}).tangents[program.output] == 0.0


def test_a_tangent_of_another_shape_is_refused() -> None:
    program = trace("x = [1.0, 2.0]\ny = sum(x)")
    run = backprop(program.graph, program.output)
    with pytest.raises(ShapeMismatch, match=r"tangent: it is \(3,\), the input is \(2,\)"):
        forward_run(run, {program.inputs["x"]: np.ones(3)})
