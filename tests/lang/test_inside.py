"""Differentiation inside programs: it draws, it can be differentiated again, and what adds up adds up."""

import numpy as np
import pytest

from app.lang import trace
from tests.lang.tools import problems, run, same, value

TRAINED = """
from micrograd.engine import Value
w = Value(0.5)
for step in range(3):
    loss = (w*2.0 - 3.0)**2
{zero}    loss.backward()
    w.data -= 0.1 * w.grad
    print(w.data)
"""


def descended(zeroed: bool) -> list[float]:
    """The same loop by hand."""
    w, grad, found = 0.5, 0.0, []
    for _ in range(3):
        grad = (0.0 if zeroed else grad) + 4 * (2 * w - 3)
        w -= 0.1 * grad
        found.append(w)
    return found


@pytest.mark.parametrize("zeroed", [True, False])
def test_a_training_loop_is_unrolled_and_a_forgotten_zero_grad_adds_up(zeroed: bool) -> None:
    program = trace(TRAINED.format(zero="    w.grad = 0.0\n" if zeroed else ""))
    assert np.allclose([float(each) for each in program.printed], descended(zeroed), rtol=1e-12)


def test_an_update_is_drawn_and_passes_no_gradient() -> None:
    found = run(TRAINED.format(zero="    w.grad = 0.0\n"))
    graph = found.run.graph
    assert any(origin is not None for origin in graph.origins)
    assert [graph.names[i] for i, op in enumerate(graph.ops) if op.name == "stop"] == ["w"] * 3
    assert found.run.adjoints[found.program.inputs["w"]] == 0.0
    assert same(found.grad("w"), 4 * (2 * descended(True)[1] - 3))


@pytest.mark.parametrize("zero", ["w.grad.zero_()", "w.grad = None"])
def test_a_gradient_that_is_set_to_zero_after_the_last_step_is_still_told(zero: str) -> None:
    loop = "for _ in range(3):\n    y = (2*w - 3)**2\n    y.backward()\n    {order[0]}\n    {order[1]}\n"
    step = "w.data -= 0.1*w.grad"
    for order in [(step, zero), ("g = w.grad.clone()", f"{zero}; w.data -= 0.1*g")]:
        found = run("import torch\nw = torch.tensor(0.5, requires_grad=True)\n" + loop.format(order=order))
        assert same(found.grad("w"), 4 * (2 * descended(True)[1] - 3))
        assert "unused_input" not in found.notes


def test_a_gradient_that_is_only_printed_leaves_no_node() -> None:
    plain = "from micrograd.engine import Value\na = Value(2.0)\nb = a*a\nb.backward()"
    assert len(trace(plain).graph) == len(trace(f"{plain}\nprint(a.grad)").graph)


def test_gradients_of_values_in_between_are_there_too() -> None:
    source = "from micrograd.engine import Value\na = Value(2.0)\nb = a*3\nc = b*b\nc.backward()\nprint(b.grad, a.grad)"
    assert trace(source).printed == ["12.0 36.0"]


@pytest.mark.parametrize(("order", "expected"), [(1, 3 * 1.5**2), (2, 6 * 1.5), (3, 6.0), (4, 0.0)])
def test_derivatives_of_derivatives(order: int, expected: float) -> None:
    source = f"import jax\nx = 1.5\ny = {'jax.grad(' * order}lambda v: v**3{')' * order}(x)"
    assert same(value(source), expected)


def test_an_inner_derivative_does_not_see_the_outer_variable() -> None:
    source = "import jax\ndef f(x):\n    return x*jax.grad(lambda y: x*y)(x)\nx = 3.0\ny = jax.grad(f)(x)"
    assert same(value(source), 6.0)


def test_a_derivative_is_differentiated_by_the_page_too() -> None:
    found = run("import jax\nx = 2.0\ny = jax.grad(lambda v: v**4)(x)")
    assert same(found.output, 32.0)
    assert same(found.grad("x"), 48.0)


def test_what_stands_in_a_dict_is_named_by_its_key() -> None:
    source = "import jax.numpy as jnp\np = {'W': jnp.ones((2, 2)), 'b': 0.5}\ny = (p['W'] @ [1., 2.] + p['b']).sum()"
    found = run(source, inputs={"p['b']": 2.0})
    assert list(found.program.inputs) == ["p['W']", "p['b']"]
    assert same(found.output, 10.0)
    assert same(found.grad("p['b']"), 2.0)


