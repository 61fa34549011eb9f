"""Python's syntax errors in plain words, with what to do about them."""

import ast
import re
from collections.abc import Callable, Mapping
from keyword import iskeyword
from unicodedata import normalize

from app.engine.graph import Span
from app.lang.errors import Problem
from app.lang.names import NAMES
from app.lang.spelling import Spelled
from app.lang.values import Function

AT_MOST = 5
"""How many lines with bad syntax are named at once."""

SIDE_BY_SIDE = re.compile(r"(?<![\w.'\"])([^\W\d][\w.]*)[ \t]+([\w√|.²³^]+)")
DECLARATION = re.compile(r"^\s*(?:let|var|const|auto|int|float|double|def|set|where)\s+([^\W\d]\w*)\s*:?=(?!=)")
COUNTED = re.compile(r"(?:\+\+|--)\s*;?\s*$")
LATEX = re.compile(r"\\[A-Za-z]+")
DEFINITION = re.compile(r"^\s*([^\W\d]\w*)\s*\([\w\s,]*\)\s*=(?!=)\s*(.*)")
OPERATOR_AT_END = re.compile(r"(\*\*|//|[-+*/%@=^·×÷−(,])\s*(#.*)?$")
F_STRING = re.compile(r"\b[rR]?[fF][rR]?(?:\"[^\"]*\"?|'[^']*'?)")
DIGITS = re.compile(r"\d{4300,}")

INSTEAD: Mapping[str, str] = {
    "∛": "cbrt(x)", "∜": "x**(1/4)", "⌊": "floor(x)", "⌋": "floor(x)", "⌈": "ceil(x)", "⌉": "ceil(x)",
    "∑": "sum(x)", "∏": "prod(x)", "∘": "f(g(x))", "∂": "the formula alone: its gradients are worked out here",
    "∇": "the formula alone: its gradients are worked out here", "±": "`+` or `-`", "∓": "`+` or `-`",
    "→": "`=`", "←": "`=`", "≈": "`=`", "≔": "`=`", "∥": "‖x‖", "°": "pi/180*x", "“": '`"`', "”": '`"`', "„": '`"`',
    "‘": "`'`", "’": "`'`", "$": "the formula without it", "?": "the formula without it", "`": "the formula without it",
}  # fmt: skip
"""A character that no formula has → what to write for it."""

COMMENT = "a comment begins with #; a // b rounds the quotient down"
IN_LINE: tuple[tuple[str, str], ...] = (
    ("&&", "for 'and' write logical_and(a, b)"),
    ("||", "for 'or' write logical_or(a, b)"),
    ("/*", "a comment begins with #"),
    ("++", "to count up write `x += 1`"),
    ("--", "to count down write `x -= 1`"),
    ("!", "for 'not' write logical_not(x), for 'unequal' write !="),
    ("?", "to choose write where(condition, a, b)"),
    ("{", "to group write round brackets: 2*(x + 1)"),
    (":=", "to give a name a value write `=`"),
)
"""What is found in a line that cannot be read → what may have been meant."""


def problems_of(spelled: Spelled, error: SyntaxError) -> list[Problem]:
    """The first error, and those that are still there when its line is taken out."""
    lines = spelled.text.split("\n")
    problems: list[Problem] = []
    seen: set[int] = set()
    found: SyntaxError | None = error
    while found is not None and len(problems) < AT_MOST:
        line = min(found.lineno or 1, len(lines))
        if line in seen:
            break
        seen.add(line)
        problems.append(_problem(spelled, found))
        if "never closed" in found.msg or "EOF" in found.msg or not lines[line - 1].strip():
            break
        indent = re.match(r"\s*", lines[line - 1])
        instead = "if 1:" if "expected ':'" in found.msg else "pass"
        lines[line - 1] = (indent.group() if indent else "") + instead if "indent" not in found.msg else ""
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


def _problem(spelled: Spelled, error: SyntaxError) -> Problem:
    if error.msg.startswith("Exceeds the limit"):
        return _too_many_digits(spelled.source)
    span = _span(spelled, error)
    line = spelled.source.split("\n")[span[0] - 1]
    message, hint, fix = _in_plain_words(error.msg, line, span)
    return Problem("syntax_error", f"line {span[0]}: {message}", hint, span, fix=fix)


def _span(spelled: Spelled, error: SyntaxError) -> Span:
    """Where the error is, in the source; never empty."""
    lines = spelled.text.split("\n")
    line = min(max(error.lineno or 1, 1), len(lines))
    column = max(error.offset or 1, 1)
    end_line, end_column = error.end_lineno or line, error.end_offset or column + 1
    if "indent" in error.msg:
        end_line, column, end_column = line, 1, 1 + len(lines[line - 1]) - len(lines[line - 1].lstrip())
    formatted = F_STRING.search(lines[line - 1])
    if formatted and (error.msg.startswith("f-string") or (error.text or "").strip() not in lines[line - 1]):
        end_line, column, end_column = line, formatted.start() + 1, formatted.end() + 1  # Python counts inside of it
    end_line = min(end_line, len(lines))
    column, end_column = min(column, len(lines[line - 1]) + 1), min(end_column, len(lines[end_line - 1]) + 1)
    if end_line < line or (end_line == line and end_column <= column):
        end_line, end_column = line, column + 1
    return spelled.span(line, column, end_line, end_column)


