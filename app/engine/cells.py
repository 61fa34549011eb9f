"""What feeds one cell: the numbers of a gradient, one by one, whatever the op.

A cell's gradient is added up from products, one for each cell of the result that depends on it.  Which these are is
found with the op's own rules: NaN for a tangent marks whatever it reaches, through a slope of 0 too.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.graph import Graph
from app.engine.op import Array, Op, Shape, shape
from app.engine.passes import partial, pull, push, quiet
from app.engine.record import Run
from app.engine.scalars import one_hot
from app.engine.structure import scale

Cell = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """One product that a cell's gradient is added up from: `cell` is the target's, whose gradient is `upstream`."""

    cell: Cell
    local: float
    upstream: float
    product: float


def feeds(run: Run, target: int, slot: int, cell: Cell) -> list[Feed]:
    """The upstream cells that feed the gradient of one cell of an operand, each with its product; see `first_feeds`."""
    return first_feeds(run, target, slot, cell)[1]


def first_feeds(run: Run, target: int, slot: int, cell: Cell, most: int | None = None) -> tuple[int, list[Feed]]:
    """How many upstream cells feed the gradient of one cell of an operand, and at most `most`, each with its product.

    Their products add up to what this edge contributes to the cell.  A cell that depends on it by a slope of 0 (a
    closed gate, a number that is not the largest) is there too.  Empty where no derivative passes.  Raises BadArgument.
    """
    upstream = run.adjoints.get(target)
    edge = run.edge_at[target, slot] if 0 <= slot < len(run.graph.inputs[target]) else None
    if edge is None or upstream is None or edge.contribution is None:
        check_cell(run.graph, source_of(run.graph, target, slot), cell)
        return 0, []
    g, (cells, locals_) = np.asarray(upstream, float), marked_column(run.graph, target, slot, cell)
    with quiet():
        term = products(run.graph, target, slot, g)
        column = zip(map(tuple, cells[:most].tolist()), locals_[:most].tolist(), strict=True)
        return len(cells), [
            Feed(at, local, float(g[at]), float(g[at] * local if term is None else term[at])) for at, local in column
        ]


def made_from(graph: Graph, target: int, slot: int, cell: Cell) -> list[tuple[Cell, float]]:
    """The cells of an operand that a cell of the result was made from, with their slopes; see `first_made_from`."""
    return first_made_from(graph, target, slot, cell)[1]


def first_made_from(
    graph: Graph, target: int, slot: int, cell: Cell, most: int | None = None
) -> tuple[int, list[tuple[Cell, float]]]:
    """How many cells of an operand a cell of the result was made from, and at most `most`, with their slopes.

    Of a comparison, and of whatever else no derivative passes, the slope is 0.  Raises BadArgument.
    """
    source = source_of(graph, target, slot)
    check_cell(graph, target, cell)
    op = graph.ops[target]
    if not op.carries(slot) and not (op.pointwise or op.view):
        return 0, []
    with quiet():
        if op.pointwise or op.view:
            row = seen_from(op, graph, target, slot)[cell]
            found = [] if row < 0 else [np.unravel_index(row, shape(graph.values[source]))]
            slope = np.asarray(slopes(op, graph, target, slot))[cell] if found and op.carries(slot) else 0.0
            return len(found), [(tuple(int(i) for i in at), float(slope)) for at in found[:most]]
        marked = one_hot(shape(graph.values[target]), place(cell, shape(graph.values[target])))
        probe, line = (
            np.asarray(pull(op, slot, np.where(marked == 1, mark, 0.0)[()], *arguments(graph, target))[1], float)
            for mark in (np.nan, 1.0)
        )
        cells = np.argwhere(np.isnan(probe))
        return len(cells), [(at, float(line[at])) for at in map(tuple, cells[:most].tolist())]


def column_of(graph: Graph, target: int, slot: int, cell: Cell) -> list[tuple[Cell, float]]:
    """The result's cells that depend on one cell of an operand, in C order, with their slopes.  Raises BadArgument."""
    cells, locals_ = marked_column(graph, target, slot, cell)
    return list(zip(map(tuple, cells.tolist()), locals_.tolist(), strict=True))


