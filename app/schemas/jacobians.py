"""`POST /api/v1/jacobian`: of the output by every input, and of an edge, a path, or all ways between two nodes."""

from collections.abc import Hashable, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from app.engine.budget import Budget
from app.engine.errors import BadArgument, TooLarge
from app.engine.jacobian import (
    Jacobian,
    edge_jacobian,
    jacobian,
    output_jacobian,
    path_jacobian,
    why_nobody_builds_it,
)  # fmt: skip
from app.engine.op import Array
from app.engine.scalars import element_name
from app.lang.leftovers import Binding, ids
from app.schemas.answers import notes_of
from app.schemas.chains import ChainReply, chain_to_json
from app.schemas.encode import dump
from app.schemas.jacobian_blocks import BlockReply, blocks_to_json
from app.schemas.numbers import summary, tensor_to_json
from app.schemas.one_cell import NodeId
from app.schemas.places import Place, whole
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Sent, SentOrNull
from app.schemas.running import Lap, Ran, run_subject
from app.schemas.subject import Subject
from app.schemas.variables import assembled, labelled, lengths

LONGEST_PATH, LONGEST_CHAIN = 10_000, 64


class JacobianRequest(Subject):
    """A program; by default the output by every input, else one matrix inside the graph."""

    edge: NodeId | None = Field(default=None, description="one operand of one op, such as `n1>n3.0`")
    path: list[NodeId] | None = Field(
        default=None, min_length=1, max_length=LONGEST_PATH, description="nodes from the source to the target, each an "
        "operand of the next",
    )  # fmt: skip
    source: Place | None = Field(
        default=None, description="with `target`: over every way between these two nodes or variables, `n0` or `x`"
    )
    target: Place | None = Field(default=None, description="with `source`")
    chain: list[Place] | None = Field(
        default=None, min_length=2, max_length=LONGEST_CHAIN, description="nodes or variables from the source on: the "
        "matrix between each and the next over every way, and their product",
    )  # fmt: skip
    outputs: list[Place] | None = Field(
        default=None, min_length=1, max_length=LONGEST_CHAIN, description="variables or nodes: a labelled matrix of "
        "each by each name in `wrt`",
    )  # fmt: skip
    max_elements: int = Field(
        default=4096, ge=1, le=4_000_000, description="arrays with more elements are sent as their statistics"
    )

    @model_validator(mode="after")
    def _one_matrix(self) -> "JacobianRequest":
        if (self.source is None) != (self.target is None):
            raise ValueError("source and target go together, give both")
        if sum(each is not None for each in (self.edge, self.path, self.source, self.chain, self.outputs)) > 1:
            raise ValueError("edge, path, chain, outputs, or source and target: give one of them")
        return self

    @property
    def within(self) -> bool:
        """Whether a matrix inside the graph is asked for."""
        return any(each is not None for each in (self.edge, self.path, self.source))

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        lists = tuple(self.path or ()), tuple(self.chain or ()), tuple(self.outputs or ())
        asked = self.edge, lists, self.source, self.target, self.max_elements
        return "jacobian", self.runs, sizes, self.detail, tuple(self.open), asked, self.output, tuple(self.wrt or ())


class Labels(Documented):
    """Names of the numbers, in C order: of the output's for rows, of each input's for columns.

    There are none where there would be more than `max_elements`.
    """

    rows: list[str]
    columns: dict[str, list[str]]


class Within(Documented):
    """One matrix inside the graph: a row for each number of the target, a column for each of the source."""

    source: str
    target: str
    rows: list[str] = Field(description="`Y[0,1]`; what has no name goes by its id")
    columns: list[str]
    target_shape: list[int]
    source_shape: list[int]
    matrix: Sent = Field(description="rows of numbers, ∂target/∂source")
    upstream: SentOrNull = Field(description="the target's gradient as a row; null where none flows")
    product: SentOrNull = Field(
        description="upstream × matrix: what the source's gradient gets this way, as a row; null where none flows"
    )
    why_never_built: str = Field(description="what the matrix would take, and what a sweep takes instead")


class JacobianReply(Documented):
    """Jacobians, the output's index first: `jacobian.W[i][j][k]` is ∂output[i]/∂W[j,k]."""

    schema_version: Literal["1.0"]
    program: str
    output: str = Field(description="id of the node that is differentiated")
    shapes: dict[str, list[int]] = Field(description="of the arrays in `jacobian`, by input")
    labels: Labels
    jacobian: dict[str, Sent] = Field(
        description="by name in `wrt`, of its last binding; of a list as nested lists; empty where `within` is sent"
    )
    within: Within | None = Field(default=None, description="when `edge`, `path`, or `source` and `target` are given")
    chain: ChainReply | None = Field(default=None, description="when `chain` is given")
    blocks: list[BlockReply] | None = Field(
        default=None, description="when `outputs` is given: by output, then by name in `wrt`"
    )
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "inputs": {
        "summary": "Of probabilities by input and weights",
        "value": {"program": "x = [1.0, 2.0]\nW = [[0.5, -1.0], [0.25, 2.0]]\np = softmax(W @ x)"},
    },
    "edge": {
        "summary": "Of one edge, with the upstream row and its product with the matrix",
        "value": {"program": "X = [[1, 2], [3, 4]]\nW = [[5], [6]]\nL = sum((X @ W)**2)", "edge": "n0>n2.0"},
    },
    "blocks": {
        "summary": "Two variables by two inputs, a labelled matrix for each pair",
        "value": {"program": "x = [1.0, 2.0]\nb = 0.5\nu = x**2 + b\ny = tanh(sum(u) / 10)", "outputs": ["u", "y"]},
    },
    "chain": {
        "summary": "Three Jacobians multiplied out",
        "value": {
            "program": "x = [1.0, 2.0]\nu = x**2\nv = [[1, 2], [3, 4]] @ u\ny = tanh(v / 10)",
            "chain": ["x", "u", "v", "y"],
        },
    },
}
"""Shown in the reference, and run by a test."""


