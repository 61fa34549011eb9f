"""Ten steps of every optimizer, as PyTorch takes them; what its record says; and the same rule drawn by a program."""

import importlib.util
import json

import numpy as np
import pytest

from app.engine.errors import BadArgument
from app.engine.optimizers import OPTIMIZERS
from app.lang import trace
from tests.engine.optimizers.cases import CASES, GRADIENTS, START, TORCH
from tests.engine.optimizers.oracle import EXPECTED, steps

IDS = [f"{name} {' '.join(settings)}" for name, settings in CASES]


def ours(name, given):
    record = OPTIMIZERS[name]
    settings = record.settings(given)
    p, state, found = np.array(START), record.keeps(settings), []
    for t, gradient in enumerate(GRADIENTS, 1):
        update = record.rule(p, np.array(gradient), state, settings, t, np)
        p, state = update.after, update.state
        found.append(p)
    return np.array(found)


EXPECTED_STEPS = json.loads(EXPECTED.read_text())


@pytest.mark.parametrize(("case", "expected"), list(zip(CASES, EXPECTED_STEPS, strict=True)), ids=IDS)
def test_ten_steps_are_those_that_pytorch_took(case, expected):
    np.testing.assert_allclose(ours(*case), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.torch
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_ten_steps_are_those_that_pytorch_takes(case):
    np.testing.assert_allclose(ours(*case), steps(*case), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.25])
def test_lion_takes_the_steps_of_its_papers_program(decay):
    def sign(x):
        return (x > 0) - (x < 0)

    expected, eta, (beta1, beta2) = [], 0.01, (0.9, 0.99)
    theta, m = list(START), [0.0] * len(START)
    for gradient in GRADIENTS:
        for i, g in enumerate(gradient):
            update = sign(beta1 * m[i] + (1 - beta1) * g)
            m[i] = beta2 * m[i] + (1 - beta2) * g
            theta[i] = theta[i] - eta * (update + decay * theta[i])
        expected.append(list(theta))
    np.testing.assert_allclose(ours("lion", {"learning_rate": eta, "weight_decay": decay}), expected, rtol=1e-12)


@pytest.mark.parametrize("case", [*CASES, ("lion", {}), ("lion", {"weight_decay": 0.1})])
def test_every_line_of_a_formula_names_a_quantity_of_the_update(case):
    record = OPTIMIZERS[case[0]]
    settings = record.settings(case[1])
    update = record.rule(np.array(START), np.array(GRADIENTS[0]), record.keeps(settings), settings, 1, np)
    named = [line.term for line in record.formula(settings)]
    assert set(named) == {*update.terms, "after"}
    assert named[-1] == "after"
    assert set(update.state) == set(record.keeps(settings))


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("sgd", {"momentun": 0.9}, "momentun: is no setting of sgd"),
        ("sgd", {"learning_rate": -1.0}, "learning_rate: is -1.0"),
        ("sgd", {"nesterov": True}, "nesterov: needs a momentum"),
        ("sgd", {"nesterov": 1}, "nesterov: is 1, must be true or false"),
        ("adam", {"betas": [0.9, 1.0]}, "betas: is 1.0"),
        ("adam", {"betas": 0.9}, "betas: must be 2 numbers"),
        ("rmsprop", {"alpha": float("nan")}, "alpha: is nan"),
    ],
)
def test_a_wrong_setting_is_said_by_its_name(name, given, said):
    with pytest.raises(BadArgument, match=said):
        OPTIMIZERS[name].settings(given)


PROGRAM = """
import torch
w = torch.tensor([1.0, -3.0], requires_grad=True)
opt = torch.optim.{}([w], {})
for i in range(3):
    opt.zero_grad()
    loss = (w**2 + w).sum()
    loss.backward()
    opt.step()
loss = w.sum()
opt.zero_grad()
loss.backward()
"""


@pytest.mark.parametrize(("name", "given"), CASES, ids=IDS)
def test_a_program_that_steps_draws_the_same_numbers(name, given):
    options = {"lr": 0.1} | {"lr" if key == "learning_rate" else key: value for key, value in given.items()}
    program = trace(PROGRAM.format(TORCH[name], ", ".join(f"{key}={value!r}" for key, value in options.items())))
    record = OPTIMIZERS[name]
    settings = record.settings({"learning_rate": 0.1} | given)
    p, state = np.array([1.0, -3.0]), record.keeps(settings)
    for t in (1, 2, 3):
        p, state, _ = record.rule(p, 2 * p + 1, state, settings, t, np)
    np.testing.assert_allclose(program.graph.values[program.output], p.sum(), rtol=1e-12, atol=1e-14)
