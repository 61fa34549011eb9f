"""One pass over a graph, everything recorded: compiled where its structure has come often (a slider), else swept."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.errors import BudgetExceeded
from app.engine.executors.compiled import Compiled, compile_run, structure
from app.engine.executors.remembered import Remembered
from app.engine.graph import Graph
from app.engine.notes import notes
from app.engine.op import Array, shape
from app.engine.record import Run
from app.engine.run import backprop

OFTEN = 16
"""Sweeps of one structure before it is compiled, which costs some 20 times what it saves a run."""
LARGEST = 500
"""Nodes of the largest graph that is compiled; at some 50 µs a node nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The compiled run of a structure, and what else the structure decides about a run."""

    compiled: Compiled
    output: int
    seed: Array
    wrt: tuple[int, ...]
    edges: list[tuple[int, int]]  # of the graph, by target and slot
    order: list[int]
    levels_forward: list[int]
    levels_backward: list[int]

    @classmethod
    def of(cls, run: Run) -> "Replay":
        """Of the structure of a run."""
        return cls(
            compile_run(run.graph, run.output, run.wrt), run.output, run.seed, run.wrt,
            [(edge.target, edge.slot) for edge in run.edges],
            run.order, run.levels_forward, run.levels_backward,
        )  # fmt: skip

    def run(self, graph: Graph) -> Run:
        """A graph of this structure, run."""
        found = self.compiled.record([float(graph.values[i]) for i in self.compiled.inputs])
        _, gradients, locals_, contributions = ([number(x) for x in read(found)] for read in self.compiled.readers)
        run = Run(
            graph=graph, output=self.output, seed=self.seed, wrt=self.wrt, values=graph.values,
            adjoints={i: gradient for i, gradient in enumerate(gradients) if gradient is not None},
            pulled={
                edge: (local, contribution)
                for edge, local, contribution in zip(self.edges, locals_, contributions, strict=True)
                if contribution is not None
            },
            order=self.order, levels_forward=self.levels_forward, levels_backward=self.levels_backward,
        )  # fmt: skip
        run.notes = notes(run)
        return run


def number(x: Any) -> Array | None:
    """As a sweep has it."""
    return None if x is None else np.float64(x)


@dataclass(slots=True)
class Seen:
    """How often a structure came, and what was made of it then."""

    times: int = 0
    replay: Replay | None = None


@dataclass
class Reruns:
    """`backprop`, with a memory of at most `nodes` nodes; for several threads with their lock.

    Nothing is taken from an earlier run but what the structure decides: levels, order, and the compiled functions.
    They compute from the inputs' numbers, so the graph's values must be what its ops make of them; an unfolded
    graph's are its arrays' elements, which may differ in the last place.
    """

    nodes: int = 50_000
    lock: AbstractContextManager[Any] | None = None
    _seen: Remembered[Seen] = field(init=False)

    def __post_init__(self) -> None:
        self._seen = Remembered(self.nodes, self.lock)

    def backprop(self, graph: Graph, output: int, *, seed: Any = None, wrt: Iterable[int] | None = None) -> Run:
        """The same run as `run.backprop`'s.  Raises what that raises."""
        wrt = graph.input_ids() if wrt is None else tuple(wrt)
        if seed is not None or len(graph) > LARGEST or any(shape(value) for value in graph.values):
            return backprop(graph, output, seed=seed, wrt=wrt)
        seen = self._seen.get((structure(graph), output, wrt), Seen, len(graph))
        seen.times += 1
        if seen.replay is not None:
            return seen.replay.run(graph)
        found = backprop(graph, output, wrt=wrt)
        if seen.times > OFTEN:
            try:
                seen.replay = Replay.of(found)
            except BudgetExceeded:  # the run is there: no time, or too large a gradient graph, is no reason to lose it
                seen.times = 0
        return found
