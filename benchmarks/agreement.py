"""Before anything is timed, both sides must have computed the same numbers."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

Pair = tuple[float, float]
"""A node's value and gradient."""
CLOSE = 1e-9


class Disagreement(Exception):
    """Two engines computed different numbers: a time would mean nothing."""


def close(a: float, b: float) -> bool:
    """Equal up to rounding."""
    return math.isclose(a, b, rel_tol=CLOSE, abs_tol=1e-12)


def require_found(who: str, wanted: Iterable[Pair], there: Iterable[Pair]) -> None:
    """Every node's value and gradient must be among those that the other engine has. Raises Disagreement."""
    known = sorted(there)
    for value, gradient in wanted:
        low = value - CLOSE * abs(value) - 1e-12
        at = bisect_left(known, (low, -math.inf))
        while at < len(known) and known[at][0] <= value + CLOSE * abs(value) + 1e-12:
            if close(known[at][1], gradient):
                break
            at += 1
        else:
            raise Disagreement(f"{who}: has no node with value {value} and gradient {gradient}")


def require_equal(who: str, what: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    """The same numbers in the same order. Raises Disagreement."""
    if len(ours) != len(theirs):
        raise Disagreement(f"{who}: {what}: {len(theirs)} numbers, ours are {len(ours)}")
    for a, b in zip(ours, theirs, strict=True):
        if not close(float(a), float(b)):
            raise Disagreement(f"{who}: {what}: {b}, ours is {a}")


def present(ours: Sequence[Any], theirs: Sequence[Any]) -> tuple[list[float], list[float]]:
    """Both without what is None on both sides; a number against None stays, and disagrees."""
    kept = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None or b is not None]
    left = [math.nan if a is None else float(a) for a, _ in kept]
    return left, [math.nan if b is None else float(b) for _, b in kept]
