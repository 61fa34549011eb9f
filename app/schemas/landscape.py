"""`POST /api/v1/network/landscape`: the loss over a plane of parameters, the way of a training in it, a race."""

import re
from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from app.engine.budget import Budget
from app.nets.compile import Net
from app.nets.landscape import FINEST, Landscape, Plane, one_parameter, random_direction
from app.nets.training import Checkpoint, Plan, Trainer
from app.schemas.blocks import Arrays, arrays_from_json, arrays_to_json
from app.schemas.encode import dump
from app.schemas.network import alike, compiled
from app.schemas.numbers import number_to_json, numbers_to_json, tensor_to_json
from app.schemas.optimize import OptimizerUsed, used_to_json
from app.schemas.problem import FieldError, nearest
from app.schemas.reply import SCHEMA_VERSION, Documented, Number, Sent
from app.schemas.running import Lap
from app.schemas.single import check_reply
from app.schemas.subject import LARGEST_SEED
from app.schemas.training import NetworkSubject, OptimizerField, optimizer_from_json, run_once, shapes_of

CELL = re.compile(r"(\w{1,64})((?:\[\s*\d{1,6}(?:\s*,\s*\d{1,6})*\s*\])?)")
MOST_POINTS, RACERS, MOST_STEPS = 10_000, 4, 2000
Ends = tuple[float, float]


class Strict(BaseModel):
    """A part of the request."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Directions(Strict):
    """What the two axes are."""

    kind: Literal["random", "parameters", "given"] = "random"
    seed: int = Field(default=0, ge=0, le=LARGEST_SEED, description="of random directions")
    x: Any = Field(default=None, description="of `parameters` a name such as `W1[0,1]`; `given`: arrays by parameter")
    y: Any = Field(default=None, description="the second axis")


class Grid(Strict):
    """Where the loss is looked at: distances from the center, in lengths of the directions."""

    x: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [-1.0, 1.0])
    y: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [-1.0, 1.0])
    resolution: int | None = Field(default=None, ge=2, le=100, description="points along each axis; default: 25, or"
                                   " fewer for a large net, see `x` and `y` of the reply")  # fmt: skip


class Racer(Strict):
    """One optimizer of a race."""

    optimizer: OptimizerField
    steps: int = Field(default=50, ge=1, le=MOST_STEPS)


class LandscapeRequest(NetworkSubject):
    """A net, a plane through its parameters, and what is to be seen in it."""

    center: Any = Field(default=None, description="parameters by name; default: the net's own")
    directions: Directions = Field(default_factory=Directions)
    grid: Grid | None = Field(default_factory=Grid, description="null: no grid")
    point: Annotated[list[float], Field(min_length=2, max_length=2)] = Field(
        default_factory=lambda: [0.0, 0.0], description="where loss, gradient and parameters are asked for"
    )
    trajectory: list[Any] = Field(
        default_factory=list, max_length=MOST_POINTS, description="parameters to project, such as a training's"
    )
    race: list[Racer] = Field(
        default_factory=list, max_length=RACERS, description="optimizers that start at `point`, each step by all data"
    )
    encoding: Literal["rows", "binary"] = Field(default="rows", description="of parameters and directions")

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        size: object = 0 if self.grid is None else self.grid.resolution
        return "landscape", alike(self.network), size, len(self.trajectory), sum(each.steps for each in self.race)


class PointReply(Documented):
    """One point of the plane."""

    at: list[float]
    loss: Number
    gradient: list[Number] = Field(description="∂L/∂x and ∂L/∂y, along the two directions")
    gradient_norm: Number = Field(description="of the whole gradient, in all parameters")
    parameters: Arrays


class TrackReply(Documented):
    """Points of parameter space, seen in the plane."""

    path: list[list[Number]] = Field(description="[x, y] of the nearest point of the plane, for each")
    off: list[Number] = Field(description="how far each is from the plane")
    loss: list[Number]


class RaceReply(TrackReply):
    """The way of one optimizer, from step 0 on."""

    optimizer: OptimizerUsed


class LandscapeReply(Documented):
    """The loss over a plane: parameters are center + x·direction x + y·direction y."""

    schema_version: str
    center: Arrays
    directions: dict[Literal["x", "y"], Arrays]
    labels: dict[Literal["x", "y"], str]
    origin: dict[Literal["x", "y"], Number] = Field(description="of `parameters`, their values at the center; else 0")
    x: list[float]
    y: list[float]
    loss: list[Any] | Sent = Field(description="[row of y][column of x]")
    point: PointReply
    trajectory: TrackReply
    race: list[RaceReply]


def answer_landscape(request: LandscapeRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply, encoded.  Raises LangError, EngineError, FieldError, FieldErrors."""
    net = compiled(request.network, request.seed)
    run_once(net, budget)
    lap("compile")
    land = Landscape(net, lambda: budget)
    _refuse_large(request, land.layout.size, reply_elements)
    center = _center(request, net)
    plane, about = plane_of(request.directions, net, land, center)
    found = _seen(request, land, plane)
    lap("landscape")
    named = {name: arrays_to_json(land.layout.split(each), request.encoding) for name, each in (
        ("center", plane.center), ("x", plane.x), ("y", plane.y))}  # fmt: skip
    reply = dump({
        "schema_version": SCHEMA_VERSION, "center": named["center"],
        "directions": {"x": named["x"], "y": named["y"]}, **about, **found,
    })  # fmt: skip
    lap("encode")
    return reply


