"""The loss over a plane through the space of all parameters: two of them, or two random directions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.budget import Budget
from app.engine.passes import quiet
from app.nets.compile import Net
from app.nets.executors import choose
from app.nets.executors.dense import DenseExecutor
from app.nets.executors.many import losses_of_many
from app.nets.executors.record import Array, Executor, Layout

Arrays = Mapping[str, Array]
NEARLY = 1e-12
"""Directions whose angle has a smaller sine span no plane."""
COARSEST, FINEST, USUAL_SECONDS = 3, 25, 2.5
"""Points along each axis of a usual grid, and the time that all of them are to take, roughly."""


@dataclass(frozen=True)
class Plane:
    """center + a·x + b·y; all three are flat vectors in the layout's order."""

    layout: Layout
    center: Array
    x: Array
    y: Array

    def at(self, a: float, b: float) -> Array:
        """The parameters at a point of the plane."""
        return np.asarray(self.center + a * self.x + b * self.y)

    @property
    def flat(self) -> bool:
        """Whether the directions span no plane."""
        xx, xy, yy = self.x @ self.x, self.x @ self.y, self.y @ self.y
        return bool(not xx or not yy or xx * yy - xy * xy <= NEARLY * xx * yy)

    def projected(self, points: Array) -> tuple[Array, Array]:
        """Points (n, parameters) as (n, 2) coordinates of their nearest points in the plane, and how far off (n,)."""
        both = np.stack([self.x, self.y])
        away = points - self.center
        coordinates = np.linalg.solve(both @ both.T, both @ away.T).T
        return coordinates, np.sqrt(np.square(away - coordinates @ both).sum(axis=1))


def one_parameter(layout: Layout, name: str, cell: Sequence[int]) -> Array:
    """The direction of a single number: 1 there, else 0."""
    found = np.zeros(layout.size)
    layout.split(found)[name][tuple(cell)] = 1.0
    return found


def random_direction(net: Net, center: Arrays, rng: np.random.Generator) -> Array:
    """A random direction, in which what goes into each unit is as long as its weights are; biases and gains stay.

    Weights of length 0 get a direction of length 1.  Source: H. Li et al., Visualizing the loss landscape of neural
    nets, 2018, section 4 (filter normalization).
    """
    parts = []
    for name, record in net.records.items():
        drawn = rng.standard_normal(record.shape)
        if record.role != "weight":
            parts.append(np.zeros(drawn.size))
            continue
        rows, weights = (np.reshape(each, (record.shape[0], -1)) for each in (drawn, center[name]))
        wanted, has = (np.sqrt(np.square(each).sum(axis=1, keepdims=True)) for each in (weights, rows))
        parts.append((rows / has * np.where(wanted > 0, wanted, 1.0)).ravel())
    return np.concatenate(parts) if parts else np.empty(0)


class Landscape:
    """A net's loss over a plane."""

    def __init__(self, net: Net, budget: Callable[[], Budget]) -> None:
        self.net, self.budget = net, budget
        self.executor: Executor = choose(net, budget)
        self.layout = self.executor.layout

    def usual_resolution(self) -> int:
        """Points along each axis where none are asked for: fewer where the loss of this net takes long."""
        most = int((USUAL_SECONDS / self.executor.seconds()) ** 0.5)
        return max(COARSEST, min(FINEST, most))

    def grid(self, plane: Plane, a: Array, b: Array) -> Array:
        """The loss (len(b), len(a)) over a grid.  Raises DeadlineExceeded, and what a run of the program raises."""
        points = [plane.at(float(x), float(y)) for y in b for x in a]
        return self.losses(np.stack(points)).reshape(len(b), len(a))

    def losses(self, points: Array) -> Array:
        """The loss (n,) with parameters (n, size), what regularisers add included, nothing dropped out."""
        executor, data = self.executor, self.net.data
        if isinstance(executor, DenseExecutor):
            return losses_of_many(executor, points[:, executor.order], self.budget())
        budget, found, before = self.budget(), np.empty(len(points)), executor.values.copy()
        for i, point in enumerate(points):
            budget.check_time(i)
            executor.values[:] = point[executor.order]
            found[i] = executor.loss_of(data.x, data.y) + self._penalty(point)
        executor.values[:] = before
        return found

    def _penalty(self, point: Array) -> float:
        own = self.net.configuration
        weights = point[self.layout.where(self.net.weights)]
        return float(own.l1 * np.abs(weights).sum() + own.l2 / 2 * np.square(weights).sum())

    def slope(self, point: Array) -> tuple[float, Array]:
        """Loss and gradient, in the layout's order, with these parameters."""
        executor = self.executor
        executor.values[:] = point[executor.order]
        with quiet():
            executor.backward(executor.batch(None), 0)
            gradient = np.empty_like(point)
            gradient[executor.order] = executor.gradient
            return executor.loss(), gradient
