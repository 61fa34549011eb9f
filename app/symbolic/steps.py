"""A derivative step by step, from the outside in: which rule was used at which node, and what it made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.forms import ATOM, TEX
from app.engine.graph import Graph
from app.engine.op import Array
from app.engine.passes import active_nodes, forward_mode, quiet
from app.engine.printing import CONTENT, Printed, bracketed, constant, local_formulas, tex_name

LONGEST = 160
"""Characters of TeX of the longest expression that is spelled out; longer ones stand as `v` with their number."""
MOST = 300


@dataclass(frozen=True, slots=True)
class RuleStep:
    """d/dx of one node: `before` is what is to be differentiated, `after` what the rule makes of it, both in TeX.

    `chain` says that what is inside is differentiated too; `value` is this node's own derivative at the point.
    """

    node: int
    rule: str
    chain: bool
    expression: str
    before: str
    after: str
    value: Array


def rule_steps(graph: Graph, output: int, variable: int) -> list[RuleStep]:
    """At most `MOST` steps from the output inwards, a step per node of single numbers that varies with the variable.

    Raises DeadlineExceeded.
    """
    inside = active_nodes(graph, output, (variable,))
    with quiet():
        tangents = forward_mode(graph, graph.values, {variable: 1.0}, inside - {variable})
    varying = [i for i in sorted(inside, reverse=True) if i != variable][:MOST]
    texts = spelled(graph, output)
    texts[variable] = tex_name(graph.names[variable] or f"v{variable}"), ATOM
    return [_step(graph, i, variable, inside, texts, tangents[i]) for i in varying]


def spelled(graph: Graph, output: int) -> dict[int, Printed]:
    """Every node as it stands in formulas: by its name, else written out as far as that is not long."""
    found: dict[int, Printed] = {}
    for i in range(output + 1):
        graph.budget.check_time(i)
        name, op = graph.names[i], graph.ops[i]
        found[i] = (tex_name(name), ATOM) if name is not None else constant(graph.values[i]) if op.leaf else whole(
            graph, i, found
        )  # fmt: skip
        if len(found[i][0]) > LONGEST:
            found[i] = f"v_{{{i}}}", ATOM
    return found


def whole(graph: Graph, i: int, texts: Mapping[int, Printed]) -> Printed:
    """What a node computes, of the texts of its operands."""
    form, operands = graph.ops[i].forms[TEX], [texts[s] for s in graph.inputs[i]]
    if form.text in CONTENT:
        return operands[CONTENT.index(str(form.text))]
    return form.write(bracketed(form, operands), graph.attributes[i]), form.level


def _step(
    graph: Graph, i: int, variable: int, inside: set[int], texts: Mapping[int, Printed], value: Array
) -> RuleStep:
    op, sources = graph.ops[i], graph.inputs[i]
    varying = [s in inside and op.carries(slot) for slot, s in enumerate(sources)]
    slots = [slot for slot, varies in enumerate(varying) if varies]
    locals_ = local_formulas(graph, i, slots, spelled=texts)
    x = texts[variable][0]
    terms = [product(local, derivative(graph, sources[slot], variable, texts)) for slot, local in
             zip(slots, locals_, strict=True)]  # fmt: skip
    expression = whole(graph, i, texts)[0]
    return RuleStep(
        node=i, rule=op.rule_for(tuple(varying)), chain=any(sources[slot] != variable for slot in slots),
        expression=expression, before=rf"\frac{{d}}{{d{x}}}\left[{expression}\right]", after=added(terms), value=value,
    )  # fmt: skip


def derivative(graph: Graph, node: int, variable: int, texts: Mapping[int, Printed]) -> str:
    """`1`, `du/dx` of what has a name, or `d/dx [ … ]`."""
    x, u = texts[variable][0], texts[node][0]
    if node == variable:
        return "1"
    if graph.names[node] is not None:
        return rf"\frac{{d{u}}}{{d{x}}}"
    return rf"\frac{{d}}{{d{x}}}\left[{u}\right]"


def product(local: str, inner: str) -> str:
    """Local derivative times the inner one, without factors of 1."""
    if inner == "1":
        return local
    if local in ("1", "-1"):
        return inner if local == "1" else f"-{inner}"
    bracketed_local = local if holds_together(local) else rf"\left({local}\right)"
    return rf"{bracketed_local} \cdot {inner}"


def holds_together(text: str) -> bool:
    """Whether a text in TeX is no sum or difference, and begins with no sign."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "{([") - (c in "})]")
        if depth == 0 and (text[k : k + 3] in (" + ", " - ") or (c == "-" and k == 0)):
            return False
    return True


def added(terms: Sequence[str]) -> str:
    """A sum, a minus taken for its sign."""
    text = terms[0] if terms else "0"
    for term in terms[1:]:
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text
