"""What a name is bound to, and which names are inputs."""

import ast
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.graph import Node, Span
from app.lang.display import concrete
from app.lang.errors import Trouble, refuse_underscores
from app.lang.members import SPREADS
from app.lang.objects import Closure, Instance
from app.lang.provenance import TORCH, families, is_array
from app.lang.scan import bound_names
from app.lang.tracing.stores import Stores
from app.lang.values import LISTS, NODES, Fresh, ListNode, Number, Stopped, Value, is_number, leaves

Source = ast.expr | ast.AugAssign
"""What a value was computed by: an expression, or `x += …`, whose left side is an operand too."""
HOLDERS = (dict, list, tuple, Instance)
"""Values that may hold others without a name."""
ALIASES = (ast.Name, ast.Attribute, ast.Subscript)
"""Sources that give the very value of another name."""
LASTING = (Node, Number, list, tuple)
OUTPUTS = (Node, Number, list, tuple, Stopped)
"""Values that may be what the program is about."""


class Binding(Stores):
    """Binds names."""

    overrides: dict[str, Any]
    last: tuple[str | None, Value] | None

    def bind_name(self, name: str, value: Value, source: Source) -> None:
        """Give a name its value.  Numbers that depend on no variable are inputs, under the request's override."""
        shown = self.shown(name)
        refuse_underscores(name)
        if self.no_grad and not isinstance(source, ALIASES):
            value = self.cut(value)
        if self.frame is not self.top or self.looping:
            self.bind_inside(name, shown, value, source)
            return
        if type(value) in NODES:
            pass  # the most common, and none of the following
        elif self.is_free(value, source) and not self.is_counter(name, value):
            self.literals.add(shown)
            value = alike(value, self.given(shown)) if shown in self.overrides else value
            value = self.input_of(shown, value, self._span(source), name in self.facts.lists)
        elif is_number(value) and not isinstance(value, bool):
            value = Number(value, shown, False, self._span(source))
        elif isinstance(value, np.ndarray):
            self.graph.span = self._span(source)
            value = self.graph.leaf(value)
        elif isinstance(value, list | tuple):
            self.meter.take_list(value)
        elif isinstance(value, Stopped):
            value = self.cut_off(value.value)
        if self.unnamed or self.unnamed_numbers or isinstance(value, HOLDERS):
            value = self.adopt(shown, value, isinstance(source, ast.Dict))
        if type(value) is Number and not isinstance(source, ALIASES):
            value.is_array = is_array(source, self.made_with)
        self.bound[name] = value
        if self.asks_whose:
            self.made_with[name] = families(source, self.made_with)
        self.name_nodes(shown, value)
        if isinstance(value, LASTING):
            self.last = shown, value

    def bind_inside(self, name: str, shown: str, value: Value, source: Source) -> None:
        """Give a name its value in a function or a loop, where nothing is an input."""
        frame = self.frame.elsewhere.get(name, self.frame)
        if isinstance(value, float):
            value = Number(value, shown, False, self._span(source))
        elif isinstance(value, np.ndarray):
            self.graph.span = self._span(source)
            value = self.pending(value)
        frame.bound[name] = value
        if isinstance(value, Node):
            self.name_nodes(shown, value)
        if frame is self.top and (isinstance(value, OUTPUTS) or is_count(value)):
            self.last = shown, value

    def set_loop_names(self, target: ast.expr, value: Value) -> None:
        """Bind the names of a loop; they are no inputs."""
        if isinstance(target, ast.Name):
            if target.id.startswith("__"):
                raise Trouble("forbidden", f"{self.shown(target.id)}: names with two underscores cannot be used",
                              "choose another name", place=target)  # fmt: skip
            frame = self.frame.elsewhere.get(target.id, self.frame)
            frame.bound[target.id] = value
            return
        self.looping += 1
        self.bind(target, value, target)
        self.looping -= 1

    def argument(self, function: Closure, name: str, value: Value, source: ast.expr | None) -> Value:
        """What a parameter is bound to: numbers that are written in a call at top level are inputs of its name."""
        if isinstance(value, float):
            if source is not None and self.frame is self.top and not self.looping and not function.klass:
                return self.input_of_call(function.name, name, value, source)
            return Number(value, self.shown(name), False, self.graph.span)
        if isinstance(value, np.ndarray):
            if source is not None and self.frame is self.top and not self.looping and not function.klass:
                return self.input_of_call(function.name, name, value, source)
            return self.pending(value)
        return value

    def input_of_call(self, function: str, name: str, value: Value, source: ast.expr | None) -> Value:
        """An input for a number that stands in a call: `x` in `f(2.0)`, `f.x` where the program has an x."""
        if not self.later:
            self.later = frozenset(bound_names(self.parsed.body))
        shown = self.shown(name)
        if name in self.later or shown in self.input_values:
            shown = f"{function}.{shown}"
        count = 1
        while shown in self.input_values:
            count += 1
            shown = f"{shown.split(' ')[0]} {count}"
        self.literals.add(shown)
        value = self.given(shown) if shown in self.overrides else value
        found = self.input_of(shown, value, self.graph.span if source is None else self._span(source))
        self.parts[shown] = found
        return found

    def is_counter(self, name: str, value: Value) -> bool:
        """Whether a number is what a loop counts with, or the 0 that it adds to."""
        plain = concrete(value) if is_number(value) else None
        return (name in self.facts.counters and isinstance(plain, int)) or (name in self.facts.sums and plain == 0)

    def is_free(self, value: Value, source: Source) -> bool:
        """Whether a value is numbers that were written or drawn, and depends on no variable."""
        if isinstance(source, ast.UnaryOp):
            source = source.operand  # a sign changes nothing of it
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
        if isinstance(found, Node) and found.id in self.whole_lists:
            return False  # at most sizes
        return isinstance(found, Node | Stopped | list | tuple | np.ndarray)

    def given(self, name: str) -> Value:
        """What the request gives for a name."""
        return self.overrides[name]

    def input_of(self, name: str, value: Value, span: Span | None, apart: bool = False) -> Value:
        """An input: a scalar is a number until it is calculated with, a list of `Value`s has a node for each.

        `apart` says that the list will be changed as a list.
        """
        found = self.input_made(name, value, span, apart)
        if isinstance(found, Node):  # the variable's own may come to stand for another node
            self.note_input(name, Node(self.graph, found.id))
        else:
            self.note_input(name, list(found) if isinstance(found, list) else found)
        return found

    def input_made(self, name: str, value: Value, span: Span | None, apart: bool) -> Value:
        """The same, not kept in mind: an element of a list is part of the list's input."""
        if is_number(value):
            return Number(float(value) if isinstance(value, Fresh) else value, name, True, span)
        if isinstance(value, list | tuple) and (
            apart or any(isinstance(e, Fresh) for e in leaves(value)) or _ragged(value)
        ):
            return [self.input_made(f"{name}[{i}]", each, span, apart) for i, each in enumerate(value)]
        before, self.graph.span = self.graph.span, span
        made = self.graph.leaf(np.asarray(concrete(value), float) if isinstance(value, list | tuple) else value, name)
        self.graph.span = before
        if not isinstance(value, list):
            return made
        if all(isinstance(each, int) for each in leaves(value)):
            self.whole_lists.add(made.id)
        return ListNode(self.graph, made.id)

    def note_input(self, name: str, value: Value) -> Value:
        """Keep an input in mind, in the order of the program."""
        self.input_values[name] = value
        return value

    def name_nodes(self, name: str, value: Value) -> None:
        """The first name that a node gets is the one that it shows."""
        if isinstance(value, Node):
            if self.graph.names[value.id] is None:
                self.graph.name(value.id, name)
        elif isinstance(value, LISTS):
            for i, each in enumerate(value):
                self.name_nodes(f"{name}[{i}]", each)

    def bind(self, target: ast.expr, value: Value, source: Source) -> None:
        """Give what stands left of `=` its value."""
        raise NotImplementedError

    # ── what this class needs of the whole program ──────────────────────────────────────────────────────
    @cached_property
    def asks_whose(self) -> bool:
        """Whether something in the program may depend on whose array it stands at."""
        named = self.library_names
        return TORCH in named or len(named) > 1 or any(name in self.parsed.spelled.text for name in SPREADS)


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
