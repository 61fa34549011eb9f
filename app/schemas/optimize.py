"""`POST /api/v1/optimize`: an optimizer's steps on a program's inputs, or on gradients that are given."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic_core import PydanticCustomError

from app.engine.budget import Budget
from app.engine.op import shape
from app.engine.optimizers import Optimizer
from app.engine.passes import quiet, reverse
from app.engine.record import Note
from app.lang.leftovers import Binding, ids
from app.schemas.encode import dump
from app.schemas.from_engine import note_to_json
from app.schemas.numbers import Tensor, number_to_json, tensor_to_json
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number
from app.schemas.resolve import Resolved, resolve
from app.schemas.running import Lap
from app.schemas.single import check_reply
from app.schemas.subject import Subject
from app.schemas.training import OptimizerField, optimizer_from_json

MOST_STEPS, DEFAULT_STEPS = 10_000, 10
Arrays = dict[str, np.ndarray]
States = dict[str, Mapping[str, Any]]


class OptimizeRequest(Subject):
    """A program whose output is to become small; or, without one, where to start and the gradients to take."""

    sources: ClassVar[frozenset[str]] = frozenset({"program", "network", "start", "gradients"})

    optimizer: OptimizerField = Field(default="sgd")
    steps: int | None = Field(
        default=None, ge=0, le=MOST_STEPS, description=f"default: {DEFAULT_STEPS}, or as many as there are gradients"
    )
    start: Tensor | None = Field(default=None, description="without a program: the parameter before the first step")
    gradients: list[Tensor] | None = Field(
        default=None, max_length=MOST_STEPS, description="without a program: a gradient for each step, as `start`"
    )

    def check_sources(self) -> None:
        """Raise PydanticCustomError unless there is a subject, or a start with gradients."""
        if self.start is None and self.gradients is None:
            return super().check_sources()
        if self.program is not None or self.network is not None:
            raise PydanticCustomError("too_many", "has a subject and gradients, give one of them")
        if self.start is None or self.gradients is None:
            raise PydanticCustomError("missing", "start and gradients go together, give both")
        return None

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        return "optimize", self.runs, sizes, self.steps, str(self.optimizer), _shape(self.start), self.output


class FormulaLine(Documented):
    """One line of the update."""

    term: str = Field(description="what it gives: `g`, a name of the state, or `after`")
    tex: str


class OptimizerUsed(Documented):
    """The optimizer with all its settings, and what it does in a step."""

    name: str
    settings: dict[str, Any]
    formula: list[FormulaLine]


class OptimizeReply(Documented):
    """Steps 0 to `steps`: where the inputs are, and what the optimizer remembers there."""

    schema_version: str
    program: str | None
    optimizer: OptimizerUsed
    trajectory: list[Any] = Field(description="values by input; without a subject arrays")
    states: list[dict[str, Any]] = Field(description="by the optimizer's names, then by input, if there is one")
    loss: list[Number] = Field(description="of the output, at each of them; without a subject empty")
    gradients: list[Any] = Field(description="of the loss at each of them, or those that were given")
    notes: list[NoteReply]


def used_to_json(record: Optimizer, settings: Mapping[str, Any]) -> dict[str, Any]:
    """`OptimizerUsed`."""
    lines = [{"term": line.term, "tex": line.tex} for line in record.formula(settings)]
    return {"name": record.name, "settings": dict(settings), "formula": lines}


def answer_optimize(request: OptimizeRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply, encoded.  Raises LangError, EngineError, FieldError, FieldErrors; TooLarge also for a long reply."""
    record, settings = optimizer_from_json(request.optimizer)
    walk = Walk(record, settings, reply_elements)
    found = _given(request, walk) if request.start is not None else _descended(request, walk, budget)
    lap("optimize")
    reply = dump({"schema_version": SCHEMA_VERSION, "optimizer": used_to_json(record, settings), **found})
    lap("encode")
    return reply


class Walk:
    """One optimizer over arrays by name, step by step, with a record of the way."""

    def __init__(self, record: Optimizer, settings: Mapping[str, Any], most: int) -> None:
        self.record, self.settings, self.most = record, settings, most

    def begun(self, start: Arrays, steps: int) -> States:
        """The first state of each array.  Raises TooLarge for a record of more numbers than may be sent."""
        kept = self.record.keeps(self.settings)
        count = sum(int(np.size(value)) for value in start.values()) * (len(kept) + 2) * (steps + 1)
        check_reply(count, self.most, "the way", "take fewer steps")
        single = self.record.single
        return {
            name: {key: first if key in single else np.full(np.shape(value), first) for key, first in kept.items()}
            for name, value in start.items()
        }

    def moved(self, values: Arrays, gradients: Arrays, states: States, step: int) -> tuple[Arrays, States]:
        """Everything after one more step, the first being 1."""
        with quiet():
            found = {
                name: self.record.rule(value, gradients[name], states[name], self.settings, step, np)
                for name, value in values.items()
            }
        return {name: np.asarray(each.after) for name, each in found.items()}, {n: e.state for n, e in found.items()}


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(np.shape(value))


def _sent(value: Any) -> Any:
    return tensor_to_json(value, max(1, int(np.size(value))))


def _states_to_json(states: States) -> dict[str, Any]:
    keys = list(next(iter(states.values()), {}))
    return {key: {name: _sent(kept[key]) for name, kept in states.items()} for key in keys}


