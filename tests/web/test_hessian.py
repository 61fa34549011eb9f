"""POST /api/v1/hessian: against closed forms, HIPS autograd, SymPy, and differences of gradients."""

import math

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import hessian as autograd_hessian
from hypothesis import given, settings

from app.engine.graph import Graph
from app.engine.lanes import lanes
from app.engine.passes import evaluate, quiet
from app.engine.second import LARGEST, SecondOrder, compositions, definiteness, newton_step, spectrum
from tests.corpus.read import everything
from tests.engine.programs import array_programs, programs

VALLEY = "x = -1.0\ny = 1.5\nf = (1 - x)**2 + 10*(y - x**2)**2"


def ask(client, program, status=200, **body):
    reply = client.post("/api/v1/hessian", {"program": program, **body})
    assert reply.status_code == status, reply.text
    return reply.json()


# ── the matrix ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_lectures_second_derivative_and_its_two_terms(client):
    found = ask(client, "x = 3.0\ny = sin(x**2)")
    assert found["hessian"]["x"]["x"] == pytest.approx(-16.65852599247259, rel=1e-14)
    outer = found["terms"][-1]
    assert outer["outer_bend"] == pytest.approx(-math.sin(9) * 36, rel=1e-14)
    assert outer["inner_bend"] == pytest.approx(2 * math.cos(9), rel=1e-14)
    assert outer["outer_bend"] + outer["inner_bend"] == outer["second"]
    assert (outer["outer_second"], outer["outer_first"]) == pytest.approx((-math.sin(9), math.cos(9)))


@pytest.mark.parametrize("p", [0.0, 1.0, 2.0])
def test_a_power_bends_between_its_base_and_a_whole_exponent_alike_from_both_sides(client, p):
    found = ask(client, f"x = 2.0\np = {p}\ny = x**p")["hessian"]
    mixed = 2 ** (p - 1) * (1 + p * math.log(2))  # x^(p−1)·(1 + p·ln x)
    assert (found["x"]["p"], found["p"]["x"]) == pytest.approx((mixed, mixed), rel=1e-14)


def test_blocks_have_the_indices_of_both_inputs(client):
    program = "W = [[0.5, -1.0, 0.3], [0.25, 2.0, -0.7]]\nx = [2.0, 1.0, 0.4]\nL = sum(tanh(W @ x)**2)"
    found = ask(client, program)
    w, x = np.array([[0.5, -1.0, 0.3], [0.25, 2.0, -0.7]]), np.array([2.0, 1.0, 0.4])
    loss = lambda t: anp.sum(anp.tanh(anp.dot(t[:6].reshape(2, 3), t[6:])) ** 2)  # noqa: E731
    whole = autograd_hessian(loss)(np.concatenate([w.ravel(), x]))
    np.testing.assert_allclose(found["hessian"]["W"]["W"], whole[:6, :6].reshape(2, 3, 2, 3), atol=1e-12)
    np.testing.assert_allclose(found["hessian"]["W"]["x"], whole[:6, 6:].reshape(2, 3, 3), atol=1e-12)
    np.testing.assert_allclose(found["hessian"]["x"]["W"], whole[6:, :6].reshape(3, 2, 3), atol=1e-12)
    np.testing.assert_allclose(found["eigenvalues"], np.linalg.eigvalsh(whole), atol=1e-12)
    assert found["labels"][:2] == ["W[0,0]", "W[0,1]"]
    assert found["labels"][-1] == "x[2]"


def second_of(graph, output):
    return SecondOrder.of(graph, output, graph.input_ids(), np.ones(np.shape(graph.values[output]))[()])


