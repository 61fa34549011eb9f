"""Limits: exact at their edge, said in a sentence, and a clock that is only ever passed in."""

from typing import Any

import numpy as np
import pytest

from app.engine.budget import Budget, extent
from app.engine.errors import BudgetExceeded, DeadlineExceeded, EngineError, TooLarge
from app.engine.graph import Graph, Node
from app.engine.ops import OPS
from app.engine.passes import evaluate
from app.engine.run import backprop


def test_the_limit_itself_is_allowed_one_more_is_not() -> None:
    budget = Budget(nodes=3, elements=5, total_elements=8)
    budget.check_node(2)
    with pytest.raises(TooLarge):
        budget.check_node(3)
    budget.check_size("x", 5)
    with pytest.raises(TooLarge):
        budget.check_size("x", 6)
    budget.spend("x", 5)
    budget.spend("x", 3)
    with pytest.raises(TooLarge):
        budget.spend("x", 1)


def test_an_error_says_what_is_what_must_be_and_what_to_do() -> None:
    with pytest.raises(TooLarge) as caught:
        Budget(elements=1000).spend("outer", 1_000_000)
    assert caught.value.message == (
        "outer: the result has 1,000,000 numbers, the limit is 1,000 — use smaller arrays"
    )
    assert (caught.value.limit, caught.value.reached, caught.value.code) == (1000, 1_000_000, "too_large")


def test_time_is_over_when_nothing_remains() -> None:
    remaining = [0.001]
    budget = Budget(deadline=lambda: remaining[0])
    budget.check_time(1)
    for remaining[0] in (0.0, -1.0):
        with pytest.raises(DeadlineExceeded, match="the time is over after 1,234 nodes") as caught:
            budget.check_time(1234)
        assert (caught.value.reached, caught.value.code) == (1234, "deadline_exceeded")


def test_without_a_deadline_there_is_all_the_time_in_the_world() -> None:
    Budget().check_time(10**9)


def test_whoever_counts_nodes_looks_at_the_time_too() -> None:
    with pytest.raises(DeadlineExceeded):
        Budget(deadline=lambda: 0.0).check_node(0)


def test_an_empty_axis_counts_as_one() -> None:
    assert extent((3, 4)) == 12
    assert extent((1_000_000_000, 0)) == 1_000_000_000
    assert extent(()) == 1


def test_every_limit_is_an_engine_error() -> None:
    assert issubclass(TooLarge, BudgetExceeded) and issubclass(DeadlineExceeded, BudgetExceeded)
    assert issubclass(BudgetExceeded, EngineError)


# ── work that nothing can stop once it has begun ────────────────────────────────────────────────────────
class Clock:
    """A deadline that heavy work moves on: every matrix product takes `seconds`."""

    def __init__(self, left: float, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left, self.begun = left, 0
        product = np.matmul

        def slow(a: Any, b: Any) -> Any:
            self.left -= seconds
            self.begun += 1
            return product(a, b)

        monkeypatch.setattr(np, "matmul", slow)

    def __call__(self) -> float:
        return self.left


def powers(budget: Budget, count: int) -> tuple[Graph, Node]:
    graph = Graph(budget)
    a = b = graph.leaf(np.eye(300), "a")
    for _ in range(count):
        b = b @ a
    return graph, b


def test_a_matrix_product_is_not_begun_when_one_like_it_took_longer_than_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(5.0, 2.0, monkeypatch)
    with pytest.raises(DeadlineExceeded, match=r"^matmul: its 27,000,000 multiplications do not fit"):
        powers(Budget(deadline=clock), 5)
    assert (clock.begun, clock.left) == (2, 1.0)


def test_neither_is_one_of_the_backward_pass_nor_of_a_new_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(100.0, 2.0, monkeypatch)
    graph, out = powers(Budget(deadline=clock), 3)
    for again in (lambda: backprop(graph, out.id), lambda: evaluate(graph, {0: np.eye(300)})):
        clock.left = 3.0
        with pytest.raises(DeadlineExceeded):
            again()
        assert clock.left > 0.0


def test_without_a_deadline_and_for_small_products_nothing_is_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(1e-9, 0.0, monkeypatch)
    powers(Budget(), 3)
    small = Graph(Budget(deadline=clock)).leaf(np.eye(50), "a")
    assert (small @ small).shape == (50, 50)


@pytest.mark.parametrize("name", ["inv", "det", "logdet"])
def test_what_takes_a_matrix_to_pieces_is_foreseen_too(name: str) -> None:
    left = iter([1.0] * 2)
    graph = Graph(Budget(deadline=lambda: next(left, 1e-9)))
    with pytest.raises(DeadlineExceeded, match=f"^{name}: its 27,000,000"):
        OPS[name](graph.leaf(np.eye(300), "a"))
