"""What the reply to a net holds beside what the reply to any program holds: its layers, its loss, its health."""

from collections.abc import Mapping
from typing import Any

from app.nets.compile import Net, summary
from app.nets.configuration import every
from app.nets.data import described
from app.nets.health import Finding, findings
from app.nets.layers.record import Place
from app.nets.seen import Seen, example_losses, layers_seen
from app.schemas.numbers import number_to_json, tensor_to_json
from app.schemas.running import Ran


def network_document(ran: Ran, most: int) -> dict[str, Any]:
    """`layers`, `loss`, `health` and `network` of a net's run; nothing of a program's."""
    net = ran.subject.net
    if net is None:
        return {}
    names, run = ran.subject.names, ran.run
    seen = layers_seen(net, run, names)
    parameters = {name: run.values[_node(names[name])] for name in net.parameters}
    return {
        "loss": tensor_to_json(run.values[_node(names[net.loss])], most),
        "layers": [layer_to_json(each, most) for each in seen],
        "health": [finding_to_json(each) for each in findings(net, run, seen, parameters)],
        "network": {
            "summary": summary(net.configuration),
            "output": net.output,
            "parameters": list(net.parameters),
            "weights": list(net.weights),
            "open": list(net.given),
            "losses": tensor_to_json(example_losses(run, names), most),
            "data": data_to_json(net, most),
        },
    }


def _node(binding: Any) -> int:
    """A variable of a compiled net is one node."""
    return int(binding)


def layer_to_json(each: Seen, most: int) -> dict[str, Any]:
    """`LayerReply`."""
    place = each.place
    return about_place(place) | {
        "units": each.units,
        "z": tensor_to_json(each.z, most),
        "a": tensor_to_json(each.a, most),
        "delta": tensor_to_json(each.delta, most),
        "grad_norm": _number(each.grad_norm),
        "delta_norm": _number(each.delta_norm),
        "activation_norm": _number(each.activation_norm),
        "saturated": len(each.saturated),
        "dead": len(each.dead),
        "saturated_units": list(each.saturated),
        "dead_units": list(each.dead),
    }


def about_place(place: Place) -> dict[str, Any]:
    """What a layer is, without a run."""
    return {
        "name": place.label,
        "type": place.spec.record.type,
        "activation": place.options.get("activation"),
        "takes": list(place.takes),
        "gives": list(place.gives),
        "parameters": [each.name(stem) for each in every([place]) for stem in each.parameters],
        "names": {"z": place.name("z" if place.spec.record.activated else "a"), "a": place.name("a")},
    }


def _number(value: float | None) -> Any:
    return None if value is None else number_to_json(value)


def finding_to_json(each: Finding) -> dict[str, Any]:
    """`FindingReply`."""
    return {"code": each.code, "layer": each.layer, "cause": each.cause, "remedy": each.remedy,
            "change": dict(each.change)}  # fmt: skip


def data_to_json(net: Net, most: int) -> dict[str, Any]:
    """`DataReply`."""
    found: Mapping[str, Any] = described(net.data)
    scaling = found["standardize"]
    sent = None if scaling is None else {name: tensor_to_json(array, most) for name, array in scaling.items()}
    return {**found, "standardize": sent}
