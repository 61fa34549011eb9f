"""The grid: the same numbers as the net gives point by point; what is held still; what changes reset weights."""

import numpy as np
import pytest

from app.nets.boundary import Grid, over_grid, usual_grid
from app.nets.configuration import read_configuration
from app.nets.decision import decision
from app.nets.evaluate import evaluate
from app.nets.resets import resets
from tests.nets.nets import compiled, dense

RAW = {"input": 2, "layers": [dense(3, "tanh"), dense(1)], "loss": "bce_with_logits", "data": {"dataset": "moons"}}


def test_every_cell_of_every_neuron_is_what_the_net_gives_at_that_point():
    net = compiled(2, [dense(3, "tanh"), dense(2)], data={"dataset": "moons", "standardize": True})
    found = over_grid(net, Grid((-1, 1), (-2, 3), 4, (0, 1), np.zeros(2)), neurons=True)
    for row, y in enumerate(found.ys):
        for column, x in enumerate(found.xs):
            alone = evaluate(net, np.array([[x, y]]))
            for place, values in found.layers:
                np.testing.assert_allclose(values[:, row, column], alone[place.name("a")][0], atol=1e-14)
    assert [values.shape for _, values in found.layers] == [(3, 4, 4), (2, 4, 4)]


def test_parameters_may_be_given_and_the_output_alone_asked_for():
    net = compiled(**{"input_": 2, **{key: value for key, value in RAW.items() if key != "input"}})
    zeros = {name: np.zeros_like(array) for name, array in net.parameters.items()}
    grid = usual_grid(net, 3, (0, 1))
    ((place, values),) = over_grid(net, grid, neurons=False, parameters=zeros).layers
    assert place.label == "layer 2"
    assert not values.any()


def test_a_net_of_one_input_has_a_line_and_other_inputs_stay_at_their_means():
    line = compiled(1, [dense(2, "tanh"), dense(1)], data={"dataset": "sine"})
    assert over_grid(line, usual_grid(line, 5, (0,)), neurons=True).layers[0][1].shape == (2, 5)
    net = compiled(3, [dense(1)], [[0, 1, 2], [0, 3, 6]], [0, 1])
    found = over_grid(net, Grid((0, 1), (0, 1), 2, (0, 2), usual_grid(net, 2, (0, 2)).point), neurons=True)
    w, b = net.parameters["W1"][0], net.parameters["b1"][0]
    np.testing.assert_allclose(found.layers[0][1][0, 1, 0], w @ [0, 2, 1] + b)


@pytest.mark.parametrize(
    ("loss", "layers", "kind", "at"),
    [
        ("bce_with_logits", [dense(1)], "threshold", 0.0), ("hinge", [dense(1)], "threshold", 0.0),
        ("bce", [dense(1, "sigmoid")], "threshold", 0.5), ("mse", [dense(1)], "threshold", 0.5),
        ("cross_entropy", [dense(2)], "argmax", None),
    ],
)  # fmt: skip
def test_outputs_are_read_as_classes_as_the_loss_has_them(loss, layers, kind, at):
    found = decision(compiled(2, layers, loss=loss, data={"dataset": "xor"}))
    assert (found.kind, found.at) == (kind, at)


def test_numbers_to_be_met_have_no_classes():
    assert decision(compiled(1, [dense(1)], data={"dataset": "sine"})) is None


CHANGES = {
    "nothing": ({}, []),
    "noise": ({"data": {"dataset": "moons", "noise": 0.3}}, []),
    "another data set": ({"data": {"dataset": "xor"}}, []),
    "the loss": ({"loss": "mse"}, []),
    "a regulariser": ({"l2": 0.1}, []),
    "an activation": ({"layers": [dense(3, "relu"), dense(1)]}, []),
    "units": ({"layers": [dense(4, "tanh"), dense(1)]}, ["layers"]),
    "a layer more": ({"layers": [dense(3, "tanh"), dense(3), dense(1)]}, ["layers"]),
    "the initialiser": ({"initializer": "he_normal"}, ["initializer"]),
    "the seed": ({"seed": 5}, ["seed"]),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_weights_are_reset_by_what_changes_them_and_by_nothing_else(change, expected):
    assert resets(read_configuration(RAW), read_configuration(RAW | change)) == expected
