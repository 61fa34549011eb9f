"""One walk through a value that a name was given: what waits inside it gets its name."""

from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.objects import Instance
from app.lang.values import Number, Value, is_number, leaves

Tracer = Any


class Adopting:
    """One walk through a value that a name was given."""

    def __init__(self, t: Tracer, free: bool) -> None:
        self._t, self._free = t, free
        self._seen: set[int] = set()

    def walk(self, name: str, value: Value, depth: int) -> Value:
        """The value as it is bound."""
        if isinstance(value, Number | Node):
            return self._one(name, value, True)
        if depth and isinstance(value, np.ndarray) and value.dtype != np.bool_:
            return self._one(name, self._t.pending(value), True)
        if not isinstance(value, list | tuple | dict | Instance) or id(value) in self._seen:
            return self._number(name, value, depth)
        self._seen.add(id(value))
        self._t.tick()
        if isinstance(value, dict):
            for key, each in value.items():
                value[key] = self.walk(f"{name}[{str(key)!r}]" if isinstance(key, str) else f"{name}[{key}]", each,
                                       depth + 1)  # fmt: skip
        elif isinstance(value, Instance):
            for key, each in value.attributes.items():
                inside, self._free = self._free, False
                value.attributes[key] = self.walk(f"{name}.{key}", each, depth + 1)
                self._free = inside
        else:
            return self._several(name, value, depth)
        return value

    def _several(self, name: str, value: Value, depth: int) -> Value:
        waiting = list(leaves(self._t.meter.take_list(value)))
        if waiting and all(each in self._t.unnamed_numbers for each in waiting if isinstance(each, Number)) and all(
            isinstance(each, Number) for each in waiting
        ):
            self._named(name, value)
            self._t.input_named(name, value)
            return value
        if self._free and depth and waiting and all(is_number(each) and not isinstance(each, bool) for each in waiting):
            return self._number(name, value, depth)
        found = [self.walk(f"{name}[{i}]", each, depth + 1) for i, each in enumerate(value)]
        if isinstance(value, tuple):
            return tuple(found)
        value[:] = found
        return value

    def _named(self, name: str, value: Value) -> None:
        """Names for all that a list of waiting numbers holds; the list is the input."""
        if isinstance(value, list | tuple):
            for i, each in enumerate(value):
                self._named(f"{name}[{i}]", each)
        else:
            self._one(name, value, False)

    def _one(self, name: str, value: Any, alone: bool) -> Value:
        t = self._t
        if isinstance(value, Number):
            if value not in t.unnamed_numbers:
                return value
            t.unnamed_numbers.discard(value)
            value.name = name
            if value.node is not None:
                t.graph.name(value.node.id, name)
        else:
            if value.id not in t.unnamed:
                return value
            t.unnamed.discard(value.id)
            t.graph.name(value.id, name)
        if alone:
            t.input_named(name, value)
        return value

    def _number(self, name: str, value: Value, depth: int) -> Value:
        """A number, or a list of numbers, that was written inside."""
        numbers = list(leaves(value))
        if not (self._free and depth and numbers and all(is_number(e) and not isinstance(e, bool) for e in numbers)):
            return value
        t = self._t
        t.literals.add(name)
        value = t.given(name) if name in t.overrides else value
        found = t.parts[name] = t.input_of(name, value, t.graph.span)
        return found
