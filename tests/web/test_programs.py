"""POST /api/v1/lower and /gradient_graph: what they write runs here, and gives the numbers that /backprop gives."""

import math

import numpy as np
import pytest

from tests.corpus.read import everything

PROGRAMS = [pytest.param(each, id=each.id) for each in everything()]
LARGE = 100_000


def ask(client, path, **body):
    reply = client.post(f"/api/v1/{path}", body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def written_out(client, path, **body):
    """The reply; None for a text longer than any that is read, which is refused by its size."""
    reply = client.post(f"/api/v1/{path}", body)
    if reply.status_code == 422 and reply.json()["code"] == "too_large":
        assert "65,536 bytes" in reply.text
        return None
    assert reply.status_code == 200, reply.text
    return reply.json()


def names_in(binding):
    return [name for each in binding for name in names_in(each)] if isinstance(binding, list) else [binding]


def numbers_in(value):
    if isinstance(value, list):
        return [number for each in value for number in numbers_in(each)]
    return [float(value.replace("Infinity", "inf") if isinstance(value, str) else value)]


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("detail", ["tensor", "scalar"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_gradient_graph_of_the_corpus_gives_its_gradients(client, program, detail):
    body = {"program": program.source, "detail": detail, "max_elements": LARGE}
    before = ask(client, "backprop", **body)
    written = written_out(client, "gradient_graph", program=program.source, detail=detail)
    if written is None:
        assert detail == "scalar"
        return
    after = ask(client, "backprop", program=written["source"], max_elements=LARGE)
    for name, variables in written["gradients"].items():
        found = [number for variable in names_in(variables) for number in numbers_in(after["values"][variable])]
        same(found, numbers_in(before["gradients"][name]))


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_corpus_in_single_numbers_gives_the_same_output(client, program):
    before = ask(client, "backprop", program=program.source, max_elements=LARGE)
    lowered = written_out(client, "lower", program=program.source)
    if lowered is None:
        assert before["counts"]["nodes"] > 20  # arrays of many numbers
        return
    assert lowered["detail"] == "scalar"
    after = ask(client, "backprop", program=lowered["program"], output=lowered["output"], max_elements=LARGE)
    same(numbers_in(after["output"]["value"]), numbers_in(before["output"]["value"]))
    assert {node["shape"] == [] for node in after["nodes"] if node["kind"] == "input"} <= {True}


def test_lowered_inputs_have_the_gradients_of_the_arrays_elements(client):
    program = "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [2.0, 1.0]\nL = sum(tanh(W @ x)**2)"
    before, lowered = ask(client, "backprop", program=program), ask(client, "lower", program=program)
    after = ask(client, "backprop", program=lowered["program"])
    assert lowered["inputs"]["W"] == [["W_0_0", "W_0_1"], ["W_1_0", "W_1_1"]]
    for name, variables in lowered["inputs"].items():
        same([after["gradients"][each] for each in names_in(variables)], numbers_in(before["gradients"][name]))


def test_a_lowered_program_can_be_told_in_arrays_again(client):
    found = ask(client, "lower", program="x = [1.0, 2.0]\ny = sum(x * 2)", detail="scalar")
    assert found["detail"] == "tensor"
    assert found["program"] == "x = np.array([1.0, 2.0])\ny = sum(x * 2.0, axis=(0,), keepdims=False)\n"


def test_the_gradient_graph_differentiated_again_is_the_second_derivative(client):
    written = ask(client, "gradient_graph", program="x = 3.0\ny = sin(x**2)")
    assert written["gradients"] == {"x": "dy_dx"}
    again = ask(client, "backprop", program=written["source"])
    same(again["values"]["dy_dx"], 6 * math.cos(9))
    same(again["gradients"]["x"], -16.65852599247259)


def test_a_gradient_that_does_not_change_is_still_no_input(client):
    written = ask(client, "gradient_graph", program="x = 2.0\ny = 2*x")
    again = ask(client, "backprop", program=written["source"])
    assert (again["values"]["dy_dx"], again["gradients"]["x"]) == (2.0, 0.0)
    assert [node["name"] for node in again["nodes"] if node["kind"] == "input"] == ["x"]


def test_two_inputs_with_one_gradient_have_a_variable_each(client):
    written = ask(client, "gradient_graph", program="a = 1.0\nb = 2.0\nc = 3.0\ny = (a + b) * c**2")
    again = ask(client, "backprop", program=written["source"])
    assert [again["values"][written["gradients"][name]] for name in ("a", "b", "c")] == [9.0, 9.0, 18.0]


def test_a_text_that_would_be_too_long_is_refused_with_its_limit(client):
    reply = client.post("/api/v1/lower", {"program": "x = np.ones((60, 60)) * 1.5\ny = sum(x * x)"})
    assert (reply.status_code, reply.json()["code"]) == (422, "too_large")
    assert "65,536 bytes" in reply.json()["detail"]


@pytest.mark.parametrize(("program", "value"), [
    ("x = zeros((0, 3))\ny = sum(x)", 0.0), ("x = zeros((0,))\ny = x*2", []), ("x = 2.0\ny = 3.0*2", 6.0),
])  # fmt: skip
@pytest.mark.parametrize("detail", ["tensor", "scalar"])
def test_an_output_that_depends_on_no_number_is_written_too(client, program, value, detail):
    written = ask(client, "lower", program=program, detail=detail)
    again = ask(client, "backprop", program=written["program"], output=written["output"])
    assert again["output"]["value"] == value
