"""Text → syntax tree, or what is wrong with the text, in plain words and with its place."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.engine.graph import Span
from app.lang.errors import LangError, Problem
from app.lang.limits import LIMITS
from app.lang.spelling import Spelled, spell

SYNTAX_ERRORS = 5
"""How many lines with bad syntax are named at once."""

BARE_CALL = re.compile(r"\b([A-Za-z_][\w.]*)[ \t]+(\w+(?:\.\d+)?)\b")
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

    def span(self, place: Any) -> Span:
        """Where a syntax node stands in the source."""
        if self.plain:
            return place.lineno, place.col_offset + 1, place.end_lineno, place.end_col_offset + 1
        return self.spelled.span(
            place.lineno, self._column(place.lineno, place.col_offset),
            place.end_lineno, self._column(place.end_lineno, place.end_col_offset),
        )  # fmt: skip

    def _column(self, line: int, offset: int) -> int:
        """A tree counts bytes from 0, people count characters from 1."""
        text = self.lines[line - 1]
        return (offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))) + 1


def parse(source: str) -> Parsed:
    """The program's statements.  Raises LangError."""
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
        tree = ast.parse(spelled.text)
    except SyntaxError as error:
        too_many = "too many nested" in error.msg
        raise LangError([too_deep(None)] if too_many else _syntax_problems(spelled, error)) from None
    except (RecursionError, MemoryError):
        raise LangError([too_deep(None)]) from None
    except ValueError as error:
        raise LangError([Problem("syntax_error", f"program: {error}", span=(1, 1, 1, 2))]) from None
    return Parsed(source, spelled, tree.body)


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
    for line, text in enumerate(source.split("\n"), 1):
        if text.isprintable():
            continue
        for column, char in enumerate(text, 1):
            if not char.isprintable() and not char.isspace():
                message = f"line {line}: the character U+{ord(char):04X} cannot be read, remove it"
                raise LangError([Problem("syntax_error", message, span=(line, column, line, column + 1), fix="")])


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


# ── syntax errors ───────────────────────────────────────────────────────────────────────────────────────
def _syntax_problems(spelled: Spelled, error: SyntaxError) -> list[Problem]:
    """The first error, and those that are still there when its line is taken out."""
    lines = spelled.text.split("\n")
    problems: list[Problem] = []
    found: SyntaxError | None = error
    while found is not None and len(problems) < SYNTAX_ERRORS:
        problems.append(_syntax_problem(spelled, found))
        line = min(found.lineno or 1, len(lines))
        if "never closed" in found.msg or "EOF" in found.msg or not lines[line - 1].strip():
            break
        indent = re.match(r"\s*", lines[line - 1])
        lines[line - 1] = (indent.group() if indent else "") + "pass" if "indent" not in found.msg else ""
        found = _error_in("\n".join(lines))
    return problems


def _error_in(text: str) -> SyntaxError | None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError, ValueError):
        return None
    return None


def _syntax_problem(spelled: Spelled, error: SyntaxError) -> Problem:
    lines = spelled.text.split("\n")
    line = min(max(error.lineno or 1, 1), len(lines))
    column = max(error.offset or 1, 1)
    end_line, end_column = error.end_lineno or line, error.end_offset or column + 1
    if "indent" in error.msg:
        end_line, column, end_column = line, 1, 1 + len(lines[line - 1]) - len(lines[line - 1].lstrip())
    if end_line < line or (end_line == line and end_column <= column):
        end_line, end_column = line, column + 1
    span = spelled.span(line, column, min(end_line, len(lines)), end_column)
    hint, fix = _hint(lines[line - 1], error.msg)
    return Problem("syntax_error", f"line {span[0]}: {_plain_words(error.msg)}", hint, span, fix=fix)


def _plain_words(message: str) -> str:
    """Python's own message, where it is a sentence; else one."""
    if message.startswith("invalid syntax. Perhaps you forgot a comma"):
        return "something is missing between these two, an operator or a comma"
    if message.startswith("invalid syntax. Maybe you meant '=='"):
        return "an assignment cannot stand here"
    if message == "invalid syntax":
        return "this cannot be read as a formula"
    if "unexpected indent" in message:
        return "the line is indented, but nothing before it opens a block"
    if "unterminated string" in message:
        return "a text is opened with a quote and not closed"
    return message.split(" (<unknown>")[0]


def _hint(line: str, message: str) -> tuple[str | None, str | None]:
    call = BARE_CALL.search(line)
    if call and message.startswith("invalid syntax") and call.group(1) not in ("import", "from", "as", "in", "not"):
        return f"to apply a function write `{call.group(1)}({call.group(2)})`, to multiply write `*`", None
    if "never closed" in message:
        return "close the bracket", None
    if "unexpected indent" in message:
        return "begin the line at the left margin", line.strip()
    if "'=='" in message or "assign" in message:
        return "to give a name a value write `name = expression` on a line of its own", None
    if line.count("(") != line.count(")"):
        return "count the brackets: each ( needs its )", None
    return None, None
