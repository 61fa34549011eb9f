"""From a graph back to a program's text: what the language reads again as the same ops on the same numbers.

Inputs come first, with their values; named nodes keep their names as far as the language can spell them; a node that is
used once and has no name stands inside the expression that uses it.
"""

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import numpy as np

from app.engine.errors import EngineError, TooLarge
from app.engine.forms import ATOM, PROGRAM, SIGN, Form
from app.engine.graph import Graph
from app.engine.op import INPUT, Array, Op, shape
from app.engine.opening import open_nodes
from app.engine.ops import FUNCTIONS
from app.engine.passes import quiet
from app.engine.printing import bracketed
from app.lang.limits import LIMITS
from app.lang.names import NAMES

LINE = 100
"""Characters of an expression that still takes in another; longer ones get a name of their own."""
Printed = tuple[str, int]


class NotWritable(EngineError):
    """An op that the language has no words for."""

    code = "not_writable"


@dataclass
class Written:
    """The text, and by node of the graph (as far as they have one) the variable that holds it."""

    source: str
    names: dict[int, str] = field(default_factory=dict)


def write(
    graph: Graph, outputs: Mapping[int, str], keep: Iterable[int] = (), most: int = LIMITS.source_bytes
) -> Written:
    """The program of these outputs, each bound to its name in the given order; the last is what it differentiates.

    Inputs in `keep` are written even where nothing depends on them; `most` bytes are written.

    Raises NotWritable, TooLarge, DeadlineExceeded.
    """
    opened = [f"n{i}" for i in _needed(graph, outputs) if _must_open(graph.ops[i], graph.attributes[i])]
    if not opened:
        return _Writer(graph, outputs, tuple(keep), most).written()
    inner = open_nodes(graph, opened)
    moved = inner.moved
    found = write(inner.graph, {moved[i]: name for i, name in outputs.items()}, [moved[i] for i in keep], most)
    back = {place: i for i, place in enumerate(moved)}
    return Written(found.source, {back[i]: name for i, name in found.names.items() if i in back})


def _needed(graph: Graph, outputs: Iterable[int]) -> list[int]:
    wanted = set(outputs)
    for i in range(max(wanted, default=-1), -1, -1):
        if i in wanted:
            wanted.update(graph.inputs[i])
    return sorted(wanted)


def _must_open(op: Op, attributes: Mapping[str, Any]) -> bool:
    return not op.leaf and PROGRAM not in op.forms and not _spellings(op, attributes) and op.detail is not None


def _spellings(op: Op, attributes: Mapping[str, Any]) -> list[str]:
    """The functions by which the language knows an op and that take these attributes as they are, short ones first."""
    if attributes and not (op.call and set(attributes) <= set(signature(op.call).parameters)):
        return []
    if any(isinstance(each, tuple) and not all(isinstance(n, int) for n in each) for each in attributes.values()):
        return []
    own = (op.name,) if op.names else ()
    known = [name for name in dict.fromkeys((*own, *op.names)) if not name.startswith(".") and name in FUNCTIONS]
    return sorted((name for name in known if not keyword.iskeyword(name)), key=lambda name: name.count("."))


