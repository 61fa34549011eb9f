"""POST /api/v1/symbolic: formulas, their values, and the rule of every step."""

import math

import pytest

from tests.corpus.read import everything


def ask(client, program, status=200, **body):
    reply = client.post("/api/v1/symbolic", {"program": program, **body})
    assert reply.status_code == status, reply.text
    return reply.json()


def rules(found):
    return [(step["rule"], step["chain"]) for step in found["steps"]]


def test_the_lectures_chain(client):
    found = ask(client, "x = 3.0\ny = sin(x**2)")
    assert (found["text"], found["form"], found["why"]) == ("2*x*cos(x**2)", "simplified", None)
    assert found["latex"] == r"2 x \cos{\left(x^{2} \right)}"
    assert found["value"] == pytest.approx(6 * math.cos(9), rel=1e-15)
    assert rules(found) == [("trigonometric", True), ("power", False)]
    assert found["steps"][0]["before"] == r"\frac{d}{dx}\left[\sin\left(x^{2}\right)\right]"
    assert found["steps"][0]["after"] == r"\cos\left(x^{2}\right) \cdot \frac{d}{dx}\left[x^{2}\right]"
    assert (found["steps"][1]["after"], found["steps"][1]["value"]) == (r"2 \cdot x", 6.0)


@pytest.mark.parametrize(("program", "rule", "after"), [
    ("x = 2.0\ny = x*sin(x)", "product", r"\sin\left(x\right) + x \cdot \frac{d}{dx}\left[\sin\left(x\right)\right]"),
    ("x = 2.0\ny = 3*sin(x)", "constant multiple", r"3 \cdot \frac{d}{dx}\left[\sin\left(x\right)\right]"),
    ("x = 2.0\ny = x**3", "power", r"3 \cdot x^{2}"),
    ("x = 2.0\ny = 2**x", "exponential", r"y \cdot 0.693147"),
    ("x = 2.0\ny = x**x", "logarithmic differentiation", None),
    ("x = 2.0\ny = sin(x)/x", "quotient", None),
    ("x = 2.0\ny = sin(x) - x", "difference", r"\frac{d}{dx}\left[\sin\left(x\right)\right] - 1"),
    ("x = 2.0\ny = exp(x)", "exponential", "y"),
    ("x = 2.0\ny = log(x)", "logarithm", r"\frac{1}{x}"),
    ("x = 2.0\ny = relu(x)", "derivative of relu", None),
])  # fmt: skip
def test_every_rule_has_its_name(client, program, rule, after):
    step = ask(client, program)["steps"][0]
    assert step["rule"] == rule
    assert after is None or step["after"] == after


def test_steps_name_nodes_of_the_picture_and_their_own_derivatives(client):
    program = "w = [0.5, -1.0]\nx = [2.0, 1.0]\nL = tanh(w @ x)**2"
    found, drawn = ask(client, program, variable="w[1]"), client.backprop(program)
    assert {node for step in found["steps"] for node in step["nodes"]} <= {node["id"] for node in drawn["nodes"]}
    assert found["steps"][0]["value"] == pytest.approx(drawn["gradients"]["w"][1])
    assert found["value"] == pytest.approx(drawn["gradients"]["w"][1], rel=1e-13)


def test_what_is_too_large_to_simplify_is_shown_as_the_rules_give_it(client):
    found = ask(client, "x = 1.1\ny = x\nfor i in range(5):\n    y = sin(y)*y + y")
    assert (found["form"], found["text"]) == ("unsimplified", found["unsimplified"]["text"])
    assert found["why"].startswith("too large to simplify: it has ")
    assert found["value"] == pytest.approx(found["reverse"], rel=1e-12)


def test_what_is_too_large_to_be_written_still_has_its_steps(client):
    found = ask(client, "x = 1.1\ny = x\nfor i in range(40):\n    y = sin(y)*y*0.1 + y")
    assert (found["form"], found["text"], found["value"]) == ("none", None, None)
    assert "20,000 symbols" in found["why"]
    assert len(found["steps"]) == 160


def test_an_op_without_a_formula_says_so(client):
    found = ask(client, "A = [[2.0, 1.0], [1.0, 3.0]]\ny = np.linalg.det(A)", variable="A[0,0]")
    assert found["form"] == "none"
    assert "det has no formula" in found["why"]
    assert found["reverse"] == 3.0


def test_a_variable_that_the_output_does_not_depend_on_gives_0(client):
    found = ask(client, "x = 2.0\nz = 3.0\ny = x**2", variable="z")
    assert (found["text"], found["value"], found["steps"]) == ("0", 0.0, [])


def test_names_are_told_as_they_are_and_spelled_so_that_code_can_hold_them(client):
    found = ask(client, "θ = 0.5\nlambda_ = 2.0\nW1 = [[1.0, 2.0]]\ny = sin(θ*lambda_) * W1[0, 1]", variable="W1[0,1]")
    assert "W1[0,1]" in ask(client, "W1 = [[1.0, 2.0]]\ny = W1[0, 1]**3", variable="W1[0,1]")["text"]
    assert "math.sin(lambda_ * θ)" in found["python"]
    assert r"\theta" not in found["text"]


@pytest.mark.parametrize("program", [pytest.param(each, id=each.id) for each in everything()[::3]])
def test_formulas_of_the_corpus_have_the_value_of_reverse_mode(client, program):
    found = ask(client, program.source)
    if found["form"] == "none":
        assert found["why"]
    elif isinstance(found["reverse"], float) and isinstance(found["value"], float):
        assert found["value"] == pytest.approx(found["reverse"], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("path", ["symbolic", "curve"])
def test_inputs_without_numbers_are_passed_over_or_refused(client, path):
    reply = client.post(f"/api/v1/{path}", {"program": "x = zeros((0, 3))\nb = 2.0\ny = sum(x) + b**2"})
    assert (reply.status_code, reply.json()["variable"]) == (200, "b")
    reply = client.post(f"/api/v1/{path}", {"program": "x = zeros((0, 3))\ny = sum(x)"})
    assert (reply.status_code, reply.json()["code"]) == (422, "not_scalar")
