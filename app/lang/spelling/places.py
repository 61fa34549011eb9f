"""Where a place in respelled text stands in the source."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Place = tuple[int, int]
"""Line and column, 1-based, in characters."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` of the source are replaced by `text`; neither holds a newline."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """In one line, columns `start` to `end` of the text are columns `source_start` to `source_end` of the source."""

    start: int
    end: int
    source_start: int
    source_end: int


class Places:
    """The way back from the text's columns to the source's; lines are the same in both."""

    def __init__(self, lines: Mapping[int, Sequence[Stretch]]) -> None:
        self._lines = lines
        self._starts = {line: [each.start for each in stretches] for line, stretches in lines.items()}

    def start(self, line: int, column: int) -> Place:
        """The place where something begins that begins there in the text."""
        return self._place(line, column, bisect_right(self._starts.get(line, ()), column), at_end=False)

    def end(self, line: int, column: int) -> Place:
        """The place before which something ends that ends there in the text."""
        return self._place(line, column, bisect_left(self._starts.get(line, ()), column), at_end=True)

    def _place(self, line: int, column: int, after: int, at_end: bool) -> Place:
        if after == 0:
            return line, column
        stretch = self._lines[line][after - 1]
        if column < stretch.end:
            return line, stretch.source_end if at_end else stretch.source_start
        return line, stretch.source_end + column - stretch.end


def apply(source: str, edits: Sequence[Edit]) -> tuple[str, Places]:
    """The source with all edits, which are in order and do not overlap, and the way back."""
    pieces: list[str] = []
    lines: dict[int, list[Stretch]] = {}
    line = 1
    at = begin = shift = 0  # read so far; where the line begins; how much longer its text is than its source
    for edit in edits:
        between = source[at : edit.start]
        if "\n" in between:
            line += between.count("\n")
            begin, shift = at + between.rindex("\n") + 1, 0
        column = edit.start - begin + 1
        stretch = Stretch(column + shift, column + shift + len(edit.text), column, column + edit.end - edit.start)
        lines.setdefault(line, []).append(stretch)
        shift += len(edit.text) - (edit.end - edit.start)
        pieces += (between, edit.text)
        at = edit.end
    return "".join([*pieces, source[at:]]), Places(lines)
