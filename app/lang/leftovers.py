"""What a program leaves in its graph that takes no part in it.

Constants that writing a gradient made and nothing uses: what was folded away, a seed.  Lists of whole numbers that
were only counted with, and their elements.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from app.engine.graph import Graph
from app.engine.op import CONSTANT
from app.lang.views import TAKING

Binding = Any
"""A node's id, or nested lists of ids."""


def ids(binding: Binding) -> Iterator[int]:
    """The node ids of a binding, in order; iterative, bindings nest as deep as a program's lists do."""
    waiting = [binding]
    while waiting:
        each = waiting.pop()
        if isinstance(each, int):
            yield each
        else:
            waiting.extend(reversed(each))


def moved(binding: Binding, places: list[int]) -> Binding:
    """The binding with the new ids."""
    return places[binding] if isinstance(binding, int) else [moved(each, places) for each in binding]


def only_sizes(graph: Graph, lists: Iterable[int], counted: Set[int], needed: Set[int]) -> set[int]:
    """The lists that only sizes were taken from, with what was taken: no `needed` node and no calculation uses it.

    `counted` are lists that were used as a shape or asked for their length, without a node of their own.
    """
    users: dict[int, list[int]] = {}
    for node, sources in enumerate(graph.inputs):
        for source in sources:
            users.setdefault(source, []).append(node)
    gone: set[int] = set()
    for each in lists:
        taken, waiting = {each}, [each]
        while waiting:
            found = users.get(waiting.pop(), ())
            taken.update(found)
            waiting += found
        ops = (graph.ops[i] for i in taken - {each})
        if (len(taken) > 1 or each in counted) and taken.isdisjoint(needed) and all(op in TAKING for op in ops):
            gone |= taken
    return gone


def without(bindings: Mapping[str, Binding], gone: Set[int]) -> dict[str, Binding]:
    """The bindings that hold none of these nodes."""
    return {name: each for name, each in bindings.items() if gone.isdisjoint(ids(each))}


def take_out(graph: Graph, kept: list[Binding], gone: Set[int]) -> list[int] | None:
    """Take `gone` out, and derived constants that no node uses and no name is `kept` for.

    Gives the new id of every old one, None where there are none to take out.  The graph's shared constants are
    forgotten, since their ids are.
    """
    used = {source for sources in graph.inputs for source in sources} | set(ids(kept))
    stays = [i not in gone and (op is not CONSTANT or origin is None or i in used)
             for i, (op, origin) in enumerate(zip(graph.ops, graph.origins, strict=True))]  # fmt: skip
    if all(stays):
        return None
    places, count = [], 0
    for each in stays:
        places.append(count)
        count += each
    columns: tuple[list[Any], ...] = (
        graph.ops, graph.inputs, graph.attributes, graph.values, graph.names, graph.scopes, graph.spans, graph.origins,
    )  # fmt: skip
    for column in columns:
        column[:] = [each for each, stay in zip(column, stays, strict=True) if stay]
    graph.inputs[:] = [tuple(places[source] for source in sources) for sources in graph.inputs]
    graph.origins[:] = [origin and (origin[0], places[origin[1]], origin[2]) for origin in graph.origins]
    graph.forget_shared()
    return places
