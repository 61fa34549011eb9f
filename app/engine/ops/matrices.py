"""Determinants, inverses, systems of equations, traces, triangles."""

from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import ATOM, POWER, PRODUCT, SIGN, program, tex
from app.engine.op import Array, Op, Operand, Sample, Whole, Worked, shape
from app.engine.ops.indexing import call_index, index
from app.engine.ops.linear import matmul
from app.engine.ops.registry import Composed
from app.engine.ops.rounding import sign
from app.engine.ops.views import swap
from app.engine.structure import MATRIX_CALCULUS, reshape, total, where

M = np.array([[2.0, 1.0], [0.5, 3.0]])
N = np.array([[2.0, -1.0, 0.5], [1.0, 3.0, -0.5], [0.25, 1.0, 2.0]])
SQUARE = (Sample((M,)), Sample((N,)))


def check_square(x: Operand, place: str) -> int:
    """The number of rows of a square matrix.  Raises ShapeMismatch."""
    form = shape(x)
    if len(form) != 2 or form[0] != form[1]:
        raise ShapeMismatch(f"{place}: the array is {form}, it must be a square matrix — check its shape")
    return form[0]


def checked(place: str, compute: Any) -> Any:
    """A forward pass that refuses what is not a square matrix, and says NaN where there is no answer."""

    def forward(x: Array, *rest: Array) -> Array:
        check_square(np.asarray(x), place)
        try:
            return compute(x, *rest)
        except np.linalg.LinAlgError:
            return np.full(np.shape(rest[0] if rest else x), np.nan)

    return forward


def singular_why(x: Array, *_: Array) -> str:
    """Why a matrix has no inverse, and its determinant no logarithm."""
    singular = np.linalg.det(x) == 0
    return "the determinant is 0, so the matrix has no inverse" if singular else "the numbers are too large"


def elimination(x: Array, *_: Array) -> int:
    """About the multiplications of taking a matrix to pieces, and of putting an answer together: n³."""
    return max(np.shape(x), default=0) ** 3


def as_factor(g: Operand) -> Any:
    """A single gradient, ready to multiply a matrix."""
    return reshape(g, shape=(1, 1))


def cofactors(x: Operand, y: Operand) -> Any:
    """The slopes of det x: written out up to 2 × 2, which holds for singular matrices too, else det x · x⁻ᵀ."""
    n = shape(x)[0]
    if n == 1:
        return x * 0.0 + 1.0
    if n == 2:
        crossed = index(x, key=(("slice", None, None, -1), ("slice", None, None, -1)))
        return crossed * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return as_factor(y) * swap(inv(x))


det = Op(
    name="det",
    noun="determinant",
    doc="The determinant of a square matrix: by how much it scales volumes.",
    forward=checked("det", lambda x: np.float64(np.linalg.det(x))),
    slots=("x",),
    work=elimination,
    whole=(Whole(
        lambda g, x, y: as_factor(g) * cofactors(x, y),
        lambda t, x, y: total(cofactors(x, y) * t, (0, 1)),
    ),),
    names=("np.linalg.det", "torch.det", "torch.linalg.det", "jnp.linalg.det", ".det"),
    forms=tex(r"\det {0}", SIGN, POWER),
    samples=SQUARE,
    # 1·4 − 2·3 = −2; the cofactors.
    worked=Worked((np.array([[1.0, 2.0], [3.0, 4.0]]),), -2.0, (np.array([[4.0, -3.0], [-2.0, 1.0]]),)),
    source=MATRIX_CALCULUS,
)  # fmt: skip


def logabsdet_forward(x: Array) -> Array:
    """ln |det x|."""
    return np.linalg.slogdet(x)[1]


logdet = Op(
    name="logdet",
    noun="log-determinant",
    doc="The logarithm of the size of the determinant.",
    forward=checked("logdet", logabsdet_forward),
    slots=("x",),
    work=elimination,
    whole=(Whole(
        lambda g, x, y: as_factor(g) * swap(inv(x)),
        lambda t, x, y: total(swap(inv(x)) * t, (0, 1)),
    ),),
    names=(),
    why=singular_why,
    forms=tex(r"\ln \left|\det {0}\right|", SIGN, POWER) | program("np.linalg.slogdet({0})[1]"),
    samples=SQUARE,
    # ln 4; the inverse, transposed.
    worked=Worked((np.array([[2.0, 0.0], [0.0, 2.0]]),), 1.3862943611198906, (np.array([[0.5, 0.0], [0.0, 0.5]]),)),
    source=MATRIX_CALCULUS,
)  # fmt: skip


def call_logdet(x: Operand) -> Any:
    """`torch.logdet`: NaN where the determinant is negative."""
    found = logdet(x)
    value = np.asarray(getattr(x, "value", x))
    return found if np.linalg.slogdet(value)[0] >= 0 else found * np.nan


def call_slogdet(x: Operand) -> Any:
    """`np.linalg.slogdet`: the sign, and the logarithm of the size."""
    return sign(det(x)), logdet(x)


