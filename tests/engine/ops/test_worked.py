"""Every record's number worked by hand."""

import numpy as np
import pytest

from app.engine.op import Op, Sample, Worked
from app.engine.ops import OPS
from app.engine.run import backprop
from tests.engine.ops.tools import build, is_condition, same


def worked_of(op: Op) -> Worked:
    assert op.worked is not None
    return op.worked


@pytest.mark.parametrize("op", OPS.values(), ids=OPS)
def test_the_forward_pass_gives_the_number_worked_by_hand(op: Op) -> None:
    worked = worked_of(op)
    found = op(*worked.inputs, **worked.attributes)
    same(found, worked.value, 1e-15)
    assert is_condition(found) == is_condition(worked.value)


@pytest.mark.parametrize("op", [op for op in OPS.values() if op.differentiable], ids=lambda op: op.name)
def test_the_backward_pass_gives_the_gradient_worked_by_hand(op: Op) -> None:
    worked = worked_of(op)
    graph, operands, out = build(op, Sample(worked.inputs, worked.attributes))
    run = backprop(graph, out.id)
    assert len(worked.gradients) == len(operands)
    for operand, expected in zip(operands, worked.gradients, strict=True):
        if expected is None:
            assert operand.id not in run.adjoints
        else:
            same(run.adjoints[operand.id], expected, 1e-14)


@pytest.mark.parametrize("op", [op for op in OPS.values() if not op.differentiable], ids=lambda op: op.name)
def test_an_op_without_a_derivative_passes_nothing_back(op: Op) -> None:
    worked = worked_of(op)
    graph, _, out = build(op, Sample(worked.inputs, worked.attributes))
    run = backprop(graph, out.id)
    assert all(not np.any(run.adjoints[i]) for i in run.wrt)
    assert all(edge.contribution is None for edge in run.edges)
