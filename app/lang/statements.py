"""Statements: what they bind, what they import, and which of them the language reads."""

import ast
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.graph import Node, Span
from app.lang.display import concrete
from app.lang.errors import Trouble, refuse_underscores, suggest
from app.lang.expressions import BINARY, Expressions
from app.lang.members import SPREADS
from app.lang.names import MODULES, NAMES
from app.lang.provenance import families, family
from app.lang.unsupported import refuse
from app.lang.values import POISON, Fresh, Module, Number, Stopped, Value, is_number, kind, leaves

SETTABLE = frozenset({"label", "requires_grad", "name"})
"""Attributes that may be set and change nothing."""


class Statements(Expressions):
    """Runs statements, one after the other, in the scope of one program."""

    overrides: dict[str, Any]
    last: tuple[str | None, Value] | None

    def run(self, place: ast.stmt) -> None:
        """Run one statement.  Raises Trouble, Skip, EngineError."""
        how = RUN.get(type(place))
        if how is None:
            raise refuse(place)
        how(self, place)

    # ── assignments ─────────────────────────────────────────────────────────────────────────────────────
    def assign(self, place: ast.Assign) -> None:
        value = self.evaluate(place.value)
        for target in place.targets:
            self.bind(target, value, place.value)

    def annotated(self, place: ast.AnnAssign) -> None:
        if place.value is not None:
            self.bind(place.target, self.evaluate(place.value), place.value)

    def augmented(self, place: ast.AugAssign) -> None:
        if not isinstance(place.target, ast.Name):
            raise Trouble("unsupported_syntax", "assignment: only names can be given a value here",
                          "choose a name of its own", place=place.target)  # fmt: skip
        if type(place.op) not in BINARY:
            raise Trouble("unsupported_syntax", "operator: only += -= *= /= //= %= **= and @= are read",
                          "write `x = …` with the formula", place=place)  # fmt: skip
        old = ast.copy_location(ast.Name(place.target.id, ast.Load()), place.target)
        both = ast.copy_location(ast.BinOp(old, place.op, place.value), place)
        self.bind(place.target, self.evaluate(both), both)

    def bind(self, target: ast.expr, value: Value, source: ast.expr) -> None:
        """Give what stands left of `=` its value; `source` is what stands right of it."""
        if isinstance(target, ast.Name):
            self.bind_name(target.id, value, source)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, source)
        elif not (isinstance(target, ast.Attribute) and target.attr in SETTABLE):
            raise Trouble("unsupported_syntax", "assignment: only names can be given a value here",
                          "choose a name of its own", place=target)  # fmt: skip

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, source: ast.expr) -> None:
        if any(isinstance(each, ast.Starred) for each in target.elts):
            raise refuse(next(each for each in target.elts if isinstance(each, ast.Starred)))
        parts = self._parts(value, len(target.elts), target)
        same = isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(parts)
        for i, (each, part) in enumerate(zip(target.elts, parts, strict=True)):
            self.bind(each, part, source.elts[i] if same else source)  # type: ignore[attr-defined]

    def _parts(self, value: Value, names: int, target: ast.expr) -> list[Value]:
        """A value taken apart for so many names."""
        if isinstance(value, Stopped):
            value = self.node(value)
        if not isinstance(value, list | tuple) and not (isinstance(value, Node | np.ndarray) and value.shape):
            raise Trouble("bad_argument", f"assignment: {kind(value)} cannot be taken apart into several names",
                          "write as many values as names", place=target)  # fmt: skip
        count = len(value) if isinstance(value, list | tuple) else value.shape[0]
        if count != names:
            raise Trouble("bad_argument", f"assignment: {names} names stand left, {count} values right",
                          "write as many names as values", place=target)  # fmt: skip
        if isinstance(value, list | tuple):
            return list(value)
        return [self.call_named("index", [value, i], {}) for i in range(count)]

    def bind_name(self, name: str, value: Value, source: ast.expr) -> None:
        """Give a name its value.  Numbers that depend on no variable are inputs, under the request's override."""
        shown = self.shown(name)
        refuse_underscores(name)
        span = self._span(source)
        if self.is_free(value, source):
            self.literals.add(shown)
            value = alike(value, self.given(shown)) if shown in self.overrides else value
            value = self.input_of(shown, value, span)
        elif is_number(value) and not isinstance(value, bool):
            value = Number(value, shown, False, span)
        elif isinstance(value, np.ndarray):
            self.graph.span = span
            value = self.graph.leaf(value)
        elif isinstance(value, list | tuple):
            self.meter.take_list(value)
        elif isinstance(value, Stopped):
            value = self.node(value)
        self.bound[name] = value
        if self.asks_whose:
            self.made_with[name] = families(source, self.made_with)
        self.name_nodes(shown, value)
        if isinstance(value, Node | Number | list | tuple):
            self.last = shown, value

    def is_free(self, value: Value, source: ast.expr) -> bool:
        """Whether a value is numbers that were written or drawn, and depends on no variable."""
        if isinstance(source, ast.Constant):
            return is_number(value) and not isinstance(value, bool)
        if isinstance(value, tuple) and all(isinstance(each, int) for each in leaves(value)):
            return False  # a shape
        numbers = list(leaves(value))
        if not numbers or not all(_is_array(each) or is_count(each) for each in numbers):
            return False
        return not any(isinstance(each, ast.Name) and self._is_variable(each.id) for each in ast.walk(source))

    def _is_variable(self, name: str) -> bool:
        found = self.bound.get(name)
        if isinstance(found, Number):  # a whole number that nothing was calculated with is at most a size
            return found.node is not None or not float(found.exact).is_integer()
        return isinstance(found, Node | Stopped | list | tuple | np.ndarray)

    def given(self, name: str) -> Value:
        """What the request gives for a name."""
        return self.overrides[name]

    def input_of(self, name: str, value: Value, span: Span | None) -> Value:
        """An input: a scalar is a number until it is calculated with, a list of `Value`s has a node for each."""
        if is_number(value):
            return self.note_input(name, Number(float(value) if isinstance(value, Fresh) else value, name, True, span))
        if isinstance(value, list | tuple) and (any(isinstance(e, Fresh) for e in leaves(value)) or _ragged(value)):
            parts: Value = [self.input_of(f"{name}[{i}]", each, span) for i, each in enumerate(value)]
            return self.note_input(name, parts)
        before, self.graph.span = self.graph.span, span
        made = self.graph.leaf(np.asarray(concrete(value), float) if isinstance(value, list | tuple) else value, name)
        self.graph.span = before
        return self.note_input(name, made)

    def note_input(self, name: str, value: Value) -> Value:
        """Keep an input in mind, in the order of the program."""
        self.input_values[name] = value
        return value

    def name_nodes(self, name: str, value: Value) -> None:
        """The first name that a node gets is the one that it shows."""
        if isinstance(value, Node):
            if self.graph.names[value.id] is None:
                self.graph.name(value.id, name)
        elif isinstance(value, list | tuple):
            for i, each in enumerate(value):
                self.name_nodes(f"{name}[{i}]", each)

    # ── the rest ────────────────────────────────────────────────────────────────────────────────────────
    def expression(self, place: ast.Expr) -> None:
        if isinstance(place.value, ast.Constant) and isinstance(place.value.value, str):
            return  # a docstring
        if isinstance(place.value, ast.Compare) and isinstance(place.value.ops[0], ast.Eq):
            self._refuse_equation(place.value)
        value = self.evaluate(place.value)
        if isinstance(value, list | tuple) and value:
            value = value[-1]
        if isinstance(value, Node | Number | Stopped | np.ndarray) or (
            is_number(value) and not isinstance(value, bool)
        ):
            self.last = None, value

    def _refuse_equation(self, place: ast.Compare) -> None:
        """`y == x**2`, where nothing else gives y a value."""
        name = place.left.id if isinstance(place.left, ast.Name) else ""
        if name and name not in self.bound and not NAMES.has(name):
            self.bound[name] = POISON
            raise Trouble("syntax_error", f"line {place.lineno}: `==` compares, it gives {self.shown(name)} no value",
                          f"write `{self.shown(name)} = …`", place=place)  # fmt: skip

    def import_modules(self, place: ast.Import) -> None:
        for each in place.names:
            if each.name not in MODULES:
                raise self.unknown_module(each.name, each)
            top = each.name.split(".")[0]
            refuse_underscores(each.asname or top, each)
            path = MODULES[each.name if each.asname else top]
            self.bound[each.asname or top], self.made_with[each.asname or top] = Module(path), family(path)

    def import_names(self, place: ast.ImportFrom) -> None:
        module = place.module or ""
        if module == "__future__":
            return
        if module not in MODULES or place.level:
            raise self.unknown_module(module, place)
        for each in place.names:
            full = f"{module}.{each.name}"
            refuse_underscores(each.asname or each.name, each)
            if each.name != "*":  # what a star brings is known anyway
                self.bound[each.asname or each.name] = (
                    Module(MODULES[full]) if full in MODULES else self._brought(MODULES[module], each)
                )
                self.made_with[each.asname or each.name] = family(MODULES[module])

    def _brought(self, path: str, each: ast.alias) -> Value:
        """What `from path import name` brings."""
        try:
            return NAMES.inside(path, each.name)
        except Trouble as trouble:
            fix = trouble.fix and f"{trouble.fix.rpartition('.')[2]} as {each.asname or each.name}"
            raise Trouble(trouble.code, trouble.message, trouble.hint, place=each, fix=fix) from None

    def unknown_module(self, name: str, place: ast.stmt | ast.alias) -> Trouble:
        near = suggest(name, MODULES)
        hint = f"did you mean `{near}`?" if near else "numpy, torch, jax, math and micrograd.engine can be imported"
        fix = near and isinstance(place, ast.alias) and f"{near} as {place.asname or name.split('.')[0]}"
        return Trouble("forbidden", f"import: {name[:60] or 'this'} is not a module here", hint, place=place,
                       fix=fix or None)  # fmt: skip

    def nothing(self, place: ast.Pass) -> None:
        return

    # ── what this class needs of the whole program ──────────────────────────────────────────────────────
    @cached_property
    def asks_whose(self) -> bool:
        """Whether the program has a method that depends on whose array it stands at."""
        return any(name in self.parsed.spelled.text for name in SPREADS)

    @cached_property
    def input_values(self) -> dict[str, Value]:
        """The inputs so far, by name."""
        return {}

    @cached_property
    def literals(self) -> set[str]:
        """Names that an override may give another value."""
        return set()


