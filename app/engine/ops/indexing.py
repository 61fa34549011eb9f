"""Elements and parts of arrays, as NumPy's square brackets take them."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ATOM, TEX, Form, tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.registry import Composed
from app.engine.structure import axis_index

Key = tuple[Any, ...]
"""An index as something that can be hashed: ints, None, "...", ("slice", start, stop, step), ("array", shape, ints)."""


def packed(key: Any) -> Key:
    """What stands in square brackets, as a `Key`; conditions become the places where they hold.  Raises BadArgument."""
    found: list[Any] = []
    for each in key if isinstance(key, tuple) else (key,):
        if each is None or (isinstance(each, int) and not isinstance(each, bool)):
            found.append(each)
        elif each is Ellipsis:
            found.append("...")
        elif isinstance(each, slice):
            found.append(("slice", each.start, each.stop, each.step))
        else:
            found.extend(_array(each))
    return tuple(found)


def _array(value: Any) -> list[Any]:
    array = np.asarray(value)
    if array.dtype == np.bool_:
        return [("array", places.shape, tuple(places.tolist())) for places in np.nonzero(array)]
    if not np.array_equal(array, np.round(array)):
        raise BadArgument("index: it holds numbers that are not whole — use whole numbers")
    whole = array.astype(int)
    return [("array", whole.shape, tuple(whole.ravel().tolist()))]


def unpacked(key: Key) -> tuple[Any, ...]:
    """The key as NumPy takes it."""
    return tuple(_unpack(each) for each in key)


def _unpack(each: Any) -> Any:
    if isinstance(each, tuple):
        kind, *rest = each
        return slice(*rest) if kind == "slice" else np.array(rest[1], int).reshape(rest[0])
    return Ellipsis if each == "..." else each


def get(x: Array, key: Key) -> Array:
    """x[key].  Raises BadArgument."""
    array = np.asarray(x)
    try:
        return array[unpacked(key)]
    except IndexError as error:
        raise BadArgument(f"index: {error}; the array has shape {array.shape} — choose what is inside") from None


def put(g: Array, key: Key, shape: tuple[int, ...]) -> Array:
    """Zeros of `shape`, to which g is added at key; places that come twice get both."""
    found = np.zeros(shape)
    np.add.at(found, unpacked(key), g)
    return found


def text_of(key: Key) -> str:
    """The key as it was written, shortened."""
    parts = []
    for each in key:
        if isinstance(each, tuple) and each[0] == "slice":
            parts.append(":".join("" if part is None else str(part) for part in each[1:3]) or ":")
            parts[-1] = ":" if each[1] is None and each[2] is None else parts[-1]
        else:
            parts.append(r"\ldots" if each == "..." or isinstance(each, tuple) else str(each))
    return ",".join(parts)


def call_index(x: Operand, key: Any) -> Any:
    """`x[key]`."""
    return index(x, key=packed(key))


index = Op(
    name="index",
    doc="Takes elements or parts out of an array.",
    forward=get,
    slots=("x",),
    view=True,
    transposes=(lambda g, x, key: scatter(g, key=key, shape=shape(x)),),
    names=("index",),
    call=call_index,
    forms={TEX: Form(lambda texts, attributes: f"{texts[0]}_{{{text_of(attributes['key'])}}}", ATOM, (ATOM,))},
    samples=(
        Sample((np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),), {"key": (1,)}),
        Sample((np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),), {"key": ("...", ("slice", None, None, -1))}),
        Sample((np.array([1.0, 2.0, 3.0]),), {"key": (("array", (3,), (0, 2, 0)),)}),
    ),
    # The second of three; only it has a gradient.
    worked=Worked((np.array([1.0, 2.0, 3.0]),), 2.0, (np.array([0.0, 1.0, 0.0]),), {"key": (1,)}),
    source="NumPy user guide, Indexing on ndarrays",
)

scatter: Op = Op(
    name="scatter",
    doc="Adds numbers into zeros at the places of an index.",
    forward=put,
    slots=("x",),
    transposes=(lambda g, x, key, shape: index(g, key=key),),
    size=lambda x, key, shape: math.prod(shape),
    forms=tex(r"\operatorname{{scatter}}\left({0}\right)"),
    samples=(Sample((np.array([1.0, 2.0, 3.0]),), {"key": (("array", (3,), (0, 2, 0)),), "shape": (4,)}),),
    # 1 and 3 meet at place 0.
    worked=Worked(
        (np.array([1.0, 2.0, 3.0]),), np.array([4.0, 0.0, 2.0, 0.0]), (np.ones(3),),
        {"key": (("array", (3,), (0, 2, 0)),), "shape": (4,)},
    ),
    source="NumPy reference, numpy.ufunc.at; the transpose of taking elements",
)  # fmt: skip


def concrete(indices: Any) -> Array:
    """Indices as whole numbers, from an array or a node."""
    return np.asarray(getattr(indices, "value", indices)).astype(int)


def call_take(x: Operand, indices: Any, axis: Any = None) -> Any:
    """`np.take(x, indices, axis)`."""
    if axis is None:
        flat = index(x, key=()) if not shape(x) else x
        return call_index(_raveled(flat), concrete(indices))
    at = axis_index(axis, len(shape(x)), "take")
    return call_index(x, (slice(None),) * at + (concrete(indices),))


def _raveled(x: Operand) -> Any:
    from_shape = np.unravel_index(np.arange(math.prod(shape(x))), shape(x))
    return call_index(x, tuple(np.asarray(each) for each in from_shape))


def call_flip(x: Operand, axis: Any = None) -> Any:
    """The order reversed along `axis` (default: all)."""
    ndim = len(shape(x))
    chosen = range(ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    along = {axis_index(each, ndim, "flip") for each in chosen}
    return call_index(x, tuple(slice(None, None, -1) if i in along else slice(None) for i in range(ndim)))


def call_repeat(x: Operand, repeats: Any, axis: Any = None) -> Any:
    """Every element several times: `np.repeat(x, 2, axis=0)`."""
    x = _raveled(x) if axis is None else x
    at = axis_index(0 if axis is None else axis, len(shape(x)), "repeat")
    places = np.repeat(np.arange(shape(x)[at]), concrete(repeats))
    return call_index(x, (slice(None),) * at + (places,))


def call_roll(x: Operand, shift: Any, axis: Any = None) -> Any:
    """Elements moved along, those that fall off come back at the other end."""
    if axis is None:
        raise BadArgument("roll: it needs an axis here — write axis=0")
    at = axis_index(axis, len(shape(x)), "roll")
    places = np.roll(np.arange(shape(x)[at]), int(concrete(shift)))
    return call_index(x, (slice(None),) * at + (places,))


INDEXING = (index, scatter)
INDEXING_FUNCTIONS = (
    Composed(("take", "np.take", "jnp.take", ".take"), call_take),
    Composed(("flip", "np.flip", "torch.flip", "jnp.flip", ".flip"), call_flip),
    Composed(("fliplr", "np.fliplr"), lambda x: call_flip(x, 1)),
    Composed(("flipud", "np.flipud"), lambda x: call_flip(x, 0)),
    Composed(("repeat", "np.repeat", "jnp.repeat", "torch.repeat_interleave"), call_repeat),
    Composed(("roll", "np.roll", "torch.roll", "jnp.roll"), call_roll),
)
