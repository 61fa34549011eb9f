"""Every derivative rule on every sample, against central differences and against itself from the other side."""

import numpy as np
import pytest

from app.engine.graph import Node
from app.engine.op import Op, Sample, shape
from app.engine.passes import pull, push, quiet, tangent_graph
from app.engine.run import backprop
from app.engine.structure import fit
from tests.engine.ops.tools import SMOOTH, build, carried, gradient_nodes, run_of, same, slopes, weights


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_the_gradient_is_the_central_difference(op: Op, sample: Sample) -> None:
    operands, run = run_of(op, sample)
    out = Node(run.graph, run.output)
    for slot in carried(op, operands):
        same(run.adjoints[operands[slot].id], slopes(run.graph, operands[slot], [out]), 2e-8)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_forwards_and_backwards_are_transposes_of_each_other(op: Op, sample: Sample) -> None:
    _, operands, out = build(op, sample)
    inputs, g = [x.value for x in operands], weights(out.shape)
    for slot in carried(op, operands):
        tangent = weights(operands[slot].shape) - 0.9
        with quiet():
            back = pull(op, slot, g, inputs, out.value, sample.attributes)[1]
            forth = push(op, slot, tangent, inputs, out.value, sample.attributes)
        assert np.shape(back) == np.shape(inputs[slot])
        assert np.shape(forth) == out.shape
        same(np.sum(g * forth), np.sum(back * tangent))


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_the_second_derivative_is_the_central_difference_of_the_first(op: Op, sample: Sample) -> None:
    graph, wrt, firsts = gradient_nodes(op, sample)
    seeds = {first.id: weights(first.shape) for first in firsts}
    for operand in wrt:
        expected = slopes(graph, operand, firsts)
        found = np.zeros(shape(operand.value))
        for first in firsts:
            if first.id != operand.id:
                found = found + backprop(graph, first.id, seed=seeds[first.id], wrt=[operand.id]).adjoints[operand.id]
            else:
                found = found + seeds[first.id]
        same(found, expected, 2e-7)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_the_gradient_graph_has_the_gradient_as_its_value(op: Op, sample: Sample) -> None:
    operands, run = run_of(op, sample)
    _, wrt, firsts = gradient_nodes(op, sample)
    values = {x.id: run.adjoints[x.id] for x in (operands[slot] for slot in carried(op, operands))}
    assert [x.id for x in wrt] == list(values)
    for first, expected in zip(firsts, values.values(), strict=len(firsts) == len(values)):
        same(first.value, expected, 1e-13)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_forward_mode_on_nodes_agrees_with_the_backward_pass(op: Op, sample: Sample) -> None:
    operands, run = run_of(op, sample)
    directions = {operands[slot]: weights(operands[slot].shape) - 0.9 for slot in carried(op, operands)}
    expected = sum(np.sum(run.adjoints[x.id] * direction) for x, direction in directions.items())
    tangent = tangent_graph(Node(run.graph, run.output), directions)
    same(np.sum(run.seed * getattr(tangent, "value", tangent)), expected)


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_a_contribution_is_local_times_upstream(op: Op, sample: Sample) -> None:
    operands, run = run_of(op, sample)
    for slot in carried(op, operands):
        edge = run.edge_at[run.output, slot]
        assert edge.upstream is not None and edge.contribution is not None
        if edge.local is not None:
            same(fit(edge.local * edge.upstream, operands[slot].shape), edge.contribution)
        else:
            assert op.reduces or not op.pointwise


@pytest.mark.parametrize(("op", "sample"), SMOOTH)
def test_slots_without_a_derivative_get_no_contribution(op: Op, sample: Sample) -> None:
    operands, run = run_of(op, sample)
    for slot in set(range(len(operands))) - set(carried(op, operands)):
        assert run.edge_at[run.output, slot].contribution is None
