"""The child process: started when asked for, ended when it takes too long, and there again for the next task."""

import subprocess
import sys
import threading
import time

import pytest

from app.symbolic.service import ROOT, Service, Stopped, within
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


def works(service):
    return [said["value"] for said in service.ask({**X, "job": "values"}, within(20))] == [6.0]


def test_a_task_is_answered_line_by_line(service):
    said = list(service.ask({**X, "job": "derivative"}, within(20)))
    assert said[0]["derivative"]["text"] == said[1]["simplified"]["text"] == "2*x"


def test_a_task_that_takes_too_long_is_ended_and_the_next_one_is_answered(service):
    assert works(service)
    began = time.monotonic()
    with pytest.raises(Stopped):
        list(service.ask(tower(9), within(0.5)))
    assert time.monotonic() - began < 10
    assert works(service)


def test_a_task_that_takes_too_much_memory_is_ended_and_the_next_one_is_answered(service):
    nodes = [["symbol", "x"], ["number", 9.0], ["form", "[0] * 10**10 and {0}", [0]]]
    with pytest.raises(Stopped, match="MemoryError"):
        list(service.ask({**X, "job": "values", "nodes": nodes}, within(20)))
    assert works(service)


def test_a_tower_of_numbers_is_a_float_at_once(service):
    nodes = [["symbol", "x"], ["number", 9.0], ["form", "power({0}, {0})", [1]], ["form", "power({0}, {1})", [1, 2]],
             ["form", "{0} * {1}", [0, 3]]]  # fmt: skip
    list(service.ask({**X, "job": "values", "nodes": nodes, "output": 4}, within(20)))
    assert works(service)


def test_a_caller_that_leaves_in_the_middle_leaves_no_answer_behind(service):
    asked = service.ask({**X, "job": "derivative"}, within(20))
    next(asked)
    asked.close()
    assert works(service)


def test_two_callers_get_their_own_answers(service):
    found = {}

    def ask(seed):
        graph, output = formula(seed)
        found[seed] = [said["value"] for said in service.ask(task(graph, output, 0, "values"), within(60))]

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in (1, 2, 3, 4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for seed, values in found.items():
        graph, output = formula(seed)
        assert values == [said["value"] for said in service.ask(task(graph, output, 0, "values"), within(60))]


def test_the_server_itself_does_not_load_sympy():
    code = "import sys; from app.web.app import create_app; create_app(); print('sympy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
