"""What lies between some nodes and others: the edges that carry a derivative, by target."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from app.engine.graph import Graph

Hop = tuple[int, int, int]
"""Source, target and slot of an edge."""


@dataclass(frozen=True)
class Between:
    """The part of a graph that a derivative passes through; `into` has the nodes in evaluation order.

    Every node is a source or has an edge into it, and leads to a target; empty where no way leads there.
    """

    sources: tuple[int, ...]
    targets: tuple[int, ...]
    into: dict[int, list[Hop]]

    @property
    def target(self) -> int:
        """The only target."""
        (only,) = self.targets
        return only

    @property
    def hops(self) -> Iterator[Hop]:
        """Every edge, by target and slot."""
        for hops in self.into.values():
            yield from hops

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return sum(map(len, self.into.values()))


def between(graph: Graph, sources: Iterable[int], targets: Iterable[int], sealed: Collection[int] = ()) -> Between:
    """Everything on a way from one of `sources` to one of `targets`; no way leads into a `sealed` node."""
    starts, ends, ops = tuple(dict.fromkeys(sources)), tuple(dict.fromkeys(targets)), graph.ops
    last = max(ends, default=-1)
    reached = {node for node in starts if node <= last}
    into: dict[int, list[Hop]] = {}
    for i in range(last + 1):
        if i not in sealed and not reached.isdisjoint(graph.inputs[i]):
            op = ops[i]
            hops = [(s, i, slot) for slot, s in enumerate(graph.inputs[i]) if s in reached and op.carries(slot)]
            if hops:
                into[i] = hops
                reached.add(i)
    needed = set(ends) & reached
    for i in sorted(into, reverse=True):
        if i in needed:
            needed.update(source for source, _, _ in into[i])
    return Between(starts, ends, {i: into.get(i, []) for i in sorted(needed)})
