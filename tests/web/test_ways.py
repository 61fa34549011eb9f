"""POST /jvp, /gradcheck, /paths, /derivatives and chains of /jacobian: the replies, and what is wrong with requests."""

import math

import numpy as np
import pytest

from app.engine.run import backprop
from app.lang import trace
from app.symbolic.gradient import SERVICE, symbolic_gradient

LECTURE = "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)"
LAYER = "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [1.0, 2.0]\nh = tanh(W @ x)\nL = sum((W @ h)**2)"
NETWORK = {
    "input": 2, "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
    "data": {"x": [[0.5, -1.0]], "y": [[0.25]]},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def formulas():
    """The process that makes formulas is running: on a busy machine its start takes longer than a request waits."""
    program = trace("x = 3.0\ny = x**2")
    found = symbolic_gradient(backprop(program.graph, program.output))
    assert found.why is None


def of(client, path, program, **fields):
    subject = {"program": program} if isinstance(program, str) else {"network": program}
    reply = client.post(f"/api/v1/{path}", {**subject, **fields})
    assert reply.status_code == 200, reply.text
    return reply.json()


def problem(client, path, program, **fields):
    reply = client.post(f"/api/v1/{path}", {"program": program, **fields})
    assert reply.status_code == 422, reply.text
    return reply.json()


# ── /jvp ────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_tangent_can_be_added_up_from_the_reply(client):
    told = of(client, "jvp", LECTURE, tangents={"t": 1.0})
    assert told["output_tangent"] == told["tangents"]["z"] == pytest.approx(2.3883001501507777, rel=1e-15)
    sums = {}
    for edge in told["edges"]:
        if edge["tangent_contribution"] is not None:
            assert edge["tangent_contribution"] == edge["local"] * edge["tangent"]
            sums[edge["target"]] = sums.get(edge["target"], 0.0) + edge["tangent_contribution"]
    for node in told["nodes"]:
        if node["kind"] == "op":
            assert node["tangent"] == sums[node["id"]]
    assert told["passes"] == {"forward": 1, "reverse": 1}


def test_the_identity_holds_with_a_cotangent_and_any_tangents(client):
    program = LAYER.rpartition("\n")[0]
    told = of(client, "jvp", program, tangents={"W": [[1, 2], [3, 4]], "x": [-1, 0.5]}, cotangent=[2.0, -3.0])
    identity = told["identity"]
    assert identity["output_side"] == pytest.approx(np.dot([2.0, -3.0], told["output_tangent"]), rel=1e-14)
    gradients = {name: np.array(gradient) for name, gradient in told["gradients"].items()}
    other = np.sum(gradients["W"] * [[1, 2], [3, 4]]) + np.sum(gradients["x"] * [-1, 0.5])
    assert identity["input_side"] == pytest.approx(other, rel=1e-14)
    assert identity["relative_error"] < 1e-14
    assert told["passes"] == {"forward": 6, "reverse": 2}


def test_without_tangents_every_input_moves_by_ones_and_with_one_the_others_stay(client):
    told = of(client, "jvp", "x = 2.0\ny = [1.0, 2.0]\nz = x * sum(y)")
    assert (told["seeds"], told["output_tangent"]) == ({"x": 1, "y": [1, 1]}, 3 + 2 * 2)
    told = of(client, "jvp", "x = 2.0\ny = [1.0, 2.0]\nz = x * sum(y)", tangents={"y": [1, 0]})
    assert (told["seeds"], told["output_tangent"], told["tangents"]["x"]) == ({"y": [1, 0]}, 2, None)


@pytest.mark.parametrize("detail", ["tensor", "scalar"])
def test_the_output_moves_alike_in_both_details(client, detail):
    told = of(client, "jvp", LAYER, tangents={"W": [[0, 1], [0, 0]]}, detail=detail)
    assert told["output_tangent"] == pytest.approx(-3.1076107790375636, rel=1e-12)


def test_lists_of_numbers_are_seeded_as_lists(client):
    told = of(client, "jvp", "w = [2.0, 3.0]\ny = w[0]*w[1]", tangents={"w": [1.0, 10.0]})
    assert told["output_tangent"] == 23


def test_an_input_that_is_bound_again_is_seeded_as_the_input(client):
    told = of(client, "jvp", "x = 2.0\nx = x**3\ny = 5*x", tangents={"x": 1.0})
    assert told["output_tangent"] == 60
    scalar = of(client, "jvp", "x = 2.0\nx = x**3\ny = 5*x", tangents={"x": 1.0}, detail="scalar")
    assert scalar["output_tangent"] == 60


def test_a_step_says_what_a_tangent_was_and_becomes(client):
    told = of(client, "jvp", LECTURE, tangents={"t": 1.0}, include=["steps"])
    last = [step for step in told["steps"] if step["kind"] == "accumulate"][-1]
    assert (last["node"], last["after"]) == (told["output"]["node"], told["output_tangent"])
    assert last["before"] + last["add"] == last["after"]
    assert {step["phase"] for step in told["steps"]} == {"tangent"}


def test_columns_hold_what_rows_hold(client):
    rows, columns = (of(client, "jvp", LAYER, encoding=each) for each in ("rows", "columns"))
    for table in ("nodes", "edges"):
        for field, column in columns[table].items():
            assert column == [row[field] for row in rows[table]]


@pytest.mark.parametrize(
    ("tangents", "code", "field"),
    [
        ({"u": 1.0}, "unknown_name", "tangents.u"),
        ({"x": [1.0, 2.0, 3.0]}, "shape_mismatch", "tangents.x"),
        ({"x": 1.0}, "shape_mismatch", "tangents.x"),
        ({"x": "one"}, "number", "tangents.x"),
    ],
)
def test_a_tangent_that_does_not_fit_is_a_problem_of_its_field(client, tangents, code, field):
    found = problem(client, "jvp", LAYER, tangents=tangents)
    assert (found["code"], found["errors"][0]["field"]) == (code, field)


# ── /gradcheck ──────────────────────────────────────────────────────────────────────────────────────────
def test_all_four_ways_stand_side_by_side(client):
    told = of(client, "gradcheck", LAYER)
    assert told["ok"]
    for name, shape in (("W", (2, 2)), ("x", (2,))):
        check = told["checks"][name]
        reverse = np.array(check["reverse"])
        assert reverse.shape == shape == tuple(check["shape"])
        np.testing.assert_allclose(check["forward_mode"], reverse, rtol=1e-12)
        np.testing.assert_allclose(check["symbolic"], reverse, rtol=1e-10)
        np.testing.assert_allclose(check["numeric"], reverse, rtol=1e-6)
        for way in check["agreement"].values():
            assert (way["ok"], way["compared"], way["why"]) == (True, reverse.size, None)
            other = way["worst"]
            error = abs(other["reverse"] - other["other"]) / max(1, abs(other["reverse"]))
            assert way["relative_error"] == error
    assert told["checks"]["W"]["agreement"]["numeric"]["worst"]["label"].startswith("W[")


@pytest.mark.parametrize("path", ["gradcheck", "symbolic"])
def test_the_first_reply_is_the_same_as_later_ones(client, path):
    SERVICE.close()
    body = {"program": "x = 3.0\ny = sin(x**2)"}
    replies = [client.post(f"/api/v1/{path}", body) for _ in range(4)]
    while replies[0].status_code == 503:  # no word of another reply while the process starts
        replies = [*replies[1:], client.post(f"/api/v1/{path}", body)]
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.content for reply in replies}) == 1


