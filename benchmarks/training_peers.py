"""The training steps of `benchmarks.training` in PyTorch and in JAX: every neuron's value and gradient is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.nets.compile import Net

Epoch = tuple[Callable[[], Any], Callable[[], list[Any]]]
"""An epoch of steps, and the parameters as they are then: W1, b1, W2, …"""


def activations(net: Net) -> list[str]:
    """By layer."""
    return [place.options["activation"] for place in net.places]


def torch_epoch(net: Net, batches: Sequence[tuple[Any, Any]], rate: float) -> Epoch:
    """As its users write it: modules, a loss function, `torch.optim.SGD`; eager, on one thread."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    layers: list[nn.Module] = []
    names, kinds = iter(net.parameters), {"tanh": nn.Tanh, "relu": nn.ReLU}
    for activation in activations(net):
        weights, bias = (torch.tensor(net.parameters[next(names)], dtype=torch.float64) for _ in "Wb")
        linear = nn.Linear(weights.shape[1], weights.shape[0], dtype=torch.float64)
        linear.weight, linear.bias = nn.Parameter(weights), nn.Parameter(bias)
        layers += [linear, *([kinds[activation]()] if activation in kinds else [])]
    model = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    classes = net.configuration.loss == "cross_entropy"
    ready = [
        (torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.int64 if classes else torch.float64))
        for x, y in batches
    ]

    def epoch() -> Any:
        for x, y in ready:
            kept, a = [], x
            for layer in model:
                a = layer(a)
                a.retain_grad()
                kept.append(a)
            loss = nn.functional.cross_entropy(a, y) if classes else 0.5 * ((a - y) ** 2).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss, kept

    return epoch, lambda: [each.detach().numpy() for each in model.parameters()]


def jax_epoch(net: Net, batches: Sequence[tuple[Any, Any]], rate: float) -> Epoch:
    """One compiled function for a step; a zero added to each layer's sums has the gradient of its neurons."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    functions = {"tanh": jnp.tanh, "relu": jax.nn.relu, "linear": lambda z: z}
    chosen, classes = [functions[each] for each in activations(net)], net.configuration.loss == "cross_entropy"
    names = list(net.parameters)
    pairs = zip(names[::2], names[1::2], strict=True)
    first = [(jnp.asarray(net.parameters[w]), jnp.asarray(net.parameters[b])) for w, b in pairs]

    def loss(parameters: Any, probes: Any, x: Any, y: Any) -> Any:
        kept, a = [], x
        for (w, b), probe, function in zip(parameters, probes, chosen, strict=True):
            z = a @ w.T + b + probe
            a = function(z)
            kept += [z, a]
        if classes:
            logs = jax.nn.log_softmax(a, axis=1)
            return -jnp.take_along_axis(logs, y[:, None], 1).mean(), kept
        return 0.5 * ((a - y) ** 2).sum(1).mean(), kept

    @jax.jit
    def step(parameters: Any, x: Any, y: Any) -> Any:
        probes = [jnp.zeros((len(x), len(b))) for _, b in parameters]
        (value, kept), (slopes, deltas) = jax.value_and_grad(loss, (0, 1), has_aux=True)(parameters, probes, x, y)
        moved = jax.tree.map(lambda p, g: p - rate * g, parameters, slopes)
        return moved, value, kept, deltas

    ready = [(jnp.asarray(x), jnp.asarray(y.astype(int) if classes else y)) for x, y in batches]
    state: dict[str, Any] = {"parameters": first}

    def epoch() -> Any:
        for x, y in ready:
            state["parameters"], value, kept, deltas = step(state["parameters"], x, y)
        jax.block_until_ready((state["parameters"], value, kept, deltas))
        return value

    return epoch, lambda: [each for pair in state["parameters"] for each in pair]
