"""A program's text → its graph, node by node: every value is computed as its node is made."""

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.budget import Budget
from app.engine.graph import Graph
from app.engine.passes import quiet
from app.engine.record import Note
from app.lang.errors import Exhausted, Trouble
from app.lang.leftovers import moved, take_out, without
from app.lang.limits import LIMITS
from app.lang.parse import Parsed, parse
from app.lang.scan import bound_names
from app.lang.tracing.finding import Binding, Finding
from app.lang.values import POISON, Number, Value, leaves

sys.setrecursionlimit(max(sys.getrecursionlimit(), 8_000))  # once, at import: calls of a program nest in ours


@dataclass
class Program:
    """A traced program: its graph, and what its names stand for.

    `names` has the last binding of every variable, `inputs` every input (scalars' ids, or nested lists of ids).
    """

    source: str
    graph: Graph
    output: int
    output_name: str | None
    names: dict[str, Binding]
    inputs: dict[str, Binding]
    printed: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def trace(
    source: str,
    *,
    inputs: Mapping[str, Any] | None = None,
    output: str | None = None,
    seed: int = 0,
    budget: Budget | None = None,
) -> Program:
    """Run a program forward and keep its graph.

    `inputs` override the numbers that names are bound to, and give those that the program leaves open; `output` names
    the variable to differentiate; `seed` is for what the program draws at random.  Raises LangError.
    """
    tracer = Tracer(parse(source), dict(inputs or {}), budget or Budget(), seed)
    with quiet():
        return tracer.program(output)


class Tracer(Finding):
    """One program on its way to a graph."""

    def __init__(self, parsed: Parsed, overrides: dict[str, Any], budget: Budget, seed: int) -> None:
        super().__init__(parsed, overrides, budget, seed)
        self.last: tuple[str | None, Value] | None = None
        self.facts = parsed.facts
        self.waiting = 0  # how many numbers waited for a name after the last statement

    def program(self, output: str | None) -> Program:
        """Run every statement, then find the output.  Raises LangError."""
        self.refuse_what_is_no_number()
        self.fail_if_needed()
        self._run_all()
        self.start_again()
        self.refuse_missing()
        self.refuse_overrides()
        self.fail_if_needed()
        for value in leaves(list(self.input_values.values())):
            if isinstance(value, Number) and not value.was_size:
                value.in_graph(self.graph)
        self.settle()
        try:
            name, node = self.output_of(output)
            self.refuse_mask(node)
            names, inputs = self.variables(), self.inputs_by_name()
        except Exception as raised:
            self.collect(raised)
        self.fail_if_needed()
        gone = self.sizes_alone(inputs, node)
        names, inputs = without(names, gone), without(inputs, gone)
        needed = self.differentiated or gone
        places = take_out(self.graph, [node, *names.values(), *inputs.values()], gone) if needed else None
        if places is not None:
            node = places[node]
            names, inputs = ({key: moved(each, places) for key, each in several.items()} for several in (names, inputs))
        return Program(
            self.parsed.source, self.graph, node, name, names=names, inputs=inputs, printed=self.printed,
            notes=[
                *(Note(code, message, None, span) for code, message, span in (*self.parsed.spelled.notes, *self.notes)),
                *self.remarks,
            ],
        )  # fmt: skip

    # ── running ─────────────────────────────────────────────────────────────────────────────────────────
    def _run_all(self) -> None:
        try:
            self.meter.take(len(self.parsed.body))
        except Exhausted as raised:
            self.collect(raised)
        for place in self.parsed.body:
            self.graph.span = None
            if not self._run_one(place):
                self.start_again()
                for name in bound_names([place]):
                    self.bound[name] = POISON
            if len(self.problems) >= LIMITS.problems:
                break

    def _run_one(self, place: ast.stmt) -> bool:
        """Whether the statement ran to its end."""
        self.statement = place
        try:
            if self.budget.deadline is not None:
                self.budget.check_time(len(self.graph))
            if self.run(place) is not None:
                raise Trouble("syntax_error", f"line {place.lineno}: this stands outside of a loop", "leave it out")
            self._adopt_lists()
        except Exception as raised:
            self.collect(raised, place)
            return False
        return True

    def _adopt_lists(self) -> None:
        """Give what a loop has put into a list the list's name, so that weights made one by one are inputs."""
        waiting = len(self.unnamed) + len(self.unnamed_numbers)
        if waiting == self.waiting:
            return
        for name in sorted(self.facts.lists):
            value = self.top.bound.get(name)
            if isinstance(value, list):
                self.adopt(self.shown(name), value)
        self.waiting = len(self.unnamed) + len(self.unnamed_numbers)

