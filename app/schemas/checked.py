"""From an agreement of the engine to plain data: by variable, in the shape of each, every way and what differs most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.checks import Pick
from app.engine.ways.agreement import Agreement, Entry, Point, laid_out
from app.engine.ways.differences import ORDER, Scheme
from app.lang.leftovers import Binding, ids
from app.schemas.numbers import number_to_json
from app.schemas.running import Ran
from app.schemas.variables import assembled, labelled, lengths

WAYS = ("forward_mode", "symbolic", "numeric")


# ── what was found, by node and element ─────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Asked:
    """The scheme, the step, and the largest array that is sent in full."""

    scheme: Scheme
    h: float
    most: int


Table = dict[int, dict[int, Any]]


def by_node(numbers: Iterable[tuple[Pick, Any]]) -> Table:
    """What belongs to elements, by node and then by element."""
    table: Table = {}
    for (node, element), each in numbers:
        table.setdefault(node, {})[element] = each
    return table


@dataclass(frozen=True)
class Tables:
    """An agreement by node; `bounds` has an entry for every element that was looked at."""

    entries: Mapping[str, Table]
    bounds: Table
    found: Agreement
    why: str | None

    @classmethod
    def of(cls, found: Agreement, why: str | None) -> "Tables":
        """`why` there are not all formulas."""
        entries = {way: by_node((each.pick, each) for each in found.entries[way]) for way in WAYS}
        return cls(entries, by_node(found.bounds.items()), found, why)

    def reason(self, way: str, nodes: Iterable[int]) -> str | None:
        """Why a way has nothing, or not everything, for these nodes."""
        if way == "symbolic":
            return self.why
        obstacles = self.found.obstacles if way == "numeric" else {}
        return next((obstacles[node] for node in nodes if node in obstacles), None)


def sent(ran: Ran, binding: Binding, table: Table, most: int) -> Any:
    """A variable's numbers, nested as it is; NaN where there is none, null where there are none at all."""
    nodes = list(ids(binding))
    if nodes and not any(table.get(node) for node in nodes) and any(np.size(ran.run.values[node]) for node in nodes):
        return None
    return assembled(binding, lambda node: laid_out(ran.run, node, table.get(node, {})), most)


# ── one variable ────────────────────────────────────────────────────────────────────────────────────────
def check_to_json(ran: Ran, name: str, binding: Binding, tables: Tables, asked: Asked) -> dict[str, Any]:
    most, nodes, labels = asked.most, list(ids(binding)), dict(labelled(ran.run, name, binding))
    ways = {way: _way(tables, way, nodes, labels) for way in WAYS}
    looked = sum(len(tables.bounds.get(node, ())) for node in nodes)
    given = [way for way in ways.values() if way["ok"] is not None]
    others = {
        way: {node: {i: each.other for i, each in tables.entries[way].get(node, {}).items()} for node in nodes}
        for way in WAYS
    }
    return {
        "shape": lengths(ran.run, binding),
        "reverse": assembled(binding, ran.run.adjoints.get, most),
        **{way: sent(ran, binding, others[way], most) for way in WAYS},
        "relative_error": ways["numeric"]["relative_error"],
        "ok": bool(given or not labels) and all(way["ok"] for way in given),
        "kink": not tables.found.kinks.isdisjoint(labels),
        "sampled": None if looked == len(labels) else looked,
        "agreement": ways,
        "parts": _parts(ran, binding, tables, asked),
    }


def _way(tables: Tables, way: str, nodes: list[int], labels: Mapping[Pick, str]) -> dict[str, Any]:
    found = [each for node in nodes for each in tables.entries[way].get(node, {}).values() if each.compared]
    judged = [each for each in found if way != "numeric" or each.pick not in tables.found.kinks]
    worst = max(judged, key=_badness, default=None)
    return {
        "relative_error": None if worst is None else number_to_json(worst.error),
        "ok": all(each.ok for each in found) if found else None,
        "compared": len(found),
        "worst": None if worst is None else {
            "label": labels[worst.pick], "reverse": number_to_json(worst.reverse), "other": number_to_json(worst.other),
        },
        "why": tables.reason(way, nodes),
    }  # fmt: skip


def _badness(entry: Entry) -> tuple[bool, float]:
    return bool(np.isnan(entry.error)), 0.0 if np.isnan(entry.error) else entry.error


def _parts(ran: Ran, binding: Binding, tables: Tables, asked: Asked) -> dict[str, Any]:
    h, most = asked.h, asked.most
    own: Table = {node: tables.bounds.get(node, {}) for node in ids(binding)}
    derivatives: Table = {node: {i: each.derivative for i, each in row.items()} for node, row in own.items()}
    cuts: Table = {node: {i: each.truncation(h) for i, each in row.items()} for node, row in own.items()}
    first = next((each for row in own.values() for each in row.values()), None)
    return {
        "order": ORDER[asked.scheme],
        "derivative": sent(ran, binding, known(derivatives), most),
        "truncation": sent(ran, binding, known(cuts), most),
        "noise": number_to_json(0.0 if first is None else first.noise),
        "rounding": number_to_json(0.0 if first is None else first.rounding(h)),
    }


def known(table: Table) -> Table:
    """Without what is None."""
    return {node: {i: each for i, each in row.items() if each is not None} for node, row in table.items()}


def point_to_json(ran: Ran, names: Mapping[str, Binding], point: Point, most: int) -> dict[str, Any]:
    columns = {"estimate": point.estimates, "error": point.errors, "truncation": point.truncations}
    tables = {field: by_node(numbers.items()) for field, numbers in columns.items()}
    return {
        "h": point.h,
        **{
            field: {name: sent(ran, binding, table, most) for name, binding in names.items()}
            for field, table in tables.items()
        },
        "rounding": number_to_json(point.rounding),
    }
