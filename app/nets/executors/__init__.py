"""What computes a net's loss, outputs and gradients for a training loop: the engine itself, or a fast stack."""

from collections.abc import Callable

from app.engine.budget import Budget
from app.nets.compile import Net
from app.nets.executors.dense import DenseExecutor, fits
from app.nets.executors.engine import EngineExecutor
from app.nets.executors.record import Executor


def choose(net: Net, budget: Callable[[], Budget]) -> Executor:
    """The fast one where the net is a stack of dense layers, else the engine."""
    return DenseExecutor(net) if fits(net) else EngineExecutor(net, budget)
