"""Python's `random` module: the very numbers that CPython draws for a seed.

CPython and NumPy's legacy generator are the same Mersenne Twister, seeded by the same array of 32-bit words; what is
made of its words is restated here from the documentation of each function.
"""

from collections.abc import Callable, Mapping
from math import cos, exp, log, pi, sin, sqrt
from typing import Any

import numpy as np

from app.lang.display import concrete
from app.lang.errors import Trouble
from app.lang.values import Value, whole

Tracer = Any
WORD = 32
TOO_MANY = 1_000_000


class Chance:
    """One program's state of `random`."""

    def __init__(self, seed: int) -> None:
        self._state = np.random.RandomState()
        self._second: float | None = None
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start from a whole number."""
        number = abs(seed)
        words: list[int] = []
        while number or not words:
            words.append(number & 0xFFFFFFFF)
            number >>= WORD
        self._state = np.random.RandomState(words)  # a list: an array of one word would be another seeding
        self._second = None

    def random(self) -> float:
        """From 0 to 1, 53 bits."""
        return float(self._state.random_sample())

    def bits(self, count: int) -> int:
        """A whole number of so many random bits, the first word lowest."""
        found, at = 0, 0
        while count > 0:
            word = int(self._state.randint(0, 2**WORD, dtype=np.uint32))
            found |= (word >> max(0, WORD - count)) << at
            at, count = at + WORD, count - WORD
        return found

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1: words are thrown away until one fits."""
        if n <= 0:
            raise ValueError("there is nothing to choose from")
        found = self.bits(n.bit_length())
        while found >= n:
            found = self.bits(n.bit_length())
        return found

    def gauss(self, mu: float, sigma: float) -> float:
        """Two normal numbers from two uniform ones; the second waits for the next call."""
        second, self._second = self._second, None
        if second is None:
            angle = self.random() * 2 * pi
            radius = sqrt(-2.0 * log(1.0 - self.random()))
            second, self._second = cos(angle) * radius, sin(angle) * radius
        return mu + second * sigma

    def normal(self, mu: float, sigma: float) -> float:
        """By Kinderman's and Monahan's ratio of uniform numbers."""
        magic = 4 * exp(-0.5) / sqrt(2.0)
        while True:
            first = self.random()
            second = 1.0 - self.random()
            found = magic * (first - 0.5) / second
            if found * found / 4.0 <= -log(second):
                return mu + found * sigma

    def shuffled(self, values: list[Value]) -> None:
        """In place, from the end."""
        for i in range(len(values) - 1, 0, -1):
            j = self.below(i + 1)
            values[i], values[j] = values[j], values[i]

    def sample(self, values: list[Value], count: int) -> list[Value]:
        """So many elements, none twice; CPython keeps a pool for small lists and a set of places for large ones."""
        n = len(values)
        if not 0 <= count <= n:
            raise ValueError("there are not so many elements")
        small = 21 + (4 ** -int(-log(count * 3, 4) // 1) if count > 5 else 0)
        if n <= small:
            pool = list(values)
            found: list[Value] = []
            for i in range(count):
                j = self.below(n - i)
                found.append(pool[j])
                pool[j] = pool[n - i - 1]
            return found
        places: dict[int, None] = {}
        while len(places) < count:
            places[self.below(n)] = None
        return [values[i] for i in places]


# ── functions ───────────────────────────────────────────────────────────────────────────────────────────
def seed(t: Tracer, seed: Value = None) -> None:
    """`random.seed(n)`."""
    plain = concrete(seed)
    if isinstance(plain, str):
        raise Trouble("bad_argument", "random.seed: a text is no seed here", "use a whole number")
    t.chance.seed(whole(0 if plain is None else plain))


def randint(t: Tracer, a: Value, b: Value) -> int:
    """From a to b, both included."""
    low, high = whole(concrete(a)), whole(concrete(b))
    return low + int(t.chance.below(high - low + 1))


def randrange(t: Tracer, *limits: Value) -> int:
    """An element of `range(…)`."""
    several = range(*(whole(concrete(each)) for each in limits))
    return several[int(t.chance.below(len(several)))]


def uniform(t: Tracer, a: Value, b: Value) -> float:
    """From a to b."""
    low, high = float(concrete(a)), float(concrete(b))
    return float(low + (high - low) * t.chance.random())


def gauss(t: Tracer, mu: Value = 0.0, sigma: Value = 1.0) -> float:
    """Normally distributed."""
    return float(t.chance.gauss(float(concrete(mu)), float(concrete(sigma))))


def normalvariate(t: Tracer, mu: Value = 0.0, sigma: Value = 1.0) -> float:
    """Normally distributed, drawn another way."""
    return float(t.chance.normal(float(concrete(mu)), float(concrete(sigma))))


def choice(t: Tracer, values: Value) -> Value:
    """One of the elements."""
    several = t.elements(values)
    return several[t.chance.below(len(several))]


def choices(t: Tracer, population: Value, *, k: Value = 1) -> Value:
    """So many elements, each drawn anew."""
    several, count = t.elements(population), whole(concrete(k))
    t.tick(max(0, count))
    return [several[int(t.chance.random() * (len(several) + 0.0))] for _ in range(count)]


def shuffle(t: Tracer, values: Value) -> None:
    """In random order, in place."""
    if not isinstance(values, list):
        raise TypeError("it takes a list")
    t.tick(len(values))
    t.chance.shuffled(values)


def sample(t: Tracer, population: Value, k: Value) -> Value:
    """So many elements, none twice."""
    several = list(t.elements(population))
    t.tick(len(several))
    return t.chance.sample(several, whole(concrete(k)))


CHANCE: Mapping[str, Callable[..., Any]] = {
    "random.seed": seed, "random.random": lambda t: t.chance.random(), "random.uniform": uniform,
    "random.gauss": gauss, "random.normalvariate": normalvariate, "random.randint": randint,
    "random.randrange": randrange, "random.choice": choice, "random.choices": choices, "random.shuffle": shuffle,
    "random.sample": sample,
}  # fmt: skip
"""By name."""
