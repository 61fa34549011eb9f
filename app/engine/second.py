"""Second order: the Hessian from the gradient graph, its product with a vector, and what bends where in a chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.errors import TooLarge
from app.engine.graph import Graph, Node
from app.engine.jacobian import output_jacobian
from app.engine.op import Array, shape
from app.engine.passes import active_nodes, differentiate, forward_mode, partial, push, quiet, tangent_graph

LARGEST = 128
"""Numbers of the inputs of the largest Hessian that is made."""
WORK = 600_000
"""Nodes of the gradient graph, times numbers of the inputs, that are swept for a Hessian."""


@dataclass(frozen=True)
class SecondOrder:
    """A scalar output's gradient as nodes of the graph, for which `wrt` gives the order."""

    graph: Graph
    wrt: tuple[int, ...]
    gradient: Mapping[int, Node | None]

    @classmethod
    def of(cls, graph: Graph, output: int, wrt: Iterable[int], seed: Array) -> "SecondOrder":
        """The graph grows by its gradient graph.  Raises TooLarge, DeadlineExceeded."""
        nodes = tuple(dict.fromkeys(wrt))
        adjoints, _ = differentiate(graph.node(output), [graph.node(i) for i in nodes], seed)
        return cls(graph, nodes, {i: adjoints.get(i) for i in nodes})

    @property
    def size(self) -> int:
        """Numbers of all inputs together."""
        return sum(int(np.size(self.graph.values[i])) for i in self.wrt)

    def values(self) -> Array:
        """The gradient as one vector, inputs one after the other in C order."""
        return self._vector({i: None if g is None else g.value for i, g in self.gradient.items()})

    def hessian(self) -> Array:
        """∂²output/∂i∂j, a row for each number of the gradient.  Raises TooLarge, DeadlineExceeded."""
        n = self.size
        if n > LARGEST or n * len(self.graph) > WORK:
            raise TooLarge(
                f"hessian: it has {n:,} × {n:,} numbers, each row a pass over {len(self.graph):,} nodes; made are up to"
                f" {LARGEST} rows and {WORK:,} nodes in all passes — choose fewer names in wrt, or give a vector",
                limit=LARGEST, reached=n,
            )  # fmt: skip
        rows = [self._rows(i) for i in self.wrt]
        return np.concatenate(rows) if rows else np.zeros((0, 0))

    def _rows(self, i: int) -> Array:
        count, gradient = int(np.size(self.graph.values[i])), self.gradient[i]
        if gradient is None:
            return np.zeros((count, self.size))
        found = output_jacobian(self.graph, gradient.id, self.wrt)
        return np.concatenate([found[j].reshape(count, np.size(self.graph.values[j])) for j in self.wrt], 1)

    def product(self, vector: Mapping[int, Array]) -> Array:
        """The Hessian times a vector, without the Hessian: one tangent pass over the gradient graph."""
        with quiet():
            given = {i: np.asarray(vector[i], float)[()] for i in self.wrt if i in vector}
            tangents = forward_mode(self.graph, self.graph.values, given)
        return self._vector({i: None if g is None else tangents.get(g.id) for i, g in self.gradient.items()})

    def _vector(self, parts: Mapping[int, Array | None]) -> Array:
        found = [np.zeros(shape(self.graph.values[i])) if parts[i] is None else parts[i] for i in self.wrt]
        return np.concatenate([np.asarray(each, float).reshape(-1) for each in found]) if found else np.zeros(0)


# ── what the matrix says ────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues, smallest first, and what they say; those closer to 0 than the tolerance count as 0."""

    eigenvalues: Array
    definiteness: str
    tolerance: float


def spectrum(hessian: Array) -> Spectrum | None:
    """Of a symmetric matrix; None where a number of it is not finite.

    The tolerance is the rounding error of the eigenvalues: LAPACK Users' Guide, §4.7.1 (p(n)·ε·‖A‖, here p(n) = 8n).
    """
    if not np.isfinite(hessian).all():
        return None
    found = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    tolerance = 8 * max(1, len(found)) * float(np.finfo(float).eps) * float(np.abs(found).max(initial=0.0))
    return Spectrum(found, definiteness(found, tolerance), tolerance)


