"""Circular and hyperbolic functions and their inverses."""

import math
from typing import Any

import numpy as np

from app.engine.forms import ANY, ATOM, function, symbolic, tex
from app.engine.op import Op, Sample, Worked
from app.engine.ops.arithmetic import mul
from app.engine.ops.elementary import DERIVATIVES, sqrt, unary
from app.engine.ops.registry import Composed

INSIDE = (Sample((np.array([-0.6, 0.1, 0.8]),)), Sample((0.3,)))
ABOVE_ONE = (Sample((np.array([1.3, 2.0, 4.5]),)), Sample((1.7,)))


def spelled(short: str, long: str = "") -> tuple[str, ...]:
    """`asin` and `arcsin` under every prefix that has them."""
    names = [
        name
        for each in (short, long)
        if each
        for name in (each, f"np.{each}", f"torch.{each}", f"jnp.{each}", f".{each}")
    ]
    return (*names, f"math.{short}")


def outside_why(x: Any) -> str:
    """Why an inverse is not finite."""
    return "it has no value there"


# sin 0 = 0, cos 0 = 1.
sin = unary("sin", "sine", "The sine of an angle in radians.", np.sin, lambda x, y: cos(x), (0.0, 0.0, 1.0),
            names=spelled("sin"), forms=function("math.sin", r"\sin", symbol="sin"), rule="trigonometric")  # fmt: skip
# cos 0 = 1, −sin 0 = 0.
cos: Op = unary("cos", "cosine", "The cosine of an angle in radians.", np.cos, lambda x, y: -sin(x), (0.0, 1.0, 0.0),
                names=spelled("cos"), forms=function("math.cos", r"\cos", symbol="cos"),
                rule="trigonometric")  # fmt: skip
# tan 0 = 0, 1 + 0² = 1.
tan = unary("tan", "tangent", "The tangent of an angle in radians.", np.tan, lambda x, y: 1 + y**2, (0.0, 0.0, 1.0),
            names=spelled("tan"), forms=function("math.tan", r"\tan", symbol="tan"),
            rule="trigonometric", samples=INSIDE)  # fmt: skip
# arcsin 0 = 0, slope 1/√1.
arcsin = unary("arcsin", "inverse sine", "The angle whose sine is the number.", np.arcsin,
               lambda x, y: 1 / sqrt(1 - x**2),
               (0.0, 0.0, 1.0), names=spelled("asin", "arcsin"), why=outside_why,
               forms=function("math.asin", r"\arcsin", symbol="asin"),
               rule="inverse trigonometric", samples=INSIDE)  # fmt: skip
# arccos 0 = π/2, slope −1/√1.
arccos = unary("arccos", "inverse cosine", "The angle whose cosine is the number.", np.arccos,
               lambda x, y: -1 / sqrt(1 - x**2),
               (0.0, 1.5707963267948966, -1.0), names=spelled("acos", "arccos"), why=outside_why,
               forms=function("math.acos", r"\arccos", symbol="acos"),
               rule="inverse trigonometric", samples=INSIDE)  # fmt: skip
# arctan 1 = π/4, slope 1/(1 + 1).
arctan = unary("arctan", "inverse tangent", "The angle whose tangent is the number.", np.arctan,
               lambda x, y: 1 / (1 + x**2),
               (1.0, 0.7853981633974483, 0.5), names=spelled("atan", "arctan"),
               forms=function("math.atan", r"\arctan", symbol="atan"), rule="inverse trigonometric")  # fmt: skip
# sinh 0 = 0, cosh 0 = 1.
sinh = unary("sinh", "hyperbolic sine", "The hyperbolic sine.", np.sinh, lambda x, y: cosh(x), (0.0, 0.0, 1.0),
             names=spelled("sinh"), forms=function("math.sinh", r"\sinh", symbol="sinh"),
             rule="hyperbolic")  # fmt: skip