def test_parameters_inside_objects_are_inputs_by_their_path_and_can_be_given() -> None:
    source = """
from micrograd.engine import Value
class Neuron:
    def __init__(self, n):
        self.w = [Value(0.1*i) for i in range(n)]
        self.b = Value(1.0)
    def __call__(self, x): return sum((wi*xi for wi, xi in zip(self.w, x)), self.b)
n = Neuron(2)
y = n([3.0, 4.0])
"""
    found = run(source, inputs={"n.w": [1.0, 2.0]})
    assert list(found.program.inputs) == ["n.w", "n.b"]
    assert same(found.output, 12.0)
    assert found.grad("n.w") == [3.0, 4.0]
    assert {"n.w[0]", "n.w[1]", "n.b"} <= set(found.run.graph.names)


def test_what_never_gets_a_name_is_a_constant() -> None:
    found = run("from micrograd.engine import Value\ndef f(x): return x*Value(2.0)\na = 3.0\ny = f(a)")
    assert list(found.program.inputs) == ["a"]
    assert len(found.run.graph.input_ids()) == 1


def test_the_first_weights_of_a_layer_are_pytorch_s() -> None:
    source = "import torch, torch.nn as nn\ntorch.manual_seed(0)\nm = nn.Linear(3, 2)\ny = m.weight.sum()"
    weight = run(source).value("m.weight")
    assert np.allclose(weight, [[-0.0043, 0.3097, -0.4752], [-0.4249, -0.2224, 0.1548]], atol=5e-5)
    assert np.array_equal(weight, weight.astype(np.float32))


def test_micrograd_s_own_engine_pasted_in_is_ours() -> None:
    source = """
class Value:
    def __init__(self, data, _children=(), _op=''):
        self.data = data
        self.grad = 0
    def __add__(self, other):
        return Value(self.data + other.data)
    def __mul__(self, other):
        return Value(self.data * other.data)
    def backward(self):
        pass
a = Value(2.0); b = Value(3.0)
c = a*b + a
"""
    found = run(source)
    assert found.grad("a") == 4.0
    assert "engine_value" in found.notes


@pytest.mark.parametrize(
    ("source", "words"),
    [("import torch\nx = torch.ones(2, requires_grad=True)\nwith torch.no_grad():\n    x.sum().backward()", "no_grad"),
     ("import jax\ny = jax.grad(lambda x: x*2)(np.ones(2))", "one number")],
)  # fmt: skip
def test_what_cannot_be_is_said(source: str, words: str) -> None:
    (found,) = problems(source)
    assert words in f"{found.message} {found.hint}"


def test_a_gradient_leaves_no_constants_behind_that_nothing_uses() -> None:
    program = trace("import jax\nx = 2.0\ny = jax.grad(lambda v: v**3)(x)")
    graph = program.graph
    used = {source for sources in graph.inputs for source in sources} | {program.output}
    assert all(i in used for i, op in enumerate(graph.ops) if op.name == "constant")
    assert graph.names[program.inputs["x"]] == "x"
    assert graph.names[program.output] == "y"


def test_a_key_of_jax_gives_the_same_numbers_again_and_another_key_others() -> None:
    source = """
import jax
key = jax.random.PRNGKey(0)
k1, k2 = jax.random.split(key)
W = jax.random.normal(k1, (2, 3))
V = jax.random.normal(k1, (2, 3))
U = jax.random.uniform(k2, (2, 3), minval=-1.0, maxval=1.0)
y = (W*U).sum()
"""
    found = run(source)
    assert list(found.program.inputs) == ["W", "V", "U"]
    assert same(found.value("W"), found.value("V"))
    assert not same(found.value("W"), found.value("U"))
    assert np.all(np.abs(found.value("U")) < 1)
    assert "jax_random" in found.notes


@pytest.mark.parametrize("zero", ["x.grad.zero_()", "x.grad.data.zero_()", "x.grad = None", "x.grad.fill_(0.0)"])
def test_a_gradient_is_set_to_zero_in_every_way(zero: str) -> None:
    source = "import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\n(x*3).sum().backward()\n"
    printed = trace(f"{source}{zero}\n(x*2).sum().backward()\nprint(x.grad)").printed
    assert printed == ["[2. 2.]"]
