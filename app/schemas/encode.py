"""From columns of plain data to the bytes of a reply, once: as rows, as columns, or as columns with binary blocks.

A table is written piece by piece, and the clock is looked at before each piece: its objects would take several times
the memory of its bytes, and writing a large one takes longer than the run.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import orjson

from app.engine.budget import LOOK, Budget
from app.schemas.numbers import is_large, summary, tensor_to_json

Columns = Mapping[str, Sequence[Any]]
NUMERIC = frozenset(
    {"value", "grad", "local", "upstream", "contribution", "tangent", "tangent_contribution", "before", "add", "after"}
)
"""Columns that hold numbers or arrays; all others hold plain data."""


def dump(document: Any) -> bytes:
    """JSON, with NumPy arrays as nested lists."""
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


Pieces = Iterator[bytes | memoryview]
"""JSON, to be put together."""


def written(document: Mapping[str, Any], tables: Mapping[str, Pieces]) -> bytes:
    """A JSON object: the document's fields, then the tables.  Raises DeadlineExceeded."""
    out = BytesIO()  # hands on what it holds without a copy
    out.write(dump(document)[:-1])
    for name, pieces in tables.items():
        out.write((b"," if out.tell() > 1 else b"") + dump(name) + b":")
        out.writelines(pieces)
    out.write(b"}")
    return out.getvalue()


def as_list(items: Iterable[Any], budget: Budget) -> Pieces:
    """A JSON list.  Raises DeadlineExceeded."""
    between = b"["
    for batch in budget.batches("reply", items):
        yield between
        yield memoryview(dump(batch))[1:-1]
        between = b","
    yield b"[]" if between == b"[" else b"]"


def rows(columns: Columns, max_elements: int, budget: Budget) -> Iterator[dict[str, Any]]:
    """An object per item."""
    fields = tuple(columns)
    shown = (_shown(field, column, max_elements, budget) for field, column in columns.items())
    return (dict(zip(fields, row, strict=True)) for row in zip(*shown, strict=True))


def as_rows(columns: Columns, max_elements: int, budget: Budget) -> Pieces:
    """A list with an object per item."""
    return as_list(rows(columns, max_elements, budget), budget)


def as_columns(columns: Columns, max_elements: int, budget: Budget) -> Pieces:
    """A list per field."""
    return _object(
        (field, as_list(_shown(field, column, max_elements, budget), budget)) for field, column in columns.items()
    )


def as_blocks(columns: Columns, max_elements: int, budget: Budget) -> Pieces:
    """A list per field of plain data, a `Block` per field of numbers."""
    return _object(
        (field, iter([dump(_block(column, max_elements, budget))]) if field in NUMERIC else as_list(column, budget))
        for field, column in columns.items()
    )


ENCODINGS: dict[str, Callable[[Columns, int, Budget], Pieces]] = {
    "rows": as_rows, "columns": as_columns, "binary": as_blocks,
}  # fmt: skip


def _object(fields: Iterable[tuple[str, Pieces]]) -> Pieces:
    between = b"{"
    for name, pieces in fields:
        yield between + dump(name) + b":"
        yield from pieces
        between = b","
    yield b"}"


def _shown(field: str, column: Sequence[Any], max_elements: int, budget: Budget) -> Iterable[Any]:
    """The column's items as they are written."""
    if field not in NUMERIC:
        return column
    return (tensor_to_json(each, max_elements) for each in looking(column, budget))


def looking(column: Iterable[Any], budget: Budget) -> Iterator[Any]:
    """The items; the clock is looked at before large arrays, which take long one by one.  Raises DeadlineExceeded."""
    for done, each in enumerate(column):
        if isinstance(each, np.ndarray) and each.size > LOOK:
            budget.look("reply", done)
        yield each


def _block(column: Sequence[Any], max_elements: int, budget: Budget) -> dict[str, Any]:
    arrays = [None if each is None else np.asarray(each, dtype="<f8") for each in budget.watched("reply", column)]
    looked = enumerate(looking(arrays, budget))
    large = {i: summary(each) for i, each in looked if each is not None and is_large(each, max_elements)}
    sent = [None if i in large else each for i, each in enumerate(arrays)]
    numbers = b"".join(each.tobytes() for each in sent if each is not None)
    scalars = all(each is not None and each.ndim == 0 for each in sent)
    sizes = None if scalars else [-1 if each is None else each.size for each in sent]
    truncated = {str(i): each for i, each in large.items()}
    return {"float64": b64encode(numbers).decode("ascii"), "sizes": sizes, "truncated": truncated}
