"""The arrays of a program whose scalar nodes are asked for, and which scalar nodes are elements of which array.

Scalar nodes are numbered as `scalars.unfold` numbers them, but nothing is unfolded: a sum of n numbers makes n − 1 (its
partial sums from left to right), a view none, what has a definition what its definition makes, and everything else as
many as its result has numbers.
"""

import operator
from dataclasses import dataclass
from math import prod

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import BadArgument
from app.engine.graph import Graph
from app.engine.op import Array, Op, Shape, shape
from app.engine.passes import quiet


@dataclass(frozen=True, slots=True)
class Region:
    """The scalar nodes of one array node: from `start` on, in C order of `form`.

    That is the array's own form; of a sum with one axis more, for the partial sums.
    """

    start: int
    form: Shape
    sums: bool = False

    @property
    def stop(self) -> int:
        """The first scalar node behind it."""
        return self.start + prod(self.form)

    def of(self, vector: Array) -> Array:
        """Its part of a vector over all scalar nodes."""
        return vector[self.start : self.stop].reshape(self.form)


@dataclass(frozen=True, slots=True)
class Opened:
    """A graph without definitions left to open; `places` says where each node of the original went.

    `regions` has the scalar nodes of each node; views have none.
    """

    graph: Graph
    places: list[int]
    regions: list[Region | None]
    count: int


def open_up(graph: Graph) -> Opened:
    """Every op opened, every scalar node numbered.

    Raises BadArgument for what needs every single number: products, definitions that compute otherwise; TooLarge.
    """
    limits = graph.budget
    out = Graph(Budget(limits.nodes, limits.elements, limits.total_elements, limits.deadline))
    places: list[int] = []
    with quiet():
        for i, sources in enumerate(graph.inputs):
            places.append(_open(out, graph, i, [places[s] for s in sources]))
        regions, count = numbered(out)
    return Opened(out, places, regions, count)


def _open(out: Graph, graph: Graph, i: int, sources: list[int]) -> int:
    """One node in `out`: as it is, or its definition, opened in its turn."""
    op, attributes = graph.ops[i], graph.attributes[i]
    if not opens(op):
        out.append(op, tuple(sources), attributes, graph.values[i])
        return len(out) - 1
    inner = Graph(out.budget)
    nodes = [inner.leaf(out.values[s], f"x{slot}") for slot, s in enumerate(sources)]
    result = op.detail(*nodes, **attributes)  # type: ignore[misc]
    for j in range(len(nodes), len(inner)):
        sources.append(_open(out, inner, j, [sources[s] for s in inner.inputs[j]]))
    last: int = result.id
    return sources[last]


def opens(op: Op) -> bool:
    """Whether an op is seen as its definition.  Raises BadArgument where the definition computes something else.

    A linear op's definition differs from it by no more than rounding.
    """
    if op.view or op.pointwise or op.fold is operator.add or (op.detail is None and op.fold is None):
        return False
    if op.fold is not None or not (op.forward is op.detail or op.transposes):
        raise BadArgument(f"{op.name}: its scalar nodes are no elements of arrays — run it unfolded")
    return True


def numbered(graph: Graph) -> tuple[list[Region | None], int]:
    """The scalar nodes of each array node, and how many there are in all.  Raises BadArgument."""
    regions: list[Region | None] = []
    count = 0
    for i, op in enumerate(graph.ops):
        region = _region(graph, i, op, count)
        regions.append(region)
        count = region.stop if region is not None else count
    return regions, count


def _region(graph: Graph, i: int, op: Op, start: int) -> Region | None:
    form = shape(graph.values[i])
    if op.view:
        _refuse_filling(graph, i, op)
        return None
    if op.fold is None:
        return Region(start, form)
    added = shape(graph.values[graph.inputs[i][0]])
    length = prod(added[axis] for axis in graph.attributes[i]["axis"])
    if length == 0:
        raise BadArgument(f"{op.name}: it adds up nothing — run it unfolded")
    return Region(start, (*form, length - 1), sums=True)


def _refuse_filling(graph: Graph, i: int, op: Op) -> None:
    """A view that puts in numbers of its own makes constants, one for each different number."""
    sources = [np.zeros(shape(graph.values[s])) for s in graph.inputs[i]]
    ones = [x + 1.0 for x in sources]
    attributes = graph.attributes[i]
    if np.any(op.forward(*ones, **attributes) == op.forward(*sources, **attributes)):
        raise BadArgument(f"{op.name}: it puts in numbers of its own — run it unfolded")

