"""`nn.MultiheadAttention`: queries look up values by keys, in several heads at once.

Source: PyTorch reference, torch.nn.MultiheadAttention; A. Vaswani et al., Attention Is All You Need, 2017.
"""

from math import inf, sqrt
from typing import Any

import numpy as np

from app.lang.chances.generators import size_of
from app.lang.display import concrete
from app.lang.neural.modules import Tracer, layer, linear_layer
from app.lang.values import Value


def make(
    t: Tracer, own: dict[str, Value], embed_dim: Value, num_heads: Value, dropout: Value = 0.0, bias: Value = True,
    batch_first: Value = False,
) -> None:  # fmt: skip
    """One weight for queries, keys and values (3 · size, size), another for what comes out (size, size)."""
    size, heads = t.count(embed_dim), t.count(num_heads)
    if heads < 1 or size % heads:
        raise ValueError(f"embed_dim is {size}, it must be a multiple of num_heads, {heads}")
    if concrete(dropout):
        raise ValueError("dropout is not read; write the steps out")
    own |= {"embed_dim": size, "num_heads": heads, "head_dim": size // heads, "batch_first": t.truth(batch_first)}
    own |= {"in_proj_weight": None, "in_proj_bias": None}
    own["out_proj"] = out = linear_layer(t, size, size, bias)
    bound = sqrt(6 / (4 * size))  # Xavier's: both sides of the whole weight
    own["in_proj_weight"] = t.trained(t.draws.torch.uniform(-bound, bound, size_of((3 * size, size), t.budget)))
    if t.truth(bias):
        own["in_proj_bias"] = t.trained(np.zeros(3 * size))
        out.attributes["bias"] = t.trained(np.zeros(size))


def projected(t: Tracer, own: dict[str, Value], x: Value, i: int) -> Value:
    """Queries, keys or values, head by head: (batch, length, size) → (batch, heads, length, size of a head)."""
    size = own["embed_dim"]
    rows = np.arange(i * size, (i + 1) * size)
    given = [own["in_proj_weight"], *([own["in_proj_bias"]] if own["in_proj_bias"] is not None else [])]
    some = [t.call_named("take", [each, rows], {"axis": 0}) for each in given]
    found = t.call_named("F.linear", [x, *some], {})
    batch, length, _ = found.shape
    split = t.call_named("reshape", [found, (batch, length, own["num_heads"], own["head_dim"])], {})
    return t.call_named("torch.swapaxes", [split, 1, 2], {})


def mask_of(mask: Value) -> Any:
    """What is added to the scores: −∞ where a mask of conditions holds, else the mask's own numbers."""
    plain = np.asarray(concrete(mask))
    plain = np.where(plain, -inf, 0.0) if plain.dtype == np.bool_ else plain
    return plain[:, None] if plain.ndim == 3 else plain


def attend(
    t: Tracer, own: dict[str, Value], query: Value, key: Value, value: Value, key_padding_mask: Value = None,
    need_weights: Value = True, attn_mask: Value = None, average_attn_weights: Value = True, is_causal: Value = False,
) -> Value:  # fmt: skip
    """(what was looked up, the weights averaged over the heads); arrays are (length, batch, size) or without batch."""
    rank, first = np.ndim(concrete(query)), own["batch_first"]
    if rank not in (2, 3):
        raise ValueError(f"the query has {rank} axes, it must have 2 or 3")
    given = [batched(t, each, rank, first) for each in (query, key, value)]
    q, k, v = (projected(t, own, each, i) for i, each in enumerate(given))
    scores = t.call_named("matmul", [q, t.call_named("torch.swapaxes", [k, -2, -1], {})], {})
    scores = t.arithmetic("mul", scores, 1 / sqrt(own["head_dim"]))
    if attn_mask is not None:
        scores = t.arithmetic("add", scores, mask_of(attn_mask))
    if key_padding_mask is not None:
        hidden = np.asarray(concrete(key_padding_mask))
        scores = t.arithmetic("add", scores, mask_of(hidden.reshape(-1, 1, hidden.shape[-1])))
    weights = t.call_named("F.softmax", [scores], {"dim": -1})
    heads = t.call_named("torch.swapaxes", [t.call_named("matmul", [weights, v], {}), 1, 2], {})
    merged = t.call_named("reshape", [heads, (*heads.shape[:2], own["embed_dim"])], {})
    out = t.applied(own["out_proj"], [merged], {})
    out = unbatched(t, out, rank, first)
    if not t.truth(need_weights):
        return out, None
    if t.truth(average_attn_weights):
        weights = t.call_named("mean", [weights], {"axis": 1})
    return out, t.call_named("index", [weights, 0], {}) if rank == 2 else weights


def batched(t: Tracer, x: Value, rank: int, first: bool) -> Value:
    """(batch, length, size)."""
    if rank == 2:
        return t.call_named("torch.unsqueeze", [x, 0], {})
    return x if first else t.call_named("torch.swapaxes", [x, 0, 1], {})


def unbatched(t: Tracer, x: Value, rank: int, first: bool) -> Value:
    """In the axes that the query came in."""
    if rank == 2:
        return t.call_named("index", [x, 0], {})
    return x if first else t.call_named("torch.swapaxes", [x, 0, 1], {})


ATTENTION = layer("MultiheadAttention", make, attend)
"""The class."""
