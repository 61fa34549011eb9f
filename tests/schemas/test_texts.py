"""Remembered texts are those that would be written anew, whatever numbers, names and constants change."""

import json
from typing import Any

import pytest

from app.engine.budget import Budget
from app.engine.run import backprop
from app.lang import trace
from app.schemas.answers import answer_backprop
from app.schemas.formulas import edge_formulas, node_formulas
from app.schemas.labels import Labels
from app.schemas.subject import BackpropRequest
from app.schemas.texts import formulas, labels_and_glyphs

PROGRAMS = [
    "x = 2.0\ny = x * 3 + exp(-x)",
    "x = 2.0\ny = x * 4 + exp(-x)",
    "a = 2.0\ny = a * 3 + exp(-a)",
    "x = 2.0\nz = x * 3 + exp(-x)",
    "x = 2.0\nb = 1.0\ny = where(x > b, x**2, b / x)",
    "x = [2.0, -1.0]\ny = sum(relu(x) * [1, 3])",
    "x = [2.0, -1.0]\ny = sum(relu(x) * [1, 4])",
    "x = [[2.0, -1.0]]\ny = sum(relu(x) * [1, 4])",
    "x = 2.0\nif_small = min(x, 1.0)\ny = if_small ** x",
]


@pytest.mark.parametrize("program", PROGRAMS * 2)
def test_texts_are_those_written_anew(program: str) -> None:
    traced = trace(program)
    run = backprop(traced.graph, traced.output)
    fresh = Labels(run.graph)
    assert labels_and_glyphs(run.graph) == (fresh.labels, fresh.glyphs)
    assert formulas(run) == (node_formulas(run), edge_formulas(run))


def reply(program: str, inputs: dict[str, Any], **more: Any) -> Any:
    request = BackpropRequest(program=program, inputs=inputs, include=["formulas"], **more)
    return json.loads(answer_backprop(request, Budget(), 10**6, lambda stage: None))


def test_formulas_are_of_the_edges_that_a_gradient_passes_in_this_request() -> None:
    program = "x = 2.0\ny = 3.0\nz = x * y"
    both, one = reply(program, {}), reply(program, {}, wrt=["x"])
    assert [edge["local_formula"] for edge in both["edges"]] == ["y", "x"]
    assert [edge["local_formula"] for edge in one["edges"]] == ["y", None]


def test_what_depends_on_a_number_is_the_number_of_this_request() -> None:
    program = "x = 2.0\ni = argmax([x, 1.0])\ny = x**2 + i"
    found = [reply(program, {"x": x})["output"]["value"] for x in (2.0, 0.5, 2.0)]
    assert found == [4.0, 1.25, 4.0]
