"""Methods of lists, dicts, sets and texts.  What grows is counted before it grows."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.engine.ops import METHODS
from app.lang.display import concrete, formatted, text
from app.lang.errors import Trouble, suggest
from app.lang.limits import LIMITS
from app.lang.objects import Method, special
from app.lang.values import Value, kind, whole

Tracer = Any
Work = Callable[..., Any]


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────
def append(t: Tracer, self: list[Value], value: Value) -> None:
    """One element more."""
    t.tick()
    self.append(t.kept(value))


def extend(t: Tracer, self: list[Value], values: Value) -> None:
    """Several elements more."""
    t.extend(self, values, None)


def insert(t: Tracer, self: list[Value], at: Value, value: Value) -> None:
    """One element more, before another."""
    t.tick(1 + len(self) // 100)
    self.insert(whole(concrete(at)), t.stored(value))


def pop(t: Tracer, self: list[Value], at: Value = -1) -> Value:
    """Take an element out."""
    place = whole(concrete(at))
    t.tick(1 if place == -1 else 1 + len(self) // 100)
    return self.pop(place)


def remove(t: Tracer, self: list[Value], value: Value) -> None:
    """Take the first element out that is equal."""
    del self[index(t, self, value)]


def index(t: Tracer, self: list[Value], value: Value) -> int:
    """The place of the first element that is equal."""
    for i, each in enumerate(self):
        if t.equal(each, value):
            return i
    raise ValueError("the value is not in the list")


def count(t: Tracer, self: list[Value], value: Value) -> int:
    """How many elements are equal."""
    return sum(t.equal(each, value) for each in self)


def reverse(t: Tracer, self: list[Value]) -> None:
    """The other way round, in place."""
    t.tick(len(self))
    self.reverse()


def sort(t: Tracer, self: list[Value], key: Value = None, reverse: Value = False) -> None:
    """In order, in place."""
    self[:] = t.in_order(self, key, bool(reverse))


def copied(t: Tracer, self: Any) -> Any:
    """The same elements in a list, dict or set of its own."""
    t.tick(len(self))
    return self.copy()


def clear(t: Tracer, self: Any) -> None:
    """Without elements."""
    self.clear()


# ── dicts and sets ──────────────────────────────────────────────────────────────────────────────────────
def get(t: Tracer, self: dict[Value, Value], key: Value, default: Value = None) -> Value:
    """The value of a key, or another."""
    return self.get(t.key(key), default)


def items(t: Tracer, self: dict[Value, Value]) -> Value:
    """Keys with their values."""
    t.tick(len(self))
    return [tuple(each) for each in self.items()]


def keys(t: Tracer, self: dict[Value, Value]) -> Value:
    """The keys."""
    t.tick(len(self))
    return list(self)


def values(t: Tracer, self: dict[Value, Value]) -> Value:
    """The values."""
    t.tick(len(self))
    return list(self.values())


def update(t: Tracer, self: Any, other: Value = (), **options: Value) -> None:
    """What another has, too."""
    if isinstance(self, set):
        values = t.elements(other)
        t.tick(len(values))
        self.update(t.key(each) for each in values)
        return
    found = dict(other) if isinstance(other, dict) else {t.key(k): v for k, v in map(t.elements, t.elements(other))}
    t.tick(len(found))
    self.update(found | options)


def setdefault(t: Tracer, self: dict[Value, Value], key: Value, default: Value = None) -> Value:
    """The value of a key, which is there afterwards."""
    t.tick()
    return self.setdefault(t.key(key), t.stored(default))


def pop_key(t: Tracer, self: dict[Value, Value], key: Value, *default: Value) -> Value:
    """Take a key out."""
    return self.pop(t.key(key), *default)


def add(t: Tracer, self: set[Value], value: Value) -> None:
    """One element more, if it is not there."""
    t.tick()
    self.add(t.key(value))


def discard(t: Tracer, self: set[Value], value: Value) -> None:
    """Take an element out, if it is there."""
    self.discard(t.key(value))


def of_sets(name: str) -> Work:
    """`union` and its like."""
    def work(t: Tracer, self: set[Value], *others: Value) -> Value:
        found = [t.elements(other) for other in others]
        t.tick(len(self) + sum(map(len, found)))
        return getattr(self, name)(*({t.key(each) for each in other} for other in found))
    return work


# ── texts ───────────────────────────────────────────────────────────────────────────────────────────────
def join(t: Tracer, self: str, parts: Value) -> str:
    """Texts with this one between them."""
    found = t.elements(parts)
    if not all(isinstance(each, str) for each in found):
        raise TypeError("join takes texts; write str(x)")
    t.room(sum(len(each) + len(self) for each in found))
    return str(t.meter.write(self.join(found)))


def of_texts(name: str) -> Work:
    """A method that gives a text no longer than a few of its arguments, or a number or a list."""
    def work(t: Tracer, self: str, *arguments: Value) -> Value:
        plain = [concrete(each) for each in arguments]
        sizes = [each for each in plain if isinstance(each, int)]
        if any(size > LIMITS.format_width for size in sizes):
            raise Trouble("too_large", f"text: the width {max(sizes):,} is more than {LIMITS.format_width:,}",
                          "take a smaller one")
        t.room(len(self))
        t.tick(len(self) // 100)
        found = getattr(self, name)(*plain)
        return t.meter.write(found) if isinstance(found, str) else found
    return work


def replace(t: Tracer, self: str, old: Value, new: Value) -> str:
    """Another text in place of one."""
    if not (isinstance(old, str) and isinstance(new, str)):
        raise TypeError("replace takes texts")
    t.room(len(self) + (self.count(old) if old else len(self) + 1) * len(new))
    return str(t.meter.write(self.replace(old, new)))


def format_(t: Tracer, self: str, *arguments: Value, **options: Value) -> str:
    """`"{} {:.2f}".format(…)`: fields are numbers, names or nothing."""
    given = iter(range(len(arguments)))

    def one(found: re.Match[str]) -> str:
        if found.group() in ("{{", "}}"):
            return found.group()[0]
        name, _, spec = found.group(1).partition(":")
        name, _, conversion = name.partition("!")
        if name and not name.isalnum() and not name.isidentifier():
            raise Trouble("forbidden", f"format: the field {name[:20]!r} cannot be read", "use an f-string")
        value = options[name] if name in options else arguments[int(name) if name else next(given)]
        return str(t.meter.write(formatted(t.printable(value), ord(conversion) if conversion else -1, spec)))

    try:
        return str(t.meter.write(re.sub(r"\{\{|\}\}|\{([^{}]*)\}", one, self)))
    except (StopIteration, ValueError, IndexError):
        raise IndexError("there are fewer values than fields") from None


def percent(t: Tracer, self: str, value: Value) -> str:
    """`"%.2f" % x`."""
    arguments = value if isinstance(value, tuple) else (value,)
    widths = [int(each) for each in re.findall(r"\d+", self) if len(each) < 7]
    if any(width > LIMITS.format_width for width in widths) or "*" in self or re.search(r"\d{7}", self):
        raise Trouble("too_large", f"text: a width is more than {LIMITS.format_width:,}", "take a smaller one")
    plain = tuple(each if isinstance(each, int | float | str) else text(each)
                  for each in map(concrete, map(t.printable, arguments)))  # fmt: skip
    try:
        return str(t.meter.write(self % plain))
    except (TypeError, ValueError) as error:
        raise Trouble("bad_argument", f"text: {error}", "write an f-string: f'{x:.2f}'") from None


LISTS: Mapping[str, Work] = {
    "append": append, "extend": extend, "insert": insert, "pop": pop, "remove": remove, "index": index,
    "count": count, "reverse": reverse, "sort": sort, "copy": copied, "clear": clear,
}  # fmt: skip
TUPLES: Mapping[str, Work] = {"index": index, "count": count}
DICTS: Mapping[str, Work] = {
    "get": get, "items": items, "keys": keys, "values": values, "update": update, "setdefault": setdefault,
    "pop": pop_key, "copy": copied, "clear": clear,
}  # fmt: skip
SETS: Mapping[str, Work] = {
    "add": add, "discard": discard, "remove": discard, "update": update, "copy": copied, "clear": clear,
    **{name: of_sets(name) for name in ("union", "intersection", "difference", "issubset", "issuperset")},
}  # fmt: skip
TEXTS: Mapping[str, Work] = {
    "join": join, "replace": replace, "format": format_,
    **{name: of_texts(name) for name in (
        "upper", "lower", "strip", "lstrip", "rstrip", "split", "startswith", "endswith", "title", "capitalize",
        "center", "ljust", "rjust", "zfill", "find", "count", "isdigit", "isalpha", "index",
    )},
}  # fmt: skip
TABLES: tuple[tuple[type, Mapping[str, Work]], ...] = (
    (list, LISTS), (dict, DICTS), (str, TEXTS), (tuple, TUPLES), (set, SETS),
)  # fmt: skip


def container_method(value: Value, name: str) -> Method | None:
    """The method of a list, dict, set or text; None for a list's where arrays have it, since it is one then."""
    for each, table in TABLES:
        if isinstance(value, each):
            if name in table:
                return Method(special(name, table[name]), value)
            near = suggest(name, table)
            if each in (list, tuple) and not name.startswith("__") and (name in METHODS or near is None):
                return None
            if name.startswith("__"):
                raise Trouble("forbidden", f"{name[:40]}: names with two underscores cannot be used", "leave it out")
            raise Trouble("unknown_function", f".{name[:40]}: {kind(value)} has no method of this name",
                          f"did you mean `.{near}`?" if near else f"there are {', '.join(sorted(table))}")  # fmt: skip
    return None
