"""The packed encoding: the same run as in rows, its structure only once, its numbers to the last bit."""

import math

import numpy as np
import pytest

from app.lessons.examples import EXAMPLES as EVERY_EXAMPLE
from tests.schemas.reading import read_packed

BACKPROP = "/api/v1/backprop"
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
NET = """
import numpy as np
rng = np.random.default_rng(0)
x = rng.normal(size=12)
W = rng.normal(size=(20, 12))
b = rng.normal(size=20)
V = rng.normal(size=(4, 20))
h = ACTIVATION(W @ x + b)
loss = np.mean((V @ h)**2)
"""
NETS = [NET.replace("ACTIVATION", name) for name in ("np.tanh", "relu", "np.exp")]
LARGEST_ERROR = 1e-12


def packed(client, program, **fields):
    reply = client.post(BACKPROP, {"program": program, "encoding": "packed", **fields})
    assert reply.status_code == 200, reply.text
    return read_packed(reply.content)


def tables(head, column):
    """Nodes and edges of a packed reply, a list per field."""
    columns, counts = head["structure"]["columns"], head["counts"]
    nodes = {name: column(each, "structure", counts["nodes"]) for name, each in columns["nodes"].items()}
    nodes |= {name: column(each, "numbers", counts["nodes"]) for name, each in head["nodes"].items()}
    edges = {name: column(each, "structure", counts["edges"]) for name, each in columns["edges"].items()}
    sent = {name: each for name, each in head["edges"].items() if not isinstance(each, str)}
    if "sent" in sent["local"]:
        sent["local"] = among_values(sent["local"], edges["local_from"], nodes["value"], column)
    edges |= head["edges"] | {name: column(each, "numbers", counts["edges"]) for name, each in sent.items()}
    derive(nodes, edges)
    return nodes, edges


def among_values(local, places, values, column):
    """Local derivatives that stand among the values, with those that were sent."""
    rest = iter(column(local["sent"], "numbers", places.count(-2)))
    return [values[place] if place >= 0 else 1.0 if place == -1 else next(rest) for place in places]


def derive(nodes, edges):
    """What follows from other columns, as it is described."""
    if "differentiated" in nodes:
        nodes["grad"] = [g if yes else None for g, yes in zip(nodes["grad"], nodes["differentiated"], strict=True)]
    flows = edges.get("flows", [1] * len(edges["source"]))
    if edges["upstream"] == "grad of target":
        edges["upstream"] = [nodes["grad"][target] for target in edges["target"]]
    if edges["contribution"] == "upstream · local":
        factors = zip(edges["upstream"], edges["local"], flows, strict=True)
        edges["contribution"] = [upstream * local if flow else None for upstream, local, flow in factors]
    for name in ("upstream", "local", "contribution"):
        edges[name] = [each if f else None for each, f in zip(edges[name], flows, strict=True)]


def flat(wire):
    """What a row holds, as a flat list; null and statistics as they are."""
    if wire is None or isinstance(wire, dict):
        return wire
    found = np.array(wire, dtype=object).ravel()
    return [float(NON_FINITE.get(each, each)) if isinstance(each, str) else float(each) for each in found]


def listed(each):
    return [each] if isinstance(each, float) else each


def same(a, b, tolerance):
    if a is None or isinstance(a, dict):
        return a == b
    return b is not None and np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True)


def assert_same_run(rows, head, column, tolerance=0.0):
    nodes, edges = tables(head, column)
    for name in ("op", "noun", "name", "shape", "kind", "label", "glyph", "attributes", "level", "scope", "span",
                 "flags", "opens"):  # fmt: skip
        assert nodes[name] == [row[name] for row in rows["nodes"]], name
    assert nodes["back_level"] == [-1 if row["back_level"] is None else row["back_level"] for row in rows["nodes"]]
    assert nodes.get("id", [f"n{i}" for i in range(len(rows["nodes"]))]) == [row["id"] for row in rows["nodes"]]
    place = {row["id"]: i for i, row in enumerate(rows["nodes"])}
    ends = [(place[row["source"]], place[row["target"]], row["slot"]) for row in rows["edges"]]
    assert list(zip(edges["source"], edges["target"], edges["slot"], strict=True)) == ends
    for found, table, name in [(nodes, "nodes", "value"), (nodes, "nodes", "grad"), (edges, "edges", "local"),
                               (edges, "edges", "upstream"), (edges, "edges", "contribution")]:  # fmt: skip
        for own, row in zip(found[name], rows[table], strict=True):
            assert same(flat(row[name]), listed(own), tolerance), (name, own, row)
    rest = ("output", "values", "gradients", "notes", "printed", "counts", "program")
    assert {name: head[name] for name in rest} == {name: rows[name] for name in rest}


