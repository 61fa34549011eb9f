"""`POST /api/v1/implicit`: an equation as a curve, its slope and bend at a point, and special points on it."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.engine.budget import Budget
from app.engine.contour import Curve, trace_curve
from app.engine.graph import Graph
from app.engine.implicit import ON_CURVE, Local, local, nearest
from app.engine.implicit import Field as Plane
from app.engine.lanes import NUMBERS
from app.engine.op import Array, shape
from app.engine.passes import quiet
from app.engine.scalars import scalarize
from app.lang.tracing.tracer import Program
from app.schemas.encode import dump
from app.schemas.equation import as_program, back, traced, variables_of
from app.schemas.from_engine import note_to_json
from app.schemas.numbers import number_to_json, numbers_to_json
from app.schemas.problem import FieldError
from app.schemas.problem import nearest as nearest_name
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number
from app.schemas.running import Lap
from app.schemas.single import check_reply
from app.schemas.subject import FIELDS, few

Name = Annotated[str, Field(max_length=200)]
Side = Annotated[list[float], Field(min_length=2, max_length=2)]


class ImplicitRequest(BaseModel):
    """An equation and a point."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    equation: str = Field(
        max_length=65_536, description="`x^2 + y^2 = 1`, or an expression that is to be 0, in the program's language"
    )
    point: dict[Name, float] = Field(default_factory=dict, description="a number for every variable; default: 1")
    dependent: Name | None = Field(default=None, description="default: y if there is one, else the last variable")
    independent: Name | None = Field(default=None, description="default: x if there is one, else the first other one")
    project: dict[Name, float] | None = Field(
        default=None, description="a place in the plane of both: the point is moved to what is nearest on the curve"
    )
    curve: bool = Field(default=True, description="whether to send the curve and its special points")
    box: dict[Name, Side] = Field(default_factory=dict, description="by variable from and to; default: around 0")
    size: int = Field(default=64, ge=8, le=256, description="cells of the grid along each side")

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: Any) -> Any:
        return few(FIELDS, value)

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        return "implicit", self.equation, self.curve, self.size, self.project is None, self.dependent, self.independent


