"""Exponentials, logarithms, circular and hyperbolic functions."""

from typing import Any

import numpy as np

from app.engine.forms import ANY, POWER, function, tex
from app.engine.op import Op, Sample, Worked

DERIVATIVES = "Abramowitz & Stegun, Handbook of Mathematical Functions, §§3.3, 4.1–4.6"


def spellings(name: str, *more: str) -> tuple[str, ...]:
    """A function's name as NumPy, PyTorch, JAX and Python's math spell it, and as a method."""
    return (name, f"np.{name}", f"torch.{name}", f"jnp.{name}", f"math.{name}", f".{name}", *more)


POSITIVE = (Sample((np.array([0.3, 1.0, 2.5]),)), Sample((0.7,)))
REAL = (Sample((np.array([-1.3, 0.2, 2.5]),)), Sample((0.7,)))

exp = Op(
    name="exp",
    doc="e raised to the number.",
    forward=np.exp,
    slots=("x",),
    partials=(lambda x, y: y,),
    names=spellings("exp"),
    forms=function("math.exp") | tex("e^{{{0}}}", POWER, ANY),
    samples=REAL,
    # e⁰ = 1, and its slope there is 1.
    worked=Worked((0.0,), 1.0, (1.0,)),
    source=DERIVATIVES,
)


def log_why(x: Any) -> str:
    """Why a logarithm is not finite."""
    return "log has no value below 0" if np.any(np.asarray(x) < 0) else "log falls to -∞ at 0"


log = Op(
    name="log",
    doc="The natural logarithm.",
    forward=np.log,
    slots=("x",),
    partials=(lambda x, y: 1 / x,),
    names=spellings("log", "np.ln", "ln"),
    why=log_why,
    forms=function("math.log", r"\ln"),
    samples=POSITIVE,
    # ln 1 = 0, slope 1/1.
    worked=Worked((1.0,), 0.0, (1.0,)),
    source=DERIVATIVES,
)

sin = Op(
    name="sin",
    doc="The sine of an angle in radians.",
    forward=np.sin,
    slots=("x",),
    partials=(lambda x, y: cos(x),),
    names=spellings("sin"),
    forms=function("math.sin", r"\sin"),
    samples=REAL,
    # sin 0 = 0, cos 0 = 1.
    worked=Worked((0.0,), 0.0, (1.0,)),
    source=DERIVATIVES,
)

cos: Op = Op(
    name="cos",
    doc="The cosine of an angle in radians.",
    forward=np.cos,
    slots=("x",),
    partials=(lambda x, y: -sin(x),),
    names=spellings("cos"),
    forms=function("math.cos", r"\cos"),
    samples=REAL,
    # cos 0 = 1, −sin 0 = 0.
    worked=Worked((0.0,), 1.0, (0.0,)),
    source=DERIVATIVES,
)

tanh = Op(
    name="tanh",
    doc="The hyperbolic tangent, from -1 to 1.",
    forward=np.tanh,
    slots=("x",),
    partials=(lambda x, y: 1 - y**2,),
    names=spellings("tanh", "F.tanh"),
    saturates=0.01,
    forms=function("math.tanh", r"\tanh"),
    samples=REAL,
    # tanh 0 = 0, 1 − 0² = 1.
    worked=Worked((0.0,), 0.0, (1.0,)),
    source=DERIVATIVES,
)

ELEMENTARY = (exp, log, sin, cos, tanh)