def _refuse_large(request: LandscapeRequest, size: int, most: int) -> None:
    grid = 0 if request.grid is None else (request.grid.resolution or FINEST) ** 2
    tracks = len(request.trajectory) + sum(each.steps for each in request.race)
    check_reply(grid + 4 * tracks + 4 * size, most, "it", "take fewer points")


def _center(request: LandscapeRequest, net: Net) -> dict[str, np.ndarray]:
    if request.center is None:
        return {name: np.asarray(value, float) for name, value in net.parameters.items()}
    return arrays_from_json(request.center, shapes_of(net), "center")


def plane_of(
    asked: Directions, net: Net, land: Landscape, center: Mapping[str, np.ndarray]
) -> tuple[Plane, dict[str, Any]]:
    """The plane, and how its axes are called.  Raises FieldError."""
    layout, origin = land.layout, {"x": 0.0, "y": 0.0}
    labels = {"x": "direction x", "y": "direction y"}
    both: dict[str, np.ndarray] = {}
    if asked.kind == "random":
        rng = np.random.default_rng(asked.seed)
        both = {axis: random_direction(net, center, rng) for axis in ("x", "y")}
    for axis in () if both else ("x", "y"):
        given, field = getattr(asked, axis), f"directions.{axis}"
        if asked.kind == "given":
            both[axis] = layout.joined(arrays_from_json(given, shapes_of(net), field))
            continue
        name, cell = named_cell(given, net, field)
        both[axis] = one_parameter(layout, name, cell)
        origin[axis], labels[axis] = float(np.asarray(center[name])[cell]), str(given)
    plane = Plane(layout, layout.joined(center), both["x"], both["y"])
    if plane.flat:
        raise FieldError("bad_argument", "directions: are the same, or of length 0, must span a plane",
                         field="directions", hint="choose two different ones")  # fmt: skip
    return plane, {"labels": labels, "origin": {axis: number_to_json(each) for axis, each in origin.items()}}


def named_cell(value: Any, net: Net, field: str) -> tuple[str, tuple[int, ...]]:
    """`W1[0,1]` as name and place.  Raises FieldError."""
    found = CELL.fullmatch(value) if isinstance(value, str) else None
    name = found[1] if found else ""
    if name not in net.parameters or found is None:
        hint = nearest(name, net.parameters) if name else "such as `W1[0,0]`"
        raise FieldError("unknown_name", f"{field}: must be one number of a parameter, such as `W1[0,0]`", field=field,
                         hint=hint)  # fmt: skip
    cell, shape = tuple(int(each) for each in re.findall(r"\d+", found[2])), np.shape(net.parameters[name])
    if len(cell) != len(shape) or any(i >= n for i, n in zip(cell, shape, strict=False)):
        raise FieldError("bad_argument", f"{field}: {name} is {list(shape)}, there is no {value[:60]}", field=field,
                         hint="indices begin at 0")  # fmt: skip
    return name, cell


