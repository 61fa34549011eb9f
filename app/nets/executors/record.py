"""What a training loop asks of an executor, and the flat vectors that parameters and gradients are kept in."""

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any, Protocol

import numpy as np

Array = np.ndarray
Shape = tuple[int, ...]


class Layout:
    """Where each parameter stands in a flat vector: one after the other, in the net's order, rows first."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = dict(shapes)
        self.size = sum(prod(shape) for shape in self.shapes.values())
        ends = np.cumsum([prod(shape) for shape in self.shapes.values()]).tolist()
        starts = [0, *ends[:-1]]
        self.slices = {name: slice(a, b) for name, a, b in zip(self.shapes, starts, ends, strict=True)}

    def split(self, flat: Array) -> dict[str, Array]:
        """Views of a flat vector, by name in each parameter's shape."""
        return {name: flat[self.slices[name]].reshape(shape) for name, shape in self.shapes.items()}

    def joined(self, arrays: Mapping[str, Array]) -> Array:
        """A new flat vector of arrays by name."""
        if not self.shapes:
            return np.empty(0)
        return np.concatenate([np.asarray(arrays[name], float).ravel() for name in self.shapes])

    def where(self, names: Iterable[str]) -> Array:
        """Which places belong to these parameters (bool)."""
        found = np.zeros(self.size, bool)
        for name in names:
            found[self.slices[name]] = True
        return found


class Executor(Protocol):
    """Computes with the parameters in `values`, a flat vector of its own, in the layout's order moved by `order`.

    `values[i]` is the number at place `order[i]` of the layout; `gradient` is kept in the same way.  Batches are made
    from the rows of the training data once and used as often as they come.
    """

    layout: Layout
    order: Array
    values: Array
    gradient: Array

    def batch(self, rows: Array | None) -> Any:
        """These rows of the training data (None: all), made ready."""

    def batches(self, order: Array, size: int) -> list[Any]:
        """All of the training data in this order, cut into batches of this size, the last one smaller."""

    def backward(self, batch: Any, step: int) -> None:
        """Fill `gradient` for a batch at the present values; `step` seeds what is drawn at random."""

    def loss(self) -> float:
        """The loss of the batch that was last given to `backward`, what regularisers add included."""

    def outputs(self, x: Array) -> Array:
        """The last layer's output (n, outputs) for inputs (n, *input), nothing dropped out."""

    def loss_of(self, x: Array, y: Array) -> float:
        """The loss over other examples, without what regularisers add."""

    def seconds(self) -> float:
        """That the loss over the training examples takes, roughly: told from how much is computed, not measured."""
