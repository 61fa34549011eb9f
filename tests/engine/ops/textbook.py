"""Definitions of layers in autograd's own NumPy, number by number, with nothing of the engine in them."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np

Function = Callable[..., Any]


def cut(x: Any, size: Any, stride: Any, dilation: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Every window over the last axes, with its place."""
    n = len(size)
    last = np.shape(x)[np.ndim(x) - n :]
    spans = [d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True)]
    ranges = [range((m - span) // step + 1) for m, span, step in zip(last, spans, stride, strict=True)]
    for at in product(*ranges):
        starts = [i * step for i, step in zip(at, stride, strict=True)]
        yield at, x[(..., *(slice(s, s + w, d) for s, w, d in zip(starts, spans, dilation, strict=True)))]


def laid_out(found: list[tuple[tuple[int, ...], Any]]) -> Any:
    """Parts, each at its place: (…, *places)."""
    places = [at for at, _ in found]
    form = tuple(max(at[i] for at in places) + 1 for i in range(len(places[0])))
    parts = anp.stack([part for _, part in found], axis=-1)
    return anp.reshape(parts, (*parts.shape[:-1], *form))


def surrounded(x: Any, padding: Any, value: float) -> Any:
    lead = ((0, 0),) * (np.ndim(x) - len(padding))
    return anp.pad(x, (*lead, *padding), "constant", constant_values=value)


def windows(x: Any, size: Any, stride: Any, dilation: Any) -> Any:
    n, lead = len(size), np.ndim(x) - len(size)
    found = laid_out(list(cut(x, size, stride, dilation)))
    order = (*range(lead), *range(lead + n, lead + 2 * n), *range(lead, lead + n))
    return anp.transpose(found, order)


def overlap(x: Any, form: Any, size: Any, stride: Any, dilation: Any) -> Any:
    n = len(size)
    lead = np.shape(x)[: np.ndim(x) - 2 * n]
    places = np.arange(np.prod(form)).reshape(form)
    total = 0.0
    for at, cells in cut(places, size, stride, dilation):
        for inside in np.ndindex(*size):
            hot = np.eye(places.size)[cells[inside]].reshape(form)
            total = total + anp.reshape(x[(..., *at, *inside)], (*lead, *(1,) * n)) * hot
    return total


def conv(x: Any, w: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    out, per = np.shape(w)[:2]
    wide, kernel = surrounded(x, padding, 0.0), np.shape(w)[2:]
    channels = []
    for o in range(out):
        first = (o // (out // groups)) * per
        seen = cut(wide[:, first : first + per], kernel, stride, dilation)
        axes = tuple(range(1, len(kernel) + 2))
        channels.append(laid_out([(at, anp.sum(part * w[o], axis=axes)) for at, part in seen]))
    return anp.stack(channels, axis=1)


def pool(reduce: Function) -> Function:
    def pooled(x: Any, size: Any, stride: Any, padding: Any, dilation: Any = None, **options: Any) -> Any:
        axes = tuple(range(-len(size), 0))
        found = []
        wide = surrounded(x, padding, -9e9 if reduce is anp.max else 0.0)
        inside = surrounded(np.ones(np.shape(x)), padding, 0.0)
        gap = dilation or (1,) * len(size)
        for (at, part), (_, there) in zip(cut(wide, size, stride, gap), cut(inside, size, stride, gap), strict=True):
            if reduce is anp.max:
                found.append((at, anp.max(part, axis=axes)))
                continue
            places = np.prod(size) if options["count_include_pad"] else np.sum(there, axis=axes)
            found.append((at, anp.sum(part, axis=axes) / (options["divisor"] or places)))
        return laid_out(found)

    return pooled


def adaptive(reduce: Function) -> Function:
    def pooled(x: Any, output: Any) -> Any:
        n = len(output)
        found = []
        for at in np.ndindex(*output):
            sizes = zip(np.shape(x)[-n:], output, at, strict=True)
            key = tuple(slice(i * m // parts, -(-(i + 1) * m // parts)) for m, parts, i in sizes)
            found.append((at, reduce(x[(..., *key)], axis=tuple(range(-n, 0)))))
        return laid_out(found)

    return pooled


def standard(x: Any, axis: Any, eps: float) -> Any:
    return (x - anp.mean(x, axis=axis, keepdims=True)) / anp.sqrt(anp.var(x, axis=axis, keepdims=True) + eps)


def by_group(x: Any, groups: int, eps: float) -> Any:
    per = np.shape(x)[1] // groups
    parts = [x[:, i * per : (i + 1) * per] for i in range(groups)]
    return anp.concatenate([standard(part, tuple(range(1, np.ndim(x))), eps) for part in parts], axis=1)


def attention(q: Any, k: Any, v: Any, scale: float, causal: bool = False, extra: Any = 0.0) -> Any:
    scores = scale * anp.einsum("...qd,...kd->...qk", q, k) + extra
    if causal:
        scores = scores + np.triu(np.full(np.shape(scores)[-2:], -1e9), 1)
    e = anp.exp(scores)
    return anp.einsum("...qk,...kd->...qd", e / anp.sum(e, axis=-1, keepdims=True), v)


def length(x: Any, axis: Any) -> Any:
    return anp.sqrt(anp.sum(x * x, axis=axis))


LAYERS: dict[str, Function] = {
    "windows": windows,
    "overlap": overlap,
    "conv1d": conv,
    "conv2d": conv,
    "max_pool1d": pool(anp.max),
    "max_pool2d": pool(anp.max),
    "avg_pool1d": pool(anp.mean),
    "avg_pool2d": pool(anp.mean),
    "adaptive_avg_pool": adaptive(anp.mean),
    "adaptive_max_pool": adaptive(anp.max),
    "layer_norm": standard,
    "batch_norm": standard,
    "group_norm": by_group,
    "rms_norm": lambda x, axis, eps: x / anp.sqrt(anp.mean(x * x, axis=axis, keepdims=True) + eps),
    "dropout": lambda mask, x, p: mask * x / (1 - p),
    "attention": attention,
    "masked_attention": lambda q, k, v, mask, scale: attention(q, k, v, scale, extra=mask),
    "cosine_similarity": lambda a, b, axis, eps: anp.sum(a * b, axis=axis) / (length(a, axis) * length(b, axis)),
}
