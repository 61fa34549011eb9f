"""An update seen closely: `POST /api/v1/network/update`, its table; and the catalogue of optimizers and schedules."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.optimizers import OPTIMIZERS, Optimizer
from app.engine.passes import quiet
from app.nets.fields import Field as NetField
from app.nets.schedules import SCHEDULES, WARMUP
from app.nets.training import Trainer, Updated
from app.schemas.blocks import Arrays, arrays_to_json
from app.schemas.encode import dump
from app.schemas.numbers import number_to_json
from app.schemas.optimize import OptimizerUsed, used_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, Number
from app.schemas.running import Lap
from app.schemas.single import check_reply
from app.schemas.training import TrainRequest, planned, run_once


class UpdateRequest(TrainRequest):
    """As for training: the update that follows the state in `resume` (default: the first)."""

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        return "update", *super().alike  # type: ignore[misc]


class Column(Documented):
    """One quantity of the update, for every number of every parameter."""

    term: str = Field(description="`gradient` (of the loss), `before`, `change`, `after`, or as in the formula")
    tex: str = Field(description="its line of the formula; empty for the first and the last")
    values: Arrays | Number = Field(description="by parameter; a number where it is the same for all")


class UpdateReply(Documented):
    """The update after state `step`, column by column: parameters without a gradient (frozen ones) stay."""

    schema_version: str
    step: int
    epoch: int
    learning_rate: Number
    rows: list[int] = Field(description="the training examples that it takes")
    gradient_norm: Number = Field(description="of all parameters together, before it is clipped")
    clipped: Number = Field(description="what the gradient was multiplied by, 1 where it was short enough")
    optimizer: OptimizerUsed
    columns: list[Column]


def answer_update(request: UpdateRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply, encoded.  Raises LangError, EngineError, FieldError, FieldErrors."""
    net, plan, start = planned(request)
    run_once(net, budget)
    trainer = Trainer(net, plan, lambda: budget, start)
    terms = len(plan.optimizer.formula(plan.settings)) + 3
    check_reply(terms * trainer.executor.layout.size, reply_elements, "the table", "take a smaller net")
    found = trainer.look()
    lap("update")
    lines = {line.term: line.tex for line in plan.optimizer.formula(plan.settings)}
    reply = dump({
        "schema_version": SCHEMA_VERSION, "step": found.step, "epoch": trainer.batches.epoch(found.step),
        "learning_rate": number_to_json(found.learning_rate), "rows": found.rows.tolist(),
        "gradient_norm": number_to_json(found.norm), "clipped": number_to_json(found.clipped),
        "optimizer": used_to_json(plan.optimizer, plan.settings),
        "columns": [column_to_json(term, lines.get(term, ""), each, request.encoding) for term, each in columns(found)],
    })  # fmt: skip
    lap("encode")
    return reply


def columns(found: Updated) -> list[tuple[str, Any]]:
    """From the gradient to what comes out."""
    with quiet():
        changes = {name: found.after[name] - value for name, value in found.before.items()}
    return [("gradient", found.gradient), ("before", found.before), *found.terms.items(), ("change", changes),
            ("after", found.after)]  # fmt: skip


def column_to_json(term: str, tex: str, value: Mapping[str, np.ndarray] | float, encoding: str) -> dict[str, Any]:
    """`Column`."""
    sent = number_to_json(value) if isinstance(value, float) else arrays_to_json(value, encoding)
    return {"term": term, "tex": tex, "values": sent}


class OptimizerReply(Documented):
    """One optimizer: what it takes and what it does."""

    name: str
    title: str
    doc: str
    source: str
    fields: list[dict[str, Any]] = Field(description="name, says, default, least and, where there is one, below")
    keeps: list[str] = Field(description="what it remembers, by default settings")
    formula: list[dict[str, str]] = Field(description="by default settings")


class ScheduleReply(Documented):
    """One schedule of the learning rate."""

    name: str
    doc: str
    formula: str
    fields: list[dict[str, Any]]


class OptimizersReply(Documented):
    """All that a net can be trained with."""

    schema_version: str
    optimizers: list[OptimizerReply]
    schedules: list[ScheduleReply]


def optimizers_to_json() -> dict[str, Any]:
    """`OptimizersReply`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "optimizers": [optimizer_to_json(record) for record in OPTIMIZERS.values()],
        "schedules": [
            {"name": each.name, "doc": each.doc, "formula": each.formula, "fields": described((*each.fields, *WARMUP))}
            for each in SCHEDULES.values()
        ],
    }


def described(fields: tuple[NetField, ...]) -> list[dict[str, Any]]:
    """As the options of layers are."""
    return [field.described() for field in fields]


def optimizer_to_json(record: Optimizer) -> dict[str, Any]:
    """`OptimizerReply`."""
    settings = record.settings({})
    fields = []
    for each in record.fields:
        default = list(each.default) if isinstance(each.default, tuple) else each.default
        about = {"name": each.name, "says": each.doc, "default": default, "least": each.least}
        fields.append(about | ({"below": each.below} if each.below < float("inf") else {}))
    used = used_to_json(record, settings)
    return {"name": record.name, "title": record.title, "doc": record.doc, "source": record.source, "fields": fields,
            "keeps": list(record.keeps(settings)), "formula": used["formula"]}  # fmt: skip


EXAMPLES: dict[str, Any] = {
    "first": {
        "summary": "The first update of Adam, number by number",
        "value": {
            "network": {
                "input": 2,
                "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
                "data": {"x": [[0.5, -1.0], [1.0, 0.25]], "y": [[1.0], [0.0]]},
            },
            "optimizer": {"name": "adam", "learning_rate": 0.01},
        },
    },
}
"""Shown in the reference, and run by a test."""
