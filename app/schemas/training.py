"""`POST /api/v1/network/train`: what may be asked for, read into a plan; every bad field is named."""

from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from app.engine.budget import Budget
from app.engine.errors import BadArgument
from app.engine.optimizers import OPTIMIZERS, Optimizer
from app.lang import trace
from app.nets.compile import Net
from app.nets.configuration import every, named
from app.nets.problems import Problems
from app.nets.schedules import MOST_STEPS, SCHEDULES, read_schedule
from app.nets.training import Checkpoint, Plan
from app.schemas.blocks import arrays_from_json
from app.schemas.network import SCHEMA as NETWORK
from app.schemas.network import NetworkField, alike, compiled
from app.schemas.problem import FieldError, nearest
from app.schemas.subject import FIELDS, LARGEST_SEED, few

DEFAULT_STEPS = 100
REST = ("epoch", "loss", "data_loss", "test_loss", "accuracy", "test_accuracy", "gradient_norms", "learning_rate",
        "confusion")  # fmt: skip
"""What a record of `history` has beside what a training goes on from; `resume` takes such a record whole."""


def as_object(value: Any) -> Mapping[str, Any]:
    """An object, to be read later.  Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    return value


def as_named(value: Any) -> str | Mapping[str, Any]:
    """A name, or an object with a `name`, to be read later.  Raises ValueError."""
    if not isinstance(value, str | dict):
        raise ValueError("must be a name, or an object with a `name`")
    return value


OPTIMIZER_SCHEMA: dict[str, Any] = {
    "description": "`name` and settings, with PyTorch's names, defaults and meaning (`learning_rate` for `lr`); "
    "`GET /api/v1/network/optimizers` lists them",
    "anyOf": [
        {"type": "string", "enum": list(OPTIMIZERS)},
        {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "enum": list(OPTIMIZERS)}}},
    ],
}
SCHEDULE_SCHEMA: dict[str, Any] = {
    "description": "`name` and options, and `warmup` steps before it; counted in steps",
    "anyOf": [
        {"type": "string", "enum": list(SCHEDULES)},
        {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "enum": list(SCHEDULES)}}},
    ],
}
RESUME_SCHEMA = {
    "description": "a record of `history`, or of a `progress` event, that has `parameters`: its `step`, `parameters` "
    "and `state`",
    "type": "object",
    "required": ["step", "parameters"],
}
Named = PlainValidator(as_named)
OptimizerField = Annotated[Any, Named, WithJsonSchema(OPTIMIZER_SCHEMA)]


class NetworkSubject(BaseModel):
    """What all that is done with a net has in common."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    network: Annotated[NetworkField, WithJsonSchema(NETWORK)] = Field(
        description="the net's configuration, see /backprop"
    )
    seed: int = Field(default=0, ge=0, le=LARGEST_SEED, description="the net's, where it has none of its own")

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: Any) -> Any:
        return few(FIELDS, value)


