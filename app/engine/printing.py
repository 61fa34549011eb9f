"""One printer over the forms of ops: formulas of nodes, of local derivatives and of pullbacks.

A local derivative's formula comes from running the rule itself on nodes of a scratch graph, so what is shown is what
is computed.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from app.engine.forms import ATOM, COMPARE, PRODUCT, SIGN, TEX, Form, tex_numeral
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT, Array, Operands, shape
from app.engine.passes import partial, pull, quiet

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu pi rho sigma tau upsilon phi chi psi "  # noqa: SIM905
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
"""Names that are shown as the letter. Not `xi`: in programs it is x with an index, beside `yi` and `wi`."""
LONGEST_VECTOR = 4
CONTENT = ["{0}", "{1}"]
"""Forms that print as one of their operands, and bind as it does."""
Printed = tuple[str, int]
"""A text, and how tightly it holds together."""


# ── names and constants ───────────────────────────────────────────────────────────────────────────────────
def tex_name(name: str) -> str:
    r"""A variable's name in TeX: `W1` is `W_{1}`, `theta` is `\theta`, `W[0,1]` is `W_{0,1}`, words stand upright.

    Of a path, as `net.layers[0].w[2]`, the last index alone stands below.
    """
    base, places = _LAST_INDEX.fullmatch(name).groups()  # type: ignore[union-attr]
    index = ",".join(part.replace(" ", "") for part in places[1:-1].split("][")) if places else ""
    if "." in base or "[" in base:
        shown, below = rf"\mathrm{{{base.replace('_', _UNDERSCORE)}}}", index
    else:
        shown, below = _stem(base, index)
    return f"{shown}_{{{below}}}" if below else shown


_LAST_INDEX = re.compile(r"(.*?)((?:\[[^\[\]]*\])*)", re.DOTALL)
_UNDERSCORE = r"\_"


def _stem(name: str, index: str) -> tuple[str, str]:
    """What stands on the line, and what below it."""
    stem = name.rstrip("0123456789")
    stem, digits = (stem, name[len(stem) :]) if stem else (name, "")
    stem, _, tail = stem.rstrip("_").partition("_")
    below = ",".join(part for part in (tail.replace("_", _UNDERSCORE), digits, index) if part)
    return rf"\{stem}" if stem in GREEK else stem if len(stem) <= 1 else rf"\mathrm{{{stem}}}", below


def constant(value: Array) -> Printed:
    """A constant: numbers and short vectors as they are, others by their shape."""
    if shape(value) == ():
        text = str(int(value)) if isinstance(value, bool | np.bool_) else tex_numeral(value)
        return text, SIGN if text.startswith("-") else PRODUCT if r"\cdot" in text else ATOM
    if np.ndim(value) == 1 and np.size(value) <= LONGEST_VECTOR:
        return rf"\left[{', '.join(tex_numeral(x) for x in value)}\right]", ATOM
    sizes = r" \times ".join(map(str, shape(value)))
    return rf"\mathrm{{const}}_{{{sizes}}}", ATOM


# ── the printer ─────────────────────────────────────────────────────────────────────────────────────────
def show(graph: Graph, i: int, names: Mapping[int, Printed], target: str = TEX) -> Printed:
    """Node `i`: what `names` has for it, its number where it is a constant, else spelled out by its form."""
    if i in names:
        return names[i]
    if graph.ops[i] is CONSTANT:
        return constant(graph.values[i])
    form = graph.ops[i].forms[target]
    if form.undoes and (below := undone(graph, graph.inputs[i][0], names, form, target)) is not None:
        return show(graph, below, names, target)
    operands = [show(graph, source, names, target) for source in graph.inputs[i]]
    if form.text in CONTENT:
        return operands[CONTENT.index(form.text)]
    return form.write(bracketed(form, operands), graph.attributes[i]), form.level


def undone(graph: Graph, i: int, names: Mapping[int, Printed], form: Form, target: str) -> int | None:
    """The operand of the same form right below, which the outer one undoes; None where another form is there."""
    while i not in names and graph.ops[i] is not CONSTANT:
        below = graph.ops[i].forms[target]
        if below == form:
            return graph.inputs[i][0]
        if below.text not in CONTENT:
            return None
        i = graph.inputs[i][CONTENT.index(below.text)]
    return None


def bracketed(form: Form, operands: Sequence[Printed]) -> list[str]:
    """The operands' texts, in brackets where they bind too loosely or begin with a minus behind an operator."""
    opens = isinstance(form.text, str) and form.text.startswith("{0}") and form.level <= PRODUCT
    texts = []
    for slot, (text, level) in enumerate(operands):
        loose = level < form.least(slot)
        if text.startswith("-") and level >= SIGN and form.least(slot) > COMPARE:
            loose = slot > 0 or not opens
        texts.append(rf"\left({text}\right)" if loose else text)
    return texts


