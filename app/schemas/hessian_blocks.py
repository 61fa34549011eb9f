"""The Hessian as plain data: blocks by name, nested as the inputs are; and the Hessian times a vector."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.engine.errors import TooLarge
from app.engine.op import Array, shape
from app.engine.second import SecondOrder
from app.lang.leftovers import Binding, ids
from app.schemas.numbers import Tensor, tensor_to_json
from app.schemas.problem import FieldError, nearest
from app.schemas.programs import mapped
from app.schemas.single import Single
from app.schemas.subject import Tensors

Places = Mapping[int, Array]
"""By node the numbers of its rows, in its shape."""


def matrix_of(second: SecondOrder) -> tuple[Array | None, str | None]:
    """The whole Hessian, or why it is not built."""
    try:
        return second.hessian(), None
    except TooLarge as error:
        return None, error.message


def places_of(second: SecondOrder) -> Places:
    """Where the numbers of each node stand in the whole vector."""
    found, at = {}, 0
    for node in second.wrt:
        form = shape(second.graph.values[node])
        size = int(np.prod(form, dtype=int))
        found[node] = np.arange(at, at + size).reshape(form)
        at += size
    return found


def vector_to_json(vector: Array, bindings: Mapping[str, Binding], places: Places) -> dict[str, Any]:
    """A vector over all numbers, by name."""
    def of(node: int) -> Any:
        return tensor_to_json(np.asarray(vector[places[node]])[()], vector.size + 1)

    return {name: mapped(binding, of) for name, binding in bindings.items()}


def block_to_json(matrix: Array, a: Binding, b: Binding, places: Places, most: int) -> Any:
    """∂²/∂a∂b, nested first by a's index and then by b's."""
    count = [sum(int(np.size(places[node])) for node in ids(each)) for each in (a, b)]
    if isinstance(a, int) and isinstance(b, int):
        rows, columns = places[a], places[b]
        block = matrix[np.ix_(rows.reshape(-1), columns.reshape(-1))].reshape(rows.shape + columns.shape)
        return tensor_to_json(block[()], most)
    if count[0] * count[1] > most:
        rows, columns = (np.concatenate([places[node].reshape(-1) for node in ids(each)]) for each in (a, b))
        return tensor_to_json(matrix[np.ix_(rows, columns)], most)

    def row(i: Any) -> Any:
        if isinstance(i, list):
            return [row(each) for each in i]
        return mapped(b, lambda node: tensor_to_json(matrix[i][places[node]], most))

    return row(mapped(a, lambda node: places[node].tolist()))


def labels_of(program: Single, nodes: list[int]) -> list[str]:
    """`W[0,1]` for every number, in the order of the rows."""
    graph, unfolded = program.graph, program.unfolded
    return [graph.names[int(i)] or f"n{i}" for node in nodes for i in np.asarray(unfolded.ids[node]).flat]


def product_to_json(
    vector: Tensors | None, second: SecondOrder, bindings: Mapping[str, Binding], places: Places
) -> dict[str, Any] | None:
    """The Hessian times the vector that is asked for; null where none is.  Raises FieldError."""
    if vector is None:
        return None
    given: dict[int, Array] = {}
    for name, value in vector.items():
        if name not in bindings:
            raise FieldError("unknown_name", f"vector: {name[:40]!r} is not among the names differentiated by",
                             field=f"vector.{name[:40]}", hint=nearest(name, bindings))  # fmt: skip
        _give(given, bindings[name], value, places, name)
    return vector_to_json(second.product(given), bindings, places)


def _give(given: dict[int, Array], binding: Binding, value: Tensor, places: Places, name: str) -> None:
    forms = _form(binding, places)
    if np.shape(value) != forms:
        raise FieldError("shape_mismatch", f"vector: {name[:40]} has shape {np.shape(value)}, it must have {forms}",
                         field=f"vector.{name[:40]}")  # fmt: skip
    if isinstance(binding, int):
        given[binding] = np.asarray(value, float)
        return
    for each, part in zip(binding, value, strict=True):
        _give(given, each, part, places, name)


def _form(binding: Binding, places: Places) -> tuple[int, ...]:
    if isinstance(binding, int):
        return shape(places[binding])
    return (len(binding), *(_form(binding[0], places) if binding else ()))


