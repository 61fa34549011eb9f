"""What the tests of the language share: a program's values, gradients, output lines and problems."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.record import Run
from app.engine.run import backprop
from app.lang import Program, trace
from app.lang.errors import LangError, Problem


@dataclass
class Outcome:
    """A program that was run forward and backward."""

    program: Program
    run: Run

    def value(self, name: str) -> Any:
        """The value of a variable; of a list a list."""
        return self._of(self.program.names[name], lambda i: self.run.values[i])

    def grad(self, name: str) -> Any:
        """The gradient of a variable; of a list a list."""
        return self._of(self.program.names[name], lambda i: self.run.adjoints[i])

    @property
    def output(self) -> Any:
        """The value of the output."""
        return self.run.values[self.program.output]

    @property
    def notes(self) -> set[str]:
        """The codes of all notes."""
        return {note.code for note in (*self.program.notes, *self.run.notes)}

    def _of(self, binding: Any, look: Callable[[int], Any]) -> Any:
        return look(binding) if isinstance(binding, int) else [self._of(each, look) for each in binding]


def run(source: str, **options: Any) -> Outcome:
    """A program that must run."""
    program = trace(source, **options)
    wrt = dict.fromkeys((*program.graph.input_ids(), *ids(list(program.names.values()))))
    return Outcome(program, backprop(program.graph, program.output, wrt=wrt))


def ids(binding: Any) -> Iterator[int]:
    """The nodes of nested lists of nodes."""
    if isinstance(binding, int):
        yield binding
    else:
        for each in binding:
            yield from ids(each)


def value(source: str, **options: Any) -> Any:
    """The value of a program's output."""
    program = trace(source, **options)
    return program.graph.values[program.output]


def problems(source: str, **options: Any) -> list[Problem]:
    """What is wrong with a program that must fail."""
    try:
        trace(source, **options)
    except LangError as error:
        return error.problems
    raise AssertionError(f"nothing is wrong with {source!r}")


def codes(source: str, **options: Any) -> list[str]:
    """The codes of what is wrong."""
    return [each.code for each in problems(source, **options)]


def same(a: Any, b: Any, tolerance: float = 1e-12) -> bool:
    """Whether two numbers or arrays have one shape and agree, infinities and NaN included."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True)
