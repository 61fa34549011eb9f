"""The gradient again, by central differences, for every element of every input.

A second source of the numbers: it knows no derivative rule, only the forward pass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.graph import Graph, calculate
from app.engine.op import Array, shape
from app.engine.ops.rounding import stop
from app.engine.passes import quiet
from app.engine.record import Run

STEP = float(np.cbrt(np.finfo(float).eps))
"""h relative to the element: the cube root of ε balances the formula's error h² against rounding ε/h."""
WIDER = 8.0
"""A suspect is measured again with h this much larger: how far the quotient moves is how far it can be trusted."""
TOLERANCE = 1e-6
JUMP = 1e-3
"""One-sided quotients further apart than this, relatively, mean a point without a derivative within h."""
GROWS = 1.1
"""A slope without bound is at least this much larger over the step than over the wider one."""
ELEMENTS = 2_000
"""Elements that are checked in all; of more, an even sample."""
WORK = 4_000_000
"""Node evaluations that a check may take in all; where it would take more, fewer elements are checked."""
NUMBERS = 50_000_000
"""Multiplications that the evaluations of a check may take in all: beside large arrays fewer elements are checked."""
LANES = 1_000_000
"""Numbers that a batched evaluation holds at once."""

Pick = tuple[int, int]
"""A node and the place of one of its elements, in C order."""


@dataclass(frozen=True, slots=True)
class Check:
    """Both gradients of one input, in its shape; elements that were not checked are NaN in `central_difference`.

    `relative_error` is the largest |reverse − central| / max(1, |reverse|) among elements away from kinks; it is NaN
    where one of the two is NaN.  `kink` says that some element is within h of a point without a derivative: there the
    reverse value is right if it lies between the slopes on either side.  `sampled` is the number of elements compared,
    None if all were; 0 where the slope is finite at neither side of any: then nothing is confirmed, `ok` is False.
    """

    reverse: Array
    central_difference: Array
    relative_error: float
    ok: bool
    kink: bool = False
    sampled: int | None = None


