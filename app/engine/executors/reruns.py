"""One pass over a graph, everything recorded: compiled where its structure has come often (a slider), else swept."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.executors.compiled import Compiled, compile_run, structure
from app.engine.executors.remembered import Remembered
from app.engine.graph import Graph
from app.engine.notes import notes
from app.engine.op import Array, shape
from app.engine.record import Edge, Run
from app.engine.run import backprop

OFTEN = 16
"""Sweeps of one structure before it is compiled, which costs some 20 times what it saves a run."""
LARGEST = 500
"""Nodes of the largest graph that is compiled; at some 50 µs a node nobody waits for it."""


@dataclass(slots=True)
class Seen:
    """How often a structure came, and what was made of it."""

    times: int = 0
    swept: Run | None = None
    compiled: Compiled | None = None


@dataclass
class Reruns:
    """`backprop`, with a memory of at most `nodes` nodes; for several threads with their lock.

    Nothing is taken from an earlier run but what the structure decides: levels, order, and the compiled functions.
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
        if seen.times > OFTEN and seen.compiled is None:
            seen.compiled = compile_run(graph, output, wrt)
        if seen.compiled is None or seen.swept is None:
            seen.swept = found = backprop(graph, output, wrt=wrt)
            return found
        return replayed(seen.compiled, seen.swept, graph)


def replayed(compiled: Compiled, swept: Run, graph: Graph) -> Run:
    """A compiled run of `graph` in the form of a sweep; `swept` was one of a graph of the same structure."""
    found = compiled.record([float(graph.values[i]) for i in compiled.inputs])
    _, gradients, locals_, contributions = ([number(x) for x in reader(found)] for reader in compiled.readers)
    run = Run(
        graph=graph, output=swept.output, seed=swept.seed, wrt=swept.wrt, values=graph.values,
        adjoints={i: gradient for i, gradient in enumerate(gradients) if gradient is not None},
        edges=[
            Edge(edge.source, edge.target, edge.slot)
            if contribution is None
            else Edge(edge.source, edge.target, edge.slot, local, gradients[edge.target], contribution)
            for edge, local, contribution in zip(swept.edges, locals_, contributions, strict=True)
        ],
        order=swept.order, levels_forward=swept.levels_forward, levels_backward=swept.levels_backward,
    )  # fmt: skip
    run.notes = notes(run)
    return run


def number(x: Any) -> Array | None:
    """As a sweep has it."""
    return None if x is None else np.float64(x)
