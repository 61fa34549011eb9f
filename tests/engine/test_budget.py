"""Limits: exact at their edge, said in a sentence, and a clock that is only ever passed in."""

import pytest

from app.engine.budget import Budget, extent
from app.engine.errors import BudgetExceeded, DeadlineExceeded, EngineError, TooLarge


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
