"""Budgets: what is too much is refused by name, before it takes time or memory."""

import pytest

from app.engine.budget import Budget
from app.lang.limits import LIMITS
from tests.lang.tools import codes, problems, value


@pytest.mark.parametrize("levels", [LIMITS.nesting - 10])
@pytest.mark.parametrize("inner", ["({})", "sin({})", "-({})", "[{}][0]"])
def test_deep_nesting_within_the_limit_runs(inner: str, levels: int) -> None:
    text = "x"
    for _ in range(levels if inner != "[{}][0]" else 50):
        text = inner.format(text)
    value(f"x = 0.5\ny = 1.0 * {text}")


@pytest.mark.parametrize(
    "text",
    ["(" * 300 + "x" + ")" * 300, "sin(" * 1000 + "x" + ")" * 1000, "-" * 5000 + "x", "[" * 250 + "1" + "]" * 250,
     "√" * 1000 + "x", "x" + "**x" * 3000, "x" + "^x" * 3000, "e^" * 3000 + "x", "x" + ".T" * 20_000, "~" * 5000 + "x",
     "x" + "[0]" * 5000, "not " * 3000 + "x", "(" * 60_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_nesting_beyond_the_limit_is_too_deep(text: str) -> None:
    (found,) = problems(f"x = 0.5\ny = {text}")
    assert found.code == "too_deep"
    assert str(LIMITS.nesting) in found.message


def test_a_long_sum_is_not_deep() -> None:
    assert value("x = 1.0\ny = " + " + ".join(["x"] * 2500)) == 2500.0


def test_a_source_beyond_the_limit_is_too_large() -> None:
    (found,) = problems("x = 1.0\n" + "#" * LIMITS.source_bytes)
    assert found.code == "too_large"
    assert f"{LIMITS.source_bytes:,}" in found.message


def test_a_source_of_just_the_limit_runs() -> None:
    start = "y = 2.0 * 3\n"
    assert value(start + "#" * (LIMITS.source_bytes - len(start))) == 6.0


def test_the_limit_counts_bytes() -> None:
    assert codes("y = 2.0 * 3 #" + "θ" * (LIMITS.source_bytes // 2)) == ["too_large"]


@pytest.mark.parametrize(
    "source",
    ["x = np.zeros((3000, 3000))", "x = np.ones(10**12)", "x = torch.randn(100000, 100000)", "x = np.arange(1e15)",
     "x = np.linspace(0, 1, 10**10)", "x = np.eye(10**6)", "a = np.ones(3000)\nb = np.outer(a, a)",
     "a = np.ones((3000, 1))\nb = a + a.T", "a = np.ones((3000, 1))\nb = a @ a.T", "x = [1.0] * 10**9",
     "a = np.ones(3)\nb = np.broadcast_to(a, (10**7, 3))", "a = np.ones(3)\nb = np.pad(a, 10**7)",
     "a = np.ones((3000,1))\nb = np.tile(a, 5000)", "a = np.ones(3)\nb = np.repeat(a, 10**8)"],
    ids=lambda source: source.split("\n")[-1],
)  # fmt: skip
def test_an_array_beyond_the_limit_is_refused_before_it_is_made(source: str) -> None:
    assert codes(f"import numpy as np, torch\n{source}\ny = 1.0") == ["too_large"]


def test_all_arrays_together_have_a_limit() -> None:
    source = "import numpy as np\nx = np.ones(1000)\n" + "\n".join(f"y{i} = x * {i}.0" for i in range(20))
    (found,) = problems(source, budget=Budget(total_elements=10_000))
    assert found.code == "too_large"


def test_a_graph_beyond_its_nodes_is_too_large() -> None:
    (found,) = problems("x = 1.0\ny = x" + " + x" * 200, budget=Budget(nodes=100))
    assert found.code == "too_large"
    assert "100" in found.message


def test_a_program_stops_when_its_time_is_over() -> None:
    left = iter(range(50, -10_000, -1))
    (found,) = problems("x = 1.0\ny = x" + " + x" * 200, budget=Budget(deadline=lambda: next(left)))
    assert found.code == "deadline_exceeded"


@pytest.mark.parametrize(
    "source", ["x = 10**10**10", "x = 2**2**2**2**2**2", "x = 9**9**9**9\ny = x*2.0", "x = 1e308*10\ny = x*2.0",
               "x = " + "9" * 4000 + "\ny = x*1.0", "x = 'a' * 10**9", "print(f'{1.0:1000000000d}')",
               "x = 1.0\nprint(f'{x:{10**9}}')", "x = 'abc' * 10**10\nprint(x)"],
)  # fmt: skip
def test_no_text_and_no_number_grows_without_end(source: str) -> None:
    try:
        value(source + "\nz = 1.0 * 2")
    except AssertionError:
        raise
    except Exception as error:
        assert type(error).__name__ == "LangError"


DOUBLING = "a0 = [1.0, x]\n" + "\n".join(f"a{i + 1} = [a{i}, a{i}]" for i in range(40))
EXHAUSTING = {
    "lists in lists": ("x = 2.0\n" + DOUBLING, "too_many_steps"),
    "lists bound again": ("x = 1.0\na = [x]*300_000\n" + "\n".join(f"b{i} = a" for i in range(10)), "too_many_steps"),
    "tuples joined": ("x = 1.0\na = (x,)*200_000\n" + "a = a + a\n" * 10, "too_many_steps"),
    "slices of lists": ("x = 1.0\na = [x]*200_000\n" + "b = a[:]\n" * 10, "too_many_steps"),
    "an array as a list": ("a = zeros((2000, 1000))\nb = a.tolist()", "too_many_steps"),
    "texts in texts": (
        "s0 = f'{1.0:900.1f}'\n" + "\n".join(f"s{i + 1} = f'{{s{i}}}{{s{i}}}'" for i in range(40)), "too_large",
    ),
    "lines of text": ("s = f'{1.0:1000.1f}'\n" + "print(s)\n" * 2000, "too_large"),
    "one line of text": (f"s = f'{{1.0:1000.1f}}'\nprint({', '.join(['s'] * 2000)})", "too_large"),
    "lines of arrays": ("a = ones(1000)\n" + "print(a)\n" * 2000, "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("name", EXHAUSTING)
def test_lists_and_texts_have_a_limit_for_the_whole_program(name: str) -> None:
    source, code = EXHAUSTING[name]
    (found,) = problems(source + "\ny = 1.0 * 2")
    assert found.code == code
    assert found.span is not None
    assert found.hint
    assert f"{LIMITS.steps if code == 'too_many_steps' else LIMITS.characters:,}" in found.message


def test_a_list_of_as_many_levels_as_an_array_has_axes_is_read() -> None:
    levels = LIMITS.list_levels
    assert value("x = 2.0\ny = sum(x * array(" + "[" * (levels - 1) + "3.0" + "]" * (levels - 1) + "))") == 6.0


def test_lists_nested_over_several_lines_are_too_deep() -> None:
    source = "x = 1.0\na0 = [x]\n" + "\n".join(f"a{i + 1} = [a{i}]" for i in range(500)) + "\ny = x*2"
    (found,) = problems(source)
    assert (found.code, found.span and found.span[0]) == ("too_deep", LIMITS.list_levels + 2)


def test_an_array_with_many_rows_is_not_taken_apart_for_a_few_names() -> None:
    (found,) = problems("a, b = zeros((1_000_000, 2))")
    assert found.code == "bad_argument"
    assert "1000000 values" in found.message


def test_time_is_looked_at_between_statements_that_make_no_node() -> None:
    left = iter(range(50, -10_000, -1))
    (found,) = problems("x = 1.0\n" + "print(x)\n" * 200 + "y = x*2", budget=Budget(deadline=lambda: next(left)))
    assert (found.code, found.span and found.span[0]) == ("deadline_exceeded", 51)
