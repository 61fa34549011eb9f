"""What libraries bring beside ops: micrograd's nets, `x.at[i]` of JAX, `.backward(gradient)` of PyTorch."""

import random
from functools import reduce
from itertools import pairwise

import numpy as np
import pytest

from tests.lang.tools import codes, problems, run, same, value

NET = "import random\nfrom micrograd.nn import MLP, Layer, Neuron, Module\nrandom.seed(1337)\n"


def by_hand(sizes: list[int], x: list[float]) -> tuple[float, list[float]]:
    """The output of micrograd's net and its parameters, drawn by Python's own `random` in micrograd's order."""
    random.seed(1337)
    drawn: list[float] = []
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers.append([[random.uniform(-1, 1) for _ in range(inputs)] for _ in range(outputs)])
        drawn += [number for weights in layers[-1] for number in [*weights, 0.0]]
    for i, layer in enumerate(layers):
        sums = [reduce(lambda a, pair: a + pair[0] * pair[1], zip(weights, x, strict=True), 0.0) for weights in layer]
        x = sums if i == len(layers) - 1 else [max(0.0, each) for each in sums]
    return x[0], drawn


def test_micrograds_net_draws_and_gives_its_numbers() -> None:
    found = run(f"{NET}n = MLP(2, [3, 3, 1])\ny = n([1.0, -2.0])\ny.backward()\n"
                "print([p.data for p in n.parameters()])")
    output, drawn = by_hand([2, 3, 3, 1], [1.0, -2.0])
    assert found.output == output
    assert found.program.printed == [str(drawn)]


def test_a_step_of_micrograds_net_goes_down() -> None:
    step = ("n.zero_grad()\nloss = (n([1.0, 2.0]) - 1)**2\nloss.backward()\n"
            "for p in n.parameters():\n    p.data -= 0.01*p.grad\n")
    first, second = (value(f"{NET}n = MLP(2, [4, 1])\n{step*count}") for count in (1, 2))
    assert 0 < second < first


@pytest.mark.parametrize(("line", "printed"), [
    ("Neuron(2)", "ReLUNeuron(2)"), ("Neuron(2, nonlin=False)", "LinearNeuron(2)"),
    ("Layer(1, 2)", "Layer of [ReLUNeuron(1), ReLUNeuron(1)]"), ("len(MLP(3, [4, 4, 1]).parameters())", "41"),
    ("MLP(1, [1])", "MLP of [Layer of [LinearNeuron(1)]]"), ("Module().parameters()", "[]"),
])  # fmt: skip
def test_the_classes_are_micrograds(line: str, printed: str) -> None:
    assert run(f"{NET}print({line})\ny = 1.0*2").program.printed == [printed]


BROUGHT = ["from micrograd import nn", "import micrograd.nn as nn", "import micrograd\nnn = micrograd.nn"]


@pytest.mark.parametrize("brought", BROUGHT)
def test_the_module_can_be_brought_by_any_way(brought: str) -> None:
    assert len(run(f"{brought}\nm = nn.MLP(2, [1])\ny = m([1.0, 2.0])").program.inputs) == 2


def test_names_of_the_program_do_not_reach_into_micrograds_text() -> None:
    source = f"{NET}def zip(*a): return []\nlen = range = Value = 3\nn = MLP(2, [1])\ny = n([1.0, -2.0])"
    assert value(source) == by_hand([2, 1], [1.0, -2.0])[0]


def test_a_mistake_inside_says_where_the_program_called() -> None:
    (found,) = problems(f"{NET}n = MLP(2, [2, 1])\ny = n(3.0)")
    assert "called on line 5" in found.message


def test_a_class_that_micrograd_does_not_have_is_named() -> None:
    (found,) = problems("from micrograd.nn import MPL")
    assert found.code == "unknown_function"
    assert "MLP" in str(found.hint)


JAX = "import jax.numpy as jnp\nx = jnp.array([1.0, 2.0, 3.0])\n"


@pytest.mark.parametrize(("expression", "expected"), [
    ("x.at[0].set(9.0)", [9, 2, 3]), ("x.at[1:].set(jnp.array([7.0, 8.0]))", [1, 7, 8]),
    ("x.at[-1].add(2.0)", [1, 2, 5]),
    ("x.at[jnp.array([1, 1])].add(2.0)", [1, 6, 3]), ("x.at[x > 1].multiply(10.0)", [1, 20, 30]),
    ("x.at[1:].mul(3.0)", [1, 6, 9]), ("x.at[0].divide(4.0)", [0.25, 2, 3]), ("x.at[:2].max(1.5)", [1.5, 2, 3]),
    ("x.at[:2].min(1.5)", [1, 1.5, 3]), ("x.at[2].power(2.0)", [1, 2, 9]), ("x.at[1:].get()", [2, 3]),
    ("x.at[2].apply(lambda v: v*10)", [1, 2, 30]), ("x.at[0].set(5.0, unique_indices=True)", [5, 2, 3]),
    ("jnp.zeros((2, 2)).at[0, 1].set(x[2])", [[0, 3], [0, 0]]),
])  # fmt: skip
def test_at_makes_another_array(expression: str, expected: object) -> None:
    found = run(f"{JAX}y = {expression}\nz = x*1.0")
    assert same(found.value("y"), np.array(expected, float))
    assert same(found.value("z"), np.array([1.0, 2.0, 3.0]))


def test_gradients_pass_where_the_old_numbers_stay() -> None:
    found = run(f"{JAX}v = 4.0\nL = (x.at[1].set(v)**2).sum()")
    assert same(found.grad("x"), np.array([2.0, 0.0, 6.0]))
    assert found.grad("v") == 8


@pytest.mark.parametrize("line", [
    "x.at.set(1.0)", "x.at[0].put(1.0)", "x.at[9].set(1.0)", "x.at[0] + 1", "x.at[0, 1].set(1.0)", "x.at[0].set('a')",
    "x.at[0][1].set(2.0)", "x.at",
])  # fmt: skip
def test_mistakes_with_at_are_named(line: str) -> None:
    assert codes(f"{JAX}y = {line}\nz = y*2.0")[0] in ("unknown_function", "bad_argument", "shape_mismatch")


TORCH = "import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\ny = x**2\n"


@pytest.mark.parametrize(("call", "printed"), [
    ("y.backward(torch.ones(2))", "[2. 4.]"), ("y.backward(torch.ones_like(y))", "[2. 4.]"),
    ("y.backward(gradient=torch.tensor([1.0, 10.0]))", "[ 2. 40.]"),
    ("y.backward(torch.tensor([0.0, 0.5]))", "[0. 2.]"),
    ("y.sum().backward(torch.tensor(3.0))", "[ 6. 12.]"), ("y.backward(y.detach(), retain_graph=True)", "[ 2. 16.]"),
])  # fmt: skip
def test_backward_with_a_gradient_is_pytorchs(call: str, printed: str) -> None:
    assert run(f"{TORCH}{call}\nprint(x.grad)").program.printed == [printed]


def test_backward_with_ones_leaves_the_output_as_it_is() -> None:
    assert run(f"{TORCH}y.backward(torch.ones(2))").program.output_name == "y"
    assert "backward_gradient" in run(f"{TORCH}y.backward(torch.tensor([1.0, 2.0]))").notes


def test_a_gradient_of_another_shape_is_refused() -> None:
    assert codes(f"{TORCH}y.backward(torch.ones(3))") == ["shape_mismatch"]
