"""Sums of products over chosen axes: Einstein's notation, and tensordot."""

import math
import string
from collections.abc import Sequence
from typing import Any

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.op import Operand, shape
from app.engine.ops.indexing import call_index
from app.engine.ops.linear import matmul
from app.engine.ops.registry import Composed
from app.engine.ops.selecting import whole_number
from app.engine.ops.views import transpose
from app.engine.structure import axis_index, reshaped, total

Term = tuple[Any, str]
"""An operand, and a letter for each of its axes."""


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────
def parsed(subscripts: str, forms: Sequence[tuple[int, ...]]) -> tuple[list[str], str]:
    """`"ij,jk->ik"` as a letter for each axis, dots spelled out.  Raises BadArgument."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(forms):
        raise BadArgument(f"einsum: {subscripts!r} has {len(terms)} terms for {len(forms)} arrays — write one for each")
    spare = [c for c in string.ascii_letters if c not in subscripts]
    pairs = zip(terms, forms, strict=True)
    widest = max((len(form) - len(term) + 3 for term, form in pairs if "..." in term), default=0)
    dots = "".join(spare[:widest])
    found = [spelled_out(term, dots, len(form)) for term, form in zip(terms, forms, strict=True)]
    if not arrow:
        once = (c for c in sorted(set("".join(found)) - set(dots)) if "".join(found).count(c) == 1)
        return found, dots + "".join(once)
    out = right.replace("...", dots)
    if len(set(out)) < len(out) or not set(out) <= set("".join(found)):
        raise BadArgument(f"einsum: the result is {right!r}; a letter must be there once, and on the left — check it")
    return found, out


def spelled_out(term: str, dots: str, ndim: int) -> str:
    """A term with letters for its dots.  Raises BadArgument."""
    spare = ndim - len(term.replace("...", ""))
    found = term.replace("...", dots[len(dots) - spare :] if spare > 0 else "")
    if len(found) != ndim or (found and not found.isalpha()):
        raise BadArgument(f"einsum: {term!r} stands for an array with {ndim} axes, it must have a letter for each")
    return found


def sizes_of(terms: Sequence[Term]) -> dict[str, int]:
    """The size of each letter; 1 gives way.  Raises ShapeMismatch."""
    found: dict[str, int] = {}
    for x, letters in terms:
        for letter, n in zip(letters, shape(x), strict=True):
            if found.setdefault(letter, n) != n and 1 not in (n, found[letter]):
                raise ShapeMismatch(f"einsum: {letter!r} is {found[letter]} and {n}, it must be one size — reshape")
            found[letter] = n if found[letter] == 1 else found[letter]
    return found


# ── one operand ─────────────────────────────────────────────────────────────────────────────────────────
def on_diagonal(x: Operand, letters: str) -> Term:
    """Letters that come twice as one axis: the diagonal."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            i = letters.index(letter)
            j = letters.index(letter, i + 1)
            order = (*(k for k in range(len(letters)) if k not in (i, j)), i, j)
            moved = transpose(x, axes=order)
            n = shape(moved)[-1]
            x = call_index(moved, (..., list(range(n)), list(range(n))))
            letters = "".join(letters[k] for k in order[:-1])
    return x, letters


def summed(x: Operand, letters: str, keep: set[str]) -> Term:
    """What nobody else needs is added up."""
    lost = tuple(i for i, letter in enumerate(letters) if letter not in keep)
    return (total(x, lost), "".join(c for c in letters if c in keep)) if lost else (x, letters)


def ordered(x: Operand, letters: str, wanted: str) -> Any:
    """The axes in the order `wanted`."""
    order = tuple(letters.index(c) for c in wanted)
    return x if order == tuple(range(len(order))) else transpose(x, axes=order)


