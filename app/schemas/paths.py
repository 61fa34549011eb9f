"""`POST /api/v1/paths`: the ways from one node to another, the largest first, how many there are, what they cost."""

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.op import shape
from app.engine.ways.between import between
from app.engine.ways.counting import tally
from app.lang.leftovers import Binding, ids
from app.schemas.answers import notes_of
from app.schemas.costs import costs
from app.schemas.encode import dump
from app.schemas.path_rows import Listing, of_matrices, of_numbers
from app.schemas.places import Found, Place, called, count_to_json, find
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number, SentOrNull
from app.schemas.running import Lap, Ran, in_detail, run_as_written, unfolded_run
from app.schemas.subject import Subject

Count = int | str
"""A whole number; a string of its digits above 2^53."""


class PathsRequest(Subject):
    """A program, and two of its places."""

    source: Place | None = Field(
        default=None, description="an input, a variable, a node's id, or one cell of either: `x`, `n3`, `W[0,1]`; "
        "default: the first input. A cell is looked at in `detail` `scalar`, and ids then are those of that detail",
    )  # fmt: skip
    target: Place | None = Field(default=None, description="the same; default: the output")
    limit: int = Field(default=20, ge=0, le=10_000, description="how many paths are listed")
    operations: bool = Field(default=True, description="whether to count what each way to the gradient takes")

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), self.source, self.target, self.limit, self.operations
        return "paths", self.runs, sizes, asked, self.output, tuple(self.wrt or ())


class End(Documented):
    """One end of the paths."""

    node: str = Field(description="its id, in the detail of the reply")
    label: str = Field(description="its name, such as `x` or `W[0,1]`, else its id")
    shape: list[int]


class PathReply(Documented):
    """One path: the product of its factors is what it adds to ∂target/∂source."""

    nodes: list[str] = Field(description="ids from the source to the target")
    edges: list[str] = Field(description="ids, one fewer than nodes")
    factors: list[SentOrNull] = Field(
        description="local derivatives by edge: numbers; between arrays Jacobians as rows, null above 64 × 64"
    )
    product: SentOrNull = Field(
        description="a number; between arrays a matrix, the last edge's Jacobian at the left; null above 64 × 64"
    )
    size: Number | None = Field(description="|product|, of a matrix its Frobenius norm: what the paths are ranked by")


class OperationsReply(Documented):
    """Multiplications of single numbers for the whole gradient of the target by all inputs, in each way.

    Paths: every product by itself. Forward mode: a sweep for each input, an edge that its tangent passes is one.
    Finite differences: two evaluations for each input, an op is one. Reverse mode: a sweep for each number of the
    target, an edge is one.
    """

    paths: Count
    forward: Count | None = Field(description="null where there are too many inputs and edges to count")
    differences: Count
    reverse: Count
    inputs: Count = Field(description="numbers of all inputs: sweeps of forward mode")
    outputs: int = Field(description="numbers of the target: sweeps of reverse mode")
    evaluated: Count = Field(description="ops in one evaluation")


class GrownReply(OperationsReply):
    """The same for `copies` of the program in a row, each one's target in place of the next one's source."""

    copies: int


class Growth(Documented):
    """How the counts grow when the program is made deeper by putting it behind itself; all other inputs are new ones
    in every copy.
    """

    source: str = Field(description="label of the single number that the copies are joined at")
    target: str
    counts: list[GrownReply]


