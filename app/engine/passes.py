"""The sweeps.  On values they compute; on nodes they write, and what they write can be swept again.

`pull` and `push` are the only readers of derivative rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Graph, Node, calculate, leaf_values
from app.engine.kept import Kept
from app.engine.op import Array, Op, Operand, Operands, shape
from app.engine.structure import fit, kept, scale, total

Attributes = Mapping[str, Any]
EdgeKey = tuple[int, int]
"""Target and slot."""
SLOTS_WITHOUT_A_LOOK = 64
"""Edges of one node that are pulled before the deadline is looked at again."""


def quiet() -> Any:
    """Infinities and NaN are results here, not accidents: NumPy's warnings are off inside."""
    return np.errstate(all="ignore")


# ── one edge ────────────────────────────────────────────────────────────────────────────────────────────
def pull(
    op: Op, slot: int, g: Operand, inputs: Sequence[Operand], y: Operand, attributes: Attributes
) -> tuple[Operand | None, Operand]:
    """An edge backwards: (local derivative, or None where it would be a matrix; contribution in the source's shape)."""
    if op.partials and isinstance(g, float) and isinstance(inputs[slot], float):  # single numbers need no fitting
        local = op.partials[slot](*inputs, y, **attributes)  # type: ignore[misc]
        return local, g * local if type(local) is np.float64 else scale(g, local)
    form = shape(inputs[slot])
    if op.partials:
        local = partial(op, slot, inputs, y, attributes)
        g = kept(g, inputs[slot], **attributes) if op.reduces else g
        return local, fit(scale(g, local), form)
    if op.transposes:
        return None, op.transposes[slot](g, *inputs, **attributes)  # type: ignore[misc]
    if op.whole:
        return None, op.whole[slot].vjp(g, *inputs, y, **attributes)  # type: ignore[union-attr]
    if op.variadic_transpose:
        together = inputs if isinstance(inputs, Operands) else Operands(inputs)
        return None, op.variadic_transpose(slot, g, together, **attributes)
    return None, pull_detail(op, slot, g, inputs, attributes)


def push(op: Op, slot: int, tangent: Operand, inputs: Sequence[Operand], y: Operand, attributes: Attributes) -> Operand:
    """An edge forwards: what this operand's tangent adds to the tangent of the result."""
    if op.partials:
        form = shape(inputs[slot] if op.reduces else y)
        term = fit(scale(tangent, partial(op, slot, inputs, y, attributes)), form)
        return total(term, **attributes) if op.reduces else term
    if op.transposes:
        return op(*inputs[:slot], tangent, *inputs[slot + 1 :], **attributes)
    if op.whole:
        return op.whole[slot].jvp(tangent, *inputs, y, **attributes)  # type: ignore[union-attr]
    if op.variadic_transpose:
        if shape(y) == () == shape(inputs[slot]):  # one number of an op that need not be linear
            together = inputs if isinstance(inputs, Operands) else Operands(inputs)
            return scale(tangent, op.variadic_transpose(slot, 1.0, together, **attributes))
        return op(*(tangent if i == slot else x * 0.0 for i, x in enumerate(inputs)), **attributes)
    return push_detail(op, slot, tangent, inputs, attributes)


def partial(op: Op, slot: int, inputs: Sequence[Operand], y: Operand, attributes: Attributes) -> Operand:
    """The local derivative of an elementwise op, or of a reduction along its axes."""
    y = kept(y, inputs[slot], **attributes) if op.reduces else y
    return op.partials[slot](*inputs, y, **attributes)  # type: ignore[misc]


def opened(op: Op, inputs: Sequence[Operand], attributes: Attributes) -> tuple[Graph, list[Node], Node]:
    """The op's definition as nodes: in the operands' own graph, or in a scratch graph where they are arrays."""
    graph = next((x.graph for x in inputs if isinstance(x, Node)), None)
    if graph is not None:
        nodes = [x if isinstance(x, Node) else graph.constant(x) for x in inputs]
    else:
        graph = Graph()
        nodes = [graph.leaf(x, slot) for x, slot in zip(inputs, op.slots, strict=True)]
    out = op.detail(*nodes, **attributes)  # type: ignore[misc]
    return graph, nodes, out if isinstance(out, Node) else graph.constant(out)  # the product of no others is 1


