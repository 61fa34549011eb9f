"""What a backward pass keeps beside the values: local derivatives, contributions, gradients, charged to the budget."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.budget import Budget

BYTES = 8
"""Of one number; masks take less."""


def memory(x: Any) -> Any:
    """The array that owns the memory of this one."""
    while isinstance(x.base, np.ndarray):
        x = x.base
    return x


class Kept:
    """Counts every array once that is kept and that is no view of another, or of one of the graph's values."""

    def __init__(self, budget: Budget, values: Sequence[Any]) -> None:
        self._budget = budget
        self._values = values

    @cached_property
    def _known(self) -> set[int]:
        """By identity, of arrays that are alive: one that takes the place of one that is gone takes no more memory."""
        return {id(memory(value)) for value in self._values if isinstance(value, np.ndarray)}

    def take(self, place: str, *found: Any) -> None:
        """Count what is kept of these.  Raises TooLarge when all arrays together are too many numbers."""
        for x in found:
            if isinstance(x, np.ndarray):
                owner = memory(x)
                if id(owner) not in self._known:
                    self._known.add(id(owner))
                    self._budget.keep(place, -(-owner.nbytes // BYTES))