def test_a_sweep_has_both_branches_beside_the_error(client):
    steps = [1e-1, 1e-2, 1e-6, 1e-12]
    told = of(client, "gradcheck", "x = 3.0\ny = sin(x**2)", sweep=steps)
    assert [point["h"] for point in told["sweep"]] == steps
    errors = [point["error"]["x"] for point in told["sweep"]]
    assert errors[1] == pytest.approx(told["sweep"][1]["truncation"]["x"], rel=0.01)
    assert errors[2] < 1e-8
    assert 1e-4 < errors[3] < told["sweep"][3]["rounding"]
    assert told["checks"]["x"]["parts"]["derivative"] == pytest.approx(181.96787109838698, rel=1e-12)


def test_of_an_array_a_sweep_is_by_element(client):
    told = of(client, "gradcheck", LAYER, sweep=[1e-4], scheme="forward")
    (point,) = told["sweep"]
    np.testing.assert_allclose(point["estimate"]["W"], told["checks"]["W"]["reverse"], rtol=1e-2, atol=1e-2)
    assert np.shape(point["error"]["W"]) == np.shape(point["truncation"]["W"]) == (2, 2)


def test_where_there_is_no_complex_step_it_says_why_and_sends_null(client):
    told = of(client, "gradcheck", "x = -2.0\ny = 3.0\nz = abs(x) * y", scheme="complex", sweep=[1e-3])
    x, y = told["checks"]["x"], told["checks"]["y"]
    assert (x["numeric"], x["relative_error"], x["agreement"]["numeric"]["ok"]) == (None, None, None)
    assert "abs" in x["agreement"]["numeric"]["why"]
    assert x["ok"]  # forward mode and the formula agree
    assert y["numeric"] == pytest.approx(2.0, rel=1e-14)  # no abs on its way
    assert {"no_complex_step"} == {note["code"] for note in told["notes"]}


