"""Losses of classes: scores of a row against the number of its class, or against a probability per class."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import ANY, ATOM, SIGN, tex
from app.engine.op import Op, Operand, Sample, Whole, Worked, shape
from app.engine.ops.indexing import Places, index
from app.engine.ops.losses import PAPER, reduced
from app.engine.ops.normalise import log_softmax, softmax
from app.engine.ops.registry import Composed
from app.engine.structure import reshape, total

Labels = tuple[int, ...]


def picked(x: Operand, labels: Labels) -> Any:
    """From every row of log-probabilities the one of its label; a single row gives a single number."""
    if len(shape(x)) == 1:
        return index(x, key=(labels[0],))
    return index(x, key=(Places.of(range(len(labels))), Places.of(labels)))


def nll_of(x: Operand, labels: Labels) -> Any:
    """Minus the log-probability of each label."""
    return -picked(x, labels)


def cross_entropy_of(x: Operand, labels: Labels) -> Any:
    """Minus the log-softmax of each label's logit."""
    return -picked(log_softmax(x, axis=(len(shape(x)) - 1,)), labels)


def surplus(x: Operand, labels: Labels) -> Any:
    """softmax(x) less 1 at each label: what every logit has too much."""
    form = shape(x)
    rows = np.eye(form[-1])[list(labels)]
    return softmax(x, axis=(len(form) - 1,)) - (rows if len(form) > 1 else rows[0])


def cross_entropy_pull(g: Operand, x: Operand, y: Operand, labels: Labels) -> Any:
    """(softmax(x) − 1 at the label)·g, row by row."""
    return (g if len(shape(x)) == 1 else reshape(g, shape=(len(labels), 1))) * surplus(x, labels)


def cross_entropy_push(t: Operand, x: Operand, y: Operand, labels: Labels) -> Any:
    """The same forwards."""
    return total(t * surplus(x, labels), (len(shape(x)) - 1,))


LOGITS = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])
OF_CLASSES = (Sample((LOGITS,), {"labels": (2, 0)}), Sample((LOGITS[0],), {"labels": (1,)}))
nll = Op(
    name="nll", noun="negative log-likelihood", doc="Minus the log-probability that was given to each label.",
    forward=nll_of, slots=("x",),
    detail=nll_of, forms=tex(r"-{{{0}}}_{{\text{{label}}}}", SIGN, ATOM), samples=OF_CLASSES,
    # Minus the second entry.
    worked=Worked((np.array([-1.0, -0.5]),), 0.5, (np.array([0.0, -1.0]),), {"labels": (1,)}), source=PAPER,
)  # fmt: skip
cross_entropy = Op(
    name="cross_entropy", noun="cross-entropy", doc="How surprising each label is under the softmax of its logits.",
    forward=cross_entropy_of, slots=("x",), detail=cross_entropy_of,
    whole=(Whole(cross_entropy_pull, cross_entropy_push),),
    forms=tex(r"-\ln \operatorname{{softmax}}\left({0}\right)_{{\text{{label}}}}", SIGN, ANY), samples=OF_CLASSES,
    # ln 2; p − 1 for the label, p for the other.
    worked=Worked((np.array([0.0, 0.0]),), 0.6931471805599453, (np.array([-0.5, 0.5]),), {"labels": (0,)}),
    source=PAPER,
)  # fmt: skip


def labels_of(x: Operand, target: Any, place: str) -> Labels:
    """Class numbers as whole numbers, one per row.  Raises ShapeMismatch, BadArgument."""
    values = np.asarray(getattr(target, "value", target), float)
    rows = 1 if len(shape(x)) == 1 else shape(x)[0] if shape(x) else 0
    if len(shape(x)) not in (1, 2) or values.size != rows or values.ndim > 1:
        raise ShapeMismatch(
            f"{place}: scores are {shape(x)}, labels are {values.shape}; a label per row — check both shapes"
        )
    classes = shape(x)[-1]
    if not np.all((values == np.floor(values)) & (values >= 0) & (values < classes)):
        raise BadArgument(f"{place}: labels must be whole numbers from 0 to {classes - 1} — check them")
    return tuple(int(each) for each in values.ravel())


def is_distribution(x: Operand, target: Any) -> bool:
    """Whether targets are a probability per class rather than a class number."""
    return (
        shape(getattr(target, "value", np.asarray(target))) == shape(x) and math.prod(shape(x)) > 0 and shape(x) != ()
    )


def call_cross_entropy(x: Operand, target: Operand, reduction: str = "mean") -> Any:
    """`F.cross_entropy(logits, labels)`; labels are class numbers, or a probability per class."""
    if is_distribution(x, target):
        last = len(shape(x)) - 1
        return reduced(-total(target * log_softmax(x, axis=(last,)), (last,)), reduction)
    return reduced(cross_entropy(x, labels=labels_of(x, target, "cross_entropy")), reduction)


def call_nll(x: Operand, target: Operand, reduction: str = "mean") -> Any:
    """`F.nll_loss(log_probabilities, labels)`."""
    return reduced(nll(x, labels=labels_of(x, target, "nll_loss")), reduction)


CLASS_LOSSES = (nll, cross_entropy)
CLASS_LOSS_FUNCTIONS = (
    Composed(("nll", "nll_loss", "F.nll_loss"), call_nll),
    Composed(("cross_entropy", "F.cross_entropy"), call_cross_entropy),
)
