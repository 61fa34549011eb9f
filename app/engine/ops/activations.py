"""Activation functions, as PyTorch defines them."""

import math
from typing import Any

import numpy as np

from app.engine.forms import ANY, ATOM, FRACTION, PRODUCT, SIGN, python, symbolic, tex
from app.engine.op import Array, Op, Operand, Rule, Sample, Worked, floating
from app.engine.ops.elementary import REAL, erf, exp, unary
from app.engine.ops.extrema import AT_NAN
from app.engine.ops.logic import both, greater, less
from app.engine.ops.registry import Composed
from app.engine.ops.rounding import absolute
from app.engine.ops.trigonometric import tanh
from app.engine.structure import where

PAPERS = "PyTorch reference, torch.nn.functional"


def of_torch(name: str, *more: str) -> tuple[str, ...]:
    """An activation's names in PyTorch and JAX."""
    return (name, f"F.{name}", f"torch.{name}", f"jax.nn.{name}", f".{name}", *more)


def named(name: str, arguments: str = "") -> dict[str, Any]:
    """`relu(x)`, set upright."""
    return tex(rf"\operatorname{{{{{name}}}}}\left({{0}}{arguments}\right)", ATOM, ANY)


def at_zero(x: Array, **_: Any) -> Array:
    """Where the number is 0."""
    return np.equal(x, 0)


# relu lets 2 through.
relu = unary(
    "relu", "relu", f"The number where it is positive, else 0. {AT_NAN}", lambda x: np.maximum(x, 0.0),
    lambda x, y: greater(x, 0.0),
    (2.0, 2.0, 1.0), names=of_torch("relu"), kinks=at_zero, took="took 0", gate=True,
    source="V. Nair & G. Hinton, Rectified linear units improve restricted Boltzmann machines, 2010",
    forms=named("relu") | python("(0.0 if {0} <= 0.0 else {0})", ATOM, ATOM) | symbolic("either_of({0} > 0, {0}, 0)"),
)  # fmt: skip
# 7 is cut to 6.
relu6 = unary(
    "relu6", "relu6", f"The number between 0 and 6, cut to them outside. {AT_NAN}", lambda x: np.clip(x, 0.0, 6.0),
    lambda x, y: both(greater(x, 0.0), less(x, 6.0)), (7.0, 6.0, 0.0),
    names=of_torch("relu6"), kinks=lambda x: np.equal(x, 0) | np.equal(x, 6), took="took 0", gate=True, source=PAPERS,
    forms=named("relu6") | symbolic("either_of({0} > 0, either_of({0} < 6, {0}, 6), 0)"),
)  # fmt: skip


def leaky_relu_call(x: Operand, negative_slope: float = 0.01) -> Any:
    """`x`, or `negative_slope` times `x` below 0."""
    return leaky_relu(x, negative_slope=float(negative_slope))


leaky_relu = Op(
    name="leaky_relu",
    noun="leaky relu",
    doc="The number where it is positive, else a small part of it.",
    forward=lambda x, negative_slope: np.where(np.greater(x, 0), x, negative_slope * np.asarray(x))[()],
    slots=("x",),
    partials=(lambda x, y, negative_slope: where(greater(x, 0.0), 1.0, negative_slope),),
    names=of_torch("leaky_relu"),
    call=leaky_relu_call,
    kinks=at_zero,
    took="took the slope below 0",
    forms=named("leaky\\_relu") | python("({0} if {0} > 0.0 else {negative_slope!r} * {0})", ATOM, ATOM)
    | symbolic("either_of({0} > 0, {0}, number({negative_slope!r}) * {0})"),
    samples=(Sample((np.array([-1.3, 0.2, 2.5]),), {"negative_slope": 0.01}), Sample((-0.7,), {"negative_slope": 0.2})),
    # A tenth of −2.
    worked=Worked((-2.0,), -0.2, (0.1,), {"negative_slope": 0.1}),
    source="A. Maas et al., Rectifier nonlinearities improve neural network acoustic models, 2013",
)


def elu_call(x: Operand, alpha: float = 1.0) -> Any:
    """`x`, or alpha·(e^x − 1) below 0."""
    return elu(x, alpha=float(alpha))


