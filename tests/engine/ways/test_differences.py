"""Numerical derivatives with a chosen step, the V of their error, the complex step, and every way side by side."""

import math

import numpy as np
import pytest
from hypothesis import assume, given

from app.engine.checks import gradient_at, sample
from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.run import backprop
from app.engine.ways.agreement import agreement, sweep
from app.engine.ways.complex_step import analytic, obstacles
from app.engine.ways.differences import USUAL, bounds, estimates, forward_slopes
from app.lang import trace
from tests.corpus import read
from tests.engine.programs import array_programs, programs
from tests.engine.test_random_programs import smooth, swept, tame

STEPS = [10.0**-i for i in range(1, 16)]
SINE = "x = 3.0\ny = sin(x**2)"


def run_of(text):
    program = trace(text)
    return backprop(program.graph, program.output)


def errors(text, scheme):
    run = run_of(text)
    pick = (run.wrt[0], 0)
    found = agreement(run, scheme, USUAL[scheme])
    return [point.errors[pick] for point in sweep(run, found, scheme, STEPS)], found.bounds[pick]


def test_the_v_of_central_differences_has_its_tip_near_a_millionth():
    found, _ = errors(SINE, "central")
    best = int(np.argmin(found))
    assert found[best] < 1e-8
    assert 1e-8 < STEPS[best] < 1e-4
    assert found[STEPS.index(1e-12)] > 1e-4


def test_the_v_of_forward_differences_has_a_higher_tip_at_a_larger_power():
    central, _ = errors(SINE, "central")
    forward, _ = errors(SINE, "forward")
    assert min(forward) > 10 * min(central)
    assert 1e-10 < STEPS[int(np.argmin(forward))] < 1e-6


def test_the_complex_step_has_no_right_branch():
    found, _ = errors(SINE, "complex")
    assert all(error < 1e-14 for error in found[8:])
    assert found[-1] <= 4.5e-15


@pytest.mark.parametrize(("scheme", "share"), [("forward", 0.5), ("central", 0.05), ("complex", 0.05)])
def test_truncation_is_the_left_branch(scheme, share):
    found, own = errors(SINE, scheme)
    for h, error in zip(STEPS[:3], found[:3], strict=True):
        assert error == pytest.approx(own.truncation(h), rel=share)


@pytest.mark.parametrize("scheme", ["forward", "central"])
def test_rounding_bounds_the_right_branch(scheme):
    found, own = errors(SINE, scheme)
    for h, error in zip(STEPS[9:13], found[9:13], strict=True):
        assert 1e-3 * own.rounding(h) < error < own.rounding(h)


def test_the_bounds_are_those_of_the_closed_form():
    run = run_of(SINE)
    (second,) = bounds(run, [(0, 0)], "forward")
    (third,) = bounds(run, [(0, 0)], "central")
    x, s, c = 3.0, math.sin(9.0), math.cos(9.0)
    assert second.derivative == pytest.approx(2 * c - 4 * x * x * s, rel=1e-13)
    assert third.derivative == pytest.approx(-12 * x * s - 8 * x**3 * c, rel=1e-13)
    assert third.truncation(1e-3) == pytest.approx(1e-6 / 6 * abs(third.derivative), rel=1e-14)
    assert second.truncation(1e-3) == pytest.approx(1e-3 / 2 * abs(second.derivative), rel=1e-14)
    assert third.noise >= np.finfo(float).eps * abs(s)


# ── the complex step ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["sin", "exp", "mul", "pow", "sigmoid", "tanh", "matmul", "sum", "softmax", "prod"])
def test_ops_that_go_on_with_complex_numbers_have_a_complex_step(name):
    assert analytic(OPS[name]) is None


@pytest.mark.parametrize("name", ["abs", "sign", "floor", "erf"])
def test_ops_that_lose_the_imaginary_part_or_refuse_it_have_none(name):
    assert name in analytic(OPS[name])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = 2.0\ny = abs(x)*3", "abs"),
        ("x = 0.0\ny = relu(x)", "relu leaves the real line"),
        ("x = -2.0\ny = x**101.0", "pow leaves the real line"),
        ("x = -2.0\ny = log(x)", "log leaves the real line"),
    ],
)
def test_where_it_cannot_be_used_the_node_is_named(text, why):
    run = run_of(text)
    assert why in obstacles(run)[run.wrt[0]]


