"""The child process: started when asked for, ended when it takes too long, and there again for the next task."""

import subprocess
import sys
import threading

import pytest

from app.engine.errors import DeadlineExceeded
from app.symbolic.service import ROOT, Service, Stopped
from tests.symbolic.drawn import formula, task

X = {"nodes": [["symbol", "x"], ["number", 2.0], ["form", "power({0}, {1})", [0, 1]]], "output": 2, "variable": 0,
     "variables": [0], "point": {0: 3.0}, "names": {"x": {"latex": "x", "code": "x"}}}  # fmt: skip


def tower(height):
    """x to the x to the x …, whose simplification does not come to an end soon."""
    nodes = [["symbol", "x"], ["number", 1.0], ["form", "sin({0} + {1})", [0, 1]]]
    for _ in range(height):
        nodes.append(["form", "power({0}, {1}) + exp(sin({0})) * log({1} + 2)", [len(nodes) - 1, len(nodes) - 2]])
    return {**X, "job": "derivative", "nodes": nodes, "output": len(nodes) - 1}


@pytest.fixture
def service():
    found = Service()
    yield found
    found.close()


def process(service):
    return service._child._process.pid


def works(service):
    return [said["value"] for said in service.ask({**X, "job": "values"})] == [6.0]


def test_a_task_is_answered_line_by_line(service):
    said = list(service.ask({**X, "job": "derivative"}))
    assert said[0]["derivative"]["text"] == said[1]["simplified"]["text"] == "2*x"


def test_a_task_that_works_too_long_is_stopped_and_the_process_lives_on(service):
    assert works(service)
    before = process(service)
    with pytest.raises(Stopped, match="TimeOver"):
        list(service.ask({**tower(9), "seconds": [0.5]}))
    assert works(service)
    assert process(service) == before


def test_what_a_task_said_before_it_was_stopped_is_there(service):
    asked = service.ask({**tower(1), "seconds": [20.0, 0.001]})
    assert "derivative" in next(asked)
    with pytest.raises(Stopped, match="TimeOver"):
        next(asked)


def test_a_task_that_is_not_over_at_its_callers_deadline_is_ended_and_the_next_one_is_answered(service):
    assert works(service)
    with pytest.raises(DeadlineExceeded, match="try again"):
        list(service.ask(tower(9), lambda: 0.3))
    assert works(service)


def test_whoever_cannot_wait_for_the_start_leaves_the_process_starting(service):
    with pytest.raises(DeadlineExceeded, match="still starting"):
        list(service.ask({**X, "job": "values"}, lambda: 0.0))
    before = process(service)
    assert works(service)
    assert process(service) == before


def test_a_task_that_takes_too_much_memory_is_ended_and_the_next_one_is_answered(service):
    nodes = [["symbol", "x"], ["number", 9.0], ["form", "[0] * 10**10 and {0}", [0]]]
    with pytest.raises(Stopped, match="MemoryError"):
        list(service.ask({**X, "job": "values", "nodes": nodes}))
    assert works(service)


def test_a_tower_of_numbers_is_a_float_at_once(service):
    nodes = [["symbol", "x"], ["number", 9.0], ["form", "power({0}, {0})", [1]], ["form", "power({0}, {1})", [1, 2]],
             ["form", "{0} * {1}", [0, 3]]]  # fmt: skip
    list(service.ask({**X, "job": "values", "nodes": nodes, "output": 4}))
    assert works(service)


def test_a_caller_that_leaves_in_the_middle_leaves_no_answer_behind(service):
    asked = service.ask({**X, "job": "derivative"})
    next(asked)
    asked.close()
    assert works(service)


def test_two_callers_get_their_own_answers(service):
    found = {}

    def ask(seed):
        graph, output = formula(seed)
        found[seed] = [said["value"] for said in service.ask(task(graph, output, 0, "values"))]

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in (1, 2, 3, 4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for seed, values in found.items():
        graph, output = formula(seed)
        assert values == [said["value"] for said in service.ask(task(graph, output, 0, "values"))]


def test_the_server_itself_does_not_load_sympy():
    code = "import sys; from app.web.app import create_app; create_app(); print('sympy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
