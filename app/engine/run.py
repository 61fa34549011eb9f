"""One forward and backward pass with everything recorded, and the same as a sequence of steps."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.graph import Graph, as_value
from app.engine.kept import Kept
from app.engine.notes import notes
from app.engine.op import Array, Operands, shape
from app.engine.passes import EdgeKey, active_nodes, backward_levels, backward_order, pull, quiet, reverse
from app.engine.record import Edge, Note, Run, Step

__all__ = ["Edge", "Note", "Run", "Step", "backprop", "forward_levels", "steps"]


def forward_levels(graph: Graph) -> list[int]:
    """The longest way from the leaves to each node."""
    levels: list[int] = []
    for sources in graph.inputs:
        levels.append(1 + max([levels[s] for s in sources]) if sources else 0)
    return levels


def backprop(graph: Graph, output: int, *, seed: Any = None, wrt: Iterable[int] | None = None) -> Run:
    """The gradient of node `output` with respect to the nodes `wrt` (default: every input), everything recorded.

    `seed` has the output's shape (default: ones).  Raises ShapeMismatch, BadArgument, DeadlineExceeded.
    """
    wrt = graph.input_ids() if wrt is None else tuple(wrt)
    for node_id in (output, *wrt):
        if not 0 <= node_id < len(graph):
            raise BadArgument(f"backprop: there is no node {node_id}, the graph has {len(graph)} — use a node of it")
    start = _seed(graph, output, seed)
    levels = backward_levels(graph, output, active_nodes(graph, output, wrt))
    keeping = Kept(graph.budget, graph.values)
    with quiet():
        found, pulled = reverse(graph, graph.values, output, start, wrt, levels, keeping)
    adjoints = {i: as_value(adjoint) for i, adjoint in found.items()}
    for node_id in wrt:
        adjoints.setdefault(node_id, np.zeros(shape(graph.values[node_id]))[()])
    run = Run(
        graph=graph, output=output, seed=start, wrt=wrt, values=graph.values, adjoints=adjoints,
        edges=_edges(graph, adjoints, pulled, keeping), order=backward_order(levels),
        levels_forward=forward_levels(graph),
        levels_backward=[levels.get(i, 0 if i == output else -1) for i in range(len(graph))],
    )
    run.notes = notes(run)
    return run


def _seed(graph: Graph, output: int, seed: Any) -> Array:
    form = shape(graph.values[output])
    if seed is None:
        return np.ones(form)[()]
    value = as_value(seed)
    if shape(value) != form:
        raise ShapeMismatch(f"cotangent: it is {shape(value)}, the output is {form} — give it the output's shape")
    return as_value(value * 1.0)


def _edges(
    graph: Graph, adjoints: dict[int, Array], pulled: dict[EdgeKey, tuple[Any, Any]], keeping: Kept
) -> list[Edge]:
    edges, values = [], graph.values
    for target, sources in enumerate(graph.inputs):
        single, upstream = isinstance(values[target], float), adjoints.get(target)
        inputs = Operands([values[s] for s in sources]) if graph.ops[target].variadic else None
        for slot, source in enumerate(sources):
            if (target, slot) not in pulled:
                edges.append(Edge(source, target, slot))
                continue
            local, contribution = pulled[target, slot]
            if single and isinstance(local, float) and isinstance(values[source], float):
                local = as_value(local)
            else:
                local = recorded_local(graph, values, target, slot, local, inputs)
                keeping.take(graph.ops[target].name, local)
            edges.append(Edge(source, target, slot, local, upstream, as_value(contribution)))
    return edges


def recorded_local(
    graph: Graph, values: Sequence[Array], target: int, slot: int, local: Any, inputs: Sequence[Array] | None = None
) -> Array | None:
    """The local derivative as it is recorded: where source and target are scalar, or the op is elementwise.

    `inputs` are the target's operands, if known.
    """
    op, value, sources = graph.ops[target], values[target], graph.inputs[target]
    if shape(value) == () == shape(values[sources[slot]]):
        if isinstance(local, float | int):
            return np.float64(local)
        if local is None:
            inputs = [values[s] for s in sources] if inputs is None else inputs
            with quiet():
                local = pull(op, slot, np.float64(1.0), inputs, value, graph.attributes[target])[1]
        return np.float64(np.asarray(local, float).reshape(()))
    if local is None or op.reduces:
        return None
    return np.broadcast_to(np.asarray(local, float), shape(value))


def steps(run: Run) -> list[Step]:
    """The whole run as steps: forward level by level, then backward; in a level all multiplies, then all sums."""
    with quiet():
        return [*_forward_steps(run), *_backward_steps(run)]


def _forward_steps(run: Run) -> Iterable[Step]:
    order = sorted(range(len(run.values)), key=lambda i: (run.levels_forward[i], i))
    for index, node in enumerate(order):
        yield Step(index, "forward", run.levels_forward[node], "evaluate", node, after=run.values[node])


def _backward_steps(run: Run) -> Iterable[Step]:
    index = len(run.values)
    yield Step(index, "backward", 0, "seed", run.output, add=run.seed, after=run.seed)
    held: dict[int, Array] = {run.output: run.seed}
    for level, edges in _by_level(run):
        for edge in edges:
            index += 1
            yield Step(index, "backward", level, "multiply", edge.source, edge, after=edge.contribution)
        for edge in edges:
            index += 1
            before, add = held.get(edge.source), edge.contribution
            after = add if before is None else before + add
            held[edge.source] = after
            before = np.zeros(shape(add))[()] if before is None else before
            yield Step(index, "backward", level, "accumulate", edge.source, edge, before, add, after)


def _by_level(run: Run) -> Iterable[tuple[int, list[Edge]]]:
    levels: dict[int, list[Edge]] = {}
    for target in run.order:
        for slot in range(len(run.graph.inputs[target])):
            edge = run.edge_at[target, slot]
            if edge.contribution is not None:
                levels.setdefault(run.levels_backward[target], []).append(edge)
    return levels.items()
