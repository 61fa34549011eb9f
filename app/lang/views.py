"""Arrays that share their memory with another, as NumPy's views and PyTorch's do.

A view knows its base and how it was taken.  Whoever writes into it changes the base; whoever reads it after the base
has changed reads the base's new numbers.  Where the libraries differ, or the order in memory decides and is not known,
a view is in doubt: it is read as long as nothing has changed, and refused from then on.

Sources: NumPy user guide, Copies and views; PyTorch, Tensor Views.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.engine.op import Op
from app.engine.ops import FUNCTIONS, OPS
from app.engine.ops.indexing import Places, index, scatter, unpacked
from app.engine.ops.views import inverse
from app.lang.errors import Trouble
from app.lang.values import Number

Tracer = Any
Step = tuple[Op, dict[str, Any]]
STOP, RESHAPE, EXPAND, TRANSPOSE = (OPS[name] for name in ("stop", "reshape", "expand", "transpose"))
TAKING = (index, RESHAPE, EXPAND, TRANSPOSE)
"""Ops that only look at the memory of their operand another way."""
COPYING = frozenset({
    "tile", "repeat", "repeat_interleave", "take", "index_select", "diff", "array", "tensor", "take_along_axis",
})  # fmt: skip
"""Last parts of names of functions that make an array of their own, even where they change nothing."""
FLIPS = frozenset({"flip", "fliplr", "flipud", "rot90"})
"""Views in NumPy, copies in PyTorch."""
DIAGONALS = frozenset({"diagonal", "diag", "einsum"})
"""Functions that may take a diagonal: NumPy's can only be read, but for einsum's."""


class View(Node):
    """A place in the graph that follows another value; `doubt` says why it may not, where that is not certain."""

    __slots__ = ("at", "base", "base_at", "doubt", "path", "t", "writes")

    def __init__(self, t: Tracer, base: Node | Number, path: Sequence[Step], at: int, doubt: str | None) -> None:
        self.graph = t.graph
        self.t, self.base, self.path, self.doubt = t, base, tuple(path), doubt
        self.at, self.base_at, self.writes = at, place_of(t, base), t.writes

    @property
    def id(self) -> int:  # type: ignore[override]
        """Its node now.  Raises Trouble where it is in doubt whether it has changed."""
        if self.writes != self.t.writes:
            refresh(self)
        return self.at

    @property
    def is_lost(self) -> bool:
        """Whether its numbers are not known any more."""
        try:
            return self.id < 0
        except Trouble:
            return True

    @property
    def cuts(self) -> bool:
        """Whether no gradient passes from the base to it."""
        return any(op is STOP for op, _ in self.path)


def place_of(t: Tracer, base: Node | Number) -> int:
    """The node that a value stands for."""
    return int((base.in_graph(t.graph) if isinstance(base, Number) else base).id)


def refresh(view: View) -> None:
    """Take a view anew where its base has changed; of views of views the innermost first.  Raises Trouble."""
    t = view.t
    chain: list[View] = []
    at: Node | Number = view
    while isinstance(at, View) and at.writes != t.writes:
        chain.append(at)
        at = at.base
    for each in reversed(chain):
        t.tick()
        base = place_of(t, each.base)
        if base != each.base_at:
            if each.doubt:
                raise Trouble("unsupported_syntax", f"view: {each.doubt}; it was changed, and what this holds now "
                              "depends on that", "write .copy() or .clone() where it is taken")  # fmt: skip
            name, found = t.graph.names[each.at], Node(t.graph, base)
            for op, attributes in each.path:
                found = op(found, **attributes)
            if name:
                t.graph.name(found.id, name)
            each.at, each.base_at = found.id, base
        each.writes = t.writes


def outward(view: View, new: Node) -> Node:
    """What the base of a view holds once the view holds new numbers.  Raises Trouble."""
    t = view.t
    if view.doubt:
        raise Trouble("unsupported_syntax", f"assignment: {view.doubt}; whether that would change too depends on it",
                      "write .copy() or .clone() where it is taken")  # fmt: skip
    sources = [Node(t.graph, place_of(t, view.base))]
    for op, attributes in view.path[:-1]:
        sources.append(op(sources[-1], **attributes))
    for (op, attributes), source in zip(reversed(view.path), reversed(sources), strict=True):
        if op is index:
            there = np.zeros(source.shape, bool)
            there[unpacked(attributes["key"])] = True
            new = FUNCTIONS["where"](there, scatter(new, key=attributes["key"], shape=source.shape), source)
        elif op is TRANSPOSE:
            new = TRANSPOSE(new, axes=inverse(attributes["axes"]))
        elif op is RESHAPE:
            new = RESHAPE(new, shape=source.shape)
        elif op is EXPAND:
            raise Trouble("bad_argument", "assignment: several elements of this array are one and the same number",
                          "write .copy() or .clone() before it is changed")  # fmt: skip
    return new


def steps_between(t: Tracer, base: int, found: int, places: bool) -> list[Step] | None:
    """How one node was taken from another, where that only looks at its memory; None where it does not.

    `places` says that index arrays count as looking: they are how a diagonal is taken.
    """
    graph, path, at = t.graph, [], found
    while at != base:
        op, attributes = graph.ops[at], graph.attributes[at]
        if op not in TAKING or at < base:
            return None
        if op is index and not places and any(isinstance(k, Places) for k in attributes["key"]):
            return None
        path.append((op, attributes))
        at = graph.inputs[at][0]
    return path[::-1]
