"""What stands behind a dot: attributes and methods of the tracer's own values, and of nothing else."""

from typing import Any

import numpy as np

from app.engine.graph import Node
from app.engine.ops import FUNCTIONS, METHODS
from app.lang.at import At, method_of
from app.lang.chances.generators import Generator, plain
from app.lang.display import concrete
from app.lang.errors import Trouble, refuse_underscores, suggest
from app.lang.inplace import INPLACE, in_place_method
from app.lang.operate import Workshop
from app.lang.values import Function, Module, Number, Size, Slope, Stopped, Value, is_number, kind, whole

OF_NUMBERS = (Node, Number, Stopped, np.ndarray)
"""Types of what has the methods of an array."""
SAME = frozenset({"float", "double", "to", "cpu", "contiguous", "type"})
"""Methods of PyTorch's tensors that give the very value, or a copy where they change its type or order in memory."""
COPIES = frozenset({"clone", "copy", "astype"})
"""Methods that give the same numbers in memory of their own."""
SAME_OF_SLOPES = ("shape", "ndim", "size", "item", "numpy", "data", "detach", "tolist", "clone", "copy")
"""What is asked of a gradient without calculating with it."""
SPREADS = ("std", "var")
"""Methods that divide by n at NumPy's arrays and by n − 1 at PyTorch's tensors."""
DIVISORS = frozenset({"correction", "unbiased", "ddof"})
ATTRIBUTES = ("T", "mT", "shape", "ndim", "size", "data", "grad", "backward", "item", "detach", "numpy", "tolist")


def member(t: Workshop, value: Value, name: str) -> Value:
    """What `value.name` is.  Raises Trouble."""
    refuse_underscores(name)
    if isinstance(value, Module):
        return t.inside(value.path, name)
    if isinstance(value, At):
        return method_of(value, name)
    if isinstance(value, Generator):
        return _of_generator(value, name)
    if name in INPLACE and isinstance(value, Node | Number | Stopped | Slope):
        return in_place_method(value, name)
    if isinstance(value, Slope):
        value = Stopped(value) if name in SAME_OF_SLOPES else t.node(value)
    if not (isinstance(value, OF_NUMBERS) or is_number(value)):
        hint = "write f'{x:.2f}'" if isinstance(value, str) else "leave it out"
        raise Trouble("bad_argument", f"{name[:40]}: {kind(value)} has nothing of this name", hint)
    if isinstance(value, Stopped) and name not in SAME_OF_SLOPES and name not in SAME:
        value = t.node(value)
    own = OWN.get(name)
    if own is not None:
        return own(t, value)
    if name in COPIES:
        return Function(name, lambda t, *_, **__: t.copied(value), special=True)
    if name in SAME:
        return Function(name, lambda t, *kinds, **options: t.converted(name, value, (*kinds, *options.values())),
                        special=True)  # fmt: skip
    if name in METHODS:
        return Function(name, METHODS[name], receiver=value, is_method=True)
    near = suggest(name, [*METHODS, *ATTRIBUTES])
    raise Trouble(
        "unknown_function", f".{name[:40]}: values have no method or attribute of this name",
        f"did you mean `.{near}`?" if near else "write it as a function of the value",
    )  # fmt: skip


def spread_of_tensor(value: Value, name: str) -> Function:
    """`x.std` of PyTorch's tensors; a note says so where the program leaves the divisor open."""
    method = Function(name, FUNCTIONS[f"torch.{name}"], receiver=value, is_method=True)

    def call(t: Any, *arguments: Value, **options: Value) -> Value:
        told = len(arguments) > 1 or isinstance(next(iter(arguments), None), bool) or not DIVISORS.isdisjoint(options)
        if not told:
            t.remark("correction", f"{name}: divided by n − 1, as PyTorch's tensors do; write correction=0 for NumPy's")
        return t.apply(method, [value, *arguments], options)

    return Function(name, call, special=True)


