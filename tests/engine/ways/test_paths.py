"""Paths: the largest without enumerating, exact counts, and what each way to the gradient costs."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.budget import Budget
from app.engine.graph import Graph
from app.engine.run import backprop
from app.engine.ways.between import Between, between
from app.engine.ways.counting import forward_multiplications, growth, operations, tally
from app.engine.ways.ranked import Ranking, Way
from app.engine.ways.sums import gradient_between, summed
from app.lang import trace
from tests.engine.programs import programs

SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e200, -1e-200, 1.0, 1.0, -2.0]
TAME = st.floats(-3, 3).map(lambda x: x if abs(x) > 1e-6 else 0.0)
"""No product of these leaves the range of floats, so multiplying them one by one gives the exact order."""


@st.composite
def webs(draw, numbers):
    """A random graph of at most nine nodes from 0 to the last, with parallel edges, and a factor for every edge."""
    count = draw(st.integers(2, 9))
    into = {0: []}
    for node in range(1, count):
        sources = draw(st.lists(st.sampled_from(sorted(into)), min_size=1, max_size=3))
        into[node] = [(source, node, slot) for slot, source in enumerate(sources)]
    needed = {count - 1}
    for node in sorted(into, reverse=True):
        if node in needed:
            needed.update(source for source, _, _ in into[node])
    part = Between((0,), (count - 1,), {node: hops for node, hops in into.items() if node in needed})
    return part, {(target, slot): draw(numbers) for _, target, slot in part.hops}


def enumerated(part):
    """Every path, by walking all of them."""
    waiting, found = [(part.target, ())], []
    while waiting:
        node, tail = waiting.pop()
        if node == part.sources[0]:
            found.append(tail)
        waiting += [(hop[0], (hop, *tail)) for hop in part.into[node]]
    return found


def product(factors):
    found = 1.0
    for factor in factors:
        found *= factor
    return found


def rank(way):
    """NaN first, then ∞, then by size."""
    return (0, 0.0) if math.isnan(way.product) else (1, -abs(way.product))


def checked(part, local, ways):
    for way in ways:
        assert way.hops[0][0] == part.sources[0] and way.hops[-1][1] == part.target
        assert all(before[1] == after[0] for before, after in pairwise(way.hops))
        assert all(hop in part.into[hop[1]] for hop in way.hops)
        np.testing.assert_equal(list(way.factors), [local[target, slot] for _, target, slot in way.hops])
    assert len({way.hops for way in ways}) == len(ways)


@given(webs(TAME), st.integers(1, 40))
@settings(max_examples=300)
def test_the_k_largest_are_those_of_all_paths_sorted(web, k):
    part, local = web
    every = [product(local[target, slot] for _, target, slot in hops) for hops in enumerated(part)]
    ways = Ranking(part, local, Budget()).largest(k)
    checked(part, local, ways)
    assert [abs(way.product) for way in ways] == sorted(map(abs, every), reverse=True)[:k]
    assert all(way.product == product(way.factors) for way in ways)


@given(webs(st.sampled_from(SPECIAL)), st.integers(1, 60))
@settings(max_examples=300)
def test_zeros_nan_infinities_and_overflows_are_ranked_as_their_exact_products(web, k):
    part, local = web

    def exact(hops):
        """The product as if numbers had no largest: 0 · ∞ and NaN are NaN."""
        factors = [local[target, slot] for _, target, slot in hops]
        if any(map(math.isnan, factors)) or (any(map(math.isinf, factors)) and 0.0 in factors):
            return (0, 0.0)
        if any(map(math.isinf, factors)):
            return (1, 0.0)
        return (2, -sum(math.log2(abs(factor)) for factor in factors)) if 0.0 not in factors else (3, 0.0)

    ways = Ranking(part, local, Budget()).largest(k)
    checked(part, local, ways)
    expected = sorted(map(exact, enumerated(part)))[:k]
    for way, (kind, size) in zip(ways, expected, strict=True):
        found = exact(way.hops)
        assert found[0] == kind and found[1] == pytest.approx(size, abs=1e-9)
        assert math.isnan(way.product) == (kind == 0)
        if kind == 1:
            assert math.isinf(way.product)
        if kind == 3:
            assert way.product == 0.0


def test_a_product_that_overflows_on_its_way_is_right_in_the_end():
    part = Between((0,), (3,), {0: [], 1: [(0, 1, 0)], 2: [(1, 2, 0)], 3: [(2, 3, 0)]})
    (way,) = Ranking(part, {(1, 0): 1e200, (2, 0): -1e200, (3, 0): 1e-300}, Budget()).largest(5)
    assert way.product == pytest.approx(-1e100, rel=1e-14)


@given(webs(TAME))
def test_count_and_sum_are_those_of_all_paths(web):
    part, local = web
    paths = enumerated(part)
    found = tally(part)
    assert (found.paths, found.factors) == (len(paths), sum(map(len, paths)))
    total = math.fsum(product(local[target, slot] for _, target, slot in hops) for hops in paths)
    size = math.fsum(abs(product(local[target, slot] for _, target, slot in hops)) for hops in paths)
    assert summed(part, local) == pytest.approx(total, rel=1e-12, abs=1e-12 * size)


@given(programs(most=12))
def test_of_a_program_the_paths_add_up_to_the_gradient(program: tuple[Graph, int]):
    graph, output = program
    run = backprop(graph, output)
    for source in run.wrt:
        part = between(graph, [source], [output])
        local = {(target, slot): float(run.pulled[target, slot][0]) for _, target, slot in part.hops}
        found = tally(part)
        if found.paths > 500 or not all(abs(each) < 1e3 for each in local.values()):
            continue
        ways = Ranking(part, local, Budget()).largest(501)
        assert len(ways) == found.paths
        size = math.fsum(abs(way.product) for way in ways)
        total = math.fsum(way.product for way in ways)
        assert total == pytest.approx(float(run.adjoints[source]), rel=1e-9, abs=1e-9 * max(1.0, size))
        assert gradient_between(graph, source, output) == pytest.approx(float(run.adjoints[source]), rel=1e-12)


def ladder(depth):
    """Two units a layer, each fed by both of the layer before: 2^depth paths to either."""
    lines = ["x = 0.5", "a0 = sin(x)", "b0 = cos(x)"]
    for i in range(1, depth):
        lines += [f"a{i} = tanh(a{i - 1} + b{i - 1})", f"b{i} = tanh(a{i - 1} - b{i - 1})"]
    return trace("\n".join([*lines, f"y = a{depth - 1} * b{depth - 1}"]))


def test_twelve_layers_of_two_have_thousands_of_paths_and_tens_of_multiplications():
    program = ladder(12)
    x = program.inputs["x"]
    assert tally(between(program.graph, [x], [program.output])).paths == 4096
    counted = operations(program.graph, [x], [program.output])
    assert counted.paths > 30_000
    assert counted.reverse < 100
    assert counted.reverse == len(backprop(program.graph, program.output).pulled)


def test_ten_to_the_thirty_paths_are_counted_exactly_and_the_largest_found():
    program = trace("x = 1.0\ny = x\nfor i in range(100):\n    y = 0.75*y + 0.25*y\nz = y")
    part = between(program.graph, [program.inputs["x"]], [program.output])
    assert tally(part).paths == 2**100
    local = {(t, s): float(run[0]) for (t, s), run in backprop(program.graph, program.output).pulled.items()}
    ways = Ranking(part, local, Budget()).largest(102)
    assert ways[0].product == pytest.approx(0.75**100, rel=1e-12)
    # Then the hundred with one smaller factor, and the first with two.
    np.testing.assert_allclose([way.product for way in ways[1:101]], 0.75**99 * 0.25, rtol=1e-12)
    assert ways[101].product == pytest.approx(0.75**98 * 0.25**2, rel=1e-12)


def test_a_chain_of_a_hundred_thousand_nodes_is_walked_without_recursion():
    into = {0: [], **{node: [(node - 1, node, 0), (node - 1, node, 1)] for node in range(1, 50_001)}}
    part = Between((0,), (50_000,), into)
    local = {(target, slot): 1.0 - 0.5 * slot for _, target, slot in part.hops}
    ways = Ranking(part, local, Budget()).largest(3)
    assert [way.product for way in ways] == [1.0, 0.5, 0.5]
    assert len(ways[0].hops) == 50_000
    assert tally(part).paths == 2**50_000


def test_the_lectures_three_paths():
    program = trace("t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)")
    run = backprop(program.graph, program.output)
    part = between(program.graph, [program.inputs["t"]], [program.output])
    local = {(target, slot): float(run.pulled[target, slot][0]) for _, target, slot in part.hops}
    ways = Ranking(part, local, Budget()).largest(10)
    assert sorted(way.product for way in ways) == pytest.approx([0.3776600300301555, 0.5, 1.510640120120622], rel=1e-15)
    assert math.fsum(way.product for way in ways) == pytest.approx(2.3883001501507777, rel=1e-15)


# ── what it costs ───────────────────────────────────────────────────────────────────────────────────────
def swept_edges(graph, inputs, output):
    """Forward multiplications the slow way: a sweep for each input, every edge that its tangent passes."""
    return sum(between(graph, [each], [output]).edges for each in inputs)


@given(programs(most=15))
def test_forward_mode_is_counted_as_if_every_input_were_swept(program: tuple[Graph, int]):
    graph, output = program
    inputs = graph.input_ids()
    assert forward_multiplications(between(graph, inputs, [output])) == swept_edges(graph, inputs, output)


@given(programs(most=15))
def test_reverse_mode_is_counted_as_the_edges_that_a_run_pulls(program: tuple[Graph, int]):
    graph, output = program
    counted = operations(graph, graph.input_ids(), [output])
    assert counted.reverse == len(backprop(graph, output).pulled)
    assert counted.differences == 2 * len(graph.input_ids()) * counted.evaluated


def test_growth_is_what_the_copies_written_out_really_take():
    once = trace("x = 0.3\nw = 1.5\nb = 0.1\ny = tanh(w*x + b*x)")
    inputs = [once.inputs[name] for name in ("x", "w", "b")]
    grown = growth(once.graph, once.inputs["x"], once.output, inputs, copies=4)
    lines = ["y0 = 0.3"]
    for i in range(1, 5):
        lines += [f"w{i} = 1.5", f"b{i} = 0.1", f"y{i} = tanh(w{i}*y{i - 1} + b{i}*y{i - 1})"]
        written = trace("\n".join(lines))
        assert grown[i - 1] == operations(written.graph, list(written.inputs.values()), [written.output])


def test_growth_ends_where_numbers_become_too_long_to_read():
    program = trace("x = 1.0\ny = x\nfor i in range(3000):\n    y = y + y\nz = y")
    x = program.inputs["x"]
    assert len(growth(program.graph, x, program.output, [x])) == 2


def test_paths_do_not_lead_through_comparisons():
    program = trace("x = 2.0\ny = x**2 + (x > 1)*x")
    part = between(program.graph, [program.inputs["x"]], [program.output])
    assert tally(part).paths == 2


def test_a_node_has_one_path_to_itself_without_a_factor():
    program = trace("x = 2.0\ny = x**2")
    part = between(program.graph, [program.output], [program.output])
    assert Ranking(part, {}, Budget()).largest(3) == [Way((), (), 1.0)]
    assert operations(program.graph, [program.output], [program.output]).paths == 0
