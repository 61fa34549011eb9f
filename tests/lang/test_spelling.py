"""The mathematician's spelling: what it becomes, what it leaves alone, and the way back to what was typed."""

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lang.errors import LangError
from app.lang.spelling import spell
from app.lang.spelling.tokens import tokens

READ_AS = {
    # powers
    "x^2": "x**2", "x²": "x**2", "x⁻¹": "x**(-1)", "x¹⁰": "x**10", "-x^2": "-x**2", "x^y^z": "x**y**z",
    "2x^2": "2*x**2", "xⁿ": "x**n", "x ^= 2": "x **= 2", "f(x)²": "f(x)**2", "|x|²": "abs(x)**2", "x²y": "x**2*y",
    # products
    "2x": "2*x", "2 x": "2* x", "2(x+1)": "2*(x+1)", "(a+b)(c+d)": "(a+b)*(c+d)", "(a)(b)(c)": "(a)*(b)*(c)",
    "sin(x)cos(x)": "sin(x)*cos(x)", "f(x)2": "f(x)*2", "x[0]y": "x[0]*y", "1/2x": "1/2*x", "2e": "2*e",
    "w₁x₁+w₂x₂": "w_1*x_1+w_2*x_2", "x²(y+1)": "x**2*(y+1)", "½x": "0.5*x", "2.5(a)": "2.5*(a)", "3sin(x)": "3*sin(x)",
    "5/9(F-32)": "5/9*(F-32)", "Wᵀδ": "W.T@δ", "Wᵀ": "W.T",
    # not products
    "f(x)(y)": "f(x)(y)", "x(y+1)": "x(y+1)", "xy": "xy", "a[0](b)": "a[0](b)", "(f)(x, y)": "(f)(x, y)",
    "(a, b)(c)": "(a, b)(c)", "(lambda x: x)(3)": "(lambda x: x)(3)", "a if b else (c)": "a if b else (c)",
    "1if x else 2": "1if x else 2", "sin x": "sin x", "(a)()": "(a)()", "x\n(y)": "x\n(y)",
    # roots
    "√x": "sqrt(x)", "√(x+1)": "sqrt(x+1)", "√2x": "sqrt(2)*x", "√x²": "sqrt(x**2)", "√√x": "sqrt(sqrt(x))",
    "√-x": "sqrt(-x)", "x√y": "x*sqrt(y)", "√f(x).T[0]y": "sqrt(f(x).T[0])*y", "return√x": "return sqrt(x)",
    "√(x)(y)": "sqrt(x)*(y)", "√(x)^2": "sqrt((x)**2)", "sqrt = 1; √x": "sqrt = 1; np.sqrt(x)",
    # bars
    "|x|": "abs(x)", "|x+1|·2": "abs(x+1)*2", "2|x|": "2*abs(x)", "|a||b|": "abs(a)*abs(b)", "x|y|": "x*abs(y)",
    "‖x‖²": "norm(x)**2", "||x||": "norm(x)", "|x + |y||": "abs(x + abs(y))", "√|x|": "sqrt(abs(x))",
    "(x>0) | (y>0)": "(x>0) | (y>0)", "(x>0)|(y>0)": "(x>0)|(y>0)",
    # e, π, σ
    "e^x": "exp(x)", "e**x": "exp(x)", "e^-x^2": "exp(-x**2)", "e^(x+1)": "exp(x+1)", "e^(x)(y)": "exp(x)*(y)",
    "eˣ": "exp(x)", "e⁻ˣ": "exp(-x)", "e^√x": "exp(sqrt(x))", "2e^x": "2*exp(x)", "e": "e", "e + 1": "e + 1",
    "e^f(x)y": "exp(f(x))*y", "e^e^x": "exp(exp(x))", "math.e^x": "math.e**x",
    "e=1;e^x": "e=1;e**x", "a, e = 1, 2; e^x": "a, e = 1, 2; e**x", "f = lambda e: e^2": "f = lambda e: e**2",
    "x[e] = 1; e^x": "x[e] = 1; exp(x)", "f(e=1); e^x": "f(e=1); exp(x)",
    "2πr": "2*π*r", "2π r": "2*π* r", "π(r+1)": "π*(r+1)", "πr = 1; πr": "πr = 1; πr", "π = 3; π(r)": "π = 3; π(r)",
    "π_1 + π2": "π_1 + π2",
    "σ(z)": "sigmoid(z)", "σ=2;σ(z)": "σ=2;σ(z)", "σ + 1": "σ + 1", "a.σ(z)": "a.σ(z)",
    # signs
    "2×3−1": "2*3-1", "a÷b": "a/b", "a≤b": "a<=b", "a≥b": "a>=b", "a≠b": "a!=b", "1½": "1.5", "∞": "inf", "a·b": "a*b",
    "x\u00a0+ 1": "x + 1", "⅓": "0.3333333333333333",
}  # fmt: skip

