"""What a compiled run has to compute: the graph with its gradient graph behind it, and which numbers are asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import BadArgument
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT, INPUT, Array, shape
from app.engine.passes import EdgeKey, differentiate, pull

Quantity = int | float | None
"""A node of the gradient graph, a number that is the same in every run, or nothing where no derivative passes."""
GROWTH = 20
"""The gradient graph may have so many times the nodes that the graph may have."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What comes out of a run: values and gradients by node, local derivatives and contributions by edge."""

    values: list[Quantity]
    gradients: list[Quantity]
    locals: list[Quantity]
    contributions: list[Quantity]

    def everything(self) -> tuple[list[Quantity], ...]:
        """The four lists."""
        return self.values, self.gradients, self.locals, self.contributions


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph of scalars grown by its gradient graph; `written` says how many nodes are the graph's own."""

    graph: Graph
    written: int
    inputs: tuple[int, ...]
    edges: list[EdgeKey]
    asked: Asked


def gradient_plan(graph: Graph, output: int, wrt: Sequence[int]) -> Plan:
    """The plan for the gradient of `output` with respect to `wrt`; the graph stays as it is.

    Raises BadArgument where something is not a single number.
    """
    for i, value in enumerate(graph.values):
        if shape(value) != ():
            raise BadArgument(f"compile: node {i} has shape {shape(value)}, it must be a single number — unfold it")
    grown, count = copy_of(graph), len(graph)
    adjoints, edges = differentiate(Node(grown, output), [Node(grown, i) for i in wrt])
    for i in wrt:
        adjoints.setdefault(i, 0.0)
    keys = [(target, slot) for target in range(count) for slot in range(len(graph.inputs[target]))]
    locals_ = {key: _local(grown, key, local) for key, (local, _) in edges.items()}
    asked = Asked(
        values=[_quantity(grown, Node(grown, i)) for i in range(count)],
        gradients=[_quantity(grown, adjoints.get(i)) for i in range(count)],
        locals=[_quantity(grown, locals_.get(key)) for key in keys],
        contributions=[_quantity(grown, edges[key][1] if key in edges else None) for key in keys],
    )
    return Plan(grown, count, tuple(i for i, op in enumerate(graph.ops) if op is INPUT), keys, asked)


def copy_of(graph: Graph) -> Graph:
    """The same nodes without names and places, with room for the gradient graph."""
    limits = graph.budget
    found = Graph(Budget(GROWTH * limits.nodes, limits.elements, GROWTH * limits.total_elements, limits.deadline))
    found.ops, found.inputs, found.attributes = graph.ops[:], graph.inputs[:], graph.attributes[:]
    found.values = graph.values[:]
    count = len(graph)
    found.names, found.scopes = [None] * count, [()] * count
    found.spans, found.origins = [None] * count, [None] * count
    return found


def timeless(graph: Graph) -> Graph:
    """The same graph, to be run at any time: the deadline of the request that brought it is over by then."""
    limits = graph.budget
    found = Graph(Budget(limits.nodes, limits.elements, limits.total_elements))
    found.ops, found.inputs, found.attributes, found.values = graph.ops, graph.inputs, graph.attributes, graph.values
    return found


def _local(graph: Graph, key: EdgeKey, local: Any) -> Any:
    """The local derivative; where the rule states only the pullback, that of 1."""
    if local is not None:
        return local
    target, slot = key
    sources = [Node(graph, i) for i in graph.inputs[target]]
    with graph.deriving(("edge", target, slot)):
        one = graph.constant(1.0)
        return pull(graph.ops[target], slot, one, sources, Node(graph, target), graph.attributes[target])[1]


def _quantity(graph: Graph, found: Any) -> Quantity:
    if found is None:
        return None
    if not isinstance(found, Node):
        return float(found)
    return number_of(graph.values[found.id]) if graph.ops[found.id] is CONSTANT else found.id


def number_of(value: Array) -> float:
    """A constant as Python has it; conditions stay conditions."""
    return bool(value) if isinstance(value, bool | np.bool_) else float(value)


def reached(graph: Graph, asked: Iterable[int]) -> list[int]:
    """The nodes that have to be computed for those asked for, in evaluation order."""
    needed = set(asked)
    for i in range(len(graph) - 1, -1, -1):
        if i in needed:
            needed.update(graph.inputs[i])
    return sorted(needed)
