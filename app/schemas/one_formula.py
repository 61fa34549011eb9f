"""`POST /api/v1/formulas`: the formulas of one node and of the edges around it, where all would be too many."""

from collections.abc import Hashable, Iterator
from itertools import islice
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.executors.leveled import LeveledRun
from app.engine.printing import formula, local_formulas
from app.engine.run import Edge, Run
from app.schemas.answers import run_planned
from app.schemas.encode import dump
from app.schemas.reply import SCHEMA_VERSION, Documented
from app.schemas.running import Lap
from app.schemas.subject import Subject

EDGES_MOST = 256
"""Edges that leave the node and have their formulas sent: of a sum over thousands nobody reads the rest."""


class FormulasRequest(Subject):
    """A program, and one of its nodes."""

    node: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="the node's id, as in the reply of /backprop to the same subject; default: the output"
    )

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        return "formulas", self.runs, sizes, self.detail, tuple(self.open), self.output, tuple(self.wrt or ())


class FormulasReply(Documented):
    """What /backprop gives as `formula` and `local_formula`, of one node and its edges."""

    schema_version: Literal["1.0"]
    program: str
    node: str
    formula: str | None = Field(description="TeX of what it computes; null of an input or a constant")
    edges: dict[str, str] = Field(
        description="by id, TeX of the local derivative: of all edges into the node and the first "
        f"{EDGES_MOST} out of it, where gradient flows"
    )


EXAMPLES: dict[str, Any] = {
    "product": {
        "summary": "A product: the derivative by each operand is the other one",
        "value": {"program": "x = 2.0\ny = 3.0\nz = sin(x * y)", "node": "n2"},
    }
}
"""Shown in the reference, and run by a test."""


def answer_formulas(request: FormulasRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/formulas`, encoded.  Raises LangError, EngineError, FieldError, TooLarge."""
    ran = run_planned(request, budget, lap)
    run = ran.run
    node = run.output if request.node is None else ran.node(request.node, "node")
    slots = list(range(len(run.graph.inputs[node])))
    around = [(node, slot) for slot in slots] + list(islice(_uses(run, node), EDGES_MOST))
    found = {}
    for target, slot in around:
        edge = run.edge_at[target, slot]
        if edge.contribution is not None:
            name = ran.renamed(Edge(edge.source, target, slot).id)
            (found[name],) = local_formulas(run.graph, target, [slot])
    count = 1 + len(found)
    if count > reply_elements:
        raise TooLarge(
            f"reply: it would hold {count:,} formulas, the limit is {reply_elements:,} — ask for another node",
            limit=reply_elements, reached=count,
        )  # fmt: skip
    lap("formulas")
    return dump({
        "schema_version": SCHEMA_VERSION,
        "program": ran.subject.program,
        "node": ran.id(node),
        "formula": None if run.graph.ops[node].leaf else formula(run.graph, node),
        "edges": found,
    })  # fmt: skip


def _uses(run: Run, node: int) -> Iterator[tuple[int, int]]:
    """Target and slot of the edges that leave a node."""
    if isinstance(run, LeveledRun):
        edges = np.nonzero(run.wires.sources == node)[0]
        yield from zip(run.wires.targets[edges].tolist(), run.wires.slots[edges].tolist(), strict=True)
        return
    for target, inputs in enumerate(islice(run.graph.inputs, node + 1, None), node + 1):
        yield from ((target, slot) for slot, source in enumerate(inputs) if source == node)
