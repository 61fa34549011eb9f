"""One success shape and one error shape, over every route that there is."""

import json

import pytest
from pydantic import BaseModel
from starlette.routing import Mount

from app.schemas.problem import Problem
from app.schemas.reply import SCHEMA_VERSION
from app.web.app import create_app
from app.web.errors import MEDIA_TYPE
from app.web.settings import Settings

DOCUMENT = create_app(Settings()).openapi()
OPERATIONS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]
PAGES = [("GET", "/"), ("GET", "/docs")]
OTHERS = [("GET", "/openapi.json"), ("GET", "/static/docs/docs.css")]
EVERYTHING = [*OPERATIONS, *PAGES, *OTHERS]
POSTS = [path for method, path in OPERATIONS if method == "POST"]

BAD_BODIES = {
    "not JSON": (b'{"program": ', 400, "json_invalid"),
    "a NaN literal": (b'{"program": "x = 1.0", "inputs": {"x": NaN}}', 400, "json_invalid"),
    "a number out of range": (b'{"program": "x = 1.0", "inputs": {"x": 1e400}}', 400, "json_invalid"),
    "an integer out of range": (b'{"program": "x = 1.0", "inputs": {"x": ' + b"9" * 400 + b"}}", 400, "json_invalid"),
    "a lone surrogate": (b'{"program": "\\ud800"}', 400, "json_invalid"),
    "broken UTF-8": (b'{"program": "\xff"}', 400, "json_invalid"),
    "a nest without end": (b"[" * 100_000, 400, "json_invalid"),
    "no object": (b"[1, 2]", 422, "model_attributes_type"),
    "an unknown field": (b'{"program": "x = 1.0", "ouput": "x"}', 422, "extra_forbidden"),
    "a field of the wrong type": (b'{"program": 1}', 422, "string_type"),
    "no program": (b"{}", 422, "missing"),
    "a NUL in the program": (b'{"program": "x = 1.0\\u0000"}', 422, "syntax_error"),
    "a wrong program": (b'{"program": "y = sine(1.0)"}', 422, "unknown_function"),
}

OF_NETS = [path for path in POSTS if path.startswith("/api/v1/network/")]
BAD_NETS = {
    "a NaN literal": (b'{"network": {"parameters": {"W1": [[NaN]]}}}', 400, "json_invalid"),
    "an unknown field": (b'{"network": {}, "netwrok": 1}', 422, "extra_forbidden"),
    "a field of the wrong type": (b'{"network": 1}', 422, "dict_type"),
    "a wrong network": (b'{"network": {"input": 2}}', 422, "missing"),
    "a network of nulls": (b'{"network": {"input": null, "layers": null, "data": null}}', 422, "int_type"),
}
RUNS_NOTHING = ("/api/v1/network/compile",)
"""What makes no graph, whose nodes could be too many."""


def described(path, method):
    return DOCUMENT["paths"][path][method.lower()]


def example(path, method):
    """The first example that the document shows for this operation's body."""
    content = described(path, method).get("requestBody", {}).get("content", {}).get("application/json", {})
    return next((each["value"] for each in content.get("examples", {}).values()), None)


def model(path, method):
    """The model of the reply that the document promises."""
    content = described(path, method)["responses"]["200"]["content"]
    assert next(iter(content)) == "application/json"
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return {each.__name__: each for each in subclasses(BaseModel)}[name]


def subclasses(base):
    for each in base.__subclasses__():
        yield each
        yield from subclasses(each)


def ask(client, method, path):
    return client.request(method, path, json=example(path, method)) if method == "POST" else client.get(path)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_success_is_the_documented_json_the_same_every_time(client, method, path):
    first, second = ask(client, method, path), ask(client, method, path)
    assert first.status_code == 200, first.text
    assert first.headers["content-type"] == "application/json"
    assert first.content == second.content
    model(path, method).model_validate(first.json())
    if "schema_version" in first.json():
        assert first.json()["schema_version"] == SCHEMA_VERSION


def is_problem(reply, status, code=None):
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == MEDIA_TYPE
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    found = Problem.model_validate(reply.json())
    assert (found.type, found.status) == ("about:blank", status)
    assert found.code == found.errors[0].code == (code or found.code)
    assert found.errors[0].message in found.detail


@pytest.mark.parametrize("wrong", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GET"])
@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_a_method_that_a_route_does_not_have_is_one_problem(client, method, path, wrong):
    if wrong == method:
        return
    reply = client.request(wrong, path)
    is_problem(reply, 405, "method_not_allowed")
    assert method in reply.headers["allow"]


@pytest.mark.parametrize("suffix", ["/", "/nothing", "%00", "%ff", "/" + "a" * 5000, "/..%2f..%2fapp"])
@pytest.mark.parametrize("path", [*(path for _, path in [*OPERATIONS, *PAGES[1:]]), "/openapi.json", "/static/docs"])
def test_an_address_beside_a_route_is_one_problem(client, path, suffix):
    is_problem(client.get(path + suffix), 404, "not_found")


def takes_a_program(path):
    """Whether the operation's body has a program; else that is what is wrong with one, beside what is missing."""
    name = described(path, "POST")["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return "program" in DOCUMENT["components"]["schemas"][name]["properties"]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES.values(), ids=BAD_BODIES)
@pytest.mark.parametrize("path", POSTS)
def test_a_bad_body_is_one_problem(client, path, body, status, code):
    if status == 422 and body.startswith(b"{") and not takes_a_program(path):
        code = "missing"
    is_problem(client.post(path, body), status, code)


@pytest.mark.parametrize(("body", "status", "code"), BAD_NETS.values(), ids=BAD_NETS)
@pytest.mark.parametrize("path", OF_NETS)
def test_a_bad_net_is_one_problem(client, path, body, status, code):
    is_problem(client.post(path, body), status, code)


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "application/vnd.api+json", "\u00e9", ""])
@pytest.mark.parametrize("path", POSTS)
def test_another_media_type_is_one_problem(client, path, media_type):
    content = json.dumps(example(path, "POST")).encode()
    headers = {b"content-type": media_type.encode("latin-1")}
    is_problem(client.request("POST", path, content=content, headers=headers), 415, "media_type")


@pytest.mark.parametrize("path", POSTS)
def test_limits_are_one_problem_with_the_status_of_each(client_with, path):
    body = example(path, "POST")
    is_problem(client_with(max_body_bytes=20).post(path, body), 413, "body_too_large")
    if path not in RUNS_NOTHING:
        is_problem(client_with(max_nodes=2).post(path, body), 422, "too_large")
    is_problem(client_with(max_reply_elements=2).post(path, body), 422, "too_large")
    late = client_with(deadline_seconds=1e-6).post(path, body)
    is_problem(late, 503, "deadline_exceeded")
    assert late.headers["retry-after"] == "1"


def test_no_route_is_left_out():
    mounted = [each for each in create_app(Settings()).routes if isinstance(each, Mount)]
    assert [each.path for each in mounted] == ["/static"]
    assert len(EVERYTHING) == len(set(EVERYTHING)) >= 11
