"""Layers in the language: what only the language can bring to them."""

import numpy as np

from app.engine.run import backprop
from app.lang import trace


def value(text: str, seed: int = 0) -> np.ndarray:
    program = trace(text, seed=seed)
    return np.asarray(program.graph.values[program.output])


def test_einsum_reads_its_letters() -> None:
    x, w = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    for library in ("np", "torch", "jnp"):
        text = f"x = np.arange(6.0).reshape(2, 3)\nw = np.arange(3.0)\ny = {library}.einsum('ij,j->i', x, w)"
        np.testing.assert_allclose(value(text), x @ w)


def test_dropout_draws_from_the_programs_own_random_numbers() -> None:
    text = "x = np.ones(100)\na = F.dropout(x, 0.5)\nb = F.dropout(x, p=0.5)\ny = np.stack([a, b])"
    first, again, other = value(text, 1), value(text, 1), value(text, 2)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])
    assert set(np.unique(first)) == {0.0, 2.0}


def test_a_small_convolutional_net_has_its_gradient() -> None:
    program = trace("""
x = np.random.randn(1, 1, 6, 6)
w = np.random.randn(2, 1, 3, 3)
b = np.zeros(2)
h = F.max_pool2d(F.relu(F.conv2d(x, w, b, padding=1)), 2)
L = F.layer_norm(h.flatten(1), (18,)).square().mean() + F.avg_pool2d(h, 3).sum()
""")
    run = backprop(program.graph, program.output)
    assert np.any(run.adjoints[program.names["w"]])
    assert np.shape(run.adjoints[program.names["w"]]) == (2, 1, 3, 3)
