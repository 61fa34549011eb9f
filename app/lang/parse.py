"""Text → syntax tree, or what is wrong with the text, in plain words and with its place."""

import ast
import warnings
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from app.engine.executors.remembered import Remembered
from app.engine.graph import Span
from app.lang.errors import LangError, Problem
from app.lang.limits import LIMITS
from app.lang.scan import Facts, facts, is_python
from app.lang.spelling import Spelled, spell
from app.lang.syntax_errors import problems_of

PLACE = "<program>"
warnings.filterwarnings("ignore", module=PLACE)  # what Python would say about a person's text on the server's terminal
KEPT = 160_000
"""Characters of the texts whose trees are kept, some 25 MB: a slider runs one text again and again."""
SHORTEST = 1_000
"""Characters that every text counts at least."""
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@dataclass(frozen=True)
class Parsed:
    """A program's statements, and how places in them map back to what was typed."""

    source: str
    spelled: Spelled
    body: list[ast.stmt]

    @cached_property
    def plain(self) -> bool:
        """Whether the tree's columns are those of the source: nothing was respelled, and bytes are characters."""
        return self.spelled.text == self.source and self.source.isascii()

    @cached_property
    def lines(self) -> list[str]:
        """The lines that the tree was made from."""
        return self.spelled.text.split("\n")

    @cached_property
    def facts(self) -> Facts:
        """What can be seen of its lists and loops."""
        return facts(self.spelled.text, self.body)

    @cached_property
    def is_python(self) -> bool:
        """Whether it is a program in Python, rather than lines of mathematics."""
        return is_python(self.body)

    def span(self, place: Any) -> Span:
        """Where a syntax node stands in the source."""
        if self.plain:
            return plain_span(place)
        return self.spelled.span(
            place.lineno, self._column(place.lineno, place.col_offset),
            place.end_lineno, self._column(place.end_lineno, place.end_col_offset),
        )  # fmt: skip

    def _column(self, line: int, offset: int) -> int:
        """A tree counts bytes from 0, people count characters from 1."""
        text = self.lines[line - 1]
        return (offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))) + 1


def plain_span(place: Any) -> Span:
    """Where a syntax node stands in a source whose columns are those of its tree."""
    return place.lineno, place.col_offset + 1, place.end_lineno, place.end_col_offset + 1


def parse(source: str) -> Parsed:
    """The program's statements; a text that was parsed lately is not parsed again.  Raises LangError."""
    return _LATELY.get(source, lambda: _parsed(source), SHORTEST + len(source))


def _parsed(source: str) -> Parsed:
    size = len(source) if source.isascii() else len(source.encode(errors="surrogatepass"))
    if size > LIMITS.source_bytes:
        raise LangError([
            Problem("too_large", f"program: it has {size:,} bytes, the limit is {LIMITS.source_bytes:,}",
                    "leave out what the output does not need")
        ])  # fmt: skip
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    _refuse_odd_characters(source)
    _refuse_deep(source)
    spelled = spell(source)
    try:
        tree = ast.parse(spelled.text, PLACE)
    except SyntaxError as error:
        too_many = "too many nested" in error.msg
        raise LangError([too_deep(_longest(spelled))] if too_many else problems_of(spelled, error)) from None
    except (RecursionError, MemoryError):
        raise LangError([too_deep(_longest(spelled))]) from None
    except ValueError as error:
        problem = Problem("syntax_error", f"program: {error}", "write it another way", span=(1, 1, 1, 2))
        raise LangError([problem]) from None
    parsed = Parsed(source, spelled, tree.body)
    refuse_nested(parsed)
    return parsed


def refuse_nested(parsed: Parsed) -> None:
    """Expressions nested beyond the limit without brackets: `- - - x`, `x.T.T.T`.  Raises LangError.

    Only statements long enough for that are looked through.
    """
    waiting: list[Any] = list(parsed.body)
    short = max(map(len, parsed.lines)) < LIMITS.nesting
    while waiting:
        place = waiting.pop()
        if short and place.lineno == place.end_lineno:
            continue
        inside = getattr(place, "body", None)
        if inside is not None:
            waiting += inside
            waiting += getattr(place, "orelse", ())
        one_line = place.lineno == (inside[0].lineno - 1 if inside else place.end_lineno)
        if one_line and len(parsed.lines[place.lineno - 1]) < LIMITS.nesting:
            continue
        deep = _deeper_than(place, LIMITS.nesting)
        if deep is not None:
            raise LangError([too_deep(parsed.span(deep))])


def _deeper_than(place: ast.stmt, limit: int) -> ast.expr | None:
    """The first expression of a statement that is nested deeper; sums of many terms nest to the left and count once."""
    level: list[tuple[ast.AST, bool]] = [(each, False) for each in ast.iter_child_nodes(place)
                                         if isinstance(each, ast.expr)]  # fmt: skip
    for _ in range(limit * 2):
        inner: list[tuple[ast.AST, bool]] = []
        while level:
            each, _ = level.pop()
            for child in ast.iter_child_nodes(each):
                same = isinstance(each, ast.BinOp) and child is each.left and isinstance(child, ast.BinOp)
                (level if same else inner).append((child, same))
        if not inner:
            return None
        level = inner
    return next((each for each, _ in level if isinstance(each, ast.expr)), None)


_LATELY: Remembered[Parsed] = Remembered(KEPT, Lock())


def _longest(spelled: Spelled) -> Span:
    """The longest line, which is the one that Python gave up on as far as anyone can tell."""
    lines = spelled.source.split("\n")
    length = max(map(len, lines))
    line = next(number for number, text in enumerate(lines, 1) if len(text) == length)
    return line, 1, line, length + 1


def too_deep(span: Span | None) -> Problem:
    """An expression inside an expression inside an expression …"""
    return Problem(
        "too_deep",
        f"program: expressions are nested deeper than the limit of {LIMITS.nesting} levels",
        "give inner parts names of their own, on lines before",
        span,
    )


def _refuse_odd_characters(source: str) -> None:
    """Control characters and half characters: no program means them."""
    if source.replace("\n", "").isprintable():
        return
    for line, text in enumerate(source.split("\n"), 1):
        if text.isprintable():
            continue
        for column, char in enumerate(text, 1):
            if not char.isprintable() and not char.isspace():
                message = f"line {line}: the character U+{ord(char):04X} cannot be read"
                span = (line, column, line, column + 1)
                raise LangError([Problem("syntax_error", message, "remove it, it cannot be seen", span, fix="")])


def _refuse_deep(source: str) -> None:
    """Brackets nested beyond the limit are found before anything recurs into them."""
    if sum(map(source.count, "([{")) <= LIMITS.nesting:
        return
    depth = 0
    for line, text in enumerate(source.split("\n"), 1):
        for column, char in enumerate(text, 1):
            depth = max(0, depth + BRACKETS.get(char, 0))
            if depth > LIMITS.nesting:
                raise LangError([too_deep((line, column, line, column + 1))])
