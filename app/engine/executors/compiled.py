"""Re-runs of one scalar graph with new inputs, compiled to straight-line Python.

Compiling costs some 30 µs a node, once for each structure; after that a run costs tens of nanoseconds a node, with
every local derivative and contribution recorded.
"""

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.executors.gradient_plan import Asked, Plan, gradient_plan, number_of, timeless
from app.engine.executors.remembered import Remembered
from app.engine.executors.straight_line import LIBRARY, Line, Written, displayed, variable, write
from app.engine.graph import Graph
from app.engine.op import CONSTANT, Array, shape
from app.engine.passes import EdgeKey, evaluate, quiet, reverse
from app.engine.run import recorded_local

Numbers = list[Any]
"""Floats, or None where no derivative passes."""
Leaves = Sequence[float] | Mapping[int, float]
"""New numbers for all inputs in their order, or for some by node id (the others keep their values)."""
Reader = Callable[[Numbers], Sequence[Any]]
CHUNK = 500
"""Assignments in one generated function; the compiler holds Python's lock for a function at a time."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in a record each number stands; one that is several things at once stands there once."""

    values: list[int]
    gradients: list[int]
    locals: list[int]
    contributions: list[int]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A graph that can be run again and again.

    `record(numbers)` takes the inputs' numbers in the order of `inputs` and gives one list that holds every value and
    gradient by node, every local derivative and contribution by edge, at the places that `layout` says.  `brief` gives
    a shorter one, with values and gradients only.  Where Python's floats raise (1/0, log 0) the run is repeated on
    NumPy's, which go on with ∞ and NaN.
    """

    inputs: tuple[int, ...]
    edges: list[EdgeKey]
    given: tuple[float, ...]
    record: Callable[[Sequence[float]], Numbers]
    layout: Layout
    brief: Callable[[Sequence[float]], Numbers]
    brief_layout: Layout
    readers: tuple[Reader, Reader, Reader, Reader]

    def run(self, leaves: Leaves = ()) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Values and gradients by node, local derivatives and contributions in the order of `edges`.

        Raises BadArgument for what is not an input of the graph.
        """
        found = self.record(self.numbers(leaves))
        values, gradients, locals_, contributions = self.readers
        return [*values(found)], [*gradients(found)], [*locals_(found)], [*contributions(found)]

    def numbers(self, leaves: Leaves) -> list[float]:
        """The inputs' numbers in order."""
        if not isinstance(leaves, Mapping):
            found = [float(x) for x in leaves] if leaves else list(self.given)
            if len(found) != len(self.inputs):
                raise BadArgument(f"inputs: {len(found)} numbers for {len(self.inputs)} inputs — give one for each")
            return found
        for i in leaves:
            if i not in self.inputs:
                raise BadArgument(f"inputs: node {i} is not an input — the inputs are {self.inputs}")
        return [float(leaves.get(i, x)) for i, x in zip(self.inputs, self.given, strict=True)]


def compile_run(graph: Graph, output: int, wrt: Iterable[int] | None = None) -> Compiled:
    """A graph of single numbers, and its gradient graph, as functions of its inputs.

    Raises BadArgument where something is an array.
    """
    wrt = graph.input_ids() if wrt is None else tuple(wrt)
    with quiet():
        plan = gradient_plan(graph, output, wrt)
    generic = Generic(timeless(graph), output, wrt, plan)
    record, layout = function_of(plan, plan.asked, generic)
    brief, brief_layout = function_of(plan, replace(plan.asked, locals=[], contributions=[]), generic)
    readers = (several(layout.values), several(layout.gradients), several(layout.locals), several(layout.contributions))
    return Compiled(
        inputs=plan.inputs, edges=plan.edges, given=tuple(float(graph.values[i]) for i in plan.inputs),
        record=record, layout=layout, brief=brief, brief_layout=brief_layout, readers=readers,
    )  # fmt: skip


# ── from lines to a function ────────────────────────────────────────────────────────────────────────────
def function_of(plan: Plan, asked: Asked, generic: "Generic") -> tuple[Callable[[Sequence[float]], Numbers], Layout]:
    """A function from the inputs' numbers to a record, and the record's layout.

    A record begins with the numbers that stay, then the inputs, then what is computed, in evaluation order.
    """
    lists = asked.everything()
    written = write(plan, {found for one in lists for found in one if type(found) is int})
    fixed = {repr(found): found for one in lists for found in one if type(found) is not int}
    order: list[Any] = [*fixed, *plan.inputs, *(line.node for line in written.lines)]
    place = {key: at for at, key in enumerate(order)}
    layout = Layout(*([place[x if type(x) is int else repr(x)] for x in one] for one in lists))

    def fallback(numbers: Sequence[float]) -> Numbers:
        return generic.record(numbers, layout, [*fixed.values(), *numbers, *[None] * len(written.lines)])

    lines = [written.lines[at : at + CHUNK] for at in range(0, len(written.lines), CHUNK)]
    if len(lines) == 1:
        return _one(plan, written, fixed, fallback), layout
    return _many([_chunk(some, place, written.calls) for some in lines], [*fixed.values()], fallback), layout


