"""What an expression of a program can be: the tracer's own values, never a Python object of the user's choice.

Node              a place in the graph
Number            a number that a name is bound to; becomes a node when it is first calculated with
int float bool    a number that no name is bound to
ndarray           an array that no name is bound to
str None slice    what functions are told beside their operands
list tuple        of values
dict set range    as in Python
Stopped           a value whose gradient is cut when it is calculated with
Slope             a gradient, a number until it is calculated with
Function Module   what can be called, and what it is looked up in
objects.py        functions, classes and objects of the program's own
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.graph import Graph, Node, Span

Value = Any
"""One of the kinds above."""
NO_DIFFERENCE = frozenset({"dtype", "device", "requires_grad", "out", "copy", "order", "inplace", "generator"})
"""Keywords that are read and change nothing."""


class Exact(Node):
    """A node that also knows its number as it was written: a whole number stays usable as a size or an axis."""

    __slots__ = ("exact",)

    def __init__(self, graph: Graph, node_id: int, exact: int | float) -> None:
        super().__init__(graph, node_id)
        self.exact = exact

    def __index__(self) -> int:
        return whole(self.exact)


class ListNode(Node):
    """An array that the program wrote as a list of numbers."""

    __slots__ = ()


NODES = frozenset({Node, Exact})
"""The types of what is a node and nothing more."""


class Number:
    """A number bound to a name, exact while it serves as a size, an axis or an index."""

    __slots__ = ("exact", "first", "is_array", "is_input", "name", "node", "span", "was_size")

    def __init__(self, exact: int | float, name: str, is_input: bool, span: Span | None) -> None:
        self.exact = exact
        self.name = name
        self.is_input = is_input
        self.span = span
        self.node: Exact | None = None
        self.first: Exact | None = None  # the node that it stood for before it was given other numbers
        self.was_size = False
        self.is_array = False  # an array without axes, which changes in place

    def __index__(self) -> int:
        self.was_size = True
        return whole(self.exact)

    def in_graph(self, graph: Graph) -> Exact:
        """Its node; made when first asked for."""
        if self.node is None:
            before, graph.span = graph.span, self.span
            made = graph.leaf(float(self.exact), self.name if self.is_input else None)
            graph.name(made.id, self.name)
            graph.span = before
            self.node = Exact(graph, made.id, self.exact)
        return self.node


class Size(tuple[int, ...]):
    """The shape of one of PyTorch's tensors, which prints as such."""

    __slots__ = ()


class Fresh(float):
    """The number in `Value(2.0)`: in a list it stays a scalar of its own."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A value that passes no gradient back."""

    value: Value


Term = tuple[int, int]
"""An output that was gone back from, and the node that is differentiated by."""


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """`x.grad` at one moment: what it was set to, and the backward passes that have added to it since.

    `t` is the tracer, which computes it: as a number, or as nodes once it is calculated with.
    """

    t: Any
    owner: Value
    shape: tuple[int, ...]
    base: Value
    terms: tuple[Term, ...]

    @property
    def is_none(self) -> bool:
        """Whether no backward pass has come and nothing was set: PyTorch's None."""
        return not self.terms and self.base is None

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return f"a gradient of shape {self.shape}" if self.shape else "a gradient"


@dataclass(frozen=True, slots=True)
class Module:
    """A namespace such as `np`; `path` is our name for it."""

    path: str


@dataclass(frozen=True, slots=True)
class Function:
    """Something to call: an op by one of its spellings, or one of the language's own functions (`special`).

    `receiver` is what stands before the dot of a method.
    """

    name: str
    target: Callable[..., Any]
    special: bool = False
    receiver: Value = None
    is_method: bool = False


class Poison:
    """What a name is bound to by a statement that failed."""


POISON = Poison()


def whole(value: Any) -> int:
    """A whole number as an int.  Raises TypeError for anything else."""
    number = float(value)
    if not number.is_integer():
        raise TypeError(f"{number} is not a whole number")
    return int(number)


NUMBERS = (int, float, np.floating, np.integer, np.bool_)
LISTS = (list, tuple)
GRAPHED = (Node, Stopped, Slope)
"""Types of what belongs in the graph."""


def is_number(value: Value) -> bool:
    """Whether it is a number that no graph knows of."""
    return isinstance(value, NUMBERS)


def leaves(value: Value) -> Iterator[Value]:
    """What a nested list holds, in order."""
    if isinstance(value, LISTS):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def in_graph(value: Value) -> bool:
    """Whether it is, or holds, something that belongs in the graph."""
    if isinstance(value, LISTS):
        return any(in_graph(each) for each in value)
    return isinstance(value, GRAPHED) or (
        isinstance(value, Number) and (value.is_input or value.node is not None)
    )


def kind(value: Value) -> str:
    """What it is, for a sentence."""
    if isinstance(value, Function):
        return f"the function {value.name}"
    if isinstance(value, Module):
        return f"the module {value.path}"
    if isinstance(value, str):
        return f"the text {value[:30]!r}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, slice) or value is None or value is Ellipsis:
        return "None" if value is None else "a range of indices"
    if isinstance(value, dict | set | range):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, Node | np.ndarray) and value.shape:
        return f"an array of shape {value.shape}"
    own: str = getattr(value, "described", "a number")
    return own