def pull_detail(op: Op, slot: int, g: Operand, inputs: Sequence[Operand], attributes: Attributes) -> Operand:
    """The contribution of an op that is only its definition."""
    graph, nodes, out = opened(op, inputs, attributes)
    values = graph.values if not isinstance(inputs[slot], Node) else [Node(graph, i) for i in range(len(graph))]
    source = nodes[slot].id
    found = reverse(graph, values, out.id, g, (source,))[0].get(source)
    return np.zeros(shape(inputs[slot])) if found is None else found


def push_detail(op: Op, slot: int, tangent: Operand, inputs: Sequence[Operand], attributes: Attributes) -> Operand:
    """The same forwards."""
    graph, nodes, out = opened(op, inputs, attributes)
    values = graph.values if not isinstance(inputs[slot], Node) else [Node(graph, i) for i in range(len(graph))]
    inside = active_nodes(graph, out.id, (nodes[slot].id,))
    return forward_mode(graph, values, {nodes[slot].id: tangent}, inside).get(out.id, np.zeros(shape(out)))


def pull_heavy(
    budget: Budget, op: Op, slot: int, g: Array, inputs: Sequence[Array], y: Array, attributes: Attributes
) -> tuple[Operand | None, Operand]:
    """`pull`, not begun where the time left is too short for it.  Raises DeadlineExceeded."""
    return budget.heavy(
        f"{op.name} backwards", op.work(*inputs, **attributes),  # type: ignore[misc]
        lambda: pull(op, slot, g, inputs, y, attributes),
    )  # fmt: skip


# ── the whole graph ─────────────────────────────────────────────────────────────────────────────────────
def active_nodes(graph: Graph, output: int, wrt: Iterable[int]) -> set[int]:
    """The nodes between `wrt` and the output: those that a derivative passes through."""
    return set(backward_levels(graph, output, wrt))


def reached_from(graph: Graph, output: int, wrt: Iterable[int]) -> set[int]:
    """The nodes up to the output that a tangent of `wrt` passes to."""
    reached, ops = set(wrt), graph.ops
    for i, sources in enumerate(graph.inputs[: output + 1]):
        if not reached.isdisjoint(sources):
            flows = ops[i].flows
            if flows is True or (flows and any(flows[slot] for slot, s in enumerate(sources) if s in reached)):
                reached.add(i)
    return reached


def backward_levels(graph: Graph, output: int, wrt: Iterable[int]) -> dict[int, int]:
    """The longest way from the output to each node between `wrt` and it."""
    reached, ops, inputs = reached_from(graph, output, wrt), graph.ops, graph.inputs
    levels = {output: 0} if output in reached else {}
    level_of = levels.get
    for i in range(output, -1, -1):
        after = level_of(i, -1) + 1
        if after:
            flows = ops[i].flows
            for slot, source in enumerate(inputs[i]):
                if source in reached and level_of(source, 0) < after and (flows is True or (flows and flows[slot])):
                    levels[source] = after
    return levels


def backward_order(levels: Mapping[int, int]) -> list[int]:
    """By level, then by id: the order in which targets pull, and so in which contributions are added."""
    return sorted(sorted(levels), key=levels.__getitem__)


