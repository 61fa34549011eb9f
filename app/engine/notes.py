"""What is worth knowing about a run and is no error: kinks, ties, NaN and ∞, unused inputs, dead and saturated units.

What an op has to say about itself stands in its record; here it is only asked.
"""

import math
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

import numpy as np

from app.engine.forms import ATOM, PYTHON, numeral
from app.engine.graph import Graph
from app.engine.op import Array, Op, shape
from app.engine.passes import quiet
from app.engine.printing import bracketed
from app.engine.record import Edge, Note, Run


def notes(run: Run) -> list[Note]:
    """All notes on a run: what concerns the whole first, then what concerns nodes, in evaluation order."""
    ops = run.graph.ops
    with quiet():
        return [
            *output_not_scalar(run), *unused_inputs(run), *non_finite_value(run), *non_finite_gradient(run),
            *chain.from_iterable(of_node(run, node) for node in sorted(run.order) if ops[node].remarkable),
        ]


def note(run: Run, code: str, message: str, node: int) -> Note:
    """A note at the place of a node."""
    return Note(code, message, node, run.graph.spans[node])


def called(graph: Graph, node: int) -> str:
    """A node in a sentence: its name, else its op and id."""
    return graph.names[node] or f"{graph.ops[node].name} (n{node})"


# ── the whole run ───────────────────────────────────────────────────────────────────────────────────────
def output_not_scalar(run: Run) -> Iterator[Note]:
    """The gradient of an array is the gradient of its sum, weighted by the seed."""
    form = shape(run.values[run.output])
    if form:
        weights = "the sum of its elements" if np.all(run.seed == 1) else "its elements' sum weighted by the cotangent"
        message = f"{called(run.graph, run.output)} has shape {form}: gradients are those of {weights}"
        yield note(run, "output_not_scalar", message, run.output)


def unused_inputs(run: Run) -> Iterator[Note]:
    """Inputs that the output does not depend on, or depends on only through ops without a derivative.

    No op is what a label, an index or a size goes through: the output may be another with other ones all the same.
    Not those whose name has a gradient all the same: of a weight that was updated, as it was at the last backward pass.
    """
    names, levels = run.graph.names, run.levels_backward
    idle = [i for i in run.wrt if levels[i] < 0]
    if not idle:
        return
    reached = {names[i] for i in run.wrt if levels[i] >= 0} - {None}
    used = ancestors(run.graph, run.output)
    for i in idle:
        if names[i] in reached:
            continue
        output, name = called(run.graph, run.output), called(run.graph, i)
        how = f"only ops without a derivative lead from {name}" if i in used else f"no op leads from {name}"
        yield note(run, "unused_input", f"{how} to {output}: its gradient is 0", i)


def ancestors(graph: Graph, output: int) -> set[int]:
    """The output and everything that it is computed from."""
    found = {output}
    for i in range(output, -1, -1):
        if i in found:
            found.update(graph.inputs[i])
    return found


# ── numbers that are not finite ─────────────────────────────────────────────────────────────────────────
SMALL = 64
"""Numbers of an array that is looked at together with others, as a call for it alone takes longer than its numbers."""


def finite(value: Array) -> bool:
    """Whether all numbers are; a single one is asked by itself, which takes a twentieth of an array's time."""
    return math.isfinite(value) if isinstance(value, float) else bool(np.isfinite(value).all())


def all_finite(values: Collection[Array]) -> bool:
    """The same for many; what is a single number is asked without a call of ours."""
    numbers = [x for x in values if isinstance(x, float)]
    if not all(map(math.isfinite, numbers)):
        return False
    arrays = () if len(numbers) == len(values) else [np.asarray(x) for x in values if not isinstance(x, float)]
    small = [x.ravel() for x in arrays if x.size <= SMALL]
    return all(finite(x) for x in arrays if x.size > SMALL) and (not small or finite(np.concatenate(small)))


def non_finite_value(run: Run) -> Iterator[Note]:
    """The first node in evaluation order whose value is NaN or infinite, its inputs, and why."""
    if all_finite(run.values):
        return
    for i, value in enumerate(run.values):
        if not finite(value):
            yield note(run, "non_finite", why_value(run.graph, i), i)
            return


def why_value(graph: Graph, node: int) -> str:
    """`log(0) is -∞: log falls to -∞ at 0`."""
    op, value = graph.ops[node], graph.values[node]
    at = first(~np.isfinite(value))
    result = numeral(np.asarray(value)[at])
    if op.leaf:
        return f"{called(graph, node)} is {result}{place(at)}: it was given so"
    inputs = [graph.values[s] for s in graph.inputs[node]]
    seen = elements_at(op, inputs, shape(value), at)
    if seen is None:
        reason = op.why(*inputs, **graph.attributes[node]) if op.why else usual_reason_of_many(inputs)
        return f"{called(graph, node)} has {result}{place(at)}: {reason}"
    reason = op.why(*seen, **graph.attributes[node]) if op.why else usual_reason(op, seen, result)
    return f"{spelled(op, seen, graph.attributes[node])} is {result}{place(at)}: {reason}"


def usual_reason(op: Op, inputs: list[Array], result: str) -> str:
    """Why an op without a reason of its own is not finite."""
    if not all(np.isfinite(x) for x in inputs):
        return "its operand is not finite"
    if result == "NaN":
        return f"{op.name} has no value there"
    return "too large for a number of 64 bits" if max(abs(x) for x in inputs) > 1 else f"{op.name} has no bound there"


