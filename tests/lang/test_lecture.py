"""The numbers of the lecture and of the programs that people paste, from text to gradient."""

import numpy as np
import pytest

from tests.lang.tools import run, same

SEVERAL = {
    "python": "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)",
    "mathematics": "t = 0.5; x = t²; y = e^t; z = x² + sin(x·y)",
    "numpy": "import numpy as np\nt = 0.5\nx = t**2\ny = np.exp(t)\nz = x**2 + np.sin(x*y)",
    "torch": "import torch\nt = torch.tensor(0.5, requires_grad=True)\n"
    "z = (t**2)**2 + torch.sin(t**2*t.exp())\nz.backward()",
    "jax": "import jax.numpy as jnp\nt = 0.5\nx = t**2\nz = jnp.square(x) + jnp.sin(x*jnp.exp(t))",
}  # fmt: skip
TOY_NET = """
import numpy as np

# Forward
x = np.array([1.0])
W1 = np.array([[0.5]])
b1 = np.array([0.1])
z1 = W1 @ x + b1
a1 = sigmoid(z1)

W2 = np.array([[1.5]])
b2 = np.array([0.2])
z2 = W2 @ a1 + b2
y_hat = sigmoid(z2)

y_true = np.array([0.8])
loss = 0.5 * (y_hat - y_true)**2
"""
MICROGRAD = """
from micrograd.engine import Value

a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
print(f'{g.data:.4f}') # the value
g.backward()
print(f'{a.grad:.4f}') # the gradient of a
print(f'{b.grad:.4f}') # the gradient of b
"""


def close(found: float, expected: float) -> bool:
    return abs(found - expected) <= 1e-12 * max(1.0, abs(expected))


@pytest.mark.parametrize("spelling", SEVERAL)
def test_several_variables_of_section_3(spelling: str) -> None:
    found = run(SEVERAL[spelling])
    assert close(found.output, 0.46310799368908095)
    assert close(found.grad("t"), 2.3883001501507777)


def test_the_gradient_of_section_3_is_the_sum_of_three_paths() -> None:
    found = run(SEVERAL["python"])
    x, y, t = (found.value(name) for name in "xyt")
    paths = [2 * x * 2 * t, np.cos(x * y) * y * 2 * t, np.cos(x * y) * x * y]
    assert all(map(close, paths, [0.5, 1.510640120120622, 0.3776600300301555]))
    assert close(found.grad("t"), sum(paths))


@pytest.mark.parametrize(
    ("source", "name", "y", "gradient"),
    [
        ("x = 3.0\ny = sin(x**2)", "x", 0.4121184852417566, -5.466781571308061),
        ("x = 3.0; y = sin(x²)", "x", 0.4121184852417566, -5.466781571308061),
        ("x = 4.0\ny = exp(sqrt(x))", "x", 7.38905609893065, 1.8472640247326626),
        ("x = 4.0; y = e^√x", "x", 7.38905609893065, 1.8472640247326626),
        ("F = 68.0\nC = 5/9(F - 32)", "F", 20.0, 5 / 9),
        ("z = 0.0; y = σ(z)", "z", 0.5, 0.25),
    ],
)
def test_one_variable_of_sections_1_and_2(source: str, name: str, y: float, gradient: float) -> None:
    found = run(source)
    assert close(found.output, y)
    assert close(found.grad(name), gradient)


def test_the_slope_of_the_circle_of_section_4_follows_from_two_gradients() -> None:
    found = run("x = 0.6; y = 0.8; F = x² + y² − 1")
    assert close(-found.grad("x") / found.grad("y"), -0.75)


def test_the_toy_net_of_section_9_agrees_with_its_hand_written_gradients() -> None:
    found = run(TOY_NET)
    x, a1, y_hat, y_true = (found.value(name) for name in ("x", "a1", "y_hat", "y_true"))
    dz2 = (y_hat - y_true) * y_hat * (1 - y_hat)
    dz1 = found.value("W2").T @ dz2 * a1 * (1 - a1)
    assert same(found.grad("W2"), np.outer(dz2, a1))
    assert same(found.grad("b2"), dz2)
    assert same(found.grad("W1"), np.outer(dz1, x))
    assert same(found.grad("b1"), dz1)


def test_the_toy_net_of_section_9_has_the_known_numbers() -> None:
    found = run(TOY_NET)
    for name, expected in [
        ("z1", 0.6), ("a1", 0.6456563062257954), ("z2", 1.1684844593386932), ("y_hat", 0.762870965387494),
        ("loss", 0.0006892826056283362),
    ]:  # fmt: skip
        assert close(found.value(name).item(), expected)
    for name, expected in [
        ("W2", -0.004336615062015758), ("b2", -0.006716599869310625), ("W1", -0.0023049782993272727),
        ("b1", -0.0023049782993272727),
    ]:  # fmt: skip
        assert close(found.grad(name).item(), expected)


def test_micrograd_s_readme_runs_as_it_is() -> None:
    found = run(MICROGRAD)
    assert found.program.printed == ["24.7041", "138.8338", "645.5773"]
    assert found.program.output_name == "g"
    assert close(found.value("g"), 24.70408163265306)
    assert close(found.grad("a"), 138.83381924198252)
    assert close(found.grad("b"), 645.5772594752186)
    assert list(found.program.inputs) == ["a", "b"]
