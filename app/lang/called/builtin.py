"""Python's own functions, as far as programs of mathematics use them."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang import fold
from app.lang.display import concrete, inner
from app.lang.errors import Trouble
from app.lang.objects import CALLABLE, Instance, Klass
from app.lang.values import Function, ListNode, Number, Stopped, Value, is_number, kind, whole

Tracer = Any


def count_of(value: Value) -> int:
    """A whole number from whatever holds one; a named one is then a size, no input."""
    if isinstance(value, Number):
        value.was_size = True
    return whole(concrete(value))


def range_(t: Tracer, *limits: Value) -> range:
    """`range(stop)`, `range(start, stop, step)`."""
    return range(*(count_of(each) for each in limits))


def enumerate_(t: Tracer, values: Value, start: Value = 0) -> Value:
    """Elements with their numbers."""
    return counted(t, list(enumerate(counted(t, t.elements(values)), count_of(start))))


def zip_(t: Tracer, *several: Value, strict: Value = False) -> Value:
    """Elements side by side."""
    found = [t.elements(each) for each in several]
    if strict and len({len(each) for each in found}) > 1:
        raise ValueError("they have different lengths")
    count = min((len(each) for each in found), default=0)
    t.tick(count)
    return list(zip(*(each[:count] for each in found), strict=True))


def reversed_(t: Tracer, values: Value) -> Value:
    """Elements from the last to the first."""
    return counted(t, t.elements(values))[::-1]


def sorted_(t: Tracer, values: Value, key: Value = None, reverse: Value = False) -> Value:
    """Elements in order."""
    return t.in_order(t.elements(values), key, bool(reverse))


def map_(t: Tracer, function: Value, *several: Value) -> Value:
    """A function of every element."""
    return [t.applied(function, list(each), {}) for each in zip_(t, *several)]


def filter_(t: Tracer, function: Value, values: Value) -> Value:
    """The elements for which a function holds."""
    return [each for each in t.elements(values)
            if t.truth(each if function is None else t.applied(function, [each], {}))]  # fmt: skip


def any_(t: Tracer, x: Value, **options: Value) -> Value:
    """Whether one holds; of an array the op."""
    if isinstance(x, Node | np.ndarray | Stopped) or options:
        return t.call_named("any", [x], options)
    return any(t.truth(each) for each in t.elements(x))


def all_(t: Tracer, x: Value, **options: Value) -> Value:
    """Whether each holds; of an array the op."""
    if isinstance(x, Node | np.ndarray | Stopped) or options:
        return t.call_named("all", [x], options)
    return all(t.truth(each) for each in t.elements(x))


def list_(t: Tracer, values: Value = ()) -> Value:
    """Elements as a list of its own."""
    return list(counted(t, t.elements(values)))


def tuple_(t: Tracer, values: Value = ()) -> Value:
    """Elements as a tuple."""
    return tuple(counted(t, t.elements(values)))


def set_(t: Tracer, values: Value = ()) -> Value:
    """Elements, each once."""
    return {t.key(each) for each in counted(t, t.elements(values))}


def dict_(t: Tracer, values: Value = (), **options: Value) -> Value:
    """Keys and values."""
    if isinstance(values, dict):
        return {**counted(t, values), **options}
    return {t.key(key): value for key, value in map(t.elements, counted(t, t.elements(values)))} | options


def str_(t: Tracer, value: Value = "") -> str:
    """As it prints."""
    return str(t.meter.write(t.text(value)))


def repr_(t: Tracer, value: Value) -> str:
    """As it shows inside a list."""
    return str(t.meter.write(inner(concrete(t.printable(value)))))


def bool_(t: Tracer, value: Value = False) -> bool:
    """True or False."""
    return bool(t.truth(value))


def isinstance_(t: Tracer, value: Value, kinds: Value) -> bool:
    """Whether a value is of a kind, as a student's program asks."""
    several = kinds if isinstance(kinds, tuple | list) else (kinds,)
    return any(is_kind(value, each) for each in several)