def reverse(
    graph: Graph, values: Sequence[Operand], output: int, seed: Operand, wrt: Iterable[int],
    levels: Mapping[int, int] | None = None, order: Iterable[int] | None = None, keeping: Kept | None = None,
) -> tuple[dict[int, Operand], dict[EdgeKey, tuple[Operand | None, Operand]]]:
    """The backward pass: adjoints by node, (local, contribution) by edge.

    `levels` are `backward_levels` and `order` their `backward_order`, if known.

    Nothing is computed where no derivative is needed, so nothing can break there.  Every adjoint is the sum of its
    contributions in the order of `backward_order`.  Arrays are charged to the graph's budget, by `keeping` if given.
    Raises TooLarge, DeadlineExceeded.
    """
    if levels is None:
        levels = backward_levels(graph, output, wrt)
    adjoints: dict[int, Operand] = {output: seed}
    edges: dict[EdgeKey, tuple[Operand | None, Operand]] = {}
    keeping = Kept(graph.budget, values) if keeping is None else keeping
    writing, origin = bool(values) and isinstance(values[output], Node), graph.origin
    watched = graph.budget.deadline is not None and not writing
    for target in backward_order(levels) if order is None else order:
        op, sources, attributes = graph.ops[target], graph.inputs[target], graph.attributes[target]
        inputs: Sequence[Operand] = [values[s] for s in sources]
        inputs = Operands(inputs) if op.variadic else inputs
        g, y, flows, light = adjoints[target], values[target], op.flows, writing or op.work is None
        for slot, source in enumerate(sources):
            if watched and not slot % SLOTS_WITHOUT_A_LOOK:
                graph.budget.check_time(target)
            if source in levels and (flows is True or (flows and flows[slot])):
                if writing:
                    graph.origin = "edge", target, slot
                edges[target, slot] = pulled = (
                    pull(op, slot, g, inputs, y, attributes) if light
                    else pull_heavy(graph.budget, op, slot, g, inputs, y, attributes)
                )
                if writing:
                    graph.origin = "adjoint", source, 0
                term = pulled[1]
                adjoints[source] = adjoints[source] + term if source in adjoints else term
                if not writing and not isinstance(term, float):
                    keeping.take(op.name, *pulled, adjoints[source])
    graph.origin = origin
    return adjoints, edges


def forward_mode(
    graph: Graph, values: Sequence[Operand], tangents: Mapping[int, Operand], among: Iterable[int] | None = None
) -> dict[int, Operand]:
    """The tangents of all nodes (default), or of those `among` them, that depend on those given."""
    found = dict(tangents)
    for i in range(len(values)) if among is None else sorted(among):
        op, sources = graph.ops[i], graph.inputs[i]
        inputs: Sequence[Operand] | None = None
        for slot, source in enumerate(sources):
            if source in found and op.carries(slot):
                if inputs is None:
                    inputs = [values[s] for s in sources]
                    inputs = Operands(inputs) if op.variadic else inputs
                term = push(op, slot, found[source], inputs, values[i], graph.attributes[i])
                found[i] = found[i] + term if i in found else term
    return found


def differentiate(
    output: Node, wrt: Iterable[Node], seed: Operand = None
) -> tuple[dict[int, Any], dict[EdgeKey, tuple[Operand | None, Operand]]]:
    """The same backward pass on nodes: the graph grows by its gradient graph, which can be differentiated again."""
    graph = output.graph
    values = [Node(graph, i) for i in range(len(graph))]
    with quiet(), graph.deriving(("seed", output.id, 0)):
        start = graph.constant(np.ones(output.shape) if seed is None else seed)
        return reverse(graph, values, output.id, start, [node.id for node in wrt])


def tangent_graph(output: Node, tangents: Mapping[Node, Operand]) -> Any:
    """Forward mode on nodes: the tangent of the output as a node, or None where it does not depend on these."""
    graph = output.graph
    values = [Node(graph, i) for i in range(output.id + 1)]
    with quiet(), graph.deriving(("seed", output.id, 0)):
        return forward_mode(graph, values, {node.id: tangent for node, tangent in tangents.items()}).get(output.id)


def evaluate(graph: Graph, leaves: Mapping[int, Any]) -> list[Array]:
    """All values again with new values for these leaves (or any nodes); the graph stays as it is.

    Raises ShapeMismatch, DeadlineExceeded.
    """
    given = leaf_values(leaves)
    values: list[Array] = []
    changed: set[int] = set(given)
    with quiet():
        for i, op in enumerate(graph.ops):
            sources = graph.inputs[i]
            if i in given or changed.isdisjoint(sources):
                values.append(given.get(i, graph.values[i]))
                continue
            graph.budget.check_time(i)
            changed.add(i)
            value = calculate(graph.budget, op, [values[s] for s in sources], graph.attributes[i])
            values.append(value[()] if isinstance(value, np.ndarray) else value)
    return values
