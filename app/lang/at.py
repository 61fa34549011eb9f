"""JAX's way to change an array that never changes: `x.at[i].set(v)` is another array.

Source: JAX reference, jax.numpy.ndarray.at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.graph import Node
from app.engine.ops import FUNCTIONS
from app.engine.ops.indexing import packed, scatter
from app.lang.errors import Trouble, suggest
from app.lang.objects import special
from app.lang.values import Function, Value

Tracer = Any


@dataclass(frozen=True, slots=True, eq=False)
class At:
    """`x.at`, and with a key `x.at[key]`."""

    value: Value
    key: Any = None
    has_key: bool = False

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return "x.at[…] without a method" if self.has_key else "x.at without an index"


def taken(t: Tracer, at: At) -> Value:
    """`x.at[i].get()`."""
    return t.outside_too(FUNCTIONS["index"], [t.node(at.value), at.key], {})


def put(t: Tracer, at: At, new: Value) -> Value:
    """`x.at[i].set(v)`."""
    return t.array_with(t.node(at.value), at.key, new)


def added(t: Tracer, at: At, new: Value) -> Value:
    """`x.at[i].add(v)`; a place that is named twice is added to twice."""
    array: Node = t.node(at.value)
    spread = t.call_named("broadcast_to", [new, taken(t, at).shape], {})
    return t.arithmetic("add", array, scatter(t.node(spread), key=packed(at.key, array.shape), shape=array.shape))


def by(op: str) -> Callable[..., Value]:
    """`x.at[i].multiply(v)` and its like."""
    def work(t: Tracer, at: At, new: Value) -> Value:
        return put(t, at, t.arithmetic(op, taken(t, at), new))
    return work


def applied(t: Tracer, at: At, function: Value) -> Value:
    """`x.at[i].apply(f)`."""
    return put(t, at, t.applied(function, [taken(t, at)], {}))


WORK: Mapping[str, Callable[..., Value]] = {
    "get": taken, "set": put, "add": added, "multiply": by("mul"), "mul": by("mul"), "divide": by("div"),
    "power": by("pow"), "min": by("minimum"), "max": by("maximum"), "apply": applied,
}  # fmt: skip
"""By name."""


def method_of(at: At, name: str) -> Function:
    """What is done at the places.  Raises Trouble."""
    if not at.has_key or name not in WORK:
        near = suggest(name, WORK)
        hint = "write x.at[i].set(v)" if near is None or not at.has_key else f"did you mean `.{near}`?"
        raise Trouble("unknown_function", f".{name[:40]}: {at.described} has nothing of this name", hint)
    return special(f"at.{name}", lambda t, *arguments, **options: WORK[name](t, at, *arguments, **_plain(options)))


def _plain(options: dict[str, Value]) -> dict[str, Value]:
    """Options without those that only say how fast it may be."""
    return {name: each for name, each in options.items()
            if name not in ("unique_indices", "indices_are_sorted")}  # fmt: skip