def test_a_step_that_is_too_small_for_x_is_seen_as_an_error(client):
    told = of(client, "gradcheck", "x = 1e6\ny = x**2", h=1e-12, symbolic=False)
    check = told["checks"]["x"]
    assert (check["numeric"], check["agreement"]["numeric"]["ok"], check["ok"]) == (0, False, False)
    assert check["agreement"]["symbolic"] == {
        "relative_error": None, "ok": None, "compared": 0, "worst": None, "why": "not asked for",
    }  # fmt: skip


@pytest.mark.parametrize("fields", [{"h": 0}, {"h": -1e-3}, {"h": "NaN"}, {"sweep": [0.1, 0]}, {"scheme": "backward"}])
def test_a_step_or_scheme_that_is_none_is_refused(client, fields):
    assert problem(client, "gradcheck", LECTURE, **fields)["errors"][0]["field"].startswith(next(iter(fields)))


# ── /paths ──────────────────────────────────────────────────────────────────────────────────────────────
def test_the_lectures_three_paths_add_up_to_the_gradient(client):
    told = of(client, "paths", LECTURE, source="t", target="z")
    assert told["count"] == len(told["paths"]) == 3
    products = [path["product"] for path in told["paths"]]
    assert products == pytest.approx([1.510640120120622, 0.5, 0.3776600300301555], rel=1e-15)
    assert told["sum"] == told["listed_sum"] == pytest.approx(told["gradient"], rel=1e-15)
    edges = {edge["id"]: edge for edge in client.backprop(LECTURE)["edges"]}
    for path in told["paths"]:
        assert path["factors"] == [edges[edge]["local"] for edge in path["edges"]]
        assert path["nodes"] == [edges[path["edges"][0]]["source"], *(edges[edge]["target"] for edge in path["edges"])]
        assert math.prod(path["factors"]) == path["product"]


def test_a_count_beyond_two_to_the_53_is_a_string(client):
    told = of(client, "paths", "x = 1.0\ny = x\nfor i in range(100):\n    y = 0.75*y + 0.25*y\nz = y", limit=3)
    assert (told["count"], len(told["paths"])) == (str(2**100), 3)
    assert told["sum"] == pytest.approx(told["gradient"], rel=1e-12)
    assert told["listed_sum"] == pytest.approx(sum(path["product"] for path in told["paths"]), rel=1e-15)
    assert isinstance(told["operations"]["paths"], str)
    assert told["operations"]["reverse"] == 400


