"""`POST /api/v1/hessian`: second derivatives, what they say, and steps that use them."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.lanes import NUMBERS, lanes
from app.engine.op import Array, shape
from app.engine.second import LARGEST, Composition, SecondOrder, compositions, newton_step, spectrum
from app.lang.leftovers import Binding, ids
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.numbers import Tensor, number_to_json, numbers_to_json, tensor_to_json
from app.schemas.problem import FieldError, nearest
from app.schemas.programs import mapped
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number, Sent
from app.schemas.running import Lap
from app.schemas.single import Single, check_reply, single
from app.schemas.subject import Subject, Tensors

Cell = Annotated[str, Field(max_length=200)]
Range = Annotated[list[float], Field(min_length=2, max_length=2)]
MOST_TERMS = 2_000


class PlaneRequest(BaseModel):
    """A grid over two numbers, everything else as it is."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    x: Cell = Field(description="the number along the columns: `x`, `W[0,1]`, or a node's id")
    y: Cell = Field(description="the number along the rows")
    x_range: Range | None = Field(
        default=None, description="from and to; default: around the point and both steps, the same length for both axes"
    )
    y_range: Range | None = None
    size: int = Field(default=41, ge=2, le=201, description="points along each side")


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


class NewtonReply(Documented):
    """A Newton step beside a gradient step, in these numbers alone."""

    inputs: list[str]
    nodes: list[str]
    point: list[Number]
    gradient: list[Number]
    hessian: list[list[Number]]
    eigenvalues: list[Number] | None
    definiteness: str
    step: list[Number] | None = Field(description="−H⁻¹·g; null where there is none")
    why: str | None = Field(description="why there is no step, or where a step leads that is none downhill")
    value: Number = Field(description="of the output, here")
    newton_value: Number | None = Field(description="of the output after the step")
    gradient_step: list[Number] = Field(description="−learning_rate·g")
    gradient_value: Number


class PlaneReply(Documented):
    """The output over a grid: `values[row][column]` at `y[row]`, `x[column]`."""

    inputs: list[str]
    nodes: list[str]
    x: list[Number]
    y: list[Number]
    values: list[list[Number]]
    point: list[Number]


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
    matrix, too_large = _matrix(second)
    found = None if matrix is None else spectrum(matrix)
    lap("hessian")
    places = _places(second)
    most = request.max_elements
    document = {
        "schema_version": SCHEMA_VERSION, "program": ran.subject.program, "output": program.output_id,
        "gradient": _vector(second.values(), bindings, places),
        "hessian": None if matrix is None else {
            a: {b: _block(matrix, one, other, places, most) for b, other in bindings.items()}
            for a, one in bindings.items()
        },
        "labels": _labels(program, nodes) if second.size <= most else [], "size": second.size, "too_large": too_large,
        "eigenvalues": None if found is None else numbers_to_json(found.eigenvalues.tolist()),
        "definiteness": None if matrix is None else "unknown" if found is None else found.definiteness,
        "tolerance": None if found is None else found.tolerance,
        "product": _product(request, second, bindings, places), **_terms(request, program, nodes),
        "newton": None, "plane": None, "notes": notes_of(ran),
    }  # fmt: skip
    if request.newton is not None:
        document["newton"] = _newton(program, request.newton, request.learning_rate)
    lap("newton")
    if request.plane is not None:
        document["plane"] = _plane(program, request.plane, document["newton"], reply_elements)
    lap("plane")
    return dump(document)


# ── the matrix ──────────────────────────────────────────────────────────────────────────────────────────
Places = Mapping[int, Array]
"""By node the numbers of its rows, in its shape."""


def _matrix(second: SecondOrder) -> tuple[Array | None, str | None]:
    try:
        return second.hessian(), None
    except TooLarge as error:
        return None, error.message


def _places(second: SecondOrder) -> Places:
    found, at = {}, 0
    for node in second.wrt:
        form = shape(second.graph.values[node])
        size = int(np.prod(form, dtype=int))
        found[node] = np.arange(at, at + size).reshape(form)
        at += size
    return found


def _vector(vector: Array, bindings: Mapping[str, Binding], places: Places) -> dict[str, Any]:
    def of(node: int) -> Any:
        return tensor_to_json(np.asarray(vector[places[node]])[()], vector.size + 1)

    return {name: mapped(binding, of) for name, binding in bindings.items()}


def _block(matrix: Array, a: Binding, b: Binding, places: Places, most: int) -> Any:
    count = [sum(int(np.size(places[node])) for node in ids(each)) for each in (a, b)]
    if isinstance(a, int) and isinstance(b, int):
        rows, columns = places[a], places[b]
        block = matrix[np.ix_(rows.reshape(-1), columns.reshape(-1))].reshape(rows.shape + columns.shape)
        return tensor_to_json(block[()], most)
    if count[0] * count[1] > most:
        rows, columns = (np.concatenate([places[node].reshape(-1) for node in ids(each)]) for each in (a, b))
        return tensor_to_json(matrix[np.ix_(rows, columns)], most)

    def row(i: Any) -> Any:
        if isinstance(i, list):
            return [row(each) for each in i]
        return mapped(b, lambda node: tensor_to_json(matrix[i][places[node]], most))

    return row(mapped(a, lambda node: places[node].tolist()))


