"""Training steps with every neuron's value and gradient kept: an epoch of small batches, full batches, digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.optimizers import OPTIMIZERS
from app.nets.compile import Net, compile_net
from app.nets.configuration import read_configuration
from app.nets.training import Plan, Trainer
from benchmarks import peers, training_peers
from benchmarks.agreement import require_equal
from benchmarks.timing import Contest, Work

OURS, TORCH, JAX = "ours", "PyTorch, eager", "JAX, jit"
RATE = 0.03
REMARKS = ("A step: forward, loss, backward, SGD; the peers keep each neuron's value and gradient too.",)


def playground() -> Net:
    """2-8-8-1 tanh on 500 points, half the squared error."""
    dense = [{"type": "dense", "units": units, "activation": "tanh"} for units in (8, 8, 1)]
    data = {"dataset": "circle", "samples": 500, "test_fraction": 0.0}
    return compile_net(read_configuration({"input": 2, "layers": dense, "loss": "half_squared_error", "data": data}))


def digits() -> Net:
    """64-32-10 relu on digits of 8 × 8, softmax and cross-entropy."""
    layers = [{"type": "dense", "units": 32, "activation": "relu"}, {"type": "dense", "units": 10}]
    data = {"dataset": "digits", "samples": 640, "test_fraction": 0.0}
    return compile_net(read_configuration({"input": 64, "layers": layers, "loss": "cross_entropy", "data": data}))


def ours(net: Net, batch: int) -> Trainer:
    """A trainer without an end."""
    sgd = OPTIMIZERS["sgd"]
    return Trainer(net, Plan(10**9, sgd, sgd.settings({"learning_rate": RATE}), batch), Budget)


def batches(net: Net, batch: int) -> list[tuple[Any, Any]]:
    """Inputs and targets of each step of an epoch."""
    x, y = net.data.x, net.data.y
    return [(x[i : i + batch], y[i : i + batch]) for i in range(0, len(x), batch)]


def contests(quick: bool) -> Iterator[Contest]:
    """Three sizes of work."""
    yield contest(playground(), 10, "2-8-8-1 tanh, an epoch of 50 batches of 10", {TORCH: 20.0})
    yield contest(playground(), 500, "2-8-8-1 tanh, the full batch of 500", {TORCH: 8.0})
    yield contest(digits(), 32, "64-32-10 relu, an epoch of 20 batches of 32", {TORCH: 3.0})


def contest(net: Net, batch: int, title: str, goals: dict[str, float]) -> Contest:
    """The same epochs by everyone who is there."""
    steps = len(batches(net, batch))
    check(net, batch, steps)
    trainer = ours(net, batch)
    makers = {TORCH: ("PyTorch", training_peers.torch_epoch), JAX: ("JAX", training_peers.jax_epoch)}
    there = peers.installed()
    works: dict[str, Work] = {
        name: make(net, batches(net, batch), RATE)[0] for name, (peer, make) in makers.items() if peer in there
    }
    found = {(OURS, name): goal for name, goal in goals.items() if name in works}
    return Contest(f"Training: {title}", {OURS: lambda: trainer.advance(steps)}, works, found, REMARKS)


def check(net: Net, batch: int, steps: int) -> None:
    """After an epoch everyone must have the same parameters. Raises Disagreement."""
    trainer = ours(net, batch)
    trainer.advance(steps)
    mine = flat(trainer.parameters().values())
    for peer, make in (("PyTorch", training_peers.torch_epoch), ("JAX", training_peers.jax_epoch)):
        if peer in peers.installed():
            run, parameters = make(net, batches(net, batch), RATE)
            run()
            require_equal(peer, "parameters", mine, flat(parameters()))


def flat(arrays: Any) -> Sequence[float]:
    """All numbers, one after the other."""
    return [float(number) for array in arrays for number in np.ravel(array)]