LEFT_ALONE = [
    "x = 2e3 + 1_000 + 0x1F + 1.5j + 1e-3 + .5 + 2.",
    "print(f'{x^2} 2x √x', \"|x|\", '''2x\n²''')  # 2x ^ √ |x|",
    "a = [i for i in range(3) if (i) in (1, 2)] or (3)",
    "def f(a, *, b=2): return (a) if b else (b)",
    "x: float = 2\ny = x @ W.T[0](1)\nif x > 0: pass",
    "y = (yield)\nz = not (a)\nw = a[1:(2)]",
    "x |= 3; x **= 2; x //= 2; x -= 1; x = a @ b; x @= c; x = a ** b",
    "θ = 1; ŷ = θ; x̂ = ŷ",
]


@pytest.mark.parametrize("typed", READ_AS)
def test_is_read_as_python(typed: str) -> None:
    assert spell(typed).text == READ_AS[typed]


@pytest.mark.parametrize("source", LEFT_ALONE)
def test_python_is_left_alone(source: str) -> None:
    assert spell(source).text == source


def ordinary(path: Path) -> bool:
    """Whether a module uses no sign that means something else here."""
    source = path.read_text(encoding="utf-8")
    return "^" not in source and "|" not in source and not any(each.text == "e" for each in tokens(source))


