"""How large a program may be.  What its graph may take is the engine's `Budget`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits on the text, on how deep it nests, on how many steps it takes, and on what it prints."""

    source_bytes: int = 65_536
    nesting: int = 200
    steps: int = 1_000_000
    problems: int = 20
    format_width: int = 1_000


LIMITS = Limits()
