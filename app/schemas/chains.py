"""Jacobians multiplied out along a chain of nodes, as plain data."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from app.engine.errors import TooLarge
from app.engine.ways.matrices import chain
from app.schemas.numbers import tensor_to_json
from app.schemas.places import called, elements, whole
from app.schemas.reply import Documented, Sent
from app.schemas.running import Ran


class Factor(Documented):
    """One factor: a row for each number of its target, a column for each of its source."""

    source: str = Field(description="id of the node")
    target: str
    source_label: str = Field(description="its name, else its id")
    target_label: str
    rows: list[str] = Field(description="`y[0]`, `y[1]` …")
    columns: list[str]
    matrix: Sent = Field(description="∂target/∂source, over every way between the two")
    product: Sent = Field(description="this matrix times those before it: ∂target/∂(first node) through the chain")


class ChainReply(Documented):
    """J = Jₙ ⋯ J₂ J₁. Where `complete` is false, other ways lead past the chain, and `total` has them too."""

    nodes: list[str]
    factors: list[Factor] = Field(description="from the source on: the first is the rightmost factor")
    total: Sent = Field(description="∂last/∂first over every way")
    complete: bool = Field(description="the product of all factors is the total")


def chain_to_json(ran: Ran, names: Sequence[str], most: int, reply_elements: int) -> dict[str, Any]:
    """`ChainReply`.  Raises FieldError, TooLarge, DeadlineExceeded."""
    nodes = [whole(ran, name, f"chain[{i}]") for i, name in enumerate(names)]
    found = chain(ran.run.graph, nodes)
    count = found.total.matrix.size + sum(each.product.size + each.jacobian.matrix.size for each in found.links)
    if count > reply_elements:
        raise TooLarge(
            f"reply: the matrices have {count:,} numbers, the limit is {reply_elements:,} — choose fewer nodes",
            limit=reply_elements, reached=count,
        )  # fmt: skip
    return {
        "nodes": [ran.id(node) for node in nodes],
        "factors": [
            {
                "source": ran.id(each.source),
                "target": ran.id(each.target),
                "source_label": called(ran, each.source),
                "target_label": called(ran, each.target),
                "rows": elements(ran, each.target),
                "columns": elements(ran, each.source),
                "matrix": tensor_to_json(each.jacobian.matrix, most),
                "product": tensor_to_json(each.product, most),
            }
            for each in found.links
        ],
        "total": tensor_to_json(found.total.matrix, most),
        "complete": found.complete,
    }
