"""Other shapes for the same numbers, and arrays put together."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import TEX, Form, tex
from app.engine.op import Array, Op, Operand, Sample, Shape, Worked, shape
from app.engine.ops.indexing import index
from app.engine.ops.registry import Composed
from app.engine.ops.views import exchanged, transpose
from app.engine.structure import axis_index, expand, reshape, reshaped

A, B = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])


def sizes(values: Sequence[Any], place: str) -> tuple[int, ...]:
    """Sizes spelled as several arguments, as a tuple, or as an array.  Raises BadArgument."""
    given: Any = values[0] if len(values) == 1 else values
    given = getattr(given, "value", given)
    flat = given if isinstance(given, tuple | list) else np.asarray(given).ravel().tolist()
    found: list[Any] = [getattr(each, "value", each) for each in flat]
    if any(float(each) != int(each) for each in found):
        raise BadArgument(f"{place}: the sizes are {found}, they must be whole numbers — check them")
    return tuple(int(each) for each in found)


def call_reshape(x: Operand, *shape_of: Any, shape: Any = None, newshape: Any = None) -> Any:
    """`x` under another shape; one size may be -1.  Raises ShapeMismatch."""
    wanted = sizes(shape_of or ((newshape if shape is None else shape),), "reshape")
    own = _shape(x)
    count, known = math.prod(own), math.prod(n for n in wanted if n != -1)
    fits = wanted.count(-1) <= 1 and min(wanted, default=0) >= -1
    if fits and -1 in wanted and known and count % known == 0:
        wanted = tuple(count // known if n == -1 else n for n in wanted)
    if not fits or math.prod(wanted) != count or -1 in wanted:
        raise ShapeMismatch(f"reshape: the array is {own}, {count} numbers do not fill {wanted} — choose sizes that do")
    return reshape(x, shape=wanted)


_shape = shape


def call_ravel(x: Operand, start_dim: Any = 0, end_dim: Any = -1) -> Any:
    """All axes as one (or those from `start_dim` to `end_dim`)."""
    form = shape(x) or (1,)
    first, last = axis_index(start_dim, len(form), "flatten"), axis_index(end_dim, len(form), "flatten")
    return reshaped(x, (*form[:first], math.prod(form[first : last + 1]), *form[last + 1 :]))


def call_squeeze(x: Operand, axis: Any = None) -> Any:
    """Axes of size 1 left out."""
    form = shape(x)
    chosen = range(len(form)) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    along = {axis_index(each, len(form), "squeeze") for each in chosen}
    return reshaped(x, tuple(n for i, n in enumerate(form) if i not in along or n != 1))


def call_expand_dims(x: Operand, axis: Any) -> Any:
    """A new axis of size 1."""
    form = shape(x)
    at = axis_index(axis, len(form) + 1, "expand_dims")
    return reshape(x, shape=(*form[:at], 1, *form[at:]))


def call_broadcast(x: Operand, *shape_of: Any, shape: Any = None) -> Any:
    """`x` repeated to a larger shape; -1 keeps a size.  Raises ShapeMismatch."""
    wanted = sizes(shape_of or (shape,), "broadcast_to")
    form = _shape(x)
    own = (1,) * (len(wanted) - len(form)) + form
    wanted = tuple(m if n == -1 else n for n, m in zip(wanted, own, strict=False))
    if len(form) > len(wanted) or any(m not in (1, n) for n, m in zip(wanted, own, strict=True)):
        raise ShapeMismatch(
            f"broadcast_to: the array is {form}, it cannot be repeated to {wanted} — sizes must be equal or 1"
        )
    return expand(x, shape=wanted)


def call_swapaxes(x: Operand, axis1: Any, axis2: Any) -> Any:
    """Two axes exchanged."""
    n = len(shape(x))
    return transpose(x, axes=exchanged(n, axis_index(axis1, n, "swapaxes"), axis_index(axis2, n, "swapaxes")))


def call_moveaxis(x: Operand, source: Any, destination: Any) -> Any:
    """One axis moved to another place."""
    n = len(shape(x))
    order = [i for i in range(n) if i != axis_index(source, n, "moveaxis")]
    order.insert(axis_index(destination, n, "moveaxis"), axis_index(source, n, "moveaxis"))
    return transpose(x, axes=tuple(order))


# ── put together ────────────────────────────────────────────────────────────────────────────────────────
def parts(xs: Any) -> list[Any]:
    """The operands of `concatenate` and `stack`: a list, or an array's rows."""
    if isinstance(xs, tuple | list):
        found = list(xs)
    else:
        found = [index(xs, key=(i,)) for i in range(shape(xs)[0] if shape(xs) else 0)]
    if not found:
        raise BadArgument("concatenate: there is nothing to put together — give a list of arrays")
    return found