elu = Op(
    name="elu",
    noun="ELU",
    doc="The number where it is positive, else alpha times (e^x - 1).",
    forward=lambda x, alpha: np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0)))[()],
    slots=("x",),
    partials=(lambda x, y, alpha: where(greater(x, 0.0), 1.0, y + alpha),),
    names=of_torch("elu"),
    call=elu_call,
    kinks=lambda x, alpha: np.equal(x, 0) & (alpha != 1),
    took="took the slope below 0",
    forms=named("elu") | python("({0} if {0} > 0.0 else {alpha!r} * math.expm1({0}))", ATOM, ATOM)
    | symbolic("either_of({0} > 0, {0}, number({alpha!r}) * (exp({0}) - 1))"),
    samples=(Sample((np.array([-1.3, 0.2, 2.5]),), {"alpha": 1.0}), Sample((-0.7,), {"alpha": 0.5})),
    # e^(−1) − 1 = −0.632…, slope e^(−1).
    worked=Worked((-1.0,), -0.6321205588285577, (0.36787944117144233,), {"alpha": 1.0}),
    source="D.-A. Clevert et al., Fast and accurate deep network learning by exponential linear units, 2016",
)

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
# 1.0507… times 1.
selu = unary(
    "selu", "SELU", "The self-normalising exponential linear unit.",
    lambda x: SELU_SCALE * np.where(np.greater(x, 0), x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))[()],
    lambda x, y: where(greater(x, 0.0), SELU_SCALE, y + SELU_SCALE * SELU_ALPHA),
    (1.0, 1.0507009873554805, 1.0507009873554805), names=of_torch("selu"), kinks=at_zero, took="took the slope below 0",
    source="G. Klambauer et al., Self-normalizing neural networks, 2017", forms=named("selu")
    | symbolic("either_of({0} > 0, number(1.0507009873554805) * {0}, number(1.7580993408473768) * (exp({0}) - 1))"),
)  # fmt: skip
# σ(0) = ½, slope ½·½.
sigmoid = unary(
    "sigmoid", "sigmoid", "The logistic function, from 0 to 1.", lambda x: 1 / (1 + np.exp(-floating(x))),
    lambda x, y: y * (1 - y), (0.0, 0.5, 0.25),
    names=of_torch("sigmoid", "expit", "logistic", "torch.special.expit", "scipy.special.expit", "jax.lax.logistic"),
    saturates=0.01, source="P.-F. Verhulst, Recherches mathématiques sur la loi d'accroissement, 1845",
    forms=tex(r"\sigma\left({0}\right)") | python("1.0 / (1.0 + math.exp(-{0}))", PRODUCT, SIGN)
    | symbolic("1 / (1 + exp(-{0}))"),
)  # fmt: skip
# ln σ(0) = −ln 2, slope 1 − ½.
log_sigmoid = unary(
    "log_sigmoid", "log-sigmoid", "The logarithm of the logistic function.",
    lambda x: -np.logaddexp(0.0, np.negative(x)),
    lambda x, y: sigmoid(-x), (0.0, -0.6931471805599453, 0.5),
    names=("log_sigmoid", "logsigmoid", "F.logsigmoid", "jax.nn.log_sigmoid"), source=PAPERS,
    forms=tex(r"\ln \sigma\left({0}\right)", SIGN, ANY) | symbolic("-log(1 + exp(-{0}))"),
)  # fmt: skip


def softplus_call(x: Operand, beta: float = 1.0) -> Any:
    """ln(1 + e^(beta·x))/beta."""
    return softplus(x) if beta == 1 else softplus(x * float(beta)) / float(beta)


softplus = Op(
    name="softplus",
    noun="softplus",
    doc="A smooth relu: ln(1 + e^x), computed without overflow.",
    forward=lambda x: np.logaddexp(0.0, x),
    slots=("x",),
    partials=(lambda x, y: sigmoid(x),),
    names=of_torch("softplus"),
    call=softplus_call,
    forms=tex(r"\ln\left(1 + e^{{{0}}}\right)") | symbolic("log(1 + exp({0}))"),
    samples=REAL,
    # ln 2, slope ½.
    worked=Worked((0.0,), 0.6931471805599453, (0.5,)),
    source="C. Dugas et al., Incorporating second-order functional knowledge, 2001",
)
# 1/(1 + 1), slope 1/4.
softsign = unary(
    "softsign", "softsign", "The number divided by 1 plus its size.", lambda x: x / (1 + np.abs(x)),
    lambda x, y: 1 / (1 + absolute(x)) ** 2, (1.0, 0.5, 0.25),
    names=("softsign", "F.softsign", "jax.nn.soft_sign"), source=PAPERS,
    forms=tex(r"\frac{{{0}}}{{1 + \left|{0}\right|}}", FRACTION, ANY) | symbolic("{0} / (1 + Abs({0}))"),
)  # fmt: skip


def silu_forward(x: Array) -> Array:
    """x·σ(x)."""
    return x * sigmoid.forward(x)


# 0·½, slope ½.
silu = unary(
    "silu", "SiLU", "The number times its logistic function.", silu_forward,
    lambda x, y: sigmoid(x) * (1 + x * (1 - sigmoid(x))), (0.0, 0.0, 0.5),
    names=of_torch("silu", "swish", "jax.nn.swish"),
    source="S. Elfwing et al., Sigmoid-weighted linear units, 2018",
    forms=tex(r"{0}\,\sigma\left({0}\right)", PRODUCT, ATOM) | symbolic("{0} / (1 + exp(-{0}))"),
)  # fmt: skip