def _labels(program: Single, nodes: list[int]) -> list[str]:
    graph, unfolded = program.graph, program.unfolded
    return [graph.names[int(i)] or f"n{i}" for node in nodes for i in np.asarray(unfolded.ids[node]).flat]


def _product(
    request: HessianRequest, second: SecondOrder, bindings: Mapping[str, Binding], places: Places
) -> dict[str, Any] | None:
    if request.vector is None:
        return None
    given: dict[int, Array] = {}
    for name, value in request.vector.items():
        if name not in bindings:
            raise FieldError("unknown_name", f"vector: {name[:40]!r} is not among the names differentiated by",
                             field=f"vector.{name[:40]}", hint=nearest(name, bindings))  # fmt: skip
        _give(given, bindings[name], value, places, name)
    return _vector(second.product(given), bindings, places)


def _give(given: dict[int, Array], binding: Binding, value: Tensor, places: Places, name: str) -> None:
    forms = _form(binding, places)
    if np.shape(value) != forms:
        raise FieldError("shape_mismatch", f"vector: {name[:40]} has shape {np.shape(value)}, it must have {forms}",
                         field=f"vector.{name[:40]}")  # fmt: skip
    if isinstance(binding, int):
        given[binding] = np.asarray(value, float)
        return
    for each, part in zip(binding, value, strict=True):
        _give(given, each, part, places, name)


def _form(binding: Binding, places: Places) -> tuple[int, ...]:
    if isinstance(binding, int):
        return shape(places[binding])
    return (len(binding), *(_form(binding[0], places) if binding else ()))


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


# ── in two numbers ──────────────────────────────────────────────────────────────────────────────────────
def _newton(program: Single, names: list[str], rate: float) -> dict[str, Any]:
    cells = [program.cell(name, f"newton[{i}]") for i, name in enumerate(names)]
    graph, n = program.graph, len(cells)
    if len(set(cells)) < n:
        raise FieldError("bad_argument", "newton: both names stand for the same number — choose two", field="newton")
    value = float(graph.values[program.output])
    second = SecondOrder.of(graph, program.output, cells, np.float64(1.0))
    point = np.array([float(graph.values[i]) for i in cells])
    gradient, matrix = second.values(), second.hessian()
    step, why = newton_step(gradient.tolist(), matrix)
    found = spectrum(matrix)
    kind = "unknown" if found is None else found.definiteness
    if step is not None and kind != "positive definite":
        why = f"the Hessian is {kind}: the step leads to a {'maximum' if kind == 'negative definite' else 'saddle'}, " \
              "not downhill"  # fmt: skip

    def at(move: Array) -> Any:
        points = {i: np.array([x]) for i, x in zip(cells, point + move, strict=True)}
        return number_to_json(float(lanes(graph, [program.output], points, 1)[program.output][0]))

    return {
        "inputs": [graph.names[i] or f"n{i}" for i in cells], "nodes": [program.id(i) for i in cells],
        "point": numbers_to_json(point.tolist()), "gradient": numbers_to_json(gradient.tolist()),
        "hessian": [numbers_to_json(row) for row in matrix.tolist()],
        "eigenvalues": None if found is None else numbers_to_json(found.eigenvalues.tolist()), "definiteness": kind,
        "step": None if step is None else numbers_to_json(step.tolist()), "why": why, "value": number_to_json(value),
        "newton_value": None if step is None else at(step),
        "gradient_step": numbers_to_json((-rate * gradient).tolist()), "gradient_value": at(-rate * gradient),
    }  # fmt: skip


def _plane(program: Single, asked: PlaneRequest, newton: Any, reply_elements: int) -> dict[str, Any]:
    graph = program.graph
    cells = [program.cell(asked.x, "plane.x"), program.cell(asked.y, "plane.y")]
    if cells[0] == cells[1]:
        raise FieldError("bad_argument", "plane: x and y are the same number — choose two", field="plane.y")
    size = max(2, min(asked.size, int((NUMBERS / max(1, len(graph))) ** 0.5)))
    check_reply(size * size, reply_elements, "the plane", "lower plane.size")
    names = [graph.names[i] or f"n{i}" for i in cells]
    point = [float(graph.values[i]) for i in cells]
    half, axes = _half(newton, point), []
    for at, given in zip(point, (asked.x_range, asked.y_range), strict=True):
        low, high = given or ((at if np.isfinite(at) else 0.0) - half, (at if np.isfinite(at) else 0.0) + half)
        axes.append(np.linspace(low, high, size))
    x, y = np.meshgrid(*axes)
    values = lanes(graph, [program.output], {cells[0]: x.ravel(), cells[1]: y.ravel()}, size * size)[program.output]
    return {
        "inputs": names, "nodes": [program.id(i) for i in cells], "x": axes[0].tolist(), "y": axes[1].tolist(),
        "values": tensor_to_json(values.reshape(size, size), size * size), "point": numbers_to_json(point),
    }  # fmt: skip


def _half(newton: Any, point: Sequence[float]) -> float:
    """Half a side, the same for both axes, that has both steps well inside; 1.5 where there is none to be seen."""
    steps = () if newton is None else (newton["step"] or (), newton["gradient_step"])
    longest = max((abs(move) for step in steps for move in step if isinstance(move, float)), default=0.0)
    least = 1e-6 * max(1.0, *(abs(x) for x in point if np.isfinite(x)), 0.0)
    return 1.5 * min(longest, 1e6) if longest > least else 1.5
