"""From a run to the columns of the `packed` encoding."""

from operator import attrgetter
from typing import Any

import numpy as np

from app.engine.executors.leveled import LeveledRun
from app.engine.op import Array
from app.engine.run import Run
from app.schemas.encode import dump
from app.schemas.from_engine import attributes_to_json, flags_by_node, kind_of, labels_kept, shape_of
from app.schemas.packed import Part, Structure, digest
from app.schemas.problem import span_to_json
from app.schemas.running import Ran
from app.schemas.slopes import SENT, still_there
from app.schemas.texts import labels_and_glyphs, written_labels

Columns = dict[str, Any]
PRODUCT, TARGET = "upstream · local", "grad of target"
"""Columns that follow from others: each edge's where gradient flows."""


def structure_of(ran: Ran, slopes: Array | None = None) -> Structure:
    """What stays while a run of this program changes its numbers only.

    Ids are `n0`, `n1` … and are left out, but where nodes are opened. `slopes` are where local derivatives are found.
    """
    run, part, graph = ran.run, Part(), ran.run.graph
    leveled = isinstance(run, LeveledRun)
    labels, glyphs = written_labels(graph) if leveled else labels_and_glyphs(graph)
    ids: Columns = {}
    if ran.opened is not None:
        labels, ids = labels_kept(labels, ran.opened), {"id": ran.opened.keys}
    ops = [None if op.leaf else op.name for op in graph.ops]
    looks = {
        **ids,
        "op": part.items(ops),
        "name": part.items(graph.names),
        "shape": {"all": []} if leveled else part.items((tuple(shape_of(value)) for value in run.values), list),
        **_wires(run, part),
    }
    signature = digest(dump([len(ops), run.output, looks]), *part.pieces)
    nodes = {
        **ids, "op": looks["op"], "name": looks["name"], "shape": looks["shape"],
        "noun": part.items(op.noun for op in graph.ops),
        "kind": part.items(map(kind_of, graph.ops)),
        "label": part.items(labels),
        "glyph": part.items(glyphs),
        "attributes": _attributes(run),
        "level": part.add(np.asarray(run.levels_forward, np.int32)),
        "back_level": part.add(np.asarray(run.levels_backward, np.int32)),
        "scope": part.items(graph.scopes, list),
        "span": part.items(graph.spans, span_to_json),
        "opens": part.items(ran.doors),
    }
    edges = {each: looks[each] for each in ("source", "target", "slot")}
    if isinstance(run, LeveledRun):
        nodes["differentiated"] = part.add(run.has_gradient.astype(np.uint8))
        edges["flows"] = part.add(run.wires.flows.astype(np.uint8))
    if slopes is not None:
        edges["local_from"] = part.add(slopes)
    return Structure.of({"nodes": nodes, "edges": edges}, part, signature)


def _wires(run: Run, part: Part) -> Columns:
    if isinstance(run, LeveledRun):
        source, target, slot = run.wires.sources, run.wires.targets, run.wires.slots
    else:
        rows = [(edge.source, edge.target, edge.slot) for edge in run.edges]
        source, target, slot = np.array(rows, np.int32).reshape(-1, 3).T
    named = {"source": source, "target": target, "slot": slot}
    return {name: part.add(column.astype(np.int32)) for name, column in named.items()}


def _attributes(run: Run) -> Any:
    found = run.graph.attributes
    return [attributes_to_json(each) for each in found] if any(found) else {"all": {}}


def numbers_of(run: Run, part: Part, max_elements: int, slopes: Array | None = None) -> tuple[Columns, Columns]:
    """The columns of nodes and of edges that change with the numbers."""
    flags, budget = _flags(run, part), run.graph.budget
    if not isinstance(run, LeveledRun):
        nodes = {
            "value": part.numbers(run.values, max_elements, budget),
            "grad": part.numbers(map(run.adjoints.get, range(len(run.values))), max_elements, budget),
        }
        fields = ("local", "upstream", "contribution")
        edges = {name: part.numbers(map(attrgetter(name), run.edges), max_elements, budget) for name in fields}
        return {**nodes, "flags": flags}, edges
    found = run.columns
    return (
        {"value": part.add(found.values), "grad": part.add(found.gradients), "flags": flags},
        {"local": _local(run, part, slopes), "upstream": TARGET, "contribution": _contribution(run, part)},
    )


def _local(run: LeveledRun, part: Part, slopes: Array | None) -> Any:
    """All of them, or only those that stand nowhere among the values."""
    local = run.columns.local
    if slopes is None or not still_there(run, slopes):
        return part.add(local)
    return {"sent": part.add(local[slopes == SENT])}


def _flags(run: Run, part: Part) -> Any:
    found = flags_by_node(run)
    if not found:
        return {"all": []}
    kinds = list(dict.fromkeys([(), *map(tuple, found.values())]))
    index = np.zeros(len(run.values), np.uint8)
    for node, flags in found.items():
        index[node] = kinds.index(tuple(flags))
    return {"dictionary": kinds, "index": part.add(index)}


def _contribution(run: LeveledRun, part: Part) -> Any:
    """Named where it is the product to the last bit, sent where it is not (behind a closed gate, 0 is no −0)."""
    found, flows = run.columns, run.wires.flows
    with np.errstate(all="ignore"):
        product = found.gradients[run.wires.targets] * found.local
    bits = [x[flows].view(np.int64) for x in (product, found.contribution)]
    same = np.array_equal(*bits) or bool((bits[0] == bits[1])[~np.isnan(product[flows])].all())
    return PRODUCT if same else part.add(found.contribution)