def by_detail(
    name: str, noun: str, doc: str, detail: Any, slope: Rule, at: tuple[float, float, float], **rest: Any
) -> Op:
    """An op that opens into its definition: `slope(x, y)` is its derivative, `at` a hand-worked (x, y, slope)."""
    return unary(name, noun, doc, detail, slope, at, detail=detail, **rest)


def mish_slope(x: Operand, y: Operand) -> Any:
    """tanh s + x·(1 − tanh² s)·σ(x), with s the softplus."""
    t = tanh(softplus(x))
    return t + x * (1 - t**2) * sigmoid(x)


# 0·tanh(ln 2), slope tanh(ln 2) = 0.6.
mish = by_detail(
    "mish", "mish", "The number times tanh of its softplus.", lambda x: x * tanh(softplus(x)), mish_slope,
    (0.0, 0.0, 0.6),
    names=of_torch("mish"), source="D. Misra, Mish: a self regularized non-monotonic activation function, 2019",
    forms=named("mish") | symbolic("{0} * tanh(log(1 + exp({0})))"),
)  # fmt: skip


def gelu_exact(x: Operand) -> Any:
    """x·Φ(x)."""
    return 0.5 * x * (1 + erf(x / math.sqrt(2.0)))


def gelu_slope(x: Operand, y: Operand) -> Any:
    """Φ(x) + x·φ(x)."""
    return 0.5 * (1 + erf(x / math.sqrt(2.0))) + x * exp(-0.5 * x**2) / math.sqrt(2 * math.pi)


CUBIC, ROOT = 0.044715, math.sqrt(2 / math.pi)


def gelu_tanh_form(x: Operand) -> Any:
    """The same with tanh in place of the error function."""
    return 0.5 * x * (1 + tanh(ROOT * (x + CUBIC * (x * x * x))))


def gelu_tanh_slope(x: Operand, y: Operand) -> Any:
    """½ (1 + t) + ½ x (1 − t²) √(2/π) (1 + 3·0.044715 x²), with t the tanh in it."""
    t = tanh(ROOT * (x + CUBIC * (x * x * x)))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * (ROOT * (1 + 3 * CUBIC * x**2))


def call_gelu_jax(x: Operand, approximate: Any = True) -> Any:
    """`jax.nn.gelu`: the form with tanh unless told otherwise."""
    return call_gelu(x, approximate)


def call_gelu(x: Operand, approximate: Any = "none") -> Any:
    """`approximate="tanh"` (or True) is the form with tanh."""
    return gelu_tanh(x) if approximate in ("tanh", True) else gelu(x)


GELU = "D. Hendrycks & K. Gimpel, Gaussian error linear units, 2016"
# 0·Φ(0), slope Φ(0) = ½.
gelu = by_detail(
    "gelu", "GELU", "The number times the share of a normal distribution below it.",
    gelu_exact, gelu_slope, (0.0, 0.0, 0.5),
    names=("gelu", "F.gelu", ".gelu"), call=call_gelu, source=GELU,
    forms=tex(
        r"\tfrac{{1}}{{2}} \cdot {0} \left(1 + \operatorname{{erf}}\tfrac{{{0}}}{{\sqrt{{2}}}}\right)", PRODUCT, ATOM
    ) | symbolic("{0} * (1 + erf({0} / sqrt(2))) / 2"),
)  # fmt: skip
gelu_tanh = by_detail(
    "gelu_tanh", "GELU with tanh", "The GELU with tanh in place of the error function.",
    gelu_tanh_form, gelu_tanh_slope, (0.0, 0.0, 0.5),
    names=("gelu_tanh",), source=GELU, forms=named("gelu\\_tanh")
    | symbolic("{0} * (1 + tanh(sqrt(2 / pi) * ({0} + number(0.044715) * {0}**3))) / 2"),
)  # fmt: skip


def call_celu(x: Operand, alpha: float = 1.0) -> Any:
    """`F.celu`: like elu, but stretched by alpha, so that its slope has no step at 0."""
    return elu(x / float(alpha), alpha=1.0) * float(alpha)


ACTIVATIONS = (
    relu, relu6, leaky_relu, elu, selu, sigmoid, log_sigmoid, softplus, softsign, silu, mish, gelu, gelu_tanh,
)  # fmt: skip
ACTIVATION_FUNCTIONS = (
    Composed(("celu", "F.celu", "jax.nn.celu"), call_celu),
    Composed(("jax.nn.gelu",), call_gelu_jax),
)
