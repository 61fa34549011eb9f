"""Exponentials, logarithms, roots and the error function."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.forms import ANY, ATOM, FRACTION, POWER, PRODUCT, function, python, symbolic, tex
from app.engine.op import Array, Op, Sample, Worked, floating

DERIVATIVES = "Abramowitz & Stegun, Handbook of Mathematical Functions, §§3.3, 4.1–4.6"


def spellings(name: str, *more: str) -> tuple[str, ...]:
    """A function's name as NumPy, PyTorch, JAX and Python's math spell it, and as a method."""
    return (name, f"np.{name}", f"torch.{name}", f"jnp.{name}", f"math.{name}", f".{name}", *more)


POSITIVE = (Sample((np.array([0.3, 1.0, 2.5]),)), Sample((0.7,)))
REAL = (Sample((np.array([-1.3, 0.2, 2.5]),)), Sample((0.7,)))


def unary(
    name: str,
    noun: str,
    doc: str,
    forward: Callable[..., Array],
    slope: Callable[..., Any],
    at: tuple[float, float, float],
    *,
    names: tuple[str, ...] = (),
    source: str = DERIVATIVES,
    samples: tuple[Sample, ...] = REAL,
    **rest: Any,
) -> Op:
    """An op on each number alone: `slope(x, y)` is its derivative, `at` a hand-worked (x, y, slope)."""
    x, y, dy = at
    return Op(
        name=name, noun=noun, doc=doc, forward=forward, slots=("x",), partials=(slope,), names=names or spellings(name),
        samples=samples, worked=Worked((x,), y, (dy,)), source=source, **rest,
    )  # fmt: skip


def log_why(x: Any) -> str:
    """Why a logarithm is not finite."""
    return "log has no value below 0" if np.any(np.asarray(x) < 0) else "log falls to -∞ at 0"


def call_log(x: Any, base: Any = None) -> Any:
    """`math.log(x)`, `math.log(x, base)`."""
    return log(x) if base is None else log(x) / log(base)


def root_why(x: Any) -> str:
    """Why a square root is not finite."""
    return "a negative number has no real square root" if np.any(np.asarray(x) < 0) else "its operand is not finite"


# e⁰ = 1, and its slope there is 1.
exp = unary(
    "exp", "exponential", "e raised to the number.", np.exp, lambda x, y: y, (0.0, 1.0, 1.0),
    forms=function("math.exp") | tex("e^{{{0}}}", POWER, ANY) | symbolic("exp({0})"), rule="exponential",
)  # fmt: skip
# ln 1 = 0, slope 1/1.
log: Op = unary(
    "log", "natural logarithm", "The natural logarithm.",
    np.log, lambda x, y: 1 / x, (1.0, 0.0, 1.0), names=spellings("log", "ln"),
    call=call_log, why=log_why, forms=function("math.log", r"\ln")
    | symbolic("log({0})"), rule="logarithm", samples=POSITIVE,
)  # fmt: skip
# 2³ = 8, slope 8·ln 2.
exp2 = unary(
    "exp2", "power of 2", "2 raised to the number.",
    np.exp2, lambda x, y: y * math.log(2.0), (3.0, 8.0, 5.545177444479562),
    forms=function("math.exp2") | tex("2^{{{0}}}", POWER, ANY) | symbolic("2**{0}"), rule="exponential",
)  # fmt: skip
# e⁰ − 1 = 0, slope e⁰ = 1.
expm1 = unary(
    "expm1", "shifted exponential", "e raised to the number, less 1, exact for small numbers.",
    np.expm1, lambda x, y: y + 1,
    (0.0, 0.0, 1.0), forms=function("math.expm1", name="expm1") | symbolic("exp({0}) - 1"), rule="exponential",
)  # fmt: skip
# ln(1 + 1) = 0.693…, slope 1/2.
log1p = unary(
    "log1p", "shifted logarithm", "The logarithm of 1 plus the number, exact for small numbers.",
    np.log1p, lambda x, y: 1 / (1 + x),
    (1.0, 0.6931471805599453, 0.5), why=log_why, forms=function("math.log1p", name="log1p")
    | symbolic("log(1 + {0})"), rule="logarithm", samples=POSITIVE,
)  # fmt: skip
# log₂ 8 = 3, slope 1/(8·ln 2).
log2 = unary(
    "log2", "logarithm to base 2", "The logarithm to base 2.", np.log2, lambda x, y: 1 / (x * math.log(2.0)),
    (8.0, 3.0, 0.18033688011112042), why=log_why, forms=function("math.log2", r"\log_2")
    | symbolic("log({0}) / log(2)"), rule="logarithm", samples=POSITIVE,
)  # fmt: skip
# log₁₀ 100 = 2, slope 1/(100·ln 10).
log10 = unary(
    "log10", "logarithm to base 10", "The logarithm to base 10.", np.log10, lambda x, y: 1 / (x * math.log(10.0)),
    (100.0, 2.0, 0.004342944819032518), why=log_why, forms=function("math.log10", r"\log_{{10}}")
    | symbolic("log({0}) / log(10)"), rule="logarithm", samples=POSITIVE,
)  # fmt: skip
# √4 = 2, slope 1/(2·2).
sqrt = unary(
    "sqrt", "square root", "The square root.", np.sqrt, lambda x, y: 1 / (2 * y), (4.0, 2.0, 0.25), why=root_why,
    forms=function("math.sqrt") | tex(r"\sqrt{{{0}}}") | symbolic("sqrt({0})"), rule="power", samples=POSITIVE,
)  # fmt: skip
# ∛8 = 2, slope 1/(3·2²).
cbrt = unary(
    "cbrt", "cube root", "The cube root, of negative numbers too.",
    np.cbrt, lambda x, y: 1 / (3 * y**2), (8.0, 2.0, 1 / 12),
    names=("cbrt", "np.cbrt", "jnp.cbrt", "math.cbrt", ".cbrt"), forms=function("math.cbrt") | tex(r"\sqrt[3]{{{0}}}")
    | symbolic("cube_root({0})"), rule="power",
)  # fmt: skip
# 1/√4 = 0.5, slope −0.5³/2.
rsqrt = unary(
    "rsqrt", "reciprocal root", "1 divided by the square root.",
    lambda x: 1 / np.sqrt(x), lambda x, y: -0.5 * y**3, (4.0, 0.5, -0.0625),
    names=("rsqrt", "torch.rsqrt", "jax.lax.rsqrt", ".rsqrt"), why=root_why, samples=POSITIVE,
    forms=tex(r"\frac{{1}}{{\sqrt{{{0}}}}}", FRACTION, ANY) | python("1.0 / math.sqrt({0})", PRODUCT, ANY)
    | symbolic("1 / sqrt({0})"), rule="power",
)  # fmt: skip
# 1/2 = 0.5, slope −0.5².
reciprocal = unary(
    "reciprocal", "reciprocal", "1 divided by the number.", lambda x: 1 / floating(x), lambda x, y: -(y**2),
    (2.0, 0.5, -0.25), names=("reciprocal", "np.reciprocal", "torch.reciprocal", "jnp.reciprocal", ".reciprocal"),
    forms=tex(r"\frac{{1}}{{{0}}}", FRACTION, ANY) | python("1.0 / {0}", PRODUCT, ATOM)
    | symbolic("1 / {0}"), rule="power",
)  # fmt: skip
# 3² = 9, slope 2·3.
square = unary(
    "square", "square", "The number times itself.", np.square, lambda x, y: 2 * x, (3.0, 9.0, 6.0),
    names=("square", "np.square", "torch.square", "jnp.square", ".square"),
    forms=tex("{0}^{{2}}", POWER, ATOM) | python("{0} * {0}", PRODUCT, ATOM) | symbolic("{0}**2"), rule="power",
)  # fmt: skip


def erf_forward(x: Array) -> Array:
    """Python's own error function on every number: full precision, which no short approximation has."""
    return np.vectorize(math.erf, otypes=[float])(x)[()]


