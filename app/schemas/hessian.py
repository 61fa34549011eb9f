"""`POST /api/v1/hessian`: second derivatives, what they say, and steps that use them."""

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.second import LARGEST, Composition, SecondOrder, compositions, spectrum
from app.lang.leftovers import ids
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.hessian_blocks import block_to_json, labels_of, matrix_of, places_of, product_to_json, vector_to_json
from app.schemas.newton import Cell, NewtonReply, PlaneReply, PlaneRequest, newton_to_json, plane_to_json
from app.schemas.numbers import number_to_json, numbers_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number, Sent
from app.schemas.running import Lap
from app.schemas.single import Single, check_reply, single
from app.schemas.subject import Subject, Tensors

MOST_TERMS = 2_000


class HessianRequest(Subject):
    """A program, and what is to be done with its second derivatives."""

    variable: Cell | None = Field(
        default=None, description="the number along which `terms` are; default: the only one, if there is only one"
    )
    vector: Tensors | None = Field(
        default=None, description="by input a direction, for the Hessian times this vector; inputs left out are 0"
    )
    newton: list[Cell] | None = Field(
        default=None, min_length=1, max_length=2, description="one or two numbers to take a Newton step in"
    )
    learning_rate: float = Field(default=0.1, gt=0, le=1e6, description="of the gradient step beside it")
    plane: PlaneRequest | None = Field(default=None, description="values of the output over two numbers")
    max_elements: int = Field(default=16_384, ge=1, le=4_000_000, description="larger blocks are sent as statistics")

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.variable, self.vector is None, tuple(self.newton or ()), self.plane and self.plane.size
        return "hessian", self.runs, sizes, asked, self.output, tuple(self.wrt or ())


class Term(Documented):
    """One composition y = f(g): y″ = f″·g′² + f′·g″, of several operands their sums."""

    node: str
    inner: list[str] = Field(description="ids of the operands that vary")
    op: str
    name: str | None
    first: Number = Field(description="y′")
    second: Number = Field(description="y″, the sum of the two")
    outer_bend: Number = Field(description="f″·g′²")
    inner_bend: Number = Field(description="f′·g″")
    outer_second: Number | None = Field(description="f″; null where several operands vary, or g′ is 0")
    outer_first: Number | None = Field(description="f′; null where several operands vary")


class HessianReply(Documented):
    """Second derivatives: `hessian.a.b` has the indices of a first, then those of b."""

    schema_version: Literal["1.0"]
    program: str
    output: str
    gradient: dict[str, Sent]
    hessian: dict[str, dict[str, Sent]] | None = Field(description="null where it is too large, see `too_large`")
    labels: list[str] = Field(description="names of all numbers, in the order of rows and columns of the whole matrix")
    size: int = Field(description="its rows")
    too_large: str | None
    eigenvalues: list[Number] | None = Field(description="smallest first; null where some number is not finite")
    definiteness: str | None = Field(
        description="`positive definite`, `positive semidefinite`, `negative definite`, `negative semidefinite`, "
        "`indefinite`, `zero`, or `unknown` where some number is not finite"
    )
    tolerance: Number | None = Field(description="eigenvalues closer to 0 than this count as 0")
    product: dict[str, Sent] | None = Field(description="the Hessian times `vector`, by input")
    variable: str | None
    terms: list[Term] | None = Field(
        description=f"in evaluation order, the last is the output's; of more than {MOST_TERMS:,} the largest"
    )
    newton: NewtonReply | None
    plane: PlaneReply | None
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "lecture": {"summary": "One variable: f″g′² and f′g″", "value": {"program": "x = 3.0\ny = sin(x**2)"}},
    "valley": {
        "summary": "Two variables: a Newton step, and the plane around",
        "value": {
            "program": "x = -1.0\ny = 1.5\nf = (1 - x)**2 + 10*(y - x**2)**2", "newton": ["x", "y"],
            "plane": {"x": "x", "y": "y", "size": 21}, "vector": {"x": 1.0},
        },
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_hessian(request: HessianRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/hessian`, encoded.  Raises LangError, EngineError, FieldError."""
    program = single(request, budget, lap)
    ran, run = program.ran, program.ran.run
    bindings = ran.subject.wrt
    if request.wrt is None:  # the input itself: what its name stands for at the end depends on the other inputs
        bindings = {name: ran.subject.inputs.get(name, binding) for name, binding in bindings.items()}
    nodes = list(dict.fromkeys(node for binding in bindings.values() for node in ids(binding)))
    second = SecondOrder.of(run.graph, run.output, nodes, run.seed)
    check_reply(2 * second.size + (second.size**2 if second.size <= LARGEST else 0), reply_elements, "the Hessian",
                "choose fewer names in wrt")  # fmt: skip
    lap("gradient graph")
    matrix, too_large = matrix_of(second)
    found = None if matrix is None else spectrum(matrix)
    lap("hessian")
    places = places_of(second)
    most = request.max_elements
    document = {
        "schema_version": SCHEMA_VERSION, "program": ran.subject.program, "output": program.output_id,
        "gradient": vector_to_json(second.values(), bindings, places),
        "hessian": None if matrix is None else {
            a: {b: block_to_json(matrix, one, other, places, most) for b, other in bindings.items()}
            for a, one in bindings.items()
        },
        "labels": labels_of(program, nodes) if second.size <= most else [], "size": second.size, "too_large": too_large,
        "eigenvalues": None if found is None else numbers_to_json(found.eigenvalues.tolist()),
        "definiteness": None if matrix is None else "unknown" if found is None else found.definiteness,
        "tolerance": None if found is None else found.tolerance,
        "product": product_to_json(request.vector, second, bindings, places), **_terms(request, program, nodes),
        "newton": None, "plane": None, "notes": notes_of(ran),
    }  # fmt: skip
    if request.newton is not None:
        document["newton"] = newton_to_json(program, request.newton, request.learning_rate)
    lap("newton")
    if request.plane is not None:
        document["plane"] = plane_to_json(program, request.plane, document["newton"], reply_elements)
    lap("plane")
    return dump(document)


# ── along one variable ──────────────────────────────────────────────────────────────────────────────────
def _terms(request: HessianRequest, program: Single, nodes: list[int]) -> dict[str, Any]:
    graph = program.graph
    cells = [int(i) for node in nodes for i in np.asarray(program.unfolded.ids[node]).flat]
    if request.variable is None and len(cells) != 1:
        return {"variable": None, "terms": None}
    variable = cells[0] if request.variable is None else program.cell(request.variable, "variable")
    found = compositions(graph, program.output, variable)
    if len(found) > MOST_TERMS:  # the output's own, which is the last, always is among them
        order = sorted(range(len(found) - 1), key=lambda i: -abs(found[i].outer_bend) - abs(found[i].inner_bend))
        found = [found[i] for i in sorted([*order[: MOST_TERMS - 1], len(found) - 1])]
    return {"variable": graph.names[variable] or f"n{variable}", "terms": [_term(program, each) for each in found]}


def _term(program: Single, each: Composition) -> dict[str, Any]:
    graph = program.graph
    numbers = {
        field: None if value is None else number_to_json(float(value))
        for field, value in (
            ("first", each.first), ("second", each.second), ("outer_bend", each.outer_bend),
            ("inner_bend", each.inner_bend), ("outer_second", each.outer_second), ("outer_first", each.outer_first),
        )
    }  # fmt: skip
    return {
        "node": program.id(each.node), "inner": [program.id(i) for i in each.inner], "op": graph.ops[each.node].name,
        "name": graph.names[each.node], **numbers,
    }  # fmt: skip


