"""Other shapes for the same numbers, and numbers repeated along axes."""

import math
from typing import Any

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.op import Operand, Shape, shape
from app.engine.ops.registry import Composed
from app.engine.ops.selecting import concrete, raveled, whole_numbers
from app.engine.structure import axis_index, expand, reshape, reshaped

_shape = shape


def sizes(given: tuple[Any, ...], place: str) -> Shape:
    """Sizes written as several numbers, as a tuple, or as an array.  Raises BadArgument."""
    several = given[0] if len(given) == 1 else [concrete(each) for each in given]
    return tuple(whole_numbers(several, place).ravel().tolist())


def one_behind(given: Any, keyword: Any, place: str) -> Shape:
    """Sizes from positions, or from the keyword where there are none.  Raises BadArgument."""
    if not given and keyword is None:
        raise BadArgument(f"{place}: there is no shape, it must have one — write {place}(x, (2, -1))")
    return sizes(given or (keyword,), place)


def filled(what: str, count: int, wanted: Shape) -> Shape:
    """Sizes for `count` numbers, -1 filled in.  Raises ShapeMismatch."""
    known = math.prod(n for n in wanted if n != -1)
    found = tuple(count // known if n == -1 and known else n for n in wanted)
    if wanted.count(-1) > 1 or min(found, default=0) < 0 or math.prod(found) != count:
        raise ShapeMismatch(
            f"{what}, the new shape is {wanted}; {count} numbers must fill it exactly — choose sizes whose product is"
            f" {count}, or -1 for one of them"
        )
    return found


def call_reshape(x: Operand, *sizes: Any, shape: Any = None, newshape: Any = None) -> Any:
    """`x` under another shape; one size may be -1.  Raises ShapeMismatch."""
    wanted = one_behind(sizes, newshape if shape is None else shape, "reshape")
    return reshape(x, shape=filled(f"reshape: the array is {_shape(x)}", math.prod(_shape(x)), wanted))


def call_reshape_as(x: Operand, other: Operand) -> Any:
    """`x` under the shape of another array."""
    return call_reshape(x, shape=_shape(other) or _shape(concrete(other)))


def call_flatten(x: Operand, start_dim: Any = 0, end_dim: Any = -1) -> Any:
    """All axes as one, or those from `start_dim` to `end_dim`."""
    form = shape(x) or (1,)
    first, last = (axis_index(each, len(form), "flatten") for each in (start_dim, end_dim))
    if first > last:
        raise BadArgument(f"flatten: it goes from axis {first} to {last}, the first must not be larger — exchange them")
    return reshaped(x, (*form[:first], math.prod(form[first : last + 1]), *form[last + 1 :]))


def call_unflatten(x: Operand, axis: Any, sizes: Any) -> Any:
    """One axis as several."""
    form = shape(x)
    at = axis_index(axis, len(form), "unflatten")
    wanted = tuple(whole_numbers(sizes, "unflatten").ravel().tolist())
    inner = filled(f"unflatten: axis {at} has {form[at]} numbers", form[at], wanted)
    return reshape(x, shape=(*form[:at], *inner, *form[at + 1 :]))


def axes_of(axis: Any, ndim: int, place: str) -> set[int]:
    """Axes as one int or several, as a set of ints ≥ 0.  Raises BadArgument."""
    return {axis_index(each, ndim, place) for each in (axis if isinstance(axis, tuple | list) else (axis,))}


def call_squeeze(x: Operand, axis: Any = None) -> Any:
    """Axes of size 1 left out; an axis that is longer stays, as in PyTorch."""
    form = shape(x)
    chosen = set(range(len(form))) if axis is None else axes_of(axis, len(form), "squeeze")
    return reshaped(x, tuple(n for i, n in enumerate(form) if i not in chosen or n != 1))


def call_expand_dims(x: Operand, axis: Any) -> Any:
    """New axes of size 1, at these places of the result."""
    form = shape(x)
    several = len(axis) if isinstance(axis, tuple | list) else 1
    new = axes_of(axis, len(form) + several, "expand_dims")
    rest = iter(form)
    return reshape(x, shape=tuple(1 if i in new else next(rest) for i in range(len(form) + len(new))))


def call_broadcast(x: Operand, *sizes: Any, shape: Any = None, size: Any = None) -> Any:
    """`x` repeated to a larger shape; -1 keeps a size.  Raises ShapeMismatch."""
    wanted, form = one_behind(sizes, size if shape is None else shape, "broadcast_to"), _shape(x)
    own = (1,) * (len(wanted) - len(form)) + form
    found = tuple(m if n == -1 else n for n, m in zip(wanted, own, strict=False))
    if len(form) > len(wanted) or any(m not in (1, n) for n, m in zip(found, own, strict=True)):
        raise ShapeMismatch(
            f"broadcast_to: the array is {form}, the new shape is {wanted}; compared from the right, sizes must be"
            " equal or 1 — reshape it first"
        )
    return expand(x, shape=found)


def call_expand_as(x: Operand, other: Operand) -> Any:
    """`x` repeated to the shape of another array."""
    return call_broadcast(x, shape=_shape(other))


def call_tile(x: Operand, *counts: Any, reps: Any = None, axis: Any = None) -> Any:
    """The whole array several times along each axis.  Raises BadArgument."""
    times = one_behind(counts, axis if reps is None else reps, "tile")
    if min(times, default=1) < 0:
        raise BadArgument(f"tile: the numbers are {times}, they must be 0 or more — check them")
    ndim = max(len(times), len(shape(x)))
    form = (1,) * (ndim - len(shape(x))) + shape(x)
    times = (1,) * (ndim - len(times)) + times
    apart = tuple(each for n in form for each in (1, n))
    wide = tuple(each for k, n in zip(times, form, strict=True) for each in (k, n))
    return reshape(
        expand(reshaped(x, apart), shape=wide), shape=tuple(k * n for k, n in zip(times, form, strict=True))
    )


SHAPING_FUNCTIONS = (
    Composed(("reshape", "np.reshape", "torch.reshape", "jnp.reshape", ".reshape", ".view"), call_reshape),
    Composed((".reshape_as", ".view_as"), call_reshape_as),
    Composed(("ravel", "np.ravel", "torch.ravel", "jnp.ravel", ".ravel"), raveled),
    Composed(("flatten", "torch.flatten", ".flatten"), call_flatten),
    Composed(("unflatten", "torch.unflatten", ".unflatten"), call_unflatten),
    Composed(("squeeze", "np.squeeze", "torch.squeeze", "jnp.squeeze", ".squeeze"), call_squeeze),
    Composed(
        ("expand_dims", "unsqueeze", "np.expand_dims", "torch.unsqueeze", "jnp.expand_dims", ".unsqueeze"),
        call_expand_dims,
    ),
    Composed(
        ("broadcast_to", "np.broadcast_to", "torch.broadcast_to", "jnp.broadcast_to", ".expand", ".broadcast_to"),
        call_broadcast,
    ),
    Composed((".expand_as",), call_expand_as),
    Composed(("tile", "np.tile", "torch.tile", "jnp.tile", ".repeat", ".tile"), call_tile),
)
