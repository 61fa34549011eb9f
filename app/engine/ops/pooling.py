"""Poolings: the largest or the average number of every window."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.convolutions import Padding, numbers
from app.engine.ops.reductions import mean
from app.engine.ops.windows import Sizes, counts, framed, per_axis, reach, windows
from app.engine.ops.winners import max_dim
from app.engine.structure import reshaped, total

POOLING = "PyTorch reference, torch.nn.functional (pooling functions)"


def lined(x: Operand, n: int) -> Any:
    """The last `n` axes as one."""
    form = shape(x)
    return reshaped(x, (*form[: len(form) - n], math.prod(form[len(form) - n :])))


def seen_by(x: Operand, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes, frame: float) -> Any:
    """(…, *spatial) → (…, *counts, numbers of a window)."""
    return lined(windows(framed(x, padding, frame), size=size, stride=stride, dilation=dilation), len(size))


def pooled_size(x: Array, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes | None = None, **_: Any) -> int:
    """How many numbers all windows hold."""
    form, n = np.shape(x), len(size)
    full = tuple(m + sum(widths) for m, widths in zip(form[len(form) - n :], padding, strict=True))
    return math.prod((*form[: len(form) - n], *counts(full, size, stride, dilation or (1,) * n, "pool"), *size))


# ── the largest ─────────────────────────────────────────────────────────────────────────────────────────
def max_pooled(x: Operand, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes) -> Any:
    """The largest number of every window, the first of several; what frames the array is −∞ and never wins."""
    seen = seen_by(x, size, stride, padding, dilation, -math.inf)
    return max_dim(seen, axis=(len(shape(seen)) - 1,), keepdims=False)


def max_pool_ties(x: Array, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes) -> Array:
    """Where a window holds its largest number more than once."""
    seen = seen_by(x, size, stride, padding, dilation, -math.inf)
    return np.sum(np.equal(seen, np.max(seen, -1, keepdims=True)), -1) > 1


def max_pool(n: int, samples: tuple[Sample, ...], worked: Worked) -> Op:
    """The record over `n` spatial axes."""
    return Op(
        name=f"max_pool{n}d",
        noun="max-pooling",
        doc="The largest number of every window; it takes all of the gradient, the first where several are it.",
        forward=max_pooled, slots=("x",), detail=max_pooled, ties=max_pool_ties, took="took the first",
        names=(f"F.max_pool{n}d", f"torch.max_pool{n}d"), call=call_max_pool(n), size=pooled_size,
        forms=tex(r"\operatorname{{maxpool}}\left({0}\right)"), samples=samples, worked=worked, source=POOLING,
    )  # fmt: skip


# ── the average ─────────────────────────────────────────────────────────────────────────────────────────
def inside_counts(x: Operand, size: Sizes, stride: Sizes, padding: Padding) -> Array:
    """For every window how many of its places are in the array and not in its frame."""
    spatial = shape(x)[len(shape(x)) - len(size) :]
    return np.asarray(total(seen_by(np.ones(spatial), size, stride, padding, (1,) * len(size), 0.0), (len(size),)))


def avg_pooled(
    x: Operand, size: Sizes, stride: Sizes, padding: Padding, count_include_pad: bool, divisor: int | None
) -> Any:
    """The sum of every window, divided by its places: all of them, those in the array, or as `divisor` says."""
    seen = seen_by(x, size, stride, padding, (1,) * len(size), 0.0)
    last = (len(shape(seen)) - 1,)
    if divisor is not None:
        return total(seen, last) / np.float64(divisor)
    if count_include_pad or not any(map(any, padding)):
        return mean(seen, axis=last, keepdims=False)
    return total(seen, last) / inside_counts(x, size, stride, padding)


def avg_pool(n: int, samples: tuple[Sample, ...], worked: Worked) -> Op:
    """The record over `n` spatial axes."""
    return Op(
        name=f"avg_pool{n}d",
        noun="average pooling",
        doc="The average of every window; each of its places gets an equal share of the gradient.",
        forward=avg_pooled, slots=("x",), detail=avg_pooled, names=(f"F.avg_pool{n}d",), call=call_avg_pool(n),
        size=pooled_size, forms=tex(r"\operatorname{{avgpool}}\left({0}\right)"), samples=samples, worked=worked,
        source=POOLING,
    )  # fmt: skip


# ── arguments ───────────────────────────────────────────────────────────────────────────────────────────
def geometry(x: Operand, n: int, place: str, kernel_size: Any, stride: Any, padding: Any) -> dict[str, Any]:
    """Sizes, strides (by default the sizes) and frame.  Raises BadArgument, ShapeMismatch."""
    if len(shape(x)) < n + 1:
        raise ShapeMismatch(f"{place}: the array is {shape(x)}, it must have channels and {n} axes — reshape it")
    size = per_axis(kernel_size, n, place, "kernel_size")
    around = per_axis(padding, n, place, "padding", 0)
    if any(2 * width > k for width, k in zip(around, size, strict=True)):
        raise BadArgument(f"{place}: padding is {around}, windows are {size}; it must be at most half — pad less")
    given = stride is not None and np.size(getattr(stride, "value", stride)) > 0
    step = per_axis(stride, n, place, "stride") if given else size
    return {"size": size, "stride": step, "padding": tuple((width, width) for width in around)}


def rounded_up(x: Operand, options: dict[str, Any], dilation: Sizes) -> Padding:
    """The frame with which a last window that only begins inside is seen too (`ceil_mode`)."""
    spatial = shape(x)[len(shape(x)) - len(dilation) :]
    found = []
    for n, (before, after), span, step in zip(
        spatial, options["padding"], reach(options["size"], dilation), options["stride"], strict=True
    ):
        last = -(-(n + before + after - span) // step)
        last -= last * step >= n + before
        found.append((before, max(after, last * step + span - n - before)))
    return tuple(found)


def call_max_pool(n: int) -> Callable[..., Any]:
    """`F.max_pool1d`, `F.max_pool2d`."""

    def call(
        x: Operand, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: Any = False
    ) -> Any:
        place = f"max_pool{n}d"
        options = geometry(x, n, place, kernel_size, stride, padding)
        gap = per_axis(dilation, n, place, "dilation")
        if ceil_mode:
            options["padding"] = rounded_up(x, options, gap)
        return (max_pool1d, max_pool2d)[n - 1](x, **options, dilation=gap)

    return call


def call_avg_pool(n: int) -> Callable[..., Any]:
    """`F.avg_pool1d`, `F.avg_pool2d`."""

    def call(
        x: Operand, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: Any = False,
        count_include_pad: Any = True, divisor_override: Any = None,
    ) -> Any:  # fmt: skip
        place = f"avg_pool{n}d"
        if ceil_mode:
            raise BadArgument(f"{place}: ceil_mode is True, it must be False — pad the array instead")
        divisor = None if divisor_override is None else per_axis(divisor_override, 1, place, "divisor_override")[0]
        options = geometry(x, n, place, kernel_size, stride, padding)
        return (avg_pool1d, avg_pool2d)[n - 1](x, **options, count_include_pad=bool(count_include_pad), divisor=divisor)

    return call


# ── the records ─────────────────────────────────────────────────────────────────────────────────────────
def of(size: Sizes, stride: Sizes, padding: Sizes, **more: Any) -> dict[str, Any]:
    """Attributes with frames alike on both sides."""
    return {"size": size, "stride": stride, "padding": tuple((n, n) for n in padding), **more}


ALL_PLACES: dict[str, Any] = {"count_include_pad": True, "divisor": None}
ONLY_INSIDE: dict[str, Any] = {"count_include_pad": False, "divisor": None}
# 5 is seen by both windows and wins twice.
max_pool1d = max_pool(
    1,
    (
        Sample((numbers(2, 2, 6),), of((2,), (2,), (0,), dilation=(1,))),
        Sample((numbers(1, 1, 7),), of((3,), (2,), (1,), dilation=(2,))),
    ),
    Worked(
        (np.array([[1.0, 5.0, 3.0]]),), np.array([[5.0, 5.0]]), (np.array([[0.0, 2.0, 0.0]]),),
        of((2,), (1,), (0,), dilation=(1,)),
    ),
)  # fmt: skip
# The second 4 gets nothing: the first one took it.
max_pool2d = max_pool(
    2,
    (
        Sample((numbers(1, 2, 4, 4),), of((2, 2), (2, 2), (0, 0), dilation=(1, 1))),
        Sample((numbers(2, 1, 5, 4),), of((3, 2), (1, 2), (1, 1), dilation=(1, 2))),
    ),
    Worked(
        (np.array([[[1.0, 4.0], [4.0, 2.0]]]),), np.array([[[4.0]]]), (np.array([[[0.0, 1.0], [0.0, 0.0]]]),),
        of((2, 2), (1, 1), (0, 0), dilation=(1, 1)),
    ),
)  # fmt: skip
# (1 + 5)/2 and (5 + 3)/2; half from each window that sees a number.
avg_pool1d = avg_pool(
    1,
    (
        Sample((numbers(2, 2, 6),), of((2,), (2,), (0,), **ALL_PLACES)),
        Sample((numbers(1, 1, 5),), of((3,), (2,), (1,), **ONLY_INSIDE)),
    ),
    Worked(
        (np.array([[1.0, 5.0, 3.0]]),), np.array([[3.0, 4.0]]), (np.array([[0.5, 1.0, 0.5]]),),
        of((2,), (1,), (0,), **ALL_PLACES),
    ),
)  # fmt: skip
# (1 + 4 + 3 + 2)/4; a quarter each.
avg_pool2d = avg_pool(
    2,
    (
        Sample((numbers(1, 2, 4, 4),), of((2, 2), (2, 2), (0, 0), **ALL_PLACES)),
        Sample((numbers(2, 1, 4, 3),), of((2, 2), (1, 2), (1, 1), **ONLY_INSIDE)),
        Sample((numbers(1, 1, 4, 4),), of((3, 2), (1, 1), (1, 0), count_include_pad=True, divisor=4)),
    ),
    Worked(
        (np.array([[[1.0, 4.0], [3.0, 2.0]]]),), np.array([[[2.5]]]), (np.full((1, 2, 2), 0.25),),
        of((2, 2), (1, 1), (0, 0), **ALL_PLACES),
    ),
)  # fmt: skip

POOLINGS = (max_pool1d, max_pool2d, avg_pool1d, avg_pool2d)
