"""Arithmetic on numbers that no graph knows of: whole numbers stay whole, the rest is IEEE float64."""

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

LARGEST_WHOLE = 2**63
"""Beyond it a whole number becomes a float, so that no number takes more memory than another."""

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.true_divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def number(value: Any) -> int | float | bool:
    """A Python number from whatever NumPy made."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) >= LARGEST_WHOLE:
        return float(plain)
    found: int | float | bool = plain
    return found


def binary(op: type[ast.operator], a: int | float, b: int | float) -> int | float | bool:
    """`a op b`; divisions by zero and overflows give what IEEE says."""
    if op is ast.Pow:
        return power(a, b)
    with np.errstate(all="ignore"):
        if op in (ast.FloorDiv, ast.Mod) and b == 0:
            a = float(a)
        return number(BINARY[op](a, b))


def power(a: int | float, b: int | float) -> int | float:
    """a to the power b: whole where both are and the result fits, NaN where no real number is the answer."""
    if isinstance(a, int) and isinstance(b, int) and b >= 0 and a.bit_length() * b < 64:
        return number(a**b)
    with np.errstate(all="ignore"):
        return float(np.power(float(a), float(b)))


def compare(op: type[ast.cmpop], a: int | float, b: int | float) -> bool:
    """`a op b` as True or False."""
    return bool(COMPARE[op](a, b))
