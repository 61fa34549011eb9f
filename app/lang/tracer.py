"""A program's text → its graph, node by node: every value is computed as its node is made."""

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import BudgetExceeded, EngineError
from app.engine.graph import Graph, Node
from app.engine.passes import quiet
from app.engine.record import Note
from app.engine.structure import is_mask
from app.lang.binding import is_count
from app.lang.control import Control
from app.lang.errors import Exhausted, LangError, Problem, Skip, Trouble, suggest
from app.lang.leftovers import moved, only_sizes, take_out, without
from app.lang.limits import LIMITS
from app.lang.names import NAMES, READY
from app.lang.parse import Parsed, parse, too_deep
from app.lang.scan import bound_names, names_read
from app.lang.values import LISTS, POISON, Number, Slope, Stopped, Value, is_number, leaves
from app.lang.views import View

sys.setrecursionlimit(max(sys.getrecursionlimit(), 8_000))  # once, at import: calls of a program nest in ours
PATH_SHOWN = 6
"""Calls that an error names; of a longer path the first and the last."""
Binding = Any
"""A node's id, or nested lists of ids."""


LOOK_AT = {
    "shape_mismatch": "print(x.shape) shows the shape of x",
    "bad_argument": "look it up among the ops at /docs",
}
"""What to do, where the engine does not say."""


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


