"""What is changed in place, and who sees it: single numbers, parameters, batch statistics."""

import numpy as np
import pytest

from app.lang import trace
from tests.lang.tools import codes, problems, run

TORCH = "import torch\nimport torch.nn as nn\n"
JAX = "import numpy as np\nimport jax.numpy as jnp\n"


def printed(source: str) -> list[str]:
    return trace(source).printed


def test_a_tensor_without_axes_changes_for_every_name() -> None:
    assert printed(TORCH + "x = torch.tensor(2.0)\ny = x\ny += 1\nz = x * y\nprint(x.item(), y.item())") == ["3.0 3.0"]


def test_a_tensor_without_axes_changes_in_a_function() -> None:
    text = TORCH + "def f(p):\n    p -= 1\n    p.mul_(3)\nx = torch.tensor(2.0)\nf(x)\nz = x * 1\nprint(x.item())"
    assert printed(text) == ["3.0"]


def test_a_python_number_beside_tensors_does_not() -> None:
    assert printed(TORCH + "a = 0.5\nb = a\nb *= 2\nx = torch.tensor(1.0) * b\nprint(a, b)") == ["0.5 1.0"]


def test_an_array_of_numpy_without_axes_changes_and_its_results_do_not() -> None:
    text = "import numpy as np\na = np.array(2.0)\nb = a\nb += 1\nc = a * 2\nd = c\nd += 1\n"
    text += "print(a, b, c, d)\nz = a * d"
    assert printed(text) == ["3.0 3.0 6.0 7.0"]


def test_numpy_s_arrays_change_beside_jax_s_which_do_not() -> None:
    text = JAX + "a = np.array([1.0, 2.0])\nb = a\nb += 1\na[0] = 7.0\nx = jnp.array([1.0, 2.0])\ny = x\ny += 1\n"
    assert printed(text + "print(b.tolist(), x.tolist(), y.tolist())\nz = (a * x * y).sum()") == [
        "[7.0, 3.0] [1.0, 2.0] [2.0, 3.0]"
    ]


@pytest.mark.parametrize("change", ["w.data += 1.0", "w.data = torch.ones(2)", "w.data[0] = 5.0",
                                    "with torch.no_grad():\n    w -= 0.1", "w.detach()[0] = 3.0"])  # fmt: skip
def test_going_back_through_a_parameter_that_was_changed_is_refused(change: str) -> None:
    text = TORCH + f"w = torch.tensor([1.0, 2.0], requires_grad=True)\nloss = (w * w).sum()\n{change}\nloss.backward()"
    (found,) = problems(text)
    assert found.code == "not_differentiable"
    assert "w was changed" in found.message


def test_a_loss_worked_out_anew_after_a_change_goes_back() -> None:
    text = TORCH + "w = torch.tensor([1.0, 2.0], requires_grad=True)\nloss = (w * w).sum()\nw.data += 1.0\n"
    assert run(text + "loss = (w * w).sum()\nloss.backward()\nprint(w.grad.tolist())").program.printed == ["[4.0, 6.0]"]


def test_a_parameter_cannot_change_in_place_while_gradients_are_on() -> None:
    assert codes(TORCH + "w = torch.tensor([1.0], requires_grad=True)\nw *= 2\ny = w.sum()") == ["bad_argument"]


def test_a_copy_of_a_tensor_passes_no_gradient_and_a_copy_in_numpy_does() -> None:
    text = "x = {}.array([1.0, 2.0])\ny = {}(x * 3)\nz = (x * y).sum()"
    numpy = run("import numpy as np\n" + text.format("np", "np.array"))
    assert numpy.grad("x").tolist() == [6.0, 12.0]
    torch = run(TORCH + "x = torch.tensor([1.0, 2.0], requires_grad=True)\ny = torch.tensor(x * 3)\nz = (x * y).sum()")
    assert torch.grad("x").tolist() == [3.0, 6.0]


def test_requires_grad_follows_the_parameters() -> None:
    text = TORCH + "a = torch.tensor(1.0)\nw = torch.tensor(2.0, requires_grad=True)\ny = a * w\n"
    shown = "print(a.requires_grad, w.requires_grad, y.requires_grad, y.detach().requires_grad)"
    assert printed(text + shown) == ["False True True False"]


def test_a_frozen_parameter_has_no_gradient_and_is_not_moved() -> None:
    text = TORCH + """
net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
for p in net[0].parameters():
    p.requires_grad = False
before = net[0].weight.clone()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
net(torch.ones(1, 2)).sum().backward()
opt.step()
print(net[0].weight.grad is None, net[1].weight.grad is None, torch.equal(before, net[0].weight))
"""
    assert printed(text) == ["True False True"]


def test_batch_statistics_belong_to_the_module_and_pass_no_gradient() -> None:
    text = TORCH + """
bn = nn.BatchNorm1d(1)
x = torch.tensor([[1.0], [3.0]], requires_grad=True)
bn(x)
bn.eval()
y = bn(x).sum()
y.backward()
print(bn.running_mean.tolist(), bn.running_var.tolist(), bn.num_batches_tracked)
"""
    found = run(text)
    assert found.program.printed == ["[0.2] [1.1] 1"]
    np.testing.assert_allclose(found.grad("x"), np.full((2, 1), 1 / np.sqrt(1.1 + 1e-5)))
    assert not any(name.startswith("bn.running") for name in found.program.inputs)


def test_eval_and_train_reach_modules_inside() -> None:
    text = TORCH + """
net = nn.Sequential(nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(2)), nn.ModuleList([nn.Dropout(0.1)]))
net.eval()
print([m.training for m in net.modules()])
net.train()
print([m.training for m in net.modules()])
y = net[0][0](torch.ones(2)).sum()
"""
    assert printed(text) == [str([False] * 6), str([True] * 6)]
