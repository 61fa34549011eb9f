"""Trainings of one server process: in short slices, one at a time, so that no other request waits for long.

A slice of a small net runs on the event loop, where it needs no lock against other threads: requests that came
meanwhile go first, then the next training has its turn.  A net whose steps take longer has a worker thread of its own
kind, and never more than one at a time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import anyio
import anyio.to_thread
from fastapi import Request, Response

from app.engine.budget import Budget
from app.engine.errors import DeadlineExceeded
from app.schemas.encode import dump
from app.schemas.progress import Record, Session, event
from app.web.errors import TABLE, Refusal, on_fault
from app.web.settings import Settings
from app.web.timing import budget_of

SLICE_SECONDS = 0.0005
"""Of a training on the event loop: what a request waits for at most, once for each time that it has to."""
SHORT_SECONDS = 0.001
"""Steps that take longer than this go to a thread."""
THREAD_SECONDS = 0.01
SEND_SECONDS = 0.03
"""How long records are collected before they are sent: thirty times a second is more than eyes follow."""
HEARTBEAT_SECONDS = 10.0
LAST_SECONDS = 1.0
"""For the record that a training that was ended can go on from."""
HEARTBEAT = b": still training\n\n"


class Stopping(Refusal):
    """The server stops: whoever trains is told where to go on."""

    def __init__(self, step: int) -> None:
        super().__init__("stopping", f"the server stops after step {step} — send its record as `resume`")


class Trainings:
    """Lives in `app.state.trainings`."""

    def __init__(self, settings: Settings, stopping: asyncio.Event) -> None:
        self.settings, self.stopping = settings, stopping
        self._turn = asyncio.Lock()
        self._threads = anyio.CapacityLimiter(1)
        self._running = 0

    def refuse_if_full(self) -> None:
        """Raise Refusal too_many_requests where there is no place for another training."""
        if self._running >= self.settings.trainings:
            retry = {"Retry-After": str(self.settings.retry_after_seconds)}
            raise Refusal("too_many_requests", "the server trains as many nets as it takes — try again", retry)

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """A place among the trainings.  Raises Refusal too_many_requests."""
        self.refuse_if_full()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    async def slices(self, session: Session) -> AsyncIterator[list[Record] | None]:
        """Records as they come; None where nothing has come for a while.

        Raises DeadlineExceeded at the end of a training's time, Stopping, and what a step raises.
        """
        end = time.monotonic() + self.settings.training_seconds
        seconds = float("inf")  # that a step takes, until one was measured
        while not session.over:
            self._check(end, session)
            if seconds < SHORT_SECONDS:
                async with self._turn:
                    records, seconds = _slice(session, SLICE_SECONDS, self._budget(end))
                    await asyncio.sleep(0)
                yield records
                continue
            work = asyncio.create_task(self._in_thread(session, end))
            try:
                while not (await asyncio.wait({work}, timeout=HEARTBEAT_SECONDS))[0]:
                    yield None
            except asyncio.CancelledError:
                await asyncio.wait({work})
                raise
            records, seconds = work.result()
            yield records

    async def _in_thread(self, session: Session, end: float) -> tuple[list[Record], float]:
        return await anyio.to_thread.run_sync(_slice, session, THREAD_SECONDS, self._budget(end), limiter=self._threads)

    def _budget(self, end: float) -> Callable[[], Budget]:
        def remaining() -> float:
            return 0.0 if self.stopping.is_set() else end - time.monotonic()

        return lambda: budget_of(self.settings, remaining)

    async def written(self, write: Callable[[], bytes]) -> bytes:
        """What is written once at a training's end, which may be much."""
        return await anyio.to_thread.run_sync(write, limiter=self._threads)

    def _check(self, end: float, session: Session) -> None:
        step = session.trainer.step
        if self.stopping.is_set():
            raise Stopping(step)
        if time.monotonic() >= end:
            raise DeadlineExceeded(
                f"training: its {self.settings.training_seconds:g} seconds are over after step {step}"
                " — send the record of that step as `resume`", limit=self.settings.training_seconds, reached=step,
            )  # fmt: skip


def _slice(session: Session, seconds: float, budget: Callable[[], Budget]) -> tuple[list[Record], float]:
    """Some steps of a training, and the processor's seconds that each took, whatever else the machine does."""
    began = time.thread_time()
    records, steps = session.work(lambda: began + seconds - time.thread_time(), budget)
    return records, (time.thread_time() - began) / max(1, steps)


async def streamed(request: Request, session: Session) -> AsyncIterator[bytes]:
    """Server-sent events: `progress` for each record, then one `done`; or `error` with a problem, after a last
    `progress` to go on from."""
    trainings: Trainings = request.app.state.trainings
    waiting, sent = b"", time.monotonic()
    try:
        with trainings.admitted():
            async for records in trainings.slices(session):
                waiting += HEARTBEAT if records is None else b"".join(event("progress", each) for each in records)
                if waiting and (records is None or time.monotonic() - sent > SEND_SECONDS):
                    yield waiting
                    waiting, sent = b"", time.monotonic()
            yield waiting + await trainings.written(lambda: event("done", session.done()))
    except Exception as error:
        yield waiting + _ended(request, session, error)


def _ended(request: Request, session: Session, error: Exception) -> bytes:
    """What is sent last when a training ends early."""
    handler = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)
    response = on_fault(error) if handler is None else handler(request, error)
    assert isinstance(response, Response)
    last = b""
    if isinstance(error, Stopping | DeadlineExceeded):
        settings = request.app.state.settings
        session.allow(lambda: budget_of(settings, lambda: LAST_SECONDS))
        last = event("progress", session.record(whole=True))
    return last + b"event: error\ndata: " + bytes(response.body) + b"\n\n"


async def at_once(request: Request, session: Session) -> bytes:
    """The whole training as one JSON.  Raises what ends it early; ends when the client leaves."""
    trainings: Trainings = request.app.state.trainings
    history: list[Record] = []
    left = asyncio.create_task(_left(request))
    try:
        with trainings.admitted():
            async for records in trainings.slices(session):
                history += records or ()
                if left.done():
                    raise Refusal("stopping", "the client left")
    finally:
        left.cancel()
    return await trainings.written(lambda: dump({**session.done(), "history": history}))


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