class ImplicitReply(Documented):
    """Slopes at the point, from the partial derivatives of F = left − right, and the curve F = 0 in a box."""

    schema_version: Literal["1.0"]
    equation: str
    program: str = Field(description="F as a program")
    variables: list[str]
    dependent: str
    independent: str
    point: dict[str, Number] = Field(description="where everything is; with `project` the nearest point of the curve")
    projected: bool | None = Field(description="whether `project` led onto the curve; null where not asked for")
    residual: Number = Field(description="F at the point")
    on_curve: bool = Field(description="whether |F| ≤ 10⁻⁹")
    partials: dict[str, Number] = Field(description="∂F by every variable")
    derivative: Number | Literal["vertical", "singular"] = Field(description="∂dependent/∂independent")
    derivatives: dict[str, Number | Literal["vertical", "singular"]] = Field(
        description="∂dependent by every other variable"
    )
    second_derivative: Number | None = Field(description="null where the derivative is no number")
    tangent: dict[str, Number] | None = Field(description="unit vector in the plane of both, if there is one")
    normal: dict[str, Number] | None = Field(description="unit vector along the gradient; null at a singular point")
    branches: list[dict[str, Number]] = Field(description="unit tangents of all branches, two at a crossing")
    box: dict[str, list[Number]]
    curve: list[list[list[Number]]] | None = Field(
        description="polylines of [independent, dependent]; each point has |F| ≤ 10⁻⁹; a closed one ends where it began"
    )
    singular_points: list[list[Number]] | None
    vertical_points: list[list[Number]] | None = Field(description="where the tangent is vertical")
    horizontal_points: list[list[Number]] | None
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "circle": {
        "summary": "A circle", "value": {"equation": "x^2 + y^2 = 1", "point": {"x": 0.6, "y": 0.8}, "size": 24},
    },
    "sphere": {
        "summary": "Three variables",
        "value": {
            "equation": "x^2 + y^2 + z^2 = 9", "point": {"x": 1.0, "y": 2.0, "z": 2.0}, "dependent": "z",
            "independent": "x", "curve": False,
        },
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_implicit(request: ImplicitRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/implicit`, encoded.  Raises LangError, EngineError, FieldError."""
    program = traced(request.equation, request.point, budget)
    names = variables_of(program)
    check_reply(len(names) * 2 + 1, reply_elements, "the answer", "use fewer variables")
    dependent, independent = _pair(request, names)
    places = as_program(request.equation)[1]
    lap("trace")
    moved = None
    if request.project is not None:
        place = _place(request, program, dependent, independent)
        moved = place is not None
        if place is not None:
            program = traced(request.equation, {**request.point, **place}, budget)
        lap("project")
    graph, output = _single(program)
    found = local(graph, output, [program.inputs[name] for name in names])
    d, i = names.index(dependent), names.index(independent)
    lap("slopes")
    box = _box(request, found, names, dependent, independent)
    curve = _curve(request, program, dependent, independent, box) if request.curve else None
    if curve is not None:
        check_reply(2 * sum(map(len, curve.lines)), reply_elements, "the curve", "lower size")
    lap("curve")
    return dump({
        "schema_version": SCHEMA_VERSION, "equation": request.equation, "program": program.source,
        "variables": names, "dependent": dependent, "independent": independent,
        "point": _by_name(names, found.point), "projected": moved, "residual": number_to_json(found.residual),
        "on_curve": bool(abs(found.residual) <= ON_CURVE), "partials": _by_name(names, found.partials),
        **_slopes(found, names, d, i),
        "box": {independent: list(box[:2]), dependent: list(box[2:])}, **_special(curve),
        "notes": [note_to_json(replace(note, span=back(note.span, places))) for note in program.notes]
        + _remarks(found, names, d, i),
    })  # fmt: skip


# ── its variables ───────────────────────────────────────────────────────────────────────────────────────
def _pair(request: ImplicitRequest, names: list[str]) -> tuple[str, str]:
    for field, name in (("dependent", request.dependent), ("independent", request.independent)):
        if name is not None and name not in names:
            raise FieldError("unknown_name", f"{field}: the equation has no variable {name[:40]!r}", field=field,
                             hint=nearest_name(name, names))  # fmt: skip
    if request.dependent is not None and request.dependent == request.independent:
        raise FieldError("bad_argument", "independent: it is the dependent one — choose another", field="independent")
    free = [name for name in names if name != request.independent]
    dependent = request.dependent or ("y" if "y" in free else free[-1])
    rest = [name for name in names if name != dependent]
    return dependent, request.independent or ("x" if "x" in rest else rest[0])


def _single(program: Program) -> tuple[Graph, int]:
    """The program in single numbers: inputs keep their places, as they come first or stand alone."""
    graph = program.graph
    if all(shape(value) == () and (op.leaf or op.pointwise) for op, value in zip(graph.ops, graph.values, strict=True)):
        return graph, program.output
    with quiet():
        graph, output, inputs = scalarize(graph, program.output, program.inputs)
    program.inputs.update(inputs)
    return graph, output


# ── the point ───────────────────────────────────────────────────────────────────────────────────────────
def _by_name(names: Sequence[str], numbers: Array) -> dict[str, Any]:
    return dict(zip(names, numbers_to_json(numbers.tolist()), strict=True))


def _slope_to_json(slope: Any) -> Any:
    return slope if isinstance(slope, str) else number_to_json(slope)


def _slopes(found: Local, names: list[str], d: int, i: int) -> dict[str, Any]:
    directions = [dict(zip((names[i], names[d]), each, strict=True)) for each in found.directions(d, i)]
    size = float(np.linalg.norm(found.partials))
    bend = found.second(d, i)
    return {
        "derivative": _slope_to_json(found.slope(d, i)),
        "derivatives": {name: _slope_to_json(found.slope(d, k)) for k, name in enumerate(names) if k != d},
        "second_derivative": None if bend is None else number_to_json(bend),
        "tangent": None if found.singular or not directions else directions[0],
        "normal": None if found.singular or not np.isfinite(size) else _by_name(names, found.partials / size),
        "branches": directions,
    }


def _remarks(found: Local, names: list[str], d: int, i: int) -> list[dict[str, Any]]:
    notes = []
    slope = found.slope(d, i)
    if not abs(found.residual) <= ON_CURVE:
        message = f"the point is not on the curve: F is {found.residual:.6g} there, the slopes are of that level"
        notes.append({"code": "not_on_curve", "message": message})
    if slope == "singular":
        message = "all partial derivatives are 0: the curve has no one tangent there"
        notes.append({"code": "singular_point", "message": message})
    elif slope == "vertical":
        message = f"F by {names[d]} is 0: the tangent is vertical, {names[d]} is no function of {names[i]} near it"
        notes.append({"code": "vertical_tangent", "message": message})
    return notes


# ── the curve ───────────────────────────────────────────────────────────────────────────────────────────
Box = tuple[float, float, float, float]


def _box(request: ImplicitRequest, found: Local, names: list[str], dependent: str, independent: str) -> Box:
    for name, (low, high) in request.box.items():
        if name not in (dependent, independent):
            raise FieldError("unknown_name", f"box: {name[:40]!r} is not {independent} or {dependent}", field="box")
        if not low < high or not np.isfinite([low, high]).all():
            raise FieldError("bad_argument", f"box: {name} goes from {low} to {high}, not upward", field="box")
    at = [float(found.point[names.index(name)]) for name in (independent, dependent)]
    half = max([2.0, *(2 * abs(x) for x in at if np.isfinite(x))])
    (left, right), (bottom, top) = (request.box.get(name, (-half, half)) for name in (independent, dependent))
    return left, right, bottom, top


def _plane(program: Program, dependent: str, independent: str) -> tuple[Plane, int]:
    graph, output = _single(program)
    return Plane(graph, output, program.inputs[independent], program.inputs[dependent]), len(graph)


def _curve(request: ImplicitRequest, program: Program, dependent: str, independent: str, box: Box) -> Curve:
    field, nodes = _plane(program, dependent, independent)
    size = max(8, min(request.size, int((NUMBERS / 8 / max(1, nodes)) ** 0.5)))
    return trace_curve(field, box, size)


def _place(
    request: ImplicitRequest, program: Program, dependent: str, independent: str
) -> dict[str, float] | None:
    """The point of the curve nearest to where it was dragged to; None where none was found."""
    project = request.project or {}
    for name in project:
        if name not in (dependent, independent):
            raise FieldError("unknown_name", f"project: {name[:40]!r} is neither {independent} nor {dependent}",
                             field="project")  # fmt: skip
    graph = _single(program)[0]
    found = [float(graph.values[program.inputs[name]]) for name in (independent, dependent)]
    target = np.array([project.get(name, x) for name, x in zip((independent, dependent), found, strict=True)])
    if not np.isfinite(target).all():
        return None
    field, _ = _plane(program, dependent, independent)
    starts = [target]
    if request.curve:
        half = max(2.0, *(2 * np.abs(target)))
        lines = trace_curve(field, (-half, half, -half, half), 32).lines
        points = np.concatenate(lines) if lines else np.zeros((0, 2))
        starts += [points[np.argmin(np.linalg.norm(points - target, axis=1))]] if len(points) else []
    places = [place for start in starts if np.isfinite(place := nearest(field, np.array(start), target)).all()]
    if not places:
        return None
    best = min(places, key=lambda place: float(np.linalg.norm(place - target)))
    return {independent: float(best[0]), dependent: float(best[1])}


def _special(curve: Curve | None) -> dict[str, Any]:
    if curve is None:
        return dict.fromkeys(("curve", "singular_points", "vertical_points", "horizontal_points"))
    return {
        "curve": [line.tolist() for line in curve.lines], "singular_points": curve.singular.tolist(),
        "vertical_points": curve.vertical.tolist(), "horizontal_points": curve.horizontal.tolist(),
    }  # fmt: skip


