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
    ("try:\n    y = 1\nexcept* E:\n    y = 2", "unsupported_syntax", (1, 1, 4, 10), "`try`"),
    ("def f(x):\n    yield x", "unsupported_syntax", (1, 1, 2, 12), "list"),
    ("async def f(x):\n    return x", "unsupported_syntax", (1, 1, 2, 13), "async"),
    ("x = 1.0\nmatch x:\n    case 1: y = x", "unsupported_syntax", (2, 1, 3, 18), "match"),
    ("import torch\nx = 1.0\nwith open('f') as f:\n    y = x", "unknown_function", (3, 6, 3, 10), "open"),
    ("x = 1.0\nassert x > 2, 'too small'", "bad_argument", (2, 8, 2, 13), "too small"),
    ("x = 2.0\nx[0] = 3.0", "bad_argument", (2, 1, 2, 5), "elements"),
    ("x = [1.0, 2.0]\ny = x.item()*2", "bad_argument", (2, 5, 2, 13), "one number"),
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
    # what mathematicians write
    ("x = 2.0\ny = sin 2x", "syntax_error", (2, 9, 2, 10), "`sin(2x)`"),
    ("x = 2.0\ny = log x^2", "syntax_error", (2, 9, 2, 10), "`log(x^2)`"),
    ("x = 2.0\ny = np.sin x", "syntax_error", (2, 12, 2, 13), "`np.sin(x)`"),
    ("θ = 2.0\ny = 2θ + cos θ", "syntax_error", (2, 14, 2, 15), "`cos(θ)`"),
    ("z = 2.0\ny = σ z", "syntax_error", (2, 7, 2, 8), "`σ(z)`"),
    ("x₁ = 2.0\ny = sin x₁", "syntax_error", (2, 9, 2, 11), "`sin(x₁)`"),
    ("x = 2.0\ny = x x", "syntax_error", (2, 7, 2, 8), "`x*x`"),
    ("x = 2.0\ny = x 3", "syntax_error", (2, 7, 2, 8), "`x*3`"),
    ("x = 2.0\ny = sin²(x)", "bad_argument", (2, 5, 2, 9), "sin(x)^2"),
    ("x = 2.0\ny = cos⁻¹(x)", "bad_argument", (2, 5, 2, 10), "arccos"),
    ("f(x) = x^2", "syntax_error", (1, 1, 1, 5), "lambda"),
    ("x = 2.0\n2x = 4", "syntax_error", (2, 1, 2, 3), "name = expression"),
    ("x = 2.0\nx + 1 = 4", "syntax_error", (2, 1, 2, 6), "name = expression"),
    ("x = 2.0\ny == x^2", "syntax_error", (2, 1, 2, 9), "`y = …`"),
    ("x = 2.0\ny := x^2", "syntax_error", (2, 3, 2, 5), "`=`"),
    ("x = 3,5\ny = x", "bad_argument", (2, 1, 2, 6), "3.5"),
    ("x = 2.0\ny = ∛x", "syntax_error", (2, 5, 2, 6), "cbrt(x)"),
    ("x = 2.0\ny = ⌊x⌋", "syntax_error", (2, 5, 2, 6), "floor(x)"),
    ("x = 2.0\ny = ∂x", "syntax_error", (2, 5, 2, 6), "gradients"),
    ("x = 2.0\ny = x ＋ 1", "syntax_error", (2, 7, 2, 8), "`+`"),
    ("x = 2.0\ny = “x”", "syntax_error", (2, 5, 2, 6), '`"`'),
    ("x = 2.0\ny = \\frac{1}{x}", "syntax_error", (2, 6, 2, 7), "LaTeX"),
    ("x = 2.0\ny = x^{2}", "bad_argument", (2, 5, 2, 10), "( )"),
    ("x = 2.0; y = 2x + |x", "syntax_error", (1, 19, 1, 20), "|x|"),
    ("x = 2.0; y = ‖x + 1", "syntax_error", (1, 14, 1, 15), "‖x‖"),
    ("x = 2.0\ny = (x+1)(x−)", "syntax_error", (2, 13, 2, 14), ""),
    # what programmers write
    ("x = 2.0\ny = x +", "syntax_error", (2, 8, 2, 9), "`+`"),
    ("x = 2.0\ny = x**", "syntax_error", (2, 8, 2, 9), "`**`"),
    ("x = 2.0\ny = sin(x))", "syntax_error", (2, 11, 2, 12), "brackets"),
    ("x = [1.0, 2.0)\ny = x", "syntax_error", (1, 14, 1, 15), "brackets"),
    ("x = 2.0\nprint x", "syntax_error", (2, 1, 2, 8), "print(x)"),
    ("x = 2.0\nx++", "syntax_error", (2, 4, 2, 5), "+= 1"),
    ("x = 2.0\ny = x && x", "syntax_error", (2, 8, 2, 9), "logical_and"),
    ("x = 2.0\ny = !x", "syntax_error", (2, 5, 2, 6), "logical_not"),
    ("x = 2.0 // the input\ny = x", "syntax_error", (1, 16, 1, 21), "#"),
    ("let x = 2.0", "syntax_error", (1, 5, 1, 6), "`x = expression`"),
    ("x = 007\ny = x", "syntax_error", (1, 5, 1, 7), "7"),
    ("y = 1" + "0" * 5000, "syntax_error", (1, 5, 1, 5006), "1e50"),
    ("x = 2.0\nprint(f'{x')", "syntax_error", (2, 7, 2, 12), "{x}"),
    ("x = 2.0\nprint('a', f'{x +}')", "syntax_error", (2, 12, 2, 20), "{x}"),
    ("x = 2.0\nprint(f'{2x}')", "syntax_error", (2, 7, 2, 14), "`*`"),
    ("θ = 2.0\nprint(f'θ: {sine(θ)}')", "unknown_function", (2, 13, 2, 17), "`sin`"),
    ("x = 2.0\nreturn x", "syntax_error", (2, 1, 2, 9), "last value"),
    ("x = 2.0\ny = x if x", "syntax_error", (2, 5, 2, 11), ""),
    ("x = 2.0\ny = x & 3", "unsupported_syntax", (2, 5, 2, 10), "conditions"),
    ("x = 2.0\nx |= 3", "unsupported_syntax", (2, 1, 2, 7), "+="),
    ("x = 2.0\ny = sin(*x)", "bad_argument", (2, 9, 2, 11), "range"),
    ("x = 2.0\ny = sin(**x)", "bad_argument", (2, 11, 2, 12), "dict"),
    ("x, y = 1.0", "bad_argument", (1, 1, 1, 5), "names"),
    ("x = 2.0\ny = 'a' + x", "bad_argument", (2, 5, 2, 12), "f-string"),
    ("x = [[1.0, 2.0], [3.0]]\ny = np.array(x)", "shape_mismatch", (2, 5, 2, 16), ""),
    ("y = np.array([[1, 2], [3]])", "bad_argument", (1, 5, 1, 28), "rows"),
    ("x = [1.0, 2.0]\ny = x.reshape(3)", "shape_mismatch", (2, 5, 2, 17), ""),
    ("x = 2.0\ny = [x, x**2]", "bad_argument", (2, 1, 2, 14), "elements"),
    ("x = 2.0\nx.backward([1.0, 2.0])", "shape_mismatch", (2, 1, 2, 23), "the output's shape"),
    # names
    ("x = 2.0\ny = np.sigmiod(x)", "unknown_function", (2, 5, 2, 15), "`sigmoid`"),
    ("x = 2.0\ny = F.rleu(x)", "unknown_function", (2, 5, 2, 11), "`F.relu`"),
    ("import torch\nx = 2.0\ny = torch.nn.functional.rleu(x)", "unknown_function", (3, 5, 3, 29), "`F.relu`"),
    ("from numpy import sinn", "unknown_function", (1, 19, 1, 23), "`np.sin`"),
    ("import jax\nx = 2.0\ny = jax.grad(x)", "bad_argument", (3, 5, 3, 16), "function"),
    ("x = 2.0\ny = Math.sin(x)", "missing_input", (2, 5, 2, 9), "`math`"),
    ("weight = 2.0\ny = wieght*3", "missing_input", (2, 5, 2, 11), "`weight`"),
    ("from os import path", "forbidden", (1, 1, 1, 20), "numpy"),
    ("x = 1.0; import os, sys", "forbidden", (1, 17, 1, 19), "numpy"),
    ("__x = 2.0", "forbidden", (1, 1, 1, 10), "another name"),
    ("x = 2.0\ny = np.__dict__", "forbidden", (2, 5, 2, 16), "underscores"),
    ("x = 2.0\ny = ().__class__.__bases__", "forbidden", None, "underscores"),
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
    assert found.hint
    assert found.span is not None or code == "empty_program"


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
