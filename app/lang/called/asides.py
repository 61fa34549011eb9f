"""What stands beside the mathematics of a program: tests of numbers, settings, questions about the machine."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.lang.called.builtin import BUILTINS
from app.lang.display import concrete
from app.lang.values import Value

Tracer = Any


def alike(test: Callable[..., Any]) -> Callable[..., Any]:
    """`np.allclose`, `np.array_equal`: a test of the numbers, outside the graph."""
    def work(t: Tracer, a: Value, b: Value, rtol: Value = 1e-5, atol: Value = 1e-8, equal_nan: Value = False) -> Value:
        settings = {} if test is np.array_equal else {"rtol": float(concrete(rtol)), "atol": float(concrete(atol))}
        return test(t.plain(a), t.plain(b), equal_nan=t.truth(equal_nan), **settings)
    return work


def order(t: Tracer, a: Value, axis: Value = -1, descending: Value = False, **_: Value) -> Value:
    """`np.argsort`: the places of the numbers in order, ties in the order in which they stand."""
    plain = np.asarray(t.plain(a))
    return np.argsort(-plain if t.truth(descending) else plain, axis=int(concrete(axis)), kind="stable")


def nothing(t: Tracer, *_: Value, **__: Value) -> None:
    """What only says how numbers are printed, or of which type they are."""


def absent(t: Tracer, *_: Value) -> bool:
    """`torch.cuda.is_available()`: there is nothing but the processor."""
    return False


def device(t: Tracer, name: Value = "cpu", *_: Value) -> Value:
    """`torch.device("cpu")`."""
    return name


ASIDES: Mapping[str, Callable[..., Any]] = (
    dict.fromkeys(("np.allclose", "jnp.allclose", "torch.allclose"), alike(np.allclose))
    | dict.fromkeys(("np.isclose", "jnp.isclose", "torch.isclose"), alike(np.isclose))
    | dict.fromkeys(("np.array_equal", "jnp.array_equal", "torch.equal"), alike(np.array_equal))
    | dict.fromkeys(("np.argsort", "jnp.argsort"), order)
    | {"torch.argsort": lambda t, input, dim=-1, descending=False, **_: order(t, input, dim, descending)}
    | dict.fromkeys((
        "np.set_printoptions", "torch.set_printoptions", "torch.set_default_dtype", "jax.config.update",
        "torch.cuda.manual_seed", "torch.cuda.manual_seed_all", "torch.use_deterministic_algorithms",
    ), nothing)
    | {"torch.cuda.is_available": absent, "torch.backends.mps.is_available": absent, "torch.device": device,
       "collections.OrderedDict": BUILTINS["dict"]}
)  # fmt: skip
"""By name."""
