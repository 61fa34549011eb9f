"""A rule of the engine's as calls into arrays that are there already, so that a step allocates nothing for it.

The rule is run once on nodes, which writes down what it calculates; where all of that are NumPy's own functions, they
are called one after the other with a place for the result.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.engine.graph import Graph
from app.engine.op import CONSTANT, Op, Rule
from app.engine.ops import OPS

Array = np.ndarray
Call = tuple[Callable[..., Any], tuple[Array, ...]]


class Slope:
    """∂/∂(first operand) of an elementwise op; `operands` is how many it has, its result goes last into the rule."""

    def __init__(self, op: Op, attributes: Mapping[str, Any], operands: int) -> None:
        self.rule: Rule = op.partials[0]  # type: ignore[assignment]
        self.attributes = dict(attributes)
        self.graph = Graph()
        leaves = [self.graph.leaf(np.array([0.25, 0.5]), f"{i}") for i in range(operands + 1)]
        with self.graph.deriving(("seed", 0, 0)):
            found = self.rule(*leaves, **self.attributes)
        self.leaves = len(leaves)
        self.simple = hasattr(found, "graph") and found.id == len(self.graph) - 1 and all(
            function_of(self.graph, i) is not None for i in range(self.leaves, len(self.graph))
        )  # fmt: skip

    def calls(self, *arrays: Array) -> tuple[list[Call], Array] | None:
        """For these operands and result, all of one shape: the calls, and the array that holds the slope after them:
        numbers, or whether a gate is open.  None where the rule is not made of NumPy's own functions.
        """
        if not self.simple:
            return None
        held, calls = list(arrays), []
        for i in range(self.leaves, len(self.graph)):
            value = np.asarray(self.graph.values[i])
            if self.graph.ops[i] is CONSTANT:
                held.append(value)
                continue
            function, read = function_of(self.graph, i), [held[s] for s in self.graph.inputs[i]]
            held.append(self._place(i, held, value.dtype, arrays[0].shape))
            calls.append((function, (*(read[:1] if function is np.square else read), held[-1])))
        return calls, held[-1]

    def _place(self, node: int, held: list[Array], kind: np.dtype[Any], form: tuple[int, ...]) -> Array:
        """Where a result goes: over an operand that nothing else reads, which is still in the cache, or a new array."""
        uses = [s for sources in self.graph.inputs for s in sources]
        for s in self.graph.inputs[node]:
            free = s >= self.leaves and self.graph.ops[s] is not CONSTANT and uses.count(s) == 1
            if free and held[s].dtype == kind and held[s].shape == form:
                return held[s]
        return np.empty(form, kind)


def function_of(graph: Graph, node: int) -> Any:
    """NumPy's function that computes a node; a second power is a square.  None where there is none."""
    op, sources = graph.ops[node], graph.inputs[node]
    if op is CONSTANT:
        return CONSTANT
    if op is OPS["pow"] and graph.ops[sources[1]] is CONSTANT and np.all(graph.values[sources[1]] == 2.0):
        return np.square
    return op.forward if isinstance(op.forward, np.ufunc) and not graph.attributes[node] else None
