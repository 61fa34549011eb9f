"""Losses: a record per loss.  Each writes its line per example, which is then reduced over the batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

CLASS_NUMBERS, SIGNS, NUMBERS = "class numbers", "signs", "numbers"
"""What targets may be: whole numbers per row (or a probability per class), −1 and 1, or any numbers."""


@dataclass(frozen=True)
class Output:
    """The last layer: its output, what went into a softmax there, and whether targets are a probability per class.

    `softmax`: `a` is one.  `log`: `a` is a log-softmax.
    """

    a: str
    z: str
    softmax: bool
    fused: bool
    one_hot: bool


@dataclass(frozen=True)
class Loss:
    """One loss: the line that gives a number for each example, from the output and the targets `y`."""

    name: str
    doc: str
    formula: str
    line: Callable[[Output], str]
    targets: str = NUMBERS
    classifies: bool = False


def elementwise(text: str) -> Callable[[Output], str]:
    """A text with the output's name in it."""
    return lambda output: text.format(a=output.a)


def unreduced(function: str, how: str = "mean") -> Callable[[Output], str]:
    """A function of the engine's, a number per output, then over an example's outputs."""
    return lambda output: f'{how}({function}({output.a}, y, reduction="none"), axis=1)'


def cross_entropy(output: Output) -> str:
    """Of the pre-activation, as one op (p − y); or, unfused, as −Σ y ln p of the softmax."""
    if output.fused:
        return f'cross_entropy({output.z if output.softmax else output.a}, y, reduction="none")'
    p = output.a if output.softmax else f"softmax({output.a}, axis=1)"
    return f"-sum(y * log({p}), axis=1)" if output.one_hot else f'nll_loss(log({p}), y, reduction="none")'


def nll(output: Output) -> str:
    """Of log-probabilities."""
    if output.one_hot:
        return f"-sum(y * {output.a}, axis=1)"
    return f'nll_loss({output.a}, y, reduction="none")'


LOSSES: Mapping[str, Loss] = {each.name: each for each in (
    Loss("mse", "The mean square of the errors.", r"\tfrac{1}{K} \sum_k (a_k - y_k)^2",
         elementwise("mean(({a} - y)**2, axis=1)")),
    Loss("squared_error", "The sum of the squared errors.", r"\sum_k (a_k - y_k)^2",
         elementwise("sum(({a} - y)**2, axis=1)")),
    Loss("half_squared_error", "Half the sum of the squared errors, whose slope is the error itself.",
         r"\tfrac{1}{2} \sum_k (a_k - y_k)^2", elementwise("0.5 * sum(({a} - y)**2, axis=1)")),
    Loss("mae", "The mean size of the errors.", r"\tfrac{1}{K} \sum_k |a_k - y_k|",
         elementwise("mean(abs({a} - y), axis=1)")),
    Loss("huber", "Squared near the target, a straight line far from it.", r"\tfrac{1}{K} \sum_k \operatorname{huber}",
         unreduced("huber_loss")),
    Loss("hinge", "How far scores are on the wrong side of the margin of targets −1 and 1.",
         r"\tfrac{1}{K} \sum_k \max(0, 1 - a_k y_k)", unreduced("hinge_loss"), SIGNS, True),
    Loss("bce", "Binary cross-entropy of probabilities, after a sigmoid.",
         r"-\tfrac{1}{K} \sum_k y_k \ln a_k + (1 - y_k) \ln (1 - a_k)", unreduced("binary_cross_entropy"),
         classifies=True),
    Loss("bce_with_logits", "Binary cross-entropy of logits: the sigmoid is inside.",
         r"\tfrac{1}{K} \sum_k \ln(1 + e^{a_k}) - a_k y_k", unreduced("binary_cross_entropy_with_logits"),
         classifies=True),
    Loss("nll", "Minus the log-probability of the class, after a log_softmax.", r"-a_y", nll, CLASS_NUMBERS, True),
    Loss("cross_entropy", "Minus the logarithm of the probability that a softmax gives the class.",
         r"-\ln \operatorname{softmax}(z)_y", cross_entropy, CLASS_NUMBERS, True),
)}  # fmt: skip
"""By name."""
REDUCTIONS = ("mean", "sum")
