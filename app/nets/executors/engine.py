"""Any net, through the engine: its program is traced for every step, so that all that depends on values is right."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.engine.budget import Budget
from app.engine.passes import quiet, reverse
from app.lang import trace
from app.lang.tracing.tracer import Program
from app.nets.compile import EXAMPLE_LOSSES, Net, X, Y, write_layer, write_loss, written
from app.nets.configuration import every
from app.nets.evaluate import statistics
from app.nets.executors.record import Array, Layout
from app.nets.layers.record import Lines

Rows = tuple[Array, Array]


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
        self._draws = any(place.spec.record.type == "dropout" for place in every(net.places))

    def batch(self, rows: Array | None) -> Rows:
        """The rows themselves."""
        x, y = self.net.data.x, self.net.data.y
        return (x, y) if rows is None else (x[rows], y[rows])

    def batches(self, order: Array, size: int) -> list[Rows]:
        """The training data in this order, cut into batches."""
        return [self.batch(order[start : start + size]) for start in range(0, len(order), size)]

    def backward(self, batch: Rows, step: int) -> None:
        """One pass forward and backward.  Raises LangError, EngineError."""
        inputs = self.net.inputs(self.layout.split(self.values), *batch)
        program = trace(self._text(step), inputs=inputs, output=self.net.loss, budget=self.budget())
        graph, output = program.graph, program.output
        wrt = {name: program.inputs[name] for name in self.layout.shapes}
        with quiet():
            adjoints, _ = reverse(graph, graph.values, output, np.float64(1.0), wrt.values())
        for name, node in wrt.items():
            self.gradient[self.layout.slices[name]] = np.ravel(adjoints[node]) if node in adjoints else 0.0
        self._loss = float(graph.values[output])

    def _text(self, step: int) -> str:
        """The net's program; what is dropped out in a later step is drawn by the step's own seed."""
        own = self.net.configuration
        if not step or not self._draws:
            return self.net.bare
        seed = int(np.random.SeedSequence([own.seed, step]).generate_state(1)[0])
        return "\n".join(written(replace(own, seed=seed), self.net.data, evaluating=False).lines)

    def loss(self) -> float:
        """Of the last backward pass."""
        return self._loss

    def outputs(self, x: Array) -> Array:
        """Of the program that evaluates.  Raises LangError, EngineError."""
        program = self._evaluated(self.net.forward, x, None, self.net.output)
        return np.asarray(program.graph.values[program.output])

    def loss_of(self, x: Array, y: Array) -> float:
        """Over these examples, nothing dropped out, without what regularisers add.  Raises LangError, EngineError."""
        program = self._evaluated(self._judging, x, y, EXAMPLE_LOSSES)
        losses = np.asarray(program.graph.values[program.output])
        return float(losses.mean() if self.net.configuration.reduction == "mean" else losses.sum())

    def _evaluated(self, text: str, x: Array, y: Array | None, output: str) -> Program:
        parameters = self.layout.split(self.values)
        inputs = self.net.inputs(parameters, x, y) | statistics(self.net, parameters, self.budget())
        if y is None:
            del inputs[Y]
        return trace(text, inputs=inputs, output=output, budget=self.budget())


def judged(net: Net) -> str:
    """The lines that give each example's loss after the program that evaluates."""
    lines = Lines(incoming=X, evaluating=True, layer=write_layer, seed=net.configuration.seed)
    write_loss(net.configuration, net.data, lines)
    return "\n".join(lines.lines)
