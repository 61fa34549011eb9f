"""Whatever is typed: a program or a list of problems, never anything else; and what runs is differentiated rightly."""

import math
from contextlib import suppress
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from app.engine.budget import Budget
from app.engine.errors import EngineError
from app.engine.ops import FUNCTIONS, METHODS
from app.engine.run import backprop
from app.lang import Program, trace
from app.lang.errors import CODES, LangError
from app.lang.functions import SPECIAL
from app.lang.members import ATTRIBUTES
from app.lessons.examples import EXAMPLES
from tests.lang.tools import run

SMALL = {"elements": 10_000, "total_elements": 100_000, "nodes": 2_000}


def attempt(source: str, **options: Any) -> Program | None:
    """Trace it; what is refused must be refused in the agreed form, each mistake with its place and a way out."""
    try:
        return trace(source, budget=Budget(**SMALL), **options)
    except LangError as error:
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert error.problems
        for each in error.problems:
            assert each.code in CODES
            assert each.message
            assert each.hint
            assert each.span is not None or each.field is not None or each.code in ("empty_program", "too_large")
            if each.span is not None:
                line, column, end_line, end_column = each.span
                assert 1 <= line <= end_line <= len(lines)
                assert (line, column) < (end_line, end_column)
                assert end_column <= len(lines[end_line - 1]) + 2
        return None


@given(st.text(max_size=60))
def test_any_text_is_a_program_or_problems(source: str) -> None:
    attempt(source)


words = st.sampled_from([
    *"xyzWbe123 \n()[]{}.,:;=+-*/%@^|<>!&~√²·−σπ½_'\"#\\", "x₁", "ϕ", "==", "**", "//", "+=", "->", ":=", "...",
    "0.5", "1e3", "1j", "np.", "torch.", "F.", "jnp.", "math.", "sin", "relu", "sum", "array", "zeros", "ones",
    "Value", "tensor", ".backward()", ".grad", ".T", ".shape", ".item()", ".detach()", ".data", "print", "f'{x}'",
    "axis=0", "keepdims=True", "None", "True", "import numpy as np", "from micrograd.engine import Value", "for",
    "in", "range", "if", "else", "lambda", "def", "return", "with", "class", "not", "and", "or", "is", "__class__",
    "x = 2.0\n", "y = [1., 2.]\n", "W = [[1., 2.], [3., 4.]]\n", "\ny = ", "x", "(x)", "(y)", "(W)",
])  # fmt: skip


@given(st.lists(words, max_size=25).map("".join))
def test_any_words_are_a_program_or_problems(source: str) -> None:
    found = attempt(source)
    if found is not None:
        with suppress(EngineError):
            backprop(found.graph, found.output)


signs = st.sampled_from([
    *"()[]{},.:;=+-*/^|√²·σπ'\"\n #_0x", "**", " x ", "__", "1e400", "e^", "import scipy.special\n",
])  # fmt: skip


@st.composite
def slips(draw: st.DrawFn) -> str:
    """A program of the gallery in which a few characters are lost, doubled or replaced."""
    source = draw(st.sampled_from([each.program for each in EXAMPLES]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(source)))
        length = draw(st.integers(0, 12))
        piece = draw(st.one_of(st.just(""), signs, st.just(source[start : start + length] * 2)))
        source = source[:start] + piece + source[start + length :]
    return source


@given(slips())
def test_a_program_with_slips_is_a_program_or_problems(source: str) -> None:
    found = attempt(source)
    if found is not None:
        with suppress(EngineError):
            backprop(found.graph, found.output)


lines = st.sampled_from([
    "import os", "import numpy as np", "import scipy.special", "import autograd.numpy as x",
    "from torch import nn as x", "from numpy import *", "x = 2.0", "x = [1.0, 2.0]", "x = y = [[x]]", "a, b = x",
    "x = x[0]", "x = x.T", "x += 1", "x = x.item()", "x = x.detach()", "x = x.tolist()", "x.backward()",
    "print(x, x.grad, end='')", "x = f'{x:.3f}'", "x = (x, 2)", "x = [x]*3", "x = x + x", "x = x @ x", "x = x > 1",
    "x = x[x > 0]", "x = sum(x)", "x = max(x)", "x = np.array(x)", "x = Value(3.0)", "x = str(x)", "x = len(x)",
    "x = x.shape", "x = sin", "x = np", "x = None", "x = np.random.default_rng(0)", "x = x.normal(size=2)",
    "x = float(x)", "x = int(x)", "x: float", "x == 2", "x", "def f(x): return x", "x = f(x)", "for x in x: pass",
    "x = x.reshape(-1)", "x = np.zeros(x)", "x = x.size", "x = 2x",
])  # fmt: skip
givens = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**400), 10**400), st.floats(), st.text(max_size=3)),
    lambda inner: st.lists(inner, max_size=3), max_leaves=6,
)  # fmt: skip


