"""The process in which SymPy works: a task a line in, JSON lines out.  It is started when it is first asked for.

Its memory is bounded where the system can do that, its own seconds of work too; whoever started it ends it if need be.
"""

import json
import signal
import sys
from types import FrameType
from typing import Any

from sympy.core.cache import clear_cache

from app.symbolic.derive import JOBS

try:
    import resource
except ImportError:  # Windows has no such limits for a process from inside
    resource = None  # type: ignore[assignment]

MEMORY = 1 << 30
"""Bytes of address space."""
AGAIN = 0.05
"""Seconds after which a task is told again that its time is over, as SymPy may be where nothing can be raised."""


class TimeOver(BaseException):
    """The task used up its seconds; no handler of ordinary exceptions on the way takes it."""


def bound_memory() -> None:
    """Refuse to grow without end."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def bound_work(seconds: float) -> float:
    """Raise TimeOver when this process has worked that long; 0: never.  Its waiting does not count.

    Returns what was left of the bound before.
    """
    if not hasattr(signal, "setitimer"):  # Windows: there the caller's deadline is the only bound
        return 0.0
    return signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN if seconds else 0.0)[0]


def over(_signal: int, _frame: FrameType | None) -> None:
    raise TimeOver


def answer(line: str) -> None:
    """Everything that a task has to say, and a last line that says that it is over."""
    last: dict[str, Any] = {"end": True}
    try:
        work(json.loads(line))
    except (Exception, MemoryError, RecursionError, TimeOver) as error:  # whatever it is, the next task is a new one
        bound_work(0)
        last["failed"] = type(error).__name__
    tell(last)


def work(task: dict[str, Any]) -> None:
    """The task within `seconds`: up to its first line, and, where there is a second number, anew after that line.

    It begins as in a process that has just started, so that no earlier task makes it shorter.
    """
    clear_cache()
    first, *then = task.get("seconds") or [0.0]
    bound_work(first)
    for said in JOBS[task["job"]](task):
        left = bound_work(0)  # a line is told whole
        tell(said)
        bound_work(then.pop(0) if then else left)
    bound_work(0)


def tell(said: dict[str, Any]) -> None:
    """A line; NaN and infinities as Python's JSON writes and reads them."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Until the other end is closed."""
    bound_memory()
    sys.setrecursionlimit(10_000)
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, over)
    tell({"started": True})
    for line in sys.stdin:
        answer(line)


if __name__ == "__main__":
    main()