MODULES = [path for path in sorted(Path(ast.__file__).parent.glob("[c-f]*.py"))[:40] if ordinary(path)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_the_standard_library_is_left_alone(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert spell(source).text == source


def test_a_caret_is_noted_once_where_it_first_stands() -> None:
    assert [(code, span) for code, _, span in spell("x = 2\ny = x^2 + x^3").notes] == [("caret_is_power", (2, 6, 2, 7))]


def test_a_division_before_a_product_is_noted() -> None:
    assert [(code, span) for code, _, span in spell("y = 1/2x").notes] == [("division_first", (1, 6, 1, 9))]
    assert not spell("y = 1/2 x").notes


@pytest.mark.parametrize(
    ("typed", "span"),
    [("y = |x + 1", (1, 5, 1, 6)), ("y = √", (1, 5, 1, 6)), ("x = 1\ny = +²", (2, 6, 2, 7)), ("‖x", (1, 1, 1, 2))],
)
def test_an_unfinished_sign_is_an_error_at_its_place(typed: str, span: tuple[int, ...]) -> None:
    with pytest.raises(LangError) as caught:
        spell(typed)
    assert [(each.code, each.span) for each in caught.value.problems] == [("syntax_error", span)]
    assert caught.value.problems[0].hint


def test_names_with_subscripts_are_shown_as_typed() -> None:
    spelled = spell("x₁ = 2; x_1 = 3; y = x₁ + x_1")
    inner = spelled.text.split(" ")[0]
    assert spelled.text == f"{inner} = 2; x_1 = 3; y = {inner} + x_1"
    assert inner != "x_1"
    assert inner.isidentifier()
    assert spelled.shown(inner) == "x₁"
    assert spelled.internal("x₁") == inner
    assert spelled.shown("x_1") == "x_1"


def test_names_that_python_replaces_are_shown_as_typed() -> None:
    spelled = spell("ϕ = 1")
    name = ast.parse(spelled.text).body[0].targets[0].id
    assert name == "φ"
    assert spelled.shown(name) == "ϕ"
    assert spelled.internal("ϕ") == "φ"


def test_prompts_and_what_python_printed_are_left_out() -> None:
    spelled = spell(">>> x = 2\n>>> y = x**2\n>>> y\n4\n>>> z = (y +\n...      1)")
    assert [line.strip() for line in spelled.text.split("\n")] == ["x = 2", "y = x**2", "y", "", "z = (y +", "1)"]
    assert spelled.place(2, 1) == (2, 5)
    assert spelled.span(2, 5, 2, 9) == (2, 9, 2, 13)


SPANS = [
    ("y = 2x", "x", "x"), ("y = 2x + 1", "2*x", "2x"),
    ("y = √x + 1", "sqrt(x)", "√x"), ("y = |x+1|", "abs(x+1)", "|x+1|"),
    ("y = e^x + z", "exp(x)", "e^x"), ("y = x₁ + z", "z", "z"), ("y = σ(z) w", "sigmoid(z)", "σ(z)"),
    ("y = (a+b)(c+d)", "(c+d)", "(c+d)"), ("y = x² + z", "x**2", "x²"), ("y = √√x²z", "sqrt(sqrt(x**2))", "√√x²"),
    ("a\nβ = √x + √y", "sqrt(y)", "√y"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "piece", "typed"), SPANS)
def test_a_piece_of_the_text_leads_back_to_what_was_typed(source: str, piece: str, typed: str) -> None:
    spelled = spell(source)
    row = next(number for number, line in enumerate(spelled.text.split("\n")) if piece in line)
    at = spelled.text.split("\n")[row].rindex(piece) + 1
    line, column, end_line, end_column = spelled.span(row + 1, at, row + 1, at + len(piece))
    assert line == end_line == row + 1
    assert source.split("\n")[row][column - 1 : end_column - 1] == typed


pieces = st.sampled_from([
    "x", "y", "e", "π", "σ", "x₁", "ϕ", "2", "1.5", "½", "²", "⁻¹", "ˣ", "ᵀ", "√", "|", "||", "‖", "(", ")", "[", "]",
    "^", "**", "+", "-", "−", "·", "/", "=", ".", ",", ";", "\n", " ", "'s'", "#", "lambda", "for", ":", "f", "≤",
    ">>> ",
])  # fmt: skip
programs = st.lists(pieces, max_size=30).map("".join)


@given(programs)
def test_any_text_keeps_its_lines_and_raises_nothing_but_problems(source: str) -> None:
    try:
        spelled = spell(source)
    except LangError as error:
        lines = source.split("\n")
        for each in error.problems:
            assert each.span is not None
            assert 1 <= each.span[1] < each.span[3] <= len(lines[each.span[0] - 1]) + 1
        return
    assert spelled.text.count("\n") == source.count("\n")


@given(programs)
def test_what_was_not_respelled_leads_back_to_itself(source: str) -> None:
    try:
        spelled = spell(source)
    except LangError:
        return
    typed, text = source.split("\n"), spelled.text.split("\n")
    for row, line in enumerate(text, 1):
        before = (row, 1)
        for column in range(1, len(line) + 1):
            place = spelled.place(row, column)
            assert place >= before
            assert place[0] == row
            assert 1 <= place[1] <= len(typed[row - 1]) + 1
            before = place
        for char in "xyϕ":
            if line.count(char) == typed[row - 1].count(char) and not spelled.text.count("x_1"):
                found = [typed[row - 1][spelled.place(row, at + 1)[1] - 1] for at, c in enumerate(line) if c == char]
                assert found == [char] * len(found)


@given(programs)
def test_python_is_read_as_itself(source: str) -> None:
    own = set("^|") | {each for each in source if not each.isascii()}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    called = [each.func for each in ast.walk(tree) if isinstance(each, ast.Call)]
    if own & set(source) or "e" in source or not all(isinstance(each, ast.Name | ast.Attribute) for each in called):
        return
    assert spell(source).text == source


@pytest.mark.parametrize(
    "piece", ["√", "√-", "e^", "e^-", "x|", "|", "(√", "x₁ ", "2", "½", "||", ">>> x\n", "|x", "−", "(", "f("]
)
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    source = piece * (60_000 // len(piece.encode()))
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        spell(source)
    except LangError:
        pass
    finally:
        sys.setprofile(None)
    assert calls < 200 * len(source)
