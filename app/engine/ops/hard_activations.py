"""Activation functions made of straight lines, as PyTorch defines them."""

from typing import Any

import numpy as np

from app.engine.forms import symbolic
from app.engine.op import Op, Operand, Sample, Worked
from app.engine.ops.activations import PAPERS, by_detail, named
from app.engine.ops.logic import both, greater, greater_equal, less
from app.engine.ops.rounding import absolute, clip
from app.engine.structure import number, where


def call_hardtanh(x: Operand, low: float = -1.0, high: float = 1.0) -> Any:
    """`x` cut to what lies between `low` and `high`, as PyTorch does it: flat from the limits on."""
    return hardtanh(x, low=float(low), high=float(high))


hardtanh = Op(
    name="hardtanh",
    noun="hard tanh",
    doc="The number, but not below the lower and not above the upper limit.",
    forward=lambda x, low, high: np.clip(x, low, high),
    slots=("x",),
    partials=(lambda x, y, low, high: both(greater(x, low), less(x, high)),),
    names=("hardtanh", "F.hardtanh", "jax.nn.hard_tanh"),
    call=call_hardtanh,
    kinks=lambda x, low, high: np.equal(x, low) | np.equal(x, high),
    took="took 0",
    gate=True,
    forms=named("hardtanh")
    | symbolic("open_clip({0}, {low!r}, {high!r})"),
    samples=(
        Sample((np.array([-1.3, 0.2, 2.5]),), {"low": -1.0, "high": 1.0}),
        Sample((0.7,), {"low": -1.0, "high": 1.0}),
    ),
    # 2 is cut to 1, and nothing passes back.
    worked=Worked((2.0,), 1.0, (0.0,), {"low": -1.0, "high": 1.0}),
    source=PAPERS,
)


def hard_sigmoid(x: Operand) -> Any:
    """x/6 + ½, cut to what lies between 0 and 1; flat from the corners on."""
    return hardtanh(x / 6 + 0.5, low=0.0, high=1.0)


def hard_swish(x: Operand) -> Any:
    """x times the same, but with the slope from inside at the corners."""
    return x * clip(x / 6 + 0.5, low=0.0, high=1.0)


# 3/6 + ½ … at 0: ½, slope 1/6.
hardsigmoid = by_detail(
    "hardsigmoid", "hard sigmoid", "A logistic function made of three straight lines.", hard_sigmoid,
    lambda x, y: where(less(absolute(x), 3.0), 1 / 6, 0.0), (0.0, 0.5, 1 / 6),
    names=("hardsigmoid", "F.hardsigmoid", "jax.nn.hard_sigmoid"), source=PAPERS, forms=named("hardsigmoid")
    | symbolic("either_of({0} > -3, either_of({0} < 3, {0} / 6 + number(0.5), 1), 0)"),
    kinks=lambda x: np.equal(np.abs(x), 3), took="took 0",
)  # fmt: skip
# 0·½, slope ½.
hardswish = by_detail(
    "hardswish", "hard swish", "The number times its hard logistic function.", hard_swish,
    lambda x, y: where(less(absolute(x), 3.0), x / 3 + 0.5, number(greater_equal(x, 3.0))), (0.0, 0.0, 0.5),
    names=("hardswish", "F.hardswish", "jax.nn.hard_swish"), source=PAPERS, forms=named("hardswish")
    | symbolic("either_of({0} > -3, either_of({0} < 3, {0} * ({0} / 6 + number(0.5)), {0}), 0)"),
    kinks=lambda x: np.equal(np.abs(x), 3), took="took the slope from outside",
)  # fmt: skip

HARD_ACTIVATIONS = (hardsigmoid, hardswish, hardtanh)
