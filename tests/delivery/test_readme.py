"""Every line of code in README.md is tried: commands exist, Python runs, requests get the replies that are shown."""

import json
import shlex
import tomllib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import run
from app.web.app import create_app
from tests.delivery.readme import Block, blocks, commands, differences

README = run.ROOT / "README.md"
FOUND = blocks(README)
SHELL = [
    pytest.param(line, id=line[:60]) for block in FOUND if block.language in ("sh", "bash") for line in commands(block)
]
PYTHON = [pytest.param(block, id=str(block)) for block in FOUND if block.language == "python"]
JSON = [pytest.param(i, id=str(block)) for i, block in enumerate(FOUND) if block.language == "json"]
KNOWN = {"sh", "bash", "python", "json", "text"}
PREPARES = {"git", "cd", "docker", "uv", "python3 -m venv", ". .venv/bin/activate"}
"""What a person does around our own commands; these need a network, a daemon or a shell of their own."""


@pytest.fixture
def client():
    with TestClient(create_app()) as api:
        yield api


def test_every_block_says_what_it_is():
    assert [str(block) for block in FOUND if block.language not in KNOWN] == []


def test_the_two_commands_stand_there():
    lines = [line for block in FOUND for line in commands(block)]
    assert {"python3 run.py", "python3 run.py test"} <= set(lines)


@pytest.mark.parametrize("line", SHELL)
def test_a_command_is_one_that_there_is(line, client):
    words = shlex.split(line)
    if words[:2] == ["python3", "run.py"]:
        assert not words[2:] or words[2].startswith("--") or words[2] in run.TASKS
    elif words[0] == "curl":
        assert sent(client, words).status_code == 200
    elif words[0] in ("pip", "backprop-visualizer") or words[1:3] == ["-m", "app"]:
        assert words[0] in scripts() or words[1] in ("install", "-m")
    else:
        assert any(line.startswith(known) for known in PREPARES), f"README: {line!r} is not checked by any rule here"


def scripts():
    return tomllib.loads((run.ROOT / "pyproject.toml").read_text())["project"]["scripts"]


def sent(client, words):
    """The reply to what a curl line asks of our server."""
    address = next(word for word in words if "/api/" in word or word.endswith(("z", "/openapi.json")))
    path = "/" + address.split("//")[-1].partition("/")[2]
    flags = [i for i, word in enumerate(words) if word in ("-d", "--data", "--json")]
    if not flags:
        return client.get(path)
    body = words[flags[0] + 1]
    return client.post(path, content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("block", PYTHON)
def test_python_runs_as_it_stands(block, client, monkeypatch):
    httpx = pytest.importorskip("httpx")
    monkeypatch.setattr(httpx, "post", lambda url, **options: client.post(path_of(url), **options))
    monkeypatch.setattr(httpx, "get", lambda url, **options: client.get(path_of(url), **options))
    exec(compile(block.text, f"{README.name}:{block.line}", "exec"), {"__name__": "readme"})


def path_of(url):
    return "/" + url.split("//")[-1].partition("/")[2]


@pytest.mark.parametrize("index", JSON)
def test_a_shown_reply_is_what_the_api_answers(index, client):
    asked = [line for block in FOUND[:index] for line in commands(block) if line.startswith("curl")]
    if asked and not is_request(FOUND[index]):
        reply = sent(client, shlex.split(asked[-1])).json()
    else:
        request = next(block for block in reversed(FOUND[: index + 1]) if is_request(block))
        reply = client.post("/api/v1/backprop", json=json.loads(request.text)).json()
        assert "nodes" in reply, reply
    assert is_request(FOUND[index]) or differences(json.loads(FOUND[index].text), reply) == []


def is_request(block):
    return block.language == "json" and "program" in json.loads(block.text) and "nodes" not in json.loads(block.text)


def test_the_pictures_are_there():
    text = README.read_text(encoding="utf-8")
    named = [part.partition(")")[0] for part in text.split("](")[1:]]
    local = [name for name in named if "://" not in name and not name.startswith("#")]
    assert [name for name in local if not (README.parent / name.partition("#")[0]).exists()] == []


# The comparison above is worth what it notices.


@pytest.mark.parametrize(
    ("shown", "got"),
    [({"a": 1}, {"a": 1, "b": 2}), ([1], [1, 2]), (2.01, 2.0104), ({"x": [0.5]}, {"x": [0.5, 1]}), (None, None)],
)
def test_more_digits_and_more_fields_are_no_difference(shown, got):
    assert differences(shown, got) == []


@pytest.mark.parametrize(
    ("shown", "got"), [({"a": 1}, {}), ([1, 2], [1]), (2.01, 2.02), ("x", "y"), ({"a": [1]}, {"a": [2]}), (6, None)]
)
def test_a_wrong_reply_is_noticed(shown, got):
    assert differences(shown, got) != []


def test_blocks_are_found_with_their_line(tmp_path: Path):
    file = tmp_path / "R.md"
    file.write_text("# A\n\n```sh\npython3 run.py  # starts\n```\n\ntext\n\n```json\n{}\n```\n")
    assert blocks(file) == [Block("sh", "python3 run.py  # starts\n", 3), Block("json", "{}\n", 9)]
    assert list(commands(blocks(file)[0])) == ["python3 run.py"]
