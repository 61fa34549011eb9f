"""The gradient check: a second source of every gradient, which knows kinks from mistakes."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.checks import ELEMENTS, Check, fits_lanes, gradient_check
from app.engine.errors import DeadlineExceeded
from app.engine.graph import Graph
from app.engine.op import Op
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.record import Run
from app.engine.run import backprop
from tests.engine.ops.tools import spelled
from tests.engine.test_graph import readme


def run_of(write: Any, *, seed: Any = None, **values: Any) -> Run:
    graph = Graph()
    leaves = [graph.leaf(value, name) for name, value in values.items()]
    with quiet():
        return backprop(graph, write(*leaves).id, seed=seed)


def check_of(write: Any, **values: Any) -> Check:
    return gradient_check(run_of(write, **values))[0]


def mistaken(name: str, *partials: Any) -> Op:
    return dataclasses.replace(OPS[name], partials=partials)


# ── right ───────────────────────────────────────────────────────────────────────────────────────────────
def test_every_input_is_checked_in_its_shape() -> None:
    run = run_of(
        lambda w, x, b: spelled("sum")(OPS["tanh"](w @ x + b)), w=np.eye(2) * 0.3, x=np.array([0.5, -1.0]), b=0.25
    )
    checks = gradient_check(run)
    assert list(checks) == [0, 1, 2]
    for node, check in checks.items():
        assert check.ok and not check.kink and check.sampled is None
        assert check.relative_error < 1e-8
        assert np.shape(check.central_difference) == np.shape(check.reverse) == np.shape(run.values[node])
        np.testing.assert_allclose(check.central_difference, check.reverse, rtol=1e-7, atol=1e-9)


def test_micrograds_readme_program_passes() -> None:
    graph = Graph()
    checks = gradient_check(backprop(graph, readme(graph).id))
    assert all(check.ok and check.relative_error < 1e-8 for check in checks.values())


def test_the_cotangent_weighs_both_sides() -> None:
    run = run_of(lambda x: x * x * x, seed=np.array([1.0, -2.0]), x=np.array([0.5, 1.5]))
    check = gradient_check(run)[0]
    np.testing.assert_allclose(check.central_difference, [0.75, -13.5], rtol=1e-8)
    assert check.ok


def test_an_input_that_is_not_used_has_zero_on_both_sides() -> None:
    check = gradient_check(run_of(lambda x, y: x * x, x=1.0, y=2.0))[1]
    assert check.ok and check.reverse == check.central_difference == 0.0


def test_nodes_in_the_middle_can_be_checked_too() -> None:
    graph = Graph()
    x = graph.leaf(0.5, "x")
    h = OPS["sin"](x)
    y = h * h
    check = gradient_check(backprop(graph, y.id, wrt=[h.id]))[h.id]
    assert check.ok and abs(check.central_difference - 2 * math.sin(0.5)) < 1e-9


@pytest.mark.parametrize("x", [1e-12, 1.0, -1e6, 1e150])
def test_the_step_follows_the_size_of_the_number(x: float) -> None:
    assert check_of(lambda x: x * 3.0 + 1.0, x=x).ok


@pytest.mark.parametrize("large", [1e6, 1e12, 1e15])
def test_a_large_summand_that_swallows_the_step_is_no_mistake(large: float) -> None:
    assert check_of(lambda x: x * x + large, x=1.0).ok
    assert check_of(lambda x: (x * x + large) - large, x=1.0).ok


def test_single_numbers_are_checked_in_lanes_with_the_same_result() -> None:
    scalar = run_of(lambda x, y: OPS["tanh"](x * y) + OPS["exp"](x), x=0.5, y=-1.5)
    array = run_of(lambda x, y: OPS["tanh"](x * y) + OPS["exp"](x), x=np.array([0.5]), y=np.array([-1.5]))
    assert fits_lanes(scalar) and not fits_lanes(array)
    for node in (0, 1):
        one, other = gradient_check(scalar)[node], gradient_check(array)[node]
        np.testing.assert_allclose(one.central_difference, other.central_difference[0], rtol=1e-9)


# ── wrong ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("x", [0.3, -1.2, 2.0, 25.0])
def test_a_rule_wrong_by_a_thousandth_is_caught(x: float) -> None:
    wrong = mistaken("exp", lambda x, y: y * 1.001)
    check = check_of(lambda x: wrong(x) * 1.0, x=x)
    assert not check.ok and not check.kink
    assert check.relative_error == pytest.approx(1e-3 / 1.001, rel=1e-3) or abs(check.reverse) < 1


def test_a_sign_a_factor_and_a_forgotten_term_are_caught() -> None:
    for rule in (lambda x, y: -y, lambda x, y: 2 * y, lambda x, y: x):
        assert not check_of(mistaken("exp", rule), x=0.5).ok


def test_one_wrong_element_among_many_is_caught() -> None:
    weights = np.ones(50)
    weights[37] = 1.01
    wrong = mistaken("sin", lambda x, y: OPS["cos"](x) * weights)
    check = check_of(lambda x: spelled("sum")(wrong(x)), x=np.linspace(0.0, 1.0, 50))
    assert not check.ok
    assert np.argmax(np.abs(check.reverse - check.central_difference)) == 37


def test_a_wrong_operand_is_told_from_a_right_one() -> None:
    wrong = mistaken("mul", lambda a, b, y: b, lambda a, b, y: b)
    checks = gradient_check(run_of(lambda x, y: wrong(x, y), x=2.0, y=3.0))
    assert checks[0].ok and not checks[1].ok


# ── kinks ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("write", "x"),
    [
        (lambda x: OPS["relu"](x), 0.0),
        (lambda x: OPS["relu"](x), 1e-7),
        (lambda x: OPS["relu"](x), -3e-6),
        (lambda x: OPS["abs"](x), -2e-6),
        (lambda x: OPS["clip"](x, low=-1.0, high=1.0), 1.0),
        (lambda x: OPS["hardtanh"](x, low=-1.0, high=1.0), -1.0),
        (lambda x: OPS["leaky_relu"](x, negative_slope=0.1), 0.0),
        (lambda x: OPS["sign"](x), 0.0),
        (lambda x: OPS["floor"](x), 3.0),
    ],
)  # fmt: skip
def test_a_kink_within_the_step_is_told_from_a_mistake(write: Any, x: Any) -> None:
    check = check_of(write, x=x)
    assert check.ok and check.kink
    assert check.relative_error == 0.0


@pytest.mark.parametrize(
    ("write", "x"),
    [
        (lambda x: OPS["abs"](x), 0.0),
        (lambda x: OPS["maximum"](x, 2.0 * x), 0.0),
        (lambda x: spelled("norm")(x), np.zeros(2)),
    ],
)
def test_a_value_in_the_middle_of_a_kink_is_the_central_difference_itself(write: Any, x: Any) -> None:
    assert check_of(write, x=x).ok


@pytest.mark.parametrize(("name", "x"), [("floor", 3.0), ("sign", 0.0), ("round", 0.5)])
def test_at_a_step_only_the_slope_beside_it_is_right(name: str, x: float) -> None:
    assert check_of(OPS[name], x=x).ok
    assert not check_of(mistaken(name, lambda x, y: 5.0), x=x).ok


def test_a_value_that_no_side_of_the_kink_allows_is_a_mistake() -> None:
    wrong = mistaken("relu", lambda x, y: 5.0)
    check = check_of(wrong, x=0.0)
    assert check.kink and not check.ok


def test_the_elements_beside_a_kink_are_still_checked() -> None:
    wrong = mistaken("relu", lambda x, y: OPS["number"](x > 0.0) * 1.01)
    check = check_of(lambda x: spelled("sum")(wrong(x)), x=np.array([0.0, 1.0]))
    assert check.kink and not check.ok
    assert check.relative_error == pytest.approx(0.01 / 1.01, rel=1e-3)


# ── the ends of domains ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("write", "x"),
    [
        (lambda x: OPS["sqrt"](x), 0.0),
        (lambda x: OPS["cbrt"](x), 0.0),
        (lambda x: OPS["arcsin"](x), 1.0),
        (lambda x: x**1.5, 0.0),
    ],
)
def test_an_infinite_slope_at_the_end_of_a_domain_is_right(write: Any, x: float) -> None:
    assert check_of(write, x=x).ok


@pytest.mark.parametrize("x", [1e-5, 2e-5, 1e-4, 1e-3])
def test_close_to_the_end_of_a_domain_a_steep_slope_is_right_and_a_wrong_one_is_caught(x: float) -> None:
    assert check_of(lambda x: OPS["sqrt"](x), x=x).ok
    assert not check_of(mistaken("sqrt", lambda x, y: 2.0 / y), x=x).ok


def test_a_gradient_that_is_not_a_number_where_the_function_has_a_slope_is_a_mistake() -> None:
    assert not check_of(mistaken("exp", lambda x, y: y * math.nan), x=1.0).ok
    assert not check_of(mistaken("exp", lambda x, y: y * math.inf), x=1.0).ok


@pytest.mark.parametrize(
    ("write", "x"),
    [
        (lambda x: OPS["log"](x), -1.0),
        (lambda x: OPS["log"](x), 0.0),
        (lambda x: 1.0 / x, 0.0),
        (lambda x: x + math.nan, 1.0),
        (lambda x: OPS["log"](x), np.array([-1.0, -2.0])),
    ],
)
def test_where_no_slope_is_finite_nothing_was_compared_and_nothing_is_confirmed(write: Any, x: Any) -> None:
    check = check_of(write, x=x)
    assert np.isnan(check.central_difference).all() or np.isinf(check.central_difference).all()
    assert check.sampled == 0 and not check.ok


def test_a_slope_that_falls_without_bound_confirms_no_number_and_refutes_none() -> None:
    check = check_of(lambda x: x**x, x=0.0)  # x·ln x + 1 and on: the slope is ln h
    assert check.reverse == 0.0 and check.sampled == 0 and not check.ok


def test_an_element_that_could_not_be_compared_takes_nothing_from_the_others() -> None:
    def write(x: Any) -> Any:
        first, second = (OPS["index"](x, key=(i,)) for i in range(2))
        return OPS["sqrt"](-(first * first)) + second  # of `first` only 0 itself has a root

    check = check_of(write, x=np.array([0.0, 1.0]))
    assert check.ok and check.sampled == 1
    assert np.isnan(check.central_difference[0]) and check.central_difference[1] == pytest.approx(1.0)


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────────
def test_of_very_many_elements_an_even_sample_is_checked() -> None:
    x = np.linspace(-1.0, 1.0, 3 * ELEMENTS)
    check = check_of(lambda x: spelled("sum")(x * x), x=x)
    assert check.ok and check.sampled is not None and ELEMENTS // 2 < check.sampled <= ELEMENTS
    seen = np.flatnonzero(~np.isnan(check.central_difference))
    assert len(seen) == check.sampled and seen[0] == 0 and seen[-1] == x.size - 1


def test_beside_large_products_of_matrices_fewer_elements_are_checked() -> None:
    small, large = (check_of(lambda x: spelled("sum")(x @ x @ x), x=np.eye(n)) for n in (10, 100))
    assert small.sampled is None and small.ok
    assert large.sampled is not None and large.sampled < 20 and large.ok


def test_every_input_gets_at_least_one_element_of_the_sample() -> None:
    run = run_of(lambda x, y: spelled("sum")(x) * y, x=np.ones(5 * ELEMENTS), y=2.0)
    checks = gradient_check(run)
    assert checks[1].sampled is None and checks[1].ok


def test_the_check_stops_when_the_time_is_over() -> None:
    run = run_of(lambda x: spelled("sum")(OPS["tanh"](x)), x=np.ones(100))
    left = iter([1.0] * 20)
    run.graph.budget = Budget(deadline=lambda: next(left, 0.0))
    with pytest.raises(DeadlineExceeded):
        gradient_check(run)


def test_the_check_leaves_the_run_as_it_was() -> None:
    run = run_of(lambda x: spelled("sum")(x * x), x=np.array([1.0, 2.0]))
    values = [np.copy(value) for value in run.values]
    gradient_check(run)
    assert all(np.array_equal(a, b) for a, b in zip(values, run.values, strict=True))
    assert len(run.graph) == len(values)


def test_what_the_program_cut_off_stays_as_it_is_while_an_input_moves() -> None:
    stop = OPS["stop"]
    check = check_of(lambda x: x * stop(x), x=-4.0)
    assert check.ok and math.isclose(float(check.central_difference), -4.0, rel_tol=1e-9)
    arrays = check_of(lambda x: OPS["sum"](stop(x) * x, axis=(0,), keepdims=False), x=np.array([3.0, -2.0]))
    assert arrays.ok and np.allclose(arrays.central_difference, [3.0, -2.0])
