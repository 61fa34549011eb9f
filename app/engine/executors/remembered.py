"""What was made last, kept by what it was made from."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """The things made last, together at most `most` in weight (but always the last one).

    The engine knows no threads, as it knows no clock: whoever shares an instance among threads hands in the lock.
    """

    def __init__(self, most: int, lock: AbstractContextManager[Any] | None = None) -> None:
        self._most = most
        self._weight = 0
        self._found: OrderedDict[Hashable, tuple[Made, int]] = OrderedDict()
        self._lock = nullcontext() if lock is None else lock

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, make: Callable[[], Made], weight: int = 1) -> Made:
        """What was made for this key before, else what `make` makes now (outside the lock)."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][0]
        made = make()
        with self._lock:
            if key not in self._found:
                self._found[key] = made, weight
                self._weight += weight
            while len(self._found) > 1 and self._weight > self._most:
                self._weight -= self._found.popitem(last=False)[1][1]
        return made
