"""The curve F = 0 in a box: marching squares, every point brought onto the curve, special points found.

W. Lorensen & H. Cline, Marching cubes, 1987; cells that two branches cross are decided by the value in their middle.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from app.engine.implicit import ON_CURVE, Field, onto
from app.engine.op import Array
from app.engine.passes import quiet

HALVINGS = 52
SAME = 1e-5
"""Special points nearer to one another than this, relative to the box, are one."""
MOST_SPECIAL = 64
Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""
Edge = tuple[int, int, int]
"""A side of a cell: along x (0) or y (1), from this row and column on."""


@dataclass
class Curve:
    """Polylines as rows of (x, y), a closed one ends where it began; special points as rows."""

    lines: list[Array] = field(default_factory=list)
    singular: Array = field(default_factory=lambda: np.zeros((0, 2)))
    vertical: Array = field(default_factory=lambda: np.zeros((0, 2)))
    horizontal: Array = field(default_factory=lambda: np.zeros((0, 2)))


def trace_curve(f: Field, box: Box, size: int) -> Curve:
    """The curve inside the box from a grid of `size` × `size` cells.  Raises DeadlineExceeded."""
    x, y = _axis(box[0], box[1], size), _axis(box[2], box[3], size)
    points = np.stack(np.meshgrid(x, y), -1)
    values = f(points.reshape(-1, 2), 1).reshape(len(y), len(x), 3)
    crossings = _crossings(f, points, values[..., 0])
    lines = [np.array([crossings[edge] for edge in line]) for line in _linked(f, points, values[..., 0], crossings)]
    lines = [_refined(f, line) for line in lines]
    found = Curve(lines, _singular(f, points, values, box))
    found.vertical = _turning(f, lines, 2, box, found.singular)
    found.horizontal = _turning(f, lines, 1, box, found.singular)
    return found


def _axis(low: float, high: float, size: int) -> Array:
    """Grid lines a little outside the box, so that what lies on round numbers lies on none of them."""
    step = (high - low) / size
    return np.linspace(low - 0.3819 * step, high + 0.2764 * step, size + 2)


# ── where the curve crosses the sides of cells ──────────────────────────────────────────────────────────
def _crossings(f: Field, points: Array, values: Array) -> dict[Edge, Array]:
    """By side the point where F is 0; sides over which F only jumps are left out."""
    edges: list[Edge] = []
    ends = []
    for axis, (a, b) in enumerate((((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
                                   ((slice(None, -1), slice(None)), (slice(1, None), slice(None))))):  # fmt: skip
        changes = np.isfinite(values[a]) & np.isfinite(values[b]) & ((values[a] >= 0) != (values[b] >= 0))
        where = np.argwhere(changes)
        edges += [(axis, int(row), int(column)) for row, column in where]
        ends.append(np.stack([points[a][changes], points[b][changes]], 1))
    if not edges:
        return {}
    low, high = (np.concatenate(ends)[:, k] for k in (0, 1))
    roots = _halved(f, low, high)
    return {edge: root for edge, root in zip(edges, roots, strict=True) if np.isfinite(root).all()}


def _halved(f: Field, low: Array, high: Array) -> Array:
    """The zero between each two points of opposite sign by bisection; NaN where F only jumps over 0."""
    at_low, at_high = f(low)[:, 0], f(high)[:, 0]
    size = np.maximum(np.abs(at_low), np.abs(at_high))
    positive = at_low >= 0
    with quiet():
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            same = ((f(middle)[:, 0] >= 0) == positive)[:, None]
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        both = np.stack([low, high])
        heights = np.abs(np.stack([f(low)[:, 0], f(high)[:, 0]]))
        best = np.where(heights[0] <= heights[1], 0, 1)
        roots = both[best, np.arange(len(low))]
        height = heights.min(0)
        bad = ~(height <= 1e-6 * size)
        polished = onto(f, roots[(height > ON_CURVE) & ~bad], 8)
    roots[(height > ON_CURVE) & ~bad] = polished
    roots[bad] = np.nan
    return np.asarray(roots)


# ── from crossings to lines ─────────────────────────────────────────────────────────────────────────────
def _segments(f: Field, points: Array, values: Array, crossings: dict[Edge, Array]) -> Iterator[tuple[Edge, Edge]]:
    """Pairs of sides of one cell that a branch enters and leaves by."""
    cells = {cell for axis, row, column in crossings for cell in ((row, column), (row - 1 + axis, column - axis))}
    full = []
    for row, column in sorted(cells):
        if not (0 <= row < len(values) - 1 and 0 <= column < values.shape[1] - 1):
            continue
        sides = [(0, row, column), (1, row, column + 1), (0, row + 1, column), (1, row, column)]
        there = [side for side in sides if side in crossings]
        if len(there) == 4:
            full.append((row, column, sides))
        elif len(there) >= 2:
            yield there[0], there[1]
    if not full:
        return
    middles = np.array([(points[row, column] + points[row + 1, column + 1]) / 2 for row, column, _ in full])
    for (row, column, (bottom, right, top, left)), middle in zip(full, f(middles)[:, 0], strict=True):
        if (middle >= 0) == (values[row, column] >= 0):  # the corner's region goes through: cut off the other two
            yield bottom, right
            yield top, left
        else:
            yield bottom, left
            yield top, right


def _linked(f: Field, points: Array, values: Array, crossings: dict[Edge, Array]) -> list[list[Edge]]:
    """Segments end to end, as long as they go on; a closed line ends with the side it began with."""
    beside: dict[Edge, list[Edge]] = {}
    for a, b in _segments(f, points, values, crossings):
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    lines = []
    for start in sorted(beside, key=lambda edge: (len(beside[edge]) != 1, edge)):
        while beside.get(start):
            lines.append(_walk(beside, start))
    return lines


def _walk(beside: dict[Edge, list[Edge]], start: Edge) -> list[Edge]:
    line = [start]
    while beside.get(line[-1]):
        here = line[-1]
        there = beside[here].pop()
        beside[there].remove(here)
        line.append(there)
    return line


def _refined(f: Field, line: Array) -> Array:
    """A point of the curve in the middle of every segment, where it lies between the ends."""
    if len(line) < 2:
        return line
    middles = (line[:-1] + line[1:]) / 2
    lengths = np.linalg.norm(line[1:] - line[:-1], axis=1)
    moved = onto(f, middles, 8)
    with quiet():
        good = np.linalg.norm(moved - middles, axis=1) <= 0.5 * lengths
    rows = [line[:1]]
    for k, (_, end) in enumerate(pairwise(line)):
        rows.append(np.stack([moved[k], end]) if good[k] else end[None])
    return np.concatenate(rows)


# ── special points ──────────────────────────────────────────────────────────────────────────────────────
def _singular(f: Field, points: Array, values: Array, box: Box) -> Array:
    """Where F and both its slopes are 0: from the grid's flattest places, by Levenberg and Marquardt's method."""
    with quiet():
        flat = values[..., 1] ** 2 + values[..., 2] ** 2
    flat = np.where(np.isfinite(flat), flat, np.inf)
    around = np.pad(flat, 1, constant_values=np.inf)
    rows, columns = flat.shape
    lowest = np.min([around[r : r + rows, c : c + columns] for r in range(3) for c in range(3)], 0)
    candidates = points[(flat <= lowest) & np.isfinite(flat)]
    order = np.argsort(flat[(flat <= lowest) & np.isfinite(flat)], kind="stable")[:MOST_SPECIAL]
    start = candidates[order]
    if not len(start):
        return np.zeros((0, 2))
    found = _least_squares(f, start)
    with quiet():
        f0, fx, fy, fxx, fxy, fyy = f(found, 2).T
        bend = np.abs(np.stack([fxx, fxy, fyy])).max(0)
        good = (np.abs(f0) <= ON_CURVE) & (np.hypot(fx, fy) <= 1e-6 * np.maximum(1.0, bend))
    return _distinct(_snapped(f, found[good]), box)


def _least_squares(f: Field, points: Array) -> Array:
    damping = np.full(len(points), 1e-3)
    with quiet():
        r, j = _system(f, points)
        for _ in range(100):
            a = np.einsum("nij,nik->njk", j, j)
            g = np.einsum("nij,ni->nj", j, r)
            scale = damping * np.maximum(np.trace(a, axis1=1, axis2=2), 1e-300)
            a = a + scale[:, None, None] * np.eye(2)
            determinant = a[:, 0, 0] * a[:, 1, 1] - a[:, 0, 1] * a[:, 1, 0]
            step = np.stack([a[:, 1, 1] * g[:, 0] - a[:, 0, 1] * g[:, 1],
                             a[:, 0, 0] * g[:, 1] - a[:, 1, 0] * g[:, 0]], 1) / determinant[:, None]  # fmt: skip
            tried = points - np.where(np.isfinite(step), step, 0.0)
            r2, j2 = _system(f, tried)
            better = (r2**2).sum(1) < (r**2).sum(1)
            points = np.where(better[:, None], tried, points)
            r, j = np.where(better[:, None], r2, r), np.where(better[:, None, None], j2, j)
            damping = np.where(better, damping / 10, np.minimum(damping * 10, 1e12))
    return points


def _system(f: Field, points: Array) -> tuple[Array, Array]:
    """F, Fx, Fy at each point, and their derivatives."""
    f0, fx, fy, fxx, fxy, fyy = f(points, 2).T
    rows = np.stack([f0, fx, fy], 1)
    jacobian = np.stack([np.stack([fx, fy], 1), np.stack([fxx, fxy], 1), np.stack([fxy, fyy], 1)], 1)
    return np.where(np.isfinite(rows), rows, np.inf), jacobian


def _snapped(f: Field, points: Array) -> Array:
    """A round point nearby, where F and its slopes are no larger: a cusp at 0 is found as 1e−7."""
    with quiet():
        round_ = np.round(points, 6) + 0.0
        size, rounded = (np.asarray(np.abs(f(each, 1)).sum(1)) for each in (points, round_))
    return np.where((rounded <= size)[:, None], round_, points)


def _turning(f: Field, lines: list[Array], which: int, box: Box, singular: Array) -> Array:
    """Points of the curve where Fy (2: a vertical tangent) or Fx (1: a horizontal one) is 0, by Newton's method."""
    starts = []
    for line in lines:
        gradients = f(line, 1)[:, 1:]
        slopes = gradients[:, which - 1]
        with quiet():  # along a straight line that runs this way it is 0 everywhere, up to rounding
            clear = np.abs(slopes) > 1e-9 * np.hypot(*gradients.T)
        turns = ((slopes[:-1] >= 0) != (slopes[1:] >= 0)) & clear[:-1] & clear[1:]
        starts += [line[k] for k in np.flatnonzero(turns)]
    if not starts:
        return np.zeros((0, 2))
    points = np.array(starts[: 4 * MOST_SPECIAL])
    with quiet():
        for _ in range(40):
            f0, fx, fy, fxx, fxy, fyy = f(points, 2).T
            h, hx, hy = (fy, fxy, fyy) if which == 2 else (fx, fxx, fxy)
            determinant = fx * hy - fy * hx
            step = np.stack([(f0 * hy - fy * h) / determinant, (fx * h - f0 * hx) / determinant], 1)
            points = points - np.where(np.isfinite(step), step, 0.0)
        f0, fx, fy = f(points, 1).T
        other, slope = (fx, fy) if which == 2 else (fy, fx)
        good = (np.abs(f0) <= ON_CURVE) & (np.abs(slope) <= 1e-9 * np.abs(other))
    found = _distinct(points[good], box)
    far = 1e-3 * (box[1] - box[0])
    kept = [point for point in found if not (np.abs(singular - point) <= far).all(1).any()]
    return np.array(kept).reshape(-1, 2)


def _distinct(points: Array, box: Box) -> Array:
    """Points inside the box, each once."""
    width, height = box[1] - box[0], box[3] - box[2]
    kept: list[Array] = []
    for point in points:
        inside = (box[0] - SAME * width <= point[0] <= box[1] + SAME * width
                  and box[2] - SAME * height <= point[1] <= box[3] + SAME * height)  # fmt: skip
        if inside and all(np.hypot((point[0] - k[0]) / width, (point[1] - k[1]) / height) > SAME for k in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)
