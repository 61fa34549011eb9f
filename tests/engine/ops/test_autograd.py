"""Values, gradients and second derivatives of every op against an independent library, HIPS autograd.

The functions below are the textbook definitions in autograd's own NumPy; nothing of the engine is in them.
"""

import math
from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.extend import defvjp, primitive

from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.run import backprop
from tests.engine.ops.textbook import LAYERS
from tests.engine.ops.tools import carried, gradient_nodes, is_condition, run_of, same, weights

Function = Callable[..., Any]
ROOT_TWO, SELU = math.sqrt(2.0), (1.0507009873554804934193349852946, 1.6732632423543772848170429916717)


@primitive
def erf(x: Any) -> Any:
    return np.vectorize(math.erf, otypes=[float])(x)[()]


defvjp(erf, lambda y, x: lambda g: g * 2 / math.sqrt(math.pi) * anp.exp(-(x**2)))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + anp.exp(-x))


def softplus(x: Any) -> Any:
    return anp.log(1 + anp.exp(x))


def spread(x: Any, axis: Any, keepdims: bool, correction: float) -> Any:
    n = anp.size(x) if axis is None else math.prod(anp.shape(x)[i] for i in axis)
    return anp.var(x, axis=axis, keepdims=keepdims) * n / (n - correction)


def log_sum(x: Any, axis: Any, keepdims: bool = False) -> Any:
    return anp.log(anp.sum(anp.exp(x), axis=axis, keepdims=keepdims))


def others(x: Any, axis: Any) -> Any:
    return anp.prod(x, axis=axis, keepdims=True) / x


def running(x: Any, axis: int, step: Function) -> Any:
    parts = [x[(slice(None),) * axis + (i,)] for i in range(x.shape[axis])]
    for i in range(1, len(parts)):
        parts[i] = step(i, parts[i - 1], parts[i])
    return anp.stack(parts, axis=axis)


def recurrence(a: Any, b: Any, axis: int) -> Any:
    return running(b, axis, lambda i, s, x: x + a[(slice(None),) * axis + (i,)] * s)


def picked(x: Any, labels: tuple[int, ...]) -> Any:
    return x[anp.arange(len(labels)), list(labels)] if x.ndim > 1 else x[labels[0]]


def from_places(key: Any) -> Any:
    return tuple(slice(*k[1:]) if isinstance(k, tuple) else getattr(k, "array", ... if k == "..." else k) for k in key)


def scattered(x: Any, key: Any, shape: Any) -> Any:
    places = np.arange(math.prod(shape)).reshape(shape)[from_places(key)]
    return sum(
        x[at] * np.eye(math.prod(shape))[places[at]].reshape(shape) for at in np.ndindex(np.shape(places))
    )


