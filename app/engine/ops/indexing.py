"""Elements and parts of arrays, as NumPy's square brackets take them, and the way back: placing and padding."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ATOM, TEX, Form, program, tex
from app.engine.op import Array, Op, Operand, Sample, Shape, Worked, shape
from app.engine.structure import reshaped, total

SHOWN = 4
"""Index arrays up to this length print as their numbers."""


@dataclass(frozen=True, slots=True)
class Places:
    """An index array: whole numbers that can be hashed, in no more memory than the array takes."""

    form: Shape
    numbers: bytes

    @classmethod
    def of(cls, numbers: Any) -> "Places":
        """From anything that holds whole numbers."""
        array = np.ascontiguousarray(numbers, np.int64)
        return cls(np.shape(numbers), array.tobytes())

    @property
    def array(self) -> Any:
        """As NumPy takes it."""
        return np.frombuffer(self.numbers, np.int64).reshape(self.form)

    def __str__(self) -> str:
        return str(self.array.tolist()) if math.prod(self.form) <= SHOWN else f"[{self.form} places]"


Key = tuple[Any, ...]
"""An index as something that can be hashed: ints, None, "...", ("slice", start, stop, step), Places."""
ALL = ("slice", None, None, None)


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────
def packed(key: Any, form: Shape) -> Key:
    """What stands in square brackets behind an array of this form; conditions become the places where they hold.

    Raises BadArgument.
    """
    entries = [_entry(each) for each in (key if isinstance(key, tuple) else (key,))]
    used = sum(_axes_used(each) for each in entries)
    if used > len(form) or sum(each is Ellipsis for each in entries) > 1:
        raise BadArgument(f"index: it goes over {used} axes, the array is {form} — take one index for each axis")
    found: list[Any] = []
    axis = 0
    for each in entries:
        if isinstance(each, np.ndarray) and each.dtype == np.bool_:
            found += _where_true(each, form[axis : axis + each.ndim])
        else:
            found.append(_canonical(each))
        axis += len(form) - used if each is Ellipsis else _axes_used(each)
    return tuple(found)


def _entry(each: Any) -> Any:
    """One index: an int, a slice, None, Ellipsis, or an array of ints or booleans."""
    if each is None or each is Ellipsis or isinstance(each, slice):
        return each
    array = np.asarray(getattr(each, "value", each))
    if array.dtype != np.bool_:
        numbers = np.asarray(array, float)
        if not np.array_equal(numbers, np.round(numbers)):
            raise BadArgument("index: it holds numbers that are not whole, they must be — take whole numbers")
        array = numbers.astype(int)
    elif array.ndim == 0:
        raise BadArgument("index: it is True or False, it must be a place — take a number, or a condition per element")
    return array if array.ndim else int(array)


def _axes_used(each: Any) -> int:
    if each is None or each is Ellipsis:
        return 0
    return each.ndim if isinstance(each, np.ndarray) and each.dtype == np.bool_ else 1


def _where_true(condition: Any, form: Shape) -> list[Places]:
    if condition.shape != form:
        raise BadArgument(f"index: the condition is {condition.shape}, it must be {form} — compare the array itself")
    return [Places.of(places) for places in np.nonzero(condition)]


def _canonical(each: Any) -> Any:
    if isinstance(each, slice):
        return "slice", *(None if part is None else int(part) for part in (each.start, each.stop, each.step))
    return "..." if each is Ellipsis else Places.of(each) if isinstance(each, np.ndarray) else each


def unpacked(key: Key) -> tuple[Any, ...]:
    """The key as NumPy takes it."""
    return tuple(_unpack(each) for each in key)


def _unpack(each: Any) -> Any:
    if isinstance(each, tuple):
        return slice(*each[1:])
    return Ellipsis if each == "..." else each.array if isinstance(each, Places) else each


def part(axis: int, start: int | None, stop: int | None, step: int | None = None) -> Key:
    """The key of a slice along one axis."""
    return (ALL,) * axis + (("slice", start, stop, step),)


def text_of(key: Key) -> str:
    """The key as it is written, long index arrays shortened."""
    return ",".join(_text(each) for each in key)


def _text(each: Any) -> str:
    if isinstance(each, tuple):
        start, stop, step = ("" if n is None else str(n) for n in each[1:])
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return r"\ldots" if each == "..." else r"\mathrm{new}" if each is None else str(each)


def program_of(texts: Sequence[str], attributes: Mapping[str, Any]) -> str:
    """`x[0, :, [1, 2]]`."""
    return f"{texts[0]}[{', '.join(_in_program(each) for each in attributes['key'])}]"


def _in_program(each: Any) -> str:
    if isinstance(each, Places):
        return f"np.array({each.array.tolist()})"
    if isinstance(each, tuple):
        return _text(each)
    return "..." if each == "..." else repr(each)


# ── taking ──────────────────────────────────────────────────────────────────────────────────────────────
def get(x: Array, key: Key) -> Array:
    """x[key].  Raises BadArgument."""
    array = np.asarray(x)
    try:
        return array[unpacked(key)]
    except (IndexError, ValueError) as error:
        raise BadArgument(f"index: {error}; the array is {array.shape} — choose what is inside") from None


def size_of(x: Array, key: Key) -> int:
    """How many numbers x[key] has, found without making them; 0 where the key does not fit."""
    form, axis, size = np.shape(x), 0, 1
    spare = len(form) - sum(each is not None and each != "..." for each in key)
    try:
        for each in key:
            if each == "...":
                size *= math.prod(form[axis : axis + spare])
                axis += spare
            elif each is not None:
                size *= len(range(*_unpack(each).indices(form[axis]))) if isinstance(each, tuple) else 1
                axis += 1
        together = np.broadcast_shapes(*(each.form for each in key if isinstance(each, Places)))
    except (IndexError, ValueError):
        return 0
    return size * math.prod(form[axis:]) * math.prod(together)


def call_index(x: Operand, key: Any) -> Any:
    """`x[key]`."""
    return index(x, key=packed(key, shape(x)))


MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
TWICE_THE_FIRST = (Places.of([0, 2, 0]),)

index: Op = Op(
    name="index",
    noun="selection",
    doc="Takes elements or parts out of an array.",
    forward=get,
    slots=("x",),
    view=True,
    transposes=(lambda g, x, key: scatter(g, key=key, shape=shape(x)),),
    names=("index",),
    call=call_index,
    size=size_of,
    forms={TEX: Form(lambda texts, attributes: f"{{{texts[0]}}}_{{{text_of(attributes['key'])}}}", ATOM, (ATOM,))}
    | program(program_of, ATOM, ATOM),
    samples=(
        Sample((MATRIX,), {"key": (1,)}),
        Sample((MATRIX,), {"key": ("...", ("slice", None, None, -1))}),
        Sample((MATRIX,), {"key": (None, Places.of([[0, 1], [1, 1]]), 2)}),
        Sample((MATRIX[0],), {"key": TWICE_THE_FIRST}),
    ),
    # The second of three; only it has a gradient.
    worked=Worked((np.array([1.0, 2.0, 3.0]),), 2.0, (np.array([0.0, 1.0, 0.0]),), {"key": (1,)}),
    source="NumPy user guide, Indexing on ndarrays",
)


# ── placing ─────────────────────────────────────────────────────────────────────────────────────────────
def put(x: Array, key: Key, shape: Shape) -> Array:
    """Zeros of `shape`, to which x is added at key; places that come twice get both."""
    found = np.zeros(shape)
    np.add.at(found, unpacked(key), x)
    return found


def senders(key: Key, form: Shape) -> Any:
    """For every place of `form` (in C order) the numbers that come to it; a row is filled up with their count."""
    targets = np.arange(math.prod(form)).reshape(form)[unpacked(key)].ravel()
    counts = np.bincount(targets, minlength=math.prod(form))
    order = np.argsort(targets, kind="stable")
    rank = np.arange(targets.size) - (np.cumsum(counts) - counts)[targets[order]]
    table = np.full((counts.size, counts.max(initial=0)), targets.size)
    table[targets[order], rank] = order
    return table


def scatter_detail(x: Operand, key: Key, shape: Shape) -> Any:
    """Every place takes what comes to it, from left to right, or the 0 that stands behind all numbers."""
    table = senders(key, shape)
    behind = pad(reshaped(x, (math.prod(_shape(x)),)), widths=((0, 1),))
    if table.shape[1] == 1:
        return reshaped(index(behind, key=(Places.of(table[:, 0]),)), shape)
    return reshaped(total(index(behind, key=(Places.of(table),)), (1,)), shape)


_shape = shape

scatter: Op = Op(
    name="scatter",
    noun="scattered sum",
    doc="Adds numbers into zeros at the places of an index.",
    forward=put,
    slots=("x",),
    transposes=(lambda g, x, key, shape: index(g, key=key),),
    detail=scatter_detail,
    size=lambda x, key, shape: math.prod(shape),
    forms=tex(r"\operatorname{{scatter}}\left({0}\right)"),
    samples=(
        Sample((np.array([1.0, 2.0, 3.0]),), {"key": TWICE_THE_FIRST, "shape": (4,)}),
        Sample((np.array([1.0, 2.0]),), {"key": (ALL, 1), "shape": (2, 3)}),
    ),
    # 1 and 3 meet at place 0.
    worked=Worked(
        (np.array([1.0, 2.0, 3.0]),), np.array([4.0, 0.0, 2.0, 0.0]), (np.ones(3),),
        {"key": TWICE_THE_FIRST, "shape": (4,)},
    ),
    source="NumPy reference, numpy.ufunc.at; the transpose of taking elements",
)  # fmt: skip

Widths = tuple[tuple[int, int], ...]


def inside(form: Shape, widths: Sequence[tuple[int, int]]) -> Key:
    """The key of what was there before padding."""
    return tuple(("slice", before, before + n, None) for n, (before, _) in zip(form, widths, strict=True))


def with_frame(form: Shape, widths: Widths) -> Shape:
    """The shape with its frame."""
    return tuple(n + before + after for n, (before, after) in zip(form, widths, strict=True))


pad: Op = Op(
    name="pad",
    noun="padding",
    doc="Puts a frame of zeros around an array.",
    forward=lambda x, widths: np.pad(x, widths),
    slots=("x",),
    view=True,
    transposes=(lambda g, x, widths: index(g, key=inside(shape(x), widths)),),
    size=lambda x, widths: math.prod(with_frame(np.shape(x), widths)),
    forms=tex(r"\operatorname{{pad}}\left({0}\right)"),
    samples=(Sample((MATRIX,), {"widths": ((1, 0), (0, 2))}), Sample((MATRIX[0],), {"widths": ((2, 1),)})),
    # A zero before, one behind; the frame has no gradient to give back.
    worked=Worked((np.array([2.0]),), np.array([0.0, 2.0, 0.0]), (np.ones(1),), {"widths": ((1, 1),)}),
    source="NumPy reference, numpy.pad; its transpose cuts the frame off",
)

INDEXING = (index, scatter, pad)
