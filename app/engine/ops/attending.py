"""Attention, the cosine of two vectors, and rows of a table."""

import math
from typing import Any

import numpy as np

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.forms import ANY, ATOM, tex
from app.engine.op import Array, Op, Operand, Sample, Worked, shape
from app.engine.ops.convolutions import numbers
from app.engine.ops.indexing import call_index
from app.engine.ops.linear import matmul, matmul_size
from app.engine.ops.normalise import softmax
from app.engine.ops.registry import Composed
from app.engine.ops.rounding import absolute, clip, stop
from app.engine.ops.selecting import concrete, whole_number, whole_numbers
from app.engine.ops.spread import norm
from app.engine.ops.views import swap, transpose
from app.engine.structure import axes, fit, is_mask, total, where

Axes = tuple[int, ...]
VASWANI = "A. Vaswani et al., Attention Is All You Need, 2017"


# ── attention ───────────────────────────────────────────────────────────────────────────────────────────
def looked_up(scores: Operand, value: Operand) -> Any:
    """The values, averaged by the softmax of the scores."""
    return matmul(softmax(scores, axis=(len(shape(scores)) - 1,)), value)


def attended(query: Operand, key: Operand, value: Operand, scale: float, causal: bool) -> Any:
    """softmax(scale · Q Kᵀ) V; `causal`: no query looks at a later key."""
    scores = matmul(query, swap(key)) * np.float64(scale)
    if causal:
        scores = where(np.tril(np.ones(shape(scores)[-2:], bool)), scores, -math.inf)
    return looked_up(scores, value)


def attended_masked(query: Operand, key: Operand, value: Operand, mask: Operand, scale: float) -> Any:
    """The same with the mask added to the scores: −∞ hides a key."""
    return looked_up(matmul(query, swap(key)) * np.float64(scale) + mask, value)


def score_count(query: Array, key: Array, *_: Array, **__: Any) -> int:
    """How many scores there are."""
    return matmul_size(query, np.swapaxes(key, -1, -2)) if np.ndim(key) > 1 else 0


def check_heads(query: Operand, key: Operand, value: Operand) -> None:
    """Raise ShapeMismatch where queries, keys and values do not go together."""
    q, k, v = shape(query), shape(key), shape(value)
    if min(map(len, (q, k, v))) < 2 or q[-1] != k[-1] or k[-2] != v[-2]:
        raise ShapeMismatch(
            f"attention: query is {q}, key is {k}, value is {v}; query and key must agree in their last size, key and"
            " value in the one before — reshape them"
        )


def call_attention(
    query: Operand, key: Operand, value: Operand, attn_mask: Operand = None, dropout_p: Any = 0.0,
    is_causal: Any = False, scale: Any = None, enable_gqa: Any = False,
) -> Any:  # fmt: skip
    """`F.scaled_dot_product_attention`; scale is 1/√(size of a query) unless given.  Raises BadArgument.

    A mask of conditions says which keys are seen, one of numbers is added to the scores.
    A query that sees no key has NaN, as the softmax of nothing.
    """
    check_heads(query, key, value)
    if float(concrete(dropout_p)) != 0 or enable_gqa:
        raise BadArgument("attention: dropout_p or enable_gqa is set, neither must be — write the steps out yourself")
    if attn_mask is not None and is_causal:
        raise BadArgument("attention: attn_mask and is_causal are given, only one must be — leave one out")
    by = 1.0 / math.sqrt(shape(query)[-1]) if scale is None else float(concrete(scale))
    if attn_mask is not None:
        attn_mask = where(attn_mask, 0.0, -math.inf) if is_mask(attn_mask) else attn_mask
        return masked_attention(query, key, value, attn_mask, scale=by)
    return attention(query, key, value, scale=by, causal=bool(is_causal))


