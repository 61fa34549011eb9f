"""Statements: what they bind, what they import, and which of them the language reads."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.errors import Trouble, refuse_underscores, suggest
from app.lang.names import MODULES, NAMES
from app.lang.provenance import family
from app.lang.tracing.binding import Binding, Source
from app.lang.tracing.expressions import EVALUATE
from app.lang.tracing.operators import BINARY
from app.lang.tracing.unsupported import refuse
from app.lang.values import POISON, Module, Number, Stopped, Value, is_number, kind


class Statements(Binding):
    """Runs statements, one after the other, in the scope of one program."""

    def run(self, place: ast.stmt) -> object:
        """Run one statement; gives the signal that ends its block, or None.  Raises Trouble, Skip, EngineError."""
        how = RUN.get(type(place))
        if how is None:
            raise refuse(place)
        return how(self, place)

    # ── assignments ─────────────────────────────────────────────────────────────────────────────────────
    def assign(self, place: ast.Assign) -> None:
        target = place.targets[0]
        if isinstance(target, ast.Name) and len(place.targets) == 1:
            self.bind_name(target.id, self.evaluate(place.value), place.value)
            return
        changes = any(isinstance(each, ast.Attribute) and each.attr in ("data", "grad") for each in place.targets)
        self.updating += changes
        value = self.evaluate(place.value)
        self.updating -= changes
        for target in place.targets:
            self.bind(target, value, place.value)

    def annotated(self, place: ast.AnnAssign) -> None:
        if place.value is not None:
            self.bind(place.target, self.evaluate(place.value), place.value)

    def walrus(self, place: ast.NamedExpr) -> Value:
        """`name := value`; in a comprehension the name belongs to what is around it."""
        value, inside = self.evaluate(place.value), self.frame
        frame = inside
        while frame.parent is not None and frame.own and place.target.id not in frame.own:
            frame = frame.parent
        self.enter(frame)
        self.bind_name(place.target.id, value, place.value)
        found = self.bound[place.target.id]
        self.enter(inside)
        return found

    def augmented(self, place: ast.AugAssign) -> None:
        if type(place.op) not in BINARY:
            raise Trouble("unsupported_syntax", "operator: only += -= *= /= //= %= **= and @= are read",
                          "write `x = …` with the formula", place=place)  # fmt: skip
        target = place.target
        if not isinstance(target, ast.Name):
            self.augment_inside(place, target)
            return
        before = self.evaluate(target)
        if isinstance(before, list) and isinstance(place.op, ast.Add):
            self.extend(before, self.evaluate(place.value), place.value)
            return
        value = self.operate(place, target, before, place.value, self.evaluate(place.value))
        if self.in_place(before, value, target):
            self.replace(before, value, target)
            self.last = (self.shown(target.id), before) if self.frame is self.top else self.last
        else:
            self.bind(target, value, place)

    def bind(self, target: ast.expr, value: Value, source: Source) -> None:
        """Give what stands left of `=` its value; `source` is what stands right of it, or the whole `x += …`."""
        if isinstance(target, ast.Name):
            self.bind_name(target.id, value, source)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, source)
        elif isinstance(target, ast.Attribute):
            self.set_attribute(target, self.evaluate(target.value), value)
        elif isinstance(target, ast.Subscript):
            self.set_item(target, self.evaluate(target.value), value)
        else:
            raise Trouble("unsupported_syntax", "assignment: nothing can be given a value here",
                          "choose a name", place=target)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, source: Source) -> None:
        starred = [i for i, each in enumerate(target.elts) if isinstance(each, ast.Starred)]
        parts = self._parts(value, len(target.elts), target, bool(starred))
        elements: list[ast.expr] = list(target.elts)
        if starred:
            at, several = starred[0], len(parts) - len(elements) + 1
            parts[at : at + several] = [list(parts[at : at + several])]
            elements[at] = elements[at].value  # type: ignore[attr-defined]
        sources: list[Source] = [source] * len(parts)
        if isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(parts) and not starred:
            sources = [*source.elts]
        for each, part, own in zip(elements, parts, sources, strict=True):
            self.bind(each, part, own)

    def _parts(self, value: Value, names: int, target: ast.expr, at_least: bool) -> list[Value]:
        """A value taken apart for so many names."""
        if is_number(value) or value is None or isinstance(value, Number) or (
            isinstance(value, Node | np.ndarray) and not value.shape
        ):
            raise Trouble("bad_argument", f"assignment: {kind(value)} cannot be taken apart into several names",
                          "write as many values as names", place=target)  # fmt: skip
        count = value.shape[0] if isinstance(value, Node | np.ndarray) else None
        values = [] if count is not None and count != names and not at_least else self.elements(value, target)
        count = len(values) if count is None else count
        if count != names if not at_least else count < names - 1:
            raise Trouble("bad_argument", f"assignment: {names} names stand left, {count} values right",
                          "write as many names as values", place=target)  # fmt: skip
        return list(values)

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
            self.immutable = self.immutable or top == "jax"

    def import_names(self, place: ast.ImportFrom) -> None:
        module = place.module or ""
        if module == "__future__":
            return
        if module not in MODULES or place.level:
            raise self.unknown_module(module, place)
        self.immutable = self.immutable or module.split(".")[0] == "jax"
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
            return self.inside(path, each.name)
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


RUN: dict[type[ast.stmt], Callable[[Any, Any], object]] = {
    ast.Assign: Statements.assign,
    ast.AnnAssign: Statements.annotated,
    ast.AugAssign: Statements.augmented,
    ast.Expr: Statements.expression,
    ast.Import: Statements.import_modules,
    ast.ImportFrom: Statements.import_names,
    ast.Pass: Statements.nothing,
}
EVALUATE[ast.NamedExpr] = Statements.walrus
