"""Runs of a graph of single numbers, level by level: every op of a level at once, as NumPy computes arrays.

A run costs some microseconds a level and nanoseconds a node, so it suits graphs that are wide: `wiring` takes them
apart once, after which any numbers can be run.  Sums are made in the order of the sweep, so both agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from app.engine.executors.wiring import Group, Wiring, by_level, wiring
from app.engine.graph import Graph
from app.engine.notes import non_finite_gradient, non_finite_value, of_node, output_not_scalar, unused_inputs
from app.engine.op import Array
from app.engine.passes import EdgeKey, backward_order, quiet
from app.engine.record import Edge, Note, Run

Order = tuple[Array, Array, Array]
"""Edges that pull together, their sources and their targets."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The numbers of a run: by node, and by edge where gradient flows (elsewhere they mean nothing)."""

    values: Array
    gradients: Array
    local: Array
    contribution: Array


class EdgeTable(Mapping[EdgeKey, Edge]):
    """Edges by (target, slot), made when they are asked for."""

    def __init__(self, wires: Wiring, columns: Columns) -> None:
        self._wires, self._columns = wires, columns

    def __getitem__(self, key: EdgeKey) -> Edge:
        target, slot = key
        at = int(self._wires.starts[target]) + slot
        if not 0 <= at < int(self._wires.starts[target + 1]):
            raise KeyError(key)
        source = int(self._wires.sources[at])
        if not self._wires.flows[at]:
            return Edge(source, target, slot)
        found = self._columns
        return Edge(source, target, slot, found.local[at], found.gradients[target], found.contribution[at])

    def __len__(self) -> int:
        return len(self._wires.sources)

    def __iter__(self) -> Any:
        return zip(self._wires.targets.tolist(), self._wires.slots.tolist(), strict=True)


class PulledTable(Mapping[EdgeKey, tuple[Array | None, Array]]):
    """Local derivatives and contributions by (target, slot), where gradient flows."""

    def __init__(self, wires: Wiring, columns: Columns) -> None:
        self._wires, self._columns = wires, columns

    def __getitem__(self, key: EdgeKey) -> tuple[Array | None, Array]:
        target, slot = key
        at = int(self._wires.starts[target]) + slot
        if not at < int(self._wires.starts[target + 1]) or not self._wires.flows[at]:
            raise KeyError(key)
        return self._columns.local[at], self._columns.contribution[at]

    def __len__(self) -> int:
        return int(np.count_nonzero(self._wires.flows))

    def __iter__(self) -> Any:
        flows = self._wires.flows
        return zip(self._wires.targets[flows].tolist(), self._wires.slots[flows].tolist(), strict=True)


@dataclass(kw_only=True)
class LeveledRun(Run):
    """A run whose numbers are columns: `adjoints` and `edges` are empty, `edge_at` makes edges where asked for."""

    wires: Wiring
    columns: Columns
    has_gradient: Array

    @property
    def edges(self) -> list[Edge]:
        """None: `edge_at` has them."""
        return []

    @property
    def edge_at(self) -> Mapping[EdgeKey, Edge]:  # type: ignore[override]
        """Edges by (target, slot)."""
        return EdgeTable(self.wires, self.columns)


