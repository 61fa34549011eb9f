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


# ── arrays ──────────────────────────────────────────────────────────────────────────────────────────────
BOUNDED = [OPS[name] for name in ("tanh", "sin", "sigmoid", "softplus", "arctan", "relu", "silu", "abs")]
SHAPES = [(), (3,), (2, 3), (3, 2), (2, 1), (2, 2, 3)]


@st.composite
def array_programs(draw: Callable[..., Any], most: int = 10) -> tuple[Graph, int]:
    """A graph over one to three arrays, operands broadcast, joined, cut and reduced, and its sum as last node."""
    graph = Graph()
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    forms = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    nodes = [graph.leaf(random.normal(size=form), f"x{i}") for i, form in enumerate(forms)]
    for _ in range(draw(st.integers(1, most))):
        nodes.append(draw(st.sampled_from([_mapped, _combined, _reduced, _moved]))(draw, nodes))
    last = nodes[-1]
    return graph, OPS["sum"](last * 1.5, axis=tuple(range(last.ndim)), keepdims=False).id


def _mapped(draw: Callable[..., Any], nodes: list[Node]) -> Node:
    found: Node = draw(st.sampled_from(BOUNDED))(draw(st.sampled_from(nodes)))
    return found


def _combined(draw: Callable[..., Any], nodes: list[Node]) -> Node:
    """A matrix product where shapes allow it, else elementwise where they broadcast, else the first one alone."""
    a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
    kind = draw(st.sampled_from(["matmul", "add", "sub", "mul", "maximum"]))
    fits = a.ndim > 0 and b.ndim > 0 and a.shape[-1] == b.shape[-2 if b.ndim > 1 else -1]
    if kind == "matmul" and fits and a.ndim <= 2 and b.ndim <= 2:
        product: Node = a @ b * 0.5
        return product
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        return a * 0.5
    found: Node = OPS[kind if kind != "matmul" else "mul"](a, b)
    return found


def _reduced(draw: Callable[..., Any], nodes: list[Node]) -> Node:
    x = draw(st.sampled_from(nodes))
    kind = draw(st.sampled_from(["sum", "mean", "amax", "logsumexp", "norm", "prod"]))
    axis = draw(st.sampled_from([(i,) for i in range(x.ndim)] or [()]))
    found: Node = OPS[kind](x, axis=axis, keepdims=draw(st.booleans()))
    return OPS["tanh"](found) if kind == "prod" else found


def _moved(draw: Callable[..., Any], nodes: list[Node]) -> Node:
    x = draw(st.sampled_from(nodes))
    kind = draw(st.sampled_from(["transpose", "reshape", "index", "softmax", "cumsum"]))
    if kind == "transpose":
        found: Node = OPS["transpose"](x, axes=tuple(reversed(range(x.ndim))))
    elif kind == "reshape":
        found = OPS["reshape"](x, shape=(x.size,))
    elif x.ndim == 0:
        found = -x
    elif kind == "index":
        found = OPS["index"](x, key=(("slice", None, None, -1),) if draw(st.booleans()) else (0,))
    else:
        found = OPS[kind](x, axis=(x.ndim - 1,) if kind == "softmax" else x.ndim - 1)
    return found
