"""Work over all operands of a node is done once a node, not once a slot: else long lists cost their square."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from app.engine.graph import Graph
from app.engine.op import Operands, Whole
from app.engine.ops import OPS
from app.engine.passes import pull, quiet
from app.engine.run import backprop
from app.engine.scalars import scalarize


class Looked:
    """An operand that counts how often its shape is asked for."""

    looks = 0

    @property
    def shape(self) -> tuple[int, ...]:
        Looked.looks += 1
        return (2,)


@pytest.mark.parametrize("count", [10, 300])
def test_pulling_every_slot_of_a_concatenation_looks_at_each_operand_once(count: int) -> None:
    op, inputs, g = OPS["concatenate"], Operands(Looked() for _ in range(count)), np.arange(2.0 * count)
    Looked.looks = 0
    parts = [pull(op, slot, g, inputs, g, {"axis": 0})[1] for slot in range(count)]
    assert Looked.looks <= 2 * count
    np.testing.assert_array_equal(np.concatenate(parts), g)


def test_in_scalar_detail_an_op_that_stays_whole_is_pulled_once_for_a_number_of_its_result() -> None:
    counted: list[int] = []
    graph = Graph()
    x = graph.leaf(np.eye(6) + 0.1 * np.arange(36.0).reshape(6, 6) ** 0.5, "x")
    op = dataclasses.replace(
        OPS["inv"], partials=(), detail=None, transposes=(),
        whole=(Whole(lambda g, x, y: vjp_of_inverse(g, y, counted), lambda t, x, y: -(y @ t @ y)),),
    )  # fmt: skip
    with quiet():
        y = OPS["index"](op(x), key=(0, 0))
        scalar, output, names = scalarize(graph, y.id, {"x": x.id})
        whole = backprop(graph, y.id)
        counted.clear()
        run = backprop(scalar, output)
    assert len(counted) <= 2  # for the gradients, and for the local derivatives
    found = np.array([[run.adjoints[i] for i in row] for row in names["x"]])
    np.testing.assert_array_equal(found, whole.adjoints[x.id])


def vjp_of_inverse(g: Any, y: Any, counted: list[int]) -> Any:
    counted.append(1)
    turned = OPS["transpose"](y, axes=(1, 0))
    return -(turned @ g @ turned)
