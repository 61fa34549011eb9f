"""Numbers on the wire: strict on the way in, exact on the way out, non-finite ones as three strings both ways."""

from collections.abc import Iterable
from itertools import chain, takewhile
from math import isfinite, prod
from typing import Annotated, Any

import numpy as np
from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

NON_FINITE = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}
MAX_RANK = 32
"""NumPy itself goes to 64; nothing a person writes goes near this."""

NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "enum": list(NON_FINITE)}]}
TENSOR_SCHEMA = {
    "description": "A number, or nested lists of numbers of one shape. Non-finite: `NaN`, `Infinity`, `-Infinity`.",
    "anyOf": [*NUMBER_SCHEMA["anyOf"], {"type": "array", "items": {}}],
}


def _refuse(code: str, message: str) -> PydanticCustomError:
    # The message is a template for Pydantic: braces in what a client sent must not be read as its fields.
    return PydanticCustomError(code, "{message}", {"message": message})


def _number(value: Any) -> float | int:
    """One JSON number, or one of the three strings. Booleans are not numbers here."""
    if type(value) is float or type(value) is int:
        return value
    if isinstance(value, str) and value in NON_FINITE:
        return NON_FINITE[value]
    raise _refuse("number", f"is {_shortly(value)}, must be a number or one of {', '.join(NON_FINITE)}")


def _shortly(value: Any) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    text = "null" if value is None else text
    return text if len(text) <= 40 else f"{text[:37]}…"


def tensor_from_json(value: Any) -> Any:
    """A Python number for a number, a float64 array for nested lists; iterative, so that no depth can break it.

    Raises PydanticCustomError `number` (an element is not a number) or `ragged` (the lists have no common shape).
    """
    if not isinstance(value, list):
        return _number(value)
    shape, level = [len(value)], value
    while level and isinstance(level[0], list):
        lengths = {len(row) if isinstance(row, list) else None for row in level}
        if len(lengths) > 1:
            raise _refuse("ragged", f"has rows of different lengths at depth {len(shape)}, must have one shape")
        shape.append(lengths.pop() or 0)
        if len(shape) > MAX_RANK:
            raise _refuse("ragged", f"is nested deeper than {MAX_RANK} lists, must be at most that deep")
        level = list(chain.from_iterable(level))
    return np.array([_number(each) for each in level], dtype=np.float64).reshape(shape)


Tensor = Annotated[Any, PlainValidator(tensor_from_json), WithJsonSchema(TENSOR_SCHEMA)]
"""A field that takes a number or nested lists of numbers."""


def number_to_json(value: float) -> float | str:
    """The number itself, or its name where JSON has no number for it."""
    if isfinite(value):
        return value
    return "NaN" if value != value else ("Infinity" if value > 0 else "-Infinity")


def numbers_to_json(values: Iterable[float]) -> list[float | str]:
    """`number_to_json` over a flat run of numbers."""
    return [number_to_json(value) for value in values]


def summary(array: np.ndarray) -> dict[str, Any]:
    """What stands for an array that is too large to send; the statistics are over its finite elements (else null)."""
    finite = array[np.isfinite(array)]
    some = finite.size > 0
    with np.errstate(over="ignore"):
        mean, norm = (finite.mean(), np.sqrt(np.square(finite).sum())) if some else (None, None)
    return {
        "shape": list(array.shape),
        "min": float(finite.min()) if some else None,
        "max": float(finite.max()) if some else None,
        "mean": None if mean is None else number_to_json(float(mean)),
        "norm": None if norm is None else number_to_json(float(norm)),
        "nans": int(np.isnan(array).sum()),
        "infs": int(np.isinf(array).sum()),
        "truncated": True,
    }


def is_large(array: np.ndarray, max_elements: int) -> bool:
    """Whether an array is sent as its statistics. One without elements counts the empty lists that it would be."""
    return bool((array.size or prod(takewhile(bool, array.shape))) > max_elements)


def tensor_to_json(value: Any, max_elements: int) -> Any:
    """A number, nested lists, or the summary of an array above `max_elements`; `None` stays null.

    A finite array is handed on as it is: the encoder writes it without a Python object per element.
    """
    if value is None or isinstance(value, float):
        return value if value is None else number_to_json(value)
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0:
        return number_to_json(float(array))
    if is_large(array, max_elements):
        return summary(array)
    if np.isfinite(array).all():
        return np.ascontiguousarray(array)
    return _nest(numbers_to_json(array.ravel().tolist()), array.shape)


def _nest(flat: list[Any], shape: tuple[int, ...]) -> list[Any]:
    """Row-major `flat` as nested lists of `shape`."""
    for length in reversed(shape[1:]):
        flat = [flat[start : start + length] for start in range(0, len(flat), length)]
    return flat
