"""Formulas that overflow or cancel, and what computes the same without: as edits of a program's text.

Sources: N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §1.14 and problem 1.5 (log1p, expm1);
P. Blanchard, D. Higham & N. Higham, Accurately computing the log-sum-exp and softmax functions, 2021; M. Mächler,
Accurately computing log(1 − exp(−|a|)), 2012 (softplus, log σ); JAX FAQ, Gradients contain NaN where using where.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.engine.graph import Graph, Span
from app.engine.op import CONSTANT, shape
from app.engine.ops import FUNCTIONS
from app.engine.patterns import Pattern, match
from app.lang.names import NAMES

Text = Callable[[str], str]
"""From what a pattern names to how the program spells it."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One edit: the text of `span`, which is node's expression, becomes `text`."""

    node: int
    title: str
    why: str
    span: Span
    before: str
    text: str


@dataclass(frozen=True)
class Rule:
    """A formula, the functions it may become by how they are spelled, and their arguments."""

    title: str
    why: str
    patterns: tuple[Pattern, ...]
    functions: tuple[str, ...]
    arguments: str = "{u}"
    axis: str = ""
    """What the pattern calls the reduction whose axis goes along."""
    around: str = "{call}"


EXP_RANGE = "exp overflows above 709.78 and its logarithm is then ∞"


def squared(name: str) -> tuple[Pattern, ...]:
    """Every way to write the square of what goes by this name."""
    return ("pow", name, 2.0), ("square", name), ("mul", name, name)


TRUE_LABEL = ("mul", "t", ("log", ("sigmoid", "u")))
FALSE_LABEL = ("mul", ("sub", 1.0, "t"), ("log", ("sub", 1.0, ("sigmoid", "u"))))
RULES: tuple[Rule, ...] = (
    Rule("log-sum-exp", f"{EXP_RANGE}; shifted by the maximum it stays in range",
         (("log", ("sum@s", ("exp", "u"))),), ("logsumexp", "scipy.special.logsumexp", "torch.logsumexp",
                                              "jax.nn.logsumexp"), axis="s"),
    Rule("log-softmax", "softmax rounds to 0 far below the maximum, and log of 0 is -∞",
         (("log", ("softmax@s", "u")), ("log", ("div", ("exp", "u"), ("sum@s", ("exp", "u"))))),
         ("log_softmax", "F.log_softmax", "torch.log_softmax", "jax.nn.log_softmax"), axis="s"),
    Rule("softmax", "exp overflows above 709.78, and ∞/∞ is NaN; shifted by the maximum it stays in range",
         (("div", ("exp", "u"), ("sum@s", ("exp", "u"))),),
         ("softmax", "F.softmax", "torch.softmax", "jax.nn.softmax"), axis="s"),
    Rule("cross-entropy with logits", "the logistic function rounds to 0 or 1, and log of 0 is -∞",
         (("neg", ("add", TRUE_LABEL, FALSE_LABEL)), ("sub", ("neg", TRUE_LABEL), FALSE_LABEL),
          ("sub", ("mul", ("neg", "t"), ("log", ("sigmoid", "u"))), FALSE_LABEL)),
         ("softplus", "F.softplus", "jax.nn.softplus"), around="({call} - ({u})*({t}))"),
    Rule("cross-entropy with logits", "the logistic function rounds to 0 or 1, where the logarithm's slope is cut",
         (("mean", ("bce", ("sigmoid", "u"), "t")), ("bce", ("sigmoid", "u"), "t")),
         ("F.binary_cross_entropy_with_logits",), "{u}, {t}"),
    Rule("log of the logistic function", "the logistic function rounds to 0 below -745, and log of 0 is -∞",
         (("log", ("sigmoid", "u")), ("log", ("div", 1.0, ("add", 1.0, ("exp", ("neg", "u")))))),
         ("log_sigmoid", "F.logsigmoid", "jax.nn.log_sigmoid")),
    Rule("log of 1 less the logistic function", "the logistic function rounds to 1 above 37, and log of 0 is -∞",
         (("log", ("sub", 1.0, ("sigmoid", "u"))),), ("log_sigmoid", "F.logsigmoid", "jax.nn.log_sigmoid"), "-({u})"),
    Rule("softplus", f"{EXP_RANGE}; there it is the number itself",
         (("log", ("add", 1.0, ("exp", "u"))), ("log1p", ("exp", "u"))),
         ("softplus", "F.softplus", "jax.nn.softplus")),
    Rule("log-sum-exp", f"{EXP_RANGE}; shifted by the larger one it stays in range",
         (("log", ("add", ("exp", "u"), ("exp", "v"))),), ("np.logaddexp", "torch.logaddexp", "jnp.logaddexp"),
         "{u}, {v}"),
    Rule("logistic function", "exp overflows far from 0; the slope of the quotient is then ∞/∞, which is NaN",
         (("div", 1.0, ("add", 1.0, ("exp", ("neg", "u")))), ("div", ("exp", "u"), ("add", 1.0, ("exp", "u"))),
          ("reciprocal", ("add", 1.0, ("exp", ("neg", "u"))))),
         ("sigmoid", "scipy.special.expit", "torch.sigmoid", "jax.nn.sigmoid")),
    Rule("hyperbolic tangent", "exp overflows above 709.78, and ∞/∞ is NaN",
         (("div", ("sub", ("exp", "u"), ("exp", ("neg", "u"))), ("add", ("exp", "u"), ("exp", ("neg", "u")))),),
         ("tanh", "np.tanh", "torch.tanh", "jnp.tanh", "math.tanh")),
    Rule("log1p", "1 + u rounds away the digits of a small u, and to 0 near -1",
         (("log", ("add", 1.0, "u")),), ("log1p", "np.log1p", "torch.log1p", "jnp.log1p", "math.log1p")),
    Rule("expm1", "exp(u) rounds away the digits of a small u",
         (("sub", ("exp", "u"), 1.0),), ("expm1", "np.expm1", "torch.expm1", "jnp.expm1", "math.expm1")),
    Rule("length", "the root of 0 has no slope: 0·∞ is NaN; and squares overflow above 1.3e154",
         tuple(("sqrt", ("sum@s", each)) for each in squared("u")),
         ("np.linalg.norm", "torch.linalg.norm", "jnp.linalg.norm"), axis="s"),
    Rule("hypotenuse", "squares overflow above 1.3e154, and at 0 the root's slope is ∞",
         tuple(("sqrt", ("add", one, other)) for one in squared("u") for other in squared("v")),
         ("hypot", "np.hypot", "torch.hypot", "jnp.hypot", "math.hypot"), "{u}, {v}"),
    Rule("absolute value", "the square overflows above 1.3e154, and at 0 the root's slope is ∞: 0·∞ is NaN",
         tuple(("sqrt", each) for each in squared("u")), ("abs", "np.abs", "torch.abs", "jnp.abs")),
    Rule("sum of logarithms", "a product of many factors leaves the range of numbers where its logarithm does not",
         (("log", ("prod@s", "u")),), ("np.sum", "torch.sum", "jnp.sum"), "np.log({u})", axis="s"),
)  # fmt: skip

