"""Inputs: what becomes one, with which value, and what the request may give."""

import numpy as np
import pytest

from app.lang import trace
from tests.lang.tools import codes, problems, run, same

DEFAULTS = [
    ("a = -4.0", -4.0),
    ("a = 3", 3.0),
    ("a = 1/2", 0.5),
    ("a: float = 2.5", 2.5),
    ("a = [1., 2.]", [1.0, 2.0]),
    ("a = [[1., 2.], [3., 4.]]", [[1.0, 2.0], [3.0, 4.0]]),
    ("import numpy as np\na = np.array([1, 2, 3])", [1.0, 2.0, 3.0]),
    ('from micrograd.engine import Value\na = Value(-4.0, label="a")', -4.0),
    ("import torch\na = torch.tensor([1., 2.], requires_grad=True)", [1.0, 2.0]),
    ("import torch\na = torch.tensor(2.0, dtype=torch.float64)", 2.0),
    ("import jax.numpy as jnp\na = jnp.array([[1.0]])", [[1.0]]),
    ("import numpy as np\na = np.zeros((2, 3))", np.zeros((2, 3))),
    ("import torch\na = torch.ones(2, 3)", np.ones((2, 3))),
    ("import numpy as np\na = np.eye(2)", np.eye(2)),
    ("import numpy as np\na = np.full((2,), 7.0)", [7.0, 7.0]),
    ("import numpy as np\na = np.arange(4)", [0.0, 1.0, 2.0, 3.0]),
    ("import numpy as np\na = np.arange(1, 2, 0.5)", [1.0, 1.5]),
    ("import numpy as np\na = np.linspace(0, 1, 3)", [0.0, 0.5, 1.0]),
    ("import numpy as np\nnp.random.seed(3)\na = np.random.randn(2, 2)", np.random.RandomState(3).randn(2, 2)),
    ("import numpy as np\nnp.random.seed(3)\na = np.random.rand(2)", np.random.RandomState(3).rand(2)),
    ("import numpy as np\nrng = np.random.default_rng(5)\na = rng.normal(size=(2, 3))",
     np.random.default_rng(5).normal(size=(2, 3))),
    ("import numpy as np\na = np.random.uniform(-1, 1, (2,))", np.random.RandomState(0).uniform(-1, 1, (2,))),
    ("import numpy as np\nnp.random.seed(1)\na = 0.1 * np.random.randn(3)", 0.1 * np.random.RandomState(1).randn(3)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), DEFAULTS)
def test_a_name_bound_to_numbers_is_an_input_with_that_default(source: str, expected: object) -> None:
    found = run(f"{source}\nb = a * 2.0")
    assert list(found.program.inputs) == ["a"]
    assert same(found.value("a"), np.asarray(expected)[()])
    assert same(found.grad("a"), np.full(np.shape(expected), 2.0)[()])


@pytest.mark.parametrize(("source", "expected"), DEFAULTS)
def test_a_request_overrides_every_such_default(source: str, expected: object) -> None:
    other = np.asarray(expected) + 1.0
    found = run(f"{source}\nb = a * 2.0", inputs={"a": other.tolist()})
    assert same(found.value("a"), other[()])
    assert same(found.value("b"), other[()] * 2)


def test_literals_inside_expressions_are_constants_without_a_gradient() -> None:
    found = run("x = 3.0\ny = 0.5 * x**2")
    constants = [i for i, op in enumerate(found.run.graph.ops) if op.name == "constant"]
    assert len(constants) == 2
    assert not any(i in found.run.adjoints for i in constants)


def test_names_without_a_value_are_named_all_at_once() -> None:
    found = problems("y = w*x + b\nloss = (y - target)**2")
    assert [(each.code, each.field, each.span) for each in found] == [
        ("missing_input", "inputs.w", (1, 5, 1, 6)),
        ("missing_input", "inputs.x", (1, 7, 1, 8)),
        ("missing_input", "inputs.b", (1, 11, 1, 12)),
        ("missing_input", "inputs.target", (2, 13, 2, 19)),
    ]


def test_a_name_without_a_value_takes_the_request_s() -> None:
    found = run("y = w*x + b", inputs={"w": 2.0, "x": [1.0, 2.0], "b": 0.5})
    assert same(found.output, np.array([2.5, 4.5]))
    assert same(found.grad("w"), 3.0)
    assert same(found.grad("b"), 2.0)


def test_some_values_are_given_and_the_others_are_named() -> None:
    assert [each.field for each in problems("y = w*x + b", inputs={"x": 1.0})] == ["inputs.w", "inputs.b"]


@pytest.mark.parametrize("given", [2.0, 2, [1.0, 2.0], [[1.0], [2.0]]])
def test_an_input_may_be_given_another_shape(given: object) -> None:
    found = run("x = 1.0\ny = x * x", inputs={"x": given})
    assert same(found.output, np.square(np.asarray(given, float))[()])


