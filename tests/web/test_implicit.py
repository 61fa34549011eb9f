"""POST /api/v1/implicit: slopes against closed forms and SymPy, curves against their equations."""

import math

import numpy as np
import pytest
import sympy

CIRCLE, LEMNISCATE = "x^2 + y^2 = 1", "(x^2 + y^2)^2 = 2(x^2 - y^2)"


def ask(client, equation, status=200, **body):
    reply = client.post("/api/v1/implicit", {"equation": equation, **body})
    assert reply.status_code == status, reply.text
    return reply.json()


def at(client, equation, x, y, **body):
    return ask(client, equation, point={"x": x, "y": y}, curve=False, **body)


# ── slopes ──────────────────────────────────────────────────────────────────────────────────────────────
def test_the_lectures_point_on_the_circle(client):
    found = at(client, CIRCLE, 0.6, 0.8)
    assert found["derivative"] == pytest.approx(-0.75, rel=1e-15)
    assert found["second_derivative"] == pytest.approx(-1.953125, rel=1e-15)
    assert (found["partials"], found["residual"], found["on_curve"]) == ({"x": 1.2, "y": 1.6}, 0.0, True)
    assert found["tangent"] == pytest.approx({"x": 0.8, "y": -0.6})
    assert found["normal"] == pytest.approx({"x": 0.6, "y": 0.8})


def test_a_vertical_tangent_is_announced(client):
    found = at(client, CIRCLE, 1.0, 0.0)
    assert (found["derivative"], found["second_derivative"]) == ("vertical", None)
    assert found["tangent"] == {"x": 0.0, "y": 1.0}
    assert "vertical_tangent" in [note["code"] for note in found["notes"]]


@pytest.mark.parametrize(("equation", "branches"), [
    (LEMNISCATE, [(1, 1), (1, -1)]), ("x*y = 0", [(0, 1), (1, 0)]), ("y^2 = x^3", [(1, 0)]), ("x^2 + y^2 = 0", []),
    ("y^2 = x^2*(x + 1)", [(1, 1), (1, -1)]), ("x^2 = 3x*y", [(0, 1), (3, 1)]),
])  # fmt: skip
def test_a_singular_point_has_its_branches(client, equation, branches):
    found = at(client, equation, 0.0, 0.0)
    assert (found["derivative"], found["tangent"]) == ("singular", None)
    slopes = sorted((round(each["x"], 12), round(each["y"], 12)) for each in found["branches"])
    expected = sorted((round(x / math.hypot(x, y), 12), round(y / math.hypot(x, y), 12)) for x, y in branches)
    np.testing.assert_allclose(np.reshape(slopes, (-1, 2)), np.reshape(expected, (-1, 2)), atol=1e-11)


EQUATIONS = {
    "x**3 + y**3 - 6*x*y": (3.0, 3.0),
    "sin(x*y) + x - y**2": (0.7, 1.1),
    "exp(x - y) + x*y**2 - 3": (1.2, 1.3),
    "log(x**2 + y**2) - atan(y/x)": (1.5, 0.4),
    "sqrt(x) + sqrt(y) - 3": (2.0, 2.5),
}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_slopes_and_bends_are_sympys(client, equation):
    x, y = sympy.symbols("x y")
    point = dict(zip((x, y), EQUATIONS[equation], strict=True))
    form = sympy.sympify(equation)
    found = at(client, equation, *EQUATIONS[equation])
    assert found["residual"] == pytest.approx(float(form.subs(point)), abs=1e-12)
    assert found["derivative"] == pytest.approx(float(sympy.idiff(form, y, x).subs(point)), rel=1e-12)
    assert found["second_derivative"] == pytest.approx(float(sympy.idiff(form, y, x, 2).subs(point)), rel=1e-10)
    turned = at(client, equation, *EQUATIONS[equation], dependent="x")
    assert turned["independent"] == "y"
    assert turned["derivative"] == pytest.approx(1 / found["derivative"], rel=1e-12)


def test_three_variables_have_a_slope_by_each_of_the_others(client):
    found = ask(client, "x^2 + y^2 + z^2 = 9", point={"x": 1.0, "y": 2.0, "z": 2.0}, dependent="z", curve=False)
    assert found["derivatives"] == {"x": -0.5, "y": -1.0}
    assert found["normal"] == pytest.approx({"x": 1 / 3, "y": 2 / 3, "z": 2 / 3})


def test_a_point_off_the_curve_is_said(client):
    found = at(client, CIRCLE, 1.0, 1.0)
    assert (found["on_curve"], found["residual"]) == (False, 1.0)
    assert found["notes"][-1]["code"] == "not_on_curve"


# ── the curve ───────────────────────────────────────────────────────────────────────────────────────────
CURVES = {
    CIRCLE: lambda x, y: x**2 + y**2 - 1,
    LEMNISCATE: lambda x, y: (x**2 + y**2) ** 2 - 2 * (x**2 - y**2),
    "x*y = 0": lambda x, y: x * y,
    "y = 1/x": lambda x, y: y - 1 / x,
    "y^2 = x^3": lambda x, y: y**2 - x**3,
    "sin(3x) = cos(2y)": lambda x, y: np.sin(3 * x) - np.cos(2 * y),
    "x^3 + y^3 = 3x*y": lambda x, y: x**3 + y**3 - 3 * x * y,
    "|x| + |y| = 1": lambda x, y: abs(x) + abs(y) - 1,
    "1e6 (x^2 - y) = 0": lambda x, y: 1e6 * (x**2 - y),
}


