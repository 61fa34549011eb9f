"""POST /api/v1/cell: what is said of one cell is what /backprop says of the whole."""

import itertools

import numpy as np
import pytest

from app.schemas.numbers import tensor_from_json

X = "X = [[1, -0.5, 2], [0, 1.5, -1]]\n"
PROGRAMS = {
    "matmul": f"{X}W = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nL = sum((X @ W)**2)",
    "broadcast": f"{X}b = [0.5, -1, 2]\nL = sum(tanh(X + b)**2)",
    "scaled": f"{X}k = 1.5\nL = sum((k * X)**2)",
    "sum": f"{X}L = sum(sum(X, axis=0)**2)",
    "softmax": f"{X}L = sum(softmax(X)[:, 0]**2)",
    "conv2d": "x = reshape(arange(32.0) / 10, (1, 2, 4, 4))\nw = reshape(arange(1.0, 9.0) - 4, (2, 1, 2, 2))\n"
    "y = F.conv2d(x, w, stride=2, padding=1, dilation=2, groups=2)\nL = sum(y**2)",
    "max_pool2d": "x = [[[[1, 5, 5, 2], [0, 3, 1, 8], [7, 2, 2, 2], [1, 1, 4, 0]]]]\n"
    "L = sum(F.max_pool2d(x, 2, stride=1)**2)",
    "layer_norm": f"{X}L = sum(F.layer_norm(X, (3,))**3)",
    "embedding": "E = [[1, 2], [3, 4], [5, 6]]\nL = sum(E[[2, 0, 2]]**2)",
    "attention": "q = [[1, 0.5], [0, -1]]\nk = [[0.3, 1], [2, 0]]\nv = [[1, 2], [3, 5]]\n"
    "L = sum(F.scaled_dot_product_attention(q, k, v)**2)",
    "relu": f"{X}L = sum(relu(X) * 3)",
    "cross_entropy": f"{X}L = F.cross_entropy(X, [0, 2])",
}


def of(client, program, node=None, cell=(), **fields):
    reply = client.post("/api/v1/cell", {"program": program, "node": node, "cell": list(cell), **fields})
    assert reply.status_code == 200, reply.text
    return reply.json()


def at(sent, cell):
    return float(np.asarray(tensor_from_json(sent), float)[tuple(cell)])


def cells(node):
    return itertools.product(*(range(n) for n in node["shape"]))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_number_of_a_cell_is_the_one_of_the_whole_run(client, name):
    whole = client.backprop(PROGRAMS[name])
    nodes, edges = ({each["id"]: each for each in whole[kind]} for kind in ("nodes", "edges"))
    for node in whole["nodes"]:
        for cell in cells(node):
            told = of(client, PROGRAMS[name], node["id"], cell)
            assert told["value"] == at(node["value"], cell)
            assert told["grad"] == (None if node["grad"] is None else at(node["grad"], cell))
            for feed in told["feeds"]:
                target = nodes[feed["target"]]
                assert feed["contribution"] == at(edges[feed["edge"]]["contribution"], cell)
                assert feed["count"] == len(feed["terms"])
                for term in feed["terms"]:
                    assert term["upstream"] == at(target["grad"], term["cell"])
                    assert term["product"] == term["local"] * term["upstream"]
                    if feed["factor"] is not None:
                        assert term["local"] == at(nodes[feed["factor"]]["value"], term["factor_cell"])
                sizes = [abs(term["product"]) for term in feed["terms"]]
                total = sum(term["product"] for term in feed["terms"])
                assert abs(total - feed["contribution"]) <= 1e-13 * (1 + sum(sizes))
            for made in told["made_from"]:
                assert all(each["value"] == at(nodes[made["source"]]["value"], each["cell"]) for each in made["cells"])


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_gradient_is_the_seed_and_the_contributions_in_the_order_they_are_sent(client, name):
    for node in client.backprop(PROGRAMS[name])["nodes"]:
        for cell in cells(node):
            told = of(client, PROGRAMS[name], node["id"], cell)
            added = [each["contribution"] for each in told["feeds"]]
            if told["grad"] is not None:
                assert sum(added, start=told["seed"] or 0.0) == told["grad"]


def test_a_cell_of_a_factor_meets_cells_of_the_other_one(client):
    (feed,) = of(client, PROGRAMS["matmul"], "n0", (1, 2))["feeds"]
    assert (feed["factor"], [term["factor_cell"] for term in feed["terms"]]) == ("n1", [[2, 0], [2, 1]])
    assert [term["cell"] for term in feed["terms"]] == [[1, 0], [1, 1]]


