"""`POST /api/v1/network/boundary`: the output, and each neuron's, over a grid of two inputs."""

from base64 import b64encode
from math import prod
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from app.engine.budget import Budget
from app.nets.boundary import WIDEST, Grid, over_grid, usual_grid
from app.nets.compile import Net
from app.nets.decision import Decision, decision
from app.schemas.encode import dump
from app.schemas.network import compiled
from app.schemas.network_request import EXAMPLE, NetRequest, refuse_large
from app.schemas.numbers import tensor_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented
from app.schemas.running import Lap

Ends = tuple[float, float]


class GridField(BaseModel):
    """Where the net is looked at; what is left out follows from the data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    x: Ends | None = Field(default=None, description="[lowest, highest] of the first axis; default: the data's, a tenth"
                           " more")  # fmt: skip
    y: Ends | None = Field(default=None, description="of the second axis")
    resolution: int = Field(default=40, ge=2, le=100, strict=True, description="points along each axis")
    axes: list[int] | None = Field(default=None, min_length=1, max_length=2, description="which inputs, from 0; the"
                                   " others stay at their means")  # fmt: skip


class BoundaryRequest(NetRequest):
    """A net with parameters of its own or as first drawn, and a grid."""

    grid: GridField = Field(default_factory=GridField)
    neurons: bool = Field(default=True, description="whether hidden layers' neurons are sent too")
    encoding: Literal["rows", "binary"] = Field(
        default="rows", description="`binary`: base64 of little-endian float32, a seventh of the bytes"
    )


class Float32(Documented):
    """An array as base64 of little-endian float32, in C order."""

    float32: str
    shape: list[int]


class SheetReply(Documented):
    """What the units of one layer give over the grid."""

    name: str = Field(description="`layer 1`")
    variable: str = Field(description="`a1`")
    units: int
    values: list[Any] | Float32 = Field(description="[unit][row of y][column of x]; of one axis [unit][column]")


class GridReply(Documented):
    """The points."""

    x: list[float]
    y: list[float] | None = Field(description="null of a net with one input")
    axes: list[int]


class DecisionReply(Documented):
    """How outputs are read as classes."""

    kind: Literal["threshold", "argmax"]
    at: float | None = Field(description="of a threshold: class 1 is above it")


class BoundaryReply(Documented):
    """Sheets of numbers over one grid; the last of `layers` is the output."""

    schema_version: Literal["1.0"]
    grid: GridReply
    layers: list[SheetReply]
    decision: DecisionReply | None = Field(description="null where numbers are to be met")


EXAMPLES: dict[str, Any] = {
    "xor": {"summary": "Every neuron of a small net over the plane", "value": {
        "network": EXAMPLE, "grid": {"x": [-1, 1], "y": [-1, 1], "resolution": 5},
    }},
}  # fmt: skip


def answer_boundary(request: BoundaryRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply.  Raises FieldErrors, FieldError, LangError, EngineError."""
    net = compiled(request.network, request.seed)
    grid = _grid(net, request.grid)
    lap("compile")
    _refuse_large(net, request, grid, reply_elements)
    found = over_grid(net, grid, neurons=request.neurons, budget=budget)
    lap("evaluate")
    how = decision(net)
    reply = dump({
        "schema_version": SCHEMA_VERSION,
        "grid": {"x": found.xs, "y": found.ys, "axes": list(grid.axes)},
        "layers": [
            {"name": place.label, "variable": place.name("a"), "units": place.gives[0],
             "values": _sent(values, request.encoding)}
            for place, values in found.layers
        ],
        "decision": None if how is None else decision_to_json(how),
    })  # fmt: skip
    lap("encode")
    return reply


def decision_to_json(how: Decision) -> dict[str, Any]:
    """`DecisionReply`."""
    return {"kind": how.kind, "at": how.at}


def _sent(values: np.ndarray, encoding: str) -> Any:
    if encoding == "rows":
        return tensor_to_json(values, values.size)
    flat = np.ascontiguousarray(values, dtype="<f4")
    return {"float32": b64encode(flat.tobytes()).decode("ascii"), "shape": list(values.shape)}


def _grid(net: Net, asked: GridField) -> Grid:
    """The request's grid, completed from the data.  Raises FieldError."""
    inputs = prod(net.configuration.input)
    if net.takes_numbers_of_rows:
        raise FieldError("bad_argument", "network.layers[0]: an embedding takes numbers of rows, which have no plane"
                         " between them", field="network.layers[0]")  # fmt: skip
    axes = tuple(asked.axes if asked.axes is not None else range(min(2, inputs)))
    if any(not 0 <= axis < inputs for axis in axes) or len(set(axes)) < len(axes):
        raise FieldError("out_of_range", f"grid.axes: must name different inputs from 0 to {inputs - 1}",
                         field="grid.axes")  # fmt: skip
    usual = usual_grid(net, asked.resolution, axes)
    ends = {}
    for name, default in (("x", usual.x), ("y", usual.y)):
        given: Ends | None = getattr(asked, name)
        low, high = ends[name] = default if given is None else given
        if not (-WIDEST < low < high < WIDEST):
            raise FieldError("out_of_range", f"grid.{name}: must be two numbers, the smaller first",
                             field=f"grid.{name}")  # fmt: skip
    return Grid(ends["x"], ends["y"], asked.resolution, axes, usual.point)


def _refuse_large(net: Net, request: BoundaryRequest, grid: Grid, most: int) -> None:
    points = grid.resolution ** len(grid.axes)
    units = sum(place.gives[0] for place in net.places if len(place.gives) == 1) if request.neurons else (
        net.configuration.outputs)  # fmt: skip
    refuse_large(points * units, most, "lower grid.resolution")