class TrainRequest(NetworkSubject):
    """A net, and how to train it."""

    optimizer: OptimizerField = Field(default="sgd")
    steps: int | None = Field(
        default=None, ge=0, le=MOST_STEPS, description=f"updates from here on; default: {DEFAULT_STEPS}"
    )
    epochs: int | None = Field(
        default=None, ge=1, le=MOST_STEPS, description="instead of `steps`: passes over the data"
    )
    batch_size: int | None = Field(default=None, ge=1, description="examples in an update; default: all")
    shuffle: bool = Field(default=False, description="whether every epoch has its own order, by the net's seed")
    schedule: Annotated[Any, Named, WithJsonSchema(SCHEDULE_SCHEMA)] = Field(default="constant")
    l1: float | None = Field(default=None, ge=0, le=100, description="instead of the net's own")
    l2: float | None = Field(default=None, ge=0, le=100, description="instead of the net's own")
    clip_norm: float | None = Field(default=None, gt=0, description="longest gradient, over all parameters together")
    freeze: list[Annotated[str, Field(max_length=200)]] = Field(
        default_factory=list, max_length=1000, description="parameters that stay as they are"
    )
    checkpoint_every: int | None = Field(
        default=None, ge=1, description="steps between records with `parameters`; default: only the last"
    )
    state_every: int | None = Field(
        default=None, ge=1, description="steps between records with `state`, which resuming needs; default: as above"
    )
    progress_every: int = Field(default=1, ge=1, description="steps between records")
    resume: Annotated[Any, PlainValidator(as_object), WithJsonSchema(RESUME_SCHEMA)] = Field(
        default=None, validate_default=False
    )
    stream: bool = Field(default=True, description="false: one JSON at the end, instead of server-sent events")
    encoding: Literal["rows", "binary"] = Field(
        default="rows",
        description="how parameters and state are sent: by name as nested lists, or as a block of base64 "
        "little-endian float64 with the `shapes` by name",
    )
    max_elements: int = Field(
        default=100_000, ge=1, le=4_000_000, description="`outputs` with more elements are sent as their statistics"
    )

    @model_validator(mode="after")
    def _steps_or_epochs(self) -> "TrainRequest":
        if self.steps is not None and self.epochs is not None:
            raise ValueError("has steps and epochs, give one of them")
        return self

    @property
    def alike(self) -> Hashable:
        """The same for requests whose preparation takes about the same time."""
        return "train", alike(self.network), self.batch_size

    @property
    def configuration(self) -> Mapping[str, Any]:
        """The net's, with the regularisers of the request."""
        given = {name: getattr(self, name) for name in ("l1", "l2")}
        return {**self.network, **{name: value for name, value in given.items() if value is not None}}


