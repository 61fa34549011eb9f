"""A plan as straight-line Python: one assignment per number, nothing interpreted.

The text is made of node ids, numbers and the ops' own "python" forms.  Nothing that a person wrote reaches it.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine.executors.gradient_plan import Plan, number_of, reached
from app.engine.forms import PYTHON
from app.engine.graph import Graph
from app.engine.op import BUILTINS, CONSTANT, INPUT, Op

DEEPEST = 12
"""Expressions nest no deeper than this; Python's parser has a limit, and a name costs little."""
LIBRARY: Mapping[str, Any] = {
    **{f"math_{name}": value for name, value in vars(math).items() if name[0] != "_"},
    **BUILTINS, "ArithmeticError": ArithmeticError, "ValueError": ValueError,
}  # fmt: skip
"""What generated code can see.  Functions of `math` go by one name, which is quicker to look up than two."""


@dataclass(frozen=True, slots=True)
class Line:
    """The assignment of one node: its text, and the variables that the text reads."""

    node: int
    text: str
    reads: tuple[int, ...]


@dataclass(slots=True)
class Written:
    """The lines in evaluation order, and the functions they call beside the library's."""

    lines: list[Line] = field(default_factory=list)
    calls: dict[str, Callable[..., float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Expression:
    text: str
    depth: int
    reads: tuple[int, ...]


def variable(node: int) -> str:
    """A node's variable."""
    return f"v{node}"


def literal(value: float) -> str:
    """A number that stays, in brackets where it has a sign."""
    text = repr(value)
    return f"({text})" if text.startswith("-") else text


def write(plan: Plan, asked: Iterable[int]) -> Written:
    """The lines that compute the nodes asked for."""
    graph, wanted = plan.graph, set(asked)
    needed = reached(graph, wanted)
    uses = Counter(source for i in needed for source in graph.inputs[i])
    written = Written()
    held: dict[int, _Expression] = {}
    for i in needed:
        op = graph.ops[i]
        if op is CONSTANT:
            held[i] = _Expression(literal(number_of(graph.values[i])), 0, ())
            continue
        if op is not INPUT:
            found = _expression(written, graph, i, held)
            if i in wanted and op.mask and i >= plan.written:  # a gate's slope is the number 1 or 0
                found = _Expression(f"1.0 if {found.text} else 0.0", found.depth + 1, found.reads)
            if i not in wanted and uses[i] == 1 and found.depth < DEEPEST:
                held[i] = _Expression(f"({found.text})", found.depth, found.reads)
                continue
            written.lines.append(Line(i, found.text, found.reads))
        held[i] = _Expression(variable(i), 0, (i,))
    return written


def _expression(written: Written, graph: Graph, i: int, held: dict[int, _Expression]) -> _Expression:
    op, attributes = graph.ops[i], graph.attributes[i]
    operands = [held[source] for source in graph.inputs[i]]
    form = op.forms.get(PYTHON)
    if form is None or not all(isinstance(value, int | float) for value in attributes.values()):
        name = f"call{len(written.calls)}"
        written.calls[name] = called(op, attributes)
        text = f"{name}({', '.join(x.text for x in operands)})"
    else:
        text = form.write(_atoms(written, form.write, graph, i, held, attributes), attributes).replace("math.", "math_")
    operands = [held[source] for source in graph.inputs[i]]
    depth = 1 + max([x.depth for x in operands], default=0)
    return _Expression(text, depth, tuple(i for x in operands for i in x.reads))


def _atoms(
    written: Written, form: Any, graph: Graph, i: int, held: dict[int, _Expression], attributes: Mapping[str, Any]
) -> list[str]:
    """The operands' texts; one that the form repeats is computed before, once."""
    sources = graph.inputs[i]
    marks = [f"\0{slot}\0" for slot in range(len(sources))]
    blank = form(marks, attributes)
    for mark, source in zip(marks, sources, strict=True):
        if held[source].depth and blank.count(mark) > 1:
            written.lines.append(Line(source, held[source].text, held[source].reads))
            held[source] = _Expression(variable(source), 0, (source,))
    return [held[source].text for source in sources]


def called(op: Op, attributes: Mapping[str, Any]) -> Callable[..., float]:
    """An op without a form for Python: its own forward on floats."""

    def call(*operands: float) -> float:
        return number_of(op.apply(list(operands), attributes))

    return call


def displayed(lines: Sequence[Line]) -> str:
    """What the lines compute, as the items of a list; a variable is made inside it where a later line reads it."""
    read = {i for line in lines for i in line.reads}
    return ", ".join(f"({variable(x.node)} := {x.text})" if x.node in read else f"({x.text})" for x in lines)
