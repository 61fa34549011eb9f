"""`POST /api/v1/network/train`: records and events, going on from a checkpoint, and what ends a training early."""

import asyncio
import http.client
import json
import os
import signal
import threading
import time
from base64 import b64decode

import numpy as np
import pytest

from app.schemas.progress import Session
from app.web import trainings
from app.web.app import create_app
from app.web.settings import Settings
from tests.web.test_serving import server, stop

TRAIN = "/api/v1/network/train"
NETWORK = {
    "input": 2,
    "layers": [
        {"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense", "units": 1, "activation": "sigmoid"},
    ],
    "loss": "bce", "data": {"dataset": "xor", "samples": 40},
}  # fmt: skip
ADAM = {"name": "adam", "learning_rate": 0.05}


def body(**fields):
    return {"network": NETWORK, "optimizer": ADAM, "stream": False} | fields


def trained(client, **fields):
    reply = client.post(TRAIN, body(**fields))
    assert reply.status_code == 200, reply.text
    return reply.json()


def events(text):
    """Name and data of each event."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_history_begins_before_the_first_update_and_descends_by_its_own_gradients(client):
    found = trained(client, optimizer={"name": "sgd", "learning_rate": 0.5}, steps=3, checkpoint_every=1)
    assert [each["step"] for each in found["history"]] == [0, 1, 2, 3]
    for before, after in zip(found["history"], found["history"][1:], strict=False):
        network = NETWORK | {"parameters": before["parameters"]}
        run = client.post("/api/v1/backprop", {"network": network}).json()
        np.testing.assert_allclose(run["loss"], before["loss"], rtol=1e-12)
        for name, gradient in run["gradients"].items():
            if name in before["parameters"]:
                stepped = np.array(before["parameters"][name]) - 0.5 * np.array(gradient)
                np.testing.assert_allclose(after["parameters"][name], stepped, rtol=1e-11)
    assert found["parameters"] == found["history"][-1]["parameters"]
    assert np.shape(found["outputs"]) == (30, 1)
    assert np.sum(found["confusion"]["train"]) == 30


def test_a_stream_has_the_same_records_and_one_end(client):
    fields = {"steps": 6, "checkpoint_every": 3, "batch_size": 8, "shuffle": True}
    at_once, reply = trained(client, **fields), client.post(TRAIN, body(**fields, stream=True))
    assert reply.headers["content-type"].startswith("text/event-stream")
    found = events(reply.text)
    assert [name for name, _ in found] == ["progress"] * 7 + ["done"]
    history = at_once.pop("history")
    assert [data for _, data in found[:-1]] == history
    assert found[-1][1] == at_once
    assert ["parameters" in each for each in history] == [step % 3 == 0 for step in range(7)]


@pytest.mark.parametrize("encoding", ["rows", "binary"])
@pytest.mark.parametrize("optimizer", [{"name": "sgd", "momentum": 0.9}, ADAM, {"name": "nadam"}])
def test_a_record_sent_back_whole_is_gone_on_from_to_the_last_bit(client, encoding, optimizer):
    fields = {"optimizer": optimizer, "batch_size": 7, "shuffle": True, "encoding": encoding}
    fields["schedule"] = {"name": "cosine", "warmup": 2}
    whole = trained(client, steps=12, checkpoint_every=4, **fields)
    rest = trained(client, steps=8, resume=whole["history"][4], checkpoint_every=4, **fields)
    assert rest["history"] == whole["history"][4:]
    assert rest["parameters"] == whole["parameters"]


def test_a_branch_goes_on_with_other_settings(client):
    record = trained(client, steps=5)["history"][-1]
    other = trained(client, steps=5, resume=record, optimizer={"name": "sgd", "learning_rate": 1.0}, l2=0.1)
    assert [each["step"] for each in other["history"]] == list(range(5, 11))
    assert other["state"] == {"optimizer": {}, "updates": 5}


def test_binary_holds_the_numbers_of_rows(client):
    rows, binary = (trained(client, steps=2, encoding=each)["parameters"] for each in ("rows", "binary"))
    numbers = np.frombuffer(b64decode(binary["float64"]), "<f8")
    assert numbers.tolist() == [float(n) for value in rows.values() for n in np.ravel(value)]
    assert binary["shapes"] == {name: list(np.shape(value)) for name, value in rows.items()}


def test_the_state_may_come_less_often_than_the_parameters(client):
    found = trained(client, steps=6, checkpoint_every=1, state_every=3, progress_every=2)["history"]
    assert ["parameters" in each for each in found] == [True] * 7
    assert ["state" in each for each in found] == [step % 3 == 0 for step in range(7)]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"optimizer": "adamm"}, "unknown_name", "optimizer"),
        ({"optimizer": {"learning_rate": 1}}, "unknown_name", "optimizer.name"),
        ({"optimizer": {"name": "sgd", "lr": 1}}, "extra_forbidden", "optimizer.lr"),
        ({"optimizer": {"name": "adam", "betas": [0.9, 2]}}, "out_of_range", "optimizer.betas"),
        ({"optimizer": 3}, "value_error", "optimizer"),
        ({"schedule": {"name": "step", "gamma": "x"}}, "number", "schedule.gamma"),
        ({"steps": -1}, "greater_than_equal", "steps"),
        ({"steps": 1, "epochs": 1}, "value_error", None),
        ({"batch_size": 0}, "greater_than_equal", "batch_size"),
        ({"clip_norm": 0}, "greater_than", "clip_norm"),
        ({"clip_norm": "NaN"}, "float_type", "clip_norm"),
        ({"freeze": ["W1", "W9"]}, "unknown_name", "freeze[1]"),
        ({"l1": -1}, "greater_than_equal", "l1"),
        ({"network": NETWORK | {"loss": "best"}}, "unknown_name", "network.loss"),
        ({"resume": {"step": 1}}, "dict_type", "resume.parameters"),
        ({"resume": {"step": 1.5, "parameters": {}}}, "int_type", "resume.step"),
        ({"resume": {"step": 1, "parameters": {}, "other": 1}}, "extra_forbidden", "resume.other"),
        ({"resume": {"step": 1, "parameters": {"W1": [[1]]}}}, "missing", "resume.parameters.b1"),
        ({"resume": {"step": 1, "parameters": {"float64": "AAAA"}}}, "bad_argument", "resume.parameters.float64"),
        ({"resume": {"step": 1, "parameters": {"float64": 3}}}, "bad_argument", "resume.parameters.float64"),
        ({"steps": 1_000_000, "checkpoint_every": 1}, "too_large", None),
    ],
)
def test_a_bad_field_is_named(client, fields, code, field):
    reply = client.post(TRAIN, body(**fields))
    assert reply.status_code == 422, reply.text
    error = reply.json()["errors"][0]
    assert (error["code"], error.get("field")) == (code, field)


def test_a_training_out_of_time_tells_where_to_go_on(client_with):
    own = client_with(training_seconds=0.05)
    fields = {"steps": 1_000_000, "progress_every": 1000}
    found = events(own.post(TRAIN, body(**fields, stream=True)).text)
    (last, record), (end, problem) = found[-2:]
    assert (last, end) == ("progress", "error")
    assert (problem["status"], problem["code"]) == (503, "deadline_exceeded")
    assert set(record) >= {"parameters", "state"} and record["step"] > 0
    reply = own.post(TRAIN, body(**fields))
    assert (reply.status_code, reply.json()["code"]) == (503, "deadline_exceeded")


SLOW = {**NETWORK, "layers": [*NETWORK["layers"][:1], {"type": "layer_norm"}, *NETWORK["layers"][1:]]}


def test_a_net_that_needs_the_engine_is_trained_too_and_told_where_to_go_on(client_with):
    own = client_with(training_seconds=0.3)
    found = events(own.post(TRAIN, body(network=SLOW, steps=1_000_000, progress_every=1000, stream=True)).text)
    assert [name for name, _ in found[-2:]] == ["progress", "error"]
    assert trained(own, network=SLOW, steps=2)["history"][2]["step"] == 2


async def open_stream(app, until):
    """Post a training without an end and leave after `until` chunks; the events that came."""
    content = json.dumps(body(steps=1_000_000, progress_every=100, stream=True)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    scope = {"type": "http", "method": "POST", "path": TRAIN, "raw_path": TRAIN.encode(), "query_string": b"",
             "headers": headers, "http_version": "1.1", "scheme": "http",
             "asgi": {"version": "3.0", "spec_version": "2.3"},
             "server": ("test", 80), "client": ("test", 1), "root_path": ""}  # fmt: skip
    left, chunks, sent = asyncio.Event(), [], False

    async def receive():
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": content, "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.body" and message["body"]:
            chunks.append(message["body"])
            if len(chunks) == until:
                left.set()

    await asyncio.wait_for(app(scope, receive, send), timeout=20)
    return b"".join(chunks).decode()


def test_a_training_ends_when_its_client_leaves():
    app = create_app(Settings())
    found = asyncio.run(open_stream(app, 2))
    assert "event: done" not in found
    app.state.trainings.refuse_if_full()
    assert app.state.trainings._running == 0


def test_trainings_above_their_number_are_429():
    app = create_app(Settings(trainings=1))

    async def both():
        first = asyncio.create_task(open_stream(app, 5))
        while not app.state.trainings._running:
            await asyncio.sleep(0)
        second = await open_stream(app, 1)
        await first
        return second

    assert json.loads(asyncio.run(both()))["code"] == "too_many_requests"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_a_server_that_stops_tells_its_trainings_where_to_go_on():
    with server() as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        content = json.dumps(body(steps=1_000_000, progress_every=100, stream=True))
        connection.request("POST", TRAIN, content, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        first = reply.read1()
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        rest = reply.read()
        _, wrong = stop(process)
    assert b"event: progress" in first
    found = events((first + rest).decode())
    assert [name for name, _ in found[-2:]] == ["progress", "error"]
    assert found[-1][1]["code"] == "stopping"
    assert "state" in found[-2][1]
    assert "Traceback" not in wrong
    assert time.monotonic() - began < 5


def test_a_stream_whose_step_takes_long_says_that_it_still_trains(client, monkeypatch):
    monkeypatch.setattr(trainings, "HEARTBEAT_SECONDS", 0.01)
    again = threading.Event()
    work = Session.work

    def held(self, *given):  # until a heartbeat was sent
        again.wait(60)
        return work(self, *given)

    beat = trainings.HEARTBEAT
    monkeypatch.setattr(Session, "work", held)
    monkeypatch.setattr(trainings, "HEARTBEAT", Noticed(beat, again))
    reply = client.post(TRAIN, body(steps=2, stream=True))
    assert reply.text.startswith(beat.decode())
    assert beat.startswith(b":")  # a comment, which is no event
    assert [name for name, _ in events(reply.text)] == ["progress"] * 3 + ["done"]


class Noticed(bytes):
    """Bytes that tell when they are sent: when they are put behind others."""

    def __new__(cls, text, event):
        made = super().__new__(cls, text)
        made.event = event
        return made

    def __radd__(self, other):
        self.event.set()
        return other + bytes(self)
