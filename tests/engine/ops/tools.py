"""What the tests of ops share: every op with every sample, gradients, and what to hold them against."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from app.engine.graph import Graph, Node
from app.engine.op import Array, Op, Sample
from app.engine.ops import FUNCTIONS, METHODS, OPS
from app.engine.passes import differentiate, evaluate, quiet
from app.engine.record import Run
from app.engine.run import backprop

STEP = float(np.cbrt(np.finfo(float).eps))
"""Where the error of a central difference, h², is about that of rounding, ε/h."""
CASES = [pytest.param(op, sample, id=f"{name}-{i}") for name, op in OPS.items() for i, sample in enumerate(op.samples)]
SMOOTH = [case for case in CASES if case.values[0].differentiable]  # type: ignore[attr-defined]
"""Those that a derivative passes through."""


def is_condition(x: Array) -> bool:
    """Whether it holds True and False."""
    return bool(np.asarray(x).dtype == np.bool_)


def build(op: Op, sample: Sample) -> tuple[Graph, list[Node], Node]:
    """A graph that applies the op once; numbers are inputs, conditions are constants."""
    graph = Graph()
    operands = [graph.leaf(x, None if is_condition(x) else f"x{i}") for i, x in enumerate(sample.inputs)]
    with quiet():
        return graph, operands, op(*operands, **sample.attributes)


def carried(op: Op, operands: Sequence[Node]) -> list[int]:
    """The slots through which a derivative passes; all of a variadic op."""
    if op.variadic:
        return list(range(len(operands)))
    return [slot for slot in range(len(operands)) if op.carries(slot) and not is_condition(operands[slot].value)]


def spelled(name: str) -> Callable[..., Any]:
    """What people call by this name, with the signature that they know."""
    found = FUNCTIONS[name]
    return (found.call or found) if isinstance(found, Op) else found


def method(name: str) -> Callable[..., Any]:
    """The same of a method."""
    found = METHODS[name]
    return (found.call or found) if isinstance(found, Op) else found


def weights(form: tuple[int, ...]) -> Array:
    """A cotangent, or a direction, in which no two elements are alike."""
    return np.random.default_rng(7).uniform(0.5, 1.5, form)[()]


def run_of(op: Op, sample: Sample) -> tuple[list[Node], Run]:
    """The op swept backwards from a cotangent."""
    graph, operands, out = build(op, sample)
    return operands, backprop(graph, out.id, seed=weights(out.shape))


def slopes(graph: Graph, wrt: Node, outputs: Sequence[Node]) -> Array:
    """d(Σ weights · outputs)/d(wrt), element for element by central differences."""
    x = np.array(wrt.value, float)
    found = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        h = STEP * max(1.0, abs(x[at]))
        sides = []
        for moved in (x[at] - h, x[at] + h):
            other = x.copy()
            other[at] = moved
            values = evaluate(graph, {wrt.id: other})
            sides.append([np.asarray(values[out.id], float) for out in outputs])
        rise = sum(np.sum(weights(high.shape) * (high - low)) for low, high in zip(*sides, strict=True))
        found[at] = rise / (2 * h)
    return found


def gradient_nodes(op: Op, sample: Sample) -> tuple[Graph, list[Node], list[Node]]:
    """The graph of the op's gradient: the operands, and the gradients that are more than a constant."""
    graph, operands, out = build(op, sample)
    wrt = [operands[slot] for slot in carried(op, operands)]
    adjoints, _ = differentiate(out, wrt, weights(out.shape))
    found = [adjoints[x.id] for x in wrt if isinstance(adjoints.get(x.id), Node)]
    return graph, wrt, found


def same(found: Any, expected: Any, tolerance: float = 1e-12) -> None:
    """Assert equality but for rounding, the shape included."""
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=tolerance, atol=tolerance)
