"""`torch.nn.Module` and the layers of `torch.nn`, as classes that a program can use and inherit from."""

from collections.abc import Callable, Iterator, Mapping
from math import prod, sqrt
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.display import concrete
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.random import size_of
from app.lang.values import Number, Stopped, Value, whole

Tracer = Any
Work = Callable[..., Any]


# ── what every module has ───────────────────────────────────────────────────────────────────────────────
def start(t: Tracer, self: Instance) -> None:
    """`super().__init__()`."""
    self.attributes.setdefault("training", True)


def call(t: Tracer, self: Instance, *arguments: Value, **options: Value) -> Value:
    """A module is applied by its `forward`."""
    return t.applied(t.attribute_of(self, "forward"), list(arguments), options)


def named(t: Tracer, value: Value, path: str, seen: set[int]) -> Iterator[tuple[str, Value]]:
    """The parameters inside a module, in the order in which they were made, each once."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Instance):
        for name, each in value.attributes.items():
            inside = isinstance(each, Instance) and each.klass.is_a(MODULE)
            if inside or (isinstance(each, Node | Number) and t.is_trained(each)):
                yield from named(t, each, f"{path}.{name}" if path else name, seen)
    elif isinstance(value, Node | Number):
        yield path, value


def named_parameters(t: Tracer, self: Instance) -> list[Value]:
    """Names with parameters."""
    return list(named(t, self, "", set()))


def parameters(t: Tracer, self: Instance) -> list[Value]:
    """All parameters, those of modules inside too."""
    return [value for _, value in named(t, self, "", set())]


def children(t: Tracer, self: Instance) -> list[Value]:
    """The modules directly inside."""
    return [each for each in self.attributes.values() if isinstance(each, Instance) and each.klass.is_a(MODULE)]


def zero_grad(t: Tracer, self: Instance, set_to_none: Value = True) -> None:
    """Every parameter's gradient is forgotten."""
    for each in t.elements(t.applied(t.attribute_of(self, "parameters"), [], {})):
        t.set_gradient(each, None)


def mode(training: bool) -> Work:
    """`train()`, `eval()`: what dropout and batch norm look at."""
    def work(t: Tracer, self: Instance, mode: Value = True) -> Instance:
        self.attributes["training"] = training and bool(mode)
        for each in children(t, self):
            work(t, each, mode)
        return self
    return work


def itself(t: Tracer, self: Instance, *_: Value, **__: Value) -> Instance:
    """`to(device)` and its like change nothing."""
    return self


def register(t: Tracer, self: Instance, name: Value, value: Value, **_: Value) -> None:
    """`register_buffer`, `register_parameter`."""
    self.attributes[concrete(name)] = t.stored(value)


MODULE = Klass("Module", (OBJECT,), {name: special(name, work) for name, work in {
    "__init__": start, "__call__": call, "parameters": parameters, "named_parameters": named_parameters,
    "children": children, "zero_grad": zero_grad, "train": mode(True), "eval": mode(False), "to": itself,
    "double": itself, "float": itself, "cpu": itself, "requires_grad_": itself, "register_buffer": register,
    "register_parameter": register,
}.items()})  # fmt: skip


# ── layers ──────────────────────────────────────────────────────────────────────────────────────────────
def layer(name: str, make: Work, forward: Work, **more: Work) -> Klass:
    """A class of `torch.nn`."""
    def initialise(t: Tracer, self: Instance, *arguments: Value, **options: Value) -> None:
        start(t, self)
        for ignored in ("device", "dtype", "inplace"):
            options.pop(ignored, None)
        make(t, self.attributes, *arguments, **options)

    work = {"__init__": initialise, "forward": lambda t, self, *x: forward(t, self.attributes, *x), **more}
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
    weights(t, own, (outputs, inputs), inputs, bias, outputs)