@pytest.mark.parametrize("equation", CURVES)
def test_every_point_of_a_curve_solves_the_equation(client, equation):
    found = ask(client, equation)
    assert found["curve"]
    for line in found["curve"]:
        x, y = np.array(line).T
        assert np.max(np.abs(CURVES[equation](x, y))) <= 2e-9
        assert np.max(np.hypot(np.diff(x), np.diff(y))) < 0.3


def test_a_circle_is_one_closed_line_of_its_length(client):
    (line,) = ask(client, CIRCLE)["curve"]
    points = np.array(line)
    assert line[0] == line[-1]
    assert np.sum(np.hypot(*np.diff(points, axis=0).T)) == pytest.approx(2 * math.pi, rel=1e-3)


def test_a_pole_is_no_part_of_the_curve(client):
    found = ask(client, "y = 1/x", box={"x": [-3.0, 3.0], "y": [-3.0, 3.0]})
    assert len(found["curve"]) == 2
    assert min(abs(x) for line in found["curve"] for x, _ in line) > 0.3


def test_a_jump_is_no_part_of_the_curve(client):
    assert ask(client, "sign(x) + 0*y = 0")["curve"] == []


@pytest.mark.parametrize(("equation", "points"), [
    (LEMNISCATE, [[0, 0]]), ("y^2 = x^3", [[0, 0]]), ("x*y = 0", [[0, 0]]), ("x^2 + y^2 = 0", [[0, 0]]), (CIRCLE, []),
    ("(x - 1)(y - x^2) = 0", [[1, 1]]), ("y^2 = x^2*(x + 1)", [[0, 0]]), ("y = 1/x", []),
])  # fmt: skip
def test_singular_points_are_found(client, equation, points):
    found = ask(client, equation)["singular_points"]
    np.testing.assert_allclose(np.reshape(found, (-1, 2)), np.reshape(points, (-1, 2)), atol=1e-6)


def test_vertical_and_horizontal_tangents_are_found(client):
    found = ask(client, LEMNISCATE)
    assert sorted(map(abs, np.ravel(found["vertical_points"]))) == pytest.approx([0, 0, math.sqrt(2), math.sqrt(2)])
    assert {round(abs(x), 9) for x, _ in found["horizontal_points"]} == {round(math.sqrt(3) / 2, 9)}
    assert len(found["horizontal_points"]) == 4


# ── a dragged point ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("place", [(3.0, 0.5), (-0.2, 0.1), (0.0, -5.0), (1.0, 1.0)])
def test_a_dragged_point_stays_on_the_circle_where_it_is_nearest(client, place):
    x, y = place
    found = ask(client, CIRCLE, point={"x": 0.6, "y": 0.8}, project={"x": x, "y": y})
    size = math.hypot(x, y)
    assert found["projected"] is True
    assert found["point"] == pytest.approx({"x": x / size, "y": y / size}, abs=1e-7)
    assert abs(found["residual"]) <= 1e-9


def test_a_point_dragged_where_there_is_no_curve_stays(client):
    found = ask(client, "x^2 + y^2 = -1", point={"x": 0.5, "y": 0.25}, project={"x": 1.0, "y": 1.0})
    assert (found["projected"], found["point"], found["curve"]) == (False, {"x": 0.5, "y": 0.25}, [])


# ── what is wrong ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("equation", "code"), [
    ("x = ", "syntax_error"), ("x = y = 1", "syntax_error"), ("x^2 = 1", "bad_argument"), ("", "empty_program"),
    ("x^2 + sine(y) = 1", "unknown_function"), ("[x, y] = 1", "not_scalar"),
])  # fmt: skip
def test_a_wrong_equation_is_refused(client, equation, code):
    found = client.post("/api/v1/implicit", {"equation": equation})
    assert found.status_code == 422
    assert found.json()["code"] in {code, "syntax_error"}


@pytest.mark.parametrize(("equation", "word"), [("x^2 + sine(y) = 1", "sine"), ("y = sine(x)", "sine")])
def test_the_place_of_a_mistake_is_its_place_in_the_equation(client, equation, word):
    span = ask(client, equation, 422)["errors"][0]["span"]
    assert equation[span["column"] - 1 : span["end_column"] - 1] == word


@pytest.mark.parametrize(("body", "code"), [
    ({"dependent": "q"}, "unknown_name"), ({"dependent": "x", "independent": "x"}, "bad_argument"),
    ({"box": {"z": [0.0, 1.0]}}, "unknown_name"), ({"box": {"x": [1.0, 0.0]}}, "bad_argument"),
    ({"project": {"z": 0.0}}, "unknown_name"),
])  # fmt: skip
def test_a_name_that_is_not_there_is_refused(client, body, code):
    assert ask(client, CIRCLE, 422, **body)["code"] == code


def test_an_equation_sent_elsewhere_is_told_where_it_belongs(client):
    reply = client.post("/api/v1/backprop", {"equation": "x = 1"})
    assert "/api/v1/implicit" in reply.json()["errors"][0]["message"]