@given(array_programs())
@settings(max_examples=60, deadline=None)
def test_a_hessian_is_symmetric_and_is_its_product_with_unit_vectors(drawn):
    graph, output = drawn
    second = second_of(graph, output)
    if second.size > 24:
        return
    matrix = second.hessian()
    size = max(1.0, float(np.abs(matrix).max(initial=0.0)))
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12 * size)
    column = 0
    for i in second.wrt:
        for k in range(np.size(graph.values[i])):
            unit = np.zeros(np.size(graph.values[i]))
            unit[k] = 1.0
            product = second.product({i: unit.reshape(np.shape(graph.values[i]))})
            np.testing.assert_allclose(product, matrix[:, column], atol=1e-12 * size)
            column += 1


@pytest.mark.parametrize("program", [
    "x = 0.7\ny = -0.4\nz = sin(x*y) * exp(x) + y**3 / (1 + x**2)",
    "w = [0.5, -1.0, 2.0]\nL = logsumexp(w) + sum(softmax(w)**2) + prod(w)",
    "a = 1.5\nb = 0.3\nL = log(a + b**2) * sqrt(a) + tanh(a*b)**2 + gelu(b)",
])  # fmt: skip
def test_a_hessian_is_the_difference_of_gradients(client, program):
    found = ask(client, program)
    base = client.backprop(program, detail="scalar")
    h = 1e-5
    for a, row in found["hessian"].items():
        for b, block in row.items():
            expected = np.zeros((np.size(base["values"][a]), np.size(base["values"][b])))
            for k in range(expected.shape[1]):
                sides = []
                for step in (h, -h):
                    moved = np.array(base["values"][b], float)
                    moved.flat[k] += step
                    sides.append(client.backprop(program, inputs={b: moved.tolist()})["gradients"][a])
                expected[:, k] = np.ravel((np.array(sides[0]) - np.array(sides[1])) / (2 * h))
            np.testing.assert_allclose(np.reshape(block, expected.shape), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("program", [pytest.param(each, id=each.id) for each in everything()])
def test_the_corpus_has_symmetric_hessians(client, program):
    found = ask(client, program.source)
    if found["hessian"] is None:
        assert found["size"] > LARGEST or "passes" in found["too_large"]
        return
    for a, row in found["hessian"].items():
        for b in row:
            one, other = numbers(found["hessian"][a][b]), numbers(found["hessian"][b][a])
            assert sorted(one) == pytest.approx(sorted(other), rel=1e-10, abs=1e-10, nan_ok=True)


def numbers(value):
    return [x for each in value for x in numbers(each)] if isinstance(value, list) else [float(value)]


def test_a_hessian_that_is_too_large_is_said_and_its_product_is_there(client):
    found = ask(client, "w = np.ones(200)\nL = sum(w**3)", vector={"w": [1.0] * 200})
    assert (found["hessian"], found["eigenvalues"], found["size"]) == (None, None, 200)
    assert "200 × 200" in found["too_large"]
    assert found["product"]["w"] == [6.0] * 200


# ── what it says ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("program", "expected"), [
    ("x = 0.0\ny = 0.0\nf = x**2 + y**2", "positive definite"),
    ("x = 0.0\ny = 0.0\nf = x**2 + 0*y", "positive semidefinite"),
    ("x = 0.0\ny = 0.0\nf = x**2 - y**2", "indefinite"),
    ("x = 0.0\ny = 0.0\nf = -(x - y)**2", "negative semidefinite"),
    ("x = 0.0\nf = 3*x", "zero"),
    ("x = 0.0\nf = sqrt(x)", "unknown"),
])  # fmt: skip
def test_definiteness_has_its_name(client, program, expected):
    assert ask(client, program)["definiteness"] == expected


