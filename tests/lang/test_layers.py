"""Layers in the language: what only the language can bring to them."""

from typing import Any

import numpy as np
import pytest

from app.engine.ops import FUNCTIONS
from app.engine.run import backprop
from app.lang import trace
from tests.engine.ops.layer_cases import CALLS, Call
from tests.engine.ops.test_layers import called


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


def spelled_out(call: Call, name: str) -> str:
    """A program that calls a function in the way of PyTorch."""
    lines: list[str] = []

    def variable(x: Any) -> str:
        if not isinstance(x, np.ndarray):
            return repr(x)
        lines.append(f"i{len(lines)} = np.array({x.tolist()!r})")
        return lines[-1].split(" ")[0]

    arguments = [repr(each) for each in call.before] + [variable(x) for x in call.arrays]
    arguments += [f"{key}={variable(x)}" for key, x in call.options.items()]
    return "\n".join([*lines, f"out = 1.0*{name}({', '.join(arguments)})"])


def names_of(call: Call) -> list[str]:
    """The function's name, and others that are the same function."""
    alike = [name for name, each in FUNCTIONS.items() if each is FUNCTIONS[call.name]]
    return [name for name in alike if name.startswith(("F.", "torch.")) or "." not in name]


SOME = [(name, call) for call in CALLS[::4] for name in names_of(call)]


@pytest.mark.parametrize(("name", "call"), SOME, ids=[f"{name} {call.id}" for name, call in SOME])
def test_layers_are_called_as_in_pytorch_under_each_of_their_names(name: str, call: Call) -> None:
    _, expected = called(call)
    np.testing.assert_array_equal(value(spelled_out(call, name)), expected.value)
