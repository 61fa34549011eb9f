"""Losses: each example's number as its formula has it, reduced over the batch; fused and unfused alike."""

import numpy as np
import pytest

from app.nets.losses import LOSSES
from tests.nets.nets import compiled, dense, ran

X = np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]])
NUMBERS = np.array([[0.1, 2.0, -1.0], [3.0, -0.5, 0.0], [0.4, 1.0, 1.0]])
BITS = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
CLASSES = np.array([0, 2, 1])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def entropy(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(axis=1)


def huber(d):
    return np.where(np.abs(d) <= 1, d * d / 2, np.abs(d) - 0.5).mean(axis=1)


ROWS = np.arange(3)
CASES = {
    "mse": ("mse", "linear", NUMBERS, lambda z: ((z - NUMBERS) ** 2).mean(axis=1)),
    "squared_error": ("squared_error", "linear", NUMBERS, lambda z: ((z - NUMBERS) ** 2).sum(axis=1)),
    "half_squared_error": ("half_squared_error", "linear", NUMBERS, lambda z: ((z - NUMBERS) ** 2).sum(axis=1) / 2),
    "mae": ("mae", "linear", NUMBERS, lambda z: np.abs(z - NUMBERS).mean(axis=1)),
    "huber": ("huber", "linear", NUMBERS, lambda z: huber(z - NUMBERS)),
    "hinge": ("hinge", "linear", 2 * BITS - 1, lambda z: np.maximum(0, 1 - z * (2 * BITS - 1)).mean(axis=1)),
    "bce": ("bce", "sigmoid", BITS, lambda z: entropy(sigmoid(z), BITS)),
    "bce_with_logits": ("bce_with_logits", "linear", BITS, lambda z: entropy(sigmoid(z), BITS)),
    "nll": ("nll", "log_softmax", CLASSES, lambda z: -np.log(softmax(z))[ROWS, CLASSES]),
    "nll of probabilities": ("nll", "log_softmax", softmax(NUMBERS),
                             lambda z: -(softmax(NUMBERS) * np.log(softmax(z))).sum(axis=1)),
    "cross_entropy after softmax": ("cross_entropy", "softmax", CLASSES, lambda z: -np.log(softmax(z))[ROWS, CLASSES]),
    "cross_entropy of logits": ("cross_entropy", "linear", CLASSES, lambda z: -np.log(softmax(z))[ROWS, CLASSES]),
    "cross_entropy of probabilities": ("cross_entropy", "softmax", softmax(NUMBERS),
                                       lambda z: -(softmax(NUMBERS) * np.log(softmax(z))).sum(axis=1)),
}  # fmt: skip


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("loss", "activation", "y", "expected"), CASES.values(), ids=CASES)
def test_a_loss_is_its_formula_for_each_example_then_reduced(loss, activation, y, expected, reduction, fused):
    net = compiled(2, [dense(3, activation)], X, y, loss=loss, reduction=reduction, fused=fused, seed=3)
    run, names = ran(net)
    each = expected(run.values[names["z1"]])
    np.testing.assert_allclose(run.values[names["losses"]], each, rtol=1e-12)
    np.testing.assert_allclose(run.values[run.output], getattr(np, reduction)(each), rtol=1e-12)


def test_every_loss_is_tested():
    assert {loss for loss, _, _, _ in CASES.values()} == set(LOSSES)


def test_fused_and_unfused_cross_entropy_have_the_same_gradients_by_other_ways():
    fused, apart = (
        compiled(2, [dense(3, "softmax")], X, CLASSES, loss="cross_entropy", fused=each) for each in (True, False)
    )
    assert "cross_entropy(z1, y" in fused.program
    assert "log(a1)" in apart.program
    for name in ("W1", "b1"):
        slopes = [run.adjoints[names[name]] for run, names in (ran(fused), ran(apart))]
        np.testing.assert_allclose(*slopes, rtol=1e-10)


def test_penalties_stand_in_the_program_and_count_weights_alone():
    plain = compiled(2, [dense(3)], X, NUMBERS)
    net = compiled(2, [dense(3)], X, NUMBERS, l1=0.1, l2=0.2)
    w = net.parameters["W1"]
    (run, names), (without, _) = ran(net), ran(plain)
    penalty = 0.1 * np.abs(w).sum() + 0.1 * (w**2).sum()
    np.testing.assert_allclose(run.values[names["penalty"]], penalty, rtol=1e-14)
    np.testing.assert_allclose(run.values[run.output] - without.values[without.output], penalty, rtol=1e-12)
