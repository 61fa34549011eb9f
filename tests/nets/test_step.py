"""One step of a 2-2-2 net of sigmoids with ½ squared error, against a computation with plain numbers, term by term.

The weights after the step are held to such a computation in `test_training.py`.
"""

from math import exp

import pytest

from tests.nets.nets import compiled, dense, ran

X, Y = [0.05, 0.1], [0.01, 0.99]
W1, B1 = [[0.15, 0.2], [0.25, 0.3]], [0.35, 0.36]
W2, B2 = [[0.4, 0.45], [0.5, 0.55]], [0.6, 0.61]


def sigmoid(z):
    return 1 / (1 + exp(-z))


def by_hand():
    """Loss and every gradient, each written out as the chain rule has it."""
    a1 = [sigmoid(sum(W1[j][k] * X[k] for k in range(2)) + B1[j]) for j in range(2)]
    a2 = [sigmoid(sum(W2[i][j] * a1[j] for j in range(2)) + B2[i]) for i in range(2)]
    loss = sum((a2[i] - Y[i]) ** 2 / 2 for i in range(2))
    d2 = [(a2[i] - Y[i]) * a2[i] * (1 - a2[i]) for i in range(2)]
    d1 = [sum(d2[i] * W2[i][j] for i in range(2)) * a1[j] * (1 - a1[j]) for j in range(2)]
    return loss, {
        "W1": [[d1[j] * X[k] for k in range(2)] for j in range(2)], "b1": d1,
        "W2": [[d2[i] * a1[j] for j in range(2)] for i in range(2)], "b2": d2,
    }  # fmt: skip


@pytest.fixture(scope="module")
def net():
    parameters = {"W1": W1, "b1": B1, "W2": W2, "b2": B2}
    return compiled(2, [dense(2, "sigmoid"), dense(2, "sigmoid")], [X], [Y], loss="half_squared_error",
                    parameters=parameters)  # fmt: skip


def test_the_loss_is_the_one_worked_out_by_hand(net):
    run, _ = ran(net)
    assert float(run.values[run.output]) == pytest.approx(by_hand()[0], rel=1e-14)


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
def test_every_weight_and_bias_gradient_is_the_one_worked_out_by_hand(net, name):
    run, names = ran(net)
    expected = by_hand()[1][name]
    for place, slope in enumerate(expected):
        assert run.adjoints[names[name]][place] == pytest.approx(slope, rel=1e-13)
