"""`POST /api/v1/cell`: one cell of one array, with what it was made from and what its gradient is added up from."""

from collections.abc import Hashable
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.cells import Cell, Feed, check_cell, first_feeds, first_made_from
from app.engine.errors import BadArgument, TooLarge
from app.engine.factors import factor_cells
from app.engine.run import Edge
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.numbers import number_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number
from app.schemas.running import Lap, Ran, run_subject
from app.schemas.subject import Subject

NodeId = Annotated[str, Field(max_length=200)]


class CellRequest(Subject):
    """A program, and one cell of one of its nodes."""

    node: NodeId | None = Field(
        default=None, description="the node's id, as in the reply of /backprop to the same subject; default: the output"
    )
    cell: list[Annotated[int, Field(ge=0)]] = Field(
        default_factory=list, max_length=32, description="an index for each axis; none for a number"
    )
    max_terms: int = Field(
        default=4096, ge=0, le=1_000_000, description="products, and cells, that are sent of an edge"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), self.node, self.max_terms
        return "cell", self.runs, sizes, asked, self.output, tuple(self.wrt or ())


class TermReply(Documented):
    """One product: upstream × local, of one cell of the target."""

    cell: list[int] = Field(description="index in the target, whose gradient there is `upstream`")
    local: Number = Field(description="∂target[cell]/∂source[own cell]")
    upstream: Number
    product: Number = Field(description="what it adds: 0 where a closed gate meets ∞")
    factor_cell: list[int] | None = Field(description="index in `factor` of the number that `local` is")


class FeedReply(Documented):
    """What one out-edge adds to the cell's gradient."""

    edge: str
    target: str
    slot: int
    contribution: Number = Field(description="this cell of the edge's contribution: the sum of all products")
    factor: str | None = Field(description="the other operand, where every `local` is a number of it, as in a product")
    count: int = Field(description="how many products there are")
    terms: list[TermReply] = Field(description="in the target's C order, at most `max_terms`")


class SourceCell(Documented):
    """A cell that this one was made from."""

    cell: list[int]
    value: Number
    local: Number = Field(description="∂own cell/∂source[cell]; 0 of a comparison")


class MadeFromReply(Documented):
    """Which cells of one operand the cell was made from."""

    edge: str
    source: str
    slot: int
    count: int
    cells: list[SourceCell] = Field(description="in the source's C order, at most `max_terms`")


class CellReply(Documented):
    """One cell, taken apart: its gradient is `seed` and the contributions of `feeds`, added in this order."""

    schema_version: Literal["1.0"]
    program: str
    node: str
    name: str | None
    cell: list[int]
    value: Number
    grad: Number | None = Field(description="null where no gradient flows")
    seed: Number | None = Field(description="what the backward pass starts with here; null but at the output")
    feeds: list[FeedReply]
    made_from: list[MadeFromReply]
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "matmul": {
        "summary": "A cell of X in Y = X W: a row of W meets a row of the upstream gradient",
        "value": {
            "program": "X = [[1, 2], [3, 4]]\nW = [[5, 6], [7, 8]]\nL = sum((X @ W)**2)", "node": "n0", "cell": [0, 1],
        },
    },
    "max-pool": {
        "summary": "A cell that is the largest of one window and not of another",
        "value": {"program": "x = [[1, 5, 3, 2]]\nL = sum(F.max_pool1d(x, 2, stride=1))", "node": "n0", "cell": [0, 2]},
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_cell(request: CellRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/cell`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    ran = run_subject(request, budget, lap)
    node = ran.run.output if request.node is None else ran.node(request.node, "node")
    cell = tuple(request.cell)
    try:
        check_cell(ran.run.graph, node, cell)
    except BadArgument as error:
        raise FieldError(error.code, error.message, field="cell") from error
    document = _document(ran, node, cell, request.max_terms)
    count = 3 + sum(4 * len(each["terms"]) + 1 for each in document["feeds"])
    count += sum(2 * len(each["cells"]) for each in document["made_from"])
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold {count:,} numbers, the limit is {reply_elements:,} — lower max_terms",
            limit=reply_elements, reached=count,
        )  # fmt: skip
    lap("cell")
    return dump(document)


def _document(ran: Ran, node: int, cell: Cell, most: int) -> dict[str, Any]:
    run = ran.run
    adjoint = run.adjoints.get(node)
    return {
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "node": ran.id(node),
        "name": run.graph.names[node],
        "cell": list(cell),
        "value": _number(run.values[node], cell),
        "grad": None if adjoint is None else _number(adjoint, cell),
        "seed": _number(run.seed, cell) if node == run.output else None,
        "feeds": [_feed(ran, edge, cell, most) for edge in run.out_edges.get(node, ())],
        "made_from": [
            _made_from(ran, node, slot, cell, most) for slot in range(len(run.graph.inputs[node]))
        ],
        "notes": notes_of(ran),
    }  # fmt: skip


def _feed(ran: Ran, edge: Edge, cell: Cell, most: int) -> dict[str, Any]:
    graph = ran.run.graph
    count, found = first_feeds(ran.run, edge.target, edge.slot, cell, most)
    factor = factor_cells(graph, edge.target, edge.slot, cell, found)
    cells: list[Cell | None] = [None] * len(found) if factor is None else [*factor[1]]
    return {
        "edge": ran.renamed(edge.id),
        "target": ran.id(edge.target),
        "slot": edge.slot,
        "contribution": _number(edge.contribution, cell),
        "factor": None if factor is None else ran.id(graph.inputs[edge.target][factor[0]]),
        "count": count,
        "terms": [_term(each, at) for each, at in zip(found, cells, strict=True)],
    }


def _term(feed: Feed, factor_cell: Cell | None) -> dict[str, Any]:
    return {
        "cell": list(feed.cell),
        "local": number_to_json(feed.local),
        "upstream": number_to_json(feed.upstream),
        "product": number_to_json(feed.product),
        "factor_cell": None if factor_cell is None else list(factor_cell),
    }


def _made_from(ran: Ran, node: int, slot: int, cell: Cell, most: int) -> dict[str, Any]:
    graph = ran.run.graph
    source = graph.inputs[node][slot]
    count, found = first_made_from(graph, node, slot, cell, most)
    return {
        "edge": ran.renamed(Edge(source, node, slot).id),
        "source": ran.id(source),
        "slot": slot,
        "count": count,
        "cells": [
            {"cell": list(at), "value": _number(graph.values[source], at), "local": number_to_json(local)}
            for at, local in found
        ],
    }


def _number(array: Any, cell: Cell) -> float | str:
    """One cell of an array, or the number itself."""
    return number_to_json(float(np.asarray(array, float)[cell]))
