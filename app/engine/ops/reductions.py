"""Reductions over axes: averages, products, extremes, spread, length."""

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ANY, POWER, PRODUCT, SUM, tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.elementary import exp, log, sqrt
from app.engine.ops.logic import equal
from app.engine.ops.registry import Composed
from app.engine.ops.rounding import absolute
from app.engine.structure import (
    CALCULUS,
    axes,
    expand,
    left_sum,
    lined_up,
    lost_as_one,
    number,
    reshape,
    total,
    unless,
    where,
)

MATRIX = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])
ALONG_ROWS, OVER_ALL = {"axis": (1,), "keepdims": False}, {"axis": (0, 1), "keepdims": True}
SAMPLES = (Sample((MATRIX,), ALONG_ROWS), Sample((MATRIX,), OVER_ALL))
VECTOR: dict[str, Any] = {"axis": (0,), "keepdims": False}


def spellings(name: str, *more: str) -> tuple[str, ...]:
    """A reduction's name in NumPy, PyTorch and JAX, and as a method."""
    return (f"np.{name}", f"torch.{name}", f"jnp.{name}", f".{name}", *more)


def reducing(name: str) -> Callable[..., Any]:
    """The signature that all have: axis (default: all) and keepdims."""

    def call(x: Operand, axis: Any = None, keepdims: bool = False) -> Any:
        return OF_NAME[name](x, axis=axes(x, axis, name), keepdims=bool(keepdims))

    return call


def count(x: Operand, axis: tuple[int, ...]) -> int:
    """How many numbers are reduced to one."""
    return math.prod(shape(x)[i] for i in axis)


def mean_forward(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    """The sum, divided by how many there are."""
    return left_sum(x, axis, keepdims) / np.float64(count(np.asarray(x), axis))


mean = Op(
    name="mean",
    doc="The average along one or more axes.",
    forward=mean_forward,
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: 1 / count(x, axis) if count(x, axis) else 0.0,),
    detail=lambda x, axis, keepdims: total(x, axis, keepdims) / float(count(x, axis)),
    names=spellings("mean", "np.average"),
    call=reducing("mean"),
    forms=tex(r"\operatorname{{mean}}\left({0}\right)"),
    samples=SAMPLES,
    # (1 + 2 + 6)/3 = 3; each counts a third.
    worked=Worked((np.array([1.0, 2.0, 6.0]),), 3.0, (np.full(3, 1 / 3),), VECTOR),
    source=CALCULUS,
)


