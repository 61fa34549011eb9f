"""`POST /api/v1/network/algorithm`: initialise, forward, output error, backprop, gradients, with a net's matrices."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.run import backprop
from app.nets.compile import Net
from app.nets.five_steps import five_steps
from app.nets.formulas import Equation, Factor, Form
from app.nets.tracing import trace_net
from app.schemas.encode import dump
from app.schemas.network import compiled
from app.schemas.network_request import NetRequest, refuse_large
from app.schemas.numbers import tensor_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, Sent
from app.schemas.running import Lap


class AlgorithmRequest(NetRequest):
    """A net, and whether one example alone is looked at."""

    sample: int | None = Field(
        default=None, ge=0, description="row of the training data that is run alone; default: all, their losses reduced"
    )


class FactorReply(Documented):
    """A matrix as it stands in an equation."""

    array: str = Field(description="name in `arrays`")
    transposed: bool = Field(description="whether it stands there transposed against `arrays`")
    symbol: str = Field(description="TeX")
    shape: list[int] = Field(description="as it stands there")


class FormReply(Documented):
    """One way to write an equation."""

    tex: str
    factors: list[FactorReply] = Field(description="in the order in which they stand")
    result: FactorReply


class EquationReply(Documented):
    """One equation: with a row per example, with a column per example, and by index."""

    layer: str
    result: str = Field(description="the array that it gives, by its name in `arrays`")
    says: str
    row: FormReply
    column: FormReply
    index: str = Field(description="TeX, number by number")


class AlgorithmStep(Documented):
    """One of the five."""

    name: Literal["initialise", "forward", "output_error", "backprop", "gradients"]
    equations: list[EquationReply] = Field(description="in the order in which they are worked out")


class PartReply(Documented):
    """What an array is of the program's graph."""

    variable: str
    part: Literal["value", "gradient"]


class AlgorithmReply(Documented):
    """The five steps, and the arrays in them: rows are examples."""

    schema_version: Literal["1.0"]
    program: str
    loss: Sent
    examples: int
    sample: int | None
    steps: list[AlgorithmStep]
    arrays: dict[str, Sent] = Field(
        description="`a0` the input; `W1`, `b1`, `z1`, `a1`, `upstream1` = ∂L/∂a1, `slope1` = f′(z1), `delta1`, `dW1`, "
        "`db1`"
    )
    parts: dict[str, PartReply] = Field(description="of arrays that are in the graph: the variable, value or gradient")


EXAMPLES: dict[str, Any] = {
    "2-2-2": {"summary": "One example through a 2-2-2 net of sigmoids", "value": {"network": {
        "input": 2,
        "layers": [{"type": "dense", "units": 2, "activation": "sigmoid"},
                   {"type": "dense", "units": 2, "activation": "sigmoid"}],
        "loss": "half_squared_error", "data": {"x": [[0.05, 0.1]], "y": [[0.01, 0.99]]},
        "parameters": {"W1": [[0.15, 0.2], [0.25, 0.3]], "b1": [0.35, 0.35],
                       "W2": [[0.4, 0.45], [0.5, 0.55]], "b2": [0.6, 0.6]},
    }}},
}  # fmt: skip


def answer_algorithm(request: AlgorithmRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply.  Raises FieldErrors, LangError, EngineError."""
    net = compiled(_narrowed(request), request.seed)
    lap("compile")
    traced = trace_net(net, budget=budget)
    names = {name: int(node) for name, node in traced.names.items()}
    run = backprop(traced.graph, traced.output, wrt=[names[each] for each in net.wrt])
    lap("backprop")
    found = five_steps(net, run, names)
    refuse_large(sum(min(int(np.size(x)), request.max_elements) for x in found.arrays.values()), reply_elements)
    reply = dump({
        "schema_version": SCHEMA_VERSION,
        "program": net.program,
        "loss": tensor_to_json(run.values[run.output], 1),
        "examples": len(net.data.x),
        "sample": request.sample,
        "steps": [{"name": each.name, "equations": [_equation(one) for one in each.equations]} for each in found.steps],
        "arrays": {name: tensor_to_json(array, request.max_elements) for name, array in found.arrays.items()},
        "parts": {name: part for name in found.arrays if (part := _part(name, net))},
    })  # fmt: skip
    lap("encode")
    return reply


def _narrowed(request: AlgorithmRequest) -> dict[str, Any]:
    """The configuration with one row of its data alone."""
    data = request.network.get("data")
    if request.sample is None or not isinstance(data, dict):
        return dict(request.network)
    return {**request.network, "data": {**data, "rows": [request.sample]}}


def _equation(each: Equation) -> dict[str, Any]:
    return {"layer": each.layer, "result": each.result, "says": each.says, "row": _form(each.row),
            "column": _form(each.column), "index": each.index}  # fmt: skip


def _form(each: Form) -> dict[str, Any]:
    return {"tex": each.tex, "factors": [_factor(one) for one in each.factors], "result": _factor(each.result)}


def _factor(each: Factor) -> dict[str, Any]:
    return {"array": each.array, "transposed": each.transposed, "symbol": each.symbol, "shape": list(each.shape)}


def _part(name: str, net: Net) -> dict[str, str] | None:
    """The variable that an array is the value or the gradient of."""
    if name in net.parameters:
        return {"variable": name, "part": "value"}
    if name[0] == "d" and name[1:] in net.parameters:
        return {"variable": name[1:], "part": "gradient"}
    kinds = {"a": ("a", "value"), "z": ("z", "value"), "delta": ("z", "gradient"), "upstream": ("a", "gradient")}
    stem = name.rstrip("0123456789")
    if stem not in kinds:
        return None
    level = int(name[len(stem) :])
    if level == 0:
        return {"variable": "x" if net.data.mean is None else "a0", "part": "value"}
    letter, part = kinds[stem]
    place = net.places[level - 1]
    return {"variable": place.name(letter if place.spec.record.activated else "a"), "part": part}
