"""What stands behind a value: a dot and a name, or brackets with an index."""

import ast
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.engine.ops import FUNCTIONS
from app.lang.at import At
from app.lang.called.containers import container_method
from app.lang.errors import Trouble, suggest
from app.lang.members import SPREADS, member, spread_of_tensor
from app.lang.names import NAMES
from app.lang.objects import Frame, Instance, Klass, Super
from app.lang.operate import MISTAKES
from app.lang.provenance import TORCH, Families, families, is_tensor, libraries
from app.lang.tracing.expressions import EVALUATE
from app.lang.tracing.operators import Operators
from app.lang.values import Function, Module, Number, Size, Slope, Stopped, Value, kind, whole

OWNERS = (Instance, Klass, Super)
CONTAINERS = (list, tuple, dict, set, str)


class Access(Operators):
    """Looks up functions, attributes and elements."""

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

    # ── what other parts of the tracer do ────────────────────────────────────────────────────────────────
    def attribute_of(self, value: Value, name: str) -> Value:
        """An attribute of an object."""
        raise NotImplementedError

    def item_of_object(self, value: Value, key: Value, place: ast.expr) -> Value:
        """An element of an object."""
        raise NotImplementedError


EVALUATE[ast.Attribute] = Access.attribute
EVALUATE[ast.Subscript] = Access.subscript