@pytest.mark.parametrize("example", EVERY_EXAMPLE, ids=lambda each: each.id)
@pytest.mark.parametrize("detail", ["tensor", "scalar"])
def test_a_packed_reply_is_the_run_that_rows_give(client, example, detail):
    rows = client.backprop(example.program, detail=detail)
    head, column = packed(client, example.program, detail=detail)
    planned = "flows" in head["structure"]["columns"]["edges"]
    assert_same_run(rows, head, column, tolerance=LARGEST_ERROR if planned else 0.0)


@pytest.mark.parametrize("program", NETS)
def test_a_net_of_many_scalar_nodes_is_the_run_that_rows_give(client, program):
    rows = client.backprop(program, detail="scalar")
    head, column = packed(client, program, detail="scalar")
    assert "flows" in head["structure"]["columns"]["edges"]
    assert_same_run(rows, head, column, tolerance=LARGEST_ERROR)
    nodes, _ = tables(head, column)
    assert nodes["value"] == [row["value"] for row in rows["nodes"]], "values are those of the arrays"
    assert nodes["grad"] == [row["grad"] for row in rows["nodes"]], "and so are gradients"


OPENED = "X = [[1, 2], [3, 4]]\nW = [[5, 6], [7, 8]]\nH = tanh(X @ W / 40)\np = softmax(H[0])\nL = sum(p**2)"


@pytest.mark.parametrize("doors", [["n2"], ["n7", "n7.1"], ["n2", "n7", "n10"], ["n2", "n99"]])
def test_opened_nodes_have_the_ids_and_doors_that_rows_give(client, doors):
    rows = client.backprop(OPENED, open=doors)
    assert any("." in row["id"] for row in rows["nodes"]), "a test of nothing"
    head, column = packed(client, OPENED, open=doors)
    assert_same_run(rows, head, column)


def test_what_can_be_opened_is_sent_of_a_program_that_was_seen_in_numbers_before(client):
    program = "x = 0.5\ny = F.gelu(x)"
    for detail in ("scalar", "tensor", "scalar"):
        rows = client.backprop(program, detail=detail)
        assert_same_run(rows, *packed(client, program, detail=detail))
    assert [row["opens"] for row in client.backprop(program)["nodes"]] == [None, "n1"]


def test_a_graph_with_a_node_opened_has_another_structure(client):
    closed = packed(client, OPENED)[0]["structure"]
    opened = packed(client, OPENED, open=["n2"], known=closed["id"])[0]["structure"]
    assert opened["signature"] != closed["signature"]
    assert opened["columns"] is not None


def test_numbers_that_are_not_finite_are_sent_as_they_are(client):
    head, column = packed(client, "x = 0.0\ny = log(x)\nz = y - y\nw = -y")
    nodes, _ = tables(head, column)
    assert [nodes["value"][i] for i in (1, 3)] == [[-math.inf], [math.inf]]
    assert math.isnan(nodes["value"][2][0])


def test_a_known_structure_is_not_sent_again(client):
    head, _ = packed(client, NETS[0], detail="scalar")
    again, column = packed(client, NETS[0], detail="scalar", known=head["structure"]["id"], inputs={"b": [0.5] * 20})
    assert again["structure"] == {**head["structure"], "columns": None}
    assert again["parts"]["structure"] is None
    whole, of_whole = packed(client, NETS[0], detail="scalar", inputs={"b": [0.5] * 20})
    counts = head["counts"]["nodes"]
    assert column(again["nodes"]["value"], "numbers", counts) == of_whole(whole["nodes"]["value"], "numbers", counts)


