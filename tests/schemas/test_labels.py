"""Labels and glyphs: an op's own form as a line of plain text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.graph import Graph
from app.engine.ops import OPS
from app.schemas.labels import LONGEST, Labels, template, written
from app.schemas.plain import escape, plain


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"x \cdot y", "x·y"),
        (r"\sin\left(x \cdot y\right)", "sin(x·y)"),
        (r"t^{2}", "t²"),
        (r"e^{-t}", "e⁻ᵗ"),
        (r"e^{x + 10 y z}", "e^(x + 10 y z)"),
        (r"\frac{x + 1}{y}", "(x + 1)/y"),
        (r"\frac{x^{2}}{\sqrt{y}}", "x²/√y"),
        (r"\operatorname{relu}\left(z\right)", "relu(z)"),
        (r"\left|x\right|", "|x|"),
        (r"W^\top x", "Wᵀ x"),
        (r"\theta_{12}", "θ₁₂"),
        (r"a - b", "a − b"),
        (r"\unheard{x}", "unheardx"),
    ],
)
def test_tex_becomes_plain_text(tex, text):
    assert plain(tex) == text


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_plain_writer(tex):
    assert isinstance(plain(tex), str)


@given(st.text(alphabet="abcxyz_^{}\\·²(0)[,]", max_size=20))
def test_an_escaped_name_stays_as_it_is(name):
    assert plain(escape(name)) == name


def lecture():
    graph = Graph()
    t = graph.leaf(0.5, "t")
    x = t**2
    graph.name(x.id, "x")
    y = OPS["exp"](t)
    graph.name(y.id, "y")
    x**2 + OPS["sin"](x * y)
    return Labels(graph)


def test_the_lecture_s_nodes_are_labelled_as_a_person_writes_them():
    found = lecture()
    assert [label for label in found.labels if label != "2"] == [
        "t", "t²", "eᵗ", "x²", "x·y", "sin(x·y)", "x² + sin(x·y)",
    ]
    assert [glyph for glyph in found.glyphs if glyph] == ["t²", "eᵗ", "x²", "·", "sin", "+"]


def test_a_glyph_names_its_operand_or_leaves_a_long_one_out():
    graph = Graph()
    a, b = graph.leaf(1.0, "a"), graph.leaf(2.0, "longer")
    a**3, (a + b) ** 2, b**2, (a + a) ** 2
    assert [glyph for glyph in Labels(graph).glyphs if glyph] == ["a³", "+", "…²", "…²", "+", "…²"]


def test_a_node_that_only_stands_for_another_one_has_no_glyph():
    graph = Graph()
    x = graph.leaf(np.ones(4), "x")
    for form in [(4,), (2, 2)]:
        graph.names[OPS["reshape"](x, shape=form).id] = "x"
    assert Labels(graph).glyphs == ["", "", "reshape"]


def test_an_operand_that_binds_loosely_is_bracketed():
    graph = Graph()
    a, b = graph.leaf(1.0, "a"), graph.leaf(2.0, "b")
    (a + b) * a
    a - (b - a)
    labels = Labels(graph).labels
    assert "(a + b)·a" in labels
    assert "a − (b − a)" in labels


def test_a_deep_expression_is_cut_so_that_labels_grow_with_the_graph_only():
    graph = Graph()
    x = graph.leaf(1.0, "x")
    node = x
    for _ in range(200):
        node = node * x + x
    assert max(len(label) for label in Labels(graph).labels) <= 2 * LONGEST + 10


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if not op.leaf])
def test_every_op_has_a_label_and_a_short_glyph(name):
    op, graph = OPS[name], Graph()
    for sample in op.samples[:1]:
        leaves = [graph.leaf(value, f"x{i}") for i, value in enumerate(sample.inputs)]
        graph.add(op, leaves, dict(sample.attributes))
    found = Labels(graph)
    assert found.labels[-1]
    assert 0 < len(found.glyphs[-1]) <= max(8, len(name))
    assert "\\" not in found.labels[-1] + found.glyphs[-1]
    assert "{" not in found.labels[-1] + found.glyphs[-1]


TEXTS = ["x", "−2", "2", "0.5", "(a + b)", "W[0,1]", "…", "θ₁", "x_1", "a·b", "t²", "{0}", "^", "50%"]
WITHOUT_ATTRIBUTES = [op for op in OPS.values() if not op.leaf and not (op.samples and op.samples[0].attributes)]


@pytest.mark.parametrize("op", WITHOUT_ATTRIBUTES, ids=lambda op: op.name)
def test_a_template_writes_what_the_form_writes(op):
    count = 2 if op.variadic else len(op.slots)
    known = template(op, count)
    for texts in zip(*(TEXTS[slot:] + TEXTS[:slot] for slot in range(count)), strict=True):
        assert known is None or known.format(*texts) == written(op, texts, {})


def test_a_form_that_raises_or_divides_has_no_template():
    assert template(OPS["add"], 2) == "{0} + {1}"
    assert template(OPS["tanh"], 1) == "tanh({0})"
    assert [template(OPS[name], 2) for name in ("pow", "div")] == [None, None]
