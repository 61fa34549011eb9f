"""Clocks for work: how long each stage took, and how much a request may take."""

import time

from app.engine.budget import Budget
from app.web.settings import Settings
from app.web.work import Remaining


class Stopwatch:
    """Times stages one after the other, for the `Server-Timing` header."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._stages: list[tuple[str, float]] = []

    def lap(self, stage: str) -> None:
        """The stage that ran since the last lap ends here."""
        now = time.perf_counter()
        self._stages.append((stage, (now - self._last) * 1000))
        self._last = now

    def header(self) -> str:
        """Every stage with its duration in milliseconds."""
        return ", ".join(f"{stage};dur={duration_ms:.3f}" for stage, duration_ms in self._stages)


def budget_of(settings: Settings, remaining: Remaining) -> Budget:
    """What one request may take."""
    return Budget(
        nodes=settings.max_nodes,
        elements=settings.max_elements,
        total_elements=settings.max_total_elements,
        deadline=remaining,
    )
