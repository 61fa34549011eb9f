"""Paths as rows: between numbers ranked without enumerating them, between arrays with Jacobians for factors."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from app.engine.errors import TooLarge
from app.engine.jacobian import jacobian
from app.engine.op import Array
from app.engine.passes import quiet
from app.engine.ways.between import Between, Hop
from app.engine.ways.counting import tally
from app.engine.ways.forward import local_derivative
from app.engine.ways.matrices import all_ways, factor, fits, way_jacobian
from app.engine.ways.ranked import Ranking, Way
from app.engine.ways.sums import gradient_between, summed
from app.schemas.numbers import number_to_json, numbers_to_json, tensor_to_json
from app.schemas.running import Ran

MOST_MATRICES = 200
"""Paths between arrays that are all looked at, to be ranked by their products."""
MOST_NODES, LONGEST = 1_000_000, 400_000
"""Nodes of all paths that are looked for, and numbers of all that are listed; one path is always."""
EVERY = 64 * 64
"""Numbers of the largest matrix that is made, so none is sent as its statistics."""


@dataclass
class Listing:
    """Rows of `PathReply`, and what they add up to."""

    ranked_by: Literal["product", "norm", "order"]
    rows: list[dict[str, Any]]
    sum: Any
    listed_sum: Any
    gradient: Any
    notes: list[dict[str, Any]] = field(default_factory=list)


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────
def of_numbers(ran: Ran, part: Between, limit: int, reply_elements: int) -> Listing:
    """The `limit` largest paths of a part in which all nodes are numbers.  Raises TooLarge, DeadlineExceeded."""
    graph, count = ran.run.graph, tally(part).paths
    local = {(target, slot): _local(ran, target, slot) for _, target, slot in part.hops}
    most = min(limit, max(1, MOST_NODES // max(1, len(part.into))))
    found = Ranking(part, local, graph.budget).largest(most) if count else []
    found = _affordable(found, reply_elements)
    notes = [_fewer(len(found))] if len(found) < min(limit, count) else []
    with quiet():
        products = [way.product for way in found]
        listed = added(products)
        total = listed if len(found) == count else summed(part, local)
        gradient = gradient_between(graph, part.sources[0], part.target)
    rows = [
        {
            **_places(ran, part.sources[0], way.hops),
            "factors": numbers_to_json(way.factors),
            "product": number_to_json(way.product),
            "size": number_to_json(abs(way.product)),
        }
        for way in found
    ]
    sums = [number_to_json(float(each)) for each in (total, listed, gradient)]
    return Listing("product", rows, sums[0], sums[1], sums[2], notes)


def _local(ran: Ran, target: int, slot: int) -> float:
    """The local derivative of an edge between numbers, of the run as far as it has it."""
    pulled = ran.run.pulled.get((target, slot))
    if pulled is not None and pulled[0] is not None:
        return float(pulled[0])
    return float(np.asarray(local_derivative(ran.run.graph, target, slot)))


def added(products: Iterable[float]) -> float:
    """The sum without rounding on its way; NaN and ∞ as in any sum."""
    numbers = list(products)
    try:
        return math.fsum(numbers)
    except (ValueError, OverflowError):  # ∞ − ∞, or a sum beyond the largest number on its way
        return float(np.sum(numbers))


def _affordable(found: Sequence[Way], reply_elements: int) -> list[Way]:
    """As many as the reply may hold.  Raises TooLarge where that is none."""
    total = 0
    kept: list[Way] = []
    for way in found:
        total += 3 * len(way.factors) + 3
        if total > (reply_elements if not kept else min(reply_elements, LONGEST)):
            break
        kept.append(way)
    if found and not kept:
        raise TooLarge(
            f"reply: one path would take {total:,} numbers, the limit is {reply_elements:,} — choose nearer nodes",
            limit=reply_elements, reached=total,
        )  # fmt: skip
    return kept


def _fewer(count: int) -> dict[str, Any]:
    return {"code": "bounded", "message": f"the {count:,} largest paths are listed: more would be too long a reply"}


def _places(ran: Ran, source: int, hops: Sequence[Hop]) -> dict[str, Any]:
    edges = [f"{ran.id(s)}>{ran.id(t)}.{slot}" for s, t, slot in hops]
    return {"nodes": [ran.id(source), *(ran.id(t) for _, t, _ in hops)], "edges": edges}


# ── matrices ────────────────────────────────────────────────────────────────────────────────────────────
def of_matrices(ran: Ran, part: Between, limit: int, reply_elements: int) -> Listing:
    """Paths among arrays: all of them ranked by the norm of their products, or the first in the program's order.

    Raises TooLarge, DeadlineExceeded.
    """
    graph, source, count = ran.run.graph, part.sources[0], tally(part).paths
    small, ranked = fits(graph, source, part.target), count <= MOST_MATRICES
    ways = list(all_ways(part, count if ranked else limit))
    products: list[Array | None] = []
    for hops in ways:
        graph.budget.check_time(len(products))
        products.append(way_jacobian(graph, source, hops).matrix if small else None)
    with quiet():
        norms = [None if each is None else float(np.sqrt(np.sum(each * each))) for each in products]
    order = list(range(len(ways)))
    if ranked and small:
        order.sort(key=lambda i: (not np.isnan(norms[i] or 0.0), -(norms[i] or 0.0)))
    order = order[:limit]
    rows = [_matrix_row(ran, source, ways[i], products[i], norms[i]) for i in order]
    _refuse_large(rows, reply_elements)
    with quiet():
        listed = _total([products[i] for i in order])
        whole = jacobian(graph, source, part.target).matrix if small else None
        total = _total(products) if ranked and ways else whole
    sums = [tensor_to_json(each, EVERY) for each in (total, listed, whole)]
    notes = [] if ranked else [_in_order(count)]
    return Listing("norm" if ranked and small else "order", rows, sums[0], sums[1], sums[2], notes)


def _total(matrices: Sequence[Array | None]) -> Array | None:
    """The sum of matrices; None where there are none, or they are too large."""
    found = [each for each in matrices if each is not None]
    return np.sum(found, axis=0) if found else None


def _matrix_row(
    ran: Ran, source: int, hops: Sequence[Hop], product: Array | None, norm: float | None
) -> dict[str, Any]:
    return {
        **_places(ran, source, hops),
        "factors": [tensor_to_json(factor(ran.run.graph, hop), EVERY) for hop in hops],
        "product": tensor_to_json(product, EVERY),
        "size": None if norm is None else number_to_json(norm),
    }


def _in_order(count: int) -> dict[str, Any]:
    say = f"paths of matrices are ranked up to {MOST_MATRICES}, here are more: they come in the program's order"
    return {"code": "bounded", "message": f"{say}; in detail scalar, or between cells, the largest are found"}


def _refuse_large(rows: Sequence[dict[str, Any]], reply_elements: int) -> None:
    count = sum(int(np.size(each)) for row in rows for each in (*row["factors"], row["product"]) if each is not None)
    if count + 3 * len(rows) > reply_elements:
        raise TooLarge(
            f"reply: it would hold {count:,} numbers, the limit is {reply_elements:,} — lower limit",
            limit=reply_elements, reached=count,
        )  # fmt: skip
