"""Where numbers stopped being finite: the nodes and edges at which it began, and all that it went on to.

A value begins to be NaN or infinite at a node whose operands are finite; a gradient at an edge whose upstream is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from app.engine.notes import called, finite, why_gradient, why_value
from app.engine.op import Array
from app.engine.passes import quiet
from app.engine.record import Edge, Run


@dataclass(frozen=True, slots=True)
class BrokenValue:
    """A node whose value is not finite; `sources` are its operands that are not, none where it began."""

    node: int
    sources: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class BrokenGradient:
    """A node whose gradient is not finite; `edges` are what brought it, those in `origins` made it so themselves."""

    node: int
    edges: tuple[Edge, ...]
    origins: tuple[Edge, ...]
    why: str


@dataclass
class Trail:
    """Everything in the order in which it happened: values forward, gradients backward."""

    values: list[BrokenValue] = field(default_factory=list)
    gradients: list[BrokenGradient] = field(default_factory=list)

    @property
    def finite(self) -> bool:
        """Whether nothing broke."""
        return not self.values and not self.gradients


def follow(run: Run) -> Trail:
    """The whole trail of a run, values of everything that the program computed."""
    with quiet():
        return Trail(list(_values(run)), list(_gradients(run)))


def _values(run: Run) -> Iterator[BrokenValue]:
    graph, broken = run.graph, set()
    for i in range(len(run.levels_forward)):
        if finite(run.values[i]):
            continue
        broken.add(i)
        sources = tuple(dict.fromkeys(s for s in graph.inputs[i] if s in broken))
        if sources:
            names = " and ".join(called(graph, s) for s in sources[:3])
            yield BrokenValue(i, sources, f"{called(graph, i)} takes {kinds(run.values[i])} from {names}")
        else:
            yield BrokenValue(i, (), why_value(graph, i))


def _gradients(run: Run) -> Iterator[BrokenGradient]:
    out_edges = run.out_edges
    nodes = sorted(run.adjoints, key=lambda i: (run.levels_backward[i], i))
    for i in nodes:
        if finite(run.adjoints[i]):
            continue
        edges = tuple(e for e in out_edges.get(i, []) if e.contribution is not None and not finite(e.contribution))
        origins = tuple(e for e in edges if e.upstream is None or finite(e.upstream))
        yield BrokenGradient(i, edges, origins, _why(run, i, edges, origins))


def _why(run: Run, i: int, edges: tuple[Edge, ...], origins: tuple[Edge, ...]) -> str:
    graph = run.graph
    if origins:
        return why_gradient(run, origins[0])
    if edges:
        names = " and ".join(dict.fromkeys(called(graph, e.target) for e in edges[:3]))
        return f"the gradient of {called(graph, i)} takes {kinds(run.adjoints[i])} from {names}"
    if i == run.output and not finite(run.seed):
        return "the cotangent is not finite, so no gradient is"
    return f"the gradient of {called(graph, i)} is a sum beyond the range of numbers, or of ∞ and -∞"


def kinds(value: Array) -> str:
    """`NaN`, `∞`, or `NaN and ∞`."""
    array = np.asarray(value, float)
    words = [word for word, there in (("NaN", np.isnan(array)), ("∞", np.isinf(array))) if there.any()]
    return " and ".join(words)