def _of_generator(generator: Generator, name: str) -> Function:
    if name not in generator.methods:
        near = suggest(name, generator.methods)
        raise Trouble(
            "unknown_function", f".{name[:40]}: generators have no method of this name here",
            f"did you mean `.{near}`?" if near else f"there are {', '.join(generator.methods)}",
        )  # fmt: skip

    def draw(_t: Any, *arguments: Any, **options: Any) -> Any:
        return generator.draw(name, *map(plain, arguments), **{key: plain(each) for key, each in options.items()})

    return Function(f"rng.{name}", draw, special=True)


def _shape(t: Any, value: Value) -> tuple[int, ...]:
    return tuple(np.shape(concrete(value)))


def _transposed(t: Any, value: Value) -> Value:
    return t.apply(Function("transpose", METHODS["transpose"], receiver=value, is_method=True), [value], {})


def _last_two(t: Any, value: Value) -> Value:
    n = len(_shape(t, value))
    return t.apply(Function("swapaxes", METHODS["swapaxes"]), [value, n - 2, n - 1], {})


def _method(name: str, work: Any) -> Any:
    """A method of the language's own: looked up now, called later."""
    return lambda t, value: Function(name, lambda _t, *a, **k: work(t, value, *a, **k), special=True)


def _size(t: Any, value: Value) -> Value:
    """`x.size` is a number in NumPy, `x.size()` and `x.size(0)` are PyTorch's shape."""
    def size(_t: Any, dim: Value = None) -> Value:
        return Size(_shape(t, value)) if dim is None else _shape(t, value)[whole(dim)]

    return Function("size", size, special=True, receiver=int(np.size(concrete(value))))


def _backward(t: Any, value: Value, gradient: Value = None, *_: Any, **__: Any) -> None:
    t.go_backward(t.node(value), gradient)


def _item(t: Any, value: Value) -> Value:
    """The one number of an array, cut from the graph."""
    form = _shape(t, value)
    if int(np.prod(form)) != 1:
        raise Trouble("bad_argument", f"item: the array has shape {form}, it must hold one number",
                      "take an element, x[0], or .data for the whole array")  # fmt: skip
    inner = value.value if isinstance(value, Stopped) else value
    return Stopped(t.call_named("reshape", [inner, ()], {}) if form else t.snapshot(inner))


def _to_list(t: Any, value: Value) -> Value:
    plain = np.asarray(concrete(value))
    t.meter.take(plain.size)
    return plain.tolist()


def _transpose_of_two(t: Any, value: Value) -> Value:
    return _transposed(t, value)


OWN: dict[str, Any] = {
    "T": _transposed,
    "at": lambda t, value: At(value),
    "mT": _last_two,
    "shape": _shape,
    "ndim": lambda t, value: len(_shape(t, value)),
    "dim": _method("dim", lambda t, value: len(_shape(t, value))),
    "numel": _method("numel", lambda t, value: int(np.size(concrete(value)))),
    "size": _size,
    "t": _method("t", _transpose_of_two),
    "data": lambda t, value: value if isinstance(value, Stopped) else t.data_of(value),
    "detach": _method("detach", lambda t, value: value if isinstance(value, Stopped) else Stopped(value)),
    "numpy": _method("numpy", lambda t, value: value if isinstance(value, Stopped) else Stopped(value)),
    "item": _method("item", _item),
    "tolist": _method("tolist", _to_list),
    "requires_grad": lambda t, value: t.has_gradient(value),
    "requires_grad_": _method("requires_grad_", lambda t, value, requires_grad=True: t.require(value, requires_grad)),
    "is_leaf": lambda t, value: isinstance(value, Stopped) or t.is_leaf(value),
    "nelement": _method("nelement", lambda t, value: int(np.size(concrete(value)))),
    "device": lambda t, value: "cpu",
    "grad": lambda t, value: t.gradient_of(value),
    "retain_grad": _method("retain_grad", lambda t, value: None),
    "backward": _method("backward", _backward),
}
"""Attributes and methods that are no ops."""
