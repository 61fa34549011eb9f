"""`torch.nn.Module`, and the modules that hold modules or parameters."""

from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.chances.generators import size_of
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import Number, Stopped, Value

Tracer = Any
Work = Callable[..., Any]


# ── what every module has ──────────────────────────────────────────────────────────────────────────────────────
def start(t: Tracer, self: Instance) -> None:
    """`super().__init__()`."""
    self.attributes.setdefault("training", True)


def call(t: Tracer, self: Instance, *arguments: Value, **options: Value) -> Value:
    """A module is applied by its `forward`."""
    return t.applied(t.attribute_of(self, "forward"), list(arguments), options)


def is_module(value: Value) -> bool:
    """Whether a value is a module."""
    return isinstance(value, Instance) and value.klass.is_a(MODULE)


def named_children(t: Tracer, self: Instance) -> list[Value]:
    """Names with the modules directly inside, each once."""
    found: dict[int, tuple[str, Value]] = {}
    for name, each in self.attributes.items():
        if is_module(each):
            found.setdefault(id(each), (name, each))
    return list(found.values())


def children(t: Tracer, self: Instance) -> list[Value]:
    """The modules directly inside."""
    return [each for _, each in named_children(t, self)]


def named_modules(t: Tracer, self: Instance) -> list[Value]:
    """Names with the module itself and all that are inside it, each once, outer ones first."""
    found: dict[int, tuple[str, Value]] = {}
    waiting = [("", self)]
    while waiting:
        path, module = waiting.pop()
        if id(module) not in found:
            t.tick()
            found[id(module)] = path, module
            waiting += [(f"{path}.{name}" if path else name, each)
                        for name, each in reversed(named_children(t, module))]  # fmt: skip
    return list(found.values())


def modules(t: Tracer, self: Instance) -> list[Value]:
    """The module itself and all that are inside it."""
    return [each for _, each in named_modules(t, self)]


def named(t: Tracer, self: Instance, wanted: Callable[[Instance, str, Value], bool]) -> Iterator[tuple[str, Value]]:
    """Attributes inside a module with their paths, each value once: a module's own before those of modules inside."""
    seen: set[int] = set()
    for path, module in named_modules(t, self):
        for name, each in module.attributes.items():
            if isinstance(each, Node | Number) and id(each) not in seen and wanted(module, name, each):
                seen.add(id(each))
                yield f"{path}.{name}" if path else name, each


def named_parameters(t: Tracer, self: Instance) -> list[Value]:
    """Names with parameters."""
    return list(named(t, self, lambda module, name, each: t.is_trained(each)))


def parameters(t: Tracer, self: Instance) -> list[Value]:
    """All parameters, those of modules inside too."""
    return [value for _, value in named_parameters(t, self)]


def named_buffers(t: Tracer, self: Instance) -> list[Value]:
    """Names with what is kept beside the parameters."""
    return list(named(t, self, lambda module, name, each: name in module.attributes.get(BUFFERS, ())))


def state_dict(t: Tracer, self: Instance) -> dict[str, Value]:
    """Parameters and buffers by name."""
    return dict([*named_parameters(t, self), *named_buffers(t, self)])


def load_state_dict(t: Tracer, self: Instance, state: Value, strict: Value = True) -> None:
    """Give parameters and buffers the numbers of another module's.  Raises KeyError where one is missing."""
    own = state_dict(t, self)
    if set(own) != set(state) and t.truth(strict):
        raise KeyError(f"the names are {', '.join(state)}, they must be {', '.join(own)}")
    for name, value in own.items():
        if name in state:
            t.move(value, Stopped(t.snapshot(state[name])))


def apply(t: Tracer, self: Instance, function: Value) -> Instance:
    """`apply(f)`: f of every module, inner ones first."""
    for each in children(t, self):
        apply(t, each, function)
    t.applied(function, [self], {})
    return self


def zero_grad(t: Tracer, self: Instance, set_to_none: Value = True) -> None:
    """Every parameter's gradient is forgotten."""
    for each in t.elements(t.applied(t.attribute_of(self, "parameters"), [], {})):
        t.set_gradient(each, None)


def mode(training: bool) -> Work:
    """`train()`, `eval()`: what dropout and batch norm look at, in all modules inside too."""
    def work(t: Tracer, self: Instance, mode: Value = True) -> Instance:
        self.attributes["training"] = training and bool(mode)
        for each in children(t, self):
            work(t, each, mode)
        return self
    return work


def itself(t: Tracer, self: Instance, *_: Value, **__: Value) -> Instance:
    """`to(device)` and its like change nothing."""
    return self


