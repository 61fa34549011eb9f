"""A net's program traced without reading its numbers again: the same graph, to the last id, as `trace(net.program)`.

What stands in the program as long lists is handed to the tracer as arrays, under a text that names them in the same
order; then every place in that text is moved to where it stands in the program.  Reading a thousand numbers takes
thirty times as long as all the rest, and a dragged weight makes a new text each time.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.engine.budget import Budget
from app.engine.graph import Span
from app.lang import Program, trace
from app.lang.errors import LangError
from app.nets.compile import Net


def trace_net(
    net: Net,
    *,
    inputs: Mapping[str, Any] | None = None,
    output: str | None = None,
    seed: int = 0,
    budget: Budget | None = None,
) -> Program:
    """The net's program, traced; `inputs` override its arrays, `output` is the loss by default.  Raises LangError."""
    text = "\n".join([*net.literals, net.bare])
    given = {**net.inputs(), **(inputs or {})}
    try:
        traced = trace(text, inputs=given, output=output or net.loss, seed=seed, budget=budget)
    except LangError as error:
        raise LangError([replace(each, span=moved(net, each.span)) for each in error.problems]) from error
    traced.graph.spans[:] = [moved(net, span) for span in traced.graph.spans]
    notes = [replace(each, span=moved(net, each.span)) for each in traced.notes]
    return replace(traced, source=net.program, notes=notes)


def moved(net: Net, span: Span | None) -> Span | None:
    """A place in the text above as the place in the program."""
    if span is None:
        return None
    line, column, end_line, end_column = span
    if line <= len(net.literals):
        return list(net.literals.values())[line - 1]
    shift = net.first_line - len(net.literals) - 1
    return line + shift, column, end_line + shift, end_column
