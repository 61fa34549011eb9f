"""POST /api/v1/diagnose: the trail of what is not finite, and edits that were run before they are offered."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.detective import follow
from app.engine.run import backprop
from app.lang.rewrites import Rewrite, applied
from tests.corpus.read import everything
from tests.engine.programs import programs


def ask(client, program, **body):
    reply = client.post("/api/v1/diagnose", {"program": program, **body})
    assert reply.status_code == 200, reply.text
    return reply.json()


def steps(found, phase):
    return [(each["node"], each["origin"], each["takes_from"]) for each in found["trail"] if each["phase"] == phase]


# ── the trail ───────────────────────────────────────────────────────────────────────────────────────────
def test_the_trail_goes_from_the_first_node_to_the_output(client):
    found = ask(client, "x = [1000.0, 999.0]\nL = log(sum(exp(x)))")
    assert steps(found, "forward") == [("n1", True, []), ("n2", False, ["n1"]), ("n3", False, ["n2"])]
    assert found["first"]["why"].startswith("exp(1000) is ∞")
    assert found["first"]["span"] == {"line": 2, "column": 13, "end_line": 2, "end_column": 19}
    assert found["first"]["count"] == 2


def test_a_gradient_may_break_though_every_value_is_finite(client):
    found = ask(client, "x = 0.0\ny = 0.0\nr = sqrt(x^2 + y^2)")
    assert steps(found, "forward") == []
    assert steps(found, "backward")[0] == ("n6", True, ["n7"])
    assert found["first"]["edges"] == ["n6>n7.0"]
    assert {each["node"]: each["kinds"] for each in found["trail"]}["n0"] == "NaN"


def test_a_finite_pass_has_no_trail(client):
    found = ask(client, "x = 2.0\ny = log(x)")
    assert (found["finite"], found["first"], found["trail"], found["rewrites"]) == (True, None, [], [])


@given(programs())
@settings(max_examples=200, deadline=None)
def test_the_trail_holds_just_what_is_not_finite_and_each_step_leans_on_one_before(drawn):
    run = backprop(*drawn)
    trail = follow(run)
    assert {each.node for each in trail.values} == {i for i, x in enumerate(run.values) if not np.isfinite(x)}
    assert {each.node for each in trail.gradients} == {i for i, g in run.adjoints.items() if not np.isfinite(g)}
    seen = set()
    for value in trail.values:
        assert set(value.sources) <= seen
        seen.add(value.node)
    seen = set()
    for gradient in trail.gradients:
        assert gradient.why
        assert {edge.target for edge in gradient.edges} - {e.target for e in gradient.origins} <= seen
        seen.add(gradient.node)


# ── edits ───────────────────────────────────────────────────────────────────────────────────────────────
CASES = {
    "x = [1000.0, 999.0, 998.0]\nL = log(sum(exp(x)))": ("log(sum(exp(x)))", "logsumexp(x)"),
    "x = [[900.0, 1.0], [2.0, 3.0]]\nL = sum(np.log(np.sum(np.exp(x), axis=1)))": (
        "np.log(np.sum(np.exp(x), axis=1))", "logsumexp(x, axis=1)"),
    "x = [0.0, 800.0]\nL = -log(softmax(x))[0]": ("log(softmax(x))", "log_softmax(x, axis=0)"),
    "x = [1000.0, 2.0]\ne = exp(x)\np = e/sum(e)\nL = -log(p[0])": ("e/sum(e)", "softmax(x, axis=0)"),
    "x = -800.0\ny = log(sigmoid(x))": ("log(sigmoid(x))", "log_sigmoid(x)"),
    "x = 100.0\ny = log(1 - sigmoid(x))": ("log(1 - sigmoid(x))", "log_sigmoid(-(x))"),
    "x = 1000.0\ny = log(1 + exp(x))": ("log(1 + exp(x))", "softplus(x)"),
    "x = -1000.0\ny = 1/(1 + exp(-x))": ("1/(1 + exp(-x))", "sigmoid(x)"),
    "x = 1000.0\ny = exp(x)/(1 + exp(x))": ("exp(x)/(1 + exp(x))", "sigmoid(x)"),
    "x = 800.0\ny = (exp(x) - exp(-x))/(exp(x) + exp(-x))": ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", "tanh(x)"),
    "x = 1e-20\ny = 1/log(1 + x)": ("log(1 + x)", "log1p(x)"),
    "x = 1e-20\ny = 1/(exp(x) - 1)": ("exp(x) - 1", "expm1(x)"),
    "x = 0.0\ny = 0.0\nr = sqrt(x^2 + y^2)": ("sqrt(x^2 + y^2)", "hypot(x, y)"),
    "x = [0.0, 0.0]\nr = np.sqrt(np.sum(x**2))": ("np.sqrt(np.sum(x**2))", "np.linalg.norm(x)"),
    "x = 0.0\ny = sqrt(x*x)": ("sqrt(x*x)", "abs(x)"),
    "x = 0.0\ny = np.where(x > 0, np.log(x), 0.0)": ("x", "np.where(x > 0, x, 1.0)"),
    "a = 900.0\nb = 2.0\ny = log(exp(a) + exp(b))": ("log(exp(a) + exp(b))", "np.logaddexp(a, b)"),
    "z = 800.0\nt = 0.0\nL = -(t*log(sigmoid(z)) + (1 - t)*log(1 - sigmoid(z)))": (
        "-(t*log(sigmoid(z)) + (1 - t)*log(1 - sigmoid(z)))",
        "(softplus(z) - (z)*(t))"),
    "x = [1e-200, 1e-200]\ny = log(prod(x))": ("log(prod(x))", "np.sum(np.log(x))"),
}  # fmt: skip


@pytest.mark.parametrize("program", CASES)
def test_a_stable_formula_is_offered_and_makes_everything_finite(client, program):
    found = ask(client, program)
    assert not found["finite"]
    (edit,) = found["rewrites"]
    assert (edit["before"], edit["text"]) == CASES[program]
    assert edit["finite"]
    assert edit["non_finite"] == 0
    mended = client.backprop(edit["program"])
    numbers = [mended["output"]["value"], *np.ravel(next(iter(mended["gradients"].values())))]
    assert all(isinstance(x, float) and math.isfinite(x) for x in numbers)


@pytest.mark.parametrize("program", CASES)
def test_an_edit_is_the_span_replaced(client, program):
    (edit,) = ask(client, program)["rewrites"]
    span, lines = edit["span"], program.split("\n")
    line = lines[span["line"] - 1]
    assert line[span["column"] - 1 : span["end_column"] - 1] == edit["before"]
    lines[span["line"] - 1] = line[: span["column"] - 1] + edit["text"] + line[span["end_column"] - 1 :]
    assert edit["program"] == "\n".join(lines)


def test_two_edits_that_are_needed_together_are_offered_together(client):
    program = (
        "import torch\nx = torch.tensor([800.0, -800.0])\nt = torch.tensor([0.0, 1.0])\np = torch.sigmoid(x)\n"
        "L = -(t*torch.log(p) + (1 - t)*torch.log(1 - p)).mean()"
    )
    found = ask(client, program)
    assert [each["finite"] for each in found["rewrites"]] == [False, False]
    assert (found["all"]["edits"], found["all"]["finite"]) == (2, True)
    assert "F.logsigmoid(x)" in found["all"]["program"]


def test_what_is_no_mistake_of_a_formula_has_no_edit(client):
    assert ask(client, "x = 0.0\ny = 1/x")["rewrites"] == []
    assert ask(client, "x = -1.0\ny = log(x)")["rewrites"] == []


def test_a_name_that_means_something_else_by_then_is_not_taken_for_it(client):
    program = "x = 1000.0\ne = exp(x)\nx = x*0.001\ny = log(1 + e) * x"
    assert all("softplus(x)" not in each["text"] for each in ask(client, program)["rewrites"])


def test_edits_behind_one_another_keep_their_places():
    edits = [Rewrite(0, "", "", (1, 5, 1, 8), "abc", "X"), Rewrite(1, "", "", (1, 11, 1, 12), "d", "long")]
    assert applied("y = abc + d\n", edits) == "y = X + long\n"


@pytest.mark.parametrize("program", [pytest.param(each, id=each.id) for each in everything()])
def test_the_corpus_is_answered(client, program):
    found = ask(client, program.source)
    assert found["finite"] == (found["trail"] == [])