inv: Op = Op(
    name="inv",
    noun="inverse matrix",
    doc="The matrix that undoes a square matrix.",
    forward=checked("inv", np.linalg.inv),
    slots=("x",),
    work=elimination,
    whole=(Whole(
        lambda g, x, y: -matmul(swap(y), matmul(g, swap(y))),
        lambda t, x, y: -matmul(y, matmul(t, y)),
    ),),
    names=("np.linalg.inv", "torch.inverse", "torch.linalg.inv", "jnp.linalg.inv", ".inverse"),
    why=singular_why,
    forms=tex(r"{0}^{{-1}}", POWER, ATOM),
    samples=SQUARE,
    # 1/2 on the diagonal; −y ḡ y with ḡ all ones: −¼ everywhere.
    worked=Worked((np.array([[2.0, 0.0], [0.0, 2.0]]),), np.array([[0.5, 0.0], [0.0, 0.5]]), (np.full((2, 2), -0.25),)),
    source=MATRIX_CALCULUS,
)  # fmt: skip


def solve_pull_matrix(g: Operand, a: Operand, b: Operand, y: Operand) -> Any:
    """−(a⁻ᵀ ḡ) yᵀ."""
    v = solve(swap(a), g)
    if len(shape(b)) == 1:
        n = shape(a)[0]
        return -matmul(reshape(v, shape=(n, 1)), swap(reshape(y, shape=(n, 1))))
    return -matmul(v, swap(y))


solve: Op = Op(
    name="solve",
    noun="solution",
    doc="The solution x of a x = b.",
    forward=checked(
        "solve",
        lambda a, b: np.linalg.solve(a, b) if np.ndim(b) > 1 else np.linalg.solve(a, np.asarray(b)[:, None])[:, 0],
    ),
    slots=("a", "b"),
    work=elimination,
    whole=(
        Whole(solve_pull_matrix, lambda t, a, b, y: -solve(a, matmul(t, y))),
        Whole(lambda g, a, b, y: solve(swap(a), g), lambda t, a, b, y: solve(a, t)),
    ),
    names=("np.linalg.solve", "torch.linalg.solve", "jnp.linalg.solve"),
    why=singular_why,
    forms=tex(r"{0}^{{-1}} {1}", PRODUCT, ATOM, POWER),
    samples=(Sample((M, np.array([1.0, -2.0]))), Sample((N, np.array([[1.0, 0.5], [-2.0, 1.0], [0.25, 3.0]])))),
    # 2x = 4: x = 2; slopes −½·2 and ½.
    worked=Worked((np.array([[2.0]]), np.array([4.0])), np.array([2.0]), (np.array([[-1.0]]), np.array([0.5]))),
    source=MATRIX_CALCULUS,
)


def diagonal_of(x: Operand, offset: int = 0) -> Any:
    """The numbers on a diagonal."""
    rows, columns = shape(x)
    i = np.arange(max(0, min(rows + min(offset, 0), columns - max(offset, 0))))
    return call_index(x, (i - min(offset, 0), i + max(offset, 0)))


def call_diagonal(x: Operand, offset: int = 0) -> Any:
    """`np.diagonal`: the numbers on a diagonal of a matrix.  Raises ShapeMismatch."""
    if len(shape(x)) != 2:
        raise ShapeMismatch(f"diagonal: the array is {shape(x)}, it must be a matrix — take one matrix of it")
    return diagonal_of(x, int(offset))


def trace_of(x: Operand) -> Any:
    """The sum of the diagonal."""
    if len(shape(x)) != 2:
        raise ShapeMismatch(f"trace: the array is {shape(x)}, it must be a matrix — check its shape")
    return total(diagonal_of(x), (0,))


trace = Op(
    name="trace",
    noun="trace",
    doc="The sum of the numbers on the diagonal.",
    forward=trace_of,
    slots=("x",),
    detail=trace_of,
    names=("np.trace", "torch.trace", "jnp.trace", ".trace"),
    forms=tex(r"\operatorname{{tr}} {0}", SIGN, POWER),
    samples=(Sample((M,)), Sample((np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),))),
    # 1 + 4; the identity.
    worked=Worked((np.array([[1.0, 2.0], [3.0, 4.0]]),), 5.0, (np.eye(2),)),
    source=MATRIX_CALCULUS,
)


def call_diag(x: Operand, k: int = 0) -> Any:
    """A matrix's diagonal, or a matrix with a vector on its diagonal."""
    if len(shape(x)) == 1:
        if k:
            raise BadArgument("diag: only the main diagonal is made from a vector — leave k out")
        return reshape(x, shape=(*shape(x), 1)) * np.eye(shape(x)[0])
    if len(shape(x)) != 2:
        raise ShapeMismatch(f"diag: the array is {shape(x)}, it must be a vector or a matrix — check its shape")
    return diagonal_of(x, int(k))


def call_triangle(name: str) -> Any:
    """`tril` or `triu`: what lies outside is 0."""

    def call(x: Operand, k: int = 0, diagonal: int = 0) -> Any:
        keep = getattr(np, name)(np.ones(shape(x)[-2:], bool), int(k or diagonal))
        return where(keep, x, 0.0)

    return call


MATRICES = (det, logdet, inv, solve, trace)
MATRIX_FUNCTIONS = (
    Composed(("logdet", "torch.logdet", ".logdet"), call_logdet),
    Composed(
        ("slogdet", "np.linalg.slogdet", "torch.slogdet", "torch.linalg.slogdet", "jnp.linalg.slogdet"), call_slogdet
    ),
    Composed(("diag", "np.diag", "torch.diag", "jnp.diag"), call_diag),
    Composed(("diagonal", "np.diagonal", "torch.diagonal", "jnp.diagonal", ".diagonal"), call_diagonal),
    Composed(("tril", "np.tril", "torch.tril", "jnp.tril"), call_triangle("tril")),
    Composed(("triu", "np.triu", "torch.triu", "jnp.triu"), call_triangle("triu")),
)
