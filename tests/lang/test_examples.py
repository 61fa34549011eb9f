"""The gallery: every example runs, is right, and shows what its description says."""

import numpy as np
import pytest

from app.engine.checks import gradient_check
from app.engine.record import Edge
from app.lessons.examples import EXAMPLES, Example
from tests.lang.tools import run

BY_ID = {each.id: each for each in EXAMPLES}
DIFFERENT = {"nan-hunt", "cut"}
"""Central differences mean nothing where numbers are broken, and know of no gradient that is cut."""
everyone = pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.id)


@everyone
def test_an_example_runs_as_it_stands(example: Example) -> None:
    found = run(example.program)
    assert found.program.inputs
    assert len(found.run.graph) >= 3


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.id not in DIFFERENT], ids=lambda each: each.id)
def test_an_example_agrees_with_central_differences(example: Example) -> None:
    checks = gradient_check(run(example.program).run)
    assert checks
    assert all(check.ok for check in checks.values())


@everyone
def test_an_example_is_described(example: Example) -> None:
    assert example.title and example.section
    assert len(example.description) > 60


def test_every_example_has_an_id_of_its_own() -> None:
    assert len(BY_ID) == len(EXAMPLES)


def test_the_page_opens_on_section_3_of_the_lecture() -> None:
    found = run(EXAMPLES[0].program)
    assert abs(found.grad("t") - 2.3883001501507777) < 1e-12


def edges_of(example: str, name: str) -> list[Edge]:
    """The edges from an example's variable to what uses it."""
    found = run(BY_ID[example].program)
    return [edge for edge in found.run.edges if edge.source == found.program.names[name]]


def test_the_gallery_has_what_everyone_looks_for() -> None:
    programs = " ".join(each.program for each in EXAMPLES)
    for piece in ("sin(x*y)", "5/9*(F - 32.0)", "u = x**2", "e^u", "W1 @ x + b1", "from micrograd.engine import Value",
                  "w0*x0 + w1*x1 + w2", "q = x + y", "softmax(z)", "h3 = tanh", "-log(p)", "a8 = sigmoid",
                  "for x in", "class MLP", "nn.Module", "max_pool2d", "A @ V", "jax.grad(f)",
                  "no w.grad.zero_()"):  # fmt: skip
        assert piece in programs
    titles = " ".join(each.title for each in EXAMPLES)
    assert all(section in titles for section in ("§1", "§2", "§3", "§9"))


def test_numbers_in_the_descriptions_are_true() -> None:
    assert round(float(run(BY_ID["sigmoid-neuron"].program).grad("s")), 3) == 0.197
    assert run(BY_ID["rates"].program).grad("t") == pytest.approx(5)
    assert run(BY_ID["gate-circuit"].program).grad("z") == 3.0
    vanishing = BY_ID["vanishing"].program
    assert run(vanishing).grad("x") == pytest.approx(0.000003, rel=0.02)
    assert run(vanishing.replace("sigmoid", "relu")).grad("x") == pytest.approx(0.43, abs=0.001)
    assert 0 < run(vanishing.replace("w = 0.9", "w = 4.0")).grad("x") < 0.000003
    contributions = [edge.contribution for edge in edges_of("bell-curve", "σ")]
    assert contributions == pytest.approx([0.455, -0.202], abs=0.0005)
    assert abs(run(BY_ID["bell-curve"].program, inputs={"x": 1.0}).grad("σ")) < 1e-15
    assert [len(edges_of("two-three-one", name)) for name in ("x1", "x2")] == [3, 3]
    assert len(run(BY_ID["two-three-one"].program).program.inputs) == 13 + len(["x1", "x2", "y"])
    toy = run(BY_ID["toy-net"].program)
    assert [round(toy.grad(name).item(), 6) for name in ("W2", "W1")] == [-0.004337, -0.002305]
    assert run(BY_ID["sigmoid"].program).grad("z") == 0.25
    assert run(BY_ID["micrograd"].program).program.printed == ["24.7041", "138.8338", "645.5773"]
    several = run(BY_ID["several-variables"].program)
    x, y, t = (several.value(name) for name in "xyt")
    paths = [2 * x * 2 * t, np.cos(x * y) * y * 2 * t, np.cos(x * y) * x * y]
    assert [round(float(each), 3) for each in (*paths, sum(paths))] == [0.5, 1.511, 0.378, 2.388]
    softmax = run(BY_ID["softmax-cross-entropy"].program)
    assert np.allclose(softmax.grad("z"), softmax.value("p") - [1, 0, 0])
    assert run(BY_ID["pytorch-regression"].program).program.printed == ["dw = -5.00, db = -2.50"]
    assert run(BY_ID["exp-of-root"].program).grad("x") == pytest.approx(np.e**2 / 4)


def test_what_the_descriptions_of_larger_programs_say_is_true() -> None:
    over_time = [edge.contribution for edge in edges_of("recurrence", "w")]
    assert len(over_time) == 3 and over_time.count(0) == 1
    forgotten = run(BY_ID["forgotten-zero-grad"].program)
    assert forgotten.program.printed == ["3.0", "4.5"]
    assert forgotten.grad("w") == 1.5
    rows = run(BY_ID["torch-module"].program).grad("net.fc1.weight")
    assert [bool(np.any(row)) for row in rows] == [True, True, True, False]
    x = 1.2
    second = -np.sin(x) * x**2 + 4 * x * np.cos(x) + 2 * np.sin(x)
    assert run(BY_ID["jax-grad"].program).grad("x") == pytest.approx(second)
    pooled = run(BY_ID["convolution"].program)
    assert not np.any(pooled.grad("z")[pooled.value("z") < 0]) and np.any(pooled.value("z") < 0)
    assert len(edges_of("attention", "X")) == 3


def test_a_weight_that_was_updated_and_has_a_gradient_is_not_called_unused() -> None:
    assert run(BY_ID["forgotten-zero-grad"].program).notes == set()


def test_notes_say_where_kinks_ties_and_broken_numbers_are() -> None:
    assert {"kink", "tie"} <= run(BY_ID["kinks"].program).notes
    broken = [each for each in run(BY_ID["nan-hunt"].program).run.notes if each.code == "non_finite"]
    assert broken[0].span is not None
    assert broken[0].span[0] == 3


def test_the_repair_that_the_nan_hunt_suggests_repairs_it() -> None:
    program = BY_ID["nan-hunt"].program.replace("-log(p)", "x**2")
    assert np.isfinite(run(program).output)