# cosh 0 = 1, sinh 0 = 0.
cosh: Op = unary("cosh", "hyperbolic cosine", "The hyperbolic cosine.", np.cosh, lambda x, y: sinh(x), (0.0, 1.0, 0.0),
                 names=spelled("cosh"), forms=function("math.cosh", r"\cosh", symbol="cosh"),
                 rule="hyperbolic")  # fmt: skip
# tanh 0 = 0, 1 − 0² = 1.
tanh = unary("tanh", "hyperbolic tangent", "The hyperbolic tangent, from -1 to 1.", np.tanh,
             lambda x, y: 1 - y**2, (0.0, 0.0, 1.0),
             names=(*spelled("tanh"), "F.tanh", "jax.nn.tanh"), saturates=0.01,
             forms=function("math.tanh", r"\tanh", symbol="tanh"), rule="hyperbolic")  # fmt: skip
# arsinh 0 = 0, slope 1/√1.
arcsinh = unary("arcsinh", "inverse hyperbolic sine", "The number whose hyperbolic sine is the number.", np.arcsinh,
                lambda x, y: 1 / sqrt(x**2 + 1), (0.0, 0.0, 1.0), names=spelled("asinh", "arcsinh"),
                forms=function("math.asinh", name="arsinh", symbol="asinh"), rule="inverse hyperbolic")  # fmt: skip
# arcosh √2 = 0.881…, slope 1/√(2 − 1).
arccosh = unary("arccosh", "inverse hyperbolic cosine", "The number whose hyperbolic cosine is the number.", np.arccosh,
                lambda x, y: 1 / sqrt(x**2 - 1), (1.4142135623730951, 0.8813735870195432, 0.9999999999999998),
                names=spelled("acosh", "arccosh"), why=outside_why, samples=ABOVE_ONE,
                forms=function("math.acosh", name="arcosh", symbol="acosh"), rule="inverse hyperbolic")  # fmt: skip
# artanh 0 = 0, slope 1/(1 − 0).
arctanh = unary("arctanh", "inverse hyperbolic tangent", "The number whose hyperbolic tangent is the number.",
                np.arctanh,
                lambda x, y: 1 / (1 - x**2), (0.0, 0.0, 1.0), names=spelled("atanh", "arctanh"), why=outside_why,
                forms=function("math.atanh", name="artanh", symbol="atanh"),
                rule="inverse hyperbolic", samples=INSIDE)  # fmt: skip

atan2 = Op(
    name="atan2",
    rule="inverse trigonometric",
    noun="angle",
    doc="The angle of the point (second, first), in all quadrants; its slopes at the origin are NaN, 0 in PyTorch.",
    forward=np.arctan2,
    slots=("a", "b"),
    partials=(lambda a, b, y: b / (a**2 + b**2), lambda a, b, y: -a / (a**2 + b**2)),
    names=("arctan2", "np.arctan2", "np.atan2", "torch.atan2", "torch.arctan2", "jnp.arctan2", "math.atan2", ".atan2"),
    forms=function("math.atan2")
    | symbolic("atan2({0}, {1})") | tex(r"\operatorname{{atan2}}\left({0}, {1}\right)", ATOM, ANY),
    samples=(Sample((np.array([1.0, -2.0]), np.array([[0.5], [-1.5]]))), Sample((1.5, -0.5))),
    # The point (1, 1) lies at π/4; slopes ½ and −½.
    worked=Worked((1.0, 1.0), 0.7853981633974483, (0.5, -0.5)),
    source=DERIVATIVES,
)

TRIGONOMETRIC = (
    sin, cos, tan, arcsin, arccos, arctan, sinh, cosh, tanh, arcsinh, arccosh, arctanh, atan2,
)  # fmt: skip
ANGLE_FUNCTIONS = (
    Composed(("radians", "np.radians", "np.deg2rad", "torch.deg2rad", "jnp.radians", "jnp.deg2rad", "math.radians"),
             lambda x: mul(x, math.pi / 180)),
    Composed(("degrees", "np.degrees", "np.rad2deg", "torch.rad2deg", "jnp.degrees", "jnp.rad2deg", "math.degrees"),
             lambda x: mul(x, 180 / math.pi)),
)  # fmt: skip
