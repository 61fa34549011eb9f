"""Scalar detail: the same program with every array unfolded into its numbers.

An op over arrays opens: elementwise ops become one node per element, views become index arithmetic, folds become
chains from left to right, everything else its definition (`detail`), or, where it has none, one node per number of
the result that takes all numbers it depends on.  Values are not computed again: they are elements of the arrays that
are there already, so both levels show the same numbers.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.forms import PROGRAM, SYMBOLIC, TEX, Form
from app.engine.graph import Graph, Node
from app.engine.op import Array, Op, Operand, Operands, Sample, Shape, Traced, Worked, shape
from app.engine.ops.indexing import index
from app.engine.ops.joining import stack
from app.engine.passes import pull, quiet
from app.engine.record import Run
from app.engine.run import backprop
from app.engine.structure import fit, lined_up, reshaped

Binding = Any
"""A node id, or nested lists of them."""
Ids = Any
"""An array of node ids in the scalar graph, in the shape of the array it stands for."""


# ── from numbers to an array and back, for ops that need a whole array ──────────────────────────────────
def one_hot(form: Shape, place: int) -> Array:
    """Zeros, and 1 at one place (in C order)."""
    found = np.zeros(math.prod(form))
    found[place] = 1.0
    return found.reshape(form)


def collected(xs: Sequence[Operand], form: Shape) -> Operand:
    """Numbers as an array."""
    if not any(isinstance(x, Traced) for x in xs):
        return np.array(xs, float).reshape(form)[()]
    return reshaped(stack(*xs, axis=0), form)


def element(x: Operand, place: int) -> Operand:
    """The number at a place (in C order)."""
    if not isinstance(x, Traced):
        return np.asarray(x).flat[place]
    return index(reshaped(x, (math.prod(shape(x)),)), key=(place,))


def set_of(texts: Sequence[str]) -> str:
    """Many operands in little room."""
    return ", ".join(texts) if len(texts) <= 4 else rf"{texts[0]}, {texts[1]}, \dots, {texts[-1]}"


collect = Op(
    name="array",
    noun="array",
    doc="Puts single numbers together into an array.",
    forward=lambda *xs, form: collected(xs, form),
    slots=("*xs",),
    view=True,
    variadic_transpose=lambda slot, g, xs, form: element(g, slot),
    forms={TEX: Form(lambda texts, _: rf"\left[{set_of(texts)}\right]"),
           PROGRAM: Form(lambda texts, given: f"np.reshape(np.array([{', '.join(texts)}]), {given['form']})")},
    samples=(Sample((1.0, 2.0, 3.0, 4.0), {"form": (2, 2)}),),
    # Each number is seen once, at its place.
    worked=Worked((1.0, 2.0), np.array([1.0, 2.0]), (1.0, 1.0), {"form": (2,)}),
    source="NumPy reference, numpy.array; a permutation of numbers, so its transpose is its inverse",
)


def element_op(op: Op, forms: Sequence[Shape], attributes: Mapping[str, Any], place: int) -> Op:
    """The op that gives one number of `op`'s result from all numbers of its operands."""
    ends = np.cumsum([math.prod(form) for form in forms]).tolist()

    def arrays(xs: Sequence[Operand]) -> list[Operand]:
        return [collected(xs[end - math.prod(form) : end], form) for form, end in zip(forms, ends, strict=True)]

    def pulled(which: int, g: Operand, xs: Operands) -> Operand:
        inputs = xs.once("arrays", lambda: arrays(xs))
        y = xs.once("y", lambda: op(*inputs, **attributes))
        return pull(op, which, fit(g, shape(y)) * one_hot(shape(y), place), inputs, y, attributes)[1]

    def transpose(slot: int, g: Operand, xs: Operands) -> Operand:
        which = next(k for k, end in enumerate(ends) if slot < end)
        back = xs.once(which, lambda: pulled(which, g, xs))
        return element(back, slot - ends[which] + math.prod(forms[which]))

    return replace(
        op, slots=("*xs",), forward=lambda *xs: element(op.forward(*arrays(xs), **attributes), place),
        partials=(), transposes=(), whole=(), variadic_transpose=transpose if op.differentiable else None, detail=None,
        fold=None, reduces=False, unit={}, kinks=None, ties=None, size=None, work=None, why=None,
        forms={TEX: Form(lambda texts, _: rf"\operatorname{{{op.name}}}_{{{place}}}\left({set_of(texts)}\right)")}
        | (_of_numbers(op) if op.reduces else {PROGRAM: _picked_out(op, forms, attributes, place)}),
    )


def _of_numbers(op: Op) -> dict[str, Form]:
    """A reduction's forms over single numbers instead of an array of them."""
    found = {PROGRAM: Form(lambda texts, _: _called(op, texts))}
    if SYMBOLIC in op.forms:
        found[SYMBOLIC] = Form(lambda texts, _: op.forms[SYMBOLIC].write([", ".join(texts)], {}))
    return found


