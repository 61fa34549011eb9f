"""What the child process does: build the expression, differentiate, print, simplify, evaluate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import mpmath
import sympy

from app.symbolic.code import NoCode, python_code, rust_code
from app.symbolic.words import WORDS, Term, either_of, is_condition, magnitude, number, sign_step, stop

PRECISION = 120
"""Bits in which a derivative is evaluated: what cancels in 53 of them does not here."""
SIMPLE = 300
"""Operations of the largest derivative that is simplified."""
LONGEST = 20_000
"""Characters of the longest text that is sent."""
AGREE = 1e-9


def expressions(nodes: Sequence[Any]) -> list[Term]:
    """A SymPy expression for every node: `["symbol", name]`, `["number", x]` or `["form", text, operands]`.

    The forms come from op records; names and numbers are never read as code.
    """
    found: list[Term] = []
    for kind, *rest in nodes:
        if kind == "symbol":
            found.append(sympy.Symbol(rest[0], real=True))
        elif kind == "number":
            found.append(number(float(rest[0])))
        elif kind == "condition":
            found.append(sympy.true if rest[0] else sympy.false)
        else:
            text, operands = rest
            form = formed(text, len(operands))
            found.append(sympy.sympify(form(*(operand(found[i], text) for i in operands))))
    return found


_FORMS: dict[tuple[str, int], Callable[..., Term]] = {}


def formed(text: str, count: int) -> Callable[..., Term]:
    """A form of a record as a function of its operands."""
    if (text, count) not in _FORMS:
        names = [f"x{i}" for i in range(count)]
        code = f"lambda {', '.join(names)}: {text.format(*names)}"
        _FORMS[text, count] = eval(code, {"__builtins__": {}, **WORDS})
    return _FORMS[text, count]


def operand(e: Term, form: str) -> Term:
    """A condition counts as 1 or 0, but where the form asks whether it holds."""
    return either_of(e, sympy.Integer(1), sympy.Integer(0)) if is_condition(e) and "holds(" not in form else e


# ── the jobs ────────────────────────────────────────────────────────────────────────────────────────────
def derivative(task: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """First the derivative as the rules give it, then simplified."""
    found = expressions(task["nodes"])
    output, variable = operand(found[task["output"]], ""), found[task["variable"]]
    raw = sympy.diff(output, variable)
    value = evaluated(raw, found, task["point"])
    names = task["names"]
    yield {"function": printed(output, names), "derivative": printed(raw, names), "value": value}
    operations = int(sympy.count_ops(raw))
    if operations > SIMPLE:
        yield {"simplified": None, "why": f"it has {operations:,} operations, up to {SIMPLE:,} are simplified"}
        return
    simple = simplified(raw)
    again = evaluated(simple, found, task["point"])
    if not agree(value, again):
        yield {"simplified": None, "why": "its simplified form has another value at this point"}
        return
    yield {"simplified": printed(simple, names), "value": again}


def values(task: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The derivative's value by each of several variables, a line for each."""
    found = expressions(task["nodes"])
    output = operand(found[task["output"]], "")
    for variable in task["variables"]:
        yield {"value": evaluated(sympy.diff(output, found[variable]), found, task["point"])}


JOBS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]] = {
    "derivative": derivative, "values": values,
}  # fmt: skip


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────────
def simplified(e: Term) -> Term:
    """The shorter of the expression and what SymPy makes of it; it knows |x| of real numbers by its own name."""
    plain = e.replace(magnitude, sympy.Abs)
    found = sympy.simplify(plain, ratio=1.0)
    return min((plain, found), key=lambda each: (sympy.count_ops(each), len(str(each))))


def evaluated(e: Term, found: Sequence[Term], point: Mapping[str, float]) -> float:
    """The number at a point; NaN where there is no real one."""
    symbols = [found[int(i)] for i in point]
    own = {
        "sign_step": mpmath.sign, "sign": mpmath.sign, "floor_step": mpmath.floor, "ceil_step": mpmath.ceil,
        "round_step": mpmath.nint, "trunc_step": lambda x: mpmath.floor(x) if x > 0 else mpmath.ceil(x),
        "magnitude": abs, "stop": lambda x: x,
    }  # fmt: skip
    with mpmath.workprec(PRECISION):
        try:
            call = sympy.lambdify(symbols, e, modules=[own, "mpmath"], cse=True, dummify=True)
            value = mpmath.mpmathify(call(*(mpmath.mpf(x) for x in point.values())))
            return float(value) if not isinstance(value, mpmath.mpc) or value.imag == 0 else float("nan")
        except (ArithmeticError, ValueError, TypeError):
            return float("nan")


def agree(a: float, b: float) -> bool:
    """Whether two numbers are the same up to rounding."""
    return abs(a - b) <= AGREE * max(1.0, abs(a)) or (a != a and b != b) or a == b


def printed(e: Term, names: Mapping[str, Mapping[str, str]]) -> dict[str, str | None]:
    """The expression as text, LaTeX, Python and Rust; None where it is too long, or the language has no word for it."""
    symbols = {sympy.Symbol(name, real=True): each for name, each in names.items()}
    e = e.replace(stop, lambda x: x)
    text = sympy.sstr(e.replace(magnitude, sympy.Abs).replace(sign_step, sympy.sign))
    if len(text) > LONGEST:
        return {"text": None, "latex": None, "python": None, "rust": None}
    return {
        "text": text.replace("_step(", "("),
        "latex": latex(e, {symbol: each["latex"] for symbol, each in symbols.items()}),
        "python": coded(python_code, e, {symbol: each["code"] for symbol, each in symbols.items()}),
        "rust": coded(rust_code, e, {symbol: each["code"] for symbol, each in symbols.items()}),
    }


def latex(e: Term, names: Mapping[Term, str]) -> str:
    """In TeX, logarithms as ln."""
    shown = e.replace(magnitude, sympy.Abs)
    for step, name in (("floor_step", "floor"), ("ceil_step", "ceiling"), ("sign_step", "sign")):
        shown = shown.replace(WORDS[step], getattr(sympy, name))
    found = sympy.latex(shown, symbol_names=dict(names), ln_notation=True)
    return str(found).replace(r"\_step", "").replace("_{step}", "")


def coded(write: Callable[..., str], e: Term, names: Mapping[Term, str]) -> str | None:
    """The code, or None."""
    try:
        return write(e, names)
    except NoCode:
        return None