def is_kind(value: Value, wanted: Value) -> bool:
    """The same of one kind."""
    if isinstance(wanted, Klass):
        return isinstance(value, Instance) and value.klass.is_a(wanted)
    if not isinstance(wanted, Function) and not isinstance(wanted, str):
        raise TypeError(f"{kind(wanted)} is no kind of value")
    name = (wanted if isinstance(wanted, str) else wanted.name).split(".")[-1]
    plain = value.exact if isinstance(value, Number) and not value.is_input else value
    found = {
        "int": isinstance(plain, int) and not isinstance(plain, bool), "float": isinstance(plain, float),
        "bool": isinstance(plain, bool), "str": isinstance(plain, str), "list": isinstance(plain, list | ListNode),
        "tuple": isinstance(plain, tuple), "dict": isinstance(plain, dict), "set": isinstance(plain, set),
        "range": isinstance(plain, range),
    }  # fmt: skip
    if name in found:
        if isinstance(value, Number) and name in ("int", "float"):
            return isinstance(value.exact, int if name == "int" else float)
        return found[name]
    if isinstance(value, ListNode):
        return False
    return isinstance(value, Node | Number | np.ndarray | Stopped)  # Value, ndarray, Tensor: what is in the graph


def callable_(t: Tracer, value: Value) -> bool:
    """Whether it can be applied."""
    return isinstance(value, CALLABLE) or (isinstance(value, Instance) and value.klass.find("__call__") is not Klass)


def type_(t: Tracer, value: Value) -> Value:
    """The class of an object."""
    if isinstance(value, Instance):
        return value.klass
    for name in ("bool", "int", "float", "str", "list", "tuple", "dict", "set"):
        if is_kind(value, name):
            return name
    return "array"


def getattr_(t: Tracer, value: Value, name: Value, *default: Value) -> Value:
    """An attribute of an object by its name."""
    if not isinstance(name, str):
        raise TypeError("the name must be a text")
    if default and isinstance(value, Instance) and not hasattr_(t, value, name):
        return default[0]
    return t.attribute_on(value, name, None)


def hasattr_(t: Tracer, value: Value, name: Value) -> bool:
    """Whether an object has an attribute."""
    if not isinstance(value, Instance) or not isinstance(name, str):
        raise TypeError("only objects of the program's classes can be asked")
    return name in value.attributes or value.klass.find(name) is not Klass


def setattr_(t: Tracer, value: Value, name: Value, new: Value) -> None:
    """Give an attribute of an object a value by its name."""
    if not isinstance(value, Instance) or not isinstance(name, str) or name.startswith("__"):
        raise TypeError("only attributes of objects can be set")
    value.attributes[name] = t.stored(new)


def divmod_(t: Tracer, a: Value, b: Value) -> Value:
    """Quotient and remainder."""
    if is_number(a) and is_number(b):
        return fold.binary(ast.FloorDiv, a, b), fold.binary(ast.Mod, a, b)
    return t.arithmetic("floor_divide", a, b), t.arithmetic("mod", a, b)


def abs_(t: Tracer, x: Value) -> Value:
    """The size of a number; of what is in the graph the op."""
    if isinstance(x, Instance):
        return t.asked(x, "__abs__")
    return fold.number(abs(x)) if is_number(x) else t.call_named("abs", [x], {})


def pow_(t: Tracer, base: Value, exp: Value) -> Value:
    """`base**exp`."""
    return fold.power(base, exp) if is_number(base) and is_number(exp) else t.arithmetic("pow", base, exp)


def round_(t: Tracer, number: Value, ndigits: Value = None, **options: Value) -> Value:
    """To so many digits, to a whole number without."""
    if is_number(number) and math.isfinite(number):
        return round(number) if ndigits is None else fold.number(round(float(number), count_of(ndigits)))
    digits = {} if ndigits is None else {"decimals": ndigits}
    return t.call_named("round", [number], digits | options)


def id_(t: Tracer, value: Value) -> Value:
    """No memory address is shown."""
    raise Trouble("forbidden", "id: addresses are not shown here", "compare with `is`")


def super_(t: Tracer, klass: Value = None, receiver: Value = None) -> Value:
    """The methods of the base class."""
    return t.above(klass, receiver)


def counted(t: Tracer, values: Any) -> Any:
    """The same, counted."""
    t.tick(len(values))
    return values


BUILTINS: Mapping[str, Callable[..., Any]] = {
    "range": range_, "enumerate": enumerate_, "zip": zip_, "reversed": reversed_, "sorted": sorted_, "map": map_,
    "filter": filter_, "any": any_, "all": all_, "list": list_, "tuple": tuple_, "set": set_, "dict": dict_,
    "str": str_, "repr": repr_, "bool": bool_, "isinstance": isinstance_, "callable": callable_, "type": type_,
    "getattr": getattr_, "hasattr": hasattr_, "setattr": setattr_, "divmod": divmod_,
    "abs": abs_, "pow": pow_, "round": round_, "id": id_, "super": super_,
    "iter": list_,
}  # fmt: skip
"""By name."""
