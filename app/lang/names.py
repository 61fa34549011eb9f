"""What names mean before a program binds them: modules, constants, functions."""

import math
from collections.abc import Mapping
from typing import Any

from app.engine.ops import FUNCTIONS
from app.lang.called.derivatives import DERIVATIVES
from app.lang.called.jax_loops import JAX_LOOPS
from app.lang.called.records import RECORDS
from app.lang.chances.chance import CHANCE
from app.lang.chances.generators import GENERATOR, RANDOM
from app.lang.chances.jax_generators import JAX_RANDOM
from app.lang.errors import Trouble, suggest
from app.lang.functions import SPECIAL
from app.lang.neural.batch_norms import FUNCTIONAL
from app.lang.neural.initialisers import INITIALISERS
from app.lang.neural.layers import LAYERS
from app.lang.neural.loaders import LOADERS
from app.lang.neural.modules import parameter
from app.lang.neural.optimisers import OPTIMISERS
from app.lang.neural.schedulers import SCHEDULERS
from app.lang.objects import OBJECT
from app.lang.values import Function, Module, Value

MODULES: Mapping[str, str] = {
    "numpy": "np", "numpy.linalg": "np.linalg", "numpy.random": "np.random", "autograd.numpy": "np",
    "torch": "torch", "torch.nn": "torch.nn", "torch.nn.functional": "F", "torch.linalg": "torch.linalg",
    "torch.special": "torch.special", "torch.profiler": "torch.profiler",
    "jax": "jax", "jax.numpy": "jnp", "jax.nn": "jax.nn", "jax.lax": "jax.lax", "jax.numpy.linalg": "jnp.linalg",
    "jax.scipy.special": "scipy.special", "scipy.special": "scipy.special",
    "scipy": "scipy", "autograd": "autograd",
    "math": "math", "micrograd": "micrograd", "micrograd.engine": "micrograd.engine",
    "micrograd.nn": "micrograd.nn",
    "random": "random", "torch.autograd": "torch.autograd", "torch.optim": "torch.optim",
    "torch.nn.utils": "torch.nn.utils", "jax.random": "jax.random", "jax.tree_util": "jax.tree_util",
    "torch.nn.init": "torch.nn.init", "torch.optim.lr_scheduler": "torch.optim.lr_scheduler",
    "torch.utils": "torch.utils", "torch.utils.data": "torch.utils.data", "dataclasses": "dataclasses",
    "functools": "functools", "collections": "collections", "typing": "typing",
}  # fmt: skip
"""What may be imported → our name for it."""

INSIDE: Mapping[str, str] = {
    "np.linalg": "np.linalg", "np.random": "np.random", "torch.nn": "torch.nn", "torch.nn.functional": "F",
    "torch.linalg": "torch.linalg", "torch.special": "torch.special", "jax.numpy": "jnp", "jax.nn": "jax.nn",
    "jax.lax": "jax.lax", "jax.scipy": "scipy", "jnp.linalg": "jnp.linalg", "scipy.special": "scipy.special",
    "micrograd.engine": "micrograd.engine", "micrograd.nn": "micrograd.nn",
    "torch.autograd": "torch.autograd", "torch.optim": "torch.optim", "torch.profiler": "torch.profiler",
    "torch.nn.utils": "torch.nn.utils", "jax.random": "jax.random", "jax.tree": "jax.tree",
    "jax.tree_util": "jax.tree_util", "autograd.numpy": "np", "torch.nn.init": "torch.nn.init",
    "torch.optim.lr_scheduler": "torch.optim.lr_scheduler", "torch.utils": "torch.utils",
    "torch.utils.data": "torch.utils.data", "torch.cuda": "torch.cuda", "torch.backends": "torch.backends",
    "torch.backends.mps": "torch.backends.mps", "jax.config": "jax.config",
}  # fmt: skip
"""Modules that are reached by a dot."""