@given(
    st.lists(lines, min_size=1, max_size=8).map("\n".join),
    st.dictionaries(st.sampled_from(["x", "y", "q"]), givens, max_size=2), st.sampled_from([None, "x", "y", "a", "q"]),
)  # fmt: skip
def test_any_statements_any_inputs_and_any_output_are_a_program_or_problems(
    source: str, given_values: dict[str, object], output: str | None
) -> None:
    found = attempt(source, inputs=given_values, output=output)
    if found is not None:
        with suppress(EngineError):
            backprop(found.graph, found.output)


atoms = st.sampled_from([
    "x", "y", "W", "s", "2", "0", "-1", "0.5", "1e30", "None", "True", "'mean'", "[1, 2]", "(2, 1)", "[x, s]", "np",
    "sin", "...", "W.shape",
])  # fmt: skip
names = st.sampled_from(sorted({*FUNCTIONS, *SPECIAL}))
methods = st.sampled_from(sorted({*METHODS, *ATTRIBUTES}))
options = st.sampled_from([
    "", "axis=0", "axis=1", "axis=(0, 1)", "dim=-1", "keepdims=True", "ord=2", "reduction='sum'", "p=3",
])  # fmt: skip


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A call of anything with anything."""
    arguments = draw(st.lists(atoms, max_size=3))
    option = draw(options)
    given_all = ", ".join([*arguments, option] if option else arguments)
    if draw(st.booleans()):
        return f"{draw(names)}({given_all})"
    return f"({draw(atoms)}).{draw(methods)}({given_all})"


@given(calls())
def test_any_call_of_any_function_is_a_value_or_problems(call: str) -> None:
    start = "import numpy as np, torch, jax\nimport torch.nn.functional as F\nx = [1., -2.]\ny = [0.5, 3.]\ns = 2.0\n"
    found = attempt(start + f"W = [[1., 2.], [3., 4.]]\nz = {call}\nw = z")
    if found is not None:
        with suppress(EngineError):
            backprop(found.graph, found.output)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    """A formula that is smooth where it is defined."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(["x", "y", "z", "x", "0.5", "2", "1.5"]))
    inner = formulas(depth=depth - 1)
    how = draw(st.sampled_from([
        "{} + {}", "({}) - {}", "({})*({})", "({})/(2 + ({})**2)", "sin({})", "tanh({})", "exp(-({})**2)",
        "sigmoid({})", "({})²", "2({})", "√(1 + ({})²)", "log(1 + ({})**2)", "σ({})", "-({})", "({})({})",
        "cos({})·{}", "e^(−({})²)",
    ]))  # fmt: skip
    return how.format(*(draw(inner) for _ in range(how.count("{}"))))


numbers = st.floats(-2, 2).map(lambda number: round(number, 3))


@given(st.lists(formulas(), min_size=1, max_size=3), st.tuples(numbers, numbers, numbers))
def test_reverse_mode_agrees_with_central_differences(lines: list[str], at: tuple[float, float, float]) -> None:
    body = [f"a{i} = {line}" for i, line in enumerate(lines)]
    body.append(f"out = {' + '.join(f'a{i}' for i in range(len(lines)))} + x*y")
    source = "\n".join(["x = 1.0; y = 1.0; z = 1.0", *body])
    given_at = dict(zip("xyz", at, strict=True))
    found = run(source, inputs=given_at, output="out")
    assume(math.isfinite(found.output))
    for name, number in given_at.items():
        h = 1e-5
        above, below = (run(source, inputs={**given_at, name: number + d}, output="out").output for d in (h, -h))
        slope = (above - below) / (2 * h)
        assert abs(found.grad(name) - slope) <= 1e-5 * max(1.0, abs(slope), abs(found.output))


activations = st.sampled_from(["tanh", "sigmoid", "exp", "softmax", "sin", "square"])


@given(st.lists(numbers, min_size=6, max_size=6), activations)
def test_a_layer_of_arrays_agrees_with_numpy_s_own_derivative(values: list[float], activation: str) -> None:
    start = "W = [[1., 2., 3.], [4., 5., 6.]]\nx = [0.1, -0.2, 0.3]\nz = W @ x\n"
    source = start + f"a = {activation}(z)\nloss = sum(a*[1., -2.])"
    W = np.reshape(values, (2, 3))
    found = run(source, inputs={"W": W.tolist()})
    for i in range(2):
        for j in range(3):
            moved = [W.copy(), W.copy()]
            moved[0][i, j] += 1e-5
            moved[1][i, j] -= 1e-5
            above, below = (run(source, inputs={"W": each.tolist()}).output for each in moved)
            assert abs(found.grad("W")[i, j] - (above - below) / 2e-5) < 1e-5 * max(1.0, abs(found.output))
