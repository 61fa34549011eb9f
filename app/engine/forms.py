"""How an op prints: a template per target, and how tightly what it prints holds together."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ANY, COMPARE, SUM, SIGN, PRODUCT, FRACTION, POWER, ATOM = range(0, 80, 10)
"""Levels of binding, loosest first; an operand that binds less than its place asks for gets brackets."""

TEX, PYTHON, SYMBOLIC, PROGRAM = "tex", "python", "symbolic", "program"
Writer = Callable[[Sequence[str], Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Form:
    """`text` holds `{0}`, `{1}` for operands and `{axis}` for attributes, or is a function of (texts, attributes).

    `operands` says, per slot, how tightly the operand must bind to stand without brackets; the last one counts for
    all further slots.  `undoes` says that written twice it is nothing, as the transpose of a transpose.
    """

    text: str | Writer
    level: int = ATOM
    operands: tuple[int, ...] = (ANY,)
    undoes: bool = False

    def write(self, texts: Sequence[str], attributes: Mapping[str, Any]) -> str:
        """The template filled in."""
        return self.text.format(*texts, **attributes) if isinstance(self.text, str) else self.text(texts, attributes)

    def least(self, slot: int) -> int:
        """How tightly the operand in `slot` must bind to stand without brackets."""
        return self.operands[min(slot, len(self.operands) - 1)]


def infix(symbol: str, level: int, *, tex: str = "", left: int = 0, right: int = 1) -> dict[str, Form]:
    """`a + b`; `right=1` because most of them group from the left: a − (b − c) keeps its brackets."""
    operands = (level + left, level + right)
    return {
        TEX: Form(f"{{0}} {tex or symbol} {{1}}", level, operands),
        PYTHON: Form(f"{{0}} {symbol} {{1}}", level, operands),
        SYMBOLIC: Form(f"{{0}} {symbol} {{1}}"),
        PROGRAM: Form(f"{{0}} {symbol} {{1}}", level, (level, level + 1)),  # (a + b) + c is no a + (b + c)
    }


def function(python: str = "", tex: str = "", *, name: str = "", symbol: str = "") -> dict[str, Form]:
    r"""`f(a, b)`.  `tex` is a command such as `\sin`; without it `name` is set upright.

    `symbol` is the function's name in SymPy.
    """
    command = tex or rf"\operatorname{{{{{name}}}}}"
    forms = {TEX: Form(lambda texts, _: rf"{command.format()}\left({', '.join(texts)}\right)")}
    if python:
        forms[PYTHON] = Form(lambda texts, _: f"{python}({', '.join(texts)})")
    return forms | (symbolic(f"{symbol}({{0}})") if symbol else {})


def tex(text: str, level: int = ATOM, *operands: int) -> dict[str, Form]:
    """A form for TeX alone."""
    return {TEX: Form(text, level, operands or (ANY,))}


def python(text: str, level: int = ATOM, *operands: int) -> dict[str, Form]:
    """A form for Python floats alone."""
    return {PYTHON: Form(text, level, operands or (ANY,))}


def symbolic(text: str) -> dict[str, Form]:
    """A form in the words of SymPy and of `app/symbolic/words.py`; its operands are names, so it needs no brackets."""
    return {SYMBOLIC: Form(text)}


def program(text: str | Writer, level: int = ATOM, *operands: int) -> dict[str, Form]:
    """A form in the language that people write; needed where no function of it has just the op's attributes."""
    return {PROGRAM: Form(text, level, operands or (ANY,))}


def numeral(x: Any) -> str:
    """A number in plain text, to six digits: `0.25`, `1e-08`, `-∞`, `NaN`."""
    value = float(x)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:.6g}"


def tex_numeral(x: Any) -> str:
    r"""A number in TeX: `1 \cdot 10^{-8}` for 1e-08."""
    text = numeral(x)
    if text == "NaN":
        return r"\text{NaN}"
    mantissa, _, exponent = text.replace("∞", r"\infty").partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
