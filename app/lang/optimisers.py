"""`torch.optim`: steps that change parameters in place, drawn like any calculation, by the engine's one rule each."""

from collections.abc import Mapping
from typing import Any

from app.engine.errors import BadArgument
from app.engine.optimizers import OPTIMIZERS, Optimizer
from app.lang.display import concrete
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import Value

Tracer = Any
NAMES: Mapping[str, str] = {
    "SGD": "sgd", "Adagrad": "adagrad", "Adadelta": "adadelta", "RMSprop": "rmsprop", "Adam": "adam",
    "AdamW": "adamw", "NAdam": "nadam", "Adamax": "adamax",
}  # fmt: skip
"""PyTorch's classes and the engine's records."""
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
    """An initialiser that keeps the parameters and the settings."""
    names = ["lr" if field.name == "learning_rate" else field.name for field in record.fields]

    def work(t: Tracer, self: Instance, params: Value, *rate: Value, **options: Value) -> None:
        options |= {"lr": rate[0]} if rate else {}
        unknown = set(options) - set(names)
        if unknown:
            raise TypeError(f"{sorted(unknown)[0]} is not read here; it takes {', '.join(names)}")
        found = list(t.elements(params))
        if not found:
            raise ValueError("the list of parameters is empty")
        given = {"learning_rate" if name == "lr" else name: each for name, each in options.items()}
        try:
            settings = record.settings({name: concrete(each) for name, each in given.items()})
        except BadArgument as error:
            raise ValueError(error.message.replace("learning_rate", "lr").partition(" — ")[0]) from error
        settings |= {name: Term(t, given.get(name, settings[name])) for name in DRAWN if name in settings}
        self.attributes |= {"params": found, "settings": settings, "state": {}, "steps": {}}

    return work


def zero_grad(t: Tracer, self: Instance, set_to_none: Value = True) -> None:
    """Every parameter's gradient is forgotten."""
    for each in self.attributes["params"]:
        t.set_gradient(each, None)


def step(record: Optimizer) -> Any:
    """A step: a change for every parameter that has a gradient."""

    def work(t: Tracer, self: Instance) -> None:
        scope = t.graph.scope
        t.graph.scope = t.opened("optimizer step")
        t.no_grad += 1
        for i, each in enumerate(self.attributes["params"]):
            slope = t.gradient_of(each)
            if slope.terms or slope.base is not None:
                t.move(each, changed(t, record, self.attributes, i, t.node(slope)))
        t.no_grad -= 1
        t.graph.scope = scope

    return work


def changed(t: Tracer, record: Optimizer, own: dict[str, Any], i: int, gradient: Value) -> Value:
    """The new value of the parameter at place i; its state and its own count of steps are kept."""
    settings, number = own["settings"], own["steps"].get(i, 0) + 1
    state = own["state"].get(i) or record.keeps(settings)
    found = record.rule(Term(t, own["params"][i]), Term(t, gradient), state, settings, number, Functions(t))
    own["steps"][i], own["state"][i] = number, found.state
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