def call_jax_attention(
    query: Operand, key: Operand, value: Operand, bias: Operand = None, mask: Operand = None, scale: Any = None,
    is_causal: Any = False,
) -> Any:  # fmt: skip
    """`jax.nn.dot_product_attention`: (…, times, heads, size), heads are taken one by one.  Raises BadArgument."""
    if bias is not None and mask is not None:
        raise BadArgument("attention: bias and mask are given, only one must be — leave one out")
    n = len(shape(query))
    if not n == len(shape(key)) == len(shape(value)) >= 3:
        raise ShapeMismatch(f"attention: query is {shape(query)}, it must be (…, times, heads, size) — reshape it")
    heads_first = (*range(n - 3), n - 2, n - 3, n - 1)
    q, k, v = (transpose(each, axes=heads_first) for each in (query, key, value))
    found = call_attention(q, k, v, bias if mask is None else mask, is_causal=is_causal, scale=scale)
    return transpose(found, axes=heads_first)


Q, K, V = numbers(2, 3), numbers(3, 3), numbers(3, 2)
attention: Op = Op(
    name="attention",
    noun="attention",
    doc="Every query takes the average of the values, weighted by the softmax of how well it goes with their keys.",
    forward=attended,
    slots=("query", "key", "value"),
    detail=attended,
    names=("F.scaled_dot_product_attention", "scaled_dot_product_attention"),
    call=call_attention,
    size=score_count,
    forms=tex(r"\operatorname{{softmax}}\left(\tfrac{{ {0} {1}^\top }}{{\sqrt{{d}}}}\right) {2}", ATOM, ATOM),
    samples=(
        Sample((Q, K, V), {"scale": 0.5, "causal": False}),
        Sample((K, K + 0.5, V), {"scale": 1.0, "causal": True}),
        Sample((np.stack([Q, -Q]), np.stack([K, 2 - K]), np.stack([V, V + 1])), {"scale": 0.25, "causal": False}),
    ),
    # Both scores are 0, so 2 and 4 count half; the scores' slopes ½·(2 − 3) and ½·(4 − 3) times the keys 1 and 3.
    worked=Worked(
        (np.array([[0.0]]), np.array([[1.0], [3.0]]), np.array([[2.0], [4.0]])), np.array([[3.0]]),
        (np.array([[1.0]]), np.zeros((2, 1)), np.full((2, 1), 0.5)), {"scale": 1.0, "causal": False},
    ),
    source=VASWANI,
)  # fmt: skip
masked_attention: Op = Op(
    name="masked_attention",
    noun="masked attention",
    doc="Attention in which a mask is added to the scores: −∞ hides a key.",
    forward=attended_masked,
    slots=("query", "key", "value", "mask"),
    detail=attended_masked,
    size=score_count,
    forms=tex(r"\operatorname{{softmax}}\left(\tfrac{{ {0} {1}^\top }}{{\sqrt{{d}}}} + {3}\right) {2}", ATOM, ATOM),
    samples=(
        Sample((Q, K, V, numbers(2, 3) / 2), {"scale": 1.0}),
        Sample((np.stack([Q, -Q]), K, V, numbers(1, 3)), {"scale": 0.5}),
    ),
    # The second key is hidden: all of 2.
    worked=Worked(
        (np.array([[1.0]]), np.array([[1.0], [3.0]]), np.array([[2.0], [4.0]]), np.array([[0.0, -math.inf]])),
        np.array([[2.0]]), (np.zeros((1, 1)), np.zeros((2, 1)), np.array([[1.0], [0.0]]), np.zeros((1, 2))),
        {"scale": 1.0},
    ),
    source=VASWANI,
)  # fmt: skip


# ── cosine ──────────────────────────────────────────────────────────────────────────────────────────────
def lengths(x: Operand, axis: Axes, eps: float) -> Any:
    """Euclidean lengths, not below ε."""
    return clip(norm(x, axis=axis, keepdims=True), low=eps, high=None)


def cosine_of(a: Operand, b: Operand, axis: Axes, eps: float) -> Any:
    """Σ (a/|a|)·(b/|b|), the vectors broadcast against each other first."""
    form = np.broadcast_shapes(shape(a), shape(b))
    a, b = fit(a, form), fit(b, form)
    return total((a / lengths(a, axis, eps)) * (b / lengths(b, axis, eps)), axis)


