"""The fenced blocks of a Markdown file, and what each kind of block must do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text and the line it starts at."""

    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line} ({self.language or 'no language'})"


def blocks(file: Path) -> list[Block]:
    """Every fenced block of a file, in order."""
    text = file.read_text(encoding="utf-8")
    return [Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in FENCE.finditer(text)]


def commands(block: Block) -> Iterator[str]:
    """The commands of a shell block: one a line, a trailing backslash joins lines, comments fall away."""
    for line in block.text.replace("\\\n", " ").splitlines():
        if command := re.sub(r"(^|\s)#.*", "", line).removeprefix("$ ").strip():
            yield command


def differences(shown: object, got: object, path: str = "reply") -> list[str]:
    """Where `got` lacks or contradicts what is `shown`; a reply may hold more than is shown, numbers may be rounded."""
    if isinstance(shown, dict) and isinstance(got, dict):
        missing = [f"{path}.{key} is missing" for key in shown if key not in got]
        both = shown.keys() & got.keys()
        return missing + [problem for key in both for problem in differences(shown[key], got[key], f"{path}.{key}")]
    if isinstance(shown, list) and isinstance(got, list):
        lost = [] if len(shown) <= len(got) else [f"{path} has {len(got)} entries, shown are {len(shown)}"]
        pairs = enumerate(zip(shown, got, strict=False))
        return lost + [problem for i, (a, b) in pairs for problem in differences(a, b, f"{path}[{i}]")]
    return [] if same(shown, got) else [f"{path} is {got!r}, shown is {shown!r}"]


def same(shown: object, got: object) -> bool:
    """Equal, for numbers to the digits shown."""
    if isinstance(shown, float) and isinstance(got, int | float):
        digits = len(repr(shown).partition(".")[2])
        return abs(shown - got) <= 0.5001 * 10.0**-digits
    return shown == got
