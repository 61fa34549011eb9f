"""Every op that PyTorch has too, in PyTorch."""

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

Function = Callable[..., Any]


def over(reduce: Function) -> Function:
    """A reduction over several axes."""
    return lambda x, axis, keepdims: reduce(x, dim=axis, keepdim=keepdims)


def product(x: Any, axis: Any, keepdims: bool) -> Any:
    for i in reversed(axis):
        x = x.prod(dim=i, keepdim=keepdims)
    return x


def spread(reduce: Function) -> Function:
    return lambda x, axis, keepdims, correction: reduce(x, dim=axis, keepdim=keepdims, correction=correction)


def numpy_key(key: Any) -> Any:
    """An index as PyTorch takes it; a step below 0 is a row of places."""
    return tuple(slice(*k[1:]) if isinstance(k, tuple) else torch.tensor(k.array) if hasattr(k, "array")
                 else ... if k == "..." else k for k in key)  # fmt: skip


def taken(x: Any, key: Any) -> Any:
    if any(isinstance(k, tuple) and (k[3] or 1) < 0 for k in key):
        return x.flip(-1)
    if None in key:  # an int beside an index array: PyTorch orders the axes otherwise
        return x[:, key[-1]][torch.tensor(key[1].array)][None]
    return x[numpy_key(key)]


def scattered(x: Any, key: Any, shape: Any) -> Any:
    return torch.zeros(shape, dtype=x.dtype).index_put(tuple(places(key, shape)), x, accumulate=True)


def places(key: Any, shape: Any) -> Any:
    full = torch.arange(math.prod(shape)).reshape(shape)[numpy_key(key)]
    return torch.unravel_index(full, shape)


def recurrence(a: Any, b: Any, axis: int) -> Any:
    found: list[Any] = []
    for x, y in zip(a.unbind(axis), b.unbind(axis), strict=True):
        found.append(y + x * found[-1] if found else y)
    return torch.stack(found, axis)


def labelled(loss: Function) -> Function:
    def call(x: Any, labels: Any) -> Any:
        found = loss(x if x.ndim > 1 else x[None], torch.tensor(labels), reduction="none")
        return found if x.ndim > 1 else found[0]

    return call


def windows(x: Any, size: Any, stride: Any, dilation: Any) -> Any:
    lead = x.ndim - len(size)
    for i, (k, s, d) in enumerate(zip(size, stride, dilation, strict=True)):
        x = x.unfold(lead + i, d * (k - 1) + 1, s)[..., ::d]
    return x


def overlap(x: Any, form: Any, size: Any, stride: Any, dilation: Any) -> Any:
    """`F.fold` takes (N, numbers of a window, windows) to a plane."""
    n = len(size)
    lead, one = x.shape[: x.ndim - 2 * n], (1,) * (2 - n)
    counts = x.shape[x.ndim - 2 * n : x.ndim - n]
    flat = x.reshape(-1, math.prod(counts), math.prod(size)).transpose(1, 2)
    options = {"dilation": (*one, *dilation), "stride": (*one, *stride)}
    return F.fold(flat, (*one, *form), (*one, *size), **options).reshape(*lead, *form)


def framed(x: Any, padding: Any, value: float) -> Any:
    return F.pad(x, [n for pair in reversed(padding) for n in pair], value=value)


def conv(function: Function) -> Function:
    def call(x: Any, w: Any, padding: Any, **options: Any) -> Any:
        return function(framed(x, padding, 0.0), w, **options)

    return call


def max_pool(function: Function) -> Function:
    return lambda x, size, stride, padding, dilation: function(
        x, size, stride, padding=tuple(a for a, _ in padding), dilation=dilation
    )


def avg_pool(function: Function) -> Function:
    def call(x: Any, size: Any, stride: Any, padding: Any, count_include_pad: bool, divisor: Any) -> Any:
        options = {} if divisor is None else {"divisor_override": divisor}
        around = tuple(a for a, _ in padding)
        return function(x, size, stride, padding=around, count_include_pad=count_include_pad, **options)

    return call


def adaptive(kind: str) -> Function:
    return lambda x, output: getattr(F, f"adaptive_{kind}_pool{len(output)}d")(x, output)


def layer_norm(x: Any, axis: Any, eps: float) -> Any:
    return F.layer_norm(x, [x.shape[i] for i in axis], eps=eps)


def batch_norm(x: Any, axis: Any, eps: float) -> Any:
    return F.batch_norm(x if 1 not in axis else x[:, None], None, None, training=True, eps=eps).reshape(x.shape)


def attention(q: Any, k: Any, v: Any, scale: float, causal: bool = False, mask: Any = None) -> Any:
    if causal or mask is None:
        return F.scaled_dot_product_attention(q[None], k[None], v[None], scale=scale, is_causal=causal)[0]
    k, v = (x.expand(*q.shape[:-2], *x.shape[-2:]) for x in (k, v))
    return F.scaled_dot_product_attention(q, k, v, mask, scale=scale)


