"""What all paths together come to: summed forwards path by path sum, and backwards as the sweep has it."""

from collections.abc import Mapping

import numpy as np

from app.engine.graph import Graph
from app.engine.op import shape
from app.engine.passes import quiet, reverse
from app.engine.ways.between import Between


def summed(part: Between, local: Mapping[tuple[int, int], float]) -> float:
    """The sum of the products of all paths from the one source, by dynamic programming: exactly what enumerating them
    would give, but for rounding.
    """
    held: dict[int, float] = {}
    with quiet():
        for node, hops in part.into.items():
            start = 1.0 if node == part.sources[0] else 0.0
            held[node] = start + sum(held[source] * local[target, slot] for source, target, slot in hops)
    return held.get(part.target, 0.0)


def gradient_between(graph: Graph, source: int, target: int) -> float:
    """∂target/∂source of two single numbers, by the backward pass.  Raises DeadlineExceeded."""
    with quiet():
        seed = np.ones(shape(graph.values[target]))[()]
        found = reverse(graph, graph.values, target, seed, (source,))[0].get(source)
    return 0.0 if found is None else float(found)
