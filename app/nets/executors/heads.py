"""Losses over outputs as columns: the total over a batch, and its slope, by the engine's rules."""

from collections.abc import Mapping

import numpy as np

from app.engine.op import Op
from app.engine.ops import OPS

Array = np.ndarray


class Head:
    """A loss that is a sum over an example's outputs of an elementwise op, times a factor or over their number."""

    def __init__(self, op: str, factor: float = 1.0, *, mean: bool = False, **attributes: float) -> None:
        self.op: Op = OPS[op]
        self.factor, self.mean, self.attributes = factor, mean, attributes

    def targets(self, y: Array, outputs: int) -> Array:
        """Targets as columns."""
        return np.ascontiguousarray(y.T)

    def slope(self, a: Array, y: Array, out: Array, share: float) -> None:
        """∂L/∂a, where each example counts for `share`."""
        local = self.op.partials[0](a, y, None, **self.attributes)  # type: ignore[misc]
        np.multiply(local, share * (self.factor / len(a) if self.mean else self.factor), out)

    def totals(self, a: Array, y: Array) -> Array:
        """The sum over the examples; axes of `a` before the last two stay."""
        share = self.factor / a.shape[-2] if self.mean else self.factor
        return np.asarray(np.sum(self.op.apply([a, y], self.attributes), axis=(-2, -1)) * share)


class ClassHead:
    """Cross-entropy with the softmax inside: a slope of p·Σy − y by the last layer's pre-activation."""

    def targets(self, y: Array, outputs: int) -> Array:
        """A column of probabilities for each example; class numbers become ones and zeros."""
        return np.ascontiguousarray((np.eye(outputs)[y.astype(int)] if y.ndim == 1 else y).T)

    def slope(self, a: Array, y: Array, out: Array, share: float) -> None:
        """∂L/∂z, where each example counts for `share`."""
        np.subtract(a, a.max(axis=0), out)
        np.exp(out, out)
        out *= y.sum(axis=0) / out.sum(axis=0)
        out -= y
        out *= share

    def totals(self, a: Array, y: Array) -> Array:
        """The sum over the examples; axes of `a` before the last two stay."""
        logs = OPS["log_softmax"].apply([a], {"axis": (a.ndim - 2,)})
        return np.asarray(-np.sum(np.where(y == 0, 0.0, y * logs), axis=(-2, -1)))


HEADS: Mapping[str, Head | ClassHead] = {
    "mse": Head("squared_error", mean=True),
    "squared_error": Head("squared_error"),
    "half_squared_error": Head("squared_error", 0.5),
    "mae": Head("absolute_error", mean=True),
    "huber": Head("huber", mean=True, delta=1.0),
    "hinge": Head("hinge", mean=True),
    "bce": Head("bce", mean=True),
    "bce_with_logits": Head("bce_with_logits", mean=True),
    "cross_entropy": ClassHead(),
}
"""By loss; a loss that is not here goes through the engine."""
