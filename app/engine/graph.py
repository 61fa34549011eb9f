"""The graph: columns, a row per node, in evaluation order.

What is written is kept as it is written, so two 2s are two nodes and `x*x` has two edges.  What is derived (the
backward pass as a graph) is shared, and constants in it are folded.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from app.engine.budget import Budget, extent
from app.engine.errors import BadArgument
from app.engine.op import CONSTANT, INPUT, Array, Op, Operand, Shape, Traced, shape, single_number
from app.engine.ops.arithmetic import add, div, mul, neg, pow_, sub
from app.engine.ops.linear import matmul
from app.engine.ops.logic import greater, greater_equal, less, less_equal

Span = tuple[int, int, int, int]
"""Line, column, end line, end column: 1-based, the end column exclusive."""
Origin = tuple[str, int, int]
"""What a derived node belongs to: ("edge", target, slot), ("adjoint", node, 0), ("seed", output, 0)."""
ELEMENTS_WITHOUT_A_LOOK = 65_536


def as_value(value: Any) -> Array:
    """A value as the graph keeps it: float64 or boolean, a NumPy scalar instead of an array without axes.

    Raises BadArgument for what is not numbers.
    """
    if isinstance(value, float):
        return value if type(value) is np.float64 else np.float64(value)
    try:
        array = np.asarray(value)
        return (array if array.dtype == np.bool_ else np.asarray(array, float))[()]
    except (TypeError, ValueError):
        raise BadArgument(f"value: {value!r} is not a number or a rectangular list of numbers — check it") from None


def calculate(budget: Budget, op: Op, values: list[Array], attributes: Mapping[str, Any]) -> Array:
    """An op's value, not begun where the time left is too short for it.  Raises ShapeMismatch, DeadlineExceeded."""
    if op.work is None:
        return op.apply(values, attributes)
    return budget.heavy(op.name, op.work(*values, **attributes), lambda: op.apply(values, attributes))


