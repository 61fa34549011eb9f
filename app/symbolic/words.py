"""The words that the ops' symbolic forms are written in, beside SymPy's own; evaluated in the child process only.

What has steps or corners has the derivative that the engine takes there: 0 on a step, 0 at the corner of |x|, half of
each where two are equally large.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import sympy
from sympy.logic.boolalg import Boolean

Term = Any
"""A SymPy expression, or a condition."""
LARGEST_EXACT = 1e15
"""Whole numbers above this are floats: no power tower is worked out digit by digit."""
FEW_DIGITS = 7
CONSTANTS = {3.141592653589793: sympy.pi, 6.283185307179586: 2 * sympy.pi, 2.718281828459045: sympy.E}


def number(x: float) -> Term:
    """A float as SymPy has it: short decimals as fractions, π and e as themselves, the rest as floats."""
    value = float(x)
    if value != value:
        return sympy.nan
    if abs(value) == float("inf"):
        return sympy.oo if value > 0 else -sympy.oo
    if value in CONSTANTS:
        return CONSTANTS[value]
    if value.is_integer() and abs(value) < LARGEST_EXACT:
        return sympy.Integer(int(value))
    text = repr(value)
    digits = text.partition("e")[0].replace("-", "").replace(".", "").strip("0")
    return sympy.Rational(text) if len(digits) <= FEW_DIGITS and "e" not in text else sympy.Float(value, 17)


class _Flat(sympy.Function):  # type: ignore[misc]
    """Flat between its steps: its derivative is 0 wherever there is one, and taken as 0 where there is none."""

    nargs = (1,)

    def fdiff(self, argindex: int = 1) -> Term:
        return sympy.Integer(0)

    def _eval_is_extended_real(self) -> bool:
        return True


class sign_step(_Flat):
    """−1, 0 or 1."""


class floor_step(_Flat):
    """The largest whole number that is not larger."""


class ceil_step(_Flat):
    """The smallest whole number that is not smaller."""


class trunc_step(_Flat):
    """The number without what stands behind its point."""


class round_step(_Flat):
    """The nearest whole number, halves to the even one."""


class stop(_Flat):
    """The number itself, through which no derivative passes."""


class magnitude(sympy.Function):  # type: ignore[misc]
    """|x| for real x; SymPy's own thinks of complex numbers, too, wherever it can't exclude them."""

    nargs = (1,)

    def fdiff(self, argindex: int = 1) -> Term:
        return sign_step(self.args[0])

    def _eval_is_extended_real(self) -> bool:
        return True


def power(x: Term, p: Term) -> Term:
    """x to the power p; of two numbers only what has few digits is exact."""
    if x.is_number and p.is_number:
        try:
            found = abs(complex(x) ** complex(p))
        except (ArithmeticError, TypeError, ValueError):
            found = float("inf")
        if not found < LARGEST_EXACT or abs(complex(p)) > 64:
            return sympy.Float(x, 17) ** sympy.Float(p, 17)
    return x**p


def cube_root(x: Term) -> Term:
    """∛x of negative numbers too."""
    return sign_step(x) * magnitude(x) ** sympy.Rational(1, 3)


def largest(*xs: Term) -> Term:
    """The largest of several; shares of several that are equally large are even between two."""
    parts = [(x, sympy.And(*(x > other for j, other in enumerate(xs) if j != i))) for i, x in enumerate(xs)]
    return sympy.Piecewise(*parts, (reduce(larger, xs), True))


def smallest(*xs: Term) -> Term:
    """The smallest of several."""
    return -largest(*(-x for x in xs))


def first_largest(*xs: Term) -> Term:
    """The largest of several, of equally large ones the first."""
    return sympy.Piecewise(*((x, sympy.And(*(x >= other for other in xs))) for x in xs[:-1]), (xs[-1], True))


def is_condition(e: Any) -> bool:
    """Whether it is true or false; SymPy counts symbols among what might be."""
    return isinstance(e, Boolean) and not isinstance(e, sympy.Expr)


def holds(m: Term) -> Boolean:
    """A number as a condition."""
    return m if is_condition(m) else sympy.Ne(m, 0)


def either_of(condition: Boolean, a: Term, b: Term) -> Term:
    """a where the condition holds, else b."""
    return sympy.Piecewise((a, condition), (b, True))


def larger(a: Term, b: Term) -> Term:
    """The larger of two; half of each where they are the same."""
    return sympy.Piecewise((a, a > b), (b, b > a), ((a + b) / 2, True))


def smaller(a: Term, b: Term) -> Term:
    """The smaller of two; half of each where they are the same."""
    return sympy.Piecewise((a, a < b), (b, b < a), ((a + b) / 2, True))


def clip(x: Term, low: float | None, high: float | None) -> Term:
    """x cut to what lies between; its slope on the limits is 1."""
    parts = [] if low is None else [(number(low), x < number(low))]
    parts += [] if high is None else [(number(high), x > number(high))]
    return sympy.Piecewise(*parts, (x, True))


def open_clip(x: Term, low: float, high: float) -> Term:
    """The same with slope 0 on the limits."""
    return sympy.Piecewise((number(low), x <= number(low)), (number(high), x >= number(high)), (x, True))


def huber(d: Term, delta: Term) -> Term:
    """½ d² near 0, a straight line far from it."""
    far = delta * (magnitude(d) - delta / 2)
    return sympy.Piecewise((d**2 / 2, sympy.And(d <= delta, d >= -delta)), (far, True))


WORDS: Mapping[str, Any] = {
    **{name: getattr(sympy, name) for name in (
        "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh",
        "acosh", "atanh", "erf", "pi",
    )},
    "erfc": lambda x: 1 - sympy.erf(x), "Abs": magnitude, "number": number, "power": power, "cube_root": cube_root,
    "holds": holds, "either_of": either_of, "larger": larger, "smaller": smaller, "clip": clip,
    "open_clip": open_clip, "huber": huber, "sign_step": sign_step, "floor_step": floor_step, "ceil_step": ceil_step,
    "trunc_step": trunc_step, "round_step": round_step, "stop": stop,
    "amax_of": largest, "amin_of": smallest, "max_dim_of": first_largest,
    "min_dim_of": lambda *xs: -first_largest(*(-x for x in xs)),
    "greater": sympy.Gt, "less": sympy.Lt, "greater_equal": sympy.Ge, "less_equal": sympy.Le, "equal": sympy.Eq,
    "not_equal": sympy.Ne, "both": sympy.And, "either": sympy.Or, "negation": sympy.Not,
    "isnan": lambda x: sympy.false, "isinf": lambda x: sympy.false, "isfinite": lambda x: sympy.true,
}  # fmt: skip