def prod_forward(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    """The product from left to right."""
    array = np.asarray(x, float)
    if array.size == 0 or not axis:
        return array.prod(axis, keepdims=keepdims)
    result = np.multiply.accumulate(lined_up(array, axis), -1)[..., -1]
    return result.reshape(lost_as_one(array.shape, axis)) if keepdims else result


SMALL_PRODUCT = 32
"""Up to so many factors the other factors are multiplied out, which is right at zeros to every order."""


def others(x: Operand, y: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """For each factor the product of all others; y/x would fail at zeros."""
    form = shape(x)
    if len(axis) == 1 and form[axis[0]] <= SMALL_PRODUCT:
        n, at = form[axis[0]], axis[0]
        wide = expand(reshape(x, shape=(*form[:at], 1, *form[at:])), shape=(*form[:at], n, *form[at:]))
        own = np.eye(n, dtype=bool).reshape((1,) * at + (n, n) + (1,) * (len(form) - at - 1))
        return prod(where(own, 1.0, wide), axis=(at + 1,), keepdims=False)
    zero = equal(x, 0.0)
    zeros = total(number(zero), axis, True)
    rest = prod(where(zero, 1.0, x), axis=axis, keepdims=True)
    at_zero = where(equal(zeros, 1.0), rest, 0.0)
    return where(zero, at_zero, where(equal(zeros, 0.0), rest / where(zero, 1.0, x), 0.0))


prod = Op(
    name="prod",
    doc="Multiplies the numbers along one or more axes.",
    forward=prod_forward,
    slots=("x",),
    reduces=True,
    partials=(others,),
    fold=operator.mul,
    names=spellings("prod"),
    call=reducing("prod"),
    forms=tex(r"\prod {0}", PRODUCT, POWER),
    samples=(*SAMPLES, Sample((np.array([2.0, 0.0, 3.0]),), VECTOR)),
    # 2·3·4 = 24; each factor's slope is the product of the others.
    worked=Worked((np.array([2.0, 3.0, 4.0]),), 24.0, (np.array([12.0, 8.0, 6.0]),), VECTOR),
    source=CALCULUS,
)


def winners(x: Operand, y: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """1 at the extreme, shared evenly where several are it."""
    wins = number(equal(x, y))
    return wins / total(wins, axis, True)


def extreme(name: str, doc: str, reduce: Any, torch_doc: str, worked: Worked, *more: str) -> Op:
    """`amax` or `amin`."""
    return Op(
        name=name, doc=doc, forward=lambda x, axis, keepdims: reduce(x, axis=axis, keepdims=keepdims), slots=("x",),
        reduces=True, partials=(winners,), names=(*spellings(name), *more), call=reducing(name),
        ties=lambda x, axis, keepdims: np.sum(np.equal(x, reduce(x, axis=axis, keepdims=True)), axis) > 1,
        took="shared it evenly", forms=tex(rf"\{torch_doc} {{0}}", PRODUCT, POWER), samples=SAMPLES, worked=worked,
        source="PyTorch reference, torch.amax and torch.amin (ties share evenly)",
    )  # fmt: skip


# 5 is the largest and takes all.
amax = extreme("amax", "The largest number along one or more axes.", np.max, "max",
               Worked((np.array([2.0, 5.0, 3.0]),), 5.0, (np.array([0.0, 1.0, 0.0]),), VECTOR),
               "np.max", "jnp.max", "torch.max", ".max")  # fmt: skip
# 2 is the smallest and takes all.
amin = extreme("amin", "The smallest number along one or more axes.", np.min, "min",
               Worked((np.array([2.0, 5.0, 3.0]),), 2.0, (np.array([1.0, 0.0, 0.0]),), VECTOR),
               "np.min", "jnp.min", "torch.min", ".min")  # fmt: skip


def spread(x: Operand, axis: tuple[int, ...], keepdims: bool, correction: float) -> Any:
    """Σ (x − mean)² / (n − correction)."""
    away = x - mean(x, axis=axis, keepdims=True)
    return total(away * away, axis, keepdims) / float(count(x, axis) - correction)


def call_var(x: Operand, axis: Any = None, correction: float = 0, keepdims: bool = False, ddof: Any = None) -> Any:
    """The variance; `ddof` and `correction` are the same."""
    less = float(correction if ddof is None else ddof)
    return var(x, axis=axes(x, axis, "var"), keepdims=bool(keepdims), correction=less)


def call_std(x: Operand, axis: Any = None, correction: float = 0, keepdims: bool = False, ddof: Any = None) -> Any:
    """The standard deviation."""
    less = float(correction if ddof is None else ddof)
    return std(x, axis=axes(x, axis, "std"), keepdims=bool(keepdims), correction=less)


var = Op(
    name="var",
    doc="The variance along one or more axes: the mean square of what is away from the mean.",
    forward=spread,
    slots=("x",),
    reduces=True,
    detail=spread,
    names=("np.var", "jnp.var", ".var"),
    call=call_var,
    forms=tex(r"\operatorname{{Var}}\left({0}\right)"),
    samples=(Sample((MATRIX,), {**ALONG_ROWS, "correction": 0.0}), Sample((MATRIX,), {**OVER_ALL, "correction": 1.0})),
    # Mean 2; (1 + 0 + 1)/3; each slope 2(x − 2)/3.
    worked=Worked(
        (np.array([1.0, 2.0, 3.0]),), 2 / 3, (np.array([-2 / 3, 0.0, 2 / 3]),), {**VECTOR, "correction": 0.0}
    ),
    source=CALCULUS,
)
std = Op(
    name="std",
    doc="The standard deviation along one or more axes: the square root of the variance.",
    forward=lambda x, **attributes: np.sqrt(spread(x, **attributes)),
    slots=("x",),
    reduces=True,
    detail=lambda x, **attributes: sqrt(spread(x, **attributes)),
    names=("np.std", "jnp.std", ".std"),
    call=call_std,
    forms=tex(r"\operatorname{{std}}\left({0}\right)"),
    samples=(Sample((MATRIX,), {**ALONG_ROWS, "correction": 0.0}), Sample((MATRIX,), {**OVER_ALL, "correction": 1.0})),
    # 1 and 3 are 1 away from 2; slopes (x − 2)/2.
    worked=Worked((np.array([1.0, 3.0]),), 1.0, (np.array([-0.5, 0.5]),), {**VECTOR, "correction": 0.0}),
    source=CALCULUS,
)

norm = Op(
    name="norm",
    doc="The Euclidean length: the square root of the sum of squares.",
    forward=lambda x, axis, keepdims: np.sqrt(left_sum(np.square(x), axis, keepdims)),
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: unless(equal(y, 0.0), x / y),),
    detail=lambda x, axis, keepdims: sqrt(total(x * x, axis, keepdims)),
    names=(),
    kinks=lambda x, axis, keepdims: np.equal(left_sum(np.square(x), axis, False), 0),
    took="took 0",
    forms=tex(r"\left\lVert {0} \right\rVert"),
    samples=SAMPLES,
    # 3, 4, 5.
    worked=Worked((np.array([3.0, 4.0]),), 5.0, (np.array([0.6, 0.8]),), VECTOR),
    source=CALCULUS,
)


def call_norm(x: Operand, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """`np.linalg.norm`: ord None, 2 or "fro" is the Euclidean length, 1 the sum of sizes, inf the largest size."""
    along, keep = axes(x, axis, "norm"), bool(keepdims)
    if ord in (None, "fro") or (ord == 2 and len(along) == 1):
        return norm(x, axis=along, keepdims=keep)
    if len(along) == 1 and ord == 1:
        return total(absolute(x), along, keep)
    if len(along) == 1 and ord == math.inf:
        return amax(absolute(x), axis=along, keepdims=keep)
    raise BadArgument(f"norm: ord is {ord!r} over {len(along)} axes — use 2, or 1 or inf over one axis, or 'fro'")


peak = Op(
    name="peak",
    doc="The largest number, or 0 where it is not finite: what exponentials are shifted by. It passes no gradient.",
    forward=lambda x, axis, keepdims: finite(np.max(x, axis=axis, keepdims=keepdims)),
    slots=("x",),
    reduces=True,
    differentiable=False,
    forms=tex(r"\max {0}", PRODUCT, POWER),
    samples=SAMPLES,
    worked=Worked((np.array([2.0, 5.0, 3.0]),), 5.0, (), VECTOR),
    source="N. Higham, What is the log-sum-exp function?, 2021",
)


def finite(x: Array) -> Array:
    """`x`, and 0 where it is not finite."""
    return np.where(np.isfinite(x), x, 0.0)[()]


def log_sum(x: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """ln Σ e^x, shifted by the largest so that nothing overflows."""
    top = peak(x, axis=axis, keepdims=True)
    found = log(total(exp(x - top), axis, True)) + top
    return found if keepdims else reshape(found, shape=tuple(n for i, n in enumerate(shape(x)) if i not in axis))


logsumexp = Op(
    name="logsumexp",
    doc="The logarithm of the sum of the exponentials along one or more axes.",
    forward=log_sum,
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: exp(x - y),),
    detail=log_sum,
    names=("torch.logsumexp", "jax.nn.logsumexp", "scipy.special.logsumexp", ".logsumexp"),
    call=reducing("logsumexp"),
    forms=tex(r"\ln \sum e^{{{0}}}", SUM, ANY),
    samples=SAMPLES,
    # ln(1 + 1) = ln 2; each half.
    worked=Worked((np.array([0.0, 0.0]),), 0.6931471805599453, (np.array([0.5, 0.5]),), VECTOR),
    source="N. Higham, What is the log-sum-exp function?, 2021",
)


def arg(name: str, doc: str, find: Any, answer: float) -> Op:
    """`argmax` or `argmin`: a place, which has no derivative."""
    return Op(
        name=name, doc=doc, slots=("x",), reduces=True, differentiable=False, names=spellings(name),
        forward=lambda x, axis, keepdims: find(lined_up(np.asarray(x), axis), -1).astype(float).reshape(
            lost_as_one(np.shape(x), axis) if keepdims else tuple(n for i, n in enumerate(np.shape(x)) if i not in axis)
        )[()],
        call=reducing(name), forms=tex(rf"\operatorname{{{{arg{name[3:]}}}}} {{0}}", PRODUCT, POWER), samples=SAMPLES,
        worked=Worked((np.array([2.0, 5.0, 1.0]),), answer, (), VECTOR), source="NumPy reference, numpy.argmax",
    )  # fmt: skip


# 5 stands at place 1.
argmax = arg("argmax", "The place of the largest number.", np.argmax, 1.0)
# 1 stands at place 2.
argmin = arg("argmin", "The place of the smallest number.", np.argmin, 2.0)

def of_torch(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same as PyTorch has it: divided by n − 1."""

    def corrected(x: Operand, axis: Any = None, correction: float = 1, keepdims: bool = False) -> Any:
        return call(x, axis, correction, keepdims)

    return corrected


REDUCTIONS = (mean, prod, amax, amin, var, std, norm, peak, logsumexp, argmax, argmin)
OF_NAME = {op.name: op for op in REDUCTIONS}
REDUCTION_FUNCTIONS = (
    Composed(("norm", "np.linalg.norm", "torch.norm", "torch.linalg.norm", "torch.linalg.vector_norm",
              "jnp.linalg.norm", ".norm"), call_norm),
    Composed(("torch.var",), of_torch(call_var)),
    Composed(("torch.std",), of_torch(call_std)),
)  # fmt: skip
