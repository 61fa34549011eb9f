"""What rules lean on, alike for arrays and nodes: the structural ops, and the helpers built from them.

`fit` (broadcasting, and broadcasting undone), `scale` (upstream times local) and `unless` (a formula with a hole)
are each the only place for their job.
"""

import math
import operator
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import ANY, ATOM, PRODUCT, SUM, program, python, symbolic, tex
from app.engine.op import CONSTANT, Array, Op, Operand, Sample, Shape, Traced, Worked, floating, is_condition, shape

LEFT_TO_RIGHT = 65_536
"""Sums of arrays up to this size add strictly from left to right, as the scalar detail does; larger ones pairwise."""

CALCULUS = "J. Stewart, Calculus, ch. 14 (partial derivatives)"
MATRIX_CALCULUS = "M. Giles, An extended collection of matrix derivative results for AD, 2008"


# ── axes ────────────────────────────────────────────────────────────────────────────────────────────────
def axis_index(axis: Any, ndim: int, place: str) -> int:
    """An axis as an int ≥ 0.  Raises BadArgument."""
    try:
        index = operator.index(axis)
    except TypeError:
        raise BadArgument(f"{place}: axis is {axis!r}, it must be a whole number — write axis=0") from None
    if not -ndim <= index < ndim:
        allowed = f"it must be from {-ndim} to {ndim - 1}" if ndim else "a single number has no axes"
        raise BadArgument(f"{place}: axis is {index}, {allowed} — choose another axis")
    return index % ndim


def axes(x: Operand, axis: Any, place: str) -> tuple[int, ...]:
    """`axis` as NumPy and PyTorch users write it (None, an int, several) as a sorted tuple.  Raises BadArgument."""
    ndim = len(shape(x))
    if axis is None:
        return tuple(range(ndim))
    found = [axis_index(one, ndim, place) for one in (axis if isinstance(axis, tuple | list) else (axis,))]
    if len(set(found)) < len(found):
        raise BadArgument(f"{place}: axis {axis} names an axis twice — name each once")
    return tuple(sorted(found))


# ── structural ops ──────────────────────────────────────────────────────────────────────────────────────
def lined_up(x: Array, axis: tuple[int, ...]) -> Array:
    """The reduced axes flattened into one last axis, in C order."""
    rest = tuple(i for i in range(x.ndim) if i not in axis)
    moved = x.transpose(rest + axis)
    return moved.reshape(*moved.shape[: len(rest)], math.prod(moved.shape[len(rest) :]))


def left_sum(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    """The sum from left to right for small arrays, NumPy's own (pairwise) for large ones."""
    array = np.asarray(floating(x))
    if array.size > LEFT_TO_RIGHT or array.size == 0 or not axis:
        return array.sum(axis, keepdims=keepdims)
    first, last = axis[0], axis[-1]
    behind = math.prod(array.shape[last + 1 :])
    if behind > 1 and len(axis) == last + 1 - first and array.dtype == np.float64 and array.flags.c_contiguous:
        rows = array.reshape(math.prod(array.shape[:first]), -1, behind)
        result = added_in_order(rows, 1).reshape(array.shape[:first] + array.shape[last + 1 :])
    else:
        result = np.add.accumulate(lined_up(array, axis), -1)[..., -1]
    return result.reshape(lost_as_one(array.shape, axis)) if keepdims else result


def added_in_order(rows: Array, axis: int) -> Array:
    """The sum of floats from left to right along an axis that is not the fastest in memory.

    NumPy adds such rows one after the other, to all numbers of a row at once; only along the fastest axis it adds in
    pairs ("Notes" of `numpy.sum`).  −0 is what changes no number.
    """
    return np.asarray(np.add.reduce(rows, axis=axis, initial=-0.0))


def lost_as_one(form: Shape, axis: tuple[int, ...]) -> Shape:
    """The shape with the reduced axes as 1."""
    return tuple(1 if i in axis else n for i, n in enumerate(form))


def call_sum(x: Operand, axis: Any = None, keepdims: bool = False) -> Any:
    """Σ x over `axis` (default: all)."""
    return sum_(x, axis=axes(x, axis, "sum"), keepdims=bool(keepdims))


sum_ = Op(
    name="sum",
    noun="sum",
    doc="Adds up the numbers along one or more axes.",
    forward=left_sum,
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: 1,),
    fold=operator.add,
    names=("sum", "np.sum", "torch.sum", "jnp.sum", ".sum"),
    call=call_sum,
    forms=tex(r"\sum {0}", SUM, PRODUCT),
    samples=(
        Sample((np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]]),), {"axis": (1,), "keepdims": False}),
        Sample((np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]]),), {"axis": (0, 1), "keepdims": True}),
    ),
    # 1 + 2 + 4 = 7; each term counts once.
    worked=Worked((np.array([1.0, 2.0, 4.0]),), 7.0, (np.array([1.0, 1.0, 1.0]),), {"axis": (0,), "keepdims": False}),
    source=CALCULUS,
)


