"""The backward pass is charged for the arrays that it keeps, and for no array twice."""

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.graph import Graph, Node
from app.engine.kept import Kept
from app.engine.ops import OPS
from app.engine.run import backprop
from app.lang.tracing.tracer import trace
from tests.engine.ops.tools import spelled

N = 1000


def spent_backwards(write: object, budget: Budget | None = None) -> int:
    graph = Graph(budget)
    out: Node = write(graph.leaf(np.linspace(0.5, 1.5, N), "x"))  # type: ignore[operator]
    before = graph.budget.spent
    backprop(graph, out.id)
    return graph.budget.spent - before


def test_local_derivatives_and_contributions_are_charged() -> None:
    assert spent_backwards(lambda x: spelled("sum")(OPS["sin"](x))) == pytest.approx(2 * N, abs=10)


def test_a_sum_of_contributions_is_charged() -> None:
    def write(x: Node) -> Node:
        return spelled("sum")(x * 2.0) + spelled("sum")(x * 3.0)

    assert spent_backwards(write) == pytest.approx(3 * N, abs=10)


def test_views_and_the_values_themselves_take_nothing() -> None:
    reshaped = spent_backwards(lambda x: spelled("sum")(spelled("reshape")(x, (10, N // 10))))
    assert reshaped <= 10
    assert spent_backwards(lambda x: spelled("sum")(x * x)) == pytest.approx(3 * N, abs=10)  # 2 contributions, 1 sum


def test_an_array_is_counted_once_and_a_mask_by_its_bytes() -> None:
    budget, array = Budget(), np.ones(80)
    kept = Kept(budget, [array])
    other = np.ones(80)
    kept.take("x", array, array[3:], other, other.reshape(8, 10), np.float64(1.0), None, np.ones(80, bool))
    assert budget.spent == 80 + 10


def test_too_much_of_it_is_refused_in_the_middle_of_the_pass() -> None:
    def write(x: Node) -> Node:
        for _ in range(10):
            x = OPS["tanh"](x)
        return spelled("sum")(x)

    needed = spent_backwards(write)
    with pytest.raises(TooLarge, match="tanh: all arrays together have"):
        spent_backwards(write, Budget(total_elements=11 * N + needed // 2))


def test_gradients_read_in_a_program_are_charged_as_long_as_they_are_kept() -> None:
    one = "x = torch.linspace(0.5, 1.5, 1000)\ny = (x*x*x).sum()\n"
    again = "y.backward()\nprint(x.grad)\n"
    budgets = [Budget() for _ in range(3)]
    for times, budget in enumerate(budgets):
        trace(one + again * times, budget=budget)
    assert budgets[2].spent == budgets[1].spent > budgets[0].spent
    with pytest.raises(Exception, match="all arrays together"):
        trace(one + again, budget=Budget(total_elements=budgets[0].spent + 2500))
