"""Ratios, side by side, in one run.

Machines differ and drift, so an absolute time says little. `compare` runs the contestants in turn, round after round,
and reports the median of the ratios within a round: what slows one round down slows all its contestants.
"""
from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def seconds_per_call(work: Work, at_least: float) -> float:
    """Seconds a call takes, over as many calls as fill `at_least` seconds (one at the minimum)."""
    calls, spent = 0, 0.0
    batch = 1
    while spent < at_least:
        start = time.perf_counter()
        for _ in range(batch):
            work()
        spent += time.perf_counter() - start
        calls += batch
        batch = max(1, min(batch * 2, int(calls * at_least / max(spent, 1e-9)) - calls + 1))
    return spent / calls


def compare(ours: Mapping[str, Work], peers: Mapping[str, Work], rounds: int = 7, at_least: float = 0.05) -> list[str]:
    """A line per pair: how many times faster ours is than the peer (median, lowest and highest of the rounds)."""
    contestants = {**ours, **peers}
    for work in contestants.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    for _ in range(rounds):
        for name, work in contestants.items():
            taken[name].append(seconds_per_call(work, at_least))
    lines = [f"  {name}: {statistics.median(times) * 1e6:,.2f} µs" for name, times in taken.items()]
    for mine in ours:
        for theirs in peers:
            ratios = sorted(b / a for a, b in zip(taken[mine], taken[theirs], strict=True))
            lines.append(
                f"  {mine} against {theirs}: {statistics.median(ratios):.1f}× ({ratios[0]:.1f} to {ratios[-1]:.1f})"
            )
    return lines


def report(question: str, lines: list[str]) -> None:
    """The question, then its answer."""
    print(question, *lines, sep="\n", flush=True)
