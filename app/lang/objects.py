"""What a program makes of its own: functions, classes, instances, and the names that they see."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.lang.values import Function, Value

NOTHING: frozenset[str] = frozenset()


class Frame:
    """The names of a running function, comprehension or class body.

    `own` are the names that it binds somewhere, and so cannot be those around it; `elsewhere` those that it declares
    `global` (→ the top frame) or `nonlocal`.
    """

    __slots__ = ("bound", "closure", "elsewhere", "is_class", "own", "parent", "receiver")

    def __init__(self, parent: "Frame | None" = None, own: frozenset[str] = NOTHING, is_class: bool = False) -> None:
        self.bound: dict[str, Value] = {}
        self.parent = parent
        self.own = own
        self.elsewhere: dict[str, Frame] = {}
        self.is_class = is_class
        self.closure: Closure | None = None
        self.receiver: Value = None

    def around(self) -> "Frame":
        """The frame that a function defined here sees: names of a class body are seen by no method."""
        frame: Frame = self
        while frame.is_class and frame.parent is not None:
            frame = frame.parent
        return frame


@dataclass(eq=False, slots=True)
class Closure:
    """A function of the program: its parameters, its body, and the names around it."""

    name: str
    place: ast.FunctionDef | ast.Lambda
    frame: Frame
    defaults: list[Value]
    keyword_defaults: list[Value]
    own: frozenset[str]
    klass: "Klass | None" = None

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return f"the function {self.name}"


@dataclass(eq=False, slots=True)
class Klass:
    """A class: of the program, or one that the language brings (`nn.Linear`), whose methods are `Function`s."""

    name: str
    bases: tuple["Klass", ...] = ()
    members: dict[str, Value] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """The names that its body annotates, in order."""

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return f"the class {self.name}"

    def lineage(self) -> Iterator["Klass"]:
        """The class, then its bases, depth first, each once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            each = waiting.pop()
            if id(each) not in seen:
                seen.add(id(each))
                yield each
                waiting.extend(reversed(each.bases))

    def find(self, name: str, after: "Klass | None" = None) -> Value:
        """A member, of the class or of its bases, with `after` of those behind it; `Klass` itself where there is none.
        """
        behind = after is None
        for each in self.lineage():
            if behind and name in each.members:
                return each.members[name]
            behind = behind or each is after
        return Klass

    def is_a(self, other: "Klass") -> bool:
        """Whether it is the class or derived from it."""
        return any(each is other for each in self.lineage())


class Instance:
    """An object of a class."""

    __slots__ = ("attributes", "klass")

    def __init__(self, klass: Klass) -> None:
        self.klass = klass
        self.attributes: dict[str, Value] = {}

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return f"a {self.klass.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A function with what stands before its dot."""

    function: "Closure | Function"
    receiver: Value

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return f"the method {self.function.name}"


@dataclass(frozen=True, slots=True)
class Super:
    """`super()`: the members of the classes behind `klass`."""

    klass: Klass
    receiver: Value


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A method that a decorator gave another way of being looked up: `property`, `staticmethod`, `classmethod`."""

    how: str
    function: Value


CALLABLE = (Function, Closure, Method, Klass)
"""What can be applied; an instance too, where its class has `__call__`."""


def special(name: str, work: Any) -> Function:
    """A function of the language's own: `work(tracer, *arguments, **options)`."""
    return Function(name, work, special=True)



OBJECT = Klass("object", (), {"__init__": special("object.__init__", lambda t, self, *_, **__: None)})
"""What every class of a program is derived from."""


@dataclass(frozen=True, slots=True)
class NoGrad:
    """What `torch.no_grad()` gives; `cuts` is 0 for what only looks like it, `torch.enable_grad()`."""

    cuts: int


@dataclass(frozen=True, slots=True)
class NamedScope:
    """What `jax.named_scope("layer 1")` gives: what is computed inside stands in a scope of that name."""

    label: str
