"""What every differentiating request has in common: the program, its inputs, and what is differentiated by what."""

from collections.abc import Hashable
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.network import SCHEMA as NETWORK
from app.schemas.network import NetworkField, alike
from app.schemas.numbers import Tensor

LARGEST_SEED = 2**63 - 1
FIELDS, NAMES = 64, 10_000
"""Fields of a body, and names in one field; refused before each of a hundred thousand gets an error of its own."""


def few(most: int, value: Any) -> Any:
    """The value, unless it is an object of more than `most` names.  Raises PydanticCustomError `too_long`."""
    if isinstance(value, dict) and len(value) > most:
        found = {"found": len(value), "most": most}
        raise PydanticCustomError("too_long", "has {found} names, must have at most {most}", found)
    return value


def few_names(value: Any) -> Any:
    """`few` for a field that holds values by name."""
    return few(NAMES, value)


ABSENT = object()
"""What stands for a program where neither it nor a net was sent: so that this is said beside all else that is wrong."""


def there(value: Any) -> Any:
    """The program.  Raises PydanticCustomError `missing`."""
    if value is ABSENT:
        raise PydanticCustomError("missing", "is missing, give it or a `network`")
    return value


Tensors = Annotated[dict[str, Tensor], BeforeValidator(few_names)]


class Subject(BaseModel):
    """The program, or the net, to differentiate, and by what."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    sources: ClassVar[frozenset[str]] = frozenset({"program", "network"})

    program: Annotated[str | None, BeforeValidator(there)] = Field(
        default=None, description="source text, such as `x = 3.0` and `y = x**2` on two lines; this or `network`"
    )
    network: Annotated[NetworkField | None, WithJsonSchema(NETWORK)] = Field(
        default=None, description="a net's configuration instead of a program: it is compiled to one, see the reply"
    )
    inputs: Tensors = Field(
        default_factory=dict,
        description="values by name: override a program's inputs, or give missing ones",
        json_schema_extra={"maxProperties": NAMES},
    )
    output: str | None = Field(
        default=None, description="variable to differentiate; default: what `.backward()` was called on, else the last"
    )
    cotangent: Tensor | None = Field(
        default=None, description="seed of the backward pass, of the output's shape; default: ones"
    )
    wrt: list[str] | None = Field(
        default=None,
        max_length=NAMES,
        description="names to differentiate with respect to; default: every input, of a net its parameters and x",
    )
    detail: Literal["tensor", "scalar"] = Field(
        default="tensor", description="`scalar` unfolds array ops into scalar nodes such as `W[0,1]`"
    )
    open: list[Annotated[str, Field(max_length=200)]] = Field(
        default_factory=list,
        max_length=NAMES,
        description="nodes to open in place, by their `opens`: into their op's definition, or else into numbers; what "
        "is inside `n7` is `n7.0`, `n7.1` …, its result keeps the id `n7`. Without effect where `detail` is `scalar`",
    )
    seed: int = Field(default=0, ge=0, le=LARGEST_SEED, description="for what the program draws at random")

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: Any) -> Any:
        value = few(FIELDS, value)
        if isinstance(value, dict) and not cls.sources & set(value):
            return {"program": ABSENT, **value}
        return value

    @model_validator(mode="after")
    def _sources(self) -> "Subject":
        self.check_sources()
        return self

    def check_sources(self) -> None:
        """Raise PydanticCustomError unless there is one thing to differentiate."""
        if self.program is None and self.network is None:
            raise PydanticCustomError("missing", "has no program, give it a `program` or a `network`")
        if self.program is not None and self.network is not None:
            raise PydanticCustomError("too_many", "has a program and a network, give one of them")

    @property
    def runs(self) -> Hashable:
        """What is run, but for a net's numbers."""
        return self.program if self.network is None else ("network", alike(self.network))


class BackpropRequest(Subject):
    """A program to run forward and backward, and what the reply shall hold."""

    include: list[Literal["steps", "formulas", "checks"]] = Field(
        default_factory=list,
        max_length=16,
        description="`steps`: the passes step by step; `formulas`: TeX; `checks`: central differences of every input",
    )
    include_most: int | None = Field(
        default=None, ge=0, description="nodes above which `formulas` and `checks` are left out; default: no limit"
    )
    encoding: Literal["rows", "columns", "binary", "packed"] = Field(
        default="rows",
        description="`rows`: an object per node and edge; `columns`: a list per field; `binary`: columns whose numbers "
        "are blocks of base64 little-endian float64; `packed`: no JSON, but a JSON head with columns as bytes behind",
    )
    known: str | None = Field(
        default=None, max_length=64, description="`packed`: id of the structure that need not be sent again"
    )
    max_elements: int = Field(
        default=4096, ge=1, le=4_000_000, description="arrays with more elements are sent as their statistics"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time: they differ in their inputs' numbers at most."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        asked = self.detail, tuple(self.open), frozenset(self.include), self.include_most, self.encoding, self.known
        return self.runs, sizes, asked, self.max_elements, self.output, tuple(self.wrt or ())


EXAMPLES: dict[str, Any] = {
    "lecture": {
        "summary": "The lecture's first example, with every step and the gradient check",
        "value": {"program": "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)", "include": ["steps", "checks"]},
    },
    "neuron": {
        "summary": "A neuron with other inputs than its program's, as columns",
        "value": {
            "program": "w = [0.5, -1.0]\nx = [2.0, 1.0]\nb = 0.25\na = tanh(w @ x + b)",
            "inputs": {"b": -0.5},
            "wrt": ["w", "b"],
            "encoding": "columns",
        },
    },
}
"""Shown in the reference, and run by a test."""
