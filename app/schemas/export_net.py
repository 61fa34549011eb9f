"""`POST /api/v1/network/export`: a net as a program of its own, or its weights as a file."""

from base64 import b64encode
from collections.abc import Hashable
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.nets.export import NotExported, numpy_program, torch_program
from app.nets.weights import npz, safetensors
from app.schemas.blocks import arrays_from_json, arrays_to_json
from app.schemas.encode import dump
from app.schemas.network import alike, compiled
from app.schemas.problem import FieldError
from app.schemas.reply import SCHEMA_VERSION, Documented
from app.schemas.running import Lap
from app.schemas.single import check_reply
from app.schemas.training import NetworkSubject, run_once, shapes_of

PROGRAMS = {"numpy": (numpy_program, "py"), "torch": (torch_program, "py")}
FILES = {"npz": npz, "safetensors": safetensors}


class ExportRequest(NetworkSubject):
    """A net, the parameters that it has by now, and what is wanted of it."""

    format: Literal["numpy", "torch", "json", "npz", "safetensors"] = Field(
        default="numpy",
        description="`numpy`, `torch`: a program of its loss and gradients; else its parameters",
    )
    parameters: Any = Field(default=None, description="by name, as a record of a training has them; default: the net's")

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        return "export", self.format, alike(self.network)


class ExportReply(Documented):
    """A file: its name, and what is in it as text or as base64."""

    schema_version: str
    format: Literal["numpy", "torch", "json", "npz", "safetensors"]
    name: str = Field(description="a name for the file")
    text: str | None = Field(description="of a program, or of JSON")
    base64: str | None = Field(description="of `npz` and `safetensors`")


def answer_export(request: ExportRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply, encoded.  Raises LangError, EngineError, FieldError, FieldErrors."""
    net = compiled(request.network, request.seed)
    run_once(net, budget)
    lap("compile")
    parameters = {name: np.asarray(value, float) for name, value in net.parameters.items()}
    if request.parameters is not None:
        parameters = arrays_from_json(request.parameters, shapes_of(net), "parameters")
    size = sum(value.size for value in parameters.values())
    check_reply(size, reply_elements, "the file", "take a smaller net")
    text, data, ending = None, None, request.format
    if request.format in PROGRAMS:
        write, ending = PROGRAMS[request.format]  # type: ignore[assignment]
        try:
            text = write(net, parameters, budget)
        except NotExported as error:
            raise FieldError("unsupported", f"format: {error}", field="format", hint="take the other one") from error
    elif request.format == "json":
        text = dump(arrays_to_json(parameters, "rows")).decode()
    else:
        data = b64encode(FILES[request.format](parameters)).decode("ascii")
    lap("write")
    return dump({"schema_version": SCHEMA_VERSION, "format": request.format, "name": f"net.{ending}", "text": text,
                 "base64": data})  # fmt: skip


EXAMPLES: dict[str, Any] = {
    "numpy": {
        "summary": "A small net in NumPy, with its backward pass",
        "value": {
            "network": {
                "input": 2,
                "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
                "data": {"x": [[0.5, -1.0], [1.0, 0.25]], "y": [[1.0], [0.0]]},
            },
            "format": "numpy",
        },
    },
}
"""Shown in the reference, and run by a test."""
