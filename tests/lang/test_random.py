"""Random inputs: for the same seed the very numbers that NumPy draws."""

import numpy as np
import pytest

from tests.lang.tools import codes, problems, run, same, value

DRAWN = [
    # the program's own state
    "np.random.seed(3)\nx = np.random.randn(2, 3)", "np.random.seed(3)\nx = np.random.rand(4)",
    "np.random.seed(3)\nx = np.random.normal(1, 0.5, (2, 2))", "np.random.seed(3)\nx = np.random.normal(size=3)",
    "np.random.seed(3)\nx = np.random.uniform(-1, 1, size=(3,))", "np.random.seed(3)\nx = np.random.random((2, 2))",
    "np.random.seed(3)\nx = np.random.random_sample(3)", "np.random.seed(3)\nx = np.random.standard_normal((3,))",
    "np.random.seed(3)\nx = np.random.randint(0, 10, 5)", "np.random.seed(3)\nx = np.random.randint(10, size=(2, 2))",
    "np.random.seed(3)\nx = np.random.choice(5, 3)", "np.random.seed(3)\nx = np.random.choice([1.5, 2.5], size=4)",
    "np.random.seed(3)\nx = np.random.choice(5, 3, replace=False)", "np.random.seed(3)\nx = np.random.permutation(6)",
    "np.random.seed(3)\nx = np.random.exponential(2.0, 3)", "np.random.seed(3)\nx = np.random.laplace(size=3)",
    "np.random.seed(3)\nx = np.random.gamma(2.0, 1.5, 3)", "np.random.seed(3)\nx = np.random.beta(2, 3, 3)",
    "np.random.seed(3)\nx = np.random.binomial(10, 0.3, 5)", "np.random.seed(3)\nx = np.random.poisson(4, 5)",
    "np.random.seed(3)\nx = np.random.lognormal(0, 1, 3)", "np.random.seed(3)\nx = 0.01 * np.random.randn(3) + 1",
    "np.random.seed(3)\na = np.random.randn(2)\nx = np.random.randn(2)", "np.random.seed(3)\nx = np.random.randn()",
    "np.random.seed(3)\nx = np.random.randn(2, 3).T", "np.random.seed(3)\nx = np.random.randn(2, 3) / np.sqrt(3)",
    # states of their own
    "rng = np.random.default_rng(5)\nx = rng.normal(size=(2, 3))",
    "rng = np.random.default_rng(5)\nx = rng.normal(0, 2, 3)",
    "rng = np.random.default_rng(5)\nx = rng.standard_normal(3)",
    "rng = np.random.default_rng(5)\nx = rng.random((2, 2))",
    "rng = np.random.default_rng(5)\nx = rng.uniform(-1, 1, (2, 2))", "x = np.random.default_rng(5).normal(size=3)",
    "rng = np.random.default_rng(seed=5)\nx = rng.integers(0, 10, 5)",
    "x = np.random.default_rng(5).integers(3, size=4)",
    "rng = np.random.default_rng(5)\nx = rng.integers(1, 6, 5, endpoint=True)",
    "rng = np.random.default_rng(5)\nx = rng.choice(5, 3, replace=False)",
    "x = np.random.default_rng(5).permutation(5)",
    "rng = np.random.default_rng(5)\nx = rng.exponential(size=3)", "x = np.random.default_rng(5).poisson(3.0, 4)",
    "rng = np.random.default_rng(5)\na = rng.random(2)\nx = rng.random(2)", "x = np.random.default_rng(5).normal()",
    "r = np.random.RandomState(9)\nx = r.randn(2, 2)", "r = np.random.RandomState(9)\nx = r.rand(3)",
    "r = np.random.RandomState(9)\nx = r.uniform(0, 1, 3)", "r = np.random.RandomState(9)\nx = r.randint(0, 5, 4)",
    "n = 4\nrng = np.random.default_rng(5)\nx = rng.normal(size=(n, 2))",
    "np.random.seed(1)\nx = np.random.standard_normal(size=(2, 3))",
]  # fmt: skip


@pytest.mark.parametrize("source", DRAWN)
def test_the_same_seed_gives_numpy_s_numbers(source: str) -> None:
    space: dict[str, object] = {"np": np}
    exec(source, space)
    found = run("import numpy as np\n" + source + "\ny = x * 2.0")
    assert "x" in found.program.inputs
    assert same(found.value("x"), np.asarray(space["x"], float)[()], 0)


def test_without_a_seed_the_request_s_counts() -> None:
    source = "x = np.random.randn(3)\ny = sum(x)"
    assert same(value(source, seed=4), np.sum(np.random.RandomState(4).randn(3)))
    assert value(source, seed=4) != value(source, seed=5)
    source = "x = np.random.default_rng().random(3)\ny = sum(x)"
    assert same(value(source, seed=4), np.sum(np.random.default_rng(4).random(3)))


def test_pytorch_s_functions_draw_numbers_of_the_asked_shape() -> None:
    source = "import torch\ntorch.manual_seed(1)\nW = torch.randn(2, 3, requires_grad=True)\ny = W.sum()"
    assert run(source).value("W").shape == (2, 3)
    assert value(source) == value(source, seed=7)
    assert run("W = torch.rand((2, 2), dtype=torch.float64)\ny = W.sum()").value("W").shape == (2, 2)


@pytest.mark.parametrize(
    "call", ["np.random.normal(0, -1, 3)", "np.random.normal(1, 2, 3, 4)", "np.random.normal(mu=1)",
             "np.random.randn(2.5)", "np.random.randn(-1)", "np.random.choice(0)", "np.random.seed(-1)",
    "np.random.default_rng(-1)",
             "np.random.randint(5, 2)", "np.random.binomial(3, 2.0)", "np.random.choice([[1.0], [2.0]])"],
)  # fmt: skip
def test_what_numpy_refuses_is_a_bad_argument_with_a_hint(call: str) -> None:
    (found,) = problems(f"import numpy as np\nx = {call}\ny = 1.0 * 2")
    assert (found.code, found.span and found.span[0]) == ("bad_argument", 2)
    assert found.hint


@pytest.mark.parametrize(
    "call", ["np.random.randn(10**10)", "np.random.permutation(10**12)", "np.random.choice(10**12, replace=False)",
             "np.random.default_rng(1).normal(size=(10**5, 10**5))", "torch.rand(10**9)"],
)  # fmt: skip
def test_what_would_be_too_large_is_not_drawn(call: str) -> None:
    assert codes(f"x = {call}\ny = 1.0 * 2") == ["too_large"]


def test_a_generator_s_methods_are_suggested() -> None:
    (found,) = problems("rng = np.random.default_rng(1)\nx = rng.nromal(3)\ny = x*2")
    assert (found.code, found.hint) == ("unknown_function", "did you mean `.normal`?")