class Leveled:
    """A graph of single numbers that can be run again and again with other values."""

    def __init__(self, graph: Graph, output: int, wrt: Iterable[int]) -> None:
        """`has_gradient`: which nodes have one, those it flows to, the output, what is asked for.

        Raises BadArgument for what `wiring` refuses.
        """
        self.graph, self.output, self.wrt = graph, output, tuple(wrt)
        self.wires = wires = wiring(graph, output, self.wrt)
        self._flowing = [self._pulled(group) for group in wires.groups]
        depth = np.where(wires.flows, wires.levels_backward[wires.targets], -1)
        self._back = [self._order(edges) for edges in by_level(depth + 1)[1:] if len(edges)]
        self.has_gradient = wires.levels_backward >= 0
        self.has_gradient[list(self.wrt)] = True

    @property
    def deep(self) -> bool:
        """Whether it has so many levels that a sweep is as fast."""
        return 16 * int(self.wires.levels.max(initial=0)) > len(self.graph)

    def _pulled(self, group: Group) -> list[int]:
        """The slots through which gradient flows anywhere."""
        return [slot for slot, edges in enumerate(group.edges) if self.wires.flows[edges].any()]

    def _order(self, edges: Array) -> Order:
        return edges, self.wires.sources[edges], self.wires.targets[edges]

    def missing(self, given: Array) -> list[Group]:
        """The nodes that are not given, in parts to be computed one after the other."""
        parts = [part for group in self.wires.groups for part in self._missing(group, given)]
        return sorted(parts, key=lambda part: int(self.wires.levels[part.nodes[0]]))

    def _missing(self, group: Group, given: Array) -> Iterable[Group]:
        rest = group.part(~given[group.nodes])
        return (rest.part(which) for which in by_level(self.wires.levels[rest.nodes]) if len(which))

    def backward(self, values: Array, seed: float = 1.0) -> Columns:
        """Every gradient, local derivative and contribution at these values."""
        wires = self.wires
        local, mask = np.zeros(len(wires.sources)), np.zeros(len(wires.sources), bool)
        contribution = np.zeros(len(wires.sources))
        gradients = np.full(len(values), -0.0)  # what is added to −0 stays what it is, −0 too
        gradients[self.output] = seed
        with quiet():
            for group, slots in zip(wires.groups, self._flowing, strict=True):
                inputs, y = values[group.inputs], values[group.nodes]
                for slot in slots:
                    found = np.asarray(group.op.partials[slot](*inputs, y, **group.attributes))  # type: ignore[misc]
                    local[group.edges[slot]] = found
                    mask[group.edges[slot]] = found.dtype == np.bool_
            for edges, sources, targets in self._back:
                terms = gradients[targets] * local[edges]
                masked = mask[edges]
                if masked.any():  # a closed gate passes 0 even for ∞
                    terms = np.where(masked, np.where(local[edges] != 0, gradients[targets], 0.0), terms)
                contribution[edges] = terms
                np.add.at(gradients, sources, terms)
        gradients[wires.levels_backward < 0] = 0.0
        return Columns(values, gradients, local, contribution)


def compute(parts: Iterable[Group], values: Array) -> None:
    """Fills in the values of parts, each after those that it takes."""
    with quiet():
        for part in parts:
            values[part.nodes] = part.op.forward(*values[part.inputs], **part.attributes)


def notes(run: LeveledRun) -> list[Note]:
    """As `notes.notes`; only nodes that have something to say are asked."""
    wires, columns = run.wires, run.columns
    with quiet():
        found = [*output_not_scalar(run)]
        if (run.has_gradient & (wires.levels_backward < 0)).any():
            found += unused_inputs(run)
        if not np.isfinite(columns.values).all():
            found += non_finite_value(run)
        if not np.isfinite(columns.contribution).all() or not np.isfinite(run.seed):
            run.order = backward_order({i: level for i, level in enumerate(run.levels_backward) if level >= 0})
            found += non_finite_gradient(run)
        nodes = sorted(chain.from_iterable(_worth_a_look(group, wires, columns) for group in wires.groups))
        return [*found, *chain.from_iterable(of_node(run, node) for node in nodes)]


def _worth_a_look(group: Group, wires: Wiring, columns: Columns) -> list[int]:
    """Nodes of a group at kinks or ties, shut or saturated; where gradient comes by."""
    op, inputs = group.op, columns.values[group.inputs]
    found = np.zeros(len(group.nodes), bool)
    for where in (op.kinks, op.ties):
        if where is not None:
            found |= np.asarray(where(*inputs, **group.attributes))
    flat = np.abs(columns.local[group.edges])
    if op.gate:
        found |= (flat == 0).all(axis=0)
    if op.saturates is not None:
        found |= (flat < op.saturates).any(axis=0)
    nodes: list[int] = group.nodes[found & (wires.levels_backward[group.nodes] >= 0)].tolist()
    return nodes
