"""Data: the same for the same seed, of the shape and task it says; split, scaled and put in the loss's form."""

import numpy as np
import pytest

from app.nets.data import drawn
from app.nets.datasets import DATASETS
from app.nets.datasets.record import CLASSIFICATION
from tests.nets.nets import compiled, dense, ran


def points(name, seed=0, **options):
    record = DATASETS[name]
    defaults = {each.name: each.default for each in record.fields}
    return drawn(name, tuple((defaults | options).items()), seed)


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_is_the_same_for_the_same_seed_and_another_for_another(name):
    (x, y), again, other = points(name), points(name), points(name, seed=1)
    assert np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    assert not np.array_equal(x, other[0])
    drawn.cache_clear()
    assert np.array_equal(x, points(name)[0])


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_has_the_shape_and_the_targets_that_its_record_says(name):
    record = DATASETS[name]
    x, y = points(name, samples=100)
    assert x.shape == (100, *record.features)
    assert np.abs(x).max() < 2
    if record.task == CLASSIFICATION:
        assert set(np.unique(y)) == set(range(record.classes))
        counts = np.bincount(y.astype(int))
        assert counts.min() >= 0.7 * 100 / record.classes
    else:
        assert y.shape == (100, record.outputs)


@pytest.mark.parametrize("name", DATASETS)
def test_noise_changes_a_data_set(name):
    assert not np.array_equal(points(name, noise=0.0)[0], points(name, noise=0.2)[0]) or not np.array_equal(
        points(name, noise=0.0)[1], points(name, noise=0.2)[1]
    )


def test_without_noise_every_point_of_xor_lies_in_its_class_s_quarters():
    x, y = points("xor", noise=0.0)
    assert np.array_equal(y, x[:, 0] * x[:, 1] < 0)


def test_drawn_digits_are_told_apart_by_their_means_far_better_than_by_chance():
    x, y = points("digits", samples=600)
    means = np.array([x[:400][y[:400] == digit].mean(axis=0) for digit in range(10)])
    nearest = ((x[400:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == y[400:]).mean() > 0.75
    assert 0 <= x.min() <= x.max() <= 1


def test_a_quarter_is_kept_for_testing_unless_told_otherwise():
    net = compiled(2, [dense(1)], data={"dataset": "moons", "samples": 80})
    assert (len(net.data.x), len(net.data.test_x)) == (60, 20)
    whole = compiled(2, [dense(1)], data={"dataset": "moons", "samples": 80, "test_fraction": 0.0})
    assert (len(whole.data.x), len(whole.data.test_x)) == (80, 0)
    assert np.array_equal(whole.data.x[:60], net.data.x)


def test_inputs_are_scaled_in_the_program_by_the_training_part_s_mean_and_deviation():
    x = np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 10.0], [100.0, 0.0]])
    net = compiled(2, [dense(1)], data={"x": x, "y": [0, 1, 0, 1], "test_fraction": 0.25, "standardize": True})
    assert "a0 = (x - x_mean) / x_scale" in net.program
    run, names = ran(net)
    scaled = run.values[names["a0"]]
    np.testing.assert_allclose(scaled[:, 0], np.array([-2, 0, 2]) / np.sqrt(8 / 3))
    assert np.array_equal(scaled[:, 1], [0, 0, 0])
    assert np.array_equal(net.data.mean, [3, 10])


def test_rows_choose_examples_of_the_training_part():
    whole = compiled(2, [dense(1)], data={"dataset": "circle", "samples": 40})
    one = compiled(2, [dense(1)], data={"dataset": "circle", "samples": 40, "rows": [3]})
    assert np.array_equal(one.data.x, whole.data.x[3:4])
    assert np.array_equal(one.data.test_x, whole.data.test_x)


TARGETS = {
    "numbers for one output": ("mse", 1, [0, 1, 1], [[0], [1], [1]]),
    "classes as rows for several outputs": ("mse", 3, [0, 2, 1], [[1, 0, 0], [0, 0, 1], [0, 1, 0]]),
    "classes as signs": ("hinge", 1, [0, 1, 1], [[-1], [1], [1]]),
    "signs as they are": ("hinge", 1, [-1, 1, 1], [[-1], [1], [1]]),
    "class numbers": ("cross_entropy", 3, [0, 2, 1], [0, 2, 1]),
    "class numbers in a column": ("cross_entropy", 3, [[0], [2], [1]], [0, 2, 1]),
    "probabilities": ("cross_entropy", 2, [[0.5, 0.5], [1, 0], [0, 1]], [[0.5, 0.5], [1, 0], [0, 1]]),
}


@pytest.mark.parametrize(("loss", "outputs", "given", "taken"), TARGETS.values(), ids=TARGETS)
def test_targets_come_in_the_form_that_the_loss_takes(loss, outputs, given, taken):
    net = compiled(2, [dense(outputs)], [[0, 1], [1, 0], [1, 1]], given, loss=loss)
    assert np.array_equal(net.data.y, taken)


def test_one_example_may_come_without_the_axis_of_examples():
    net = compiled(2, [dense(2)], [0.05, 0.1], [0.01, 0.99])
    assert (net.data.x.shape, net.data.y.shape) == ((1, 2), (1, 2))
    line = compiled(1, [dense(1)], [0.0, 0.5, 1.0], [1, 2, 3])
    assert (line.data.x.shape, line.data.y.shape) == ((3, 1), (3, 1))


def test_pictures_come_as_rows_or_as_images():
    rows = compiled(64, [dense(10)], data={"dataset": "digits", "samples": 20}, loss="cross_entropy")
    layers = [{"type": "flatten"}, dense(10)]
    images = compiled([1, 8, 8], layers, data={"dataset": "digits", "samples": 20}, loss="cross_entropy")
    assert np.array_equal(images.data.x.reshape(15, 64), rows.data.x)
