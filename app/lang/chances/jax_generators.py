"""`jax.random`: keys that are passed on, and numbers drawn from them.

The same key gives the same numbers, as in JAX; the numbers themselves are NumPy's, and a note says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.lang.chances.generators import size_of
from app.lang.display import concrete
from app.lang.values import Value, whole

Tracer = Any


@dataclass(frozen=True, slots=True)
class Key:
    """A key: whole numbers that a generator is seeded with."""

    words: tuple[int, ...]

    @property
    def described(self) -> str:
        """What it is, for a sentence."""
        return "a key of jax.random"


def key(t: Tracer, seed: Value) -> Key:
    """`jax.random.PRNGKey(seed)`."""
    if not any(code == "jax_random" for code, _, _ in t.notes):
        t.notes.append(("jax_random", "jax.random: the numbers are NumPy's here, not JAX's own", t.graph.span))
    return Key((abs(whole(concrete(seed))),))


def split(t: Tracer, key: Value, num: Value = 2) -> Value:
    """Several keys from one."""
    count = whole(concrete(num))
    t.tick(max(0, count))
    return [Key((*checked(key).words, i)) for i in range(count)]


def fold_in(t: Tracer, key: Value, data: Value) -> Key:
    """Another key from a key and a number."""
    return Key((*checked(key).words, abs(whole(concrete(data)))))


def checked(key: Value) -> Key:
    """A key.  Raises TypeError for anything else."""
    if not isinstance(key, Key):
        raise TypeError("the first argument must be a key: jax.random.PRNGKey(0)")
    if len(key.words) > 1_000:
        raise ValueError("the key was split too often")
    return key


def drawn(draw: Callable[..., Any]) -> Callable[..., Any]:
    """A function that draws an array of a shape."""
    def work(t: Tracer, key: Value, shape: Value = (), *limits: Value, dtype: Value = None, minval: Value = 0.0,
             maxval: Value = 1.0) -> Any:  # fmt: skip
        size = size_of(concrete(shape), t.budget)
        low, high = (*map(concrete, limits), *(concrete(each) for each in (minval, maxval)[len(limits):]))
        return draw(np.random.default_rng(checked(key).words), size, float(low), float(high))
    return work


JAX_RANDOM: Mapping[str, Callable[..., Any]] = {
    "jax.random.PRNGKey": key, "jax.random.key": key, "jax.random.split": split, "jax.random.fold_in": fold_in,
    "jax.random.normal": drawn(lambda rng, size, low, high: rng.standard_normal(size)),
    "jax.random.uniform": drawn(lambda rng, size, low, high: rng.uniform(low, high, size)),
    "jax.random.bernoulli": lambda t, key, p=0.5, shape=(): (
        np.random.default_rng(checked(key).words).random(size_of(concrete(shape), t.budget)) < float(concrete(p))
    ),
    "jax.random.permutation": lambda t, key, n: (
        np.random.default_rng(checked(key).words).permutation((size_of(concrete(n), t.budget) or (0,))[0])
    ),
}  # fmt: skip
"""By name."""
