"""Formulas in TeX for nodes and edges, from the engine's one printer."""

from app.engine.printing import formula, local_formula
from app.engine.run import Run


def node_formulas(run: Run) -> list[str | None]:
    """By node: what it computes, in terms of its operands; null for leaves."""
    return [None if op.leaf else formula(run.graph, node) for node, op in enumerate(run.graph.ops)]


def edge_formulas(run: Run) -> list[str | None]:
    """By edge: its local derivative, or how it pulls back; null where no derivative passes."""
    return [
        None if each.contribution is None else local_formula(run.graph, each.target, each.slot) for each in run.edges
    ]