def test_a_cell_under_a_kernel_is_fed_through_the_weights_that_lay_on_it(client):
    program = "x = reshape(arange(9.0), (1, 1, 3, 3))\nw = [[[[1, 2], [3, 4]]]]\nL = sum(F.conv2d(x, w)**2)"
    (feed,) = of(client, program, "n0", (0, 0, 1, 1))["feeds"]
    assert [term["local"] for term in feed["terms"]] == [4, 3, 2, 1]
    assert [term["factor_cell"] for term in feed["terms"]] == [[0, 0, 1, 1], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_a_number_that_is_not_the_largest_of_its_window_is_there_and_adds_nothing(client):
    program = "x = [[1, 5, 3, 2]]\nL = sum(2 * F.max_pool1d(x, 2, stride=1))"
    told = [of(client, program, "n0", (0, i))["feeds"][0]["terms"] for i in range(4)]
    assert [[(term["cell"], term["local"], term["product"]) for term in terms] for terms in told] == [
        [([0, 0], 0, 0)],
        [([0, 0], 1, 2), ([0, 1], 1, 2)],
        [([0, 1], 0, 0), ([0, 2], 1, 2)],
        [([0, 2], 0, 0)],
    ]


def test_a_cell_that_was_repeated_is_fed_by_the_whole_axis(client):
    (feed,) = of(client, PROGRAMS["broadcast"], "n1", (1,))["feeds"]
    assert [term["cell"] for term in feed["terms"]] == [[0, 1], [1, 1]]


def test_dropout_shows_its_mask_both_ways(client):
    program = "x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]\ny = F.dropout(x, 0.5)\nL = sum(3 * y)"
    whole = client.backprop(program, seed=3)
    dropped = next(each for each in whole["nodes"] if each["op"] == "dropout")
    slot = dropped["inputs"].index("n0")
    kept = {0.0: 0, 2.0: 0}
    for i, value in enumerate(dropped["value"]):
        (term,) = of(client, program, "n0", (i,), seed=3)["feeds"][0]["terms"]
        (made,) = of(client, program, dropped["id"], (i,), seed=3)["made_from"][slot]["cells"]
        assert (term["local"], made["local"], made["cell"]) == (value / (i + 1), value / (i + 1), [i])
        kept[term["local"]] += 1
    assert all(kept.values())


def test_a_cell_of_a_product_was_made_from_a_row_and_a_column(client):
    left, right = of(client, PROGRAMS["matmul"], "n2", (1, 0))["made_from"]
    assert ([each["cell"] for each in left["cells"]], [each["local"] for each in left["cells"]]) == (
        [[1, 0], [1, 1], [1, 2]], [0.6, 0.4, -0.3],
    )  # fmt: skip
    assert [each["cell"] for each in right["cells"]] == [[0, 0], [1, 0], [2, 0]]


def test_at_most_max_terms_are_sent_and_all_are_counted(client):
    program = "b = 1.0\nL = sum(b + zeros(100))"
    feed = of(client, program, "n0", max_terms=7)["feeds"][0]
    assert (feed["count"], len(feed["terms"]), feed["contribution"]) == (100, 7, 100)


def test_a_closed_gate_sends_nothing_of_infinity(client):
    program = "x = [-1.0, 4.0]\nL = sum(relu(x) * inf)"
    (term,) = of(client, program, "n0", (0,))["feeds"][0]["terms"]
    assert (term["local"], term["upstream"], term["product"]) == (0, "Infinity", 0)


def test_a_node_inside_an_opened_one_goes_by_its_id(client):
    whole = client.backprop(PROGRAMS["softmax"], open=["n1"])
    inside = [each for each in whole["nodes"] if each["id"].startswith("n1.")]
    assert inside
    for node in inside:
        told = of(client, PROGRAMS["softmax"], node["id"], [0] * len(node["shape"]), open=["n1"])
        assert (told["node"], told["value"]) == (node["id"], at(node["value"], told["cell"]))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"node": "n99"}, "unknown_node", "node"),
        ({"node": "n0.1"}, "unknown_node", "node"),
        ({"node": "\u00b2"}, "unknown_node", "node"),
        ({"node": "n0", "cell": [2, 0]}, "bad_argument", "cell"),
        ({"node": "n0", "cell": [0]}, "bad_argument", "cell"),
        ({"node": "n0", "cell": [-1, 0]}, "greater_than_equal", "cell[0]"),
    ],
)
def test_a_cell_that_is_not_there_is_a_problem_of_its_field(client, fields, code, field):
    reply = client.post("/api/v1/cell", {"program": PROGRAMS["matmul"], **fields})
    assert reply.status_code == 422
    assert (reply.json()["code"], reply.json()["errors"][0]["field"]) == (code, field)