def is_count(value: Value) -> bool:
    return is_number(value) and not isinstance(value, bool | np.bool_)


def _is_array(value: Value) -> bool:
    return isinstance(value, np.ndarray) and value.dtype != np.bool_


def alike(own: Value, given: Value) -> Value:
    """What is given, built as the program builds its own: a list of `Value`s stays one, with the same nodes."""
    if isinstance(own, Fresh) and is_number(given):
        return Fresh(given)
    given = given.tolist() if isinstance(given, np.ndarray) and isinstance(own, list | tuple) else given
    if isinstance(own, list | tuple) and isinstance(given, list | tuple) and len(own) == len(given):
        return [alike(*pair) for pair in zip(own, given, strict=True)]
    return given


def _ragged(value: Value) -> bool:
    """Whether a nested list has no shape."""
    if not isinstance(value, list | tuple):
        return False
    try:
        return np.asarray(concrete(value)).dtype == object
    except ValueError:
        return True


RUN: dict[type[ast.stmt], Callable[[Any, Any], None]] = {
    ast.Assign: Statements.assign,
    ast.AnnAssign: Statements.annotated,
    ast.AugAssign: Statements.augmented,
    ast.Expr: Statements.expression,
    ast.Import: Statements.import_modules,
    ast.ImportFrom: Statements.import_names,
    ast.Pass: Statements.nothing,
}
