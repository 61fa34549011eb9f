"""Forward mode with everything recorded: a tangent for every node, and the product on every edge.

One sweep from left to right tells how all nodes move when the inputs move by their tangents; the backward pass tells
how one output moves with all inputs.  What both say about the output is the same number (`identity`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.engine.errors import ShapeMismatch
from app.engine.graph import Graph, as_value
from app.engine.kept import Kept
from app.engine.op import Array, Operands, shape
from app.engine.passes import EdgeKey, partial, push, quiet
from app.engine.record import Edge, Run, Step
from app.engine.run import recorded_local


@dataclass
class ForwardRun:
    """A run with tangents: `tangents` has the nodes that depend on a seeded one, in the shapes of their values.

    `pushed` has by (target, slot) what an edge adds to its target's tangent, local times tangent; a node's tangent is
    their sum by slot, after its own seed.
    """

    run: Run
    seeds: dict[int, Array]
    tangents: dict[int, Array]
    pushed: dict[EdgeKey, Array]

    @cached_property
    def edges(self) -> list[Edge]:
        """The run's edges; `local` is there too where only the tangent passes."""
        return [self._with_local(edge) for edge in self.run.edges]

    def _with_local(self, edge: Edge) -> Edge:
        if edge.contribution is not None or (edge.target, edge.slot) not in self.pushed:
            return edge
        return Edge(edge.source, edge.target, edge.slot, local_derivative(self.run.graph, edge.target, edge.slot))


def forward_run(run: Run, seeds: Mapping[int, Array]) -> ForwardRun:
    """Push these tangents through the graph of a run.

    A seed has its node's shape.  Raises ShapeMismatch, TooLarge, DeadlineExceeded.
    """
    graph, values = run.graph, run.values
    given = {node: as_value(np.asarray(seed, float)) for node, seed in seeds.items()}
    for node, seed in given.items():
        if shape(seed) != shape(values[node]):
            raise ShapeMismatch(
                f"tangent: it is {shape(seed)}, the input is {shape(values[node])} — give it that shape"
            )
    found = ForwardRun(run, given, dict(given), {})
    keeping = Kept(graph.budget, values)
    with quiet():
        for target in range(len(values)):
            op, inputs = graph.ops[target], Operands([values[s] for s in graph.inputs[target]])
            for slot, source in enumerate(graph.inputs[target]):
                graph.budget.check_time(target)
                if source in found.tangents and op.carries(slot):
                    _push(found, target, slot, inputs, keeping)
    return found


def _push(found: ForwardRun, target: int, slot: int, inputs: Operands, keeping: Kept) -> None:
    graph, tangents = found.run.graph, found.tangents
    op, attributes, tangent = graph.ops[target], graph.attributes[target], tangents[graph.inputs[target][slot]]

    def pushed() -> Array:
        return push(op, slot, tangent, inputs, graph.values[target], attributes)

    work = 0 if op.work is None else op.work(*inputs, **attributes)
    term = as_value(graph.budget.heavy(f"{op.name} forwards", work, pushed))
    found.pushed[target, slot] = term
    tangents[target] = as_value(tangents[target] + term) if target in tangents else term
    keeping.take(op.name, term, tangents[target])


def local_derivative(graph: Graph, target: int, slot: int) -> Array | None:
    """Of one edge, where it is a number, or one for each element; None where it would be a matrix."""
    op, values = graph.ops[target], graph.values
    inputs = [values[s] for s in graph.inputs[target]]
    with quiet():
        local = partial(op, slot, inputs, values[target], graph.attributes[target]) if op.partials else None
        return recorded_local(graph, values, target, slot, local, inputs)


def identity(found: ForwardRun) -> tuple[float, float]:
    """⟨ȳ, Jẋ⟩ and ⟨Jᵀȳ, ẋ⟩: seed times the output's tangent, and gradients times seeded tangents.

    The same but for rounding.  Seeded nodes must be among the run's `wrt`.
    """
    run = found.run
    with quiet():
        tangent = found.tangents.get(run.output, np.zeros(shape(run.seed)))
        forwards = float(np.sum(run.seed * tangent))
        backwards = float(sum(np.sum(run.adjoints[node] * seed) for node, seed in found.seeds.items()))
    return forwards, backwards


def tangent_steps(found: ForwardRun) -> list[Step]:
    """The sweep as steps, level by level: values, then seeds, then every multiply, then every accumulate.

    `node` of a multiply is the target of its edge: there the product goes.
    """
    with quiet():
        return [step._replace(index=index) for index, step in enumerate(_steps(found))]


def _steps(found: ForwardRun) -> Iterator[Step]:
    run, held = found.run, dict(found.seeds)
    levels: dict[int, list[int]] = {}
    for node in range(len(run.values)):
        levels.setdefault(run.levels_forward[node], []).append(node)
    for level in sorted(levels):
        nodes = levels[level]
        for node in nodes:
            yield Step(0, "tangent", level, "evaluate", node, after=run.values[node])
        for node in nodes:
            if node in found.seeds:
                yield Step(0, "tangent", level, "seed", node, add=found.seeds[node], after=found.seeds[node])
        edges = [edge for node in nodes for edge in _into(found, node)]
        for edge in edges:
            term = found.pushed[edge.target, edge.slot]
            yield Step(0, "tangent", level, "multiply", edge.target, edge, after=term)
        for edge in edges:
            add, before = found.pushed[edge.target, edge.slot], held.get(edge.target)
            after = add if before is None else before + add
            held[edge.target] = after
            yield Step(
                0, "tangent", level, "accumulate", edge.target, edge,
                np.zeros(shape(add))[()] if before is None else before, add, after,
            )  # fmt: skip


def _into(found: ForwardRun, node: int) -> list[Edge]:
    slots = range(len(found.run.graph.inputs[node]))
    return [found.run.edge_at[node, slot] for slot in slots if (node, slot) in found.pushed]