def test_what_the_program_computes_cannot_be_given() -> None:
    (found,) = problems("x = 1.0\ny = x + 1", inputs={"y": 2.0})
    assert (found.code, found.field) == ("bad_argument", "inputs.y")


def test_an_unknown_name_cannot_be_given() -> None:
    (found,) = problems("weight = 1.0\ny = weight + 1", inputs={"wieght": 2.0})
    assert (found.code, found.field) == ("unknown_name", "inputs.wieght")
    assert "weight" in (found.hint or "")


def test_names_are_shown_and_given_as_they_were_typed() -> None:
    found = run("y = x₁ + ϕ*θ", inputs={"x₁": 2.0, "ϕ": 3.0, "θ": 4.0})
    assert set(found.program.inputs) == {"x₁", "ϕ", "θ"}
    assert set(found.program.names) == {"x₁", "ϕ", "θ", "y"}
    assert same(found.output, 14.0)
    assert {name for name in found.run.graph.names if name} == {"x₁", "ϕ", "θ", "y"}
    assert [each.field for each in problems("y = x₁ + 1")] == ["inputs.x₁"]


def test_an_input_that_nothing_uses_is_an_input_all_the_same() -> None:
    found = run("a = 1.0\nb = 2.0\ny = a * 3")
    assert list(found.program.inputs) == ["a", "b"]
    assert same(found.grad("b"), 0.0)
    assert "unused_input" in found.notes


def test_numbers_used_as_sizes_and_axes_are_no_inputs() -> None:
    sizes = "import numpy as np\nn = 3\nm = 2\nk = 1\n"
    found = run(sizes + "x = np.ones((n, m))\nW = np.random.randn(m, n)\ny = (W @ x).sum(axis=k)")
    assert list(found.program.inputs) == ["x", "W"]
    assert found.value("x").shape == (3, 2)


def test_a_size_may_be_given() -> None:
    found = run("import numpy as np\nn = 3\nx = np.ones(n)\ny = x * 2", inputs={"n": 2})
    assert found.value("y").tolist() == [2.0, 2.0]


@pytest.mark.parametrize("source", ["[Value(3.0), Value(2.0)]", "[[Value(3.0), Value(2.0)], [Value(1.0)]]"])
def test_a_list_of_values_is_one_input_however_it_nests(source: str) -> None:
    found = run(f"w = {source}\nx = 1.5\nz = x * 2.0")
    assert list(found.program.inputs) == ["w", "x"]


@pytest.mark.parametrize(
    ("source", "given"), [("[Value(3.0), Value(2.0)]", [5.0, 7.0]), ("[[Value(3.0)], [Value(2.0)]]", [[5.0], [7.0]])]
)
def test_a_list_of_values_has_the_same_nodes_whatever_numbers_are_given(source: str, given: object) -> None:
    program = f"w = {source}\nz = 2.0 * {'w[0] * w[1]' if source[1] != '[' else 'w[0][0] * w[1][0]'}"
    before, after = run(program), run(program, inputs={"w": np.array(given)})
    assert after.program.names == before.program.names
    assert after.program.graph.inputs == before.program.graph.inputs
    assert (before.output, after.output) == (12.0, 70.0)
    assert same(after.value("w"), given)


def test_a_list_that_is_bound_again_is_still_the_input_that_it_was() -> None:
    found = run("w = [Value(3.0)]\nw = [w[0] * 2]\nz = w[0] * w[0]")
    ((leaf,),) = found.program.inputs.values()
    assert found.run.adjoints[leaf] == 24.0


def test_a_list_of_values_is_an_input_element_by_element() -> None:
    found = run("from micrograd.engine import Value\nw = [Value(1.0), Value(2.0)]\ny = w[0]*w[1]")
    assert found.value("w") == [1.0, 2.0]
    assert found.grad("w") == [2.0, 1.0]
    assert list(found.program.inputs) == ["w"]


def test_the_same_text_has_the_same_ids() -> None:
    source = "import numpy as np\nx = np.random.randn(3)\nW = np.random.randn(2, 3)\ny = np.tanh(W @ x).sum()"
    first, second = trace(source, seed=4), trace(source, seed=4)
    assert first.graph.inputs == second.graph.inputs
    assert first.names == second.names
    assert all(same(a, b, 0) for a, b in zip(first.graph.values, second.graph.values, strict=True))


def test_another_seed_draws_other_numbers() -> None:
    source = "import numpy as np\nx = np.random.randn(3)\ny = x.sum()"
    assert trace(source, seed=1).graph.values[0].tolist() != trace(source, seed=2).graph.values[0].tolist()


@pytest.mark.parametrize("given", ["x", ["x", 1.0], {"a": 1.0}, "5", None, [True]])
def test_what_is_no_number_is_refused(given: object) -> None:
    assert codes("x = 1.0\ny = x + 1", inputs={"x": given}) == ["bad_argument"]