class Graph:
    """Nodes as columns; values are computed as nodes are made."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self.ops: list[Op] = []
        self.inputs: list[tuple[int, ...]] = []
        self.attributes: list[dict[str, Any]] = []
        self.values: list[Array] = []
        self.names: list[str | None] = []
        self.scopes: list[tuple[str, ...]] = []
        self.spans: list[Span | None] = []
        self.origins: list[Origin | None] = []
        self.origin: Origin | None = None
        self.span: Span | None = None
        self.scope: tuple[str, ...] = ()
        self._shared: dict[Hashable, Node] = {}

    def __len__(self) -> int:
        return len(self.ops)

    # ── making nodes ────────────────────────────────────────────────────────────────────────────────────
    def leaf(self, value: Any, name: str | None = None) -> "Node":
        """A node with a value and no operands: an input if it has a name, else a constant."""
        value = np.float64(value) if type(value) is float else as_value(value)
        self.budget.spend(name or "constant", extent(value.shape))
        return self.append(INPUT if name is not None else CONSTANT, (), {}, value, name)

    def add(self, op: Op, operands: Sequence[Operand], attributes: dict[str, Any]) -> "Node":
        """A node for `op`; operands that are not nodes become constants.

        Raises ShapeMismatch, BadArgument, TooLarge, DeadlineExceeded.
        """
        if self.origin is not None:
            return self._derive(op, operands, attributes)
        ids = tuple([
            o.id if isinstance(o, Traced) and o.graph is self else self._own(o).id if isinstance(o, Traced)
            else self.leaf(o).id for o in operands
        ])  # fmt: skip
        return self.append(op, ids, attributes, self._evaluate(op, ids, attributes))

    def constant(self, value: Any) -> "Node":
        """A constant, shared with every derived constant of the same value."""
        value = as_value(value)
        key = CONSTANT, shape(value), value.dtype.str, value.tobytes()
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = self.leaf(value)
        return found

    def _derive(self, op: Op, operands: Sequence[Operand], attributes: dict[str, Any]) -> "Node":
        ids = tuple(self._own(o).id if isinstance(o, Traced) else self.constant(o).id for o in operands)
        key = op, ids, tuple(sorted(attributes.items()))
        found = self._shared.get(key)
        if found is not None:
            return found
        value = self._evaluate(op, ids, attributes)
        if all(self.ops[i] is CONSTANT for i in ids):
            return self.constant(value)
        same = self._without_unit(op, ids, shape(value))
        if same is None:
            same = self.append(op, ids, attributes, value)
        self._shared[key] = same
        return same

    def _without_unit(self, op: Op, ids: tuple[int, ...], form: Shape) -> "Node | None":
        """The other operand, where this one leaves it as it is: g·1, x¹, 0 + g."""
        for slot, unit in op.unit.items():
            other = ids[1 - slot]
            unchanged = self.ops[ids[slot]] is CONSTANT and shape(self.values[other]) == form
            if unchanged and np.all(self.values[ids[slot]] == unit):
                return Node(self, other)
        return None

    def _evaluate(self, op: Op, ids: tuple[int, ...], attributes: dict[str, Any]) -> Array:
        values = [self.values[i] for i in ids]
        if op.light and _numbers(values):
            try:
                found = single_number(op.floats(*values))  # type: ignore[misc]
            except (ArithmeticError, ValueError):
                pass  # where floats raise, NumPy goes on
            else:
                self.budget.spend(op.name, 1)
                return found
        self.budget.check_node(len(self.ops))
        self._foresee(op, values, attributes)
        value = calculate(self.budget, op, values, attributes)
        value = value[()] if isinstance(value, np.ndarray) else as_value(value)
        if op.view:  # takes no memory, but what comes next may
            self.budget.check_size(op.name, extent(value.shape))
        else:
            self.budget.spend(op.name, extent(value.shape))
        return value

    def _foresee(self, op: Op, values: list[Array], attributes: dict[str, Any]) -> None:
        """Refuse a result that would be too large before it takes memory."""
        if op.size is not None:
            self.budget.check_size(op.name, op.size(*values, **attributes))
        elif len(values) > 1 and not _singles(values) and op.pointwise and sum(np.size(v) for v in values) > min(
            ELEMENTS_WITHOUT_A_LOOK, self.budget.elements // 2
        ) ** 0.5:
            self._foresee_broadcast(op, values)

    def _foresee_broadcast(self, op: Op, values: list[Array]) -> None:
        try:
            form = np.broadcast_shapes(*(shape(v) for v in values))
        except ValueError:
            return  # the op itself says what is wrong
        size = 1
        for n in form:
            size *= n
        self.budget.check_size(op.name, size)

    def append(
        self, op: Op, ids: tuple[int, ...], attributes: dict[str, Any], value: Array, name: str | None = None
    ) -> "Node":
        """A row as it is given: the caller vouches for the value."""
        budget, node_id = self.budget, len(self.ops)
        if node_id >= budget.nodes or budget.deadline is not None:
            budget.check_node(node_id)
        self.ops.append(op)
        self.inputs.append(ids)
        self.attributes.append(attributes)
        self.values.append(value)
        self.names.append(name)
        self.scopes.append(self.scope)
        self.spans.append(self.span)
        self.origins.append(self.origin)
        return Node(self, node_id)

    def _own(self, operand: Traced) -> Traced:
        if operand.graph is not self:
            raise BadArgument("graph: operands are nodes of two graphs, they must be of one — copy the value instead")
        return operand

    # ── what surrounds nodes ────────────────────────────────────────────────────────────────────────────
    def name(self, node_id: int, name: str) -> None:
        """Give a node the name that a person gave it."""
        self.names[node_id] = name

    @contextmanager
    def place(self, *, span: Span | None = None, scope: Sequence[str] | None = None) -> Iterator[None]:
        """Nodes made inside belong to this place in the text and to this scope; None leaves what was."""
        before = self.span, self.scope
        self.span = before[0] if span is None else span
        self.scope = before[1] if scope is None else tuple(scope)
        try:
            yield
        finally:
            self.span, self.scope = before

    @contextmanager
    def deriving(self, origin: Origin) -> Iterator[None]:
        """Nodes made inside are derived: shared, folded, and belonging to `origin`."""
        before, self.origin = self.origin, origin
        try:
            yield
        finally:
            self.origin = before

    def node(self, node_id: int) -> "Node":
        """The node with this id."""
        return Node(self, node_id)

    def forget_shared(self) -> None:
        """Share none of the derived nodes so far with those to come: their ids have changed."""
        self._shared.clear()

    def input_ids(self) -> tuple[int, ...]:
        """The ids of all inputs, in order."""
        return tuple(i for i, op in enumerate(self.ops) if op is INPUT)


class Node(Traced):
    """A place in a graph that can be calculated with.  Equal means the same place; comparing values is `equal`."""

    __slots__ = ()
    __array_ufunc__ = None  # so that array * node reaches Node.__rmul__

    def __init__(self, graph: Graph, node_id: int) -> None:
        self.graph = graph
        self.id = node_id

    @property
    def value(self) -> Array:
        """Its value."""
        return self.graph.values[self.id]

    @property
    def shape(self) -> Shape:
        """The shape of its value."""
        return shape(self.graph.values[self.id])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of numbers."""
        return int(np.size(self.graph.values[self.id]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and other.graph is self.graph and other.id == self.id

    def __hash__(self) -> int:
        return hash((id(self.graph), self.id))

    def __repr__(self) -> str:
        return f"Node(n{self.id} {self.graph.ops[self.id].name} = {self.value})"

    def __add__(self, other: Operand) -> Any:
        return add(self, other)

    def __radd__(self, other: Operand) -> Any:
        return add(other, self)

    def __sub__(self, other: Operand) -> Any:
        return sub(self, other)

    def __rsub__(self, other: Operand) -> Any:
        return sub(other, self)

    def __mul__(self, other: Operand) -> Any:
        return mul(self, other)

    def __rmul__(self, other: Operand) -> Any:
        return mul(other, self)

    def __truediv__(self, other: Operand) -> Any:
        return div(self, other)

    def __rtruediv__(self, other: Operand) -> Any:
        return div(other, self)

    def __pow__(self, other: Operand) -> Any:
        return pow_(self, other)

    def __rpow__(self, other: Operand) -> Any:
        return pow_(other, self)

    def __matmul__(self, other: Operand) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Operand) -> Any:
        return matmul(other, self)

    def __neg__(self) -> Any:
        return neg(self)

    def __gt__(self, other: Operand) -> Any:
        return greater(self, other)

    def __ge__(self, other: Operand) -> Any:
        return greater_equal(self, other)

    def __lt__(self, other: Operand) -> Any:
        return less(self, other)

    def __le__(self, other: Operand) -> Any:
        return less_equal(self, other)


def _numbers(values: Sequence[Array]) -> bool:
    """Whether all are single numbers, as the graph keeps them: no arrays, no conditions."""
    for value in values:  # noqa: SIM110 - a generator costs as much as the op itself
        if type(value) is not np.float64:
            return False
    return True


def _singles(values: Sequence[Array]) -> bool:
    for value in values:  # noqa: SIM110 - a generator costs as much as the op itself
        if not isinstance(value, float):
            return False
    return True


def leaf_values(leaves: Mapping[int, Any]) -> dict[int, Array]:
    """New values for leaves, as the graph keeps values."""
    return {i: as_value(value) for i, value in leaves.items()}
