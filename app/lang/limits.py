"""How large a program may be.  What its graph may take is the engine's `Budget`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits on the text, on how deep it and its lists nest, on the tracer's steps, and on what it writes.

    A list of lists has as many levels as an array may have axes.
    """

    source_bytes: int = 65_536
    nesting: int = 200
    calls: int = 200
    steps: int = 1_000_000
    problems: int = 20
    list_levels: int = 64
    characters: int = 1_000_000
    format_width: int = 1_000


LIMITS = Limits()
