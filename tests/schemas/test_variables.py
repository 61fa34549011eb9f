"""Numbers by a variable's name: lists as nested lists, large ones as statistics, checks beside gradients."""

import math

import pytest

from app.engine.checks import gradient_check
from app.engine.run import backprop
from app.lang import trace
from app.schemas.variables import assembled, checks, gradients, values

NESTED = "w = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]\nz = w[0][0] * w[1][1]"
RAGGED = "w = [[Value(1.0)], [Value(2.0), Value(3.0)]]\nz = w[0][0] * w[1][1]"


def of(source, **options):
    program = trace(source, **options)
    return program, backprop(program.graph, program.output)


def checked(source, most=4096):
    program, run = of(source)
    return checks(gradient_check(run), program.inputs, most)


@pytest.mark.parametrize(
    ("source", "value", "gradient"),
    [
        ("w = [Value(3.0), Value(2.0)]\nz = w[0] * w[1]", [3.0, 2.0], [2.0, 3.0]),
        (NESTED, [[1.0, 2.0], [3.0, 4.0]], [[4.0, 0.0], [0.0, 1.0]]),
        (RAGGED, [[1.0], [2.0, 3.0]], [[3.0], [0.0, 1.0]]),
    ],
)
def test_a_list_of_values_is_reported_under_its_name_as_it_nests(source, value, gradient):
    program, run = of(source)
    assert values(run, program.inputs, 4096) == {"w": value}
    assert gradients(run, program.inputs, 4096) == {"w": gradient}


def test_a_list_above_the_limit_is_sent_as_its_statistics():
    program, run = of(NESTED)
    found = values(run, program.inputs, 3)["w"]
    assert (found["shape"], found["min"], found["max"], found["truncated"]) == ([2, 2], 1.0, 4.0, True)
    assert values(run, program.inputs, 4)["w"] == [[1.0, 2.0], [3.0, 4.0]]


def test_lists_of_different_lengths_have_a_shape_down_to_where_they_differ():
    program, run = of(RAGGED)
    assert values(run, program.inputs, 2)["w"]["shape"] == [2]


def test_what_no_gradient_reaches_is_null():
    _, run = of("x = 2.0\nz = x * x")
    assert assembled([0, 1], lambda node: None, 4096) == [None, None]
    assert assembled(0, run.adjoints.get, 4096) == 4.0


def test_checks_go_by_the_names_of_the_gradients_and_say_the_same_in_reverse():
    program, run = of(f"{NESTED}\nx = 3.0\nL = z * x * x")
    found = checks(gradient_check(run), program.inputs, 4096)
    reverse = {name: check["reverse"] for name, check in found.items()}
    assert reverse == gradients(run, program.inputs, 4096)
    assert all(check["ok"] and check["relative_error"] < 1e-6 for check in found.values())


def test_an_input_whose_name_is_bound_again_is_checked_under_its_id():
    program, run = of("x = 2.0\nx = x * 3\nz = x * x")
    found = checks(gradient_check(backprop(run.graph, run.output, wrt=(0, 2))), {"x": program.names["x"]}, 4096)
    assert {name: check["reverse"] for name, check in found.items()} == {"x": 12.0, "n0": 36.0}


@pytest.mark.parametrize("source", ["x = 0.0\nz = log(x) * 0", "x = 0.0\nz = 1 / x", "x = -1.0\nz = sqrt(x)"])
def test_where_there_is_nothing_to_compare_the_check_has_no_error(source):
    check = checked(source)["x"]
    assert (check["relative_error"], check["central_difference"]) == ("NaN", "NaN")
    assert check["reverse"] in ("NaN", "Infinity", "-Infinity")


def test_a_list_with_one_bad_element_is_not_ok():
    check = checked("w = [Value(0.0), Value(2.0)]\nz = log(w[0]) * 0 + w[1]")["w"]
    assert (check["ok"], check["relative_error"]) == (False, "NaN")
    assert check["reverse"] == ["NaN", 1.0]


def test_a_kink_is_told_from_an_error():
    check = checked("x = 0.0\nz = relu(x)")["x"]
    assert (check["ok"], check["kink"], check["reverse"]) == (True, True, 0.0)


def test_of_very_many_elements_the_check_says_how_many_it_looked_at():
    check = checked("x = ones(3000)\nz = sum(x * x)", most=5000)["x"]
    assert 1000 <= check["sampled"] <= 2000
    looked_at = [each for each in check["central_difference"] if each != "NaN"]
    assert len(looked_at) == check["sampled"]
    assert check["ok"] and not math.isnan(check["relative_error"])