def cosine_form(x: Any) -> Any:
    return 0.5 * x * (1 + anp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def along(reduce: Function) -> Function:
    return lambda x, axis, keepdims: reduce(x, axis=axis, keepdims=keepdims)


TEXTBOOK: dict[str, Function] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda x: -x,
    "pow": lambda x, p: anp.exp(p * anp.log(x)),
    "exp": anp.exp,
    "log": anp.log,
    "exp2": lambda x: anp.exp(x * math.log(2.0)),
    "expm1": lambda x: anp.exp(x) - 1,
    "log1p": lambda x: anp.log(1 + x),
    "log2": lambda x: anp.log(x) / math.log(2.0),
    "log10": lambda x: anp.log(x) / math.log(10.0),
    "sqrt": anp.sqrt,
    "root": anp.sqrt,
    "cbrt": lambda x: anp.sign(x) * anp.abs(x) ** (1 / 3),
    "rsqrt": lambda x: x**-0.5,
    "reciprocal": lambda x: 1 / x,
    "square": lambda x: x * x,
    "erf": erf,
    "erfc": lambda x: 1 - erf(x),
    "logaddexp": lambda a, b: anp.log(anp.exp(a) + anp.exp(b)),
    "sin": anp.sin,
    "cos": anp.cos,
    "tan": lambda x: anp.sin(x) / anp.cos(x),
    "arcsin": anp.arcsin,
    "arccos": anp.arccos,
    "arctan": anp.arctan,
    "sinh": lambda x: (anp.exp(x) - anp.exp(-x)) / 2,
    "cosh": lambda x: (anp.exp(x) + anp.exp(-x)) / 2,
    "tanh": lambda x: 1 - 2 / (anp.exp(2 * x) + 1),
    "arcsinh": lambda x: anp.log(x + anp.sqrt(x * x + 1)),
    "arccosh": lambda x: anp.log(x + anp.sqrt(x * x - 1)),
    "arctanh": lambda x: 0.5 * anp.log((1 + x) / (1 - x)),
    "atan2": anp.arctan2,
    "abs": anp.abs,
    "sign": lambda x: anp.sign(x) + 0 * x,
    "floor": lambda x: anp.floor(x) + 0 * x,
    "ceil": lambda x: anp.ceil(x) + 0 * x,
    "trunc": lambda x: anp.sign(x) * anp.floor(anp.abs(x)) + 0 * x,
    "round": lambda x: anp.round(x) + 0 * x,
    "floor_divide": lambda a, b: anp.floor(a / b) + 0 * a * b,
    "mod": lambda a, b: a - b * anp.floor(a / b),
    "fmod": lambda a, b: a - b * anp.sign(a / b) * anp.floor(anp.abs(a / b)),
    "hypot": lambda a, b: anp.sqrt(a * a + b * b),
    "clip": lambda x, low, high: anp.where(x < (low or -9e9), low or -9e9, anp.where(x > high, high, x)),
    "maximum": lambda a, b: anp.where(a > b, a + 0 * b, b + 0 * a),
    "minimum": lambda a, b: anp.where(a < b, a + 0 * b, b + 0 * a),
    "relu": lambda x: x * (x > 0),
    "relu6": lambda x: anp.where(x > 6, 6.0 + 0 * x, x * (x > 0)),
    "leaky_relu": lambda x, negative_slope: anp.where(x > 0, x, negative_slope * x),
    "elu": lambda x, alpha: anp.where(x > 0, x, alpha * (anp.exp(x) - 1)),
    "selu": lambda x: SELU[0] * anp.where(x > 0, x, SELU[1] * (anp.exp(x) - 1)),
    "sigmoid": sigmoid,
    "log_sigmoid": lambda x: anp.log(sigmoid(x)),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + anp.abs(x)),
    "silu": lambda x: x * sigmoid(x),
    "mish": lambda x: x * anp.tanh(softplus(x)),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / ROOT_TWO)),
    "gelu_tanh": cosine_form,
    "hardsigmoid": lambda x: anp.clip(x / 6 + 0.5, 0, 1),
    "hardswish": lambda x: x * anp.clip(x / 6 + 0.5, 0, 1),
    "hardtanh": lambda x, low, high: anp.clip(x, low, high),
    "sum": along(anp.sum),
    "mean": along(anp.mean),
    "prod": along(anp.prod),
    "others": others,
    "amax": along(anp.max),
    "amin": along(anp.min),
    "max_dim": along(anp.max),
    "min_dim": along(anp.min),
    "var": spread,
    "std": lambda x, axis, keepdims, correction: anp.sqrt(spread(x, axis, keepdims, correction)),
    "norm": lambda x, axis, keepdims: anp.sqrt(anp.sum(x * x, axis=axis, keepdims=keepdims)),
    "logsumexp": log_sum,
    "cumsum": lambda x, axis: running(x, axis, lambda i, s, x: s + x),
    "cumprod": lambda x, axis: running(x, axis, lambda i, s, x: s * x),
    "recurrence": recurrence,
    "softmax": lambda x, axis: anp.exp(x) / anp.sum(anp.exp(x), axis=axis, keepdims=True),
    "log_softmax": lambda x, axis: x - log_sum(x, axis, True),
    "squared_error": lambda x, t: (x - t) ** 2,
    "absolute_error": lambda x, t: anp.abs(x - t),
    "huber": lambda x, t, delta: anp.where(
        anp.abs(x - t) <= delta, 0.5 * (x - t) ** 2, delta * (anp.abs(x - t) - 0.5 * delta)
    ),
    "bce": lambda x, t: -(t * anp.log(x) + (1 - t) * anp.log(1 - x)),
    "bce_with_logits": lambda x, t: -(t * anp.log(sigmoid(x)) + (1 - t) * anp.log(1 - sigmoid(x))),
    "hinge": lambda x, t: (1 - x * t) * (1 - x * t > 0),
    "kl_div": lambda x, t: t * (anp.log(t) - x),
    "nll": lambda x, labels: -picked(x, labels),
    "cross_entropy": lambda x, labels: log_sum(x, -1) - picked(x, labels),
    "matmul": anp.matmul,
    "det": anp.linalg.det,
    "logdet": lambda x: anp.linalg.slogdet(x)[1],
    "inv": anp.linalg.inv,
    "solve": lambda a, b: anp.dot(anp.linalg.inv(a), b),
    "trace": lambda x: sum(x[i, i] for i in range(min(x.shape))),
    "reshape": lambda x, shape: anp.reshape(x, shape),
    "expand": lambda x, shape: x * np.ones(shape),
    "transpose": lambda x, axes: anp.transpose(x, axes),
    "where": lambda c, a, b: (c != 0) * a + (c == 0) * b,
    "guard": lambda hole, x: (1 - hole) * x,
    "concatenate": lambda *xs, axis: anp.concatenate(xs, axis),
    "stack": lambda *xs, axis: anp.stack(xs, axis),
    "index": lambda x, key: x[from_places(key)],
    "scatter": scattered,
    "pad": lambda x, widths: anp.pad(x, widths, "constant"),
    **LAYERS,
}
AT_ZEROS = {"prod-2", "prod-3", "cumprod-1"}
"""Where autograd divides by a zero factor."""
CASES = [
    pytest.param(op, sample, id=f"{name}-{i}")
    for name, op in OPS.items()
    for i, sample in enumerate(op.samples)
    if op.differentiable and f"{name}-{i}" not in AT_ZEROS
]


