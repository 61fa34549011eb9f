"""The number that a slope is: found for every op that multiplies its operands, and nowhere else."""

import numpy as np
import pytest

from app.engine.cells import feeds
from app.engine.factors import factor_cells
from app.engine.graph import Graph
from app.engine.op import Op, Sample
from app.engine.run import backprop
from tests.engine.ops.tools import build, carried, spelled, weights
from tests.engine.test_jacobian import EACH


@pytest.mark.parametrize(("op", "sample"), EACH)
def test_a_slope_that_is_said_to_be_a_number_of_another_operand_is_that_number(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    run = backprop(graph, out.id, seed=weights(out.shape))
    for slot in carried(op, operands):
        for cell in np.ndindex(operands[slot].shape):
            found = feeds(run, out.id, slot, cell)
            factor = factor_cells(graph, out.id, slot, cell, found)
            if factor is not None:
                other, cells = factor
                assert other != slot
                assert len(cells) == len(found) == len(set(cells))
                value = np.asarray(operands[other].value)
                assert [value[at] for at in cells] == [feed.local for feed in found]


def factor(names: str, *operands: object, cell: tuple[int, ...], slot: int = 0, **options: object) -> object:
    graph = Graph()
    nodes = [graph.leaf(np.asarray(each, float), f"x{i}") for i, each in enumerate(operands)]
    out = spelled(names)(*nodes, **options)
    run = backprop(graph, out.id)
    return factor_cells(graph, out.id, slot, cell, feeds(run, out.id, slot, cell))


A, B = [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]


def test_products_of_matrices_meet_rows_and_columns() -> None:
    assert factor("np.matmul", A, B, cell=(1, 0)) == (1, [(0, 0), (0, 1)])
    assert factor("np.matmul", A, B, cell=(1, 0), slot=1) == (0, [(0, 1), (1, 1)])


def test_a_kernel_meets_what_it_lies_on() -> None:
    x, w = np.arange(9.0).reshape(1, 1, 3, 3) ** 2, np.array([[[[1.0, -2.0], [0.5, 3.0]]]])
    places = [(0, 0, 0, 1), (0, 0, 0, 2), (0, 0, 1, 1), (0, 0, 1, 2)]
    assert factor("F.conv2d", x, w, cell=(0, 0, 0, 1), slot=1) == (0, places)
    assert factor("F.conv2d", x, w, cell=(0, 0, 1, 1)) == (1, [(0, 0, 1, 1), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0)])


def test_numbers_that_are_equal_are_told_apart_by_where_they_meet() -> None:
    assert factor("np.matmul", A, np.ones((2, 2)), cell=(0, 1)) == (1, [(1, 0), (1, 1)])


@pytest.mark.parametrize("name", ["np.add", "np.subtract", "np.divide", "np.maximum", "np.power"])
def test_other_slopes_are_no_numbers_of_an_operand_even_where_they_are_equal_to_one(name: str) -> None:
    assert factor(name, [[1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]], cell=(0, 1)) is None


def test_of_one_operand_there_is_no_other() -> None:
    assert factor("np.exp", A, cell=(0, 1)) is None
