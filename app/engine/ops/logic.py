"""Comparisons and conditions: masks, which select and carry no derivative."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.forms import ATOM, COMPARE, SUM, python, symbolic, tex
from app.engine.op import Op, Sample, Worked

PAIR = (np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 1.0]))
BRACKET = "K. E. Iverson, A Programming Language, 1962 (the bracket [P])"


def comparison(
    name: str, short: str, doc: str, forward: Callable[..., Any], symbol: str, sign: str, holds: tuple[bool, ...]
) -> Op:
    """A comparison; `holds` says what it yields for 1 and 2, 2 and 2, 3 and 1."""
    return Op(
        name=name,
        noun="comparison",
        doc=doc,
        forward=forward,
        slots=("a", "b"),
        mask=True,
        differentiable=False,
        names=(f"np.{name}", f"torch.{name}", f"jnp.{name}", f".{name}", f"torch.{short}", f".{short}"),
        forms=tex(f"[{{0}} {sign} {{1}}]", ATOM, COMPARE) | python(f"{{0}} {symbol} {{1}}", COMPARE, SUM)
        | symbolic(f"{name}({{0}}, {{1}})"),
        samples=(Sample(PAIR), Sample((np.array([[0.5], [1.5]]), 1.0))),
        worked=Worked(PAIR, np.array(holds)),
        source=BRACKET,
    )


greater = comparison(
    "greater", "gt", "True where the first number is larger.", np.greater, ">", ">", (False, False, True)
)
less = comparison("less", "lt", "True where the first number is smaller.", np.less, "<", "<", (True, False, False))
greater_equal = comparison(
    "greater_equal", "ge", "True where the first number is not smaller.", np.greater_equal, ">=", r"\ge",
    (False, True, True),
)  # fmt: skip
less_equal = comparison(
    "less_equal", "le", "True where the first number is not larger.", np.less_equal, "<=", r"\le", (True, True, False)
)
equal = comparison("equal", "eq", "True where the numbers are the same.", np.equal, "==", "=", (False, True, False))
not_equal = comparison(
    "not_equal", "ne", "True where the numbers differ.", np.not_equal, "!=", r"\ne", (True, False, True)
)

CONDITIONS = (np.array([True, True, False]), np.array([True, False, False]))


def junction(
    name: str,
    noun: str,
    doc: str,
    forward: Callable[..., Any],
    word: str,
    sign: str,
    holds: tuple[bool, ...],
    level: int,
) -> Op:
    """Two conditions as one; `holds` says what it yields for true and true, true and false, false and false."""
    return Op(
        name=name,
        noun=noun,
        doc=doc,
        forward=forward,
        slots=("a", "b"),
        mask=True,
        differentiable=False,
        names=tuple(f"{prefix}logical_{word}" for prefix in ("", "np.", "torch.", "jnp.", ".")),
        forms=tex(f"{{0}} {sign} {{1}}", level, level + 1) | python(f"{{0}} != 0 {word} {{1}} != 0", level, SUM)
        | symbolic(f"{name}(holds({{0}}), holds({{1}}))"),
        samples=(Sample(CONDITIONS),),
        worked=Worked(CONDITIONS, np.array(holds)),
        source="G. Boole, The Laws of Thought, 1854",
    )


AND, OR = 6, 4
"""Levels of binding looser than a comparison's, `and` tighter than `or`."""
both = junction(
    "both",
    "conjunction",
    "True where both conditions hold.",
    np.logical_and,
    "and",
    r"\wedge",
    (True, False, False),
    AND,
)
either = junction(
    "either",
    "disjunction",
    "True where at least one of two conditions holds.",
    np.logical_or,
    "or",
    r"\vee",
    (True, True, False),
    OR,
)


def condition(name: str, noun: str, doc: str, forward: Callable[..., Any], code: str, holds: tuple[bool, ...]) -> Op:
    """What a single number is; `holds` says what it yields for 1, ∞ and NaN."""
    return Op(
        name=name,
        noun=noun,
        doc=doc,
        forward=forward,
        slots=("x",),
        mask=True,
        differentiable=False,
        names=(f"np.{name}", f"torch.{name}", f"jnp.{name}", f"math.{name}", f".{name}"),
        forms=tex(rf"\operatorname{{{{{name}}}}}\left({{0}}\right)") | python(code)
        | symbolic(f"{name}({{0}})"),
        samples=(Sample((np.array([1.0, np.inf, np.nan]),)),),
        worked=Worked((np.array([1.0, np.inf, np.nan]),), np.array(holds)),
        source="IEEE 754-2019, §5.7.2",
    )


isnan = condition(
    "isnan", "test for NaN", "True where there is no number.", np.isnan, "math.isnan({0})", (False, False, True)
)
isinf = condition(
    "isinf", "test for ∞", "True where the number is infinite.", np.isinf, "math.isinf({0})", (False, True, False)
)
isfinite = condition(
    "isfinite", "test for finiteness", "True where the number is neither infinite nor missing.",
    np.isfinite, "math.isfinite({0})",
    (True, False, False),
)  # fmt: skip

LOGIC = (greater, less, greater_equal, less_equal, equal, not_equal, both, either, isnan, isinf, isfinite)
