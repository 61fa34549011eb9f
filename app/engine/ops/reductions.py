"""Reductions over axes: averages, products, and conditions taken together."""

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.errors import ShapeMismatch
from app.engine.forms import POWER, SIGN, tex
from app.engine.op import Array, Op, Operand, Sample, Worked, floating, shape
from app.engine.ops.indexing import ALL, index
from app.engine.ops.joining import concatenate, stack
from app.engine.ops.registry import Composed
from app.engine.ops.views import inverse, transpose
from app.engine.structure import CALCULUS, axes, expand, lined_up, lost_as_one, reshape, reshaped, total

MATRIX = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])
ALONG_ROWS, OVER_ALL = {"axis": (1,), "keepdims": False}, {"axis": (0, 1), "keepdims": True}
SAMPLES = (Sample((MATRIX,), ALONG_ROWS), Sample((MATRIX,), OVER_ALL))
VECTOR: dict[str, Any] = {"axis": (0,), "keepdims": False}


def spellings(name: str, *more: str) -> tuple[str, ...]:
    """A reduction's name in NumPy, PyTorch and JAX, and as a method."""
    return (f"np.{name}", f"torch.{name}", f"jnp.{name}", f".{name}", *more)


def reducing(op: Callable[[], Op]) -> Callable[..., Any]:
    """The signature that all have: axis (default: all) and keepdims."""

    def call(x: Operand, axis: Any = None, keepdims: bool = False) -> Any:
        return op()(x, axis=axes(x, axis, op().name), keepdims=bool(keepdims))

    return call


def count(x: Operand, axis: tuple[int, ...]) -> int:
    """How many numbers are reduced to one."""
    return math.prod(shape(x)[i] for i in axis)


