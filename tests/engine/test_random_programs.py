"""Random programs: every way to the gradient gives the same one."""

import math
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from hypothesis import assume, given, settings

from app.engine.checks import gradient_check
from app.engine.graph import Graph, Node
from app.engine.passes import differentiate, evaluate, forward_mode, quiet
from app.engine.record import Run
from app.engine.run import backprop, steps
from app.engine.scalars import scalar_run
from tests.engine.ops.test_autograd import TEXTBOOK
from tests.engine.programs import array_programs, programs

TAME = 1e4
"""Beyond this, rounding is amplified so much that two right answers may differ."""


def swept(program: tuple[Graph, int]) -> Run:
    graph, output = program
    return backprop(graph, output)


def tame(run: Run) -> bool:
    """Whether all numbers of the run are finite and of a size that can be compared."""
    locals_ = [edge.local for edge in run.edges if edge.local is not None]
    numbers = [*run.values[: run.output + 1], *run.adjoints.values(), *locals_]
    with quiet():
        return all(bool(np.all(np.abs(np.asarray(x, float)) < TAME)) for x in numbers)


def smooth(run: Run) -> bool:
    return not any(note.code in ("kink", "tie") for note in run.notes)


def direction(form: tuple[int, ...]) -> Any:
    """A tangent in which no two elements are alike."""
    return np.cos(np.arange(1.0, math.prod(form) + 1)).reshape(form)


def power_at_zero(run: Run) -> bool:
    """Whether something next to 0 is raised to a power: xˣ falls without bound there, and its slope has no limit."""
    operands = [run.graph.inputs[i] for i, op in enumerate(run.graph.ops) if op.name == "pow"]
    return any(abs(run.values[x]) < 1e-3 for x, _ in operands)


def assert_forward_mode_agrees(run: Run) -> None:
    directions = {i: direction(np.shape(run.values[i])) for i in run.wrt}
    with quiet():
        tangents = forward_mode(run.graph, run.values, directions)
    pulled = sum(np.sum(run.adjoints[i] * tangent) for i, tangent in directions.items())
    np.testing.assert_allclose(np.sum(tangents.get(run.output, 0.0)), pulled, rtol=1e-8, atol=1e-8)


def assert_the_gradient_graph_agrees(run: Run) -> None:
    leaves = [Node(run.graph, i) for i in run.wrt]
    written, _ = differentiate(Node(run.graph, run.output), leaves)
    for i in run.wrt:
        found = getattr(written.get(i), "value", written.get(i, 0.0))
        np.testing.assert_allclose(found, run.adjoints[i], rtol=1e-9, atol=1e-9)


def assert_steps_lead_to_the_gradients(run: Run) -> None:
    held: dict[int, Any] = {}
    for step in steps(run):
        if step.kind in ("seed", "accumulate"):
            held[step.node] = step.after
    for node, after in held.items():
        np.testing.assert_array_equal(after, run.adjoints[node])


@given(programs())
def test_forward_mode_and_the_gradient_graph_agree_with_the_backward_pass(program: tuple[Graph, int]) -> None:
    run = swept(program)
    assume(tame(run))
    assert_forward_mode_agrees(run)
    assert_steps_lead_to_the_gradients(run)
    assert_the_gradient_graph_agrees(run)


@given(programs(most=12))
def test_the_backward_pass_agrees_with_central_differences(program: tuple[Graph, int]) -> None:
    run = swept(program)
    assume(tame(run) and not power_at_zero(run))
    checks = gradient_check(run)
    assert all(check.ok for check in checks.values()), checks


def in_autograd(graph: Graph, output: int, inputs: Any) -> Any:
    """The same program, op for op, in autograd's NumPy; every input counts, if only for nothing."""
    values: list[Any] = []
    ids = graph.input_ids()
    given_values = iter([inputs[k] for k in range(len(ids))])
    for i, op in enumerate(graph.ops[: output + 1]):
        operands = [values[s] for s in graph.inputs[i]]
        if op.leaf:
            values.append(next(given_values) if graph.names[i] else float(graph.values[i]))
        elif op.name == "pow":
            values.append(operands[0] ** operands[1])
        elif op.name in TEXTBOOK:
            values.append(TEXTBOOK[op.name](*operands, **graph.attributes[i]))
        else:  # a comparison, or a comparison as a number: no gradient passes
            values.append(float(graph.values[i]))
    return values[output] + 0.0 * anp.sum(inputs)


@given(programs(most=15))
def test_the_backward_pass_agrees_with_autograd(program: tuple[Graph, int]) -> None:
    run = swept(program)
    assume(tame(run) and smooth(run))
    inputs = [float(run.values[i]) for i in run.wrt]
    with quiet():
        expected = autograd.grad(lambda xs: in_autograd(run.graph, run.output, xs))(np.array(inputs))
    assume(np.all(np.isfinite(expected)))
    for i, gradient in zip(run.wrt, expected, strict=True):
        np.testing.assert_allclose(run.adjoints[i], gradient, rtol=1e-7, atol=1e-7)


@given(programs())
def test_whatever_the_numbers_nothing_breaks(program: tuple[Graph, int]) -> None:
    """Overflow, logarithms of negative numbers, divisions by zero: a run, its steps, notes, and both levels."""
    run = swept(program)
    assert_steps_lead_to_the_gradients(run)
    gradient_check(run)
    if not all(np.all(np.isfinite(value)) for value in run.values):
        assert "non_finite" in {note.code for note in run.notes}
    scalar_run(run, {})


@given(array_programs())
def test_array_programs_agree_every_way(program: tuple[Graph, int]) -> None:
    run = swept(program)
    assume(tame(run))
    assert_forward_mode_agrees(run)
    assert_steps_lead_to_the_gradients(run)
    checks = gradient_check(run)
    assert all(check.ok for check in checks.values()), checks
    assert_the_gradient_graph_agrees(run)


@given(array_programs(most=7))
@settings(max_examples=60)
def test_array_programs_show_the_same_numbers_in_scalar_detail(program: tuple[Graph, int]) -> None:
    run = swept(program)
    assume(tame(run))
    names = {str(i): i for i in range(run.output + 1)}
    unfolded, bindings = scalar_run(run, names)
    for i in range(run.output + 1):
        ids = np.asarray(bindings[str(i)], int)
        values = np.array([unfolded.values[k] for k in ids.flat]).reshape(ids.shape)
        np.testing.assert_array_equal(values, run.values[i])
    for i in run.wrt:
        gradients = np.array([unfolded.adjoints[k] for k in np.asarray(bindings[str(i)]).flat])
        np.testing.assert_array_equal(gradients.reshape(np.shape(run.values[i])), run.adjoints[i])
    for node, edges in unfolded.out_edges.items():
        total = sum(np.asarray(edge.contribution, float) for edge in edges)
        np.testing.assert_allclose(total, unfolded.adjoints[node], rtol=1e-8, atol=1e-8)


@given(array_programs())
def test_evaluating_anew_with_the_same_inputs_gives_the_same_values(program: tuple[Graph, int]) -> None:
    graph, _ = program
    again = evaluate(graph, {i: graph.values[i] for i in graph.input_ids()})
    for one, other in zip(again, graph.values, strict=True):
        np.testing.assert_array_equal(one, other)
