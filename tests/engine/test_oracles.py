"""Programs as people write them, against two libraries that share nothing with the engine: autograd and SymPy."""

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy

from app.engine.graph import Graph, Node
from app.engine.ops import OPS
from app.engine.passes import differentiate, forward_mode
from app.engine.run import backprop
from tests.engine.ops.tools import spelled

# ── autograd ────────────────────────────────────────────────────────────────────────────────────────────
W1, B1 = np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]]), np.array([0.1, -0.2])
W2, X, T = np.array([[1.0, -2.0], [0.5, 0.25]]), np.array([0.3, -1.2, 0.8]), np.array([1.0, 0.0])
BATCH = np.array([[0.3, -1.2, 0.8], [1.0, 0.5, -0.25]])


class Words:
    """The words that programs are written with: the engine's, or autograd's."""

    def __init__(self, **words: Any) -> None:
        self.__dict__ = words

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


OURS = Words(
    tanh=OPS["tanh"], exp=OPS["exp"], log=OPS["log"], sin=OPS["sin"], cos=OPS["cos"], sqrt=OPS["sqrt"], abs=OPS["abs"],
    relu=OPS["relu"], sigmoid=OPS["sigmoid"], maximum=OPS["maximum"], where=OPS["where"], sum=spelled("sum"),
    mean=spelled("mean"), max=spelled("np.max"), prod=spelled("prod"), std=spelled("np.std"), dot=spelled("dot"),
    transpose=spelled("transpose"), outer=spelled("outer"), inv=OPS["inv"], det=OPS["det"], solve=OPS["solve"],
    reshape=spelled("reshape"), concatenate=spelled("concatenate"), cumsum=spelled("cumsum"), take=spelled("index"),
    softmax=spelled("F.softmax"), cross_entropy=spelled("cross_entropy"), mse=spelled("mse"), norm=spelled("norm"),
)  # fmt: skip


def softmax(x: Any, axis: int = -1) -> Any:
    e = anp.exp(x - anp.max(x, axis=axis, keepdims=True))
    return e / anp.sum(e, axis=axis, keepdims=True)


THEIRS = Words(
    tanh=anp.tanh, exp=anp.exp, log=anp.log, sin=anp.sin, cos=anp.cos, sqrt=anp.sqrt, abs=anp.abs,
    relu=lambda x: anp.where(x > 0, x, 0.0), sigmoid=lambda x: 1 / (1 + anp.exp(-x)), maximum=anp.maximum,
    where=anp.where, sum=anp.sum, mean=anp.mean, max=anp.max, prod=anp.prod, std=anp.std, dot=anp.dot,
    transpose=anp.transpose, outer=anp.outer, inv=anp.linalg.inv, det=anp.linalg.det, solve=anp.linalg.solve,
    reshape=anp.reshape, concatenate=anp.concatenate, cumsum=anp.cumsum, take=lambda x, key: x[key], softmax=softmax,
    cross_entropy=lambda x, t: -anp.mean(anp.log(softmax(x)[anp.arange(len(t)), t.astype(int)])),
    mse=lambda a, b: anp.mean((a - b) ** 2), norm=lambda x: anp.sqrt(anp.sum(x**2)),
)  # fmt: skip

