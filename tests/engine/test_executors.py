"""Compiled runs give what the generic sweep gives, to the last bit."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.engine.errors import BadArgument
from app.engine.executors.compiled import CHUNK, Compilations, compile_run
from app.engine.executors.gradient_plan import gradient_plan
from app.engine.executors.straight_line import write
from app.engine.graph import Graph
from app.engine.op import Op
from app.engine.ops import FUNCTIONS, OPS
from app.engine.passes import evaluate, quiet
from app.engine.run import backprop

from .programs import NUMBERS, programs, same

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 800.0, -800.0, math.inf, -math.inf, math.nan)
Lists = tuple[list[Any], ...]


def readme() -> tuple[Graph, int]:
    """micrograd's README program."""
    graph, relu = Graph(), OPS["relu"]
    a, b = graph.leaf(-4.0, "a"), graph.leaf(2.0, "b")
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c + (-a))
    d = d + (d * 2 + relu(b + a))
    d = d + (3 * d + relu(b - a))
    f = (c - d) ** 2
    return graph, (f / 2.0 + 10.0 / f).id


def recorded(graph: Graph, output: int) -> Lists:
    """Values, gradients, local derivatives and contributions from the generic sweep."""
    run = backprop(graph, output)
    numbers = [run.adjoints.get(i) for i in range(len(graph))]
    return run.values, numbers, [e.local for e in run.edges], [e.contribution for e in run.edges]


def with_inputs(graph: Graph, numbers: list[float]) -> Graph:
    """The graph with other inputs, built anew."""
    values = evaluate(graph, dict(zip(graph.input_ids(), numbers, strict=True)))
    other = Graph()
    for i, op in enumerate(graph.ops):
        other.append(op, graph.inputs[i], graph.attributes[i], values[i], graph.names[i])
    return other


def assert_same(found: Lists, wanted: Lists) -> None:
    for name, left, right in zip(("value", "gradient", "local", "contribution"), found, wanted, strict=True):
        assert len(left) == len(right)
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            assert same(a, b), f"{name} {i}: {a} instead of {b}"


@given(programs(), st.lists(NUMBERS, min_size=4, max_size=4))
def test_a_compiled_run_is_the_generic_run_to_the_last_bit(program: tuple[Graph, int], numbers: list[float]) -> None:
    graph, output = program
    compiled = compile_run(graph, output)
    assert_same(compiled.run(), recorded(graph, output))
    numbers = numbers[: len(compiled.inputs)]
    assert_same(compiled.run(numbers), recorded(with_inputs(graph, numbers), output))


def test_the_readme_program_gives_the_readme_numbers() -> None:
    graph, output = readme()
    values, gradients, *_ = compile_run(graph, output).run([-4.0, 2.0])
    assert f"{values[output]:.4f}" == "24.7041"
    assert f"{gradients[0]:.4f} {gradients[1]:.4f}" == "138.8338 645.5773"


def test_new_inputs_by_node_leave_the_others_as_they_were() -> None:
    graph, output = readme()
    compiled = compile_run(graph, output)
    assert compiled.run({1: 2.5}) == compiled.run([-4.0, 2.5])
    assert compiled.run({1: 2.5}) != compiled.run()


def test_values_and_gradients_alone_are_those_of_the_full_record() -> None:
    graph, output = readme()
    compiled = compile_run(graph, output)
    brief, layout = compiled.brief([-1.5, 0.75]), compiled.brief_layout
    values, gradients, *_ = compiled.run([-1.5, 0.75])
    assert [brief[at] for at in layout.values] == values
    assert [brief[at] for at in layout.gradients] == gradients
    assert len(brief) < len(compiled.record([-1.5, 0.75]))


def test_a_run_goes_on_where_floats_raise() -> None:
    graph = Graph()
    x = graph.leaf(1.0, "x")
    with quiet():
        y = 1 / x + OPS["log"](x)
    compiled = compile_run(graph, y.id)
    assert_same(compiled.run([0.0]), recorded(with_inputs(graph, [0.0]), y.id))
    assert compiled.run([2.0])[0][y.id] == 0.5 + math.log(2.0)


@pytest.mark.parametrize("length", [CHUNK - 1, CHUNK, 5 * CHUNK + 1])
def test_a_chain_in_many_chunks_gives_what_the_generic_sweep_gives(length: int) -> None:
    graph = Graph()
    x, y = graph.leaf(0.3, "x"), graph.leaf(1.1, "y")
    z = x
    for i in range(length):
        z = OPS["sin"](z) + y if i % 7 == 0 else z * x + y * 0.001
    assert_same(compile_run(graph, z.id).run([-0.2, 0.9]), recorded(with_inputs(graph, [-0.2, 0.9]), z.id))


def test_a_node_with_thousands_of_users_compiles() -> None:
    graph = Graph()
    x = graph.leaf(1.5, "x")
    y = x
    for _ in range(2_000):
        y = y + x
    assert compile_run(graph, y.id).run([2.0])[1][x.id] == 2001.0


def test_constants_and_unused_inputs_have_what_the_generic_run_gives_them() -> None:
    graph = Graph()
    x, unused = graph.leaf(1.5, "x"), graph.leaf(2.0, "unused")
    y = x * 3
    gradients = compile_run(graph, y.id).run()[1]
    assert gradients == [3.0, 0.0, None, 1.0]
    assert unused.id == 1


