"""From a graph of single numbers to a task for the child process: each node by the symbolic form of its op's record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.errors import EngineError, TooLarge
from app.engine.forms import SYMBOLIC
from app.engine.graph import Graph
from app.engine.op import CONSTANT, INPUT, shape
from app.engine.printing import tex_name
from app.engine.scalars import Unfolded, unfold

LARGEST = 20_000
"""Symbols, numbers and signs of the largest expression that is written out."""


class NotSymbolic(EngineError):
    """An op that no formula says, or an array where a single number must be."""

    code = "not_symbolic"


@dataclass
class Expression:
    """A node with all that it depends on, as the child reads it; `place` is by node of the graph.

    `size` counts what stands in the formula when it is written out, shared parts as often as they stand there.
    """

    nodes: list[list[Any]] = field(default_factory=list)
    place: dict[int, int] = field(default_factory=dict)
    size: int = 0
    point: dict[int, float] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)


def expression(graph: Graph, output: int, variables: Iterable[int]) -> Expression:
    """The output as a formula of its inputs and of the nodes `variables`.  Raises NotSymbolic, TooLarge."""
    cut = set(variables)
    found, sizes = Expression(), {}
    for i in needed(graph, output, cut):
        found.place[i] = len(found.nodes)
        if i in cut or graph.ops[i] is INPUT:
            _symbol(found, graph, i)
            sizes[i] = 1
        else:
            found.nodes.append(_node(found, graph, i))
            sizes[i] = 1 + sum(sizes[s] for s in graph.inputs[i])
            if sizes[i] > LARGEST:
                raise TooLarge(
                    f"symbolic: written out the formula has more than {LARGEST:,} symbols, as what is used several "
                    "times stands there as often — choose a smaller output", limit=LARGEST, reached=sizes[i],
                )  # fmt: skip
    found.size = sizes[output]
    return found


def needed(graph: Graph, output: int, cut: set[int]) -> list[int]:
    """The output and what it is computed from, in order; not further than the nodes `cut`."""
    wanted, waiting = {output}, [output]
    while waiting:
        i = waiting.pop()
        for source in graph.inputs[i] if i not in cut else ():
            if source not in wanted:
                wanted.add(source)
                waiting.append(source)
    return sorted(wanted)


def scalar_output(graph: Graph, output: int, weights: Any) -> tuple[Unfolded, int]:
    """The program in single numbers, and a node for its output weighted by `weights`.  Raises TooLarge."""
    unfolded = unfold(graph)
    out, ids = unfolded.graph, np.asarray(unfolded.ids[output])
    terms = [
        out.node(int(i)) if weight == 1 else out.node(int(i)) * float(weight)
        for i, weight in zip(ids.flat, np.broadcast_to(weights, ids.shape).flat, strict=True)
    ]
    total = terms[0] if terms else out.leaf(0.0)
    for term in terms[1:]:
        total = total + term
    return unfolded, total.id


def _node(found: Expression, graph: Graph, i: int) -> list[Any]:
    op, value = graph.ops[i], graph.values[i]
    if shape(value) != ():
        raise NotSymbolic(f"symbolic: {op.name} is an array there, formulas are of single numbers — use detail=scalar")
    if op is CONSTANT:
        return ["condition", bool(value)] if isinstance(value, bool | np.bool_) else ["number", float(value)]
    form = op.forms.get(SYMBOLIC)
    if form is None:
        raise NotSymbolic(f"symbolic: {op.name} has no formula of single numbers — choose an output before it")
    operands = graph.inputs[i]
    text = form.write([f"{{{k}}}" for k in range(len(operands))], graph.attributes[i])
    return ["form", text, [found.place[s] for s in operands]]


def _symbol(found: Expression, graph: Graph, i: int) -> None:
    own = graph.names[i]
    name = own or f"v{i}"
    while name in found.names:
        name += "_"
    found.nodes.append(["symbol", name])
    found.point[found.place[i]] = float(graph.values[i])
    code = _code_name(name, {each["code"] for each in found.names.values()})
    found.names[name] = {"latex": tex_name(own) if own else f"v_{{{i}}}", "code": code}


RESERVED = frozenset(
    "math derivative sign erf abs round min max as break const continue crate dyn else enum extern false "  # noqa: SIM905
    "fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait "
    "true type unsafe use where while abstract become box do final gen macro override priv try typeof "
    "unsized virtual yield async await union lambda None True False and or not is def class del elif "
    "except finally from global import nonlocal pass raise with assert print".split()
)
"""Words of Python and Rust, and names that the code itself uses."""


def _code_name(name: str, taken: set[str]) -> str:
    """`W_0_1` for `W[0,1]`; with underscores behind where it would be a word of the language."""
    found = "".join(c if c.isalnum() or c == "_" else "_" for c in name.rstrip("]")) or "x"
    while found in RESERVED or found in taken:
        found += "_"
    return found
