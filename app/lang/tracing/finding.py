"""What a program's names stand for when it has run, and which of its values is the output."""

from collections.abc import Mapping
from typing import Any

from app.engine.graph import Node
from app.engine.structure import is_mask
from app.lang.errors import Problem, Skip, Trouble, suggest
from app.lang.leftovers import only_sizes
from app.lang.scan import bound_names
from app.lang.tracing.reporting import Reporting
from app.lang.values import LISTS, Number, Slope, Stopped, Value, is_number
from app.lang.views import View

Binding = Any
"""A node's id, or nested lists of ids."""


class Finding(Reporting):
    """Finds inputs, variables and the output."""

    last: tuple[str | None, Value] | None

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────
    def inputs_by_name(self) -> dict[str, Binding]:
        """Inputs by name, in the order of the program; (nested) lists of `Value`s under the list's name."""
        whole = {name: binding_of(value, first=True) for name, value in self.input_values.items()}
        return {name: binding for name, binding in whole.items() if binding is not None}

    def sizes_alone(self, inputs: Mapping[str, Binding], output: int) -> set[int]:
        """Lists of whole numbers that are at most sizes, with what was taken from them: like such numbers, no inputs.
        """
        lists = [each for each in inputs.values() if isinstance(each, int) and each in self.whole_lists]
        return only_sizes(self.graph, lists, self.counted, {output, *self.backwards}) if lists else set()

    def variables(self) -> dict[str, Binding]:
        """What the variables stand for at the end; parameters for what they were at the last backward pass."""
        for value in self.bound.values():
            if isinstance(value, LISTS):
                self.meter.take_list(value)
        found = {self.shown(each): binding for each, value in self.bound.items()
                 if (binding := self._binding(value)) is not None}  # fmt: skip
        for name, held in self.parts.items():
            binding = self._binding(held)
            if binding is not None:
                found.setdefault(name, binding)
        return found

    def _binding(self, value: Value) -> Binding:
        """The node or nodes that a variable stands for; None where it stands for none."""
        if isinstance(value, Node | Number):
            held = self.held.get(id(value))
            latest = held.latest if held and held.since == len(self.backwards) else None
            return latest[1] if latest and latest[0] == self.backwards[-1] else binding_of(value)
        if isinstance(value, list | tuple) and value:
            parts = [self._binding(each) for each in value]
            return None if any(part is None for part in parts) else parts
        return None

    # ── output ───────────────────────────────────────────────────────────────────────────────────────────
    def output_of(self, name: str | None) -> tuple[str | None, int]:
        if name is not None:
            return name, self._named_output(name)
        if self.backwards:
            node = self.backwards[-1]
            return self.graph.names[node], node
        if self.last is None:
            raise Trouble("empty_program", "program: it computes nothing", "write a formula, such as `y = x**2`")
        name, value = self.last
        if isinstance(value, list | tuple):
            raise self._list_as_output(str(name), value)
        node = self.node(value).id
        return name or self.graph.names[node], node

    def _list_as_output(self, name: str, value: Value) -> Trouble:
        hint = "add its elements up, or name another output"
        if isinstance(value, tuple) and all(isinstance(each, Number) or is_number(each) for each in value):
            hint = "a decimal number has a point: 3.5, not 3,5; to choose another output, name it"
        place = next(each for each in reversed(self.parsed.body) if name in map(self.shown, bound_names([each])))
        return Trouble(
            "bad_argument", f"output: {name} is a list, the output must be a number or an array", hint, place=place
        )

    def _named_output(self, name: str) -> int:
        known = {self.shown(each): value for each, value in self.bound.items()}
        value = known.get(name)
        value = self.parts.get(name) if value is None else value
        if isinstance(value, list | tuple):
            raise self._list_as_output(name, value)
        if not isinstance(value, Node | Number | Stopped | Slope):
            near = suggest(name, [each for each in known if each != name])
            self.problems.append(Problem(
                "unknown_name", f"output: the program has no variable {name[:60]!r}",
                f"did you mean `{near}`?" if near else "name one of its variables", field="output",
            ))  # fmt: skip
            raise Skip
        return self.node(value).id

    def refuse_mask(self, node: int) -> None:
        if is_mask(self.graph.values[node]):
            self.graph.span = self.graph.spans[node]
            raise Trouble("not_differentiable", "output: it is True or False, which has no derivative",
                          "choose a number as the output")  # fmt: skip


def binding_of(value: Value, first: bool = False) -> Binding:
    """The node or nodes that a variable stands for, or stood for at `first`; None where it stands for none."""
    if isinstance(value, View) and value.is_lost:
        return None
    if isinstance(value, Node):
        return value.id
    if isinstance(value, Number):
        node = (value.first if first else None) or value.node
        return None if node is None else node.id
    if isinstance(value, list | tuple) and value:
        parts = [binding_of(each, first) for each in value]
        return None if any(part is None for part in parts) else parts
    return None