def marked_column(graph: Graph, target: int, slot: int, cell: Cell) -> tuple[Array, Array]:
    """The same as two arrays: an index per row, and the slopes.

    A tangent of NaN marks the cells: it comes through a slope of 0 too.
    """
    source = source_of(graph, target, slot)
    check_cell(graph, source, cell)
    op = graph.ops[target]
    if not op.carries(slot):
        return np.zeros((0, len(shape(graph.values[target]))), int), np.zeros(0)
    at = place(cell, shape(graph.values[source]))
    with quiet():
        if op.pointwise or op.view:
            found = seen_from(op, graph, target, slot) == at
            column = np.asarray(slopes(op, graph, target, slot), float)
        else:
            marked = one_hot(shape(graph.values[source]), at)
            probe, column = (
                np.asarray(push(op, slot, np.where(marked == 1, mark, 0.0)[()], *arguments(graph, target)), float)
                for mark in (np.nan, 1.0)
            )
            found = np.isnan(probe)
    return np.argwhere(found), np.asarray(column)[found].reshape(-1)


def seen_from(op: Op, graph: Graph, target: int, slot: int) -> Array:
    """For every cell of the result the place of the operand's cell that it sees, -1 where it sees none."""
    forms = [shape(graph.values[s]) for s in graph.inputs[target]]
    ids = np.arange(1, math.prod(forms[slot]) + 1).reshape(forms[slot])
    if op.pointwise:
        return np.broadcast_to(ids - 1, shape(graph.values[target]))
    given = [ids if i == slot else np.zeros(form, int) for i, form in enumerate(forms)]
    return np.asarray(op.forward(*given, **graph.attributes[target])).astype(int) - 1


def slopes(op: Op, graph: Graph, target: int, slot: int) -> Array:
    """The local derivative at every cell of the result, for ops that see one cell there; 1 of a view."""
    inputs, y = arguments(graph, target)[0], graph.values[target]
    return np.ones(shape(y)) if op.view else push(op, slot, np.ones(shape(inputs[slot]))[()], *arguments(graph, target))


def products(graph: Graph, target: int, slot: int, g: Array) -> Array | None:
    """Upstream times local at every cell as the sweep takes it (a closed gate passes 0 even of ∞); None elsewhere."""
    op, (inputs, y, attributes) = graph.ops[target], arguments(graph, target)
    if not op.partials or op.reduces:
        return None
    return np.broadcast_to(np.asarray(scale(g, partial(op, slot, inputs, y, attributes)), float), shape(y))


def arguments(graph: Graph, target: int) -> tuple[list[Array], Array, dict[str, Any]]:
    """What a rule is given: operands, result, attributes."""
    return [graph.values[s] for s in graph.inputs[target]], graph.values[target], graph.attributes[target]


def check_cell(graph: Graph, node: int, cell: Cell) -> None:
    """Raise BadArgument where the node has no such cell."""
    form = shape(graph.values[node])
    if len(cell) != len(form) or any(not 0 <= i < n for i, n in zip(cell, form, strict=True)):
        raise BadArgument(f"cell: {list(cell)} is not in an array of shape {form} — give an index for each axis")


def source_of(graph: Graph, target: int, slot: int) -> int:
    """The node in an operand slot.  Raises BadArgument."""
    if not 0 <= target < len(graph) or not 0 <= slot < len(graph.inputs[target]):
        raise BadArgument(f"edge: node {target} has no operand {slot} — choose an edge of the graph")
    return graph.inputs[target][slot]


def place(at: Cell, form: Shape) -> int:
    """A cell's place in C order."""
    return int(np.ravel_multi_index(at, form)) if form else 0
