"""Layers that bring numbers to mean 0 and variance 1 (or to a mean square of 1), and dropout."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import symbolic, tex
from app.engine.op import Array, Op, Operand, Rule, Sample, Shape, Worked, shape
from app.engine.ops.convolutions import numbers
from app.engine.ops.elementary import sqrt
from app.engine.ops.reductions import mean
from app.engine.ops.registry import Composed
from app.engine.ops.selecting import concrete, whole_numbers
from app.engine.structure import axes, number, reshape, reshaped, where

Axes = tuple[int, ...]
EPS = 1e-5


# ── mean 0, variance 1 ──────────────────────────────────────────────────────────────────────────────────
def standardized(x: Operand, axis: Axes, eps: float) -> Any:
    """(x − mean) / √(mean square of that + ε)."""
    away = x - mean(x, axis=axis, keepdims=True)
    return away / sqrt(mean(away * away, axis=axis, keepdims=True) + np.float64(eps))


def grouped(x: Operand, groups: int, eps: float) -> Any:
    """(N, C, …): channels in groups, each group of each example by itself."""
    batch, channels, *rest = shape(x)
    parts = reshape(x, shape=(batch, groups, channels // groups * math.prod(rest)))
    return reshape(standardized(parts, (2,), eps), shape=shape(x))


def rms_scaled(x: Operand, axis: Axes, eps: float) -> Any:
    """x / √(mean square + ε)."""
    return x / sqrt(mean(x * x, axis=axis, keepdims=True) + np.float64(eps))


# ── under the names that people know ────────────────────────────────────────────────────────────────────
def scaled(y: Operand, weight: Operand, bias: Operand) -> Any:
    """y · weight + bias, as far as they are there."""
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def by_channel(x: Operand, value: Operand, place: str, name: str) -> Any:
    """A number for each channel, ready to meet (N, C, …).  Raises ShapeMismatch."""
    if value is None:
        return None
    channels = shape(x)[1:2]
    if shape(value) != channels:
        raise ShapeMismatch(f"{place}: {name} is {shape(value)}, it must be {channels} — a number for each channel")
    return reshaped(value, (*channels, *(1,) * (len(shape(x)) - 2)))


def check_channels(x: Operand, place: str) -> None:
    """Raise ShapeMismatch where there is no axis of channels."""
    if len(shape(x)) < 2:
        raise ShapeMismatch(f"{place}: the array is {shape(x)}, it must be (batch, channels, …) — reshape it")


def last_axes(x: Operand, normalized_shape: Any, place: str) -> Axes:
    """The axes that `normalized_shape` is the shape of.  Raises ShapeMismatch."""
    wanted, form = tuple(whole_numbers(normalized_shape, place).ravel().tolist()), shape(x)
    if not wanted or form[-len(wanted) :] != wanted:
        raise ShapeMismatch(f"{place}: the array is {form}, its last axes must be {wanted} — check normalized_shape")
    return tuple(range(len(form) - len(wanted), len(form)))


def call_layer_norm(
    x: Operand, normalized_shape: Any, weight: Operand = None, bias: Operand = None, eps: Any = EPS
) -> Any:
    """`F.layer_norm`."""
    along = last_axes(x, normalized_shape, "layer_norm")
    return scaled(layer_norm(x, axis=along, eps=float(eps)), weight, bias)


def call_rms_norm(x: Operand, normalized_shape: Any, weight: Operand = None, eps: Any = None) -> Any:
    """`F.rms_norm`; without ε the smallest step of a number, as in PyTorch."""
    along = last_axes(x, normalized_shape, "rms_norm")
    return scaled(rms_norm(x, axis=along, eps=float(np.finfo(float).eps if eps is None else eps)), weight, None)


def call_batch_norm(
    x: Operand, running_mean: Operand = None, running_var: Operand = None, weight: Operand = None,
    bias: Operand = None, training: Any = False, momentum: Any = 0.1, eps: Any = EPS,
) -> Any:  # fmt: skip
    """`F.batch_norm`: by the batch's own mean and variance in training, else by those given.

    Running statistics are not changed.  Raises ShapeMismatch, BadArgument.
    """
    check_channels(x, "batch_norm")
    scale, shift = by_channel(x, weight, "batch_norm", "weight"), by_channel(x, bias, "batch_norm", "bias")
    if training:
        along = tuple(i for i in range(len(shape(x))) if i != 1)
        return scaled(batch_norm(x, axis=along, eps=float(eps)), scale, shift)
    centre = by_channel(x, running_mean, "batch_norm", "running_mean")
    spread = by_channel(x, running_var, "batch_norm", "running_var")
    if centre is None or spread is None:
        raise BadArgument("batch_norm: there is no running_mean or running_var — give both, or training=True")
    return scaled((x - centre) / sqrt(spread + np.float64(eps)), scale, shift)


def call_group_norm(x: Operand, num_groups: Any, weight: Operand = None, bias: Operand = None, eps: Any = EPS) -> Any:
    """`F.group_norm`.  Raises ShapeMismatch, BadArgument."""
    check_channels(x, "group_norm")
    groups, channels = int(whole_numbers(num_groups, "group_norm")), shape(x)[1]
    if groups < 1 or channels % groups:
        raise BadArgument(f"group_norm: there are {groups} groups, they must divide {channels} channels — change them")
    scale, shift = by_channel(x, weight, "group_norm", "weight"), by_channel(x, bias, "group_norm", "bias")
    return scaled(group_norm(x, groups=groups, eps=float(eps)), scale, shift)


def call_instance_norm(
    x: Operand, running_mean: Operand = None, running_var: Operand = None, weight: Operand = None,
    bias: Operand = None, use_input_stats: Any = True, momentum: Any = 0.1, eps: Any = EPS,
) -> Any:  # fmt: skip
    """`F.instance_norm`: a group for each channel; without `use_input_stats` by the statistics given."""
    check_channels(x, "instance_norm")
    if not use_input_stats:
        return call_batch_norm(x, running_mean, running_var, weight, bias, eps=eps)
    return call_group_norm(x, shape(x)[1], weight, bias, eps)


def call_standardize(x: Operand, axis: Any = -1, mean: Any = None, variance: Any = None, epsilon: Any = EPS) -> Any:
    """`jax.nn.standardize`, by the array's own mean and variance.  Raises BadArgument."""
    if mean is not None or variance is not None:
        raise BadArgument("standardize: mean or variance is given, neither must be — write (x - mean) / sqrt(variance)")
    return layer_norm(x, axis=axes(x, axis, "standardize"), eps=float(epsilon))


