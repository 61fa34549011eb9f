"""The order of axes: the transpose, and the functions that come down to it."""

from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ATOM, POWER, TEX, Form
from app.engine.op import Op, Operand, Sample, Worked, shape
from app.engine.ops.registry import Composed
from app.engine.structure import MATRIX_CALCULUS, axis_index


def inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `axes`."""
    return tuple(axes.index(i) for i in range(len(axes)))


def exchanged(ndim: int, i: int, j: int) -> tuple[int, ...]:
    """The order of axes in which two are exchanged."""
    order = list(range(ndim))
    order[i], order[j] = order[j], order[i]
    return tuple(order)


def permuted(x: Operand, order: Any) -> Any:
    """`x` with its axes in this order.  Raises BadArgument."""
    ndim = len(shape(x))
    wanted = tuple(axis_index(i, ndim, "transpose") for i in order)
    if sorted(wanted) != list(range(ndim)):
        raise BadArgument(f"transpose: axes are {tuple(order)}, each of the {ndim} must be there once — write them all")
    return transpose(x, axes=wanted)


def call_transpose(x: Operand, *order: Any, axes: Any = None, dim0: Any = None, dim1: Any = None) -> Any:
    """`x` with its axes reversed (NumPy), in the order given (NumPy), or with two of them exchanged (PyTorch)."""
    if dim0 is not None:
        return call_swapaxes(x, dim0, dim1)
    if len(order) == 2:  # of a matrix (1, 0) is the same in both, and nobody writes (0, 1) to change nothing
        return call_swapaxes(x, *order)
    given = axes if not order else order[0] if isinstance(order[0], tuple | list) or order[0] is None else order
    return transpose(x, axes=tuple(reversed(range(len(shape(x)))))) if given is None else permuted(x, given)


def call_permute(x: Operand, *order: Any, dims: Any = ()) -> Any:
    """`x.permute(2, 0, 1)`: the axes in this order."""
    return permuted(x, dims if not order else order[0] if isinstance(order[0], tuple | list) else order)


def call_swapaxes(x: Operand, axis1: Any, axis2: Any) -> Any:
    """Two axes exchanged."""
    n = len(shape(x))
    return transpose(x, axes=exchanged(n, axis_index(axis1, n, "swapaxes"), axis_index(axis2, n, "swapaxes")))


def call_moveaxis(x: Operand, source: Any, destination: Any) -> Any:
    """Axes moved to other places, the rest in their order."""
    ndim = len(shape(x))
    several = isinstance(source, tuple | list)
    sources = [axis_index(i, ndim, "moveaxis") for i in (source if several else (source,))]
    targets = [axis_index(i, ndim, "moveaxis") for i in (destination if several else (destination,))]
    order = [i for i in range(ndim) if i not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return permuted(x, order)


transpose: Op = Op(
    name="transpose",
    noun="transpose",
    doc="Puts the axes in another order; a matrix is mirrored on its diagonal.",
    forward=lambda x, axes: np.asarray(x).transpose(axes),
    slots=("x",),
    view=True,
    transposes=(lambda g, x, axes: transpose(g, axes=inverse(axes)),),
    names=("np.transpose", "jnp.transpose", "torch.transpose", "torch.t", ".transpose"),
    call=call_transpose,
    forms={TEX: Form(r"{0}^\top", POWER, (ATOM,), undoes=True)},
    samples=(
        Sample((np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]]),), {"axes": (1, 0)}),
        Sample((np.arange(24.0).reshape(2, 3, 4),), {"axes": (2, 0, 1)}),
    ),
    # Rows become columns.
    worked=Worked(
        (np.array([[1.0, 2.0], [3.0, 4.0]]),), np.array([[1.0, 3.0], [2.0, 4.0]]), (np.ones((2, 2)),), {"axes": (1, 0)}
    ),
    source=MATRIX_CALCULUS,
)


def swap(x: Operand) -> Any:
    """The last two axes exchanged."""
    n = len(shape(x))
    return transpose(x, axes=(*range(n - 2), n - 1, n - 2))


VIEWS = (transpose,)
VIEW_FUNCTIONS = (
    Composed(("permute", "torch.permute", "np.permute_dims", "jnp.permute_dims", ".permute"), call_permute),
    Composed(("swapaxes", "np.swapaxes", "torch.swapaxes", "jnp.swapaxes", ".swapaxes"), call_swapaxes),
    Composed(
        ("moveaxis", "np.moveaxis", "torch.moveaxis", "torch.movedim", "jnp.moveaxis", ".moveaxis", ".movedim"),
        call_moveaxis,
    ),
    Composed(("np.matrix_transpose", "jnp.matrix_transpose"), swap),
)
