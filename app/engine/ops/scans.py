"""Running sums and products."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.forms import tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.indexing import index
from app.engine.ops.joining import stack
from app.engine.ops.selecting import call_flip, raveled
from app.engine.structure import CALCULUS, axis_index

MATRIX = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])


def running(name: str) -> Callable[..., Any]:
    """The signature of both: without an axis the array is taken flat, as NumPy does."""

    def call(x: Operand, axis: Any = None) -> Any:
        x = raveled(x) if axis is None or not shape(x) else x
        return OF_NAME[name](x, axis=axis_index(0 if axis is None else axis, len(shape(x)), name))

    return call


def one_after_the_other(step: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The definition: every result from the one before it and the next element."""

    def detail(x: Operand, axis: int) -> Any:
        before = (("slice", None, None, None),) * axis
        parts = [index(x, key=(*before, i)) for i in range(shape(x)[axis])]
        for i in range(1, len(parts)):
            parts[i] = step(parts[i - 1], parts[i])
        return stack(*parts, axis=axis)

    return detail


def sum_forward(x: Array, axis: int) -> Array:
    """Running sums, from left to right."""
    return np.add.accumulate(np.asarray(x, float), axis)


cumsum: Op = Op(
    name="cumsum",
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
cumprod = Op(
    name="cumprod",
    doc="The products so far along an axis.",
    forward=lambda x, axis: np.multiply.accumulate(np.asarray(x, float), axis),
    slots=("x",),
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

SCANS = (cumsum, cumprod)
OF_NAME = {op.name: op for op in SCANS}
