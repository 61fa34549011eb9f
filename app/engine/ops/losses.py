"""Losses, as PyTorch defines them: per element or example, then averaged (`mean`), added (`sum`) or left (`none`)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ANY, ATOM, POWER, PRODUCT, SUM, Form, symbolic, tex
from app.engine.op import Op, Operand, Rule, Sample, Worked, shape
from app.engine.ops.activations import relu, sigmoid, softplus
from app.engine.ops.elementary import log
from app.engine.ops.logic import equal, greater, less_equal
from app.engine.ops.reductions import mean
from app.engine.ops.registry import Composed
from app.engine.ops.rounding import absolute, clip, sign
from app.engine.structure import total, unless, where

PAPER = "PyTorch reference, torch.nn.functional (loss functions)"
PREDICTED, TARGET = np.array([0.5, 2.0, -1.0]), np.array([1.0, 0.5, -1.25])
PROBABLE, LABELS = np.array([0.2, 0.7, 0.9]), np.array([0.0, 1.0, 1.0])


def reduced(x: Operand, reduction: str) -> Any:
    """The mean, the sum, or the losses as they are.  Raises BadArgument."""
    every = tuple(range(len(shape(x))))
    if reduction == "mean":
        return mean(x, axis=every, keepdims=False) if every else x
    if reduction == "sum":
        return total(x, every) if every else x
    if reduction == "none":
        return x
    raise BadArgument(f"loss: reduction is {reduction!r}, it must be 'mean', 'sum' or 'none' — choose one of them")


def elementwise(
    name: str,
    noun: str,
    doc: str,
    each: Callable[..., Any],
    worked: Worked,
    formula: dict[str, Form],
    *,
    partials: tuple[Rule, Rule],
    samples: tuple[Sample, ...],
    **rest: Any,
) -> Op:
    """A loss of every prediction and its target, as an op that opens into its definition."""
    return Op(
        name=name, noun=noun, doc=doc,
        forward=each, slots=("x", "target"), detail=each, partials=partials, samples=samples,
        worked=worked, source=PAPER, forms=formula, **rest,
    )  # fmt: skip


PAIR = (Sample((PREDICTED, TARGET)), Sample((0.5, 1.25)))
# (3 − 1)² = 4; slopes ±2·2.
squared_error = elementwise(
    "squared_error", "squared error", "The square of what a prediction is away from its target.",
    lambda x, target: (x - target) * (x - target), Worked((3.0, 1.0), 4.0, (4.0, -4.0)),
    tex(r"\left({0} - {1}\right)^2", POWER, SUM, PRODUCT) | symbolic("({0} - {1})**2"), samples=PAIR,
    partials=(lambda x, target, y: 2 * (x - target), lambda x, target, y: -2 * (x - target)),
)  # fmt: skip
# |3 − 1| = 2; slopes ±1.
absolute_error = elementwise(
    "absolute_error", "absolute error", "The size of what a prediction is away from its target.",
    lambda x, target: absolute(x - target), Worked((3.0, 1.0), 2.0, (1.0, -1.0)),
    tex(r"\left|{0} - {1}\right|", ATOM, SUM, PRODUCT) | symbolic("Abs({0} - {1})"),
    samples=PAIR, kinks=np.equal, took="took 0",
    partials=(lambda x, target, y: sign(x - target), lambda x, target, y: -sign(x - target)),
)  # fmt: skip


def huber_of(x: Operand, target: Operand, delta: float) -> Any:
    """½ d² near the target, delta·(|d| − ½ delta) far from it."""
    d = x - target
    return where(less_equal(absolute(d), delta), 0.5 * (d * d), delta * (absolute(d) - 0.5 * delta))


# |3 − 1| > 1: 1·(2 − ½) = 1.5; slopes ±1.
huber = elementwise(
    "huber", "Huber loss", "Half the squared error near the target, a straight line far from it.", huber_of,
    Worked((3.0, 1.0), 1.5, (1.0, -1.0), {"delta": 1.0}),
    tex(r"\operatorname{{huber}}\left({0}, {1}\right)", ATOM, ANY)
    | symbolic("huber({0} - {1}, number({delta!r}))"),
    partials=(
        lambda x, target, y, delta: clip(x - target, low=-delta, high=delta),
        lambda x, target, y, delta: -clip(x - target, low=-delta, high=delta),
    ),
    samples=(Sample((PREDICTED, TARGET), {"delta": 1.0}), Sample((0.5, 1.25), {"delta": 0.5})),
)  # fmt: skip


def bce_of(x: Operand, target: Operand) -> Any:
    """−t ln x − (1 − t) ln(1 − x), logarithms cut at −100 as in PyTorch."""
    return -(target * clip(log(x), low=-100.0, high=None) + (1 - target) * clip(log(1 - x), low=-100.0, high=None))


def bce_slope(x: Operand, target: Operand, y: Operand) -> Any:
    """(x − t)/(x (1 − x)), the divisor not below 10⁻¹², so that a prediction that is wholly right gets 0."""
    return (x - target) / clip(x * (1 - x), low=1e-12, high=None)


def bce_target_slope(x: Operand, target: Operand, y: Operand) -> Any:
    """ln(1 − x) − ln x, cut as above."""
    return clip(log(1 - x), low=-100.0, high=None) - clip(log(x), low=-100.0, high=None)


# −ln ½; slope −1/½; ln(1 − x) − ln x = 0.
binary_cross_entropy = elementwise(
    "bce", "binary cross-entropy",
    "How surprising a label is under a probability; the label's own slope is cut at ±100, where PyTorch has ∞.",
    bce_of, Worked((0.5, 1.0), 0.6931471805599453, (-2.0, 0.0)),
    tex(r"-{1} \ln {0} - (1 - {1}) \ln (1 - {0})", SUM, POWER)
    | symbolic("-({1} * clip(log({0}), -100.0, None) + (1 - {1}) * clip(log(1 - {0}), -100.0, None))"),
    samples=(Sample((PROBABLE, LABELS)), Sample((0.3, 1.0))), partials=(bce_slope, bce_target_slope),
)  # fmt: skip
# ln(1 + e⁰) − 0·1 = ln 2; σ(0) − 1 = −½; −0.
bce_with_logits = elementwise(
    "bce_with_logits", "binary cross-entropy", "How surprising a label is under the logistic function of a logit.",
    lambda x, target: softplus(x) - x * target, Worked((0.0, 1.0), 0.6931471805599453, (-0.5, 0.0)),
    tex(r"\ln\left(1 + e^{{{0}}}\right) - {0} \cdot {1}", SUM, POWER) | symbolic("log(1 + exp({0})) - {0} * {1}"),
    partials=(lambda x, target, y: sigmoid(x) - target, lambda x, target, y: -x),
    samples=(Sample((PREDICTED, LABELS)), Sample((-0.3, 1.0))),
)  # fmt: skip
# max(0, 1 − ½) = ½; slope −1 by the label 1.
hinge = elementwise(
    "hinge", "hinge loss", "How far a score is on the wrong side of the margin of its label, -1 or 1.",
    lambda x, target: relu(1 - x * target), Worked((0.5, 1.0), 0.5, (-1.0, -0.5)),
    tex(r"\max\left(0, 1 - {0} \cdot {1}\right)", ATOM, POWER) | symbolic("either_of({0} * {1} < 1, 1 - {0} * {1}, 0)"),
    partials=(
        lambda x, target, y: where(greater(1, x * target), -target, 0.0),
        lambda x, target, y: where(greater(1, x * target), -x, 0.0),
    ),
    samples=(Sample((PREDICTED, np.array([1.0, -1.0, 1.0]))), Sample((0.5, 1.0))),
    kinks=lambda x, target: np.equal(x * target, 1), took="took 0",
)  # fmt: skip


def kl_of(x: Operand, target: Operand) -> Any:
    """t·(ln t − x), 0 where t is 0; x is a logarithm."""
    return unless(equal(target, 0.0), target * (log(target) - x))


# ½·(ln ½ − ln ½) = 0; −½; ln ½ − x + 1 = 1.
kl_divergence = elementwise(
    "kl_div", "Kullback–Leibler divergence",
    "How far a distribution is from a target, given the logarithm of the first; the slope by a target of 0 is −∞, where"
    " PyTorch has NaN.", kl_of,
    Worked((-0.6931471805599453, 0.5), 0.0, (-0.5, 1.0)),
    tex(r"{1}\left(\ln {1} - {0}\right)", PRODUCT, POWER)
    | symbolic("either_of(equal({1}, 0), 0, {1} * (log({1}) - {0}))"),
    samples=(Sample((np.log(PROBABLE), PROBABLE[::-1])), Sample((-0.5, 0.4))),
    partials=(lambda x, target, y: -target, lambda x, target, y: log(target) + 1 - x),
)  # fmt: skip


def call_kl(x: Operand, target: Operand, reduction: str = "mean") -> Any:
    """`F.kl_div(log_probabilities, target)`; `batchmean` divides by the number of rows."""
    each = kl_divergence(x, target)
    if reduction == "batchmean":
        return reduced(each, "sum") / float(shape(x)[0] if shape(x) else 1)
    return reduced(each, reduction)


def of_elements(op: Op, **fixed: Any) -> Callable[..., Any]:
    """The signature of the elementwise losses."""

    def call(x: Operand, target: Operand, reduction: str = "mean") -> Any:
        return reduced(op(x, target, **fixed), reduction)

    return call


def call_huber(x: Operand, target: Operand, reduction: str = "mean", delta: float = 1.0) -> Any:
    """`F.huber_loss`."""
    return reduced(huber(x, target, delta=float(delta)), reduction)


def call_smooth_l1(x: Operand, target: Operand, reduction: str = "mean", beta: float = 1.0) -> Any:
    """`F.smooth_l1_loss`: Huber's divided by beta."""
    return reduced(huber(x, target, delta=float(beta)) / float(beta), reduction)


LOSSES = (
    squared_error, absolute_error, huber, binary_cross_entropy, bce_with_logits, hinge, kl_divergence,
)  # fmt: skip
LOSS_FUNCTIONS = (
    Composed(("mse", "mse_loss", "F.mse_loss"), of_elements(squared_error)),
    Composed(("mae", "l1_loss", "F.l1_loss"), of_elements(absolute_error)),
    Composed(("huber", "huber_loss", "F.huber_loss"), call_huber),
    Composed(("smooth_l1_loss", "F.smooth_l1_loss"), call_smooth_l1),
    Composed(("bce", "binary_cross_entropy", "F.binary_cross_entropy"), of_elements(binary_cross_entropy)),
    Composed(
        ("bce_with_logits", "binary_cross_entropy_with_logits", "F.binary_cross_entropy_with_logits"),
        of_elements(bce_with_logits),
    ),
    Composed(("hinge", "hinge_loss"), of_elements(hinge)),
    Composed(("kl", "kl_div", "F.kl_div"), call_kl),
)
