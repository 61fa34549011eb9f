"""`open`: single nodes opened in place, everything else as it was."""

import numpy as np
import pytest

NET = "X = [[1, -0.5, 2], [0, 1.5, -1]]\nW = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nb = [0.1, -0.7]\n" \
    "Y = softmax(X @ W + b)\nL = sum(Y**2)"  # fmt: skip
LAYERS = {
    "conv2d": "x = reshape(arange(32.0), (1, 2, 4, 4)) / 10\nw = reshape(arange(8.0), (2, 1, 2, 2)) - 4\n"
    "L = sum(F.conv2d(x, w, stride=2, padding=1, groups=2)**2)",
    "max_pool2d": "x = [[[[1, 5, 5, 2], [0, 3, 1, 8], [7, 2, 2, 2], [1, 1, 4, 0]]]]\nL = sum(F.max_pool2d(x, 2)**2)",
    "layer_norm": "x = [[1, 2, 4], [0, 3, -1]]\nL = sum(F.layer_norm(x, (3,))**3)",
    "attention": "q = [[1, 0.5], [0, -1]]\nk = [[0.3, 1], [2, 0]]\nv = [[1, 2], [3, 5]]\n"
    "L = sum(F.scaled_dot_product_attention(q, k, v)**2)",
    "cross_entropy": "x = [[1, 2, 4], [0, 3, -1]]\nL = F.cross_entropy(x, [0, 2])",
    "embedding": "E = [[1, 2], [3, 4], [5, 6]]\nL = sum(E[[2, 0, 2]]**2)",
    "gelu": "x = 0.5\nL = gelu(x)",
}


def by_id(reply):
    return {each["id"]: each for each in reply["nodes"]}


def same(reply, closed):
    """What was there before is there still: value, gradient, name, place in the text."""
    nodes = by_id(reply)
    for before in closed["nodes"]:
        now = nodes[before["id"]]
        kept = ("value", "shape", "name", "label", "span")
        assert [now[field] for field in kept] == [before[field] for field in kept]
        grads = (np.array(each["grad"], float) for each in (now, before))
        np.testing.assert_allclose(*grads, rtol=1e-12, atol=1e-14)
    for name, value in closed["gradients"].items():
        np.testing.assert_allclose(np.array(reply["gradients"][name]), np.array(value), rtol=1e-12, atol=1e-14)
    assert reply["values"] == closed["values"]
    assert reply["output"] == closed["output"]


def rebuilt(reply):
    """Every gradient is the sum of the contributions that are sent."""
    totals = {reply["output"]["node"]: np.ones(reply["output"]["shape"])}
    nodes = by_id(reply)
    order = sorted(reply["edges"], key=lambda each: (nodes[each["target"]]["back_level"] or 0))
    for edge in order:
        if edge["contribution"] is not None:
            totals[edge["source"]] = totals.get(edge["source"], 0) + np.array(edge["contribution"])
    for node in reply["nodes"]:
        if node["grad"] is not None and node["id"] in totals:
            np.testing.assert_allclose(totals[node["id"]], node["grad"], rtol=1e-13, atol=1e-14)


def every_door(client, program, most=40):
    """Open one node after the other, what is inside too, until nothing can be opened; the last reply."""
    doors = []
    reply = client.backprop(program)
    while len(doors) < most and (found := [each["opens"] for each in reply["nodes"] if each["opens"]]):
        doors.append(found[0])
        reply = client.backprop(program, open=doors)
        assert doors[-1] not in [each["opens"] for each in reply["nodes"]]
        yield doors, reply


def test_what_can_be_opened_says_how(client):
    opens = {each["op"]: each["opens"] for each in client.backprop(NET)["nodes"]}
    assert opens == {None: None, "matmul": "n3", "add": "n4", "softmax": "n5", "pow": "n7", "sum": "n8"}


