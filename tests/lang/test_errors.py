"""What is wrong with a program: its code, its place, and what to do."""

import pytest

from app.lang.errors import CODES
from tests.lang.tools import codes, problems

WRONG = [
    # program, code, span, words that the hint or message must hold
    ("x = = 2", "syntax_error", (1, 5, 1, 6), ""),
    ("y = (1 + 2", "syntax_error", (1, 5, 1, 6), "bracket"),
    ("x = 2.0\ny = sin x", "syntax_error", (2, 9, 2, 10), "sin(x)"),
    ("x = 2.0\n  y = x", "syntax_error", (2, 1, 2, 3), "left margin"),
    ("x = 'abc", "syntax_error", (1, 5, 1, 6), "quote"),
    ("y = |x + 1", "syntax_error", (1, 5, 1, 6), "abs"),
    ("y = √", "syntax_error", (1, 5, 1, 6), "√x"),
    ("x = 2.0\ny = sine(x)", "unknown_function", (2, 5, 2, 9), "`sin`"),
    ("import numpy as np\nx = 2.0\ny = np.tahn(x)", "unknown_function", (3, 5, 3, 12), "np.tan"),
    ("x = 2.0\ny = x.rleu()", "unknown_function", (2, 5, 2, 11), ".relu"),
    ("y = x + 1\nx = 2.0", "unknown_name", (1, 5, 1, 6), "line up"),
    ("y = w*2.0", "missing_input", (1, 5, 1, 6), "w = 1.0"),
    ("for i in range(3):\n    y = i", "unsupported_syntax", (1, 1, 2, 10), "`for`"),
    ("while True:\n    y = 1", "unsupported_syntax", (1, 1, 2, 10), "`while`"),
    ("if 1 > 0:\n    y = 1", "unsupported_syntax", (1, 1, 2, 10), "where"),
    ("def f(x):\n    return x", "unsupported_syntax", (1, 1, 2, 13), "functions"),
    ("x = 1.0\nf = lambda x: x", "unsupported_syntax", (2, 5, 2, 16), "lambda"),
    ("class A:\n    pass", "unsupported_syntax", (1, 1, 2, 9), "classes"),
    ("x = 1.0\ny = x if x > 0 else 2", "unsupported_syntax", (2, 5, 2, 22), "where"),
    ("x = 1.0\ny = [x for i in [1]]", "unsupported_syntax", (2, 5, 2, 21), "comprehensions"),
    ("import torch\nx = 1.0\nwith torch.no_grad():\n    y = x", "unsupported_syntax", (3, 1, 4, 10), "detach"),
    ("x = {'a': 1}", "unsupported_syntax", (1, 5, 1, 13), "dictionaries"),
    ("x = 1.0\nassert x > 0", "unsupported_syntax", (2, 1, 2, 13), "assert"),
    ("x = [1.0, 2.0]\nx[0] = 3.0", "unsupported_syntax", (2, 1, 2, 5), "names"),
    ("import os", "forbidden", (1, 8, 1, 10), "numpy"),
    ("import nunpy as np", "forbidden", (1, 8, 1, 19), "`numpy`"),
    ("x = 1.0\ny = x.__class__", "forbidden", (2, 5, 2, 16), "underscores"),
    ("y = __import__('os')", "forbidden", (1, 5, 1, 15), "underscores"),
    ("W = [[1.0, 2.0]]\nx = [1.0, 2.0, 3.0]\ny = W @ x", "shape_mismatch", (3, 5, 3, 10), "3"),
    ("a = [1.0, 2.0]\nb = [1.0, 2.0, 3.0]\nc = a*1 + b", "shape_mismatch", (3, 5, 3, 12), "(3,)"),
    ("x = 2.0\ny = x @ 3", "bad_argument", (2, 5, 2, 10), "`*`"),
    ("import numpy as np\nx = 2.0\ny = np.sin(x, x)", "bad_argument", (3, 5, 3, 17), "1 operand"),
    ("import numpy as np\nx = [1.0, 2.0]\ny = np.sum(x, axis=3)", "bad_argument", (3, 5, 3, 22), "axis"),
    ("import numpy as np\nx = [1.0, 2.0]\ny = np.sum(x, asix=0)", "bad_argument", (3, 5, 3, 22), "axis"),
    ("x = 2.0\ny = x(3 + 1)", "bad_argument", (2, 5, 2, 6), "x*"),
    ("x = [1.0, 2.0]\ny = x[5] * 2", "bad_argument", (2, 5, 2, 9), "index"),
    ("a, b = [1.0, 2.0, 3.0]", "bad_argument", (1, 1, 1, 5), "names"),
    ("x = 2.0\ny = sin(cos)", "bad_argument", (2, 5, 2, 13), "cos"),
    ("x = 2j", "bad_argument", (1, 5, 1, 7), "complex"),
    ("x = 2.0\ny = x > 1", "not_differentiable", (2, 5, 2, 10), "derivative"),
    ("", "empty_program", None, ""),
    ("# nothing\n\n", "empty_program", None, ""),
    ("import numpy as np", "empty_program", None, ""),
]


