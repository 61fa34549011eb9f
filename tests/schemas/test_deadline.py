"""The time of a request also ends while its reply is written: at some thousand items, not after the last of them."""

import json

import numpy as np
import pytest

from app.engine.budget import LOOK, Budget
from app.engine.errors import DeadlineExceeded, TooLarge
from app.engine.executors import scalar_plan
from app.engine.run import backprop
from app.lang import trace
from app.schemas.answers import answer_backprop
from app.schemas.encode import as_list, looking
from app.schemas.subject import BackpropRequest

EVER = 10**9


class Clock:
    """Has time until the backward pass is done, then for so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks, self.counting = looks, False

    def __call__(self) -> float:
        self.looks -= self.counting
        return float(self.looks)

    def lap(self, stage: str) -> None:
        self.counting = stage == "backprop"


def reply(clock: Clock, **asked) -> bytes:
    return answer_backprop(BackpropRequest(**asked), Budget(deadline=clock), EVER, clock.lap)


def chain(repetitions: int, factor: float) -> str:
    """Two nodes a repetition; another factor is another program, of which no text is remembered."""
    return f"x = 0.5\ny = x\nfor i in range({repetitions}):\n    y = sin(y) * {factor}\ny"


def looks_while_writing(program: str, **asked) -> int:
    clock = Clock(EVER)
    reply(clock, program=program, **asked)
    return EVER - clock.looks


@pytest.mark.parametrize("encoding", ["rows", "columns", "binary", "packed"])
def test_every_look_at_the_clock_while_a_reply_is_written_can_be_the_last(encoding):
    asked = {"encoding": encoding, "include": ["steps", "formulas"]}
    looks = looks_while_writing(chain(60, 1.5), **asked)
    assert looks > 10
    for k in range(1, looks):
        with pytest.raises(DeadlineExceeded, match="the time is over"):
            reply(Clock(k), program=chain(60, 2.5 + k), **asked)
    assert reply(Clock(looks + 1), program=chain(60, 1.25), **asked)


@pytest.mark.parametrize("encoding", ["rows", "columns", "binary", "packed"])
def test_the_clock_is_looked_at_more_often_the_longer_the_reply(encoding):
    short, long = (looks_while_writing(chain(n * LOOK, 1.5), encoding=encoding) for n in (1, 2))
    assert long >= short + 4  # two more batches of nodes and of edges at least


def test_what_is_late_after_some_items_says_how_many_there_are():
    left = iter([1.0, 1.0, 0.0])
    with pytest.raises(DeadlineExceeded, match=f"reply: the time is over after {2 * LOOK:,} ") as caught:
        list(as_list(range(3 * LOOK), Budget(deadline=lambda: next(left))))
    assert caught.value.reached == 2 * LOOK


@pytest.mark.parametrize("count", [0, 1, LOOK, LOOK + 1])
def test_a_list_in_pieces_is_the_list(count):
    assert json.loads(b"".join(as_list(iter(range(count)), Budget()))) == list(range(count))


def test_the_clock_is_looked_at_before_each_large_array():
    looked = []
    budget = Budget(deadline=lambda: looked.append(1) or 1.0)
    list(looking([1.0, np.ones(3), np.ones(LOOK + 1), None, np.ones(LOOK + 1)], budget))
    assert len(looked) == 2


def test_a_plan_that_is_run_again_goes_by_the_clock_of_the_new_request():
    wide = "\n".join(["x = 0.5", *(f"y{k} = x * {k}.5" for k in range(scalar_plan.FEW)), "z = y1 * y2"])
    traced = [trace(wide, budget=Budget()) for _ in range(2)]
    first, second = (backprop(each.graph, each.output) for each in traced)
    plan = scalar_plan.ScalarPlan(first)
    assert plan.run(second).graph.budget is second.graph.budget


def test_what_is_written_beside_the_numbers_counts_in_the_size_of_a_reply():
    def reached(**asked) -> float:
        with pytest.raises(TooLarge, match=r"include less, or ask for packed") as caught:
            answer_backprop(BackpropRequest(program="x = 0.5\ny = x**2", **asked), Budget(), 1, lambda _: None)
        return caught.value.reached

    packed, plain = reached(encoding="packed"), reached()
    assert packed < plain < reached(include=["formulas"]) < reached(include=["steps", "formulas"])
