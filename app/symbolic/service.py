"""The child process from outside: started when first needed, ended where it takes too long, one task at a time."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock, Timer
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Stopped(Exception):
    """The task took too long, or the process ended: what it said until then is all there is."""


class Service:
    """One child process, and a lock for whoever wants to ask it something."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def ask(self, task: Mapping[str, Any], remaining: Callable[[], float]) -> Iterator[dict[str, Any]]:
        """What the child says to a task, line by line, until it is done.

        `remaining` gives the seconds that are left, asked anew before each line.  Raises Stopped.
        """
        if not self._lock.acquire(timeout=max(0.0, remaining())):
            raise Stopped
        done = False
        try:
            process = self._running()
            self._write(process, task)
            while True:
                said = json.loads(self._line(process, remaining()))
                if "end" in said:
                    done = True
                    if "failed" in said:
                        raise Stopped(said["failed"])
                    return
                yield said
        finally:
            if not done:
                self._kill()
            self._lock.release()

    def close(self) -> None:
        """End the child; the next task starts another."""
        with self._lock:
            self._kill()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.symbolic.child"], cwd=ROOT, text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self._process

    def _write(self, process: "subprocess.Popen[str]", task: Mapping[str, Any]) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
        except OSError as error:
            raise Stopped from error

    def _line(self, process: "subprocess.Popen[str]", seconds: float) -> str:
        """The next line; the process is ended when it does not come in time, which ends the wait for it too."""
        assert process.stdout is not None
        timer = Timer(max(0.0, seconds), process.kill)
        timer.start()
        try:
            line = process.stdout.readline()
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            raise Stopped
        return line

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def within(seconds: float, remaining: Callable[[], float] | None = None) -> Callable[[], float]:
    """The seconds that are left of `seconds` from now on, and of what the caller has."""
    end = time.monotonic() + seconds

    def left() -> float:
        own = end - time.monotonic()
        return own if remaining is None else min(own, remaining())

    return left