def test_between_arrays_factors_are_jacobians_and_products_are_theirs(client):
    told = of(client, "paths", LAYER, source="x")
    (path,) = told["paths"]
    product = np.eye(2)
    for factor in path["factors"]:
        product = np.array(factor) @ product
    np.testing.assert_allclose(path["product"], product, rtol=1e-12)
    np.testing.assert_allclose(told["gradient"], product, rtol=1e-12)
    assert (told["ranked_by"], path["size"]) == ("norm", pytest.approx(np.linalg.norm(product), rel=1e-12))
    both = of(client, "paths", LAYER, source="W")
    assert both["count"] == 2
    np.testing.assert_allclose(np.sum([each["product"] for each in both["paths"]], 0), both["gradient"], rtol=1e-12)
    sizes = [each["size"] for each in both["paths"]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_paths_of_a_cell_are_found_in_single_numbers(client):
    told = of(client, "paths", LAYER, source="W[0,1]")
    gradient = client.backprop(LAYER)["gradients"]["W"][0][1]
    assert (told["detail"], told["source"]["label"], told["count"]) == ("scalar", "W[0,1]", 3)
    assert told["sum"] == pytest.approx(gradient, rel=1e-13)
    scalar = client.backprop(LAYER, detail="scalar")
    edges = {edge["id"]: edge["local"] for edge in scalar["edges"]}
    assert all([edges[edge] for edge in path["edges"]] == path["factors"] for path in told["paths"])
    assert of(client, "paths", LAYER, source="W[0,1]", detail="scalar")["paths"] == told["paths"]
    inner = of(client, "paths", LAYER, source="W[0,1]", target="h[0]")
    assert (inner["count"], inner["target"]["label"]) == (1, "h[0]")


def test_by_default_they_lead_from_the_first_input_to_the_output(client):
    told = of(client, "paths", LAYER)
    assert (told["source"]["label"], told["target"]["label"]) == ("W", "L")


def test_a_program_that_is_too_large_to_unfold_says_that_it_is_not_counted(client):
    told = of(client, "paths", "W = ones((200, 200))\nx = ones(200)\ny = sum(W @ x)", source="x")
    assert (told["operations"], told["growth"]) == (None, None)
    assert any(note["code"] == "bounded" and "operations" in note["message"] for note in told["notes"])
    assert told["paths"][0]["product"] is None


def test_where_no_way_leads_there_are_no_paths(client):
    told = of(client, "paths", "x = 1.0\ny = 2.0\nz = 3*y", source="x")
    assert (told["count"], told["paths"], told["sum"], told["gradient"]) == (0, [], 0, 0)


def test_nan_and_infinite_paths_come_first_and_their_sum_is_nan(client):
    told = of(client, "paths", "x = 0.0\ny = x**2 + sqrt(x) + 3*x")
    assert told["paths"][0]["product"] == "Infinity"
    assert [path["product"] for path in told["paths"][1:]] == [3, 0]
    assert told["sum"] == told["gradient"] == "Infinity"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"source": "v"}, "unknown_name", "source"),
        ({"source": "n99"}, "unknown_node", "source"),
        ({"source": "W[0,7]"}, "bad_argument", "source"),
        ({"source": "W[0]"}, "bad_argument", "source"),
        ({"source": "W[0,1]", "target": "h"}, "bad_argument", "target"),
        ({"source": "W", "detail": "scalar"}, "bad_argument", "source"),
        ({"source": ""}, "unknown_name", "source"),
        ({"source": "[[["}, "unknown_name", "source"),
        ({"limit": -1}, "greater_than_equal", "limit"),
    ],
)
def test_what_is_no_place_is_a_problem_of_its_field(client, fields, code, field):
    found = problem(client, "paths", LAYER, **fields)
    assert (found["code"], found["errors"][0]["field"]) == (code, field)


# ── /derivatives ────────────────────────────────────────────────────────────────────────────────────────
def test_sine_of_a_square_again_and_again(client):
    told = of(client, "derivatives", "x = 3.0\ny = sin(x**2)", order=2)
    assert told["value"] == pytest.approx(0.4121184852417566, rel=1e-15)
    assert told["derivatives"] == pytest.approx([-5.466781571308061, -16.65852599247259], rel=1e-14)
    assert (told["variable"], told["at"]) == ("x", 3)


def test_a_power_is_differentiated_on_where_its_exponent_passes_0(client):
    told = of(client, "derivatives", "x = 2.0\ny = x**x", order=5)
    # SymPy, diff(x**x, x, n) at 2: the third derivative has x^(x − 2), whose slope in its exponent is not 0.
    expected = [6.772588722239782, 13.466989500152367, 28.57418402505315, 64.50134182736849, 151.43073757945976]
    assert told["derivatives"] == pytest.approx(expected, rel=1e-12)


def test_a_cell_of_an_array_is_a_variable(client):
    told = of(client, "derivatives", LAYER, variable="W[0,1]", order=2)
    gradient = client.backprop(LAYER)["gradients"]["W"][0][1]
    assert (told["variable"], told["derivatives"][0]) == ("W[0,1]", pytest.approx(gradient, rel=1e-12))
    h = 1e-4
    sides = [client.backprop(LAYER, inputs={"W": [[0.5, -1.0 + d], [0.25, 2.0]]}) for d in (h, -h)]
    rise = sides[0]["gradients"]["W"][0][1] - sides[1]["gradients"]["W"][0][1]
    assert told["derivatives"][1] == pytest.approx(rise / (2 * h), rel=1e-6)


def test_an_array_is_no_variable_and_a_cell_is_proposed(client):
    found = problem(client, "derivatives", LAYER)
    assert (found["code"], found["errors"][0]["hint"]) == ("not_scalar", "choose a cell, such as W[0,0]")
    assert problem(client, "derivatives", LECTURE, order=6)["errors"][0]["field"] == "order"


# ── chains of /jacobian ─────────────────────────────────────────────────────────────────────────────────
def test_a_chain_is_multiplied_out_and_each_product_is_a_matrix_times_the_one_before(client):
    told = of(client, "jacobian", LAYER.replace("sum((W @ h)**2)", "exp(W @ h)"), chain=["x", "h", "L"])["chain"]
    first, second = told["factors"]
    np.testing.assert_allclose(np.array(second["matrix"]) @ first["matrix"], second["product"], rtol=1e-14)
    np.testing.assert_allclose(second["product"], told["total"], rtol=1e-12)
    assert told["complete"]
    assert (first["rows"], first["columns"]) == (["h[0]", "h[1]"], ["x[0]", "x[1]"])


