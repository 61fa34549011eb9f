"""A request's whole way: trace, run, convert, encode. Pure functions; the clock is passed in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.checks import gradient_check
from app.engine.errors import BadArgument, ShapeMismatch, TooLarge
from app.engine.executors.compiled import structure
from app.engine.executors.leveled import LeveledRun
from app.engine.executors.remembered import Remembered
from app.engine.executors.reruns import Reruns
from app.engine.executors.scalar_plan import ScalarPlan
from app.engine.op import shape
from app.engine.run import Run, steps
from app.engine.scalars import scalar_run
from app.schemas.encode import ENCODINGS, as_rows, dump
from app.schemas.from_engine import edge_columns, node_columns, node_id, note_to_json, shape_of, step_columns
from app.schemas.numbers import tensor_to_json
from app.schemas.packed import Part, Structure, message
from app.schemas.packing import numbers_of, structure_of
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION
from app.schemas.resolve import Resolved, resolve
from app.schemas.subject import BackpropRequest
from app.schemas.texts import Texts, formulas
from app.schemas.variables import checks, gradients, values

RERUNS = Reruns(lock=Lock())
"""What sliders run: the structures that come often are compiled."""
Lap = Callable[[str], None]
"""Called with a stage's name when it ends."""


@dataclass
class Planned:
    """A program's scalar plan, and its structure when that has been written; no plan where it needs sweeps."""

    plan: ScalarPlan | None
    structure: Structure | None = None

    @classmethod
    def of(cls, run: Run) -> "Planned":
        """Of the program of a run; which plans are of no use is remembered too."""
        try:
            return cls(ScalarPlan(run))
        except BadArgument:
            return cls(None)


PLANS: Remembered[Planned] = Remembered(400_000, Lock())
"""The programs in scalar detail that came last, together some 400,000 nodes."""


def answer_backprop(request: BackpropRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/backprop`, encoded.

    Raises LangError, EngineError, FieldError; `TooLarge` also for a reply of more than `reply_elements` numbers.
    """
    subject = resolve(request, budget)
    lap("trace")
    run = _backprop(subject, request)
    planned = _planned(subject, run, request)
    shown = run if planned is None or planned.plan is None else planned.plan.run(run)
    if shown is run and request.detail == "scalar":
        shown, unfolded = scalar_run(run, {**subject.wrt, **subject.names})
        run, subject = shown, replace(
            subject,
            names={name: unfolded[name] for name in subject.names},
            wrt={name: unfolded[name] for name in subject.wrt},
        )
    lap("backprop")
    _refuse_large(shown, request, reply_elements)
    document = _document(subject, run, shown, request)
    if request.encoding == "packed":
        reply = _packed(document, shown, planned or Planned(None), request)
    else:
        reply = dump(document | _tables(shown, request))
    lap("encode")
    return reply


def _planned(subject: Resolved, run: Run, request: BackpropRequest) -> Planned | None:
    """The plan of a program in single numbers; None where it is not asked for, or more is asked for than it gives."""
    if request.encoding != "packed" or (request.detail == "tensor" and any(map(shape, run.values))):
        return None
    graph = run.graph
    key = structure(graph), tuple(graph.names), tuple(graph.spans), tuple(graph.scopes), run.output, run.wrt
    found = PLANS.get(key, lambda: Planned.of(run), sum(int(np.size(value)) for value in run.values))
    return None if found.plan is not None and _included(request, len(found.plan.graph)) else found


def _backprop(subject: Resolved, request: BackpropRequest) -> Run:
    try:
        return RERUNS.backprop(subject.graph, subject.output, seed=request.cotangent, wrt=subject.wrt_ids)
    except ShapeMismatch as error:  # the program has run by now: only the request's own array can be of a wrong shape
        message, _, hint = error.message.partition(" — ")
        raise FieldError(error.code, message, field="cotangent", hint=hint) from error


def _document(subject: Resolved, run: Run, shown: Run, request: BackpropRequest) -> dict[str, Any]:
    """All but the tables; variables are read in `run`, whose nodes they stand for."""
    most, value = request.max_elements, shown.values[shown.output]
    return {
        "schema_version": SCHEMA_VERSION,
        "program": subject.program,
        "output": {
            "node": node_id(shown.output),
            "name": subject.output_name,
            "shape": shape_of(value),
            "value": tensor_to_json(value, most),
        },
        "values": values(run, subject.names, most),
        "gradients": gradients(run, subject.wrt, most),
        "notes": [note_to_json(note) for note in (*subject.notes, *shown.notes)],
        "printed": subject.printed,
        "counts": {"nodes": len(shown.values), "edges": sum(map(len, shown.graph.inputs))},
    } | _extras(subject, shown, request)


def _included(request: BackpropRequest, nodes: int) -> set[str]:
    """What of `include` is given for a graph of so many nodes."""
    small = request.include_most is None or nodes <= request.include_most
    return {each for each in request.include if small or each == "steps"}


def _extras(subject: Resolved, run: Run, request: BackpropRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "steps" in request.include:
        found["steps"] = as_rows(step_columns(steps(run)), request.max_elements)
    if "checks" in _included(request, len(run.values)):
        found["checks"] = checks(gradient_check(run), subject.wrt, request.max_elements)
    return found


def _formulas(run: Run, request: BackpropRequest) -> tuple[Texts, Texts] | tuple[None, None]:
    return formulas(run) if "formulas" in _included(request, len(run.values)) else (None, None)


def _tables(run: Run, request: BackpropRequest) -> dict[str, Any]:
    encode, most = ENCODINGS[request.encoding], request.max_elements
    of_nodes, of_edges = _formulas(run, request)
    edges = encode(edge_columns(run.edges, of_edges), most)
    return {"nodes": encode(node_columns(run, of_nodes), most), "edges": edges}


def _packed(document: dict[str, Any], run: Run, planned: Planned, request: BackpropRequest) -> bytes:
    if planned.structure is None:
        planned.structure = structure_of(run)
    part = Part()
    nodes, edges = numbers_of(run, part, request.max_elements)
    texts = [None if each is None else part.items(each) for each in _formulas(run, request)]
    found = {"nodes": nodes, "edges": edges, "formulas": {"nodes": texts[0], "edges": texts[1]}}
    return message(document | found, part, planned.structure, request.known)


def _refuse_large(run: Run, request: BackpropRequest, reply_elements: int) -> None:
    per_edge = 6 if "steps" in request.include else 3
    if isinstance(run, LeveledRun):
        count = 2 * len(run.values) + per_edge * len(run.wires.sources)
    else:
        sizes = [min(int(np.size(value)), request.max_elements) for value in run.values]
        count = 2 * sum(sizes) + per_edge * sum(max(sizes[each.source], sizes[each.target]) for each in run.edges)
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold about {count:,} numbers, the limit is {reply_elements:,} — lower max_elements",
            limit=reply_elements,
            reached=count,
        )