# ── two operands ────────────────────────────────────────────────────────────────────────────────────────
def contracted(a: Term, b: Term, keep: set[str]) -> Term:
    """Two operands as one matrix product, over every letter that both have and nobody else needs."""
    (x, left), (y, right) = summed(*a, keep | set(b[1])), summed(*b, keep | set(a[1]))
    if not set(left) & set(right) or any(
        shape(x)[left.index(c)] != shape(y)[right.index(c)] for c in set(left) & set(right)
    ):
        return multiplied((x, left), (y, right), keep)
    batch = [c for c in left if c in right and c in keep]
    inner = [c for c in left if c in right and c not in keep]
    if not inner:
        return multiplied((x, left), (y, right), keep)
    rows, columns = [c for c in left if c not in right], [c for c in right if c not in left]
    sizes = dict(zip(left, shape(x), strict=True)) | dict(zip(right, shape(y), strict=True))
    lead = [sizes[c] for c in batch]
    count = {name: math.prod(sizes[c] for c in part) for name, part in (("r", rows), ("k", inner), ("c", columns))}
    first = reshaped(ordered(x, left, "".join([*batch, *rows, *inner])), (*lead, count["r"], count["k"]))
    second = reshaped(ordered(y, right, "".join([*batch, *inner, *columns])), (*lead, count["k"], count["c"]))
    letters = "".join([*batch, *rows, *columns])
    return reshaped(matmul(first, second), tuple(sizes[c] for c in letters)), letters


def multiplied(a: Term, b: Term, keep: set[str]) -> Term:
    """Two operands broadcast against each other, then summed."""
    (x, left), (y, right) = a, b
    letters = left + "".join(c for c in right if c not in left)
    wide = []
    for operand, own in ((x, left), (y, right)):
        inside = "".join(c for c in letters if c in own)
        form = dict(zip(own, shape(operand), strict=True))
        wide.append(reshaped(ordered(operand, own, inside), tuple(form.get(c, 1) for c in letters)))
    return summed(wide[0] * wide[1], letters, keep)


# ── under the names that people know ────────────────────────────────────────────────────────────────────
def call_einsum(subscripts: Any, *operands: Any, optimize: Any = None) -> Any:
    """`np.einsum("ij,jk->ik", a, b)`: operands are taken from left to right, two as a matrix product.

    Raises BadArgument, ShapeMismatch.
    """
    if not isinstance(subscripts, str):
        raise BadArgument("einsum: the first argument must be a text of letters — write einsum('ij,jk->ik', a, b)")
    given = list(operands[0]) if len(operands) == 1 and isinstance(operands[0], tuple | list) else list(operands)
    letters, out = parsed(subscripts, [shape(x) for x in given])
    terms = [on_diagonal(x, each) for x, each in zip(given, letters, strict=True)]
    sizes_of(terms)
    so_far = terms[0]
    for i, term in enumerate(terms[1:], start=2):
        so_far = contracted(so_far, term, set(out).union(*(each for _, each in terms[i:])))
    return ordered(*summed(*so_far, set(out)), out)


def call_tensordot(a: Operand, b: Operand, axes: Any = 2, dims: Any = None) -> Any:
    """`np.tensordot`: the last axes of one with the first of the other, or those named.  Raises ShapeMismatch."""
    chosen = axes if dims is None else dims
    if isinstance(chosen, tuple | list):
        pairs = [each if isinstance(each, tuple | list) else (each,) for each in chosen]
        left = [axis_index(i, len(shape(a)), "tensordot") for i in pairs[0]]
        right = [axis_index(i, len(shape(b)), "tensordot") for i in pairs[1]]
    else:
        n = whole_number(chosen, "tensordot")
        left, right = list(range(len(shape(a)) - n, len(shape(a)))), list(range(n))
    if [shape(a)[i] for i in left] != [shape(b)[i] for i in right]:
        raise ShapeMismatch(f"tensordot: arrays are {shape(a)} and {shape(b)}; axes that meet must agree — name others")
    first = list(string.ascii_letters[: len(shape(a))])
    second = list(string.ascii_letters[len(first) : len(first) + len(shape(b))])
    for i, j in zip(left, right, strict=True):
        second[j] = first[i]
    out = "".join(c for c in (*first, *second) if (c in first) != (c in second))
    return call_einsum(f"{''.join(first)},{''.join(second)}->{out}", a, b)


CONTRACTION_FUNCTIONS = (
    Composed(("einsum", "np.einsum", "torch.einsum", "jnp.einsum"), call_einsum),
    Composed(("tensordot", "np.tensordot", "torch.tensordot", "jnp.tensordot"), call_tensordot),
)
