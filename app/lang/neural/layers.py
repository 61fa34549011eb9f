"""The layers of `torch.nn`, as classes that a program can use and inherit from."""

from collections.abc import Mapping
from math import prod

import numpy as np

from app.lang.chances.generators import size_of
from app.lang.display import concrete
from app.lang.neural.batch_norms import BATCH_NORMS
from app.lang.neural.heads import ATTENTION
from app.lang.neural.holders import HOLDERS
from app.lang.neural.modules import LINEAR, MODULE, Tracer, Work, layer, weights
from app.lang.neural.recurrent import RECURRENT
from app.lang.objects import Klass
from app.lang.values import Value


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
    own |= {"in_channels": inputs, "out_channels": outputs, "kernel_size": kernel}
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


def make_norm(t: Tracer, own: dict[str, Value], shape: Value, eps: Value = 1e-5, elementwise_affine: Value = True,
              bias: Value = True) -> None:  # fmt: skip
    """`nn.LayerNorm`: weight 1, bias 0."""
    form = tuple(t.count(each) for each in shape) if isinstance(shape, list | tuple) else (t.count(shape),)
    size, affine = size_of(form, t.budget) or (), t.truth(elementwise_affine)
    own |= {"normalized_shape": form, "eps": float(concrete(eps))}
    own["weight"] = t.trained(np.ones(size)) if affine else None
    own["bias"] = t.trained(np.zeros(size)) if affine and t.truth(bias) else None


def layer_norm(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """Over the last axes."""
    return t.call_named("F.layer_norm", [x, own["normalized_shape"], own["weight"], own["bias"], own["eps"]], {})


def make_embedding(t: Tracer, own: dict[str, Value], num_embeddings: Value, embedding_dim: Value) -> None:
    """`nn.Embedding`: a row of numbers for each index."""
    own |= {"num_embeddings": t.count(num_embeddings), "embedding_dim": t.count(embedding_dim)}
    own["weight"] = t.trained(t.draws.torch.normal(size_of((num_embeddings, embedding_dim), t.budget)))


def embedding(t: Tracer, own: dict[str, Value], x: Value) -> Value:
    """The rows of these indices."""
    return t.call_named("take", [own["weight"], x], {"axis": 0})


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
    LINEAR, layer("Conv2d", make_conv, conv),
    layer("Identity", lambda t, own, *_, **__: None, lambda t, own, x: x),
    layer("Flatten", keeps("start_dim", "end_dim", start_dim=1, end_dim=-1), flatten),
    layer("Dropout", keeps("p", p=0.5), dropout), layer("LayerNorm", make_norm, layer_norm),
    layer("Embedding", make_embedding, embedding),
    layer("MaxPool2d", keeps(*POOLS), named_function("F.max_pool2d", *POOLS)),
    layer("AvgPool2d", keeps(*POOLS), named_function("F.avg_pool2d", *POOLS)),
    layer("AdaptiveAvgPool2d", keeps("output_size"), named_function("F.adaptive_avg_pool2d", "output_size")),
    layer("LeakyReLU", keeps("negative_slope", negative_slope=0.01), named_function("F.leaky_relu", "negative_slope")),
    layer("ELU", keeps("alpha", alpha=1.0), named_function("F.elu", "alpha")),
    layer("GELU", keeps("approximate", approximate="none"), named_function("F.gelu", "approximate")),
    layer("Softplus", keeps("beta", beta=1.0), named_function("F.softplus", "beta")),
    layer("Softmax", keeps("dim"), named_function("F.softmax", "dim")),
    layer("LogSoftmax", keeps("dim"), named_function("F.log_softmax", "dim")),
    *(layer(name, keeps(), work) for name, work in ACTIVATIONS.items()),
    *(layer(name, keeps("reduction"), named_function(f"F.{function}", "reduction"))
      for name, function in LOSSES.items()),
    *BATCH_NORMS, *RECURRENT, ATTENTION, MODULE, *HOLDERS,
)}  # fmt: skip
"""The classes of `torch.nn` by name."""
