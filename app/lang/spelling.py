"""The mathematician's spelling → Python, with every position kept.

`2x²`, `|x|`, `√x`, `σ(z)`, `e^x`, `a·b − c` are read as Python would write them.  What is Python already stays as it
is: a text without any such sign is returned after one look.  Lines stay lines.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

Span = tuple[int, int, int, int]

SIGNS = {
    "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    "½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)", "⅓": "(1/3)", "⅔": "(2/3)", "∞": "inf", " ": " ", "\u2009": " ",
}  # fmt: skip
SUPERSCRIPTS = {**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)), "⁻": "-", "⁺": "+"}
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
NOT_LETTERS = "²³¹⁰⁴-⁹₀-₉½¼¾⅓⅔"
"""What a pattern takes for letters and a name must not hold."""
WORDS = frozenset({
    "and", "or", "not", "in", "is", "if", "else", "for", "while", "import", "from", "as", "return", "lambda", "def",
    "class", "print", "with", "assert", "del", "pass", "yield", "await", "async", "raise", "try", "except", "finally",
    "global", "nonlocal", "elif", "break", "continue", "True", "False", "None",
})  # fmt: skip
ODD = re.compile(
    r"[\^|√²³¹⁰⁴-⁹⁻⁺₀-₉·×⋅∗÷∕−–≤≥≠½¼¾⅓⅔∞\u2009σ]"  # a sign that Python does not have, or reads otherwise
    r"|(?<![\w.])\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?[ \t]*[^\W\d_]"  # 2x
    r"|(?<![\w.])\d[\d_]*\.?\d*[ \t]*\("  # 2(x + 1)
    r"|\)[ \t]*[\w(]"  # (a + b)(c + d), (a + b)c
    r"|\be[ \t]*\*\*"  # e**x
    r"|^[ \t]*>>>",
    re.MULTILINE,
)
TOKEN = re.compile(
    r"(?P<text>(?:\b[rRbBfFuU]{1,2})?(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<number>0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?(?![\w.])"
    r"|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    rf"|(?P<name>[^\W\d{NOT_LETTERS}][^\W{NOT_LETTERS}]*[₀-₉]*)"
    r"|(?P<raised>[⁰¹²³⁴-⁹⁻⁺]+)"
    r"|(?P<space>[ \t\u2009]+|\\\n)"
    r"|(?P<newline>\n)"
    r"|(?P<sign>\*\*|//|<=|>=|!=|==|:=|->|[-+*/%@&|^~<>=]=?|.)"
)


@dataclass(frozen=True)
class Piece:
    """A token of the source and what stands for it."""

    kind: str
    text: str
    start: int


@dataclass
class Spelled:
    """The program as Python, and the way back to what was typed."""

    source: str
    text: str
    notes: list[tuple[str, str, Span]] = field(default_factory=list)
    marks: list[tuple[int, int, int, int]] = field(default_factory=list)  # (from, to) in text, (from, to) in source
    typed: dict[str, str] = field(default_factory=dict)

    def place(self, line: int, column: int, *, end: bool = False) -> tuple[int, int]:
        """Where a place of `text` (1-based) stands in the source; an end is the end of what it belongs to."""
        if not self.marks:
            return line, column
        offset = _offset(self.text, line, column)
        i = max(0, bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1)
        if end and offset == self.marks[i][0] and i > 0:
            i -= 1
        begin, stop, first, last = self.marks[i]
        if stop - begin == last - first:
            found = first + min(offset - begin, last - first)
        else:
            found = last if end or offset >= stop else first
        return _line_column(self.source, found)

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """A range of `text` in the source."""
        start, stop = self.place(line, column), self.place(end_line, end_column, end=True)
        if stop <= start:
            stop = start[0], start[1] + 1
        return *start, *stop

    def shown(self, name: str) -> str:
        """A name as it was typed."""
        return self.typed.get(name, name) if self.typed else name


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _line_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def spell(source: str) -> Spelled:
    """The program in Python's spelling."""
    if source.isascii():
        if ODD.search(source) is None:
            return Spelled(source, source)
    elif ODD.search(source) is None and all(name.isascii() for name in re.findall(r"[^\W\d]\w*", source)):
        return Spelled(source, source)
    return _Speller(source).spelled()