# ── mean and product ────────────────────────────────────────────────────────────────────────────────────
def mean_detail(x: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The sum, divided by how many there are."""
    return total(x, axis, keepdims) / np.float64(count(x, axis))


mean: Op = Op(
    name="mean",
    noun="mean",
    doc="The average along one or more axes.",
    forward=mean_detail,
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: 1 / count(x, axis) if count(x, axis) else 0.0,),
    detail=mean_detail,
    names=spellings("mean"),
    call=reducing(lambda: mean),
    forms=tex(r"\operatorname{{mean}}\left({0}\right)"),
    samples=SAMPLES,
    # (1 + 2 + 6)/3 = 3; each counts a third.
    worked=Worked((np.array([1.0, 2.0, 6.0]),), 3.0, (np.full(3, 1 / 3),), VECTOR),
    source=CALCULUS,
)


def call_average(x: Operand, axis: Any = None, weights: Any = None, keepdims: bool = False) -> Any:
    """`np.average`: the mean, or Σ w·x / Σ w with weights of the array's shape, or one for each place of an axis.

    Raises ShapeMismatch.
    """
    along = axes(x, axis, "average")
    if weights is None:
        return mean(x, axis=along, keepdims=bool(keepdims))
    weights = stack(*weights, axis=0) if isinstance(weights, list | tuple) else weights
    form, given = shape(x), shape(weights)
    if given != form:
        if len(along) != 1 or given != (form[along[0]],):
            raise ShapeMismatch(f"average: x is {form}, weights are {given}, they must agree — or name one axis")
        weights = reshaped(weights, tuple(n if i == along[0] else 1 for i, n in enumerate(form)))
        weights = expand(weights, shape=form)
    return total(x * weights, along, bool(keepdims)) / total(weights, along, bool(keepdims))


def prod_forward(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    """The product from left to right."""
    array = np.asarray(floating(x))
    if array.size == 0 or not axis:
        return array.prod(axis, keepdims=keepdims)
    result = np.multiply.accumulate(lined_up(array, axis), -1)[..., -1]
    return result.reshape(lost_as_one(array.shape, axis)) if keepdims else result


def pairs_of(x: Operand) -> Any:
    """The columns of a matrix two by two, a 1 added where there is one too few."""
    rows, n = shape(x)
    even = concatenate(x, np.ones((rows, 1)), axis=1) if n % 2 else x
    return reshape(even, shape=(rows, (n + 1) // 2, 2))


def product_of_others(x: Operand) -> Any:
    """Of every row, for each number, by a tree: pairs are multiplied upwards, and siblings downwards."""
    rows, n = shape(x)
    levels = [x]
    while shape(levels[-1])[1] > 1:
        pairs = pairs_of(levels[-1])
        levels.append(index(pairs, key=(ALL, ALL, 0)) * index(pairs, key=(ALL, ALL, 1)))
    rest = np.ones((rows, min(n, 1)))
    for level in reversed(levels[:-1]):
        siblings = index(pairs_of(level), key=(ALL, ALL, ("slice", None, None, -1)))
        pairs = reshape(rest, shape=(*shape(rest), 1)) * siblings
        size = shape(level)[1]
        rest = reshape(pairs, shape=(rows, shape(pairs)[1] * 2))
        rest = index(rest, key=(ALL, ("slice", None, size, None))) if size % 2 else rest
    return rest


def others_detail(x: Operand, axis: tuple[int, ...]) -> Any:
    """The axes lined up as the columns of a matrix, and put back."""
    order = (*(i for i in range(len(shape(x))) if i not in axis), *axis)
    moved = transpose(x, axes=order)
    flat = reshaped(moved, (math.prod(shape(x)) // max(count(x, axis), 1), count(x, axis)))
    return transpose(reshaped(product_of_others(flat), shape(moved)), axes=inverse(order))


others = Op(
    name="others",
    noun="product of the others",
    doc="For each number the product of all the others along one or more axes, which is right at zeros too.",
    forward=others_detail,
    slots=("x",),
    detail=others_detail,
    forms=tex(r"\prod_{{j \ne i}} {{{0}}}_j", SIGN, POWER),
    samples=(Sample((MATRIX,), {"axis": (1,)}), Sample((MATRIX,), {"axis": (0, 1)})),
    # 3·4, 2·4, 2·3; each gradient adds up what is left when two are taken out.
    worked=Worked(
        (np.array([2.0, 3.0, 4.0]),), np.array([12.0, 8.0, 6.0]), (np.array([7.0, 6.0, 5.0]),), {"axis": (0,)}
    ),
    source=CALCULUS,
)

prod: Op = Op(
    name="prod",
    noun="product",
    doc="Multiplies the numbers along one or more axes.",
    forward=prod_forward,
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: others(x, axis=axis),),
    fold=operator.mul,
    names=spellings("prod"),
    call=reducing(lambda: prod),
    forms=tex(r"\prod {0}", SIGN, POWER),
    samples=(*SAMPLES, Sample((np.array([2.0, 0.0, 3.0]),), VECTOR), Sample((np.array([0.0, 2.0, 0.0]),), VECTOR)),
    # 2·3·4 = 24; each factor's slope is the product of the others.
    worked=Worked((np.array([2.0, 3.0, 4.0]),), 24.0, (np.array([12.0, 8.0, 6.0]),), VECTOR),
    source=CALCULUS,
)


# ── conditions ───────────────────────────────────────────────────────────────────────────────
def without_slope(
    name: str, noun: str, doc: str, compute: Any, symbol: str, worked: Worked, source: str, call: Any
) -> Op:
    """A reduction over the axes lined up as the last one, without a derivative."""

    def forward(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
        array = np.asarray(x)
        kept_axes = lost_as_one(array.shape, axis)
        form = kept_axes if keepdims else tuple(n for i, n in enumerate(kept_axes) if i not in axis)
        return compute(lined_up(array, axis), -1).reshape(form)[()]

    return Op(
        name=name, noun=noun, doc=doc,
        forward=forward, slots=("x",), reduces=True, differentiable=False, names=spellings(name),
        call=call, forms=tex(rf"\operatorname{{{{{symbol}}}}} {{0}}", SIGN, POWER), samples=SAMPLES, worked=worked,
        source=source,
    )  # fmt: skip


BOOLEAN = "G. Boole, The Laws of Thought, 1854"
any_: Op = without_slope(
    "any", "disjunction", "True where the condition holds somewhere along one or more axes.", np.any, "any",
    Worked((np.array([0.0, 1.0]),), np.True_, (), VECTOR), BOOLEAN, reducing(lambda: any_),
)  # fmt: skip
all_: Op = without_slope(
    "all", "conjunction", "True where the condition holds everywhere along one or more axes.", np.all, "all",
    Worked((np.array([0.0, 1.0]),), np.False_, (), VECTOR), BOOLEAN, reducing(lambda: all_),
)  # fmt: skip

REDUCTIONS = (mean, prod, others, any_, all_)
REDUCTION_FUNCTIONS = (Composed(("average", "np.average", "jnp.average"), call_average),)
