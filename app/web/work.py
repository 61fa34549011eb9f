"""Where a request's work is done: at once if it is known to be short, else in one of a few worker threads."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.types import Receive

from app.engine.errors import DeadlineExceeded
from app.lang.errors import LangError
from app.web.errors import Refusal
from app.web.settings import Settings

Answer = TypeVar("Answer")
Remaining = Callable[[], float]
"""Seconds that are left; what the engine and the language are handed as their deadline."""
Job = Callable[[Remaining], Answer]

REMEMBERED = 1024


class Work:
    """Admission, deadlines and threads for the work of one server process. Lives in `app.state.work`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limiter = anyio.CapacityLimiter(settings.threads)
        self._waiting = 0
        self._short: OrderedDict[Hashable, None] = OrderedDict()
        self.stopping = asyncio.Event()

    async def run(self, key: Hashable, job: Job[Answer], receive: Receive) -> Answer:
        """Do `job` before its deadline and return its answer.

        `key` names work that takes about the same time whenever it comes; None is for work that waits for another
        process, and so costs little here, but time. Work that was short
        the last time is done on the event loop, where it costs no thread; if it is not short this time it is given
        up there and done again in a thread, which is harmless: a job is a pure function.
        Raises `Refusal` too_many_requests, and `DeadlineExceeded` also when the client left or the server stops.
        """
        if key is not None and key in self._short:
            try:
                return job(self._clock(self._settings.inline_seconds * 4))
            except (DeadlineExceeded, LangError) as error:
                if not _out_of_time(error):
                    raise
                self._short.pop(key, None)
        return await self._in_thread(key, job, receive)

    async def _in_thread(self, key: Hashable, job: Job[Answer], receive: Receive) -> Answer:
        if self._waiting >= self._settings.threads + self._settings.queue:
            retry = {"Retry-After": str(self._settings.retry_after_seconds)}
            raise Refusal("too_many_requests", "the server has as much work as it takes — try again", retry)
        left = asyncio.Event()
        watch = asyncio.create_task(_until_disconnect(receive, left))
        self._waiting += 1
        try:
            clock = self._clock(self._settings.deadline_seconds, left)
            answer, seconds = await anyio.to_thread.run_sync(_timed, job, clock, limiter=self._limiter)
        finally:
            self._waiting -= 1
            watch.cancel()
        if key is not None and seconds < self._settings.inline_seconds:
            self._remember(key)
        return answer

    def _clock(self, seconds: float, left: asyncio.Event | None = None) -> Remaining:
        end = time.monotonic() + seconds

        def remaining() -> float:
            if self.stopping.is_set() or (left is not None and left.is_set()):
                return 0.0
            return end - time.monotonic()

        return remaining

    def _remember(self, key: Hashable) -> None:
        self._short[key] = None
        while len(self._short) > REMEMBERED:
            self._short.popitem(last=False)


def _out_of_time(error: DeadlineExceeded | LangError) -> bool:
    """The language collects what the engine raises, the end of its time too, among the problems of the program."""
    codes = [each.code for each in error.problems] if isinstance(error, LangError) else [error.code]
    return DeadlineExceeded.code in codes


def _timed(job: Job[Answer], clock: Remaining) -> tuple[Answer, float]:
    """The job's answer and the CPU seconds it took: what other threads do meanwhile does not count."""
    began = time.thread_time()
    return job(clock), time.thread_time() - began


async def _until_disconnect(receive: Receive, left: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    left.set()