@pytest.mark.parametrize(("source", "code", "span", "words"), WRONG)
def test_a_mistake_is_named_with_its_place_and_a_way_out(
    source: str, code: str, span: tuple[int, int, int, int] | None, words: str
) -> None:
    (found,) = problems(source)
    assert found.code == code
    assert span is None or found.span == span
    assert words in f"{found.message} {found.hint}"
    assert found.hint or found.code in ("syntax_error", "shape_mismatch", "bad_argument")


def test_every_code_that_a_text_can_earn_is_in_the_table() -> None:
    elsewhere = {"too_large", "too_deep", "too_many_steps", "deadline_exceeded"}  # test_limits.py
    assert {code for _, code, _, _ in WRONG} | elsewhere == set(CODES)


def test_independent_mistakes_are_reported_together_in_the_order_of_the_text() -> None:
    source = "a = sine(1.0)\nb = cosine(2.0)\nc = q + 1\nimport os"
    assert codes(source) == ["unknown_function", "unknown_function", "missing_input", "forbidden"]


def test_several_lines_of_bad_syntax_are_reported_together() -> None:
    assert [each.span and each.span[0] for each in problems("x = = 1\ny = 2\nz = / 3\n")] == [1, 3]


def test_what_follows_from_a_mistake_is_not_a_mistake_of_its_own() -> None:
    assert codes("a = sine(1.0)\nb = a + 1\nc = b * a") == ["unknown_function"]


def test_a_place_is_counted_in_characters_of_what_was_typed() -> None:
    (found,) = problems("θ = 2.0\nψ = θ² + sinus(θ)")
    assert found.span == (2, 10, 2, 15)
    (found,) = problems("x = 2.0\ny = 2x + √sinus(3x)")
    assert found.span == (2, 11, 2, 16)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(newline: str) -> None:
    (found,) = problems(newline.join(["x = 2.0", "y = 3.0", "z = sine(x)"]))
    assert found.span == (3, 5, 3, 9)


def test_a_fix_put_in_place_of_the_span_repairs_the_program() -> None:
    source = "x = 2.0\ny = sine(x)"
    (found,) = problems(source)
    assert found.fix == "sin"
    assert found.span is not None
    line, column, _, end = found.span
    lines = source.split("\n")
    lines[line - 1] = lines[line - 1][: column - 1] + found.fix + lines[line - 1][end - 1 :]
    assert lines[1] == "y = sin(x)"


@pytest.mark.parametrize("source", ["x = \x00 1", "x = 1\u200b", "\ud800", "x = 1 \ufeff+ 2"])
def test_characters_that_nobody_can_see_are_named(source: str) -> None:
    (found,) = problems(source)
    assert found.code == "syntax_error"
    assert "U+" in found.message


def test_an_output_that_is_not_there_is_an_error_of_the_request() -> None:
    (found,) = problems("loss = 2.0 * 3", output="los")
    assert (found.code, found.field) == ("unknown_name", "output")
    assert "loss" in (found.hint or "")