class _Writer:
    def __init__(self, graph: Graph, outputs: Mapping[int, str], keep: tuple[int, ...], most: int) -> None:
        self.most = most
        self.graph = graph
        self.outputs = outputs
        self.needed = _needed(graph, [*outputs, *keep])
        self.varies = self._varying()
        self.texts: dict[int, Printed] = {}
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.taken: set[str] = set()
        self.size = 0
        self.uses = self._uses()

    def written(self) -> Written:
        """The whole program."""
        self._reserve()
        with quiet():
            for i in self.needed:
                self.graph.budget.check_time(i)
                self._node(i)
        for i, name in self.outputs.items():
            if self.names.get(i) != name:
                self._line(name, self.texts[i][0])
                self.names.setdefault(i, name)  # of a number that stays: it had none
        return Written("\n".join(self.lines) + "\n", self.names)

    # ── which nodes, under which names ──────────────────────────────────────────────────────────────────
    def _varying(self) -> set[int]:
        """Nodes that depend on an input; all others are numbers that stay."""
        found: set[int] = set()
        for i in self.needed:
            if self.graph.ops[i] is INPUT or not found.isdisjoint(self.graph.inputs[i]):
                found.add(i)
        return found

    def _uses(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for i in self.needed:
            for source in self.graph.inputs[i]:
                found[source] = found.get(source, 0) + 1
        return found

    def _reserve(self) -> None:
        """Names of inputs first, then of outputs, then of what else has one: of two of a name the first has it."""
        graph = self.graph
        self.taken = set(self.outputs.values())
        for i in (i for i in self.needed if graph.ops[i] is INPUT):
            own = self.outputs.get(i)
            self.names[i] = own if own is not None else self._free(graph.names[i] or f"n{i}")
        for i in self.needed:
            name = graph.names[i]
            if i in self.names or i not in self.varies:
                continue
            if i in self.outputs:
                self.names[i] = self.outputs[i]
            elif name is not None:
                self.names[i] = self._free(name)

    def _free(self, name: str) -> str:
        """`W_0_1` for `W[0,1]`, with a number behind where it is taken."""
        found = re.sub(r"\W", "_", name.rstrip("]"))
        found = found if found.isidentifier() and not found.startswith("_") else f"v{found}"
        found = f"{found}_" if keyword.iskeyword(found) else found
        base, n = found, 1
        while found in self.taken:
            n += 1
            found = f"{base}_{n}"
        self.taken.add(found)
        return found

    # ── one node ────────────────────────────────────────────────────────────────────────────────────────
    def _node(self, i: int) -> None:
        graph = self.graph
        if i not in self.varies:
            self.texts[i] = _constant(graph.values[i])
            return
        if graph.ops[i] is INPUT:
            self._line(self.names[i], _constant(graph.values[i])[0])
            self.texts[i] = self.names[i], ATOM
            return
        text, level = self._expression(i)
        if i not in self.names and (self.uses.get(i, 0) > 1 or len(text) > LINE):
            self.names[i] = self._free(f"v{i}")
        if i in self.names:
            self._line(self.names[i], text)
            text, level = self.names[i], ATOM
        self.texts[i] = text, level

    def _line(self, name: str, text: str) -> None:
        line = f"{name} = {text}"
        self.size += len(line.encode()) + 1
        if self.size > self.most:
            raise TooLarge(
                f"program: its text has more than {self.most:,} bytes — choose a smaller output",
                limit=self.most, reached=self.size,
            )  # fmt: skip
        self.lines.append(line)

    def _expression(self, i: int) -> Printed:
        op, attributes = self.graph.ops[i], self.graph.attributes[i]
        operands = [self.texts[s] for s in self.graph.inputs[i]]
        form = op.forms.get(PROGRAM)
        if form is not None:
            return form.write(_bracketed(form, operands), attributes), form.level
        for name in _spellings(op, attributes):
            root = name.partition(".")[0]
            if root not in self.taken and NAMES.has(root):
                given = [text for text, _ in operands] + [f"{key}={_value(each)}" for key, each in attributes.items()]
                return f"{name}({', '.join(given)})", ATOM
        if op.view and len(operands) == 1:
            return self._places(i), ATOM
        raise NotWritable(f"program: the language has no words for {op.name} — choose an output before it")

    def _places(self, i: int) -> str:
        """A view as the places that it takes its numbers from."""
        source = self.graph.inputs[i][0]
        form = shape(self.graph.values[source])
        places = np.arange(1, int(np.prod(form)) + 1).reshape(form)
        seen = np.asarray(self.graph.ops[i].forward(places, **self.graph.attributes[i]))
        flat = f"np.reshape({self.texts[source][0]}, ({places.size},))"
        if np.any(seen == 0):
            flat = f"np.concatenate([[0.0], {flat}], axis=0)"
        else:
            seen = seen - 1
        return f"{flat}[np.array({seen.astype(int).tolist()})]"


def _bracketed(form: Form, operands: Sequence[Printed]) -> list[str]:
    return [text.replace(r"\left(", "(").replace(r"\right)", ")") for text in bracketed(form, operands)]


def _constant(value: Array) -> Printed:
    """A number as Python writes it, to the last bit; arrays as `np.array`, conditions as a comparison."""
    if getattr(value, "dtype", None) == np.bool_ or isinstance(value, bool):
        if shape(value) == ():
            return f"np.greater({int(value)}.0, 0.5)", ATOM
        return f"np.greater(np.array({np.asarray(value, float).tolist()}), 0.5)", ATOM
    if shape(value) == ():
        text = _number(float(value))
        return text, SIGN if text.startswith("-") else ATOM
    array = np.asarray(value, float)
    if array.size == 0:
        return f"np.zeros({array.shape})", ATOM
    if np.all(array == array.flat[0]) and array.size > 4:
        return f"np.full({array.shape}, {_number(float(array.flat[0]))})", ATOM
    return f"np.array({_nested(array.tolist())})", ATOM


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else _number(value)


def _number(x: float) -> str:
    if x != x:
        return "np.nan"
    if abs(x) == float("inf"):
        return "np.inf" if x > 0 else "-np.inf"
    return repr(x)


def _value(x: Any) -> str:
    return _number(x) if isinstance(x, float) else repr(x)


