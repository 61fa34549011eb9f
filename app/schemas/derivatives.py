"""`POST /api/v1/derivatives`: the first, second, … derivative of a single number by a single number."""

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.cells import Cell, place
from app.engine.errors import TooLarge
from app.engine.op import shape
from app.engine.passes import quiet
from app.engine.scalars import element_name, one_hot
from app.engine.ways.series import MOST_NODES, derivatives_along
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.numbers import number_to_json, numbers_to_json
from app.schemas.places import Found, Place, called, find
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number
from app.schemas.running import Lap, Ran, run_subject
from app.schemas.subject import Subject

HIGHEST = 5


class DerivativesRequest(Subject):
    """A program whose output is a number (or becomes one by its cotangent), and one of its numbers."""

    variable: Place | None = Field(
        default=None, description="an input, a variable, a node's id, or one cell: `x`, `n3`, `W[0,1]`; default: the "
        "first input, which must then be a number",
    )  # fmt: skip
    order: int = Field(default=3, ge=1, le=HIGHEST, description="how many derivatives")

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), self.variable, self.order
        return "derivatives", self.runs, sizes, asked, self.output, tuple(self.wrt or ())


class DerivativesReply(Documented):
    """f, f′, f″, … at the program's point."""

    schema_version: Literal["1.0"]
    program: str
    output: str = Field(description="id of the node that is differentiated")
    variable: str = Field(description="its label, such as `W[0,1]`")
    node: str = Field(description="id of the node that it is, or is a cell of")
    at: Number = Field(description="the variable's value")
    value: Number = Field(description="f; of an array the sum of its numbers weighted by the cotangent")
    derivatives: list[Number] = Field(description="f′, f″, …; fewer than asked for where a note says so")
    nodes: int = Field(description="how many nodes the derivatives added to the graph")
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "sine": {"summary": "sin(x²) at 3", "value": {"program": "x = 3.0\ny = sin(x**2)", "order": 3}},
    "weight": {
        "summary": "Of a loss by one weight",
        "value": {
            "program": "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [1.0, 2.0]\nL = sum(tanh(W @ x)**2)", "variable": "W[0,1]",
        },
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_derivatives(request: DerivativesRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/derivatives`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    if request.order + 2 > reply_elements:
        raise TooLarge(
            f"reply: it would hold {request.order + 2} numbers, the limit is {reply_elements:,} — lower order",
            limit=reply_elements, reached=request.order + 2,
        )  # fmt: skip
    ran = run_subject(request, budget, lap)
    found = _variable(ran, request.variable)
    run, cell = ran.run, found.cell or ()
    form = shape(run.values[found.node])
    along = {found.node: one_hot(form, place(cell, form))[()]}
    with quiet():
        series, grown = derivatives_along(run.graph, run.output, along, request.order)
        derivatives = [float(np.sum(run.seed * each)) for each in series] or _first(ran, found.node, cell)
        value = float(np.sum(run.seed * run.values[run.output]))
    lap("derivatives")
    return dump({
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "output": ran.id(run.output),
        "variable": element_name(called(ran, found.node), cell),
        "node": ran.id(found.node),
        "at": number_to_json(float(np.asarray(run.values[found.node], float)[cell])),
        "value": number_to_json(value),
        "derivatives": numbers_to_json(derivatives),
        "nodes": grown,
        "notes": notes_of(ran) + _bounded(len(derivatives), request.order),
    })  # fmt: skip


def _first(ran: Ran, node: int, cell: Cell) -> list[float]:
    """The gradient, where even the graph of the first derivative would be too large."""
    gradient = ran.run.adjoints.get(node)
    return [] if gradient is None else [float(np.asarray(gradient)[cell])]


def _variable(ran: Ran, name: str | None) -> Found:
    """The number that it is differentiated by.  Raises FieldError."""
    if name is None and not ran.subject.wrt:
        raise FieldError("not_scalar", "variable: the program has no input, name a variable", field="variable")
    found = find(ran, next(iter(ran.subject.wrt)) if name is None else name, "variable")
    form = shape(ran.run.values[found.node])
    if form != () and found.cell is None:
        cell: Cell = (0,) * len(form)
        label = called(ran, found.node)
        say = f"variable: {label[:40]} has shape {form}, it must be a single number"
        raise FieldError(
            "not_scalar", say, field="variable", hint=f"choose a cell, such as {element_name(label, cell)}"
        )
    return found


def _bounded(reached: int, order: int) -> list[dict[str, Any]]:
    if reached == order:
        return []
    say = f"derivative {reached + 1} would make the graph grow by more than {MOST_NODES:,} nodes: it ends before"
    return [{"code": "bounded", "message": say}]