def test_an_input_that_meets_no_obstacle_has_its_complex_step_beside_one_that_does():
    run = run_of("x = -2.0\ny = 3.0\nz = abs(x) + sin(y)")
    found = agreement(run, "complex", 1e-20)
    x, y = run.wrt
    assert set(found.obstacles) == {x}
    assert [entry.pick for entry in found.entries["numeric"]] == [(y, 0)]
    assert found.entries["numeric"][0].other == pytest.approx(math.cos(3.0), rel=1e-15)


def tame_derivatives(run):
    return all(abs(each) < 1e4 for entry in run.adjoints.values() for each in np.ravel(entry))


@given(programs(most=15))
def test_on_random_programs_the_complex_step_is_the_gradient(program: tuple[Graph, int]):
    run = swept(program)
    assume(tame(run) and smooth(run))
    blocked = obstacles(run)
    picks = [(node, 0) for node in run.wrt if node not in blocked]
    for pick, found in zip(picks, estimates(run, picks, "complex", 1e-30), strict=True):
        assert found == pytest.approx(gradient_at(run, pick), rel=1e-7, abs=1e-7)


@given(array_programs(most=7))
def test_on_random_array_programs_too(program: tuple[Graph, int]):
    run = swept(program)
    assume(tame(run) and smooth(run))
    blocked = obstacles(run)
    picks = [pick for pick in sample(run) if pick[0] not in blocked]
    for pick, found in zip(picks, estimates(run, picks, "complex", 1e-30), strict=True):
        assert found == pytest.approx(gradient_at(run, pick), rel=1e-7, abs=1e-7)


# ── side by side ────────────────────────────────────────────────────────────────────────────────────────
@given(programs())
def test_forward_mode_is_reverse_mode_on_every_element(program: tuple[Graph, int]):
    run = swept(program)
    assume(tame(run))
    picks = sample(run)
    size = max((abs(float(contribution)) for _, contribution in run.pulled.values()), default=1.0)
    for pick, found in zip(picks, forward_slopes(run, picks), strict=True):
        assert found == pytest.approx(gradient_at(run, pick), rel=1e-12, abs=1e-12 * max(1.0, size))


@given(array_programs(most=7))
def test_forward_mode_is_reverse_mode_on_arrays(program: tuple[Graph, int]):
    run = swept(program)
    assume(tame(run))
    picks = sample(run)[:20]
    for pick, found in zip(picks, forward_slopes(run, picks), strict=True):
        assert found == pytest.approx(gradient_at(run, pick), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("example", read.everything(), ids=lambda each: each.id)
def test_over_the_corpus_forward_mode_and_differences_confirm_the_gradient(example):
    program = trace(example.source)
    run = backprop(program.graph, program.output)
    found = agreement(run, "central", USUAL["central"])
    assert all(entry.ok for entry in found.entries["forward_mode"]), found.entries["forward_mode"]
    doubtful = [entry for entry in found.entries["numeric"] if entry.compared and not entry.ok]
    assert not doubtful, doubtful


def test_a_wrong_gradient_is_not_confirmed_by_any_way():
    run = run_of(SINE)
    run.adjoints[0] = run.adjoints[0] * 1.001
    found = agreement(run, "central", 1e-6)
    assert not found.entries["forward_mode"][0].ok
    assert not found.entries["numeric"][0].ok


def test_a_step_too_bad_to_tell_confirms_nothing():
    run = run_of(SINE)
    assert not agreement(run, "central", 1e-13).entries["numeric"][0].ok
    assert not agreement(run, "central", 0.1).entries["numeric"][0].ok


def test_beside_large_values_a_difference_is_trusted_as_far_as_rounding_lets_it():
    run = run_of("x = 1.0\ny = 1e7 + x")
    (entry,) = agreement(run, "central", 7e-6).entries["numeric"]
    assert entry.error > 1e-6 and entry.ok


def test_at_a_kink_the_slopes_on_both_sides_decide():
    run = run_of("x = 0.0\ny = relu(x) + x")
    found = agreement(run, "central", 1e-6)
    assert found.kinks == {(0, 0)}
    assert found.entries["numeric"][0].ok
