"""From a run of the engine to columns of plain data: nodes, edges, steps, notes. Numbers stay as they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.executors.leveled import LeveledRun
from app.engine.notes import all_finite, finite
from app.engine.op import CONSTANT, INPUT, Op
from app.engine.opening import Opened
from app.engine.run import Edge, Note, Run, Step
from app.schemas.numbers import number_to_json
from app.schemas.problem import span_to_json
from app.schemas.running import Ran
from app.schemas.texts import labels_and_glyphs

OF_NODES = ("id", "source", "target", "node", "edge")
"""Columns that name nodes."""


def node_id(node: int | None) -> str | None:
    """`n3`."""
    return None if node is None else f"n{node}"


def shape_of(value: Any) -> list[int]:
    """The lengths of its axes; none for a number."""
    return list(np.shape(value))


def node_columns(
    run: Run, formulas: Sequence[str | None] | None, doors: Sequence[str | None]
) -> dict[str, Sequence[Any]]:
    """A list per field of `NodeReply`."""
    graph, nodes = run.graph, range(len(run.values))
    labels, glyphs = labels_and_glyphs(graph)
    back_levels = [None if level < 0 else level for level in run.levels_backward]
    return {
        "id": [f"n{node}" for node in nodes],
        "name": graph.names,
        "op": [None if op.leaf else op.name for op in graph.ops],
        "noun": [op.noun for op in graph.ops],
        "kind": [kind_of(op) for op in graph.ops],
        "label": labels,
        "glyph": glyphs,
        "attributes": [attributes_to_json(each) for each in graph.attributes],
        "inputs": [[f"n{source}" for source in sources] for sources in graph.inputs],
        "shape": [shape_of(value) for value in run.values],
        "value": run.values,
        "grad": [run.adjoints.get(node) for node in nodes],
        "level": run.levels_forward,
        "back_level": back_levels,
        "scope": graph.scopes,
        "span": [span_to_json(span) for span in graph.spans],
        "formula": formulas or [None] * len(nodes),
        "flags": flags_of(run),
        "opens": doors,
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


def renamed(columns: dict[str, Sequence[Any]], ran: Ran) -> dict[str, Sequence[Any]]:
    """The columns with the nodes' own ids where some node is opened; else as they are."""
    if ran.opened is None:
        return columns
    found: dict[str, Sequence[Any]] = {
        field: [ran.renamed(each) for each in columns[field]] for field in OF_NODES if field in columns
    }
    if "label" in columns:
        found["label"] = labels_kept(columns["label"], ran.opened)
    if "inputs" in columns:
        found["inputs"] = [[ran.renamed(each) for each in sources] for sources in columns["inputs"]]
    return columns | found


def labels_kept(labels: Sequence[str | None], opened: Opened) -> list[str | None]:
    """What was there before keeps its label: Y² stays Y², and does not become [Y[0]², Y[1]²]."""
    found, closed = list(labels), labels_and_glyphs(opened.closed)[0]
    for node, label in zip(opened.moved, closed, strict=True):
        found[node] = label
    return found


def note_to_json(note: Note) -> dict[str, Any]:
    """A note with the places that it has."""
    places = {"node": node_id(note.node), "span": span_to_json(note.span)}
    return {"code": note.code, "message": note.message} | {k: v for k, v in places.items() if v is not None}


def kind_of(op: Op) -> str:
    """`input`, `constant` or `op`."""
    return "input" if op is INPUT else "constant" if op is CONSTANT else "op"


def flags_of(run: Run) -> list[list[str]]:
    """`flags_by_node`, a list for every node."""
    found = flags_by_node(run)
    return [found.get(node, []) for node in range(len(run.values))]


def flags_by_node(run: Run) -> dict[int, list[str]]:
    """The codes of its notes, and `non_finite`; nodes without any are left out."""
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for note in run.notes:
        if note.node is not None:
            found[note.node][note.code] = None
    for node in _broken(run):
        found[node]["non_finite"] = None
    return {node: list(flags) for node, flags in found.items()}


def _broken(run: Run) -> list[int]:
    """Nodes whose value or gradient is not finite."""
    if isinstance(run, LeveledRun):
        columns = run.columns
        broken = ~np.isfinite(columns.values) | (~np.isfinite(columns.gradients) & run.has_gradient)
        return [int(node) for node in np.flatnonzero(broken)]
    adjoints = run.adjoints
    if all_finite(run.values) and all_finite(adjoints.values()):
        return []
    return [
        node for node, value in run.graph.budget.watched("reply", enumerate(run.values))
        if not finite(value) or (node in adjoints and not finite(adjoints[node]))
    ]


def attributes_to_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What an op was told beside its operands."""
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
