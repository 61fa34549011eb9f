"""POST /api/v1/curve: curves against closed forms, ratios and quotients against their definitions."""

import math

import numpy as np
import pytest

from app.engine.curves import MOST, sample
from app.engine.ops import OPS

CHAIN = "x = 3.0\nu = x**2\ny = sin(u)"


def ask(client, program, status=200, **body):
    reply = client.post("/api/v1/curve", {"program": program, **body})
    assert reply.status_code == status, reply.text
    return reply.json()


def by_name(found):
    return {series["name"] or series["op"]: series for series in found["series"]}


def test_every_node_of_the_chain_is_drawn_over_the_same_places(client):
    found = ask(client, CHAIN, range=[0.0, 4.0])
    x, series = np.array(found["x"]), by_name(found)
    np.testing.assert_allclose(series["u"]["values"], x**2, rtol=1e-14)
    np.testing.assert_allclose(series["y"]["values"], np.sin(x**2), atol=1e-14)
    assert series["u"]["derivative"] == 6.0
    assert series["y"]["locals"] == [pytest.approx(math.cos(9))]
    assert series["y"]["derivative"] == pytest.approx(6 * math.cos(9)) == found["derivative"]
    assert (series["y"]["inner"], 3.0 in found["x"]) == ([series["u"]["node"]], True)


def test_ids_are_those_of_the_picture(client):
    program = "w = [0.5, -1.0]\nx = [2.0, 1.0]\nL = tanh(w @ x)**2"
    found, drawn = ask(client, program, variable="w[1]"), client.backprop(program)
    assert {series["node"] for series in found["series"]} <= {node["id"] for node in drawn["nodes"]}
    scalar = ask(client, program, variable="w[1]", detail="scalar")
    nodes = {node["id"]: node for node in client.backprop(program, detail="scalar")["nodes"]}
    for series in scalar["series"]:
        assert nodes[series["node"]]["value"] == pytest.approx(series["value"])


def test_the_product_of_the_ratios_is_the_ratio_of_the_whole(client):
    delta = ask(client, CHAIN, delta=0.1)["delta"]
    x, u, y = delta["changes"]
    assert (x["change"], u["change"]) == (pytest.approx(0.1), pytest.approx(3.1**2 - 9))
    assert y["ratio"] == pytest.approx((math.sin(3.1**2) - math.sin(9)) / (3.1**2 - 9))
    assert u["ratio"] * y["ratio"] == pytest.approx(delta["ratio"])
    assert u["inner"] == x["node"]


def test_quotients_come_nearer_to_the_derivative(client):
    found = ask(client, CHAIN, h=[0.1, 0.01, 0.001])
    for each in found["quotients"]:
        h = each["h"]
        assert each["forward"] == pytest.approx((math.sin((3 + h) ** 2) - math.sin(9)) / h, rel=1e-9)
        assert each["central"] == pytest.approx((math.sin((3 + h) ** 2) - math.sin((3 - h) ** 2)) / (2 * h), rel=1e-9)
    errors = [abs(each["central"] - found["derivative"]) for each in found["quotients"]]
    assert errors == sorted(errors, reverse=True)


def test_an_h_of_0_has_no_quotient(client):
    assert ask(client, CHAIN, h=[0.0])["quotients"][0]["central"] == "NaN"
    assert ask(client, CHAIN, 422, delta=0.0)["code"] == "bad_argument"


# ── sampling ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_corner_is_met_closely():
    found = sample(lambda x: np.abs(x - 0.12345)[None], -4, 4, 21)
    assert np.min(np.abs(found.x - 0.12345)) < 0.02
    assert found.breaks == [[]]


def test_a_jump_is_a_break_and_a_steep_rise_is_none():
    assert len(sample(lambda x: np.floor(x)[None], -0.5, 0.5, 21).breaks[0]) == 1
    assert sample(lambda x: np.tanh(3 * x)[None], -4, 4, 101).breaks == [[]]


def test_where_there_is_no_value_there_is_a_gap(client):
    found = ask(client, "x = 1.0\ny = log(x)", range=[-1.0, 2.0], points=31)
    values, x = by_name(found)["y"]["values"], found["x"]
    assert {value for value, at in zip(values, x, strict=True) if at < 0} == {"NaN"}
    first = min(at for value, at in zip(values, x, strict=True) if isinstance(value, float))
    assert 0 < first < 0.01


def test_a_drawing_has_an_end():
    found = sample(lambda x: np.sin(1 / (x + 1e-9))[None], -1, 1, 101)
    assert len(found.x) <= MOST


def test_of_many_nodes_the_named_ones_are_drawn_and_the_rest_is_counted(client):
    program = "x = 0.5\ny = x\n" + "y = sin(y) + y*0.1\n" * 40
    found = ask(client, program)
    assert len(found["series"]) <= 24
    assert found["left_out"] > 90


# ── one op ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "gelu", "silu", "softplus", "leaky_relu", "mish"])
def test_an_activation_stands_beside_its_derivative(client, name):
    program = f"x = [-1.0, 0.5]\na = {name}(x)"
    drawn = client.backprop(program)
    node = next(each for each in drawn["nodes"] if each["op"] == name)
    found = ask(client, program, variable="x[0]", node=node["id"])["op"]
    x, slopes = np.array(found["x"]), np.array(found["slopes"])
    op = OPS[name]
    given = {"negative_slope": 0.01} if name == "leaky_relu" else {}
    np.testing.assert_allclose(found["values"], op.forward(x, **given), atol=1e-13)
    inside = np.abs(x) > 1e-3
    h = 1e-6
    quotient = (op.forward(x + h, **given) - op.forward(x - h, **given)) / (2 * h)
    np.testing.assert_allclose(slopes[inside], quotient[inside], atol=1e-7)
    assert [row[0] for row in found["live"]] == [-1.0, 0.5]
    assert [row[2] for row in found["live"]] == drawn["gradients"]["x"]


@pytest.mark.parametrize(("program", "body", "code"), [
    ("x = [1.0, 2.0]\ny = sum(x)", {"variable": "x[0]", "node": "n1"}, "bad_argument"),
    (CHAIN, {"node": "n77"}, "unknown_node"), (CHAIN, {"variable": "q"}, "unknown_name"),
    (CHAIN, {"range": [1.0, 0.0]}, "value_error"), ("x = [1.0, 2.0]\ny = sum(x)", {"variable": "x"}, "not_scalar"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(client, program, body, code):
    assert ask(client, program, 422, **body)["code"] == code


def test_in_scalar_detail_the_output_goes_by_its_id_there(client):
    body = {"program": "w = [0.5, -1.0]\nL = sum(w**3)", "detail": "scalar"}
    drawn = client.post("/api/v1/backprop", body).json()["output"]["node"]
    for path in ("curve", "hessian"):
        found = client.post(f"/api/v1/{path}", {**body, "variable": "w[0]"}).json()
        assert found["output"] == drawn
        assert (found.get("series") or found["terms"])[-1]["node"] == drawn