def planned(request: TrainRequest) -> tuple[Net, Plan, Checkpoint | None]:
    """The net, its plan, and where it goes on from.  Raises FieldError, FieldErrors."""
    net = compiled(request.configuration, request.seed)
    start = None if request.resume is None else checkpoint_from_json(request.resume, net)
    first = 0 if start is None else start.step
    per_epoch = -(-len(net.data.x) // min(request.batch_size or len(net.data.x), len(net.data.x)))
    steps = request.epochs * per_epoch if request.epochs is not None else request.steps
    last = first + (DEFAULT_STEPS if steps is None else steps)
    if last > 10 * MOST_STEPS:
        said = f"steps: end at {last:,}, must end at {10 * MOST_STEPS:,} at most"
        raise FieldError("out_of_range", said, field="steps")
    problems = Problems()
    rates = read_schedule(request.schedule, last, problems)
    refuse(problems)
    record, settings = optimizer_from_json(request.optimizer)
    known(request.freeze, net)
    return net, Plan(last, record, settings, request.batch_size, request.shuffle, rates, request.clip_norm,
                     tuple(request.freeze)), start  # fmt: skip


def run_once(net: Net, budget: Budget) -> None:
    """Run the net's program, so that what is wrong with it, or too much, is said at once.

    Raises LangError, EngineError.
    """
    trace(net.bare, inputs=net.inputs(), output=net.loss, budget=budget)


def refuse(problems: Problems) -> None:
    """The first of the problems, if there are any.  Raises FieldError."""
    for each in problems.found:
        raise FieldError(each.code, each.message, field=each.path, hint=each.hint)


def optimizer_from_json(value: Any, field: str = "optimizer") -> tuple[Optimizer, dict[str, Any]]:
    """The record and its complete settings.  Raises FieldError."""
    given = {"name": value} if isinstance(value, str) else dict(value)
    name = given.pop("name", None)
    place = field if isinstance(value, str) else f"{field}.name"
    if not isinstance(name, str) or name not in OPTIMIZERS:
        hint = nearest(name, OPTIMIZERS) if isinstance(name, str) else None
        listed = ", ".join(OPTIMIZERS)
        raise FieldError("unknown_name", f"{place}: must be one of {listed}", field=place, hint=hint)
    record = OPTIMIZERS[name]
    try:
        return record, record.settings(given)
    except BadArgument as error:
        own, _, rest = error.message.partition(": ")
        said, _, hint = rest.partition(" — ")
        code = "extra_forbidden" if own not in {each.name for each in record.fields} else "out_of_range"
        path = f"{field}.{own}"[:200]
        if code == "extra_forbidden":
            hint = nearest("learning_rate" if own == "lr" else own, (each.name for each in record.fields)) or hint
        raise FieldError(code, f"{path}: {said}", field=path, hint=hint or None) from error


def known(names: list[str], net: Net, field: str = "freeze") -> None:
    """Every name must be a parameter of the net.  Raises FieldError."""
    for i, name in enumerate(names):
        if name not in net.parameters:
            where = f"{field}[{i}]"
            hint = nearest(name, net.parameters) or f"its parameters are {', '.join(net.parameters)}"[:500]
            raise FieldError("unknown_name", f"{where}: the net has no such parameter", field=where, hint=hint)


def checkpoint_from_json(raw: Mapping[str, Any], net: Net) -> Checkpoint:
    """What a record says of its state.  Raises FieldError."""
    for name in raw:
        if name not in ("step", "parameters", "state", *REST):
            place = f"resume.{name}"[:200]
            hint = nearest(name, ("step", "parameters", "state"))
            raise FieldError("extra_forbidden", f"{place}: is not a field here, remove it", field=place, hint=hint)
    step = whole(raw.get("step"), "resume.step")
    parameters = arrays_from_json(raw.get("parameters"), shapes_of(net), "resume.parameters")
    state = raw.get("state") or {}
    if not isinstance(state, Mapping):
        raise FieldError("dict_type", "resume.state: must be an object", field="resume.state")
    return Checkpoint(step, parameters, remembered(state.get("optimizer") or {}, net),
                      whole(state.get("updates", 0), "resume.state.updates"))  # fmt: skip


def remembered(raw: Any, net: Net) -> dict[str, Mapping[str, np.ndarray] | float]:
    """What an optimizer remembered.  Raises FieldError."""
    place = "resume.state.optimizer"
    if not isinstance(raw, Mapping) or len(raw) > 16:
        raise FieldError("dict_type", f"{place}: must be an object of few names", field=place)
    found: dict[str, Mapping[str, np.ndarray] | float] = {}
    for name, value in raw.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        found[name] = float(value) if number else arrays_from_json(value, shapes_of(net), f"{place}.{name}"[:200])
    return found


def shapes_of(net: Net) -> dict[str, tuple[int, ...]]:
    """Of the parameters, in order."""
    return {name: np.shape(value) for name, value in net.parameters.items()}


def layer_names(net: Net) -> list[str]:
    """Of the layers that have parameters, in order."""
    return [place.label for place in every(net.places) if named(place)]


def whole(value: Any, field: str) -> int:
    """A whole number from 0.  Raises FieldError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10 * MOST_STEPS:
        raise FieldError("int_type", f"{field}: must be a whole number from 0 to {10 * MOST_STEPS:,}", field=field)
    return value


EXAMPLES: dict[str, Any] = {
    "at once": {
        "summary": "Ten steps of Adam on a small net, as one JSON",
        "value": {
            "network": {
                "input": 2,
                "layers": [
                    {"type": "dense", "units": 4, "activation": "tanh"},
                    {"type": "dense", "units": 1, "activation": "sigmoid"},
                ],
                "loss": "bce",
                "data": {"dataset": "xor", "samples": 60},
            },
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            "steps": 10,
            "checkpoint_every": 5,
            "stream": False,
        },
    },
    "stream": {
        "summary": "Two epochs of shuffled batches, as server-sent events",
        "value": {
            "network": {
                "input": 2,
                "layers": [{"type": "dense", "units": 3, "activation": "relu"}, {"type": "dense", "units": 1}],
                "data": {"dataset": "regression_plane", "samples": 40},
            },
            "optimizer": {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9},
            "schedule": {"name": "cosine", "warmup": 2},
            "epochs": 2,
            "batch_size": 10,
            "shuffle": True,
        },
    },
}
"""Shown in the reference, and run by a test."""
