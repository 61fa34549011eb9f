"""Functions of written-out graphs in NumPy's and PyTorch's words: those whose name, or way to be called, is another."""

from collections.abc import Mapping

Words = Mapping[str, str]
"""By function its definition."""


def function(head: str, body: str) -> str:
    """`def head:` with one expression."""
    return f"def {head}:\n    return {body}"


def named(head: str, body: str) -> tuple[str, str]:
    """A definition by its name."""
    return head.partition("(")[0], function(head, body)


SAME = (
    "tanh", "sin", "cos", "exp", "log", "sqrt", "sign", "maximum", "minimum", "where", "greater", "less",
    "greater_equal", "less_equal", "equal", "square", "expm1", "log1p", "log2", "log10", "arctan", "sinh", "cosh",
)  # fmt: skip
"""Called alike in both."""
NUMPY: Words = {
    **{name: f"{name} = np.{name}" for name in (*SAME, "sum", "mean", "abs", "transpose", "amax", "reshape")},
    **dict((
        named("absolute(x)", "np.abs(x)"),
        named("clip(x, low=None, high=None)", "np.clip(x, low, high)"),
        named("erf(x)", "np.vectorize(__import__(\"math\").erf, otypes=[float])(x)"),
        named("relu(x)", "np.maximum(x, 0.0)"),
        named("relu6(x)", "np.clip(x, 0.0, 6.0)"),
        named("sigmoid(x)", "1.0 / (1.0 + np.exp(-x))"),
        named("log_sigmoid(x)", "-np.logaddexp(0.0, -x)"),
        named("softplus(x, beta=1.0, threshold=20.0)",
              "np.where(beta * x > threshold, x, np.logaddexp(0.0, beta * x) / beta)"),
        named("softsign(x)", "x / (1.0 + np.abs(x))"),
        named("leaky_relu(x, negative_slope=0.01)", "np.where(x > 0, x, negative_slope * x)"),
        named("elu(x, alpha=1.0)", "np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))"),
        named("selu(x)", "1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0.0)))"),
        named("silu(x)", "x * sigmoid(x)"),
        named("mish(x)", "x * np.tanh(softplus(x))"),
        named("gelu(x)", "0.5 * x * (1.0 + erf(x / 1.4142135623730951))"),
        named("gelu_tanh(x)", "0.5 * x * (1.0 + np.tanh(0.7978845608028654 * (x + 0.044715 * x**3)))"),
        named("hardtanh(x, low=-1.0, high=1.0)", "np.clip(x, low, high)"),
        named("hardsigmoid(x)", "np.clip(x / 6.0 + 0.5, 0.0, 1.0)"),
        named("hardswish(x)", "x * np.clip(x / 6.0 + 0.5, 0.0, 1.0)"),
        named("softmax(x, axis)", "np.exp(log_softmax(x, axis))"),
        named("log_softmax(x, axis)", "x - logsumexp(x, axis, True)"),
        named("logsumexp(x, axis, keepdims=False)", "np.logaddexp.reduce(x, axis[0], keepdims=keepdims)"),
        named("both(a, b)", "np.logical_and(a, b)"),
        named("largest(x, dim, keepdim=False)", "(np.max(x, axis=dim, keepdims=keepdim),)"),
        named("number(x)", "np.asarray(x, float)"),
    )),
}  # fmt: skip
TORCH: Words = {
    **{name: f"{name} = torch.{name}" for name in (*SAME, "abs", "reshape", "amax", "erf", "sigmoid")},
    **{name: f"{name} = F.{name}" for name in (
        "relu", "relu6", "leaky_relu", "elu", "selu", "softplus", "softsign", "silu", "mish", "gelu", "hardswish",
    )},
    **dict((
        named("sum(x, axis, keepdims=False)", "x.sum(axis, keepdims)"),
        named("mean(x, axis, keepdims=False)", "x.mean(axis, keepdims)"),
        named("transpose(x, axes)", "x.permute(axes)"),
        named("absolute(x)", "torch.abs(x)"),
        named("clip(x, low=None, high=None)", "torch.clamp(x, low, high)"),
        named("log_sigmoid(x)", "F.logsigmoid(x)"),
        named("gelu_tanh(x)", "F.gelu(x, approximate=\"tanh\")"),
        named("hardtanh(x, low=-1.0, high=1.0)", "F.hardtanh(x, low, high)"),
        named("hardsigmoid(x)", "torch.clamp(x / 6.0 + 0.5, 0.0, 1.0)"),  # its own rounds a sixth to float32
        named("softmax(x, axis)", "torch.softmax(x, axis[0])"),
        named("log_softmax(x, axis)", "torch.log_softmax(x, axis[0])"),
        named("logsumexp(x, axis, keepdims=False)", "torch.logsumexp(x, axis, keepdims)"),
        named("concatenate(xs, axis)", "torch.cat([torch.as_tensor(x) for x in xs], axis)"),
        named("stack(xs, axis)", "torch.stack(xs, axis)"),
    )),
}  # fmt: skip
OF_TORCH: Words = {"max": "largest"}
"""What is written with PyTorch's name, in the words above for NumPy."""
OF_NUMPY: Words = {
    "array": "torch.tensor", "concatenate": "concatenate", "stack": "stack", "equal": "torch.eq",
    **{name: f"torch.{name}" for name in (
        "reshape", "broadcast_to", "full", "zeros", "greater", "where", "sqrt", "inf", "nan",
    )},
}  # fmt: skip
"""What is written with NumPy's name, in PyTorch's words."""
