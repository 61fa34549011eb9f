"""Ratios, side by side, in one run.

Machines differ and drift, so an absolute time says little. `measure` runs the contestants in turn, round after round,
and a ratio is the median of the ratios within a round: what slows one round down slows all its contestants.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

Work = Callable[[], object]
ROUNDS, SECONDS = 7, 0.1
"""How often each contestant has its turn, and how long a turn is at least."""


@dataclass(frozen=True)
class Contest:
    """The same work done by us and by others. `goals` says how many times faster than a peer ours is meant to be."""

    title: str
    ours: Mapping[str, Work]
    peers: Mapping[str, Work]
    goals: Mapping[tuple[str, str], float] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    taken: Mapping[str, list[float]] | None = None  # seconds by round, where another program has measured
    given_up: Set[str] = frozenset()  # who was not done when it was stopped: its seconds are the least that it takes


def of_other_programs(
    title: str, ours: Sequence[str], taken: Mapping[str, Sequence[float | None]], bound: float = 0.0,
    goal: float | None = None, remarks: Sequence[str] = (),
) -> Contest:  # fmt: skip
    """A contest that was measured elsewhere; None stands for a turn that was stopped after `bound` seconds."""
    peers = [name for name in taken if name not in ours]
    goals = {} if goal is None else {(mine, name): goal for mine in ours for name in peers}
    return Contest(
        title, dict.fromkeys(ours, _ran), dict.fromkeys(peers, _ran), goals, remarks,
        taken={name: [bound if each is None else each for each in times] for name, times in taken.items()},
        given_up={name for name, times in taken.items() if None in times},
    )  # fmt: skip


def _ran() -> None:
    """It has run already."""


def seconds_per_call(work: Work, at_least: float) -> float:
    """Seconds of the processor that a call takes, over as many calls as fill `at_least` seconds (one at the minimum).

    What else the machine does meanwhile is not counted.
    """
    calls, spent, batch = 0, 0.0, 1
    while True:
        start = time.process_time()
        for _ in range(batch):
            work()
        spent += time.process_time() - start
        calls += batch
        if spent >= at_least:
            return spent / calls
        batch = max(1, min(batch * 4, int(calls * at_least / max(spent, 1e-9)) - calls + 1))


def measure(contest: Contest, rounds: int = ROUNDS, at_least: float = SECONDS) -> dict[str, list[float]]:
    """Seconds per call of every contestant in every round."""
    if contest.taken is not None:
        return dict(contest.taken)
    contestants = {**contest.ours, **contest.peers}
    for work in contestants.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    gc.freeze()  # or whoever makes garbage in cycles would pay for looking through all imported libraries again
    for _ in range(rounds):
        for name, work in contestants.items():
            taken[name].append(seconds_per_call(work, at_least))
    gc.unfreeze()
    return taken


def table(contest: Contest, taken: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """The times, then how many times faster ours is than each peer: median, lowest and highest of the rounds."""
    yield contest.title
    for name, times in taken.items():
        more, middle = "> " if name in contest.given_up else "", duration(statistics.median(times))
        spread = "stopped" if more else f"{duration(min(times))} to {duration(max(times))}"
        yield f"    {name:<52} {more + middle:>10}   {spread}"
    for mine in contest.ours:
        for theirs in contest.peers:
            ratios = sorted(b / a for a, b in zip(taken[mine], taken[theirs], strict=True))
            middle, goal = statistics.median(ratios), contest.goals.get((mine, theirs))
            verdict = "" if goal is None else f"   goal {goal:g}×: {'reached' if middle >= goal else 'MISSED'}"
            more = "> " if theirs in contest.given_up else ""
            spread = f"{ratio(ratios[0])} to {ratio(ratios[-1])}"
            yield f"    {mine} : {theirs} = {more}{ratio(middle)} ({spread}){verdict}"
    yield from (f"    {remark}" for remark in contest.remarks)


def duration(seconds: float) -> str:
    """`1.23 µs`, `1.23 ms`, `12.3 s`."""
    if seconds >= 10:
        return f"{seconds:.3g} s"
    return f"{seconds * 1e6:.3g} µs" if seconds < 1e-3 else f"{seconds * 1e3:.3g} ms"


def ratio(times: float) -> str:
    """`0.53×`, `12.3×`, `1,234×`."""
    return f"{times:.2f}×" if times < 10 else f"{times:.1f}×" if times < 100 else f"{times:,.0f}×"
