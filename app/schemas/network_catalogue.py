"""What a configuration may hold, as data: data sets, layers, activations, losses, initialisers, limits."""

from dataclasses import asdict
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.nets.activations import ACTIVATIONS
from app.nets.configuration import ABOUT_DATA, ACTIVATION, OWN, TESTED
from app.nets.datasets import DATASETS
from app.nets.datasets.record import Dataset
from app.nets.fields import Field as NetField
from app.nets.initialisers import INITIALISERS, Initialiser
from app.nets.layers import LAYERS
from app.nets.layers.record import Layer
from app.nets.limits import NET_LIMITS
from app.nets.losses import LOSSES
from app.schemas.plain import plain
from app.schemas.reply import SCHEMA_VERSION, Documented

PREVIEWED = 60
"""Points of a preview."""


class FieldReply(Documented):
    """One field of a record."""

    name: str
    says: str
    required: bool
    default: Any = None
    kind: Literal["whole", "real", "flag", "choice", "pair"]
    low: float | None = None
    high: float | None = None
    open_high: bool | None = Field(default=None, description="`high` itself is not allowed")
    choices: list[str] | None = None


class PreviewReply(Documented):
    """A few points, drawn with seed 0."""

    x: list[list[float]]
    y: list[Any] = Field(description="class numbers, or rows of numbers")


class DatasetReply(Documented):
    """One data set."""

    name: str
    doc: str
    task: Literal["classification", "regression"]
    features: list[int]
    classes: int
    outputs: int
    fields: list[FieldReply]
    preview: PreviewReply


class DatasetsReply(Documented):
    """Every data set; `fields` go into `data` for every one of them, beside its own."""

    schema_version: Literal["1.0"]
    datasets: list[DatasetReply]
    fields: list[FieldReply]


class LayerType(Documented):
    """One type of layer."""

    type: str
    doc: str
    fields: list[FieldReply]
    nested: bool = Field(description="whether it holds `layers` of its own")


class ActivationReply(Documented):
    """One activation."""

    name: str
    doc: str
    formula: str = Field(description="TeX")
    text: str = Field(description="the same as plain text")
    rows: bool = Field(description="whether it looks at a whole row, as softmax does")


class LossReply(Documented):
    """One loss."""

    name: str
    doc: str
    formula: str
    targets: str
    classifies: bool


class InitialiserReply(Documented):
    """One initialiser."""

    name: str
    doc: str
    formula: str
    fields: list[FieldReply]


class OptionsReply(Documented):
    """Everything that a configuration may hold."""

    schema_version: Literal["1.0"]
    layers: list[LayerType]
    activations: list[ActivationReply]
    losses: list[LossReply]
    initializers: list[InitialiserReply]
    fields: list[FieldReply] = Field(description="of the configuration itself")
    limits: dict[str, Any]


@cache
def datasets_document() -> dict[str, Any]:
    """`DatasetsReply`."""
    about = [field | ({"default": TESTED} if field["name"] == "test_fraction" else {}) for field in _fields(ABOUT_DATA)]
    return {
        "schema_version": SCHEMA_VERSION,
        "datasets": [_dataset(each) for each in DATASETS.values()],
        "fields": about,
    }


def options_document() -> dict[str, Any]:
    """`OptionsReply`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "layers": [_layer(each) for each in LAYERS.values()],
        "activations": [_activation(name) for name in ACTIVATIONS],
        "losses": [
            {"name": each.name, "doc": each.doc, "formula": each.formula, "targets": each.targets,
             "classifies": each.classifies}
            for each in LOSSES.values()
        ],
        "initializers": [_initialiser(each) for each in INITIALISERS.values()],
        "fields": _fields(OWN),
        "limits": limits_document(),
    }  # fmt: skip


def limits_document() -> dict[str, Any]:
    """How large a net may be."""
    return asdict(NET_LIMITS) | {"image": list(NET_LIMITS.image)}


def _fields(fields: Any) -> list[dict[str, Any]]:
    several: list[NetField] = list(fields)
    return [each.described() for each in several]


def _dataset(each: Dataset) -> dict[str, Any]:
    options = {field.name: field.default for field in each.fields} | {"samples": PREVIEWED}
    x, y = each.make(np.random.default_rng(0), options)
    return {
        "name": each.name, "doc": each.doc, "task": each.task, "features": list(each.features),
        "classes": each.classes, "outputs": each.outputs, "fields": _fields(each.fields),
        "preview": {"x": np.round(x, 3).tolist(), "y": np.round(y, 3).tolist()},
    }  # fmt: skip


def _layer(each: Layer) -> dict[str, Any]:
    fields = (*each.fields, ACTIVATION) if each.activated else each.fields
    return {"type": each.type, "doc": each.doc, "fields": _fields(fields), "nested": each.nested}


def _activation(name: str) -> dict[str, Any]:
    op = ACTIVATIONS[name]
    if op is None:
        return {"name": name, "doc": "Leaves everything as it is.", "formula": "x", "text": "x", "rows": False}
    formula = op.forms["tex"].write(["x"], op.samples[0].attributes)
    return {"name": name, "doc": op.doc, "formula": formula, "text": plain(formula), "rows": not op.pointwise}


def _initialiser(each: Initialiser) -> dict[str, Any]:
    return {"name": each.name, "doc": each.doc, "formula": each.formula, "fields": _fields(each.fields)}
