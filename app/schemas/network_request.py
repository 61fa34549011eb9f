"""What every request about a net has in common, and that about its program alone: `POST /api/v1/network/compile`."""

from collections.abc import Hashable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.nets.compile import Net, summary
from app.nets.configuration import every, named
from app.nets.resets import resets
from app.schemas.encode import dump
from app.schemas.network import SCHEMA, NetworkField, alike, compiled, read_network
from app.schemas.network_reply import about_place, data_to_json
from app.schemas.numbers import tensor_to_json
from app.schemas.reply import SCHEMA_VERSION, DataReply, Documented, Sent
from app.schemas.running import Lap
from app.schemas.subject import LARGEST_SEED

Network = Annotated[NetworkField, WithJsonSchema(SCHEMA)]


class NetRequest(BaseModel):
    """A net, and how much of it is sent."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    network: Network = Field(description="the net's configuration")
    seed: int = Field(default=0, ge=0, le=LARGEST_SEED, description="where the configuration has none")
    max_elements: int = Field(
        default=100_000, ge=1, le=4_000_000, description="arrays with more elements are sent as their statistics"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        rest = self.model_dump(exclude={"network"})
        return type(self).__name__, alike(self.network), repr(rest)


class CompileRequest(NetRequest):
    """A net; with another one to compare it with."""

    before: Annotated[NetworkField | None, WithJsonSchema(SCHEMA)] = Field(
        default=None, description="the configuration that it was made from: what changed that needs new weights?"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        return "compile", alike(self.network), alike(self.before)


class ParameterReply(Documented):
    """One array to be learned."""

    layer: str
    shape: list[int]
    role: Literal["weight", "bias", "gain"]
    fan_in: int
    fan_out: int
    value: Sent


class PlaceReply(Documented):
    """One layer in its place."""

    name: str
    type: str
    activation: str | None
    takes: list[int]
    gives: list[int]
    parameters: list[str]
    names: dict[str, str]


class PointsReply(DataReply):
    """The data with its arrays; rows are examples."""

    x: Sent = Field(description="inputs, as they are before scaling")
    y: Sent = Field(description="targets, as the loss takes them")
    test_x: Sent
    test_y: Sent


class CompileReply(Documented):
    """A net's program, layers, first parameters and data, without running it."""

    schema_version: Literal["1.0"]
    program: str
    summary: str
    output: str
    layers: list[PlaceReply]
    parameters: dict[str, ParameterReply] = Field(description="by name, in the order of the layers")
    count: int = Field(description="numbers in all parameters together")
    open: list[str]
    data: PointsReply
    resets: list[str] | None = Field(description="with `before`: paths of what changed that needs new weights")


EXAMPLE: dict[str, Any] = {
    "input": 2,
    "layers": [{"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense", "units": 1}],
    "loss": "bce_with_logits",
    "data": {"dataset": "xor", "samples": 20},
}
EXAMPLES: dict[str, Any] = {
    "xor": {"summary": "A small net for xor, and what one more unit resets", "value": {
        "network": EXAMPLE | {"layers": [{"type": "dense", "units": 4, "activation": "tanh"}, EXAMPLE["layers"][1]]},
        "before": EXAMPLE,
    }},
}  # fmt: skip


def answer_compile(request: CompileRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/network/compile`.  Raises FieldErrors."""
    net = compiled(request.network, request.seed)
    before = None if request.before is None else read_network(request.before, request.seed, "before")
    budget.check_time(0)
    refuse_large(sum(array.size for array in (*net.parameters.values(), net.data.x, net.data.test_x)), reply_elements)
    lap("compile")
    changed = None if before is None else resets(before, net.configuration)
    return dump(compile_document(net, request.max_elements) | {"resets": changed})


def refuse_large(count: int, most: int, remedy: str = "lower max_elements") -> None:
    """Raise TooLarge for a reply of too many numbers."""
    if count > most:
        raise TooLarge(f"reply: it would hold about {count:,} numbers, the limit is {most:,} — {remedy}",
                       limit=most, reached=count)  # fmt: skip


def compile_document(net: Net, most: int) -> dict[str, Any]:
    """`CompileReply`."""
    of = {name: place.label for place in every(net.places) for name, _ in named(place)}
    return {
        "schema_version": SCHEMA_VERSION,
        "program": net.program,
        "summary": summary(net.configuration),
        "output": net.output,
        "layers": [about_place(each) for each in net.places],
        "parameters": {
            name: {"layer": of[name], "shape": list(record.shape), "role": record.role, "fan_in": record.fan_in,
                   "fan_out": record.fan_out, "value": tensor_to_json(net.parameters[name], most)}
            for name, record in net.records.items()
        },
        "count": sum(array.size for array in net.parameters.values()),
        "open": list(net.given),
        "data": {**data_to_json(net, most), **{
            name: tensor_to_json(getattr(net.data, name), most) for name in ("x", "y", "test_x", "test_y")
        }},
    }  # fmt: skip
