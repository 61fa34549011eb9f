"""Random numbers as NumPy draws them: the legacy functions, and generators made by `default_rng` and `RandomState`.

Every program has its own state, from the request's seed; the same seed gives the very numbers that NumPy gives.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.engine.budget import Budget, extent
from app.lang.chances.torch_generators import TorchDraws
from app.lang.display import concrete
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import NO_DIFFERENCE, whole

Source = np.random.Generator | np.random.RandomState

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "normal": ("loc", "scale"), "standard_normal": (), "uniform": ("low", "high"), "random": (), "random_sample": (),
    "exponential": ("scale",), "standard_exponential": (), "laplace": ("loc", "scale"), "logistic": ("loc", "scale"),
    "gumbel": ("loc", "scale"), "lognormal": ("mean", "sigma"), "gamma": ("shape", "scale"), "beta": ("a", "b"),
    "chisquare": ("df",), "standard_t": ("df",), "rayleigh": ("scale",), "triangular": ("left", "mode", "right"),
    "poisson": ("lam",), "binomial": ("n", "p"),
}  # fmt: skip
"""Distribution → its parameters, which are numbers; behind them NumPy takes `size`."""


class Generator:
    """What `default_rng` and `RandomState` give: numbers drawn from a source of their own."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self.source = source
        self.budget = budget
        self._own: dict[str, Callable[..., Any]] = {"choice": self.choice, "permutation": self.permutation}
        if isinstance(source, np.random.Generator):
            self._own |= {"integers": self.integers}
        else:
            self._own |= {"randint": self.integers, "randn": self.randn, "rand": self.rand}

    @property
    def methods(self) -> list[str]:
        """What can be called on it."""
        return sorted({*self._own, *(name for name in PARAMETERS if hasattr(self.source, name))})

    def draw(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Call one of `methods`.  Raises TypeError, ValueError, TooLarge."""
        options = {key: each for key, each in options.items() if key not in NO_DIFFERENCE}
        if name in self._own:
            return self._own[name](*arguments, **options)
        names = (*PARAMETERS[name], "size")
        if len(arguments) > len(names):
            raise TypeError(f"it takes {', '.join(names)}")
        given = {**dict(zip(names, arguments, strict=False)), **options}
        size = size_of(given.pop("size", None), self.budget)
        return getattr(self.source, name)(**{key: float(each) for key, each in given.items()}, size=size)

    def integers(self, low: Any, high: Any = None, size: Any = None, endpoint: Any = False) -> Any:
        """Whole numbers from `low` to below `high`, or from 0 to below `low`."""
        start, stop = (0, whole(low)) if high is None else (whole(low), whole(high))
        size = size_of(size, self.budget)
        if isinstance(self.source, np.random.RandomState):
            return self.source.randint(start, stop, size)
        return self.source.integers(start, stop, size, endpoint=bool(endpoint))

    def randn(self, *sizes: Any) -> Any:
        """Normally distributed numbers; the shape as several numbers."""
        return self.source.standard_normal(size_of(flat(sizes), self.budget))

    def rand(self, *sizes: Any) -> Any:
        """Numbers from 0 to 1; the shape as several numbers."""
        return self.source.random(size_of(flat(sizes), self.budget))

    def choice(self, a: Any, size: Any = None, replace: Any = True, p: Any = None) -> Any:
        """Elements of an array, or numbers below a whole one."""
        return self.source.choice(self._pool(a), size_of(size, self.budget), bool(replace), p)

    def permutation(self, x: Any) -> Any:
        """The rows of an array, or the numbers below a whole one, in another order."""
        return self.source.permutation(self._pool(x))

    def _pool(self, a: Any) -> Any:
        if np.ndim(a):
            return np.asarray(a, float)
        size_of(a, self.budget)
        return whole(a)


class Draws:
    """The random state of one program."""

    def __init__(self, seed: int, budget: Budget) -> None:
        self._budget = budget
        self._seed = seed
        self.torch = TorchDraws(seed)
        self.legacy = self.random_state(seed % 2**32)

    def default_rng(self, seed: Any = None) -> Generator:
        """`np.random.default_rng(seed)`."""
        return Generator(np.random.default_rng(self._seed if seed is None else whole(seed)), self._budget)

    def random_state(self, seed: Any = None) -> Generator:
        """`np.random.RandomState(seed)`."""
        return Generator(np.random.RandomState(self._seed % 2**32 if seed is None else whole(seed)), self._budget)

    def seed(self, seed: Any = None) -> None:
        """`np.random.seed(seed)`."""
        self.legacy = self.random_state(seed)

    def manual_seed(self, seed: Any = 0) -> None:
        """`torch.manual_seed(seed)`."""
        self.torch = TorchDraws(abs(whole(seed)))

    def torch_randn(self, *sizes: Any, **options: Any) -> Any:
        """`torch.randn(…)`."""
        return self.torch.normal(size_of(flat(sizes, **options), self._budget))

    def torch_rand(self, *sizes: Any, **options: Any) -> Any:
        """`torch.rand(…)`."""
        return self.torch.uniform(0.0, 1.0, size_of(flat(sizes, **options), self._budget))

    def torch_randperm(self, n: Any) -> Any:
        """`torch.randperm(n)`."""
        size_of(n, self._budget)
        return self.torch.permutation(whole(n))

    def torch_randint(self, low: Any, high: Any, size: Any = None) -> Any:
        """`torch.randint(low, high, size)`."""
        if size is None:
            low, high, size = 0, low, high
        unit = self.torch.uniform(0.0, 1.0, size_of(size, self._budget))
        return np.floor(whole(low) + unit * (whole(high) - whole(low)))


def flat(sizes: tuple[Any, ...], size: Any = None) -> Any:
    """A shape that is spelled as arguments: `randn(2, 3)`, `randn((2, 3))`."""
    if size is not None:
        return size
    alone = len(sizes) == 1 and (isinstance(sizes[0], list | tuple) or np.ndim(sizes[0]) == 1)
    return sizes[0] if alone else sizes


def size_of(size: Any, budget: Budget) -> tuple[int, ...] | None:
    """A shape as whole numbers ≥ 0, within the budget; None for a single number.  Raises TypeError, TooLarge."""
    if size is None or (isinstance(size, list | tuple) and not size):
        return None
    if isinstance(size, np.ndarray):
        size = size.tolist()
    form = tuple(whole(each) for each in (size if isinstance(size, list | tuple) else (size,)))
    if any(n < 0 for n in form):
        raise TypeError(f"the shape {form} has a negative size")
    budget.spend("array", extent(form))
    return form


def plain(value: Any) -> Any:
    """A number or a shape without the graph around it."""
    return value if isinstance(value, str) else concrete(value)


def of_state(name: str) -> Callable[..., Any]:
    """The function that is the method `name` of the program's `Draws`."""

    def draw(t: Any, *arguments: Any, generator: Any = None, **options: Any) -> Any:
        t.count_sizes(arguments, options)
        options = {key: plain(each) for key, each in options.items() if key not in NO_DIFFERENCE}
        before = t.draws.torch
        if isinstance(generator, Instance):
            t.draws.torch = generator.attributes["draws"]
        found = getattr(t.draws, name)(*map(plain, arguments), **options)
        if isinstance(generator, Instance):
            t.draws.torch = before
        return found

    return draw


def seeded(t: Any, self: Instance, seed: Any = 0) -> Instance:
    """`torch.Generator().manual_seed(seed)`: a state of its own."""
    self.attributes["draws"] = TorchDraws(abs(whole(plain(seed))))
    return self


def new_generator(t: Any, self: Instance, device: Any = "cpu") -> None:
    """`torch.Generator()`."""
    seeded(t, self)


GENERATOR = Klass("Generator", (OBJECT,), {
    "__init__": special("torch.Generator", new_generator), "manual_seed": special("manual_seed", seeded),
})  # fmt: skip
"""`torch.Generator`."""


def torch_like(name: str) -> Callable[..., Any]:
    """`torch.randn_like(x)`: drawn in the shape of x."""
    draw = of_state(name)
    return lambda t, x, **options: draw(t, tuple(np.shape(concrete(x))), **options)


def shuffle(t: Any, x: Any) -> None:
    """`np.random.shuffle(x)`: the rows of an array or the elements of a list in another order, in place."""
    order = list(range(len(t.elements(x))))
    t.tick(len(order))
    t.draws.legacy.source.shuffle(order)
    if isinstance(x, list):
        x[:] = [x[i] for i in order]
    else:
        t.replace(x, t.call_named("take", [t.snapshot(x), np.array(order, float)], {"axis": 0}), None)


def legacy(name: str) -> Callable[..., Any]:
    """The function `np.random.name`, which draws from the program's own state."""

    def draw(t: Any, *arguments: Any, **options: Any) -> Any:
        t.count_sizes(arguments, options)
        options = {key: plain(each) for key, each in options.items()}
        return t.draws.legacy.draw(name, *map(plain, arguments), **options)

    return draw


RANDOM: Mapping[str, Callable[..., Any]] = {
    f"np.random.{name}": legacy(name) for name in (*PARAMETERS, "choice", "permutation", "randint", "randn", "rand")
} | {
    "np.random.seed": of_state("seed"),
    "np.random.default_rng": of_state("default_rng"),
    "np.random.RandomState": of_state("random_state"),
    "torch.manual_seed": of_state("manual_seed"),
    "np.random.shuffle": shuffle,
    "torch.randn": of_state("torch_randn"),
    "torch.randn_like": torch_like("torch_randn"),
    "torch.rand_like": torch_like("torch_rand"),
    "torch.rand": of_state("torch_rand"),
    "torch.randperm": of_state("torch_randperm"),
    "torch.randint": of_state("torch_randint"),
}
"""By every spelling."""