def test_a_chain_that_other_ways_lead_past_is_not_complete(client):
    told = of(client, "jacobian", "x = 2.0\nu = x**2\ny = u * x", chain=["x", "u", "y"])["chain"]
    assert (told["factors"][-1]["product"], told["total"], told["complete"]) == ([[8]], [[12]], False)


def test_variables_name_the_ends_of_a_matrix_too(client):
    within = of(client, "jacobian", LAYER, source="x", target="h")["within"]
    assert np.shape(within["matrix"]) == (2, 2)
    assert problem(client, "jacobian", LAYER, source="x[0]", target="h")["errors"][0]["field"] == "source"
    assert problem(client, "jacobian", LAYER, chain=["x", "v"])["errors"][0]["field"] == "chain[1]"


# ── nets ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_net_is_a_subject_of_every_way(client):
    gradients = of(client, "backprop", NETWORK)["gradients"]
    jvp = of(client, "jvp", NETWORK, tangents={"b2": [1.0]})
    assert jvp["output_tangent"] == pytest.approx(gradients["b2"][0], rel=1e-12)
    assert of(client, "gradcheck", NETWORK)["ok"]
    paths = of(client, "paths", NETWORK, source="W1[0,1]")
    assert paths["sum"] == pytest.approx(gradients["W1"][0][1], rel=1e-12)
    derivatives = of(client, "derivatives", NETWORK, variable="W1[0,1]", order=1)
    assert derivatives["derivatives"] == pytest.approx([gradients["W1"][0][1]], rel=1e-12)


# ── blocks of /jacobian ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("detail", ["tensor", "scalar"])
def test_several_outputs_by_several_inputs_are_a_labelled_matrix_each(client, detail):
    program = "x = [1.0, 2.0]\nb = 0.5\nu = x**2 + b\ny = tanh(sum(u) / 10)"
    blocks = of(client, "jacobian", program, outputs=["u", "y"], detail=detail)["blocks"]
    assert [(each["output"], each["input"]) for each in blocks] == [("u", "x"), ("u", "b"), ("y", "x"), ("y", "b")]
    slope = (1 - math.tanh(0.6) ** 2) / 10
    expected = [[[2, 0], [0, 4]], [[1], [1]], [[2 * slope, 4 * slope]], [[2 * slope]]]
    for block, matrix in zip(blocks, expected, strict=True):
        np.testing.assert_allclose(block["matrix"], matrix, rtol=1e-12)
    assert (blocks[0]["rows"], blocks[2]["rows"], blocks[2]["columns"]) == (["u[0]", "u[1]"], ["y"], ["x[0]", "x[1]"])
    assert (blocks[0]["output_shape"], blocks[3]["input_shape"]) == ([2], [])


def test_blocks_take_ids_and_refuse_what_is_not_there(client):
    (block,) = of(client, "jacobian", "x = 3.0\ny = x**2", outputs=["n2"])["blocks"]
    assert (block["matrix"], block["rows"], block["columns"]) == ([[6]], ["n2"], ["x"])
    assert problem(client, "jacobian", LAYER, outputs=["h", "nothing"])["errors"][0]["field"] == "outputs[1]"


def test_of_arrays_without_numbers_every_way_answers(client):
    program = "x = zeros((0, 3))\ny = sum(x)"
    assert of(client, "jvp", program)["output_tangent"] == 0
    assert of(client, "gradcheck", program)["checks"]["x"]["ok"]
    assert of(client, "jacobian", program, outputs=["y", "x"])["blocks"][0]["matrix"] == [[]]


def test_in_single_numbers_an_array_has_its_formula_too(client):
    program, asked = "x = [1.0, 2.0]\ny = x**3", {"detail": "scalar", "cotangent": [1.0, -0.5]}
    assert of(client, "gradcheck", program, **asked)["checks"]["x"]["symbolic"] == [3, -6]
    probabilities = of(client, "gradcheck", "x = [1.0, 2.0]\ny = softmax(x)", **asked)["checks"]["x"]
    assert probabilities["symbolic"] == pytest.approx(probabilities["reverse"], rel=1e-14)


def test_of_an_input_that_is_bound_again_the_formula_is_by_the_input(client):
    told = of(client, "gradcheck", "x = 2.0\nx = x*3\ny = x**2")
    assert told["ok"]
    assert (told["checks"]["n0"]["symbolic"], told["checks"]["x"]["symbolic"]) == (36, 12)
