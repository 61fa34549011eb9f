"""One computation, written for every library: the same value and the same gradients, whichever way it is spelled."""

import pytest

from tests.lang.oracle import answer
from tests.lang.tools import run, same

TORCH, JAX = "import torch\n", "import jax\nimport jax.numpy as jnp\n"
F, VALUE = "import torch.nn.functional as F\n", "from micrograd.engine import Value\n"
LAYER = (
    TORCH + "W = torch.tensor([[1., 2., 3.], [4., 5., 6.]])*0.1\nx = torch.tensor([.5, -1., 2.])\n"
    "b = torch.tensor([.1, .2])\n"
)
STOPPED = "x = 2.0\nc = 6.0\n"

SAME = {
    # NumPy first, which autograd runs too; then the others
    "polynomial": [
        "x = 1.5\ny = 3*x**2 - 2*x + 1",
        VALUE + "x = Value(1.5)\ny = 3*x**2 - 2*x + 1\ny.backward()",
        VALUE + "x = Value(1.5, label='x'); y = x*x*3 - x*2 + 1; y.label = 'y'\ny.backward()",
        TORCH + "x = torch.tensor(1.5, requires_grad=True)\ny = 3*x.pow(2) - 2*x + 1\ny.backward()",
        JAX + "x = 1.5\ny = 3*jnp.power(x, 2) - 2*x + 1",
        "x = 1.5\ny = 3x² − 2x + 1", "x = 1.5; y = 3x^2 - 2x + 1", "x: float = 1.5\ny = 3·x·x − 2·x + 1",
    ],
    "neuron": [
        "x1 = 2.0\nx2 = 0.0\nw1 = -3.0\nw2 = 1.0\nb = 6.8813735870195432\nn = x1*w1 + x2*w2 + b\no = np.tanh(n)",
        VALUE + "x1 = Value(2.0, label='x1')\nx2 = Value(0.0, label='x2')\nw1 = Value(-3.0, label='w1')\n"
        "w2 = Value(1.0, label='w2')\nb = Value(6.8813735870195432, label='b')\nx1w1 = x1*w1; x1w1.label = 'x1*w1'\n"
        "x2w2 = x2*w2\nn = x1w1 + x2w2 + b\no = n.tanh()\no.backward()",
        TORCH + "x1 = torch.Tensor([2.0]).double(); x1.requires_grad = True\nx2 = torch.Tensor([0.0]).double()\n"
        "w1 = torch.Tensor([-3.0]).double()\nw2 = torch.Tensor([1.0]).double()\n"
        "b = torch.Tensor([6.8813735870195432]).double()\nn = x1*w1 + x2*w2 + b\no = torch.tanh(n)\no.backward()",
        "x1 = 2.0; x2 = 0.0; w1 = -3.0; w2 = 1.0; b = 6.8813735870195432\no = tanh(x1·w1 + x2·w2 + b)",
    ],
    "sigmoid": [
        "x = 0.3\ny = 1/(1 + np.exp(-x))", "x = 0.3\ny = sigmoid(x)", "x = 0.3\ny = σ(x)", "x = 0.3\ny = x.sigmoid()",
        TORCH + "x = torch.tensor(0.3)\ny = torch.sigmoid(x)", JAX + "x = 0.3\ny = jax.nn.sigmoid(x)",
        F + "x = 0.3\ny = F.sigmoid(x)", "from scipy.special import expit\nx = 0.3\ny = expit(x)",
        TORCH + "x = 0.3\ny = torch.nn.functional.sigmoid(x)",
        "x = 0.3; y = 1/(1 + e^-x)", "x = 0.3\ny = 1 ÷ (1 + e⁻ˣ)",
        "import math\nx = 0.3\ny = 1/(1 + math.exp(-x))", "from torch import sigmoid as s\nx = 0.3\ny = s(x)",
    ],
    "relu": [
        "x = np.array([1.0, -2.0])\ny = np.sum(np.maximum(x, 0))", "x = [1.0, -2.0]\ny = sum(relu(x))",
        TORCH + "x = torch.tensor([1.0, -2.0])\ny = x.relu().sum()", F + "x = [1.0, -2.0]\ny = F.relu(x).sum()",
        JAX + "x = jnp.array([1.0, -2.0])\ny = jnp.sum(jax.nn.relu(x))",
        "x = [1., -2.]\ny = np.sum(np.where(x > 0, x, 0))",
        TORCH + "x = torch.tensor([1.0, -2.0])\ny = torch.clamp(x, min=0).sum()",
        TORCH + "x = torch.tensor([1.0, -2.0])\ny = torch.relu(x).sum()",
    ],
    "mean square": [
        "p = np.array([1.0, 2.0, 4.0])\nt = np.array([0.5, 2.5, 3.0])\nloss = np.mean((p - t)**2)",
        F + "import torch\np = torch.tensor([1., 2., 4.], requires_grad=True)\nt = torch.tensor([0.5, 2.5, 3.0])\n"
        "loss = F.mse_loss(p, t)\nloss.backward()",
        JAX + "p = jnp.array([1.0, 2.0, 4.0])\nt = jnp.array([0.5, 2.5, 3.0])\nloss = jnp.mean(jnp.square(p - t))",
        TORCH + "p = torch.tensor([1., 2., 4.])\nt = torch.tensor([.5, 2.5, 3.])\nloss = ((p - t)**2).mean(dim=0)",
        "p = [1.0, 2.0, 4.0]; t = [0.5, 2.5, 3.0]\nloss = ‖p − t‖²/3",
    ],
    "softmax": [
        "z = np.array([1.0, 2.0, 0.5])\ne = np.exp(z)\np = e/np.sum(e)\nloss = -np.log(p[1])",
        "z = [1.0, 2.0, 0.5]\nloss = -log(softmax(z)[1])", "z = [1.0, 2.0, 0.5]\nloss = -log_softmax(z)[1]",
        F + "import torch\nz = torch.tensor([[1.0, 2.0, 0.5]])\nloss = F.cross_entropy(z, torch.tensor([1]))",
        TORCH + "z = torch.tensor([1.0, 2.0, 0.5])\nloss = -torch.log_softmax(z, dim=0)[1]",
        JAX + "z = jnp.array([1.0, 2.0, 0.5])\nloss = -jax.nn.log_softmax(z)[1]",
        JAX + "z = jnp.array([1.0, 2.0, 0.5])\nloss = jax.nn.logsumexp(z) - z[1]",
        "z = [1.0, 2.0, 0.5]\nloss = logsumexp(z) - z[1]",
    ],
    "layer": [
        "W = np.array([[1., 2., 3.], [4., 5., 6.]])*0.1\nx = np.array([0.5, -1.0, 2.0])\nb = np.array([0.1, 0.2])\n"
        "y = np.sum(np.tanh(W @ x + b))",
        LAYER + "y = torch.tanh(torch.nn.functional.linear(x, W, b)).sum()",
        LAYER + "y = (torch.matmul(W, x) + b).tanh().sum()",
        LAYER + "y = (W.mv(x) + b).tanh().sum()",
        JAX + "W = jnp.array([[1., 2., 3.], [4., 5., 6.]])*0.1\nx = jnp.array([.5, -1., 2.])\nb = jnp.array([.1, .2])\n"
        "y = jnp.tanh(jnp.dot(W, x) + b).sum()",
        "W = [[.1, .2, .3], [.4, .5, .6]]; x = [0.5, −1, 2]; b = [0.1, 0.2]\ny = sum(tanh(W@x + b))",
    ],
    "one hot": [
        "a = np.array([[1., 2., 3.], [4., 5., 6.]])\ny = np.sum(np.eye(3)[[2, 0]]*a**2)",
        TORCH + F + "a = torch.tensor([[1., 2., 3.], [4., 5., 6.]])\n"
        "y = torch.sum(F.one_hot(torch.tensor([2, 0]), 3)*a**2)",
        JAX + "a = jnp.array([[1., 2., 3.], [4., 5., 6.]])\ny = jnp.sum(jax.nn.one_hot([2, 0], 3)*a**2)",
    ],
    "bell curve": [
        "x = 1.0\nm = 0.2\ns = 0.8\ny = np.exp(-(x - m)**2/(2*s**2))/(s*np.sqrt(2*np.pi))",
        "x = 1.0; m = 0.2; s = 0.8\ny = e^(−(x−m)²/(2s²)) / (s·√(2π))",
        "import math\nx = 1.0; m = 0.2; s = 0.8\ny = math.exp(-(x - m)**2/(2*s**2))/(s*math.sqrt(2*math.pi))",
    ],
    "distance": [
        "x = 3.0\ny = 4.0\nr = np.sqrt(x**2 + y**2)", "x = 3.0; y = 4.0\nr = √(x² + y²)",
        "x = 3.0; y = 4.0\nr = ‖[x, y]‖",
        "x = 3.0; y = 4.0\nr = hypot(x, y)",
        "x = 3.0; y = 4.0; r = (x^2 + y^2)^½", "x = 3.0; y = 4.0; r = (x²+y²)**(1/2)",
        TORCH + "x = torch.tensor(3.0); y = torch.tensor(4.0)\nr = torch.stack([x, y]).norm()",
        "x = 3.0; y = 4.0\nr = np.linalg.norm(np.array([x, y]))",
    ],
    "stopped": [
        STOPPED + "y = (x**2 - c)**2 + 0*c", STOPPED + "y = (x**2 - c.detach())**2 + 0*c",
        STOPPED + "y = (x**2 - c.item())**2 + 0*c", STOPPED + "y = (x**2 - c.data)**2 + 0*c",
        STOPPED + "y = (x**2 - c.detach().numpy())**2 + 0*c", STOPPED + "y = (x**2 - float(c))**2 + 0*c",
        JAX + STOPPED + "y = (x**2 - jax.lax.stop_gradient(c))**2 + 0*c",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in SAME.items() for way in range(len(ways))])