GUARDED = ("log", "sqrt", "reciprocal", "rsqrt", "arcsin", "arccos", "arccosh", "arctanh", "log1p", "exp")
"""Ops that may have no finite value in the branch of a `where` that is not taken."""


def rewrites(source: str, graph: Graph, nodes: set[int]) -> Iterator[Rewrite]:
    """Edits at or just behind these nodes, the largest formula first where one lies in another."""
    taken: list[Span] = []
    lines = source.splitlines()
    for i in sorted(_near(graph, nodes), reverse=True):
        span = graph.spans[i]
        if span is None or span[0] != span[2] or span[0] > len(lines) or any(_within(span, each) for each in taken):
            continue
        found = _first(lines, graph, i, span) or _double_where(lines, graph, i, span)
        if found is not None:
            taken.append(found.span)
            yield found


def _near(graph: Graph, nodes: set[int]) -> set[int]:
    """The nodes, and what takes from them within a few steps: log(sum(exp(u))) is mended at the logarithm."""
    found = set(nodes)
    for _ in range(5):
        found |= {i for i in range(len(graph)) if not found.isdisjoint(graph.inputs[i])}
    return found


def _first(lines: list[str], graph: Graph, i: int, span: Span) -> Rewrite | None:
    before = _slice(lines, span)
    for rule in RULES:
        for pattern in rule.patterns:
            for found in match(graph, i, pattern):
                text = _written(rule, lines, graph, found, span, before)
                if text is not None and text != before:
                    return Rewrite(i, rule.title, rule.why, span, before, text)
    return None


