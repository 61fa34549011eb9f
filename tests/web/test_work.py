"""Where work is done: deadlines, admission, and what a server that stops does with what it has."""

import asyncio
import time

import pytest

from app.engine.errors import DeadlineExceeded
from app.lang.errors import LangError, Problem
from app.schemas.subject import BackpropRequest
from app.web.errors import Refusal
from app.web.settings import BadSetting, Settings
from app.web.work import Work

LONG = "x = 1.0\n" + "\n".join("x = x * x + x" for _ in range(3000))


def test_requests_that_differ_in_their_numbers_only_are_alike():
    body = {"program": "x = 1.0\ny = x * x", "inputs": {"x": 2.0}, "include": ["steps", "checks"]}
    first = BackpropRequest.model_validate(body)
    same = {"inputs": {"x": 3.0}, "include": ["checks", "steps"]}
    assert BackpropRequest.model_validate({**body, **same}).alike == first.alike
    for other in ({"inputs": {"x": [2.0]}}, {"include": []}, {"detail": "scalar"}, {"max_elements": 5}, {"wrt": ["y"]}):
        assert BackpropRequest.model_validate({**body, **other}).alike != first.alike


async def never():
    await asyncio.Event().wait()


def until(stopped):
    """A job that goes on until its deadline, noting how it ended."""

    def job(remaining):
        while remaining() > 0:
            time.sleep(0.001)
        stopped.append(remaining())
        raise DeadlineExceeded("over", limit=0, reached=0)

    return job


def test_work_over_its_deadline_is_503_with_when_to_come_back(client_with):
    reply = client_with(deadline_seconds=0.0001).post("/api/v1/backprop", {"program": LONG})
    assert reply.status_code == 503
    assert reply.json()["code"] == "deadline_exceeded"
    assert reply.headers["retry-after"] == "1"


def test_requests_above_the_queue_are_429_with_when_to_come_back(client_with):
    own = client_with(threads=1, queue=1, deadline_seconds=60.0)
    replies = own.together([{"program": f"{LONG}\ny = x * {i}"} for i in range(6)])
    codes = sorted(reply.status_code for reply in replies)
    assert codes == [200, 200, 429, 429, 429, 429]
    refused = next(reply for reply in replies if reply.status_code == 429)
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["retry-after"] == "1"


def test_known_short_work_is_done_on_the_event_loop_and_given_up_there_when_it_is_not_short():
    threads = []

    async def scenario():
        import threading

        work = Work(Settings(inline_seconds=0.01))

        def short(remaining):
            threads.append(threading.current_thread() is threading.main_thread())
            return 1

        def long(remaining):
            threads.append(threading.current_thread() is threading.main_thread())
            if remaining() < 1:
                raise DeadlineExceeded("over", limit=0, reached=0)
            return 2

        return [await work.run("program", job, never) for job in (short, short, long, short)]

    assert asyncio.run(scenario()) == [1, 1, 2, 1]
    assert threads == [False, True, True, False, True]


def test_short_work_that_a_program_gave_up_is_done_again_in_a_thread_too():
    """The language tells the end of its time as a problem of the program."""

    async def scenario():
        work = Work(Settings(inline_seconds=0.01))

        def job(remaining):
            if remaining() < 1:
                raise LangError([Problem("deadline_exceeded", "its time is over")])
            return 2

        def short(remaining):
            return 1

        return [await work.run("program", each, never) for each in (short, job)]

    assert asyncio.run(scenario()) == [1, 2]


def test_what_is_wrong_with_a_program_is_told_from_short_work_at_once():
    async def scenario():
        work, calls = Work(Settings(inline_seconds=0.01)), []

        def wrong(remaining):
            calls.append(remaining())
            raise LangError([Problem("syntax_error", "no")])

        await work.run("program", lambda remaining: 1, never)
        with pytest.raises(LangError):
            await work.run("program", wrong, never)
        return len(calls)

    assert asyncio.run(scenario()) == 1


def test_work_for_a_client_that_left_is_given_up():
    stopped = []

    async def scenario():
        async def left():
            return {"type": "http.disconnect"}

        with pytest.raises(DeadlineExceeded):
            await Work(Settings()).run("program", until(stopped), left)

    asyncio.run(scenario())
    assert stopped == [0.0]


def test_a_server_that_stops_gives_up_its_work():
    stopped = []

    async def scenario():
        work = Work(Settings())
        running = asyncio.create_task(work.run("program", until(stopped), never))
        await asyncio.sleep(0)
        work.stopping.set()
        with pytest.raises(DeadlineExceeded):
            await running

    asyncio.run(scenario())
    assert stopped == [0.0]


def test_a_refused_request_leaves_no_trace_in_the_queue():
    async def scenario():
        work = Work(Settings(threads=1, queue=1))
        running = [asyncio.create_task(work.run(str(i), until([]), never)) for i in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal):
            await work.run("third", until([]), never)
        work.stopping.set()
        await asyncio.gather(*running, return_exceptions=True)
        work.stopping.clear()
        return await work.run("fourth", lambda remaining: "done", never)

    assert asyncio.run(scenario()) == "done"


def test_settings_come_from_the_environment_by_their_type():
    found = Settings.from_environment(
        {"BPV_MAX_NODES": "12", "BPV_DEADLINE_SECONDS": "0.5", "BPV_CORS_ORIGINS": "https://a, https://b", "HOME": "/"}
    )
    assert (found.max_nodes, found.deadline_seconds) == (12, 0.5)
    assert found.cors_origins == ("https://a", "https://b")
    assert found.max_elements == Settings().max_elements


@pytest.mark.parametrize(
    ("name", "text"),
    [("BPV_MAX_NODES", "many"), ("BPV_MAX_NODES", "-1"), ("BPV_DEADLINE_SECONDS", "nan"), ("BPV_MAX_NODE", "1")],
)
def test_a_wrong_setting_is_refused_by_name(name, text):
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({name: text})
