"""Derivatives by the complex step, f(x + ih)/h, which has no rounding of a difference: exact to the last places.

Only where NumPy's own function is analytic; what cuts, sorts or takes sizes is left to central differences.
"""

import numpy as np
import pytest

from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.run import backprop
from tests.engine.ops.tools import build, weights

H = 1e-30
ANALYTIC = [
    "add", "sub", "mul", "div", "neg", "exp", "log", "exp2", "expm1", "log1p", "log2", "log10", "sqrt", "rsqrt",
    "square", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh",
    "arctanh",
    "squared_error", "inv", "solve", "transpose", "index", "concatenate", "stack", "pad",
]  # fmt: skip
CASES = [
    pytest.param(OPS[name], sample, id=f"{name}-{i}") for name in ANALYTIC for i, sample in enumerate(OPS[name].samples)
]


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_the_gradient_is_that_of_the_complex_step(op: Op, sample: Sample) -> None:
    graph, operands, out = build(op, sample)
    seed = weights(out.shape)
    run = backprop(graph, out.id, seed=seed)
    for slot, x in enumerate(operands):
        for at in np.ndindex(x.shape):
            moved = [np.array(given, complex) for given in sample.inputs]
            moved[slot][at] += 1j * H
            rise = np.asarray(op.forward(*moved, **sample.attributes)).imag / H
            np.testing.assert_allclose(np.asarray(run.adjoints[x.id])[at], np.sum(seed * rise), rtol=1e-13, atol=1e-14)
