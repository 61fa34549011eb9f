"""The loss of one stack of dense layers under many sets of parameters at once: a grid of a landscape."""

import numpy as np

from app.engine.budget import Budget
from app.engine.passes import quiet
from app.nets.executors.dense import DenseExecutor
from app.nets.executors.record import Array

AT_ONCE = 131_072
"""Numbers of one layer's output under all sets of a chunk: what a processor's cache holds."""


def losses_of_many(executor: DenseExecutor, points: Array, budget: Budget) -> Array:
    """The loss (n,) over the training data for parameters (n, size) in the executor's order, with the penalty.

    Raises DeadlineExceeded.
    """
    widest = max(len(layer.weights) for layer in executor.layers) * executor.x.shape[1]
    size = max(1, AT_ONCE // widest)
    found = np.empty(len(points))
    with quiet():
        for start in range(0, len(points), size):
            budget.check_time(start)
            found[start : start + size] = _chunk(executor, points[start : start + size])
    return found


def _chunk(executor: DenseExecutor, points: Array) -> Array:
    incoming, place = executor.x if executor.layers[0].bias else executor.x[:-1], 0
    for layer, after in zip(executor.layers, [*executor.layers[1:], None], strict=True):
        shape = layer.weights.shape
        weights = points[:, place : place + layer.weights.size].reshape(len(points), *shape)
        place += layer.weights.size
        z = np.matmul(weights, incoming)
        a = z if layer.activation is None else layer.activation.of_array(z)
        with_ones = after is not None and after.bias
        incoming = np.concatenate([a, np.ones((len(points), 1, a.shape[2]))], axis=1) if with_ones else a
    losses = executor.head.totals(incoming, executor.y)
    share = 1.0 / executor.x.shape[1] if executor.net.configuration.reduction == "mean" else 1.0
    own, counted = executor.net.configuration, points[:, executor.counted]
    penalty = own.l1 * np.abs(counted).sum(axis=1) + own.l2 / 2 * np.square(counted).sum(axis=1)
    return np.asarray(losses * share + penalty)
