"""One forward and backward pass with everything recorded, and the same as a sequence of steps."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.graph import Graph, as_value
from app.engine.kept import Kept
from app.engine.notes import notes
from app.engine.op import Array, Operands, shape
from app.engine.passes import EdgeKey, backward_levels, backward_order, pull, quiet, reverse
from app.engine.record import Edge, Note, Run, Step

__all__ = ["Edge", "Note", "Run", "Step", "backprop", "forward_levels", "step_batches", "steps"]


def forward_levels(graph: Graph) -> list[int]:
    """The longest way from the leaves to each node."""
    levels: list[int] = []
    for sources in graph.inputs:
        level = 0
        for source in sources:
            if levels[source] >= level:
                level = levels[source] + 1
        levels.append(level)
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
    levels = backward_levels(graph, output, wrt)
    order = backward_order(levels)
    keeping = Kept(graph.budget, graph.values)
    with quiet():
        found, pulled = reverse(graph, graph.values, output, start, wrt, levels, order, keeping)
    adjoints = {i: x if type(x) is np.float64 else as_value(x) for i, x in found.items()}
    for node_id in wrt:
        adjoints.setdefault(node_id, np.zeros(shape(graph.values[node_id]))[()])
    run = Run(
        graph=graph, output=output, seed=start, wrt=wrt, values=graph.values, adjoints=adjoints,
        pulled=_recorded(graph, pulled, keeping), order=order, levels_forward=forward_levels(graph),
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


def _recorded(
    graph: Graph, pulled: dict[EdgeKey, tuple[Any, Any]], keeping: Kept
) -> dict[EdgeKey, tuple[Array | None, Array]]:
    """What was pulled, as it is recorded; arrays are charged.  Raises TooLarge."""
    rest, values = [], graph.values
    for key, (local, contribution) in pulled.items():
        if type(contribution) is not np.float64 or not isinstance(values[key[0]], float):
            rest.append(key)
        elif type(local) is np.float64:
            continue
        elif local is None:
            rest.append(key)
        else:  # 1, or the True or False of a gate
            pulled[key] = np.float64(local), contribution
    inputs: dict[int, Operands] = {}  # of variadic ops, which keep there what is the same for all slots
    for target, slot in sorted(rest):
        op, (local, contribution) = graph.ops[target], pulled[target, slot]
        if op.variadic and target not in inputs:
            inputs[target] = Operands([values[s] for s in graph.inputs[target]])
        local = recorded_local(graph, values, target, slot, local, inputs.get(target))
        keeping.take(op.name, local)
        pulled[target, slot] = local, as_value(contribution)
    return pulled


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
    if isinstance(local, np.ndarray) and local.dtype == float and local.shape == shape(value):
        return local  # as it is in nearly all cases, which saves a call for each
    return np.broadcast_to(np.asarray(local, float), shape(value))


def steps(run: Run) -> list[Step]:
    """The whole run as steps: forward level by level, then backward; in a level all multiplies, then all sums.

    Raises DeadlineExceeded.
    """
    return list(chain.from_iterable(step_batches(run)))


def step_batches(run: Run) -> Iterator[list[Step]]:
    """`steps`, a few thousand at a time: all of a large run take more memory than the run."""
    batches = run.graph.budget.batches("steps", chain(_forward_steps(run), _backward_steps(run)))
    while True:
        with quiet():
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


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
            if (target, slot) in run.pulled:
                edge = run.edge_at[target, slot]
                levels.setdefault(run.levels_backward[target], []).append(edge)
    return levels.items()
