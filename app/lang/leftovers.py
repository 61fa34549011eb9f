"""Constants that writing a gradient made and nothing uses: what was folded away, a seed that took no part."""

from collections.abc import Iterator
from typing import Any

from app.engine.graph import Graph
from app.engine.op import CONSTANT

Binding = Any
"""A node's id, or nested lists of ids."""


def ids(binding: Binding) -> Iterator[int]:
    """The nodes of a binding."""
    waiting = [binding]
    while waiting:
        each = waiting.pop()
        if isinstance(each, int):
            yield each
        else:
            waiting.extend(each)


def moved(binding: Binding, places: list[int]) -> Binding:
    """The binding with the new ids."""
    return places[binding] if isinstance(binding, int) else [moved(each, places) for each in binding]


def take_out(graph: Graph, kept: list[Binding]) -> list[int] | None:
    """Take derived constants out that no node uses and no name is `kept` for; gives the new id of every old one.

    None where there are none to take out.  The graph's shared constants are forgotten, since their ids are.
    """
    used = {source for sources in graph.inputs for source in sources} | set(ids(kept))
    stays = [op is not CONSTANT or origin is None or i in used
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