def definiteness(eigenvalues: Array, tolerance: float) -> str:
    """The name of a quadratic form of these eigenvalues."""
    above, below = bool((eigenvalues > tolerance).any()), bool((eigenvalues < -tolerance).any())
    if above and below:
        return "indefinite"
    if not above and not below:
        return "zero"
    flat = bool((np.abs(eigenvalues) <= tolerance).any())
    return f"{'positive' if above else 'negative'} {'semidefinite' if flat else 'definite'}"


# ── where a chain bends ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Composition:
    """One op on what varies: second = outer_bend + inner_bend, f″·g′² + f′·g″ where it has one operand that varies.

    With several operands: Σ fᵢⱼ·uᵢ′·uⱼ′ and Σ fᵢ·uᵢ″.
    """

    node: int
    inner: tuple[int, ...]
    first: float
    second: float
    outer_bend: float
    inner_bend: float
    outer_second: float | None
    """f″, where one operand varies."""
    outer_first: float | None
    """f′, where one operand varies."""


def compositions(graph: Graph, output: int, variable: int) -> list[Composition]:
    """Every op between a single number and a single number, in evaluation order.  Raises DeadlineExceeded."""
    inside = active_nodes(graph, output, (variable,))
    first: dict[int, float] = {variable: 1.0}
    second: dict[int, float] = {variable: 0.0}
    found = []
    with quiet():
        for i in sorted(inside - {variable}):
            graph.budget.check_time(i)
            each = _composition(graph, i, first, second)
            first[i], second[i] = each.first, each.second
            found.append(each)
    return found


def _composition(graph: Graph, i: int, first: Mapping[int, float], second: Mapping[int, float]) -> Composition:
    op, sources, attributes, y = graph.ops[i], graph.inputs[i], graph.attributes[i], graph.values[i]
    values = [graph.values[s] for s in sources]
    slots = [slot for slot, s in enumerate(sources) if s in first and op.carries(slot)]
    one = len(slots) == 1 and bool(op.partials)

    def pushed(of: Mapping[int, float], slot: int) -> float:
        return float(push(op, slot, np.float64(of[sources[slot]]), values, y, attributes))

    slope = float(np.asarray(partial(op, slots[0], values, y, attributes), float)) if one else None
    bend = curvature(graph, i, {slot: first[sources[slot]] for slot in slots})
    inner = sum(pushed(second, slot) for slot in slots)
    g = first[sources[slots[0]]] if one else 0.0
    return Composition(
        node=i, inner=tuple(dict.fromkeys(sources[slot] for slot in slots)),
        first=sum(pushed(first, slot) for slot in slots), second=bend + inner, outer_bend=bend, inner_bend=inner,
        outer_second=curvature(graph, i, {slots[0]: 1.0}) if one and g != 0 else None, outer_first=slope,
    )  # fmt: skip


def curvature(graph: Graph, i: int, direction: Mapping[int, float]) -> float:
    """Σ fᵢⱼ·dᵢ·dⱼ of one op: its tangent in a direction, and that one's tangent in the same direction."""
    scratch = Graph()
    nodes = [scratch.leaf(graph.values[s], f"x{slot}") for slot, s in enumerate(graph.inputs[i])]
    y = graph.ops[i](*nodes, **graph.attributes[i])
    tangents = {nodes[slot]: scratch.constant(d) for slot, d in direction.items()}
    first = tangent_graph(y, tangents)
    if not isinstance(first, Node):
        return 0.0
    found = tangent_graph(first, tangents)
    return float(np.asarray(found.value, float)) if isinstance(found, Node) else float(found or 0.0)


# ── a step ──────────────────────────────────────────────────────────────────────────────────────────────
def newton_step(gradient: Sequence[float], hessian: Array) -> tuple[Array | None, str | None]:
    """−H⁻¹·g, or why there is none."""
    found = spectrum(hessian)
    if found is None or not np.isfinite(gradient).all():
        return None, "a derivative is not finite"
    if (np.abs(found.eigenvalues) <= found.tolerance).any():
        return None, "the Hessian is singular: along one direction the slope does not change"
    return -np.linalg.solve((hessian + hessian.T) / 2, np.asarray(gradient, float)), None
