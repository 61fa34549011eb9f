"""Small trees of ops, and where a graph holds them: `("log", ("sum", ("exp", "u")))`.

A text stands for any node, twice the same text for nodes that compute the same; a number for a constant; a tuple for an
op by its name with its operands, those of a sum or product in either order.  `("exp@e", …)` keeps the op's node as e.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.graph import Graph
from app.engine.op import CONSTANT, shape

Pattern = Any
Found = Mapping[str, int]
COMMUTES = frozenset({"add", "mul"})
DEEP = 64
"""Nodes that are compared to see whether two of them compute the same."""


def match(graph: Graph, node: int, pattern: Pattern, found: Found | None = None) -> Iterator[dict[str, int]]:
    """Every way to lay the pattern over the node: what its texts stand for."""
    held = dict(found or {})
    if isinstance(pattern, str):
        if pattern not in held or same(graph, held[pattern], node):
            yield {**held, pattern: held.get(pattern, node)}
        return
    if isinstance(pattern, float):
        value = graph.values[node]
        if graph.ops[node] is CONSTANT and shape(value) == () and float(value) == pattern:
            yield held
        return
    name, _, label = pattern[0].partition("@")
    operands = graph.inputs[node]
    if graph.ops[node].name != name or len(operands) != len(pattern) - 1:
        return
    if label:
        held[label] = node
    orders = [operands, operands[::-1]] if name in COMMUTES and len(operands) == 2 else [operands]
    for order in orders:
        yield from _all(graph, order, pattern[1:], held)


def _all(
    graph: Graph, operands: tuple[int, ...], patterns: tuple[Pattern, ...], held: Found
) -> Iterator[dict[str, int]]:
    if not operands:
        yield dict(held)
        return
    for found in match(graph, operands[0], patterns[0], held):
        yield from _all(graph, operands[1:], patterns[1:], found)


def same(graph: Graph, a: int, b: int) -> bool:
    """Whether two nodes compute the same from the same."""
    waiting, seen = [(a, b)], 0
    while waiting:
        one, other = waiting.pop()
        if one == other:
            continue
        seen += 1
        if seen > DEEP or graph.ops[one] is not graph.ops[other] or graph.attributes[one] != graph.attributes[other]:
            return False
        if graph.ops[one].leaf:
            alike = graph.ops[one] is CONSTANT and shape(graph.values[one]) == () == shape(graph.values[other])
            if not alike or graph.values[one] != graph.values[other]:
                return False
        if len(graph.inputs[one]) != len(graph.inputs[other]):
            return False
        waiting.extend(zip(graph.inputs[one], graph.inputs[other], strict=True))
    return True
