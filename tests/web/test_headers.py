"""Security headers, CORS, compression: on every reply, errors included."""

import re

import pytest

PATHS = ["/", "/docs", "/api/v1/version", "/nowhere", "/static/docs/docs.js", "/openapi.json", "/healthz"]


@pytest.mark.parametrize("path", PATHS)
def test_every_reply_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'none'" in policy
    assert "unsafe" not in policy


def test_a_fault_carries_them_too(client_with):
    own = client_with()
    own.app.state.catalogue = {}
    reply = own.get("/api/v1/ops")
    assert reply.status_code == 500
    assert "content-security-policy" in reply.headers


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_s_policy_has_the_page_s_nonce_and_a_fresh_one_each_time(client, path):
    first, second = client.get(path), client.get(path)
    nonces = [re.search(r"'nonce-([^']+)'", reply.headers["content-security-policy"])[1] for reply in (first, second)]
    assert nonces[0] != nonces[1]
    for attribute in re.findall(r'nonce="([^"]+)"', first.text):
        assert attribute == nonces[0]


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_no_page_has_script_or_style_that_its_policy_would_refuse(client, path):
    html = client.get(path).text
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", html):
        assert "src=" in tag or "nonce=" in tag, tag
    assert not re.search(r"\son\w+\s*=\s*[\"']", html)
    assert not re.search(r"<[^>]+\sstyle\s*=", html)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_no_page_names_a_foreign_host(client, path):
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", client.get(path).text)


def test_an_operator_chooses_who_may_frame_the_page(client_with):
    own = client_with(frame_ancestors=("'self'", "https://moodle.example"))
    policy = own.get("/").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://moodle.example" in policy


def test_no_other_origin_may_call_the_api_by_default(client):
    reply = client.get("/api/v1/version", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in reply.headers


def test_an_operator_may_let_an_origin_call_the_api(client_with):
    own = client_with(cors_origins=("https://lms.example",))
    allowed = own.get("/api/v1/version", headers={"Origin": "https://lms.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://lms.example"
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    asked = own.request("OPTIONS", "/api/v1/backprop", headers={"Origin": "https://lms.example", **preflight})
    assert asked.status_code == 200
    refused = own.request("OPTIONS", "/api/v1/backprop", headers={"Origin": "https://evil.example", **preflight})
    assert refused.status_code == 400
    assert refused.json()["code"] == "cors_refused"


def test_large_replies_are_compressed_for_whoever_takes_it(client):
    body = {"program": "t = 0.5\n" + "\n".join(f"x{i} = t * {i}" for i in range(50))}
    packed = client.post("/api/v1/backprop", body)
    assert packed.headers["content-encoding"] == "gzip"
    plain = client.request("POST", "/api/v1/backprop", json=body, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json()


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_as_get_without_a_body(client, path):
    head, get = client.request("HEAD", path), client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
