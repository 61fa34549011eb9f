"""Values into operands, operands into nodes: where the language meets the engine's ops."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import BadArgument
from app.engine.graph import Graph, Node
from app.engine.op import Op
from app.engine.ops import FUNCTIONS, OPS, SYNONYMS
from app.engine.record import Note
from app.lang.chances.chance import Chance
from app.lang.chances.generators import Draws
from app.lang.display import concrete
from app.lang.errors import Trouble
from app.lang.meter import Meter
from app.lang.slots import in_slots, leaf_of, operands_of, outcome
from app.lang.tracing.memory import Memory
from app.lang.values import (
    NO_DIFFERENCE,
    NODES,
    Exact,
    Function,
    Number,
    Poison,
    Slope,
    Stopped,
    Value,
    in_graph,
    is_number,
    kind,
    leaves,
)

INNER_NAME = re.compile(r"[\w.<>]*\w>?\(\)")
"""What Python calls a function in its messages."""
LISTS, CONDITIONS = (list, tuple), (bool, np.bool_)
LOOK = 256
"""Steps between two looks at the time."""
MISTAKES = (TypeError, ValueError, IndexError, KeyError, OverflowError, AttributeError, np.linalg.LinAlgError)
"""What an op may raise over arguments that it was not made for."""


class Workshop(Memory):
    """A graph in the making, and all that turns values into its nodes."""

    def __init__(self, budget: Budget, seed: int) -> None:
        super().__init__()
        self.budget = budget
        self.graph = Graph(budget)
        self.printed: list[str] = []
        self.remarks: list[Note] = []
        self.line_is_open = False
        self.meter = Meter()
        self.updating = 0  # above 0 the numbers of parameters are being changed: nothing needs to be cut
        self.no_grad = 0  # above 0 no gradient passes
        self._seed = seed

    @cached_property
    def draws(self) -> Draws:
        """The program's random state."""
        return Draws(self._seed, self.budget)

    def tick(self, steps: int = 1) -> None:
        """Count steps; look at the time now and then.  Raises Exhausted, DeadlineExceeded."""
        meter = self.meter
        before = meter.steps
        meter.take(steps)
        if self.budget.deadline is not None and before // LOOK != meter.steps // LOOK:
            self.budget.check_time(len(self.graph))

    @cached_property
    def chance(self) -> Chance:
        """The state of Python's `random`."""
        return Chance(self._seed)

    def remark(self, code: str, message: str) -> None:
        """Note something about the place at work that is no error."""
        self.remarks.append(Note(code, message, None, self.graph.span))

    def inside(self, path: str, name: str) -> Value:
        """What `path.name` of a module means."""
        raise NotImplementedError

    # ── operands ────────────────────────────────────────────────────────────────────────────────────────
    def operand(self, value: Value) -> Any:
        """A node, an array or a number.  Raises Trouble for what is none."""
        if isinstance(value, Node):
            return value
        if isinstance(value, Number):
            return value.in_graph(self.graph)
        if isinstance(value, CONDITIONS):
            return np.bool_(value)
        if is_number(value):
            return float(value)
        if isinstance(value, np.ndarray):
            return value
        if isinstance(value, Stopped):
            return self.node(value.value) if self.updating or self.no_grad else self.cut_off(value.value)
        if isinstance(value, Slope):
            found = self.node_of(value)
            return found if self.updating or self.no_grad else OPS["stop"](found)
        if isinstance(value, list | tuple):
            return self.as_array(value)
        raise self.not_numbers(value)

    def cut_off(self, value: Value) -> Node:
        """A value as a node that passes no gradient back; of what has memory a view."""
        stopped: Node = OPS["stop"](self.node(value))
        return self.stopped_view(value, stopped) if isinstance(value, Node | Number) else stopped

    def node(self, value: Value) -> Node:
        """The value in the graph; a constant where it was not there yet."""
        operand = self.operand(value)
        return operand if isinstance(operand, Node) else self.graph.leaf(operand)

    def not_numbers(self, value: Value) -> Exception:
        """The problem that something is calculated with that is no number."""
        if isinstance(value, Function):
            return Trouble(
                "bad_argument", f"{value.name}: this is a function, it must be applied to something",
                f"write `{value.name}(x)`",
            )  # fmt: skip
        hint = "texts are only printed: print(f'{x:.2f}')" if isinstance(value, str) else "write a number or a variable"
        return Trouble("bad_argument", f"operand: this is {kind(value)}, it must be a number or an array", hint)

    def as_array(self, value: Value) -> Any:
        """A nested list as one array; with something of the graph inside, stacked there.  Raises Trouble."""
        if not isinstance(value, list | tuple):
            return value.exact if isinstance(value, Number) and not value.is_input else self.operand(value)
        return self._array(self.meter.take_list(value))

    def _array(self, value: Value) -> Any:
        if not isinstance(value, list | tuple):
            return self.as_array(value)
        if any(in_graph(each) for each in leaves(value)):
            return self.outside_too(FUNCTIONS["stack"], [[self._array(each) for each in value]], {})
        for each in leaves(value):
            if not is_number(each) and not isinstance(each, Number | np.ndarray):
                raise Trouble("bad_argument", f"array: it holds {kind(each)}, it must hold numbers", "leave it out")
        try:
            made = np.array(concrete(value))
        except ValueError:
            made = np.array(None)
        if made.dtype == object:
            raise Trouble("bad_argument", "array: its rows have different lengths, they must be equal",
                          "give every row as many numbers")  # fmt: skip
        self.budget.spend("array", made.size)
        return made if made.dtype == np.bool_ else made.astype(float)

    def node_of(self, slope: Slope) -> Any:
        """A gradient as a node."""
        raise NotImplementedError

    # ── calculating ─────────────────────────────────────────────────────────────────────────────────────
    def arithmetic(self, op: str, a: Value, b: Value) -> Value:
        """An operator between two values."""
        try:
            if type(a) in NODES and type(b) in NODES and OPS[op].call is None:
                return self.graph.add(OPS[op], (a, b), {})
            return self.outside_too(OPS[op], [self.operand(a), self.operand(b)], {})
        except MISTAKES as error:
            hint = "to multiply by a number write `*`" if op == "matmul" else None
            raise Trouble("bad_argument", f"{op}: {kind(a)} and {kind(b)} do not go together", hint) from error

    def call_named(self, name: str, arguments: Sequence[Value], options: Mapping[str, Value]) -> Value:
        """One of the engine's functions by its spelling."""
        return self.apply(Function(name, FUNCTIONS[name]), list(arguments), dict(options))

    def call_by_name(self, name: str, arguments: list[Value], options: dict[str, Value]) -> Value:
        """The same for a name that there may be no op of.  Raises Trouble."""
        if name not in FUNCTIONS:
            raise Trouble("unknown_function", f"{name}: there is no such function here", "write it in smaller steps")
        return self.call_named(name, arguments, options)

    def apply(self, function: Function, arguments: list[Value], options: dict[str, Value]) -> Value:
        """One of the engine's functions, on values as they were evaluated.  Raises Trouble, EngineError."""
        target = function.target
        for each in arguments:
            if isinstance(each, LISTS):
                self.meter.take_list(each)
        count, takes_list, names, any_name = operands_of(target)
        options = self._known(function, options, names, any_name)
        if takes_list and arguments and isinstance(arguments[0], list | tuple):
            operands: list[Any] = [[self.operand(each) for each in arguments[0]]]
        else:
            operands = [each if "subscripts" in names else self.operand(each) for each in arguments[:1]]
        operands += [self._argument(each, i < count) for i, each in enumerate(arguments[1:], 1)]
        slots = target.slots if isinstance(target, Op) and target.call is None and not target.variadic else ()
        keywords = {name: self._argument(each, name in slots) for name, each in options.items()}
        if "seed" in names:  # what is drawn inside a function comes from the program's own random numbers
            keywords.setdefault("seed", self.draws.torch.source)
        if slots and (keywords or len(operands) != len(slots)):
            operands, keywords = in_slots(function.name, slots, operands, keywords), {}
        try:
            found = self.outside_too(target, operands, keywords)
        except MISTAKES as error:
            raise self.misused(function, error) from error
        of = 1 if "subscripts" in names else 0
        return self.shared(function.name, operands[of], found) if len(operands) > of else found

    def misused(self, function: Function, error: Exception) -> Exception:
        """The problem that a function was given what it cannot take."""
        names = operands_of(function.target)[2] - {"t", "_t", "self", "own", "options", "_"}
        hint = f"it takes {', '.join(sorted(names))}" if names else "look it up at /docs"
        reason = INNER_NAME.sub("it", str(error).split("\n")[0][:160]).replace("call_", "")
        return Trouble("bad_argument", f"{function.name}: these arguments do not fit: {reason}", hint)

    def that_matter(self, function: Function, options: dict[str, Value]) -> dict[str, Value]:
        """Keywords of one of the language's own functions, without those that change nothing and that it has not."""
        if not options:
            return options
        _, _, names, any_name = operands_of(function.target)
        return {name: each for name, each in options.items() if any_name or name in names or name not in NO_DIFFERENCE}

    def outside_too(self, target: Callable[..., Any], operands: list[Any], options: dict[str, Any]) -> Value:
        """The op on nodes; without a node among the operands in a graph of its own, of which only the value stays."""
        if isinstance(target, Op) and target.call is not None:
            target = target.call
        for each in operands:
            if isinstance(each, Node) or (isinstance(each, list) and any(isinstance(e, Node) for e in each)):
                return target(*operands, **options)
        if any(isinstance(each, Node) for each in options.values()):
            return target(*operands, **options)
        aside = Graph(self.budget)
        return outcome(target(*(leaf_of(aside, each) for each in operands), **options))

    def _argument(self, value: Value, is_operand: bool) -> Any:
        """What stands behind the first operand: a further operand, or something the op is told."""
        if is_operand and value is not None and not isinstance(value, str | slice):
            return self.operand(value)
        if isinstance(value, Number):
            if value.is_input and not float(value.exact).is_integer():
                return value.in_graph(self.graph)
            value.was_size = True
            return value.exact
        if isinstance(value, list | tuple):
            if all(isinstance(each, Number | Exact) or is_number(each) for each in leaves(value)) and not any(
                isinstance(concrete(each), float) for each in leaves(value)
            ):
                return tuple(concrete(value))
            return self.as_array(value) if not any(isinstance(e, str) or e is None for e in leaves(value)) else value
        if isinstance(value, Exact) and isinstance(value.exact, int):
            return value.exact
        if isinstance(value, Function | Poison):
            raise self.not_numbers(value)
        return self.operand(value) if isinstance(value, Stopped | Slope) else value

    def _known(
        self, function: Function, options: dict[str, Value], names: frozenset[str], any_name: bool
    ) -> dict[str, Value]:
        """Keywords under the names that the function has.  Raises BadArgument."""
        found: dict[str, Value] = {}
        for name, value in options.items():
            own = name if name in names or any_name else SYNONYMS.get(name, name)
            if own in names or any_name:
                found[own] = value
            elif name not in NO_DIFFERENCE:
                known = ", ".join(sorted(names)) or "none"
                raise BadArgument(f"{function.name}: it has no argument {name!r} — its arguments are {known}")
        return found
