"""First weights: of the spread that the initialiser says, the same for the same seed, untouched by other layers."""

from math import sqrt

import numpy as np
import pytest

from app.nets.initialisers import INITIALISERS
from tests.nets.nets import compiled, dense

FAN_IN, FAN_OUT = 60, 40
SPREAD = {
    "glorot_uniform": sqrt(2 / (FAN_IN + FAN_OUT)),
    "glorot_normal": sqrt(2 / (FAN_IN + FAN_OUT)),
    "he_uniform": sqrt(2 / FAN_IN),
    "he_normal": sqrt(2 / FAN_IN),
    "lecun": sqrt(1 / FAN_IN),
    "normal": 1.0,
    "uniform": sqrt(1 / 3),
}


def weights(initializer, seed=0, layers=None):
    x, y = np.zeros((1, FAN_IN)), np.zeros((1, FAN_OUT))
    return compiled(FAN_IN, layers or [dense(FAN_OUT)], x, y, initializer=initializer, seed=seed).parameters


@pytest.mark.parametrize("name", SPREAD)
def test_weights_have_the_standard_deviation_of_their_formula(name):
    drawn = np.concatenate([weights(name, seed)["W1"].ravel() for seed in range(5)])
    assert drawn.std() == pytest.approx(SPREAD[name], rel=0.05)
    assert abs(drawn.mean()) < 0.05 * SPREAD[name]


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_uniform_weights_stay_within_their_bound(name):
    drawn = np.abs(weights(name)["W1"])
    assert 0.95 * SPREAD[name] * sqrt(3) < drawn.max() <= SPREAD[name] * sqrt(3)


def test_orthogonal_rows_are_at_right_angles_and_of_the_length_of_the_gain():
    w = weights({"name": "orthogonal", "gain": 2.0})["W1"]
    np.testing.assert_allclose(w @ w.T, 4 * np.eye(FAN_OUT), atol=1e-12)


def test_constant_and_zeros_are_what_they_say():
    assert np.array_equal(weights("zeros")["W1"], np.zeros((FAN_OUT, FAN_IN)))
    assert np.array_equal(weights({"name": "constant", "value": 0.25})["W1"], np.full((FAN_OUT, FAN_IN), 0.25))


@pytest.mark.parametrize("name", INITIALISERS)
def test_biases_start_at_zero_and_the_same_seed_gives_the_same_weights(name):
    first = weights(name, seed=7)
    assert not first["b1"].any()
    assert np.array_equal(first["W1"], weights(name, seed=7)["W1"])


@pytest.mark.parametrize("name", SPREAD)
def test_another_seed_gives_other_weights(name):
    assert not np.array_equal(weights(name, seed=7)["W1"], weights(name, seed=8)["W1"])


def test_a_layer_more_leaves_the_weights_before_it_as_they_are():
    more = weights("glorot_uniform", layers=[dense(FAN_OUT), dense(FAN_OUT)])
    assert np.array_equal(more["W1"], weights("glorot_uniform")["W1"])


def test_given_parameters_stand_and_the_others_are_drawn():
    net = compiled(2, [dense(2), dense(1)], [[0, 0]], [0], parameters={"W2": [[3.0, 4.0]]})
    assert np.array_equal(net.parameters["W2"], [[3.0, 4.0]])
    assert net.parameters["W1"].all()
