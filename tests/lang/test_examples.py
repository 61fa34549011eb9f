"""The gallery: every example runs, is right, and shows what its description says."""

import numpy as np
import pytest

from app.engine.checks import gradient_check
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


def test_numbers_in_the_descriptions_are_true() -> None:
    assert round(float(run(BY_ID["sigmoid-neuron"].program).grad("s")), 3) == 0.197
    assert run(BY_ID["rates"].program).grad("t") == pytest.approx(5)
    assert run(BY_ID["gate-circuit"].program).grad("z") == 3.0
    assert 0 < run(BY_ID["vanishing"].program).grad("x") < 5e-6
    softmax = run(BY_ID["softmax-cross-entropy"].program)
    assert np.allclose(softmax.grad("z"), softmax.value("p") - [1, 0, 0])
    assert run(BY_ID["pytorch-regression"].program).program.printed == ["dw = -5.00, db = -2.50"]
    assert run(BY_ID["exp-of-root"].program).grad("x") == pytest.approx(np.e**2 / 4)


def test_notes_say_where_kinks_ties_and_broken_numbers_are() -> None:
    assert {"kink", "tie"} <= run(BY_ID["kinks"].program).notes
    broken = [each for each in run(BY_ID["nan-hunt"].program).run.notes if each.code == "non_finite"]
    assert broken[0].span is not None
    assert broken[0].span[0] == 3


def test_the_repair_that_the_nan_hunt_suggests_repairs_it() -> None:
    program = BY_ID["nan-hunt"].program.replace("-log(p)", "x**2")
    assert np.isfinite(run(program).output)
