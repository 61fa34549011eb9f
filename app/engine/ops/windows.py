"""Windows that slide over the last axes of an array, and the way back: every window added in where it lay.

Convolutions and poolings are these windows and a product or a maximum.
"""

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import tex
from app.engine.op import Array, Op, Operand, Sample, Shape, Worked, shape
from app.engine.ops.indexing import ALL, Places, Widths, index, pad, senders
from app.engine.ops.registry import Composed
from app.engine.ops.selecting import whole_number, whole_numbers
from app.engine.ops.views import transpose
from app.engine.structure import axis_index, reshape, reshaped, total, where

Sizes = tuple[int, ...]
"""A number for each of the last axes."""
DUMOULIN = "V. Dumoulin & F. Visin, A guide to convolution arithmetic for deep learning, 2016"


# ── arguments ───────────────────────────────────────────────────────────────────────────────────────────
def per_axis(value: Any, n: int, place: str, name: str, least: int = 1) -> Sizes:
    """One number for all of `n` axes, or one for each.  Raises BadArgument."""
    found = whole_numbers(value, place).ravel().tolist()
    if len(found) not in (1, n) or min(found) < least:
        raise BadArgument(
            f"{place}: {name} is {tuple(found)}, it must be a whole number from {least}, or {n} of them — check it"
        )
    return tuple(found * n if len(found) == 1 else found)


def reach(size: Sizes, dilation: Sizes) -> Sizes:
    """From the first to the last number of a window, gaps included."""
    return tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))


