"""The reply of the main job: complete, rebuildable, the same in every encoding, the same every time."""

import math
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.examples import EXAMPLES as EVERY_EXAMPLE
from app.schemas.reply import BackpropReply
from app.schemas.subject import EXAMPLES
from tests.web.conftest import LECTURE

BACKPROP = "/api/v1/backprop"
ARRAYS = "W = [[0.5, -1.0], [2.0, 0.25]]\nx = [1.5, -0.5]\nb = [0.1, 0.2]\nh = tanh(W * x + b)\ny = h * h"
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def real(value):
    """A wire value as a NumPy array."""
    if isinstance(value, list):
        return np.array([real(each) for each in value])
    return np.array(NON_FINITE.get(value, value), dtype=float)


def table(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def rebuilt(reply, node, seed):
    """The gradient of a node from its out-edges alone, and the seed at the output."""
    terms = [real(edge["contribution"]) for edge in reply["edges"] if edge["source"] == node["id"]
             and edge["contribution"] is not None]
    if node["id"] == reply["output"]["node"]:
        terms.append(real(seed) * np.ones(node["shape"]))
    return sum(terms, np.zeros(node["shape"]))


def assert_rebuildable(reply, seed=1.0):
    scalar = {node["id"]: node["shape"] == [] for node in reply["nodes"]}
    for node in reply["nodes"]:
        if node["grad"] is not None:
            np.testing.assert_allclose(rebuilt(reply, node, seed), real(node["grad"]), rtol=1e-12, equal_nan=True)
    for edge in reply["edges"]:
        if edge["local"] is not None and scalar[edge["source"]] and scalar[edge["target"]]:
            product = real(edge["upstream"]) * real(edge["local"])
            np.testing.assert_allclose(real(edge["contribution"]), product, rtol=1e-12, equal_nan=True)


def test_the_lecture_s_first_example_is_answered_to_the_last_digit(client):
    reply = client.backprop()
    t, y = 0.5, math.exp(0.5)
    x = t * t
    assert reply["output"] == {
        "node": reply["nodes"][-1]["id"], "name": "z", "shape": [], "value": pytest.approx(x * x + math.sin(x * y)),
    }
    by_hand = (2 * x + y * math.cos(x * y)) * 2 * t + x * math.cos(x * y) * y
    assert reply["gradients"] == {"t": pytest.approx(by_hand, rel=1e-14)}
    assert set(reply["values"]) == {"t", "x", "y", "z"}
    assert reply["counts"] == {"nodes": len(reply["nodes"]), "edges": len(reply["edges"])}


@pytest.mark.parametrize("program", [LECTURE, ARRAYS, "x = 3.0\ny = x * x", "x = 1.0"])
@pytest.mark.parametrize("encoding", ["rows", "columns", "binary"])
def test_a_reply_is_what_its_documented_model_says(client, program, encoding):
    reply = client.backprop(program, encoding=encoding, include=["steps", "formulas", "checks"])
    BackpropReply.model_validate(reply)
    assert reply["schema_version"] == "1.0"
    assert reply["program"] == program


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_reference_s_examples_run(client, name):
    assert client.post(BACKPROP, EXAMPLES[name]["value"]).status_code == 200


@pytest.mark.parametrize("program", [LECTURE, ARRAYS, "x = 3.0\ny = x * x * x"])
def test_every_gradient_can_be_rebuilt_from_the_reply_alone(client, program):
    assert_rebuildable(client.backprop(program))


def folded(reply):
    """Every gradient as the sum of contributions in the documented order: by the target's depth, then by its place."""
    at = {node["id"]: (node["back_level"], index) for index, node in enumerate(reply["nodes"])}
    sums = {reply["output"]["node"]: np.ones(reply["output"]["shape"])}
    flowing = [edge for edge in reply["edges"] if edge["contribution"] is not None]
    for edge in sorted(flowing, key=lambda edge: (*at[edge["target"]], edge["slot"])):
        term, source = real(edge["contribution"]), edge["source"]
        sums[source] = sums[source] + term if source in sums else term
    return sums


@pytest.mark.parametrize("program", [LECTURE, ARRAYS, *(each.program for each in EVERY_EXAMPLE)])
def test_contributions_add_up_to_the_gradient_to_the_last_bit(client, program):
    reply = client.backprop(program)
    sums, grads = folded(reply), {node["id"]: node["grad"] for node in reply["nodes"]}
    for node in reply["nodes"]:
        if node["grad"] is not None:
            np.testing.assert_array_equal(sums.get(node["id"], np.zeros(node["shape"])), real(node["grad"]))
    for edge in reply["edges"]:
        assert edge["upstream"] in (None, grads[edge["target"]])
        if isinstance(edge["local"], float) and isinstance(edge["upstream"], float):
            assert edge["contribution"] == edge["upstream"] * edge["local"]


@given(
    values=st.lists(st.floats(-3, 3), min_size=3, max_size=3),
    body=st.lists(
        st.sampled_from(["a*b", "a+c", "b-c", "sin(a)", "exp(b)", "tanh(c)", "a*a", "b/(c*c+1)"]), min_size=1
    ),
)
def test_gradients_of_any_program_can_be_rebuilt(client, values, body):
    lines = [f"{name} = {value!r}" for name, value in zip("abc", values, strict=True)]
    lines += [f"{'abc'[i % 3]} = {expression}" for i, expression in enumerate(body[:12])]
    assert_rebuildable(client.backprop("\n".join(lines)))


def test_a_repeated_operand_has_an_edge_for_each_slot(client):
    edges = client.backprop("x = 3.0\ny = x * x")["edges"]
    assert [(edge["id"], edge["contribution"]) for edge in edges] == [("n0>n1.0", 3.0), ("n0>n1.1", 3.0)]


def test_a_cotangent_seeds_the_backward_pass(client):
    reply = client.backprop(ARRAYS, cotangent=[[1, 0], [0, -2.5]])
    assert_rebuildable(reply, [[1, 0], [0, -2.5]])
    assert reply["nodes"][-1]["grad"] == [[1, 0], [0, -2.5]]


def test_wrt_chooses_what_gets_a_gradient(client):
    reply = client.backprop("a = 2.0\nb = 3.0\nc = a * b", wrt=["b"])
    assert reply["gradients"] == {"b": 2.0}
    assert [node["grad"] for node in reply["nodes"] if node["name"] == "a"] == [None]


def test_output_chooses_what_is_differentiated(client):
    reply = client.backprop("a = 2.0\nb = a * a\nc = b * b", output="b")
    assert reply["output"]["name"] == "b"
    assert reply["gradients"] == {"a": 4.0}


def test_inputs_override_the_program_s_numbers(client):
    assert client.backprop("a = 2.0\nb = a * a", inputs={"a": 5})["gradients"] == {"a": 10.0}


@pytest.mark.parametrize("program", [LECTURE, ARRAYS, "x = 0.0\ny = 1 / x\nz = y * 0"])
@pytest.mark.parametrize("most", [3, 4096])
def test_columns_and_blocks_say_what_rows_say(client, program, most):
    rows, columns, blocks = (
        client.backprop(program, encoding=encoding, max_elements=most) for encoding in ("rows", "columns", "binary")
    )
    for part in ("nodes", "edges"):
        assert table(columns[part]) == rows[part]
        assert table({field: opened(column) for field, column in blocks[part].items()}) == [
            {field: flat(value) if is_block(blocks[part][field]) else value for field, value in row.items()}
            for row in rows[part]
        ]
        blocks[part] = columns[part] = rows[part]
    assert blocks == columns == rows


def is_block(column):
    return isinstance(column, dict)


def flat(value):
    """A wire value as the list of its elements, comparable also where they are NaN."""
    return value if value is None or isinstance(value, dict) else [repr(float(each)) for each in real(value).ravel()]


def opened(column):
    """A block as a list of flat items, as its documentation says to read it."""
    if not is_block(column):
        return column
    numbers, items, at = np.frombuffer(b64decode(column["float64"]), dtype="<f8"), [], 0
    sizes = column["sizes"] or [1] * len(numbers)
    for index, size in enumerate(sizes):
        if size < 0:
            items.append(column["truncated"].get(str(index)))
        else:
            items.append([repr(float(each)) for each in numbers[at : at + size]])
            at += size
    assert at == len(numbers)
    return items


def test_a_large_array_is_sent_as_its_statistics(client):
    reply = client.backprop("x = [3.0, -4.0, 0.0]\ny = x / x", max_elements=2)
    value = next(node["value"] for node in reply["nodes"] if node["name"] == "x")
    assert value == {
        "shape": [3], "min": -4.0, "max": 3.0, "mean": pytest.approx(-1 / 3), "norm": 5.0,
        "nans": 0, "infs": 0, "truncated": True,
    }
    assert reply["values"]["x"] == value
    broken = reply["output"]["value"]
    assert (broken["nans"], broken["min"], broken["max"]) == (1, 1.0, 1.0)
    assert reply["gradients"]["x"]["truncated"] is True


@pytest.mark.parametrize("encoding", ["rows", "columns", "binary"])
def test_an_array_of_very_many_empty_rows_is_sent_as_its_statistics(client, encoding):
    reply = client.backprop("x = zeros((5000, 0))\ny = x * 2", encoding=encoding)
    assert (reply["values"]["x"]["shape"], reply["values"]["x"]["min"]) == ([5000, 0], None)
    assert len(str(reply["nodes"])) < 5000
    assert client.backprop("x = zeros((2, 0))\ny = x * 2", encoding=encoding)["values"]["x"] == [[], []]


def test_an_array_of_just_max_elements_is_sent_whole(client):
    assert client.backprop("x = [3.0, -4.0]\ny = x * 1", max_elements=2)["values"]["x"] == [3.0, -4.0]


@pytest.mark.parametrize("name", NON_FINITE)
def test_non_finite_numbers_make_the_round_trip_as_strings(client, name):
    reply = client.backprop("x = 1.0\nw = [1.0, 2.0]\ny = x * 1\nv = w * 1", inputs={"x": name, "w": [name, 2]})
    assert reply["values"]["y"] == name
    assert reply["values"]["v"] == [name, 2.0]


def test_a_non_finite_attribute_is_a_string_too(client):
    nodes = client.backprop("x = [1.0, 2.0]\ny = clip(x, 0, inf)")["nodes"]
    assert [node["attributes"] for node in nodes if node["op"] == "clip"] == [{"low": 0.0, "high": "Infinity"}]


def test_numbers_are_full_float64(client):
    number = 0.1 + 0.2
    assert client.backprop(f"x = {number!r}\ny = x * 1")["values"]["y"] == number


def test_nan_is_a_note_on_a_200_and_every_affected_node_is_marked(client):
    reply = client.backprop("x = 0.0\ny = x / x\nz = y + 1")
    marked = {node["name"] for node in reply["nodes"] if "non_finite" in node["flags"]}
    assert {"y", "z"} <= marked
    assert [note["code"] for note in reply["notes"]].count("non_finite") == 1


def test_steps_come_only_when_asked_and_end_with_the_gradients(client):
    assert "steps" not in client.backprop()
    reply = client.backprop(include=["steps"])
    steps = reply["steps"]
    assert [step["index"] for step in steps] == list(range(len(steps)))
    held = {}
    for step in steps:
        if step["phase"] == "backward" and step["kind"] != "multiply":
            held[step["node"]] = step["after"]
        if step["kind"] == "accumulate":
            assert step["after"] == pytest.approx(step["before"] + step["add"], rel=1e-15)
    grads = {node["id"]: node["grad"] for node in reply["nodes"] if node["grad"] is not None}
    assert held == grads
    levels = [step["level"] for step in steps if step["phase"] == "backward"]
    assert levels == sorted(levels)


def test_checks_come_only_when_asked_and_agree_with_reverse_mode(client):
    assert "checks" not in client.backprop()
    reply = client.backprop(include=["checks"])
    check = reply["checks"]["t"]
    assert check["ok"] is True
    assert check["reverse"] == reply["gradients"]["t"]
    assert check["central_difference"] == pytest.approx(check["reverse"], rel=1e-6)


@pytest.mark.parametrize("detail", ["tensor", "scalar"])
@pytest.mark.parametrize("program", [LECTURE, ARRAYS, "w = [Value(2.0), Value(3.0)]\nz = w[0] * w[1] * w[1]"])
def test_checks_go_by_the_names_of_the_gradients_at_either_level_of_detail(client, program, detail):
    reply = client.backprop(program, include=["checks"], detail=detail)
    assert {name: check["reverse"] for name, check in reply["checks"].items()} == reply["gradients"]
    assert all(check["ok"] for check in reply["checks"].values())


def test_formulas_come_only_when_asked(client):
    assert {node["formula"] for node in client.backprop()["nodes"]} == {None}
    reply = client.backprop(include=["formulas"])
    assert all(node["formula"] for node in reply["nodes"] if node["kind"] == "op")
    assert all(edge["local_formula"] for edge in reply["edges"] if edge["contribution"] is not None)


def test_scalar_detail_agrees_with_tensor_detail(client):
    program = ARRAYS + "\nL = sum(y)"
    tensor, scalar = (client.backprop(program, detail=detail) for detail in ("tensor", "scalar"))
    assert all(node["shape"] == [] for node in scalar["nodes"])
    assert scalar["gradients"] == tensor["gradients"]
    assert scalar["output"]["value"] == tensor["output"]["value"]
    assert "W[0,1]" in {node["name"] for node in scalar["nodes"]}
    assert_rebuildable(scalar)


def test_the_same_body_gives_the_same_bytes(client):
    body = {"program": ARRAYS, "include": ["steps", "formulas", "checks"], "seed": 3}
    first, second = client.post(BACKPROP, body), client.post(BACKPROP, body)
    assert first.content == second.content
    assert "trace;dur=" in first.headers["server-timing"]
    assert "backprop;dur=" in first.headers["server-timing"]
    assert "encode;dur=" in first.headers["server-timing"]


def test_an_edit_of_a_number_keeps_every_id(client):
    before, after = client.backprop(LECTURE), client.backprop(LECTURE.replace("0.5", "0.75"))
    for part in ("nodes", "edges"):
        assert [each["id"] for each in before[part]] == [each["id"] for each in after[part]]
    assert before["gradients"] != after["gradients"]


def test_a_reply_of_too_many_numbers_is_refused_with_what_to_do(client_with):
    reply = client_with(max_reply_elements=20).post(BACKPROP, {"program": ARRAYS})
    assert reply.status_code == 422
    assert reply.json()["code"] == "too_large"
    assert "max_elements" in reply.json()["errors"][0]["hint"]
