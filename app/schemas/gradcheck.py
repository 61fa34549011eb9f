"""`POST /api/v1/gradcheck`: reverse mode beside forward mode, a formula and differences, input by input."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.record import Run
from app.engine.ways.agreement import Agreement, Point, agreement, sweep
from app.engine.ways.differences import EPSILON, ORDER, USUAL, Scheme
from app.lang.leftovers import Binding, ids
from app.schemas.answers import notes_of
from app.schemas.checked import Asked, Tables, check_to_json, point_to_json
from app.schemas.encode import dump
from app.schemas.from_engine import shape_of
from app.schemas.numbers import tensor_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number, Output, Sent, SentOrNull
from app.schemas.running import Lap, Ran, run_subject
from app.schemas.subject import Subject
from app.symbolic.gradient import SECONDS, SymbolicGradient, symbolic_gradient
from app.symbolic.service import Remaining

MOST_STEPS, MOST_NODES = 64, 10_000
"""Steps of a sweep, and nodes of a program that formulas are made of."""

Step = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class GradcheckRequest(Subject):
    """A program, and how its slopes are measured."""

    scheme: Scheme = Field(
        default="central",
        description="`forward` (f(x+h) − f(x)) / h, `central` (f(x+h) − f(x−h)) / 2h, `complex` Im f(x+ih) / h",
    )
    h: Step | None = Field(
        default=None, description="the step; default: what balances both errors near 1, by scheme √ε, ∛ε, 1e-20"
    )
    sweep: list[Step] = Field(
        default_factory=list, max_length=MOST_STEPS, description="steps to measure the error at: a V over h"
    )
    symbolic: bool = Field(default=True, description="also from formulas by SymPy, as far as they take little work")
    max_elements: int = Field(
        default=4096, ge=1, le=4_000_000, description="arrays with more elements are sent as their statistics"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time; with formulas most is spent waiting for a process."""
        if self.symbolic:
            return None
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), self.scheme, len(self.sweep), self.max_elements
        return "gradcheck", self.runs, sizes, asked, self.output, tuple(self.wrt or ())


class Worst(Documented):
    """The element at which two ways differ most."""

    label: str = Field(description="`W[0,1]`; of a number the variable's name")
    reverse: Number
    other: Number


class WayReply(Documented):
    """One way beside reverse mode."""

    relative_error: Number | None = Field(
        description="largest |reverse − other| / max(1, |reverse|), away from kinks; null where nothing was compared"
    )
    ok: bool | None = Field(description="both agree at every element that was compared; null where there is none")
    compared: int = Field(description="how many elements")
    worst: Worst | None
    why: str | None = Field(description="why there is nothing to compare with, or not everywhere")


class ErrorParts(Documented):
    """What the numerical estimate's own error is made of at this `h`, in absolute numbers."""

    order: Literal[2, 3] = Field(description="which derivative the first term that is left out has: f″ or f‴")
    derivative: SentOrNull = Field(description="f″ or f‴ along each element; `NaN` or null where not worked out")
    truncation: SentOrNull = Field(description="|h/2 · f″| forward, |h²/6 · f‴| central and complex")
    noise: Number = Field(description="Σ ε·|value · gradient| over all nodes, of which ε·|f| is the output's share")
    rounding: Number = Field(description="noise / h; of the complex step the noise alone")


class CheckedInput(Documented):
    """One variable by every way, in its shape; elements that were not looked at are `NaN`."""

    shape: list[int]
    reverse: Sent
    forward_mode: SentOrNull
    symbolic: SentOrNull = Field(description="null where there is no formula, see `agreement.symbolic.why`")
    numeric: SentOrNull = Field(description="null where the scheme cannot be used, see `agreement.numeric.why`")
    relative_error: Number | None = Field(description="of `numeric`, as in `agreement.numeric`")
    ok: bool = Field(description="every way that there is agrees, and one of them at least was compared")
    kink: bool = Field(description="some element is at a point without a derivative")
    sampled: int | None = Field(description="how many elements were looked at; null when all were")
    agreement: dict[Literal["forward_mode", "symbolic", "numeric"], WayReply]
    parts: ErrorParts


class SweepPoint(Documented):
    """One step of the sweep, by variable; absolute numbers, so that the parts lie on the error's branches."""

    h: float
    estimate: dict[str, SentOrNull]
    error: dict[str, SentOrNull] = Field(description="|estimate − reverse|")
    truncation: dict[str, SentOrNull]
    rounding: Number = Field(description="noise / h, the same for every variable")


