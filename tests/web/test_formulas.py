"""POST /api/v1/formulas: what is said of one node is what /backprop says of all."""

import pytest

from tests.web.test_cell import PROGRAMS

MORE = {"single numbers": "x = 2.0\ny = 3.0\nk = 2\nz = sin(x * y)**k + x / y", "twice": "x = 3.0\ny = x * x"}


@pytest.mark.parametrize("detail", ["tensor", "scalar"])
@pytest.mark.parametrize("name", ["matmul", "softmax", *MORE])
def test_the_formulas_of_a_node_are_those_of_the_whole_reply(client, name, detail):
    subject = {"program": (PROGRAMS | MORE)[name], "detail": detail}
    whole = client.backprop(**subject, include=["formulas"])
    for node in whole["nodes"][::3]:
        reply = client.post("/api/v1/formulas", {**subject, "node": node["id"]})
        assert reply.status_code == 200, reply.text
        told = reply.json()
        assert told["formula"] == node["formula"]
        around = {
            each["id"]: each["local_formula"]
            for each in whole["edges"]
            if node["id"] in (each["source"], each["target"]) and each["local_formula"] is not None
        }
        assert told["edges"] == around


def test_a_node_of_an_opened_one_goes_by_its_id(client):
    subject = {"program": PROGRAMS["softmax"], "open": ["n1"]}
    whole = client.backprop(**subject, include=["formulas"])
    inner = next(each for each in whole["nodes"] if each["id"].startswith("n1."))
    told = client.post("/api/v1/formulas", {**subject, "node": inner["id"]}).json()
    assert (told["node"], told["formula"]) == (inner["id"], inner["formula"])


def test_a_node_that_is_not_there_is_named(client):
    reply = client.post("/api/v1/formulas", {"program": "x = 1.0\ny = x * 2", "node": "n9"})
    assert reply.status_code == 422
    assert (reply.json()["code"], reply.json()["errors"][0]["field"]) == ("unknown_node", "node")
