"""Numbers on the wire: strict in, exact out."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pydantic_core import PydanticCustomError

from app.schemas.encode import dump
from app.schemas.numbers import summary, tensor_from_json, tensor_to_json

any_array = arrays(np.float64, array_shapes(max_dims=4, max_side=4), elements=st.floats(width=64))


def sent(value, most=4096):
    return json.loads(dump(tensor_to_json(value, most)))


@given(any_array)
def test_every_array_survives_the_way_out_and_back_bit_for_bit(array):
    back = tensor_from_json(sent(array))
    assert back.shape == array.shape
    assert np.array_equal(back, array, equal_nan=True)
    assert np.array_equal(np.signbit(back[back == 0]), np.signbit(array[array == 0]))


@given(st.floats())
def test_every_number_survives_the_way_out_and_back(number):
    for value in (number, np.float64(number), np.array(number)):
        back = tensor_from_json(sent(value))
        assert back == number or (math.isnan(back) and math.isnan(number))


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3), (2, 0, 3)])
def test_empty_arrays_are_empty_lists(shape):
    assert sent(np.zeros(shape)) == np.zeros(shape).tolist()


def test_masks_are_sent_as_numbers():
    assert sent(np.array([True, False])) == [1.0, 0.0]
    assert sent(np.True_) == 1.0


def test_an_array_that_is_not_contiguous_is_sent_as_it_reads():
    assert sent(np.arange(6.0).reshape(2, 3).T) == [[0, 3], [1, 4], [2, 5]]


def test_whole_numbers_stay_whole_on_the_way_in():
    assert type(tensor_from_json(3)) is int
    assert type(tensor_from_json(3.0)) is float


@pytest.mark.parametrize("value", [True, None, "1", "nan", "inf", {}, [None], [True], ["NaN", "x"]])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(PydanticCustomError, match="must be a number"):
        tensor_from_json(value)


@pytest.mark.parametrize("value", [[[1], [1, 2]], [[1], 2], [[1], True], [[[1]], [1]], [[], [1]]])
def test_lists_without_one_shape_are_refused(value):
    with pytest.raises(PydanticCustomError, match="must have one shape"):
        tensor_from_json(value)


def test_lists_nested_beyond_reason_are_refused():
    deep = 1.0
    for _ in range(900):
        deep = [deep]
    with pytest.raises(PydanticCustomError, match="deeper"):
        tensor_from_json(deep)


def test_braces_in_what_was_sent_do_not_disturb_the_message():
    with pytest.raises(PydanticCustomError, match=r"is '\{0\}\{x\}', must"):
        tensor_from_json("{0}{x}")


def test_a_summary_is_over_the_finite_elements():
    found = summary(np.array([3.0, -4.0, np.nan, np.inf, -np.inf]))
    assert found == {
        "shape": [5], "min": -4.0, "max": 3.0, "mean": -0.5, "norm": 5.0, "nans": 1, "infs": 2, "truncated": True,
    }


def test_a_summary_of_nothing_finite_has_no_statistics():
    found = summary(np.array([np.nan, np.nan]))
    assert (found["min"], found["max"], found["mean"], found["norm"]) == (None, None, None, None)


def test_a_summary_too_large_for_float64_says_infinity():
    assert summary(np.array([1e300, 1e300]))["norm"] == "Infinity"
