"""Running sums and products, and the recurrence behind them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.forms import tex
from app.engine.op import Array, Op, Operand, Sample, Whole, Worked, floating, shape
from app.engine.ops.indexing import ALL, index, part
from app.engine.ops.joining import concatenate, stack
from app.engine.ops.selecting import call_flip, raveled
from app.engine.structure import CALCULUS, axis_index

MATRIX = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])


def running(name: str) -> Callable[..., Any]:
    """The signature of both: without an axis the array is taken flat, as NumPy does."""

    def call(x: Operand, axis: Any = None) -> Any:
        x = raveled(x) if axis is None or not shape(x) else x
        return OF_NAME[name](x, axis=axis_index(0 if axis is None else axis, len(shape(x)), name))

    return call


def places(x: Operand, axis: int) -> list[Any]:
    """What stands at each place of an axis."""
    return [index(x, key=(*(ALL,) * axis, i)) for i in range(shape(x)[axis])]


def one_after_the_other(step: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The definition: every result from the one before it and the next element."""

    def detail(x: Operand, axis: int) -> Any:
        parts = places(x, axis)
        for i in range(1, len(parts)):
            parts[i] = step(parts[i - 1], parts[i])
        return stack(*parts, axis=axis)

    return detail


def sum_forward(x: Array, axis: int) -> Array:
    """Running sums, from left to right."""
    return np.add.accumulate(np.asarray(floating(x)), axis)


cumsum: Op = Op(
    name="cumsum",
    noun="running sum",
    doc="The sums so far along an axis.",
    forward=sum_forward,
    slots=("x",),
    transposes=(lambda g, x, axis: call_flip(cumsum(call_flip(g, axis), axis=axis), axis),),
    detail=one_after_the_other(lambda a, b: a + b),
    names=("np.cumsum", "torch.cumsum", "jnp.cumsum", ".cumsum"),
    call=running("cumsum"),
    forms=tex(r"\operatorname{{cumsum}}\left({0}\right)"),
    samples=(Sample((MATRIX,), {"axis": 1}), Sample((MATRIX,), {"axis": 0})),
    # 1, 1 + 2, 1 + 2 + 3; the first is in all three sums.
    worked=Worked((np.array([1.0, 2.0, 3.0]),), np.array([1.0, 3.0, 6.0]), (np.array([3.0, 2.0, 1.0]),), {"axis": 0}),
    source=CALCULUS,
)


# ── a linear recurrence, which running products are differentiated by ───────────────────────────────────
def moved_on(x: Operand, axis: int, first: float) -> Any:
    """Every number one place further along the axis, `first` in the place that is free."""
    form = shape(x)
    if not form[axis]:
        return x
    head = np.full((*form[:axis], 1, *form[axis + 1 :]), first)
    return concatenate(head, index(x, key=part(axis, None, -1)), axis=axis)


def recur(a: Array, b: Array, axis: int) -> Array:
    """s₀ = b₀ and sᵢ = bᵢ + aᵢ·sᵢ₋₁."""
    s = np.array(b, float)
    factors, sums = np.moveaxis(np.asarray(a, float), axis, 0), np.moveaxis(s, axis, 0)
    for i in range(1, len(sums)):
        sums[i] += factors[i] * sums[i - 1]
    return s


def recur_detail(a: Operand, b: Operand, axis: int) -> Any:
    """The same, number after number."""
    factors, sums = places(a, axis), places(b, axis)
    for i in range(1, len(sums)):
        sums[i] = sums[i] + factors[i] * sums[i - 1]
    return stack(*sums, axis=axis)


def recur_back(g: Operand, a: Operand, axis: int) -> Any:
    """The transpose: tᵢ = gᵢ + aᵢ₊₁·tᵢ₊₁."""
    factors = moved_on(call_flip(a, axis), axis, 0.0)
    return call_flip(recurrence(factors, call_flip(g, axis), axis=axis), axis)


recurrence: Op = Op(
    name="recurrence",
    noun="recurrence",
    doc="Every number from the one before it: s_i = b_i + a_i times s_(i-1).",
    forward=recur,
    slots=("a", "b"),
    whole=(
        Whole(
            lambda g, a, b, y, axis: recur_back(g, a, axis) * moved_on(y, axis, 0.0),
            lambda t, a, b, y, axis: recurrence(a, t * moved_on(y, axis, 0.0), axis=axis),
        ),
        Whole(lambda g, a, b, y, axis: recur_back(g, a, axis), lambda t, a, b, y, axis: recurrence(a, t, axis=axis)),
    ),
    detail=recur_detail,
    forms=tex(r"\operatorname{{recur}}\left({0}, {1}\right)"),
    samples=(Sample((MATRIX, MATRIX + 0.5), {"axis": 1}), Sample((MATRIX[0], MATRIX[1]), {"axis": 0})),
    # 3, 4 + 2·3; the first factor counts for nothing, the second times 3, the first summand once and twice.
    worked=Worked(
        (np.array([1.0, 2.0]), np.array([3.0, 4.0])), np.array([3.0, 10.0]),
        (np.array([0.0, 3.0]), np.array([3.0, 1.0])), {"axis": 0},
    ),
    source="G. Blelloch, Prefix sums and their applications, 1990, §4.1 (recurrence equations)",
)  # fmt: skip
cumprod = Op(
    name="cumprod",
    noun="running product",
    doc="The products so far along an axis.",
    forward=lambda x, axis: np.multiply.accumulate(np.asarray(floating(x)), axis),
    slots=("x",),
    whole=(
        Whole(
            lambda g, x, y, axis: recur_back(g, x, axis) * moved_on(y, axis, 1.0),
            lambda t, x, y, axis: recurrence(x, t * moved_on(y, axis, 1.0), axis=axis),
        ),
    ),
    detail=one_after_the_other(lambda a, b: a * b),
    names=("np.cumprod", "torch.cumprod", "jnp.cumprod", ".cumprod"),
    call=running("cumprod"),
    forms=tex(r"\operatorname{{cumprod}}\left({0}\right)"),
    samples=(Sample((MATRIX,), {"axis": 1}), Sample((np.array([2.0, 0.0, 3.0]),), {"axis": 0})),
    # 2, 2·3, 2·3·4; slopes 1 + 3 + 12, 2 + 8, 6.
    worked=Worked(
        (np.array([2.0, 3.0, 4.0]),), np.array([2.0, 6.0, 24.0]), (np.array([16.0, 10.0, 6.0]),), {"axis": 0}
    ),
    source=CALCULUS,
)

SCANS = (cumsum, recurrence, cumprod)
OF_NAME = {op.name: op for op in (cumsum, cumprod)}