@pytest.mark.parametrize("change", [("np.tanh", "relu"), ("x =", "q ="), ("12", "11")])
def test_another_program_has_another_structure(client, change):
    head, _ = packed(client, NETS[0], detail="scalar")
    changed = NETS[0].replace(*change).replace("@ x", "@ q" if change[1] == "q =" else "@ x")
    other, _ = packed(client, changed, detail="scalar", known=head["structure"]["id"])
    assert other["structure"]["id"] != head["structure"]["id"]
    assert other["structure"]["signature"] != head["structure"]["signature"]
    assert other["structure"]["columns"] is not None


def test_a_constant_s_digits_leave_the_signature_as_it_is(client):
    one, other = (packed(client, f"x = 2.0\ny = x * {number}")[0]["structure"] for number in ("3.5 + x", "4.5 + x"))
    assert one["signature"] == other["signature"]


def test_formulas_and_checks_are_left_out_of_graphs_above_the_limit(client):
    asked = {"include": ["formulas", "checks"], "include_most": 100, "detail": "scalar"}
    head, _ = packed(client, NETS[0], **asked)
    assert head["formulas"] == {"nodes": None, "edges": None}
    assert "checks" not in head
    small, column = packed(client, "x = 2.0\ny = x**2", **asked)
    formula = client.backprop("x = 2.0\ny = x**2", include=["formulas"])["nodes"][-1]["formula"]
    assert column(small["formulas"]["nodes"], "numbers", 3)[-1] == formula
    assert small["checks"]["x"]["ok"]


def test_packed_columns_are_not_compressed(client):
    body = {"program": NETS[0], "encoding": "packed", "detail": "scalar"}
    reply = client.request("POST", BACKPROP, json=body, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in reply.headers
    assert reply.headers["content-type"] == "application/octet-stream"


def test_the_same_body_gives_the_same_bytes(client):
    body = {"program": NETS[1], "encoding": "packed", "detail": "scalar"}
    assert client.post(BACKPROP, body).content == client.post(BACKPROP, body).content


DESCRIBED = {"all"}, {"dictionary", "index"}, {"type", "at", "count"}, {"numbers", "sizes", "truncated"}, {"sent"}
"""The columns that the reference describes, beside lists and the names of what follows."""


@pytest.mark.parametrize("fields", [{}, {"detail": "scalar"}])
def test_every_column_is_of_a_kind_that_the_reference_describes(client, fields):
    head, _ = packed(client, NETS[0], **fields)
    page = client.get("/docs").text
    assert all(f'"{key}"' in page for keys in DESCRIBED for key in keys)
    tables = (*head["structure"]["columns"].values(), head["nodes"], head["edges"])
    for column in (column for table in tables for column in table.values()):
        known = isinstance(column, list) or column in ("grad of target", "upstream · local")
        assert known or set(column) in DESCRIBED, column


def test_slopes_that_stand_among_the_values_are_not_sent_and_those_that_no_longer_do_are(client):
    program = NETS[1].replace("b = rng.normal(size=20)", "b = 9 + np.zeros(20)")
    head, column = packed(client, program, detail="scalar")
    _, edges = tables(head, column)
    assert set(head["edges"]["local"]) == {"sent"}
    assert head["edges"]["local"]["sent"]["count"] < len(edges["source"]) / 20
    shut = {"b": [-9.0] + [9.0] * 19}
    moved, of_moved = packed(client, program, detail="scalar", inputs=shut, known=head["structure"]["id"])
    assert moved["structure"]["columns"] is None
    local = of_moved(moved["edges"]["local"], "numbers", len(edges["source"]))
    rows = client.backprop(program, detail="scalar", inputs=shut)["edges"]
    flowing = [(each["local"], x) for each, x in zip(rows, local, strict=True) if each["contribution"] is not None]
    assert flowing and all(math.isclose(a, b, rel_tol=LARGEST_ERROR, abs_tol=LARGEST_ERROR) for a, b in flowing)
    assert 0.0 in [x for _, x in flowing]