PROGRAMS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "sigmoid neuron": (
        lambda n, w0, x0, w1, x1, b: n.sigmoid(w0 * x0 + w1 * x1 + b), (2.0, -1.0, -3.0, -2.0, -3.0),
    ),
    "tanh neuron": (lambda n, w, x, b: n.tanh(n.dot(w, x) + b), (X, np.array([0.5, 1.0, -2.0]), 0.25)),
    "sum times z": (lambda n, x, y, z: (x + y) * z, (-2.0, 5.0, -4.0)),
    "two-layer net": (
        lambda n, w1, b1, w2, x: n.mse(n.sigmoid(w2 @ n.tanh(w1 @ x + b1)), T), (W1, B1, W2, X),
    ),
    "net on a batch": (
        lambda n, w1, b1, w2, x: n.cross_entropy(n.relu(x @ n.transpose(w1) + b1) @ w2, np.array([1.0, 0.0])),
        (W1, B1, W2, BATCH),
    ),
    "attention": (
        lambda n, q, k, v: n.sum(n.sin(n.softmax(q @ n.transpose(k) / np.sqrt(3.0)) @ v)),
        (BATCH, BATCH[::-1] * 0.5, BATCH + 1.0),
    ),
    "layer norm": (lambda n, x: n.sum(n.exp((x - n.mean(x)) / n.std(x))), (X,)),
    "reuse": (lambda n, x, y: n.exp(x * y) * x + (x * y) ** 2 / (x * y + 3.0), (0.7, -1.3)),
    "power tower": (lambda n, x, y: x**y**x, (1.3, 0.7)),
    "quotient": (lambda n, x, y: (x**2 + n.sin(y)) / (1.0 + n.exp(-x * y)), (1.3, 0.7)),
    "branch": (lambda n, x: n.sum(n.where(x > 0.0, x**3, -x)), (X,)),
    "maximum": (lambda n, x, y: n.sum(n.maximum(x, y) * x), (X, np.array([0.5, -2.0, 0.1]))),
    "broadcast": (lambda n, x, y: n.sum(n.tanh(n.reshape(x, (3, 1)) * y + y)), (X, np.array([0.5, -2.0]))),
    "outer and sums": (lambda n, x, y: n.prod(n.sum(n.outer(x, y), axis=0) + 1.0), (X, np.array([0.5, -2.0]))),
    "parts": (
        lambda n, x: n.sum(n.concatenate([n.take(x, slice(1, None)), n.take(x, slice(0, 2)) ** 2]) * np.arange(4.0)),
        (X,),
    ),
    "rows twice": (lambda n, x: n.sum(n.take(x, (np.array([0, 0, 1]),)) ** 2), (BATCH,)),
    "running sums": (lambda n, x: n.max(n.cumsum(x) ** 2), (X,)),
    "matrix equation": (
        lambda n, a, b: n.sum(n.solve(a, b) ** 2) + n.det(a) * n.sum(n.inv(a)),
        (np.array([[2.0, 1.0], [0.5, 3.0]]), np.array([1.0, -2.0])),
    ),
    "length": (lambda n, x: n.norm(x) * n.log(n.sum(n.abs(x))), (X,)),
    "rank four": (
        lambda n, x, y: n.sum(n.tanh(x * y) ** 2),
        (np.linspace(-1, 1, 16).reshape(2, 2, 2, 2), np.array([[0.5], [2.0]])),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_autograds_value_and_gradients_both_ways(name: str) -> None:
    program, values = PROGRAMS[name]
    graph = Graph()
    leaves = [graph.leaf(value, f"x{i}") for i, value in enumerate(values)]
    y = program(OURS, *leaves)
    run = backprop(graph, y.id)
    np.testing.assert_allclose(y.value, program(THEIRS, *values), rtol=1e-12)
    expected = autograd.grad(lambda *xs: program(THEIRS, *xs), tuple(range(len(values))))(*values)
    for leaf, gradient in zip(leaves, expected, strict=True):
        np.testing.assert_allclose(run.adjoints[leaf.id], gradient, rtol=1e-10, atol=1e-13)
    directions = {leaf.id: np.full(leaf.shape, 0.5 + leaf.id)[()] for leaf in leaves}
    tangent = forward_mode(graph, graph.values, directions)[y.id]
    pulled = sum(np.sum(run.adjoints[i] * direction) for i, direction in directions.items())
    np.testing.assert_allclose(tangent, pulled, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_autograds_hessian_times_a_vector(name: str) -> None:
    """With respect to its first input."""
    program, (x, *rest) = PROGRAMS[name]
    graph = Graph()
    leaves = [graph.leaf(value, f"x{i}") for i, value in enumerate((x, *rest))]
    first = differentiate(program(OURS, *leaves), leaves[:1])[0][leaves[0].id]
    v = np.linspace(0.5, 1.5, np.size(x)).reshape(np.shape(x))[()]
    gradient = autograd.grad(lambda x: program(THEIRS, x, *rest))
    expected = autograd.grad(lambda x: anp.sum(gradient(x) * v) + 0 * anp.sum(x))(x)
    found = np.zeros(np.shape(x))
    if isinstance(first, Node) and first.id != leaves[0].id:
        found = backprop(graph, first.id, seed=v, wrt=[leaves[0].id]).adjoints[leaves[0].id]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


# ── SymPy ───────────────────────────────────────────────────────────────────────────────────────────────
x, y, z = sympy.symbols("x y z", real=True)
AT = {x: 0.7, y: -1.3, z: 2.1}
EXPRESSIONS = [
    x**2 * y + sympy.sin(z),
    sympy.exp(x * y) / (1 + z**2),
    sympy.log(x**2 + y**2 + 1) * z,
    sympy.tanh(x * y + z) ** 3,
    sympy.sqrt(x**2 + z**2) - sympy.cos(x) ** y,
    sympy.atan(x / z) * sympy.sinh(y),
    x**z + z**x,
    sympy.asin(x / 2) * sympy.acos(y / 3) - sympy.atan2(y, z),
    sympy.cosh(x) * sympy.asinh(y) + sympy.acosh(z) * sympy.atanh(x),
    1 / (1 + sympy.exp(-x * z)) - sympy.Abs(y) ** 3,
    sympy.erf(x) * sympy.tan(y) + sympy.Max(x, z) * sympy.Min(y, z),
    (x + y) / (x - y) / z - (x - (y - z)) ** 4,
    sympy.cbrt(x + 2) * sympy.log(z, 2) + 2**y,
    sympy.exp(-((x - y) ** 2) / (2 * z**2)) / z,
]
CALLS: dict[Any, Any] = {
    sympy.sin: "sin", sympy.cos: "cos", sympy.tan: "tan", sympy.exp: "exp", sympy.log: "log", sympy.tanh: "tanh",
    sympy.sinh: "sinh", sympy.cosh: "cosh", sympy.asin: "arcsin", sympy.acos: "arccos", sympy.atan: "arctan",
    sympy.asinh: "arcsinh", sympy.acosh: "arccosh", sympy.atanh: "arctanh", sympy.atan2: "atan2", sympy.Abs: "abs",
    sympy.erf: "erf", sympy.Max: "maximum", sympy.Min: "minimum",
}  # fmt: skip


def number(expression: Any) -> float:
    """SymPy's own value there, to many digits."""
    return float(expression.evalf(30, subs=AT))


def translated(expression: Any, leaves: dict[Any, Node]) -> Any:
    """A SymPy expression in the engine's ops."""
    if expression.is_Symbol:
        return leaves[expression]
    if (expression.is_number and not expression.args) or expression.is_Rational:
        return float(expression)
    operands = [translated(part, leaves) for part in expression.args]
    if expression.is_Add or expression.is_Mul:
        total = operands[0]
        for operand in operands[1:]:
            total = total + operand if expression.is_Add else total * operand
        return total
    if expression.is_Pow:
        return OPS["pow"](*operands)
    return OPS[CALLS[expression.func]](*operands)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_an_expression_has_sympys_value_gradient_and_hessian(expression: Any) -> None:
    graph = Graph()
    leaves = {symbol: graph.leaf(value, symbol.name) for symbol, value in AT.items()}
    out = translated(expression, leaves)
    run = backprop(graph, out.id)
    np.testing.assert_allclose(out.value, number(expression), rtol=1e-12)
    firsts = differentiate(out, list(leaves.values()))[0]
    for symbol, leaf in leaves.items():
        first = sympy.diff(expression, symbol)
        np.testing.assert_allclose(run.adjoints[leaf.id], number(first), rtol=1e-11, atol=1e-13)
        for other, by in leaves.items():
            gradient = firsts.get(leaf.id)
            found = backprop(graph, gradient.id, wrt=[by.id]).adjoints[by.id] if isinstance(gradient, Node) else 0.0
            np.testing.assert_allclose(found, number(sympy.diff(first, other)), rtol=1e-9, atol=1e-11)
