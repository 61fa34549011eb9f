"""Jacobians in full, for looking at: of one edge, of one path, of every way between two nodes.

A matrix is made by pulling a basis cotangent for each row, or by pushing a basis tangent for each column, whichever is
less work.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from app.engine.cells import column_of, place, source_of
from app.engine.errors import BadArgument, TooLarge
from app.engine.graph import Graph
from app.engine.op import Array, Shape, shape
from app.engine.passes import active_nodes, backward_levels, forward_mode, pull, push, quiet, reverse
from app.engine.scalars import element_name, one_hot

LARGEST = 64
"""Rows, and columns, of the largest matrix that is made."""

Sweep = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Jacobian:
    """∂target/∂source: a row for each number of the target, a column for each of the source, both in C order."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    target_shape: Shape
    source_shape: Shape
    matrix: Array

    def vjp(self, cotangent: Array) -> Array:
        """The gradient of the source from that of the target: a row times the matrix."""
        found: Array = np.asarray(cotangent, float).reshape(-1) @ self.matrix
        return found.reshape(self.source_shape)

    def jvp(self, tangent: Array) -> Array:
        """How the target moves with the source: the matrix times a column."""
        found: Array = self.matrix @ np.asarray(tangent, float).reshape(-1)
        return found.reshape(self.target_shape)


# ── the matrix ──────────────────────────────────────────────────────────────────────────────────────────
def edge_jacobian(graph: Graph, target: int, slot: int) -> Jacobian:
    """Of one operand slot of one op; other slots stay as they are, even where they hold the same node.

    Raises BadArgument, TooLarge.
    """
    source = source_of(graph, target, slot)
    check_size(graph, source, target)
    op, attributes, y = graph.ops[target], graph.attributes[target], graph.values[target]
    inputs = [graph.values[s] for s in graph.inputs[target]]
    if not op.carries(slot):
        return filled(graph, source, target, np.zeros(sizes(graph, source, target)))
    if op.pointwise or op.view:
        matrix = np.zeros(sizes(graph, source, target))
        for column, cell in enumerate(np.ndindex(shape(graph.values[source]))):
            for at, local in column_of(graph, target, slot, cell):
                matrix[place(at, shape(y)), column] += local
        return filled(graph, source, target, matrix)
    return swept(
        graph, source, target,
        lambda g: contribution(op, slot, g, inputs, y, attributes), lambda t: push(op, slot, t, inputs, y, attributes),
    )  # fmt: skip


def path_jacobian(graph: Graph, path: Sequence[int]) -> Jacobian:
    """Of one path, given as its nodes from the source on; an edge that is there twice (x·x) counts twice.

    Raises BadArgument, TooLarge.
    """
    hops = list(pairwise(path))
    if not path or any(not 0 <= i < len(graph) for i in path) or any(s not in graph.inputs[t] for s, t in hops):
        raise BadArgument(f"path: {list(path)} is no path, each node must be an operand of the next — follow its edges")
    check_size(graph, path[0], path[-1])

    def hop(sweep: Callable[..., Array], line: Array, s: int, t: int, end: int) -> Array:
        op, inputs = graph.ops[t], [graph.values[i] for i in graph.inputs[t]]
        found = np.zeros(shape(graph.values[end]))
        for slot, source in enumerate(graph.inputs[t]):
            if source == s and op.carries(slot):
                found = found + sweep(op, slot, line, inputs, graph.values[t], graph.attributes[t])
        return found

    def back(g: Array) -> Array:
        for s, t in reversed(hops):
            g = hop(contribution, g, s, t, s)
        return g

    def forth(x: Array) -> Array:
        for s, t in hops:
            x = hop(push, x, s, t, t)
        return x

    return swept(graph, path[0], path[-1], back, forth)


