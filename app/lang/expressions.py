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
from app.lang.at import At
from app.lang.containers import container_method
from app.lang.display import formatted
from app.lang.errors import Skip, Trouble, refuse_underscores, suggest
from app.lang.members import SPREADS, member, spread_of_tensor
from app.lang.names import NAMES
from app.lang.objects import Frame, Instance, Klass, Super
from app.lang.operate import MISTAKES, Workshop
from app.lang.parse import Parsed, plain_span
from app.lang.provenance import TORCH, Families, families, is_tensor, libraries
from app.lang.unsupported import refuse
from app.lang.values import (
    NODES,
    Function,
    Module,
    Number,
    Poison,
    Size,
    Slope,
    Stopped,
    Value,
    in_graph,
    is_number,
    kind,
    whole,
)

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
OWNERS = (Instance, Klass, Super)
CONTAINERS = (list, tuple, dict, set, str)


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

    # ── operators ───────────────────────────────────────────────────────────────────────────────────────
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

    # ── calls, attributes, items ────────────────────────────────────────────────────────────────────────
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
        frame: Frame | None = self.frame
        while frame is not None:
            if name in frame.bound or name in frame.own:
                return True
            frame = frame.parent
        return name in self.later or name.startswith("__")

    def attribute(self, place: ast.Attribute) -> Value:
        value = self.evaluate(place.value)
        self.graph.span = self._span(place)
        return self.attribute_on(value, place.attr, place)

    def attribute_on(self, value: Value, name: str, place: ast.Attribute | None) -> Value:
        """What `value.name` is."""
        if isinstance(value, OWNERS):
            return self.attribute_of(value, name)
        if isinstance(value, CONTAINERS):
            found = container_method(value, name)
            if found is not None:
                return found
            value = self.as_array(value)
        try:
            if name in SPREADS and place is not None and self._is_tensor(value, place.value):
                return spread_of_tensor(value, name)
            found = member(self, value, name)
        except Trouble as trouble:
            trouble.place = trouble.place or place
            raise
        if name == "shape" and place is not None and self._is_tensor(value, place.value):
            return Size(found)
        is_size = name == "size" and isinstance(found, Function)
        return found.receiver if is_size and place is not None and not self._called(place) else found

    def _is_tensor(self, value: Value, place: ast.expr) -> bool:
        """Whether what stands before a dot is one of PyTorch's tensors."""
        if isinstance(value, Module):
            return False
        return is_tensor(families(place, self.made_with), self.library_names)

    @cached_property
    def library_names(self) -> Families:
        return libraries(self.parsed.spelled.text, self.parsed.body)

    def _called(self, place: ast.Attribute) -> bool:
        """Whether an attribute stands before brackets: `x.size` and `x.size(0)` are different things."""
        line = self.parsed.lines[(place.end_lineno or 1) - 1].encode()
        return line[place.end_col_offset or 0 :].lstrip().startswith(b"(")

    def subscript(self, place: ast.Subscript) -> Value:
        value = self.evaluate(place.value)
        return self.item(value, self.item_key(value, place.slice), place)

    def item_key(self, value: Value, place: ast.expr) -> Any:
        """What stands in the brackets behind a value."""
        if isinstance(value, dict):
            return self.key(self.evaluate(place), place)
        of_object = isinstance(value, Instance) and not isinstance(place, ast.Slice)
        return self.evaluate(place) if of_object else self.index(place)

    def item(self, value: Value, key: Any, place: ast.expr) -> Value:
        """`value[key]`."""
        if isinstance(value, list | tuple | str | range):
            return self._item(value, key, place)
        if isinstance(value, dict):
            if key not in value:
                near = suggest(str(key), [each for each in value if isinstance(each, str)])
                raise Trouble("bad_argument", f"index: the dict has no key {str(key)[:40]!r}",
                              f"did you mean {near!r}?" if near else "use .get(key, default)", place=place)  # fmt: skip
            return value[key]
        if isinstance(value, Instance):
            return self.item_of_object(value, key, place)
        if isinstance(value, At) and not value.has_key:
            return At(value.value, key, True)
        if isinstance(value, Slope):
            value = self.node(value)
        if not isinstance(value, Node | Number | np.ndarray | Stopped):
            raise Trouble("bad_argument", f"index: {kind(value)} has no elements",
                          "to call a function write round brackets", place=place)  # fmt: skip
        self.graph.span = self._span(place)
        operand = self.operand(value)
        try:
            found = self.outside_too(FUNCTIONS["index"], [operand, key], {})
        except MISTAKES as error:
            raise Trouble("bad_argument", f"index: {error}, the array has shape {np.shape(operand)}",
                          "take whole numbers, slices or conditions") from error  # fmt: skip
        return self.shared("index", operand, found, self.whose(place)) if isinstance(found, Node) else found

    def whose(self, place: ast.expr) -> bool | None:
        """Whether a value is PyTorch's, by the place where it stands; None where that is open."""
        if TORCH not in self.library_names or len(self.library_names) < 2:
            return TORCH in self.library_names
        found = families(place.value if isinstance(place, ast.Subscript) else place, self.made_with)
        return TORCH in found if len(found) == 1 else None

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
            node = self.node(value)
            self.counted.add(node.id)
            value = node.value
        if isinstance(value, range):
            self.tick(len(value))
            return np.array(value, int)
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

    def _item(self, several: list[Value] | tuple[Value, ...] | str | range, key: Any, place: ast.expr) -> Value:
        try:
            found = several[key]
            if not isinstance(key, slice):
                return found
            self.tick(len(found) // 100 if isinstance(found, str) else 0)
            return self.meter.take_list(found) if isinstance(found, list | tuple) else found
        except IndexError:
            raise Trouble("bad_argument", f"index: {key} is outside, it has {len(several)} elements",
                          "the first has the index 0", place=place) from None  # fmt: skip
        except TypeError:
            raise Trouble("bad_argument", "index: a list takes one whole number or a slice",
                          "for several indices make it an array: np.array(…)", place=place) from None  # fmt: skip

    # ── what other parts of the tracer do ───────────────────────────────────────────────────────────────
    def elements(self, value: Value, place: ast.AST | None = None) -> Any:
        """What a loop over the value meets."""
        raise NotImplementedError

    def attribute_of(self, value: Value, name: str) -> Value:
        """An attribute of an object."""
        raise NotImplementedError

    def item_of_object(self, value: Value, key: Value, place: ast.expr) -> Value:
        """An element of an object."""
        raise NotImplementedError

    def operate_on_others(self, op: type[ast.operator], a: Value, b: Value, place: ast.AST) -> Value:
        """An operator on texts, sets, objects."""
        raise NotImplementedError

    def negative_of_object(self, value: Value, place: ast.UnaryOp) -> Value:
        """`-x` of an object."""
        raise NotImplementedError

    def negated(self, place: ast.UnaryOp) -> Value:
        """`not x`."""
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


def _is_mask(value: Value) -> bool:
    if isinstance(value, Node):
        value = value.value
    return isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == np.bool_)


EVALUATE: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.BinOp: Expressions.binary,
    ast.UnaryOp: Expressions.unary,
    ast.Attribute: Expressions.attribute,
    ast.Subscript: Expressions.subscript,
    ast.List: Expressions.several,
    ast.Tuple: Expressions.several,
    ast.Dict: Expressions.dict_display,
    ast.Set: Expressions.set_display,
    ast.Starred: Expressions.starred,
    ast.JoinedStr: Expressions.f_string,
}
