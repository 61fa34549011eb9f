"""`torch.nn.init`: first numbers for parameters, changed in place without a gradient.

Sources: X. Glorot & Y. Bengio, 2010 (Xavier); K. He et al., 2015 (Kaiming).  Uniform numbers are PyTorch's own.
"""

from collections.abc import Callable, Mapping
from math import prod, sqrt
from typing import Any

import numpy as np

from app.lang.display import concrete
from app.lang.values import Number, Stopped, Value

Tracer = Any
GAINS: Mapping[str, float] = {
    "linear": 1.0, "conv1d": 1.0, "conv2d": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": sqrt(2.0), "selu": 3 / 4,
}  # fmt: skip
"""Factor for the numbers before an activation."""


def gain_of(nonlinearity: Value, param: Value = None) -> float:
    """`calculate_gain`.  Raises ValueError."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else float(concrete(param))
        return sqrt(2 / (1 + slope * slope))
    if nonlinearity not in GAINS:
        raise ValueError(f"the nonlinearity must be one of leaky_relu, {', '.join(GAINS)}")
    return GAINS[nonlinearity]


def fans(form: tuple[int, ...]) -> tuple[int, int]:
    """How many numbers come in and go out for each number.  Raises ValueError."""
    if len(form) < 2:
        raise ValueError(f"the tensor is {form}, it must have two axes or more")
    field = prod(form[2:])
    return form[1] * field, form[0] * field


def form_of(tensor: Value) -> tuple[int, ...]:
    """The shape of a parameter."""
    return () if isinstance(tensor, Number) else tuple(np.shape(concrete(tensor)))


def put(t: Tracer, tensor: Value, numbers: Any) -> Value:
    """Give a parameter its numbers; gives it back."""
    t.move(tensor.value if isinstance(tensor, Stopped) else tensor, numbers)
    return tensor


def uniform(t: Tracer, tensor: Value, a: Value = 0.0, b: Value = 1.0, generator: Value = None) -> Value:
    """`uniform_`: from a to b."""
    return put(t, tensor, t.draws.torch.uniform(float(concrete(a)), float(concrete(b)), form_of(tensor) or None))


def normal(t: Tracer, tensor: Value, mean: Value = 0.0, std: Value = 1.0, generator: Value = None) -> Value:
    """`normal_`."""
    return put(t, tensor, float(concrete(mean)) + float(concrete(std)) * t.draws.torch.normal(form_of(tensor) or None))


def constant(t: Tracer, tensor: Value, val: Value) -> Value:
    """`constant_`."""
    return put(t, tensor, np.full(form_of(tensor), float(concrete(val)))[()])


def identity(t: Tracer, tensor: Value) -> Value:
    """`eye_`.  Raises ValueError for anything but a matrix."""
    rows, columns = form_of(tensor)
    return put(t, tensor, np.eye(rows, columns))


def xavier(draw: Callable[..., Value], factor: float) -> Callable[..., Value]:
    """`xavier_uniform_`, `xavier_normal_`: variance 2 / (in + out)."""
    def work(t: Tracer, tensor: Value, gain: Value = 1.0, generator: Value = None) -> Value:
        width = factor * float(concrete(gain)) * sqrt(2 / sum(fans(form_of(tensor))))
        return draw(t, tensor, -width if factor > 1 else 0.0, width)
    return work


def kaiming(draw: Callable[..., Value], factor: float) -> Callable[..., Value]:
    """`kaiming_uniform_`, `kaiming_normal_`: variance gain² / in."""
    def work(t: Tracer, tensor: Value, a: Value = 0, mode: Value = "fan_in", nonlinearity: Value = "leaky_relu",
             generator: Value = None) -> Value:  # fmt: skip
        if mode not in ("fan_in", "fan_out"):
            raise ValueError("mode must be 'fan_in' or 'fan_out'")
        width = factor * gain_of(nonlinearity, a) / sqrt(fans(form_of(tensor))[mode == "fan_out"])
        return draw(t, tensor, -width if factor > 1 else 0.0, width)
    return work


WIDE = sqrt(3.0)
"""A uniform distribution from -√3 to √3 has variance 1."""
INITIALISERS: Mapping[str, Callable[..., Any]] = {
    "uniform_": uniform, "normal_": normal, "constant_": constant,
    "zeros_": lambda t, tensor: constant(t, tensor, 0.0), "ones_": lambda t, tensor: constant(t, tensor, 1.0),
    "eye_": identity,
    "xavier_uniform_": xavier(uniform, WIDE), "xavier_normal_": xavier(normal, 1.0),
    "kaiming_uniform_": kaiming(uniform, WIDE), "kaiming_normal_": kaiming(normal, 1.0),
    "calculate_gain": lambda t, nonlinearity, param=None: gain_of(nonlinearity, param),
}  # fmt: skip
"""By name."""
