"""The complex step: f′(x) ≈ Im f(x + ih) / h.  No difference is taken, so nothing cancels, however small h is.

J. N. Lyness, C. B. Moler: Numerical differentiation of analytic functions, 1967.  It needs ops that are analytic and
whose NumPy function goes on with complex numbers.  Whether one does is not listed anywhere: it is tried on the samples
of its record, against its own derivative rule, and at the values of the run, where it must stay on the real line.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from app.engine.checks import LANES, Pick, fits_lanes
from app.engine.errors import EngineError
from app.engine.notes import called
from app.engine.op import Array, Op, Sample, shape
from app.engine.passes import active_nodes, pull, quiet
from app.engine.record import Run

TRIAL = 1e-30
"""h of a trial: its square is far below the last place."""
CLOSE = 1e-9


@lru_cache(maxsize=1024)
def analytic(op: Op) -> str | None:
    """Why an op has no complex step; None where it has one, away from its corners."""
    try:
        with quiet():
            right = all(_as_its_rule(op, sample) for sample in op.samples)
    except (TypeError, ValueError, ArithmeticError, EngineError):
        return f"{op.name} is not computed on complex numbers"
    return None if right else f"{op.name} does not carry the imaginary part"


def _as_its_rule(op: Op, sample: Sample) -> bool:
    """Whether moving each operand by i·h moves the result as the op's rule says, in a direction of unlike numbers."""
    inputs = [np.asarray(x, float)[()] for x in sample.inputs]
    y = op.compute(inputs, sample.attributes)
    weights = np.cos(np.arange(1.0, np.size(y) + 1)).reshape(shape(y))
    for slot, x in enumerate(inputs):
        if op.carries(slot):
            along = np.sin(np.arange(1.0, np.size(x) + 1)).reshape(shape(x))
            moved = op.compute([*inputs[:slot], x + 1j * TRIAL * along, *inputs[slot + 1 :]], sample.attributes)
            pulled = np.sum(pull(op, slot, weights[()], inputs, y, sample.attributes)[1] * along)
            if not np.isclose(np.sum(weights * np.imag(moved)) / TRIAL, pulled, rtol=1e-6, atol=1e-9):
                return False
    return True


def obstacles(run: Run) -> dict[int, str]:
    """By `wrt` node why there is no complex step; nodes that have one are left out."""
    graph, found = run.graph, {}
    among = sorted(active_nodes(graph, run.output, run.wrt))
    for node in _off_the_line(run, among):
        found[node] = f"{called(graph, node)}: {graph.ops[node].name} leaves the real line here"
    for node in among:
        why = None if graph.ops[node].leaf else analytic(graph.ops[node])
        if why is not None:
            found[node] = f"{called(graph, node)}: {why}"
    for node in reversed(among):  # what leads to an obstacle meets it
        if node in found:
            for slot, source in enumerate(graph.inputs[node]):
                if graph.ops[node].carries(slot):
                    found.setdefault(source, found[node])
    return {node: found[node] for node in run.wrt if node in found}


def _off_the_line(run: Run, among: Sequence[int]) -> Iterator[int]:
    """Nodes that are no longer real, or another number, when they are computed with complex numbers."""
    graph = run.graph
    with quiet():
        for node in among:
            op = graph.ops[node]
            if op.leaf or analytic(op) is not None:
                continue
            if _corner(run, node):
                yield node
                continue
            value = op.compute([_complex(run.values[s]) for s in graph.inputs[node]], graph.attributes[node])
            if not _real(value, run.values[node]):
                yield node


def _real(value: Array, expected: Array) -> bool:
    """Whether a complex result is the real one."""
    if isinstance(expected, float):
        near = value.real == expected or abs(value.real - expected) <= CLOSE * (1.0 + abs(expected))
        return bool(value.imag == 0.0 and (near or (expected != expected and value.real != value.real)))
    close = np.allclose(np.real(value), np.asarray(expected, float), CLOSE, CLOSE, equal_nan=True)
    return bool(close and not np.any(np.imag(value)))


def _corner(run: Run, node: int) -> bool:
    """Whether some number is where the derivative does not exist, or several win together."""
    op, inputs = run.graph.ops[node], [run.values[s] for s in run.graph.inputs[node]]
    asked = [ask for ask in (op.kinks, op.ties) if ask is not None]
    return any(bool(np.any(ask(*inputs, **run.graph.attributes[node]))) for ask in asked)


def _complex(value: Array) -> Array:
    return value if getattr(value, "dtype", None) == np.bool_ else np.asarray(value, complex)[()]


def complex_estimates(run: Run, picks: Sequence[Pick], steps: Array) -> Iterator[float]:
    """The slope of the output, weighted by the seed, at each pick, with a step for each.  Raises DeadlineExceeded."""
    if fits_lanes(run):
        yield from _in_lanes(run, picks, steps)
        return
    among = {node: active_nodes(run.graph, run.output, (node,)) for node in {node for node, _ in picks}}
    for (node, element), h in zip(picks, steps, strict=True):
        moved = np.array(run.values[node], complex)
        moved.flat[element] += 1j * h
        yield float(np.sum(run.seed * np.imag(_replay(run, {node: moved[()]}, sorted(among[node] - {node})))) / h)


def _in_lanes(run: Run, picks: Sequence[Pick], steps: Array) -> Iterator[float]:
    """All points at once: every node an array with a place for each."""
    width = max(1, LANES // (2 * run.output + 2))
    for start in range(0, len(picks), width):
        chunk, h = picks[start : start + width], steps[start : start + width]
        given: dict[int, Array] = {}
        for lane, (node, _) in enumerate(chunk):
            given.setdefault(node, np.full(len(chunk), complex(run.values[node])))[lane] += 1j * h[lane]
        among = active_nodes(run.graph, run.output, given) - set(given)
        out = np.broadcast_to(np.imag(_replay(run, given, sorted(among))), len(chunk))
        yield from (float(each) for each in run.seed * out / h)


def _replay(run: Run, given: dict[int, Array], needed: Sequence[int]) -> Array:
    """The output when `given` have moved; through a slot without a derivative nothing moves."""
    graph, values = run.graph, dict(given)
    with quiet():
        for i in needed:
            graph.budget.check_time(i)
            op = graph.ops[i]
            inputs = [
                values[s] if s in values and op.carries(slot) else run.values[s]
                for slot, s in enumerate(graph.inputs[i])
            ]
            values[i] = op.compute(inputs, graph.attributes[i])
    return values.get(run.output, np.zeros(shape(run.seed)))
