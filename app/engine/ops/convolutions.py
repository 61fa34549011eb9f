"""Convolutions as deep learning means them (kernels are not mirrored): windows times weights, as one matrix product."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import PRODUCT, TEX, Form
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.arithmetic import add
from app.engine.ops.indexing import index
from app.engine.ops.linear import matmul
from app.engine.ops.registry import Composed
from app.engine.ops.views import transpose
from app.engine.ops.windows import DUMOULIN, Sizes, counts, framed, per_axis, reach, windows
from app.engine.structure import reshape, reshaped

Padding = tuple[tuple[int, int], ...]
SPATIAL = {1: "length", 2: "height, width"}


def convolved(x: Operand, weight: Operand, stride: Sizes, padding: Padding, dilation: Sizes, groups: int) -> Any:
    """(N, C, *spatial) and (O, C/groups, *kernel) → (N, O, *counts): weights times the windows below them."""
    n, batch, (out, per, *kernel) = len(stride), shape(x)[0], shape(weight)
    seen = windows(framed(x, padding, 0.0), size=tuple(kernel), stride=stride, dilation=dilation)
    where_to = shape(seen)[2 : 2 + n]
    below = transpose(seen, axes=(0, 1, *range(2 + n, 2 + 2 * n), *range(2, 2 + n)))
    columns = reshape(below, shape=(batch, groups, per * math.prod(kernel), math.prod(where_to)))
    rows = reshape(weight, shape=(groups, out // groups, per * math.prod(kernel)))
    return reshape(matmul(rows, columns), shape=(batch, out, *where_to))


def window_numbers(x: Array, weight: Array, stride: Sizes, padding: Padding, dilation: Sizes, groups: int) -> int:
    """The larger of the number of products' factors in all windows and of the result's numbers."""
    (batch, channels, *spatial), (out, _, *kernel) = np.shape(x), np.shape(weight)
    full = tuple(n + sum(widths) for n, widths in zip(spatial, padding, strict=True))
    places = math.prod(counts(full, tuple(kernel), stride, dilation, "conv"))
    return int(batch * places * max(channels * math.prod(kernel), out))


def convolution(n: int, names: tuple[str, ...], call: Callable[..., Any], samples: Any, worked: Worked) -> Op:
    """The record over `n` spatial axes."""
    return Op(
        name=f"conv{n}d",
        noun="convolution",
        doc="Slides kernels over the last axes: each number is a kernel times the window below it, added up.",
        forward=convolved,
        slots=("x", "weight"),
        detail=convolved,
        names=names,
        call=call,
        size=window_numbers,
        forms={TEX: Form(r"{0} \ast {1}", PRODUCT, (PRODUCT, PRODUCT + 1))},
        samples=samples,
        worked=worked,
        source=DUMOULIN,
    )


# ── arguments ───────────────────────────────────────────────────────────────────────────────────────────
def padding_of(padding: Any, spans: Sizes, stride: Sizes, place: str) -> Padding:
    """Numbers (both sides alike), or "valid" or "same".  Raises BadArgument."""
    n = len(spans)
    if not isinstance(padding, str):
        return tuple((each, each) for each in per_axis(padding, n, place, "padding", 0))
    word = padding.lower()
    if word not in ("valid", "same"):
        raise BadArgument(f"{place}: padding is {padding!r}, it must be numbers, 'same' or 'valid' — choose one")
    if word == "valid":
        return ((0, 0),) * n
    if any(step > 1 for step in stride):
        raise BadArgument(f"{place}: padding is 'same' with stride {stride}, the stride must be 1 — give a number")
    return tuple(((span - 1) // 2, span - 1 - (span - 1) // 2) for span in spans)


def check_shapes(x: Operand, weight: Operand, bias: Operand, groups: int, n: int) -> None:
    """Channels, groups and bias must go together.  Raises ShapeMismatch."""
    form, kernels, place = shape(x), shape(weight), f"conv{n}d"
    if len(form) not in (n + 1, n + 2) or len(kernels) != n + 2:
        raise ShapeMismatch(
            f"{place}: x is {form}, weight is {kernels}; they must be (batch, channels, {SPATIAL[n]}) and (out,"
            f" channels / groups, {SPATIAL[n]}) — reshape them"
        )
    channels = form[-n - 1]
    if groups < 1 or kernels[0] % groups or channels != kernels[1] * groups:
        raise ShapeMismatch(
            f"{place}: x has {channels} channels, weight is {kernels} in {groups} groups; channels must be"
            f" {kernels[1]} × groups, and groups divide {kernels[0]} — check both shapes"
        )
    if bias is not None and shape(bias) != kernels[:1]:
        raise ShapeMismatch(f"{place}: bias is {shape(bias)}, it must be {kernels[:1]} — one number for each kernel")


def call_of(n: int) -> Callable[..., Any]:
    """`F.conv1d`, `F.conv2d`: without a batch axis too."""

    def call(
        x: Operand, weight: Operand, bias: Operand = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
        groups: Any = 1,
    ) -> Any:  # fmt: skip
        place, parts = f"conv{n}d", int(groups)
        check_shapes(x, weight, bias, parts, n)
        step, gap = per_axis(stride, n, place, "stride"), per_axis(dilation, n, place, "dilation")
        around = padding_of(padding, reach(shape(weight)[2:], gap), step, place)
        batched = len(shape(x)) == n + 2
        given = x if batched else reshape(x, shape=(1, *shape(x)))
        y = (conv1d, conv2d)[n - 1](given, weight, stride=step, padding=around, dilation=gap, groups=parts)
        if bias is not None:
            y = add(y, reshape(bias, shape=(*shape(bias), *(1,) * n)))
        return y if batched else reshape(y, shape=shape(y)[1:])

    return call


# ── the records ─────────────────────────────────────────────────────────────────────────────────────────
def numbers(*form: int) -> Array:
    """Numbers without a pattern, always the same."""
    return np.random.default_rng(math.prod(form)).uniform(-2.0, 2.0, form).round(2)


PLAIN_LINE = {"stride": (1,), "padding": ((0, 0),), "dilation": (1,), "groups": 1}
PLAIN_PLANE = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1), "groups": 1}

conv1d = convolution(
    1, ("F.conv1d", "torch.conv1d"), call_of(1),
    (
        Sample((numbers(2, 2, 5), numbers(3, 2, 2)), PLAIN_LINE),
        Sample(
            (numbers(1, 4, 6), numbers(2, 2, 2)),
            {"stride": (2,), "padding": ((1, 1),), "dilation": (2,), "groups": 2},
        ),
    ),
    # Kernel 10 1 over 1 2 3: 10 + 2 and 20 + 3; the middle is met by both ends of the kernel.
    Worked(
        (np.array([[[1.0, 2.0, 3.0]]]), np.array([[[10.0, 1.0]]])), np.array([[[12.0, 23.0]]]),
        (np.array([[[10.0, 11.0, 1.0]]]), np.array([[[3.0, 5.0]]])), PLAIN_LINE,
    ),
)  # fmt: skip
conv2d = convolution(
    2, ("F.conv2d", "torch.conv2d"), call_of(2),
    (
        Sample((numbers(1, 2, 3, 4), numbers(2, 2, 2, 2)), PLAIN_PLANE),
        Sample(
            (numbers(2, 2, 4, 3), numbers(2, 1, 2, 2)),
            {"stride": (2, 1), "padding": ((1, 1), (0, 1)), "dilation": (1, 2), "groups": 2},
        ),
    ),
    # 1·1 + 2·0 + 3·0 + 4·2 = 9; each gradient is the other operand.
    Worked(
        (np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), np.array([[[[1.0, 0.0], [0.0, 2.0]]]])), np.array([[[[9.0]]]]),
        (np.array([[[[1.0, 0.0], [0.0, 2.0]]]]), np.array([[[[1.0, 2.0], [3.0, 4.0]]]])), PLAIN_PLANE,
    ),
)  # fmt: skip


# ── NumPy's and JAX's ───────────────────────────────────────────────────────────────────────────────────
def call_lax_conv(x: Operand, weight: Operand, window_strides: Any, padding: str) -> Any:
    """`jax.lax.conv(x, weight, strides, "SAME" or "VALID")`; SAME keeps ⌈size / stride⌉.  Raises ShapeMismatch."""
    n = len(shape(weight)) - 2
    if n not in SPATIAL:
        raise ShapeMismatch(f"conv: weight is {shape(weight)}, it must have 3 or 4 axes — reshape it")
    check_shapes(x, weight, None, 1, n)
    step, kernel = per_axis(window_strides, n, "conv", "window_strides"), shape(weight)[2:]
    around = padding_of(padding, kernel, (1,) * n, "conv")
    if padding.lower() == "same":
        lacking = [
            max((-(-size // s) - 1) * s + k - size, 0) for size, s, k in zip(shape(x)[-n:], step, kernel, strict=True)
        ]
        around = tuple((each // 2, each - each // 2) for each in lacking)
    return (conv1d, conv2d)[n - 1](x, weight, stride=step, padding=around, dilation=(1,) * n, groups=1)


def slid(a: Operand, v: Operand, mode: str, place: str) -> Any:
    """Σ a[i + k] v[k] over the windows that `mode` allows.  Raises ShapeMismatch, BadArgument."""
    n, k = (shape(each)[0] if len(shape(each)) == 1 else 0 for each in (a, v))
    if not n or not k:
        raise ShapeMismatch(f"{place}: the arrays are {shape(a)} and {shape(v)}, both must be vectors — flatten them")
    frames = {"valid": (0, 0), "full": (k - 1, k - 1), "same": (k // 2, k - 1 - k // 2)}
    if mode not in frames:
        raise BadArgument(f"{place}: mode is {mode!r}, it must be 'full', 'same' or 'valid' — choose one of them")
    options = {"stride": (1,), "padding": (frames[mode],), "dilation": (1,), "groups": 1}
    found = conv1d(reshape(a, shape=(1, 1, n)), reshape(v, shape=(1, 1, k)), **options)
    return reshaped(found, (shape(found)[2],))


def mirrored(x: Operand) -> Any:
    """The other way round."""
    return index(x, key=(("slice", None, None, -1),))


def call_convolve(a: Operand, v: Operand, mode: str = "full") -> Any:
    """`np.convolve`: the shorter one is mirrored and slid over the longer one."""
    if len(shape(v)) == 1 == len(shape(a)) and shape(v) > shape(a):
        a, v = v, a
    return slid(a, mirrored(v), mode, "convolve")


CONVOLUTIONS = (conv1d, conv2d)
CONVOLUTION_FUNCTIONS = (
    Composed(("jax.lax.conv",), call_lax_conv),
    Composed(("convolve", "np.convolve", "jnp.convolve"), call_convolve),
)
