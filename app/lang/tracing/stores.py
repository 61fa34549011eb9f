"""What is changed in place: attributes, elements of lists, dicts and arrays, the numbers of a parameter.

An array is changed by letting the very value that a name, a list or an object holds stand for another node: whoever
holds it sees the change, as in NumPy and PyTorch.
"""

import ast
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.engine.op import shape
from app.engine.ops import FUNCTIONS, OPS
from app.engine.ops.indexing import packed, scatter
from app.lang.errors import Trouble
from app.lang.objects import Instance, Klass
from app.lang.operate import MISTAKES
from app.lang.provenance import NUMPY, TORCH, families
from app.lang.tracing.operators import BINARY
from app.lang.tracing.sequences import Sequences
from app.lang.values import Number, Stopped, Value, in_graph, kind
from app.lang.views import View

SETTABLE = frozenset({"label", "name"})
"""Attributes of numbers that may be set and change nothing."""


class Stores(Sequences):
    """Changes what is there."""

    # ── attributes ──────────────────────────────────────────────────────────────────────────────────────
    def set_attribute(self, target: ast.Attribute, value: Value, new: Value) -> None:
        """`value.name = new`."""
        name = target.attr
        if name.startswith("__"):
            raise Trouble("forbidden", f"{name[:40]}: names with two underscores cannot be used", "leave it out",
                          place=target)  # fmt: skip
        if isinstance(value, Instance):
            found = value.klass.find(name)
            if self.no_grad:
                new = self.cut(new)
            value.attributes[name] = self.pending(new) if isinstance(new, np.ndarray) else new
            if getattr(found, "how", None) == "property":
                raise Trouble("bad_argument", f".{name}: it is a property", "choose another name", place=target)
        elif isinstance(value, Klass):
            value.members[name] = new
        elif isinstance(value, Stopped) and name in ("data", "grad"):
            self.set_attribute(target, value.value, new)
        elif name == "data" and isinstance(value, Node | Number):
            self.move(value, new)
        elif name == "grad" and isinstance(value, Node | Number):
            self.set_gradient(value, new)
        elif name == "requires_grad" and isinstance(value, Node | Number):
            self.require(value, self.truth(new))
        elif name not in SETTABLE:
            raise Trouble("unsupported_syntax", f"assignment: {kind(value)} has no attribute {name[:40]} that can be "
                          "given a value", "choose a name of its own", place=target)  # fmt: skip

    def augment_inside(self, place: ast.AugAssign, target: ast.Attribute | ast.Subscript) -> None:
        """`object.name += value`, `several[key] += value`: what stands left is evaluated once."""
        holder = self.evaluate(target.value)
        if isinstance(target, ast.Attribute):
            self.updating += target.attr in ("data", "grad")
            before = self.attribute_on(holder, target.attr, target)
            key: Any = None
        else:
            key = self.item_key(holder, target.slice)
            before = self.item(holder, key, target)
        if isinstance(before, list) and isinstance(place.op, ast.Add):
            self.extend(before, self.evaluate(place.value), place.value)
            return
        value = self.operated(place, target, before, place.op, place.value)
        if isinstance(target, ast.Subscript) and isinstance(holder, list | dict) and self.in_place(
            before, value, target
        ):
            self.replace(before, value, target)
        elif isinstance(target, ast.Attribute):
            if self.in_place(before, value, target) and not isinstance(before, Stopped):
                self.replace(before, value, target)
            else:
                self.set_attribute(target, holder, value)
            self.updating -= target.attr in ("data", "grad")
        else:
            self.put(target, holder, key, value)

    def operated(self, place: ast.AugAssign, left: ast.expr, a: Value, op: ast.operator, right: ast.expr) -> Value:
        """`a op right`, with the places where both stand."""
        if type(op) not in BINARY:
            raise Trouble("unsupported_syntax", "operator: only += -= *= /= //= %= **= and @= are read",
                          "write `x = …` with the formula", place=place)
        return self.operate(place, left, a, right, self.evaluate(right))

    def name_nodes(self, name: str, value: Value) -> None:
        """Give a node the name that it shows."""
        raise NotImplementedError

    # ── arrays in place ─────────────────────────────────────────────────────────────────────────────────
    def in_place(self, before: Value, value: Value, place: ast.expr) -> bool:
        """Whether `x += …` changes the very value: arrays of NumPy and PyTorch do, numbers and JAX's arrays do not.

        PyTorch's single numbers do too; the value stands at `place`.
        """
        if self.no_grad and isinstance(before, Node | Number) and in_graph(before):
            return True
        if isinstance(value, list) or not isinstance(before, Node | Number) or not self.can_change(place):
            return False
        if isinstance(before, Node) and (before.shape or isinstance(before, View)):
            return True
        if isinstance(before, Number) and before.is_array:
            return True
        found = families(place, self.made_with)
        return TORCH in found if found or isinstance(before, Number) else TORCH in self.library_names

    def can_change(self, place: ast.expr) -> bool:
        """Whether the array at a place can change: JAX's never do, NumPy's do beside them too."""
        return not self.immutable or families(place, self.made_with) == {NUMPY}

    def replace(self, before: Any, value: Value, place: ast.expr | None) -> None:
        """Let a value stand for the new node, and what it is a view of with it.  Raises Trouble."""
        if self.is_trained(before) and not self.no_grad and not self.updating:
            raise Trouble("bad_argument", "assignment: this is a parameter, it cannot change in place while gradients "
                          "are on", "put the line under `with torch.no_grad():`, or change its .data",
                          place=place)  # fmt: skip
        new = self.node(value)
        form = () if isinstance(before, Number) else before.shape
        if not new.shape and form:
            new = self.call_named("broadcast_to", [new, form], {})
        if new.shape != form:
            raise Trouble("shape_mismatch", f"assignment: the array is {form}, its new value is {new.shape}",
                          "write x = x + … where the shape changes", place=place)  # fmt: skip
        self.write(before, new, bool(self.no_grad))

    def move(self, value: Any, new: Value) -> None:
        """`value.data = new`: other numbers for a parameter; no gradient passes from the new ones to the old."""
        self.updating += 1
        made = self.node(new)
        self.updating -= 1
        old = self.node(value)
        if shape(made) != old.shape:
            if made.shape:
                raise Trouble("shape_mismatch", f"data: the parameter is {old.shape}, its new value is {made.shape}",
                              "give it the same shape")
            made = self.call_named("broadcast_to", [made, old.shape], {})
        if isinstance(value, View):
            self.write(value, made, True)
            return
        self.refuse_inside(value)
        made = OPS["stop"](made)
        self.follow(value, old.id, made)
        self.before_move(value)
        self.parameters.add(made.id)
        if isinstance(value, Number):
            self.renumber(value, made)
            value.is_input = True
        else:
            value.id = made.id
        self.writes += 1

    def cut(self, value: Value) -> Value:
        """A value that was made without gradients."""
        if isinstance(value, list | tuple):
            return type(value)(self.cut(each) for each in value)
        if isinstance(value, Node) or (isinstance(value, Number) and in_graph(value)):
            return Stopped(value)
        return value

    # ── elements ────────────────────────────────────────────────────────────────────────────────────────
    def set_item(self, target: ast.Subscript, holder: Value, new: Value) -> None:
        """`holder[key] = new`."""
        self.put(target, holder, self.item_key(holder, target.slice), new)

    def put(self, target: ast.Subscript, holder: Value, key: Any, new: Value) -> None:
        """The same with the key evaluated."""
        self.tick()
        if isinstance(holder, list | dict):
            new = self.kept(new)
        if isinstance(holder, dict):
            holder[key] = new
        elif isinstance(holder, list):
            self._into_list(target, holder, key, new)
        elif isinstance(holder, Instance):
            if self.asked(holder, "__setitem__", key, new) is Klass:
                raise Trouble("bad_argument", f"assignment: {kind(holder)} has no elements",
                              "define __setitem__", place=target)
        elif isinstance(holder, Node) and holder.shape and self.can_change(target.value):
            self._into_array(target, holder, key, new)
        elif isinstance(holder, Stopped) and isinstance(holder.value, Node):
            self._into_array(target, holder.value, key, new, True)
        else:
            hint = "make it a list or an array first"
            if not self.can_change(target.value):
                hint = "JAX's arrays never change: x = x.at[i].set(v) makes another one"
            raise Trouble("bad_argument", f"assignment: {kind(holder)} has no elements that can be given a value", hint,
                          place=target)  # fmt: skip

    def _into_list(self, target: ast.Subscript, holder: list[Value], key: Any, new: Value) -> None:
        try:
            if isinstance(key, slice):
                holder[key] = self.meter.take_list(list(self.elements(new, target)))
            else:
                holder[key] = new
        except (IndexError, ValueError) as error:
            raise Trouble("bad_argument", f"assignment: {error}; the list has {len(holder)} elements",
                          "the first has the index 0",
                          place=target) from None  # fmt: skip
        except TypeError:
            raise Trouble("bad_argument", "index: a list takes one whole number or a slice",
                          "for several indices make it an array: np.array(…)", place=target) from None

    def _into_array(self, target: ast.Subscript, holder: Node, key: Any, new: Value, cut: bool = False) -> None:
        """An array with new numbers at some places; `cut` as `write` has it."""
        self.graph.span = self._span(target)
        try:
            made = self.array_with(holder, key, new)
        except Trouble as trouble:
            trouble.place = trouble.place or target
            raise
        self.write(holder, made, cut or bool(self.no_grad))

    def array_with(self, array: Node, key: Any, new: Value) -> Node:
        """The array with other numbers at the places of a key: `where(there, placed, array)`.  Raises Trouble."""
        there = np.zeros(array.shape, bool)
        try:
            there[key] = True
            form = np.shape(there[key])
            if np.count_nonzero(there) != np.size(there[key]):
                raise IndexError("the same element is given two values")
            value = self.operand(new)
            if shape(value) != form:
                value = self.call_named("broadcast_to", [value, form], {})
            placed = scatter(value, key=packed(key, array.shape), shape=array.shape)
            made: Node = FUNCTIONS["where"](there, placed, Node(self.graph, array.id))
        except MISTAKES as error:
            raise Trouble("bad_argument", f"index: {error}, the array has shape {array.shape}",
                          "take whole numbers, slices or conditions") from error  # fmt: skip
        return made

    # ── del ─────────────────────────────────────────────────────────────────────────────────────────────
    def delete(self, place: ast.Delete) -> None:
        for target in place.targets:
            if isinstance(target, ast.Name):
                if self.frame.elsewhere.get(target.id, self.frame).bound.pop(target.id, self) is self:
                    raise Trouble("unknown_name", f"{self.shown(target.id)}: there is no such name to delete",
                                  "leave it out",
                                  place=target)  # fmt: skip
            elif isinstance(target, ast.Subscript):
                holder = self.evaluate(target.value)
                key = self.item_key(holder, target.slice)
                if not isinstance(holder, list | dict):
                    raise Trouble("bad_argument", f"del: {kind(holder)} has no elements to delete",
                                  "leave it out", place=target)
                try:
                    del holder[key]
                except (IndexError, KeyError, TypeError):
                    raise Trouble("bad_argument", f"del: there is no element {str(key)[:40]}",
                                  "leave it out", place=target) from None
            elif isinstance(target, ast.Attribute):
                holder = self.evaluate(target.value)
                if not isinstance(holder, Instance) or holder.attributes.pop(target.attr, self) is self:
                    raise Trouble("bad_argument", f"del: there is no attribute {target.attr[:40]}",
                                  "leave it out", place=target)