def test_an_output_that_is_an_input_has_gradient_one() -> None:
    graph = Graph()
    x = graph.leaf(1.5, "x")
    assert compile_run(graph, x.id).run([2.0]) == ([2.0], [1.0], [], [])


@pytest.mark.parametrize("name", ["import os", "v1", "__builtins__", "x:=1)", "\n raise"])
def test_no_name_reaches_the_generated_text(name: str) -> None:
    graph = Graph()
    x = graph.leaf(1.5, name)
    y = OPS["tanh"](x)
    graph.name(y.id, name)
    plan = gradient_plan(graph, y.id, (x.id,))
    plain = Graph()
    other = gradient_plan(plain, OPS["tanh"](plain.leaf(1.5, "x")).id, (0,))
    asked = {y.id}
    assert [line.text for line in write(plan, asked).lines] == [line.text for line in write(other, asked).lines]


def test_arrays_are_refused_by_shape() -> None:
    graph = Graph()
    x = graph.leaf([1.0, 2.0], "x")
    with pytest.raises(BadArgument, match=r"\(2,\)"):
        compile_run(graph, x.id)


@pytest.mark.parametrize(("leaves", "why"), [([1.0], "2 inputs"), ({7: 1.0}, "node 7")])
def test_wrong_inputs_are_refused_in_a_sentence(leaves: Any, why: str) -> None:
    with pytest.raises(BadArgument, match=why):
        compile_run(*readme()).run(leaves)


# ── compiled before ─────────────────────────────────────────────────────────────────────────────────────
def test_the_same_structure_is_compiled_once() -> None:
    compilations = Compilations()
    first, output = readme()
    second, _ = readme()
    assert compilations.get(first, output) is compilations.get(second, output)
    assert len(compilations) == 1


@given(st.sampled_from([2.0, -0.0, 0.0, math.nan]), st.sampled_from([2.0, -0.0, 0.0, 3.0]))
def test_another_constant_is_another_structure(one: float, other: float) -> None:
    graphs = []
    for constant in (one, other):
        graph = Graph()
        graphs.append((graph, (graph.leaf(1.0, "x") * constant).id))
    compilations = Compilations()
    shared = compilations.get(*graphs[0]) is compilations.get(*graphs[1])
    assert shared == (math.copysign(1, one) == math.copysign(1, other) and one == other)


def test_what_was_not_used_for_long_is_forgotten() -> None:
    compilations = Compilations(nodes=100)
    for exponent in range(2, 12):
        graph = Graph()
        compilations.get(graph, (graph.leaf(1.0, "x") ** float(exponent) + exponent).id)
    total = sum(len(compilations.get(*readme()).edges) for _ in range(3))
    assert 1 <= len(compilations) <= 40
    assert total == 3 * len(compile_run(*readme()).edges)


# ── floats instead of NumPy ─────────────────────────────────────────────────────────────────────────────
FLOATS = [op for op in OPS.values() if op.floats is not None]


def ulps(a: float, b: float) -> float:
    """How far apart two numbers are, in units of the last place."""
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return 0.0 if same(a, b) else math.inf
    return abs(a - b) / math.ulp(max(abs(a), abs(b)))


def fitting(op: Op, numbers: tuple[float, ...]) -> list[Any]:
    """Operands of the kind that each slot takes: a condition where it takes one."""
    conditions = {"both": (0, 1), "not": (0,), "number": (0,), "where": (0,), "guard": (0,)}.get(op.name, ())
    return [np.bool_(x > 0) if slot in conditions else np.float64(x) for slot, x in enumerate(numbers)]


def at_special_numbers(op: Op) -> Iterator[tuple[list[Any], float]]:
    for numbers in itertools.product(SPECIAL, repeat=len(op.slots)):
        if op.name == "pow" and numbers == (-math.inf, 0.5):
            continue  # NumPy takes the root, which is NaN; IEEE's power is infinite, and so is ours
        operands = fitting(op, numbers)
        with quiet():
            yield operands, float(op.forward(*operands))


@pytest.mark.parametrize("op", FLOATS, ids=lambda op: op.name)
def test_the_python_form_of_an_op_is_its_forward_at_every_special_number(op: Op) -> None:
    raised = 0
    for operands, wanted in at_special_numbers(op):
        try:
            found = float(op.floats(*(x.item() for x in operands)))
        except (ArithmeticError, ValueError):
            raised += 1
            continue
        assert ulps(found, wanted) <= 4, (operands, found, wanted)
    assert raised < len(SPECIAL) ** len(op.slots)


@pytest.mark.parametrize("op", FLOATS, ids=lambda op: op.name)
def test_where_a_float_raises_an_op_still_has_numpys_answer(op: Op) -> None:
    for operands, wanted in at_special_numbers(op):
        with quiet():
            found = op(*operands)
        assert isinstance(found, np.generic)
        assert ulps(float(found), wanted) <= 4, (operands, found, wanted)


@example(x=0.0, p=-1.0)
@given(st.floats(-5, 5), st.sampled_from([2.0, 3.0, -1.0, 0.5, 0.0]))
def test_a_power_of_a_negative_number_is_never_complex(x: float, p: float) -> None:
    with quiet():
        assert isinstance(FUNCTIONS["pow"](x, p), float)