def of_inputs(op: Op, sample: Sample) -> tuple[Function, list[Any]]:
    """The textbook's function of those operands that carry a derivative, the others put in."""
    given = [np.asarray(x, float)[()] for x in sample.inputs]
    free = [i for i, x in enumerate(sample.inputs) if not is_condition(x) and (op.variadic or op.carries(i))]

    def function(*xs: Any) -> Any:
        full = list(given)
        for i, x in zip(free, xs, strict=True):
            full[i] = x
        return TEXTBOOK[op.name](*full, **sample.attributes)

    return function, [given[i] for i in free]


def weighed(function: Function) -> Function:
    def scalar(*xs: Any) -> Any:
        y = function(*xs)
        return anp.sum(weights(anp.shape(y)) * y)

    return scalar


def test_every_op_with_a_derivative_has_its_textbook_definition_here() -> None:
    assert set(TEXTBOOK) == {name for name, op in OPS.items() if op.differentiable}


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_values_and_gradients_are_those_of_autograd(op: Op, sample: Sample) -> None:
    function, xs = of_inputs(op, sample)
    operands, run = run_of(op, sample)
    with quiet():
        same(run.values[run.output], function(*xs), 1e-12)
        expected = autograd.grad(weighed(function), tuple(range(len(xs))))(*xs)
    for slot, gradient in zip(carried(op, operands), expected, strict=True):
        same(run.adjoints[operands[slot].id], gradient, 1e-11)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_second_derivatives_are_those_of_autograd(op: Op, sample: Sample) -> None:
    """Of Σ weights · gradient, differentiated once more."""
    function, xs = of_inputs(op, sample)
    every = tuple(range(len(xs)))
    first = autograd.grad(weighed(function), every)

    def of_the_gradient(*points: Any) -> Any:
        constant = sum(0 * anp.sum(x) for x in points)  # some gradients do not depend on anything
        return constant + sum(anp.sum(weights(anp.shape(g)) * g) for g in first(*points))

    with quiet():
        expected = autograd.grad(of_the_gradient, every)(*xs)
    graph, wrt, firsts = gradient_nodes(op, sample)
    found = {x.id: np.zeros(x.shape) for x in wrt}
    for each in firsts:
        again = backprop(graph, each.id, seed=weights(each.shape), wrt=list(found))
        for x in found:
            found[x] = found[x] + again.adjoints[x]
    for one, other in zip(found.values(), expected, strict=True):
        same(one, other, 1e-9)