def call_cosine(a: Operand, b: Operand, axis: Any = 1, eps: Any = 1e-8) -> Any:
    """`F.cosine_similarity(x1, x2, dim=1)`; of two vectors along their only axis.  Raises ShapeMismatch."""
    form = np.broadcast_shapes(shape(a), shape(b))
    along = axes(a if len(shape(a)) == len(form) else b, axis if len(form) > 1 else 0, "cosine_similarity")
    if not len(shape(a)) == len(shape(b)):
        raise ShapeMismatch(
            f"cosine_similarity: the arrays are {shape(a)} and {shape(b)}, they must have as many axes — reshape one"
        )
    return cosine_similarity(a, b, axis=along, eps=float(eps))


cosine_similarity: Op = Op(
    name="cosine_similarity",
    noun="cosine similarity",
    doc="The cosine of the angle between vectors along an axis.",
    forward=cosine_of,
    slots=("a", "b"),
    detail=cosine_of,
    names=("F.cosine_similarity", "torch.cosine_similarity"),
    call=call_cosine,
    forms=tex(r"\cos\left({0}, {1}\right)", ATOM, ANY),
    samples=(
        Sample((numbers(2, 3), numbers(3, 2).T), {"axis": (1,), "eps": 1e-8}),
        Sample((numbers(4), -numbers(2, 2).ravel() + 0.5), {"axis": (0,), "eps": 1e-8}),
    ),
    # At right angles 0; each slope is the other vector at length 1, over the own length.
    worked=Worked(
        (np.array([2.0, 0.0]), np.array([0.0, 4.0])), 0.0, (np.array([0.0, 0.5]), np.array([0.25, 0.0])),
        {"axis": (0,), "eps": 1e-8},
    ),
    source="PyTorch reference, torch.nn.functional.cosine_similarity",
)  # fmt: skip


def call_normalize(x: Operand, ord: Any = 2, axis: Any = 1, eps: Any = 1e-12) -> Any:
    """`F.normalize`: vectors along an axis brought to length 1.  Raises BadArgument."""
    order = float(concrete(ord))
    along = axes(x, axis if len(shape(x)) > 1 else 0, "normalize")
    if order == 2:
        return x / lengths(x, along, float(eps))
    if order == 1:
        return x / clip(total(absolute(x), along, True), low=float(eps), high=None)
    raise BadArgument(f"normalize: p is {order:g}, it must be 1 or 2 — divide by norm(x, p) yourself")


# ── embedding ───────────────────────────────────────────────────────────────────────────────────────────
def call_embedding(x: Any, weight: Operand, padding_idx: Any = None, **others: Any) -> Any:
    """`F.embedding(places, table)`: a row for every place; a row that is taken twice gets both gradients.

    The row `padding_idx` gets none.  Raises BadArgument, ShapeMismatch.
    """
    if others:
        raise BadArgument(f"embedding: {', '.join(others)} is given, only padding_idx may be — leave it out")
    places, form = whole_numbers(x, "embedding"), shape(weight)
    if len(form) != 2:
        raise ShapeMismatch(f"embedding: the table is {form}, it must be (rows, size) — give places first, then it")
    if places.size and (places.min() < 0 or places.max() >= form[0]):
        raise BadArgument(
            f"embedding: places go from {places.min()} to {places.max()}, the table has {form[0]} rows — check them"
        )
    rows = call_index(weight, places)
    if padding_idx is None:
        return rows
    padding = whole_number(padding_idx, "embedding") % form[0]
    return where(np.equal(places, padding)[..., None], stop(rows), rows)


ATTENDING = (attention, masked_attention, cosine_similarity)
ATTENDING_FUNCTIONS = (
    Composed(("jax.nn.dot_product_attention",), call_jax_attention),
    Composed(("normalize", "F.normalize"), call_normalize),
    Composed(("embedding", "F.embedding"), call_embedding),
)
