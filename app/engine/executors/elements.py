"""Re-runs of an array program with every scalar node's value and gradient, computed as arrays.

The scalar nodes are elements of arrays (products, partial sums, results), so NumPy computes them a whole array at a
time, each into its place in one vector of values and one of gradients.  What is run is the graph and its gradient
graph; all memory is laid out beforehand, so that views cost nothing and a run is a list of calls.

Values and gradients are those of the unfolded graph up to rounding: sums of more than 65,536 numbers add from left to
right here, and a gradient adds its contributions in the order of the array's axes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.executors.gradient_plan import copy_of, reached
from app.engine.executors.opened import Opened, Region, open_up
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT, Array, Op, shape
from app.engine.passes import differentiate, quiet
from app.engine.structure import lined_up, sum_

Step = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Elements:
    """An array program that can be run again and again, by one thread at a time.

    `inputs` are its input nodes; `reaches` says which scalar nodes belong to arrays that have a gradient (an element
    that the output does not use has gradient 0 then, where the unfolded graph has none).
    """

    inputs: tuple[int, ...]
    reaches: Array
    opened: Opened
    _given: Sequence[Array]
    _values: Array
    _gradients: Array
    _steps: Sequence[Step]

    def nodes_of(self, node: int) -> Array:
        """The scalar nodes of a node of the program, in its shape; none for a view.  Of a sum with its partial sums."""
        region = self.opened.regions[self.opened.places[node]]
        return np.arange(region.start, region.stop).reshape(region.form) if region is not None else np.empty(0, int)

    def made_by(self, op: str) -> Array:
        """All scalar nodes of ops of this name."""
        found = [r for r, each in zip(self.opened.regions, self.opened.graph.ops, strict=True) if each.name == op]
        return np.concatenate([np.empty(0, int), *(np.arange(r.start, r.stop) for r in found if r is not None)])

    def run(self, leaves: Mapping[int, Array] | None = None) -> tuple[Array, Array]:
        """Values and gradients by scalar node; both stay as they are until the next run.

        New values for inputs stay for later runs.  Raises BadArgument for what is not an input, or has another shape.
        """
        for node, value in (leaves or {}).items():
            if node not in self.inputs:
                raise BadArgument(f"inputs: node {node} is not an input — the inputs are {self.inputs}")
            place = self._given[self.inputs.index(node)]
            form = np.shape(value)
            if form != place.shape:
                raise BadArgument(f"inputs: node {node} has shape {place.shape}, not {form} — keep its shape")
            place[...] = value
        with quiet():
            for step in self._steps:
                step()
        return self._values, self._gradients


def compile_elements(graph: Graph, output: int, wrt: Iterable[int] | None = None) -> Elements:
    """The run of an array graph whose output is a single number.

    Raises BadArgument where the output is an array, or an op needs every single number; TooLarge.
    """
    if shape(graph.values[output]) != ():
        raise BadArgument(f"output: it has shape {shape(graph.values[output])}, it must be a single number")
    opened = open_up(graph)
    asked = graph.input_ids() if wrt is None else tuple(wrt)
    memory = Memory(opened, opened.places[output], [opened.places[i] for i in asked])
    inputs = graph.input_ids()
    return Elements(
        inputs, memory.reaches, opened, [memory.arrays[opened.places[i]] for i in inputs],
        memory.values, memory.gradients, memory.steps,
    )  # fmt: skip


class Memory:
    """Where every array of the graph and of its gradient graph lies, and the steps that fill it."""

    def __init__(self, opened: Opened, output: int, wrt: Sequence[int]) -> None:
        self.values, self.gradients = np.zeros(opened.count), np.zeros(opened.count)
        self.reaches = np.zeros(opened.count, bool)
        self.steps: list[Step] = []
        self.arrays: dict[int, Array] = {}
        self._regions, self._written = opened.regions, len(opened.graph)
        self._graph = copy_of(opened.graph)
        adjoints, _ = differentiate(Node(self._graph, output), [Node(self._graph, i) for i in wrt])
        for i in wrt:
            adjoints.setdefault(i, self._graph.constant(np.zeros(shape(opened.graph.values[i]))))
        self._homes = {adjoint.id: region for i, adjoint in adjoints.items()
                       if (region := self._regions[i]) is not None and not region.sums}  # fmt: skip
        for i in reached(self._graph, [*range(self._written), *(adjoint.id for adjoint in adjoints.values())]):
            self.arrays[i] = self._placed(i)
        for i, adjoint in adjoints.items():
            self._keep_gradient(self._regions[i], adjoint.id)

    # ── values ──────────────────────────────────────────────────────────────────────────────────────────
    def _placed(self, i: int) -> Array:
        """The array of a node; the steps that fill it are added."""
        op, attributes = self._graph.ops[i], self._graph.attributes[i]
        operands = [self.arrays[s] for s in self._graph.inputs[i]]
        if op.leaf:
            return self._leaf(i)
        if op.view and len(operands) == 1:
            seen = np.asarray(op.forward(operands[0], **attributes))
            if np.may_share_memory(seen, operands[0]):
                return seen
        if op is sum_:
            return self._sum(i, operands[0], **attributes)
        return self._computed(i, op, operands)

    def _leaf(self, i: int) -> Array:
        room = self._room(i)
        room[...] = self._graph.values[i]
        self._keep_mask(i, room, once=True)
        return room

    def _room(self, i: int) -> Array:
        """Memory for a node: among the values, among the gradients, or of its own."""
        value = np.asarray(self._graph.values[i])
        region = self._regions[i] if i < self._written else self._homes.get(i)
        if region is None or value.dtype == np.bool_:
            return np.empty(value.shape, value.dtype)
        return region.of(self.values if i < self._written else self.gradients)

    def _computed(self, i: int, op: Op, operands: list[Array]) -> Array:
        room = self._room(i)
        if isinstance(op.forward, np.ufunc):
            self.steps.append(partial(op.forward, *operands, room))
        else:
            forward = partial(op.forward, *operands, **self._graph.attributes[i])
            self.steps.append(lambda: np.copyto(room, forward()))
        self._keep_mask(i, room)
        return room

    def _keep_mask(self, i: int, room: Array, once: bool = False) -> None:
        """Conditions are computed as such; among the values they stand as 1 and 0."""
        region = self._regions[i] if i < self._written else None
        if region is not None and room.dtype == np.bool_:
            self._copy(region.of(self.values), room, once)

    def _sum(self, i: int, x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
        """From left to right.  Over leading axes NumPy adds whole rows in that order, and keeps no partial sums."""
        rest = x.size // prod(x.shape[a] for a in axis)
        if i >= self._written and rest > 1 and axis == tuple(range(len(axis))) and x.flags.c_contiguous:
            room = self._room(i)
            self.steps.append(partial(np.add.reduce, x.reshape(-1, rest), 0, None, room.reshape(rest)))
            return room
        lines = self._lines(x, axis, rest)
        sums = np.empty(lines.shape)
        self.steps.append(partial(np.add.accumulate, lines, 1, None, sums))
        region = self._regions[i] if i < self._written else None
        if region is not None:
            self._copy(region.of(self.values).reshape(rest, -1), sums[:, 1:])
        return sums[:, -1].reshape(shape(self._graph.values[i]))

    def _lines(self, x: Array, axis: tuple[int, ...], rest: int) -> Array:
        """What is added up, a row for each sum; copied where it lies otherwise."""
        lines = lined_up(x, axis).reshape(rest, -1)
        if not np.may_share_memory(lines, x):
            moved = x.transpose([*(a for a in range(x.ndim) if a not in axis), *axis])
            lines = np.empty(lines.shape)
            self._copy(lines.reshape(moved.shape), moved)
        return lines

    # ── gradients ───────────────────────────────────────────────────────────────────────────────────────
    def _keep_gradient(self, region: Region | None, adjoint: int) -> None:
        """The gradient of an array at the places of its scalar nodes; every partial sum has its sum's."""
        if region is None:
            return
        self.reaches[region.start : region.stop] = True
        place, found = region.of(self.gradients), self.arrays[adjoint]
        if not np.may_share_memory(place, found):
            once = self._graph.ops[adjoint] is CONSTANT
            self._copy(place, found[..., None] if region.sums else found, once)

    def _copy(self, target: Array, source: Array, once: bool = False) -> None:
        if once:
            target[...] = source
        else:
            self.steps.append(partial(np.copyto, target, source))
