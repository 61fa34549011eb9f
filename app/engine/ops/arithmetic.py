"""Plus, minus, times, divided by, and powers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.forms import (
    ANY,
    ATOM,
    FRACTION,
    POWER,
    PRODUCT,
    PYTHON,
    SIGN,
    SUM,
    Form,
    infix,
    program,
    python,
    symbolic,
    tex,
)
from app.engine.op import Array, Op, Operand, Sample, Worked
from app.engine.ops.elementary import log
from app.engine.ops.logic import both, equal, less_equal
from app.engine.structure import CALCULUS, possible, unless

PAIRS = (
    Sample((np.array([1.5, -2.0, 0.25]), np.array([-0.5, 3.0, 1.25]))),
    Sample((np.array([[1.5], [-2.0]]), np.array([0.75, 3.0, -1.25]))),
    Sample((1.5, np.array([0.75, 3.0, -1.25]))),
)


def spellings(name: str, *more: str) -> tuple[str, ...]:
    """A binary function's name as NumPy, PyTorch and JAX spell it, and as a method."""
    return (f"np.{name}", f"torch.{name}", f"jnp.{name}", *more)


def product_rule(varying: tuple[bool, ...]) -> str:
    """The product rule where both factors vary."""
    return "product" if all(varying) else "constant multiple"


def quotient_rule(varying: tuple[bool, ...]) -> str:
    """The quotient rule where the divisor varies."""
    return "quotient" if varying[1] else "constant multiple"


def power_rule(varying: tuple[bool, ...]) -> str:
    """xⁿ, aˣ, or both at once."""
    if all(varying):
        return "logarithmic differentiation"
    return "power" if varying[0] else "exponential"


add = Op(
    name="add",
    rule="sum",
    noun="sum",
    doc="The sum of two numbers.",
    forward=np.add,
    slots=("a", "b"),
    partials=(lambda a, b, y: 1, lambda a, b, y: 1),
    unit={0: 0, 1: 0},
    names=spellings("add", ".add"),
    forms=infix("+", SUM, right=0),
    samples=PAIRS,
    # 2 + 3 = 5.
    worked=Worked((2.0, 3.0), 5.0, (1.0, 1.0)),
    source=CALCULUS,
)

sub = Op(
    name="sub",
    rule="difference",
    noun="difference",
    doc="The first number less the second.",
    forward=np.subtract,
    slots=("a", "b"),
    partials=(lambda a, b, y: 1, lambda a, b, y: -1),
    unit={1: 0},
    names=spellings("subtract", "torch.sub", ".sub"),
    forms=infix("-", SUM),
    samples=PAIRS,
    # 2 − 3 = −1.
    worked=Worked((2.0, 3.0), -1.0, (1.0, -1.0)),
    source=CALCULUS,
)

mul = Op(
    name="mul",
    rule=product_rule,
    noun="product",
    doc="The product of two numbers.",
    forward=np.multiply,
    slots=("a", "b"),
    partials=(lambda a, b, y: b, lambda a, b, y: a),
    unit={0: 1, 1: 1},
    names=spellings("multiply", "torch.mul", ".mul"),
    forms=infix("*", PRODUCT, tex=r"\cdot", right=0),
    samples=PAIRS,
    # 2 · 3 = 6; each factor's slope is the other factor.
    worked=Worked((2.0, 3.0), 6.0, (3.0, 2.0)),
    source=CALCULUS,
)


def div_why(a: Any, b: Any) -> str:
    """Why a quotient is not finite."""
    return "nothing can be divided by 0" if np.any(np.asarray(b) == 0) else "the quotient is too large for a float"


div = Op(
    name="div",
    rule=quotient_rule,
    noun="quotient",
    doc="The first number divided by the second.",
    forward=np.divide,
    slots=("a", "b"),
    partials=(lambda a, b, y: 1 / b, lambda a, b, y: -(a / b**2)),
    unit={1: 1},
    names=spellings("divide", "np.true_divide", "torch.div", ".div"),
    why=div_why,
    forms=infix("/", PRODUCT) | tex(r"\frac{{{0}}}{{{1}}}", FRACTION, ANY),
    samples=PAIRS,
    # 3/2 = 1.5; 1/2 and −3/2² = −0.75.
    worked=Worked((3.0, 2.0), 1.5, (0.5, -0.75)),
    source=CALCULUS,
)