def _one(plan: Plan, written: Written, fixed: Iterable[str], fallback: Callable[..., Numbers]) -> Any:
    first = [*fixed, *(variable(i) for i in plan.inputs)]
    text = (
        f"def run(numbers):\n try:\n  {unpacked(plan.inputs)} = numbers\n"
        f"  return [{', '.join(first)}, {displayed(written.lines)}]\n"
        " except (ArithmeticError, ValueError):\n  return fallback(numbers)\n"
    )
    return defined(text, "run", {**written.calls, "fallback": fallback})


def _many(steps: Sequence[Callable[[Numbers], Numbers]], fixed: Numbers, fallback: Callable[..., Numbers]) -> Any:
    """Functions of `CHUNK` lines each, which read the record so far and lengthen it."""

    def run(numbers: Sequence[float]) -> Numbers:
        found = [*fixed, *numbers]
        try:
            for step in steps:
                found += step(found)
        except (ArithmeticError, ValueError):
            return fallback(numbers)
        return found

    return run


def _chunk(lines: Sequence[Line], place: Mapping[Any, int], calls: Mapping[str, Any]) -> Callable[..., Any]:
    reads = sorted({i for line in lines for i in line.reads} - {line.node for line in lines})
    taken = f" {unpacked(reads)} = taken(found)\n" if reads else ""
    text = f"def chunk(found):\n{taken} return [{displayed(lines)}]\n"
    return defined(text, "chunk", {**calls, "taken": several([place[i] for i in reads])})


def several(places: list[int]) -> Reader:
    """The numbers at these places, however few they are."""
    if len(places) > 1:
        return operator.itemgetter(*places)
    return lambda found: [found[at] for at in places]


def unpacked(nodes: Sequence[int]) -> str:
    """`(v1, v2,)`, or `()`."""
    return f"({''.join(f'{variable(i)}, ' for i in nodes)})"


def defined(text: str, name: str, names: Mapping[str, Any]) -> Callable[..., Any]:
    """The function that the text defines; it sees what forms are written in, and these names."""
    space: dict[str, Any] = {"__builtins__": {}, **LIBRARY, **names}
    exec(compile(text, "<straight line>", "exec", dont_inherit=True, optimize=2), space)
    found: Callable[..., Any] = space[name]
    return found


# ── where floats raise ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Generic:
    """The same record from the generic sweep, which knows ∞ and NaN."""

    graph: Graph
    output: int
    wrt: tuple[int, ...]
    plan: Plan

    def record(self, numbers: Sequence[float], layout: Layout, found: Numbers) -> Numbers:
        """The record `found`, filled in."""
        graph, edges = self.graph, self.plan.edges
        values = evaluate(graph, dict(zip(self.plan.inputs, numbers, strict=True)))
        with quiet():
            adjoints, pulled = reverse(graph, values, self.output, np.float64(1.0), self.wrt)
            locals_ = {
                (target, slot): recorded_local(graph, values, target, slot, local)
                for (target, slot), (local, _) in pulled.items()
            }
        contributions = {edge: contribution for edge, (_, contribution) in pulled.items()}
        for i in self.wrt:
            adjoints.setdefault(i, 0.0)
        for places, numbers_there in (
            (layout.values, [number_of(value) for value in values]),
            (layout.gradients, [number_or_none(adjoints.get(i)) for i in range(len(graph))]),
            (layout.locals, [number_or_none(locals_.get(edge)) for edge in edges]),
            (layout.contributions, [number_or_none(contributions.get(edge)) for edge in edges]),
        ):
            for at, number in zip(places, numbers_there, strict=False):
                found[at] = number
        return found


def number_or_none(value: Array | None) -> float | None:
    """A float, or None."""
    return None if value is None else float(value)


# ── compiled before ─────────────────────────────────────────────────────────────────────────────────────
class Compilations:
    """The structures compiled last, at most `nodes` nodes in all; for several threads with their lock."""

    def __init__(self, nodes: int = 200_000, lock: AbstractContextManager[Any] | None = None) -> None:
        self._found: Remembered[Compiled] = Remembered(nodes, lock)

    def __len__(self) -> int:
        return len(self._found)

    def get(self, graph: Graph, output: int, wrt: Iterable[int] | None = None) -> Compiled:
        """`compile_run` of this graph, or what was compiled for another of the same structure and constants.

        `given` then holds the other's inputs.  Raises BadArgument where something is an array.
        """
        wrt = graph.input_ids() if wrt is None else tuple(wrt)
        return self._found.get((structure(graph), output, wrt), lambda: compile_run(graph, output, wrt), len(graph))


def structure(graph: Graph) -> Hashable:
    """What decides all but numbers: ops, operands, attributes, constants, every input's form; no value and no name."""
    leaves = tuple(
        (i, shape(value), np.asarray(value).dtype.str, np.asarray(value).tobytes() if op is CONSTANT else None)
        for i, (op, value) in enumerate(zip(graph.ops, graph.values, strict=True)) if op.leaf
    )  # fmt: skip
    attributes = tuple((i, tuple(sorted(a.items()))) for i, a in enumerate(graph.attributes) if a)
    return tuple(graph.ops), tuple(graph.inputs), attributes, leaves
