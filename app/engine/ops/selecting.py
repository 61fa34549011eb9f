"""Functions that choose, repeat, mirror and move elements: each is one or a few indices."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.indexing import ALL, Widths, call_index, index, pad, part
from app.engine.ops.logic import equal
from app.engine.ops.registry import Composed
from app.engine.structure import axis_index, expand, number, reshape, reshaped, where

MODES = {"reflect": "reflect", "symmetric": "symmetric", "edge": "edge", "replicate": "edge", "wrap": "wrap",
         "circular": "wrap"}  # fmt: skip
"""Ways to pad other than with a constant, NumPy's and PyTorch's names → NumPy's."""


def concrete(value: Any) -> Array:
    """The numbers of an array, a list or a node."""
    return np.asarray(getattr(value, "value", value))


def whole_numbers(value: Any, place: str) -> Any:
    """The same as integers.  Raises BadArgument."""
    found = concrete(value).astype(float)
    if not np.array_equal(found, np.round(found)):
        raise BadArgument(f"{place}: the places are {found.tolist()}, they must be whole — take whole numbers")
    return found.astype(int)


def whole_number(value: Any, place: str) -> int:
    """A single integer.  Raises BadArgument."""
    found = whole_numbers(value, place)
    if found.size != 1:
        raise BadArgument(f"{place}: there are {found.size} numbers, it must be one — give a single whole number")
    return int(found.ravel()[0])


def raveled(x: Operand) -> Any:
    """All numbers in C order."""
    return reshaped(x, (math.prod(shape(x)),))


def along(x: Operand, axis: int, places: Any) -> Any:
    """`x` with these places of one axis."""
    return call_index(x, (slice(None),) * axis + (places,))


# ── choosing ────────────────────────────────────────────────────────────────────────────────────────────
def call_take(x: Operand, indices: Any, axis: Any = None, index: Any = None) -> Any:
    """`np.take(x, indices, axis)`: of the flat array where no axis is given."""
    places = whole_numbers(indices, "take")
    if axis is None:
        return along(raveled(x), 0, places)
    return along(x, axis_index(axis, len(shape(x)), "take"), places)


def call_index_select(x: Operand, axis: Any, index: Any) -> Any:
    """`torch.index_select(x, dim, index)`."""
    return call_take(x, index, axis)


def call_gather(x: Operand, axis: Any, index: Any) -> Any:
    """`torch.gather(x, dim, index)`: along one axis an own place for every number of the result.

    Raises ShapeMismatch.
    """
    form, places = shape(x), whole_numbers(index, "gather")
    at = axis_index(axis, len(form), "gather")
    beside = [n <= m for i, (n, m) in enumerate(zip(places.shape, form, strict=False)) if i != at]
    if places.ndim != len(form) or not all(beside):
        raise ShapeMismatch(
            f"gather: the places are {places.shape}, the array is {form}; beside axis {at} they may not be more"
            " — give as many axes, and no longer ones"
        )
    key = [np.broadcast_to(i, places.shape) for i in np.ogrid[tuple(map(slice, places.shape))]]
    key[at] = places
    return call_index(x, tuple(key))


def call_take_along_axis(x: Operand, indices: Any, axis: Any = -1) -> Any:
    """`np.take_along_axis(x, indices, axis)`; places broadcast beside the axis."""
    form, places = shape(x), whole_numbers(indices, "take_along_axis")
    at = axis_index(axis, len(form), "take_along_axis")
    if places.ndim == len(form):
        places = np.broadcast_to(places, (*form[:at], places.shape[at], *form[at + 1 :]))
    return call_gather(x, at, places)


def call_masked_fill(x: Operand, mask: Operand, value: Operand) -> Any:
    """`x.masked_fill(mask, value)`: the value where the mask holds."""
    is_mask = concrete(mask).dtype == np.bool_
    return where(mask if is_mask else concrete(mask) != 0, value, x)