# ── the records ─────────────────────────────────────────────────────────────────────────────────────────
def standardizing(
    name: str, noun: str, doc: str, detail: Rule, form: str, worked: Worked, source: str, **rest: Any
) -> Op:
    """A record that is its definition."""
    return Op(
        name=name, noun=noun, doc=doc, forward=detail, slots=("x",), detail=detail, worked=worked, source=source,
        forms=tex(rf"\operatorname{{{{{form}}}}}\left({{0}}\right)"), **rest,
    )  # fmt: skip


# 1 and 3: mean 2, variance 1, so −1 and 1; a gradient of all ones moves the mean only, which does not matter.
PAIR = Worked((np.array([1.0, 3.0]),), np.array([-1.0, 1.0]), (np.zeros(2),), {"axis": (0,), "eps": 0.0})
layer_norm: Op = standardizing(
    "layer_norm", "layer norm", "Each example brought to mean 0 and variance 1 over its features.",
    standardized, "layernorm", PAIR,
    "J. L. Ba, J. R. Kiros & G. E. Hinton, Layer Normalization, 2016",
    names=("F.layer_norm", "torch.layer_norm"), call=call_layer_norm,
    samples=(
        Sample((numbers(2, 4),), {"axis": (1,), "eps": EPS}),
        Sample((numbers(2, 3, 2),), {"axis": (1, 2), "eps": 1e-3}),
    ),
)  # fmt: skip
batch_norm: Op = standardizing(
    "batch_norm", "batch norm", "Each channel brought to mean 0 and variance 1 over the batch.",
    standardized, "batchnorm", PAIR,
    "S. Ioffe & C. Szegedy, Batch Normalization, 2015",
    names=("F.batch_norm",), call=call_batch_norm,
    samples=(
        Sample((numbers(4, 2),), {"axis": (0,), "eps": EPS}),
        Sample((numbers(2, 2, 3),), {"axis": (0, 2), "eps": 1e-3}),
    ),
)  # fmt: skip
# Two groups of one channel with two numbers each: −1 and 1 twice.
group_norm: Op = standardizing(
    "group_norm", "group norm", "Groups of channels of each example brought to mean 0 and variance 1.",
    grouped, "groupnorm",
    Worked(
        (np.array([[[1.0, 3.0], [10.0, 14.0]]]),), np.array([[[-1.0, 1.0], [-1.0, 1.0]]]), (np.zeros((1, 2, 2)),),
        {"groups": 2, "eps": 0.0},
    ),
    "Y. Wu & K. He, Group Normalization, 2018",
    names=("F.group_norm", "torch.group_norm"), call=call_group_norm,
    samples=(
        Sample((numbers(2, 4, 3),), {"groups": 2, "eps": EPS}),
        Sample((numbers(1, 2, 2, 2),), {"groups": 1, "eps": 1e-3}),
    ),
)  # fmt: skip
# 1 and 7: mean square 25; (1 − y Σy/2)/5 with Σy = 8/5: (1 − 0.16)/5 and (1 − 1.12)/5.
rms_norm: Op = standardizing(
    "rms_norm", "RMS norm", "Numbers brought to a mean square of 1.", rms_scaled, "rmsnorm",
    Worked((np.array([1.0, 7.0]),), np.array([0.2, 1.4]), (np.array([0.168, -0.024]),), {"axis": (0,), "eps": 0.0}),
    "B. Zhang & R. Sennrich, Root Mean Square Layer Normalization, 2019",
    names=("F.rms_norm", "torch.rms_norm"), call=call_rms_norm,
    samples=(
        Sample((numbers(2, 4),), {"axis": (1,), "eps": EPS}),
        Sample((numbers(2, 3, 2),), {"axis": (1, 2), "eps": 1e-3}),
    ),
)  # fmt: skip


