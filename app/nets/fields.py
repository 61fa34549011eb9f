"""Fields of records (layers, initialisers, datasets): what a value may be, read once, in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from app.nets.problems import Problems

Options = Mapping[str, Any]
"""Values by field, checked, with defaults where nothing was given."""
REQUIRED: Any = object()
"""The default of a field that must be given."""


def shown(value: Any) -> str:
    """A bad value as JSON has it, short."""
    if isinstance(value, list | tuple | dict):  # may be nested without end
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    names = {True: "true", False: "false"}
    text = "null" if value is None else names[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A named value of a record; `says` is its line of documentation."""

    name: str
    says: str
    default: Any = REQUIRED

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        """The value, or a problem."""
        raise NotImplementedError

    def described(self) -> dict[str, Any]:
        """The field as plain data, for the page and the reference."""
        found: dict[str, Any] = {"name": self.name, "says": self.says, "required": self.default is REQUIRED}
        return found if self.default is REQUIRED else found | {"default": self.default}


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number within limits."""

    low: int
    high: int

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.add(path, "int_type", f"is {shown(value)}, must be a whole number from {self.low} to {self.high}")
        elif not self.low <= value <= self.high:
            problems.add(path, "out_of_range", f"is {shown(value)}, must be from {self.low} to {self.high}")
        return value

    def described(self) -> dict[str, Any]:
        return super().described() | {"kind": "whole", "low": self.low, "high": self.high}


@dataclass(frozen=True, kw_only=True)
class Real(Field):
    """A finite number within limits; `open_high`: the upper limit itself is not allowed."""

    low: float
    high: float
    open_high: bool = False

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        below = "below" if self.open_high else "to"
        must = f"must be a number from {self.low:g} {below} {self.high:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.add(path, "number", f"is {shown(value)}, {must}")
            return value
        inside = self.low <= value < self.high if self.open_high else self.low <= value <= self.high
        if not inside or (isinstance(value, float) and not isfinite(value)):
            problems.add(path, "out_of_range", f"is {shown(value)}, {must}")
        return value

    def described(self) -> dict[str, Any]:
        limits = {"low": self.low, "high": self.high, "open_high": self.open_high}
        return super().described() | {"kind": "real"} | limits


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """True or false."""

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, bool):
            problems.add(path, "bool_type", f"is {shown(value)}, must be true or false")
        return value

    def described(self) -> dict[str, Any]:
        return super().described() | {"kind": "flag"}


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of several names."""

    choices: Sequence[str]

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, str):
            problems.add(path, "string_type", f"is {shown(value)}, must be a name", f"one of {', '.join(self.choices)}")
        elif value not in self.choices:
            hint = problems.near(value, self.choices, "one of")
            problems.add(path, "unknown_name", f"is {shown(value)}, there is no such choice", hint)
        return value

    def described(self) -> dict[str, Any]:
        return super().described() | {"kind": "choice", "choices": list(self.choices)}


@dataclass(frozen=True, kw_only=True)
class Pair(Field):
    """A whole number for both axes of an image, or two; read as two."""

    low: int
    high: int

    def read(self, value: Any, path: str, problems: Problems) -> Any:
        if isinstance(value, list | tuple) and len(value) == 2:
            each = Whole(name=self.name, says="", low=self.low, high=self.high)
            return tuple(each.read(part, f"{path}[{i}]", problems) for i, part in enumerate(value))
        if isinstance(value, list | tuple | dict):
            problems.add(path, "int_type", f"is {shown(value)}, must be a whole number, or two: height and width")
            return (self.low, self.low)
        Whole(name=self.name, says="", low=self.low, high=self.high).read(value, path, problems)
        return (value, value)

    def described(self) -> dict[str, Any]:
        return super().described() | {"kind": "pair", "low": self.low, "high": self.high}


def read_fields(given: Mapping[str, Any], fields: Sequence[Field], path: str, problems: Problems,
                besides: Sequence[str] = ()) -> dict[str, Any]:  # fmt: skip
    """Every field's value; problems for what is missing, unknown or bad.  `besides` are names read elsewhere."""
    known = [*besides, *(each.name for each in fields)]
    for name in given:
        if name not in known:
            problems.unknown(path, str(name), known)
    found: dict[str, Any] = {}
    for each in fields:
        place = f"{path}.{each.name}" if path else each.name
        if each.name in given:
            before = len(problems.found)
            found[each.name] = each.read(given[each.name], place, problems)
            if len(problems.found) > before and each.default is not REQUIRED:
                found[each.name] = each.default
        elif each.default is REQUIRED:
            problems.add(place, "missing", "is missing, give it a value", each.says)
        else:
            found[each.name] = each.default
    return found