class Tracer(Control):
    """One program on its way to a graph."""

    def __init__(self, parsed: Parsed, overrides: dict[str, Any], budget: Budget, seed: int) -> None:
        super().__init__(parsed, budget, seed)
        self.overrides = overrides
        self.problems: list[Problem] = []
        self.open: dict[str, ast.Name] = {}
        self.last: tuple[str | None, Value] | None = None
        self.facts = parsed.facts
        self.waiting = 0  # how many numbers waited for a name after the last statement

    def program(self, output: str | None) -> Program:
        """Run every statement, then find the output.  Raises LangError."""
        self._refuse_what_is_no_number()
        self.fail_if_needed()
        self._run_all()
        self._start_again()
        self._refuse_missing()
        self._refuse_overrides()
        self.fail_if_needed()
        for value in leaves(list(self.input_values.values())):
            if isinstance(value, Number) and not value.was_size:
                value.in_graph(self.graph)
        self.settle()
        try:
            name, node = self._output(output)
            self._refuse_mask(node)
            names, inputs = self._names(), self._inputs()
        except Exception as raised:
            self.collect(raised)
        self.fail_if_needed()
        gone = self._sizes(inputs, node)
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
                self._start_again()
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

    def collect(self, raised: Exception, place: ast.AST | None = None) -> None:
        """Turn what was raised into a problem with its place; what is none goes on."""
        try:
            raise raised
        except Skip:
            pass
        except Exhausted as trouble:
            self.problems.append(Problem(trouble.code, trouble.message + self._called_from(), trouble.hint,
                                         self._here(place)))  # fmt: skip
            raise LangError(self.problems) from None
        except Trouble as trouble:
            span = self._span(trouble.place) if trouble.place is not None else self._here(place)
            message = trouble.message + self._called_from()
            self.problems.append(Problem(trouble.code, message, trouble.hint, span, fix=trouble.fix))
        except RecursionError:
            self.problems.append(too_deep(self._here(place)))
        except MemoryError:
            message = "program: this takes more memory than there is"
            self.problems.append(Problem("too_large", message, "use smaller arrays", self._here(place)))
            raise LangError(self.problems) from None
        except EngineError as error:
            message, _, hint = error.message.partition(" — ")
            message += self._called_from()
            self.problems.append(Problem(error.code, message, hint or LOOK_AT.get(error.code), self._here(place)))
            if isinstance(error, BudgetExceeded):
                raise LangError(self.problems) from error

    def _here(self, place: ast.AST | None) -> Any:
        place = place if self.statement is None or place is None else self.statement
        return self.graph.span or (None if place is None else self._span(place))

    def _called_from(self) -> str:
        """By which calls the program came to the line that failed: ` (in f, called on line 7)`."""
        steps = [f"in {name}, called on line {self._span(place)[0]}" if place is not None else f"in {name}"
                 for name, place in reversed(self.path)]  # fmt: skip
        if len(steps) > PATH_SHOWN:
            steps[PATH_SHOWN // 2 : -PATH_SHOWN // 2] = ["…"]
        return f" ({', '.join(steps)})" if steps else ""

    def _start_again(self) -> None:
        """After a failure: back to top level."""
        self.enter(self.top)
        self.path.clear()
        self.graph.scope, self.looping, self.no_grad, self.updating = (), 0, 0, 0

    def fail_if_needed(self) -> None:
        """Raise what has been collected, in the order of the text.  Raises LangError."""
        if self.problems:
            raise LangError(sorted(self.problems, key=lambda each: each.span or (0, 0, 0, 0)))

    # ── inputs ──────────────────────────────────────────────────────────────────────────────────────────
    def unbound(self, place: ast.Name) -> Value:
        shown = self.shown(place.id)
        if shown in self.overrides:
            self.literals.add(shown)
            found = self.top.bound[place.id] = self.input_of(shown, self.given(shown), self._span(place))
            return found
        if not self.later:
            self.later = frozenset(bound_names(self.parsed.body))
        return super().unbound(place)

    def missing(self, place: ast.Name) -> Value:
        self.open[place.id] = place
        raise Skip

    def _find_missing(self) -> None:
        """Every name that nothing gives a value, also those in statements that did not run to their end."""
        known = {*self.later, *self.bound}
        for place in names_read(self.parsed.body):
            name = place.id
            given = self.shown(name) in self.overrides or name in known or name.startswith("__")
            if not given and not NAMES.has(name):
                self.open.setdefault(name, place)

    def _refuse_missing(self) -> None:
        if self.open or self.problems:
            self._find_missing()
        for name, place in self.open.items():
            shown = self.shown(name)
            near = suggest(shown, [*map(self.shown, self.bound), *READY])
            hint = f"give it a value, such as `{shown} = 1.0`" + (f"; or did you mean `{near}`?" if near else "")
            self.problems.append(
                Problem("missing_input", f"{shown}: it has no value", hint, self._span(place), f"inputs.{shown}")
            )

    def _refuse_what_is_no_number(self) -> None:
        for name, value in self.overrides.items():
            if not all(isinstance(each, np.ndarray) or (is_count(each) and _fits(each)) for each in leaves(value)):
                self.problems.append(Problem(
                    "bad_argument", f"inputs: {name[:60]} must be a number or a nested list of numbers",
                    "write numbers that a 64-bit float can hold", field=f"inputs.{name[:60]}",
                ))  # fmt: skip

    def _refuse_overrides(self) -> None:
        for name in self.overrides:
            if name in self.literals or self.problems:
                continue
            bound = {self.shown(each) for each in self.bound}
            if name in bound:
                self.problems.append(Problem(
                    "bad_argument", f"inputs: {name[:60]} is computed by the program, it cannot be given",
                    "give the inputs that it is computed from", field=f"inputs.{name[:60]}",
                ))  # fmt: skip
            else:
                near = suggest(name, self.literals)
                self.problems.append(Problem(
                    "unknown_name", f"inputs: the program has no input {name[:60]!r}",
                    f"did you mean `{near}`?" if near else f"its inputs are {', '.join(sorted(self.literals)[:10])}",
                    field=f"inputs.{name[:60]}",
                ))  # fmt: skip

    def _inputs(self) -> dict[str, Binding]:
        """Inputs by name, in the order of the program; (nested) lists of `Value`s under the list's name."""
        whole = {name: binding_of(value, first=True) for name, value in self.input_values.items()}
        return {name: binding for name, binding in whole.items() if binding is not None}

    def _sizes(self, inputs: Mapping[str, Binding], output: int) -> set[int]:
        """Lists of whole numbers that are at most sizes, with what was taken from them: like such numbers, no inputs.
        """
        lists = [each for each in inputs.values() if isinstance(each, int) and each in self.whole_lists]
        return only_sizes(self.graph, lists, self.counted, {output, *self.backwards}) if lists else set()

    def _names(self) -> dict[str, Binding]:
        """What the variables stand for at the end; parameters for what they were at the last backward pass."""
        for value in self.bound.values():
            if isinstance(value, LISTS):
                self.meter.take_list(value)
        found = {self.shown(each): binding for each, value in self.bound.items()
                 if (binding := self._binding(value)) is not None}  # fmt: skip
        for name, held in self.parts.items():
            binding = self._binding(held)
            if binding is not None:
                found.setdefault(name, binding)
        return found

    def _binding(self, value: Value) -> Binding:
        """The node or nodes that a variable stands for; None where it stands for none."""
        if isinstance(value, Node | Number):
            held = self.held.get(id(value))
            passed = [node for output, node in held.terms if output == self.backwards[-1]] if held else []
            return passed[-1] if passed and held and held.since == len(self.backwards) else binding_of(value)
        if isinstance(value, list | tuple) and value:
            parts = [self._binding(each) for each in value]
            return None if any(part is None for part in parts) else parts
        return None

    # ── output ──────────────────────────────────────────────────────────────────────────────────────────
    def _output(self, name: str | None) -> tuple[str | None, int]:
        if name is not None:
            return name, self._named_output(name)
        if self.backwards:
            node = self.backwards[-1]
            return self.graph.names[node], node
        if self.last is None:
            raise Trouble("empty_program", "program: it computes nothing", "write a formula, such as `y = x**2`")
        name, value = self.last
        if isinstance(value, list | tuple):
            raise self._list_as_output(str(name), value)
        node = self.node(value).id
        return name or self.graph.names[node], node

    def _list_as_output(self, name: str, value: Value) -> Trouble:
        hint = "add its elements up, or name another output"
        if isinstance(value, tuple) and all(isinstance(each, Number) or is_number(each) for each in value):
            hint = "a decimal number has a point: 3.5, not 3,5; to choose another output, name it"
        place = next(each for each in reversed(self.parsed.body) if name in map(self.shown, bound_names([each])))
        return Trouble(
            "bad_argument", f"output: {name} is a list, the output must be a number or an array", hint, place=place
        )

    def _named_output(self, name: str) -> int:
        known = {self.shown(each): value for each, value in self.bound.items()}
        value = known.get(name)
        value = self.parts.get(name) if value is None else value
        if isinstance(value, list | tuple):
            raise self._list_as_output(name, value)
        if not isinstance(value, Node | Number | Stopped | Slope):
            near = suggest(name, [each for each in known if each != name])
            self.problems.append(Problem(
                "unknown_name", f"output: the program has no variable {name[:60]!r}",
                f"did you mean `{near}`?" if near else "name one of its variables", field="output",
            ))  # fmt: skip
            raise Skip
        return self.node(value).id

    def _refuse_mask(self, node: int) -> None:
        if is_mask(self.graph.values[node]):
            self.graph.span = self.graph.spans[node]
            raise Trouble("not_differentiable", "output: it is True or False, which has no derivative",
                          "choose a number as the output")  # fmt: skip


def _fits(number: int | float) -> bool:
    """Whether a number is a float64 too."""
    try:
        float(number)
    except OverflowError:
        return False
    return True


def binding_of(value: Value, first: bool = False) -> Binding:
    """The node or nodes that a variable stands for, or stood for at `first`; None where it stands for none."""
    if isinstance(value, View) and value.is_lost:
        return None
    if isinstance(value, Node):
        return value.id
    if isinstance(value, Number):
        node = (value.first if first else None) or value.node
        return None if node is None else node.id
    if isinstance(value, list | tuple) and value:
        parts = [binding_of(each, first) for each in value]
        return None if any(part is None for part in parts) else parts
    return None
