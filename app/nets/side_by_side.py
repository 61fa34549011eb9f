"""The same net under several initialisers: how large activations and gradients are in every layer, as histograms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.engine.budget import Budget
from app.engine.op import Array
from app.engine.run import backprop
from app.lang import trace
from app.nets.compile import compile_net
from app.nets.configuration import Configuration
from app.nets.health import Finding, findings
from app.nets.initialisers import INITIALISERS
from app.nets.seen import Seen, layers_seen

WIDEST = 1e300
SMALLEST, LARGEST = -18, 6
"""Decades of |δ| that are counted; what is smaller or larger counts in the last bin."""


@dataclass(frozen=True)
class Histogram:
    """Counts between `edges`, which have one number more; `zeros`, `nonfinite` are counted apart."""

    edges: np.ndarray
    counts: np.ndarray
    zeros: int
    nonfinite: int


@dataclass(frozen=True)
class OfLayer:
    """One layer under one initialiser: activations as they are, |δ| by its logarithm to base 10."""

    name: str
    activations: Histogram
    gradients: Histogram
    mean: float
    std: float
    delta_norm: float | None


@dataclass(frozen=True)
class Start:
    """The net as one initialiser leaves it."""

    initializer: str
    loss: float
    layers: list[OfLayer]
    health: list[Finding]


def side_by_side(configuration: Configuration, names: Sequence[str], bins: int, budget: Budget) -> list[Start]:
    """A run under each.  Raises BadNet, LangError, EngineError."""
    runs = [one_run(configuration, name, budget) for name in names]
    tops = [max(largest(seen[i].a) for _, _, seen, _ in runs) for i in range(len(configuration.places))]
    return [
        Start(name, loss, [of_layer(each, top, bins) for each, top in zip(seen, tops, strict=True)], health)
        for name, loss, seen, health in runs
    ]  # fmt: skip


def one_run(configuration: Configuration, name: str, budget: Budget) -> tuple[str, float, list[Seen], list[Finding]]:
    """Loss, layers and findings of the net as this initialiser makes it."""
    options = configuration.initializer_options if name == configuration.initializer else defaults(name)
    net = compile_net(replace(configuration, initializer=name, initializer_options=options, parameters={}))
    traced = trace(net.bare, inputs=net.inputs(), output=net.loss, budget=budget)
    names = {each: int(traced.names[each]) for each in traced.names}
    run = backprop(traced.graph, traced.output, wrt=[names[each] for each in net.wrt])
    seen = layers_seen(net, run, names)
    return name, float(run.values[run.output]), seen, findings(net, run, seen, net.parameters)


def defaults(name: str) -> dict[str, object]:
    """An initialiser's fields as they are unless told otherwise."""
    return {each.name: each.default for each in INITIALISERS[name].fields}


def largest(a: Array) -> float:
    """The largest finite |a|, as far as edges can be laid."""
    finite = np.abs(np.ravel(a)[np.isfinite(np.ravel(a))])
    return min(float(finite.max(initial=0.0)), WIDEST)


def of_layer(seen: Seen, top: float, bins: int) -> OfLayer:
    """A layer's histograms; activations between ±`top`, the same for all initialisers."""
    a = np.ravel(seen.a)
    with np.errstate(all="ignore"):
        mean, std = float(np.mean(a)), float(np.std(a))
    edges = np.linspace(-(top or 1.0), top or 1.0, bins + 1)
    return OfLayer(seen.place.label, counted(a, a, edges), sizes(seen.delta, bins), mean, std, seen.delta_norm)


def sizes(delta: Array | None, bins: int) -> Histogram:
    """log₁₀|δ|."""
    flat = np.abs(np.ravel(np.zeros(0) if delta is None else delta))
    edges = np.linspace(SMALLEST, LARGEST, bins + 1)
    with np.errstate(all="ignore"):
        logs = np.clip(np.log10(flat), SMALLEST, LARGEST)
    return counted(flat, logs, edges, apart=True)


def counted(plain: Array, placed: Array, edges: np.ndarray, *, apart: bool = False) -> Histogram:
    """How many of `placed` lie between edges; with `apart` zeros of `plain` are not among them."""
    finite, zero = np.isfinite(plain), plain == 0
    inside = np.clip(placed[finite & ~zero] if apart else placed[finite], edges[0], edges[-1])
    counts, _ = np.histogram(inside, bins=edges)
    return Histogram(edges, counts, int(zero.sum()), int((~finite).sum()))
