"""From outputs to classes: where a net with one output parts two classes, which of several outputs wins."""

from dataclasses import dataclass

import numpy as np

from app.engine.op import Array
from app.nets.compile import Net
from app.nets.datasets.record import CLASSIFICATION

HALF = frozenset({"sigmoid", "hardsigmoid", "softmax"})
"""Activations whose outputs are probabilities."""


@dataclass(frozen=True)
class Decision:
    """`threshold`: class 1 where the one output is above `at`; `argmax`: the largest output's class."""

    kind: str
    at: float | None = None


def decision(net: Net) -> Decision | None:
    """How the net's outputs are read as classes; None where numbers are to be met."""
    if net.data.task != CLASSIFICATION:
        return None
    if net.configuration.outputs > 1:
        return Decision("argmax")
    loss, activation = net.configuration.loss, net.places[-1].options.get("activation")
    signs = loss in ("bce_with_logits", "hinge")
    return Decision("threshold", 0.0 if signs or (loss == "bce" and activation not in HALF) else 0.5)


def classes(net: Net, outputs: Array) -> Array | None:
    """Class numbers of rows of outputs (n, outputs)."""
    how = decision(net)
    if how is None:
        return None
    return np.argmax(outputs, axis=1) if how.at is None else (np.asarray(outputs)[:, 0] > how.at).astype(int)


def true_classes(net: Net, y: Array) -> Array:
    """Class numbers of targets as the loss takes them: numbers, 0 1 or −1 1, or a row per example."""
    y = np.asarray(y)
    if y.ndim == 2:
        return (
            np.argmax(y, axis=1) if y.shape[1] > 1 else (y[:, 0] > (0.5 if y.min(initial=0.0) >= 0 else 0)).astype(int)
        )
    return y.astype(int)


def accuracy(net: Net, outputs: Array, y: Array) -> float | None:
    """The share of rows whose class is right; None without rows, or where numbers are to be met."""
    found = classes(net, outputs)
    return None if found is None or not len(found) else float(np.mean(found == true_classes(net, y)))
