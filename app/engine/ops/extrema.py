"""The larger and the smaller of two numbers; ties share."""

from typing import Any

import numpy as np

from app.engine.forms import ANY, ATOM, python, symbolic, tex
from app.engine.op import Op, Operand, Sample, Worked
from app.engine.ops.logic import equal, greater, less
from app.engine.structure import number

AT_NAN = "At NaN nothing flows back, where PyTorch's passes the gradient on."
TIES = "PyTorch, derivatives.yaml: maximum and minimum give each half at a tie"
OPERANDS = (
    Sample((np.array([1.0, -2.0, 0.5]), np.array([[2.0], [-3.0]]))),
    Sample((1.5, -0.5)),
)


def share(wins: Operand, ties: Operand) -> Any:
    """1 where an operand wins, ½ where both do."""
    return number(wins) + 0.5 * number(ties)


maximum = Op(
    name="maximum",
    noun="maximum",
    doc=f"The larger of two numbers. {AT_NAN}",
    forward=np.maximum,
    slots=("a", "b"),
    partials=(lambda a, b, y: share(greater(a, b), equal(a, b)), lambda a, b, y: share(greater(b, a), equal(a, b))),
    names=("np.maximum", "np.fmax", "torch.maximum", "jnp.maximum", ".maximum"),
    ties=np.equal,
    took="took half of each",
    forms=python("({0} if {0} >= {1} or {0} != {0} else {1})", ATOM, ATOM)
    | tex(r"\max\left({0}, {1}\right)", ATOM, ANY) | symbolic("larger({0}, {1})"),
    samples=OPERANDS,
    # 3 wins over 2 and takes all.
    worked=Worked((3.0, 2.0), 3.0, (1.0, 0.0)),
    source=TIES,
)

minimum = Op(
    name="minimum",
    noun="minimum",
    doc=f"The smaller of two numbers. {AT_NAN}",
    forward=np.minimum,
    slots=("a", "b"),
    partials=(lambda a, b, y: share(less(a, b), equal(a, b)), lambda a, b, y: share(less(b, a), equal(a, b))),
    names=("np.minimum", "np.fmin", "torch.minimum", "jnp.minimum", ".minimum"),
    ties=np.equal,
    took="took half of each",
    forms=python("({0} if {0} <= {1} or {0} != {0} else {1})", ATOM, ATOM)
    | tex(r"\min\left({0}, {1}\right)", ATOM, ANY) | symbolic("smaller({0}, {1})"),
    samples=OPERANDS,
    # 2 wins over 3.
    worked=Worked((3.0, 2.0), 2.0, (0.0, 1.0)),
    source=TIES,
)

EXTREMA = (maximum, minimum)
