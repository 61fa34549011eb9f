"""Random numbers of `torch`, seeded by `torch.manual_seed`.

PyTorch's generator on a CPU is the Mersenne Twister of the same seed; it draws floats of 24 bits.  Uniform numbers, and
so the first weights of `nn.Linear` and `nn.Conv2d`, are PyTorch's own; `randn` draws from another generator.
"""

from typing import Any

import numpy as np


class TorchDraws:
    """One program's state of torch's generator."""

    def __init__(self, seed: int) -> None:
        self._words = np.random.RandomState(seed % 2**32)
        self.source = np.random.default_rng(seed % 2**64)

    def uniform(self, low: float, high: float, size: tuple[int, ...] | None) -> Any:
        """Float32 numbers from low to high, one 32-bit word each, as float64."""
        words = self._words.randint(0, 2**32, size=size, dtype=np.uint32)
        unit = (words & np.uint32(2**24 - 1)).astype(float) * 2.0**-24
        start, width = np.float32(low), np.float32(high) - np.float32(low)
        return np.asarray(unit * float(width) + float(start), np.float32).astype(float)[()]

    def normal(self, size: tuple[int, ...] | None) -> Any:
        """Normally distributed numbers."""
        return self.source.standard_normal(size)

    def permutation(self, n: int) -> Any:
        """0 to n - 1 in random order."""
        return self.source.permutation(n)
