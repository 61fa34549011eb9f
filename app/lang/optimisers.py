"""`torch.optim.SGD` and `Adam`: steps that change parameters in place, drawn like any calculation."""

from typing import Any

from app.lang.display import concrete
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import Value

Tracer = Any


def make(**defaults: Value) -> Any:
    """An initialiser that keeps the parameters and the settings."""
    def work(t: Tracer, self: Instance, params: Value, *rate: Value, **options: Value) -> None:
        options |= {"lr": rate[0]} if rate else {}
        unknown = set(options) - set(defaults)
        if unknown:
            raise TypeError(f"{sorted(unknown)[0]} is not read here; it takes {', '.join(defaults)}")
        found = list(t.elements(params))
        if not found:
            raise ValueError("the list of parameters is empty")
        self.attributes |= defaults | options
        self.attributes |= {"params": found, "state": {}, "steps": 0}
    return work


def zero_grad(t: Tracer, self: Instance, set_to_none: Value = True) -> None:
    """Every parameter's gradient is forgotten."""
    for each in self.attributes["params"]:
        t.set_gradient(each, None)


def step(change: Any) -> Any:
    """A step: a change for every parameter that has a gradient."""
    def work(t: Tracer, self: Instance) -> None:
        own = self.attributes
        own["steps"] += 1
        scope = t.graph.scope
        t.graph.scope = t.opened("optimizer step")
        t.no_grad += 1
        for i, each in enumerate(own["params"]):
            slope = t.gradient_of(each)
            if slope.terms or slope.base is not None:
                gradient = t.node(slope)
                decay = own["weight_decay"]
                if concrete(decay):
                    gradient = plus(t, gradient, times(t, decay, each))
                t.move(each, change(t, own, i, each, gradient))
        t.no_grad -= 1
        t.graph.scope = scope
    return work


def times(t: Tracer, a: Value, b: Value) -> Value:
    """a·b."""
    return t.arithmetic("mul", a, b)


def plus(t: Tracer, a: Value, b: Value) -> Value:
    """a + b."""
    return t.arithmetic("add", a, b)


def descend(t: Tracer, own: dict[str, Value], i: int, p: Value, gradient: Value) -> Value:
    """p - lr·v, where v is the gradient, with momentum an average of gradients."""
    momentum = own["momentum"]
    if concrete(momentum):
        state = own["state"]
        if i in state:
            gradient_now = times(t, 1 - float(concrete(own["dampening"])), gradient)
            state[i] = plus(t, times(t, momentum, state[i]), gradient_now)
        else:
            state[i] = gradient
        gradient = plus(t, gradient, times(t, momentum, state[i])) if own["nesterov"] else state[i]
    return t.arithmetic("sub", p, times(t, own["lr"], gradient))


def adam(t: Tracer, own: dict[str, Value], i: int, p: Value, gradient: Value) -> Value:
    """p - lr·m̂ / (√v̂ + ε); Kingma and Ba, Adam, 2015."""
    first, second = (float(concrete(each)) for each in own["betas"])
    mean, square = own["state"].get(i, (0.0, 0.0))
    mean = plus(t, times(t, first, mean), times(t, 1 - first, gradient))
    square = plus(t, times(t, second, square), times(t, 1 - second, t.call_named("square", [gradient], {})))
    own["state"][i] = mean, square
    steps = own["steps"]
    root = t.call_named("sqrt", [t.arithmetic("div", square, 1 - second**steps)], {})
    scaled = t.arithmetic("div", t.arithmetic("div", mean, 1 - first**steps), plus(t, root, own["eps"]))
    return t.arithmetic("sub", p, times(t, own["lr"], scaled))


OPTIMISERS = {
    name: Klass(name, (OBJECT,), {
        "__init__": special(f"optim.{name}", make(**defaults)), "step": special(f"optim.{name}", step(change)),
        "zero_grad": special(f"optim.{name}", zero_grad),
    })
    for name, change, defaults in (
        ("SGD", descend, {"lr": 1e-3, "momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0, "nesterov": False}),
        ("Adam", adam, {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}),
    )
}  # fmt: skip
"""By name."""