def _seen(request: LandscapeRequest, land: Landscape, plane: Plane) -> dict[str, Any]:
    a, b = request.point
    at = plane.at(a, b)
    loss, gradient = land.slope(at)
    axes: dict[str, np.ndarray] = {"x": np.empty(0), "y": np.empty(0)}
    if request.grid is not None:
        ends, count = {"x": request.grid.x, "y": request.grid.y}, request.grid.resolution or land.usual_resolution()
        axes = {axis: np.linspace(low, high, count) for axis, (low, high) in ends.items()}
    values = land.grid(plane, axes["x"], axes["y"]) if request.grid is not None else np.empty((0, 0))
    shapes = shapes_of(land.net)
    points = [arrays_from_json(each, shapes, f"trajectory[{i}]") for i, each in enumerate(request.trajectory)]
    return {
        "x": axes["x"].tolist(), "y": axes["y"].tolist(), "loss": tensor_to_json(values, max(1, values.size)),
        "point": {
            "at": [a, b], "loss": number_to_json(loss),
            "gradient": numbers_to_json([float(gradient @ plane.x), float(gradient @ plane.y)]),
            "gradient_norm": number_to_json(float(np.sqrt(gradient @ gradient))),
            "parameters": arrays_to_json(land.layout.split(at), request.encoding),
        },
        "trajectory": _track(plane, land, [land.layout.joined(each) for each in points]),
        "race": [_raced(each, f"race[{i}].optimizer", land, plane, at) for i, each in enumerate(request.race)],
    }  # fmt: skip


def _track(plane: Plane, land: Landscape, points: list[np.ndarray]) -> dict[str, Any]:
    if not points:
        return {"path": [], "off": [], "loss": []}
    together = np.stack(points)
    path, off = plane.projected(together)
    return {"path": [numbers_to_json(each) for each in path.tolist()], "off": numbers_to_json(off.tolist()),
            "loss": numbers_to_json(land.losses(together).tolist())}  # fmt: skip


def _raced(racer: Racer, field: str, land: Landscape, plane: Plane, start: np.ndarray) -> dict[str, Any]:
    record, settings = optimizer_from_json(racer.optimizer, field)
    plan, begin = Plan(racer.steps, record, settings), Checkpoint(0, land.layout.split(start))
    trainer = Trainer(land.net, plan, land.budget, begin)
    points, budget = [start], land.budget()
    while not trainer.over:
        budget.check_time(trainer.step)
        trainer.advance()
        points.append(land.layout.joined(trainer.parameters()))
    return {"optimizer": used_to_json(record, settings), **_track(plane, land, points)}


EXAMPLES: dict[str, Any] = {
    "race": {
        "summary": "Two optimizers on a random plane through a small net",
        "value": {
            "network": {
                "input": 2,
                "layers": [{"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense", "units": 1}],
                "data": {"dataset": "moons", "samples": 40},
            },
            "grid": {"x": [-1.0, 1.0], "y": [-1.0, 1.0], "resolution": 5},
            "race": [
                {"optimizer": {"name": "sgd", "learning_rate": 0.1}, "steps": 5},
                {"optimizer": {"name": "adam", "learning_rate": 0.05}, "steps": 5},
            ],
        },
    },
    "two weights": {
        "summary": "Two chosen weights",
        "value": {
            "network": {
                "input": 2,
                "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
                "data": {"dataset": "xor", "samples": 40},
            },
            "directions": {"kind": "parameters", "x": "W1[0,0]", "y": "W2[0,1]"},
            "grid": {"x": [-4.0, 4.0], "y": [-4.0, 4.0], "resolution": 9},
            "point": [0.5, -0.25],
        },
    },
}
"""Shown in the reference, and run by a test."""
