"""Random formulas of two numbers, and what the child process reads of them."""

import numpy as np

from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.symbolic.translate import expression

UNARY = [OPS[name] for name in (
    "sin", "cos", "tanh", "exp", "sigmoid", "softplus", "arctan", "square", "neg", "erf", "log1p", "relu", "silu",
    "gelu", "softsign", "cosh", "expm1", "mish", "abs",
)]  # fmt: skip
BINARY = [OPS[name] for name in ("add", "sub", "mul", "div", "maximum", "atan2", "hypot")]


def formula(seed, most=7):
    """A graph over x and y, and its last node; its numbers stay small enough to be compared."""
    random = np.random.default_rng(seed)
    graph = Graph()
    nodes = [graph.leaf(random.uniform(0.2, 1.5), name) for name in ("x", "y")]
    with quiet():
        for _ in range(random.integers(3, most)):
            pick = lambda: nodes[random.integers(len(nodes))]  # noqa: E731
            kind = random.integers(4)
            if kind < 2:
                found = UNARY[random.integers(len(UNARY))](pick())
            elif kind == 2:
                found = BINARY[random.integers(len(BINARY))](pick(), pick())
            else:
                found = pick() ** float(random.integers(2, 4)) * float(random.integers(1, 5))
            if abs(found.value) < 1e4:
                nodes.append(found)
        last = nodes[-1] * nodes[0] + nodes[1] * 0.5 * nodes[-1]
    return graph, last.id


def task(graph, output, variable, job="derivative"):
    """What the child is told."""
    found = expression(graph, output, [variable])
    return {
        "job": job, "nodes": found.nodes, "output": found.place[output], "variable": found.place[variable],
        "variables": [found.place[variable]], "point": found.point, "names": found.names,
    }  # fmt: skip
