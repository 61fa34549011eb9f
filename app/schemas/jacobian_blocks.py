"""Labelled Jacobians of several variables by several others, a matrix for each pair."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from app.engine.errors import TooLarge
from app.engine.jacobian import output_jacobian
from app.engine.op import Array
from app.lang.leftovers import Binding, ids
from app.schemas.numbers import tensor_to_json
from app.schemas.places import named, whole
from app.schemas.reply import Documented, Sent
from app.schemas.running import Ran
from app.schemas.variables import labelled, lengths


class BlockReply(Documented):
    """∂output/∂input as a matrix: a row for each number of the output, a column for each of the input, in C order."""

    output: str = Field(description="the name or id that was asked for")
    input: str = Field(description="a name in `wrt`")
    output_shape: list[int]
    input_shape: list[int]
    rows: list[str] = Field(description="`h[0]`, `h[1]` …; none where the matrix is sent as its statistics")
    columns: list[str]
    matrix: Sent


def blocks_to_json(ran: Ran, outputs: Sequence[str], most: int, reply_elements: int) -> list[dict[str, Any]]:
    """A `BlockReply` for every output by every name in `wrt`.  Raises FieldError, TooLarge, DeadlineExceeded."""
    rows: dict[str, Binding] = {}
    for i, name in enumerate(outputs):
        binding = named(ran, name)
        rows[name] = whole(ran, name, f"outputs[{i}]") if binding is None else binding
    columns = ran.subject.wrt
    count = _numbers(ran, rows.values()) * _numbers(ran, columns.values())
    if count > reply_elements:
        raise TooLarge(
            f"reply: the matrices have {count:,} numbers, the limit is {reply_elements:,} — choose fewer names",
            limit=reply_elements, reached=count,
        )  # fmt: skip
    return [block for name, binding in rows.items() for block in _row(ran, name, binding, columns, most)]


def _numbers(ran: Ran, bindings: Any) -> int:
    return sum(int(np.size(ran.run.values[node])) for binding in bindings for node in ids(binding))


def _row(ran: Ran, name: str, binding: Binding, columns: Mapping[str, Binding], most: int) -> Iterator[dict[str, Any]]:
    """All blocks of one output: a sweep for each of its numbers gives a row of every one of them."""
    graph, values = ran.run.graph, ran.run.values
    nodes = list(dict.fromkeys(node for each in columns.values() for node in ids(each)))
    swept = [(int(np.size(values[node])), output_jacobian(graph, node, nodes)) for node in ids(binding)]
    for other, column in columns.items():
        parts = [_beside(found, [(node, np.size(values[node])) for node in ids(column)], size) for size, found in swept]
        matrix = np.concatenate(parts or [np.zeros((0, 0))])
        small = matrix.size <= most
        yield {
            "output": name,
            "input": other,
            "output_shape": lengths(ran.run, binding),
            "input_shape": lengths(ran.run, column),
            "rows": [label for _, label in labelled(ran.run, name, binding)] if small else [],
            "columns": [label for _, label in labelled(ran.run, other, column)] if small else [],
            "matrix": tensor_to_json(matrix, most),
        }


def _beside(found: Mapping[int, Array], nodes: Sequence[tuple[int, int]], rows: int) -> Array:
    """The matrices of one output by several nodes, given with their sizes, side by side."""
    matrices = [found[node].reshape(rows, size) for node, size in nodes]
    return np.concatenate(matrices, axis=1) if matrices else np.zeros((rows, 0))