@dataclass(frozen=True, slots=True)
class Slopes:
    """Difference quotients at one element: to the left, to the right, and across; `step` is to either side."""

    left: float
    right: float
    across: float
    step: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one element."""

    error: float
    ok: bool
    kink: bool
    compared: bool = True


def gradient_check(run: Run) -> dict[int, Check]:
    """A check for every `wrt` node.

    Elements are moved by h = ∛ε · max(1, |x|).  Of very many elements an even sample is checked, always the same.
    Raises DeadlineExceeded.
    """
    picks = sample(run)
    found: dict[int, dict[int, tuple[Slopes, Verdict]]] = {node: {} for node in run.wrt}
    for (node, element), judged in zip(picks, judgements(run, picks), strict=True):
        found[node][element] = judged
    return {node: summary(run, node, elements) for node, elements in found.items()}


def judgements(run: Run, picks: Sequence[Pick]) -> list[tuple[Slopes, Verdict]]:
    """The slopes at each pick, and whether they confirm its gradient.  Raises DeadlineExceeded."""
    reverse = [gradient_at(run, pick) for pick in picks]
    with quiet():
        slopes = list(quotients(run, picks, STEP))
        suspects = [k for k, (g, s) in enumerate(zip(reverse, slopes, strict=True)) if not error(g, s) < TOLERANCE]
        wider = dict(zip(suspects, quotients(run, [picks[k] for k in suspects], WIDER * STEP), strict=True))
        noise = rounding(run) if suspects else 0.0
    verdicts = [judge(g, s, wider.get(k), noise) for k, (g, s) in enumerate(zip(reverse, slopes, strict=True))]
    return list(zip(slopes, verdicts, strict=True))


def gradient_at(run: Run, pick: Pick) -> float:
    """The gradient of one element."""
    return float(np.asarray(run.adjoints[pick[0]]).flat[pick[1]])


def sample(run: Run, work: int = WORK) -> list[Pick]:
    """What is checked: every element, or of too many the same share of every node, evenly spread.

    An evaluation on either side of each takes at most `work` node evaluations together.
    """
    total = sum(int(np.size(run.values[node])) for node in run.wrt)
    numbers = sum(effort(run.graph, node) for node in run.adjoints)
    share = min(1.0, min(ELEMENTS, work // (2 * run.output + 2), NUMBERS // (2 * numbers + 2)) / max(1, total))
    picks = []
    for node in run.wrt:
        size = int(np.size(run.values[node]))
        count = min(size, max(1, int(size * share)))
        picks += [(node, int(element)) for element in np.linspace(0, size - 1, count).round()]
    return picks


def effort(graph: Graph, node: int) -> int:
    """About how many multiplications a node takes: what its op says, else one per number."""
    op, inputs = graph.ops[node], [graph.values[i] for i in graph.inputs[node]]
    work = 0 if op.work is None else op.work(*inputs, **graph.attributes[node])
    return max(work, *(int(np.size(value)) for value in (*inputs, graph.values[node])), 1)


def summary(run: Run, node: int, found: dict[int, tuple[Slopes, Verdict]]) -> Check:
    """The check of one node from those of its elements."""
    value = run.values[node]
    central = np.full(np.size(value), np.nan)
    for element, (slopes, _) in found.items():
        central[element] = slopes.across
    verdicts = [verdict for _, verdict in found.values()]
    compared = [verdict for verdict in verdicts if verdict.compared]
    return Check(
        reverse=run.adjoints[node],
        central_difference=central.reshape(shape(value))[()],
        relative_error=float(np.max([v.error for v in verdicts if not v.kink], initial=0.0)),
        ok=(bool(compared) or not verdicts) and all(v.ok for v in compared),
        kink=any(v.kink for v in verdicts),
        sampled=None if len(compared) == np.size(value) else len(compared),
    )


# ── one element ─────────────────────────────────────────────────────────────────────────────────────────
def error(g: float, slopes: Slopes) -> float:
    """How far the reverse gradient is from the central difference."""
    return abs(g - slopes.across) / max(1.0, abs(g))


def judge(g: float, slopes: Slopes, wider: Slopes | None, noise: float) -> Verdict:
    """Right, at a kink, or wrong; `wider` are the slopes of a suspect measured again with a larger step.

    `noise` is how much the output may be off by rounding: a quotient is trusted no further than that over its step.
    """
    found = error(g, slopes)
    if wider is None:
        return Verdict(found, ok=True, kink=False)
    if np.isnan(found):
        return at_border(g, slopes, wider)
    doubt = noise / slopes.step
    bound = JUMP * max(1.0, abs(slopes.across)) + 2 * doubt
    moved = abs(slopes.across - wider.across)
    if moved > bound:  # the quotient has no limit: a step, or a corner beside the middle
        left, right = outer(slopes.left, wider.left), outer(slopes.right, wider.right)
        return Verdict(found, ok=between(g, left, right), kink=True)
    if np.isnan(moved) or abs(slopes.right - slopes.left) > bound:
        return Verdict(found, ok=between(g, slopes.left, slopes.right), kink=True)
    return Verdict(found, ok=found < TOLERANCE + (2 * moved + doubt) / max(1.0, abs(g)), kink=False)


def outer(near: float, far: float) -> float:
    """The slope from the end of the step to the end of the wider one: what is there behind a step or corner."""
    return (WIDER * far - near) / (WIDER - 1)


def at_border(g: float, slopes: Slopes, wider: Slopes) -> Verdict:
    """Where the function ends, or rises without bound: the side that is there must agree, or grow towards g = ±∞."""
    sides = [(near, far) for near, far in ((slopes.left, wider.left), (slopes.right, wider.right)) if np.isfinite(near)]
    if not sides:  # there is no number to compare with
        return Verdict(np.nan, ok=False, kink=False, compared=False)
    if np.isinf(g):
        sign = np.sign(g)
        return Verdict(np.nan, ok=any(near * sign > GROWS * far * sign > 0 for near, far in sides), kink=True)
    ok = any(abs(g - near) <= JUMP * max(1.0, abs(near)) + 2 * abs(near - far) for near, far in sides)
    if not ok and all(abs(near) > GROWS * abs(far) and near * far > 0 for near, far in sides):
        return Verdict(np.nan, ok=False, kink=False, compared=False)  # no number is the slope: what was taken is noted
    return Verdict(np.nan, ok=ok, kink=True)


def rounding(run: Run) -> float:
    """How much the output may be off because every value on its way is rounded: Σ ε·|value · gradient|."""
    each = (np.sum(np.abs(run.values[node] * adjoint)) for node, adjoint in run.adjoints.items())
    return float(np.finfo(float).eps * np.nansum(np.fromiter(each, float)))


def between(g: float, left: float, right: float) -> bool:
    """Whether a value taken at a kink is one that the slopes on either side allow."""
    low, high = min(left, right), max(left, right)
    slack = JUMP * max(1.0, abs(low), abs(high))
    return low - slack <= g <= high + slack


# ── the graph on both sides of an element ───────────────────────────────────────────────────────────────
def quotients(run: Run, picks: Sequence[Pick], relative: float) -> Iterator[Slopes]:
    """The slopes of the output (weighted by the seed) at each pick."""
    middle = np.array([np.asarray(run.values[node], float).flat[element] for node, element in picks])
    step = relative * np.maximum(1.0, np.abs(middle))
    low, high = middle - step, middle + step
    outputs = (in_lanes if fits_lanes(run) else one_by_one)(run, picks, low, high)
    base = run.values[run.output]
    for x, below, above, (out_low, out_high) in zip(middle, low, high, outputs, strict=True):
        # Weighted differences, not differences of weighted sums: what does not change cancels exactly.
        fall, rise = float(np.sum(run.seed * (base - out_low))), float(np.sum(run.seed * (out_high - base)))
        across = float((fall + rise) / (above - below))
        yield Slopes(float(fall / (x - below)), float(rise / (above - x)), across, float(above - x))


def fits_lanes(run: Run) -> bool:
    """Whether everything is a scalar made of scalars and only leaves are moved, so that one array holds many points."""
    ops = run.graph.ops
    return all(ops[node].leaf for node in run.wrt) and all(
        shape(run.values[i]) == () and (ops[i].leaf or ops[i].pointwise) for i in range(run.output + 1)
    )


def in_lanes(run: Run, picks: Sequence[Pick], low: Array, high: Array) -> Iterator[tuple[Array, Array]]:
    """The output at all points at once: a lane per point, every node an array of lanes."""
    width = max(1, LANES // (2 * run.output + 2))
    for start in range(0, len(picks), width):
        chunk = range(start, min(start + width, len(picks)))
        given: dict[int, Array] = {}
        for lane, k in enumerate(chunk):
            node = picks[k][0]
            lanes = given.setdefault(node, np.full(2 * len(chunk), float(run.values[node])))
            lanes[2 * lane], lanes[2 * lane + 1] = low[k], high[k]
        out = np.broadcast_to(replay(run, given, cone(run.graph, given, run.output)), 2 * len(chunk))
        yield from zip(out[0::2], out[1::2], strict=True)


def one_by_one(run: Run, picks: Sequence[Pick], low: Array, high: Array) -> Iterator[tuple[Array, Array]]:
    """The output with one element moved down, and up."""
    needed = {node: cone(run.graph, {node}, run.output) for node in {node for node, _ in picks}}
    for (node, element), below, above in zip(picks, low, high, strict=True):
        moved = [np.array(run.values[node], float) for _ in range(2)]
        moved[0].flat[element], moved[1].flat[element] = below, above
        yield replay(run, {node: moved[0][()]}, needed[node]), replay(run, {node: moved[1][()]}, needed[node])


def cone(graph: Graph, nodes: Sequence[int] | set[int] | dict[int, Array], output: int) -> list[int]:
    """What is between these nodes and the output, in evaluation order; what the program cut off stays as it is."""
    reached = set(nodes)
    for i in range(min(reached), output + 1):
        if graph.ops[i] is not stop and not reached.isdisjoint(graph.inputs[i]):
            reached.add(i)
    needed = {output} & reached
    for i in sorted(reached, reverse=True):
        if i in needed:
            needed.update(s for s in graph.inputs[i] if s in reached)
    return sorted(needed - set(nodes))


def replay(run: Run, given: dict[int, Array], needed: list[int]) -> Array:
    """The output's value with new values for the nodes `given`; only `needed` nodes are evaluated."""
    graph = run.graph
    values = dict(given)
    for i in needed:
        graph.budget.check_time(i)
        inputs = [values[s] if s in values else run.values[s] for s in graph.inputs[i]]
        values[i] = calculate(graph.budget, graph.ops[i], inputs, graph.attributes[i])
    return values.get(run.output, run.values[run.output])