def _picked_out(op: Op, forms: Sequence[Shape], attributes: Mapping[str, Any], place: int) -> Form:
    """One number of what a function over arrays gives, the arrays put together of numbers."""
    ends = np.cumsum([math.prod(form) for form in forms]).tolist()
    name = next((name for name in op.names if "." in name[1:]), op.name)
    options = "".join(f", {key}={value!r}" for key, value in attributes.items())

    def write(texts: Sequence[str], _: Mapping[str, Any]) -> str:
        parts = [texts[end - math.prod(form) : end] for form, end in zip(forms, ends, strict=True)]
        arrays = [f"np.reshape(np.array([{', '.join(part)}]), {form})" for part, form in zip(parts, forms, strict=True)]
        return f"np.reshape({name}({', '.join(arrays)}{options}), -1)[{place}]"

    return Form(write)


def _called(op: Op, texts: Sequence[str]) -> str:
    array = f"np.array([{', '.join(texts)}])"
    whole = {"axis": (0,), "keepdims": False}
    return op.forms[PROGRAM].write([array], whole) if PROGRAM in op.forms else f"np.{op.name}({array})"


# ── unfolding ───────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Unfolded:
    """A scalar graph, and where each array node of the graph it came from went."""

    graph: Graph
    ids: list[Ids] = field(default_factory=list)
    own: list[bool] = field(default_factory=list)  # False for what only looks at other nodes' numbers
    owners: list[int] = field(default_factory=list)  # by scalar node the array node that it was made for


def unfold(graph: Graph) -> Unfolded:
    """The graph in scalar nodes.  Raises TooLarge, DeadlineExceeded."""
    limits = graph.budget
    out = Graph(Budget(limits.nodes, limits.elements, limits.total_elements, limits.deadline))
    unfolded = Unfolded(out)
    with quiet():
        for i in range(len(graph)):
            with out.place(span=graph.spans[i], scope=graph.scopes[i]):
                before = len(out)
                out.budget.check_node(int(np.size(graph.values[i])))
                ids = unfold_node(out, graph, i, [unfolded.ids[s] for s in graph.inputs[i]])
                unfolded.ids.append(ids)
                unfolded.own.append(ids.size > 0 and int(ids.min()) >= before)
                _take_over(out, graph, i, ids, unfolded.own[i])
                unfolded.owners.extend([i] * (len(out) - len(unfolded.owners)))
    return unfolded


def _take_over(out: Graph, graph: Graph, i: int, ids: Ids, own: bool) -> None:
    """The names of the elements, and, where they are this node's own, its values to the last bit."""
    name = graph.names[i]
    for at in np.ndindex(ids.shape):
        node = int(ids[at])
        if own:
            out.values[node] = np.asarray(graph.values[i])[at]
        if name is not None and out.names[node] is None and (own or at):
            out.name(node, element_name(name, at))


def element_name(name: str, at: tuple[int, ...]) -> str:
    """`W[0,1]`; a scalar keeps its name."""
    return f"{name}[{','.join(map(str, at))}]" if at else name


def unfold_node(out: Graph, graph: Graph, i: int, inputs: list[Ids]) -> Ids:
    """The scalar nodes of one array node."""
    op, value, attributes = graph.ops[i], graph.values[i], graph.attributes[i]
    if op.leaf:
        return _numbered(value, (out.append(op, (), {}, x).id for x in np.asarray(value).flat))
    if op.view:
        return _view(out, op, inputs, attributes)
    if op.pointwise:
        return _pointwise(out, op, inputs, attributes, value)
    if op.fold is not None:
        return _fold(out, op, inputs[0], attributes, value)
    if op.detail is not None:
        return _detail(out, op, inputs, [graph.values[s] for s in graph.inputs[i]], attributes)
    if op.reduces:
        return _reduction(out, op, inputs[0], attributes, value)
    if shape(value) == () and all(ids.shape == () for ids in inputs):  # it is about single numbers already
        return _numbered(value, iter([out.append(op, tuple(map(int, inputs)), attributes, value).id]))
    return _elements(out, op, inputs, attributes, value)


def _numbered(value: Array, ids: Iterator[int]) -> Ids:
    return np.fromiter(ids, int, np.size(value)).reshape(shape(value))


def _view(out: Graph, op: Op, inputs: list[Ids], attributes: Mapping[str, Any]) -> Ids:
    """The view applied to the ids; what does not move with them is a constant that the view puts in."""
    size = len(out)
    first = np.asarray(op.forward(*inputs, **attributes))
    moved = np.asarray(op.forward(*(ids + size for ids in inputs), **attributes))
    ids = np.array(first, int)
    for at in np.ndindex(first.shape):
        if moved[at] != first[at] + size:
            ids[at] = out.constant(float(first[at])).id
    return ids


def _pointwise(out: Graph, op: Op, inputs: list[Ids], attributes: dict[str, Any], value: Array) -> Ids:
    rows = zip(*(np.broadcast_to(ids, shape(value)).flat for ids in inputs), strict=True)
    values = np.asarray(value).flat
    nodes = (out.append(op, tuple(map(int, row)), attributes, x).id for row, x in zip(rows, values, strict=True))
    return _numbered(value, nodes)


