"""What a program takes beside its graph: steps of the tracer, lists, text.  Each is refused before it costs much."""

from typing import Any

from app.lang.errors import Exhausted
from app.lang.limits import LIMITS


class Meter:
    """Counts one program's steps and the characters that it writes."""

    def __init__(self) -> None:
        self.steps = 0
        self.characters = 0

    def take(self, steps: int) -> None:
        """Count steps: a statement, an element of a list that is made or bound.  Raises Exhausted."""
        self.steps += steps
        if self.steps > LIMITS.steps:
            raise Exhausted(
                "too_many_steps", f"program: it takes {self.steps:,} steps, the limit is {LIMITS.steps:,}",
                "use arrays instead of long lists",
            )  # fmt: skip

    def take_list(self, value: Any) -> Any:
        """Count every element of a list, tuple or dict, those of its lists too, however often they stand in it.

        Gives the list back.  Raises Exhausted.
        """
        level: list[Any] = [value]
        depth = 0
        while level:
            self.take(sum(map(len, level)))
            depth += 1
            if depth > LIMITS.list_levels:
                raise Exhausted(
                    "too_deep", f"list: its lists are nested deeper than the limit of {LIMITS.list_levels} levels",
                    "use arrays, and fewer axes",
                )  # fmt: skip
            level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)
                     if isinstance(inner, list | tuple | dict)]
        return value

    def write(self, text: str) -> str:
        """Count the characters of a text that is made or printed, and give it back.  Raises Exhausted."""
        self.characters += len(text)
        if self.characters > LIMITS.characters:
            raise Exhausted(
                "too_large", f"text: the program writes {self.characters:,} characters, the limit is "
                f"{LIMITS.characters:,}", "print less",
            )  # fmt: skip
        return text