def reshape_forward(x: Array, shape: Shape) -> Array:
    """The same numbers in C order under another shape."""
    return np.reshape(x, shape)


reshape = Op(
    name="reshape",
    noun="reshaping",
    doc="Gives the same numbers another shape.",
    forward=reshape_forward,
    slots=("x",),
    view=True,
    transposes=(lambda g, x, **_: reshaped(g, shape(x)),),
    forms=tex("{0}", PRODUCT, PRODUCT) | program("np.reshape({0}, {shape})"),
    samples=(Sample((np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]]),), {"shape": (3, 2)}),),
    # The numbers stay in reading order: [[1, 2], [3, 4]] is 1 2 3 4.
    worked=Worked(
        (np.array([[1.0, 2.0], [3.0, 4.0]]),), np.array([1.0, 2.0, 3.0, 4.0]), (np.ones((2, 2)),), {"shape": (4,)}
    ),
    source="NumPy reference, numpy.reshape; a permutation, so its transpose is its inverse",
)

expand = Op(
    name="expand",
    noun="broadcast",
    doc="Repeats numbers along new axes, or along axes of size 1.",
    forward=lambda x, shape: np.broadcast_to(x, shape),
    slots=("x",),
    view=True,
    transposes=(lambda g, x, **_: fit(g, shape(x)),),
    size=lambda x, shape: math.prod(shape),
    forms=tex("{0}", PRODUCT, PRODUCT) | program("np.broadcast_to({0}, {shape})"),
    samples=(Sample((np.array([[1.0], [-2.0]]),), {"shape": (3, 2, 4)}),),
    # One number seen three times counts three times.
    worked=Worked((np.array([2.0]),), np.array([2.0, 2.0, 2.0]), (np.array([3.0]),), {"shape": (3,)}),
    source="NumPy user guide, Broadcasting; repetition transposes to a sum",
)

not_ = Op(
    name="not",
    noun="negation",
    doc="True where the condition is false.",
    forward=np.logical_not,
    slots=("m",),
    mask=True,
    differentiable=False,
    names=("logical_not", "np.logical_not", "torch.logical_not", "jnp.logical_not"),
    forms=tex(r"\neg {0}", ATOM, ATOM) | python("not {0}", ANY, ATOM) | symbolic("negation(holds({0}))"),
    samples=(Sample((np.array([True, False]),)),),
    worked=Worked((np.array([True, False]),), np.array([False, True])),
    source="G. Boole, The Laws of Thought, 1854",
)


def holds(condition: Operand) -> Any:
    """A condition as a mask: numbers hold where they are not 0."""
    return condition if is_mask(condition) else not_(not_(condition))


where = Op(
    name="where",
    noun="selection",
    doc="Takes the first number where the condition holds, else the second.",
    forward=np.where,
    slots=("condition", "a", "b"),
    partials=(None, lambda c, a, b, y: holds(c), lambda c, a, b, y: not_(c)),
    names=("where", "np.where", "torch.where", "jnp.where"),
    forms=tex(r"\left({1} \text{{ if }} {0} \text{{ else }} {2}\right)")
    | python("({1} if {0} else {2})", ATOM, ANY, SUM) | symbolic("either_of(holds({0}), {1}, {2})"),
    samples=(
        Sample((np.array([True, False, True]), np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.5]))),
        Sample((np.array([[True], [False]]), np.array([1.0, -2.0, 0.5]), 0.25)),
        Sample((np.array([2.0, 0.0, -1.0]), np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.5]))),
    ),
    # Chosen: 1 (from a), 4 (from b); the gradient goes only where the number came from.
    worked=Worked(
        (np.array([True, False]), np.array([1.0, 2.0]), np.array([3.0, 4.0])),
        np.array([1.0, 4.0]),
        (None, np.array([1.0, 0.0]), np.array([0.0, 1.0])),
    ),
    source="JAX FAQ, Gradients contain NaN where using where",
)

