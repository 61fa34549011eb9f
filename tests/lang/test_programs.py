"""Programs as people write them in NumPy: every value and gradient, against HIPS autograd running the same text."""

import numpy as np
import pytest

from tests.lang.oracle import answer
from tests.lang.tools import run, same

PROGRAMS = {
    # statements
    "chained": "a = b = 3.0\nc = a*b + a",
    "swap": "a = 2.0\nb = 5.0\np, q = b*a, a - b\np, q = q, p\ny = p**2*q",
    "nested targets": "a = 1.5\nb = 0.5\n(p, q), r = (a*b, a + b), b\ny = p*q/r",
    "augmented": "x = 1.3\ny = x*1\ny += x\ny *= y\ny -= 2*x\ny /= x + 1\ny **= 2",
    "augmented modulo": "x = 7.3\ny = x*2\ny %= 4\nz = y*x // 3 + y",
    "annotated": "x: float = 0.7\ny: float = np.sin(x)*x",
    "rebound": "x = 2.0\ny = x*x\nx = y*3\nz = x*y",
    "parenthesised": "x = 0.3\ny = (x +\n     x**2 *\n     3)",
    "continued": "x = 0.3\ny = x + \\\n    x**2",
    "semicolons": "x = 0.3; y = x*x; z = y + x",
    "commented": "# a line\nx = 0.3  # the input\n\ny = x**3  # its cube\n",
    "documented": '"""What this is."""\nx = 0.3\n"""More."""\ny = x**3',
    "unused": "a = 1.0\nb = 2.0\ny = b*b",
    # operators
    "precedence": "x = 1.7\ny = 2 + 3*x**2/4 - -x**-1",
    "powers": "x = 1.2\np = 2.5\ny = x**p + p**x + 2**x + x**2 + x**-1.5 + x**0.5",
    "negative base": "x = -1.2\ny = x**2 + x**3 - x**4",
    "unary": "x = 1.2\ny = -x + +x*-x - -(-x)",
    "floor and modulo": "x = 7.7\ny = x // 2 + x % 3 + (-x) % 3 + x % -2",
    "broadcast": "a = np.array([[1.], [2.], [3.]])\nb = np.array([0.5, -1.5])\ny = (a*b + a/b - b).sum()",
    "scalar and array": "s = 0.5\na = np.array([1., 2., 3.])\ny = np.sum(s*a**2 + a/s)",
    "matrix products":
    "A = np.array([[1., 2.], [3., 4.], [5., 6.]])\nx = np.array([0.3, -0.2])\nv = np.array([1., 0.5, -1.])\n"
    "y = v @ A @ x + (A.T @ A).sum() + x @ x",
    "batched product":
    "A = np.arange(12.).reshape(2, 2, 3)\nB = np.arange(6.).reshape(3, 2) * 0.1\nC = A @ B\ny = (C**2).sum()",
    # constructors
    "zeros and ones": "a = np.zeros((2, 3))\nb = np.ones(3)\ny = np.sum((a + 1)*b**2)",
    "eye and full": "a = np.eye(3)\nb = np.full((3, 3), 0.5)\ny = np.sum(a @ b * b)",
    "arange and linspace": "a = np.arange(1, 4, 0.5)\nb = np.linspace(0.5, 2, 6)\ny = np.sum(a**b)",
    "from names": "a = 1.0\nb = 2.0\nv = np.array([a, b, a*b, 3.0])\ny = np.sum(v**2)",
    "nested from names": "a = 1.0\nb = 2.0\nM = np.array([[a, b], [b*b, 1.0]])\ny = np.linalg.det(M) + np.trace(M)",
    "random": "np.random.seed(7)\nW = np.random.randn(2, 3)\nx = np.random.rand(3)\ny = np.sum(np.tanh(W @ x))",
    "generator": "rng = np.random.default_rng(42)\nW = rng.normal(0, 0.5, size=(2, 3))\nx = rng.uniform(-1, 1, 3)\n"
    "y = np.sum(np.tanh(W @ x)**2)",
    # indexing
    "elements": "x = np.array([1., 2., 3., 4.])\ny = x[0]*x[-1] + x[2]**2",
    "slices":
    "x = np.array([1., 2., 3., 4., 5.])\ny = np.sum(x[1:3]*x[-2:]) + np.sum(x[::2]**2) + np.sum(x[::-1][:2]**3)",
    "axes": "W = np.arange(6.).reshape(2, 3) + 1\ny = np.sum(W[0]*W[1]) + np.sum(W[:, 1]**2) + W[1, 2]*W[-1, 0]",
    "new axes": "x = np.array([1., 2., 3.])\ny = np.sum(x[:, None]*x[None, :]) + np.sum(x[np.newaxis]**2)",
    "ellipsis":
    "T = np.arange(24.).reshape(2, 3, 4)*0.1\n"
    "y = np.sum(T[..., 0]**2) + np.sum(T[0, ...]*T[1]) + np.sum(T[..., -1, :])",
    "integer arrays": "x = np.array([1., 2., 3., 4.])\ny = np.sum(x[[0, 0, 3]]**2) + np.sum(x[np.array([1, 2])]**3)",
    "pairs of integer arrays": "W = np.arange(9.).reshape(3, 3) + 1\ny = np.sum(np.log(W[[0, 1, 2], [2, 0, 1]]))",
    "rows by an array": "W = np.arange(9.).reshape(3, 3) + 1\ny = np.sum(W[[2, 0]]**2) + np.sum(W[:, [0, 0]])",
    "boolean arrays": "x = np.array([1., -2., 3., -4.])\ny = np.sum(x[x > 0]**2) - np.sum(x[x < 0]**3)",
    "combined conditions":
    "x = np.array([1., -2., 3., -4.])\ny = np.sum(x[(x > 0) & (x < 2)]) + np.sum(x[(x < -3) | (x > 2)]**2)",
    "a mask of its own": "x = np.array([1., -2., 3.])\nm = x > 0\ny = np.sum(x[m]**2) + np.sum(x[~m])",
    "index by a name": "x = np.array([1., 2., 3.])\ni = 1\ny = x[i]**2*x[i - 1]",
    # attributes and methods
    "shapes": "W = np.ones((2, 3))\ny = np.sum(W)/W.size + W.sum()*W.shape[1] + W.ndim*W[0, 0]",
    "unpacked shape": "W = np.ones((2, 3))\nn, m = W.shape\ny = np.sum(W)/(n*m)",
    "length": "x = np.array([1., 2., 3.])\ny = np.sum(x**2)/len(x)",
    "transposed": "W = np.arange(6.).reshape(2, 3)\ny = np.sum(W.T @ W) + np.sum(np.transpose(W)**2)",
    "methods": "x = np.array([[1., 2.], [3., 4.]])\n"
    "y = x.sum() + x.mean(axis=0).prod() + x.reshape(4)[1] + x.std() + x.max() + x.cumsum()[2] + x.ravel()[3]",
    "keepdims": "x = np.array([[1., 2.], [3., 5.]])\nz = x - x.mean(axis=1, keepdims=True)\ny = (z**2).sum(axis=0)[1]",
    # functions
    "elementary":
    "x = 0.4\ny = np.exp(x) + np.log(x) + np.sqrt(x) + np.sin(x) + np.cos(x) + np.tan(x) + np.expm1(x) + np.log1p(x)",
    "hyperbolic": "x = 0.4\ny = np.sinh(x)*np.cosh(x) + np.tanh(x)",
    "inverse":
    "x = 0.4\ny = np.arcsin(x) + np.arccos(x)*np.arctan(x) + np.arcsinh(x) + np.arctanh(x) + np.arctan2(x, 2*x + 1)",
    "logarithms": "x = 0.4\ny = np.log2(x)*np.log10(x) + np.logaddexp(x, 2*x)",
    "signs": "x = -0.4\ny = np.abs(x) + np.sign(x)*x + np.square(x)",
    "extremes": "a = 1.0\nb = 2.0\ny = np.maximum(a, b)*np.minimum(a, 3*b) + np.clip(a, 0, 5)",
    "choices": "x = np.array([1., -2.])\ny = np.sum(np.where(x > 0, x**2, np.exp(x)))",
    "reductions": "x = np.array([[1., 2.], [3., 5.]])\n"
    "y = np.prod(x) + np.mean(x) + np.var(x) + np.std(x) + np.max(x) + np.min(x) + np.sum(np.sum(x, axis=1)**2)",
    "joining": "a = np.array([1., 2.])\nb = np.array([3., 4.])\n"
    "y = np.sum(np.concatenate([a, b*2])**2) + np.sum(np.stack([a, b])[:, 0]**3) + np.sum(np.vstack([a, b]) @ a)",
    "shaping": "x = np.arange(6.)\n"
    "y = np.sum(np.reshape(x, (2, 3))[1]**2) + np.sum(np.expand_dims(x, 0) @ x) + np.sum(np.squeeze(x[None])*x)",
    "linear algebra": "A = np.array([[2., 0.3], [0.1, 1.5]])\nb = np.array([1., 2.])\n"
    "y = np.linalg.det(A) + np.sum(np.linalg.inv(A)) + np.sum(np.linalg.solve(A, b)) + np.trace(A) + np.linalg.norm(b)",
    "products":
    "a = np.array([1., 2.])\nb = np.array([3., 4.])\ny = np.dot(a, b) + np.sum(np.outer(a, b)**2) + np.inner(a, a)",
    # whole pieces
    "logistic regression": "X = np.array([[0.5, 1.2], [-1.0, 0.3], [0.8, -0.7]])\ny = np.array([1., 0., 1.])\n"
    "w = np.array([0.1, -0.2])\nb = 0.05\np = 1/(1 + np.exp(-(X @ w + b)))\n"
    "loss = -np.mean(y*np.log(p) + (1 - y)*np.log(1 - p))",
    "softmax by hand": "z = np.array([1., 2., 0.5])\ne = np.exp(z - np.max(z))\np = e/np.sum(e)\nloss = -np.log(p[1])",
    "two layers": "np.random.seed(0)\nX = np.random.randn(5, 3)\nW1 = np.random.randn(3, 4)*0.5\nb1 = np.zeros(4)\n"
    "W2 = np.random.randn(4, 1)*0.5\nb2 = np.zeros(1)\nt = np.random.randn(5, 1)\n"
    "h = np.tanh(X @ W1 + b1)\nout = h @ W2 + b2\nloss = np.mean((out - t)**2) + 0.01*(np.sum(W1**2) + np.sum(W2**2))",
    "layer norm": "x = np.array([[1., 2., 4.], [0.5, -1., 3.]])\ng = np.ones(3)\nb = np.zeros(3)\n"
    "mu = x.mean(axis=-1, keepdims=True)\nvar = x.var(axis=-1, keepdims=True)\n"
    "y = (x - mu)/np.sqrt(var + 1e-5)*g + b\nloss = np.sum(y**3)",
    "attention": "np.random.seed(1)\nQ = np.random.randn(3, 4)\nK = np.random.randn(3, 4)\nV = np.random.randn(3, 2)\n"
    "S = Q @ K.T/np.sqrt(4)\nA = np.exp(S - np.max(S, axis=1, keepdims=True))\nA = A/np.sum(A, axis=1, keepdims=True)\n"
    "O = A @ V\nloss = np.sum(O**2)",
    "recurrent": "W = np.array([[0.5, -0.3], [0.2, 0.4]])\nU = np.array([0.3, -0.6])\nh = np.zeros(2)\n"
    "h1 = np.tanh(W @ h + U*1.0)\nh2 = np.tanh(W @ h1 + U*0.5)\nh3 = np.tanh(W @ h2 + U*-1.5)\nloss = np.sum(h3**2)",
}  # fmt: skip
ONLY_SIZES = {"index by a name": {"i"}}
"""Names that are inputs here because they are calculated with, and of which Python can take no gradient."""


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_numpy_program_has_autograd_s_values_and_gradients(name: str) -> None:
    source = PROGRAMS[name]
    found = run(source)
    ids = {each: i for each, i in found.program.inputs.items() if each not in ONLY_SIZES.get(name, ())}
    inputs = {each: np.asarray(found.run.values[i])[()] for each, i in ids.items()}
    assert inputs
    output = found.program.output_name
    assert output is not None
    expected, gradients = answer(source, inputs, output)
    assert same(found.output, expected)
    for each, gradient in gradients.items():
        assert same(found.run.adjoints[ids[each]], gradient), each
