"""A graph that is run again with other leaves: what to do is worked out once, and no edge is kept.

Values and adjoints are those of `Graph` and `reverse`, to the last bit: the same ops, the same rules, and the same
order of adding.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Graph, as_value, calculate
from app.engine.op import Array, Op, Operands
from app.engine.passes import backward_levels, backward_order, pull, pull_heavy, quiet

Attributes = Mapping[int, Mapping[str, Any]]
"""By node, what takes the place of its own attributes in one run."""


class Call(NamedTuple):
    """A node that is computed, or a target that pulls through `slots`: (slot, source)."""

    node: int
    op: Op
    sources: tuple[int, ...]
    slots: tuple[tuple[int, int], ...] = ()


class Again:
    """What runs of one graph have in common.

    `changing` are the leaves that get other values, `wanted` the nodes whose values are asked for; of others only what
    those depend on is computed, and once for all what depends on no changing leaf.
    """

    def __init__(self, graph: Graph, changing: Iterable[int], wanted: Iterable[int]) -> None:
        self.attributes = list(graph.attributes)
        needed, moved = set(wanted), set(changing)
        for node in range(len(graph) - 1, -1, -1):
            if node in needed:
                needed.update(graph.inputs[node])
        self._forward: list[Call] = []
        for node, sources in enumerate(graph.inputs):
            if node in needed and not moved.isdisjoint(sources):
                moved.add(node)
                self._forward.append(Call(node, graph.ops[node], sources))
        self._still = [None if node in moved or node not in needed else graph.values[node]
                       for node in range(len(graph))]  # fmt: skip

    def values(self, leaves: Mapping[int, Any], budget: Budget, attributes: Attributes | None = None) -> list[Array]:
        """By node; None where nothing that is wanted depends on it.  `leaves` must have every changing leaf.

        Raises ShapeMismatch, DeadlineExceeded.
        """
        found, others, watched = list(self._still), attributes or {}, budget.deadline is not None
        for node, value in leaves.items():
            found[node] = as_value(value)
        with quiet():
            for node, op, sources, _ in self._forward:
                if watched:
                    budget.check_time(node)
                own = others.get(node) or self.attributes[node]
                value = calculate(budget, op, [found[s] for s in sources], own)
                found[node] = value[()] if isinstance(value, np.ndarray) else as_value(value)
        return found


class BackAgain:
    """The way back from one node of such a graph to some of its leaves."""

    def __init__(self, graph: Graph, output: int, wrt: Sequence[int]) -> None:
        self.output, self._attributes = output, list(graph.attributes)
        levels = backward_levels(graph, output, wrt)
        pulling = (self._pulling(graph, target, levels) for target in backward_order(levels))
        self._targets = [each for each in pulling if each.slots]

    @staticmethod
    def _pulling(graph: Graph, target: int, levels: Mapping[int, int]) -> Call:
        op, sources = graph.ops[target], graph.inputs[target]
        slots = tuple((slot, source) for slot, source in enumerate(sources) if source in levels and op.carries(slot))
        return Call(target, op, sources, slots)

    def adjoints(self, values: Sequence[Array], budget: Budget, attributes: Attributes | None = None) -> dict[int, Any]:
        """By node, the gradient of the output, which is one number.  Raises DeadlineExceeded."""
        found: dict[int, Any] = {self.output: np.float64(1.0)}
        others, watched = attributes or {}, budget.deadline is not None
        with quiet():
            for target, op, sources, slots in self._targets:
                if watched:
                    budget.check_time(target)
                inputs: Sequence[Array] = [values[s] for s in sources]
                inputs = Operands(inputs) if op.variadic else inputs
                own, g, y = others.get(target) or self._attributes[target], found[target], values[target]
                for slot, source in slots:
                    through = pull(op, slot, g, inputs, y, own) if op.work is None else (
                        pull_heavy(budget, op, slot, g, inputs, y, own))  # fmt: skip
                    found[source] = found[source] + through[1] if source in found else through[1]
        return found
