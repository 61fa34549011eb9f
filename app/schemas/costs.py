"""What each way to the gradient takes, as plain data: of a request's program in single numbers."""

from typing import Any

from app.engine.checks import effort
from app.engine.op import shape
from app.engine.scalars import collect
from app.engine.ways.counting import COPIES, Operations, growth, operations
from app.lang.leftovers import ids
from app.schemas.places import called, count_to_json
from app.schemas.running import Ran, unfolded_run

MOST_NUMBERS = 20_000
"""Numbers, and products, of a program that is unfolded only to be counted."""

Costs = tuple[dict[str, Any] | None, dict[str, Any] | None, list[dict[str, Any]]]


def costs(ran: Ran, source: int, target: int) -> Costs:
    """`OperationsReply`, `Growth`, and notes; of arrays the first cell is where copies are joined.

    Raises DeadlineExceeded.
    """
    graph = ran.run.graph
    if any(map(shape, ran.run.values)):
        size = sum(effort(graph, node) for node in range(len(graph)))
        if size > MOST_NUMBERS:
            say = f"operations: the program has about {size:,} products, it is counted up to {MOST_NUMBERS:,}"
            return None, None, [{"code": "bounded", "message": say}]
        ran, (source, target) = single_numbers(ran, source, target)
        graph = ran.run.graph
    inputs = [node for node in ran.run.wrt if graph.ops[node].leaf] or list(ran.run.wrt)
    output = ran.run.output
    targets = graph.inputs[output] if graph.ops[output] is collect else (output,)
    counted = operations(graph, inputs, targets)
    notes = []
    if counted.forward is None:
        notes.append({"code": "bounded", "message": "operations: forward mode has too many sweeps to be counted here"})
    grown = growth(graph, source, target, inputs, COPIES)
    counts = [{"copies": i, **operations_to_json(each)} for i, each in enumerate(grown, 1)]
    return (
        operations_to_json(counted),
        {"source": called(ran, source), "target": called(ran, target), "counts": counts},
        notes,
    )


def single_numbers(ran: Ran, *nodes: int) -> tuple[Ran, list[int]]:
    """The run in single numbers, and the first number of each node."""
    unfolded, places = unfolded_run(ran, list(nodes))
    return unfolded, [next(ids(place), 0) for place in places]


def operations_to_json(counted: Operations) -> dict[str, Any]:
    """`OperationsReply`."""
    return {
        "paths": count_to_json(counted.paths),
        "forward": count_to_json(counted.forward),
        "differences": count_to_json(counted.differences),
        "reverse": count_to_json(counted.reverse),
        "inputs": count_to_json(counted.inputs),
        "outputs": counted.outputs,
        "evaluated": count_to_json(counted.evaluated),
    }
