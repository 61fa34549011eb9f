"""What one forward and backward pass leaves behind: plain records, drawn, stepped through, checked and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from app.engine.graph import Graph, Span
from app.engine.op import Array
from app.engine.passes import EdgeKey


@dataclass(frozen=True, slots=True)
class Edge:
    """One operand slot.  `local` is a number, or an array of the target's shape for elementwise ops, else None.

    `upstream` (the target's gradient) and `contribution` (in the source's shape) are None where no derivative passes.
    """

    source: int
    target: int
    slot: int
    local: Array | None = None
    upstream: Array | None = None
    contribution: Array | None = None

    @property
    def id(self) -> str:
        """`n1>n3.0`: from node 1 to the first slot of node 3."""
        return f"n{self.source}>n{self.target}.{self.slot}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing that is no error."""

    code: str
    message: str
    node: int | None = None
    span: Span | None = None


class Step(NamedTuple):
    """One thing that happens.  `after` is what the node holds then; a multiply's `after` is the contribution.

    A tuple, as a large run has some hundred thousand of them.
    """

    index: int  # type: ignore[assignment]  # instead of a tuple's search for an item
    phase: Literal["forward", "backward", "tangent"]
    level: int
    kind: Literal["evaluate", "seed", "multiply", "accumulate"]
    node: int
    edge: Edge | None = None
    before: Array | None = None
    add: Array | None = None
    after: Array | None = None


@dataclass
class Run:
    """Values, adjoints and edges of one graph.

    `adjoints` has the output, the `wrt` nodes and every node between them; others have no gradient.  Each adjoint is
    the sum of the contributions of its out-edges in the order of `backward_order` (plus the seed at the output).
    """

    graph: Graph
    output: int
    seed: Array
    wrt: tuple[int, ...]
    values: list[Array]
    adjoints: dict[int, Array]
    pulled: Mapping[EdgeKey, tuple[Array | None, Array]]  # local derivative and contribution, where a derivative passes
    order: list[int]  # the targets in the order in which they pull
    levels_forward: list[int]
    levels_backward: list[int]
    notes: list[Note] = field(default_factory=list)

    @cached_property
    def edges(self) -> list[Edge]:
        """Every operand slot, by target and slot.  Raises DeadlineExceeded."""
        edges, found = [], self.pulled.get
        targets = range(len(self.levels_forward))  # the graph may have grown since
        for target in self.graph.budget.watched("edges", targets):
            upstream = self.adjoints.get(target)
            for slot, source in enumerate(self.graph.inputs[target]):
                pulled = found((target, slot))
                edges.append(Edge(source, target, slot) if pulled is None
                             else Edge(source, target, slot, pulled[0], upstream, pulled[1]))  # fmt: skip
        return edges

    @cached_property
    def edge_at(self) -> dict[EdgeKey, Edge]:
        """Edges by (target, slot)."""
        return {(edge.target, edge.slot): edge for edge in self.edges}

    @cached_property
    def out_edges(self) -> dict[int, list[Edge]]:
        """By source, the edges that contribute to its gradient, in the order in which they are added."""
        found: dict[int, list[Edge]] = {}
        for target in self.order:
            for slot, source in enumerate(self.graph.inputs[target]):
                if (target, slot) in self.pulled:
                    found.setdefault(source, []).append(self.edge_at[target, slot])
        return found
