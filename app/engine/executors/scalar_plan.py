"""The scalar detail of a program that is run again and again: unfolded once, its numbers computed level by level.

What `scalars.scalar_run` gives, but that an edge's `upstream` is the array's gradient and its contribution made from
that one, and for programs of single numbers as well, which need no unfolding.
"""

from collections.abc import Sequence
from copy import copy

import numpy as np

from app.engine.errors import BadArgument
from app.engine.executors.leveled import Columns, Leveled, LeveledRun, PulledTable, compute, notes
from app.engine.graph import Graph
from app.engine.op import Array, shape
from app.engine.passes import quiet
from app.engine.record import Run
from app.engine.scalars import unfold

FEW = 500
"""Nodes below which a sweep takes no longer."""


class ScalarPlan:
    """How to run the scalar nodes of programs of one structure; for any number of threads."""

    def __init__(self, run: Run) -> None:
        """Raises BadArgument where a sweep is needed or as good, TooLarge, DeadlineExceeded."""
        self._single = all(shape(value) == () for value in run.values)
        if self._single:
            graph, self._ids, own = run.graph, [np.array(i) for i in range(len(run.graph))], [True] * len(run.graph)
        else:
            unfolded = unfold(run.graph)
            graph, self._ids, own = unfolded.graph, unfolded.ids, unfolded.own
        if self._ids[run.output].shape != () or len(graph) < FEW:
            raise BadArgument("graph: it is small, or its output is an array — sweep it instead")
        self._own = [node for node, mine in enumerate(own) if mine]
        wrt = dict.fromkeys(int(i) for node in run.wrt for i in self._ids[node].flat)
        self._leveled = Leveled(graph, int(self._ids[run.output]), wrt)
        if self._leveled.deep:
            raise BadArgument("graph: it has as many levels as nodes — sweep it instead")
        self._template = np.array(graph.values, float)
        given = np.array([op.leaf for op in graph.ops])
        for node in self._own:
            given[self._ids[node]] = True
        self._missing = self._leveled.missing(given)
        self._backward = self._leveled.wires.levels_backward.tolist()

    @property
    def graph(self) -> Graph:
        """The scalar graph, with the values that it was made with."""
        return self._leveled.graph

    def run(self, run: Run) -> LeveledRun:
        """The scalar nodes of a run of the same structure."""
        values = self._template.copy()
        self._scatter(values, run.values)
        if not self._single:
            compute(self._missing, values)
        found = self._leveled.backward(values, float(run.seed))
        if not self._single:
            found = self._of_arrays(found, run)
        return self._recorded(run, found)

    def _scatter(self, columns: Array, numbers: Sequence[Array | None]) -> None:
        """The numbers of arrays, each to its scalar nodes."""
        if self._single:
            columns[:] = np.array(numbers, float)
            return
        for node in self._own:
            if numbers[node] is not None:
                columns[self._ids[node]] = numbers[node]

    def _of_arrays(self, found: Columns, run: Run) -> Columns:
        """With the arrays' own gradients, which may differ in the last place, and the contributions that follow."""
        gradients = found.gradients.copy()
        self._scatter(gradients, [run.adjoints.get(node) for node in range(len(run.values))])
        gradients[~self._leveled.has_gradient] = 0.0
        upstream = gradients[self._leveled.wires.targets]
        same = upstream == found.gradients[self._leveled.wires.targets]
        with quiet():
            contribution = np.where(same | (found.local == 0), found.contribution, upstream * found.local)
        return Columns(found.values, gradients, found.local, contribution)

    def _recorded(self, run: Run, found: Columns) -> LeveledRun:
        leveled = self._leveled
        graph = copy(leveled.graph)
        graph.values, graph.budget = found.values, run.graph.budget  # not that of the request that made the plan
        made = LeveledRun(
            graph=graph, output=leveled.output, seed=run.seed, wrt=leveled.wrt, values=graph.values, adjoints={},
            pulled=PulledTable(leveled.wires, found), order=[],
            levels_forward=leveled.wires.levels, levels_backward=self._backward,
            wires=leveled.wires, columns=found, has_gradient=leveled.has_gradient,
        )  # fmt: skip
        made.notes = notes(made)
        return made
