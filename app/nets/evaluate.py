"""A net's outputs, and its neurons', on other inputs than its data: nothing is dropped, batch norm by the data."""

from collections.abc import Mapping

import numpy as np

from app.engine.budget import Budget
from app.engine.op import Array
from app.engine.passes import quiet
from app.lang import trace
from app.nets.compile import Net, a_of

Parameters = Mapping[str, np.ndarray]


def evaluate(net: Net, x: np.ndarray, parameters: Parameters | None = None, budget: Budget | None = None,
             ) -> dict[str, Array]:  # fmt: skip
    """Every layer's activations by variable (`a1`, …), a row per row of `x`, which is (n, *input) and not scaled yet.

    Raises LangError, EngineError.
    """
    given = net.inputs(parameters, x) | statistics(net, parameters, budget)
    del given["y"]
    traced = trace(net.forward, inputs=given, output=net.output, budget=budget)
    return {a_of(place): traced.graph.values[int(traced.names[a_of(place)])] for place in net.places}


def statistics(net: Net, parameters: Parameters | None = None, budget: Budget | None = None) -> dict[str, np.ndarray]:
    """Mean and variance of what comes into each batch norm over the training data, as `mean3` and `var3`."""
    if not net.statistics:
        return {}
    traced = trace(net.bare, inputs=net.inputs(parameters), output=net.loss, budget=budget)
    return statistics_of({
        number: traced.graph.values[int(traced.names[name])] for number, name in net.statistics.items()
    })  # fmt: skip


def statistics_of(coming: Mapping[str, Array]) -> dict[str, np.ndarray]:
    """The same of what comes into each batch norm, by its number: over all but the axis of features or channels."""
    found: dict[str, np.ndarray] = {}
    with quiet():
        for number, each in coming.items():
            axes = tuple(i for i in range(np.ndim(each)) if i != 1)
            found |= {f"mean{number}": np.mean(each, axis=axes), f"var{number}": np.var(each, axis=axes)}
    return found
