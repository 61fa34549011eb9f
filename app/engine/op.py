"""The op record: everything there is to know about one operation, stated once."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.errors import IncompleteRecord, ShapeMismatch
from app.engine.forms import PYTHON, TEX, Form

Array = Any
"""A NumPy array, a NumPy scalar, or a Python float."""
Operand = Any
"""An Array or a Node: rules cannot tell the difference, and must not."""
Shape = tuple[int, ...]
Rule = Callable[..., Operand]


FLOATS = frozenset({float, np.float64})
SINGLE = (float, bool, np.bool_)
"""The types of single numbers and conditions; NumPy's float64 is a float."""
BUILTINS: Mapping[str, Any] = {
    "math": math, "inf": math.inf, "nan": math.nan, "abs": abs, "max": max, "min": min, "float": float, "round": round,
}  # fmt: skip
"""What Python forms are written in."""


def on_floats(slots: tuple[str, ...], form: Form | None) -> Callable[..., float] | None:
    """An op's Python form as a function; None where there is no form, or it depends on attributes."""
    if form is None:
        return None
    try:
        text = form.write(slots, {})
    except KeyError:
        return None
    found: Callable[..., float] = eval(f"lambda {', '.join(slots)}: {text}", {"__builtins__": {}, **BUILTINS})
    return found


def single_number(found: float | bool) -> Array:
    """What a function on floats gave, as NumPy has it."""
    if type(found) is np.float64:
        return found
    return np.float64(found) if isinstance(found, float) else np.bool_(found)


def is_condition(value: Array) -> bool:
    """Whether an array or a number holds True and False."""
    return isinstance(value, bool) or getattr(value, "dtype", None) == np.bool_


def floating(x: Any) -> Array:
    """Conditions and whole numbers as floats; what is float stays, and so do the complex numbers of a complex step."""
    array = np.asarray(x)
    return (array if array.dtype.kind in "fc" else array.astype(float))[()]


class Traced:
    """What stands for a value in a graph; `Node` is the only one.  Here, so that ops need not know the graph."""

    __slots__ = ("graph", "id")
    graph: Any
    id: int


