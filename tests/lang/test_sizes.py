"""Lists of whole numbers that only sizes are taken from are no inputs, like such numbers themselves."""

import pytest

from tests.lang.tools import run, same, value

START = "import numpy as np, torch\nimport torch.nn as nn\nfrom micrograd.nn import MLP\nx = np.array([1.0, 2.0])\n"


@pytest.mark.parametrize("source", [
    "sizes = [2, 4, 1]\nW = [np.random.randn(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1)]\n"
    "y = x\nfor w in W:\n    y = y @ w",
    "sizes = [2, 4, 1]\nW = []\nfor a, b in zip(sizes[:-1], sizes[1:]):\n    W.append(np.random.randn(a, b))\n"
    "y = x\nfor w in W:\n    y = y @ w",
    "sizes = [2, 4]\nls = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]\ny = ls[0](x).sum()",
    "sizes = [3, 2]\ny = (np.zeros(sizes) + x).sum()", "sizes = [3, 2]\ny = (torch.randn(sizes)*x).sum()",
    "sizes = [3, 1]\ny = MLP(2, sizes)(x)", "sizes = [3, 2]\ny = (np.full(sizes, 2.0)*x).sum()",
    "sizes = [0, 0, 1]\ny = x[sizes].sum()", "sizes = [1, 1]\ny = x\nfor _ in range(len(sizes)):\n    y = y*2.0",
    "sizes = [2, 1]\nn = sizes[0]\ny = (x*np.ones(n)).sum()", "sizes = [2, 1]\na, b = sizes\ny = (x*np.ones(a)).sum()",
    "sizes = [2, 2, 1]\ny = x\nfor n in sizes[1:]:\n    y = np.random.randn(n, 2) @ x",
    "sizes = [2, 4, 1]\nW = torch.randn(sizes[0], sizes[1], requires_grad=True)\ny = ((x @ W)**2).sum()\ny.backward()\n"
    "W = W - 0.1*W.grad",
])  # fmt: skip
def test_a_list_of_sizes_is_no_input(source: str) -> None:
    found = run(START + source)
    assert "sizes" not in found.program.inputs
    assert "sizes" not in found.program.names
    assert "x" in found.program.inputs or "torch.randn(sizes[0]" in source
    assert not {"n", "a", "b"} & set(found.program.names)


@pytest.mark.parametrize("source", [
    "v = [1, 2, 3]\ny = sum(v)*1.0", "v = [1, 2, 3]\ny = v[0]*2.0", "v = [2, 3]\ny = v[1]",
    "v = [2, 3]\ny = (v*x).sum()",
    "v = [2, 3]\nn = v[0]\ny = (x*np.ones(n)).sum()*n", "v = [1.0, 2.0]\ny = x[0]*len(v)", "v = [2, 3]\ny = x.sum()",
    "v = [2, 1]\ny = x[0]*len(v)*v[1]",
])  # fmt: skip
def test_a_list_that_is_calculated_with_is_an_input(source: str) -> None:
    assert "v" in run(START + source).program.inputs


def test_weights_drawn_by_sizes_are_inputs() -> None:
    found = run(f"{START}sizes = [2, 3]\nW = np.random.randn(sizes[0], sizes[1])\ny = (x @ W).sum()")
    assert "W" in found.program.inputs
    assert same(found.grad("W"), [[1.0] * 3, [2.0] * 3])


def test_weights_that_a_loop_puts_into_a_list_are_inputs() -> None:
    source = f"{START}W = []\nfor i in range(2):\n    W.append(np.ones((2, 2))*(i + 1))\ny = (x @ W[0] @ W[1]).sum()"
    found = run(source)
    assert same(found.run.adjoints[found.program.inputs["W[1]"]], [[3.0, 3.0], [3.0, 3.0]])
    assert value(source, inputs={"W[0]": [[0.0, 0.0], [0.0, 0.0]]}) == 0


def test_a_list_of_sizes_can_still_be_given_by_the_request() -> None:
    source = "import numpy as np\nsizes = [2, 4]\nx = 2.0\ny = x*np.ones(sizes).sum()"
    assert value(source) == 16
    assert value(source, inputs={"sizes": [3, 5]}) == 30


def test_the_ids_fit_after_sizes_are_taken_out() -> None:
    found = run("import numpy as np\nx = 2.0\nsizes = [2, 4]\nz = x*3.0\n"
                "M = np.ones((sizes[0], sizes[1]))\ny = z*M.sum()")
    assert found.value("z") == 6
    assert found.grad("x") == 24
    assert len(found.run.values) == len(found.program.graph)
