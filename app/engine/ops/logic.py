"""Comparisons and conditions: masks, which select and carry no derivative."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.engine.forms import ANY, COMPARE, SUM, python, tex
from app.engine.op import Op, Sample, Worked

PAIR = (np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 1.0]))
BRACKET = "K. E. Iverson, A Programming Language, 1962 (the bracket [P])"


def comparison(
    name: str, doc: str, forward: Callable[..., Any], symbol: str, sign: str, holds: tuple[bool, bool, bool]
) -> Op:
    """A comparison; `holds` says what it yields for 1 and 2, 2 and 2, 3 and 1."""
    spelled = forward.__name__
    return Op(
        name=name,
        doc=doc,
        forward=forward,
        slots=("a", "b"),
        mask=True,
        differentiable=False,
        names=(f"np.{spelled}", f"torch.{spelled}", f"jnp.{spelled}"),
        forms=tex(f"[{{0}} {sign} {{1}}]", COMPARE, SUM) | python(f"{{0}} {symbol} {{1}}", COMPARE, SUM),
        samples=(Sample(PAIR), Sample((np.array([[0.5], [1.5]]), 1.0))),
        worked=Worked(PAIR, np.array(holds)),
        source=BRACKET,
    )


greater = comparison("greater", "True where the first number is larger.", np.greater, ">", ">", (False, False, True))
less = comparison("less", "True where the first number is smaller.", np.less, "<", "<", (True, False, False))
greater_equal = comparison(
    "greater_equal", "True where the first number is not smaller.", np.greater_equal, ">=", r"\ge", (False, True, True)
)
less_equal = comparison(
    "less_equal", "True where the first number is not larger.", np.less_equal, "<=", r"\le", (True, True, False)
)
equal = comparison("equal", "True where the numbers are the same.", np.equal, "==", "=", (False, True, False))
not_equal = comparison("not_equal", "True where the numbers differ.", np.not_equal, "!=", r"\ne", (True, False, True))

CONDITIONS = (np.array([True, True, False]), np.array([True, False, False]))

both = Op(
    name="both",
    doc="True where both conditions hold.",
    forward=np.logical_and,
    slots=("a", "b"),
    mask=True,
    differentiable=False,
    names=("np.logical_and", "torch.logical_and", "jnp.logical_and"),
    forms=tex(r"{0} \wedge {1}", ANY, COMPARE) | python("{0} and {1}", ANY, COMPARE),
    samples=(Sample(CONDITIONS),),
    worked=Worked(CONDITIONS, np.array([True, False, False])),
    source="G. Boole, The Laws of Thought, 1854",
)

LOGIC = (greater, less, greater_equal, less_equal, equal, not_equal, both)
