"""What an example is."""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Example:
    """A program, where it belongs, and what to look for in it."""

    id: str
    title: str
    section: str
    program: str
    description: str


def example(id: str, title: str, section: str, program: str, description: str) -> Example:
    """An example whose texts are written indented."""
    return Example(id, title, section, dedent(program).strip() + "\n", " ".join(description.split()))