def _fold(out: Graph, op: Op, ids: Ids, attributes: Mapping[str, Any], value: Array) -> Ids:
    """A chain from left to right for every number of the result."""
    lines = lined_up(ids, attributes["axis"]).reshape(np.size(value), -1)
    return _numbered(value, (_chain(out, op, line, x) for line, x in zip(lines, np.asarray(value).flat, strict=True)))


def _chain(out: Graph, op: Op, line: Ids, empty: Array) -> int:
    if len(line) == 0:
        return out.constant(empty).id
    so_far: Any = Node(out, int(line[0]))
    for i in line[1:]:
        so_far = op.fold(so_far, Node(out, int(i)))  # type: ignore[misc]
    return int(so_far.id)


def _detail(out: Graph, op: Op, inputs: list[Ids], values: list[Array], attributes: Mapping[str, Any]) -> Ids:
    """The op's definition, unfolded in its turn."""
    inner = Graph(out.budget)
    nodes = [inner.leaf(value, f"x{slot}") for slot, value in enumerate(values)]
    result = op.detail(*nodes, **attributes)  # type: ignore[misc]
    ids: list[Ids] = []
    for i in range(len(inner)):
        ids.append(inputs[i] if i < len(inputs) else unfold_node(out, inner, i, [ids[s] for s in inner.inputs[i]]))
    return ids[result.id]


def _reduction(out: Graph, op: Op, ids: Ids, attributes: dict[str, Any], value: Array) -> Ids:
    """One node per number of the result, over the numbers that it was made of."""
    lines = lined_up(ids, attributes["axis"]).reshape(np.size(value), -1)
    single = element_op(op, [(lines.shape[1],)], {**attributes, "axis": (0,), "keepdims": False}, 0)
    rows = zip(lines, np.asarray(value).flat, strict=True)
    return _numbered(value, (out.append(single, tuple(map(int, line)), {}, x).id for line, x in rows))


def _elements(out: Graph, op: Op, inputs: list[Ids], attributes: dict[str, Any], value: Array) -> Ids:
    """One node per number of the result, over all numbers of the operands."""
    out.budget.check_size(f"{op.name} in scalar detail", int(np.size(value)) * sum(ids.size for ids in inputs))
    out.budget.check_edges(op.name, np.size(value) * sum(ids.size for ids in inputs))
    operands = tuple(int(i) for ids in inputs for i in ids.flat)
    forms = [ids.shape for ids in inputs]
    return _numbered(
        value,
        (
            out.append(element_op(op, forms, attributes, place), operands, {}, x).id
            for place, x in enumerate(np.asarray(value).flat)
        ),
    )


# ── for callers ─────────────────────────────────────────────────────────────────────────────────────────
def scalarize(graph: Graph, output: int, names: Mapping[str, Binding]) -> tuple[Graph, int, dict[str, Binding]]:
    """The program in scalar nodes, its output, and its variables as (nested lists of) scalar nodes.

    An output that is an array is put together again by a last node.  Raises TooLarge, DeadlineExceeded.
    """
    unfolded = unfold(graph)
    return unfolded.graph, _output(unfolded, graph, output), rebound(unfolded, names)


def _output(unfolded: Unfolded, graph: Graph, output: int) -> int:
    ids, out = unfolded.ids[output], unfolded.graph
    if ids.shape == ():
        return int(ids)
    name = graph.names[output]
    with out.place(span=graph.spans[output], scope=graph.scopes[output]):
        operands = tuple(int(i) for i in ids.flat)
        return out.append(collect, operands, {"form": ids.shape}, graph.values[output], name).id


def rebound(unfolded: Unfolded, names: Mapping[str, Binding]) -> dict[str, Binding]:
    """Variables as scalar nodes: an array is nested lists of them."""

    def rebind(binding: Binding) -> Binding:
        if isinstance(binding, list | tuple):
            return [rebind(one) for one in binding]
        return unfolded.ids[binding].tolist()

    return {name: rebind(binding) for name, binding in names.items()}


def scalar_run(run: Run, names: Mapping[str, Binding]) -> tuple[Run, dict[str, Binding]]:
    """The same run in scalar detail: a node per number, its gradient the array's to the last bit.

    Contributions are those of the scalar nodes; they sum to the gradient up to the rounding of another order.
    """
    unfolded = unfold(run.graph)
    output = _output(unfolded, run.graph, run.output)
    wrt = [int(i) for node in run.wrt for i in unfolded.ids[node].flat]
    found = backprop(unfolded.graph, output, seed=run.seed, wrt=dict.fromkeys(wrt))
    for node, adjoint in run.adjoints.items():
        if unfolded.own[node]:
            for i, g in zip(unfolded.ids[node].flat, np.asarray(adjoint).flat, strict=True):
                if int(i) in found.adjoints:
                    found.adjoints[int(i)] = g
    return found, rebound(unfolded, names)
