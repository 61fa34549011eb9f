"""`POST /api/v1/network/initialisers`: the same net under several initialisers, side by side."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.engine.budget import Budget
from app.nets.initialisers import INITIALISERS
from app.nets.side_by_side import Histogram, OfLayer, side_by_side
from app.schemas.encode import dump
from app.schemas.network import compiled
from app.schemas.network_reply import finding_to_json
from app.schemas.network_request import EXAMPLE, NetRequest, refuse_large
from app.schemas.numbers import number_to_json
from app.schemas.problem import FieldError, nearest
from app.schemas.reply import SCHEMA_VERSION, Documented, FindingReply, Number
from app.schemas.running import Lap


class InitialisersRequest(NetRequest):
    """A net, and which initialisers to compare."""

    initializers: list[Annotated[str, Field(max_length=80)]] = Field(
        default=["zeros", "normal", "glorot_uniform", "he_normal"], min_length=1, max_length=len(INITIALISERS),
        description="names, each once",
    )  # fmt: skip
    bins: int = Field(default=24, ge=2, le=100, description="of every histogram")


class HistogramReply(Documented):
    """Counts between edges; zeros of gradients, and what is not finite, are counted apart."""

    low: float
    high: float
    counts: list[int]
    zeros: int
    nonfinite: int


class StartLayer(Documented):
    """One layer."""

    name: str
    activations: HistogramReply = Field(description="of a; the same edges under every initialiser")
    gradients: HistogramReply = Field(description="of log₁₀|δ|")
    mean: Number = Field(description="of a")
    std: Number = Field(description="of a")
    delta_norm: Number | None


class StartReply(Documented):
    """The net as one initialiser leaves it."""

    initializer: str
    formula: str
    loss: Number
    layers: list[StartLayer]
    health: list[FindingReply]


class InitialisersReply(Documented):
    """One start for each initialiser, in the request's order."""

    schema_version: Literal["1.0"]
    starts: list[StartReply]


EXAMPLES: dict[str, Any] = {
    "xor": {"summary": "All zeros beside Glorot's weights", "value": {
        "network": EXAMPLE, "initializers": ["zeros", "glorot_uniform"], "bins": 8,
    }},
}  # fmt: skip


def answer_initialisers(request: InitialisersRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply.  Raises FieldErrors, FieldError, LangError, EngineError."""
    for i, name in enumerate(request.initializers):
        if name not in INITIALISERS or name in request.initializers[:i]:
            says = "stands there twice" if name in INITIALISERS else "there is no such initialiser"
            raise FieldError("unknown_name", f"initializers[{i}]: is {name[:40]!r}, {says}",
                             field=f"initializers[{i}]", hint=nearest(name, INITIALISERS))  # fmt: skip
    net = compiled(request.network, request.seed)
    lap("compile")
    refuse_large(2 * request.bins * len(request.initializers) * len(net.places), reply_elements, "lower bins")
    found = side_by_side(net.configuration, request.initializers, request.bins, budget)
    lap("backprop")
    return dump({
        "schema_version": SCHEMA_VERSION,
        "starts": [
            {"initializer": each.initializer, "formula": INITIALISERS[each.initializer].formula,
             "loss": number_to_json(each.loss), "layers": [_layer(one) for one in each.layers],
             "health": [finding_to_json(one) for one in each.health]}
            for each in found
        ],
    })  # fmt: skip


def _layer(each: OfLayer) -> dict[str, Any]:
    return {
        "name": each.name, "activations": _histogram(each.activations), "gradients": _histogram(each.gradients),
        "mean": number_to_json(each.mean), "std": number_to_json(each.std),
        "delta_norm": None if each.delta_norm is None else number_to_json(each.delta_norm),
    }  # fmt: skip


def _histogram(each: Histogram) -> dict[str, Any]:
    return {"low": float(each.edges[0]), "high": float(each.edges[-1]), "counts": each.counts.tolist(),
            "zeros": each.zeros, "nonfinite": each.nonfinite}  # fmt: skip