def _too_many_digits(source: str) -> Problem:
    for line, text in enumerate(source.split("\n"), 1):
        found = DIGITS.search(text)
        if found:
            span = (line, found.start() + 1, line, found.end() + 1)
            return Problem("syntax_error", f"line {line}: this number has too many digits", "write 1e50", span)
    return Problem("syntax_error", "program: a number has too many digits", "write 1e50", (1, 1, 1, 2))


# ── one line ────────────────────────────────────────────────────────────────────────────────────────────
def _in_plain_words(message: str, line: str, span: Span) -> tuple[str, str, str | None]:
    """(what is wrong, what to do, text that repairs it in place of the span)."""
    for begin, explain in EXPLAIN.items():
        if begin in message:
            return explain(message, line, span)
    if not message.startswith("invalid syntax"):
        return message.split(" (<unknown>")[0], "write a formula, such as `y = 2*x + 1`", None
    what = "this cannot be read as a formula"
    if "Perhaps you forgot a comma" in message:
        what = "something is missing between these two, an operator or a comma"
    return _unreadable(what, line, span)


def _unreadable(what: str, line: str, span: Span) -> tuple[str, str, str | None]:
    """A line in which Python stumbles without a word about why."""
    declared = DECLARATION.match(line)
    if declared:
        return what, f"give a name a value by `{declared.group(1)} = expression` alone", None
    end = OPERATOR_AT_END.search(line)
    if end and not COUNTED.search(line) and span[1] >= end.start(1) + 1:
        return "the line ends where a value must stand", f"write what belongs behind `{end.group(1)}`", None
    if LATEX.search(line):
        return what, "LaTeX is not read: write a/b, sqrt(x), sin(x)", None
    if "//" in line[: span[1]]:
        return what, COMMENT, None
    for pair in SIDE_BY_SIDE.finditer(line):
        name, operand = pair.groups()
        if pair.start() + 1 <= span[1] <= pair.end() + 1 and not iskeyword(name) and not iskeyword(operand):
            return what, *_between(name, operand, span)
    for sign, instead in IN_LINE:
        if sign in line:
            return what, instead, None
    if line.count("(") != line.count(")"):
        return what, "count the brackets: each ( needs its )", None
    return what, "an operator, a bracket or a value is missing here, or one is too many", None


def _between(name: str, operand: str, span: Span) -> tuple[str, str | None]:
    """`sin x` and `x y`: what may have been meant."""
    try:
        is_function = isinstance(NAMES.find(name.rpartition(".")[2]), Function)
    except KeyError:
        is_function = False
    if is_function or name == "σ":
        fix = f"({operand})" if span[3] - span[1] == len(operand) else None
        return f"to apply a function write `{name}({operand})`", fix
    return f"to multiply write `{name}*{operand}`", None


def _no_such_character(message: str, line: str, span: Span) -> tuple[str, str, str | None]:
    char = line[span[1] - 1 : span[1]]
    plain = normalize("NFKC", char)
    if char in INSTEAD:
        return f"the character `{char}` is not read here", f"write {INSTEAD[char]}", None
    if plain != char and plain.isascii():
        return f"the character `{char}` is not read here", f"write `{plain}`", plain
    return f"the character `{char}` is not read here", "leave it out, or write a name for it", None


def _no_place(message: str, line: str, span: Span) -> tuple[str, str, str | None]:
    """Something else than a name stands left of `=`."""
    defined = DEFINITION.match(line)
    if defined:
        name, formula = defined.groups()
        return "this is no way to define a function", f"write `{name} = lambda …: {formula}`, or def", None
    return (
        "only a name can stand left of `=`", "to give a name a value write `name = expression` on a line of its own",
        None,
    )  # fmt: skip


def _said(what: str, hint: str) -> Callable[[str, str, Span], tuple[str, str, str | None]]:
    return lambda message, line, span: (what, hint, None)


EXPLAIN: Mapping[str, Callable[[str, str, Span], tuple[str, str, str | None]]] = {
    "invalid character": _no_such_character,
    "invalid non-printable": _no_such_character,
    "cannot assign": _no_place,
    "Maybe you meant '=='": _no_place,
    "illegal target": _no_place,
    "illegal expression for augmented": _no_place,
    "never closed": lambda message, line, span: (
        f"`{line[span[1] - 1]}` is opened here and never closed", "close the bracket", None),
    "unmatched": lambda message, line, span: (
        f"`{line[span[1] - 1]}` closes what was not opened", "count the brackets: each ( needs its )", None),
    "expected ':'": _said("a line that opens a block ends with a colon", "write `:` here"),
    "unindent": _said("the line begins at a margin of its own", "give it the margin of a line above"),
    "does not match": _said("this bracket closes one of another kind", "count the brackets: each ( needs its )"),
    "unexpected indent": lambda message, line, span: (
        "the line is indented, but nothing before it opens a block", "begin the line at the left margin", ""),
    "expected an indented block": _said("the line before opens a block, this is none", "indent the block's lines"),
    "unterminated": _said("a text is opened with a quote and not closed", "close the quote; names cannot hold one"),
    "Missing parentheses in call to": _said("print needs brackets", "write print(x)"),
    "line continuation": _said("`\\` cannot stand in a formula", "LaTeX is not read: write a/b, sqrt(x), sin(x)"),
    "decimal literal": _said("a number and a name run together", "write `*` between them, begin names with a letter"),
    "leading zeros": _said("a number begins with 0", "write 7 for 007, or 0.7"),
    "f-string": lambda message, line, span: (
        message.split(" (<unknown>")[0], "write {x} or {x:.4f} inside the quotes, {{ for a bracket", None),
}  # fmt: skip
"""What Python's message holds → what is said."""
