"""The language's own functions: what makes arrays, what Python itself brings, and `Value` and `print`.

Each takes the tracer first; arguments arrive as they were evaluated, not yet as operands.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.called.asides import ASIDES
from app.lang.called.builtin import BUILTINS
from app.lang.chances.generators import size_of
from app.lang.display import concrete
from app.lang.objects import Instance
from app.lang.values import Fresh, Number, Slope, Stopped, Value, in_graph, is_number, leaves, whole

Tracer = Any
"""`tracer.Tracer`, which imports this file."""


# ── arrays ──────────────────────────────────────────────────────────────────────────────────────────────
def array(t: Tracer, object: Value, dtype: Any = None, **_: Any) -> Value:
    """`np.array`, `torch.tensor`: numbers as an array; what is in the graph is stacked."""
    return t.snapshot(object) if isinstance(object, Node) else t.as_array(object)


def tensor(t: Tracer, data: Value, dtype: Any = None, **_: Any) -> Value:
    """`torch.tensor`: a copy, through which no gradient passes to a parameter."""
    found = array(t, data)
    return Stopped(found) if isinstance(found, Node | Number) and t.reaches_trained(found) else found


def same_array(t: Tracer, object: Value, dtype: Any = None, **options: Any) -> Value:
    """`np.asarray`, `torch.as_tensor`: the very array; where a type is asked for, perhaps a copy."""
    if isinstance(object, Stopped):
        return object
    if not isinstance(object, Node) or t.is_listed(object):
        return array(t, object)
    return object if dtype is None else t.converted("type", object, (dtype,))


def filled(number: float) -> Callable[..., Any]:
    """`zeros` and `ones`: the shape as a tuple, or PyTorch's way as several numbers."""

    def make(t: Tracer, *sizes: Value, shape: Value = None, size: Value = None, dtype: Any = None) -> Value:
        given = size if shape is None else shape
        form = sizes if len(sizes) > 1 and all(map(is_size, sizes)) else (sizes[0] if sizes else given)
        return np.full(size_of(form_of(t, form), t.budget) or (), number)

    return make


def full(t: Tracer, shape: Value, fill_value: Value, dtype: Any = None) -> Value:
    """`full(shape, number)`; a number from the graph is repeated there."""
    form = size_of(form_of(t, shape), t.budget) or ()
    if in_graph(fill_value):
        return t.call_named("broadcast_to", [fill_value, form], {})
    return np.full(form, concrete(fill_value))


def like(number: float | None) -> Callable[..., Any]:
    """`zeros_like`, `ones_like`, `full_like`."""

    def make(t: Tracer, x: Value, fill_value: Value = None, dtype: Any = None) -> Value:
        return full(t, np.shape(concrete(x)), number if number is not None else fill_value)

    return make


def eye(t: Tracer, n: Value, m: Value = None, dtype: Any = None) -> Value:
    """The identity matrix."""
    rows, columns = size_of((n, n if m is None else m), t.budget) or (1, 1)
    return np.eye(rows, columns)


def arange(t: Tracer, *limits: Value, dtype: Any = None) -> Value:
    """`arange(stop)`, `arange(start, stop, step)`."""
    numbers = [float(concrete(each)) for each in limits]
    start, stop, step = (0.0, *numbers, 1.0) if len(numbers) == 1 else (*numbers, 1.0)[:3]
    if step == 0 or not np.isfinite([start, stop, step]).all():
        raise TypeError("start, stop and step must be finite, and step not 0")
    count = max(0, int(np.ceil((stop - start) / step)))
    size_of(count, t.budget)
    return start + step * np.arange(count)


def linspace(t: Tracer, start: Value, stop: Value, num: Value = 50, dtype: Any = None, steps: Value = None) -> Value:
    """`num` numbers from start to stop, both included."""
    (count,) = size_of(num if steps is None else steps, t.budget) or (1,)
    return np.linspace(float(concrete(start)), float(concrete(stop)), count)


def is_size(value: Value) -> bool:
    """Whether it can be one of several sizes."""
    return is_number(value) or isinstance(value, Number) or (isinstance(value, Node) and not value.shape)


def form_of(t: Tracer, value: Value) -> Any:
    """A shape from whatever spells it: nodes count by their value."""
    for each in leaves(value):
        if isinstance(each, Number):
            each.was_size = True
        elif isinstance(each, Node):
            t.counted.add(each.id)
    return concrete(value) if isinstance(value, Node | list | tuple | np.ndarray) else value


# ── Python's own ────────────────────────────────────────────────────────────────────────────────────────
def value_object(t: Tracer, data: Value, _children: Any = (), _op: Any = "", label: Any = "") -> Value:
    """micrograd's `Value(2.0)`: a scalar of its own."""
    plain = concrete(data)
    if in_graph(data) or not is_number(plain):
        return data
    return Fresh(plain) if t.frame is t.top and not t.looping else t.trained(float(plain))


