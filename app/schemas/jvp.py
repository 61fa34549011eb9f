"""`POST /api/v1/jvp`: forward mode, a tangent beside every value and every gradient."""

from collections.abc import Hashable, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.errors import ShapeMismatch, TooLarge
from app.engine.op import Array, shape
from app.engine.ways.forward import ForwardRun, forward_run, identity, tangent_steps
from app.lang.leftovers import Binding
from app.schemas.answers import notes_of
from app.schemas.encode import ENCODINGS, Pieces, as_list, rows, written
from app.schemas.from_engine import edge_columns, node_columns, renamed, shape_of, step_columns
from app.schemas.numbers import number_to_json, tensor_to_json
from app.schemas.problem import FieldError, nearest
from app.schemas.reply import (
    SCHEMA_VERSION,
    Counts,
    Documented,
    EdgeReply,
    NodeReply,
    NoteReply,
    Number,
    Output,
    Sent,
    SentOrNull,
    StepReply,
)  # fmt: skip
from app.schemas.running import Lap, Ran, run_subject
from app.schemas.subject import Subject, Tensors
from app.schemas.texts import formulas
from app.schemas.variables import assembled, gradients, values


class JvpRequest(Subject):
    """A program, and how its inputs move."""

    tangents: Tensors | None = Field(
        default=None,
        description="by name of an input (or of a name in `wrt`), in its shape; those that are not named do not move. "
        "Default: every input moves by ones",
    )
    include: list[Literal["steps", "formulas"]] = Field(
        default_factory=list, max_length=16, description="`steps`: the sweep step by step; `formulas`: TeX"
    )
    encoding: Literal["rows", "columns"] = Field(
        default="rows", description="`rows`: an object per node and edge; `columns`: a list per field"
    )
    max_elements: int = Field(
        default=4096, ge=1, le=4_000_000, description="arrays with more elements are sent as their statistics"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), frozenset(self.include), self.encoding, self.max_elements
        return "jvp", self.runs, sizes, asked, tuple(self.tangents or ()), self.output, tuple(self.wrt or ())


class DualNode(NodeReply):
    """A node with value, gradient and tangent."""

    tangent: SentOrNull = Field(description="how the node moves with the inputs, of its shape; null where it stays")


class DualEdge(EdgeReply):
    """An edge with both products: backwards upstream × local, forwards local × tangent."""

    tangent: SentOrNull = Field(description="tangent of the source; null where nothing passes")
    tangent_contribution: SentOrNull = Field(
        description="local × tangent, of the target's shape: a node's tangent is the sum over its in-edges by slot"
    )


class Passes(Documented):
    """How many sweeps the whole Jacobian of the output by the inputs takes."""

    forward: int = Field(description="one for each number of the inputs")
    reverse: int = Field(description="one for each number of the output")


class Identity(Documented):
    """⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩: forwards and backwards say the same about the output."""

    output_side: Number = Field(description="⟨ȳ, Jẋ⟩: cotangent times the output's tangent")
    input_side: Number = Field(description="⟨Jᵀȳ, ẋ⟩: gradients times the inputs' tangents")
    relative_error: Number = Field(description="|difference| / max(1, |output_side|)")


class JvpReply(Documented):
    """The whole run as in /backprop, and the tangents. With `encoding` `columns`, tables are one list per field."""

    schema_version: Literal["1.0"]
    program: str
    output: Output
    output_tangent: Sent = Field(description="Jẋ, of the output's shape")
    values: dict[str, Sent] = Field(description="by variable, of its last binding")
    tangents: dict[str, SentOrNull] = Field(description="by variable, of its last binding; null where it stays")
    gradients: dict[str, Sent] = Field(description="by name in `wrt`")
    seeds: dict[str, Sent] = Field(description="the tangents that were taken for the inputs, by name")
    nodes: list[DualNode] | dict[str, list[Any]]
    edges: list[DualEdge] | dict[str, list[Any]]
    steps: list[StepReply] | None = Field(
        default=None, description="when `include` has `steps`: phase `tangent`, in a level values, seeds, then every "
        "multiply, then every accumulate",
    )  # fmt: skip
    passes: Passes
    identity: Identity
    notes: list[NoteReply]
    counts: Counts