def list_of(name: str) -> Form:
    """`name(a, b, …)`."""
    return Form(lambda texts, _: rf"\operatorname{{{name}}}\left({', '.join(texts[:6])}\right)")


def concatenated_part(slot: int, g: Operand, *xs: Operand, axis: int) -> Any:
    """The slice of g that came from operand `slot`."""
    start = sum(shape(x)[axis] for x in xs[:slot])
    return index(
        g, key=(("slice", None, None, None),) * axis + (("slice", start, start + shape(xs[slot])[axis], None),)
    )


def call_concatenate(xs: Any, axis: Any = 0) -> Any:
    """Arrays one behind the other along `axis`."""
    found = parts(xs)
    if axis is None:
        found, axis = [call_ravel(x) for x in found], 0
    return concatenate(*found, axis=axis_index(axis, len(shape(found[0])), "concatenate"))


concatenate = Op(
    name="concatenate",
    doc="Puts arrays one behind the other along an axis.",
    forward=lambda *xs, axis: np.concatenate(xs, axis),
    slots=("*xs",),
    view=True,
    variadic_transpose=concatenated_part,
    names=("np.concatenate", "torch.cat", "torch.concat", "torch.concatenate", "jnp.concatenate", "cat"),
    call=call_concatenate,
    forms={TEX: list_of("concat")},
    samples=(Sample((A, B), {"axis": 0}), Sample((B, B + 1, A.T), {"axis": 1})),
    # 1 2 and 3; each keeps its own gradient.
    worked=Worked(
        (np.array([1.0, 2.0]), np.array([3.0])), np.array([1.0, 2.0, 3.0]), (np.ones(2), np.ones(1)), {"axis": 0}
    ),
    source="NumPy reference, numpy.concatenate; a permutation, so its transpose takes apart",
)


def stacked_part(slot: int, g: Operand, *xs: Operand, axis: int) -> Any:
    """The layer of g that came from operand `slot`."""
    return index(g, key=(("slice", None, None, None),) * axis + (slot,))


def call_stack(xs: Any, axis: Any = 0) -> Any:
    """Arrays of one shape along a new axis."""
    found = parts(xs)
    return stack(*found, axis=axis_index(axis, len(shape(found[0])) + 1, "stack"))


def stack_forward(*xs: Array, axis: int) -> Array:
    """Arrays of one shape along a new axis.  Raises ShapeMismatch."""
    forms = {np.shape(x) for x in xs}
    if len(forms) > 1:
        raise ShapeMismatch(f"stack: the parts have shapes {sorted(forms)}, they must be equal — reshape them")
    return np.stack(xs, axis)


stack = Op(
    name="stack",
    doc="Puts arrays of one shape along a new axis.",
    forward=stack_forward,
    slots=("*xs",),
    view=True,
    variadic_transpose=stacked_part,
    names=("np.stack", "torch.stack", "jnp.stack"),
    call=call_stack,
    forms={TEX: Form(lambda texts, _: rf"\left[{', '.join(texts[:6])}\right]")},
    samples=(Sample((B, B + 1), {"axis": 0}), Sample((1.0, 2.0, 3.0), {"axis": 0})),
    # Two numbers as an array.
    worked=Worked((1.0, 2.0), np.array([1.0, 2.0]), (1.0, 1.0), {"axis": 0}),
    source="NumPy reference, numpy.stack; a permutation, so its transpose takes apart",
)


def call_hstack(xs: Any) -> Any:
    """Arrays side by side."""
    found = [x if shape(x) else reshape(x, shape=(1,)) for x in parts(xs)]
    return concatenate(*found, axis=min(1, len(shape(found[0])) - 1))


def call_vstack(xs: Any) -> Any:
    """Arrays one below the other."""
    found = [x if len(shape(x)) > 1 else reshape(x, shape=(1, math.prod(shape(x)))) for x in parts(xs)]
    return concatenate(*found, axis=0)


def call_tile(x: Operand, *counts: Any) -> Any:
    """The whole array several times along each axis."""
    times = sizes(counts, "tile")
    form = shape(x)
    ndim = max(len(times), len(form))
    times, x = (1,) * (ndim - len(times)) + times, reshaped(x, (1,) * (ndim - len(form)) + form)
    for axis, n in enumerate(times):
        if n != 1:
            x = concatenate(*[x] * n, axis=axis)
    return x


