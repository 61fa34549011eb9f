"""Derivatives of higher order, by differentiating the graph, and the graph of its derivative, again and again."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.graph import Graph, Node
from app.engine.op import Array, shape
from app.engine.passes import tangent_graph

MOST_NODES = 30_000
"""Nodes that derivatives may add to a graph."""


def copied(graph: Graph, output: int, more: int) -> Graph:
    """The graph up to a node, that may grow by `more` nodes; the original stays as it is."""
    limits = graph.budget
    budget = Budget(output + 1 + more, limits.elements, limits.total_elements, limits.deadline)
    found, end = Graph(budget), output + 1
    found.ops, found.inputs, found.attributes = graph.ops[:end], graph.inputs[:end], graph.attributes[:end]
    found.values, found.names, found.scopes = graph.values[:end], graph.names[:end], graph.scopes[:end]
    found.spans, found.origins = graph.spans[:end], graph.origins[:end]
    return found


def derivatives_along(
    graph: Graph, output: int, direction: Mapping[int, Array], order: int, most: int = MOST_NODES
) -> tuple[list[Array], int]:
    """d/ds, d²/ds², … of node `output` at s = 0, where the nodes of `direction` move by s times their arrays.

    Each has the output's shape.  There are fewer than `order` where the graph would grow by more than `most` nodes.
    The second number is by how many it grew.  Raises DeadlineExceeded.
    """
    grown = copied(graph, output, most)
    found: list[Array] = []
    with grown.deriving(("seed", output, 0)):
        tangents = {Node(grown, node): grown.constant(along) for node, along in direction.items()}
    last: Any = Node(grown, output)
    for _ in range(order):
        try:
            last = tangent_graph(last, tangents) if isinstance(last, Node) else None
        except TooLarge:
            break
        found.append(np.zeros(shape(graph.values[output]))[()] if last is None else getattr(last, "value", last))
    return found, len(grown) - output - 1
