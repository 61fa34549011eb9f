"""Newton's step beside a gradient step, and the output over the plane of two numbers."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from app.engine.lanes import NUMBERS, lanes
from app.engine.op import Array
from app.engine.second import SecondOrder, newton_step, spectrum
from app.schemas.numbers import number_to_json, numbers_to_json, tensor_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import Documented, Number
from app.schemas.single import Single, check_reply

Cell = Annotated[str, Field(max_length=200)]
Range = Annotated[list[float], Field(min_length=2, max_length=2)]


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


def newton_to_json(program: Single, names: list[str], rate: float) -> dict[str, Any]:
    """`NewtonReply`: a Newton step beside a gradient step in one or two numbers.  Raises FieldError, EngineError."""
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


def plane_to_json(program: Single, asked: PlaneRequest, newton: Any, reply_elements: int) -> dict[str, Any]:
    """`PlaneReply`.  Raises FieldError, TooLarge, DeadlineExceeded."""
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
