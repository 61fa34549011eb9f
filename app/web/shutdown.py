"""A clean stop: whoever holds a connection open learns of SIGTERM at once, so that the server is gone in time."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def announced(stopping: asyncio.Event) -> Iterator[None]:
    """Within this context SIGINT and SIGTERM set `stopping` before the server's own handler has them.

    The server ends open connections before the lifespan ends: too late for those who wait on the lifespan.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread has signals; an application run by a test elsewhere is stopped by its test
        return
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each, handler in before.items():
        signal.signal(each, _chained(loop, stopping, handler))
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        stopping.set()


def _chained(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event, then: Any) -> Callable[[int, Any], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)
        if callable(then):
            then(number, frame)

    return handle
