"""A graph written back as a program is read again as the same ops on the same numbers."""

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.run import backprop
from app.lang import trace
from app.lang.writing import write
from tests.engine.programs import array_programs, programs

CASES = [pytest.param(op, sample, id=f"{op.name}-{k}") for op in OPS.values() for k, sample in enumerate(op.samples)]


def read_again(graph, output):
    written = write(graph, {output: "y"}, graph.input_ids())
    return trace(written.source)


def compare(graph, output, program, rtol=1e-12):
    before, after = backprop(graph, output), backprop(program.graph, program.output)
    np.testing.assert_allclose(after.values[program.output], before.values[output], rtol=rtol, atol=1e-14)
    for i in graph.input_ids():
        found = after.adjoints[program.inputs[graph.names[i]]]
        np.testing.assert_allclose(found, before.adjoints[i], rtol=rtol, atol=1e-12)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_every_op_is_read_again_as_what_it_was(op, sample):
    graph = Graph()
    with quiet():
        inputs = [graph.leaf(x, None if np.asarray(x).dtype == bool else f"x{i}") for i, x in enumerate(sample.inputs)]
        y = op(*inputs, **sample.attributes)
        y = OPS["number"](y) if y.value.dtype == bool else y
    program = read_again(graph, y.id)
    if op.differentiable:
        compare(graph, y.id, program)
    else:
        np.testing.assert_allclose(program.graph.values[program.output], y.value)


@given(programs())
@settings(max_examples=150, deadline=None)
def test_random_programs_are_read_again_as_what_they_were(drawn):
    graph, output = drawn
    if graph.ops[output].leaf:
        return
    compare(graph, output, read_again(graph, output))


@given(array_programs())
@settings(max_examples=60, deadline=None)
def test_random_programs_over_arrays_are_read_again_as_what_they_were(drawn):
    graph, output = drawn
    compare(graph, output, read_again(graph, output), rtol=1e-10)


def test_a_name_of_a_function_that_is_taken_is_spelled_with_its_module():
    program = trace("sin = 2.0\ny = np.sin(sin)")
    source = write(program.graph, {program.output: "y"}).source
    assert "np.sin(sin)" in source
    assert trace(source).graph.values[-1] == np.sin(2.0)


def test_constants_are_no_inputs_of_the_written_program():
    program = trace("x = 3.0\ny = x * np.array([1.0, 2.0]) + 1.5")
    assert list(trace(write(program.graph, {program.output: "y"}).source).inputs) == ["x"]
