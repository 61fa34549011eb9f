"""A program's text → its graph, node by node: every value is computed as its node is made."""

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import BudgetExceeded, EngineError
from app.engine.graph import Graph, Node, as_value
from app.engine.passes import quiet, reverse
from app.engine.record import Note
from app.engine.structure import is_mask
from app.lang.errors import Exhausted, LangError, Problem, Skip, Trouble, suggest
from app.lang.limits import LIMITS
from app.lang.names import NAMES, READY
from app.lang.parse import Parsed, parse, too_deep
from app.lang.scan import names_read, targets
from app.lang.statements import Statements, is_count
from app.lang.values import POISON, Number, Value, is_number, leaves

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


class Tracer(Statements):
    """One program on its way to a graph."""

    def __init__(self, parsed: Parsed, overrides: dict[str, Any], budget: Budget, seed: int) -> None:
        super().__init__(parsed, budget, seed)
        self.overrides = overrides
        self.problems: list[Problem] = []
        self.open: dict[str, ast.Name] = {}
        self.last: tuple[str | None, Value] | None = None
        self.backwards: list[int] = []
        self._adjoints: dict[int, Any] | None = None
        self._held = 0

    def program(self, output: str | None) -> Program:
        """Run every statement, then find the output.  Raises LangError."""
        self._refuse_what_is_no_number()
        self.fail_if_needed()
        self._run_all()
        self._refuse_missing()
        self._refuse_overrides()
        self.fail_if_needed()
        for value in self.input_values.values():
            if isinstance(value, Number) and not value.was_size:
                value.in_graph(self.graph)
        with self.collecting():
            name, node = self._output(output)
            self._refuse_mask(node)
        self.fail_if_needed()
        return Program(
            self.parsed.source, self.graph, node, name,
            names={self.shown(each): binding for each, value in self.bound.items()
                   if (binding := binding_of(value)) is not None},
            inputs=self._inputs(), printed=self.printed,
            notes=[
                *(Note(code, message, None, span) for code, message, span in self.parsed.spelled.notes), *self.remarks,
            ],
        )  # fmt: skip

    # ── running ─────────────────────────────────────────────────────────────────────────────────────────
    def _run_all(self) -> None:
        with self.collecting():
            self.meter.take(len(self.parsed.body))
        for place in self.parsed.body:
            self.graph.span = None
            if not self._run_one(place):
                for name in targets([place]):
                    self.bound[name] = POISON
            if len(self.problems) >= LIMITS.problems:
                break

    def _run_one(self, place: ast.stmt) -> bool:
        """Whether the statement ran to its end."""
        done = False
        with self.collecting(place):
            if self.budget.deadline is not None:
                self.budget.check_time(len(self.graph))
            self.run(place)
            done = True
        return done

    @contextmanager
    def collecting(self, place: ast.AST | None = None) -> Iterator[None]:
        """Turn what is raised inside into a problem with its place."""
        try:
            yield
        except Skip:
            pass
        except Exhausted as trouble:
            self.problems.append(Problem(trouble.code, trouble.message, trouble.hint, self._here(place)))
            raise LangError(self.problems) from None
        except Trouble as trouble:
            span = self._span(trouble.place) if trouble.place is not None else self._here(place)
            self.problems.append(Problem(trouble.code, trouble.message, trouble.hint, span, fix=trouble.fix))
        except RecursionError:
            self.problems.append(too_deep(self._here(place)))
        except MemoryError:
            message = "program: this takes more memory than there is"
            self.problems.append(Problem("too_large", message, "use smaller arrays", self._here(place)))
            raise LangError(self.problems) from None
        except EngineError as error:
            message, _, hint = error.message.partition(" — ")
            self.problems.append(Problem(error.code, message, hint or LOOK_AT.get(error.code), self._here(place)))
            if isinstance(error, BudgetExceeded):
                raise LangError(self.problems) from error

    def _here(self, place: ast.AST | None) -> Any:
        return self.graph.span or (None if place is None else self._span(place))

    def fail_if_needed(self) -> None:
        """Raise what has been collected, in the order of the text.  Raises LangError."""
        if self.problems:
            raise LangError(sorted(self.problems, key=lambda each: each.span or (0, 0, 0, 0)))

    # ── inputs ──────────────────────────────────────────────────────────────────────────────────────────
    def unbound(self, place: ast.Name) -> Value:
        shown = self.shown(place.id)
        if shown in self.overrides:
            self.literals.add(shown)
            found = self.bound[place.id] = self.input_of(shown, self.given(shown), self._span(place))
            return found
        if not self.later:
            self.later = frozenset(targets(self.parsed.body))
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
        whole = {name: binding_of(value) for name, value in self.input_values.items() if "[" not in name}
        return {name: binding for name, binding in whole.items() if binding is not None}

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
        place = next(each for each in reversed(self.parsed.body) if name in map(self.shown, targets([each])))
        return Trouble(
            "bad_argument", f"output: {name} is a list, the output must be a number or an array", hint, place=place
        )

    def _named_output(self, name: str) -> int:
        known = {self.shown(each): value for each, value in self.bound.items()}
        value = known.get(name)
        if isinstance(value, list | tuple):
            raise self._list_as_output(name, value)
        if not isinstance(value, Node | Number):
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

    # ── .backward() and .grad ───────────────────────────────────────────────────────────────────────────
    def go_backward(self, node: Node) -> None:
        """`.backward()`: this is the output; gradients add up until the end, as in the libraries."""
        self.backwards.append(node.id)
        self.budget.spent -= self._held
        self._adjoints, self._held = None, 0

    def gradient_of(self, value: Value) -> Any:
        """`.grad`: a number or an array; 0 where no backward pass has come."""
        node = self.node(value)
        if self._adjoints is None:
            self._adjoints, before = {}, self.budget.spent
            for output in self.backwards:
                seed = np.ones(np.shape(self.graph.values[output]))[()]
                found, _ = reverse(self.graph, self.graph.values, output, seed, self.graph.input_ids())
                for i, adjoint in found.items():
                    self._adjoints[i] = self._adjoints[i] + adjoint if i in self._adjoints else adjoint
                self.budget.spent = before  # of this pass only the gradients stay
            self._held = sum(int(np.size(adjoint)) for adjoint in self._adjoints.values())
            self.budget.keep("grad", self._held)
        found_here = as_value(self._adjoints.get(node.id, np.zeros(node.shape)))
        return found_here.item() if isinstance(found_here, np.generic) else found_here


def _fits(number: int | float) -> bool:
    """Whether a number is a float64 too."""
    try:
        float(number)
    except OverflowError:
        return False
    return True


def binding_of(value: Value) -> Binding:
    """The node or nodes that a variable stands for; None where it stands for none."""
    if isinstance(value, Node):
        return value.id
    if isinstance(value, Number):
        return None if value.node is None else value.node.id
    if isinstance(value, list | tuple) and value:
        parts = [binding_of(each) for each in value]
        return None if any(part is None for part in parts) else parts
    return None
