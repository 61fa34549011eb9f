"""Symbolic derivatives against reverse mode, and their Python and Rust against their values."""

import math
import shutil
import subprocess

import numpy as np
import pytest
import sympy

from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.passes import evaluate, quiet, reverse
from app.symbolic.derive import derivative, evaluated, expressions
from app.symbolic.words import number
from tests.symbolic.drawn import formula, task

POINTWISE = [
    pytest.param(op, sample, id=f"{op.name}-{k}")
    for op in OPS.values() if op.pointwise for k, sample in enumerate(op.samples)
]  # fmt: skip


def single(op, sample):
    """The op on the first number of every operand."""
    graph = Graph()
    with quiet():
        numbers = [np.asarray(x).flat[0] for x in np.broadcast_arrays(*sample.inputs)]
        nodes = [graph.leaf(x, None if isinstance(x, np.bool_) else f"x{i}") for i, x in enumerate(numbers)]
        y = op(*nodes, **sample.attributes)
    return graph, nodes, OPS["number"](y) if isinstance(y.value, np.bool_) else y


@pytest.mark.parametrize(("op", "sample"), POINTWISE)
def test_every_op_of_single_numbers_has_a_formula_with_its_value_and_slopes(op, sample):
    graph, nodes, y = single(op, sample)
    for node in nodes:
        if graph.names[node.id] is None:
            continue
        told = task(graph, y.id, node.id)
        found = expressions(told["nodes"])
        value = evaluated(found[told["output"]], found, told["point"])
        if op.name not in ("isnan", "isinf", "isfinite"):
            assert value == pytest.approx(float(y.value), rel=1e-13, abs=1e-14)
        slope = reverse(graph, graph.values, y.id, np.float64(1.0), [node.id])[0].get(node.id, 0.0)
        symbolic = evaluated(sympy.diff(found[told["output"]], found[told["variable"]]), found, told["point"])
        assert symbolic == pytest.approx(float(slope), rel=1e-12, abs=1e-13)


KINKS = {"abs": 0.0, "relu": 0.0, "sign": 0.0, "floor": 0.0, "relu6": 6.0, "leaky_relu": 0.0, "hardswish": 3.0}


@pytest.mark.parametrize("name", KINKS)
def test_at_a_corner_the_formula_takes_what_the_engine_takes(name):
    graph = Graph()
    x = graph.leaf(KINKS[name], "x")
    y = OPS[name](x, **({"negative_slope": 0.1} if name == "leaky_relu" else {}))
    told = task(graph, y.id, x.id)
    found = expressions(told["nodes"])
    slope = reverse(graph, graph.values, y.id, np.float64(1.0), [x.id])[0][x.id]
    assert evaluated(sympy.diff(found[told["output"]], found[told["variable"]]), found, told["point"]) == float(slope)


@pytest.mark.parametrize("seed", range(200))
def test_the_formula_is_what_reverse_mode_computes_at_five_points(seed):
    graph, output = formula(seed)
    random = np.random.default_rng(seed)
    told = task(graph, output, 0)
    found = expressions(told["nodes"])
    slope = sympy.diff(found[told["output"]], found[told["variable"]])
    for _ in range(5):
        point = {0: random.uniform(0.1, 1.6), 1: random.uniform(0.1, 1.6)}
        values = evaluate(graph, point)
        with quiet():
            expected = float(reverse(graph, values, output, np.float64(1.0), [0])[0].get(0, 0.0))
        places = {place: point[0] if found[int(place)].name == "x" else point[1] for place in told["point"]}
        assert evaluated(slope, found, places) == pytest.approx(expected, rel=1e-9, abs=1e-9)


# ── code ────────────────────────────────────────────────────────────────────────────────────────────────
def told_of(seed):
    graph, output = formula(seed)
    said = [next(derivative(task(graph, output, 0)))]  # what simplifying makes of it may take long
    names = [graph.names[i] for i in sorted(range(2), key=lambda i: i)]
    return graph, said, names


def point_of(graph, code, name):
    """The numbers for the parameters, in their order."""
    parameters = code.partition(f"{name}(")[2].partition(")")[0]
    given = {graph.names[i]: float(graph.values[i]) for i in graph.input_ids()}
    return [given[each.partition(":")[0].strip()] for each in parameters.split(",") if each.strip()]


def forms(said):
    return [said[0]["derivative"]]


@pytest.mark.parametrize("seed", range(60))
def test_the_python_code_runs_and_gives_the_value(seed):
    graph, said, _ = told_of(seed)
    for form in forms(said):
        namespace = {}
        exec(form["python"], namespace)
        found = namespace["derivative"](*point_of(graph, form["python"], "derivative"))
        assert found == pytest.approx(said[0]["value"], rel=1e-9, abs=1e-10)


@pytest.mark.skipif(shutil.which("rustc") is None, reason="there is no rustc here")
def test_the_rust_code_compiles_and_gives_the_values(tmp_path):
    parts, calls, expected = [], [], []
    for seed in range(60):
        graph, said, _ = told_of(seed)
        for k, form in enumerate(forms(said)):
            code = form["rust"].replace("fn derivative", "pub fn derivative")
            parts.append(f"mod d{seed}_{k} {{\n{code}\n}}")
            numbers = ", ".join(f"{x!r}_f64" for x in point_of(graph, code, "derivative"))
            calls.append(f'    println!("{{:?}}", d{seed}_{k}::derivative({numbers}));')
            expected.append(said[0]["value"])
    source = tmp_path / "derivatives.rs"
    calls = "\n".join(calls)
    source.write_text("#![allow(warnings)]\n" + "\n".join(parts) + f"\nfn main() {{\n{calls}\n}}\n")
    program = tmp_path / "derivatives"
    built = subprocess.run(["rustc", "-o", str(program), str(source)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[-3000:]
    found = [float(line) for line in subprocess.run([str(program)], capture_output=True, text=True).stdout.split()]
    assert len(found) == len(expected) == 60
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10)


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("x", "text"), [
    (2.0, "2"), (0.5, "1/2"), (0.1, "1/10"), (-0.25, "-1/4"), (math.pi, "pi"), (math.e, "E"),
    (math.inf, "oo"), (math.nan, "nan"),
])  # fmt: skip
def test_short_numbers_are_exact_and_long_ones_stay_floats(x, text):
    found = number(x)
    assert sympy.sstr(found).rstrip("0") == text.rstrip("0")
    assert found is sympy.nan or float(found) == pytest.approx(x, rel=1e-15)