class Operands(tuple[Operand, ...]):
    """All operands of one node while its slots are pulled one after the other, with the same upstream gradient.

    A rule keeps here what is the same for all slots: work over all operands once a slot would be quadratic.
    """

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gave when it was first asked for under this key."""
        kept = self.__dict__
        if key not in kept:
            kept[key] = make()
        return kept[key]


@dataclass(frozen=True, slots=True)
class Whole:
    """A rule for what is neither elementwise nor linear: `vjp(g, *inputs, y)` and `jvp(tangent, *inputs, y)`."""

    vjp: Rule
    jvp: Rule


@dataclass(frozen=True, slots=True)
class Sample:
    """Operands from the inside of an op's domain, for the generic tests."""

    inputs: tuple[Array, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worked:
    """One number worked by hand: the value, and per operand its gradient when the output's gradient is all ones."""

    inputs: tuple[Array, ...]
    value: Array
    gradients: tuple[Array | None, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Op:
    """One operation.  It states partials, transposes, whole or only detail; a slot with None carries no derivative.

    | kind        | rule                                        | states                                            |
    |-------------|---------------------------------------------|---------------------------------------------------|
    | partials    | per slot (*inputs, y, **attributes)         | ∂y/∂input; of a reduction: along its axes         |
    | transposes  | per slot (g, *inputs, **attributes)         | Jᵀg; linear in the slot, so Jẋ is the op itself   |
    | whole       | per slot Whole(vjp, jvp)                    | Jᵀg and Jẋ, for what fits neither of the above    |
    | detail only | (*inputs, **attributes)                     | the same value in smaller ops                     |

    Rules are written with operators and the engine's ops, never with `np.` or `if` on values.  A reduction has the
    attributes `axis` (tuple of ints ≥ 0) and `keepdims`, and its rules see `y` with the lost axes as 1.
    """

    name: str
    noun: str  # what people call the result: "product", "hyperbolic tangent"
    doc: str
    forward: Callable[..., Array]
    slots: tuple[str, ...]
    partials: tuple[Rule | None, ...] = ()
    transposes: tuple[Rule | None, ...] = ()
    whole: tuple[Whole | None, ...] = ()
    variadic_transpose: Rule | None = None  # (slot, g, Operands, **attributes), for slots ("*xs",)
    detail: Rule | None = None
    fold: Rule | None = None  # (so far, next): a reduction that is this, left to right in C order
    elementwise: bool = False  # needs saying only where partials or mask do not say it already
    reduces: bool = False
    mask: bool = False  # yields True or False: selects, is never multiplied
    view: bool = False  # moves or repeats elements, makes no numbers
    unit: Mapping[int, float] = field(default_factory=dict)  # {slot: number} that leaves the other operand as it is
    differentiable: bool = True
    names: tuple[str, ...] = ()
    call: Callable[..., Any] | None = None
    size: Callable[..., int] | None = None  # (*inputs, **attributes) → numbers made, where more than broadcasting makes
    work: Callable[..., int] | None = None  # (*inputs, **attributes) → multiplications, where far more than numbers
    kinks: Callable[..., Array] | None = None  # (*inputs, **attributes) → where the derivative does not exist
    kink_slot: int | None = None  # the only operand whose derivative does not exist there; default all
    ties: Callable[..., Array] | None = None  # (*inputs, **attributes) → where several operands win together
    took: str = ""  # what the rule takes at a kink or tie: "took 0"
    gate: bool = False  # all derivatives zero means a dead unit
    saturates: float | None = None  # a derivative smaller than this means a saturated unit
    why: Callable[..., str] | None = None  # (*inputs, **attributes) → a better reason for a non-finite value
    forms: Mapping[str, Form]
    samples: tuple[Sample, ...] = ()
    worked: Worked | None = None
    source: str = ""
    rule: str | Callable[[tuple[bool, ...]], str] = ""  # the rule's name; from which operands vary, if it depends on it
    leaf: bool = False
    floats: Callable[..., float] | None = field(init=False, default=None)  # forward on floats, from the Python form
    variadic: bool = field(init=False, default=False)  # takes any number of operands
    flows: tuple[bool, ...] | bool = field(init=False, default=False)  # whether a derivative flows: to all, or per slot
    light: bool = field(init=False, default=False)  # on single numbers nothing but `floats` is to be asked
    remarkable: bool = field(init=False, default=False)  # a run may have a note about a node of this op
    calculates: bool = field(init=False, default=False)  # with numbers: conditions among the operands count as 1 and 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "variadic", self.slots[:1] != () and self.slots[0].startswith("*"))
        for missing in self._missing():
            raise IncompleteRecord(f"op {self.name!r}: {missing}")
        object.__setattr__(self, "floats", on_floats(self.slots, self.forms.get(PYTHON) if self.pointwise else None))
        object.__setattr__(self, "flows", self._flows())
        object.__setattr__(self, "calculates", self.flows is True and not self.view)
        light = self.floats is not None and self.size is None and self.work is None and not self.view
        object.__setattr__(self, "light", light)
        remarkable = self.gate or any(each is not None for each in (self.kinks, self.ties, self.saturates))
        object.__setattr__(self, "remarkable", remarkable)

    def __call__(self, *operands: Operand, **attributes: Any) -> Any:
        """On arrays the value; with a node among the operands a new node of its graph."""
        for operand in operands:
            if isinstance(operand, Traced):
                return operand.graph.add(self, operands, attributes)
        return self.compute(operands, attributes)

    def compute(self, values: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
        """The value; single numbers are quicker as floats, and where floats raise (1/0, log 0) NumPy goes on.

        What is left is NumPy's again: a rule goes on with it, and must not raise either.
        """
        single, conditions = self.floats is not None, False
        for value in values:
            if type(value) in FLOATS:
                continue
            conditions = conditions or is_condition(value)
            single = single and isinstance(value, SINGLE)
        if conditions and self.calculates:  # NumPy would take True + True for True, and e^True with three digits
            values = [np.asarray(value, float)[()] if is_condition(value) else value for value in values]
        if single:
            try:
                found = self.floats(*values)  # type: ignore[misc]
            except (ArithmeticError, ValueError):
                pass
            else:
                return single_number(found)
        return self.forward(*values, **attributes)

    @property
    def pointwise(self) -> bool:
        """Whether each number of the result depends on one number of each operand (after broadcasting)."""
        return self.elementwise or self.mask or (bool(self.partials) and not self.reduces)

    def carries(self, slot: int) -> bool:
        """Whether a derivative flows to the operand in `slot`."""
        flows = self.flows
        return flows if isinstance(flows, bool) else flows[slot]

    def rule_for(self, varying: tuple[bool, ...]) -> str:
        """What the rule is called by which this op is differentiated where these operands vary."""
        return (self.rule if isinstance(self.rule, str) else self.rule(varying)) or f"derivative of {self.name}"

    def _flows(self) -> tuple[bool, ...] | bool:
        rules: tuple[Any, ...] = self.partials or self.transposes or self.whole
        if not rules or not self.differentiable:
            return self.differentiable and not self.leaf
        flows = tuple(rule is not None for rule in rules)
        return flows[0] if len(set(flows)) == 1 else flows

    def apply(self, values: list[Array], attributes: Mapping[str, Any]) -> Array:
        """The value; shapes that do not go together are said in a sentence.

        Raises ShapeMismatch.
        """
        try:
            return self.compute(values, attributes)
        except ValueError as error:
            raise ShapeMismatch(self._mismatch(values)) from error

    def _mismatch(self, values: list[Array]) -> str:
        names = tuple(f"operand {i}" for i in range(1, len(values) + 1)) if self.variadic else self.slots
        shapes = ", ".join(f"{name} is {np.shape(value)}" for name, value in zip(names, values, strict=True))
        return f"{self.name}: {shapes}; compared from the right, sizes must be equal or 1 — reshape one of them"

    def _missing(self) -> list[str]:
        count = len(self.slots)
        rules = [rules for rules in (self.partials, self.transposes, self.whole) if rules]
        needed = {
            "what people call its result (noun)": bool(self.noun),
            "one plain sentence (doc)": bool(self.doc),
            f"a form for {TEX}": self.leaf or TEX in self.forms,
            "samples": self.leaf or bool(self.samples),
            "a number worked by hand (worked)": self.leaf or self.worked is not None,
            "its source": self.leaf or bool(self.source),
            "one kind of derivative rule, not several": len(rules) + bool(self.variadic_transpose) <= 1,
            f"a derivative rule (or None) for each of its {count} slots": all(len(rule) == count for rule in rules),
            "a derivative rule, or differentiable=False": (
                bool(rules or self.variadic_transpose or self.detail) or not self.differentiable or self.leaf
            ),
            "what it takes at a kink or tie (took)": bool(self.took) or not (self.kinks or self.ties),
        }
        return [f"the record lacks {part}" for part, there in needed.items() if not there]


def _no_forward(*_: Array, **__: Any) -> Array:
    raise NotImplementedError("a leaf has a value and computes nothing")


INPUT = Op(
    name="input", noun="input", doc="A value that the person gives.", forward=_no_forward, slots=(), forms={}, leaf=True
)
CONSTANT = Op(
    name="constant", noun="constant", doc="A number that stays.", forward=_no_forward, slots=(), forms={}, leaf=True
)


def shape(x: Operand) -> Shape:
    """The shape of a node, an array or a number."""
    found: Shape = getattr(x, "shape", ())
    return found
