"""The largest and the smallest number along axes, and where they stand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.errors import BadArgument
from app.engine.forms import POWER, SIGN, program, symbolic, tex
from app.engine.op import Array, Op, Operand, Rule, Traced, Worked, shape
from app.engine.ops.extrema import maximum, minimum
from app.engine.ops.logic import both, equal
from app.engine.ops.reductions import SAMPLES, VECTOR, count, reducing, spellings, without_slope
from app.engine.ops.registry import Composed
from app.engine.ops.scans import cumsum
from app.engine.structure import axes, axis_index, number, total


def shared(x: Operand, y: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """1 at the extreme, shared evenly where several are it."""
    wins = number(equal(x, y))
    return wins / total(wins, axis, True)


def first_only(x: Operand, y: Operand, axis: tuple[int, ...], keepdims: bool) -> Any:
    """1 at the first place of the extreme."""
    wins = equal(x, y)
    return number(both(wins, equal(cumsum(number(wins), axis=axis[0]), 1.0)))


def first_program(name: str) -> Callable[[Sequence[str], Mapping[str, Any]], str]:
    """As PyTorch spells it, which gives the places too."""
    return lambda texts, given: f"torch.{name}({texts[0]}, dim={given['axis'][0]}, keepdim={given['keepdims']})[0]"


def extreme(
    name: str,
    noun: str,
    doc: str,
    reduce: Any,
    share: Rule,
    took: str,
    command: str,
    worked: Worked,
    source: str,
    **rest: Any,
) -> Op:
    """An op that takes the largest or the smallest number."""

    def forward(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
        if axis and not count(x, axis):
            raise BadArgument(f"{name}: the array is {shape(x)}, there must be numbers in it — check its shape")
        return reduce(np.asarray(x), axis=axis, keepdims=keepdims)

    def ties(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
        return np.sum(np.equal(x, forward(x, axis, True)), axis) > 1

    return Op(
        name=name, noun=noun, doc=doc,
        forward=forward, slots=("x",), reduces=True, partials=(share,), ties=ties, took=took,
        forms=tex(rf"\{command} {{0}}", SIGN, POWER) | symbolic(f"{name}_of({{0}})")
        | (program(first_program(command)) if share is first_only else {}), worked=worked, source=source,
        **rest,
    )  # fmt: skip


EVENLY = "PyTorch reference, torch.amax and torch.amin (ties share evenly)"
FIRST = "PyTorch reference, torch.max and torch.min along a dimension (one place wins)"
THREE = (np.array([2.0, 5.0, 3.0]),)
# 5 is the largest and takes all.
amax: Op = extreme(
    "amax", "maximum", "The largest number along one or more axes.", np.max, shared, "shared it evenly", "max",
    Worked(THREE, 5.0, (np.array([0.0, 1.0, 0.0]),), VECTOR), EVENLY, samples=SAMPLES,
    names=spellings("amax", "np.max", "jnp.max"), call=reducing(lambda: amax),
)  # fmt: skip
# 2 is the smallest and takes all.
amin: Op = extreme(
    "amin", "minimum", "The smallest number along one or more axes.", np.min, shared, "shared it evenly", "min",
    Worked(THREE, 2.0, (np.array([1.0, 0.0, 0.0]),), VECTOR), EVENLY, samples=SAMPLES,
    names=spellings("amin", "np.min", "jnp.min"), call=reducing(lambda: amin),
)  # fmt: skip
# 5 comes twice; the first takes all.
max_dim = extreme(
    "max_dim", "maximum", "The largest number along an axis; where several are it, the first.", np.max, first_only,
    "took the first", "max", Worked((np.array([2.0, 5.0, 5.0]),), 5.0, (np.array([0.0, 1.0, 0.0]),), VECTOR), FIRST,
    samples=SAMPLES[:1],
)  # fmt: skip
# 2 comes twice; the first takes all.
min_dim = extreme(
    "min_dim", "minimum", "The smallest number along an axis; where several are it, the first.", np.min, first_only,
    "took the first", "min", Worked((np.array([2.0, 5.0, 2.0]),), 2.0, (np.array([1.0, 0.0, 0.0]),), VECTOR), FIRST,
    samples=SAMPLES[:1],
)  # fmt: skip


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────
def place_of(find: Any) -> Any:
    """`np.argmax` or `np.argmin` as a number like all others.  Raises BadArgument."""

    def compute(lines: Array, axis: int) -> Array:
        if not lines.shape[-1]:
            raise BadArgument("argmax: the array is empty, there must be numbers in it — check its shape")
        return find(lines, axis).astype(float)

    return compute


ARGMAX = "NumPy reference, numpy.argmax"
# 5 stands at place 1.
argmax: Op = without_slope(
    "argmax", "place of the maximum", "The place of the largest number; where several are it, the first.",
    place_of(np.argmax), "argmax",
    Worked(THREE, 1.0, (), VECTOR), ARGMAX, reducing(lambda: argmax),
)  # fmt: skip
# 2 stands at place 0.
argmin: Op = without_slope(
    "argmin", "place of the minimum", "The place of the smallest number; where several are it, the first.",
    place_of(np.argmin), "argmin",
    Worked(THREE, 0.0, (), VECTOR), ARGMAX, reducing(lambda: argmin),
)  # fmt: skip


# ── PyTorch's way ───────────────────────────────────────────────────────────────────────────────────────
def as_in_torch(whole: Op, first: Op, place: Op, pairwise: Op) -> Callable[..., Any]:
    """`torch.max`: of all numbers; along an axis values and places; of two arrays the larger of each pair."""

    def call(x: Operand, axis: Any = None, keepdims: bool = False) -> Any:
        if axis is None:
            return whole(x, axis=axes(x, None, whole.name), keepdims=False)
        if isinstance(axis, np.ndarray | Traced):
            return pairwise(x, axis)
        along, keep = (axis_index(axis, len(shape(x)), first.name),), bool(keepdims)
        return first(x, axis=along, keepdims=keep), place(x, axis=along, keepdims=keep)

    return call


def as_method(whole: Op, torch_function: Callable[..., Any]) -> Callable[..., Any]:
    """`x.max(axis=1)` is NumPy's, `x.max(dim=1)` PyTorch's."""

    def call(x: Operand, axis: Any = None, keepdims: bool = False, dim: Any = None, keepdim: bool = False) -> Any:
        if dim is not None or isinstance(axis, np.ndarray | Traced):
            return torch_function(x, axis if dim is None else dim, keepdim)
        return whole(x, axis=axes(x, axis, whole.name), keepdims=bool(keepdims or keepdim))

    return call


TORCH_MAX, TORCH_MIN = as_in_torch(amax, max_dim, argmax, maximum), as_in_torch(amin, min_dim, argmin, minimum)
WINNERS = (amax, amin, max_dim, min_dim, argmax, argmin)
WINNER_FUNCTIONS = (
    Composed(("torch.max",), TORCH_MAX),
    Composed(("torch.min",), TORCH_MIN),
    Composed((".max",), as_method(amax, TORCH_MAX)),
    Composed((".min",), as_method(amin, TORCH_MIN)),
)
