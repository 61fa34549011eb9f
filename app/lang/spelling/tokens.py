"""The text of a program cut into tokens: Python's, and the signs that mathematicians write."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from unicodedata import normalize

SUPERSCRIPTS: Mapping[str, str] = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿ", "0123456789+-()niabcdefghjklmoprstuvwxyzβγδθ", strict=True)
)
SUBSCRIPTS: Mapping[str, str] = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
FRACTIONS: Mapping[str, float] = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5,
    "⅙": 1 / 6, "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8,
}  # fmt: skip
SIGNS: Mapping[str, str] = {
    **dict.fromkeys("·×⋅∗∙⊙", "*"), **dict.fromkeys("÷∕⁄", "/"), **dict.fromkeys("−–‒‐‑", "-"),
    "≤": "<=", "≥": ">=", "≠": "!=", "∞": "inf", "^": "**", "^=": "**=",
    **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000", " "),
}  # fmt: skip
"""Sign → Python."""

_OUTSIDE_NAMES = "".join([*SUPERSCRIPTS, *SUBSCRIPTS, *FRACTIONS, "ᵀ"])
_LETTER = rf"[^\W\d{_OUTSIDE_NAMES}]"
_MORE = rf"(?:[^\W{_OUTSIDE_NAMES}]|[\u0300-\u036f])"
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_EXPONENT = rf"[eE][+-]?{_DIGITS}"
_PREFIX = r"[rbuftRBUFT]{0,2}"

TOKEN = re.compile(
    rf"""
    (?P<string>{_PREFIX}(?:\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z)|'''(?:[^\\]|\\.)*?(?:'''|\Z)
        |"(?:[^"\\\n]|\\.)*(?:"|$)|'(?:[^'\\\n]|\\.)*(?:'|$)))
  | (?P<comment>\#[^\n]*)
  | (?P<fraction>[0-9]*[{"".join(FRACTIONS)}])
  | (?P<number>0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+
        |(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:{_EXPONENT})?(?:[jJ](?!\w))?|∞)
  | (?P<power>\*\*(?!=)|\^(?!=))
  | (?P<name>{_LETTER}{_MORE}*[{"".join(SUBSCRIPTS)}]*)
  | (?P<raised>[{"".join(SUPERSCRIPTS)}]+)
  | (?P<transposed>ᵀ)
  | (?P<root>√)
  | (?P<bar>\|\|(?!=)|\|(?!=)|‖)
  | (?P<open>[(\[{{])
  | (?P<close>[)\]}}])
  | (?P<newline>\n|\\\n)
  | (?P<gap>[ \t]+)
  | (?P<sign>[+\-])(?!=)
  | (?P<other>\^=|:=|[-+*/%@&|<>=!]=|\*\*=|//=?|->|.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
SESSION = re.compile(r"^[ \t]*(?:(?P<prompt>(?:>>>|\.\.\.)(?:[ ]|$))|(?P<printed>(?!>>>|\.\.\.)\S.*$))", re.MULTILINE)
"""A line of an interactive session: the prompt before what was typed, or what Python printed."""


@dataclass(slots=True)
class Token:
    """A piece of the source, from offset `start` to `end`; `gap` says whether blanks stand before it."""

    kind: str
    text: str
    start: int
    end: int
    gap: bool

    @property
    def is_name(self) -> bool:
        """Whether it is a name, and no keyword."""
        return self.kind == "name" and not iskeyword(self.text)

    @property
    def is_subscripted(self) -> bool:
        """Whether it is a name such as `x₁`."""
        return self.kind == "name" and self.text[-1] in SUBSCRIPTS

    @property
    def plain(self) -> str:
        """A name as Python knows it: compatibility characters replaced."""
        return self.text if self.text.isascii() else normalize("NFKC", self.text)


def tokens(source: str) -> Iterator[Token]:
    """Every token that has a meaning, in order; comments and blanks have none."""
    gap = False
    for match in TOKEN.finditer(source):
        kind = match.lastgroup or "other"
        if kind in ("gap", "comment"):
            gap = True
            continue
        text = match.group()
        if text in SIGNS and SIGNS[text] in ("+", "-"):
            kind = "sign"
        yield Token(kind, text, match.start(), match.end(), gap)
        gap = False


def raised(text: str) -> str:
    """Superscripts as ordinary text: `⁻¹` is -1, `²ˣ` is 2*x."""
    plain = "".join(SUPERSCRIPTS[each] for each in text)
    return re.sub(r"(?<=[0-9)])(?=[^\W\d]|\()", "*", plain)


def fraction(text: str) -> str:
    """`½` and `1½` as a decimal number that is the same float."""
    return repr(float(text[:-1] or 0) + FRACTIONS[text[-1]])
