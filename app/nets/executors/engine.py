"""Any net, through the engine: its program is traced once for each number of examples, and run again for every step."""

from collections.abc import Callable, Mapping

import numpy as np

from app.engine.budget import Budget
from app.nets.compile import EXAMPLE_LOSSES, Net, X, Y, write_layer, write_loss
from app.nets.evaluate import statistics_of
from app.nets.executors.record import Array, Layout
from app.nets.executors.replay import Replays, Rerun
from app.nets.layers.record import Lines

Rows = tuple[Array, Array]
Arrays = Mapping[str, Array]


class EngineExecutor:
    """Values and gradients are those that `/backprop` shows, to the last bit."""

    def __init__(self, net: Net, budget: Callable[[], Budget]) -> None:
        self.net, self.budget = net, budget
        self.layout = Layout({name: value.shape for name, value in net.parameters.items()})
        self.order = np.arange(self.layout.size)
        self.values = self.layout.joined(net.parameters)
        self.gradient = np.zeros_like(self.values)
        self._loss = np.nan
        self._judging = f"{net.forward}\n{judged(net)}"
        self._replays = Replays(net)

    def batch(self, rows: Array | None) -> Rows:
        """The rows themselves."""
        x, y = self.net.data.x, self.net.data.y
        return (x, y) if rows is None else (x[rows], y[rows])

    def batches(self, order: Array, size: int) -> list[Rows]:
        """The training data in this order, cut into batches."""
        return [self.batch(order[start : start + size]) for start in range(0, len(order), size)]

    def backward(self, batch: Rows, step: int) -> None:
        """One pass forward and backward.  Raises LangError, EngineError."""
        budget = self.budget()
        run = self._run(self.layout.split(self.values), batch, self._seed(step), budget)
        found = run.replay.gradient(run, budget)
        for name, where in self.layout.slices.items():
            self.gradient[where] = np.ravel(found[name]) if name in found else 0.0
        self._loss = float(run.output)

    def _run(self, parameters: Arrays, batch: Rows, seed: int, budget: Budget) -> Rerun:
        names = tuple(self.net.statistics.values())
        inputs = self.net.inputs(parameters, *batch)
        return self._replays.run(self.net.bare, self.net.loss, inputs, budget, seed, names)

    def _seed(self, step: int) -> int:
        """The net's own, and for a later step one of that step's own."""
        own = self.net.configuration.seed
        return own if not step else int(np.random.SeedSequence([own, step]).generate_state(1)[0])

    def loss(self) -> float:
        """Of the last backward pass."""
        return self._loss

    def outputs(self, x: Array) -> Array:
        """Of the program that evaluates.  Raises LangError, EngineError."""
        return np.array(self._evaluated(self.net.forward, x, None, self.net.output).output)

    def loss_of(self, x: Array, y: Array) -> float:
        """Over these examples, nothing dropped out, without what regularisers add.  Raises LangError, EngineError."""
        losses = np.asarray(self._evaluated(self._judging, x, y, EXAMPLE_LOSSES).output)
        return float(losses.mean() if self.net.configuration.reduction == "mean" else losses.sum())

    def seconds(self) -> float:
        """See `Executor`."""
        x, y = self.batch(None)
        found = self._evaluated(self._judging, x, y, EXAMPLE_LOSSES).replay.seconds
        if self.net.statistics:  # which another run tells
            found += self._run(self.layout.split(self.values), (x, y), self._seed(0), self.budget()).replay.seconds
        return found

    def _evaluated(self, text: str, x: Array, y: Array | None, output: str) -> Rerun:
        parameters, budget = self.layout.split(self.values), self.budget()
        inputs = self.net.inputs(parameters, x, y) | self._statistics(parameters, budget)
        if y is None:
            del inputs[Y]
        return self._replays.run(text, output, inputs, budget)

    def _statistics(self, parameters: Arrays, budget: Budget) -> dict[str, Array]:
        """What batch norm evaluates by, of the training data."""
        if not self.net.statistics:
            return {}
        run = self._run(parameters, self.batch(None), self._seed(0), budget)
        return statistics_of({number: run.value(name) for number, name in self.net.statistics.items()})


def judged(net: Net) -> str:
    """The lines that give each example's loss after the program that evaluates."""
    lines = Lines(incoming=X, evaluating=True, layer=write_layer, seed=net.configuration.seed)
    write_loss(net.configuration, net.data, lines)
    return "\n".join(lines.lines)
