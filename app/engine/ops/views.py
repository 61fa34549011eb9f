"""Ops that move or repeat numbers and make none."""

from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import ATOM, POWER, tex
from app.engine.op import Op, Operand, Sample, Worked, shape
from app.engine.structure import MATRIX_CALCULUS, axis_index


def inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `axes`."""
    return tuple(axes.index(i) for i in range(len(axes)))


def call_transpose(x: Operand, *order: Any, axes: Any = None) -> Any:
    """`x` with its axes reversed, or in the order given; two axes of another number of axes are exchanged."""
    ndim = len(shape(x))
    given = order[0] if len(order) == 1 and isinstance(order[0], tuple | list) else order or axes
    if not given:
        return transpose(x, axes=tuple(reversed(range(ndim))))
    wanted = tuple(axis_index(i, ndim, "transpose") for i in given)
    if len(wanted) == 2 and order and (ndim != 2 or wanted == (0, 1)):
        return transpose(x, axes=exchanged(ndim, *wanted))
    if sorted(wanted) != list(range(ndim)):
        raise BadArgument(f"transpose: axes are {given}, they must name each of the {ndim} once — write them all")
    return transpose(x, axes=wanted)


def exchanged(ndim: int, i: int, j: int) -> tuple[int, ...]:
    """The order of axes in which two are exchanged."""
    order = list(range(ndim))
    order[i], order[j] = order[j], order[i]
    return tuple(order)


transpose: Op = Op(
    name="transpose",
    doc="Puts the axes in another order; a matrix is mirrored on its diagonal.",
    forward=lambda x, axes: np.asarray(x).transpose(axes),
    slots=("x",),
    view=True,
    transposes=(lambda g, x, axes: transpose(g, axes=inverse(axes)),),
    names=("np.transpose", "jnp.transpose", "torch.transpose", "torch.permute", ".permute", ".transpose"),
    call=call_transpose,
    forms=tex(r"{0}^\top", POWER, ATOM),
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