def call_diff(x: Operand, n: Any = 1, axis: Any = -1) -> Any:
    """`np.diff`: what each number is more than the one before it, n times."""
    at = axis_index(axis, len(shape(x)), "diff")
    for _ in range(whole_number(n, "diff")):
        x = index(x, key=part(at, 1, None)) - index(x, key=part(at, None, -1))
    return x


# ── mirrored, moved, repeated ───────────────────────────────────────────────────────────────────────────
def call_flip(x: Operand, axis: Any = None, *more: Any) -> Any:
    """The order reversed along `axis` (default: all)."""
    ndim = len(shape(x))
    chosen = range(ndim) if axis is None else (*axis, *more) if isinstance(axis, tuple | list) else (axis, *more)
    mirrored = {axis_index(each, ndim, "flip") for each in chosen}
    return index(x, key=tuple(("slice", None, None, -1) if i in mirrored else ALL for i in range(ndim)))


def call_roll(x: Operand, shift: Any = None, axis: Any = None, shifts: Any = None) -> Any:
    """Elements moved along; those that fall off come back at the other end."""
    steps = whole_numbers(shifts if shift is None else shift, "roll").ravel().tolist()
    if axis is None:
        return reshaped(_rolled(raveled(x), sum(steps), 0), shape(x))
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    for each, step in zip(axes, steps * len(axes) if len(steps) == 1 else steps, strict=True):
        x = _rolled(x, step, axis_index(each, len(shape(x)), "roll"))
    return x


def _rolled(x: Operand, step: int, axis: int) -> Any:
    return along(x, axis, np.roll(np.arange(shape(x)[axis]), step))


def call_repeat(x: Operand, repeats: Any, axis: Any = None) -> Any:
    """Every element several times: `np.repeat(x, 2, axis=0)`; the numbers may differ by place."""
    x = raveled(x) if axis is None else x
    at = axis_index(0 if axis is None else axis, len(shape(x)), "repeat")
    times, form = whole_numbers(repeats, "repeat"), shape(x)
    if (times < 0).any() or times.size not in (1, form[at]):
        raise BadArgument(f"repeat: numbers are {times.tolist()}, they must be 0 or more, one or {form[at]}")
    if times.size > 1:
        return along(x, at, np.repeat(np.arange(form[at]), times.ravel()))
    n = int(times.ravel()[0])
    wide = expand(reshape(x, shape=(*form[: at + 1], 1, *form[at + 1 :])), shape=(*form[: at + 1], n, *form[at + 1 :]))
    return reshape(wide, shape=(*form[:at], form[at] * n, *form[at + 1 :]))


# ── padding ─────────────────────────────────────────────────────────────────────────────────────────────
def widths_of(value: Any, ndim: int) -> Widths:
    """`np.pad`'s widths as (before, after) per axis.  Raises BadArgument."""
    array = whole_numbers(value, "pad")
    try:
        full = np.broadcast_to(array, (ndim, 2)).tolist()
    except ValueError:
        raise BadArgument(f"pad: widths are {array.tolist()}, they must be a pair for each of {ndim} axes") from None
    if array.min(initial=0) < 0:
        raise BadArgument(f"pad: widths are {array.tolist()}, they must be 0 or more — cut with x[1:-1] instead")
    return tuple((before, after) for before, after in full)


