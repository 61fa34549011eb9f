"""One error form over all routes, and nothing a client sends is answered 500."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schemas.problem import MOST, Problem
from app.web.errors import MEDIA_TYPE

BACKPROP = "/api/v1/backprop"


def problem_of(reply, status, code):
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == MEDIA_TYPE
    found = Problem.model_validate(reply.json())
    assert found.status == status
    assert found.code == code == found.errors[0].code
    return found


def test_an_unknown_address_is_a_problem(client):
    problem_of(client.get("/nowhere"), 404, "not_found")


def test_an_unknown_asset_is_a_problem(client):
    problem_of(client.get("/static/nothing.js"), 404, "not_found")


def test_a_wrong_method_is_a_problem_that_says_which_are_right(client):
    reply = client.request("DELETE", BACKPROP)
    problem_of(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"program": NaN}',
        b'{"program": "x = 1.0", "inputs": {"x": NaN}}',
        b'{"program": "x = 1.0", "inputs": {"x": Infinity}}',
        b'{"program": "x = 1.0", "inputs": {"x": 1e400}}',
        b'{"program": "\xff"}',
        b'{"program": "\\ud800"}',
        b'{"program": "x = 1.0", "program": "x = 2.0"}',
        b'{"program": "x = 1.0", "inputs": {"x": 1, "x": 2}}',
        b"[" * 5000 + b"]" * 5000,
        b'{"program": "x = 1.0", "inputs": {"x": ' + b"[" * 900 + b"]" * 900 + b"}} x",
        b"\xef\xbb\xbf{}",
        b"'program'",
        b'{"program": "x",}',
    ],
)
def test_a_body_that_is_not_json_to_the_letter_is_400(client, body):
    problem_of(client.post(BACKPROP, body), 400, "json_invalid")


def test_a_number_of_five_thousand_digits_is_refused_not_a_fault(client):
    body = b'{"program": "x = 1.0", "inputs": {"x": ' + b"9" * 5000 + b"}}"
    assert client.post(BACKPROP, body).status_code in (400, 422)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_a_body_of_another_media_type_is_415(client, media_type):
    reply = client.request("POST", BACKPROP, content=b'{"program": "x = 1.0"}', headers={"Content-Type": media_type})
    problem_of(reply, 415, "media_type")


def test_json_with_a_charset_is_json(client):
    headers = {"Content-Type": "application/json; charset=utf-8"}
    reply = client.request("POST", BACKPROP, content=b'{"program": "x = 1.0"}', headers=headers)
    assert reply.status_code == 200


def test_a_stated_length_above_the_limit_is_413(client_with):
    reply = client_with(max_body_bytes=100).post(BACKPROP, {"program": "x = 1.0" + " " * 100})
    assert "100 bytes" in problem_of(reply, 413, "body_too_large").detail


def test_chunks_above_the_limit_are_413(client_with):
    async def chunks():
        for _ in range(20):
            yield b"[1,2,3],  "

    headers = {"Content-Type": "application/json"}
    reply = client_with(max_body_bytes=100).request("POST", BACKPROP, content=chunks(), headers=headers)
    problem_of(reply, 413, "body_too_large")


def test_a_body_of_just_the_limit_is_taken(client_with):
    body = b'{"program": "x = 1.0"}'
    assert client_with(max_body_bytes=len(body)).post(BACKPROP, body).status_code == 200


def test_an_unknown_field_is_refused_by_name_with_the_nearest_known_one(client):
    found = problem_of(client.post(BACKPROP, {"program": "x = 1.0", "ouput": "x"}), 422, "extra_forbidden")
    assert found.errors[0].field == "ouput"
    assert "`output`" in (found.errors[0].hint or "")


def test_an_unknown_field_like_no_other_is_answered_with_all_that_are_known(client):
    found = problem_of(client.post(BACKPROP, {"program": "x = 1.0", "zzz": 1}), 422, "extra_forbidden")
    assert "max_elements" in (found.errors[0].hint or "")


def test_a_field_of_another_subject_is_refused_by_name_and_not_as_an_unknown_field(client):
    reply = client.post(BACKPROP, {"equation": "x**2 + y**2 = 1"})
    errors = {each.field: each for each in Problem.model_validate(reply.json()).errors}
    problem_of(reply, 422, "unsupported")
    assert errors["equation"].code == "unsupported"
    assert "program" in errors["equation"].message


def test_a_program_and_a_network_together_are_refused(client):
    net = {"input": 1, "layers": [{"type": "dense", "units": 1}], "data": {"x": [1.0], "y": [1.0]}}
    problem_of(client.post(BACKPROP, {"program": "x = 1.0", "network": net}), 422, "too_many")


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"inputs": {"x": True}}, "inputs.x", "number"),
        ({"inputs": {"x": "1"}}, "inputs.x", "number"),
        ({"inputs": {"x": None}}, "inputs.x", "number"),
        ({"inputs": {"x": [1, False]}}, "inputs.x", "number"),
        ({"inputs": {"x": [[1], [1, 2]]}}, "inputs.x", "ragged"),
        ({"inputs": {"x": [1, [2]]}}, "inputs.x", "number"),
        ({"inputs": [1]}, "inputs", "dict_type"),
        ({"seed": True}, "seed", "int_type"),
        ({"seed": -1}, "seed", "greater_than_equal"),
        ({"max_elements": 0}, "max_elements", "greater_than_equal"),
        ({"detail": "loose"}, "detail", "literal_error"),
        ({"include": ["steps", "stps"]}, "include[1]", "literal_error"),
        ({"encoding": "xml"}, "encoding", "literal_error"),
        ({"wrt": "x"}, "wrt", "list_type"),
        ({"output": 3}, "output", "string_type"),
        ({"program": 3}, "program", "string_type"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(client, fields, field, code):
    found = problem_of(client.post(BACKPROP, {"program": "x = 1.0", **fields}), 422, code)
    assert found.errors[0].field == field


def test_all_that_is_wrong_with_the_fields_is_said_at_once(client):
    reply = client.post(BACKPROP, {"inputs": {"x": True}, "seed": "a", "more": 1})
    assert {each["field"] for each in reply.json()["errors"]} == {"program", "inputs.x", "seed", "more"}


def test_what_a_client_sent_is_not_echoed_at_length(client):
    reply = client.post(BACKPROP, {"program": 1, "inputs": {"x": "lorem ipsum " * 500}})
    assert reply.status_code == 422
    assert len(reply.text) < 1000


def test_a_wrong_program_is_422_with_its_place(client):
    found = problem_of(client.post(BACKPROP, {"program": "x = 1.0\ny = x +"}), 422, "syntax_error")
    assert found.errors[0].span is not None
    assert found.errors[0].span.line >= 1


def test_a_name_in_wrt_that_is_not_in_the_program_is_named_with_the_nearest(client):
    found = problem_of(client.post(BACKPROP, {"program": "alpha = 1.0", "wrt": ["alpa"]}), 422, "unknown_name")
    assert found.errors[0].field == "wrt[0]"
    assert "`alpha`" in (found.errors[0].hint or "")


def test_a_cotangent_of_another_shape_is_said(client):
    found = problem_of(client.post(BACKPROP, {"program": "x = 1.0", "cotangent": [1, 2]}), 422, "shape_mismatch")
    assert found.errors[0].field == "cotangent"
    assert found.errors[0].hint


def test_a_fault_of_ours_says_nothing_of_the_inside(client_with, caplog):
    own = client_with()
    own.app.state.catalogue = {}
    found = problem_of(own.get("/api/v1/ops"), 500, "internal_error")
    assert "KeyError" not in found.detail
    assert "fault while answering" in caplog.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("program", "inputs", "output", "cotangent", "wrt", "detail", "seed", "include", "encoding", "max_elements")


def never_a_fault(reply):
    assert reply.status_code in (200, 400, 413, 415, 422, 503), reply.text
    if reply.status_code != 200:
        Problem.model_validate(reply.json())


@given(body=st.binary(max_size=200))
def test_no_bytes_are_answered_500(client, body):
    never_a_fault(client.post(BACKPROP, body))


@pytest.mark.parametrize("program", [
    "x = zeros((10**9, 0))\ny = sum(x, axis=1)",
    "x = zeros((0, 10**9))\ny = sum(x, axis=0)",
    "x = ones(0)\ny = x.reshape(10**9, 0)",
    "x = ones(3)\ny = sum(x * ones((10**9, 0, 3)))",
])  # fmt: skip
def test_an_array_without_numbers_may_not_be_the_door_to_too_many(client, program):
    problem_of(client.post(BACKPROP, {"program": program}), 422, "too_large")


def test_an_array_of_more_numbers_than_nodes_has_no_scalar_detail(client_with):
    own = client_with(max_nodes=100)
    assert own.post(BACKPROP, {"program": "x = ones(200)\ny = sum(x)"}).status_code == 200
    problem_of(own.post(BACKPROP, {"program": "x = ones(200)\ny = sum(x)", "detail": "scalar"}), 422, "too_large")
    problem_of(own.post(BACKPROP, {"program": "x = ones((99, 0))\ny = sum(x[:, None] * ones((1, 2, 1)), axis=2)",
                                   "detail": "scalar"}), 422, "too_large")  # fmt: skip


def test_of_very_many_mistakes_the_first_are_named_and_all_are_counted(client):
    reply = client.post(BACKPROP, {"program": "x = 1.0", "inputs": {f"x{i}": "one" for i in range(50)}})
    found = problem_of(reply, 422, "number")
    assert len(found.errors) == MOST
    assert found.detail.endswith("(and 49 more)")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({f"x{i}": 1 for i in range(100_000)}, None),
        ({"inputs": {f"x{i}": 1 for i in range(100_000)}}, "inputs"),
        ({"wrt": ["x"] * 100_000}, "wrt"),
        ({"include": ["x"] * 100_000}, "include"),
    ],
)
def test_more_names_than_any_program_has_are_one_mistake(client, fields, field):
    found = problem_of(client.post(BACKPROP, {"program": "x = 1.0", **fields}), 422, "too_long")
    assert [each.field for each in found.errors] == [field]


def test_a_name_that_stands_twice_among_very_many_is_named(client):
    names = ", ".join(f'"x{i}": 1' for i in range(100_000))
    reply = client.post(BACKPROP, f'{{"program": "x = 1.0", "inputs": {{{names}, "x77777": 2}}}}'.encode())
    assert "“x77777”" in problem_of(reply, 400, "json_invalid").detail


GOOD = json.dumps({
    "program": "x = 2.0\nW = [[1.0, 2.0]]\ny = W * exp(x)", "inputs": {"x": "NaN", "W": [[1, -2.5e3]]}, "output": "y",
    "cotangent": [[1, 0]], "wrt": ["x"], "detail": "scalar", "seed": 3, "include": ["steps", "formulas", "checks"],
    "encoding": "binary", "max_elements": 1,
}).encode()  # fmt: skip
PIECES = [b"", b'"', b"\\", b"\\u0000", b"\\ud800", b"{", b"]", b"null", b"1e999", b"-0", b"NaN", b"\xff", b"\x00"]


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 6), st.sampled_from(PIECES)), max_size=4))
def test_no_good_body_with_mistakes_in_it_is_answered_500(client, mistakes):
    body = GOOD
    for at, length, piece in mistakes:
        body = body[:at] + piece + body[at + length :]
    never_a_fault(client.post(BACKPROP, body))


@given(body=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6))
def test_no_json_is_answered_500(client, body):
    never_a_fault(client.post(BACKPROP, json.dumps(body).encode()))


@given(fields=st.dictionaries(st.sampled_from(FIELDS[1:]), json_values, max_size=3))
def test_no_field_beside_a_good_program_is_answered_500(client, fields):
    body = {"program": "x = 2.0\nw = [1.0, 2.0]\ny = x * exp(x)", **fields}
    never_a_fault(client.post(BACKPROP, json.dumps(body).encode()))


@given(program=st.text(alphabet="xyz0123456789.+-*/^()[]{}=:, \n\"'#@%_√|·²πσ\\\x00", max_size=60))
def test_no_program_is_answered_500(client, program):
    never_a_fault(client.post(BACKPROP, {"program": program}))


PERCEPTRON = {"input": 2, "layers": [{"type": "dense", "units": 1}], "data": {"dataset": "xor"}}


@pytest.mark.parametrize(("path", "fields", "field", "hint"), [
    ("network/boundary", {"grid": {"resolutoin": 5}}, "grid.resolutoin", "did you mean `resolution`?"),
    ("network/boundary", {"grid": {"qqq": 5}}, "grid.qqq", "known fields: x, y, resolution, axes"),
    ("network/landscape", {"race": [{"optimiser": "sgd"}]}, "race[0].optimiser", "did you mean `optimizer`?"),
    ("network/train", {"optimizer": {"name": "adam", "beta": 0.9}}, "optimizer.beta", "did you mean `betas`?"),
    ("network/train", {"optimizer": {"name": "adam", "lr": 1}}, "optimizer.lr", "did you mean `learning_rate`?"),
    ("network/train", {"resume": {"step": 0, "paramters": {}}}, "resume.paramters", "did you mean `parameters`?"),
])  # fmt: skip
def test_an_unknown_field_inside_another_is_refused_with_the_nearest_known_there(client, path, fields, field, hint):
    reply = client.post(f"/api/v1/{path}", {"network": PERCEPTRON, **fields})
    found = next(each for each in reply.json()["errors"] if each["code"] == "extra_forbidden")
    assert (reply.status_code, found["field"], found["hint"]) == (422, field, hint)
