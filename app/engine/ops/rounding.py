"""Signs, rounding, remainders: what has steps or corners, with what is taken there."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.forms import (
    ANY,
    ATOM,
    POWER,
    PRODUCT,
    PYTHON,
    TEX,
    Form,
    function,
    program,
    python,
    symbolic,
    tex,
    tex_numeral,
)
from app.engine.op import Array, Op, Operand, Sample, Worked
from app.engine.ops.elementary import unary
from app.engine.ops.extrema import maximum, minimum
from app.engine.ops.logic import both, equal, greater_equal, less_equal
from app.engine.ops.registry import Composed
from app.engine.structure import CALCULUS, unless

OFF_STEPS = (Sample((np.array([-1.3, 0.2, 2.6]),)), Sample((0.7,)))
DIVISIONS = (Sample((np.array([5.5, -5.5]), np.array([[2.0], [-3.0]]))), Sample((7.5, 2.0)))
SAME_AS_TORCH = "PyTorch, derivatives.yaml (the derivative where there is none)"


def step(
    name: str, noun: str, doc: str, forward: Any, at: tuple[float, float], tex_form: str, *names: str, code: str = ""
) -> Op:
    """An op that is flat between its steps: its slope is 0."""
    more = symbolic(f"{name}_step({{0}})") | (python(code, ATOM) if code else {})
    return unary(name, noun, doc, forward, lambda x, y: 0.0, (*at, 0.0), names=names, samples=OFF_STEPS,
                 source=SAME_AS_TORCH, forms=tex(tex_form) | more)  # fmt: skip


# |−2| = 2, slope −1.
absolute = unary(
    "abs", "absolute value", "The number without its sign.", np.abs, lambda x, y: sign(x), (-2.0, 2.0, -1.0),
    names=("abs", "absolute", "fabs", "np.abs", "np.absolute", "np.fabs", "torch.abs", "torch.absolute", "jnp.abs",
           "jnp.absolute", "jnp.fabs", "math.fabs", ".abs", ".absolute"),
    kinks=lambda x: np.equal(x, 0), took="took 0", source=SAME_AS_TORCH,
    forms=tex(r"\left|{0}\right|") | python("abs({0})") | symbolic("Abs({0})"),
)  # fmt: skip
sign: Op = step("sign", "sign", "-1, 0 or 1.", np.sign, (-2.0, -1.0), r"\operatorname{{sign}}\left({0}\right)",
            "sign", "np.sign", "torch.sign", "torch.sgn", "jnp.sign", ".sign",
            code="(1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else {0})")  # fmt: skip
floor = step("floor", "floor", "The largest whole number that is not larger.", np.floor, (1.5, 1.0),
             r"\left\lfloor {0} \right\rfloor", "floor", "np.floor", "torch.floor", "jnp.floor", "math.floor", ".floor",
             code="float(math.floor({0}))")  # fmt: skip
ceil = step("ceil", "ceiling", "The smallest whole number that is not smaller.", np.ceil, (1.5, 2.0),
            r"\left\lceil {0} \right\rceil", "ceil", "np.ceil", "torch.ceil", "jnp.ceil", "math.ceil", ".ceil",
            code="float(math.ceil({0}))")  # fmt: skip
trunc = step("trunc", "truncation", "The number without what stands behind its point.", np.trunc, (-1.5, -1.0),
             r"\operatorname{{trunc}}\left({0}\right)", "trunc", "np.trunc", "np.fix", "torch.trunc", "jnp.trunc",
             "math.trunc", "torch.fix", ".trunc", ".fix", code="float(math.trunc({0}))")  # fmt: skip


def call_round(x: Operand, decimals: int = 0) -> Any:
    """`x` to the nearest whole number, or to `decimals` digits behind the point."""
    return round_(x) if decimals == 0 else round_(x * 10.0**decimals) / 10.0**decimals


round_ = Op(
    name="round",
    noun="rounding",
    doc="The nearest whole number; halves go to the even one.",
    forward=np.rint,
    slots=("x",),
    partials=(lambda x, y: 0.0,),
    names=("np.round", "np.rint", "np.around", "torch.round", "jnp.round", ".round"),
    call=call_round,
    forms=tex(r"\operatorname{{round}}\left({0}\right)") | python("float(round({0}))") | symbolic("round_step({0})"),
    samples=OFF_STEPS,
    # 2.5 lies between 2 and 3; 2 is even.
    worked=Worked((2.5,), 2.0, (0.0,)),
    source=SAME_AS_TORCH,
)


def division_why(a: Any, b: Any) -> str:
    """Why a division with a remainder has no result."""
    return "nothing can be divided by 0" if np.any(np.asarray(b) == 0) else "an operand is not finite"


floor_divide = Op(
    name="floor_divide",
    noun="floored quotient",
    doc="How often the second number fits whole into the first.",
    forward=np.floor_divide,
    slots=("a", "b"),
    partials=(lambda a, b, y: 0.0, lambda a, b, y: 0.0),
    names=("np.floor_divide", "torch.floor_divide", "jnp.floor_divide", ".floor_divide"),
    why=division_why,
    forms=tex(r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor", ATOM, ANY) | symbolic("floor_step({0} / {1})"),
    samples=DIVISIONS,
    # 2 fits three times into 7.
    worked=Worked((7.0, 2.0), 3.0, (0.0, 0.0)),
    source=SAME_AS_TORCH,
)

mod = Op(
    name="mod",
    noun="remainder",
    doc="What is left of the first number when the second is taken out whole; it has the second's sign.",
    forward=np.mod,
    slots=("a", "b"),
    partials=(lambda a, b, y: 1, lambda a, b, y: -floor_divide(a, b)),
    names=("remainder", "np.mod", "np.remainder", "torch.remainder", "jnp.mod", "jnp.remainder", ".remainder"),
    why=division_why,
    forms=tex(r"{0} \bmod {1}", PRODUCT, PRODUCT, POWER) | symbolic("{0} - {1} * floor_step({0} / {1})"),
    samples=DIVISIONS,
    # 7 = 3·2 + 1; the second is counted −3 times.
    worked=Worked((7.0, 2.0), 1.0, (1.0, -3.0)),
    source=CALCULUS,
)

fmod = Op(
    name="fmod",
    noun="remainder",
    doc="What is left of the first number when the second is taken out whole; it has the first's sign.",
    forward=np.fmod,
    slots=("a", "b"),
    partials=(lambda a, b, y: 1, lambda a, b, y: -trunc(a / b)),
    names=("np.fmod", "torch.fmod", "jnp.fmod", "math.fmod", ".fmod"),
    why=division_why,
    forms=function("math.fmod", name="fmod") | symbolic("{0} - {1} * trunc_step({0} / {1})"),
    samples=DIVISIONS,
    # −7 = −3·2 − 1; the second is counted 3 times.
    worked=Worked((-7.0, 2.0), -1.0, (1.0, 3.0)),
    source=CALCULUS,
)


def call_ieee_remainder(a: Operand, b: Operand) -> Any:
    """`math.remainder`: what is left when the second is taken out as often as comes nearest."""
    return a - round_(a / b) * b


hypot = Op(
    name="hypot",
    noun="hypotenuse",
    doc="The length of the hypotenuse over two legs; at the origin its slopes are 0, where PyTorch has NaN.",
    forward=np.hypot,
    slots=("a", "b"),
    partials=(lambda a, b, y: unless(equal(y, 0.0), a / y), lambda a, b, y: unless(equal(y, 0.0), b / y)),
    names=("np.hypot", "torch.hypot", "jnp.hypot", "math.hypot", ".hypot"),
    kinks=lambda a, b: np.equal(a, 0) & np.equal(b, 0),
    took="took 0",  # PyTorch has NaN there, but 0 for the norm of the same vector
    forms=tex(r"\sqrt{{{0}^2 + {1}^2}}", ATOM, ATOM) | python("math.hypot({0}, {1})")
    | symbolic("sqrt({0}**2 + {1}**2)"),
    samples=(Sample((np.array([3.0, -2.0]), np.array([[4.0], [0.5]]))), Sample((1.0, 2.0))),
    # 3, 4, 5.
    worked=Worked((3.0, 4.0), 5.0, (0.6, 0.8)),
    source=CALCULUS,
)


def clip_forward(x: Array, low: float | None, high: float | None) -> Array:
    """`x` cut to what lies between low and high; None is no limit."""
    return np.clip(x, -np.inf if low is None else low, np.inf if high is None else high)


def clip_slope(x: Operand, y: Operand, low: float | None, high: float | None) -> Any:
    """Open between the limits and on them, closed outside."""
    if high is None:
        return greater_equal(x, -np.inf if low is None else low)
    return less_equal(x, high) if low is None else both(greater_equal(x, low), less_equal(x, high))


def clip_kinks(x: Array, low: float | None, high: float | None) -> Array:
    """Where the number lies on a limit."""
    return np.equal(x, np.nan if low is None else low) | np.equal(x, np.nan if high is None else high)


def call_clip(x: Operand, low: Any = None, high: Any = None) -> Any:
    """`x` cut to what lies between `low` and `high`; limits that are in the graph or arrays get a gradient too."""
    if all(limit is None or isinstance(limit, int | float) for limit in (low, high)):
        return clip(x, low=None if low is None else float(low), high=None if high is None else float(high))
    x = x if low is None else maximum(x, low)
    return x if high is None else minimum(x, high)


def clip_tex(texts: Sequence[str], limits: Mapping[str, Any]) -> str:
    """With one limit it is a maximum or a minimum."""
    names = {(False, False): r"\operatorname{clip}", (False, True): r"\max", (True, False): r"\min"}
    low, high = limits["low"], limits["high"]
    numbers = [tex_numeral(limit) for limit in (low, high) if limit is not None]
    name = names.get((low is None, high is None), "")
    return rf"{name}\left({', '.join((texts[0], *numbers))}\right)"


def clip_python(texts: Sequence[str], limits: Mapping[str, Any]) -> str:
    """Conditions; NaN falls through both."""
    text, low, high = texts[0], limits["low"], limits["high"]
    found = text if high is None else f"({high!r} if {text} > {high!r} else {text})"
    return found if low is None else f"({low!r} if {text} < {low!r} else {found})"


clip = Op(
    name="clip",
    noun="clipping",
    doc="The number, but not below the lower and not above the upper limit.",
    forward=clip_forward,
    slots=("x",),
    partials=(clip_slope,),
    names=("clip", "clamp", "np.clip", "torch.clip", "torch.clamp", "jnp.clip", ".clip", ".clamp"),
    call=call_clip,
    kinks=clip_kinks,
    took="took 1",
    gate=True,
    forms={TEX: Form(clip_tex), PYTHON: Form(clip_python, ATOM, (ATOM,))} | symbolic("clip({0}, {low!r}, {high!r})"),
    samples=(
        Sample((np.array([-1.3, 0.2, 2.6]),), {"low": -1.0, "high": 1.0}),
        Sample((0.7,), {"low": None, "high": 2.0}),
    ),
    # 3 is cut to 1, and nothing passes back.
    worked=Worked((3.0,), 1.0, (0.0,), {"low": -1.0, "high": 1.0}),
    source=SAME_AS_TORCH,
)

stop = Op(
    name="stop",
    noun="stopped gradient",
    doc="The number itself, but no gradient passes back.",
    forward=lambda x: np.asarray(x)[()],
    slots=("x",),
    differentiable=False,
    elementwise=True,
    forms=tex(r"\operatorname{{stop}}\left({0}\right)") | python("({0})") | symbolic("stop({0})")
    | program("{0}.detach()", ATOM, ATOM),
    samples=OFF_STEPS,
    worked=Worked((2.0,), 2.0),
    source="JAX reference, jax.lax.stop_gradient",
)

ROUNDING = (absolute, sign, floor, ceil, trunc, round_, floor_divide, mod, fmod, hypot, clip, stop)
ROUNDING_FUNCTIONS = (Composed(("math.remainder",), call_ieee_remainder),)
