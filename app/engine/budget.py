"""How much one piece of work may take: nodes, numbers, time.  The clock is passed in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from math import prod
from typing import TypeVar

from app.engine.errors import DeadlineExceeded, TooLarge

Found = TypeVar("Found")
Item = TypeVar("Item")
LOOK = 4096
"""Items that are made, or numbers that are read, between two looks at the clock: some milliseconds."""
HEAVY = 10_000_000
"""Multiplications that are foreseen before they are begun: some milliseconds."""
PACE = 1e-10
"""Seconds for a multiplication among many, as long as none of its kind was measured."""


def extent(form: tuple[int, ...]) -> int:
    """What an array of this shape counts as: its numbers, an axis of length 0 as one of length 1.

    An array of (1,000,000,000, 0) has no numbers, but the sum along its last axis has a thousand million.
    """
    return prod([n or 1 for n in form]) if form else 1


@dataclass(slots=True)
class Budget:
    """Limits on a graph.  `deadline` returns the seconds that remain; None means all the time in the world."""

    nodes: int = 200_000
    elements: int = 4_000_000
    total_elements: int = 48_000_000
    deadline: Callable[[], float] | None = None
    spent: int = field(default=0, init=False)
    paces: dict[str, float] = field(default_factory=dict, init=False)  # measured here, by kind of work

    def check_node(self, count: int) -> None:
        """Raise when a graph of `count` nodes may not grow by one more, or time is over."""
        if count >= self.nodes:
            raise TooLarge(
                f"graph: it has {count:,} nodes, the limit is {self.nodes:,} — use array ops, or fewer repetitions",
                limit=self.nodes, reached=count,
            )
        if self.deadline is not None:
            self.check_time(count)

    def check_time(self, reached: int) -> None:
        """Raise when the time is over; `reached` says how many nodes were done."""
        if self.deadline is not None and self.deadline() <= 0:
            raise DeadlineExceeded(
                f"graph: the time is over after {reached:,} nodes — make the program smaller", limit=0, reached=reached
            )

    def look(self, place: str, done: int) -> None:
        """Raise when the time is over; `done` says how many items of `place` are there."""
        if self.deadline is not None and self.deadline() <= 0:
            raise DeadlineExceeded(
                f"{place}: the time is over after {done:,} — ask for less of it, or make the program smaller",
                limit=0, reached=done,
            )

    def batches(self, place: str, items: Iterable[Item]) -> Iterator[list[Item]]:
        """The items, `LOOK` at a time; the clock is looked at before each time.  Raises DeadlineExceeded."""
        rest, done = iter(items), 0
        while True:
            self.look(place, done)
            batch = list(islice(rest, LOOK))
            if not batch:
                return
            yield batch
            done += len(batch)

    def watched(self, place: str, items: Iterable[Item]) -> Iterable[Item]:
        """The items; the clock is looked at every so often.  Raises DeadlineExceeded."""
        return items if self.deadline is None else chain.from_iterable(self.batches(place, items))

    def heavy(self, kind: str, multiplications: int, compute: Callable[[], Found]) -> Found:
        """What `compute` gives; it is not begun where it would end after the deadline, as nothing can stop it then.

        How long it takes is told from the last work of its kind.  Raises DeadlineExceeded.
        """
        if self.deadline is None or multiplications < HEAVY:
            return compute()
        before, needed = self.deadline(), multiplications * self.paces.get(kind, PACE)
        if before <= needed:
            raise DeadlineExceeded(
                f"{kind}: its {multiplications:,} multiplications do not fit into the time that is left"
                " — use smaller arrays", limit=max(0.0, before), reached=needed,
            )
        found = compute()
        self.paces[kind] = (before - self.deadline()) / multiplications
        return found

    def check_size(self, place: str, size: int) -> None:
        """Raise when `place` may not make an array of `size` numbers."""
        if size > self.elements:
            raise TooLarge(
                f"{place}: the result has {size:,} numbers, the limit is {self.elements:,} — use smaller arrays",
                limit=self.elements, reached=size,
            )

    def check_edges(self, place: str, count: int) -> None:
        """Raise when `place` may not take `count` edges in scalar detail: there are no more of them than of nodes."""
        if count > self.nodes:
            raise TooLarge(
                f"{place}: in scalar detail it has {count:,} edges, the limit is {self.nodes:,} — use smaller arrays",
                limit=self.nodes, reached=count,
            )

    def spend(self, place: str, size: int) -> None:
        """Count `size` numbers that were made, and raise when they are too many, alone or together."""
        if size > self.elements:
            self.check_size(place, size)
        self.spent += size
        if self.spent > self.total_elements:
            self.check_total(place)

    def keep(self, place: str, size: int) -> None:
        """Count `size` numbers that are kept, and raise when all together are too many."""
        self.spent += size
        self.check_total(place)

    def check_total(self, place: str) -> None:
        """Raise when the numbers counted so far are too many."""
        if self.spent > self.total_elements:
            raise TooLarge(
                f"{place}: all arrays together have {self.spent:,} numbers, the limit is {self.total_elements:,}"
                " — use smaller or fewer arrays", limit=self.total_elements, reached=self.spent,
            )