# ── dropout ─────────────────────────────────────────────────────────────────────────────────────────────
def kept_scale(p: float) -> float:
    """What makes up for the share `p` that is dropped."""
    return 1.0 / (1.0 - p) if p < 1 else 0.0


def dropped(mask: Operand, x: Operand, p: float) -> Any:
    """x/(1 − p) where the mask holds, else 0."""
    return where(mask, x * np.float64(kept_scale(p)), 0.0)


dropout = Op(
    name="dropout",
    noun="dropout",
    doc="Drops numbers where a mask says so and makes the others larger; the same mask lets the gradient through.",
    forward=dropped,
    slots=("mask", "x"),
    partials=(None, lambda mask, x, y, p: number(mask) * np.float64(kept_scale(p))),
    detail=dropped,
    forms=tex(r"\operatorname{{dropout}}\left({1}\right)")
    | symbolic("either_of(holds({0}), {1} * number(1 / (1 - {p!r})), 0)"),
    samples=(
        Sample((np.array([[True, False, True], [False, True, True]]), numbers(2, 3)), {"p": 0.25}),
        Sample((np.array([False, True]), np.array([1.0, -2.0])), {"p": 0.5}),
    ),
    # 3 is kept and doubled, 5 is dropped.
    worked=Worked(
        (np.array([True, False]), np.array([3.0, 5.0])), np.array([6.0, 0.0]), (None, np.array([2.0, 0.0])), {"p": 0.5}
    ),
    source="N. Srivastava et al., Dropout, 2014 (inverted, as libraries do it)",
)


def drawn_mask(form: Shape, share: float, seed: Any) -> Array:
    """True for what stays when a share is dropped at random."""
    return np.random.default_rng(seed).random(form) >= share


def call_dropout(
    x: Operand, p: Any = 0.5, training: Any = True, inplace: Any = False, seed: Any = 0, mask: Any = None
) -> Any:
    """`F.dropout`; the mask is drawn from `seed` (a number, or a generator to go on with) unless it is given.

    Raises BadArgument, ShapeMismatch.
    """
    share = float(concrete(p))
    if not 0 <= share <= 1:
        raise BadArgument(f"dropout: p is {share:g}, it must be from 0 to 1 — it is the share that is dropped")
    if not training:
        return x
    kept = drawn_mask(shape(x), share, seed) if mask is None else np.asarray(concrete(mask)) != 0
    if np.shape(kept) != shape(x):
        raise ShapeMismatch(f"dropout: the mask is {np.shape(kept)}, x is {shape(x)}; they must be alike — reshape it")
    return dropout(kept, x, p=share)


STANDARDIZING = (layer_norm, batch_norm, group_norm, rms_norm, dropout)
STANDARDIZING_FUNCTIONS = (
    Composed(("instance_norm", "F.instance_norm"), call_instance_norm),
    Composed(("standardize", "jax.nn.standardize"), call_standardize),
    Composed(("dropout", "F.dropout", "torch.dropout"), call_dropout),
)
