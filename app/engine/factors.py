"""Which number of the other operand a slope is, where an op multiplies its operands with each other.

For Y = X W the slope ∂Y[i,j]/∂X[i,k] is the number W[k,j].  Nobody has to say so per op: fixing X at a unit array
leaves a linear map of W, and its transpose shows which numbers of W come through unchanged, and where to.
"""

from collections.abc import Sequence

import numpy as np

from app.engine.cells import Cell, Feed, arguments, place
from app.engine.graph import Graph
from app.engine.op import Array, shape
from app.engine.passes import pull, quiet
from app.engine.scalars import one_hot


def factor_cells(
    graph: Graph, target: int, slot: int, cell: Cell, found: Sequence[Feed]
) -> tuple[int, list[Cell]] | None:
    """The slot of the other factor, and for every feed the cell of it that is its local derivative.

    None where the slopes are no numbers of one other operand: of sums, of exp, of a softmax.
    """
    op, form = graph.ops[target], shape(graph.values[target])
    sources = graph.inputs[target]
    if not found or op.view or op.reduces or not 1 < len(sources) <= 4:
        return None
    marks = np.zeros(form)
    for number, feed in enumerate(found, 1):
        marks[feed.cell] = number
    for other in range(len(sources)):
        if other != slot and op.carries(other):
            cells = _cells(graph, target, slot, other, cell, marks[()], found)
            if cells is not None:
                return other, cells
    return None


def _cells(
    graph: Graph, target: int, slot: int, other: int, cell: Cell, marks: Array, found: Sequence[Feed]
) -> list[Cell] | None:
    """By feed its cell of the operand `other`: where its mark is pulled back to, and where its slope stands."""
    inputs = arguments(graph, target)[0]
    form = shape(inputs[slot])
    unit = one_hot(form, place(cell, form))[()]
    with quiet():
        fixed = ([*inputs[:slot], x, *inputs[slot + 1 :]] for x in (unit, unit * 0.0))
        one, none = (_pulled(graph, target, other, marks, operands) for operands in fixed)
    line, value = one - none, np.asarray(inputs[other], float)
    cells: dict[float, Cell] = {}
    for at in np.argwhere(line != 0).tolist():
        number = float(line[tuple(at)])
        if number in cells:
            return None
        cells[number] = tuple(at)
    if len(cells) != len(found):
        return None
    for number, feed in enumerate(found, 1):
        if number not in cells or not np.array_equal(value[cells[number]], feed.local, equal_nan=True):
            return None
    return [cells[number] for number in range(1, len(found) + 1)]


def _pulled(graph: Graph, target: int, other: int, marks: Array, inputs: list[Array]) -> Array:
    op, attributes = graph.ops[target], graph.attributes[target]
    y = op.compute(inputs, attributes)
    return np.asarray(pull(op, other, marks, inputs, y, attributes)[1], float)
