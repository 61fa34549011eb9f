"""Formulas: what a node computes, and what passes along its edges, in symbols and with numbers."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine import printing
from app.engine.budget import Budget
from app.engine.errors import DeadlineExceeded
from app.engine.forms import numeral, tex_numeral
from app.engine.graph import Graph, Node
from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.printing import formula, local_formula, local_formulas, show, tex_name
from tests.engine.ops.tools import CASES, build, carried, spelled


def expression(write: Any, **values: Any) -> str:
    """A whole expression spelled out down to its inputs."""
    graph = Graph()
    leaves = [graph.leaf(value, name) for name, value in values.items()]
    with quiet():
        y = write(*leaves)
    names = {leaf.id: (tex_name(name), 70) for leaf, name in zip(leaves, values, strict=True)}
    return show(graph, y.id, names)[0]


PRECEDENCE: list[Any] = [
    (lambda a, b: a + b - a, r"a + b - a"),
    (lambda a, b: a - (b + a), r"a - \left(b + a\right)"),
    (lambda a, b: a - (b - a), r"a - \left(b - a\right)"),
    (lambda a, b: (a + b) * a, r"\left(a + b\right) \cdot a"),
    (lambda a, b: a * b + a, r"a \cdot b + a"),
    (lambda a, b: a * (b / a), r"a \cdot \frac{b}{a}"),
    (lambda a, b: (a + b) / (a - b), r"\frac{a + b}{a - b}"),
    (lambda a, b: (a / b) ** 2, r"\left(\frac{a}{b}\right)^{2}"),
    (lambda a, b: (a + b) ** 2, r"\left(a + b\right)^{2}"),
    (lambda a, b: (a**b) ** 2, r"\left(a^{b}\right)^{2}"),
    (lambda a, b: a ** (b + 1), r"a^{b + 1}"),
    (lambda a, b: a ** (b**2), r"a^{b^{2}}"),
    (lambda a, b: -a * b, r"-a \cdot b"),
    (lambda a, b: -(a * b), r"-a \cdot b"),
    (lambda a, b: a * -b, r"a \cdot \left(-b\right)"),
    (lambda a, b: -(a + b), r"-\left(a + b\right)"),
    (lambda a, b: (-a) ** 2, r"\left(-a\right)^{2}"),
    (lambda a, b: -(a**2), r"-a^{2}"),
    (lambda a, b: OPS["neg"](OPS["neg"](a)), r"-\left(-a\right)"),
    (lambda a, b: a + -b, r"a + \left(-b\right)"),
    (lambda a, b: a * -2.0, r"a \cdot \left(-2\right)"),
    (lambda a, b: -2.0 * a, r"-2 \cdot a"),
    (lambda a, b: OPS["exp"](a) ** 2, r"\left(e^{a}\right)^{2}"),
    (lambda a, b: OPS["exp"](-(a**2)), r"e^{-a^{2}}"),
    (lambda a, b: OPS["tanh"](a + b) * b, r"\tanh\left(a + b\right) \cdot b"),
    (lambda a, b: OPS["sqrt"](a + b), r"\sqrt{a + b}"),
    (lambda a, b: OPS["abs"](-a), r"\left|-a\right|"),
    (lambda a, b: OPS["log_sigmoid"](a) * b, r"\left(\ln \sigma\left(a\right)\right) \cdot b"),
    (lambda a, b: OPS["bce"](a, b) * a, r"\left(-b \ln a - (1 - b) \ln (1 - a)\right) \cdot a"),
    (lambda a, b: OPS["squared_error"](a, b) ** 2, r"\left(\left(a - b\right)^2\right)^{2}"),
    (lambda a, b: OPS["squared_error"](a + b, b - a), r"\left(a + b - \left(b - a\right)\right)^2"),
    (lambda a, b: OPS["square"](a / b), r"\left(\frac{a}{b}\right)^{2}"),
    (lambda a, b: OPS["number"](a > -1.0) * b, r"[a > -1] \cdot b"),
    (lambda a, b: OPS["both"](a > 0.0, b < a + 1), r"[a > 0] \wedge [b < a + 1]"),
    (lambda a, b: OPS["maximum"](a + b, -b), r"\max\left(a + b, -b\right)"),
]


@pytest.mark.parametrize(("write", "text"), PRECEDENCE, ids=[text for _, text in PRECEDENCE])
def test_brackets_stand_where_they_are_needed_and_nowhere_else(write: Any, text: str) -> None:
    assert expression(write, a=2.0, b=3.0) == text


ARRAYS: list[Any] = [
    (lambda w, x: w @ x, r"W \, x"),
    (lambda w, x: (w @ x) * 2.0, r"W \, x \cdot 2"),
    (lambda w, x: w @ (x + x), r"W \, \left(x + x\right)"),
    (lambda w, x: spelled("transpose")(w @ x), r"\left(W \, x\right)^\top"),
    (lambda w, x: spelled("transpose")(spelled("transpose")(w)) @ x, r"W \, x"),
    (lambda w, x: spelled("transpose")(spelled("reshape")(spelled("transpose")(w @ w), (2, 2))), r"W \, W"),
    (lambda w, x: spelled("transpose")(spelled("transpose")(w) @ w), r"\left(W^\top \, W\right)^\top"),
    (lambda w, x: spelled("sum")(x * x) * 2.0, r"\left(\sum x \cdot x\right) \cdot 2"),
    (lambda w, x: spelled("sum")(x) + 1.0, r"\sum x + 1"),
    (lambda w, x: 1.0 - spelled("sum")(x + x), r"1 - \left(\sum \left(x + x\right)\right)"),
    (lambda w, x: spelled("np.max")(x) * 2.0, r"\left(\max x\right) \cdot 2"),
    (lambda w, x: spelled("index")(w, (0, 1)), r"{W}_{0,1}"),
    (lambda w, x: spelled("index")(w, (slice(None), slice(1, None, 2))), r"{W}_{:,1::2}"),
    (lambda w, x: spelled("index")(spelled("index")(w, 0), 1), r"{{W}_{0}}_{1}"),
    (lambda w, x: spelled("index")(w + w, 0), r"{\left(W + W\right)}_{0}"),
    (lambda w, x: spelled("reshape")(x + x, (1, 2)) * 2.0, r"\left(x + x\right) \cdot 2"),
    (lambda w, x: x + np.array([1.0, -2.0]), r"x + \left[1, -2\right]"),
    (lambda w, x: w + np.ones((2, 2)), r"W + \mathrm{const}_{2 \times 2}"),
    (lambda w, x: OPS["inv"](w) @ x, r"W^{-1} \, x"),
    (lambda w, x: spelled("stack")([x, x]), r"\left[x, x\right]"),
]


@pytest.mark.parametrize(("write", "text"), ARRAYS, ids=[text for _, text in ARRAYS])
def test_arrays_print_as_in_the_textbook(write: Any, text: str) -> None:
    assert expression(write, W=np.array([[2.0, 1.0], [0.5, 3.0]]), x=np.array([1.0, 2.0])) == text


NAMES = {
    "x": "x", "x1": "x_{1}", "theta": r"\theta", "theta_0": r"\theta_{0}", "W[0,1]": "W_{0,1}", "W1[0,1]": "W_{1,0,1}",
    "loss": r"\mathrm{loss}", "h_pre": r"h_{pre}", "learning_rate": r"\mathrm{learning}_{rate}", "π": "π", "_": "",
    "Omega": r"\Omega", "x12": "x_{12}", "σ2": "σ_{2}", "xi": r"\mathrm{xi}", "Xi": r"\Xi",
    "net.layers[0].w[2]": r"\mathrm{net.layers[0].w}_{2}", "xs[1][0]": r"\mathrm{xs}_{1,0}",
    "net.0.bias": r"\mathrm{net.0.bias}",
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, text in NAMES.items() if text])
def test_names_are_set_as_mathematicians_set_them(name: str, text: str) -> None:
    assert tex_name(name) == text


@pytest.mark.parametrize(
    ("number", "plain", "text"),
    [
        (0.25, "0.25", "0.25"), (-3.0, "-3", "-3"), (1e-8, "1e-08", r"1 \cdot 10^{-8}"),
        (1 / 3, "0.333333", "0.333333"), (-2.5e20, "-2.5e+20", r"-2.5 \cdot 10^{20}"), (math.inf, "∞", r"\infty"),
        (-math.inf, "-∞", r"-\infty"), (math.nan, "NaN", r"\text{NaN}"),
    ],
)  # fmt: skip
def test_numbers_are_short_and_keep_their_sign_and_size(number: float, plain: str, text: str) -> None:
    assert (numeral(number), tex_numeral(number)) == (plain, text)


def one(name: str, *values: Any, **attributes: Any) -> tuple[Graph, Node]:
    graph = Graph()
    leaves = [graph.leaf(value, letter) for value, letter in zip(values, "xyz", strict=False)]
    with quiet():
        return graph, graph.add(OPS[name], leaves, attributes)


@pytest.mark.parametrize(
    ("name", "values", "edges"),
    [
        ("add", (2.0, 3.0), ["1", "1"]),
        ("sub", (2.0, 3.0), ["1", "-1"]),
        ("mul", (2.0, 3.0), ["y", "x"]),
        ("div", (2.0, 3.0), [r"\frac{1}{y}", r"-\frac{x}{y^{2}}"]),
        ("pow", (2.0, 3.0), [r"y \cdot x^{y - 1}", r"v_{2} \cdot \ln\left(x\right)"]),
        ("exp", (2.0,), ["v_{1}"]),
        ("log", (2.0,), [r"\frac{1}{x}"]),
        ("sin", (2.0,), [r"\cos\left(x\right)"]),
        ("tanh", (2.0,), ["1 - v_{1}^{2}"]),
        ("sigmoid", (2.0,), [r"v_{1} \cdot \left(1 - v_{1}\right)"]),
        ("relu", (2.0,), ["[x > 0]"]),
        ("abs", (2.0,), [r"\operatorname{sign}\left(x\right)"]),
        ("maximum", (2.0, 3.0), [r"[x > y] + 0.5 \cdot [x = y]", r"[y > x] + 0.5 \cdot [x = y]"]),
        ("squared_error", (2.0, 3.0), [r"2 \cdot \left(x - y\right)", r"-2 \cdot \left(x - y\right)"]),
        ("bce_with_logits", (2.0, 1.0), [r"\sigma\left(x\right) - y", "-x"]),
        ("softplus", (2.0,), [r"\sigma\left(x\right)"]),
        ("greater", (2.0, 3.0), ["", ""]),
    ],
)
def test_an_edge_shows_the_textbooks_derivative(name: str, values: tuple[float, ...], edges: list[str]) -> None:
    graph, y = one(name, *values)
    assert [local_formula(graph, y.id, slot) for slot in range(len(values))] == edges


def test_a_matrix_product_shows_its_pullbacks() -> None:
    graph, z = one("matmul", np.eye(2), np.ones(2))
    graph.name(z.id, "z")
    assert local_formula(graph, z.id, 0) == r"\bar{z} \, y^\top"
    assert local_formula(graph, z.id, 1) == r"x^\top \, \bar{z}"


def test_a_convolution_shows_its_pullbacks() -> None:
    graph, y = one("conv2d", np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), **OPS["conv2d"].samples[0].attributes)
    graph.name(y.id, "z")
    assert local_formula(graph, y.id, 1) == r"\bar{z} \, \operatorname{windows}\left(x\right)"


def test_softmax_and_solve_show_their_pullbacks() -> None:
    graph, y = one("softmax", np.ones(3), axis=(0,))
    graph.name(y.id, "p")
    assert local_formula(graph, y.id, 0) == r"p \cdot \left(\bar{p} - \left(\sum \bar{p} \cdot p\right)\right)"
    graph, y = one("solve", np.eye(2), np.ones(2))
    assert local_formula(graph, y.id, 1) == r"\left(x^\top\right)^{-1} \bar{v_{2}}"


def test_numbers_stand_in_for_symbols() -> None:
    graph, y = one("mul", -2.0, 0.5)
    assert formula(graph, y.id) == r"x \cdot y"
    assert formula(graph, y.id, numbers=True) == r"-2 \cdot 0.5"
    assert local_formula(graph, y.id, 0, numbers=True) == "0.5"
    graph, y = one("tanh", 0.0)
    assert local_formula(graph, y.id, 0, numbers=True) == "1 - 0^{2}"
    graph, y = one("hinge", -0.3, 1.0)
    assert formula(graph, y.id, numbers=True) == r"\max\left(0, 1 - \left(-0.3\right) \cdot 1\right)"
    graph, y = one("bce_with_logits", -0.3, 1.0)
    assert local_formula(graph, y.id, 1, numbers=True) == r"-\left(-0.3\right)"
    graph, y = one("pow", -2.0, 3.0)
    assert formula(graph, y.id, numbers=True) == r"\left(-2\right)^{3}"


def test_a_constant_exponent_binds_early() -> None:
    graph = Graph()
    y = graph.leaf(2.0, "x") ** 3
    assert local_formula(graph, y.id, 0) == r"3 \cdot x^{2}"
    assert formula(graph, y.id) == "x^{3}"


def test_a_leaf_is_its_number_and_an_unnamed_node_has_its_id() -> None:
    graph = Graph()
    x = graph.leaf(2.5, "x")
    z = (x + 1) * x
    assert formula(graph, x.id) == "2.5"
    assert formula(graph, z.id) == r"v_{2} \cdot x"
    graph.name(2, "s")
    assert formula(graph, z.id) == r"s \cdot x"


def test_printing_does_not_touch_the_graph() -> None:
    graph, y = one("pow", 2.0, 3.0)
    before = len(graph)
    local_formula(graph, y.id, 0)
    formula(graph, y.id)
    assert len(graph) == before


@pytest.mark.parametrize(("op", "sample"), [case for case in CASES if case.values[0].differentiable])  # type: ignore[attr-defined]
def test_no_formula_has_a_double_subscript_or_superscript(op: Op, sample: Sample) -> None:
    graph, operands, y = build(op, sample)
    for text in [formula(graph, y.id), *(local_formula(graph, y.id, slot) for slot in carried(op, operands))]:
        assert scripts_are_single(text), text


def scripts_are_single(text: str) -> bool:
    """Whether no base carries two subscripts or two superscripts, which TeX refuses."""
    last: list[set[str]] = [set()]  # per open group, the scripts that the present base has
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in "^_" and text[at - 1] != "\\":
            if sign in last[-1]:
                return False
            last[-1].add(sign)
            at += 1
            if text[at] == "{":
                depth = at + matching(text[at:])
                if not scripts_are_single(text[at + 1 : depth]):
                    return False
                at = depth + 1
            else:
                at += len(r"\top") if text.startswith(r"\top", at) else 1
            continue
        if sign == "{":
            last.append(set())
        elif sign == "}":
            last.pop()
        last[-1] = set()
        at += 1
    return True


def matching(text: str) -> int:
    """The place of the bracket that closes the first one."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return at
    raise AssertionError(f"{text}: a bracket stays open")


def test_the_test_of_scripts_sees_double_ones() -> None:
    assert not scripts_are_single("x_{0}_{1}")
    assert not scripts_are_single("e^{x^{2}^{3}}")
    assert scripts_are_single("{x_{0}}_{1}^{2} + y_{1}^{x^{2}}")


# ── many edges ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_edges_of_one_node_are_written_from_one_look_at_its_operands(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph()
    stacked = spelled("np.stack")([graph.leaf(1.0, "a"), graph.leaf(2.0, "b"), graph.leaf(3.0, "c")])
    apart = [local_formula(graph, stacked.id, slot) for slot in range(3)]
    looks: list[int] = []
    look = printing._scratch
    monkeypatch.setattr(printing, "_scratch", lambda *args: looks.append(1) or look(*args))
    assert local_formulas(graph, stacked.id, [0, 1, 2]) == apart
    assert len(looks) == 1 and len(set(apart)) == 3


def test_formulas_are_written_only_before_the_deadline() -> None:
    graph = Graph()
    y = graph.leaf(2.0, "x") * graph.leaf(3.0, "w")
    graph.budget = Budget(deadline=lambda: 0.0)
    with pytest.raises(DeadlineExceeded):
        local_formulas(graph, y.id, [0, 1])