def call_pad(x: Operand, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Any:
    """`np.pad(x, widths)`: with a constant, or by what is there (`reflect`, `edge`, `wrap`, `symmetric`)."""
    widths = widths_of(pad_width, len(shape(x)))
    if mode != "constant":
        return _padded_by_itself(x, widths, mode)
    framed = pad(x, widths=widths)
    value = concrete(constant_values)
    if value.ndim == 0 and value == 0 and constant_values is not value:
        return framed
    return where(np.pad(np.zeros(shape(x), bool), widths, constant_values=True), constant_values, framed)


def _padded_by_itself(x: Operand, widths: Widths, mode: str) -> Any:
    if mode not in MODES:
        raise BadArgument(f"pad: mode is {mode!r}, it must be 'constant', {', '.join(map(repr, MODES))}")
    for axis, width in enumerate(widths):
        n = shape(x)[axis]
        if any(width):
            if n == 0 or (MODES[mode] == "reflect" and max(width) >= n):
                raise BadArgument(f"pad: widths are {width}, axis {axis} has {n} numbers, they must be fewer")
            x = along(x, axis, np.pad(np.arange(n), width, mode=MODES[mode]))  # type: ignore[call-overload]
    return x


def call_torch_pad(x: Operand, pad: Any, mode: str = "constant", value: Any = 0.0) -> Any:
    """`F.pad(x, (left, right, top, bottom, …))`: pairs from the last axis on."""
    flat = whole_numbers(pad, "pad").ravel().tolist()
    if len(flat) % 2 or len(flat) > 2 * len(shape(x)):
        raise BadArgument(f"pad: there are {len(flat)} widths for {len(shape(x))} axes — give two for each padded axis")
    pairs = [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)][::-1]
    return call_pad(x, [(0, 0)] * (len(shape(x)) - len(pairs)) + pairs, mode, 0.0 if value is None else value)


# ── classes ─────────────────────────────────────────────────────────────────────────────────────────────
def one_hot_detail(x: Operand, classes: int) -> Any:
    """1 where the class number is the label."""
    return number(equal(reshape(x, shape=(*shape(x), 1)), np.arange(float(classes))))


def call_one_hot(x: Operand, num_classes: Any = -1, axis: Any = -1) -> Any:
    """`F.one_hot(labels, num_classes)`; without a number of classes as many as the labels need.

    Raises BadArgument.
    """
    labels = whole_numbers(x, "one_hot")
    classes = whole_number(num_classes, "one_hot")
    classes = int(labels.max(initial=0)) + 1 if classes == -1 else classes
    if labels.min(initial=0) < 0 or labels.max(initial=0) >= classes:
        raise BadArgument(f"one_hot: labels are {labels.tolist()}, they must be whole numbers from 0 to {classes - 1}")
    return one_hot(x, classes=classes)


one_hot = Op(
    name="one_hot",
    noun="one-hot code",
    doc="For every label a row that is 1 at its class and 0 elsewhere.",
    forward=one_hot_detail,
    slots=("x",),
    differentiable=False,
    detail=one_hot_detail,
    names=("F.one_hot", "jax.nn.one_hot"),
    call=call_one_hot,
    size=lambda x, classes: np.size(x) * classes,
    forms=tex(r"\operatorname{{one\_hot}}\left({0}\right)"),
    samples=(Sample((np.array([2.0, 0.0]),), {"classes": 3}), Sample((1.0,), {"classes": 2})),
    worked=Worked((np.array([2.0, 0.0]),), np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]), (), {"classes": 3}),
    source="PyTorch reference, torch.nn.functional.one_hot",
)

SELECTING = (one_hot,)
SELECTING_FUNCTIONS = (
    Composed(("take", "np.take", "torch.take", "jnp.take", ".take"), call_take),
    Composed(("index_select", "torch.index_select", ".index_select"), call_index_select),
    Composed(("gather", "torch.gather", ".gather"), call_gather),
    Composed(("np.take_along_axis", "jnp.take_along_axis", "torch.take_along_dim"), call_take_along_axis),
    Composed(("torch.masked_fill", ".masked_fill"), call_masked_fill),
    Composed(("diff", "np.diff", "torch.diff", "jnp.diff", ".diff"), call_diff),
    Composed(("flip", "np.flip", "torch.flip", "jnp.flip", ".flip"), call_flip),
    Composed(("fliplr", "np.fliplr", "torch.fliplr", "jnp.fliplr"), lambda x: call_flip(x, 1)),
    Composed(("flipud", "np.flipud", "torch.flipud", "jnp.flipud"), lambda x: call_flip(x, 0)),
    Composed(("roll", "np.roll", "torch.roll", "jnp.roll", ".roll"), call_roll),
    Composed(("repeat", "np.repeat", "jnp.repeat", "torch.repeat_interleave", ".repeat_interleave"), call_repeat),
    Composed(("pad", "np.pad", "jnp.pad"), call_pad),
    Composed(("F.pad",), call_torch_pad),
)
