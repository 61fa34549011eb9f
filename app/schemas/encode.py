"""From columns of plain data to the bytes of a reply, once: as rows, as columns, or as columns with binary blocks."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from app.schemas.numbers import is_large, summary, tensor_to_json

Columns = Mapping[str, Sequence[Any]]
NUMERIC = frozenset(
    {"value", "grad", "local", "upstream", "contribution", "tangent", "tangent_contribution", "before", "add", "after"}
)
"""Columns that hold numbers or arrays; all others hold plain data."""


def dump(document: Any) -> bytes:
    """JSON, with NumPy arrays as nested lists."""
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def as_rows(columns: Columns, max_elements: int) -> list[dict[str, Any]]:
    """An object per item."""
    fields = tuple(columns)
    lists = as_columns(columns, max_elements).values()
    return [dict(zip(fields, row, strict=True)) for row in zip(*lists, strict=True)]


def as_columns(columns: Columns, max_elements: int) -> dict[str, Sequence[Any]]:
    """A list per field."""
    return {
        field: [tensor_to_json(each, max_elements) for each in column] if field in NUMERIC else column
        for field, column in columns.items()
    }


def as_blocks(columns: Columns, max_elements: int) -> dict[str, Any]:
    """A list per field of plain data, a `Block` per field of numbers."""
    return {field: _block(column, max_elements) if field in NUMERIC else column for field, column in columns.items()}


ENCODINGS = {"rows": as_rows, "columns": as_columns, "binary": as_blocks}


def _block(column: Sequence[Any], max_elements: int) -> dict[str, Any]:
    arrays = [None if each is None else np.asarray(each, dtype="<f8") for each in column]
    large = {i: summary(each) for i, each in enumerate(arrays) if each is not None and is_large(each, max_elements)}
    sent = [None if i in large else each for i, each in enumerate(arrays)]
    numbers = b"".join(each.tobytes() for each in sent if each is not None)
    scalars = all(each is not None and each.ndim == 0 for each in sent)
    sizes = None if scalars else [-1 if each is None else each.size for each in sent]
    truncated = {str(i): each for i, each in large.items()}
    return {"float64": b64encode(numbers).decode("ascii"), "sizes": sizes, "truncated": truncated}
