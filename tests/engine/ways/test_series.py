"""Derivatives of higher order, against closed forms, SymPy, and differences of the order before."""

import math

import numpy as np
import pytest
import sympy

from app.engine.run import backprop
from app.engine.ways.series import derivatives_along
from app.lang import trace

x = sympy.Symbol("x")
FUNCTIONS = {
    "sin(x**2)": sympy.sin(x**2),
    "exp(sqrt(x))": sympy.exp(sympy.sqrt(x)),
    "1 / (1 + exp(-x))": 1 / (1 + sympy.exp(-x)),
    "tanh(x)**3": sympy.tanh(x) ** 3,
    "log(1 + x**2) * cos(x)": sympy.log(1 + x**2) * sympy.cos(x),
    "x**x": x**x,
    "(x**2 + 1) / (x + 2)": (x**2 + 1) / (x + 2),
    "x**3": x**3,
    "arctan(x) + 2": sympy.atan(x) + 2,
}


def series(text, at, order=5):
    program = trace(f"x = {at}\ny = {text}")
    found, _ = derivatives_along(program.graph, program.output, {program.inputs["x"]: np.float64(1.0)}, order)
    return [float(each) for each in found]


@pytest.mark.parametrize("at", [0.7, 1.9])
@pytest.mark.parametrize(("text", "formula"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_five_derivatives_are_those_of_sympy(text, formula, at):
    expected = [float(sympy.diff(formula, x, n).evalf(30, subs={x: sympy.Rational(str(at))})) for n in range(1, 6)]
    assert series(text, at) == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_of_a_polynomial_all_beyond_its_degree_are_zero():
    assert series("x**3", 2.0) == [12.0, 12.0, 6.0, 0.0, 0.0]


def test_of_what_does_not_depend_on_it_all_are_zero():
    assert series("4.0", 2.0, 3) == [0.0, 0.0, 0.0]


def test_along_a_direction_of_an_array_they_are_those_of_the_line():
    program = trace("v = [1.0, 2.0]\ny = sum(sin(v)**2)")
    along = np.array([0.5, -1.0])
    found, _ = derivatives_along(program.graph, program.output, {program.inputs["v"]: along}, 2)
    v = np.array([1.0, 2.0])
    assert float(found[0]) == pytest.approx(np.sum(np.sin(2 * v) * along), rel=1e-13)
    assert float(found[1]) == pytest.approx(np.sum(2 * np.cos(2 * v) * along**2), rel=1e-13)


def test_the_graph_itself_stays_as_it_is():
    program = trace("x = 0.5\ny = exp(sin(x))")
    before = len(program.graph)
    derivatives_along(program.graph, program.output, {program.inputs["x"]: np.float64(1.0)}, 4)
    assert len(program.graph) == before
    assert len(backprop(program.graph, program.output).values) == before


def test_they_end_where_the_graph_would_grow_too_large():
    program = trace("x = 0.5\ny = x\nfor i in range(200):\n    y = sin(y)*x\nz = y")
    along = {program.inputs["x"]: np.float64(1.0)}
    full, grown = derivatives_along(program.graph, program.output, along, 3)
    assert len(full) == 3
    fewer, _ = derivatives_along(program.graph, program.output, along, 3, most=grown // 2)
    assert 0 < len(fewer) < 3
    assert fewer == full[: len(fewer)]


def test_at_a_point_where_a_derivative_is_not_finite_it_is_said_so():
    found = series("sqrt(x)", 0.0, 2)
    assert math.isinf(found[0])
    assert not math.isfinite(found[1])