EXAMPLES: dict[str, Any] = {
    "lecture": {
        "summary": "How everything moves with t",
        "value": {
            "program": "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)", "tangents": {"t": 1.0},
            "include": ["steps"],
        },
    },
    "layer": {
        "summary": "A layer along one weight",
        "value": {
            "program": "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [1.0, 2.0]\na = tanh(W @ x)",
            "tangents": {"W": [[0, 1], [0, 0]]},
        },
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_jvp(request: JvpRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/jvp`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    ran = run_subject(request, budget, lap)
    named = seeded(ran, request.tangents)
    found = forward_run(ran.run, {node: seed for _, seeds in named.values() for node, seed in seeds.items()})
    lap("jvp")
    _refuse_large(found, request, reply_elements)
    document = _document(ran, found, request)
    document["seeds"] = {
        name: assembled(binding, lambda node: found.seeds[node], request.max_elements)
        for name, (binding, _) in named.items()
    }
    reply = written(document, _steps(ran, found, request, budget) | _tables(ran, found, request, budget))
    lap("encode")
    return reply


# ── seeds ───────────────────────────────────────────────────────────────────────────────────────────────
def seeded(ran: Ran, tangents: dict[str, Any] | None) -> dict[str, tuple[Binding, dict[int, Array]]]:
    """By name its binding, and the tangents of its nodes.  Raises FieldError."""
    known = {**ran.subject.wrt, **ran.subject.inputs}
    if tangents is None:
        given: dict[str, Any] = dict.fromkeys(known)
    else:
        given = tangents
    found = {}
    for name, tangent in given.items():
        if name not in known:
            say = f"tangents: {name[:40]!r} is no input, and no name in wrt"
            raise FieldError("unknown_name", say, field=f"tangents.{name[:40]}", hint=nearest(name, known))
        seeds: dict[int, Array] = {}
        _seed(ran, name, known[name], tangent, seeds)
        found[name] = known[name], seeds
    return found


def _seed(ran: Ran, name: str, binding: Binding, tangent: Any, seeds: dict[int, Array]) -> None:
    if isinstance(binding, int):
        form = shape(ran.run.values[binding])
        if tangent is None:
            tangent = np.ones(form)
        if np.shape(tangent) != form:
            raise _mismatch(name, np.shape(tangent), form)
        seeds[binding] = np.asarray(tangent, float)[()]
        return
    if tangent is not None and (np.ndim(tangent) == 0 or len(tangent) != len(binding)):
        raise _mismatch(name, np.shape(tangent), (len(binding),))
    for i, each in enumerate(binding):
        _seed(ran, name, each, None if tangent is None else tangent[i], seeds)


def _mismatch(name: str, found: Sequence[int], expected: Sequence[int]) -> FieldError:
    say = f"tangents.{name[:40]}: has shape {tuple(found)}, must have the input's, {tuple(expected)}"
    return FieldError(ShapeMismatch.code, say, field=f"tangents.{name[:40]}")


# ── the reply ───────────────────────────────────────────────────────────────────────────────────────────
def _document(ran: Ran, found: ForwardRun, request: JvpRequest) -> dict[str, Any]:
    run, most = ran.run, request.max_elements
    value = run.values[run.output]
    still = np.zeros(shape(value))[()]
    return {
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "output": {
            "node": ran.id(run.output),
            "name": ran.subject.output_name,
            "shape": shape_of(value),
            "value": tensor_to_json(value, most),
        },
        "output_tangent": tensor_to_json(found.tangents.get(run.output, still), most),
        "values": values(run, ran.subject.names, most),
        "tangents": {name: assembled(binding, found.tangents.get, most) for name, binding in ran.subject.names.items()},
        "gradients": gradients(run, ran.subject.wrt, most),
        "passes": {"forward": sum(int(np.size(run.values[i])) for i in inputs_of(ran)), "reverse": int(np.size(value))},
        "identity": _identity(found),
        "notes": notes_of(ran),
        "counts": {"nodes": len(run.values), "edges": len(run.edges)},
    }


def _steps(ran: Ran, found: ForwardRun, request: JvpRequest, budget: Budget) -> dict[str, Pieces]:
    """The steps, where they are asked for."""
    if "steps" not in request.include:
        return {}
    columns = renamed(step_columns(tangent_steps(found)), ran)
    return {"steps": as_list(rows(columns, request.max_elements, budget), budget)}


def inputs_of(ran: Ran) -> list[int]:
    """The nodes that it is differentiated by: leaves among them, as long as there is one."""
    leaves = [node for node in ran.run.wrt if ran.run.graph.ops[node].leaf]
    return leaves or list(ran.run.wrt)


def _identity(found: ForwardRun) -> dict[str, Any]:
    forwards, backwards = identity(found)
    with np.errstate(all="ignore"):
        error = float(np.abs(np.float64(forwards) - backwards) / max(1.0, abs(forwards)))
    sides = {"output_side": forwards, "input_side": backwards, "relative_error": error}
    return {name: number_to_json(number) for name, number in sides.items()}


def _tables(ran: Ran, found: ForwardRun, request: JvpRequest, budget: Budget) -> dict[str, Pieces]:
    encode, run = ENCODINGS[request.encoding], ran.run
    of_nodes, of_edges = formulas(run) if "formulas" in request.include else (None, None)
    nodes = node_columns(run, of_nodes, ran.doors) | {
        "tangent": [found.tangents.get(i) for i in range(len(run.values))]
    }
    pushed = [found.pushed.get((each.target, each.slot)) for each in found.edges]
    edges = edge_columns(found.edges, of_edges) | {
        "tangent": [
            None if term is None else found.tangents[each.source]
            for each, term in zip(found.edges, pushed, strict=True)
        ],
        "tangent_contribution": pushed,
    }
    return {
        "nodes": encode(renamed(nodes, ran), request.max_elements, budget),
        "edges": encode(renamed(edges, ran), request.max_elements, budget),
    }


def _refuse_large(found: ForwardRun, request: JvpRequest, reply_elements: int) -> None:
    sizes = [min(int(np.size(value)), request.max_elements) for value in found.run.values]
    per_edge = 8 if "steps" in request.include else 5
    edges = sum(max(sizes[each.source], sizes[each.target]) for each in found.run.edges)
    count = 3 * sum(sizes) + per_edge * edges
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold about {count:,} numbers, the limit is {reply_elements:,} — lower max_elements",
            limit=reply_elements, reached=count,
        )  # fmt: skip
