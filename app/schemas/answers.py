"""A request's whole way: run, convert, encode. Pure functions; the clock is passed in."""

from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
from orjson import Fragment

from app.engine.budget import Budget
from app.engine.checks import gradient_check
from app.engine.errors import BadArgument, TooLarge
from app.engine.executors.compiled import structure
from app.engine.executors.leveled import LeveledRun
from app.engine.executors.remembered import Remembered
from app.engine.executors.scalar_plan import ScalarPlan
from app.engine.op import Array, shape
from app.engine.run import Run, step_batches
from app.schemas.encode import ENCODINGS, Pieces, as_list, rows, written
from app.schemas.from_engine import edge_columns, node_columns, note_to_json, renamed, shape_of, step_columns
from app.schemas.network_reply import network_document
from app.schemas.numbers import tensor_to_json
from app.schemas.packed import Part, Structure, message
from app.schemas.packing import numbers_of, structure_of
from app.schemas.reply import SCHEMA_VERSION
from app.schemas.running import Lap, Ran, in_detail, run_as_written
from app.schemas.slopes import found_among_values
from app.schemas.subject import BackpropRequest, Subject
from app.schemas.texts import Texts, formulas
from app.schemas.variables import checks, gradients, values


@dataclass
class Planned:
    """A program's scalar plan, and its structure when that has been written; no plan where it needs sweeps."""

    plan: ScalarPlan | None
    structure: Structure | None = None
    slopes: Array | None = None  # where its local derivatives are found among the values

    @classmethod
    def of(cls, run: Run) -> "Planned":
        """Of the program of a run; which plans are of no use is remembered too."""
        try:
            return cls(ScalarPlan(run))
        except BadArgument:
            return cls(None)


NODE_TEXTS, EDGE_TEXTS, STEP_TEXTS, FORMULA = 8, 4, 3, 2
"""What is written beside the numbers of a node, of an edge, of a step, and a formula, as numbers of that length."""
PLANS: Remembered[Planned] = Remembered(400_000, Lock())
"""The programs in scalar detail that came last, together some 400,000 nodes."""