def erfc_forward(x: Array) -> Array:
    """The same for 1 less it, which keeps its digits far out, where the difference has none left."""
    return np.vectorize(math.erfc, otypes=[float])(x)[()]


# erf 0 = 0, slope 2/√π.
erf = unary(
    "erf", "error function", "The error function.", erf_forward, lambda x, y: 2 / math.sqrt(math.pi) * exp(-(x**2)),
    (0.0, 0.0, 1.1283791670955126), names=("erf", "torch.erf", "torch.special.erf", "scipy.special.erf", "math.erf",
                                           "jax.lax.erf", ".erf"),
    source="Abramowitz & Stegun, §7.1", forms=function("math.erf", name="erf") | symbolic("erf({0})"),
)  # fmt: skip

# erfc 0 = 1, slope −2/√π.
erfc = unary(
    "erfc", "complementary error function", "1 less the error function, exact for large numbers.", erfc_forward,
    lambda x, y: -2 / math.sqrt(math.pi) * exp(-(x**2)), (0.0, 1.0, -1.1283791670955126),
    names=("erfc", "torch.erfc", "torch.special.erfc", "scipy.special.erfc", "math.erfc", "jax.lax.erfc", ".erfc"),
    source="Abramowitz & Stegun, §7.1", forms=function("math.erfc", name="erfc") | symbolic("erfc({0})"),
)  # fmt: skip

logaddexp = Op(
    name="logaddexp",
    noun="log-sum-exp",
    doc="The logarithm of the sum of the exponentials of two numbers.",
    forward=np.logaddexp,
    slots=("a", "b"),
    partials=(lambda a, b, y: exp(a - y), lambda a, b, y: exp(b - y)),
    names=("np.logaddexp", "torch.logaddexp", "jnp.logaddexp", ".logaddexp"),
    forms=tex(r"\ln\left(e^{{{0}}} + e^{{{1}}}\right)", ATOM, ANY, ANY)
    | symbolic("log(exp({0}) + exp({1}))"), rule="logarithm",
    samples=(Sample((np.array([0.5, -1.0]), np.array([[2.0], [0.25]]))), Sample((1.5, -0.5))),
    # ln(e⁰ + e⁰) = ln 2; each has half of the sum.
    worked=Worked((0.0, 0.0), 0.6931471805599453, (0.5, 0.5)),
    source=DERIVATIVES,
)

ELEMENTARY = (
    exp, log, exp2, expm1, log1p, log2, log10, sqrt, cbrt, rsqrt, reciprocal, square, erf, erfc, logaddexp,
)  # fmt: skip
