"""The k largest paths by |product| without looking at all of them, however many there are.

Recursive enumeration (V. M. Jiménez, A. Marzal: Computing the K shortest paths, 1999) on products instead of sums: the
next best path into a node is the next best into one of its operands, times one factor.  Multiplying by a factor keeps
the order of finite products, but 0 · ∞ does not: so each node has a list for each kind of product.

Products are held as mantissa and exponent, so that none overflows on its way.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from app.engine.budget import Budget
from app.engine.ways.between import Between, Hop

NAN, INFINITE, FINITE, ZERO = range(4)
"""Kinds of products, in the order in which their paths are listed: what is broken comes first."""
LOOK = 1024
"""Nodes that are done before the deadline is looked at again."""

Size = tuple[int, float]
"""An exponent and a mantissa from ½ to 1: their order is that of |product|."""
ONE: Size = (1, 0.5)
NONE: Size = (0, 0.0)


class Entry(NamedTuple):
    """One path into a node: its last edge, and which path of which list comes before.  Sorts the largest first."""

    exponent: int
    mantissa: float  # both negative, so that the least is the largest
    hop: int  # ties go by the edges' order
    rank: int
    before: "Paths | None"

    @property
    def size(self) -> Size:
        """|product|."""
        return -self.exponent, -self.mantissa


@dataclass(slots=True, eq=False)
class Paths:
    """The paths into one node whose products are of one kind, the largest first; more are found when asked for."""

    kind: int
    found: list[Entry] = field(default_factory=list)
    waiting: list[tuple[int, float, int, int, int, Entry]] = field(default_factory=list)
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One path: its edges from the source on, their local derivatives, and the product."""

    hops: tuple[Hop, ...]
    factors: tuple[float, ...]
    product: float


def kind_of(number: float) -> int:
    """Which kind a factor is of."""
    if math.isnan(number):
        return NAN
    return INFINITE if math.isinf(number) else FINITE if number else ZERO


def times(one: int, other: int) -> int:
    """The kind of a product: 0 · ∞ is NaN."""
    if one == other or FINITE in (one, other):
        return one if other == FINITE else other
    return NAN


def scaled(size: Size, factor: float) -> Size:
    """|product| times |factor|, both finite and not 0."""
    mantissa, exponent = math.frexp(size[1] * math.frexp(factor)[0])
    return size[0] + math.frexp(factor)[1] + exponent, abs(mantissa)


class Ranking:
    """The paths of a part of a graph from its one source to its target, the largest |product| first."""

    def __init__(self, part: Between, local: Mapping[tuple[int, int], float], budget: Budget) -> None:
        """`local` has the factor of each edge by (target, slot).  Raises DeadlineExceeded."""
        self._hops = list(part.hops)
        self._factors = [local[target, slot] for _, target, slot in self._hops]
        self._lists: dict[int, dict[int, Paths]] = {}
        self._budget, number = budget, 0
        start = Paths(FINITE, [Entry(-ONE[0], -ONE[1], -1, 0, None)], complete=True)
        for done, (node, hops) in enumerate(part.into.items()):
            if not done % LOOK:
                budget.check_time(done)
            into = range(number, number + len(hops))
            self._lists[node] = {FINITE: start} if node == part.sources[0] else self._best(into)
            number = into.stop
        ends = self._lists.get(part.target, {})
        self._ends = [ends[kind] for kind in range(4) if kind in ends]

    def _best(self, hops: range) -> dict[int, Paths]:
        """A list per kind with the largest path, of which a first is known from every operand."""
        lists: dict[int, Paths] = {}
        for hop in hops:
            factor = self._factors[hop]
            for kind, before in self._lists[self._hops[hop][0]].items():
                own = lists.setdefault(times(kind, kind_of(factor)), Paths(times(kind, kind_of(factor))))
                own.waiting.append(self._candidate(own, hop, before, 0))
        for own in lists.values():
            heapify(own.waiting)
            own.found.append(heappop(own.waiting)[-1])
        return lists

    def _candidate(self, own: Paths, hop: int, before: Paths, rank: int) -> tuple[int, float, int, int, int, Entry]:
        size = scaled(before.found[rank].size, self._factors[hop]) if own.kind == FINITE else NONE
        entry = Entry(-size[0], -size[1], hop, rank, before)
        return entry.exponent, entry.mantissa, hop, before.kind, rank, entry

    def largest(self, most: int) -> list[Way]:
        """At most so many paths.  Raises DeadlineExceeded."""
        found: list[Way] = []
        for end in self._ends:
            rank = 0
            while len(found) < most and self._reach(end, rank):
                found.append(self._way(end, rank))
                rank += 1
        return found

    def _reach(self, paths: Paths, rank: int) -> bool:
        """Whether there is a path of this rank; the ranks before it have been found."""
        if rank >= len(paths.found) and not paths.complete:
            self._advance(paths)
        return rank < len(paths.found)

    def _advance(self, paths: Paths) -> None:
        """Find the next path: the one after the last one's own beginning is a new candidate.  Without recursion."""
        chain = [paths]
        while True:
            last = chain[-1].found[-1]
            before = last.before
            if before is None or before.complete or len(before.found) > last.rank + 1:
                break
            chain.append(before)
        self._budget.check_time(len(chain))
        for own in reversed(chain):
            last = own.found[-1]
            if last.before is not None and last.rank + 1 < len(last.before.found):
                heappush(own.waiting, self._candidate(own, last.hop, last.before, last.rank + 1))
            if own.waiting:
                own.found.append(heappop(own.waiting)[-1])
            else:
                own.complete = True

    def _way(self, end: Paths, rank: int) -> Way:
        entry, hops = end.found[rank], []
        while entry.before is not None:
            hops.append(entry.hop)
            entry = entry.before.found[entry.rank]
        hops.reverse()
        factors = tuple(self._factors[hop] for hop in hops)
        return Way(tuple(self._hops[hop] for hop in hops), factors, self._product(end, rank, factors))

    def _product(self, end: Paths, rank: int, factors: tuple[float, ...]) -> float:
        if end.kind == NAN:
            return math.nan
        sign = -1.0 if sum(math.copysign(1.0, factor) < 0 for factor in factors) % 2 else 1.0
        if end.kind != FINITE:
            return sign * (math.inf if end.kind == INFINITE else 0.0)
        exponent, mantissa = end.found[rank].size
        try:
            return sign * math.ldexp(mantissa, exponent)
        except OverflowError:
            return sign * math.inf
