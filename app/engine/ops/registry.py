"""From op records to the tables that everything else is made from: what exists, and under which names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.errors import IncompleteRecord
from app.engine.op import Op


@dataclass(frozen=True, slots=True)
class Composed:
    """A function that people know by name and that is a few ops, such as `F.linear`."""

    names: tuple[str, ...]
    call: Callable[..., Any]


SYNONYMS: Mapping[str, str] = {
    "dim": "axis", "dims": "axis", "axes": "axis", "keepdim": "keepdims", "input": "x", "a": "x", "other": "b",
    "a_min": "low", "a_max": "high", "min": "low", "max": "high", "min_val": "low", "max_val": "high", "p": "ord",
    "x1": "a", "x2": "b", "exponent": "p", "approx": "approximate", "unbiased": "correction",
}  # fmt: skip
"""Keywords as other libraries spell them → ours, where a function has ours and not theirs."""


def by_name(ops: Iterable[Op]) -> Mapping[str, Op]:
    """Every op by its own name.  Raises IncompleteRecord where two share one."""
    found: dict[str, Op] = {}
    for op in ops:
        if op.name in found:
            raise IncompleteRecord(f"op {op.name!r}: there are two of this name")
        found[op.name] = op
    return found


def by_spelling(entries: Iterable[Op | Composed], *, methods: bool) -> Mapping[str, Callable[..., Any]]:
    """Functions by spelling, or methods by their name without its dot.  Raises IncompleteRecord over a spelling twice.

    An op goes by its own name too.
    """
    found: dict[str, Callable[..., Any]] = {}
    for entry in entries:
        own = (entry.name,) if isinstance(entry, Op) and entry.names else ()
        call = entry if isinstance(entry, Op) else entry.call
        for name in dict.fromkeys((*own, *entry.names)):
            if name.startswith(".") != methods:
                continue
            if name.lstrip(".") in found:
                raise IncompleteRecord(f"spelling {name!r}: two functions go by it")
            found[name.lstrip(".")] = call
    return found