def answer_jacobian(request: JacobianRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/jacobian`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    ran = run_subject(request, budget, lap)
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "output": ran.id(ran.run.output),
        "shapes": {},
        "labels": {"rows": [], "columns": {}},
        "jacobian": {},
    }
    if request.outputs is not None:
        document["blocks"] = blocks_to_json(ran, request.outputs, request.max_elements, reply_elements)
    elif request.chain is not None:
        document["chain"] = chain_to_json(ran, request.chain, request.max_elements, reply_elements)
    elif request.within:
        document["within"] = _within(ran, request, reply_elements)
    else:
        document |= _of_inputs(ran, request.max_elements, reply_elements)
    lap("jacobian")
    # Rows are by single numbers of the output: nothing is summed.
    inside = request.within or request.chain is not None or request.outputs is not None
    notes = [note for note in notes_of(ran) if inside or note["code"] != "output_not_scalar"]
    return dump(document | {"notes": notes})


# ── the output by its inputs ────────────────────────────────────────────────────────────────────────────
def _of_inputs(ran: Ran, most: int, reply_elements: int) -> dict[str, Any]:
    run, wrt = ran.run, ran.subject.wrt
    nodes = list(dict.fromkeys(node for binding in wrt.values() for node in ids(binding)))
    rows = int(np.size(run.values[run.output]))
    _check_size(rows * sum(int(np.size(run.values[node])) for node in nodes), reply_elements)
    found = output_jacobian(run.graph, run.output, nodes)
    form = np.shape(run.values[run.output])
    return {
        "shapes": {name: [*form, *lengths(run, binding)] for name, binding in wrt.items()},
        "labels": {
            "rows": _names(ran.subject.output_name or ran.id(run.output), form) if rows <= most else [],
            "columns": {name: _column_names(ran, name, binding, most) for name, binding in wrt.items()},
        },
        "jacobian": {name: _by_input(found, binding, form, most) for name, binding in wrt.items()},
    }


def _by_input(found: dict[int, Array], binding: Binding, form: tuple[int, ...], most: int) -> Any:
    """Nested lists, the output's indices first, then the variable's; statistics above `most` numbers."""
    if isinstance(binding, int):
        return tensor_to_json(found[binding], most)
    parts = [found[node] for node in ids(binding)]
    if sum(part.size for part in parts) > most:
        return summary(np.concatenate([part.reshape(-1) for part in parts]))

    def at(index: tuple[int, ...]) -> Any:
        if len(index) < len(form):
            return [at((*index, i)) for i in range(form[len(index)])]
        return assembled(binding, lambda node: found[node][index], most)

    return at(())


def _column_names(ran: Ran, name: str, binding: Binding, most: int) -> list[str]:
    """`W[0,1]` for an array, `w[0]` for a list; one for each number, none where there are more than `most`."""
    count = sum(int(np.size(ran.run.values[node])) for node in ids(binding))
    return [] if count > most else [label for _, label in labelled(ran.run, name, binding)]


def _names(name: str, form: Sequence[int]) -> list[str]:
    return [element_name(name, at) for at in np.ndindex(*form)]


# ── one matrix inside the graph ─────────────────────────────────────────────────────────────────────────
def _within(ran: Ran, request: JacobianRequest, reply_elements: int) -> dict[str, Any]:
    graph, run = ran.run.graph, ran.run
    source, target, found = _matrix(ran, request)
    _check_size(found.matrix.size, reply_elements)
    upstream = run.adjoints.get(target)
    row = None if upstream is None else np.asarray(upstream, float).reshape(-1)
    with np.errstate(all="ignore"):
        product = None if row is None else found.vjp(row).reshape(-1)
    return {
        "source": ran.id(source),
        "target": ran.id(target),
        "rows": _names(graph.names[target] or ran.id(target), found.target_shape),
        "columns": _names(graph.names[source] or ran.id(source), found.source_shape),
        "target_shape": list(found.target_shape),
        "source_shape": list(found.source_shape),
        "matrix": tensor_to_json(found.matrix, request.max_elements),
        "upstream": tensor_to_json(row, request.max_elements),
        "product": tensor_to_json(product, request.max_elements),
        "why_never_built": why_nobody_builds_it(*found.matrix.shape),
    }


def _matrix(ran: Ran, request: JacobianRequest) -> tuple[int, int, Jacobian]:
    """Source, target, and the matrix that was asked for.  Raises FieldError, TooLarge."""
    graph = ran.run.graph
    if request.edge is not None:
        target, slot = ran.edge(request.edge, "edge")
        return graph.inputs[target][slot], target, edge_jacobian(graph, target, slot)
    if request.path is not None:
        path = [ran.node(each, f"path[{i}]") for i, each in enumerate(request.path)]
        try:
            return path[0], path[-1], path_jacobian(graph, path)
        except BadArgument as error:
            sentence = "path: each node must be an operand of the next — follow the edges of the graph"
            raise FieldError(error.code, sentence, field="path") from error
    source, target = whole(ran, str(request.source), "source"), whole(ran, str(request.target), "target")
    return source, target, jacobian(graph, source, target)


def _check_size(count: int, most: int) -> None:
    if count > most:
        raise TooLarge(
            f"reply: the Jacobian has {count:,} numbers, the limit is {most:,} — choose fewer names in wrt",
            limit=most, reached=count,
        )  # fmt: skip
