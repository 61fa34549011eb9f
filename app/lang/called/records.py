"""`@dataclass`: a class whose annotated names become the arguments of its `__init__`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass as record
from typing import Any

from app.lang.display import concrete, inner
from app.lang.objects import Instance, Klass, special
from app.lang.values import Function, Value, kind

Tracer = Any


@record(frozen=True, slots=True)
class Field:
    """What `field(default=…)` or `field(default_factory=…)` gives."""

    default: Value
    factory: Value


def field(t: Tracer, default: Value = ..., default_factory: Value = None, **_: Value) -> Field:
    """`dataclasses.field`."""
    return Field(default, default_factory)


def fields(klass: Klass) -> Iterator[str]:
    """The annotated names, of base classes first, each once."""
    lineage = [each for each in reversed(list(klass.lineage())) if each.fields]
    return iter(dict.fromkeys(name for each in lineage for name in each.fields))


def initialise(t: Tracer, self: Instance, *given: Value, **options: Value) -> None:
    """A value for each field.  Raises TypeError where one has none."""
    names = list(fields(self.klass))
    if len(given) > len(names) or not set(options) <= set(names):
        raise TypeError(f"it takes {', '.join(names) or 'no arguments'}")
    values = dict(zip(names, given, strict=False)) | options
    for name in names:
        value = values[name] if name in values else default_of(t, self.klass, name)
        self.attributes[name] = t.kept(value)
    t.asked(self, "__post_init__")


def default_of(t: Tracer, klass: Klass, name: str) -> Value:
    """The value of a field that is not given.  Raises TypeError where there is none."""
    found = klass.find(name)
    if isinstance(found, Field):
        found = t.applied(found.factory, [], {}) if found.factory is not None else found.default
    if found is Klass or found is ...:
        raise TypeError(f"it needs a value for {name}")
    return found


def shown(t: Tracer, self: Instance) -> str:
    """`Config(size=3, bias=True)`."""
    parts = (f"{name}={inner(concrete(t.printable(self.attributes[name])))}" for name in fields(self.klass))
    return f"{self.klass.name}({', '.join(parts)})"


def equal(t: Tracer, self: Instance, other: Value) -> bool:
    """Whether two objects of one class have equal fields."""
    return isinstance(other, Instance) and other.klass is self.klass and all(
        t.equal(self.attributes[name], other.attributes[name]) for name in fields(self.klass)
    )  # fmt: skip


def dataclass(t: Tracer, cls: Value = None, **_: Value) -> Value:
    """`@dataclass`, `@dataclass(frozen=True)`.  Raises TypeError for anything but a class."""
    if cls is None:
        return special("dataclasses.dataclass", dataclass)
    if not isinstance(cls, Klass):
        raise TypeError(f"{kind(cls)} is no class")
    for name, work in (("__init__", initialise), ("__repr__", shown), ("__eq__", equal)):
        cls.members.setdefault(name, special(f"{cls.name}.{name}", work))
    return cls


# ── functools and collections ───────────────────────────────────────────────────────────────────────────
def partial(t: Tracer, func: Value, *first: Value, **given: Value) -> Function:
    """`functools.partial`: a function with some of its arguments."""
    return special("partial", lambda t, *rest, **options: t.applied(func, [*first, *rest], given | options))


def fold(t: Tracer, function: Value, values: Value, *start: Value) -> Value:
    """`functools.reduce`.  Raises TypeError for nothing to begin with."""
    several = [*start, *t.elements(values)]
    if not several:
        raise TypeError("there is nothing to begin with")
    found = several[0]
    for each in several[1:]:
        found = t.applied(function, [found, each], {})
    return found


def remembered(t: Tracer, function: Value = None, **_: Value) -> Value:
    """`functools.cache`: a function as it is; calling it again gives the same."""
    return special("lru_cache", remembered) if function is None else function


RECORDS: Mapping[str, Callable[..., Any]] = {
    "dataclasses.dataclass": dataclass, "dataclasses.field": field, "functools.partial": partial,
    "functools.reduce": fold, "functools.cache": remembered, "functools.lru_cache": remembered,
}  # fmt: skip
"""By name."""