def test_rounding_makes_no_eigenvalue_positive():
    random = np.random.default_rng(0)
    for n in range(2, 30):
        half = random.normal(size=(n, n // 2))
        found = spectrum(half @ half.T)
        assert found.definiteness == "positive semidefinite"
    assert definiteness(np.array([-1e-3, 1.0]), 1e-12) == "indefinite"


# ── along one variable ──────────────────────────────────────────────────────────────────────────────────
@given(programs(most=12))
@settings(max_examples=150, deadline=None)
def test_the_terms_add_up_to_the_second_derivative(drawn):
    graph, output = drawn
    variable = graph.input_ids()[0]
    found = compositions(graph, output, variable)
    second = SecondOrder.of(graph, output, [variable], np.float64(1.0))
    with quiet():
        expected = float(second.hessian()[0, 0])
    if found and math.isfinite(expected) and all(map(math.isfinite, (found[-1].second, found[-1].first))):
        assert found[-1].second == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert all(each.second == each.outer_bend + each.inner_bend for each in found)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_newton_step_on_a_parabola_arrives(client):
    found = ask(client, "x = 3.0\ny = -2.0\nf = (x - 1)**2 + 3*(y + x)**2 + 5", newton=["x", "y"])["newton"]
    assert found["step"] == pytest.approx([-2.0, 1.0])
    assert (found["newton_value"], found["why"]) == (pytest.approx(5.0), None)
    assert found["gradient_step"] == pytest.approx([-0.1 * (4 + 6), -0.1 * 6])


def test_a_newton_step_that_is_not_there_is_explained(client):
    found = ask(client, "x = 3.0\ny = -2.0\nf = (x + y)**2", newton=["x", "y"])["newton"]
    assert found["step"] is None
    assert "singular" in found["why"]
    assert "saddle" in ask(client, VALLEY, newton=["x", "y"])["newton"]["why"]
    assert newton_step([1.0], np.array([[np.nan]]))[1] == "a derivative is not finite"


def test_the_plane_holds_the_output_at_every_point(client):
    found = ask(client, VALLEY, newton=["x", "y"], plane={"x": "x", "y": "y", "size": 5})["plane"]
    for row, y in enumerate(found["y"]):
        for column, x in enumerate(found["x"]):
            assert found["values"][row][column] == pytest.approx((1 - x) ** 2 + 10 * (y - x**2) ** 2, rel=1e-13)


@given(programs(most=15))
@settings(max_examples=100, deadline=None)
def test_lanes_give_what_evaluation_point_by_point_gives(drawn):
    graph, output = drawn
    variable = graph.input_ids()[0]
    points = np.array([-2.0, -0.5, 0.0, 1.0, 2.5])
    found = lanes(graph, [output], {variable: points}, 5)[output]
    expected = [float(evaluate(graph, {variable: x})[output]) for x in points]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("body", "code"), [
    ({"newton": ["q"]}, "unknown_name"),
    ({"newton": ["x", "x"]}, "bad_argument"),
    ({"vector": {"q": 1.0}}, "unknown_name"),
    ({"vector": {"x": [1.0]}}, "shape_mismatch"),
    ({"plane": {"x": "x", "y": "x"}}, "bad_argument"),
    ({"variable": "n99"}, "unknown_node"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name(client, body, code):
    assert ask(client, VALLEY, 422, **body)["code"] == code


def test_an_array_is_no_single_number(client):
    found = ask(client, "w = [1.0, 2.0]\nL = sum(w**2)", 422, newton=["w"])
    assert (found["code"], found["errors"][0]["hint"]) == ("not_scalar", "choose one of them, such as w[0]")


def test_a_graph_of_nothing_that_varies_has_no_rows():
    graph = Graph()
    x = graph.leaf(1.0, "x")
    assert SecondOrder.of(graph, x.id, [], np.float64(1.0)).hessian().shape == (0, 0)


def test_inputs_without_numbers_have_blocks_without_numbers(client):
    found = ask(client, "x = zeros((0, 3))\nb = 2.0\ny = sum(x) + b**2")
    assert (found["size"], found["eigenvalues"]) == (1, [2.0])
    assert (found["gradient"], found["hessian"]["b"]) == ({"x": [], "b": 4.0}, {"x": [], "b": 2.0})
    assert ask(client, "x = zeros((0,))\ny = x*2")["hessian"] == {"x": {"x": []}}
