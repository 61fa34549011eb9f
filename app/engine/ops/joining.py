"""Arrays put together, and taken apart again."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import TEX, Form, program
from app.engine.op import Array, Op, Operand, Operands, Sample, Worked, shape
from app.engine.ops.indexing import ALL, index, part
from app.engine.ops.registry import Composed
from app.engine.ops.selecting import raveled, whole_numbers
from app.engine.structure import axis_index, reshape, reshaped

A, B = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])
PRINTED = 4


def parts_of(xs: Any, place: str) -> list[Any]:
    """The operands: a list of arrays, or an array's rows.  Raises BadArgument."""
    if isinstance(xs, tuple | list):
        found = list(xs)
    else:
        found = [index(xs, key=(i,)) for i in range(shape(xs)[0] if shape(xs) else 0)]
    if not found:
        raise BadArgument(f"{place}: there is nothing to put together, there must be an array — write {place}([a, b])")
    return found


def listed(texts: Sequence[str]) -> str:
    """Operands with commas, many of them shortened."""
    return ", ".join(texts if len(texts) <= PRINTED else (*texts[: PRINTED - 2], r"\dots", texts[-1]))


def all_numbers(*xs: Array, axis: int) -> int:
    """How many numbers there are together."""
    return sum(int(np.size(x)) for x in xs)


# ── concatenate ─────────────────────────────────────────────────────────────────────────────────────────
def concatenate_forward(*xs: Array, axis: int) -> Array:
    """Arrays one behind the other.  Raises ShapeMismatch."""
    forms = [np.shape(x) for x in xs]
    beside = {(*form[:axis], *form[axis + 1 :]) for form in forms}
    if len(beside) > 1 or len({len(form) for form in forms}) > 1:
        shown = ", ".join(map(str, forms[:6]))
        raise ShapeMismatch(f"concatenate: the arrays are {shown}; beside axis {axis} they must agree — reshape them")
    return np.concatenate(xs, axis)


def concatenated_part(slot: int, g: Operand, xs: Operands, axis: int) -> Any:
    """The slice of g that came from operand `slot`."""
    cuts = xs.once("cuts", lambda: [0, *accumulate(shape(x)[axis] for x in xs)])
    return index(g, key=part(axis, cuts[slot], cuts[slot + 1]))


def call_concatenate(xs: Any, axis: Any = 0) -> Any:
    """Arrays one behind the other along `axis`; with axis=None their numbers in a row.  Raises ShapeMismatch."""
    found = parts_of(xs, "concatenate")
    if axis is None:
        found, axis = [raveled(x) for x in found], 0
    if not all(shape(x) for x in found):
        raise ShapeMismatch("concatenate: one of them is a single number, they must have axes — use stack instead")
    return concatenate(*found, axis=axis_index(axis, len(shape(found[0])), "concatenate"))


concatenate = Op(
    name="concatenate",
    noun="concatenation",
    doc="Puts arrays one behind the other along an axis.",
    forward=concatenate_forward,
    slots=("*xs",),
    view=True,
    variadic_transpose=concatenated_part,
    names=("np.concatenate", "np.concat", "torch.cat", "torch.concat", "torch.concatenate", "jnp.concatenate", "cat"),
    call=call_concatenate,
    size=all_numbers,
    forms={TEX: Form(lambda texts, _: rf"\operatorname{{concat}}\left({listed(texts)}\right)")}
    | program(lambda texts, given: f"np.concatenate([{', '.join(texts)}], axis={given['axis']})"),
    samples=(Sample((A, B), {"axis": 0}), Sample((B, B + 1, A.T), {"axis": 1})),
    # 1 2 and 3; each keeps its own gradient.
    worked=Worked((A[0], np.array([3.0])), np.array([1.0, 2.0, 3.0]), (np.ones(2), np.ones(1)), {"axis": 0}),
    source="NumPy reference, numpy.concatenate; a permutation, so its transpose takes apart",
)


# ── stack ───────────────────────────────────────────────────────────────────────────────────────────────
def stack_forward(*xs: Array, axis: int) -> Array:
    """Arrays of one shape along a new axis.  Raises ShapeMismatch."""
    forms = {np.shape(x) for x in xs}
    if len(forms) > 1:
        shown = ", ".join(map(str, sorted(forms)[:6]))
        raise ShapeMismatch(f"stack: the arrays are {shown}, they must all be alike — reshape them, or use concatenate")
    return np.stack(xs, axis)


def call_stack(xs: Any, axis: Any = 0) -> Any:
    """Arrays of one shape along a new axis."""
    found = parts_of(xs, "stack")
    return stack(*found, axis=axis_index(axis, len(shape(found[0])) + 1, "stack"))


