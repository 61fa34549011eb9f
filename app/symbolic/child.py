"""The process in which SymPy works: a task a line in, JSON lines out.  It is started when it is first asked for.

Its memory is bounded where the system can do that; its time is bounded by whoever started it, who ends it.
"""

import json
import sys
from typing import Any

from app.symbolic.derive import JOBS

try:
    import resource
except ImportError:  # Windows has no such limits for a process from inside
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30
"""Bytes of address space."""


def bound_memory() -> None:
    """Refuse to grow without end."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def answer(line: str) -> None:
    """Everything that a task has to say, and a last line that says that it is over."""
    last: dict[str, Any] = {"end": True}
    try:
        task = json.loads(line)
        for said in JOBS[task["job"]](task):
            tell(said)
    except (Exception, MemoryError, RecursionError) as error:  # whatever it is, the next task is a new one
        last["failed"] = type(error).__name__
    tell(last)


def tell(said: dict[str, Any]) -> None:
    """A line; NaN and infinities as Python's JSON writes and reads them."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Until the other end is closed."""
    bound_memory()
    sys.setrecursionlimit(10_000)
    for line in sys.stdin:
        answer(line)


if __name__ == "__main__":
    main()