def _written(
    rule: Rule, lines: list[str], graph: Graph, found: Mapping[str, int], span: Span, before: str
) -> str | None:
    texts = {name: _spelled(lines, graph, node, span) for name, node in found.items() if len(name) == 1 and name != "s"}
    if None in texts.values():
        return None
    name = _function(rule.functions, before)
    if name is None:
        return None
    call = f"{name}({rule.arguments.format(**texts)}{_axis(graph, found.get(rule.axis), name)})"
    return rule.around.format(call=call, **texts)


def _axis(graph: Graph, reduction: int | None, name: str) -> str:
    """The axis of a reduction as its keyword, where it is not all of them."""
    if reduction is None:
        return ""
    attributes = graph.attributes[reduction]
    axis, ndim = attributes["axis"], len(shape(graph.values[graph.inputs[reduction][0]]))
    word = "dim" if name.startswith(("torch.", "F.")) else "axis"
    if len(axis) == ndim and not attributes.get("keepdims") and not name.endswith("softmax"):
        return f", {word}=0" if name == "torch.logsumexp" and ndim == 1 else ""
    text = f", {word}={axis[0] if len(axis) == 1 else axis}"
    kept = "keepdim=True" if word == "dim" else "keepdims=True"
    return text + (f", {kept}" if attributes.get("keepdims") else "")


def _function(spellings: tuple[str, ...], before: str) -> str | None:
    """The spelling under a prefix that stands in the text already, else the first that the language has."""
    known = [each for each in spellings if each in FUNCTIONS or NAMES.has(each)]
    for prefix in re.findall(r"\b(np|torch|F|jnp|jax\.nn|math|numpy)\.", before):
        near = [each for each in known if each.startswith(f"{prefix}.")]
        near += [each for each in known if prefix == "torch" and each.startswith("F.")]
        if near:
            return near[0]
    return known[0] if known else None


def _spelled(lines: list[str], graph: Graph, node: int, inside: Span) -> str | None:
    """How the program spells a node at this place: its own text if it stands there, else its name or its number."""
    span = graph.spans[node]
    if graph.ops[node] is not CONSTANT and span is not None and span[0] == span[2] and _within(span, inside):
        return _slice(lines, span)
    name = graph.names[node]
    if name is not None:
        return name if re.fullmatch(r"[^\W\d]\w*", name) else None
    if graph.ops[node] is CONSTANT and shape(graph.values[node]) == ():
        return repr(float(graph.values[node]))
    return None


def _slice(lines: list[str], span: Span) -> str:
    return lines[span[0] - 1][span[1] - 1 : span[3] - 1]


def _within(span: Span, other: Span) -> bool:
    return other[:2] <= span[:2] and span[2:] <= other[2:]


def _double_where(lines: list[str], graph: Graph, i: int, span: Span) -> Rewrite | None:
    """where(c, f(u), b) → where(c, f(where(c, u, 1)), b): a branch that is not taken has no value of its own."""
    if graph.ops[i].name != "where":
        return None
    condition, first, second = graph.inputs[i]
    for branch, order in ((first, "{c}, {u}, {safe}"), (second, "{c}, {safe}, {u}")):
        if graph.ops[branch].name not in GUARDED and graph.ops[branch].name != "div":
            continue
        place = graph.inputs[branch][-1]
        own = graph.spans[branch]
        if own is None or not _within(own, span) or own[0] != own[2]:
            continue
        test, u = (_spelled(lines, graph, node, span) for node in (condition, place))
        inner = graph.spans[place] if _within(graph.spans[place] or (0, 0, 0, 0), own) else None
        if test is None or u is None:
            continue
        prefix = re.match(r"(np|torch|jnp)\.", _slice(lines, span))
        safe = "0.5" if graph.ops[branch].name in ("arcsin", "arccos", "arctanh") else "1.0"
        text = f"{prefix[0] if prefix else ''}where({order.format(c=test, u=u, safe=safe)})"
        target = inner
        if inner is None:  # the operand is a name: it stands last in its call
            at = _slice(lines, own).rfind(u)
            target = (own[0], own[1] + at, own[2], own[1] + at + len(u)) if at >= 0 else None
        if target is not None:
            why = "the branch that is not taken has no finite value or slope, and 0 times it is NaN"
            return Rewrite(i, "safe branch", why, target, _slice(lines, target), text)
    return None


def applied(source: str, edits: list[Rewrite]) -> str:
    """The program with these edits; they must not overlap."""
    lines = source.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        line, column, _, end = edit.span
        lines[line - 1] = lines[line - 1][: column - 1] + edit.text + lines[line - 1][end - 1 :]
    return "".join(lines)
