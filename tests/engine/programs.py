"""Random programs of single numbers, for the tests that compare one way of running a graph with another."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from app.engine.graph import Graph, Node
from app.engine.ops import OPS
from app.engine.passes import quiet

UNARY = [
    OPS[name]
    for name in ("neg", "relu", "tanh", "exp", "log", "sqrt", "sin", "cos", "sigmoid", "square", "abs", "reciprocal")
] + [lambda x: OPS["leaky_relu"](x, negative_slope=0.1), OPS["softplus"], OPS["gelu"]]
BINARY = [OPS[name] for name in ("add", "sub", "mul", "div", "pow", "maximum", "minimum", "greater", "less_equal")]
NUMBERS = st.floats(-3, 3, allow_subnormal=False)
CONSTANTS = st.sampled_from([0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -2.5])


def number(node: Node) -> Any:
    """A condition as 1 or 0; anything else as it is."""
    return OPS["number"](node) if isinstance(node.value, np.bool_) else node


@st.composite
def programs(draw: Callable[..., Any], most: int = 25) -> tuple[Graph, int]:
    """A graph over one to four inputs, and its last node."""
    graph = Graph()
    nodes = [graph.leaf(x, f"x{i}") for i, x in enumerate(draw(st.lists(NUMBERS, min_size=1, max_size=4)))]
    for _ in range(draw(st.integers(1, most))):
        x, y = draw(st.sampled_from(nodes)), draw(st.one_of(st.sampled_from(nodes), CONSTANTS))
        one, two, pair = draw(st.sampled_from(UNARY)), draw(st.sampled_from(BINARY)), draw(st.permutations((x, y)))
        with quiet():
            nodes.append(one(x) if draw(st.booleans()) else number(two(*pair)))
    return graph, nodes[-1].id


def same(a: Any, b: Any) -> bool:
    """The same number to the last bit (the two zeros count as one), or both NaN, or both nothing."""
    if a is None or b is None:
        return a is b
    return bool(a == b) or (math.isnan(a) and math.isnan(b))
