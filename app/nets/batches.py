"""Which examples each step takes: nothing is remembered, a step's number tells its epoch, its place and its rows."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Batches:
    """`count` examples in batches of `size`, the last of an epoch smaller where they don't come out even.

    Shuffled anew for every epoch, by the seed and the epoch's number: so a training that goes on from a checkpoint
    takes the same examples.
    """

    count: int
    size: int
    shuffle: bool
    seed: int

    @property
    def per_epoch(self) -> int:
        """Steps in an epoch."""
        return -(-self.count // self.size)

    @property
    def whole(self) -> bool:
        """Whether every batch holds every example."""
        return self.size >= self.count

    def epoch(self, step: int) -> int:
        """How many epochs are over in the state after `step` updates."""
        return step // self.per_epoch

    def order(self, epoch: int) -> np.ndarray:
        """The examples' numbers (count,) in the order of this epoch."""
        if not self.shuffle:
            return np.arange(self.count)
        return np.random.default_rng([self.seed, epoch]).permutation(self.count)

    def cut(self, order: np.ndarray) -> list[np.ndarray]:
        """The rows of each batch of an epoch."""
        return [order[start : start + self.size] for start in range(0, self.count, self.size)]
