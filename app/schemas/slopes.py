"""Local derivatives that need not be sent, because they stand among the values.

The slope of x·y by x is y, that of x + y is 1. Nothing of this is known here: where, for all nodes of one op, an edge's
local derivative is the value of another operand or of the node itself, or 1, to the last bit, the structure says so;
and every later reply is looked through for whether it still is.
"""

import numpy as np

from app.engine.executors.leveled import LeveledRun
from app.engine.op import Array

SENT, ONE = -2, -1
"""Instead of a node: the number itself is sent; it is 1."""


def found_among_values(run: LeveledRun) -> Array:
    """By edge the node whose value its local derivative is, or ONE, or SENT.  int32 [edges]"""
    values, local = _bits(run.values), _bits(run.columns.local)
    found = np.full(len(run.wires.sources), SENT, np.int32)
    for group in run.wires.groups:
        for slot, edges in enumerate(group.edges):
            if not run.wires.flows[edges].any():
                continue
            slopes, others = local[edges], (row for i, row in enumerate(group.inputs) if i != slot)
            if (slopes == ONE_BITS).all():
                found[edges] = ONE
                continue
            nodes = next((each for each in (*others, group.nodes) if (values[each] == slopes).all()), None)
            if nodes is not None:
                found[edges] = nodes
    return found


def still_there(run: LeveledRun, found: Array) -> bool:
    """Whether all that was found among the values is there in this run too."""
    values, local = _bits(run.values), _bits(run.columns.local)
    expected = np.where(found >= 0, values[found], ONE_BITS)
    return bool(((expected == local) | (found == SENT)).all())


def _bits(numbers: Array) -> Array:
    return np.asarray(numbers, np.float64).view(np.int64)


ONE_BITS = np.float64(1).view(np.int64)