class GradcheckReply(Documented):
    """All ways to the gradient, side by side."""

    schema_version: Literal["1.0"]
    program: str
    output: Output
    scheme: Scheme
    h: float
    epsilon: float = Field(description="2⁻⁵²: the distance from 1 to the next number")
    checks: dict[str, CheckedInput] = Field(
        description="by variable; an input whose name is bound again goes by its node's id"
    )
    sweep: list[SweepPoint]
    ok: bool = Field(description="all checks are")
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "V": {
        "summary": "The error of central differences over h",
        "value": {
            "program": "x = 3.0\ny = sin(x**2)", "scheme": "central", "h": 1e-6,
            "sweep": [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12],
        },
    },
    "complex": {
        "summary": "A complex step through a layer",
        "value": {
            "program": "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [1.0, 2.0]\nL = sum(tanh(W @ x)**2)", "scheme": "complex",
        },
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_gradcheck(request: GradcheckRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/gradcheck`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    ran = run_subject(request, budget, lap)
    _refuse_large(ran, request, reply_elements)
    h = USUAL[request.scheme] if request.h is None else request.h
    formulas = SymbolicGradient(why="not asked for")
    if len(ran.run.values) > MOST_NODES:
        formulas = SymbolicGradient(why=f"the program has more than {MOST_NODES:,} nodes")
    elif request.symbolic:
        formulas = by_formula(ran.run, budget.deadline)
    lap("symbolic")
    found = agreement(ran.run, request.scheme, h, formulas.values)
    points = sweep(ran.run, found, request.scheme, request.sweep)
    lap("gradcheck")
    reply = dump(_document(ran, request, h, found, points, formulas.why))
    lap("encode")
    return reply


def by_formula(run: Run, remaining: Remaining | None) -> SymbolicGradient:
    """The gradients from formulas: by all leaves together, by each other node on its own, as leaves lie behind it.

    Raises DeadlineExceeded.
    """
    leaves = tuple(node for node in run.wrt if run.graph.ops[node].leaf)
    together = [leaves] if leaves else []
    found = SymbolicGradient()
    parts = [*together, *((node,) for node in run.wrt if node not in leaves)]
    for wrt in parts:
        part = symbolic_gradient(replace(run, wrt=wrt), remaining, SECONDS / len(parts))
        found = SymbolicGradient(found.values | part.values, found.why or part.why)
    return found


def _document(
    ran: Ran, request: GradcheckRequest, h: float, found: Agreement, points: list[Point], why: str | None
) -> dict[str, Any]:
    run, most = ran.run, request.max_elements
    value, names = run.values[run.output], bindings(ran)
    tables = Tables.of(found, why)
    checks = {
        name: check_to_json(ran, name, binding, tables, Asked(request.scheme, h, most))
        for name, binding in names.items()
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "output": {
            "node": ran.id(run.output), "name": ran.subject.output_name, "shape": shape_of(value),
            "value": tensor_to_json(value, most),
        },
        "scheme": request.scheme,
        "h": h,
        "epsilon": EPSILON,
        "checks": checks,
        "sweep": [point_to_json(ran, names, point, most) for point in points],
        "ok": all(each["ok"] for each in checks.values()),
        "notes": notes_of(ran) + _own_notes(found, request.scheme),
    }  # fmt: skip


def bindings(ran: Ran) -> dict[str, Binding]:
    """By name what it is differentiated by; inputs whose names were bound again by their ids."""
    taken = {node for binding in ran.subject.wrt.values() for node in ids(binding)}
    return {**ran.subject.wrt, **{ran.id(node): node for node in ran.run.wrt if node not in taken}}


def _own_notes(found: Agreement, scheme: Scheme) -> list[dict[str, Any]]:
    notes = [
        {"code": "no_complex_step", "message": f"complex step: {why}"}
        for why in dict.fromkeys(found.obstacles.values())
    ]
    if any(each.derivative is None for each in found.bounds.values()):
        order = "″" if ORDER[scheme] == 2 else "‴"
        say = f"f{order} was worked out for some elements only, as its graph would have grown too large"
        notes.append({"code": "bounded", "message": say})
    return notes


def _refuse_large(ran: Ran, request: GradcheckRequest, reply_elements: int) -> None:
    numbers = sum(min(int(np.size(ran.run.values[node])), request.max_elements) for node in ran.run.wrt)
    count = numbers * (6 + 3 * len(request.sweep)) + 1
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold about {count:,} numbers, the limit is {reply_elements:,} — lower max_elements",
            limit=reply_elements, reached=count,
        )  # fmt: skip