def require(t: Tracer, self: Instance, requires_grad: Value = True) -> Instance:
    """`requires_grad_(False)`: no parameter has a gradient."""
    for each in parameters(t, self):
        t.require(each, t.truth(requires_grad))
    return self


def keep_buffer(t: Tracer, self: Instance, name: Value, tensor: Value, persistent: Value = True) -> None:
    """`register_buffer`: numbers that belong to the module and are not trained."""
    if isinstance(tensor, np.ndarray):
        tensor = t.graph.leaf(tensor)
    elif isinstance(tensor, Stopped):
        tensor = t.cut_off(tensor.value)
    keep(self, str(name), tensor)


def keep(self: Instance, name: str, value: Value) -> None:
    """One buffer more."""
    self.attributes.setdefault(BUFFERS, []).append(name)
    self.attributes[name] = value


def register(t: Tracer, self: Instance, name: Value, value: Value) -> None:
    """`register_parameter`, `add_module`."""
    self.attributes[str(name)] = t.stored(value)


BUFFERS = "_buffers"
"""The attribute that lists the names of buffers."""
WORK: Mapping[str, Work] = {
    "__init__": start, "__call__": call, "parameters": parameters, "named_parameters": named_parameters,
    "children": children, "named_children": named_children, "modules": modules, "named_modules": named_modules,
    "named_buffers": named_buffers, "buffers": lambda t, self: [each for _, each in named_buffers(t, self)],
    "state_dict": state_dict, "load_state_dict": load_state_dict, "apply": apply, "zero_grad": zero_grad,
    "train": mode(True), "eval": mode(False), "to": itself, "double": itself, "float": itself, "cpu": itself,
    "cuda": itself, "requires_grad_": require, "register_buffer": keep_buffer, "register_parameter": register,
    "add_module": register,
}  # fmt: skip
MODULE = Klass("Module", (OBJECT,), {name: special(name, work) for name, work in WORK.items()})
"""`nn.Module`."""


# ── classes of torch.nn ───────────────────────────────────────────────────────────────────────────────
def layer(name: str, make: Work, forward: Work, after: Work | None = None, **more: Work) -> Klass:
    """A class of `torch.nn`: `make` and `forward` take its attributes, `after` and further methods the object."""
    def initialise(t: Tracer, self: Instance, *arguments: Value, **options: Value) -> None:
        start(t, self)
        for ignored in ("device", "dtype", "inplace"):
            options.pop(ignored, None)
        make(t, self.attributes, *arguments, **options)
        if after is not None:
            after(t, self)

    def apply(t: Tracer, self: Instance, *arguments: Value, **options: Value) -> Value:
        return forward(t, self.attributes, *arguments, **options)

    work = {"__init__": initialise, "forward": apply, **more}
    return Klass(name, (MODULE,), {each: special(f"nn.{name}", how) for each, how in work.items()})


def weights(t: Tracer, own: dict[str, Value], form: tuple[int, ...], fan_in: int, bias: Value, outputs: int) -> None:
    """Kaiming's uniform weights as PyTorch draws them: both from ±1/√(numbers that come in)."""
    bound = 1 / sqrt(fan_in) if fan_in else 0.0
    size = size_of(form, t.budget)
    own["weight"] = t.trained(t.draws.torch.uniform(-bound, bound, size))
    own["bias"] = t.trained(t.draws.torch.uniform(-bound, bound, (outputs,))) if t.truth(bias) else None


def make_linear(t: Tracer, own: dict[str, Value], in_features: Value, out_features: Value, bias: Value = True) -> None:
    """`nn.Linear`: weight (out, in), bias (out,)."""
    inputs, outputs = t.count(in_features), t.count(out_features)
    own |= {"in_features": inputs, "out_features": outputs}
    weights(t, own, (outputs, inputs), inputs, bias, outputs)


def linear(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """x Wᵀ + b."""
    return t.call_named("F.linear", [x, own["weight"]] + ([own["bias"]] if own["bias"] is not None else []), {})


LINEAR = layer("Linear", make_linear, linear)
"""`nn.Linear`, which other layers have inside."""


def linear_layer(t: Tracer, inputs: int, outputs: int, bias: Value) -> Instance:
    """A new `nn.Linear`."""
    made: Instance = t.construct(LINEAR, [inputs, outputs, bias], {}, None)
    return made


def parameter(t: Tracer, data: Value, requires_grad: Value = True) -> Value:
    """`nn.Parameter(data)`."""
    data = t.as_array(data) if isinstance(data, list | tuple) else data
    data = data.value if isinstance(data, Stopped) else data
    return t.trained(Node(t.graph, data.id) if isinstance(data, Node) else data)
