"""Operators between two values, and before one."""

import ast

import numpy as np

from app.engine.graph import Node
from app.engine.ops import OPS
from app.lang import fold
from app.lang.errors import Trouble
from app.lang.objects import Instance
from app.lang.tracing.expressions import EVALUATE, Expressions
from app.lang.values import NODES, Function, Number, Value, in_graph, is_number

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.MatMult: "matmul",
    ast.FloorDiv: "floor_divide", ast.Mod: "mod",
}  # fmt: skip
MASKS: dict[type[ast.operator], str] = {
    ast.BitAnd: "both", ast.BitOr: "either", ast.BitXor: "not_equal",
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater", ast.GtE: "greater_equal", ast.Eq: "equal",
    ast.NotEq: "not_equal",
}  # fmt: skip


OTHERS = (str, dict, set, Instance)
"""Values whose operators are no arithmetic of numbers or lists."""
BESIDE_NODES = frozenset({*NODES, Number, float, int})
"""Types whose operators beside a node are the engine's ops."""
LISTS = (list, tuple)


class Operators(Expressions):
    """Evaluates operators; conditions are elsewhere."""

    def binary(self, place: ast.BinOp) -> Value:
        """Operators from the left: a long chain of sums nests to the left, so the left is walked, not recursed."""
        if type(place.left) is not ast.BinOp:
            return self.operate(place, place.left, self.evaluate(place.left), place.right, self.evaluate(place.right))
        chain = [place]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self.evaluate(chain[-1].left)
        first: ast.expr = chain[-1].left
        for each in reversed(chain):
            value = self.operate(each, first, value, each.right, self.evaluate(each.right))
            first = each
        return value

    def operate(
        self, place: ast.BinOp | ast.AugAssign, left: ast.expr, a: Value, right: ast.expr, b: Value
    ) -> Value:
        """An operator between two values; `place` is what stands for the result."""
        op = type(place.op)
        if op in BINARY and (
            (type(a) in NODES and type(b) in BESIDE_NODES) or (type(b) in NODES and type(a) in BESIDE_NODES)
        ):  # most of what a program calculates is none of the cases below
            a, b = self.placed(left, a), self.placed(right, b)
            self.graph.span = self._span(place)
            return self.arithmetic(BINARY[op], a, b)
        if is_number(a) and is_number(b) and op is not ast.MatMult and op in BINARY:
            return fold.binary(op, a, b)
        if (isinstance(a, Number) and not a.is_input) or (isinstance(b, Number) and not b.is_input):
            folded = self._folded(op, a, b)
            if folded is not None:
                return folded
        if isinstance(a, OTHERS) or isinstance(b, OTHERS):
            return self.operate_on_others(op, a, b, place)
        if isinstance(a, LISTS) or isinstance(b, LISTS):
            joined = self._lists(op, a, b)
            if joined is not None:
                return joined
        if self.is_listed(a) or self.is_listed(b):
            joined = self._written_lists(op, a, b, place)
            if joined is not None:
                return joined
        name = BINARY.get(op) or self._between_masks(op, a, b)
        if name is None:
            raise Trouble("unsupported_syntax", "operator: only + - * / // % ** and @ are read between numbers",
                          "between conditions write (a > 0) & (b > 0)", place=place)  # fmt: skip
        if op is ast.Pow and isinstance(a, Function):
            raise self._raised_function(place, a, right)
        return self.between(name, place, (left, a), (right, b))

    def between(
        self, name: str, place: ast.AST, left: tuple[ast.expr, Value], right: tuple[ast.expr, Value]
    ) -> Value:
        """An op between two values, each with the place where it stands."""
        a, b = left[1], right[1]
        if in_graph(a) or in_graph(b):
            a, b = self.placed(left[0], a), self.placed(right[0], b)
        self.graph.span = self._span(place)
        return self.arithmetic(name, a, b)

    def placed(self, place: ast.expr, value: Value) -> Value:
        """An operand on its way into the graph, in the order of the text; a number keeps the place where it stands."""
        if type(value) in NODES:
            return value
        if isinstance(value, Number):
            return value.in_graph(self.graph)
        if isinstance(value, float | int) and not isinstance(value, bool):
            self.graph.span = self._span(place)
            return self.graph.leaf(float(value))
        return value

    def _written_lists(self, op: type[ast.operator], a: Value, b: Value, place: ast.BinOp | ast.AugAssign) -> Value:
        """`u + v` and `3*v` of lists of numbers: joined and repeated in a program in Python, else None, with a note."""
        adds = op is ast.Add and self.is_listed(a) and self.is_listed(b)
        if not self.parsed.is_python:
            if adds:
                self.notes.append(("lists_add", f"line {place.lineno}: lists of numbers are arrays here, so + adds "
                                   "number by number; Python's lists would be joined", self._span(place)))  # fmt: skip
            return None
        other = b if self.is_listed(a) else a
        count = other.exact if isinstance(other, Number) else other
        if adds or (op is ast.Mult and isinstance(count, int) and not isinstance(count, bool)):
            parts = [list(self.elements(each)) if self.is_listed(each) else each for each in (a, b)]
            return self._lists(op, *parts)
        return None

    def _between_masks(self, op: type[ast.operator], a: Value, b: Value) -> str | None:
        """`&` and `|` are logic between conditions, and nothing between numbers."""
        return MASKS.get(op) if _is_mask(a) and _is_mask(b) else None

    def _raised_function(self, place: ast.AST, function: Function, power: ast.expr) -> Trouble:
        """`sin²(x)`: as mathematicians write, but the power belongs to the value."""
        name = function.name
        inverse = isinstance(power, ast.UnaryOp) and name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")
        hint = f"write arc{name}(x) for the inverse, 1/{name}(x) for the quotient" if inverse else f"write {name}(x)^2"
        return Trouble("bad_argument", f"{name}: this is a function, a power can only be taken of its value", hint,
                       place=place)  # fmt: skip

    def _folded(self, op: type[ast.operator], a: Value, b: Value) -> Value:
        """Numbers that depend on no input are calculated with outside the graph."""
        known = [each.exact if isinstance(each, Number) and not each.is_input else each for each in (a, b)]
        if all(map(is_number, known)) and op in BINARY and op is not ast.MatMult:
            return fold.binary(op, *known)
        return None

    def _lists(self, op: type[ast.operator], a: Value, b: Value) -> Value:
        """Python's own + and * on lists; an input that was written as a list is one beside a list."""
        if op is ast.Add:
            a, b = (list(self.elements(each)) if self.is_listed(each) else each
                    for each in (a, b))  # fmt: skip
            if type(a) is type(b):
                return self.meter.take_list(type(a)([*a, *b]))
        if op is ast.Mult:
            several, count = (a, b) if isinstance(a, list | tuple) else (b, a)
            if isinstance(count, Number) and isinstance(count.exact, int):
                count.was_size, count = True, count.exact
            if isinstance(count, int) and not isinstance(count, bool) and isinstance(several, list | tuple):
                self.budget.check_size("list", len(several) * max(count, 0))
                return self.meter.take_list(several * count)
        return None

    def unary(self, place: ast.UnaryOp) -> Value:
        if isinstance(place.op, ast.Not):
            return self.negated(place)
        value = self.evaluate(place.operand)
        if isinstance(value, Instance):
            return self.negative_of_object(value, place)
        if isinstance(value, Number) and not value.is_input:
            value = value.exact
        if isinstance(place.op, ast.UAdd):
            return value if is_number(value) else self.snapshot(self.operand(value))
        if isinstance(place.op, ast.USub):
            if is_number(value):
                return fold.number(-value)
            self.graph.span = self._span(place)
            return self.outside_too(OPS["neg"], [self.operand(value)], {})
        self.graph.span = self._span(place)
        return self.outside_too(OPS["not"], [self.operand(value)], {})

    # ── what other parts of the tracer do ────────────────────────────────────────────────────────────────
    def operate_on_others(self, op: type[ast.operator], a: Value, b: Value, place: ast.AST) -> Value:
        """An operator on texts, sets, objects."""
        raise NotImplementedError

    def negative_of_object(self, value: Value, place: ast.UnaryOp) -> Value:
        """`-x` of an object."""
        raise NotImplementedError

    def negated(self, place: ast.UnaryOp) -> Value:
        """`not x`."""
        raise NotImplementedError


def _is_mask(value: Value) -> bool:
    if isinstance(value, Node):
        value = value.value
    return isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == np.bool_)


EVALUATE[ast.BinOp] = Operators.binary
EVALUATE[ast.UnaryOp] = Operators.unary
