"""`POST /api/v1/network/export`: every format, with the parameters of a training."""

import base64
import io
import json

import numpy as np
import pytest

from app.nets import export
from app.nets.export_words import NUMPY

NETWORK = {
    "input": 2, "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
    "data": {"dataset": "xor", "samples": 20},
}  # fmt: skip


def exported(client, **fields):
    reply = client.post("/api/v1/network/export", {"network": NETWORK} | fields)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_what_was_trained_is_what_is_taken_away(client):
    trained = client.post("/api/v1/network/train", {
        "network": NETWORK, "steps": 3, "stream": False, "encoding": "binary",
    }).json()  # fmt: skip
    taken = {"parameters": trained["parameters"]}
    plain = json.loads(exported(client, format="json", **taken)["text"])
    numbers = np.frombuffer(base64.b64decode(trained["parameters"]["float64"]), "<f8")
    assert [float(n) for value in plain.values() for n in np.ravel(value)] == numbers.tolist()
    archive = exported(client, format="npz", **taken)
    found = np.load(io.BytesIO(base64.b64decode(archive["base64"])))
    assert archive["name"] == "net.npz" and found["W1"].tolist() == plain["W1"]
    assert base64.b64decode(exported(client, format="safetensors", **taken)["base64"])[8:9] == b"{"
    for kind in ("numpy", "torch"):
        program = exported(client, format=kind, **taken)
        assert program["name"] == "net.py" and repr(plain["W2"][0][0]) in program["text"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"format": "onnx"}, "literal_error"), ({"format": "json", "parameters": {"W1": 1}}, "missing")],
)
def test_a_bad_field_is_named(client, fields, code):
    reply = client.post("/api/v1/network/export", {"network": NETWORK} | fields)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


def test_a_function_that_the_target_has_no_words_for_is_named_with_its_layer(client, monkeypatch):
    monkeypatch.setattr(export, "NUMPY", {name: text for name, text in NUMPY.items() if name != "tanh"})
    reply = client.post("/api/v1/network/export", {"network": NETWORK, "format": "numpy"})
    error = reply.json()["errors"][0]
    assert (reply.status_code, error["code"], error["field"]) == (422, "unsupported", "format")
    assert "layer 1: its function tanh" in error["message"]
