"""Reductions that measure: variance, standard deviation, length, and the logarithm of a sum of exponentials."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ANY, POWER, SIGN, SUM, function, program, symbolic, tex
from app.engine.op import Array, Op, Operand, Sample, Whole, Worked, shape
from app.engine.ops.elementary import POSITIVE, exp, log
from app.engine.ops.logic import equal
from app.engine.ops.reductions import ALONG_ROWS, MATRIX, OVER_ALL, SAMPLES, VECTOR, count, mean, reducing
from app.engine.ops.registry import Composed
from app.engine.ops.rounding import absolute
from app.engine.ops.winners import amax, amin
from app.engine.structure import CALCULUS, axes, kept, left_sum, reshaped, total, unless

Axes = tuple[int, ...]
SPREADS = (
    Sample((MATRIX,), {**ALONG_ROWS, "correction": 0.0}),
    Sample((MATRIX,), {**OVER_ALL, "correction": 1.0}),
)


# ── variance ────────────────────────────────────────────────────────────────────────────────────────────
def away(x: Operand, axis: Axes) -> Any:
    """What each number is away from the mean."""
    return x - mean(x, axis=axis, keepdims=True)


def divisor(x: Operand, axis: Axes, correction: float) -> Any:
    """n − correction, as a number that 0 divides into ∞ or NaN."""
    return np.float64(count(x, axis) - correction)


def var_detail(x: Operand, axis: Axes, keepdims: bool, correction: float) -> Any:
    """Σ (x − mean)² / (n − correction)."""
    d = away(x, axis)
    return total(d * d, axis, keepdims) / divisor(x, axis, correction)


def var_slope(x: Operand, y: Operand, axis: Axes, keepdims: bool, correction: float) -> Any:
    """2·(x − mean)/(n − correction): what the mean does cancels."""
    return away(x, axis) * (2.0 / divisor(x, axis, correction))


def std_slope(x: Operand, y: Operand, axis: Axes, keepdims: bool, correction: float) -> Any:
    """(x − mean)/((n − correction)·y), and 0 where all numbers are the same, as in PyTorch."""
    y = kept(y, x, axis, keepdims)
    return unless(equal(y, 0.0), away(x, axis) / (y * divisor(x, axis, correction)))


def spread_why(x: Array, axis: Axes, keepdims: bool, correction: float) -> str:
    """Why there is no variance."""
    n = count(x, axis)
    if n > correction:
        return "the squares in it leave the range of numbers"
    return f"the divisor, a count of {n} less a correction of {correction:g}, is not positive"


def along_axes(slope: Any) -> Whole:
    """Both sweeps of a reduction whose slopes are these."""

    def vjp(g: Operand, x: Operand, y: Operand, axis: Axes, keepdims: bool, correction: float) -> Any:
        return kept(g, x, axis, keepdims) * slope(x, y, axis, keepdims, correction)

    def jvp(t: Operand, x: Operand, y: Operand, axis: Axes, keepdims: bool, correction: float) -> Any:
        return total(t * slope(x, y, axis, keepdims, correction), axis, keepdims)

    return Whole(vjp, jvp)


def spread_call(name: str, default: float) -> Any:
    """The signature of both; `ddof`, `correction` and `unbiased` say the same, `default` where none does."""

    def call(x: Operand, axis: Any = None, correction: Any = None, keepdims: bool = False, ddof: Any = None) -> Any:
        if isinstance(axis, bool):  # torch.var(x, False) says only `unbiased`
            axis, correction = None, axis
        given = ddof if correction is None else correction
        less = default if given is None else float(given)
        return OF_NAME[name](x, axis=axes(x, axis, name), keepdims=bool(keepdims), correction=less)

    return call


def spread_method(name: str) -> Any:
    """`x.var(axis=0)` is NumPy's, `x.var(dim=0)` PyTorch's, which divides by n − 1 unless told otherwise."""
    as_in_numpy, as_in_torch = spread_call(name, 0.0), spread_call(name, 1.0)

    def call(
        x: Operand,
        axis: Any = None,
        correction: Any = None,
        keepdims: bool = False,
        ddof: Any = None,
        dim: Any = None,
        unbiased: Any = None,
        keepdim: bool = False,
    ) -> Any:
        chosen = as_in_numpy if dim is None and unbiased is None and not keepdim else as_in_torch
        given = unbiased if correction is None else correction
        return chosen(x, axis if dim is None else dim, given, keepdims or keepdim, ddof)

    return call


var = Op(
    name="var",
    noun="variance",
    doc="The variance along one or more axes: the mean square of what is away from the mean.",
    forward=var_detail,
    slots=("x",),
    reduces=True,
    whole=(along_axes(var_slope),),
    detail=var_detail,
    names=("np.var", "jnp.var"),
    call=spread_call("var", 0.0),
    why=spread_why,
    forms=tex(r"\operatorname{{Var}}\left({0}\right)"),
    samples=SPREADS,
    # Mean 2; (1 + 0 + 1)/3; each slope 2(x − 2)/3.
    worked=Worked(
        (np.array([1.0, 2.0, 3.0]),), 2 / 3, (np.array([-2 / 3, 0.0, 2 / 3]),), {**VECTOR, "correction": 0.0}
    ),
    source=CALCULUS,
)


root = Op(
    name="root",
    noun="square root",
    doc="The square root that ends a length or a standard deviation: at 0, where it has no slope, 0 is taken.",
    forward=np.sqrt,
    slots=("x",),
    partials=(lambda x, y: unless(equal(y, 0.0), 1 / (2 * y)),),
    kinks=lambda x: np.equal(x, 0.0),
    took="took 0",
    forms=function("math.sqrt") | tex(r"\sqrt{{{0}}}") | symbolic("sqrt({0})")
    | program("np.where(np.equal({0}, 0.0), 0.0, np.sqrt(np.where(np.equal({0}, 0.0), 1.0, {0})))"), rule="power",
    samples=POSITIVE,
    # √4 = 2, slope 1/(2·2).
    worked=Worked((4.0,), 2.0, (0.25,)),
    source=CALCULUS,
)


def std_detail(x: Operand, axis: Axes, keepdims: bool, correction: float) -> Any:
    """The square root of the variance."""
    return root(var_detail(x, axis, keepdims, correction))


def std_kinks(x: Array, axis: Axes, keepdims: bool, correction: float) -> Array:
    """Where all numbers are the same."""
    return np.equal(var_detail(x, axis, False, correction), 0.0)


std = Op(
    name="std",
    noun="standard deviation",
    doc="The standard deviation along one or more axes: the square root of the variance.",
    forward=std_detail,
    slots=("x",),
    reduces=True,
    whole=(along_axes(std_slope),),
    detail=std_detail,
    names=("np.std", "jnp.std"),
    call=spread_call("std", 0.0),
    kinks=std_kinks,
    took="took 0",
    why=spread_why,
    forms=tex(r"\operatorname{{std}}\left({0}\right)"),
    samples=SPREADS,
    # 1 and 3 are 1 away from 2; slopes (x − 2)/2.
    worked=Worked((np.array([1.0, 3.0]),), 1.0, (np.array([-0.5, 0.5]),), {**VECTOR, "correction": 0.0}),
    source=CALCULUS,
)


# ── length ──────────────────────────────────────────────────────────────────────────────────────────────
norm = Op(
    name="norm",
    noun="Euclidean norm",
    doc="The Euclidean length: the square root of the sum of squares.",
    forward=lambda x, axis, keepdims: np.sqrt(left_sum(np.square(x), axis, keepdims)),
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: unless(equal(y, 0.0), x / y),),
    detail=lambda x, axis, keepdims: root(total(x * x, axis, keepdims)),
    kinks=lambda x, axis, keepdims: np.equal(left_sum(np.square(x), axis, False), 0),
    took="took 0",
    forms=tex(r"\left\lVert {0} \right\rVert"),
    samples=SAMPLES,
    # 3, 4, 5.
    worked=Worked((np.array([3.0, 4.0]),), 5.0, (np.array([0.6, 0.8]),), VECTOR),
    source=CALCULUS,
)


def length(x: Operand, ord: Any, along: Axes, keepdims: bool) -> Any:
    """A norm of the numbers along these axes, taken as one vector.  Raises BadArgument."""
    if ord in (None, 2, "fro"):
        return norm(x, axis=along, keepdims=keepdims)
    if ord == 1:
        return total(absolute(x), along, keepdims)
    if ord in (math.inf, -math.inf):
        return (amax if ord > 0 else amin)(absolute(x), axis=along, keepdims=keepdims)
    raise BadArgument(f"norm: ord is {ord!r}, it must be 1, 2, inf, -inf or 'fro' — else write sum(abs(x)**p)**(1/p)")


def plain_order(ord: Any) -> Any:
    """An order that came as a node or as text, as a number."""
    value = getattr(ord, "value", ord)
    return math.inf if value == "inf" else value if isinstance(value, str) or value is None else float(value)


def call_norm(x: Operand, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """`np.linalg.norm`: of a vector by `ord`; of a matrix 1 and inf are the largest column and row sum of sizes."""
    along, wanted, keep = axes(x, axis, "norm"), plain_order(ord), bool(keepdims)
    if len(along) != 2 or wanted in (None, "fro"):
        return length(x, wanted, along, keep)
    if wanted not in (1, math.inf, -math.inf):
        raise BadArgument(f"norm: ord is {ord!r} over a matrix, it must be 1, inf or 'fro' — flatten x for its length")
    summed, rest = along if wanted == 1 else along[::-1]
    extreme = amin if wanted == -math.inf else amax
    found = extreme(total(absolute(x), (summed,), True), axis=(rest,), keepdims=True)
    return found if keep else reshaped(found, tuple(n for i, n in enumerate(shape(x)) if i not in along))


def call_vector_norm(x: Operand, ord: Any = 2, axis: Any = None, keepdims: bool = False) -> Any:
    """`torch.norm`, `torch.linalg.vector_norm`: all numbers along the axes are one vector."""
    return length(x, plain_order(ord), axes(x, axis, "norm"), bool(keepdims))


# ── logsumexp ───────────────────────────────────────────────────────────────────────────────────────────
def peak_forward(x: Array, axis: Axes, keepdims: bool) -> Array:
    """The largest number, or 0 where it is not finite."""
    top = np.max(np.asarray(x, float), axis=axis, keepdims=keepdims, initial=-np.inf)
    return np.where(np.isfinite(top), top, 0.0)[()]


SHIFT = "N. Higham, What is the log-sum-exp function?, 2021"
peak = Op(
    name="peak",
    noun="peak",
    doc="The largest number, or 0 where it is not finite: what exponentials are shifted by. It passes no gradient.",
    forward=peak_forward,
    slots=("x",),
    reduces=True,
    differentiable=False,
    forms=tex(r"\max {0}", SIGN, POWER)
    | program("np.max({0}, axis={axis}, keepdims={keepdims}).detach()")
    | symbolic("0"),  # it only shifts what is exponentiated, and cancels
    samples=SAMPLES,
    worked=Worked((np.array([2.0, 5.0, 3.0]),), 5.0, (), VECTOR),
    source=SHIFT,
)


def logsumexp_detail(x: Operand, axis: Axes, keepdims: bool) -> Any:
    """ln Σ e^x, shifted by the largest so that nothing overflows."""
    top = peak(x, axis=axis, keepdims=True)
    found = log(total(exp(x - top), axis, True)) + top
    return found if keepdims else reshaped(found, tuple(n for i, n in enumerate(shape(x)) if i not in axis))


logsumexp: Op = Op(
    name="logsumexp",
    noun="log-sum-exp",
    doc="The logarithm of the sum of the exponentials along one or more axes.",
    forward=logsumexp_detail,
    slots=("x",),
    reduces=True,
    partials=(lambda x, y, axis, keepdims: exp(x - y),),
    detail=logsumexp_detail,
    names=("torch.logsumexp", "torch.special.logsumexp", "jax.nn.logsumexp", "scipy.special.logsumexp", ".logsumexp"),
    call=reducing(lambda: logsumexp),
    forms=tex(r"\ln \sum e^{{{0}}}", SUM, ANY),
    samples=SAMPLES,
    # ln(1 + 1) = ln 2; each half.
    worked=Worked((np.array([0.0, 0.0]),), 0.6931471805599453, (np.array([0.5, 0.5]),), VECTOR),
    source=SHIFT,
)

SPREAD = (var, root, std, norm, peak, logsumexp)
OF_NAME = {"var": var, "std": std}
SPREAD_FUNCTIONS = (
    Composed((".var",), spread_method("var")),
    Composed((".std",), spread_method("std")),
    Composed(("torch.var",), spread_call("var", 1.0)),
    Composed(("torch.std",), spread_call("std", 1.0)),
    Composed(("norm", "np.linalg.norm", "jnp.linalg.norm", "torch.linalg.norm"), call_norm),
    Composed(("torch.norm", "torch.linalg.vector_norm", "jnp.linalg.vector_norm", "np.linalg.vector_norm", ".norm"),
             call_vector_norm),
)  # fmt: skip