# ── formulas of a graph's nodes and edges ───────────────────────────────────────────────────────────────
def symbol(graph: Graph, i: int) -> Printed:
    """What stands for a node in formulas: its name, its number if it is a constant, else `v` and its id."""
    name = graph.names[i]
    if name is not None:
        return tex_name(name), ATOM
    return constant(graph.values[i]) if graph.ops[i] is CONSTANT else (f"v_{{{i}}}", ATOM)


def substituted(graph: Graph, i: int) -> Printed:
    """The node's number where it is a single one, else its symbol."""
    return constant(graph.values[i]) if shape(graph.values[i]) == () else symbol(graph, i)


def formula(graph: Graph, i: int, *, numbers: bool = False) -> str:
    r"""What node `i` computes from its operands: `x \cdot y`, or with numbers `2 \cdot 3`.  A leaf is its value."""
    op = graph.ops[i]
    if op.leaf:
        return constant(graph.values[i])[0]
    operands = [(substituted if numbers else symbol)(graph, source) for source in graph.inputs[i]]
    return op.forms[TEX].write(bracketed(op.forms[TEX], operands), graph.attributes[i])


def local_formula(graph: Graph, target: int, slot: int, *, numbers: bool = False) -> str:
    r"""The local derivative on an edge: `1 - y^{2}`.  Edges without one show the pullback, `W^\top \bar{z}`.

    Empty where no derivative passes.
    """
    return local_formulas(graph, target, [slot], numbers=numbers)[0]


def local_formulas(
    graph: Graph, target: int, slots: Sequence[int], *, numbers: bool = False,
    spelled: Mapping[int, Printed] | None = None,
) -> list[str]:
    """The same for several edges of one node, whose operands are looked at once; nodes in `spelled` print as there.

    Raises DeadlineExceeded.
    """
    op, attributes = graph.ops[target], graph.attributes[target]
    if not slots:
        return []
    scratch, nodes, y, names = _scratch(graph, target, numbers, spelled or {})
    inputs = Operands(nodes)
    bar = None if op.partials else scratch.leaf(np.ones(y.shape), "gradient")
    if bar is not None:
        names[bar.id] = rf"\bar{{{symbol(graph, target)[0]}}}", ATOM
    texts = []
    for slot in slots:
        graph.budget.check_time(target)
        if not op.carries(slot):
            texts.append("")
            continue
        with quiet(), scratch.deriving(("edge", 0, slot)):
            found = (
                partial(op, slot, inputs, y, attributes) if op.partials
                else pull(op, slot, bar, inputs, y, attributes)[1]
            )  # fmt: skip
        plain = not isinstance(found, Node)
        texts.append(constant(np.asarray(found, float)[()])[0] if plain else show(scratch, found.id, names)[0])
    return texts


def _scratch(
    graph: Graph, target: int, numbers: bool, spelled: Mapping[int, Printed]
) -> tuple[Graph, list[Node], Node, dict[int, Printed]]:
    """A graph that holds one op's operands and result, constants as constants, and what stands for each."""
    scratch, names = Graph(), {}
    nodes = []
    for i in (*graph.inputs[target], target):
        node = scratch.leaf(graph.values[i], None if graph.ops[i] is CONSTANT else f"v{i}")
        if graph.ops[i] is not CONSTANT:
            names[node.id] = spelled.get(i) or (substituted if numbers else symbol)(graph, i)
        nodes.append(node)
    return scratch, nodes[:-1], nodes[-1], names
