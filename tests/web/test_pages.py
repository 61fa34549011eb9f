"""Pages, assets and the catalogue: what a browser keeps, and what it asks for again."""

import re

import pytest

from app.schemas import catalogue, network_catalogue
from app.web.assets import Assets
from app.web.pages import coded

CATALOGUE = {
    "ops": catalogue.OpsReply,
    "examples": catalogue.ExamplesReply,
    "limits": catalogue.LimitsReply,
    "version": catalogue.VersionReply,
    "datasets": network_catalogue.DatasetsReply,
    "network/options": network_catalogue.OptionsReply,
}


def test_an_asset_asked_for_again_is_not_sent_again(client):
    first = client.get("/static/docs/docs.js")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-type"].startswith("text/javascript")
    again = client.get("/static/docs/docs.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_an_asset_under_its_own_hash_is_kept_for_ever(client):
    address = client.app.state.assets.url("docs/docs.js")
    assert "?v=" in address
    assert "immutable" in client.get(address).headers["cache-control"]


def test_an_asset_under_another_hash_is_not_kept(client):
    assert client.get("/static/docs/docs.js?v=0123456789abcdef").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("asked", ["bytes=0-10", "bytes=999999-", "lorem"])
def test_an_asset_is_sent_whole_whatever_part_is_asked_for(client, asked):
    whole = client.get("/static/docs/docs.js")
    part = client.get("/static/docs/docs.js", headers={"Range": asked})
    assert (part.status_code, part.content) == (200, whole.content)
    assert part.headers["accept-ranges"] == "none"


def test_an_asset_s_hash_follows_its_content(tmp_path):
    file, assets = tmp_path / "a.js", Assets(tmp_path)
    file.write_text("one")
    before = assets.url("a.js")
    file.write_text("two!")
    assert assets.url("a.js") != before
    assert assets.url("b.js") == "/static/b.js"


def test_nothing_outside_the_assets_is_served(client):
    for path in ("/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/..%2fpyproject.toml"):
        assert client.get(path).status_code == 404


def test_the_page_is_never_kept_because_its_nonce_is_fresh(client):
    reply = client.get("/")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_catalogue_is_as_documented_and_cached_by_etag(client, name):
    reply = client.get(f"/api/v1/{name}")
    CATALOGUE[name].model_validate(reply.json())
    again = client.get(f"/api/v1/{name}", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_ops_have_at_least_a_formula_and_a_source(client):
    ops = client.get("/api/v1/ops").json()["ops"]
    assert len(ops) >= 60
    assert all(op["formula"] and op["noun"] and op["doc"] and op["source"] for op in ops)


def test_every_example_runs(client):
    for example in client.get("/api/v1/examples").json()["examples"]:
        reply = client.post("/api/v1/backprop", {"program": example["program"], "include": ["steps", "formulas"]})
        assert reply.status_code == 200, (example["id"], reply.text)


def test_limits_are_the_settings_in_force(client_with):
    limits = client_with(max_nodes=77, deadline_seconds=1.5).get("/api/v1/limits").json()
    assert (limits["nodes"], limits["deadline_seconds"]) == (77, 1.5)


def test_the_reference_says_how_a_packed_reply_is_read_and_where_its_reader_is(client):
    page = client.get("/docs").text
    section = page[page.index('id="large"') : page.index('id="parts"')]
    words = ["packed", "known", "include_most", "BPP1", "little-endian", "grad of target", "upstream · local"]
    assert [word for word in words if word not in section] == []
    (reader,) = re.findall(r'href="(/[^"]*unpack\.js[^"]*)"', section)
    assert "BPP1" in client.get(reader).text


def test_health_says_ready_until_the_server_is_told_to_stop(client_with):
    own = client_with()
    assert own.get("/readyz").json() == {"status": "ready"}
    own.app.state.work.stopping.set()
    assert own.get("/readyz").status_code == 503
    assert own.get("/healthz").json() == {"status": "ok"}


def test_openapi_describes_every_route_with_its_errors(client):
    document = client.get("/openapi.json").json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described >= {("POST", f"/api/v1/{name}") for name in ("backprop", "cell", "jacobian", "network/boundary")}
    assert {each for each in described if each[0] == "GET"} == {
        ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/api/v1/network/optimizers")
    } | {("GET", f"/api/v1/{name}") for name in CATALOGUE}  # fmt: skip
    replies = document["paths"]["/api/v1/backprop"]["post"]["responses"]
    assert set(replies) == {"200", "400", "413", "415", "422", "429", "503"}
    refused = [reply for status, reply in replies.items() if status != "200"]
    assert all(list(reply["content"]) == ["application/problem+json"] for reply in refused)
    assert {"program", "network"} <= set(document["components"]["schemas"]["BackpropRequest"]["properties"])


def test_every_reference_in_openapi_leads_somewhere(client):
    reply = client.get("/openapi.json")
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', reply.text))
    assert names <= set(reply.json()["components"]["schemas"])
    assert {"Problem", "NodeReply", "Summary", "Block"} <= names


def test_the_reference_shows_every_operation_and_every_field(client):
    html = client.get("/docs").text
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in html
    for name in document["components"]["schemas"]["BackpropRequest"]["properties"]:
        assert f"<code>{name}</code>" in html


def test_what_stands_between_backticks_in_the_reference_is_code(client):
    html = client.get("/docs").text
    assert "`" not in html.replace("<textarea", "").partition("<main>")[2]
    assert "<code>Server-Timing</code>" in html
    assert str(coded("a `b<c>` & d")) == "a <code>b&lt;c&gt;</code> &amp; d"
