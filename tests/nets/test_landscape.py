"""The loss over a plane is the net's loss there, its slope the net's gradient, its ways those of the training."""

import numpy as np
import pytest

from app.engine.budget import Budget
from app.nets.compile import compile_net
from app.nets.configuration import read_configuration
from app.nets.landscape import Landscape, Plane, one_parameter, random_direction

LAYERS = {
    "stack": [{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense", "units": 1, "bias": False}],
    "engine": [
        {"type": "dense", "units": 3}, {"type": "layer_norm", "activation": "tanh"}, {"type": "dense", "units": 1},
    ],
}  # fmt: skip
LOSSES = {"mse": {}, "bce_with_logits": {"l1": 0.01, "l2": 0.1}, "half_squared_error": {"reduction": "sum"}}


def made(kind="stack", loss="mse", **more):
    raw = {"input": 2, "layers": LAYERS[kind], "data": {"dataset": "circle", "samples": 20}, "loss": loss, "seed": 2}
    net = compile_net(read_configuration(raw | more))
    land = Landscape(net, Budget)
    rng = np.random.default_rng(0)
    x, y = (random_direction(net, net.parameters, rng) for _ in "xy")
    return net, land, Plane(land.layout, land.layout.joined(net.parameters), x, y)


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize(("loss", "more"), LOSSES.items())
def test_the_grid_is_the_loss_at_its_points_and_the_slope_its_gradient(kind, loss, more):
    _, land, plane = made(kind, loss, **more)
    a, b = np.array([-0.5, 0.0, 0.7]), np.array([0.3, 1.0])
    grid = land.grid(plane, a, b)
    for row, y in enumerate(b):
        for column, x in enumerate(a):
            loss_there, gradient = land.slope(plane.at(x, y))
            np.testing.assert_allclose(grid[row, column], loss_there, rtol=1e-12)
            h = 1e-5
            for direction, step in ((plane.x, (h, 0)), (plane.y, (0, h))):
                ends = [plane.at(x + sign * step[0], y + sign * step[1]) for sign in (-1, 1)]
                low, high = land.losses(np.stack(ends))
                np.testing.assert_allclose(gradient @ direction, (high - low) / (2 * h), rtol=1e-6, atol=1e-8)


def test_cross_entropy_of_many_parameters_is_that_of_each():
    hidden = {"type": "dense", "units": 3, "activation": "relu"}
    layers = [hidden, {"type": "dense", "units": 2, "activation": "softmax"}]
    net = compile_net(read_configuration({
        "input": 2, "layers": layers, "loss": "cross_entropy", "data": {"dataset": "moons", "samples": 12},
    }))  # fmt: skip
    land = Landscape(net, Budget)
    points = np.random.default_rng(0).normal(size=(5, land.layout.size))
    np.testing.assert_allclose(land.losses(points), [land.slope(each)[0] for each in points], rtol=1e-12)


def of_sequences(units, time, samples):
    rng = np.random.default_rng(1)
    recurrent = [{"type": "lstm", "units": units, "sequence": True}, {"type": "attention", "units": units}]
    layers = [*recurrent, {"type": "flatten"}, {"type": "dense", "units": 1}]
    x, y = rng.normal(size=(samples, time, 2)).tolist(), rng.normal(size=(samples, 1)).tolist()
    return compile_net(read_configuration({"input": [time, 2], "layers": layers, "data": {"x": x, "y": y}}))


def test_a_usual_grid_has_fewer_points_for_a_net_that_computes_much():
    assert made()[1].usual_resolution() == Landscape(of_sequences(4, 5, 20), Budget).usual_resolution() == 25
    large = Landscape(of_sequences(16, 20, 200), Budget).usual_resolution()
    assert 3 <= large < 25
    assert Landscape(of_sequences(32, 20, 400), Budget).usual_resolution() < large


def test_random_directions_are_as_long_as_each_units_weights_and_leave_biases():
    net, land, plane = made()
    parts = land.layout.split(plane.x)
    for name, weights in net.parameters.items():
        if name.startswith("b"):
            assert not parts[name].any()
        else:
            lengths = [np.sqrt(np.square(each).sum(axis=1)) for each in (parts[name], weights)]
            np.testing.assert_allclose(lengths[0], lengths[1], rtol=1e-12)


def test_points_of_the_plane_project_onto_themselves_and_others_onto_the_nearest():
    _, land, plane = made()
    away = np.random.default_rng(1).normal(size=land.layout.size)
    both = np.stack([plane.x, plane.y])
    away -= np.linalg.lstsq(both.T, away, rcond=None)[0] @ both
    points = np.stack([plane.at(0.25, -2.0), plane.at(0.25, -2.0) + away])
    path, off = plane.projected(points)
    np.testing.assert_allclose(path, [[0.25, -2.0]] * 2, rtol=1e-9)
    np.testing.assert_allclose(off, [0.0, np.sqrt(away @ away)], atol=1e-9)


def test_the_same_direction_twice_spans_no_plane():
    net, land, plane = made()
    one = one_parameter(land.layout, "W1", (0, 1))
    assert Plane(land.layout, plane.center, one, 2 * one).flat
    assert not Plane(land.layout, plane.center, one, one_parameter(land.layout, "W1", (0, 0))).flat
    assert land.layout.split(one)["W1"].tolist()[0] == [0.0, 1.0]
    assert net.parameters["W1"].shape == (4, 2)