READY: Mapping[str, str] = {
    "np": "np", "numpy": "np", "torch": "torch", "nn": "torch.nn", "F": "F", "jnp": "jnp", "jax": "jax", "math": "math",
    "scipy": "scipy",
}  # fmt: skip
"""Modules that need no import → our name for them."""
ALONE = {"vjp", "jvp"}
"""What takes a function and is not read; the engine does without."""

NUMBERS: Mapping[str, float] = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
TYPES = (
    "float", "float64", "float32", "float16", "double", "half", "bfloat16", "int", "int64", "int32", "long", "bool",
    "bool_", "complex64", "complex128",
)  # fmt: skip
"""Number types, which are read and make no difference: every number is a float64."""


class Names:
    """Everything that a name can mean to a program that has not bound it."""

    def __init__(self, special: Mapping[str, Any], classes: Mapping[str, Value]) -> None:
        """`special` are functions of the language itself, `classes` its classes, by their spellings."""
        self._special = special
        self._classes = classes
        self._top: dict[str, Value] = {name: Module(path) for name, path in READY.items()} | {"π": math.pi, **NUMBERS}

    def find(self, name: str) -> Value:
        """What a plain name means.  Raises KeyError."""
        if name in self._top:
            return self._top[name]
        return self._function(name)

    def inside(self, path: str, name: str) -> Value:
        """What `path.name` means.  Raises Trouble."""
        full = f"{path}.{name}"
        if full in INSIDE:
            return Module(INSIDE[full])
        try:
            return self._function(full)
        except KeyError:
            pass
        if name in NUMBERS:
            return NUMBERS[name]
        if name == "newaxis":
            return None
        if name in TYPES or path == "typing":
            return name
        try:
            return self._function(name)  # a known function under a prefix that does not have it
        except KeyError:
            raise self.unknown(full, name) from None

    def unknown(self, shown: str, name: str) -> Trouble:
        """The problem that there is no such function."""
        near = None if name in ALONE else self._nearest(shown, name)
        hint = f"did you mean `{near}`?" if near else "the functions there are: GET /api/v1/ops"
        if name in ALONE:
            hint = "write the formula alone, or call .backward() on it: its gradients are worked out here"
        return Trouble("unknown_function", f"{shown[:60]}: there is no such function here", hint, fix=near)

    def has(self, name: str) -> bool:
        """Whether a plain name means something."""
        return name in self._top or name in self._special or name in self._classes or name in FUNCTIONS

    def _nearest(self, shown: str, name: str) -> str | None:
        """The spelling that looks most like it; with the same prefix, if it has that one."""
        prefix = shown[: len(shown) - len(name)]
        known = {each: each for each in self.all() if "." not in each}
        known |= {each.removeprefix(prefix): each for each in self.all() if each.startswith(prefix)}
        near = suggest(name, known)
        return known[near] if near else None

    def all(self) -> list[str]:
        """Every spelling of every function."""
        return [*FUNCTIONS, *self._special, *self._classes]

    def _function(self, name: str) -> Value:
        if name in self._classes:
            return self._classes[name]
        if name in self._special:
            return Function(name, self._special[name], special=True)
        return Function(name, FUNCTIONS[name])


CLASSES: Mapping[str, Value] = {
    **{f"torch.nn.{name}": each for name, each in LAYERS.items()},
    **{f"torch.optim.{name}": each for name, each in OPTIMISERS.items()},
    **{f"torch.optim.lr_scheduler.{name}": each for name, each in SCHEDULERS.items()},
    **{f"torch.utils.data.{name}": each for name, each in LOADERS.items()},
    "torch.Generator": GENERATOR,
    "object": OBJECT,
}
OWN: Mapping[str, Any] = {
    **SPECIAL, **RANDOM, **CHANCE, **JAX_RANDOM, **JAX_LOOPS, **DERIVATIVES, **FUNCTIONAL, **RECORDS,
    **{f"torch.nn.init.{name}": each for name, each in INITIALISERS.items()}, "torch.nn.Parameter": parameter,
}  # fmt: skip
NAMES = Names(OWN, CLASSES)
