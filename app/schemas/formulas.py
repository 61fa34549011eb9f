"""Formulas in TeX for nodes and edges, from the engine's one printer."""

from itertools import compress, count, groupby

from app.engine.printing import formula, local_formulas
from app.engine.run import Run


def node_formulas(run: Run) -> list[str | None]:
    """By node: what it computes, in terms of its operands; null for leaves.  Raises DeadlineExceeded."""
    watched = run.graph.budget.watched("formulas", enumerate(run.graph.ops))
    return [None if op.leaf else formula(run.graph, node) for node, op in watched]


def edge_formulas(run: Run) -> list[str | None]:
    """By edge: its local derivative, or how it pulls back; null where no derivative passes."""
    found: list[str | None] = []
    for target, edges in groupby(run.edges, lambda each: each.target):
        passes = [each.contribution is not None for each in edges]
        texts = iter(local_formulas(run.graph, target, list(compress(count(), passes))))
        found += [next(texts) if each else None for each in passes]
    return found
