"""The mathematician's spelling as Python, with the way back to what was typed.

| typed | read as | |
|---|---|---|
| `x^2` `x²` `x⁻¹` `eˣ` | `x**2` `x**-1` `exp(x)` | `^` is always a power; a note says so once |
| `2x` `2(x+1)` `(a+b)(c+d)` `w₁x₁` `2πr` | products | also `sin(x)(y)`; `f(x)(y)`, `x(y)` stay calls, `xy` a name |
| `1/2x` | `1/2*x`, from left to right | a note says so |
| `√x` `√2x` `√(x+1)` `√x²` | `sqrt(x)` `sqrt(2)*x` `sqrt(x+1)` `sqrt(x**2)` | one operand with its power |
| `|x|` `‖x‖` | `abs(x)` `norm(x)` | |
| `e^x` `e**x` | `exp(x)` | unless the program binds `e` |
| `σ(z)` | `sigmoid(z)` | unless the program binds `σ` |
| `Wᵀ` `Wᵀx` | `W.T` `W.T@x` | |
| `· × ⊙ ÷ − ≤ ≥ ≠ ∞ ½` | their Python | |
| `x₁` | a name of its own, shown as typed | Python has no subscripts |

Text in strings and comments stays as it is, and so does every Python program that uses none of these.  Lines stay
lines.  Prompts of an interactive session (`>>> `) and the lines between them that Python printed are left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.graph import Span
from app.lang.errors import LangError, Problem
from app.lang.limits import LIMITS
from app.lang.spelling.places import Edit, Place, Places, apply
from app.lang.spelling.rules import Speller
from app.lang.spelling.tokens import SESSION, Token

Note = tuple[str, str, Span]
"""Code, message, place in the source."""

PROMPT = re.compile(r"^[ \t]*>>>", re.MULTILINE)
_PRODUCT = r"(?<![\w.]%s)[0-9.]*(?:[eE][-+]?[0-9]+)?[ \t]*(?![eE][-+]?[0-9]|[A-Za-z]\})[A-Za-z_(]"
JUXTAPOSED = tuple(map(re.compile, (r"[)\]][ \t]*[\w(]", "[0-9]" + _PRODUCT % ".", r"\.[0-9]" + _PRODUCT % "..")))
"""`)x`, `2x`, `.5x`; `{x:.4f}` holds no product."""
POWER_OF_E = re.compile(r"e(?<!\w.)[ \t]*\*\*")
OWN_E = re.compile(r"^[ \t]*e[ \t]*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Spelled:
    """A program as Python: `text` has the lines of the source, `notes` say what one may not expect."""

    source: str
    text: str
    notes: Sequence[Note] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    _ways_back: Sequence[Places] = ()

    def place(self, line: int, column: int) -> Place:
        """Where in the source that begins which begins here in the text: line and column, 1-based, in characters."""
        for way in self._ways_back:
            line, column = way.start(line, column)
        return line, column

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """Where in the source a piece of the text stands; the end is exclusive, and behind the start."""
        start = self.place(line, column)
        end = end_line, end_column
        for way in self._ways_back:
            end = way.end(*end)
        return (*start, *max(end, (start[0], start[1] + 1)))

    def shown(self, name: str) -> str:
        """A name of the text as it was typed: `x_1` → `x₁`."""
        return self.typed.get(name, name)

    def internal(self, name: str) -> str:
        """A name as it was typed → the name in the text: `x₁` → `x_1`."""
        return next((inner for inner, typed in self.typed.items() if typed == name), name)


def spell(source: str) -> Spelled:
    """The source as Python.  Raises LangError where a sign of mathematics makes no sense."""
    if not _is_unusual(source) and (not POWER_OF_E.search(source) or OWN_E.search(source)):
        return Spelled(source, source)
    typed, prompts = _without_prompts(source)
    speller = Speller(typed)
    text, places = apply(typed, speller.edits())
    here = _Here(typed, prompts)
    if speller.problems:
        raise LangError([
            Problem("syntax_error", f"line {span[0]}: {message}", hint, span)
            for message, hint, token in speller.problems[: LIMITS.problems] if (span := here.span(token, token))
        ])  # fmt: skip
    notes = [(code, message, here.span(first, last)) for code, message, first, last in speller.notes]
    return Spelled(source, text, notes, speller.typed, [places, *prompts])


def _is_unusual(source: str) -> bool:
    """Whether there may be anything to respell, a power of e aside.

    It is asked of every text: each pattern begins with what a search finds quickest, a character.
    """
    if not source.isascii() or "^" in source or "|" in source or (">>>" in source and PROMPT.search(source)):
        return True
    return any(pattern.search(source) for pattern in JUXTAPOSED)


def _without_prompts(source: str) -> tuple[str, list[Places]]:
    """What was typed in an interactive session; a text that does not begin with a prompt is left alone."""
    if not source.lstrip().startswith(">>>"):
        return source, []
    edits = [Edit(*each.span(each.lastgroup or 0), "") for each in SESSION.finditer(source)]
    typed, places = apply(source, edits)
    return typed, [places]


class _Here:
    """Places of tokens in the source."""

    def __init__(self, typed: str, prompts: Sequence[Places]) -> None:
        self._typed, self._prompts = typed, prompts

    def span(self, first: Token, last: Token) -> Span:
        """From the first token to the last."""
        start, end = self._place(first.start), self._place(last.end)
        for way in self._prompts:
            start, end = way.start(*start), way.end(*end)
        return (*start, *end)

    def _place(self, offset: int) -> Place:
        return self._typed.count("\n", 0, offset) + 1, offset - self._typed.rfind("\n", 0, offset)
