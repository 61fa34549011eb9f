"""A graph of single numbers as NumPy columns: its edges, its levels, and its nodes grouped by op."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.graph import Graph
from app.engine.op import Array, Op


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of one op with the same attributes; `inputs` and `edges` have a row per slot."""

    op: Op
    attributes: dict[str, Any]
    nodes: Array
    inputs: Array
    edges: Array

    def part(self, which: Array) -> "Group":
        """Some of its nodes."""
        return Group(self.op, self.attributes, self.nodes[which], self.inputs[:, which], self.edges[:, which])


@dataclass(frozen=True, slots=True)
class Wiring:
    """Edges go by target, then by slot; those of a target begin at `starts[target]`.

    `levels` is the longest way from the leaves, `levels_backward` the longest way from the output, −1 where no
    gradient flows; `flows` says through which edges it does.
    """

    sources: Array
    targets: Array
    slots: Array
    starts: Array
    levels: Array
    levels_backward: Array
    flows: Array
    groups: list[Group]


def wiring(graph: Graph, output: int, wrt: Iterable[int]) -> Wiring:
    """The columns of a graph.

    Raises BadArgument where a node is no float, or an op is no elementwise one with derivatives of its own.
    """
    _refuse(graph)
    count = len(graph)
    arity = np.fromiter(map(len, graph.inputs), np.int32, count)
    starts = np.concatenate([[0], np.cumsum(arity)])
    sources = np.fromiter(chain.from_iterable(graph.inputs), np.int32, int(starts[-1]))
    targets = np.repeat(np.arange(count, dtype=np.int32), arity)
    slots = np.arange(len(sources), dtype=np.int32) - starts[targets].astype(np.int32)
    groups = list(_groups(graph, starts, sources))
    levels = _forward_levels(graph)
    carries = np.zeros(len(sources), bool)
    for group in groups:
        for slot, edges in enumerate(group.edges):
            carries[edges] = group.op.carries(slot)
    backward = _levels_backward(by_level(levels[targets]), sources, targets, carries, count, output, list(wrt))
    flows = carries & (backward[sources] >= 0) & (backward[targets] >= 0)
    return Wiring(sources, targets, slots, starts, levels, backward, flows, groups)


def by_level(levels: Array) -> list[Array]:
    """The places of each level, from 0 on, in order."""
    order = np.argsort(levels, kind="stable")
    return np.split(order, np.cumsum(np.bincount(levels))[:-1]) if len(levels) else []


def _refuse(graph: Graph) -> None:
    for op in set(graph.ops):
        if not op.leaf and not (op.partials and op.pointwise):
            raise BadArgument(f"{op.name}: it has no derivative for each element — sweep the graph instead")
    if any(not isinstance(value, float) for value in graph.values):
        raise BadArgument("graph: it holds arrays or conditions — unfold it, or sweep it instead")


def _groups(graph: Graph, starts: Array, sources: Array) -> Iterator[Group]:
    """In the order of their first nodes."""
    found: dict[Any, list[int]] = {}
    for node, (op, attributes) in enumerate(zip(graph.ops, graph.attributes, strict=True)):
        if not op.leaf:
            found.setdefault((op, tuple(sorted(attributes.items())) if attributes else ()), []).append(node)
    for (op, _), listed in found.items():
        nodes = np.array(listed)
        edges = starts[nodes] + np.arange(len(op.slots))[:, None]
        yield Group(op, graph.attributes[listed[0]], nodes, sources[edges], edges)


def _forward_levels(graph: Graph) -> Array:
    levels: list[int] = []
    for sources in graph.inputs:
        levels.append(1 + max([levels[s] for s in sources]) if sources else 0)
    return np.array(levels, np.int32)


def _levels_backward(
    layers: list[Array], sources: Array, targets: Array, carries: Array, count: int, output: int, wrt: list[int]
) -> Array:
    """By layers of edges, which go by the level of their targets: as `passes.backward_levels` of the active nodes."""
    reached = np.zeros(count, bool)
    reached[wrt] = True
    for edges in layers:
        edges = edges[reached[sources[edges]] & carries[edges]]
        reached[targets[edges]] = True
    found = np.full(count, -1, np.int32)
    found[output] = 0
    if reached[output]:
        for edges in reversed(layers):
            edges = edges[(found[targets[edges]] >= 0) & reached[sources[edges]] & carries[edges]]
            np.maximum.at(found, sources[edges], found[targets[edges]] + 1)
    return found
