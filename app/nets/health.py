"""What is wrong with a net, from one run: each finding with its cause in a sentence and a change that may help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.op import Array
from app.engine.run import Run
from app.nets.compile import Net
from app.nets.seen import Seen

FAINT, WILD = 1e-3, 1e3
"""A layer's mean |δ| against that of the layer behind which it is largest; and against 1."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `code`, in which layer (None: the net), why, what to try, and that as a change of the
    configuration, new values by path such as `layers[0].activation`."""

    code: str
    layer: str | None
    cause: str
    remedy: str
    change: Mapping[str, Any] = field(default_factory=dict)


def findings(net: Net, run: Run, seen: Sequence[Seen], parameters: Mapping[str, Array]) -> list[Finding]:
    """Everything found, the gravest first."""
    broken = list(non_finite(net, run, seen))
    if broken:
        return broken
    return [*symmetric(net, seen, parameters), *exploding(net, seen), *vanishing(net, seen), *dead(net, seen),
            *saturated(net, seen)]  # fmt: skip


def calm(net: Net) -> dict[str, Any]:
    """The initialiser that suits the net's activations: He for relu and its like, Glorot for the rest."""
    kinds = [place.options.get("activation", "linear") for place in net.places[:-1]]
    gated = sum(kind in ("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "mish") for kind in kinds)
    return {"initializer": "he_normal" if 2 * gated > len(kinds) else "glorot_uniform", "parameters": {}}


def other_activation(net: Net, activation: str, kinds: Sequence[str]) -> dict[str, Any]:
    """Every hidden layer of these kinds with another activation."""
    return {
        f"layers[{i}].activation": activation
        for i, place in enumerate(net.places[:-1]) if place.options.get("activation") in kinds
    }  # fmt: skip


def non_finite(net: Net, run: Run, seen: Sequence[Seen]) -> Iterator[Finding]:
    """NaN or ∞ in a value or a gradient; the first layer that has one."""
    remedy, change = "start with smaller weights", calm(net)
    for each in seen:
        if not np.isfinite(each.a).all():
            yield Finding("non_finite", each.place.label, f"{each.place.label} gives numbers that are not finite:"
                          " its sums left the range of numbers", remedy, change)  # fmt: skip
            return
    if not np.isfinite(run.values[run.output]).all():
        yield Finding("non_finite", None, "the loss is not finite: it takes the logarithm of 0, or leaves the range of"
                      " numbers", *fused_instead(net))  # fmt: skip
        return
    for each in reversed(seen):
        if each.delta is not None and not np.isfinite(each.delta).all():
            yield Finding("non_finite", each.place.label, f"the gradient at {each.place.label} is not finite: slopes"
                          " multiplied beyond the range of numbers", remedy, change)  # fmt: skip
            return


def fused_instead(net: Net) -> tuple[str, dict[str, Any]]:
    """A loss that never takes the logarithm of 0; else smaller weights."""
    configuration, last = net.configuration, len(net.places) - 1
    if configuration.loss == "cross_entropy" and not configuration.fused:
        return "use the fused loss, which never takes the logarithm of 0", {"fused": True}
    if configuration.loss == "bce" and net.places[-1].options.get("activation") == "sigmoid":
        change = {"loss": "bce_with_logits", f"layers[{last}].activation": "linear"}
        return "use the loss that has the sigmoid inside", change
    return "start with smaller weights", calm(net)


def symmetric(net: Net, seen: Sequence[Seen], parameters: Mapping[str, Array]) -> Iterator[Finding]:
    """Hidden layers whose units all have the same weights: they get the same gradient and stay the same for ever."""
    for each in seen[:-1]:
        own = [parameters[each.place.name(stem)] for stem in each.place.parameters]
        weights = [array for array in own if np.ndim(array) > 1]
        if weights and all(len(array) > 1 and same_rows(array) for array in weights) and all(map(same_rows, own)):
            label = each.place.label
            yield Finding("symmetric", label, f"all units of {label} have the same weights, so they get the same"
                          " gradient and stay copies of one another", "draw weights at random", calm(net))  # fmt: skip


def same_rows(array: Array) -> bool:
    """Whether every unit has what the first has."""
    return bool(np.all(array == array[:1]))


def mean_size(delta: Array | None) -> float | None:
    """The mean |δ|, of all units and examples."""
    return None if delta is None else float(np.abs(delta).mean())


def exploding(net: Net, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Gradients that grow towards the input, or sums beyond a thousand."""
    sizes = [mean_size(each.delta) for each in seen]
    last = next((size for size in reversed(sizes) if size), None)
    for each, size in zip(seen, sizes, strict=True):
        grown = size is not None and last is not None and size > WILD * last
        if grown or float(np.abs(each.a).mean()) > WILD:
            what = "its gradient is more than a thousand times that of the last layer" if grown else (
                "its activations are larger than a thousand")  # fmt: skip
            yield Finding("exploding", each.place.label, f"{each.place.label} explodes: {what}, as weights multiply"
                          " from layer to layer", "start with weights of a suitable size", calm(net))  # fmt: skip
            return


def vanishing(net: Net, seen: Sequence[Seen]) -> Iterator[Finding]:
    """A gradient that is a thousand times smaller than behind it."""
    sizes = [mean_size(each.delta) for each in seen]
    for i, (each, size) in enumerate(zip(seen, sizes, strict=True)):
        behind = max((later for later in sizes[i + 1 :] if later is not None), default=0.0)
        if not size or behind == 0 or size >= FAINT * behind:
            continue
        flat = [place.options.get("activation") for place in net.places[i + 1 : -1]]
        squashing = other_activation(net, "relu", ("sigmoid", "tanh", "softsign", "hardsigmoid"))
        cause = f"the gradient at {each.place.label} is {size / behind:.1e} of what it is further back"
        if squashing and ("sigmoid" in flat or each.place.options.get("activation") == "sigmoid"):
            yield Finding("vanishing", each.place.label, f"{cause}: every sigmoid multiplies it by ¼ at most",
                          "use relu in the hidden layers, with weights to suit",
                          {**squashing, "initializer": "he_normal", "parameters": {}})  # fmt: skip
        else:
            yield Finding("vanishing", each.place.label, f"{cause}: small weights and flat activations shrink it",
                          "start with weights of a suitable size", calm(net))  # fmt: skip
        return


def dead(net: Net, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Units whose gate is shut for every example."""
    for i, each in enumerate(seen):
        if each.dead:
            kind = each.place.options.get("activation", "relu")
            yield Finding("dead", each.place.label, f"{len(each.dead)} of {each.units} units of {each.place.label} give"
                          f" 0 for every example, and {kind} lets no gradient through",
                          "use leaky_relu, which is never quite shut",
                          {f"layers[{i}].activation": "leaky_relu"})  # fmt: skip


def saturated(net: Net, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Units whose activation is flat for every example."""
    for i, each in enumerate(seen):
        if each.saturated:
            kind = each.place.options.get("activation", "sigmoid")
            last = i == len(seen) - 1
            yield Finding("saturated", each.place.label, f"{len(each.saturated)} of {each.units} units of"
                          f" {each.place.label} are saturated: their sums are so large that {kind} is flat there",
                          "start with smaller weights" if last else "use relu here, or start with smaller weights",
                          calm(net) if last else {f"layers[{i}].activation": "relu", **calm(net)})  # fmt: skip
