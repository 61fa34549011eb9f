"""How values print, in `print(...)` and in f-strings: as Python and NumPy print them."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.errors import Trouble
from app.lang.limits import LIMITS
from app.lang.values import Number, Size, Slope, Stopped, Value, kind


def concrete(value: Value) -> Any:
    """What stands behind a value: a Python number, an array, a text, or lists of them."""
    if isinstance(value, list | tuple):
        return type(value)(concrete(each) for each in value)
    if isinstance(value, dict):
        return {key: concrete(each) for key, each in value.items()}
    if isinstance(value, Slope):
        return value.t.number_of(value)
    if isinstance(value, Stopped):
        return concrete(value.value)
    if isinstance(value, Number):
        return value.exact
    if isinstance(value, Node):
        value = value.value
    if isinstance(value, float):
        return float(value)
    return value.item() if isinstance(value, np.generic) else value


def text(value: Value) -> str:
    """As `print` shows it."""
    plain = concrete(value)
    if isinstance(plain, str):
        return plain
    return inner(plain)


def inner(plain: Any) -> str:
    """As it shows inside a list: texts in quotes."""
    if isinstance(plain, list):
        return f"[{', '.join(inner(each) for each in plain)}]"
    if isinstance(plain, Size):
        return f"torch.Size([{', '.join(map(inner, plain))}])"
    if isinstance(plain, tuple):
        return f"({', '.join(inner(each) for each in plain)}{',' if len(plain) == 1 else ''})"
    if isinstance(plain, dict):
        return f"{{{', '.join(f'{inner(concrete(key))}: {inner(each)}' for key, each in plain.items())}}}"
    if isinstance(plain, set):
        return f"{{{', '.join(inner(concrete(each)) for each in plain)}}}" if plain else "set()"
    if plain is not None and not isinstance(plain, int | float | str | np.ndarray | range | slice):
        return f"<{kind(plain)}>"
    return str(plain) if isinstance(plain, np.ndarray) else repr(plain)


def formatted(value: Value, conversion: int, spec: str) -> str:
    """One `{value!conversion:spec}` of an f-string.  Raises Trouble."""
    plain = concrete(value)
    if any(int(width) > LIMITS.format_width for width in re.findall(r"\d+", spec)):
        raise Trouble("too_large", f"f-string: the width in {spec[:20]!r} is more than {LIMITS.format_width}",
                      "take a smaller one")  # fmt: skip
    convert: Callable[[Any], str] | None = {ord("r"): inner, ord("a"): inner, ord("s"): text}.get(conversion)
    if convert is not None:
        plain = convert(plain)
    if not spec:
        return text(plain)
    try:
        return format(plain, spec)
    except (ValueError, TypeError):
        raise Trouble(
            "bad_argument", f"f-string: {kind(value)} cannot be shown as {spec[:20]!r}", "write {x} or {x:.4f}"
        ) from None
