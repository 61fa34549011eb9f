"""Random numbers as NumPy draws them: the legacy functions, and generators made by `default_rng`.

Every program has its own state, from the request's seed; `np.random.seed(n)` gives the very numbers NumPy gives.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.lang.display import concrete
from app.lang.values import whole


class Draws:
    """The random state of one program."""

    def __init__(self, seed: int, budget: Budget) -> None:
        self.budget = budget
        self.request_seed = seed
        self.torch = np.random.default_rng(seed)
        self.legacy = np.random.RandomState(seed % 2**32)

    def seed(self, seed: Any = 0) -> None:
        """`np.random.seed(seed)`."""
        self.legacy = np.random.RandomState(whole(seed) % 2**32)

    def manual_seed(self, seed: Any = 0) -> None:
        """`torch.manual_seed(seed)`; the numbers are NumPy's, PyTorch's generator is another."""
        self.torch = np.random.default_rng(abs(whole(seed)))

    def default_rng(self, seed: Any = None) -> "Generator":
        """`np.random.default_rng(seed)`."""
        return Generator(np.random.default_rng(self.request_seed if seed is None else abs(whole(seed))), self.budget)

    def shaped(self, draw: Callable[..., Any], sizes: tuple[Any, ...]) -> Any:
        """Draw an array whose shape is spelled as arguments: `randn(2, 3)`."""
        flat = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], list | tuple) else sizes
        return draw(size_of(tuple(flat), self.budget))

    def randn(self, *sizes: Any) -> Any:
        """`np.random.randn(…)`."""
        return self.shaped(lambda size: self.legacy.standard_normal(size), sizes)

    def rand(self, *sizes: Any) -> Any:
        """`np.random.rand(…)`."""
        return self.shaped(lambda size: self.legacy.random_sample(size), sizes)

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """`np.random.normal(loc, scale, size)`."""
        return self.legacy.normal(float(loc), float(scale), size_of(size, self.budget))

    def standard_normal(self, size: Any = None) -> Any:
        """`np.random.standard_normal(size)`."""
        return self.legacy.standard_normal(size_of(size, self.budget))

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """`np.random.uniform(low, high, size)`."""
        return self.legacy.uniform(float(low), float(high), size_of(size, self.budget))

    def random(self, size: Any = None) -> Any:
        """`np.random.random(size)`."""
        return self.legacy.random_sample(size_of(size, self.budget))

    def randint(self, low: Any, high: Any = None, size: Any = None) -> Any:
        """`np.random.randint(low, high, size)`."""
        top = None if high is None else whole(high)
        return self.legacy.randint(whole(low), top, size_of(size, self.budget))

    def torch_randn(self, *sizes: Any) -> Any:
        """`torch.randn(…)`."""
        return self.shaped(lambda size: self.torch.standard_normal(size), sizes)

    def torch_rand(self, *sizes: Any) -> Any:
        """`torch.rand(…)`."""
        return self.shaped(lambda size: self.torch.random(size), sizes)


class Generator:
    """What `default_rng` gives."""

    METHODS = ("normal", "standard_normal", "uniform", "random", "integers")

    def __init__(self, generator: np.random.Generator, budget: Budget) -> None:
        self._generator = generator
        self._budget = budget

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Normally distributed numbers."""
        return self._generator.normal(float(loc), float(scale), size_of(size, self._budget))

    def standard_normal(self, size: Any = None) -> Any:
        """Numbers of mean 0 and variance 1."""
        return self._generator.standard_normal(size_of(size, self._budget))

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Numbers from `low` to `high`."""
        return self._generator.uniform(float(low), float(high), size_of(size, self._budget))

    def random(self, size: Any = None) -> Any:
        """Numbers from 0 to 1."""
        return self._generator.random(size_of(size, self._budget))

    def integers(self, low: Any, high: Any = None, size: Any = None) -> Any:
        """Whole numbers."""
        return self._generator.integers(whole(low), None if high is None else whole(high), size_of(size, self._budget))


def size_of(size: Any, budget: Budget) -> tuple[int, ...] | None:
    """A shape as whole numbers ≥ 0, within the budget; None for a single number.  Raises TypeError, TooLarge."""
    if size is None or size == ():
        return None
    if isinstance(size, np.ndarray):
        size = size.tolist()
    form = tuple(whole(each) for each in (size if isinstance(size, list | tuple) else (size,)))
    if any(n < 0 for n in form):
        raise TypeError(f"the shape {form} has a negative size")
    count = 1
    for n in form:
        count *= n
    budget.spend("array", count)
    return form


def drawing(name: str) -> Callable[..., Any]:
    """The function that draws by the method `name` of the program's `Draws`."""

    def draw(t: Any, *arguments: Any, **options: Any) -> Any:
        return getattr(t.draws, name)(*map(plain, arguments), **{key: plain(each) for key, each in options.items()})

    return draw


def plain(value: Any) -> Any:
    """A number or a shape without the graph around it."""
    return concrete(value) if not isinstance(value, str) else value


RANDOM: Mapping[str, Callable[..., Any]] = {
    f"np.random.{name}": drawing(name)
    for name in ("seed", "default_rng", "randn", "rand", "normal", "standard_normal", "uniform", "random", "randint")
} | {
    "np.random.random_sample": drawing("random"),
    "torch.manual_seed": drawing("manual_seed"),
    "torch.randn": drawing("torch_randn"),
    "torch.rand": drawing("torch_rand"),
}
"""By every spelling."""
