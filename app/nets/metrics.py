"""How well outputs name classes: accuracy and the confusion matrix."""

import numpy as np

from app.nets.data import Data
from app.nets.losses import LOSSES

Array = np.ndarray


def classes_of(values: Array, loss: str) -> Array:
    """The class (n,) that outputs or targets stand for: the largest of several, or on which side of the middle.

    The middle is 0 for logits and for targets −1 and 1, else ½; `values` is (n, outputs), or (n,) class numbers.
    """
    if values.ndim == 1:
        return values.astype(int)
    if values.shape[1] > 1:
        return np.asarray(values.argmax(axis=1))
    return (values[:, 0] > (0.0 if signed(loss) else 0.5)).astype(int)


def signed(loss: str) -> bool:
    """Whether outputs above 0 mean class 1."""
    return loss in ("bce_with_logits", "hinge")


def target_classes(y: Array, loss: str) -> Array:
    """The class (n,) of each target."""
    return classes_of(y, loss if LOSSES[loss].targets == "signs" else "")


def accuracy(outputs: Array, y: Array, loss: str) -> float:
    """The share of examples whose class is named right."""
    return float(np.mean(classes_of(outputs, loss) == target_classes(y, loss)))


def confusion(outputs: Array, y: Array, loss: str, classes: int) -> list[list[int]]:
    """How many examples of class i were taken for class j."""
    found = np.zeros((classes, classes), int)
    np.add.at(found, (target_classes(y, loss), classes_of(outputs, loss)), 1)
    return [[int(each) for each in row] for row in found]


def classifies(data: Data) -> bool:
    """Whether there are classes to be right about."""
    return data.task == "classification"