def print_line(t: Tracer, *values: Value, sep: Value = None, end: Value = None, **_: Any) -> None:
    """`print`: a line of the reply's `printed`; without a newline at its end the next one goes on in it."""
    between, last = " " if sep is None else t.text(sep), "\n" if end is None else t.text(end)
    line = between.join(t.meter.write(t.text(each)) for each in values) + t.meter.write(last)
    before = t.printed.pop() if t.line_is_open else ""
    t.line_is_open = not line.endswith("\n")
    t.printed.append(before + line.removesuffix("\n"))


def add_up(t: Tracer, x: Value, *rest: Value, **options: Value) -> Value:
    """Python's `sum` of a list, one after the other; of an array the op."""
    if not isinstance(x, Node | Number | Stopped | Slope | np.ndarray) and not options.keys() - {"start"}:
        values = [*rest, *options.values(), *t.elements(x)]
        return reduce(lambda a, b: t.added(a, b), values) if values else 0
    return t.call_named("sum", [x, *rest], options)


def pick(pairwise: str, whole_array: str) -> Callable[..., Any]:
    """Python's `max` and `min`: of several values or of a list pairwise, of an array the op."""

    def choose(t: Tracer, *values: Value, **options: Value) -> Value:
        if len(values) == 1 and not isinstance(values[0], Node | Number | Stopped | Slope | np.ndarray):
            values = tuple(t.elements(values[0]))
            if not values:
                if "default" not in options:
                    raise ValueError("there is nothing to choose from")
                return options["default"]
            if len(values) == 1 and not options.keys() - {"key", "default"}:
                return values[0]
        key = options.pop("key", None)
        options.pop("default", None)
        several = values
        if key is not None:
            return t.in_order(several, key, False)[-1 if pairwise == "maximum" else 0]
        if len(several) > 1 and not options:
            plain = [concrete(each) for each in several]
            if not in_graph(several) and all(map(is_number, plain)):
                return (max if pairwise == "maximum" else min)(plain)
            if all(isinstance(each, str | list | tuple) for each in several):
                return (max if pairwise == "maximum" else min)(plain)
            return reduce(lambda a, b: t.call_named(pairwise, [a, b], {}), several)
        return t.call_named(whole_array, list(values), options)

    return choose


def length(t: Tracer, x: Value) -> Value:
    """`len`: of a list, or along an array's first axis."""
    if isinstance(x, str | list | tuple | dict | set | range):
        return len(x)
    if isinstance(x, Instance):
        return t.count(t.asked(x, "__len__"))
    if isinstance(x, Node):
        t.counted.add(x.id)
    form = np.shape(concrete(x))
    if not form:
        raise TypeError("a single number has no length")
    return form[0]


def to_float(t: Tracer, x: Value = 0.0) -> Value:
    """`float`: the number alone, outside the graph."""
    plain = t.asked(x, "__float__") if isinstance(x, Instance) else concrete(x)
    return float(plain.item() if isinstance(plain, np.ndarray) else plain)


def to_int(t: Tracer, x: Value = 0) -> Value:
    """`int`: the number cut to a whole one, outside the graph."""
    plain = concrete(x)
    if isinstance(plain, int | str):
        return int(plain) if isinstance(plain, int) or len(plain) < 20 else None
    plain = to_float(t, x)
    if not np.isfinite(plain):
        raise TypeError(f"{plain} is not a whole number")
    return whole(np.trunc(plain))


def detach(t: Tracer, x: Value) -> Value:
    """`stop_gradient`: the value without its gradient."""
    return Stopped(x)


def cast(t: Tracer, x: Value, **_: Any) -> Value:
    """`np.float64(x)` and its like: every number is a float64 already."""
    return x


SPECIAL: Mapping[str, Callable[..., Any]] = (
    dict.fromkeys((
        "np.array", "np.copy", "jnp.array", "jnp.copy", "array",
    ), array)
    | dict.fromkeys(("torch.tensor", "torch.Tensor", "torch.FloatTensor", "torch.LongTensor", "tensor"), tensor)
    | dict.fromkeys(("np.asarray", "jnp.asarray", "torch.as_tensor", "torch.from_numpy"), same_array)
    | {f"{prefix}{name}": make for prefix in ("np.", "jnp.", "torch.", "") for name, make in (
        ("zeros", filled(0.0)), ("ones", filled(1.0)), ("empty", filled(0.0)), ("full", full), ("eye", eye),
        ("arange", arange), ("linspace", linspace), ("zeros_like", like(0.0)), ("empty_like", like(0.0)),
        ("ones_like", like(1.0)), ("full_like", like(None)),
    )}
    | {"np.identity": eye, "jnp.identity": eye, "identity": eye}
    | {"np.float64": cast, "np.float32": cast, "jnp.float32": cast, "jnp.float64": cast}
    | {"Value": value_object, "micrograd.engine.Value": value_object, "print": print_line, "sum": add_up,
       "max": pick("maximum", "amax"), "min": pick("minimum", "amin"), "len": length, "float": to_float, "int": to_int,
       **BUILTINS, **ASIDES, "jax.lax.stop_gradient": detach, "stop_gradient": detach, "detach": detach}
)  # fmt: skip
"""By every spelling."""
