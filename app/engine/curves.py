"""Functions of one number, sampled for drawing: closer where they bend, with gaps where they have no value or jump."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.errors import BadArgument
from app.engine.graph import Graph
from app.engine.lanes import lanes
from app.engine.op import Array, shape
from app.engine.passes import active_nodes, forward_mode, partial, quiet

ROUNDS = 6
"""How often an interval may be halved: a corner is met to a 64th of the first distance."""
BENT = 0.004
"""A middle that lies further from the line between its neighbours than this share of the whole height bends."""
JUMP = 0.1
"""A rise of this share of the height that halving does not make smaller is a jump."""
MOST = 1_500
"""Points of one drawing."""
Sampled = Callable[[Array], Array]
"""From places to a row of values for each function."""


@dataclass(frozen=True)
class Samples:
    """Places, a row of values for each function, and by function the places after which the line is broken."""

    x: Array
    values: Array
    breaks: list[list[int]]


def sample(f: Sampled, low: float, high: float, points: int, extra: Sequence[float] = ()) -> Samples:
    """`points` places from low to high, those in `extra`, and more where some function bends, begins or ends."""
    inside = [x for x in extra if low <= x <= high]
    x = np.unique(np.concatenate([np.linspace(low, high, points), inside]))
    y = f(x)
    for _ in range(ROUNDS):
        middles = _wanted(x, y)[: max(0, MOST - len(x))]
        if not len(middles):
            break
        x, y = np.concatenate([x, middles]), np.concatenate([y, f(middles)], 1)
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[:, order]
    finest = (high - low) / (points - 1) / 2 ** (ROUNDS - 1)
    return Samples(x, y, [_breaks(x, each, finest) for each in y])


def _heights(y: Array) -> Array:
    """Of each function the height that most of it keeps within: a pole does not make all else flat."""
    with quiet():
        found = [np.nanpercentile(row[np.isfinite(row)], [2, 98]) if np.isfinite(row).any() else (0, 1) for row in y]
    spread = np.array([high - low for low, high in found], float)
    return np.where(spread > 0, spread, 1.0)[:, None]


def _wanted(x: Array, y: Array) -> Array:
    """The middles of the intervals that are to be halved, the most bent first."""
    with quiet():
        left, right = x[1:-1] - x[:-2], x[2:] - x[1:-1]
        between = (y[:, :-2] * right + y[:, 2:] * left) / (left + right)
        off = np.abs(y[:, 1:-1] - between) / _heights(y)
        off = np.where(np.isfinite(off), np.minimum(off, 10.0), 0.0).max(0)
    edge = (np.isfinite(y[:, :-1]) != np.isfinite(y[:, 1:])).any(0)
    need = np.zeros(len(x) - 1)
    need[:-1] = np.maximum(need[:-1], off)
    need[1:] = np.maximum(need[1:], off)
    need = np.where(edge, 10.0, need)
    order = np.argsort(-need, kind="stable")
    order = order[need[order] > BENT]
    middles: Array = (x[order] + x[order + 1]) / 2
    return middles


def _breaks(x: Array, y: Array, finest: float) -> list[int]:
    """The places after which a function jumps: it rises over the finest distance as it does over far more."""
    with quiet():
        rise = np.abs(np.diff(y))
        jumps = (np.diff(x) <= 1.5 * finest) & (rise > JUMP * float(_heights(y[None])[0, 0]))
    return [int(k) for k in np.flatnonzero(jumps)]


# ── a chain of nodes ────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Link:
    """A node that varies with the variable: its operands that do, its value, its derivative, and each local one."""

    node: int
    inner: tuple[int, ...]
    value: float
    derivative: float
    locals: tuple[float | None, ...]


def links(graph: Graph, output: int, variable: int) -> list[Link]:
    """All nodes of single numbers from the variable to the output, in evaluation order; the variable is the first."""
    inside = active_nodes(graph, output, (variable,))
    if variable not in inside:
        return [Link(variable, (), float(graph.values[variable]), 1.0, ())]
    with quiet():
        tangents = forward_mode(graph, graph.values, {variable: np.float64(1.0)}, inside - {variable})
        return [_link(graph, i, variable, inside, float(tangents[i])) for i in sorted(inside)]


def _link(graph: Graph, i: int, variable: int, inside: set[int], derivative: float) -> Link:
    op, sources, y = graph.ops[i], graph.inputs[i], graph.values[i]
    if i == variable:
        return Link(i, (), float(y), 1.0, ())
    slots = [slot for slot, s in enumerate(sources) if s in inside and op.carries(slot)]
    values = [graph.values[s] for s in sources]
    locals_: dict[int, float | None] = {}
    for slot in slots:
        local = float(np.asarray(partial(op, slot, values, y, graph.attributes[i]), float)) if op.partials else None
        before = locals_.get(sources[slot], 0.0)
        locals_[sources[slot]] = None if local is None or before is None else before + local
    return Link(i, tuple(locals_), float(y), derivative, tuple(locals_.values()))


def along(graph: Graph, variable: int, nodes: Sequence[int]) -> Sampled:
    """The values of nodes as functions of one number."""

    def values(x: Array) -> Array:
        found = lanes(graph, nodes, {variable: x}, len(x))
        return np.stack([found[i] for i in nodes]) if nodes else np.zeros((0, len(x)))

    return values


# ── one op ──────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpCurve:
    """An op as a function of one operand, and its slope; `live` has rows (operand, value, slope), one for each number.

    The other operands are as they are at the first number.
    """

    slot: int
    samples: Samples
    live: Array


def op_curve(
    graph: Graph, node: int, slot: int, low: float | None, high: float | None, points: int, most: int
) -> OpCurve:
    """The op of a node along one operand; the range is by default what its numbers lie in, and from −4 to 4.

    Raises BadArgument where it is not elementwise.
    """
    op, sources, attributes = graph.ops[node], graph.inputs[node], graph.attributes[node]
    if not op.pointwise or not op.partials or not 0 <= slot < len(sources) or not op.carries(slot):
        raise BadArgument(f"node: {op.name} is not a function of one number after the other — choose an elementwise op")
    y = graph.values[node]
    values = [graph.values[s] for s in sources]
    with quiet():
        slopes = np.broadcast_to(np.asarray(partial(op, slot, values, y, attributes), float), shape(y)).reshape(-1)
    rows = [np.broadcast_to(np.asarray(x), shape(y)).reshape(-1)[:most] for x in (*values, y)]
    live = np.stack([rows[slot].astype(float), rows[-1].astype(float), slopes[:most]], 1)
    fixed = [row[0] if len(row) else 0.0 for row in rows[:-1]]
    finite = live[np.isfinite(live[:, 0]), 0]
    start = min(-4.0, float(finite.min(initial=0.0)) - 1) if low is None else low
    end = max(4.0, float(finite.max(initial=0.0)) + 1) if high is None else high

    def both(x: Array) -> Array:
        with quiet():
            operands = [x if k == slot else np.asarray(value)[()] for k, value in enumerate(fixed)]
            found = op.compute(operands, attributes)
            slope = np.asarray(partial(op, slot, operands, found, attributes), float)
        return np.stack([np.broadcast_to(np.asarray(each, float), x.shape) for each in (found, slope)])

    return OpCurve(slot, sample(both, start, end, points, [float(x) for x in finite[:50]]), live)