def test_every_spelling_of_a_computation_has_its_value_and_gradients(name: str, way: int) -> None:
    found, first = run(SAME[name][way]), run(SAME[name][0])
    assert same(*(each.output.ravel() for each in (found, first)))
    assert list(found.program.inputs) == list(first.program.inputs)
    for each in first.program.inputs:
        if not (name == "stopped" and way and each == "c"):
            assert same(found.grad(each).ravel(), first.grad(each).ravel()), each


@pytest.mark.parametrize("name", SAME)
def test_the_first_spelling_agrees_with_autograd(name: str) -> None:
    found = run(SAME[name][0])
    inputs = {each: found.value(each) for each in found.program.inputs}
    expected, gradients = answer(SAME[name][0], inputs, found.program.output_name or "")
    assert same(found.output, expected)
    for each, gradient in gradients.items():
        assert same(found.grad(each), gradient), each


def test_item_is_the_number_of_an_array_that_holds_one() -> None:
    found = run("x = np.array([[3.0]])\ny = x.sum(axis=1).item()*x")
    assert found.value("y").tolist() == [[9.0]]
    assert found.grad("x").tolist() == [[3.0]]
    assert run("x = np.array([[3.0]])\ny = x.item()").output == 3.0


@pytest.mark.parametrize("way", range(1, len(SAME["stopped"])))
def test_what_is_cut_gets_no_gradient(way: int) -> None:
    found = run(SAME["stopped"][way])
    assert found.grad("c") == 0
    assert found.grad("x") == -16
