"""What is gone through element by element: the elements of a value, and comprehensions."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.errors import Trouble
from app.lang.objects import Frame, Instance
from app.lang.tracing.conditions import Conditions
from app.lang.tracing.expressions import EVALUATE
from app.lang.values import Number, Stopped, Value, is_number, kind

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Comprehensions(Conditions):
    """Goes through elements."""

    def elements(self, value: Value, place: ast.AST | None = None) -> list[Value] | range | tuple[Value, ...]:
        """What a loop over the value meets, in order; rows of arrays are nodes where the array is one."""
        if isinstance(value, list | tuple | range):
            return value
        if isinstance(value, dict | set | str):
            return list(value)
        if isinstance(value, Stopped):
            value = Stopped(self.node(value.value)) if isinstance(value.value, Number) else value
            return [Stopped(each) for each in self.elements(value.value, place)]
        if isinstance(value, Node | np.ndarray) and value.shape:
            return self._rows(value, place)
        if isinstance(value, Instance):
            return self.elements_of_object(value, place)
        raise Trouble("bad_argument", f"loop: {kind(value)} has no elements to go through",
                      "use range(n) to count" if is_number(value) or isinstance(value, Number)
                      else "give a list, or an array with axes",
                      place=place)  # fmt: skip

    def _rows(self, value: Any, place: ast.AST | None) -> list[Value]:
        """The rows of an array, each made once; they belong where the array does."""
        if isinstance(value, np.ndarray):
            self.tick(value.shape[0])
            return [each.item() if isinstance(each, np.generic) else each for each in value]
        of, found = self.rows.get(value.id, (None, []))
        if of is not value:
            self.tick(value.shape[0])
            span = None if place is None else self._span(place)
            with self.graph.place(scope=self.graph.scopes[value.id], span=span):
                found = [self.call_named("index", [value, i], {}) for i in range(value.shape[0])]
            self.rows[value.id] = value, found
        return found

    # ── comprehensions ──────────────────────────────────────────────────────────────────────────────────
    def comprehension(self, place: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        """A list or a set; what a generator would give one by one is there at once."""
        values: list[Value] = []
        for _ in self._turns(place, place.elt):
            values.append(self.evaluate(place.elt))
            self.tick()
        if isinstance(place, ast.SetComp):
            return {self.key(each, place) for each in values}
        return self.meter.take_list(values)

    def dict_comprehension(self, place: ast.DictComp) -> Value:
        values: dict[Value, Value] = {}
        for _ in self._turns(place, place.value):
            key = self.key(self.evaluate(place.key), place.key)
            values[key] = self.evaluate(place.value)
            self.tick()
        return values

    def _turns(self, place: Comprehension, element: ast.expr) -> Iterator[None]:
        """Bind the names of each turn; names of a comprehension are its own, all others are those around it."""
        outer, scope = self.frame, self.graph.scope
        first = self.elements(self.evaluate(place.generators[0].iter), place.generators[0].iter)
        own = frozenset(each.id for part in place.generators for each in ast.walk(part.target)
                        if isinstance(each, ast.Name))  # fmt: skip
        frame = Frame(outer, own)
        frame.closure, frame.receiver = outer.closure, outer.receiver
        calls = any(isinstance(each, ast.Call) for each in ast.walk(element))
        self.enter(frame)
        for _ in self._nested(place.generators, 0, first, scope if calls else None):
            yield
        self.graph.scope = scope
        self.enter(outer)

    def _nested(
        self, parts: list[ast.comprehension], depth: int, first: Any, scope: tuple[str, ...] | None
    ) -> Iterator[None]:
        if depth == len(parts):
            yield
            return
        part = parts[depth]
        values = first if depth == 0 else self.elements(self.evaluate(part.iter), part.iter)
        inside = self.graph.scope
        for i, value in enumerate(values):
            self.tick()
            if scope is not None:
                self.graph.scope = inside
            self.set_loop_names(part.target, value)
            if all(self.test(each) for each in part.ifs):
                if scope is not None:
                    self.graph.scope = self.turn(part.target, value, i)
                yield from self._nested(parts, depth + 1, first, scope)
        self.graph.scope = inside

    def turn(self, target: ast.expr, value: Value, i: int) -> tuple[str, ...]:
        """The scope of one turn of a loop: `i = 2`, `layer 1` for objects, else the names with the turn's number."""
        if isinstance(target, ast.Name) and isinstance(value, int | str) and not isinstance(value, bool):
            return self.opened(f"{self.shown(target.id)} = {str(value)[:20]}")
        if isinstance(value, Instance):
            found = self.opened(f"{value.klass.name.lower()} {i + 1}")
            self.scope_of_instance = (found, value)
            return found
        names = [self.shown(each.id) for each in ast.walk(target) if isinstance(each, ast.Name)]
        return self.opened(f"{', '.join(names[:3])} {i + 1}")

    # ── what other parts of the tracer do ───────────────────────────────────────────────────────────────
    def elements_of_object(self, value: Instance, place: ast.AST | None) -> list[Value]:
        """`__iter__`, or `__len__` and `__getitem__`."""
        raise NotImplementedError

    def set_loop_names(self, target: ast.expr, value: Value) -> None:
        """Bind the names of a loop; they are no inputs."""
        raise NotImplementedError


TURNS: dict[type[ast.expr], Callable[[Any, Any], Value]] = {
    ast.ListComp: Comprehensions.comprehension,
    ast.SetComp: Comprehensions.comprehension,
    ast.GeneratorExp: Comprehensions.comprehension,
    ast.DictComp: Comprehensions.dict_comprehension,
}
EVALUATE.update(TURNS)
