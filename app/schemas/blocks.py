"""Arrays by name on the wire: as nested lists, or as one block of base64 little-endian float64 with their shapes."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from pydantic import Field
from pydantic_core import PydanticCustomError

from app.schemas.numbers import tensor_from_json, tensor_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import Documented, Sent

Shapes = Mapping[str, tuple[int, ...]]


class NamedBlock(Documented):
    """Arrays one after the other, in the order of `shapes`, rows first."""

    float64: str = Field(description="base64 of little-endian float64")
    shapes: dict[str, list[int]]


Arrays = NamedBlock | dict[str, Sent]


def arrays_to_json(arrays: Mapping[str, np.ndarray], encoding: str) -> dict[str, Any]:
    """In the encoding that was asked for: `rows` or `binary`."""
    if encoding == "rows":
        return {name: tensor_to_json(value, max(1, np.size(value))) for name, value in arrays.items()}
    numbers = b"".join(np.asarray(value, "<f8").tobytes() for value in arrays.values())
    shapes = {name: list(np.shape(value)) for name, value in arrays.items()}
    return {"float64": b64encode(numbers).decode("ascii"), "shapes": shapes}


def arrays_from_json(value: Any, shapes: Shapes, field: str) -> dict[str, np.ndarray]:
    """Arrays of exactly these names and shapes, in either encoding.  Raises FieldError."""
    if not isinstance(value, Mapping):
        raise FieldError("dict_type", f"{field}: must be an object of arrays by name, or a block", field=field)
    if "float64" in value:
        return _from_block(value, shapes, field)
    missing = [name for name in shapes if name not in value]
    unknown = [name for name in value if name not in shapes]
    if missing or unknown:
        name = (missing or unknown)[0]
        said = "is missing" if missing else "is no parameter of the net"
        place = f"{field}.{name}"[:200]
        raise FieldError("missing" if missing else "unknown_name", f"{place}: {said}", field=place,
                         hint=f"it has {', '.join(shapes)}"[:500])  # fmt: skip
    return {name: _array(value[name], shape, f"{field}.{name}"[:200]) for name, shape in shapes.items()}


def _array(value: Any, shape: tuple[int, ...], field: str) -> np.ndarray:
    try:
        array = np.asarray(tensor_from_json(value), float)
    except PydanticCustomError as error:
        raise FieldError(error.type, f"{field}: {error.message()}", field=field) from error
    except OverflowError as error:
        raise FieldError("number", f"{field}: has a number beyond 64-bit floats", field=field) from error
    if array.shape != shape:
        raise FieldError("shape_mismatch", f"{field}: is {list(array.shape)}, must be {list(shape)}", field=field)
    return array


def _from_block(value: Mapping[str, Any], shapes: Shapes, field: str) -> dict[str, np.ndarray]:
    given = value.get("shapes")
    if given is not None and given != {name: list(shape) for name, shape in shapes.items()}:
        place = f"{field}.shapes"
        raise FieldError("shape_mismatch", f"{place}: are not those of the net's parameters", field=place)
    try:
        numbers = np.frombuffer(b64decode(value["float64"], validate=True), "<f8").astype(float)
    except (Error, ValueError, TypeError) as error:
        place = f"{field}.float64"
        raise FieldError("bad_argument", f"{place}: must be base64 of little-endian float64", field=place) from error
    sizes = [prod(shape) for shape in shapes.values()]
    if len(numbers) != sum(sizes):
        place = f"{field}.float64"
        said = f"{place}: holds {len(numbers)} numbers, must hold {sum(sizes)}"
        raise FieldError("shape_mismatch", said, field=place)
    parts = np.split(numbers, np.cumsum(sizes)[:-1]) if sizes else []
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}
