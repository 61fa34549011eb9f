"""What must hold for every record, whatever the op: a new op is tested by being there."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from app.engine.checks import gradient_check
from app.engine.errors import IncompleteRecord
from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.ops.registry import Composed, by_name, by_spelling
from app.engine.passes import quiet
from app.engine.printing import formula, local_formula
from tests.engine.ops.tools import CASES, carried, is_condition, run_of

TANH = OPS["tanh"]


def op_of(case: Any) -> Op:
    op: Op = case.values[0]
    return op


def changed(op: Op, **fields: Any) -> Op:
    """The record with other fields, built anew and so looked through again."""
    return dataclasses.replace(op, **fields)


@pytest.mark.parametrize(("op", "sample"), [case for case in CASES if op_of(case).detail])
def test_the_definition_is_what_the_op_computes(op: Op, sample: Sample) -> None:
    assert op.detail is not None
    with quiet():
        shown = op.detail(*sample.inputs, **sample.attributes)
        np.testing.assert_allclose(shown, op.forward(*sample.inputs, **sample.attributes), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("op", "sample"), [case for case in CASES if op_of(case).floats])
def test_the_python_form_gives_what_the_op_gives(op: Op, sample: Sample) -> None:
    """Python's library and NumPy's vector loops round differently, so the last places may differ."""
    assert op.floats is not None
    with quiet():
        for numbers in zip(*(x.flat for x in np.broadcast_arrays(*sample.inputs)), strict=True):
            found, expected = op.floats(*(x.item() for x in numbers)), op.forward(*numbers, **sample.attributes)
            assert is_condition(found) == is_condition(expected)
            np.testing.assert_allclose(found, expected, rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_formulas_print_with_their_brackets_closed(op: Op, sample: Sample) -> None:
    operands, run = run_of(op, sample)
    texts = [formula(run.graph, run.output), formula(run.graph, run.output, numbers=True)]
    texts += [local_formula(run.graph, run.output, slot) for slot in carried(op, operands) if op.differentiable]
    for text in texts:
        assert text
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")
        assert text.count("(") == text.count(")")


@pytest.mark.parametrize("part", ["noun", "doc", "source", "samples", "worked", "forms", "partials"])
def test_a_record_with_a_missing_part_is_refused(part: str) -> None:
    empty = {"noun": "", "doc": "", "source": "", "samples": (), "worked": None, "forms": {}, "partials": ()}
    with pytest.raises(IncompleteRecord, match="tanh"):
        changed(TANH, **{part: empty[part]})


def test_a_record_with_two_kinds_of_rules_is_refused() -> None:
    with pytest.raises(IncompleteRecord, match="one kind of derivative rule"):
        changed(TANH, transposes=(lambda g, x: g,))


def test_a_record_with_a_rule_too_few_is_refused() -> None:
    with pytest.raises(IncompleteRecord, match="each of its 2 slots"):
        changed(OPS["mul"], partials=(lambda a, b, y: b,))


def test_a_kink_must_say_what_is_taken_at_it() -> None:
    with pytest.raises(IncompleteRecord, match="took"):
        changed(OPS["relu"], took="")


def test_two_ops_of_one_name_and_two_functions_of_one_spelling_are_refused() -> None:
    with pytest.raises(IncompleteRecord, match="there are two of this name"):
        by_name([TANH, changed(TANH)])
    with pytest.raises(IncompleteRecord, match=r"np\.tanh"):
        by_spelling([TANH, Composed(("np.tanh",), lambda x: x)], methods=False)


def test_a_rule_that_is_wrong_by_a_thousandth_is_caught() -> None:
    wrong = changed(TANH, partials=(lambda x, y: (1 - y * y) * 1.001,))
    _, run = run_of(wrong, Sample((np.array([0.3, -1.2]),)))
    assert not all(check.ok for check in gradient_check(run).values())


def test_there_are_at_least_sixty_ops_and_each_has_a_noun_a_sentence_and_a_source() -> None:
    assert len(OPS) >= 60
    for op in OPS.values():
        assert op.doc.endswith("."), op.name
        assert 1 <= len(op.noun.split()) <= 4 and "_" not in op.noun, op.name
        assert op.source, op.name