guard = Op(
    name="guard",
    noun="guarded number",
    doc="The number, but 0 where its formula has a hole.",
    forward=lambda hole, x: np.where(hole, 0.0, x),
    slots=("hole", "x"),
    partials=(None, lambda hole, x, y: not_(hole)),
    forms=tex("{1}", SUM, ANY, SUM) | python("(0.0 if {0} else {1})", ATOM, ANY, SUM)
    | symbolic("either_of(holds({0}), 0, {1})")
    | program("np.where({0}, 0.0, {1})"),
    samples=(Sample((np.array([True, False]), np.array([1.5, -2.0]))),),
    # The first is a hole.
    worked=Worked((np.array([True, False]), np.array([5.0, 6.0])), np.array([0.0, 6.0]), (None, np.array([0.0, 1.0]))),
    source="A. Griewank & A. Walther, Evaluating Derivatives, 2nd ed., ch. 14 (limits at exceptional points)",
)

number = Op(
    name="number",
    noun="indicator",
    doc="1 where the condition holds, else 0.",
    forward=lambda m: np.asarray(m, float)[()],
    slots=("m",),
    differentiable=False,
    elementwise=True,
    forms=tex("{0}") | python("(1.0 if {0} else 0.0)", ATOM, ATOM) | symbolic("either_of(holds({0}), 1, 0)")
    | program("np.where({0}, 1.0, 0.0)"),
    samples=(Sample((np.array([True, False]),)),),
    worked=Worked((np.array([True, False]),), np.array([1.0, 0.0])),
    source="K. E. Iverson, A Programming Language, 1962 (the bracket [P])",
)

STRUCTURAL = (sum_, reshape, expand, not_, where, guard, number)


# ── helpers ─────────────────────────────────────────────────────────────────────────────────────────────
def total(x: Operand, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    """The sum over `axis`, spelled as rules need it."""
    return sum_(x, axis=axis, keepdims=keepdims)


def reshaped(x: Operand, target: Shape) -> Any:
    """`x` under the shape `target`; no node where it has that shape already."""
    return x if shape(x) == target else reshape(x, shape=target)


def kept(t: Operand, x: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """A reduction's result (or its gradient) with the axes of `x` that were lost back as 1."""
    return t if keepdims else reshaped(t, lost_as_one(shape(x), axis))


def fit(x: Operand, target: Shape) -> Any:
    """`x` broadcast to `target`, or, where `x` is the larger, summed back to it: the only place for either."""
    form = shape(x)
    if form == target:
        return x
    extra = len(form) - len(target)
    lost = tuple(i for i, n in enumerate(form) if i < extra or target[i - extra] == 1 != n)
    if lost:
        left = lost_as_one(form, lost)[max(extra, 0) :]
        x = reshaped(total(x, lost) if math.prod(form[i] for i in lost) != 1 else x, left)
    same_size = math.prod(shape(x)) == math.prod(target)
    return reshaped(x, target) if same_size else expand(x, shape=target)


def scale(g: Operand, local: Operand) -> Any:
    """g · local.  A mask selects, so a closed gate passes 0 even for g = ∞; ±1 leave no node behind."""
    if type(local) in (int, float) and abs(local) == 1:
        return g if local == 1 else -g
    return where(local, g, 0.0) if is_mask(local) else g * local


def is_mask(x: Operand) -> bool:
    """Whether `x` holds True and False instead of numbers."""
    return is_condition(x.graph.values[x.id] if isinstance(x, Traced) else x)


def unless(hole: Operand, formula: Operand) -> Any:
    """The formula, 0 where it has a hole.  Leaves no node where it is known that there is none."""
    return guard(hole, formula) if possible(hole) else formula


def possible(condition: Operand) -> bool:
    """Whether a condition can hold anywhere: False where it is known that it does not."""
    known = condition
    if isinstance(condition, Traced) and condition.graph.ops[condition.id] is CONSTANT:
        known = condition.graph.values[condition.id]
    return isinstance(known, Traced) or bool(np.any(known))


def require(condition: bool, message: str) -> None:
    """Raise ShapeMismatch with the sentence unless the condition on shapes holds."""
    if not condition:
        raise ShapeMismatch(message)