def answer_backprop(request: BackpropRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/backprop`, encoded.

    Raises LangError, EngineError, FieldError; `TooLarge` also for a reply of more than `reply_elements` numbers.
    """
    named = run_as_written(request, budget, lap)
    of_net = network_document(named, request.max_elements)
    planned = _planned(named, request)
    if planned is not None and planned.plan is not None:
        shown = replace(named, run=planned.plan.run(named.run))
    else:
        named = shown = in_detail(named, request)
    lap("backprop")
    _refuse_large(shown.run, request, reply_elements)
    document = _document(named, shown, request) | of_net
    if request.encoding == "packed":
        reply = _packed(document, shown, planned or Planned(None), request, budget)
    else:
        reply = written(document, _steps(shown, request, budget) | _tables(shown, request, budget))
    lap("encode")
    return reply


def run_planned(request: Subject, budget: Budget, lap: Lap) -> Ran:
    """The request's program, in its detail, by plan where it has one.  Raises LangError, EngineError, FieldError."""
    named = run_as_written(request, budget, lap)
    plan = None if (found := _plan_of(named)) is None else found.plan
    ran = in_detail(named, request) if plan is None else replace(named, run=plan.run(named.run))
    lap("backprop")
    return ran


def _planned(ran: Ran, request: BackpropRequest) -> Planned | None:
    """The plan of a program in single numbers; None where it is not asked for, or more is asked for than it gives."""
    found = _plan_of(ran) if request.encoding == "packed" else None
    return None if found is None or (found.plan is not None and _included(request, len(found.plan.graph))) else found


def _plan_of(ran: Ran) -> Planned | None:
    """What is remembered, or found out, of how a program in single numbers runs; None where it has arrays."""
    run, graph = ran.run, ran.run.graph
    if ran.opened or (ran.can_open and any(map(shape, run.values))):
        return None
    texts = tuple(graph.names), tuple(graph.spans), tuple(graph.scopes)
    key = structure(graph), texts, run.output, run.wrt, ran.can_open
    return PLANS.get(key, lambda: Planned.of(run), sum(int(np.size(value)) for value in run.values))


def _document(named: Ran, shown: Ran, request: BackpropRequest) -> dict[str, Any]:
    """All but the tables; variables are read in `named`, whose nodes they stand for."""
    most, run = request.max_elements, shown.run
    value = run.values[run.output]
    return {
        "schema_version": SCHEMA_VERSION,
        "program": named.subject.program,
        "output": {
            "node": shown.id(run.output),
            "name": named.subject.output_name,
            "shape": shape_of(value),
            "value": tensor_to_json(value, most),
        },
        "values": values(named.run, named.subject.names, most),
        "gradients": gradients(named.run, named.subject.wrt, most),
        "notes": notes_of(shown),
        "printed": named.subject.printed,
        "counts": {"nodes": len(run.values), "edges": edge_count(run)},
    } | _extras(shown, request)


def edge_count(run: Run) -> int:
    """How many edges a run's graph has."""
    return len(run.wires.sources) if isinstance(run, LeveledRun) else sum(map(len, run.graph.inputs))


def notes_of(ran: Ran) -> list[dict[str, Any]]:
    """The notes of the program and of the run."""
    found = [note_to_json(note) for note in (*ran.subject.notes, *ran.run.notes)]
    return [note | {"node": ran.renamed(note["node"])} if "node" in note else note for note in found]


def _included(request: BackpropRequest, nodes: int) -> set[str]:
    """What of `include` is given for a graph of so many nodes."""
    small = request.include_most is None or nodes <= request.include_most
    return {each for each in request.include if small or each == "steps"}


def _extras(ran: Ran, request: BackpropRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "checks" in _included(request, len(ran.run.values)):
        found["checks"] = checks(gradient_check(ran.run), ran.subject.wrt, request.max_elements, ran.id)
    return found


def _steps(ran: Ran, request: BackpropRequest, budget: Budget) -> dict[str, Pieces]:
    """The steps, where they are asked for."""
    if "steps" not in request.include:
        return {}
    batches = (renamed(step_columns(batch), ran) for batch in step_batches(ran.run))
    found = (row for batch in batches for row in rows(batch, request.max_elements, budget))
    return {"steps": as_list(found, budget)}


def _formulas(run: Run, request: BackpropRequest) -> tuple[Texts, Texts] | tuple[None, None]:
    return formulas(run) if "formulas" in _included(request, len(run.values)) else (None, None)


def _tables(ran: Ran, request: BackpropRequest, budget: Budget) -> dict[str, Pieces]:
    encode, most, run = ENCODINGS[request.encoding], request.max_elements, ran.run
    of_nodes, of_edges = _formulas(run, request)
    nodes = renamed(node_columns(run, of_nodes, ran.doors), ran)
    edges = renamed(edge_columns(run.edges, of_edges), ran)
    return {"nodes": encode(nodes, most, budget), "edges": encode(edges, most, budget)}


def _packed(document: dict[str, Any], ran: Ran, planned: Planned, request: BackpropRequest, budget: Budget) -> bytes:
    if planned.structure is None:
        planned.slopes = found_among_values(ran.run) if isinstance(ran.run, LeveledRun) else None
        planned.structure = structure_of(ran, planned.slopes)
    part = Part()
    nodes, edges = numbers_of(ran.run, part, request.max_elements, planned.slopes)
    texts = [None if each is None else part.items(each) for each in _formulas(ran.run, request)]
    found: dict[str, Any] = {"nodes": nodes, "edges": edges, "formulas": {"nodes": texts[0], "edges": texts[1]}}
    found |= {name: Fragment(b"".join(pieces)) for name, pieces in _steps(ran, request, budget).items()}
    return message(document | found, part, planned.structure, request.known)


def _refuse_large(run: Run, request: BackpropRequest, reply_elements: int) -> None:
    with_steps = "steps" in request.include
    per_edge = 6 if with_steps else 3
    if isinstance(run, LeveledRun):
        count = 2 * len(run.values) + per_edge * len(run.wires.sources)
    else:
        sizes = [min(int(np.size(value)), request.max_elements) for value in run.values]
        count = 2 * sum(sizes) + per_edge * sum(max(sizes[each.source], sizes[each.target]) for each in run.edges)
    nodes, edges = len(run.values), edge_count(run)
    if request.encoding != "packed":
        count += NODE_TEXTS * nodes + EDGE_TEXTS * edges
    if "formulas" in _included(request, nodes):
        count += FORMULA * (nodes + edges)
    if with_steps:
        count += STEP_TEXTS * (nodes + 2 * edges)
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold about {count:,} numbers, the limit is {reply_elements:,}"
            " — lower max_elements, include less, or ask for packed",
            limit=reply_elements,
            reached=count,
        )
