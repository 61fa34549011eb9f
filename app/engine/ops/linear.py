"""Matrix products and what is made of them."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import PRODUCT, program, tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.arithmetic import add, mul
from app.engine.ops.registry import Composed
from app.engine.ops.views import swap
from app.engine.structure import LEFT_TO_RIGHT, MATRIX_CALCULUS, added_in_order, fit, reshape, reshaped, total


def matmul_forward(a: Array, b: Array) -> Array:
    """a @ b; small products add from left to right, as the scalar detail does."""
    left, right = np.shape(a), np.shape(b)
    if not left or not right:
        raise BadArgument(f"matmul: left is {left}, right is {right}, both must have axes — times a number is `*`")
    inner = right[-2] if len(right) > 1 else right[-1]
    if left[-1] != inner:
        raise ShapeMismatch(
            f"matmul: left is {left}, right is {right}; {left[-1]} must equal {inner}"
            " — transpose one, or change its shape"
        )
    products = np.size(a) * (right[-1] if len(right) > 1 else 1) if len(right) < 3 else matmul_size(a, b) * inner
    if products > LEFT_TO_RIGHT:
        return np.matmul(a, b)
    rows, columns = as_matrices(a, b)
    if not inner or np.shape(rows)[-2] * np.shape(columns)[-1] < 2 or np.result_type(a, b) != np.float64:
        return matmul_detail(a, b)
    by_term = np.multiply(np.swapaxes(rows, -1, -2)[..., None], columns[..., None, :], order="C")
    found = added_in_order(by_term, -3)
    return found.reshape(*found.shape[:-2], *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))


def as_matrices(a: Operand, b: Operand) -> tuple[Any, Any]:
    """A vector on the left is a row, on the right a column."""
    row = a if len(shape(a)) > 1 else reshape(a, shape=(1, *shape(a)))
    column = b if len(shape(b)) > 1 else reshape(b, shape=(*shape(b), 1))
    return row, column


def matmul_pull(slot: int, g: Operand, a: Operand, b: Operand) -> Any:
    """ā = ḡ bᵀ and b̄ = aᵀ ḡ."""
    rows, columns = as_matrices(a, b)
    batch = np.broadcast_shapes(shape(rows)[:-2], shape(columns)[:-2])
    g = reshaped(g, (*batch, shape(rows)[-2], shape(columns)[-1]))
    out = matmul(swap(rows), g) if slot else matmul(g, swap(columns))
    as_vector = slot == 1 and len(shape(b)) == 1
    return fit(reshaped(out, shape(out)[:-1]) if as_vector else out, shape((a, b)[slot]))


def matmul_detail(a: Operand, b: Operand) -> Any:
    """Every product, then the sums over the last axis."""
    if len(shape(b)) > 1:
        a = reshape(a, shape=(*shape(a)[:-1], 1, shape(a)[-1]))
        b = swap(b)
        b = reshape(b, shape=(*shape(b)[:-2], 1, *shape(b)[-2:])) if len(shape(a)) > 2 else b
    return total(a * b, (max(len(shape(a)), len(shape(b))) - 1,))


def matmul_size(a: Array, b: Array) -> int:
    """How many numbers the product has; 0 where the shapes do not go together."""
    left, right = np.shape(a), np.shape(b)
    try:
        batch = np.broadcast_shapes(left[:-2], right[:-2])
    except ValueError:
        return 0
    return math.prod((*batch, *left[-2:-1], *(right[-1:] if len(right) > 1 else ())))


def matmul_work(a: Array, b: Array) -> int:
    """One multiplication per number of the result and of the row it comes from."""
    return matmul_size(a, b) * int((np.shape(a) or (0,))[-1])


A, B = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]]), np.array([[1.0, 0.5], [-2.0, 1.0], [0.25, 3.0]])

matmul = Op(
    name="matmul",
    noun="matrix product",
    doc="The matrix product: every row of the first with every column of the second.",
    forward=matmul_forward,
    slots=("a", "b"),
    transposes=(lambda g, a, b: matmul_pull(0, g, a, b), lambda g, a, b: matmul_pull(1, g, a, b)),
    detail=matmul_detail,
    size=matmul_size,
    work=matmul_work,
    names=("matmul", "np.matmul", "torch.matmul", "jnp.matmul", "torch.mm", ".matmul", ".mm"),
    forms=tex(r"{0} \, {1}", PRODUCT, PRODUCT, PRODUCT + 1) | program("{0} @ {1}", PRODUCT, PRODUCT, PRODUCT + 1),
    samples=(
        Sample((A, B)),
        Sample((A, np.array([1.0, -2.0, 0.5]))),
        Sample((np.array([1.0, -2.0]), A)),
        Sample((np.array([1.0, -2.0]), np.array([0.5, 3.0]))),
        Sample((np.stack([A, -A]), B)),
        Sample((A, np.stack([B, 2 * B]))),
    ),
    # [1 2]·[3 4] = 3 + 8 = 11; each row's gradient is the other operand.
    worked=Worked((np.array([1.0, 2.0]), np.array([3.0, 4.0])), 11.0, (np.array([3.0, 4.0]), np.array([1.0, 2.0]))),
    source=MATRIX_CALCULUS,
)


def call_dot(a: Operand, b: Operand) -> Any:
    """`np.dot`: a product of numbers, of vectors, of matrices."""
    if not shape(a) or not shape(b):
        return mul(a, b)
    if len(shape(b)) > 2:
        raise ShapeMismatch(f"dot: right is {shape(b)}, it must have at most 2 axes — use matmul")
    return matmul(a, b)


def call_vdot(a: Operand, b: Operand) -> Any:
    """`np.vdot`: the sum of products of all numbers."""
    a, b = (reshaped(x, (math.prod(shape(x)),)) for x in (a, b))
    return matmul(a, b)


def call_outer(a: Operand, b: Operand) -> Any:
    """Every number of the first with every number of the second."""
    column = reshaped(a, (math.prod(shape(a)), 1))
    return mul(column, reshaped(b, (1, math.prod(shape(b)))))


def call_inner(a: Operand, b: Operand) -> Any:
    """Sums of products over the last axes."""
    if not shape(a) or not shape(b):
        return mul(a, b)
    return matmul(a, b if len(shape(b)) == 1 else swap(b))


def call_linear(x: Operand, weight: Operand, bias: Operand = None) -> Any:
    """`F.linear`: x Wᵀ + b, with weights (out, in)."""
    product = matmul(x, swap(weight))
    return product if bias is None else add(product, bias)


LINEAR = (matmul,)
LINEAR_FUNCTIONS = (
    Composed(("dot", "np.dot", "torch.dot", "jnp.dot", "torch.mv", ".dot", ".mv"), call_dot),
    Composed(("np.vdot", "jnp.vdot", "torch.vdot"), call_vdot),
    Composed(("outer", "np.outer", "torch.outer", "torch.ger", "jnp.outer", ".outer"), call_outer),
    Composed(("inner", "np.inner", "torch.inner", "jnp.inner", ".inner"), call_inner),
    Composed(("linear", "F.linear"), call_linear),
    Composed(("torch.bmm", ".bmm"), matmul),
)
