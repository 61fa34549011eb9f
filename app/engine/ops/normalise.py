"""Softmax and its logarithm."""

from typing import Any

import numpy as np

from app.engine.forms import ANY, SIGN, tex
from app.engine.op import Op, Operand, Sample, Whole, Worked, shape
from app.engine.ops.elementary import exp, log
from app.engine.ops.spread import peak
from app.engine.structure import axes, total

LOGITS = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])
SAMPLES = (Sample((LOGITS,), {"axis": (1,)}), Sample((LOGITS,), {"axis": (0,)}))
BISHOP = "C. Bishop, Pattern Recognition and Machine Learning, §4.3.4"


def softmax_detail(x: Operand, axis: tuple[int, ...]) -> Any:
    """e^x / Σ e^x, shifted by the largest so that nothing overflows."""
    e = exp(x - peak(x, axis=axis, keepdims=True))
    return e / total(e, axis, True)


def softmax_pull(g: Operand, x: Operand, y: Operand, axis: tuple[int, ...]) -> Any:
    """y·(g − Σ g·y); the Jacobian is symmetric, so this is also Jẋ."""
    return y * (g - total(g * y, axis, True))


def along(x: Operand, axis: Any, place: str) -> tuple[int, ...]:
    """The axis as a tuple; without one the last."""
    return axes(x, -1 if axis is None and shape(x) else axis, place)


softmax: Op = Op(
    name="softmax",
    noun="softmax",
    doc="Positive numbers that add up to 1, in proportion to the exponentials.",
    forward=softmax_detail,
    slots=("x",),
    whole=(Whole(softmax_pull, softmax_pull),),
    detail=softmax_detail,
    names=("F.softmax", "torch.softmax", "jax.nn.softmax", "scipy.special.softmax", ".softmax"),
    call=lambda x, axis=None, dtype=None: softmax(x, axis=along(x, axis, "softmax")),
    forms=tex(r"\operatorname{{softmax}}\left({0}\right)"),
    samples=SAMPLES,
    # Equal logits share evenly; they always add up to 1, so a gradient of all ones does nothing.
    worked=Worked((np.array([0.0, 0.0]),), np.array([0.5, 0.5]), (np.array([0.0, 0.0]),), {"axis": (0,)}),
    source=BISHOP,
)


def log_softmax_detail(x: Operand, axis: tuple[int, ...]) -> Any:
    """x − ln Σ e^x, shifted by the largest."""
    shifted = x - peak(x, axis=axis, keepdims=True)
    return shifted - log(total(exp(shifted), axis, True))


log_softmax: Op = Op(
    name="log_softmax",
    noun="log-softmax",
    doc="The logarithm of the softmax.",
    forward=log_softmax_detail,
    slots=("x",),
    whole=(Whole(
        lambda g, x, y, axis: g - exp(y) * total(g, axis, True),
        lambda t, x, y, axis: t - total(exp(y) * t, axis, True),
    ),),
    detail=log_softmax_detail,
    names=("F.log_softmax", "torch.log_softmax", "jax.nn.log_softmax", "scipy.special.log_softmax", ".log_softmax"),
    call=lambda x, axis=None, dtype=None: log_softmax(x, axis=along(x, axis, "log_softmax")),
    forms=tex(r"\ln \operatorname{{softmax}}\left({0}\right)", SIGN, ANY),
    samples=SAMPLES,
    # −ln 2 each; 1 − ½·2 = 0.
    worked=Worked((np.array([0.0, 0.0]),), np.full(2, -0.6931471805599453), (np.array([0.0, 0.0]),), {"axis": (0,)}),
    source=BISHOP,
)  # fmt: skip

NORMALISE = (softmax, log_softmax)
