"""What the server knows, as data: its ops, its examples, its limits, its versions."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import Field

from app.engine.op import Op
from app.engine.ops import OPS
from app.lessons.examples import EXAMPLES
from app.schemas.plain import plain
from app.schemas.reply import SCHEMA_VERSION, Documented

API_VERSION = "v1"


class OpReply(Documented):
    """One op, from its record."""

    name: str = Field(description="as in a node's `op`")
    noun: str = Field(description="what people call its result, such as `product`")
    doc: str
    names: list[str] = Field(description="every spelling in a program; a method begins with a dot")
    slots: list[str] = Field(description="its operands; `*xs` takes any number")
    formula: str = Field(description="TeX, with the slots' names for its operands")
    text: str = Field(description="the same as plain text")
    elementwise: bool
    reduces: bool
    differentiable: bool
    took: str = Field(description="what is taken at a kink or tie, such as `took 0`; empty if it has none")
    source: str


class OpsReply(Documented):
    """Every op."""

    schema_version: str
    ops: list[OpReply]


class ExampleReply(Documented):
    """A program worth looking at."""

    id: str
    title: str
    section: str
    program: str
    description: str


class ExamplesReply(Documented):
    """Every example."""

    schema_version: str
    examples: list[ExampleReply]


class LimitsReply(Documented):
    """What one request may take."""

    schema_version: str
    body_bytes: int
    source_bytes: int
    nesting: int
    tracer_steps: int
    nodes: int
    elements: int = Field(description="in one array")
    total_elements: int = Field(description="in all arrays")
    reply_elements: int = Field(description="numbers written into one reply")
    deadline_seconds: float
    concurrent_requests: int
    waiting_requests: int
    training_seconds: float = Field(description="of one training; it can be gone on with")
    concurrent_trainings: int = Field(description="in one process")
    network: dict[str, Any] = Field(description="how large a net may be")


class VersionReply(Documented):
    """Which program answers, and which contract."""

    version: str
    api: str
    schema_version: str


def ops_document() -> dict[str, Any]:
    """`OpsReply`, from the registry."""
    return {"schema_version": SCHEMA_VERSION, "ops": [_op(op) for op in OPS.values() if not op.leaf]}


def examples_document() -> dict[str, Any]:
    """`ExamplesReply`, from the lessons."""
    return {"schema_version": SCHEMA_VERSION, "examples": [asdict(each) for each in EXAMPLES]}


def version_document(version: str) -> dict[str, str]:
    """`VersionReply`."""
    return {"version": version, "api": API_VERSION, "schema_version": SCHEMA_VERSION}


def _op(op: Op) -> dict[str, Any]:
    formula = _formula(op)
    return {
        "name": op.name,
        "noun": op.noun,
        "doc": op.doc,
        "names": list(op.names),
        "slots": list(op.slots),
        "formula": formula,
        "text": plain(formula),
        "elementwise": op.pointwise,
        "reduces": op.reduces,
        "differentiable": op.differentiable,
        "took": op.took,
        "source": op.source,
    }


def _formula(op: Op) -> str:
    attributes: Mapping[str, Any] = op.samples[0].attributes if op.samples else {}
    slots = ["x_1", "x_2"] if op.variadic else list(op.slots)
    return op.forms["tex"].write(slots, attributes)