class PathsReply(Documented):
    """All paths as far as they are listed, and their exact number."""

    schema_version: Literal["1.0"]
    program: str
    detail: Literal["tensor", "scalar"] = Field(description="in which the ids are; `scalar` where a cell was asked for")
    source: End
    target: End
    count: Count = Field(description="exact, however many")
    paths: list[PathReply]
    ranked_by: Literal["product", "norm", "order"] = Field(
        description="largest |product| first, NaN and ∞ before all numbers; `norm`: of matrices; `order`: too many "
        "paths of matrices to be ranked, they come in the order of the program"
    )
    sum: SentOrNull = Field(description="over all paths: of those listed if all are, else by dynamic programming")
    listed_sum: SentOrNull = Field(description="over the paths that are listed")
    gradient: SentOrNull = Field(description="∂target/∂source by the backward pass: a number, or a matrix to 64 × 64")
    operations: OperationsReply | None = Field(description="null where the program is too large to unfold")
    growth: Growth | None
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "lecture": {
        "summary": "Three paths from z back to t",
        "value": {"program": "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)", "source": "t", "target": "z"},
    },
    "matrices": {
        "summary": "Two paths of Jacobians",
        "value": {"program": "x = [1.0, 2.0]\nu = x**2\nv = exp(x)\ny = u * v", "source": "x"},
    },
    "cell": {
        "summary": "From one weight to the loss",
        "value": {
            "program": "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [1.0, 2.0]\nh = tanh(W @ x)\nL = sum((W @ h)**2)",
            "source": "W[0,1]", "limit": 5,
        },
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_paths(request: PathsRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/paths`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    ran, source, target = ends(run_as_written(request, budget, lap), request)
    lap("backprop")
    part = between(ran.run.graph, [source], [target])
    numbers = all(shape(ran.run.values[node]) == () for node in (source, target, *part.into))
    listing = (of_numbers if numbers else of_matrices)(ran, part, request.limit, reply_elements)
    lap("paths")
    counted, growth, notes = costs(ran, source, target) if request.operations else (None, None, [])
    lap("operations")
    return dump({
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "detail": "tensor" if ran.can_open else "scalar",
        "source": _end(ran, source),
        "target": _end(ran, target),
        "count": count_to_json(tally(part).paths),
        **_listed(listing),
        "operations": counted,
        "growth": growth,
        "notes": notes_of(ran) + listing.notes + notes,
    })  # fmt: skip


def ends(written: Ran, request: PathsRequest) -> tuple[Ran, int, int]:
    """The run in which the paths are looked for, their source and target.  Raises FieldError, TooLarge."""
    ran = in_detail(written, request)
    source, target = _ends(ran, request)
    if source.cell is None and target.cell is None:
        return ran, source.node, target.node
    if ran.opened is not None:  # ids of opened nodes have no place in the other detail
        say = "open: paths between cells are looked for in single numbers — leave open out"
        raise FieldError("bad_argument", say, field="open")
    single, places = unfolded_run(ran, [source.node, target.node])
    return single, _cell(places[0], source, "source", request), _target(single, places[1], target, request)


def _ends(ran: Ran, request: PathsRequest) -> tuple[Found, Found]:
    if request.source is None and not ran.subject.wrt:
        raise FieldError("unknown_name", "source: the program has no input, name a variable", field="source")
    target = Found(ran.run.output) if request.target is None else find(ran, request.target, "target")
    if request.source is not None:
        return find(ran, request.source, "source"), target
    first = next(ids(next(iter(ran.subject.wrt.values()))), None)
    if first is None:
        raise FieldError("bad_argument", "source: the first input is an empty list, name a variable", field="source")
    return Found(first), target


def _target(ran: Ran, binding: Binding, found: Found, request: PathsRequest) -> int:
    """The target in single numbers; the whole output is one node there too."""
    return ran.run.output if request.target is None else _cell(binding, found, "target", request)


def _cell(binding: Binding, found: Found, field: str, request: PathsRequest) -> int:
    for i in found.cell or ():
        binding = binding[i]
    if not isinstance(binding, int):
        name = getattr(request, field) or field
        say = f"{field}: {name[:40]} is an array and the other end a cell — choose a cell of both"
        raise FieldError("bad_argument", say, field=field)
    return binding


def _end(ran: Ran, node: int) -> dict[str, Any]:
    return {"node": ran.id(node), "label": called(ran, node), "shape": list(shape(ran.run.values[node]))}


def _listed(listing: Listing) -> dict[str, Any]:
    return {
        "paths": listing.rows,
        "ranked_by": listing.ranked_by,
        "sum": listing.sum,
        "listed_sum": listing.listed_sum,
        "gradient": listing.gradient,
    }
