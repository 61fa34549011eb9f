"""`torch.optim`: steps that change parameters in place, drawn like any calculation, by the engine's one rule each."""

from collections.abc import Mapping
from typing import Any

from app.engine.errors import BadArgument
from app.engine.graph import Node
from app.engine.optimizers import OPTIMIZERS, Optimizer
from app.lang.display import concrete
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import Number, Value

Tracer = Any
NAMES: Mapping[str, str] = {
    "SGD": "sgd", "Adagrad": "adagrad", "Adadelta": "adadelta", "RMSprop": "rmsprop", "Adam": "adam",
    "AdamW": "adamw", "NAdam": "nadam", "Adamax": "adamax",
}  # fmt: skip
"""PyTorch's classes and the engine's records."""
SPELLED = {"learning_rate": "lr"}
"""The records' names of settings and PyTorch's, where they differ."""
DRAWN = ("learning_rate", "weight_decay", "momentum", "eps")
"""Settings that stand in the drawn update as what the program gave; all others are numbers."""


class Term:
    """A value that a rule calculates with: each operator is a node."""

    __slots__ = ("t", "value")

    def __init__(self, t: Tracer, value: Value) -> None:
        self.t, self.value = t, value

    def __bool__(self) -> bool:
        return bool(concrete(self.value))

    def __add__(self, other: Any) -> "Term":
        return self._made("add", self, other)

    def __radd__(self, other: Any) -> "Term":
        return self._made("add", other, self)

    def __sub__(self, other: Any) -> "Term":
        return self._made("sub", self, other)

    def __rsub__(self, other: Any) -> "Term":
        return self._made("sub", other, self)

    def __mul__(self, other: Any) -> "Term":
        return self._made("mul", self, other)

    def __rmul__(self, other: Any) -> "Term":
        return self._made("mul", other, self)

    def __truediv__(self, other: Any) -> "Term":
        return self._made("div", self, other)

    def __rtruediv__(self, other: Any) -> "Term":
        return self._made("div", other, self)

    def _made(self, op: str, a: Any, b: Any) -> "Term":
        return Term(self.t, self.t.arithmetic(op, plain(a), plain(b)))


class Functions:
    """The functions of a rule, each a node."""

    def __init__(self, t: Tracer) -> None:
        self.t = t

    def __getattr__(self, name: str) -> Any:
        def call(*operands: Any) -> Term:
            return Term(self.t, self.t.call_named(name, [plain(each) for each in operands], {}))

        return call


def plain(each: Any) -> Value:
    """The value in a term; a number as it is."""
    return each.value if isinstance(each, Term) else each


def make(record: Optimizer) -> Any:
    """An initialiser that keeps the parameters and the settings, in groups."""

    def work(t: Tracer, self: Instance, params: Value, *rate: Value, **options: Value) -> None:
        options |= {"lr": rate[0]} if rate else {}
        found = list(t.elements(params))
        if not found:
            raise ValueError("the list of parameters is empty")
        several = found if all(isinstance(each, dict) for each in found) else [{"params": found}]
        self.attributes["param_groups"] = [group_of(t, record, options | each) for each in several]
        self.attributes |= {"state": {}, "steps": {}}

    return work


def group_of(t: Tracer, record: Optimizer, given: dict[str, Value]) -> dict[str, Value]:
    """Parameters with every setting, under PyTorch's names.  Raises TypeError, ValueError for others."""
    params = given["params"]
    names = [SPELLED.get(field.name, field.name) for field in record.fields]
    unknown = sorted(set(given) - {"params"} - set(names))
    if unknown:
        raise TypeError(f"{unknown[0]} is not read here; it takes {', '.join(names)}")
    settings = checked(record, given)
    own = {name: given.get(name, settings[field.name]) for name, field in zip(names, record.fields, strict=True)}
    return {"params": [params] if isinstance(params, Node | Number) else list(t.elements(params)), **own}


def checked(record: Optimizer, group: dict[str, Value]) -> dict[str, Any]:
    """The settings of a group as numbers, under the record's names.  Raises ValueError."""
    own = {field.name: group[name] for field in record.fields if (name := SPELLED.get(field.name, field.name)) in group}
    try:
        return dict(record.settings({name: concrete(each) for name, each in own.items()}))
    except BadArgument as error:
        raise ValueError(error.message.replace("learning_rate", "lr").partition(" — ")[0]) from error


def zero_grad(t: Tracer, self: Instance, set_to_none: Value = True) -> None:
    """Every parameter's gradient is forgotten."""
    for group in self.attributes["param_groups"]:
        for each in group["params"]:
            t.set_gradient(each, None)


def step(record: Optimizer) -> Any:
    """A step: a change for every parameter that has a gradient."""

    def work(t: Tracer, self: Instance) -> None:
        scope = t.graph.scope
        t.graph.scope = t.opened("optimizer step")
        t.no_grad += 1
        for group in self.attributes["param_groups"]:
            settings = checked(record, group)
            settings |= {name: Term(t, group[SPELLED.get(name, name)]) for name in DRAWN if name in settings}
            for each in group["params"]:
                slope = t.gradient_of(each)
                if not slope.is_none:
                    t.move(each, changed(t, record, self.attributes, settings, each, t.node(slope)))
        t.no_grad -= 1
        t.graph.scope = scope

    return work


def changed(
    t: Tracer, record: Optimizer, own: dict[str, Any], settings: dict[str, Any], p: Value, gradient: Value
) -> Value:
    """The new value of a parameter; its state and its own count of steps are kept."""
    number = own["steps"].get(id(p), 0) + 1
    state = own["state"].get(id(p)) or record.keeps(settings)
    found = record.rule(Term(t, p), Term(t, gradient), state, settings, number, Functions(t))
    own["steps"][id(p)], own["state"][id(p)] = number, found.state
    return plain(found.after)


OPTIMISERS = {
    name: Klass(name, (OBJECT,), {
        "__init__": special(f"optim.{name}", make(OPTIMIZERS[own])),
        "step": special(f"optim.{name}", step(OPTIMIZERS[own])),
        "zero_grad": special(f"optim.{name}", zero_grad),
    })
    for name, own in NAMES.items()
}  # fmt: skip
"""By name."""
