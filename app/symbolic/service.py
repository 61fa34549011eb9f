"""The child process from outside: started when first needed, ended where it does not stop, one task at a time."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from app.engine.errors import DeadlineExceeded

ROOT = Path(__file__).resolve().parents[2]
LONG = 60.0
"""Seconds for whoever has no deadline."""

Remaining = Callable[[], float]


class Stopped(Exception):
    """The task took more than it was given, or the process ended: what it said until then is all there is."""


class Service:
    """One child process, and a lock for whoever wants to ask it something.

    What a task may take is counted by the child in its own seconds of work, so that the answer does not depend on what
    else the machine does.  Waiting, for the start or for another task, is part of the caller's deadline only.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: _Child | None = None

    def ask(self, task: Mapping[str, Any], remaining: Remaining | None = None) -> Iterator[dict[str, Any]]:
        """What the child says to a task, line by line, until it is done.

        `task` has in `seconds` what it may take: up to its first line, and from there on.  `remaining` gives the
        seconds that are left to the caller, asked anew before each line.  Raises Stopped, DeadlineExceeded.
        """
        left = remaining or (lambda: LONG)
        if not self._lock.acquire(timeout=max(0.0, left())):
            raise late("other formulas are being made")
        idle = True
        try:
            child = self._running()
            child.await_start(left)
            idle = False
            child.write(task)
            while "end" not in (said := child.line(left)):
                yield said
            idle = True
            if "failed" in said:
                raise Stopped(said["failed"])
        finally:
            if not idle:
                self._kill()
            self._lock.release()

    def close(self) -> None:
        """End the child; the next task starts another."""
        with self._lock:
            self._kill()

    def _running(self) -> "_Child":
        if self._child is None or not self._child.alive:
            self._kill()
            self._child = _Child()
        return self._child

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()


class _Child:
    """The process, and a thread that reads what it says."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.symbolic.child"], cwd=ROOT, text=True, encoding="utf-8",
            # SymPy's order of terms follows the order of sets: with one seed the same formula comes out every time
            env={**os.environ, "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._started = False
        Thread(target=self._read, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def await_start(self, left: Remaining) -> None:
        """Wait until it has loaded what it works with; where the caller cannot, it goes on starting for the next."""
        if not self._started:
            try:
                self._said(left)
            except Empty:
                raise late("the process that makes them is still starting") from None
            self._started = True

    def write(self, task: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Stopped from error

    def line(self, left: Remaining) -> dict[str, Any]:
        try:
            return self._said(left)
        except Empty:
            raise late("they took longer than a request may") from None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:  # what was not yet written is not wanted any more
            return

    def _said(self, left: Remaining) -> dict[str, Any]:
        """The next line.  Raises Stopped at the end of all lines, and Empty."""
        text = self._lines.get(timeout=max(0.001, left()))
        if not text.endswith("\n"):
            raise Stopped
        said: dict[str, Any] = json.loads(text)
        return said

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put("")


def late(why: str) -> DeadlineExceeded:
    """The caller's time is over; what it waited for is there another time."""
    return DeadlineExceeded(f"symbolic: formulas were not ready in time, {why} — try again", limit=0, reached=0)
