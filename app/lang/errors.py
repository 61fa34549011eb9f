"""What is wrong with a program, with its place in the text.

Sentences read *place: what is, what must be — what to do*; the last part is often the hint.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from app.engine.graph import Span

CODES = (
    "syntax_error", "unknown_name", "unknown_function", "missing_input", "unsupported_syntax", "forbidden",
    "shape_mismatch", "bad_argument", "not_differentiable", "too_large", "too_deep", "too_many_steps",
    "deadline_exceeded", "empty_program",
)  # fmt: skip
"""Every code that a problem can have."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, what to do, where in the text or in which field of the request.

    `fix` is text that, put in place of the span, repairs it.
    """

    code: str
    message: str
    hint: str | None = None
    span: Span | None = None
    field: str | None = None
    fix: str | None = None


class LangError(Exception):
    """A program that cannot be traced, with all problems that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = list(problems)


class Trouble(Exception):
    """One problem on its way to being collected; `place` is the syntax node it is about, if not the current one."""

    def __init__(
        self, code: str, message: str, hint: str | None = None, *, place: Any = None, fix: str | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.place, self.fix = code, message, hint, place, fix


class Exhausted(Trouble):
    """A limit on the whole program is passed: nothing after it is tried."""


class Skip(Exception):
    """A statement that leans on one that failed; what is wrong has been said there."""


def refuse_underscores(name: str, place: Any = None) -> None:
    """Names such as `__class__` are Python's own.  Raises Trouble."""
    if name.startswith("__"):
        raise Trouble("forbidden", f"{name[:40]}: names with two underscores in front cannot be used",
                      "choose another name", place=place)  # fmt: skip


def suggest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, if one does."""
    words = list(known)
    letters = sorted(name)
    for each in words:  # two letters have changed places
        if len(each) == len(letters) and sorted(each) == letters:
            return each
    near = get_close_matches(name, words, n=1, cutoff=0.65)
    return near[0] if near else None
