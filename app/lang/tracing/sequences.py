"""What lists, texts and objects need of the tracer: order, equality, operators, printing."""

import ast
from functools import cmp_to_key
from typing import Any

import numpy as np

from app.engine.errors import TooLarge
from app.lang import fold
from app.lang.called.containers import percent
from app.lang.display import concrete
from app.lang.display import text as as_text
from app.lang.errors import Trouble
from app.lang.limits import LIMITS
from app.lang.objects import Instance, Klass
from app.lang.tracing.adoption import Adoption
from app.lang.values import Number, Value, is_number, kind, whole

SETS: dict[type[ast.operator], str] = {ast.Sub: "difference"}

HINTS: dict[type, str] = {
    str: "write str(x) or an f-string", set: "for a list write [ ], to group write ( )",
    dict: "take one of its values: d['name']",
}  # fmt: skip


class Sequences(Adoption):
    """Handles values that are no numbers."""

    def stored(self, value: Value) -> Value:
        """A value on its way into a list or a dict."""
        return self.meter.take_list(value) if isinstance(value, list | tuple | dict) else value

    def kept(self, value: Value) -> Value:
        """The same of an array that waits for a name too."""
        return self.pending(value) if isinstance(value, np.ndarray) else self.stored(value)

    def extend(self, several: list[Value], values: Value, place: ast.AST | None) -> None:
        """`several += values`, in place."""
        found = self.elements(values, place)
        self.tick(len(found))
        several.extend(list(found))

    def equal(self, a: Value, b: Value) -> bool:
        """Whether `a == b` holds."""
        self.tick()
        return bool(self.truth(self.compared(ast.Eq, a, b)))

    def in_order(self, values: Any, key: Value, reverse: bool) -> list[Value]:
        """The elements sorted, by what `key` gives for each."""
        keys = [each if key is None else self.applied(key, [each], {}) for each in values]
        self.tick(len(keys))

        def order(i: int, j: int) -> int:
            self.tick()
            if self.truth(self.compared(ast.Lt, keys[i], keys[j])):
                return -1
            return int(self.truth(self.compared(ast.Lt, keys[j], keys[i])))

        return [values[i] for i in sorted(range(len(keys)), key=cmp_to_key(order), reverse=reverse)]

    # ── texts ───────────────────────────────────────────────────────────────────────────────────────────
    def room(self, characters: int) -> None:
        """Raise before a text is made that would be too long."""
        if characters > LIMITS.characters:
            raise TooLarge(f"text: it would have {characters:,} characters, the limit is {LIMITS.characters:,}"
                           " — print less", limit=LIMITS.characters, reached=characters)  # fmt: skip

    def printable(self, value: Value) -> Value:
        """A value as it is printed: objects as their `__repr__` says, in lists too."""
        if isinstance(value, Instance):
            return self._shown(value, ("__str__", "__repr__"))
        if isinstance(value, list | tuple | dict):
            self.meter.take_list(value)
        if isinstance(value, list | tuple) and any(isinstance(each, Instance) for each in value):
            return type(value)(Plain(self._shown(each, ("__repr__",))) if isinstance(each, Instance) else each
                               for each in value)  # fmt: skip
        return value

    def _shown(self, value: Instance, names: tuple[str, ...]) -> str:
        for name in names:
            found = self.asked(value, name)
            if isinstance(found, str):
                return found
        return f"<{value.klass.name} object>"

    def text(self, value: Value) -> str:
        """As `print` shows it."""
        return as_text(self.printable(value))

    # ── operators ───────────────────────────────────────────────────────────────────────────────────────
    def added(self, a: Value, b: Value) -> Value:
        """`a + b` of two elements of a list."""
        self.tick()
        a, b = (each.exact if isinstance(each, Number) and not each.is_input else each for each in (a, b))
        if is_number(a) and is_number(b):
            return fold.binary(ast.Add, a, b)
        if isinstance(a, Instance) or isinstance(b, Instance):
            if isinstance(a, int) and a == 0 and b.klass.find("__radd__") is Klass:
                return b
            return self.operate_on_objects(ast.Add, a, b)
        joined = self._lists(ast.Add, a, b) if isinstance(a, list | tuple) or isinstance(b, list | tuple) else None
        return self.arithmetic("add", a, b) if joined is None else joined

    def operate_on_others(self, op: type[ast.operator], a: Value, b: Value, place: ast.AST) -> Value:
        """An operator on texts, sets and objects.  Raises Trouble."""
        if isinstance(a, Instance) or isinstance(b, Instance):
            return self.operate_on_objects(op, a, b)
        if isinstance(a, str) and op is ast.Mod:
            return percent(self, a, b)
        if isinstance(a, str) and isinstance(b, str) and op is ast.Add:
            self.room(len(a) + len(b))
            return self.meter.write(a + b)
        if op is ast.Mult and (isinstance(a, str) or isinstance(b, str)):
            return self._repeated(a, b, place) if isinstance(a, str) else self._repeated(b, a, place)
        if isinstance(a, set) and isinstance(b, set) and op in SETS:
            self.tick(len(a))
            return a - b
        raise Trouble("bad_argument", f"operator: {kind(a)} and {kind(b)} do not go together",
                      HINTS.get(type(b)) or HINTS.get(type(a)), place=place)  # fmt: skip

    def _repeated(self, several: str, count: Value, place: ast.AST) -> str:
        plain = concrete(count) if isinstance(count, int | Number) and not isinstance(count, bool) else None
        if not isinstance(plain, int):
            raise Trouble("bad_argument", f"operator: a text and {kind(count)} do not go together",
                          "multiply by a whole number", place=place)
        self.room(len(several) * max(0, plain))
        return self.meter.write(several * plain)

    def negated(self, place: ast.UnaryOp) -> Value:
        """`not x`."""
        return not self.truth(self.decided(place.operand), place.operand)

    def negative_of_object(self, value: Value, place: ast.UnaryOp) -> Value:
        """`-x` of an object: `__neg__`."""
        found = self.asked(value, "__neg__") if isinstance(place.op, ast.USub) else Klass
        if found is Klass:
            raise Trouble("bad_argument", f"operator: {kind(value)} has no sign", "define __neg__", place=place)
        return found

    def item_of_object(self, value: Value, key: Value, place: ast.expr) -> Value:
        """`value[key]` of an object: `__getitem__`."""
        found = self.asked(value, "__getitem__", key)
        if found is Klass:
            raise Trouble("bad_argument", f"index: {kind(value)} has no elements", "define __getitem__", place=place)
        return found

    def plain(self, value: Value) -> Any:
        """A value without the graph around it."""
        found = concrete(value)
        return np.asarray(found, float)[()] if isinstance(found, list | tuple) else found

    def count(self, value: Value) -> int:
        """A whole number from whatever holds one."""
        if isinstance(value, Number):
            value.was_size = True
        return whole(concrete(value))


class Plain(str):
    """A text that shows inside a list without quotes."""

    def __repr__(self) -> str:
        return str(self)