TORCH: dict[str, Function] = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "neg": torch.neg, "pow": torch.pow,
    "exp": torch.exp, "log": torch.log, "exp2": torch.exp2, "expm1": torch.expm1, "log1p": torch.log1p,
    "log2": torch.log2, "log10": torch.log10, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal, "square": torch.square, "erf": torch.erf, "erfc": torch.erfc,
    "logaddexp": torch.logaddexp, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "arcsin": torch.arcsin,
    "arccos": torch.arccos, "arctan": torch.arctan, "sinh": torch.sinh, "cosh": torch.cosh, "tanh": torch.tanh,
    "arcsinh": torch.arcsinh, "arccosh": torch.arccosh, "arctanh": torch.arctanh, "atan2": torch.atan2,
    "abs": torch.abs, "sign": torch.sign, "floor": torch.floor, "ceil": torch.ceil, "trunc": torch.trunc,
    "round": torch.round, "mod": torch.remainder, "fmod": torch.fmod, "hypot": torch.hypot,
    "floor_divide": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "clip": lambda x, low, high: torch.clamp(x, low, high),
    "stop": lambda x: x.detach(),
    "maximum": torch.maximum, "minimum": torch.minimum,
    "relu": F.relu, "relu6": F.relu6, "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu,
    "sigmoid": torch.sigmoid, "log_sigmoid": F.logsigmoid, "softsign": F.softsign, "silu": F.silu, "mish": F.mish,
    "softplus": F.softplus,
    "gelu": F.gelu, "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish, "hardtanh": lambda x, low, high: F.hardtanh(x, low, high),
    "sum": over(torch.sum), "mean": over(torch.mean), "prod": product, "amax": over(torch.amax),
    "amin": over(torch.amin), "any": over(torch.any), "all": over(torch.all),
    "max_dim": lambda x, axis, keepdims: torch.max(x, axis[0], keepdim=keepdims)[0],
    "min_dim": lambda x, axis, keepdims: torch.min(x, axis[0], keepdim=keepdims)[0],
    "argmax": lambda x, axis, keepdims: torch.argmax(x, axis[0] if len(axis) < x.ndim else None, keepdim=keepdims),
    "argmin": lambda x, axis, keepdims: torch.argmin(x, axis[0] if len(axis) < x.ndim else None, keepdim=keepdims),
    "var": spread(torch.var), "std": spread(torch.std), "norm": over(torch.linalg.vector_norm),
    "logsumexp": over(torch.logsumexp),
    "cumsum": lambda x, axis: torch.cumsum(x, axis), "cumprod": lambda x, axis: torch.cumprod(x, axis),
    "recurrence": recurrence,
    "softmax": lambda x, axis: torch.softmax(x, axis[0]),
    "log_softmax": lambda x, axis: torch.log_softmax(x, axis[0]),
    "squared_error": lambda x, t: F.mse_loss(x, t, reduction="none"),
    "absolute_error": lambda x, t: F.l1_loss(x, t, reduction="none"),
    "huber": lambda x, t, delta: F.huber_loss(x, t, reduction="none", delta=delta),
    "bce": lambda x, t: F.binary_cross_entropy(x, t, reduction="none"),
    "bce_with_logits": lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
    "hinge": lambda x, t: F.relu(1 - x * t),
    "kl_div": lambda x, t: F.kl_div(x, t, reduction="none"),
    "nll": labelled(F.nll_loss), "cross_entropy": labelled(F.cross_entropy),
    "matmul": torch.matmul, "det": torch.linalg.det, "logdet": lambda x: torch.linalg.slogdet(x)[1],
    "inv": torch.linalg.inv, "solve": torch.linalg.solve, "trace": torch.trace,
    "reshape": lambda x, shape: x.reshape(shape), "expand": lambda x, shape: x.expand(shape),
    "transpose": lambda x, axes: x.permute(axes), "where": lambda c, a, b: torch.where(c != 0, a, b),
    "concatenate": lambda *xs, axis: torch.cat(xs, axis), "stack": lambda *xs, axis: torch.stack(xs, axis),
    "index": taken, "scatter": scattered, "pad": lambda x, widths: framed(x, widths, 0.0),
    "one_hot": lambda x, classes: F.one_hot(x.long(), classes),
    "greater": torch.gt, "greater_equal": torch.ge, "less": torch.lt, "less_equal": torch.le, "equal": torch.eq,
    "not_equal": torch.ne, "not": torch.logical_not, "both": torch.logical_and,
    "either": torch.logical_or, "isnan": torch.isnan, "isinf": torch.isinf, "isfinite": torch.isfinite,
    "windows": windows, "overlap": overlap, "conv1d": conv(F.conv1d), "conv2d": conv(F.conv2d),
    "max_pool1d": max_pool(F.max_pool1d), "max_pool2d": max_pool(F.max_pool2d),
    "avg_pool1d": avg_pool(F.avg_pool1d), "avg_pool2d": avg_pool(F.avg_pool2d),
    "adaptive_avg_pool": adaptive("avg"), "adaptive_max_pool": adaptive("max"),
    "layer_norm": layer_norm, "batch_norm": batch_norm,
    "group_norm": lambda x, groups, eps: F.group_norm(x, groups, eps=eps),
    "rms_norm": lambda x, axis, eps: F.rms_norm(x, [x.shape[i] for i in axis], eps=eps),
    "dropout": lambda mask, x, p: x * mask * (1 / (1 - p)), "attention": attention,
    "masked_attention": lambda q, k, v, mask, scale: attention(q, k, v, scale, mask=mask),
    "cosine_similarity": lambda a, b, axis, eps: F.cosine_similarity(a, b, dim=axis[0], eps=eps),
}  # fmt: skip
WITHOUT = {"cbrt", "others", "peak", "guard", "number", "root"}
"""What PyTorch does not have."""
