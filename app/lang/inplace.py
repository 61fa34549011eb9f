"""PyTorch's methods that change a value in place: `w.data.sub_(lr * w.grad)`, `w.grad.zero_()`."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.errors import Trouble
from app.lang.objects import special
from app.lang.values import Function, Number, Slope, Stopped, Value, kind

Tracer = Any
Work = Callable[..., Value]


def by(op: str) -> Work:
    """`x.add_(y, alpha=a)` is `x + a·y`."""
    def work(t: Tracer, value: Value, other: Value, alpha: Value = None) -> Value:
        return t.arithmetic(op, value, other if alpha is None else t.arithmetic("mul", alpha, other))
    return work


def filled(t: Tracer, value: Value, number: Value = 0.0) -> Value:
    """`x.fill_(c)`, `x.zero_()`."""
    return t.call_named("broadcast_to", [number, t.node(value).shape], {}) if t.node(value).shape else number


def copied(t: Tracer, value: Value, other: Value) -> Value:
    """`x.copy_(y)`."""
    return other


def clamped(t: Tracer, value: Value, *limits: Value, **options: Value) -> Value:
    """`x.clamp_(low, high)`."""
    return t.call_named("clip", [value, *limits], options)


def drawn(low: Value, high: Value) -> Work:
    """`x.uniform_(a, b)`."""
    def work(t: Tracer, value: Value, a: Value = low, b: Value = high) -> Value:
        return t.draws.torch.uniform(float(t.plain(a)), float(t.plain(b)), t.node(value).shape or None)
    return work


def normal(t: Tracer, value: Value, mean: Value = 0.0, std: Value = 1.0) -> Value:
    """`x.normal_(mean, std)`."""
    return float(t.plain(mean)) + float(t.plain(std)) * t.draws.torch.normal(t.node(value).shape or None)


INPLACE: Mapping[str, Work] = {
    "add_": by("add"), "sub_": by("sub"), "mul_": by("mul"), "div_": by("div"), "zero_": filled, "fill_": filled,
    "copy_": copied, "clamp_": clamped, "clip_": clamped, "uniform_": drawn(0.0, 1.0), "normal_": normal,
}  # fmt: skip
"""By name."""


def in_place_method(value: Value, name: str) -> Function:
    """The method of a value: what it computes takes the value's place."""
    work = INPLACE[name]
    if isinstance(value, Stopped) and isinstance(value.value, Slope):
        value = value.value  # x.grad.data

    def change(t: Tracer, *arguments: Value, **options: Value) -> Value:
        inner = value.value if isinstance(value, Stopped) else value
        cuts = t.no_grad or isinstance(value, Stopped | Slope)
        t.updating += bool(cuts)
        new = work(t, inner, *arguments, **options)
        t.updating -= bool(cuts)
        if isinstance(value, Slope):
            t.set_gradient(value.owner, new if isinstance(new, np.ndarray) else t.node(new))
        elif isinstance(inner, Node | Number) and cuts:
            t.move(inner, new)
        elif isinstance(inner, Node) or (isinstance(inner, Number) and inner.is_array):
            t.replace(inner, new, None)
        else:
            raise Trouble("bad_argument", f"{name}: {kind(value)} cannot change in place",
                          f"write x = x.{name[:-1]}(…)")  # fmt: skip
        return value

    return special(name, change)
