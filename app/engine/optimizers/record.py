"""The record of an optimizer: its settings, what it remembers, and the one rule by which it changes parameters.

A rule is written with operators and with the functions of `m`, so that it serves twice: with NumPy for `m` it computes
on arrays, with an `m` that writes nodes it draws the update as a calculation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from app.engine.errors import BadArgument, IncompleteRecord

Operand = Any
"""An array, a number, or what stands for one in a graph."""
State = Mapping[str, Operand]
"""What an optimizer remembers of one parameter, by name: arrays of the parameter's shape, and single numbers."""
Settings = Mapping[str, Any]
SHARED = "https://docs.pytorch.org/docs/stable/optim.html"
"""The reference whose names, defaults and semantics hold."""


class Line(NamedTuple):
    """One line of the formula: the quantity that it gives, a key of `Update.terms` or `after`, and its TeX."""

    term: str
    tex: str


class Update(NamedTuple):
    """One step of one parameter: its new value, the new state, and the quantities on the way, in order."""

    after: Operand
    state: State
    terms: Mapping[str, Operand]


@dataclass(frozen=True, slots=True)
class Field:
    """A setting: its name and default, and the range that it must be in (`below` is not reached)."""

    name: str
    default: float | bool | tuple[float, float]
    doc: str
    least: float = 0.0
    below: float = float("inf")


Rule = Callable[[Operand, Operand, State, Settings, int, Any], Update]
"""(parameter, gradient, state, settings, number of this step from 1, functions) → the update."""


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """Everything there is to know about one optimizer.

    `keeps` says, for given settings, what is remembered and where it starts: a number, spread over the parameter's
    shape unless it is among `single`.  `formula` gives the lines of the update for given settings.
    """

    name: str
    title: str
    doc: str
    fields: tuple[Field, ...]
    keeps: Callable[[Settings], Mapping[str, float]]
    rule: Rule
    formula: Callable[[Settings], tuple[Line, ...]]
    source: str
    single: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not (self.doc and self.source and self.fields and self.fields[0].name == "learning_rate"):
            raise IncompleteRecord(f"{self.name}: the record lacks its sentence, its source, or the learning rate")

    def settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The defaults with what is given.  Raises BadArgument, whose sentence begins with the field's name."""
        known = {field.name: field for field in self.fields}
        for name in given:
            if name not in known:
                raise BadArgument(f"{name}: is no setting of {self.name}, it has {', '.join(known)} — remove it")
        found = {field.name: checked(field, given.get(field.name, field.default)) for field in self.fields}
        if found.get("nesterov") and (not found["momentum"] or found["dampening"]):
            raise BadArgument(
                "nesterov: needs a momentum above 0 and a dampening of 0 — set them, or nesterov to false"
            )
        return found


def checked(field: Field, value: Any) -> Any:
    """A setting's value in the type of its default.  Raises BadArgument."""
    if isinstance(field.default, bool):
        if not isinstance(value, bool):
            raise BadArgument(f"{field.name}: is {value!r}, must be true or false — give one of them")
        return value
    if isinstance(field.default, tuple):
        if not isinstance(value, list | tuple) or len(value) != len(field.default):
            raise BadArgument(f"{field.name}: must be {len(field.default)} numbers — give a list of them")
        return tuple(in_range(field, each) for each in value)
    return in_range(field, value)


def in_range(field: Field, value: Any) -> float:
    """A number in the field's range.  Raises BadArgument."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not number or not field.least <= value < field.below:
        limit = f"from {field.least:g} up to, not including, {field.below:g}"
        most = limit if isfinite(field.below) else f"a number of at least {field.least:g}"
        raise BadArgument(f"{field.name}: is {value!r}, must be {most} — choose another")
    return float(value)


def learning_rate(default: float) -> Field:
    """The step size."""
    return Field("learning_rate", default, "how far a step goes")


def weight_decay(default: float = 0.0, how: str = "is added to the gradient, times the parameter") -> Field:
    """The pull towards 0."""
    return Field("weight_decay", default, how)


def betas(first: float, second: float) -> Field:
    """The two averages' memories."""
    return Field("betas", (first, second), "how much of the two running averages stays in each step", below=1.0)


def eps(default: float) -> Field:
    """What keeps a division from a division by zero."""
    return Field("eps", default, "added to a denominator, so that it is not 0")


def decayed(p: Operand, g: Operand, s: Settings) -> Operand:
    """The gradient with weight decay: g + λ·θ."""
    return g + s["weight_decay"] * p if s["weight_decay"] else g


def gradient_line(s: Settings) -> Line:
    """How the gradient begins, in TeX."""
    return Line("g", r"g = \nabla_\theta L" + (r" + \lambda\,\theta" if s["weight_decay"] else ""))
