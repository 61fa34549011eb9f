"""The field `network`: a net's configuration on the wire, read into `app.nets`' records, its problems as ours."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from pydantic_core import PydanticCustomError

from app.nets.compile import Net, compile_net
from app.nets.configuration import Configuration, read_configuration
from app.nets.problems import BadNet, NetProblem
from app.schemas.numbers import tensor_from_json
from app.schemas.problem import MOST, FieldErrors, item

SCHEMA: dict[str, Any] = {
    "description": "a net's configuration: `input`, `layers`, `loss`, `reduction`, `initializer`, `parameters`, "
    "`data`, `seed` …; `GET /api/v1/network/options` has every layer, activation, loss and initialiser",
    "type": "object",
    "required": ["input", "layers", "data"],
    "properties": {
        "input": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]},
        "layers": {"type": "array", "items": {"type": "object", "required": ["type"]}},
        "loss": {"type": "string", "default": "mse"},
        "reduction": {"type": "string", "enum": ["mean", "sum"], "default": "mean"},
        "fused": {"type": "boolean", "default": True},
        "initializer": {"anyOf": [{"type": "string"}, {"type": "object"}], "default": "glorot_uniform"},
        "parameters": {"type": "object"},
        "data": {"type": "object"},
        "l1": {"type": "number", "default": 0},
        "l2": {"type": "number", "default": 0},
        "seed": {"type": "integer", "default": 0},
    },
}
NetworkField = Mapping[str, Any]
DEEPEST, MOST_NAMES = 8, 64
"""How far into a configuration `alike` looks."""


def read_network(raw: Mapping[str, Any], seed: int = 0, field: str = "network") -> Configuration:
    """The configuration; `seed` is taken where it has none.  Raises FieldErrors with every bad field."""
    problems: list[NetProblem] = []
    plain = {"seed": seed, **raw}
    for name in ("parameters", "data"):
        if isinstance(raw.get(name), Mapping):
            plain[name] = _with_arrays(name, raw[name], problems)
    try:
        configuration = read_configuration(plain)
    except BadNet as error:
        problems += error.problems
    _refuse(problems, field)
    return configuration


def compiled(raw: Mapping[str, Any], seed: int = 0, field: str = "network") -> Net:
    """The compiled net.  Raises FieldErrors."""
    try:
        return compile_net(read_network(raw, seed, field))
    except BadNet as error:
        raise field_errors(error.problems, field) from error


def _with_arrays(name: str, raw: Mapping[str, Any], problems: list[NetProblem]) -> dict[str, Any]:
    """Numbers as arrays, strings of what is not finite too."""
    found = dict(raw)
    for key, value in raw.items():
        if name == "data" and key not in ("x", "y"):
            continue
        try:
            found[key] = np.asarray(tensor_from_json(value), float)
        except PydanticCustomError as error:
            path = f"{name}.{key}"[:200]
            problems.append(NetProblem(path, error.type, f"{path}: {error.message()}"))
            found[key] = np.zeros(0)
        except OverflowError:
            path = f"{name}.{key}"[:200]
            problems.append(NetProblem(path, "number", f"{path}: has a number beyond the range of 64-bit floats"))
            found[key] = np.zeros(0)
    return found


def _refuse(problems: list[NetProblem], field: str) -> None:
    """Raise what was found, one line for each field: a value that could not be read has no further faults."""
    first: dict[str, NetProblem] = {}
    for each in problems:
        first.setdefault(each.path, each)
    if first:
        raise field_errors(list(first.values()), field)


def field_errors(problems: list[NetProblem], field: str) -> FieldErrors:
    """Problems with the path of the request's field, at most as many as a reply names."""
    items = [
        item(each.code, each.message[:500], hint=each.hint and each.hint[:500], field=f"{field}.{each.path}"[:200])
        for each in problems[:MOST]
    ]
    return FieldErrors(items, len(problems))


def alike(raw: Any, depth: int = 0) -> Hashable:
    """The same for configurations that take about the same time: lists of numbers count by their lengths."""
    if depth > DEEPEST:
        return "deeper"
    if isinstance(raw, Mapping):
        return tuple((str(name), alike(value, depth + 1)) for name, value in sorted(raw.items())[:MOST_NAMES])
    if isinstance(raw, list):
        if any(isinstance(each, Mapping) for each in raw):
            return tuple(alike(each, depth + 1) for each in raw[:MOST_NAMES])
        sizes = len(raw) <= 3 and all(type(each) is int for each in raw)  # the input's, a kernel's
        return tuple(raw) if sizes else ("list", len(raw), alike(raw[0], depth + 1) if raw else None)
    return raw[:80] if isinstance(raw, str) else raw if depth < 4 else type(raw).__name__
