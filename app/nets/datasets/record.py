"""The dataset record: everything there is to know about one kind of data, stated once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.nets.fields import Field, Options, Real, Whole

CLASSIFICATION, REGRESSION = "classification", "regression"
MOST_SAMPLES = 2000
DECIMALS = 6
"""Places of a coordinate: enough for any picture, and short in a program."""
Points = tuple[np.ndarray, np.ndarray]
"""Inputs (n, features); classes (n,) as whole numbers, or numbers (n, outputs)."""
SAMPLES = Whole(name="samples", says="how many points", low=2, high=MOST_SAMPLES, default=200)
NOISE = Real(name="noise", says="how much points are scattered, as a share of the pattern's size", low=0, high=1,
             default=0.1)  # fmt: skip


@dataclass(frozen=True)
class Dataset:
    """One kind of data; `make(rng, options)` draws it."""

    name: str
    doc: str
    task: str
    features: tuple[int, ...]
    make: Callable[[np.random.Generator, Options], Points]
    classes: int = 0
    outputs: int = 1
    fields: Sequence[Field] = (SAMPLES, NOISE)


def halves(count: int) -> tuple[int, int]:
    """How many points two classes have."""
    return count // 2, count - count // 2