def usual_reason_of_many(inputs: list[Array]) -> str:
    """The same for an op whose numbers come from many."""
    return "there are no numbers in it" if 0 in map(np.size, inputs) else "the sums in it leave the range of numbers"


def spelled(op: Op, inputs: list[Array], attributes: Any) -> str:
    """An op on numbers in plain text: `1 / 0`, `log(0)`."""
    numbers = [numeral(x) for x in inputs]
    form = op.forms.get(PYTHON)
    if form is None or len(inputs) < 2 or form.level >= ATOM:
        return f"{op.name}({', '.join(numbers)})"
    return form.write(bracketed(form, [(text, ATOM) for text in numbers]), attributes)


def non_finite_gradient(run: Run) -> Iterator[Note]:
    """The first edge in backward order whose contribution is NaN or infinite, and which factors made it."""
    if not finite(run.seed):
        yield note(run, "non_finite_gradient", "the cotangent is not finite, so no gradient is", run.output)
        return
    if all_finite([contribution for _, contribution in run.pulled.values()]):
        return
    for target in run.order:
        for slot in range(len(run.graph.inputs[target])):
            if (target, slot) in run.pulled and not finite(run.pulled[target, slot][1]):
                yield note(run, "non_finite_gradient", why_gradient(run, run.edge_at[target, slot]), target)
                return


def why_gradient(run: Run, edge: Edge) -> str:
    """`the gradient of x becomes NaN at log: upstream 0 · local ∞`."""
    contribution: Array = edge.contribution
    at = first(~np.isfinite(contribution))
    number = numeral(np.asarray(contribution)[at])
    source, target = called(run.graph, edge.source), called(run.graph, edge.target)
    head = f"the gradient of {source} becomes {number}{place(at)} at {target}"
    if edge.local is None or shape(edge.local) != shape(contribution):
        return head
    upstream, local = np.asarray(edge.upstream)[at], np.asarray(edge.local)[at]
    tail = " (a branch not taken still multiplies)" if upstream == 0 and not np.isfinite(local) else ""
    return f"{head}: upstream {numeral(upstream)} · local {numeral(local)}{tail}"


# ── single nodes ────────────────────────────────────────────────────────────────────────────────────────
def of_node(run: Run, node: int) -> Iterator[Note]:
    """What one node has to say."""
    op = run.graph.ops[node]
    asked = op.kink_slot is None or (node, op.kink_slot) in run.pulled
    if asked and (op.kinks is not None or op.ties is not None):
        yield from kinks(run, node, op)
    if not op.gate and op.saturates is None:
        return
    pulled = [run.pulled.get((node, slot)) for slot in range(len(run.graph.inputs[node]))]
    locals_ = [each[0] for each in pulled if each is not None and each[0] is not None]
    if op.gate and locals_ and all(every(local == 0) for local in locals_):
        whole = "all its elements are" if shape(run.values[node]) else "it is"
        yield note(run, "dead_unit", f"{called(run.graph, node)} is dead: {whole} closed, so nothing flows back", node)
    if op.saturates is not None and locals_:
        yield from saturated(run, node, locals_[0], op.saturates)


def kinks(run: Run, node: int, op: Op) -> Iterator[Note]:
    """Operands at which the derivative does not exist, or several win together, and what was taken."""
    inputs = [run.values[s] for s in run.graph.inputs[node]]
    attributes = run.graph.attributes[node]
    for code, found in (("kink", op.kinks), ("tie", op.ties)):
        where = found(*inputs, **attributes) if found is not None else False
        if where if isinstance(where, bool | np.bool_) else np.any(where):
            where = np.asarray(where)
            seen = elements_at(op, inputs, np.shape(where), first(where))
            numbers = ", ".join(numeral(x) for x in seen or ())
            several = f" ({np.count_nonzero(where)} times)" if np.count_nonzero(where) > 1 else ""
            at = f" at {numbers}" if numbers else f" ({code})"
            yield note(run, code, f"{op.name}{at}{several}: {op.took}", node)


def saturated(run: Run, node: int, local: Array, limit: float) -> Iterator[Note]:
    """Units so far out that almost nothing flows back."""
    flat = np.abs(local) < limit
    if np.any(flat):
        count = f" in {np.count_nonzero(flat)} of {np.size(flat)} elements" if shape(local) else ""
        message = f"{called(run.graph, node)} is saturated{count}: its derivative is below {limit:g}"
        yield note(run, "saturated", message, node)


def every(condition: Any) -> bool:
    """Whether it holds for all; a single one is asked by itself."""
    return bool(condition if isinstance(condition, np.bool_) else np.all(condition))


# ── places in arrays ────────────────────────────────────────────────────────────────────────────────────
def first(where: Any) -> tuple[int, ...]:
    """The index of the first True."""
    where = np.asarray(where)
    return tuple(int(n) for n in np.unravel_index(int(np.argmax(where)), where.shape)) if where.ndim else ()


def place(at: tuple[int, ...]) -> str:
    """An index in a sentence."""
    return f" at [{', '.join(map(str, at))}]" if at else ""


def elements_at(op: Op, inputs: list[Array], form: tuple[int, ...], at: tuple[int, ...]) -> list[Array] | None:
    """What an elementwise op saw at an index of its result; None where its numbers come from many."""
    if op.pointwise or all(shape(x) == () for x in inputs):
        return [np.broadcast_to(x, form)[at] for x in inputs]
    return None
