"""POST /api/v1/jacobian: against central differences, against HIPS autograd, and against the sweep itself."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian as autograd_jacobian

X, W, B = [[1.0, -0.5, 2.0], [0.0, 1.5, -1.0]], [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]], [0.1, -0.7]
INPUTS = f"X = {X}\nW = {W}\nb = {B}\n"


def softmax(z):
    e = anp.exp(z - anp.max(z, axis=-1, keepdims=True))
    return e / anp.sum(e, axis=-1, keepdims=True)


ORACLE = {
    "an affine map": ("Y = X @ W + b", lambda x, w, b: x @ w + b),
    "a layer": ("Y = tanh(X @ W + b)", lambda x, w, b: anp.tanh(x @ w + b)),
    "probabilities": ("Y = softmax(X @ W + b)", lambda x, w, b: softmax(x @ w + b)),
    "a Gram matrix": ("Y = (X @ W + b).T @ (X @ W + b)", lambda x, w, b: (x @ w + b).T @ (x @ w + b)),
    "a number": ("Y = sum(exp(X @ W) * b)", lambda x, w, b: anp.sum(anp.exp(x @ w) * b)),
    "three axes": ("Y = reshape(X, (1, 2, 3)) * sum(W) + b[0]", lambda x, w, b: x.reshape(1, 2, 3) * anp.sum(w) + b[0]),
}


def of(client, program, **fields):
    reply = client.post("/api/v1/jacobian", {"program": program, **fields})
    assert reply.status_code == 200, reply.text
    return reply.json()


def problem(client, program, **fields):
    reply = client.post("/api/v1/jacobian", {"program": program, **fields})
    assert reply.status_code == 422, reply.text
    return reply.json()


@pytest.mark.parametrize(("line", "function"), ORACLE.values(), ids=ORACLE)
def test_by_every_input_it_is_that_of_autograd(client, line, function):
    told = of(client, INPUTS + line)
    given = [np.array(each) for each in (X, W, B)]
    for place, name in enumerate(("X", "W", "b")):
        expected = autograd_jacobian(function, place)(*given)
        np.testing.assert_allclose(told["jacobian"][name], expected, rtol=1e-12, atol=1e-14)
        assert told["shapes"][name] == list(expected.shape)


@pytest.mark.parametrize("line", [line for line, _ in ORACLE.values()], ids=ORACLE)
def test_by_every_input_it_is_that_of_central_differences(client, line):
    told, h = of(client, INPUTS + line), 1e-6
    for name, given in (("X", X), ("W", W), ("b", B)):
        for at in np.ndindex(np.shape(given)):
            ends = []
            for step in (-h, h):
                moved = np.array(given)
                moved[at] += step
                ends.append(np.array(client.backprop(INPUTS + line, inputs={name: moved.tolist()})["output"]["value"]))
            found = np.array(told["jacobian"][name])[(..., *at)]
            np.testing.assert_allclose(found, (ends[1] - ends[0]) / (2 * h), rtol=1e-6, atol=1e-7)


def test_labels_name_rows_and_columns_in_c_order(client):
    told = of(client, INPUTS + "Y = X @ W")
    assert told["labels"]["rows"] == ["Y[0,0]", "Y[0,1]", "Y[1,0]", "Y[1,1]"]
    assert told["labels"]["columns"]["W"] == ["W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "W[2,0]", "W[2,1]"]
    assert list(told["jacobian"]) == ["X", "W", "b"]
    assert list(of(client, INPUTS + "Y = X @ W", wrt=["b"])["jacobian"]) == ["b"]


def test_the_jacobian_of_a_number_is_its_gradient(client):
    program = INPUTS + "L = sum(tanh(X @ W + b)**2)"
    assert of(client, program)["jacobian"] == client.backprop(program)["gradients"]


def test_a_list_of_values_stands_under_its_name_as_it_nests(client):
    told = of(client, "w = [[Value(1.0)], [Value(2.0), Value(3.0)]]\nz = w[0][0] * w[1][1]")
    assert told["jacobian"] == {"w": [[3], [0, 1]]}
    assert told["labels"]["columns"] == {"w": ["w[0][0]", "w[1][0]", "w[1][1]"]}
    assert told["shapes"] == {"w": [2]}


def test_in_scalar_detail_it_is_the_same(client):
    program = INPUTS + "Y = tanh(X @ W + b)"
    arrays, numbers = of(client, program), of(client, program, detail="scalar")
    for name in ("X", "W", "b"):
        np.testing.assert_allclose(numbers["jacobian"][name], arrays["jacobian"][name], rtol=1e-13)
    assert (numbers["shapes"], numbers["labels"]["columns"]["b"]) == (arrays["shapes"], ["b[0]", "b[1]"])


# ── inside the graph ────────────────────────────────────────────────────────────────────────────────────
NET = INPUTS + "Z = X @ W\nA = tanh(Z + b)\nL = sum(A**2 * 3)"


def edges_of(client, program):
    return client.backprop(program)["edges"]


def test_upstream_times_the_matrix_of_an_edge_is_what_the_edge_contributes(client):
    seen = 0
    for edge in edges_of(client, NET):
        if edge["contribution"] is not None:
            within = of(client, NET, edge=edge["id"])["within"]
            assert (within["source"], within["target"]) == (edge["source"], edge["target"])
            matrix, upstream = np.array(within["matrix"]), np.array(within["upstream"])
            assert matrix.shape == (len(within["rows"]), len(within["columns"]))
            np.testing.assert_array_equal(upstream, np.array(edge["upstream"]).reshape(-1))
            np.testing.assert_allclose(within["product"], np.array(edge["contribution"]).reshape(-1), rtol=1e-13)
            np.testing.assert_allclose(within["product"], upstream @ matrix, rtol=1e-14)
            seen += 1
    assert seen >= 6


def test_between_two_nodes_all_ways_add_up_and_one_path_is_one_of_them(client):
    program = "x = [1.0, 2.0]\nu = x**2\nv = exp(x)\ny = u * v"
    ids = {each["name"]: each["id"] for each in client.backprop(program)["nodes"] if each["name"]}
    both = of(client, program, source=ids["x"], target=ids["y"])["within"]
    ways = [of(client, program, path=[ids["x"], ids[by], ids["y"]])["within"]["matrix"] for by in ("u", "v")]
    np.testing.assert_allclose(np.sum(ways, 0), both["matrix"], rtol=1e-14)
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(both["matrix"], np.diag((2 * x + x**2) * np.exp(x)), rtol=1e-14)
    np.testing.assert_allclose(ways[0], np.diag(2 * x * np.exp(x)), rtol=1e-14)


def test_rows_and_columns_are_labelled_and_the_sentence_tells_the_sizes(client):
    within = of(client, NET, source="n0", target="n3")["within"]
    assert within["rows"] == ["Z[0,0]", "Z[0,1]", "Z[1,0]", "Z[1,1]"]
    assert within["columns"][:2] == ["X[0,0]", "X[0,1]"]
    assert (within["target_shape"], within["source_shape"]) == ([2, 2], [2, 3])
    assert "4 × 6 = 24 numbers" in within["why_never_built"]


def test_where_nothing_leads_from_one_to_the_other_it_is_zero(client):
    within = of(client, NET, source="n4", target="n1")["within"]
    assert not np.any(within["matrix"])


def test_where_no_gradient_flows_there_is_no_row(client):
    within = of(client, "x = 2.0\ny = x * 3\nz = x * 5", output="z", source="n0", target="n2")["within"]
    assert (within["matrix"], within["upstream"], within["product"]) == ([[3]], None, None)


def test_64_by_64_is_built_and_more_is_refused_with_both_numbers(client):
    program = "x = ones(64)\ny = cumsum(x)"
    within = of(client, program, source="n0", target="n1")["within"]
    np.testing.assert_array_equal(within["matrix"], np.tril(np.ones((64, 64))))
    found = problem(client, program.replace("64", "65"), source="n0", target="n1")
    assert found["code"] == "too_large"
    assert "65 × 65" in found["detail"] and "64 × 64" in found["detail"]


def test_above_max_elements_it_is_sent_as_its_statistics(client):
    told = of(client, INPUTS + "Y = X @ W", max_elements=10)["jacobian"]
    assert (told["X"]["truncated"], told["X"]["shape"]) == (True, [2, 2, 2, 3])
    assert np.shape(told["b"]) == (2, 2, 2)
    assert of(client, "x = ones(20)\ny = sum(x)", max_elements=10)["labels"] == {"rows": ["y"], "columns": {"x": []}}


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"edge": "n0>n99.0"}, "unknown_node", "edge"),
        ({"edge": "n0>n3.1"}, "unknown_edge", "edge"),
        ({"edge": "n0>n3.7"}, "unknown_edge", "edge"),
        ({"edge": "x"}, "unknown_node", "edge"),
        ({"path": ["n0", "n5"]}, "bad_argument", "path"),
        ({"path": ["n0", "n77"]}, "unknown_node", "path[1]"),
        ({"source": "n0", "target": "n77"}, "unknown_node", "target"),
        ({"path": []}, "too_short", "path"),
    ],
)
def test_what_is_not_in_the_graph_is_a_problem_of_its_field(client, fields, code, field):
    found = problem(client, NET, **fields)
    assert (found["code"], found["errors"][0]["field"]) == (code, field)


@pytest.mark.parametrize("fields", [{"source": "n0"}, {"target": "n0"}, {"edge": "n0>n3.0", "path": ["n0"]}])
def test_one_matrix_is_asked_for_in_one_way(client, fields):
    assert problem(client, NET, **fields)["code"] == "value_error"
