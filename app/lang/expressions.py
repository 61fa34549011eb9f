"""Expressions: a syntax node in, a value out.  Nothing a user wrote is handed to Python to run."""

import ast
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Node
from app.engine.ops import FUNCTIONS, OPS
from app.lang import fold
from app.lang.display import formatted, text
from app.lang.errors import Skip, Trouble, refuse_underscores
from app.lang.members import SPREADS, member, spread_of_tensor
from app.lang.names import NAMES
from app.lang.operate import MISTAKES, Workshop
from app.lang.parse import Parsed
from app.lang.provenance import Families, families, is_tensor, libraries
from app.lang.unsupported import refuse
from app.lang.values import Function, Module, Number, Poison, Stopped, Value, in_graph, is_number, kind, whole

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


class Expressions(Workshop):
    """Evaluates expressions in the scope of one program."""

    def __init__(self, parsed: Parsed, budget: Budget, seed: int) -> None:
        super().__init__(budget, seed)
        self.parsed = parsed
        self.bound: dict[str, Value] = {}
        self.later: frozenset[str] = frozenset()
        self.made_with: dict[str, Families] = {}
        self._span = parsed.span

    def evaluate(self, place: ast.expr) -> Value:
        """The value of an expression.  Raises Trouble, Skip, EngineError."""
        how = EVALUATE.get(type(place))
        if how is None:
            raise refuse(place)
        return how(self, place)

    # ── leaves ──────────────────────────────────────────────────────────────────────────────────────────
    def constant(self, place: ast.Constant) -> Value:
        value = place.value
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
        """A name that no statement has bound yet."""
        name = place.id
        refuse_underscores(name, place)
        if name in self.later:
            raise Trouble("unknown_name", f"{self.shown(name)}: it is used before it is given a value",
                          "move its line up", place=place)  # fmt: skip
        try:
            return NAMES.find(name)
        except KeyError:
            return self.missing(place)

    def shown(self, name: str) -> str:
        """A name as it was typed."""
        return self.parsed.spelled.shown(name)[:60]

    def missing(self, place: ast.Name) -> Value:
        """A name that nothing binds: an input that the request must give."""
        raise NotImplementedError

    # ── operators ───────────────────────────────────────────────────────────────────────────────────────
    def binary(self, place: ast.BinOp) -> Value:
        """Operators from the left: a long chain of sums nests to the left, so the left is walked, not recursed."""
        chain = [place]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self.evaluate(chain[-1].left)
        first: ast.expr = chain[-1].left
        for each in reversed(chain):
            value = self.operate(each, first, value, self.evaluate(each.right))
            first = each
        return value

    def operate(self, place: ast.BinOp, left: ast.expr, a: Value, b: Value) -> Value:
        op = type(place.op)
        if is_number(a) and is_number(b) and op is not ast.MatMult and op in BINARY:
            return fold.binary(op, a, b)
        if (isinstance(a, Number) and not a.is_input) or (isinstance(b, Number) and not b.is_input):
            folded = self._folded(op, a, b)
            if folded is not None:
                return folded
        if isinstance(a, list | tuple) or isinstance(b, list | tuple):
            joined = self._lists(op, a, b)
            if joined is not None:
                return joined
        name = BINARY.get(op) or self._between_masks(op, a, b)
        if name is None:
            raise Trouble("unsupported_syntax", "operator: only + - * / // % ** and @ are read between numbers",
                          "between conditions write (a > 0) & (b > 0)", place=place)  # fmt: skip
        if op is ast.Pow and isinstance(a, Function):
            raise self._raised_function(place, a)
        return self.between(name, place, (left, a), (place.right, b))

    def between(
        self, name: str, place: ast.expr, left: tuple[ast.expr, Value], right: tuple[ast.expr, Value]
    ) -> Value:
        """An op between two values, each with the place where it stands."""
        a, b = left[1], right[1]
        if in_graph(a) or in_graph(b):
            a, b = self.placed(left[0], a), self.placed(right[0], b)
        self.graph.span = self._span(place)
        return self.arithmetic(name, a, b)

    def placed(self, place: ast.expr, value: Value) -> Value:
        """An operand on its way into the graph, in the order of the text; a number keeps the place where it stands."""
        if isinstance(value, Number):
            return value.in_graph(self.graph)
        if isinstance(value, float | int) and not isinstance(value, bool):
            self.graph.span = self._span(place)
            return self.graph.leaf(float(value))
        return value

    def _between_masks(self, op: type[ast.operator], a: Value, b: Value) -> str | None:
        """`&` and `|` are logic between conditions, and nothing between numbers."""
        return MASKS.get(op) if _is_mask(a) and _is_mask(b) else None

    def _raised_function(self, place: ast.BinOp, function: Function) -> Trouble:
        """`sin²(x)`: as mathematicians write, but the power belongs to the value."""
        name, power = function.name, place.right
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
        """Python's own + and * on lists."""
        if op is ast.Add and type(a) is type(b):
            return self.meter.take_list(type(a)([*a, *b]))
        if op is ast.Mult:
            several, count = (a, b) if isinstance(a, list | tuple) else (b, a)
            if isinstance(count, int) and not isinstance(count, bool):
                self.budget.check_size("list", len(several) * max(count, 0))
                return self.meter.take_list(several * count)
        return None

    def unary(self, place: ast.UnaryOp) -> Value:
        value = self.evaluate(place.operand)
        if isinstance(value, Number) and not value.is_input:
            value = value.exact
        if isinstance(place.op, ast.UAdd):
            return value if is_number(value) else self.operand(value)
        if isinstance(place.op, ast.USub):
            if is_number(value):
                return fold.number(-value)
            self.graph.span = self._span(place)
            return self.outside_too(OPS["neg"], [self.operand(value)], {})
        if isinstance(place.op, ast.Not):
            raise Trouble("unsupported_syntax", "`not` is not read here", "use logical_not(x)", place=place)
        self.graph.span = self._span(place)
        return self.outside_too(OPS["not"], [self.operand(value)], {})

    def compare(self, place: ast.Compare) -> Value:
        if len(place.ops) > 1:
            raise Trouble("unsupported_syntax", "chained comparisons are not read here",
                          "compare two values at a time", place=place)  # fmt: skip
        a, b = self.evaluate(place.left), self.evaluate(place.comparators[0])
        op = type(place.ops[0])
        if op not in COMPARISONS:
            raise Trouble("unsupported_syntax", "`is` and `in` are not read here", "compare with == or <", place=place)
        if is_number(a) and is_number(b):
            return fold.compare(op, a, b)
        return self.between(COMPARISONS[op], place, (place.left, a), (place.comparators[0], b))

    # ── calls, attributes, items ────────────────────────────────────────────────────────────────────────
    def call(self, place: ast.Call) -> Value:
        function = self.callee(place.func)
        if not isinstance(function, Function):
            raise self.not_callable(place, function)
        arguments: list[Value] = []
        for each in place.args:
            if isinstance(each, ast.Starred):
                raise refuse(each)
            arguments.append(self.evaluate(each))
        options: dict[str, Value] = {}
        for keyword in place.keywords:
            if keyword.arg is None:
                raise Trouble("unsupported_syntax", "`**` in a call is not read here", "write each argument by name",
                              place=keyword.value)  # fmt: skip
            options[keyword.arg] = self.evaluate(keyword.value)
        self.graph.span = self._span(place)
        if not function.special:
            if function.is_method:
                arguments.insert(0, function.receiver)
            return self.apply(function, arguments, options)
        try:
            return self.tidy(function.target(self, *arguments, **self.that_matter(function, options)))
        except MISTAKES as error:
            raise self.misused(function, error) from error

    def tidy(self, value: Value) -> Value:
        """What NumPy made, as a value of ours."""
        if isinstance(value, np.generic):
            return value.item()
        return value.astype(float) if isinstance(value, np.ndarray) and value.dtype.kind in "iu" else value

    def callee(self, place: ast.expr) -> Value:
        """What is called: a name that nothing binds is a function that is not there, not an input."""
        if isinstance(place, ast.Name) and not self._is_bound(place.id):
            try:
                return NAMES.find(place.id)
            except KeyError:
                trouble = NAMES.unknown(self.shown(place.id), place.id)
                trouble.place = place
                raise trouble from None
        try:
            return self.evaluate(place)
        except Trouble as trouble:
            trouble.place = trouble.place or place
            raise

    def _is_bound(self, name: str) -> bool:
        """Whether the program gives this name a meaning, here or later, or may not use it."""
        return name in self.bound or name in self.later or name.startswith("__")

    def not_callable(self, place: ast.Call, value: Value) -> Trouble:
        if isinstance(value, Module):
            return Trouble("unknown_function", f"{value.path}: this is a module, not a function",
                           f"write one of its functions: {value.path}.…", place=place.func)
        name = f"`{place.func.id}`" if isinstance(place.func, ast.Name) else "this"
        hint = (
            f"to multiply write `{place.func.id}*(…)`" if isinstance(place.func, ast.Name) else "to multiply write `*`"
        )
        fix = f"{place.func.id}*" if isinstance(place.func, ast.Name) else None
        return Trouble("bad_argument", f"call: {name} is {kind(value)}, it cannot be applied to something", hint,
                       place=place.func, fix=fix)  # fmt: skip

    def attribute(self, place: ast.Attribute) -> Value:
        value = self.evaluate(place.value)
        self.graph.span = self._span(place)
        if isinstance(value, list | tuple):
            value = self.as_array(value)
        try:
            if place.attr in SPREADS and self._is_tensor(value, place.value):
                return spread_of_tensor(value, place.attr)
            found = member(self, value, place.attr)
        except Trouble as trouble:
            trouble.place = trouble.place or place
            raise
        is_size = place.attr == "size" and isinstance(found, Function)
        return found.receiver if is_size and not self._called(place) else found

    def _is_tensor(self, value: Value, place: ast.expr) -> bool:
        """Whether what stands before a dot is one of PyTorch's tensors."""
        if isinstance(value, Module):
            return False
        return is_tensor(families(place, self.made_with), self._libraries)

    @cached_property
    def _libraries(self) -> Families:
        return libraries(self.parsed.body)

    def _called(self, place: ast.Attribute) -> bool:
        """Whether an attribute stands before brackets: `x.size` and `x.size(0)` are different things."""
        line = self.parsed.lines[(place.end_lineno or 1) - 1].encode()
        return line[place.end_col_offset or 0 :].lstrip().startswith(b"(")

    def subscript(self, place: ast.Subscript) -> Value:
        value, key = self.evaluate(place.value), self.index(place.slice)
        if isinstance(value, list | tuple):
            return self._item(value, key)
        if not isinstance(value, Node | Number | np.ndarray | Stopped):
            raise Trouble("bad_argument", f"index: {kind(value)} has no elements",
                          "to call a function write round brackets", place=place)  # fmt: skip
        self.graph.span = self._span(place)
        operand = self.operand(value)
        try:
            return self.outside_too(FUNCTIONS["index"], [operand, key], {})
        except MISTAKES as error:
            raise Trouble("bad_argument", f"index: {error}, the array has shape {np.shape(operand)}",
                          "take whole numbers, slices or conditions") from error  # fmt: skip

    def index(self, place: ast.expr) -> Any:
        """A key as NumPy takes it: whole numbers, slices, None, `...`, arrays of these."""
        if isinstance(place, ast.Tuple):
            return tuple(self.index(each) for each in place.elts)
        if isinstance(place, ast.Slice):
            return slice(
                *(None if each is None else self._whole(each) for each in (place.lower, place.upper, place.step))
            )
        value = self.evaluate(place)
        if isinstance(value, Number):
            return whole(value)
        if isinstance(value, Node | Stopped):
            value = self.node(value).value
        if isinstance(value, list):
            value = self.as_array(value)
            value = value.value if isinstance(value, Node) else value
        if isinstance(value, np.ndarray | np.bool_) and value.dtype == np.bool_:
            return np.asarray(value)
        if isinstance(value, np.ndarray):
            return np.array([whole(each) for each in value.ravel()], int).reshape(value.shape)
        if value is None or value is Ellipsis or isinstance(value, bool):
            return value
        return self._as_whole(value, place)

    def _whole(self, place: ast.expr) -> int:
        return self._as_whole(self.evaluate(place), place)

    def _as_whole(self, value: Value, place: ast.expr) -> int:
        try:
            return whole(value.value if isinstance(value, Node) else value)
        except (TypeError, ValueError, OverflowError):
            raise Trouble("bad_argument", f"index: {kind(value)} stands here, it must be a whole number",
                          "write a whole number", place=place) from None  # fmt: skip

    def _item(self, several: list[Value] | tuple[Value, ...], key: Any) -> Value:
        try:
            found = several[key]
            return self.meter.take_list(found) if isinstance(key, slice) else found
        except IndexError:
            raise Trouble("bad_argument", f"index: {key} is outside, the list has {len(several)} elements",
                          "the first has the index 0") from None  # fmt: skip
        except TypeError:
            raise Trouble("bad_argument", "index: a list takes one whole number or a slice",
                          "for several indices make it an array: np.array(…)") from None  # fmt: skip

    # ── displays and texts ──────────────────────────────────────────────────────────────────────────────
    def several(self, place: ast.List | ast.Tuple) -> Value:
        values = [self.evaluate(each) for each in place.elts]
        return self.meter.take_list(values if isinstance(place, ast.List) else tuple(values))

    def f_string(self, place: ast.JoinedStr) -> str:
        parts: list[str] = []
        for each in place.values:
            if isinstance(each, ast.FormattedValue):
                spec = self.f_string(each.format_spec) if isinstance(each.format_spec, ast.JoinedStr) else ""
                parts.append(self.meter.write(formatted(self.evaluate(each.value), each.conversion, spec)))
            else:
                parts.append(self.meter.write(text(self.evaluate(each))))
        return "".join(parts)


def _is_mask(value: Value) -> bool:
    if isinstance(value, Node):
        value = value.value
    return isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == np.bool_)


EVALUATE: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.BinOp: Expressions.binary,
    ast.UnaryOp: Expressions.unary,
    ast.Compare: Expressions.compare,
    ast.Call: Expressions.call,
    ast.Attribute: Expressions.attribute,
    ast.Subscript: Expressions.subscript,
    ast.List: Expressions.several,
    ast.Tuple: Expressions.several,
    ast.JoinedStr: Expressions.f_string,
}
