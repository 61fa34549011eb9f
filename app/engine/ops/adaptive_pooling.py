"""Poolings to a given size: the last axes in parts of about one size, each brought to one number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.errors import ShapeMismatch
from app.engine.forms import tex
from app.engine.op import Array, Op, Operand, Rule, Sample, Worked, shape
from app.engine.ops.convolutions import numbers
from app.engine.ops.indexing import index
from app.engine.ops.joining import stack
from app.engine.ops.pooling import POOLING, lined
from app.engine.ops.reductions import mean
from app.engine.ops.registry import Composed
from app.engine.ops.windows import Sizes, per_axis
from app.engine.ops.winners import max_dim
from app.engine.structure import reshape


def parts_along(n: int, parts: int) -> list[tuple[int, int]]:
    """`n` numbers in so many parts of about one size, which may overlap by one."""
    return [(i * n // parts, -(-(i + 1) * n // parts)) for i in range(parts)]


def adaptive(reduce: Rule) -> Rule:
    """Every part of an even division reduced to one number."""

    def pooled(x: Operand, output: Sizes) -> Any:
        n, lead = len(output), shape(x)[: len(shape(x)) - len(output)]
        spatial = shape(x)[len(lead) :]
        bounds = [parts_along(m, parts) for m, parts in zip(spatial, output, strict=True)]
        found = []
        for at in np.ndindex(output):
            key = ("...", *(("slice", *bounds[i][at[i]], None) for i in range(n)))
            found.append(reduce(lined(index(x, key=key), n)))
        return reshape(stack(*found, axis=len(lead)), shape=(*lead, *output))

    return pooled


def averaged(x: Operand) -> Any:
    """The average along the last axis."""
    return mean(x, axis=(len(shape(x)) - 1,), keepdims=False)


def largest(x: Operand) -> Any:
    """The first largest along the last axis."""
    return max_dim(x, axis=(len(shape(x)) - 1,), keepdims=False)


def adaptive_ties(x: Array, output: Sizes) -> Array:
    """Where a part holds its largest number more than once."""
    return np.asarray(adaptive(lambda part: np.sum(part == np.max(part, -1, keepdims=True), -1))(x, output)) > 1


avg_of_parts, max_of_parts = adaptive(averaged), adaptive(largest)
PARTS = (Sample((numbers(1, 2, 4, 5),), {"output": (2, 2)}), Sample((numbers(2, 1, 6),), {"output": (3,)}))
adaptive_avg_pool = Op(
    name="adaptive_avg_pool", noun="adaptive average pooling", doc="The last axes averaged down to a given size.",
    forward=avg_of_parts, slots=("x",),
    detail=avg_of_parts, forms=tex(r"\operatorname{{avgpool}}\left({0}\right)"), samples=PARTS,
    # 1 2 and 2 3: the number in the middle is in both parts.
    worked=Worked(
        (np.array([[1.0, 2.0, 3.0]]),), np.array([[1.5, 2.5]]), (np.array([[0.5, 1.0, 0.5]]),), {"output": (2,)}
    ),
    source=POOLING,
)  # fmt: skip
adaptive_max_pool = Op(
    name="adaptive_max_pool", noun="adaptive max-pooling",
    doc="The last axes brought down to a given size by taking the largest of each part.",
    forward=max_of_parts, slots=("x",), detail=max_of_parts, ties=adaptive_ties, took="took the first",
    forms=tex(r"\operatorname{{maxpool}}\left({0}\right)"), samples=PARTS,
    # 2 wins in 1 2, 3 in 2 3.
    worked=Worked(
        (np.array([[1.0, 2.0, 3.0]]),), np.array([[2.0, 3.0]]), (np.array([[0.0, 1.0, 1.0]]),), {"output": (2,)}
    ),
    source=POOLING,
)  # fmt: skip


def call_adaptive(op: Op, n: int) -> Callable[..., Any]:
    """`F.adaptive_avg_pool2d(x, (h, w))`; None keeps an axis as it is.  Raises ShapeMismatch."""

    def call(x: Operand, output_size: Any) -> Any:
        form, place = shape(x), f"{op.name}{n}d"
        if len(form) < n + 1:
            raise ShapeMismatch(f"{place}: the array is {form}, it must have channels and {n} axes — reshape it")
        given = output_size if isinstance(output_size, tuple | list) else (output_size,) * n
        wanted = [m if each is None else each for each, m in zip(given, form[-n:], strict=False)]
        return op(x, output=per_axis(wanted, n, place, "output_size"))

    return call


ADAPTIVE = (adaptive_avg_pool, adaptive_max_pool)
ADAPTIVE_FUNCTIONS = tuple(Composed((f"F.{op.name}{n}d",), call_adaptive(op, n)) for op in ADAPTIVE for n in (1, 2))
