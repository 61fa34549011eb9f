"""A graph that is run again with other leaves: what to do is worked out once, and no edge is kept.

Values and adjoints are those of `Graph` and `reverse`, to the last bit: the same ops, the same rules, and the same
order of adding.  An op that is only its definition is opened once, and what its definition computes on the way forward
serves the way back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Graph, as_value, calculate
from app.engine.op import Array, Op, Operands, shape
from app.engine.passes import backward_levels, backward_order, opened, pull, pull_heavy, quiet

Attributes = Mapping[int, Mapping[str, Any]]
"""By node, what takes the place of its own attributes in one run."""
NONE: Attributes = {}
ONE = np.float64(1.0)


class Call(NamedTuple):
    """A node that is computed, or a target that pulls through `slots`: (slot, source)."""

    node: int
    op: Op
    sources: tuple[int, ...]
    inside: "Inside | None"
    slots: tuple[tuple[int, int], ...] = ()


@dataclass
class Values:
    """Of one run by node (None where nothing that is wanted depends on it), and inside of opened nodes."""

    values: list[Array]
    inside: dict[int, "Values"] = field(default_factory=dict)


class Again:
    """What runs of one graph have in common.

    `changing` are the leaves that get other values, `wanted` the nodes whose values are asked for; of others only what
    those depend on is computed, and once for all what depends on no changing leaf.  The attributes of nodes in
    `rewritten` may be others in each run.
    """

    def __init__(
        self, graph: Graph, changing: Iterable[int], wanted: Iterable[int], rewritten: Collection[int] = ()
    ) -> None:
        self.attributes = list(graph.attributes)
        needed, moved = set(wanted), set(changing)
        for node in range(len(graph) - 1, -1, -1):
            if node in needed:
                needed.update(graph.inputs[node])
        self.inside: dict[int, Inside] = {}
        self.nodes = self.numbers = 0  # that one run computes, products of matrices too: a measure of its time
        self._forward: list[Call] = []
        for node, (op, sources) in enumerate(zip(graph.ops, graph.inputs, strict=True)):
            if node in needed and not moved.isdisjoint(sources):
                moved.add(node)
                if only_defined(op) and node not in rewritten:
                    self.inside[node] = Inside(graph, node)
                self._forward.append(Call(node, op, sources, self.inside.get(node)))
                self._count(graph, node)
        self._still = [
            None if node in moved or node not in needed else graph.values[node] for node in range(len(graph))
        ]

    def _count(self, graph: Graph, node: int) -> None:
        op, inside = graph.ops[node], self.inside.get(node)
        if inside is not None:
            self.nodes += inside.again.nodes
            self.numbers += inside.again.numbers
            return
        operands = [graph.values[s] for s in graph.inputs[node]]
        self.nodes += 1
        self.numbers += 0 if op.view else int(np.size(graph.values[node]))
        self.numbers += 0 if op.work is None else op.work(*operands, **graph.attributes[node])

    def run(self, leaves: Mapping[int, Any], budget: Budget, attributes: Attributes = NONE) -> Values:
        """Forward; `leaves` must have every changing leaf.  Raises ShapeMismatch, DeadlineExceeded."""
        run, watched = Values(list(self._still)), budget.deadline is not None
        found = run.values
        for node, value in leaves.items():
            found[node] = as_value(value)
        with quiet():
            for node, op, sources, inside, _ in self._forward:
                if watched:
                    budget.check_time(node)
                inputs = [found[s] for s in sources]
                if inside is not None:
                    within = run.inside[node] = inside.run(inputs, budget)
                    found[node] = within.values[inside.out]
                    continue
                value = calculate(budget, op, inputs, attributes.get(node) or self.attributes[node])
                found[node] = value[()] if isinstance(value, np.ndarray) else as_value(value)
        return run


class BackAgain:
    """The way back from one node of such a graph to some of its leaves."""

    def __init__(self, graph: Graph, again: Again, output: int, wrt: Iterable[int]) -> None:
        self.output, self._attributes = output, again.attributes
        levels = backward_levels(graph, output, wrt)
        calls = (self._call(graph, again, target, levels) for target in backward_order(levels))
        self._targets = [each for each in calls if each.slots]

    @staticmethod
    def _call(graph: Graph, again: Again, target: int, levels: Mapping[int, int]) -> Call:
        op, sources = graph.ops[target], graph.inputs[target]
        slots = tuple((slot, source) for slot, source in enumerate(sources) if source in levels and op.carries(slot))
        return Call(target, op, sources, again.inside.get(target), slots)

    def adjoints(
        self, run: Values, budget: Budget, attributes: Attributes = NONE, seed: Array = ONE
    ) -> dict[int, Any]:
        """By node.  Raises DeadlineExceeded."""
        found: dict[int, Any] = {self.output: seed}
        values, watched = run.values, budget.deadline is not None
        with quiet():
            for target, op, sources, inside, slots in self._targets:
                if watched:
                    budget.check_time(target)
                inputs: Sequence[Array] = [values[s] for s in sources]
                inputs = Operands(inputs) if op.variadic else inputs
                own, g, y = attributes.get(target) or self._attributes[target], found[target], values[target]
                for slot, source in slots:
                    if inside is not None:
                        term = inside.pulled(slot, g, run.inside[target], budget)
                    elif op.work is None:
                        term = pull(op, slot, g, inputs, y, own)[1]
                    else:
                        term = pull_heavy(budget, op, slot, g, inputs, y, own)[1]
                    found[source] = found[source] + term if source in found else term
        return found


def only_defined(op: Op) -> bool:
    """Whether an op has no rule of its own, and computes its definition."""
    ruled = op.partials or op.transposes or op.whole or op.variadic_transpose or op.variadic
    return op.detail is not None and op.forward is op.detail and not ruled


class Inside:
    """The definition of a node, as a graph of its own."""

    def __init__(self, graph: Graph, node: int) -> None:
        operands = [graph.values[s] for s in graph.inputs[node]]
        self._graph, leaves, out = opened(graph.ops[node], operands, graph.attributes[node])
        self.leaves, self.out = [each.id for each in leaves], out.id
        self.again = Again(self._graph, self.leaves, [self.out])
        self._back: dict[int, BackAgain] = {}

    def run(self, operands: Sequence[Array], budget: Budget) -> Values:
        """Forward."""
        return self.again.run(dict(zip(self.leaves, operands, strict=True)), budget)

    def pulled(self, slot: int, g: Array, run: Values, budget: Budget) -> Array:
        """What goes back through a slot."""
        source = self.leaves[slot]
        if slot not in self._back:
            self._back[slot] = BackAgain(self._graph, self.again, self.out, [source])
        found = self._back[slot].adjoints(run, budget, seed=g).get(source)
        return np.zeros(shape(run.values[source])) if found is None else found