class _Speller:
    """One text on its way to Python."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces = [Piece(str(found.lastgroup), found.group(), found.start()) for found in TOKEN.finditer(source)]
        self.bound = set(re.findall(r"(?:^|[;,\n])[ \t]*([^\W\d]\w*[₀-₉]*)[ \t]*(?=[,=][^=])", source))
        self.out: list[str] = []
        self.length = 0
        self.result = Spelled(source, source)
        self.bars = _bars(self.pieces)

    def spelled(self) -> Spelled:
        i = 0
        while i < len(self.pieces):
            i = self._piece(i)
        self.result.text = "".join(self.out)
        return self.result

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────
    def _write(self, text: str, start: int, stop: int) -> None:
        """Add text that stands for the source from start to stop."""
        if not text and start == stop:
            return
        self.result.marks.append((self.length, self.length + len(text), start, stop))
        self.out.append(text)
        self.length += len(text)

    def _insert(self, text: str, at: int) -> None:
        self._write(text, at, at)

    def _note_power(self, piece: Piece) -> None:
        if not self.result.notes:
            line, column = _line_column(self.source, piece.start)
            message = "^ is read as a power; in Python it would be `**`"
            self.result.notes.append(("caret_is_power", message, (line, column, line, column + 1)))

    # ── one piece ───────────────────────────────────────────────────────────────────────────────────────
    def _piece(self, i: int) -> int:
        """Write the piece at i and return the index of the next."""
        piece = self.pieces[i]
        stop = piece.start + len(piece.text)
        if piece.kind == "raised":
            exponent = "".join(SUPERSCRIPTS[char] for char in piece.text)
            self._write(f"**{exponent}" if exponent.isdigit() else f"**({exponent})", piece.start, stop)
            self._times(i)
            return i + 1
        if piece.kind == "name":
            return self._name(i)
        if piece.text == "√":
            return self._root(i)
        if piece.text == "|" and i in self.bars:
            opens = self.bars[i]
            self._write("abs(" if opens else ")", piece.start, stop)
            if not opens:
                self._times(i)
            return i + 1
        if piece.text == "^":
            self._note_power(piece)
            self._write("**", piece.start, stop)
            return i + 1
        if piece.text == ">" and self._is_prompt(i):
            self._write("", piece.start, stop)
            return i + 1
        text = SIGNS.get(piece.text, piece.text)
        if piece.kind == "space" and self._after_prompt(i):
            text = ""
        if piece.kind == "number" and text[0] == "0" and text.lstrip("0_").isdigit():
            text = text.lstrip("0_")
        self._write(text, piece.start, stop)
        if piece.kind == "number" or text == ")" or piece.text in "½¼¾⅓⅔∞":
            self._times(i)
        return i + 1

    def _is_prompt(self, i: int) -> bool:
        """`>>> ` at the beginning of a line, as notebooks and manuals show it."""
        start = self.source.rfind("\n", 0, self.pieces[i].start) + 1
        return bool(re.match(r"[ \t]*>>>", self.source[start:])) and self.pieces[i].start - start < 3 + len(
            self.source[start:]
        ) - len(self.source[start:].lstrip())

    def _after_prompt(self, i: int) -> bool:
        start = self.source.rfind("\n", 0, self.pieces[i].start) + 1
        return self.source[start : self.pieces[i].start].strip() in (">>>",) or (
            self.pieces[i].start == start and bool(re.match(r"[ \t]+>>>", self.source[start:]))
        )

    def _name(self, i: int) -> int:
        piece = self.pieces[i]
        stop = piece.start + len(piece.text)
        following = self._next(i)
        called = following is not None and self.pieces[following].text == "("
        if (
            piece.text == "e"
            and "e" not in self.bound
            and following is not None
            and self.pieces[following].text in ("^", "**")
        ):
            return self._exponential(i, following)
        if piece.text == "σ" and called and "σ" not in self.bound:
            self._write("sigmoid", piece.start, stop)
            return i + 1
        name = _identifier(piece.text)
        if name != piece.text:
            self.result.typed[name] = piece.text
        self._write(name, piece.start, stop)
        if name not in WORDS and following is not None and self.pieces[following].text == "√":
            self._insert("*", stop)
        return i + 1

    def _exponential(self, i: int, power: int) -> int:
        """`e^x` → `exp(x)`: the exponent is one factor, with its own powers and its sign."""
        first = self.pieces[i]
        if self.pieces[power].text == "^":
            self._note_power(self.pieces[power])
        self._write("exp(", first.start, self.pieces[power].start + len(self.pieces[power].text))
        end = self._factor_end(power + 1)
        i = power + 1
        while i < end:
            i = self._piece(i)
        self._insert(")", self._source_end(end - 1))
        self._times(end - 1)
        return end

    def _root(self, i: int) -> int:
        """`√x`, `√(x + 1)`, `√2`: of the one thing that follows."""
        piece = self.pieces[i]
        following = self._next(i)
        if following is None:
            self._write("√", piece.start, piece.start + 1)
            return i + 1
        if self.pieces[following].text == "(":
            self._write("sqrt", piece.start, piece.start + 1)
            return i + 1
        self._write("sqrt(", piece.start, piece.start + 1)
        end = self._atom_end(following)
        i += 1
        while i < end:
            i = self._piece(i)
        self._insert(")", self._source_end(end - 1))
        self._times(end - 1)
        return end

    def _times(self, i: int) -> None:
        """A product where the piece at i and the next stand side by side."""
        following = self._next(i)
        if following is None:
            return
        piece, after = self.pieces[i], self.pieces[following]
        side_by_side = following == i + 1 or after.text == "√" or (piece.kind == "number" and after.kind == "name")
        opens = after.text == "(" or after.text == "√" or self.bars.get(following) is True
        names = after.kind == "name" and after.text not in WORDS
        numbers = after.kind == "number" and piece.text == ")" and following == i + 1
        if (
            (opens and side_by_side and (piece.text != ")" or self._closes_value(i, after.text)))
            or (names and side_by_side)
            or numbers
        ):
            self._insert("*", piece.start + len(piece.text))

    def _closes_value(self, i: int, after: str) -> bool:
        """Whether the `)` at i ends a group, and not the arguments of a call: f(x)(y) stays a call."""
        if after != "(":
            return True
        depth = 0
        for j in range(i, -1, -1):
            depth += {")": 1, "(": -1}.get(self.pieces[j].text, 0)
            if depth == 0:
                before = self.pieces[j - 1] if j > 0 else None
                return before is None or ((before.kind != "name" or before.text in WORDS) and before.text not in ")]")
        return False

    # ── looking ahead ───────────────────────────────────────────────────────────────────────────────────
    def _next(self, i: int) -> int | None:
        """The next piece on the line that is not space."""
        for j in range(i + 1, len(self.pieces)):
            if self.pieces[j].kind in ("newline", "comment"):
                return None
            if self.pieces[j].kind != "space":
                return j
        return None

    def _source_end(self, i: int) -> int:
        return self.pieces[i].start + len(self.pieces[i].text)

    def _group_end(self, i: int) -> int:
        """Behind the bracket that closes the one at i."""
        depth = 0
        for j in range(i, len(self.pieces)):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(self.pieces[j].text, 0)
            if depth == 0:
                return j + 1
        return len(self.pieces)

    def _atom_end(self, i: int) -> int:
        """Behind a number, a name with its call and attributes, or a bracketed group."""
        if self.pieces[i].text == "(":
            return self._group_end(i)
        if self.pieces[i].text == "√":
            following = self._next(i)
            return i + 1 if following is None else self._atom_end(following)
        if self.bars.get(i) is True:
            return next((j for j in range(i + 1, len(self.pieces)) if self.bars.get(j) is False), i) + 1
        end = i + 1
        while end < len(self.pieces) and self.pieces[i].kind == "name":
            if self.pieces[end].text in ("(", "["):
                end = self._group_end(end)
            elif self.pieces[end].text == "." and end + 1 < len(self.pieces) and self.pieces[end + 1].kind == "name":
                end += 2
            else:
                break
        return end

    def _factor_end(self, i: int) -> int:
        """Behind an exponent: signs, an atom, and its own power.  A number takes the name beside it: `e^2x`."""
        while i < len(self.pieces) and (self.pieces[i].kind == "space" or self.pieces[i].text in ("-", "+", "−")):
            i += 1
        if i >= len(self.pieces) or self.pieces[i].kind in ("newline", "comment"):
            return i
        end = self._atom_end(i)
        if self.pieces[i].kind == "number" and end < len(self.pieces) and self.pieces[end].kind == "name":
            end = self._atom_end(end)
        if end < len(self.pieces) and self.pieces[end].kind == "raised":
            end += 1
        following = end if end < len(self.pieces) and self.pieces[end].kind != "space" else None
        if following is not None and self.pieces[following].text in ("^", "**"):
            return self._factor_end(following + 1)
        return end


SUBSCRIPT_MARK = "ǀ"
"""Stands in a name before what was typed as subscript digits: a letter to Python, and no one types it."""


def _identifier(typed: str) -> str:
    """A name that Python takes as it is: subscript digits as plain ones, letters as Python will spell them."""
    stem = typed.rstrip("".join(SUBSCRIPTS))
    digits = "".join(SUBSCRIPTS[char] for char in typed[len(stem) :])
    return normalize("NFKC", stem) + (SUBSCRIPT_MARK + digits if digits else "")


def _bars(pieces: Sequence[Piece]) -> dict[int, bool]:
    """Which `|` open (True) and which close (False) an absolute value; they alternate on a line, within brackets."""
    found: dict[int, bool] = {}
    open_at: list[int] = []
    depth = 0
    depths: list[int] = []
    for i, piece in enumerate(pieces):
        if piece.kind == "newline" and depth == 0:
            open_at, depths = [], []
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(piece.text, 0)
        if piece.text != "|":
            continue
        if open_at and depths[-1] == depth and not _expects_value(pieces, i):
            found[open_at.pop()], found[i] = True, False
            depths.pop()
        else:
            open_at.append(i)
            depths.append(depth)
    return found


def _expects_value(pieces: Sequence[Piece], i: int) -> bool:
    """Whether a value must follow here, so that a `|` can only open."""
    for j in range(i - 1, -1, -1):
        if pieces[j].kind != "space":
            return (pieces[j].kind == "sign" and pieces[j].text not in (")", "]", "|")) or pieces[j].kind == "newline"
    return True
