"""The gradient of every input by every way, side by side: backwards, forwards, numerically, and from a formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.engine.checks import (
    JUMP,
    TOLERANCE,
    WORK,
    Pick,
    Verdict,
    fits_lanes,
    gradient_at,
    judgements,
    rounding,
    sample,
)
from app.engine.op import Array, shape
from app.engine.passes import quiet
from app.engine.record import Run
from app.engine.ways.complex_step import obstacles
from app.engine.ways.differences import Bounds, Scheme, bounds, estimates, forward_slopes

ARRAY_WORK = 20_000
"""Node evaluations of a check over arrays, which are made one after the other: some tenths of a second."""
BEYOND = 2.0
"""An estimate may be further off than its own error bounds by this factor: they are first terms and usual sizes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One element by two ways: how far they differ, |reverse − other| / max(1, |reverse|), and whether that is right.

    `compared` is False where there is no number to compare with.
    """

    pick: Pick
    reverse: float
    other: float
    error: float
    ok: bool
    compared: bool = True


@dataclass
class Agreement:
    """By way the entries of all elements that were compared, and by node why a way has none.

    `kinks` are elements at a point without a derivative: there reverse mode is right if it lies between both slopes.
    """

    picks: list[Pick]
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    kinks: set[Pick] = field(default_factory=set)
    bounds: dict[Pick, Bounds] = field(default_factory=dict)
    obstacles: dict[int, str] = field(default_factory=dict)  # of the complex step


def laid_out(run: Run, node: int, found: Mapping[int, float]) -> Array:
    """Numbers by element in the node's shape; NaN where there is none."""
    flat = np.full(np.size(run.values[node]), np.nan)
    for element, number in found.items():
        flat[element] = number
    return flat.reshape(shape(run.values[node]))[()]


def agreement(run: Run, scheme: Scheme, h: float, formulas: Mapping[int, Array] | None = None) -> Agreement:
    """Every way on every element of the `wrt` nodes, of very many on an even sample.

    `formulas` are gradients from a formula by node, NaN where there is none.  Raises DeadlineExceeded.
    """
    picks = sample(run, affordable(run))
    found = Agreement(picks, obstacles=obstacles(run) if scheme == "complex" else {})
    with quiet():
        reverse = [gradient_at(run, pick) for pick in picks]
        found.entries["forward_mode"] = [
            compared(pick, g, other) for pick, g, other in zip(picks, reverse, forward_slopes(run, picks), strict=True)
        ]
        found.entries["symbolic"] = _symbolic(picks, reverse, formulas or {})
        verdicts = [verdict for _, verdict in judgements(run, picks)]
        found.kinks = {pick for pick, verdict in zip(picks, verdicts, strict=True) if verdict.kink}
        found.bounds = dict(zip(picks, bounds(run, picks, scheme), strict=True))
        found.entries["numeric"] = _numeric(run, found, dict(zip(picks, verdicts, strict=True)), scheme, h)
    return found


def affordable(run: Run) -> int:
    """Node evaluations that a check takes at most."""
    return WORK if fits_lanes(run) else ARRAY_WORK


def compared(pick: Pick, reverse: float, other: float) -> Entry:
    """Two numbers that should be the same; so are two NaN, and two equal infinities."""
    same = reverse == other or (np.isnan(reverse) and np.isnan(other))
    error = 0.0 if same else abs(reverse - other) / max(1.0, abs(reverse))
    return Entry(pick, reverse, other, float(error), bool(error < TOLERANCE))


def _symbolic(picks: Sequence[Pick], reverse: Sequence[float], formulas: Mapping[int, Array]) -> list[Entry]:
    """A formula's NaN means that there was none."""
    numbers = [float(np.asarray(formulas[node]).flat[i]) if node in formulas else np.nan for node, i in picks]
    given = zip(picks, reverse, numbers, strict=True)
    return [compared(pick, g, other) for pick, g, other in given if not np.isnan(other)]


def _numeric(run: Run, found: Agreement, verdicts: Mapping[Pick, Verdict], scheme: Scheme, h: float) -> list[Entry]:
    picks = [pick for pick in found.picks if pick[0] not in found.obstacles]
    numbers = estimates(run, picks, scheme, h)
    return [
        confirmed(pick, gradient_at(run, pick), other, verdicts[pick], found.bounds[pick], h)
        for pick, other in zip(picks, numbers, strict=True)
    ]


def confirmed(pick: Pick, reverse: float, numeric: float, verdict: Verdict, own: Bounds, h: float) -> Entry:
    """Whether an estimate confirms the gradient: to the tolerance, or as near as its own step lets it be.

    A step so bad that it could hide a wrong gradient confirms nothing.  At a kink the slopes on both sides decide.
    """
    error = abs(reverse - numeric) / max(1.0, abs(reverse))
    if not verdict.compared:
        return Entry(pick, reverse, numeric, float(error), ok=False, compared=False)
    if error < TOLERANCE:
        return Entry(pick, reverse, numeric, float(error), ok=True)
    if verdict.kink:
        return Entry(pick, reverse, numeric, float(error), ok=verdict.ok)
    doubt = BEYOND * ((own.truncation(h) or 0.0) + own.rounding(h)) / max(1.0, abs(reverse))
    return Entry(pick, reverse, numeric, float(error), ok=bool(error <= doubt <= JUMP))


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a sweep: by element the estimate, its error |estimate − reverse|, and what that is made of."""

    h: float
    estimates: dict[Pick, float]
    errors: dict[Pick, float]
    truncations: dict[Pick, float]
    rounding: float


def sweep(run: Run, found: Agreement, scheme: Scheme, steps: Sequence[float]) -> list[Point]:
    """The estimates over h.  Of very many elements fewer are followed than were checked.  Raises DeadlineExceeded."""
    if not steps:
        return []
    picks = [pick for pick in sample(run, affordable(run) // len(steps)) if pick[0] not in found.obstacles]
    unknown, points = Bounds(None, rounding(run), scheme), []
    everything = estimates(run, picks * len(steps), scheme, np.repeat(np.asarray(steps, float), len(picks)))
    for k, h in enumerate(steps):
        numbers = dict(zip(picks, everything[k * len(picks) :], strict=False))
        own = {pick: found.bounds.get(pick, unknown) for pick in picks}
        with quiet():
            points.append(Point(
                h, numbers, {pick: abs(other - gradient_at(run, pick)) for pick, other in numbers.items()},
                {pick: cut for pick, each in own.items() if (cut := each.truncation(h)) is not None},
                unknown.rounding(h),
            ))  # fmt: skip
    return points