def test_an_op_becomes_its_definition_in_place(client):
    closed, reply = client.backprop(NET), client.backprop(NET, open=["n5"])
    same(reply, closed)
    inside = [each["op"] for each in reply["nodes"] if each["id"].startswith("n5.")]
    assert inside and by_id(reply)["n5"]["op"] == "div"
    assert set(by_id(reply)) - set(by_id(closed)) == {f"n5.{i}" for i in range(len(inside))}
    assert {each["id"] for each in reply["edges"] if each["target"] == "n7"} == {"n5>n7.0", "n6>n7.1"}


def test_an_op_without_a_definition_becomes_its_numbers(client):
    closed, reply = client.backprop(NET), client.backprop(NET, open=["n7"])
    same(reply, closed)
    powers = [each for each in reply["nodes"] if each["op"] == "pow"]
    assert [each["value"] for each in powers] == [y**2 for row in closed["values"]["Y"] for y in row]
    assert by_id(reply)["n7"]["op"] == "array"
    picked = [each["name"] for each in reply["nodes"] if each["op"] == "index"]
    assert picked == ["Y[0,0]", "Y[0,1]", "Y[1,0]", "Y[1,1]"]


@pytest.mark.parametrize("program", [NET, *LAYERS.values()], ids=["net", *LAYERS])
def test_everything_opens_down_to_single_numbers_and_nothing_else_changes(client, program):
    closed, seen = client.backprop(program), 0
    for _, reply in every_door(client, program):
        same(reply, closed)
        rebuilt(reply)
        assert len(by_id(reply)) == len(reply["nodes"]) == reply["counts"]["nodes"]
        known = set(by_id(reply))
        assert all({each["source"], each["target"]} <= known for each in reply["edges"])
        assert all(set(each["inputs"]) <= known for each in reply["nodes"])
        seen += 1
    assert seen


def test_steps_checks_notes_and_formulas_go_by_the_same_ids(client):
    reply = client.backprop(NET, open=["n5", "n3"], include=["steps", "checks", "formulas"])
    known, edges = set(by_id(reply)), {each["id"] for each in reply["edges"]}
    assert {each["node"] for each in reply["steps"]} <= known
    assert {each["edge"] for each in reply["steps"]} - {None} <= edges
    assert all(check["ok"] for check in reply["checks"].values())
    assert all(note["node"] in known for note in reply["notes"] if "node" in note)
    assert by_id(reply)["n5.0"]["formula"]


def test_columns_and_blocks_are_the_same_graph(client):
    rows = client.backprop(NET, open=["n5"])
    for encoding in ("columns", "binary"):
        told = client.backprop(NET, open=["n5"], encoding=encoding)
        assert told["nodes"]["id"] == [each["id"] for each in rows["nodes"]]
        assert told["edges"]["id"] == [each["id"] for each in rows["edges"]]


def test_what_cannot_be_opened_is_a_note_and_changes_nothing(client):
    closed, reply = client.backprop(NET), client.backprop(NET, open=["n0", "n99", "nonsense"])
    assert reply["nodes"] == closed["nodes"]
    told = [each["message"] for each in reply["notes"] if each["code"] == "nothing_to_open"]
    assert [each.split()[1] for each in told] == ["n0", "n99", "nonsense"]


def test_in_scalar_detail_there_is_nothing_to_open(client):
    plain, reply = client.backprop(NET, detail="scalar"), client.backprop(NET, detail="scalar", open=["n5"])
    assert reply == plain
    assert {each["opens"] for each in reply["nodes"]} == {None}


def test_the_same_question_has_the_same_answer_however_often_it_comes(client):
    body = {"program": NET, "open": ["n5", "n7"]}
    answers = {client.post("/api/v1/backprop", body).content for _ in range(12)}
    assert len(answers) == 1


def test_what_is_too_large_to_open_is_refused(client):
    reply = client.post("/api/v1/backprop", {"program": "x = ones((400, 400))\nL = sum(x * 2)", "open": ["n2"]})
    assert (reply.status_code, reply.json()["code"]) == (422, "too_large")
