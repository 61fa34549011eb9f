"""Which values share memory, and what changes with what."""

from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT, INPUT
from app.engine.ops.indexing import ALL, index
from app.lang.errors import Trouble
from app.lang.tracing.state import State
from app.lang.values import Exact, ListNode, Number, Stopped, Value
from app.lang.views import (
    COPYING,
    DIAGONALS,
    EXPAND,
    FLIPS,
    RESHAPE,
    STOP,
    Step,
    View,
    outward,
    place_of,
    steps_between,
)

TORCH, NUMPY = "torch", "numpy"
ROWS = "a slice of a list of lists has the same rows"
LIBRARY = "NumPy copies a number here, PyTorch does not, and the program names both"
TYPE = "whether this is the very array depends on the type of its numbers, which is not kept here"
TYPES = ("float64", "float32", "float16", "double", "half", "bfloat16", "float", "int", "long", "bool")
LAYOUT = "whether this shares the array's memory depends on the order of its numbers there"


class Memory(State):
    """Makes views, and changes what they are views of."""

    graph: Graph
    budget: Budget
    no_grad: int

    @property
    def library_names(self) -> frozenset[str]:
        """The libraries that the program names."""
        raise NotImplementedError

    # ── taking ──────────────────────────────────────────────────────────────────────────────────────────
    def shared(self, name: str, base: Value, found: Value, tensor: bool | None = None) -> Value:
        """What a function of this name gave for `base`: a view of it where it shares its memory.

        `tensor` says whether it is PyTorch's, where more is known than what the whole program names.
        """
        if self.immutable or not isinstance(base, Node):
            return found
        if isinstance(found, list | tuple):
            return type(found)(self.shared(name, base, each, tensor) for each in found)
        if not isinstance(found, Node) or isinstance(found, View):
            return found
        at = base.id
        library, _, last = name.rpartition(".")
        path = steps_between(self, at, found.id, last in DIAGONALS)
        if path is None or (found is not base and not path):
            return found
        torch = tensor if tensor is not None else self.is_torch(library)
        if last in COPYING or (last in FLIPS and torch is not False):
            return Node(self.graph, found.id)
        if last == "flatten" and torch is not True:
            return Node(self.graph, found.id) if torch is False else View(self, base, path, found.id, LAYOUT)
        if self.is_listed(base):
            return self._of_list(base, found, path) if last == "index" else Node(self.graph, found.id)
        if not path:
            return base
        if last in ("diagonal", "diag"):
            if last == "diag" and torch is not False:
                return found
            readable = [] if torch else [(EXPAND, {"shape": found.shape})]  # an expansion is not written to
            return View(self, base, [*path, *readable], found.id, None)
        values = self.graph.values
        several = found.shape and found.size and last not in DIAGONALS
        if several and not np.may_share_memory(values[found.id], values[at]):
            return found
        doubt = self._doubt(base, at, found, path, torch)
        return found if doubt == "" else View(self, base, path, found.id, doubt)

    def is_torch(self, library: str = "") -> bool | None:
        """Whether arrays are PyTorch's; None where the program names other libraries too."""
        if library:
            return library.startswith(("torch", "F"))
        return None if TORCH in self.library_names and len(self.library_names) > 1 else TORCH in self.library_names

    def _of_list(self, base: Node, found: Node, path: list[Step]) -> Value:
        """An element, which is a number or the very row, or a slice, which is another list of the same elements."""
        rows = len(path) == 1 and path[0][0] is index and all(isinstance(k, int) for k in path[0][1]["key"])
        if not found.shape:
            return found
        return ListNode(self.graph, found.id) if base.ndim == 1 else View(
            self, base, path, found.id, None if rows else ROWS
        )  # fmt: skip

    def _doubt(self, base: Node, at: int, found: Node, path: list[Step], torch: bool | None) -> str | None:
        """Why a view may be none; an empty text where it is none, None where it is one."""
        if not found.shape and not torch and not any(k == "..." for op, own in path if op is index for k in own["key"]):
            return "" if torch is False else LIBRARY
        return LAYOUT if at in self.uneven and any(op is RESHAPE for op, _ in path) else None

    def count_sizes(self, arguments: tuple[Value, ...], options: dict[str, Value]) -> None:
        """Keep in mind which lists are used as a shape."""
        self.counted.update(each.id for each in (*arguments, *options.values()) if isinstance(each, Node))

    def is_listed(self, value: Value) -> bool:
        """Whether it was written as a list, or is a row of one."""
        while isinstance(value, View):
            value = value.base
        return isinstance(value, ListNode)

    def snapshot(self, value: Value) -> Value:
        """A value of its own, which does not change when this one does."""
        return Node(self.graph, place_of(self, value)) if isinstance(value, Node | Number) else value

    def copied(self, value: Value) -> Value:
        """`x.copy()`, `x.clone()`."""
        if isinstance(value, Stopped):
            return Stopped(self.snapshot(value.value))
        if isinstance(value, ListNode):
            return self.shared("index", value, index(value, key=(ALL,)))
        return value if isinstance(value, Number) and TORCH not in self.library_names else self.snapshot(value)

    def converted(self, name: str, value: Value, kinds: tuple[Value, ...]) -> Value:
        """`x.float()`, `x.to(…)`: the very value, as far as that is certain."""
        inner = value.value if isinstance(value, Stopped) else value
        if not isinstance(inner, Node) or self.immutable or not inner.shape:
            return value
        if name == "contiguous":
            return value if self.graph.values[inner.id].flags.c_contiguous else self.copied(value)
        if name in ("cpu", "float") or (name == "to" and not any(each in TYPES for each in kinds)):
            return value
        made = View(self, inner, [], inner.id, TYPE)
        return Stopped(made) if isinstance(value, Stopped) else made

    def stopped_view(self, value: Node | Number, made: Node) -> Node:
        """`x.data` with a name: the same memory, no gradient; `made` is its node."""
        torch = self.is_torch()
        single = isinstance(value, Number) or not value.shape
        if self.immutable or (single and torch is False):
            return made
        return View(self, value, [(STOP, {})], made.id, LIBRARY if single and torch is None else None)

    def data_of(self, value: Value) -> Value:
        """`x.data`: PyTorch's is the same memory, micrograd's a number."""
        single = isinstance(value, Number) or not np.shape(value.value if isinstance(value, Node) else value)
        return Stopped(self.snapshot(value) if single and self.is_torch() is False else value)

    # ── changing ────────────────────────────────────────────────────────────────────────────────────────
    def write(self, holder: Value, new: Node, cut: bool = False) -> None:
        """Let a value hold new numbers, and with it the value that it is a view of.

        With `cut` no gradient passes from the new numbers to the old ones.  Raises Trouble.
        """
        while isinstance(holder, View):
            new, cut = outward(holder, new), cut or holder.cuts
            holder = holder.base
        if cut:
            self.move(holder, new)
            return
        old = place_of(self, holder)
        self.follow(holder, old, new)
        if isinstance(holder, Number):
            self.renumber(holder, new)
        else:
            holder.id = new.id
        self.writes += 1

    def follow(self, holder: Value, old: int, new: Node) -> None:
        """What is known about the old node is known about the new one."""
        values = self.graph.values
        if self.graph.ops[new.id] is STOP:
            self.outdated[old] = self.graph.names[old] or "a value"
        if old in self.uneven or not values[old].flags.c_contiguous:
            self.uneven.add(new.id)
        named = (name for name, each in self.bound.items() if each is holder)
        name = self.shown(next(named, "")) or self.graph.names[old]
        if name and self.graph.names[new.id] is None:
            self.graph.name(new.id, name)

    def renumber(self, value: Number, new: Node) -> None:
        """Let a number stand for another node."""
        value.exact = float(new.value)
        value.first = value.first or value.node
        value.node = Exact(self.graph, new.id, value.exact)

    def is_leaf(self, value: Value) -> bool:
        """Whether a value is where differentiation ends, or reaches nothing that is differentiated by."""
        node, ops = place_of(self, value), self.graph.ops
        if ops[node] in (INPUT, CONSTANT, STOP) or node in self.parameters or id(value) in self.trained_ids:
            return True
        return not self.reaches(node, self.roots())

    def reaches(self, node: int, ends: set[int]) -> bool:
        """Whether a node is one of `ends`, or a gradient passes from it to one of them."""
        waiting, seen, ops = [node], set(), self.graph.ops
        while waiting:
            at = waiting.pop()
            if at in ends:
                return True
            if at not in seen and ops[at] is not STOP:
                seen.add(at)
                waiting += self.graph.inputs[at]
        return False

    def refuse_inside(self, value: Value) -> None:
        """Raise where numbers in the middle of a calculation are changed behind the gradient's back."""
        if not self.is_leaf(value):
            raise Trouble("unsupported_syntax", "assignment: this was calculated from what is differentiated by, and "
                          "gradients would still pass through it as if nothing had changed",
                          "change it with gradients on, or change a copy: x.detach().clone()")  # fmt: skip

    # ── what other parts of the tracer do ───────────────────────────────────────────────────────────────
    bound: dict[str, Any]

    def shown(self, name: str) -> str:
        """A name as it was typed."""
        raise NotImplementedError

    def move(self, value: Any, new: Value) -> None:
        """Other numbers for a parameter, without a gradient."""
        raise NotImplementedError

    def roots(self) -> set[int]:
        """The nodes where differentiation ends."""
        raise NotImplementedError
