"""δ, ∇W and ∇b of the five steps equal autodiff, for random nets; shapes under factors multiply; other layers pass."""

import numpy as np
import pytest

from app.nets.activations import ACTIVATIONS
from app.nets.five_steps import five_steps
from tests.nets.nets import compiled, dense, ran

LOSSES = ("mse", "half_squared_error", "squared_error", "mae", "huber", "cross_entropy", "bce_with_logits", "hinge")


def random_net(seed):
    """A net of up to four dense layers with any activations, loss and penalties, on up to five examples."""
    rng = np.random.default_rng(seed)
    count, width = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    activations = list(ACTIVATIONS)
    layers = [
        dense(int(rng.integers(1, 6)), str(rng.choice(activations)), bias=bool(rng.random() < 0.8))
        for _ in range(int(rng.integers(1, 5)))
    ]
    loss, outputs = str(rng.choice(LOSSES)), layers[-1]["units"]
    y = rng.standard_normal((count, outputs))
    if loss == "cross_entropy":
        layers[-1]["activation"] = str(rng.choice(["linear", "softmax"]))
        y = rng.integers(0, outputs, count)
    elif loss in ("bce_with_logits", "hinge"):
        y = (y > 0).astype(float)
    x = rng.standard_normal((count, width))
    return compiled(
        width, layers, loss=loss, reduction=str(rng.choice(["mean", "sum"])), fused=bool(rng.random() < 0.5),
        l1=0.1 * float(rng.random() < 0.3), l2=0.1 * float(rng.random() < 0.3), seed=seed,
        data={"x": x, "y": y, "standardize": bool(rng.random() < 0.3)},
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(100))
def test_deltas_and_gradients_of_the_five_steps_are_those_of_autodiff(seed):
    net = random_net(seed)
    run, names = ran(net)
    arrays = five_steps(net, run, names).arrays
    for level, place in enumerate(net.places, 1):
        pairs = {
            f"delta{level}": f"z{level}",
            **{f"d{place.name(stem)}": place.name(stem) for stem in place.parameters},
        }
        for name, variable in pairs.items():
            np.testing.assert_allclose(arrays[name], run.adjoints[names[variable]], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_every_product_s_shapes_go_together_in_rows_and_in_columns(seed):
    net = random_net(seed)
    steps = five_steps(net, *ran(net)).steps
    checked = 0
    for equation in (each for step in steps for each in step.equations):
        for form in (equation.row, equation.column):
            if equation.result[0] in "zd" and equation.result[1] in "W0123456789" and len(form.factors) >= 2:
                left, right = form.factors[0].shape, form.factors[1].shape
                assert left[1] == right[0]
                assert (left[0], right[1]) == form.result.shape
                checked += 1
    assert checked >= 4 * len(net.places)


def test_the_steps_are_five_and_backprop_goes_from_the_last_layer_to_the_first():
    net = compiled(2, [dense(3, "tanh"), dense(3, "tanh"), dense(1)], [[1.0, 2.0]], [[1.0]])
    steps = five_steps(net, *ran(net)).steps
    assert [each.name for each in steps] == ["initialise", "forward", "output_error", "backprop", "gradients"]
    assert [each.result for each in steps[3].equations] == ["delta2", "delta1"]


def test_a_fused_softmax_has_p_less_y_as_its_error():
    net = compiled(2, [dense(3, "softmax")], [[1.0, 2.0], [0.5, -1.0]], [0, 2], loss="cross_entropy")
    found = five_steps(net, *ran(net))
    p, rows = found.arrays["a1"], np.eye(3)[[0, 2]]
    np.testing.assert_allclose(found.arrays["delta1"], (p - rows) / 2, rtol=1e-14)
    assert r"\tfrac{1}{2}" in found.steps[2].equations[0].row.tex


@pytest.mark.parametrize(
    ("takes", "layers"),
    [
        (
            [1, 6, 6],
            [{"type": "conv2d", "channels": 2, "activation": "relu"}, {"type": "max_pool"}, {"type": "flatten"}],
        ),
        ([3, 2], [{"type": "lstm", "units": 2}]),
        (4, [dense(4, "tanh"), {"type": "batch_norm", "activation": "relu"}, {"type": "dropout", "p": 0.2}]),
        (3, [{"type": "residual", "layers": [dense(3, "tanh")]}]),
    ],
)
def test_layers_that_are_not_dense_hand_on_what_autodiff_gives_them(takes, layers):
    rng = np.random.default_rng(5)
    shape = [takes] if isinstance(takes, int) else takes
    net = compiled(takes, [*layers, dense(2)], rng.standard_normal((4, *shape)), rng.standard_normal((4, 2)))
    run, names = ran(net)
    found = five_steps(net, run, names)
    assert found.worked == tuple(net.parameters)
    for name in net.parameters:
        np.testing.assert_allclose(found.arrays[f"d{name}"], run.adjoints[names[name]], rtol=1e-10, atol=1e-13)