stack = Op(
    name="stack",
    noun="stack",
    doc="Puts arrays of one shape along a new axis.",
    forward=stack_forward,
    slots=("*xs",),
    view=True,
    variadic_transpose=lambda slot, g, xs, axis: index(g, key=(*(ALL,) * axis, slot)),
    names=("np.stack", "torch.stack", "jnp.stack"),
    call=call_stack,
    size=all_numbers,
    forms={TEX: Form(lambda texts, _: rf"\left[{listed(texts)}\right]")}
    | program(lambda texts, given: f"np.stack([{', '.join(texts)}], axis={given['axis']})"),
    samples=(Sample((B, B + 1), {"axis": 0}), Sample((B, B - 1), {"axis": 2}), Sample((1.0, 2.0, 3.0), {"axis": 0})),
    # Two numbers as an array.
    worked=Worked((1.0, 2.0), np.array([1.0, 2.0]), (1.0, 1.0), {"axis": 0}),
    source="NumPy reference, numpy.stack; a permutation, so its transpose takes apart",
)


def call_hstack(xs: Any) -> Any:
    """Arrays side by side."""
    found = [reshaped(x, shape(x) or (1,)) for x in parts_of(xs, "hstack")]
    return concatenate(*found, axis=min(1, len(shape(found[0])) - 1))


def call_vstack(xs: Any) -> Any:
    """Arrays one below the other; vectors are rows."""
    found = [x if len(shape(x)) > 1 else reshape(x, shape=(1, *(shape(x) or (1,)))) for x in parts_of(xs, "vstack")]
    return concatenate(*found, axis=0)


def call_column_stack(xs: Any) -> Any:
    """Vectors as the columns of a matrix."""
    found = parts_of(xs, "column_stack")
    return concatenate(*(x if len(shape(x)) > 1 else reshape(x, shape=(*(shape(x) or (1,)), 1)) for x in found), axis=1)


# ── apart ───────────────────────────────────────────────────────────────────────────────────────────────
def pieces(x: Operand, cuts: Sequence[int], axis: int) -> list[Any]:
    """The array cut before these places of an axis."""
    bounds = pairwise([0, *cuts, shape(x)[axis]])
    return [index(x, key=part(axis, start, stop)) for start, stop in bounds]


def call_split(x: Operand, sections: Any, axis: Any = 0) -> Any:
    """`np.split`: into so many equal parts, or before these places.  Raises BadArgument."""
    at, given = axis_index(axis, len(shape(x)), "split"), whole_numbers(sections, "split")
    if given.ndim:
        return pieces(x, given.tolist(), at)
    n, count = shape(x)[at], int(given)
    if count < 1 or n % count:
        raise BadArgument(f"split: axis {at} has {n} numbers, {count} parts must divide it — choose another number")
    return pieces(x, range(n // count, n, n // count), at)


def call_torch_split(x: Operand, split_size: Any, axis: Any = 0) -> Any:
    """`torch.split`: into parts of this length (the last may be shorter), or of these lengths.  Raises BadArgument."""
    at, given = axis_index(axis, len(shape(x)), "split"), whole_numbers(split_size, "split")
    n = shape(x)[at]
    if given.ndim and given.sum() == n and given.min(initial=0) >= 0:
        return pieces(x, np.cumsum(given)[:-1].tolist(), at)
    if given.ndim or given < 1:
        raise BadArgument(f"split: axis {at} has {n} numbers, the parts are {given.tolist()}; they must fill it")
    return pieces(x, range(int(given), n, int(given)), at)


def call_chunk(x: Operand, chunks: Any, axis: Any = 0) -> Any:
    """`torch.chunk`: into at most so many parts."""
    n = shape(x)[axis_index(axis, len(shape(x)), "chunk")]
    return call_torch_split(x, max(1, -(-n // max(1, int(whole_numbers(chunks, "chunk"))))), axis)


def call_unbind(x: Operand, axis: Any = 0) -> Any:
    """All parts along an axis, without it."""
    at = axis_index(axis, len(shape(x)), "unbind")
    return [index(x, key=(*(ALL,) * at, i)) for i in range(shape(x)[at])]


JOINING = (concatenate, stack)
JOINING_FUNCTIONS = (
    Composed(("hstack", "np.hstack", "torch.hstack", "jnp.hstack"), call_hstack),
    Composed(("vstack", "np.vstack", "torch.vstack", "jnp.vstack", "torch.row_stack"), call_vstack),
    Composed(("column_stack", "np.column_stack", "torch.column_stack", "jnp.column_stack"), call_column_stack),
    Composed(("np.split", "jnp.split", "split"), call_split),
    Composed(("torch.split", ".split"), call_torch_split),
    Composed(("chunk", "torch.chunk", ".chunk"), call_chunk),
    Composed(("unbind", "torch.unbind", ".unbind"), call_unbind),
)
