"""Losses over outputs as columns: the total over a batch, and its slope, by the engine's rules."""

from collections.abc import Mapping

import numpy as np

from app.engine.op import Op
from app.engine.ops import OPS
from app.nets.executors.slopes import Call, Slope

Array = np.ndarray


class Head:
    """A loss that is a sum over an example's outputs of an elementwise op, times a factor or over their number."""

    def __init__(self, op: str, factor: float = 1.0, *, mean: bool = False, **attributes: float) -> None:
        self.op: Op = OPS[op]
        self.factor, self.mean, self.attributes = factor, mean, attributes
        self._slope = Slope(self.op, attributes, 2)

    def targets(self, y: Array, outputs: int) -> Array:
        """Targets as columns."""
        return np.ascontiguousarray(y.T)

    def calls(self, a: Array, y: Array, out: Array, share: float) -> list[Call]:
        """What makes `out` ∂L/∂a, where each example counts for `share`."""
        factor = np.array(share * (self.factor / len(a) if self.mean else self.factor))
        ready = self._slope.calls(a, y, out)
        if ready is None:
            return [(self._by_rule, (a, y, out)), (np.multiply, (out, factor, out))]
        calls, local = ready
        function, arrays = calls[-1]
        if function is np.multiply and arrays[0].ndim == 0:  # a number times something: both numbers as one
            return [*calls[:-1], (np.multiply, (np.asarray(arrays[0] * factor), arrays[1], out))]
        return [*calls, (np.multiply, (local, factor, out))]

    def _by_rule(self, a: Array, y: Array, out: Array) -> None:
        out[...] = self._slope.rule(a, y, None, **self.attributes)

    def totals(self, a: Array, y: Array) -> Array:
        """The sum over the examples; axes of `a` before the last two stay."""
        share = self.factor / a.shape[-2] if self.mean else self.factor
        return np.asarray(np.sum(self.op.apply([a, y], self.attributes), axis=(-2, -1)) * share)


class ClassHead:
    """Cross-entropy with the softmax inside: a slope of p·Σy − y by the last layer's pre-activation."""

    def targets(self, y: Array, outputs: int) -> Array:
        """A column of probabilities for each example; class numbers become ones and zeros."""
        return np.ascontiguousarray((np.eye(outputs)[y.astype(int)] if y.ndim == 1 else y).T)

    def calls(self, a: Array, y: Array, out: Array, share: float) -> list[Call]:
        """What makes `out` ∂L/∂z, where each example counts for `share`."""
        return [(self._surplus, (a, y, out)), (np.multiply, (out, np.array(share), out))]

    def _surplus(self, a: Array, y: Array, out: Array) -> None:
        """What every logit has too much."""
        np.subtract(a, a.max(axis=0), out)
        np.exp(out, out)
        out *= y.sum(axis=0) / out.sum(axis=0)
        out -= y

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
