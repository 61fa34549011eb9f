"""The same work in other people's engines: every node's value *and* gradient must come out."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGES = {"micrograd": "micrograd", "PyTorch": "torch", "autograd": "autograd", "JAX": "jax"}
"""The peers by name, and the package that each comes in."""
README = """\
a = {a}
b = {b}
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
"""
"""micrograd's README example; `{a}` and `{b}` are how the dialect writes its two inputs."""


@cache
def installed() -> dict[str, str]:
    """The peers that are there, with their versions."""
    found = {}
    for name, package in PACKAGES.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            continue
    return found


def nodes_under(output: Any) -> list[Any]:
    """The nodes of a micrograd graph, by walking it (not timed)."""
    seen, stack = set(), [output]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(node._prev)
    return list(seen)


def micrograd_readme() -> Callable[..., Any]:
    """micrograd builds its graph anew each time: there is no other way to give it new inputs."""
    from micrograd.engine import Value

    space: dict[str, Any] = {"Value": Value}
    body = "\n ".join(README.format(a="Value(x)", b="Value(y)").splitlines())
    exec(f"def run(x=-4.0, y=2.0):\n {body}\n g.backward()\n return g, a, b", space)
    return space["run"]  # type: ignore[no-any-return]


def micrograd_from_text() -> Callable[[str], Any]:
    """Text in, gradients out, as Python and micrograd do it: compile, run, go back."""
    from micrograd.engine import Value

    def run(text: str) -> Any:
        space: dict[str, Any] = {"Value": Value}
        exec(compile(text, "program", "exec"), space)
        space["g"].backward()
        return space["g"]

    return run


def torch_readme() -> Callable[..., Any]:
    """PyTorch, eager, every intermediate result keeping its gradient."""
    import torch

    torch.set_num_threads(1)

    def run(x: float = -4.0, y: float = 2.0) -> Any:
        kept = []

        def keep(tensor: Any) -> Any:
            tensor.retain_grad()
            kept.append(tensor)
            return tensor

        a = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        b = torch.tensor(y, dtype=torch.float64, requires_grad=True)
        c = keep(a + b)
        d = keep(keep(a * b) + keep(b**3))
        c = keep(c + keep(c + 1))
        c = keep(c + keep(keep(1 + c) + keep(-a)))
        d = keep(d + keep(keep(d * 2) + keep(keep(b + a).relu())))
        d = keep(d + keep(keep(3 * d) + keep(keep(b - a).relu())))
        e = keep(c - d)
        f = keep(e**2)
        g = keep(f / 2.0)
        g = keep(g + keep(10.0 / f))
        g.backward()
        return [t.item() for t in kept], [t.grad.item() for t in kept], a.grad.item(), b.grad.item()

    return run


def autograd_readme() -> Callable[..., Any]:
    """HIPS autograd: value and the gradients of the inputs (it keeps no others)."""
    from autograd import value_and_grad
    from autograd.numpy import maximum

    def f(x: tuple[float, float]) -> Any:
        a, b = x
        c = a + b
        d = a * b + b**3
        c = c + c + 1
        c = c + 1 + c + (-a)
        d = d + d * 2 + maximum(b + a, 0.0)
        d = d + 3 * d + maximum(b - a, 0.0)
        e = c - d
        f = e**2
        g = f / 2.0
        return g + 10.0 / f

    both = value_and_grad(f)
    return lambda a=-4.0, b=2.0: both((a, b))


def micrograd_mlp(sizes: Sequence[int], weights: Sequence[Any], biases: Sequence[Any], x: Any) -> Callable[[], Any]:
    """A net of relu layers with a linear last one and the loss (out − 1)², out of micrograd's own `nn.MLP`."""
    from micrograd.nn import MLP

    net = MLP(sizes[0], list(sizes[1:]))
    for layer, W, b in zip(net.layers, weights, biases, strict=True):
        for neuron, row, bias in zip(layer.neurons, W, b, strict=True):
            for weight, number in zip(neuron.w, row, strict=True):
                weight.data = float(number)
            neuron.b.data = float(bias)
    numbers = [float(n) for n in x]

    def run() -> Any:
        net.zero_grad()
        loss = (net(numbers) - 1.0) ** 2
        loss.backward()
        return loss

    return run


def torch_mlp(weights: Sequence[Any], biases: Sequence[Any], x: Any) -> Callable[[], Any]:
    """The net as arrays: scalar by scalar it is out of PyTorch's reach in sensible time."""
    import torch

    torch.set_num_threads(1)
    Ws = [torch.tensor(W, dtype=torch.float64, requires_grad=True) for W in weights]
    bs = [torch.tensor(b, dtype=torch.float64, requires_grad=True) for b in biases]
    inputs = torch.tensor(x, dtype=torch.float64)

    def run() -> Any:
        for leaf in (*Ws, *bs):
            leaf.grad = None
        kept, h = [], inputs
        for k, (W, b) in enumerate(zip(Ws, bs, strict=True)):
            products = W * h
            sums = products.cumsum(-1)
            z = sums[:, -1] + b
            h = z.relu() if k < len(Ws) - 1 else z
            kept += [products, sums, z, h]
        for tensor in kept:
            tensor.retain_grad()
        loss = ((h - 1.0) ** 2).sum()
        loss.backward()
        return loss, Ws, bs, kept

    return run


def torch_gradients(weights: Sequence[Any], biases: Sequence[Any], x: Any) -> tuple[float, list[Any], list[Any]]:
    """The loss of `torch_mlp`, and what it leaves in the weights and biases."""
    run = torch_mlp(weights, biases, x)
    loss, Ws, bs, _ = run()
    return loss.item(), [W.grad.numpy() for W in Ws], [b.grad.numpy() for b in bs]


def autograd_mlp(weights: Sequence[Any], biases: Sequence[Any], x: Any) -> Callable[[], Any]:
    """The net as arrays: the loss and the gradients of weights and biases."""
    import autograd.numpy as np
    from autograd import value_and_grad

    def loss(leaves: tuple[Any, Any]) -> Any:
        h = x
        for k, (W, b) in enumerate(zip(*leaves, strict=True)):
            z = np.dot(W, h) + b
            h = np.maximum(z, 0.0) if k < len(weights) - 1 else z
        return np.sum((h - 1.0) ** 2)

    both = value_and_grad(loss)

    def run() -> Any:
        value, (Ws, bs) = both((list(weights), list(biases)))
        return value, Ws, bs

    return run
