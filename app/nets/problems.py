"""What is wrong with a configuration: every bad field with its path, all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.lang.errors import suggest

LONGEST, READ = 80, 40
"""Characters of a name that are looked at; problems, and known names, that anybody reads."""


@dataclass(frozen=True, slots=True)
class NetProblem:
    """One bad field: `layers[2].units`, what it is and must be, and what to do."""

    path: str
    code: str
    message: str
    hint: str | None = None


class BadNet(Exception):
    """A configuration that cannot be compiled, with all problems that were found."""

    def __init__(self, problems: Iterable[NetProblem]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems[0].message)


@dataclass
class Problems:
    """Collects problems while a configuration is read."""

    found: list[NetProblem] = field(default_factory=list)

    def add(self, path: str, code: str, says: str, hint: str | None = None) -> None:
        """One more: `says` goes on after the path, such as "is 0, must be from 1 to 64"."""
        self.found.append(NetProblem(path, code, f"{path}: {says}", hint))

    def unknown(self, path: str, name: str, known: Iterable[str]) -> None:
        """A field that there is not, with the nearest that there is."""
        place = f"{path}.{name[:LONGEST]}" if path else name[:LONGEST]
        self.add(place, "extra_forbidden", "is not a field here, remove it", self.near(name, known, "known fields:"))

    def near(self, name: str, known: Iterable[str], these: str) -> str | None:
        """A hint with the nearest known name, or with all; none after so many problems that nobody reads them."""
        if len(self.found) > READ:
            return None
        words = list(known)
        near = suggest(name[:LONGEST], words)
        return f"did you mean `{near}`?" if near else f"{these} {', '.join(words[:READ])}"

    def fail_if_any(self) -> None:
        """Raise what has been collected.  Raises BadNet."""
        if self.found:
            raise BadNet(self.found)