def counts(form: Shape, size: Sizes, stride: Sizes, dilation: Sizes, place: str = "windows") -> Sizes:
    """How many windows there are along each of the last axes.  Raises ShapeMismatch."""
    spans, last = reach(size, dilation), form[len(form) - len(size) :]
    if len(last) < len(size) or any(span > n for span, n in zip(spans, last, strict=True)):
        raise ShapeMismatch(
            f"{place}: windows are {spans}, the array's last axes are {last}; windows must fit in — pad it, or make"
            " them smaller"
        )
    return tuple((n - span) // step + 1 for n, span, step in zip(last, spans, stride, strict=True))


def framed(x: Operand, widths: Sequence[tuple[int, int]], value: float) -> Any:
    """The last axes in a frame of `value`; no node where the frame is empty."""
    if not any(map(any, widths)):
        return x
    every: Widths = ((0, 0),) * (len(shape(x)) - len(widths)) + tuple(widths)
    found = pad(x, widths=every)
    return found if value == 0 else where(np.pad(np.zeros(shape(x), bool), every, constant_values=True), value, found)


# ── out, and back ───────────────────────────────────────────────────────────────────────────────────────
def windows_forward(x: Array, size: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    """(…, *spatial) → (…, *counts, *size), without copying."""
    array = np.asarray(x)
    counts(array.shape, size, stride, dilation)
    axes = tuple(range(array.ndim - len(size), array.ndim))
    every: Any = np.lib.stride_tricks.sliding_window_view(array, reach(size, dilation), axes)
    steps = tuple(slice(None, None, step) for step in (*stride, *dilation))
    return every[(..., *steps)]


def windows_size(x: Array, size: Sizes, stride: Sizes, dilation: Sizes) -> int:
    """How many numbers all windows hold."""
    form = np.shape(x)
    return math.prod((*form[: len(form) - len(size)], *counts(form, size, stride, dilation), *size))


def overlap_forward(x: Array, form: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Array:
    """(…, *counts, *size) → (…, *form).

    The places of a window are gone through backwards, so that each sum takes the windows in their order.
    """
    array: Any = np.asarray(x)
    n = len(size)
    lead, found_counts = array.shape[: array.ndim - 2 * n], array.shape[array.ndim - 2 * n : array.ndim - n]
    found: Any = np.zeros((*lead, *form))
    for at in product(*(range(k - 1, -1, -1) for k in size)):
        places = (
            slice(i * d, i * d + (count - 1) * step + 1, step)
            for i, d, count, step in zip(at, dilation, found_counts, stride, strict=True)
        )
        found[(..., *places)] += array[(..., *at)]
    return found


def overlap_detail(x: Operand, form: Sizes, size: Sizes, stride: Sizes, dilation: Sizes) -> Any:
    """Every place takes what comes to it, from left to right, or the 0 that stands behind all numbers."""
    cells = math.prod(form)
    targets = windows_forward(np.arange(cells).reshape(form), size, stride, dilation)
    table = senders((Places.of(targets.ravel()),), (cells,))
    lead = shape(x)[: len(shape(x)) - 2 * len(size)]
    behind = pad(reshape(x, shape=(math.prod(lead), targets.size)), widths=((0, 0), (0, 1)))
    return reshaped(total(index(behind, key=(ALL, Places.of(table))), (2,)), (*lead, *form))


LINE, PLANE = np.array([1.0, -2.0, 0.5, 3.0, 0.25]), np.arange(24.0).reshape(2, 3, 4) * 0.5 - 4.0
EACH = {"stride": (1,), "dilation": (1,)}

windows: Op = Op(
    name="windows",
    noun="sliding windows",
    doc="Every window that slides over the last axes, as axes of its own.",
    forward=windows_forward,
    slots=("x",),
    view=True,
    transposes=(lambda g, x, size, stride, dilation: overlap(
        g, form=shape(x)[len(shape(x)) - len(size) :], size=size, stride=stride, dilation=dilation
    ),),
    size=windows_size,
    forms=tex(r"\operatorname{{windows}}\left({0}\right)"),
    samples=(
        Sample((LINE,), {"size": (2,), **EACH}),
        Sample((LINE,), {"size": (2,), "stride": (2,), "dilation": (2,)}),
        Sample((PLANE,), {"size": (2, 3), "stride": (1, 1), "dilation": (1, 1)}),
    ),
    # 1 2 and 2 3: the number in the middle is seen twice.
    worked=Worked(
        (np.array([1.0, 2.0, 3.0]),), np.array([[1.0, 2.0], [2.0, 3.0]]), (np.array([1.0, 2.0, 1.0]),),
        {"size": (2,), **EACH},
    ),
    source=DUMOULIN,
)  # fmt: skip

overlap: Op = Op(
    name="overlap",
    noun="overlapping sum",
    doc="Adds windows into zeros where they lay; where windows overlap, their numbers add up.",
    forward=overlap_forward,
    slots=("x",),
    transposes=(lambda g, x, form, size, stride, dilation: windows(g, size=size, stride=stride, dilation=dilation),),
    detail=overlap_detail,
    size=lambda x, form, **_: math.prod(np.shape(x)) + math.prod(form),
    forms=tex(r"\operatorname{{overlap}}\left({0}\right)"),
    samples=(
        Sample((PLANE[0, :2, :2],), {"form": (3,), "size": (2,), **EACH}),
        Sample((PLANE[0, :2, :2],), {"form": (5,), "size": (2,), "stride": (2,), "dilation": (2,)}),
        Sample((PLANE.reshape(1, 2, 2, 2, 3),), {"form": (3, 4), "size": (2, 3), "stride": (1, 1), "dilation": (1, 1)}),
    ),
    # 1 2 and 3 4 laid over each other by one: 2 and 3 meet.
    worked=Worked(
        (np.array([[1.0, 2.0], [3.0, 4.0]]),), np.array([1.0, 5.0, 4.0]), (np.ones((2, 2)),),
        {"form": (3,), "size": (2,), **EACH},
    ),
    source=DUMOULIN + ", §4 (transposed)",
)  # fmt: skip


# ── under the names that people know ────────────────────────────────────────────────────────────────────
def call_windows(x: Operand, size: Any, stride: Any = 1, dilation: Any = 1) -> Any:
    """Windows of `size` over as many last axes as it has numbers."""
    n = whole_numbers(size, "windows").size
    given = {"size": size, "stride": stride, "dilation": dilation}
    return windows(x, **{name: per_axis(value, n, "windows", name) for name, value in given.items()})


def call_sliding(x: Operand, window_shape: Any, axis: Any = None) -> Any:
    """`np.lib.stride_tricks.sliding_window_view`: over all axes, or over those named.  Raises ShapeMismatch."""
    place, ndim = "sliding_window_view", len(shape(x))
    size = tuple(whole_numbers(window_shape, place).ravel().tolist())
    chosen = range(ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    along = [axis_index(each, ndim, place) for each in chosen]
    if len(along) != len(size) or len(set(along)) < len(along):
        raise ShapeMismatch(f"{place}: windows are {size} over axes {along}; each needs an axis of its own — name them")
    rest = [i for i in range(ndim) if i not in along]
    order = (*rest, *along)
    seen = call_windows(x if order == tuple(range(ndim)) else transpose(x, axes=order), size)
    back = tuple(order.index(i) for i in range(ndim)) + tuple(range(ndim, ndim + len(size)))
    return seen if back == tuple(range(len(back))) else transpose(seen, axes=back)


def call_tensor_unfold(x: Operand, dimension: Any, size: Any, step: Any) -> Any:
    """`x.unfold(dim, size, step)`: windows along one axis, their numbers in a new last axis."""
    ndim = len(shape(x))
    at = axis_index(dimension, ndim, "unfold")
    order = (*(i for i in range(ndim) if i != at), at)
    moved = x if at == ndim - 1 else transpose(x, axes=order)
    seen = call_windows(moved, (whole_number(size, "unfold"),), whole_number(step, "unfold"))
    back = (*(order.index(i) for i in range(ndim)), ndim)
    return seen if at == ndim - 1 else transpose(seen, axes=back)


def call_unfold(x: Operand, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """`F.unfold`: (N, C, H, W) → (N, C · numbers of a window, windows).  Raises ShapeMismatch."""
    form = shape(x)
    if len(form) != 4:
        raise ShapeMismatch(f"unfold: the array is {form}, it must be (batch, channels, height, width) — reshape it")
    size, step, gap = (
        per_axis(value, 2, "unfold", name)
        for name, value in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
    )
    around = per_axis(padding, 2, "unfold", "padding", 0)
    seen = windows(framed(x, [(n, n) for n in around], 0.0), size=size, stride=step, dilation=gap)
    apart = transpose(seen, axes=(0, 1, 4, 5, 2, 3))
    rows, columns = shape(seen)[2:4]
    return reshape(apart, shape=(form[0], form[1] * math.prod(size), rows * columns))


WINDOWS = (windows, overlap)
WINDOW_FUNCTIONS = (
    Composed(("windows",), call_windows),
    Composed(("sliding_window_view", "np.lib.stride_tricks.sliding_window_view"), call_sliding),
    Composed((".unfold",), call_tensor_unfold),
    Composed(("F.unfold",), call_unfold),
)