def jacobian(graph: Graph, source: int, target: int) -> Jacobian:
    """Over every way from one node to another; zeros where there is none.  Raises BadArgument, TooLarge."""
    for i in (source, target):
        if not 0 <= i < len(graph):
            raise BadArgument(f"jacobian: there is no node {i}, the graph has {len(graph)} — use a node of it")
    check_size(graph, source, target)
    among = active_nodes(graph, target, (source,))

    def back(g: Array) -> Array:
        found = reverse(graph, graph.values, target, g, (source,))[0].get(source)
        return np.zeros(shape(graph.values[source])) if found is None else found

    def forth(t: Array) -> Array:
        return forward_mode(graph, graph.values, {source: t}, among - {source}).get(
            target, np.zeros(shape(graph.values[target]))
        )

    return swept(graph, source, target, back, forth)


def output_jacobian(graph: Graph, output: int, wrt: Iterable[int]) -> dict[int, Array]:
    """∂output/∂node for each of `wrt`, of the output's shape followed by the node's: one sweep for each number.

    Whoever calls vouches for the size.  Raises DeadlineExceeded.
    """
    nodes, form = tuple(dict.fromkeys(wrt)), shape(graph.values[output])
    count = int(np.size(graph.values[output]))
    levels = backward_levels(graph, output, active_nodes(graph, output, nodes))
    rows = {node: np.zeros((count, *shape(graph.values[node]))) for node in nodes}
    with quiet():
        for i in range(count):
            graph.budget.check_time(i)
            found = reverse(graph, graph.values, output, one_hot(form, i)[()], nodes, levels)[0]
            for node in nodes:
                if node in found:
                    rows[node][i] = found[node]
    return {node: found.reshape(form + shape(graph.values[node])) for node, found in rows.items()}


def contribution(*edge: Any) -> Array:
    """What a pulled edge contributes."""
    return pull(*edge)[1]


def swept(graph: Graph, source: int, target: int, back: Sweep, forth: Sweep) -> Jacobian:
    """By rows backwards or by columns forwards, whichever are fewer."""
    rows, columns = sizes(graph, source, target)
    by_rows = rows <= columns
    sweep, form, count = (back, target, rows) if by_rows else (forth, source, columns)
    matrix = np.zeros((rows, columns))
    with quiet():
        for i in range(count):
            graph.budget.check_time(i)
            line = np.asarray(sweep(one_hot(shape(graph.values[form]), i)[()]), float).reshape(-1)
            matrix[i if by_rows else slice(None), slice(None) if by_rows else i] = line
    return filled(graph, source, target, matrix)


# ── labels and sizes ────────────────────────────────────────────────────────────────────────────────────
def filled(graph: Graph, source: int, target: int, matrix: Array) -> Jacobian:
    """The matrix with its labels."""
    return Jacobian(
        labels(graph, target), labels(graph, source), shape(graph.values[target]), shape(graph.values[source]), matrix
    )


def labels(graph: Graph, node: int) -> tuple[str, ...]:
    """`W[0,1]` for every element; a node without a name goes by its id."""
    name = graph.names[node] or f"n{node}"
    return tuple(element_name(name, at) for at in np.ndindex(shape(graph.values[node])))


def sizes(graph: Graph, source: int, target: int) -> tuple[int, int]:
    """Rows and columns."""
    return int(np.size(graph.values[target])), int(np.size(graph.values[source]))


def check_size(graph: Graph, source: int, target: int) -> None:
    """Raise TooLarge where nobody could look at the matrix."""
    rows, columns = sizes(graph, source, target)
    if max(rows, columns) > LARGEST:
        raise TooLarge(
            f"jacobian: it is {rows:,} × {columns:,}, the limit is {LARGEST} × {LARGEST} — choose smaller nodes",
            limit=LARGEST, reached=max(rows, columns),
        )  # fmt: skip


def why_nobody_builds_it(rows: int, columns: int) -> str:
    """What the matrix would take, and what a sweep takes instead."""
    return (
        f"The full Jacobian has {rows:,} × {columns:,} = {rows * columns:,} numbers. Backpropagation never builds it:"
        f" from the {rows:,} of the upstream gradient it goes straight to the {columns:,} of this one, row × matrix."
    )
