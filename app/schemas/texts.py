"""The texts of a graph: labels, glyphs, formulas.

They depend on its structure and names alone, so a run with other numbers (a slider's) finds them written.
"""

from collections.abc import Hashable, Sequence
from threading import Lock

from app.engine.executors.compiled import structure
from app.engine.executors.remembered import Remembered
from app.engine.graph import Graph
from app.engine.run import Run
from app.schemas.formulas import edge_formulas, node_formulas
from app.schemas.labels import Labels

NODES = 100_000
"""How many nodes and edges have their texts remembered, some 100 bytes each."""
Texts = Sequence[str | None]

_labels: Remembered[tuple[Texts, Texts]] = Remembered(NODES, Lock())
_formulas: Remembered[tuple[Texts, Texts]] = Remembered(NODES, Lock())


def looks(graph: Graph) -> Hashable:
    """What decides every text of a graph."""
    return structure(graph), tuple(graph.names)


def labels_and_glyphs(graph: Graph) -> tuple[Texts, Texts]:
    """The labels of every node, and the glyphs."""
    return _labels.get(looks(graph), lambda: written_labels(graph), len(graph))


def written_labels(graph: Graph) -> tuple[Texts, Texts]:
    """`labels_and_glyphs`, not remembered."""
    made = Labels(graph)
    return made.labels, made.glyphs


def formulas(run: Run) -> tuple[Texts, Texts]:
    """The formulas of every node and of every edge."""
    key = looks(run.graph), run.output, run.wrt
    return _formulas.get(key, lambda: (node_formulas(run), edge_formulas(run)), len(run.values) + len(run.edges))
