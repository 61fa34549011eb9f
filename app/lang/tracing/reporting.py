"""What is wrong with a program as a whole: problems collected with their places, inputs that are missing or unknown."""

import ast
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import BudgetExceeded, EngineError
from app.lang.errors import Exhausted, LangError, Problem, Skip, Trouble, suggest
from app.lang.names import NAMES, READY
from app.lang.parse import Parsed, too_deep
from app.lang.scan import bound_names, names_read
from app.lang.tracing.binding import is_count
from app.lang.tracing.control import Control
from app.lang.values import Value, leaves

PATH_SHOWN = 6
"""Calls that an error names; of a longer path the first and the last."""
LOOK_AT = {
    "shape_mismatch": "print(x.shape) shows the shape of x",
    "bad_argument": "look it up among the ops at /docs",
}
"""What to do, where the engine does not say."""


class Reporting(Control):
    """Collects problems."""

    def __init__(self, parsed: Parsed, overrides: dict[str, Any], budget: Budget, seed: int) -> None:
        super().__init__(parsed, budget, seed)
        self.overrides = overrides
        self.problems: list[Problem] = []
        self.open: dict[str, ast.Name] = {}

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

    def start_again(self) -> None:
        """After a failure: back to top level."""
        self.enter(self.top)
        self.path.clear()
        self.graph.scope, self.looping, self.no_grad, self.updating = (), 0, 0, 0

    def fail_if_needed(self) -> None:
        """Raise what has been collected, in the order of the text.  Raises LangError."""
        if self.problems:
            raise LangError(sorted(self.problems, key=lambda each: each.span or (0, 0, 0, 0)))

    # ── inputs that are missing, or that are none ────────────────────────────────────────────────────────
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

    def refuse_missing(self) -> None:
        if self.open or self.problems:
            self._find_missing()
        for name, place in self.open.items():
            shown = self.shown(name)
            near = suggest(shown, [*map(self.shown, self.bound), *READY])
            hint = f"give it a value, such as `{shown} = 1.0`" + (f"; or did you mean `{near}`?" if near else "")
            self.problems.append(
                Problem("missing_input", f"{shown}: it has no value", hint, self._span(place), f"inputs.{shown}")
            )

    def refuse_what_is_no_number(self) -> None:
        for name, value in self.overrides.items():
            if not all(isinstance(each, np.ndarray) or (is_count(each) and _fits(each)) for each in leaves(value)):
                self.problems.append(Problem(
                    "bad_argument", f"inputs: {name[:60]} must be a number or a nested list of numbers",
                    "write numbers that a 64-bit float can hold", field=f"inputs.{name[:60]}",
                ))  # fmt: skip

    def refuse_overrides(self) -> None:
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


def _fits(number: int | float) -> bool:
    """Whether a number is a float64 too."""
    try:
        float(number)
    except OverflowError:
        return False
    return True
