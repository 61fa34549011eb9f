"""What belongs together in a row of tokens: brackets, bars, calls, operands, and which names the program binds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword

from app.lang.spelling.tokens import Token

PARTNER = {")": "(", "]": "[", "}": "{"}
VALUES = frozenset({"number", "fraction", "raised", "transposed"})
"""Kinds that end an operand, beside names and closing brackets."""


@dataclass
class Groups:
    """`match` pairs the indices of brackets and bars; `opening` and `closing` are the bars that are paired.

    `functions` are names whose calls give numbers, so that what stands in brackets behind such a call is a factor.
    """

    tokens: list[Token]
    functions: Callable[[str], bool] = lambda name: False
    match: dict[int, int] = field(default_factory=dict)
    calls: set[int] = field(default_factory=set)
    opening: set[int] = field(default_factory=set)
    closing: set[int] = field(default_factory=set)
    lonely: list[int] = field(default_factory=list)
    _open: list[int] = field(default_factory=list)
    _brackets: int = 0

    def __post_init__(self) -> None:
        for index, token in enumerate(self.tokens):  # which grows where `||` ends one value and begins another
            if token.kind == "open":
                self._begin_bracket(index)
            elif token.kind == "close":
                self._end_bracket(index)
            elif token.kind == "bar":
                self._bar(index)
            elif (token.text == "\n" and not self._brackets) or token.text == ";":
                self._drop_bars()
        self._drop_bars()

    def ends_operand(self, index: int) -> bool:
        """Whether a value ends with this token."""
        if index < 0:
            return False
        token = self.tokens[index]
        return token.is_name or token.kind in VALUES or token.kind == "close" or index in self.closing

    def _begin_bracket(self, index: int) -> None:
        before = self.tokens[index - 1] if index else None
        if before and (before.is_name or before.kind == "string" or before.text == "]" or self._after_call(index)):
            self.calls.add(index)
        self._open.append(index)
        self._brackets += 1

    def _after_call(self, index: int) -> bool:
        """Whether this bracket calls what a call gave: `f(x)(y)`, not `sin(x)(y)`."""
        first = self.match.get(index - 1)
        return self.tokens[index - 1].text == ")" and first in self.calls and not self.gives_number(first)

    def gives_number(self, first: int) -> bool:
        """Whether the bracket that opens here is the call of a function that gives numbers."""
        name = self.tokens[first - 1] if first in self.calls else None
        after_dot = first > 1 and self.tokens[first - 2].text == "."
        return name is not None and name.is_name and not after_dot and self.functions(name.plain)

    def _end_bracket(self, index: int) -> None:
        self._drop_bars()
        if self._open and self.tokens[self._open[-1]].text == PARTNER[self.tokens[index].text]:
            self._pair(self._open.pop(), index)
            self._brackets -= 1

    def _bar(self, index: int) -> None:
        """An opening bar stands where an operand is expected, or close before one: `|x|`, `2|x|`."""
        after_operand = self.ends_operand(index - 1)
        top = self._open[-1] if self._open else -1
        if after_operand and top >= 0 and (self.tokens[top].text, self.tokens[index].text) == ("|", "||"):
            self._split(index)
        if after_operand and top >= 0 and self.tokens[top].text == self.tokens[index].text:
            self._pair(self._open.pop(), index)
            self.opening.add(self.match[index])
            self.closing.add(index)
        elif not after_operand or not (index + 1 < len(self.tokens) and self.tokens[index + 1].gap):
            self._open.append(index)

    def _split(self, index: int) -> None:
        """`||` inside `|…` is two bars: `|a||b|`."""
        both = self.tokens[index]
        middle = both.start + 1
        self.tokens[index : index + 1] = [
            Token("bar", "|", both.start, middle, both.gap), Token("bar", "|", middle, both.end, False)
        ]  # fmt: skip

    def _drop_bars(self) -> None:
        """Bars that nothing closes: an `or` between operands, else a mistake."""
        while self._open and self.tokens[self._open[-1]].kind == "bar":
            index = self._open.pop()
            if not self.ends_operand(index - 1):
                self.lonely.append(index)

    def _pair(self, first: int, last: int) -> None:
        self.match[first], self.match[last] = last, first

    # ── operands ────────────────────────────────────────────────────────────────────────────────────────
    def is_plain(self, first: int) -> bool:
        """Whether the brackets that open here hold one formula: `(a + b)`, not `(a, b)`, `(lambda x: x)`, `()`."""
        last, index = self.match.get(first, first), first + 1
        if index >= last:
            return False
        while index < last:
            token = self.tokens[index]
            if token.text in (",", "=", ":", ":=") or iskeyword(token.text):
                return False
            index = self.match[index] + 1 if self.match.get(index, -1) > index else index + 1
        return True

    def operand_end(self, index: int, known: dict[int, int | None]) -> int | None:
        """The index after the operand that begins here, its signs, roots and powers included; None if there is none.

        `known` keeps what was found for roots and powers further right.
        """
        while index < len(self.tokens):
            if index in known:
                return known[index]
            if self.tokens[index].kind in ("sign", "root"):
                index += 1
                continue
            end = self._primary_end(index)
            if end is not None and end < len(self.tokens) and self.tokens[end].kind == "power":
                index = end + 1
                continue
            return end
        return None

    def _primary_end(self, index: int) -> int | None:
        """After a name, number or group with its attributes, calls, indices and superscripts."""
        token = self.tokens[index]
        if token.is_name or token.kind in ("number", "fraction"):
            index += 1
        elif token.text in ("(", "[") or index in self.opening:
            if index not in self.match:
                return None
            index = self.match[index] + 1
        else:
            return None
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.text == "." and index + 1 < len(self.tokens) and self.tokens[index + 1].is_name:
                index += 2
            elif index in self.match and (index in self.calls or token.text == "["):
                index = self.match[index] + 1
            elif token.kind in ("raised", "transposed"):
                index += 1
            else:
                break
        return index


def bound_names(tokens: Sequence[Token]) -> frozenset[str]:
    """Names that the program gives a meaning of its own: as targets, as parameters, after `as`."""
    bound: set[str] = set()
    seen: list[str] = []  # names of this statement that may turn out to be targets
    depth = indices = 0
    collects: int | None = None  # depth of the `def`, `lambda` or `for` whose names these are
    for index, token in enumerate(tokens):
        text = token.text
        if token.kind == "open":
            depth, indices = depth + 1, indices + (text == "[")
        elif token.kind == "close":
            depth, indices = max(0, depth - 1), max(0, indices - (text == "]"))
        elif token.is_name:
            before = tokens[index - 1].text if index else ""
            if collects is not None or before == "as":
                bound.add(token.plain)
            if not indices and before != ".":
                seen.append(token.plain)
        elif text in ("def", "lambda", "for"):
            collects = depth
        elif text == "in" or (text == ":" and depth == collects):
            collects = None
        elif text == ":=":
            bound.update(seen[-1:])
        elif not depth and text.endswith("=") and text not in ("==", "!=", "<=", ">="):
            bound.update(seen)
        if not depth and text in ("\n", ";"):
            seen, collects = [], None
    return frozenset(bound)
