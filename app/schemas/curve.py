"""`POST /api/v1/curve`: a program as a function of one number, drawn node by node; and one op beside its derivative."""

from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from app.engine.budget import Budget
from app.engine.curves import Link, Samples, along, links, op_curve, sample
from app.engine.lanes import NUMBERS
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.newton import Cell, Range
from app.schemas.numbers import number_to_json, numbers_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number
from app.schemas.running import Lap
from app.schemas.single import Single, check_reply, single
from app.schemas.subject import Subject

MOST_NODES = 24
"""Nodes that are drawn unless others are named: more are not looked at."""
MOST_LIVE = 1_000


class CurveRequest(Subject):
    """A program, and the number that moves."""

    variable: Cell | None = Field(
        default=None, description="a number: `x`, `W[0,1]`, or a node's id; default: the first of `wrt`"
    )
    nodes: list[Cell] | None = Field(
        default=None, max_length=64, description="names or ids of single numbers; default: all between the variable "
        "and the output, or, where those are more than 24, the ones with a name",
    )  # fmt: skip
    range: Range | None = Field(default=None, description="from and to; default: around the variable's value")
    points: int = Field(default=201, ge=3, le=1001, description="places at first; more are added where something bends")
    delta: float | None = Field(default=None, description="Δ of the variable, for the ratios of changes")
    h: list[float] = Field(default_factory=list, max_length=64, description="steps for difference quotients")
    node: Cell | None = Field(default=None, description="id of an elementwise op, to be drawn beside its derivative")
    slot: int = Field(default=0, ge=0, le=15, description="of `node`: the operand that moves")
    node_range: Range | None = Field(default=None, description="of `node`: from and to; default: around its numbers")

    @model_validator(mode="after")
    def _upward(self) -> "CurveRequest":
        for name, each in (("range", self.range), ("node_range", self.node_range)):
            if each is not None and not (np.isfinite(each).all() and each[0] < each[1]):
                raise ValueError(f"{name} goes from {each[0]} to {each[1]}, it must go upward")
        return self

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), self.variable, tuple(self.nodes or ()), self.points, self.node
        return "curve", self.runs, sizes, asked, self.output, tuple(self.wrt or ())


class SeriesReply(Documented):
    """One node as a function of the variable."""

    node: str
    name: str | None
    op: str | None
    inner: list[str] = Field(description="ids of its operands that vary with the variable")
    value: Number = Field(description="at the variable's value")
    derivative: Number = Field(description="by the variable, there")
    locals: list[Number | None] = Field(description="its local derivative by each of `inner`, there")
    values: list[Number] = Field(description="at every place of `x`")
    breaks: list[int] = Field(description="places after which it jumps: no line from there to the next")


class ChangeReply(Documented):
    """How far a node moves when the variable moves by Δ."""

    node: str
    before: Number
    after: Number
    change: Number
    ratio: Number | None = Field(description="its change by that of its one varying operand; null where it has several")
    inner: str | None


class DeltaReply(Documented):
    """The ratios of changes, whose product along a chain is the ratio of the whole."""

    delta: Number
    changes: list[ChangeReply] = Field(description="in evaluation order, the variable first")
    ratio: Number = Field(description="Δoutput/Δvariable")
    derivative: Number


class QuotientReply(Documented):
    """Difference quotients of the output for one h."""

    h: Number
    forward: Number = Field(description="(f(x + h) − f(x))/h")
    backward: Number = Field(description="(f(x) − f(x − h))/h")
    central: Number = Field(description="(f(x + h) − f(x − h))/2h")


class OpCurveReply(Documented):
    """One op along one operand, beside its local derivative."""

    node: str
    op: str
    slot: int
    x: list[Number]
    values: list[Number]
    slopes: list[Number]
    value_breaks: list[int]
    slope_breaks: list[int]
    live: list[list[Number]] = Field(description="[operand, value, slope] of each of its numbers, up to 1,000")


