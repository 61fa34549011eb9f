"""An equation as a program: F = left − right, and places in one as places in the other."""

import re
from dataclasses import replace
from typing import Any

from app.engine.budget import Budget
from app.engine.op import shape
from app.lang import trace
from app.lang.errors import LangError
from app.lang.tracing.tracer import Program
from app.schemas.problem import FieldError

EQUALS = re.compile(r"(?<![=<>!:+\-*/%^|&@])=(?!=)")


def traced(equation: str, point: dict[str, float], budget: Budget) -> Program:
    """F = left − right as a program, at a point; variables that have no number there are 1.

    Raises LangError, whose places are those in the equation.
    """
    text, places = as_program(equation)
    try:
        try:
            return trace(text, inputs=point, output="F", budget=budget)
        except LangError as error:
            missing = [each.field for each in error.problems if each.code == "missing_input"]
            if len(missing) < len(error.problems) or not all(missing):
                raise
            given = {str(name).rpartition(".")[2]: 1.0 for name in missing}
            return trace(text, inputs={**given, **point}, output="F", budget=budget)
    except LangError as error:
        raise LangError([replace(each, span=back(each.span, places)) for each in error.problems]) from error


Places = tuple[int, int, int]
"""By how many columns the left side has moved in the program, and the right side, and where the latter begins."""


def as_program(equation: str) -> tuple[str, Places]:
    """The program's text, and where the sides are in it."""
    signs = list(EQUALS.finditer(equation))
    if len(signs) > 1:
        raise FieldError("syntax_error", "equation: it has several = signs, it must have one at most", field="equation",
                         hint="write one equation")  # fmt: skip
    if not signs:
        return f"F = {equation}", (4, 4, 0)
    left, right = equation[: signs[0].start()], equation[signs[0].end() :]
    if not left.strip() or not right.strip():
        raise FieldError("syntax_error", "equation: one side of = is empty, there must be an expression on both",
                         field="equation", hint="write 0 there if it is to be 0")  # fmt: skip
    return f"F = ({left}) - ({right})", (5, 9, len(left) + 10)


def back(span: Any, places: Places) -> Any:
    """A place in the program as one in the equation."""
    if span is None:
        return None
    line, column, end_line, end_column = span
    moved = places[column > places[2]]
    return line, max(1, column - moved), end_line, max(1, end_column - moved)


def variables_of(program: Program) -> list[str]:
    """Two or more single numbers, in the alphabet's order.  Raises FieldError."""
    names = [name for name, binding in program.inputs.items() if isinstance(binding, int)]
    arrays = [name for name in program.inputs if name not in names or shape(program.graph.values[program.inputs[name]])]
    if arrays or shape(program.graph.values[program.output]):
        raise FieldError("not_scalar", "equation: it has arrays, it must be of single numbers", field="equation")
    if len(names) < 2:
        raise FieldError("bad_argument", f"equation: it has {len(names)} variable(s), it must have two or more",
                         field="equation", hint="write x^2 + y^2 = 1")  # fmt: skip
    return sorted(names)
