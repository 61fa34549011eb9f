"""Single nodes opened in place: the same program, with the definition of some ops where these ops stood.

An op that has a definition (`detail`) becomes the nodes of it; any other op over arrays becomes its numbers: each
element picked from its operands, the scalar nodes, and a last node that puts the result together again.  Everything
else stays as it is.  What is inside a node `n7` is `n7.0`, `n7.1` …, and its result keeps the key `n7`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Graph
from app.engine.op import Array, shape
from app.engine.ops.indexing import index
from app.engine.passes import quiet
from app.engine.scalars import collect, element_name, unfold_node


@dataclass
class Opened:
    """The graph with some nodes opened."""

    closed: Graph
    graph: Graph
    keys: list[str] = field(default_factory=list)
    """By node: `n7` as in the graph it came from, `n7.2` inside an opened node."""
    doors: list[str | None] = field(default_factory=list)
    """By node: the key that opens it; None where there is nothing to open."""
    moved: list[int] = field(default_factory=list)
    """By node of the graph it came from: the node here."""
    shut: tuple[str, ...] = ()
    """Keys that were asked for, and that no node with something in it has."""


def has_inside(graph: Graph, node: int) -> bool:
    """Whether a node can be opened: its op has a definition, or computes with arrays."""
    op, form = graph.ops[node], shape(graph.values[node])
    if op.leaf or op is collect:
        return False
    if op.detail is not None or form != ():
        return True
    return not op.view and any(shape(graph.values[s]) != () for s in graph.inputs[node])


def doors(graph: Graph) -> list[str | None]:
    """By node of a graph in which nothing is opened: the key that opens it.

    In a graph of single numbers only ops with a definition can be opened, which is seen without a look at each operand.
    """
    if all(isinstance(value, float) for value in graph.values):
        return [f"n{i}" if op.detail is not None else None for i, op in enumerate(graph.ops)]
    return [f"n{i}" if has_inside(graph, i) else None for i in range(len(graph))]


def open_nodes(graph: Graph, keys: Iterable[str]) -> Opened:
    """The graph with the nodes that have these keys opened.  Raises TooLarge, DeadlineExceeded."""
    opener = _Opener(graph, set(keys))
    with quiet():
        for i in range(len(graph)):
            with opener.out.place(span=graph.spans[i], scope=graph.scopes[i]):
                operands = [opener.found.moved[s] for s in graph.inputs[i]]
                opener.found.moved.append(opener.place(graph, i, operands, f"n{i}", f"n{i}"))
    opener.found.shut = tuple(sorted(opener.asked - opener.done))
    return opener.found


class _Opener:
    def __init__(self, closed: Graph, asked: set[str]) -> None:
        limits = closed.budget
        self.out = Graph(Budget(limits.nodes, limits.elements, limits.total_elements, limits.deadline))
        self.found = Opened(closed, self.out)
        self.asked = asked
        self.done: set[str] = set()

    def place(self, graph: Graph, i: int, operands: Sequence[int], key: str, door: str) -> int:
        """Node `i` of `graph` in the new graph, opened if its door was asked for; the new node."""
        if door in self.asked and has_inside(graph, i):
            by = self._definition if graph.ops[i].detail is not None else self._numbers
            result = by(graph, i, operands, door)
            if result is not None:
                self.done.add(door)
                return self._result(graph, i, result, key)
        self.out.budget.check_time(len(self.out))
        node = self.out.append(graph.ops[i], tuple(operands), graph.attributes[i], graph.values[i], graph.names[i])
        self.found.keys.append(key)
        self.found.doors.append(door if has_inside(graph, i) else None)
        return node.id

    def _result(self, graph: Graph, i: int, result: int, key: str) -> int:
        """The last node of an opened one takes its key, its name, and its value to the last bit."""
        self.found.keys[result] = key
        self.out.values[result] = graph.values[i]
        if graph.names[i] is not None:
            self.out.name(result, str(graph.names[i]))
        return result

    def _definition(self, graph: Graph, i: int, operands: Sequence[int], door: str) -> int | None:
        """The nodes of the op's definition; None where it only hands an operand on."""
        inner, values = Graph(self.out.budget), [graph.values[s] for s in graph.inputs[i]]
        leaves = [inner.leaf(value, f"x{slot}") for slot, value in enumerate(values)]
        result = graph.ops[i].detail(*leaves, **graph.attributes[i])  # type: ignore[misc]
        if result.id < len(leaves):
            return None
        placed = list(operands)
        for k in range(len(leaves), len(inner)):
            key = f"{door}.{k - len(leaves)}"
            placed.append(self.place(inner, k, [placed[s] for s in inner.inputs[k]], key, key))
        found: int = placed[result.id]
        return found

    def _numbers(self, graph: Graph, i: int, operands: Sequence[int], door: str) -> int | None:
        """The op's scalar nodes between numbers picked from its operands and an array put together of them."""
        out, value, before = self.out, graph.values[i], len(self.out)
        out.budget.check_size(f"{graph.ops[i].name}, opened", int(np.size(value)))
        picked = {s: self._picked(s) for s in dict.fromkeys(operands)}
        inner = len(out)
        ids = np.asarray(unfold_node(out, graph, i, [picked[s] for s in operands]))
        for at in np.ndindex(ids.shape):
            if ids[at] >= inner:
                out.values[int(ids[at])] = np.asarray(value)[at]
                out.names[int(ids[at])] = _element_name(graph.names[i], at)
        if ids.shape == ():
            result = int(ids)
        else:
            result = out.append(collect, tuple(int(each) for each in ids.flat), {"form": ids.shape}, value).id
        self.found.keys.extend(f"{door}.{k}" for k in range(len(out) - before))
        self.found.doors.extend([None] * (len(out) - before))
        return result if result >= before else None

    def _picked(self, operand: int) -> Array:
        """A node for every number of an operand; the operand itself where it is a number."""
        value, name = self.out.values[operand], self.out.names[operand]
        if shape(value) == ():
            return np.array(operand)
        nodes = [
            self.out.append(index, (operand,), {"key": at}, value[at], _element_name(name, at)).id
            for at in np.ndindex(shape(value))
        ]
        return np.array(nodes, int).reshape(shape(value))


def _element_name(name: str | None, at: tuple[int, ...]) -> str | None:
    """`W[0,1]`; none for what has no name, or is no element."""
    return element_name(name, at) if name is not None and at else None
