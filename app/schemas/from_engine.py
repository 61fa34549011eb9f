"""From a run of the engine to columns of plain data: nodes, edges, steps, notes. Numbers stay as they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.notes import finite
from app.engine.op import CONSTANT, INPUT, Op
from app.engine.run import Edge, Note, Run, Step
from app.schemas.numbers import number_to_json
from app.schemas.problem import span_to_json
from app.schemas.texts import labels_and_glyphs


def node_id(node: int | None) -> str | None:
    """`n3`."""
    return None if node is None else f"n{node}"


def shape_of(value: Any) -> list[int]:
    """The lengths of its axes; none for a number."""
    return list(np.shape(value))


def node_columns(run: Run, formulas: Sequence[str | None] | None) -> dict[str, Sequence[Any]]:
    """A list per field of `NodeReply`."""
    graph, nodes = run.graph, range(len(run.values))
    labels, glyphs = labels_and_glyphs(graph)
    back_levels = [None if level < 0 else level for level in run.levels_backward]
    return {
        "id": [f"n{node}" for node in nodes],
        "name": graph.names,
        "op": [None if op.leaf else op.name for op in graph.ops],
        "kind": [_kind(op) for op in graph.ops],
        "label": labels,
        "glyph": glyphs,
        "attributes": [_attributes(each) for each in graph.attributes],
        "inputs": [[f"n{source}" for source in sources] for sources in graph.inputs],
        "shape": [shape_of(value) for value in run.values],
        "value": run.values,
        "grad": [run.adjoints.get(node) for node in nodes],
        "level": run.levels_forward,
        "back_level": back_levels,
        "scope": graph.scopes,
        "span": [span_to_json(span) for span in graph.spans],
        "formula": formulas or [None] * len(nodes),
        "flags": _flags(run),
    }


def edge_columns(edges: Sequence[Edge], formulas: Sequence[str | None] | None) -> dict[str, Sequence[Any]]:
    """A list per field of `EdgeReply`."""
    return {
        "id": [each.id for each in edges],
        "source": [f"n{each.source}" for each in edges],
        "target": [f"n{each.target}" for each in edges],
        "slot": [each.slot for each in edges],
        "local": [each.local for each in edges],
        "local_formula": formulas or [None] * len(edges),
        "upstream": [each.upstream for each in edges],
        "contribution": [each.contribution for each in edges],
    }


def step_columns(steps: Iterable[Step]) -> dict[str, Sequence[Any]]:
    """A list per field of `StepReply`."""
    listed = list(steps)
    return {
        "index": [each.index for each in listed],
        "phase": [each.phase for each in listed],
        "level": [each.level for each in listed],
        "kind": [each.kind for each in listed],
        "node": [f"n{each.node}" for each in listed],
        "edge": [None if each.edge is None else each.edge.id for each in listed],
        "before": [each.before for each in listed],
        "add": [each.add for each in listed],
        "after": [each.after for each in listed],
    }


def note_to_json(note: Note) -> dict[str, Any]:
    """A note with the places that it has."""
    places = {"node": node_id(note.node), "span": span_to_json(note.span)}
    return {"code": note.code, "message": note.message} | {k: v for k, v in places.items() if v is not None}


def _kind(op: Op) -> str:
    return "input" if op is INPUT else "constant" if op is CONSTANT else "op"


def _flags(run: Run) -> list[list[str]]:
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for note in run.notes:
        if note.node is not None:
            found[note.node][note.code] = None
    for node, value in enumerate(run.values):
        adjoint = run.adjoints.get(node)
        if not finite(value) or (adjoint is not None and not finite(adjoint)):
            found[node]["non_finite"] = None
    return [list(found[node]) if node in found else [] for node in range(len(run.values))]


def _attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _attribute(value) for name, value in attributes.items()} if attributes else {}


def _attribute(value: Any) -> Any:
    """Canonical attributes are hashable; here they become what JSON has."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return number_to_json(value)
    if isinstance(value, tuple | list):
        return [_attribute(each) for each in value]
    return "..." if value is Ellipsis else str(value)
