"""Numerical derivatives as one chooses them: a scheme, a step h, and what the step's own error is made of.

Both branches of the V that the error draws over h: truncation, what the formula leaves out of the Taylor series, falls
with h; rounding, what the subtraction of two nearly equal numbers loses, rises as h falls.  W. H. Press et al.,
Numerical Recipes, 5.7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.engine.checks import Pick, fits_lanes, in_lanes, one_by_one, rounding
from app.engine.op import Array, shape
from app.engine.passes import forward_mode, partial, push, quiet
from app.engine.record import Run
from app.engine.scalars import one_hot
from app.engine.structure import scale
from app.engine.ways.complex_step import complex_estimates
from app.engine.ways.series import derivatives_along

Scheme = Literal["forward", "central", "complex"]
EPSILON = float(np.finfo(float).eps)
USUAL: dict[Scheme, float] = {"forward": EPSILON**0.5, "central": EPSILON ** (1 / 3), "complex": 1e-20}
"""h that balances both errors for numbers around 1; the complex step has none to balance."""
ORDER: dict[Scheme, int] = {"forward": 2, "central": 3, "complex": 3}
"""The derivative in the first term of the Taylor series that a scheme leaves out."""
MOST_GROWTH = 8_000
"""Nodes that all higher derivatives of a check may take together; nodes of large arrays count several times."""
LARGE = 64
"""Numbers of an array that takes about as long as two numbers."""


def estimates(run: Run, picks: Sequence[Pick], scheme: Scheme, h: float | Array) -> list[float]:
    """The slope of the output, weighted by the seed, at each pick, by the textbook's formula with exactly this h.

    `h` is one step for all, or one for each pick.

    forward (f(x + h) − f(x)) / h, central (f(x + h) − f(x − h)) / 2h, complex Im f(x + ih) / h: see `obstacles` for
    where that holds.  Raises DeadlineExceeded.
    """
    h = np.broadcast_to(np.asarray(h, float), len(picks))
    with quiet():
        if scheme == "complex":
            return list(complex_estimates(run, picks, h))
        middle = np.array([np.asarray(run.values[node], float).flat[element] for node, element in picks])
        low, width = (middle, h) if scheme == "forward" else (middle - h, 2 * h)
        outputs = (in_lanes if fits_lanes(run) else one_by_one)(run, picks, low, middle + h)
        rises = [float(np.sum(run.seed * (above - below))) for below, above in outputs]
        return [float(each) for each in np.array(rises) / width]


def forward_slopes(run: Run, picks: Sequence[Pick]) -> list[float]:
    """The same slopes by forward mode: one tangent for each pick.  Raises DeadlineExceeded."""
    if not picks:
        return []
    with quiet():
        if fits_lanes(run):
            return _in_lanes(run, picks)
        return [_by_sweep(run, node, element) for node, element in picks]


def _by_sweep(run: Run, node: int, element: int) -> float:
    run.graph.budget.check_time(node)
    seed = one_hot(shape(run.values[node]), element)[()]
    tangent = forward_mode(run.graph, run.values, {node: seed}, sorted(run.order)).get(run.output, 0.0)
    return float(np.sum(run.seed * tangent))


def _in_lanes(run: Run, picks: Sequence[Pick]) -> list[float]:
    """One sweep over single numbers, whose tangents are arrays with a place for each pick."""
    graph, values = run.graph, run.values
    tangents: dict[int, Array] = {}
    for lane, (node, _) in enumerate(picks):
        tangents.setdefault(node, np.zeros(len(picks)))[lane] = 1.0
    for target in sorted(run.order):
        graph.budget.check_time(target)
        op, attributes = graph.ops[target], graph.attributes[target]
        inputs = [values[s] for s in graph.inputs[target]]
        for slot, source in enumerate(graph.inputs[target]):
            if source in tangents and op.carries(slot):
                local = (
                    partial(op, slot, inputs, values[target], attributes) if op.partials
                    else push(op, slot, np.float64(1.0), inputs, values[target], attributes)
                )  # fmt: skip
                term = scale(tangents[source], local)
                tangents[target] = tangents[target] + term if target in tangents else term
    out = np.broadcast_to(tangents.get(run.output, 0.0), len(picks))
    return [float(run.seed * each) for each in out]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an estimate's error is made of: `truncation` = factor · hᵏ · |f⁽ⁿ⁾|, `rounding` = noise / h.

    `derivative` is f″ or f‴ at the point, None where it was not worked out.
    """

    derivative: float | None
    noise: float
    scheme: Scheme

    def truncation(self, h: float) -> float | None:
        """|h/2 · f″| forward, |h²/6 · f‴| central and complex: the first term that is left out."""
        if self.derivative is None:
            return None
        with quiet():
            return float(abs(np.float64(self.derivative) * (h / 2 if self.scheme == "forward" else h * h / 6)))

    def rounding(self, h: float) -> float:
        """noise / h; the complex step subtracts nothing: of it only the last place."""
        with quiet():
            return float(np.float64(self.noise) / (1.0 if self.scheme == "complex" else h))


def bounds(run: Run, picks: Sequence[Pick], scheme: Scheme) -> list[Bounds]:
    """For each pick; the higher derivatives by differentiating the graph, as long as it does not grow too large.

    The noise is Σ ε·|value · gradient| over all nodes: every value is rounded, and the output feels it times its
    gradient; the output's own share is ε·|f|.  Raises DeadlineExceeded.
    """
    with quiet():
        noise, left, found = rounding(run), float(MOST_GROWTH), []
        weight = 1 + sum(int(np.size(value)) for value in run.values) / len(run.values) / LARGE
        for node, element in picks:
            derivative = None
            if left > run.output / 4:
                along = {node: one_hot(shape(run.values[node]), element)[()]}
                series, grown = derivatives_along(run.graph, run.output, along, ORDER[scheme], int(left / weight))
                left -= (grown + run.output / 4) * weight
                if len(series) == ORDER[scheme]:
                    derivative = float(np.sum(run.seed * series[-1]))
            found.append(Bounds(derivative, noise, scheme))
    return found
