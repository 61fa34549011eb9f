"""Chains of Jacobians: one way edge by edge, and node by node with whatever lies between."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from app.engine.graph import Graph
from app.engine.jacobian import LARGEST, Jacobian, check_size, contribution, edge_jacobian, jacobian, sizes, swept
from app.engine.op import Array
from app.engine.passes import push, quiet
from app.engine.ways.between import Between, Hop

Tail = Any
"""None, or an edge and the tail behind it."""


def all_ways(part: Between, most: int) -> Iterator[tuple[Hop, ...]]:
    """At most so many paths, from a source on, in the order of the edges."""
    waiting: list[tuple[int, Tail]] = [(part.target, None)] if part.target in part.into else []
    while waiting and most > 0:
        node, tail = waiting.pop()
        if node in part.sources:
            most -= 1
            yield tuple(hops_of(tail))
        waiting += [(hop[0], (hop, tail)) for hop in reversed(part.into[node])]


def hops_of(tail: Tail) -> Iterator[Hop]:
    """The edges of a path that shares its end with others."""
    while tail is not None:
        yield tail[0]
        tail = tail[1]


def way_jacobian(graph: Graph, source: int, hops: Sequence[Hop]) -> Jacobian:
    """The product of the Jacobians along one path, without building them.  Raises TooLarge."""
    target = hops[-1][1] if hops else source
    check_size(graph, source, target)

    def through(sweep: Callable[..., Array], line: Array, hop: Hop) -> Array:
        _, node, slot = hop
        inputs = [graph.values[i] for i in graph.inputs[node]]
        found: Array = sweep(graph.ops[node], slot, line, inputs, graph.values[node], graph.attributes[node])
        return found

    def back(g: Array) -> Array:
        for hop in reversed(hops):
            g = through(contribution, g, hop)
        return g

    def forth(tangent: Array) -> Array:
        for hop in hops:
            tangent = through(push, tangent, hop)
        return tangent

    return swept(graph, source, target, back, forth)


def fits(graph: Graph, source: int, target: int) -> bool:
    """Whether the matrix between two nodes is one to look at."""
    return max(sizes(graph, source, target)) <= LARGEST


def factor(graph: Graph, hop: Hop) -> Array | None:
    """The Jacobian of an edge; None where it is too large to look at."""
    return edge_jacobian(graph, hop[1], hop[2]).matrix if fits(graph, hop[0], hop[1]) else None


@dataclass(frozen=True, slots=True)
class Link:
    """One factor of a chain: the matrix over every way between two nodes, and the product of all up to here."""

    source: int
    target: int
    jacobian: Jacobian
    product: Array


@dataclass(frozen=True)
class Chain:
    """Jacobians multiplied out along nodes; `total` is over every way from the first to the last.

    `complete` says that both agree: then every way leads through all nodes of the chain (or others cancel out).
    """

    links: list[Link]
    total: Jacobian
    complete: bool


def chain(graph: Graph, nodes: Sequence[int]) -> Chain:
    """Of at least two nodes, from the source on.  Raises BadArgument, TooLarge."""
    links: list[Link] = []
    with quiet():
        for source, target in pairwise(nodes):
            found = jacobian(graph, source, target)
            product = found.matrix if not links else found.matrix @ links[-1].product
            links.append(Link(source, target, found, product))
        total = jacobian(graph, nodes[0], nodes[-1])
        largest = float(np.max(np.abs(total.matrix), initial=0.0))
        slack = 1e-12 * (largest if math.isfinite(largest) else 1.0)
        near = np.allclose(links[-1].product, total.matrix, rtol=1e-9, atol=slack, equal_nan=True)
    return Chain(links, total, bool(near))