# ── padding ─────────────────────────────────────────────────────────────────────────────────────────────
Widths = tuple[tuple[int, int], ...]


def widths_of(value: Any, ndim: int) -> Widths:
    """`np.pad`'s widths as (before, after) per axis."""
    array = np.asarray(getattr(value, "value", value)).astype(int)
    full = np.broadcast_to(array, (ndim, 2)) if array.ndim != 1 or array.size != 1 else np.full((ndim, 2), array[0])
    if (full < 0).any():
        raise BadArgument("pad: a width is below 0, it must be 0 or more — check the widths")
    return tuple((int(before), int(after)) for before, after in full)


def call_pad(x: Operand, pad_width: Any, mode: Any = "constant", constant_values: float = 0.0) -> Any:
    """`np.pad(x, widths)` with a constant."""
    if mode != "constant":
        raise BadArgument(f"pad: mode is {mode!r}, only 'constant' is read — leave it out")
    return pad(x, widths=widths_of(pad_width, len(shape(x))), value=float(constant_values))


def call_torch_pad(x: Operand, pad_by: Any, mode: Any = "constant", value: float = 0.0) -> Any:
    """`F.pad(x, (left, right, top, bottom, …))`: pairs from the last axis on."""
    flat = sizes((pad_by,), "pad")
    pairs = [(flat[i], flat[i + 1]) for i in range(0, len(flat) - 1, 2)][::-1]
    return call_pad(x, [(0, 0)] * (len(shape(x)) - len(pairs)) + pairs, mode, value)


def inner_part(form: Shape, widths: Widths) -> tuple[Any, ...]:
    """The key of what was there before padding."""
    return tuple(("slice", before, before + n, None) for n, (before, _) in zip(form, widths, strict=True))


pad = Op(
    name="pad",
    doc="Puts a frame of one number around an array.",
    forward=lambda x, widths, value: np.pad(x, widths, constant_values=value),
    slots=("x",),
    transposes=(lambda g, x, widths, value: index(g, key=inner_part(shape(x), widths)),),
    view=True,
    names=("np.pad", "jnp.pad"),
    call=call_pad,
    size=lambda x, widths, value: math.prod(n + a + b for n, (a, b) in zip(np.shape(x), widths, strict=True)),
    forms=tex(r"\operatorname{{pad}}\left({0}\right)"),
    samples=(Sample((B,), {"widths": ((1, 0), (0, 2)), "value": 0.0}),),
    # A zero before, one behind; the frame has no gradient to give back.
    worked=Worked((np.array([2.0]),), np.array([0.0, 2.0, 0.0]), (np.ones(1),), {"widths": ((1, 1),), "value": 0.0}),
    source="NumPy reference, numpy.pad; its transpose cuts the frame off",
)

SHAPING = (concatenate, stack, pad)
SHAPING_FUNCTIONS = (
    Composed(("reshape", "np.reshape", "torch.reshape", "jnp.reshape", ".reshape", ".view"), call_reshape),
    Composed(
        ("ravel", "flatten", "np.ravel", "torch.flatten", "torch.ravel", "jnp.ravel", ".ravel", ".flatten"), call_ravel
    ),
    Composed(("squeeze", "np.squeeze", "torch.squeeze", "jnp.squeeze", ".squeeze"), call_squeeze),
    Composed(
        ("expand_dims", "unsqueeze", "np.expand_dims", "torch.unsqueeze", "jnp.expand_dims", ".unsqueeze"),
        call_expand_dims,
    ),
    Composed(("broadcast_to", "np.broadcast_to", "torch.broadcast_to", "jnp.broadcast_to", ".expand"), call_broadcast),
    Composed(("swapaxes", "np.swapaxes", "torch.swapaxes", "jnp.swapaxes", ".swapaxes"), call_swapaxes),
    Composed(("moveaxis", "np.moveaxis", "torch.moveaxis", "torch.movedim", "jnp.moveaxis"), call_moveaxis),
    Composed(("hstack", "np.hstack", "torch.hstack", "jnp.hstack"), call_hstack),
    Composed(("vstack", "np.vstack", "torch.vstack", "jnp.vstack"), call_vstack),
    Composed(("tile", "np.tile", "torch.tile", "jnp.tile", ".repeat"), call_tile),
    Composed(("F.pad",), call_torch_pad),
)
