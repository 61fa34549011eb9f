"""A request's whole way: trace, run, convert, encode. Pure functions; the clock is passed in."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.checks import gradient_check
from app.engine.errors import ShapeMismatch, TooLarge
from app.engine.executors.reruns import Reruns
from app.engine.run import Run, steps
from app.engine.scalars import scalar_run
from app.schemas.encode import ENCODINGS, as_rows, dump
from app.schemas.from_engine import edge_columns, node_columns, node_id, note_to_json, shape_of, step_columns
from app.schemas.numbers import tensor_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION
from app.schemas.resolve import Resolved, resolve
from app.schemas.subject import BackpropRequest
from app.schemas.texts import formulas
from app.schemas.variables import checks, gradients, values

RERUNS = Reruns(lock=Lock())
"""What sliders run: the structures that come often are compiled."""
Lap = Callable[[str], None]
"""Called with a stage's name when it ends."""


def answer_backprop(request: BackpropRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/backprop`, encoded.

    Raises LangError, EngineError, FieldError; `TooLarge` also for a reply of more than `reply_elements` numbers.
    """
    subject = resolve(request, budget)
    lap("trace")
    run = _backprop(subject, request)
    if request.detail == "scalar":
        run, unfolded = scalar_run(run, {**subject.wrt, **subject.names})
        subject = replace(
            subject,
            names={name: unfolded[name] for name in subject.names},
            wrt={name: unfolded[name] for name in subject.wrt},
        )
    lap("backprop")
    _refuse_large(run, request, reply_elements)
    reply = dump(_document(subject, run, request))
    lap("encode")
    return reply


def _backprop(subject: Resolved, request: BackpropRequest) -> Run:
    try:
        return RERUNS.backprop(subject.graph, subject.output, seed=request.cotangent, wrt=subject.wrt_ids)
    except ShapeMismatch as error:  # the program has run by now: only the request's own array can be of a wrong shape
        message, _, hint = error.message.partition(" — ")
        raise FieldError(error.code, message, field="cotangent", hint=hint) from error


def _document(subject: Resolved, run: Run, request: BackpropRequest) -> dict[str, Any]:
    encode, most = ENCODINGS[request.encoding], request.max_elements
    of_nodes, of_edges = formulas(run) if "formulas" in request.include else (None, None)
    value = run.values[run.output]
    document = {
        "schema_version": SCHEMA_VERSION,
        "program": subject.program,
        "output": {
            "node": node_id(run.output),
            "name": subject.output_name,
            "shape": shape_of(value),
            "value": tensor_to_json(value, most),
        },
        "values": values(run, subject.names, most),
        "gradients": gradients(run, subject.wrt, most),
        "nodes": encode(node_columns(run, of_nodes), most),
        "edges": encode(edge_columns(run.edges, of_edges), most),
    }
    ending = {
        "notes": [note_to_json(note) for note in (*subject.notes, *run.notes)],
        "printed": subject.printed,
        "counts": {"nodes": len(run.values), "edges": len(run.edges)},
    }
    return document | _included(subject, run, request) | ending


def _included(subject: Resolved, run: Run, request: BackpropRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "steps" in request.include:
        found["steps"] = as_rows(step_columns(steps(run)), request.max_elements)
    if "checks" in request.include:
        found["checks"] = checks(gradient_check(run), subject.wrt, request.max_elements)
    return found


def _refuse_large(run: Run, request: BackpropRequest, reply_elements: int) -> None:
    sizes = [min(int(np.size(value)), request.max_elements) for value in run.values]
    per_edge = 6 if "steps" in request.include else 3
    count = 2 * sum(sizes) + per_edge * sum(max(sizes[each.source], sizes[each.target]) for each in run.edges)
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold about {count:,} numbers, the limit is {reply_elements:,} — lower max_elements",
            limit=reply_elements,
            reached=count,
        )