class CurveReply(Documented):
    """Curves over common places."""

    schema_version: Literal["1.0"]
    program: str
    output: str
    variable: str
    variable_node: str
    value: Number = Field(description="of the variable")
    output_value: Number
    derivative: Number = Field(description="∂output/∂variable")
    range: list[Number]
    x: list[Number] = Field(description="places, the variable's own value among them")
    series: list[SeriesReply]
    left_out: int = Field(description="nodes between variable and output that are not drawn")
    delta: DeltaReply | None
    quotients: list[QuotientReply]
    op: OpCurveReply | None
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "lecture": {
        "summary": "A chain, its ratios, and quotients",
        "value": {"program": "x = 3.0\nu = x**2\ny = sin(u)", "range": [0.0, 4.0], "points": 21, "delta": 0.1,
                  "h": [0.1, 0.01]},
    },
    "activation": {
        "summary": "An activation beside its derivative",
        "value": {"program": "x = [-1.0, 0.5]\na = tanh(x)", "variable": "x[0]", "node": "n1", "points": 11},
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_curve(request: CurveRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/curve`, encoded.  Raises LangError, EngineError, FieldError."""
    program = single(request, budget, lap)
    graph, output = program.graph, program.output
    variable = program.variable(request.variable)
    chain = links(graph, output, variable)
    last = next((each for each in chain if each.node == output), None)
    shown, left_out = _shown(program, request, chain)
    x = float(graph.values[variable])
    low, high = request.range or _around(x)
    points = max(3, min(request.points, NUMBERS // (2 * len(graph)) + 3))
    check_reply(points * len(shown), reply_elements, "the curves", "lower points, or name fewer nodes")
    found = sample(along(graph, variable, [each.node for each in shown]), low, high, points, [x])
    lap("curves")
    derivative = number_to_json(last.derivative if last is not None else 0.0)
    return dump({
        "schema_version": SCHEMA_VERSION, "program": program.ran.subject.program,
        "output": program.output_id, "variable": graph.names[variable] or f"n{variable}",
        "variable_node": program.id(variable), "value": number_to_json(x),
        "output_value": number_to_json(float(graph.values[output])), "derivative": derivative, "range": [low, high],
        "x": found.x.tolist(), "series": [_series(program, each, found, k) for k, each in enumerate(shown)],
        "left_out": left_out,
        "delta": None if request.delta is None else _delta(program, chain, variable, request.delta, derivative),
        "quotients": _quotients(program, variable, request.h),
        "op": None if request.node is None else _op(program, request, request.node), "notes": notes_of(program.ran),
    })  # fmt: skip


def _around(x: float) -> tuple[float, float]:
    half = max(2.0, abs(x)) if np.isfinite(x) else 2.0
    middle = x if np.isfinite(x) else 0.0
    return middle - half, middle + half


def _shown(program: Single, request: CurveRequest, chain: list[Link]) -> tuple[list[Link], int]:
    """The nodes to draw, and how many between variable and output are not."""
    if request.nodes is not None:
        by_node = {each.node: each for each in chain}
        cells = [program.cell(name, f"nodes[{k}]") for k, name in enumerate(request.nodes)]
        found = [by_node.get(i) or Link(i, (), float(program.graph.values[i]), 0.0, ()) for i in cells]
    elif len(chain) <= MOST_NODES:
        found = chain
    else:
        named = [each for each in chain[1:-1] if program.graph.names[each.node] is not None]
        found = [chain[0], *named[: MOST_NODES - 2], chain[-1]]
    return found, len(chain) - len({each.node for each in found} & {each.node for each in chain})


def _series(program: Single, each: Link, found: Samples, k: int) -> dict[str, Any]:
    graph = program.graph
    op = graph.ops[each.node]
    return {
        "node": program.id(each.node), "name": graph.names[each.node], "op": None if op.leaf else op.name,
        "inner": [program.id(i) for i in each.inner], "value": number_to_json(each.value),
        "derivative": number_to_json(each.derivative),
        "locals": [None if local is None else number_to_json(local) for local in each.locals],
        "values": numbers_to_json(found.values[k].tolist()), "breaks": found.breaks[k],
    }  # fmt: skip


def _delta(program: Single, chain: list[Link], variable: int, delta: float, derivative: Any) -> dict[str, Any]:
    graph = program.graph
    nodes = [each.node for each in chain]
    if delta == 0 or not np.isfinite(delta):
        raise FieldError("bad_argument", f"delta: it is {delta}, it must be a number other than 0", field="delta")
    x = float(graph.values[variable])
    after = along(graph, variable, [*nodes, program.output])(np.array([x, x + delta]))
    # Both sides are computed alike, so that what does not change changes by 0.
    change = {node: float(row[1] - row[0]) for node, row in zip(nodes, after, strict=False)}
    ended = float(after[-1, 1] - after[-1, 0])

    def ratio(each: Link) -> float | None:
        return float(np.divide(change[each.node], change[each.inner[0]])) if len(each.inner) == 1 else None

    with np.errstate(all="ignore"):
        ratios = [ratio(each) for each in chain]
    shown = range(min(len(chain), 200))
    return {
        "delta": delta, "ratio": number_to_json(ended / (x + delta - x) if x + delta != x else float("nan")),
        "derivative": derivative,
        "changes": [{
            "node": program.id(chain[k].node), "before": number_to_json(float(after[k, 0])),
            "after": number_to_json(float(after[k, 1])), "change": number_to_json(change[chain[k].node]),
            "ratio": None if ratios[k] is None else number_to_json(ratios[k] or 0.0),
            "inner": program.id(chain[k].inner[0]) if len(chain[k].inner) == 1 else None,
        } for k in shown],
    }  # fmt: skip


def _quotients(program: Single, variable: int, steps: list[float]) -> list[dict[str, Any]]:
    if not steps:
        return []
    x, h = float(program.graph.values[variable]), np.array(steps, float)
    values = along(program.graph, variable, [program.output])(np.concatenate([[x], x + h, x - h]))[0]
    here, up, down = values[0], values[1 : len(h) + 1], values[len(h) + 1 :]
    with np.errstate(all="ignore"):
        found = {"forward": (up - here) / h, "backward": (here - down) / h, "central": (up - down) / (2 * h)}
    return [
        {"h": number_to_json(float(h[k]))} | {name: number_to_json(float(each[k])) for name, each in found.items()}
        for k in range(len(h))
    ]


def _op(program: Single, request: CurveRequest, name: str) -> dict[str, Any]:
    """The op of a node of the request's own detail."""
    graph = program.graph if program.own_ids else program.ran.run.graph
    node = program.cell(name, "node") if program.own_ids else program.ran.node(name, "node")
    low, high = request.node_range or (None, None)
    found = op_curve(graph, node, request.slot, low, high, request.points, MOST_LIVE)
    values, slopes = found.samples.values
    return {
        "node": name, "op": graph.ops[node].name, "slot": found.slot, "x": found.samples.x.tolist(),
        "values": numbers_to_json(values.tolist()), "slopes": numbers_to_json(slopes.tolist()),
        "value_breaks": found.samples.breaks[0], "slope_breaks": found.samples.breaks[1],
        "live": [numbers_to_json(row) for row in found.live.tolist()],
    }  # fmt: skip