neg = Op(
    name="neg",
    noun="negative",
    doc="The number with the other sign.",
    forward=np.negative,
    slots=("x",),
    partials=(lambda x, y: -1,),
    names=("np.negative", "torch.neg", "torch.negative", "jnp.negative", ".neg"),
    forms=tex("-{0}", SIGN, SIGN) | python("-{0}", SIGN, SIGN) | symbolic("-{0}")
    | program("-{0}", SIGN, SIGN), rule="constant multiple",
    samples=(Sample((np.array([1.5, -2.0]),)), Sample((0.25,))),
    # −2, slope −1.
    worked=Worked((2.0,), -2.0, (-1.0,)),
    source=CALCULUS,
)


def power(x: Array, p: Array) -> Array:
    """x to the power p in real numbers: NaN where there is none, never a complex number."""
    return np.power(x, p, dtype=np.result_type(x, p, float))


def pow_base(x: Operand, p: Operand, y: Operand) -> Any:
    """p·x^(p−1), and 0 for the constant x⁰ where that is 0·∞.

    Not for x > 0: there the formula is 0 of itself, but its slope in p is not.
    """
    constant = equal(p, 0.0)
    return unless(both(constant, less_equal(x, 0.0)) if possible(constant) else False, p * pow_(x, p - 1))


def pow_exponent(x: Operand, p: Operand, y: Operand) -> Any:
    """y·ln x, and 0 where 0 to any power stays 0."""
    return unless(both(equal(x, 0.0), less_equal(0.0, p)), y * log(x))


def power_text(texts: Sequence[str], attributes: Mapping[str, Any]) -> str:
    """math.pow, which is real or fails; a square is a product, as in NumPy, and to the last bit."""
    x, p = texts
    product, power = f"({x} * {x})", f"math.pow({x}, {p})"
    return product if p == "2.0" else power if p[0].isdigit() else f"({product} if {p} == 2.0 else {power})"


def pow_why(x: Any, p: Any) -> str:
    """Why a power is not finite."""
    if np.any((np.asarray(x) == 0) & (np.asarray(p) < 0)):
        return "0 to a negative power divides by 0"
    return "a negative number has no real fractional power" if np.any(np.asarray(x) < 0) else "the power is too large"


def pow_kinks(x: Any, p: Any) -> Any:
    """0⁰: as p moves, 0 to it is 1 there and 0 above."""
    return np.equal(x, 0) & np.equal(p, 0)


pow_ = Op(
    name="pow",
    rule=power_rule,
    noun="power",
    doc="The first number raised to the second.",
    forward=power,
    slots=("x", "p"),
    partials=(pow_base, pow_exponent),
    unit={1: 1},
    names=("pow", "power", "np.power", "np.pow", "torch.pow", "jnp.power", "math.pow", ".pow"),
    why=pow_why,
    kinks=pow_kinks,
    kink_slot=1,
    took="took 0",
    forms=tex("{0}^{{{1}}}", POWER, ATOM, ANY) | {PYTHON: Form(power_text)} | symbolic("power({0}, {1})")
    | program("{0} ** {1}", POWER, ATOM, POWER),
    samples=(
        Sample((np.array([0.5, 1.5, 2.0]), np.array([2.0, -1.5, 0.5]))),
        Sample((np.array([[0.5], [1.5]]), 3.0)),
    ),
    # 2³ = 8; 3·2² = 12; 8·ln 2 = 5.545177444479562.
    worked=Worked((2.0, 3.0), 8.0, (12.0, 5.545177444479562)),
    source=CALCULUS,
)

ARITHMETIC = (add, sub, mul, div, neg, pow_)
