"""F = 0 near a point: slopes of the curve, from the partial derivatives of F by the implicit function theorem.

Sources: J. Stewart, Calculus, §14.5 (implicit differentiation); for the branches at a singular point R. J. Walker,
Algebraic Curves, ch. III §2 (tangents at a multiple point).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.engine.graph import Graph
from app.engine.lanes import lanes
from app.engine.op import Array
from app.engine.passes import differentiate, quiet
from app.engine.second import SecondOrder

Slope = float | Literal["vertical", "singular"]
CLOSE = 1e-9
"""A point nearer to a singular point than this, relative to its size, counts as it."""
FLAT = 1e-12
"""A partial derivative below this share of the other counts as 0."""


@dataclass(frozen=True)
class Local:
    """F at a point: its value, partial derivatives and second ones, by variable in the order given."""

    point: Array
    residual: float
    partials: Array
    hessian: Array

    @property
    def singular(self) -> bool:
        """Whether all partial derivatives are 0, as far as rounding tells: the curve has no one tangent there."""
        size, bend = float(np.abs(self.partials).max()), float(np.abs(self.hessian).max())
        return size == 0 or size <= CLOSE * bend * (1 + float(np.abs(self.point).max()))

    def slope(self, dependent: int, independent: int) -> Slope:
        """∂dependent/∂independent = −Fᵢ/F_d."""
        if self.singular:
            return "singular"
        if abs(self.partials[dependent]) <= FLAT * abs(self.partials[independent]):
            return "vertical"
        return float(-self.partials[independent] / self.partials[dependent]) + 0.0

    def second(self, dependent: int, independent: int) -> float | None:
        """−(F_ii + 2 F_id y′ + F_dd y′²)/F_d; None where the slope is no number."""
        slope = self.slope(dependent, independent)
        if isinstance(slope, str):
            return None
        h, d, i = self.hessian, dependent, independent
        return float(-(h[i, i] + 2 * h[i, d] * slope + h[d, d] * slope**2) / self.partials[d])

    def directions(self, dependent: int, independent: int) -> list[tuple[float, float]]:
        """Unit tangents (along independent, dependent): one, or at a singular point one for each branch that is there.

        There they solve F_ii a² + 2 F_id a b + F_dd b² = 0.
        """
        d, i = dependent, independent
        if not self.singular:
            return _units([(self.partials[d], -self.partials[i])])
        a, b, c = self.hessian[i, i], self.hessian[i, d], self.hessian[d, d]
        inside = b * b - a * c
        if not inside >= 0 or not np.isfinite(inside) or a == b == c == 0:
            return []
        if inside == 0:
            return _units([(c, -b) if c else (b, -a)])
        q = -(b + np.copysign(np.sqrt(inside), b))  # nothing cancels, as in the stable formula for quadratics
        return _units([(c, q), (q, a)])


def _units(vectors: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found = []
    for x, y in vectors:
        size = float(np.hypot(x, y))
        sign = -1.0 if x < 0 or (x == 0 and y < 0) else 1.0
        if size > 0 and np.isfinite(size):
            found.append((sign * float(x) / size + 0.0, sign * float(y) / size + 0.0))
    return found


def local(graph: Graph, output: int, variables: Sequence[int]) -> Local:
    """F at the point that the graph was traced at.  Raises DeadlineExceeded."""
    second = SecondOrder.of(graph, output, variables, np.float64(1.0))
    with quiet():
        point = np.array([float(graph.values[i]) for i in variables])
        return Local(point, float(graph.values[output]), second.values(), second.hessian())


class Field:
    """F, and its first and second derivatives by two variables, at many points of their plane at once."""

    def __init__(self, graph: Graph, output: int, x: int, y: int) -> None:
        self._graph = graph
        self._given = x, y
        first = _gradient(graph, output, (x, y))
        second = [_gradient(graph, node, (x, y)) for node in first]
        self._targets = output, *first, second[0][0], second[0][1], second[1][1]

    def __call__(self, points: Array, order: int = 0) -> Array:
        """A row per point: F; with order 1 Fx and Fy too; with order 2 Fxx, Fxy, Fyy too."""
        targets = self._targets[: (1, 3, 6)[order]]
        x, y = self._given
        found = lanes(self._graph, targets, {x: points[:, 0], y: points[:, 1]}, len(points))
        return np.stack([found[i] for i in targets], 1)


def _gradient(graph: Graph, node: int, wrt: tuple[int, int]) -> tuple[int, int]:
    """The nodes of the partial derivatives; a constant where there is none."""
    adjoints, _ = differentiate(graph.node(node), [graph.node(i) for i in wrt])
    found = [adjoints.get(i) for i in wrt]
    first, second = (graph.constant(0.0) if each is None else each for each in found)
    return int(first.id), int(second.id)


# ── onto the curve ──────────────────────────────────────────────────────────────────────────────────────
ON_CURVE = 1e-9


def onto(field: Field, points: Array, rounds: int = 40) -> Array:
    """Each point moved straight up or down F until it is on the curve; NaN where that does not come to an end."""
    points = points.copy()
    with quiet():
        for _ in range(rounds):
            f, fx, fy = field(points, 1).T
            step = (f / (fx * fx + fy * fy))[:, None] * np.stack([fx, fy], 1)
            points = points - np.where(f[:, None] == 0, 0.0, step)
            if not np.any(np.abs(step) > 1e-15 * (1 + np.abs(points))):
                break
        points[~(np.abs(field(points)[:, 0]) <= ON_CURVE)] = np.nan
    return points


def nearest(field: Field, start: Array, target: Array, rounds: int = 30) -> Array:
    """The point of the curve nearest to the target among those near `start`: along the tangent, then back onto it."""
    point = onto(field, start[None])[0]
    with quiet():
        for _ in range(rounds):
            if not np.isfinite(point).all():
                return point
            _, fx, fy = field(point[None], 1)[0]
            size = np.hypot(fx, fy)
            if size == 0:
                return point
            tangent = np.array([fy, -fx]) / size
            along = float(tangent @ (target - point))
            moved = onto(field, (point + along * tangent)[None])[0]
            while not np.linalg.norm(moved - target) < np.linalg.norm(point - target) and abs(along) > 1e-12:
                along /= 2
                moved = onto(field, (point + along * tangent)[None])[0]
            if not np.linalg.norm(moved - target) < np.linalg.norm(point - target):
                break
            point = moved
    return point