def linear(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """x Wᵀ + b."""
    return t.call_named("F.linear", [x, own["weight"]] + ([own["bias"]] if own["bias"] is not None else []), {})


def pair(t: Tracer, value: Value) -> tuple[int, int]:
    """One number for both axes, or two."""
    found = [t.count(each) for each in value] if isinstance(value, list | tuple) else [t.count(value)] * 2
    return found[0], found[1]


def make_conv(
    t: Tracer, own: dict[str, Value], in_channels: Value, out_channels: Value, kernel_size: Value, stride: Value = 1,
    padding: Value = 0, dilation: Value = 1, groups: Value = 1, bias: Value = True,
) -> None:  # fmt: skip
    """`nn.Conv2d`: weight (out, in / groups, height, width), bias (out,)."""
    inputs, outputs, kernel, parts = t.count(in_channels), t.count(out_channels), pair(t, kernel_size), t.count(groups)
    form = (outputs, inputs // parts, *kernel)
    weights(t, own, form, prod(form[1:]), bias, outputs)
    own |= {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


def conv(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """The convolution."""
    operands = [x, own["weight"], *([own["bias"]] if own["bias"] is not None else [])]
    options = {name: own[name] for name in ("stride", "padding", "dilation", "groups")}
    return t.call_by_name("F.conv2d", operands, options)


def keeps(*names: str, **defaults: Value) -> Work:
    """An initialiser that keeps its arguments."""
    def make(t: Tracer, own: dict[str, Value], *arguments: Value, **options: Value) -> None:
        unknown = set(options) - set(names)
        if unknown or len(arguments) > len(names):
            raise TypeError(f"it takes {', '.join(names) or 'no arguments'}")
        own.update(defaults | dict(zip(names, arguments, strict=False)) | options)
    return make


def named_function(function: str, *names: str) -> Work:
    """A forward that is one of the engine's functions, with what was kept."""
    def forward(t: Tracer, own: dict[str, Value], *operands: Value) -> Value:
        return t.call_by_name(function, list(operands), {name: own[name] for name in names if name in own})
    return forward


def dropout(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """While training some numbers become 0 and the others grow; else nothing."""
    if not own["training"]:
        return x
    return t.call_named("F.dropout", [x, own["p"]], {})


def flatten(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """All axes but the first as one."""
    return t.call_named("flatten", [x, own["start_dim"], own["end_dim"]], {})


def make_norm(t: Tracer, own: dict[str, Value], shape: Value, eps: Value = 1e-5, affine: Value = True,
              **options: Value) -> None:  # fmt: skip
    """`nn.LayerNorm`, `nn.BatchNorm1d`: weight 1, bias 0."""
    form = tuple(t.count(each) for each in shape) if isinstance(shape, list | tuple) else (t.count(shape),)
    size = size_of(form, t.budget) or ()
    affine = options.get("elementwise_affine", affine)
    own |= {"eps": float(concrete(eps)), "form": form}
    own |= {name: t.trained(np.full(size, fill)) if t.truth(affine) else None
            for name, fill in (("weight", 1.0), ("bias", 0.0))}  # fmt: skip


def normalised(t: Tracer, own: dict[str, Value], x: Value, axes: tuple[int, ...]) -> Value:
    """(x - mean) / √(variance + ε), times weight, plus bias."""
    options = {"axis": axes, "keepdims": True}
    centred = t.arithmetic("sub", x, t.call_named("mean", [x], options))
    variance = t.call_named("mean", [t.call_named("square", [centred], {})], options)
    scaled = t.arithmetic("div", centred, t.call_named("sqrt", [t.arithmetic("add", variance, own["eps"])], {}))
    if own["weight"] is None:
        return scaled
    return t.arithmetic("add", t.arithmetic("mul", scaled, own["weight"]), own["bias"])


def layer_norm(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """Over the last axes."""
    return t.call_named("F.layer_norm", [x, own["form"], own["weight"], own["bias"], own["eps"]], {})


def batch_norm(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """Over the rows of a batch, with the batch's own mean and variance."""
    if not own["training"]:
        raise TypeError("running statistics are not kept here; leave eval() out")
    return normalised(t, own, x, (0,))


def make_embedding(t: Tracer, own: dict[str, Value], num_embeddings: Value, embedding_dim: Value) -> None:
    """`nn.Embedding`: a row of numbers for each index."""
    own["weight"] = t.trained(t.draws.torch.normal(size_of((num_embeddings, embedding_dim), t.budget)))


def embedding(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """The rows of these indices."""
    return t.call_named("take", [own["weight"], x], {"axis": 0})


# ── modules of modules ──────────────────────────────────────────────────────────────────────────────────
def make_several(t: Tracer, self: Instance, *several: Value) -> None:
    """`nn.Sequential(a, b)`, `nn.ModuleList([a, b])`: modules under the names 0, 1, …"""
    start(t, self)
    if len(several) == 1 and isinstance(several[0], list | tuple):
        several = tuple(several[0])
    elif len(several) == 1 and isinstance(several[0], dict):
        self.attributes.update(several[0])
        return
    for each in several:
        append(t, self, each)


def append(t: Tracer, self: Instance, module: Value) -> Instance:
    """One module more."""
    self.attributes[str(len(children(t, self)))] = module
    return self


def in_turn(t: Tracer, self: Instance, x: Value) -> Value:
    """One module after the other, each in a scope of its own."""
    scope = t.graph.scope
    for i, each in enumerate(children(t, self)):
        t.graph.scope = t.opened(f"{each.klass.name.lower()} {i}")
        t.scope_of_instance = (t.graph.scope, each)
        x = t.applied(each, [x], {})
        t.graph.scope = scope
    return x


def one_of(t: Tracer, self: Instance, key: Value) -> Value:
    """`modules[0]`."""
    return children(t, self)[whole(concrete(key))]


SEVERAL = {
    "__init__": make_several, "append": append, "__getitem__": one_of,
    "__len__": lambda t, self: len(children(t, self)), "__iter__": children,
}  # fmt: skip
SEQUENTIAL = Klass("Sequential", (MODULE,), {
    each: special("nn.Sequential", work) for each, work in {**SEVERAL, "forward": in_turn}.items()
})  # fmt: skip
MODULE_LIST = Klass("ModuleList", (MODULE,), {each: special("nn.ModuleList", work) for each, work in SEVERAL.items()})


def parameter(t: Tracer, data: Value, requires_grad: Value = True) -> Value:
    """`nn.Parameter(data)`."""
    data = t.as_array(data) if isinstance(data, list | tuple) else data
    data = data.value if isinstance(data, Stopped) else data
    return t.trained(Node(t.graph, data.id) if isinstance(data, Node) else data)


ACTIVATIONS: Mapping[str, Work] = {
    **{name: named_function(f"F.{spelled}") for name, spelled in (
        ("ReLU", "relu"), ("Tanh", "tanh"), ("Sigmoid", "sigmoid"), ("SiLU", "silu"), ("Mish", "mish"),
        ("SELU", "selu"), ("ReLU6", "relu6"), ("Softsign", "softsign"), ("LogSigmoid", "logsigmoid"),
        ("Hardtanh", "hardtanh"), ("Hardswish", "hardswish"), ("Hardsigmoid", "hardsigmoid"),
    )},
}  # fmt: skip
LOSSES = {
    "MSELoss": "mse_loss", "L1Loss": "l1_loss", "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss",
    "BCELoss": "binary_cross_entropy", "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "HuberLoss": "huber_loss", "SmoothL1Loss": "smooth_l1_loss", "KLDivLoss": "kl_div",
}  # fmt: skip
POOLS = ("kernel_size", "stride", "padding")

LAYERS: Mapping[str, Klass] = {each.name: each for each in (
    layer("Linear", make_linear, linear), layer("Conv2d", make_conv, conv),
    layer("Identity", lambda t, own, *_, **__: None, lambda t, own, x: x),
    layer("Flatten", keeps("start_dim", "end_dim", start_dim=1, end_dim=-1), flatten),
    layer("Dropout", keeps("p", p=0.5), dropout), layer("LayerNorm", make_norm, layer_norm),
    layer("BatchNorm1d", make_norm, batch_norm), layer("Embedding", make_embedding, embedding),
    layer("MaxPool2d", keeps(*POOLS), named_function("F.max_pool2d", *POOLS)),
    layer("AvgPool2d", keeps(*POOLS), named_function("F.avg_pool2d", *POOLS)),
    layer("LeakyReLU", keeps("negative_slope", negative_slope=0.01), named_function("F.leaky_relu", "negative_slope")),
    layer("ELU", keeps("alpha", alpha=1.0), named_function("F.elu", "alpha")),
    layer("GELU", keeps("approximate", approximate="none"), named_function("F.gelu", "approximate")),
    layer("Softplus", keeps("beta", beta=1.0), named_function("F.softplus", "beta")),
    layer("Softmax", keeps("dim"), named_function("F.softmax", "dim")),
    layer("LogSoftmax", keeps("dim"), named_function("F.log_softmax", "dim")),
    *(layer(name, keeps(), work) for name, work in ACTIVATIONS.items()),
    *(layer(name, keeps("reduction"), named_function(f"F.{function}", "reduction"))
      for name, function in LOSSES.items()),
    MODULE, SEQUENTIAL, MODULE_LIST,
)}  # fmt: skip
"""The classes of `torch.nn` by name."""
