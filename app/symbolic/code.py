"""A SymPy expression as code over float64, in Python and in Rust: each function of a table, each number a float."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Boolean, Not, Or

Term = Any
ANY, COMPARE, SUM, PRODUCT, ATOM = range(5)
Coded = tuple[str, int]
"""A text, and how tightly it holds together."""


class NoCode(Exception):
    """What cannot be said in the target language."""


@dataclass
class Writer:
    """One target: how numbers, powers, functions and choices are written, and which helpers the text needs."""

    functions: Mapping[str, str]
    names: Mapping[Term, str]
    literal: Callable[[float], str]
    power: Callable[["Writer", Term, Term], Coded]
    choice: Callable[[str, str, str], Coded]
    words: tuple[str, str, str, str, str]  # and, or, not, True, False
    constants: Mapping[Term, str]
    helpers: set[str] = field(default_factory=set)

    def write(self, e: Term, least: int = ANY) -> str:
        """The text of an expression, in brackets where it binds less tightly than `least`.  Raises NoCode."""
        text, level = self._write(e)
        return f"({text})" if level < least else text

    def _write(self, e: Term) -> Coded:
        if e in self.constants:
            return self.constants[e], ATOM
        if e.is_Symbol:
            return self.names[e], ATOM
        if isinstance(e, Boolean):
            return self._condition(e)
        if e.is_Rational and not e.is_Integer:
            return f"{self.literal(float(e.p))} / {self.literal(float(e.q))}", SUM if e.p < 0 else PRODUCT
        if e.is_Number:
            text = self.literal(float(e))
            return text, SUM if text.startswith("-") else ATOM
        if e.is_Add:
            return self._sum(e), SUM
        if e.is_Mul:
            return self._product(e)
        if e.is_Pow:
            return self.power(self, e.base, e.exp)
        if isinstance(e, sympy.Piecewise):
            return self._choices(e.args)
        return self._function(e)

    def _sum(self, e: Term) -> str:
        texts = [self.write(term, SUM) for term in e.as_ordered_terms()]
        return texts[0] + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in texts[1:])

    def _product(self, e: Term) -> Coded:
        coefficient, rest = e.as_coeff_Mul()
        if coefficient.is_negative:
            return f"-{self.write(-e, PRODUCT)}", SUM
        above: list[Term] = []
        below: list[Term] = []
        for factor in sympy.Mul.make_args(rest):
            negative = factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative
            (below if negative else above).append(1 / factor if negative else factor)
        if coefficient.is_Rational:
            above = [sympy.Integer(coefficient.p)] * (coefficient.p != 1) + above
            below = [sympy.Integer(coefficient.q)] * (coefficient.q != 1) + below
        else:
            above = [coefficient, *above]
        text = " * ".join(self.write(each, PRODUCT if i == 0 else ATOM) for i, each in enumerate(above))
        text = text or self.literal(1.0)
        if not below:
            return text, PRODUCT
        under = self.write(below[0], ATOM) if len(below) == 1 else f"({' * '.join(self.write(b, ATOM) for b in below)})"
        return f"{text} / {under}", PRODUCT

    def _function(self, e: Term) -> Coded:
        name = type(e).__name__
        if name not in self.functions:
            raise NoCode(name)
        form = self.functions[name]
        if form.startswith("!"):  # written out once beside the code
            self.helpers.add(name)
            form = form[1:]
        texts = [self.write(a, ATOM if "}." in form and i == 0 else ANY) for i, a in enumerate(e.args)]
        return form.format(*texts), ATOM

    def _choices(self, parts: Sequence[Any]) -> Coded:
        value, condition = parts[0]
        if condition == sympy.true or len(parts) == 1:
            return self._write(value)
        rest = self._choices(parts[1:])
        return self.choice(self.write(condition), self.write(value), rest[0])

    def _condition(self, e: Term) -> Coded:
        conjunction, disjunction, negation, true, false = self.words
        if e in (sympy.true, sympy.false):
            return (true if e == sympy.true else false), ATOM
        if isinstance(e, Relational):
            return f"{self.write(e.lhs, SUM)} {e.rel_op} {self.write(e.rhs, SUM)}", COMPARE
        if isinstance(e, And | Or):
            word = conjunction if isinstance(e, And) else disjunction
            return f" {word} ".join(f"({self.write(each)})" for each in e.args), ANY
        if isinstance(e, Not):
            return f"{negation}({self.write(e.args[0])})", ATOM
        raise NoCode(type(e).__name__)


def needed(writer: Writer) -> list[str]:
    """The helpers that the written text calls."""
    return sorted({name.removesuffix("_step") for name in writer.helpers})


# ── Python ──────────────────────────────────────────────────────────────────────────────────────────────
def python_literal(x: float) -> str:
    """`2`, `0.1`; infinities and NaN by their names in math."""
    if x != x or abs(x) == float("inf"):
        return "math.nan" if x != x else "math.inf" if x > 0 else "-math.inf"
    return str(int(x)) if x.is_integer() and abs(x) < 1e15 else repr(x)


def python_power(w: Writer, base: Term, p: Term) -> Coded:
    """Roots by their function, whole powers by `**`, others by math.pow, which is real or fails."""
    if base is sympy.E or base == sympy.E:
        return f"math.exp({w.write(p)})", ATOM
    if p == sympy.Rational(1, 2):
        return f"math.sqrt({w.write(base)})", ATOM
    if p.is_Rational and p.is_negative:
        return f"1 / {w.write(base ** -p, ATOM)}", PRODUCT
    if p.is_Integer:
        return f"{w.write(base, ATOM)}**{p}", PRODUCT
    return f"math.pow({w.write(base)}, {w.write(p)})", ATOM


SAME = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")
PYTHON_FUNCTIONS = {name: f"math.{name}({{0}})" for name in (*SAME, "exp", "log", "erf")} | {
    "atan2": "math.atan2({0}, {1})", "Abs": "abs({0})", "magnitude": "abs({0})", "stop": "{0}",
    "sign": "!sign({0})", "sign_step": "!sign({0})", "floor_step": "math.floor({0})", "ceil_step": "math.ceil({0})",
    "trunc_step": "math.trunc({0})", "round_step": "round({0})",
}  # fmt: skip
PYTHON_HELPERS = {"sign": "def sign(x):\n    return (x > 0) - (x < 0)\n"}


def python_code(e: Term, names: Mapping[Term, str]) -> str:
    """`import math` and a function `derivative` of all symbols.  Raises NoCode."""
    writer = Writer(
        PYTHON_FUNCTIONS, names, python_literal, python_power, lambda c, a, b: (f"{a} if {c} else {b}", ANY),
        ("and", "or", "not ", "True", "False"), {sympy.pi: "math.pi", sympy.E: "math.e"},
    )
    body = writer.write(e)
    helpers = "".join(f"\n\n{PYTHON_HELPERS[name]}" for name in needed(writer))
    return f"import math\n{helpers}\n\ndef derivative({', '.join(names.values())}):\n    return {body}\n"


# ── Rust ────────────────────────────────────────────────────────────────────────────────────────────────
def rust_literal(x: float) -> str:
    """`2.0_f64`: the type stands with the number, so that its methods are found."""
    if x != x or abs(x) == float("inf"):
        return "f64::NAN" if x != x else "f64::INFINITY" if x > 0 else "-f64::INFINITY"
    return f"{x!r}_f64"


def rust_power(w: Writer, base: Term, p: Term) -> Coded:
    """Roots by their method, small whole powers by `powi`, others by `powf`."""
    if base == sympy.E:
        return f"{w.write(p, ATOM)}.exp()", ATOM
    if p == sympy.Rational(1, 2):
        return f"{w.write(base, ATOM)}.sqrt()", ATOM
    if p.is_Rational and p.is_negative:
        return f"1.0 / {w.write(base ** -p, ATOM)}", PRODUCT
    if p.is_Integer and p < 2**31:
        return f"{w.write(base, ATOM)}.powi({p})", ATOM
    return f"{w.write(base, ATOM)}.powf({w.write(p)})", ATOM


RUST_FUNCTIONS = {name: f"{{0}}.{name}()" for name in (*SAME, "exp")} | {
    "log": "{0}.ln()", "atan2": "{0}.atan2({1})", "Abs": "{0}.abs()", "magnitude": "{0}.abs()", "stop": "{0}",
    "sign": "!sign({0})", "sign_step": "!sign({0})", "erf": "!erf({0})", "floor_step": "{0}.floor()",
    "ceil_step": "{0}.ceil()", "trunc_step": "{0}.trunc()", "round_step": "{0}.round_ties_even()",
}  # fmt: skip
RUST_HELPERS = {
    "sign": "fn sign(x: f64) -> f64 {\n    if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { x }\n}\n",
    "erf": (
        "// Abramowitz & Stegun 7.1.6, all terms positive; beyond 6 it is 1 to the last digit.\n"
        "fn erf(x: f64) -> f64 {\n"
        "    if x.abs() > 6.0 { return x.signum(); }\n"
        "    let (mut term, mut sum, mut n) = (x, x, 0.0);\n"
        "    while term.abs() > 1e-17 * sum.abs() {\n"
        "        n += 1.0;\n"
        "        term *= 2.0 * x * x / (2.0 * n + 1.0);\n"
        "        sum += term;\n"
        "    }\n"
        "    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum\n"
        "}\n"
    ),
}


def rust_code(e: Term, names: Mapping[Term, str]) -> str:
    """A function `derivative` of all symbols, and what it needs.  Raises NoCode."""
    writer = Writer(
        RUST_FUNCTIONS, names, rust_literal, rust_power, lambda c, a, b: (f"if {c} {{ {a} }} else {{ {b} }}", ANY),
        ("&&", "||", "!", "true", "false"),
        {sympy.pi: "std::f64::consts::PI", sympy.E: "std::f64::consts::E"},
    )
    body = writer.write(e)
    helpers = "".join(f"{RUST_HELPERS[name]}\n" for name in needed(writer))
    given = ", ".join(f"{name}: f64" for name in names.values())
    return f"{helpers}fn derivative({given}) -> f64 {{\n    {body}\n}}\n"