def _given(request: OptimizeRequest, walk: Walk) -> dict[str, Any]:
    start, gradients = np.asarray(request.start, float), request.gradients or []
    steps = len(gradients) if request.steps is None else request.steps
    if steps > len(gradients):
        raise FieldError("missing", f"gradients: are {len(gradients)}, must be {steps}, one for each step",
                         field="gradients")  # fmt: skip
    for i, each in enumerate(gradients):
        if np.shape(each) != start.shape:
            place = f"gradients[{i}]"
            raise FieldError("shape_mismatch", f"{place}: is {list(np.shape(each))}, must be {list(start.shape)}",
                             field=place)  # fmt: skip
    values: Arrays = {"": start}
    states = walk.begun(values, steps)
    way, kept = [values], [states]
    for step in range(steps):
        values, states = walk.moved(values, {"": np.asarray(gradients[step], float)}, states, step + 1)
        way.append(values)
        kept.append(states)
    return {
        "program": None,
        "trajectory": [_sent(each[""]) for each in way],
        "states": [{key: _sent(value) for key, value in each[""].items()} for each in kept],
        "loss": [],
        "gradients": [_sent(each) for each in gradients[:steps]],
        "notes": [],
    }


def _descended(request: OptimizeRequest, walk: Walk, budget: Budget) -> dict[str, Any]:
    steps = DEFAULT_STEPS if request.steps is None else request.steps
    first = resolve(request, budget)
    names = _inputs(request, first)
    values = {name: _array(first, names[name], name) for name in names}
    states = walk.begun(values, steps)
    way, kept, losses, slopes = [values], [states], [], []
    notes: Mapping[str, Note] = {}
    for step, subject in enumerate(_runs(request, first, budget, lambda: way[-1], steps)):
        loss, gradients = _slopes(subject, _inputs(request, subject))  # a given array moves the nodes' places
        losses.append(loss)
        slopes.append(gradients)
        notes = {**notes, **{f"{note.code} {note.message}": note for note in subject.notes}}
        if step < steps:
            values, states = walk.moved(way[-1], gradients, states, step + 1)
            way.append(values)
            kept.append(states)
    return {
        "program": first.program,
        "trajectory": [{name: _sent(value) for name, value in each.items()} for each in way],
        "states": [_states_to_json(each) for each in kept],
        "loss": [number_to_json(each) for each in losses],
        "gradients": [{name: _sent(value) for name, value in each.items()} for each in slopes],
        "notes": [note_to_json(note) for note in notes.values()],
    }


def _runs(
    request: OptimizeRequest, first: Resolved, budget: Budget, present: Callable[[], Arrays], steps: int
) -> Iterator[Resolved]:
    """The program at the start and after every step; each run may take as much memory as the first."""
    yield first
    for _ in range(steps):
        budget.spent = 0
        given = {name: value if value.ndim else float(value) for name, value in present().items()}
        moved = request.model_copy(update={"inputs": {**request.inputs, **given}})
        yield resolve(moved, budget)


def _inputs(request: OptimizeRequest, subject: Resolved) -> dict[str, Binding]:
    """What is moved: the inputs that were asked for, else all of them; of a net its parameters.  Raises FieldError."""
    if request.wrt is not None:
        own = subject.names if subject.net is None else dict.fromkeys(subject.net.parameters)
        for i, name in enumerate(request.wrt):
            known = name in own if subject.net is not None else _is_input(subject, name)
            if not known:
                place = f"wrt[{i}]"
                raise FieldError("bad_argument", f"{place}: {name[:40]!r} is calculated, only inputs can be moved",
                                 field=place)  # fmt: skip
        return {name: subject.wrt[name] for name in request.wrt}
    if subject.net is not None:
        return {name: subject.wrt[name] for name in subject.net.parameters}
    return dict(subject.inputs)


def _is_input(subject: Resolved, name: str) -> bool:
    return all(subject.graph.ops[node].leaf for node in ids(subject.wrt[name]))


def _array(subject: Resolved, binding: Binding, name: str) -> np.ndarray:
    """An input's numbers as one array.  Raises FieldError for lists of different lengths."""
    try:
        return np.array(_nested(subject, binding), float)
    except ValueError as error:
        raise FieldError("ragged", f"wrt: {name[:40]!r} is made of lists of different lengths, must be one array",
                         field="wrt") from error  # fmt: skip


def _nested(subject: Resolved, binding: Binding) -> Any:
    if isinstance(binding, int):
        return subject.graph.values[binding]
    return [_nested(subject, each) for each in binding]


def _slopes(subject: Resolved, names: Mapping[str, Binding]) -> tuple[float, Arrays]:
    """The output, which must be one number, and its gradient by name.  Raises FieldError, EngineError."""
    graph, value = subject.graph, subject.graph.values[subject.output]
    if np.size(value) != 1:
        raise FieldError("not_scalar", f"output: has {np.size(value):,} numbers, it must be a single one to become"
                         " small", field="output", hint="add a line such as `loss = mean(y)`")  # fmt: skip
    nodes = [node for binding in names.values() for node in ids(binding)]
    with quiet():
        found, _ = reverse(graph, graph.values, subject.output, np.ones(shape(value))[()], nodes)

    def of(binding: Binding) -> Any:
        if isinstance(binding, int):
            return found.get(binding, np.zeros(shape(graph.values[binding])))
        return [of(each) for each in binding]

    return float(np.ravel(value)[0]), {name: np.array(of(binding), float) for name, binding in names.items()}


EXAMPLES: dict[str, Any] = {
    "bowl": {
        "summary": "Momentum in a long valley",
        "value": {
            "program": "x = 4.0\ny = 1.0\nz = 0.05 * x**2 + y**2",
            "optimizer": {"name": "sgd", "learning_rate": 0.4, "momentum": 0.8},
            "steps": 20,
        },
    },
    "gradients": {
        "summary": "Adam's first steps by given gradients, without a program",
        "value": {"start": [1.0, 2.0], "gradients": [[0.1, -2.0], [0.2, -1.0]], "optimizer": "adam"},
    },
}
"""Shown in the reference, and run by a test."""
