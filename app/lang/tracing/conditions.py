"""Conditions: comparisons, `and`, `or`, `not`, `a if b else c`.  They are decided on the numbers that there are.

A condition that depends on an input decides for these numbers only, so a note says which way it went.
"""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang import fold
from app.lang.display import concrete
from app.lang.errors import Trouble
from app.lang.objects import CALLABLE, Instance, Klass
from app.lang.tracing.calls import Calls
from app.lang.tracing.expressions import EVALUATE
from app.lang.tracing.operators import COMPARISONS
from app.lang.values import Function, Module, Number, Slope, Stopped, Value, in_graph, is_number, kind

ON_OBJECTS: dict[type[ast.cmpop], str] = {
    ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__", ast.Eq: "__eq__", ast.NotEq: "__ne__",
}  # fmt: skip
PLAIN = (str, list, tuple, dict, set, range, bool, type(None))
"""What is compared as Python does, whatever it is compared with."""


class Conditions(Calls):
    """Decides conditions."""

    depends: bool = False
    """Whether the condition being decided has met a number of the graph."""

    # ── True or False ───────────────────────────────────────────────────────────────────────────────────
    def truth(self, value: Value, place: ast.expr | None = None) -> bool:
        """Whether a value counts as True.  Raises Trouble for arrays of several numbers."""
        if isinstance(value, Instance):
            return self.truth_of_object(value)
        if isinstance(value, (*CALLABLE, Module)):
            return True
        self.depends = self.depends or (not isinstance(value, list | tuple) and in_graph(value))
        plain = value if isinstance(value, list | tuple | dict | set | str | range) else concrete(value)
        if isinstance(plain, np.ndarray) and plain.size != 1:
            raise Trouble("bad_argument", f"condition: {kind(value)} is neither True nor False",
                          "use .any() or .all(); for each element where(condition, a, b)", place=place)  # fmt: skip
        return bool(plain)

    def test(self, place: ast.expr) -> bool:
        """Decide a condition, and say so where it depends on the graph."""
        outer, self.depends = self.depends, False
        span = self._span(place)
        found = self.truth(self.decided(place), place)
        if self.depends:
            self.took(place, span, found)
        self.depends = outer or self.depends
        return found

    def took(self, place: ast.expr, span: Any, found: bool) -> None:
        """Note which way a condition went, once for each way."""
        key = (place, found)
        if key not in self.branches:
            self.branches.add(key)
            line, column, end_line, end = span
            typed = self.parsed.source.split("\n")[line - 1][column - 1 : end - 1 if end_line == line else None][:60]
            self.notes.append(("branch_taken", f"line {line}: `{typed}` is {found}; the graph is that of this branch",
                               span))  # fmt: skip

    def decided(self, place: ast.expr) -> Value:
        """The value of a condition; comparisons leave no node behind."""
        if isinstance(place, ast.Compare):
            return self.comparison(place)
        if isinstance(place, ast.BoolOp):
            return self.either(place)
        if isinstance(place, ast.UnaryOp) and isinstance(place.op, ast.Not):
            return not self.truth(self.decided(place.operand), place.operand)
        return self.evaluate(place)

    def either(self, place: ast.BoolOp) -> Value:
        """`and`, `or`: the first operand that decides, as in Python."""
        stops = isinstance(place.op, ast.Or)
        value: Value = None
        for each in place.values:
            value = self.decided(each)
            if each is not place.values[-1] and self.truth(value, each) is stops:
                return value
        return value

    def conditional(self, place: ast.IfExp) -> Value:
        return self.evaluate(place.body if self.test(place.test) else place.orelse)

    # ── comparisons ─────────────────────────────────────────────────────────────────────────────────────
    def compare(self, place: ast.Compare) -> Value:
        """A comparison as a value: of numbers of the graph a node, else True or False."""
        if len(place.ops) > 1:
            return self.comparison(place)
        a, b, op = self.evaluate(place.left), self.evaluate(place.comparators[0]), type(place.ops[0])
        if is_number(a) and is_number(b) and op in COMPARISONS:
            return fold.compare(op, a, b)
        if op not in COMPARISONS or not (numeric(a) and numeric(b)) or not (in_graph(a) or in_graph(b) or big(a, b)):
            return self.compared(op, a, b, place)
        return self.between(COMPARISONS[op], place, (place.left, a), (place.comparators[0], b))

    def comparison(self, place: ast.Compare) -> Value:
        """A chain of comparisons on the numbers that there are: True or False, or an array of them."""
        a = self.evaluate(place.left)
        found: Value = True
        for op, other in zip(place.ops, place.comparators, strict=True):
            b = self.evaluate(other)
            found = self.compared(type(op), a, b, place)
            if len(place.ops) > 1 and not self.truth(found, place):
                return False
            a = b
        return found

    def compared(self, op: type[ast.cmpop], a: Value, b: Value, place: ast.expr | None = None) -> Value:
        """`a op b` outside the graph."""
        self.depends = self.depends or (numeric(a) and in_graph(a)) or (numeric(b) and in_graph(b))
        if op in (ast.Is, ast.IsNot):
            return same(a, b) == (op is ast.Is)
        if op in (ast.In, ast.NotIn):
            return self._contains(b, a, place) == (op is ast.In)
        for x, y, name in ((a, b, ON_OBJECTS[op]), (b, a, ON_OBJECTS[MIRRORED[op]])):
            if isinstance(x, Instance) and x.klass.find(name) is not Klass:
                return self.applied(x.klass.find(name), [x, y], {})
        if not (numeric(a) or isinstance(a, PLAIN)) or not (numeric(b) or isinstance(b, PLAIN)):
            if op in (ast.Eq, ast.NotEq):
                return same(a, b) == (op is ast.Eq)
            raise Trouble("bad_argument", f"comparison: {kind(a)} and {kind(b)} have no order",
                          "compare numbers", place=place)
        for each in (a, b):
            if isinstance(each, list | tuple | dict):
                self.meter.take_list(each)
        try:
            with np.errstate(all="ignore"):
                found = fold.COMPARE[op](concrete(a), concrete(b))
        except (TypeError, ValueError) as error:
            raise Trouble("bad_argument", f"comparison: {kind(a)} and {kind(b)} cannot be compared",
                          "compare numbers, or arrays of one shape",
                          place=place) from error  # fmt: skip
        return found.item() if isinstance(found, np.generic) else found

    def _contains(self, several: Value, value: Value, place: ast.expr | None) -> bool:
        if isinstance(several, str) and isinstance(value, str):
            self.tick(len(several) // 100)
            return value in several
        if isinstance(several, dict | set):
            return self.key(value, place) in several
        for each in self.elements(several, place):
            self.tick()
            if self.truth(self.compared(ast.Eq, each, value, place)):
                return True
        return False

    # ── what other parts of the tracer do ───────────────────────────────────────────────────────────────
    def truth_of_object(self, value: Instance) -> bool:
        """`__bool__`, `__len__`, else True."""
        raise NotImplementedError


MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip


def numeric(value: Value) -> bool:
    """Whether it is a number or an array."""
    return isinstance(value, Node | Number | Stopped | np.ndarray) or is_number(value)


def big(a: Value, b: Value) -> bool:
    """Whether one of them is an array."""
    return isinstance(a, np.ndarray) or isinstance(b, np.ndarray)


def same(a: Value, b: Value) -> bool:
    """`a is b`: constants are the same when they are equal."""
    if isinstance(a, Function) and isinstance(b, Function):
        return a.target is b.target
    if isinstance(a, Slope) and b is None:
        return a.is_none
    return a is b or (isinstance(a, bool | int | str) and type(a) is type(b) and bool(a == b))


CONDITIONS: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Compare: Conditions.compare,
    ast.BoolOp: Conditions.either,
    ast.IfExp: Conditions.conditional,
}
EVALUATE.update(CONDITIONS)
