"""Expressions: a syntax node in, a value out.  Nothing a user wrote is handed to Python to run."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.lang.display import formatted
from app.lang.errors import Skip, Trouble, refuse_underscores
from app.lang.names import NAMES
from app.lang.objects import Frame
from app.lang.operate import Workshop
from app.lang.parse import Parsed, plain_span
from app.lang.provenance import Families
from app.lang.tracing.unsupported import refuse
from app.lang.values import Number, Poison, Value, kind


class Expressions(Workshop):
    """Evaluates expressions in the scope of one program."""

    def __init__(self, parsed: Parsed, budget: Budget, seed: int) -> None:
        super().__init__(budget, seed)
        self.parsed = parsed
        self.frame = self.top = Frame()
        self.bound = self.top.bound
        self.later: frozenset[str] = frozenset()
        self.looping = 0
        self.made_with: dict[str, Families] = {}
        self._typed = parsed.spelled.typed
        self._span = plain_span if parsed.plain else parsed.span

    def evaluate(self, place: ast.expr) -> Value:
        """The value of an expression.  Raises Trouble, Skip, EngineError."""
        how = EVALUATE.get(type(place))
        if how is None:
            raise refuse(place)
        return how(self, place)

    # ── leaves ──────────────────────────────────────────────────────────────────────────────────────────
    def constant(self, place: ast.Constant) -> Value:
        value = place.value
        if type(value) is float:
            return value
        if isinstance(value, complex | bytes):
            what = "complex numbers are" if isinstance(value, complex) else "bytes are"
            raise Trouble("bad_argument", f"number: {what} not read here", "use real numbers", place=place)
        if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 63:
            try:
                return float(value)
            except OverflowError:
                return np.inf
        return value

    def name(self, place: ast.Name) -> Value:
        found = self.bound.get(place.id, self)
        if found is self:
            return self.unbound(place)
        if isinstance(found, Poison):
            raise Skip
        return found

    def unbound(self, place: ast.Name) -> Value:
        """A name that no statement of this scope has bound yet."""
        name = place.id
        if self.frame is not self.top:
            found = self.around(place)
            if found is not self:
                return found
        if name == "__name__":
            return "__main__"
        refuse_underscores(name, place)
        if name in self.later:
            raise Trouble("unknown_name", f"{self.shown(name)}: it is used before it is given a value",
                          "move its line up", place=place)  # fmt: skip
        try:
            return NAMES.find(name)
        except KeyError:
            return self.missing(place)

    def around(self, place: ast.Name) -> Value:
        """What a name means in the scopes around this one; the tracer itself where they do not bind it."""
        name, frame = place.id, self.frame
        if name in frame.elsewhere:
            return frame.elsewhere[name].bound.get(name, self)
        while frame.parent is not None:
            if name in frame.own:
                raise Trouble("unknown_name", f"{self.shown(name)}: it is used before it is given a value",
                              "move its line up", place=place)  # fmt: skip
            frame = frame.parent
            found = frame.bound.get(name, self)
            if found is not self:
                if isinstance(found, Poison):
                    raise Skip
                return found
        return self

    def shown(self, name: str) -> str:
        """A name as it was typed."""
        typed = self._typed
        return name if not typed and len(name) <= 60 else typed.get(name, name)[:60]

    def missing(self, place: ast.Name) -> Value:
        """A name that nothing binds: an input that the request must give."""
        raise NotImplementedError

    # ── displays and texts ──────────────────────────────────────────────────────────────────────────────
    def several(self, place: ast.List | ast.Tuple) -> Value:
        values = self.displayed(place.elts)
        return self.meter.take_list(values if isinstance(place, ast.List) else tuple(values))

    def displayed(self, places: list[ast.expr]) -> list[Value]:
        """The elements of a display, those behind a star one by one."""
        values: list[Value] = []
        for each in places:
            if isinstance(each, ast.Starred):
                values.extend(self.elements(self.evaluate(each.value), each))
            else:
                values.append(self.evaluate(each))
        return values

    def dict_display(self, place: ast.Dict) -> Value:
        found: dict[Value, Value] = {}
        for key, value in zip(place.keys, place.values, strict=True):
            if key is None:
                inside = self.evaluate(value)
                if not isinstance(inside, dict):
                    raise Trouble("bad_argument", f"dict: ** stands before {kind(inside)}, it must be a dict",
                                  "write the keys out",
                                  place=value)  # fmt: skip
                found |= inside
            else:
                found[self.key(self.evaluate(key), key)] = self.stored(self.evaluate(value))
        self.meter.take(len(found))
        return found

    def key(self, value: Value, place: ast.AST | None = None) -> Value:
        """A value as the key of a dict or an element of a set.  Raises Trouble."""
        if isinstance(value, Number) and not value.is_input:
            value = value.exact
        if isinstance(value, tuple):
            return tuple(self.key(each, place) for each in value)
        if isinstance(value, list | dict | set | np.ndarray):
            raise Trouble("bad_argument", f"key: {kind(value)} cannot be a key", "use a number, a text or a tuple",
                          place=place)  # fmt: skip
        return value

    def set_display(self, place: ast.Set) -> Value:
        return {self.key(each, place) for each in self.displayed(place.elts)}

    def starred(self, place: ast.Starred) -> Value:
        raise Trouble("syntax_error", f"line {place.lineno}: `*` cannot stand here", "write the elements out",
                      place=place)  # fmt: skip

    def f_string(self, place: ast.JoinedStr) -> str:
        parts: list[str] = []
        for each in place.values:
            if isinstance(each, ast.FormattedValue):
                spec = self.f_string(each.format_spec) if isinstance(each.format_spec, ast.JoinedStr) else ""
                value = self.printable(self.evaluate(each.value))
                parts.append(self.meter.write(formatted(value, each.conversion, spec)))
            else:
                parts.append(self.meter.write(self.text(self.evaluate(each))))
        return "".join(parts)

    # ── what other parts of the tracer do ────────────────────────────────────────────────────────────────
    def elements(self, value: Value, place: ast.AST | None = None) -> Any:
        """What a loop over the value meets."""
        raise NotImplementedError

    def stored(self, value: Value) -> Value:
        """A value on its way into a list or a dict."""
        raise NotImplementedError

    def printable(self, value: Value) -> Value:
        """A value as it is printed."""
        raise NotImplementedError

    def text(self, value: Value) -> str:
        """As `print` shows it."""
        raise NotImplementedError


EVALUATE: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.List: Expressions.several,
    ast.Tuple: Expressions.several,
    ast.Dict: Expressions.dict_display,
    ast.Set: Expressions.set_display,
    ast.Starred: Expressions.starred,
    ast.JoinedStr: Expressions.f_string,
}
