"""A net's output, and each of its neurons', over a grid of two inputs (or one), evaluated as one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from app.engine.budget import Budget
from app.engine.op import Array
from app.nets.compile import Net, a_of
from app.nets.evaluate import evaluate
from app.nets.layers.record import Place

WIDEST = 1e100
"""Inputs beyond this are left out where a grid is to be laid over the data."""


@dataclass(frozen=True)
class Grid:
    """Points along one or two of the inputs, `axes`; the others stay at `point`."""

    x: tuple[float, float]
    y: tuple[float, float]
    resolution: int
    axes: tuple[int, ...]
    point: np.ndarray


@dataclass(frozen=True)
class Boundary:
    """Values over the grid: `layers` has by place (units, rows of y, columns of x), or (units, columns) of one axis."""

    xs: np.ndarray
    ys: np.ndarray | None
    layers: Sequence[tuple[Place, Array]]


def over_grid(net: Net, grid: Grid, *, neurons: bool, parameters: Mapping[str, np.ndarray] | None = None,
              budget: Budget | None = None) -> Boundary:  # fmt: skip
    """Every layer that gives a row of units, or the last alone.  Raises LangError, EngineError."""
    xs = np.linspace(*grid.x, grid.resolution)
    ys = np.linspace(*grid.y, grid.resolution) if len(grid.axes) > 1 else None
    points = np.tile(np.ravel(grid.point), ((1 if ys is None else grid.resolution) * grid.resolution, 1))
    points[:, grid.axes[0]] = np.tile(xs, 1 if ys is None else grid.resolution)
    if ys is not None:
        points[:, grid.axes[1]] = np.repeat(ys, grid.resolution)
    found = evaluate(net, points.reshape(-1, *net.configuration.input), parameters, budget)
    shown = [place for place in net.places if len(place.gives) == 1] if neurons else [net.places[-1]]
    sides = (grid.resolution,) if ys is None else (grid.resolution, grid.resolution)
    layers = [(place, np.asarray(found[a_of(place)]).T.reshape(place.gives[0], *sides)) for place in shown]
    return Boundary(xs, ys, layers)


def usual_grid(net: Net, resolution: int, axes: tuple[int, ...]) -> Grid:
    """A little more than the data covers, the other inputs at their means."""
    rows = np.concatenate([net.data.x, net.data.test_x]).reshape(-1, prod(net.configuration.input))
    rows = rows[(np.abs(rows) < WIDEST).all(axis=1)]  # no grid lies between numbers that are not finite
    rows = rows if len(rows) else np.zeros((1, rows.shape[1]))
    ends = []
    for axis in axes:
        low, high = float(rows[:, axis].min()), float(rows[:, axis].max())
        room = 0.1 * (high - low) or 1.0
        ends.append((low - room, high + room))
    return Grid(ends[0], ends[-1], resolution, axes, rows.mean(axis=0))
