"""Notes: what is worth knowing about a run, where, and why."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.graph import Graph, Node
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.record import Note, Run
from app.engine.run import backprop
from tests.engine.ops.tools import spelled


def run_of(write: Any, *, seed: Any = None, **values: Any) -> Run:
    """A program over named inputs, swept backwards."""
    graph = Graph()
    leaves = [graph.leaf(value, name) for name, value in values.items()]
    with quiet():
        return backprop(graph, write(*leaves).id, seed=seed)


def notes_of(write: Any, code: str, **values: Any) -> list[Note]:
    return [note for note in run_of(write, **values).notes if note.code == code]


def message_of(write: Any, code: str, **values: Any) -> str:
    (note,) = notes_of(write, code, **values)
    return note.message


def test_an_ordinary_run_has_no_notes() -> None:
    assert run_of(lambda x, y: OPS["tanh"](x * y) + x, x=0.5, y=2.0).notes == []


def test_a_note_is_at_a_node_and_its_place_in_the_text() -> None:
    graph = Graph()
    x = graph.leaf(0.0, "x")
    with graph.place(span=(3, 5, 3, 12)):
        y = OPS["relu"](x)
    (note, _) = backprop(graph, y.id).notes
    assert (note.code, note.node, note.span) == ("kink", y.id, (3, 5, 3, 12))


# ── kinks and ties ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("write", "values", "message"),
    [
        (lambda x: OPS["relu"](x), {"x": 0.0}, "relu at 0: took 0"),
        (lambda x: OPS["abs"](x), {"x": 0.0}, "abs at 0: took 0"),
        (lambda x: OPS["clip"](x, low=-1.0, high=1.0), {"x": 1.0}, "clip at 1: took 1"),
        (lambda x: OPS["relu"](x), {"x": np.array([0.0, 1.0, 0.0])}, "relu at 0 (2 times): took 0"),
        (lambda x: spelled("norm")(x), {"x": np.zeros(3)}, "norm (kink): took 0"),
    ],
)
def test_a_kink_says_where_and_what_was_taken(write: Any, values: dict[str, Any], message: str) -> None:
    assert message_of(write, "kink", **values) == message


@pytest.mark.parametrize(
    ("write", "values", "message"),
    [
        (lambda x, y: OPS["maximum"](x, y), {"x": 2.0, "y": 2.0}, "maximum at 2, 2: took half of each"),
        (lambda x: spelled("np.max")(x), {"x": np.array([3.0, 3.0])}, "amax (tie): shared it evenly"),
        (lambda x: spelled("torch.max")(x, 0)[0], {"x": np.array([3.0, 3.0])}, "max_dim (tie): took the first"),
    ],
)
def test_a_tie_says_who_took_what(write: Any, values: dict[str, Any], message: str) -> None:
    assert message_of(write, "tie", **values) == message


def test_beside_the_kink_there_is_no_note() -> None:
    assert run_of(lambda x: OPS["relu"](x), x=1e-300).notes == []


def test_a_kink_that_no_gradient_passes_is_not_worth_a_note() -> None:
    assert notes_of(lambda x: OPS["stop"](OPS["relu"](x)) + x, "kink", x=0.0) == []


# ── numbers that are not finite ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("write", "values", "message"),
    [
        (lambda x: OPS["log"](x), {"x": 0.0}, "log(0) is -∞: log falls to -∞ at 0"),
        (lambda x: OPS["log"](x), {"x": -1.5}, "log(-1.5) is NaN: log has no value below 0"),
        (lambda x: OPS["sqrt"](x), {"x": -4.0}, "sqrt(-4) is NaN: a negative number has no real square root"),
        (lambda x: 1.0 / x, {"x": 0.0}, "1 / 0 is ∞: nothing can be divided by 0"),
        (lambda x: x**-1.0, {"x": 0.0}, "pow(0, -1) is ∞: 0 to a negative power divides by 0"),
        (lambda x: x**0.5, {"x": -2.0}, "pow(-2, 0.5) is NaN: a negative number has no real fractional power"),
        (lambda x: OPS["exp"](x), {"x": 1000.0}, "exp(1000) is ∞: too large for a number of 64 bits"),
        (lambda x: x * 1e200, {"x": 1e200}, "1e+200 * 1e+200 is ∞: too large for a number of 64 bits"),
        (lambda x: OPS["arcsin"](x), {"x": 2.0}, "arcsin(2) is NaN: it has no value there"),
        (lambda x: OPS["log"](x), {"x": np.array([1.0, 0.0])}, "log(0) is -∞ at [1]: log falls to -∞ at 0"),
        (lambda x: x + 1.0, {"x": math.inf}, "x is ∞: it was given so"),
        (lambda x: x + 1.0, {"x": np.array([1.0, math.nan])}, "x is NaN at [1]: it was given so"),
        (
            lambda x: spelled("sum")(x), {"x": np.full(2, 1e308)},
            "sum (n1) has ∞: the sums in it leave the range of numbers",
        ),
        (lambda x: spelled("mean")(x), {"x": np.ones(0)}, "mean (n1) has NaN: there are no numbers in it"),
        (
            lambda x: OPS["inv"](x), {"x": np.ones((2, 2))},
            "inv (n1) has NaN at [0, 0]: the determinant is 0, so the matrix has no inverse",
        ),
        (
            lambda x: spelled("torch.var")(x), {"x": np.ones(1)},
            "var (n1) has NaN: the divisor, a count of 1 less a correction of 1, is not positive",
        ),
    ],
)  # fmt: skip
def test_the_first_node_that_is_not_finite_is_named_with_its_inputs_and_the_reason(
    write: Any, values: dict[str, Any], message: str
) -> None:
    assert message_of(write, "non_finite", **values) == message


def test_only_the_first_is_named_not_what_follows_from_it() -> None:
    (note,) = notes_of(lambda x: OPS["tanh"](OPS["log"](x) * 2.0) + OPS["exp"](x * 1e9), "non_finite", x=0.0)
    assert note.node == 1
    (note,) = notes_of(lambda x: OPS["exp"](OPS["exp"](OPS["exp"](x))), "non_finite", x=9.0)
    assert note.message.startswith("exp(8103.08")


def test_a_gradient_that_breaks_is_named_with_its_factors() -> None:
    found = message_of(lambda x: OPS["sqrt"](x), "non_finite_gradient", x=0.0)
    assert found == "the gradient of x becomes ∞ at sqrt (n1): upstream 1 · local ∞"
    found = message_of(lambda x: OPS["sqrt"](x) * 0.0, "non_finite_gradient", x=0.0)
    assert found.startswith("the gradient of x becomes NaN at sqrt (n1): upstream 0 · local ∞")


def test_the_first_edge_in_backward_order_is_the_one_that_is_named() -> None:
    (note,) = notes_of(lambda x: OPS["exp"](OPS["sqrt"](OPS["abs"](x))), "non_finite_gradient", x=0.0)
    assert note.node == 2


def test_a_cotangent_that_is_not_finite_is_to_blame_itself() -> None:
    codes = {note.code: note.message for note in run_of(lambda x: x * 2.0, seed=math.inf, x=1.0).notes}
    assert codes["non_finite_gradient"] == "the cotangent is not finite, so no gradient is"


# ── inputs ──────────────────────────────────────────────────────────────────────────────────────────────
def test_an_input_that_is_not_used_is_named() -> None:
    run = run_of(lambda x, y: x * x, x=1.0, y=2.0)
    assert [note.message for note in run.notes] == ["no op leads from y to mul (n2): its gradient is 0"]
    assert run.adjoints[1] == 0.0


def test_an_input_used_only_without_a_derivative_is_named_so() -> None:
    found = message_of(lambda x, y: x * OPS["number"](y > 0.0), "unused_input", x=1.0, y=2.0)
    assert "only ops without a derivative lead from y to " in found


def test_the_output_itself_as_input_is_used() -> None:
    assert run_of(lambda x: x, x=1.0).notes == []


def test_an_array_as_output_is_said_to_be_summed() -> None:
    assert "gradients are those of the sum of its elements" in message_of(
        lambda x: x * x, "output_not_scalar", x=np.ones(3)
    )
    run = run_of(lambda x: x * x, seed=np.array([1.0, 2.0, 0.0]), x=np.ones(3))
    assert "weighted by the cotangent" in run.notes[0].message


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_closed_gate_is_a_dead_unit() -> None:
    assert message_of(lambda x: OPS["relu"](x), "dead_unit", x=-1.0) == (
        "relu (n1) is dead: it is closed, so nothing flows back"
    )
    found = message_of(lambda x: OPS["relu"](x), "dead_unit", x=np.array([-1.0, -2.0]))
    assert "all its elements are closed" in found


def test_a_gate_open_in_one_element_is_alive() -> None:
    assert notes_of(lambda x: OPS["relu"](x), "dead_unit", x=np.array([-1.0, 2.0])) == []


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_a_unit_far_out_is_saturated(name: str) -> None:
    assert f"{name} (n1) is saturated" in message_of(lambda x: OPS[name](x), "saturated", x=8.0)
    assert "in 1 of 3 elements" in message_of(lambda x: OPS[name](x), "saturated", x=np.array([0.0, 0.5, -9.0]))
    assert notes_of(lambda x: OPS[name](x), "saturated", x=1.0) == []


def test_notes_come_in_evaluation_order_and_name_variables_by_their_names() -> None:
    graph = Graph()
    x = graph.leaf(0.0, "x")
    h = OPS["relu"](x)
    graph.name(h.id, "h")
    y: Node = OPS["sigmoid"](h - 20.0)
    graph.name(y.id, "y")
    notes = backprop(graph, y.id).notes
    assert [note.code for note in notes] == ["kink", "dead_unit", "saturated"]
    assert notes[1].message.startswith("h is dead") and notes[2].message.startswith("y is saturated")


def test_zero_to_the_zero_is_a_kink_only_where_the_exponent_is_asked_for() -> None:
    assert message_of(lambda x: x**x, "kink", x=0.0) == "pow at 0, 0: took 0"
    assert notes_of(lambda x: x**0.0, "kink", x=0.0) == []
