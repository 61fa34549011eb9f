"""A program of single numbers at many points at once: every node an array of lanes, a lane per point."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.engine.graph import Graph, calculate
from app.engine.op import Array
from app.engine.passes import quiet

NUMBERS = 20_000_000
"""Numbers that are computed at once."""


def lanes(graph: Graph, targets: Sequence[int], given: Mapping[int, Array], count: int) -> dict[int, Array]:
    """The values of `targets` at `count` points, where the nodes `given` have these values, a number for each point.

    What depends on none of them keeps its value.  Ops that are not elementwise are computed point by point.
    Raises DeadlineExceeded.
    """
    values: dict[int, Array] = {i: np.asarray(x, float) for i, x in given.items()}
    with quiet():
        for i in cone(graph, given, targets):
            graph.budget.check_time(i)
            op, sources, attributes = graph.ops[i], graph.inputs[i], graph.attributes[i]
            inputs = [values[s] if s in values else graph.values[s] for s in sources]
            if op.pointwise:
                values[i] = calculate(graph.budget, op, inputs, attributes)
            else:
                rows = zip(*(np.broadcast_to(x, count) for x in inputs), strict=True)
                values[i] = np.array([op.compute([np.float64(x) for x in row], attributes) for row in rows])
    return {i: np.array(np.broadcast_to(values[i] if i in values else graph.values[i], count), float) for i in targets}


def cone(graph: Graph, given: Mapping[int, Array], targets: Sequence[int]) -> list[int]:
    """What lies between the nodes given and the targets, in evaluation order."""
    reached = set(given)
    for i in range(min(reached, default=0), max(targets, default=-1) + 1):
        if i not in reached and not reached.isdisjoint(graph.inputs[i]):
            reached.add(i)
    needed = set(targets) & reached
    for i in sorted(reached, reverse=True):
        if i in needed and i not in given:
            needed.update(s for s in graph.inputs[i] if s in reached)
    return sorted(needed - set(given))
