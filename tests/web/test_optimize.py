"""`POST /api/v1/optimize` and `/network/update`: the way of an optimizer, and one update number by number."""

import numpy as np
import pytest

from app.engine.optimizers import OPTIMIZERS

BOWL = "x = 4.0\ny = 1.0\nz = 0.05 * x**2 + y**2"


def optimized(client, **fields):
    reply = client.post("/api/v1/optimize", fields)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_a_program_descends_by_its_own_gradients(client):
    found = optimized(client, program=BOWL, optimizer={"name": "sgd", "learning_rate": 0.5}, steps=3)
    x, y = 4.0, 1.0
    for point, loss in zip(found["trajectory"], found["loss"], strict=True):
        np.testing.assert_allclose([point["x"], point["y"], loss], [x, y, 0.05 * x**2 + y**2], rtol=1e-12)
        x, y = x - 0.5 * 0.1 * x, y - 0.5 * 2 * y
    assert len(found["trajectory"]) == 4


def test_states_are_those_of_the_optimizer_by_input(client):
    found = optimized(client, program=BOWL, optimizer="adam", steps=2, wrt=["x"])
    assert [set(each) for each in found["trajectory"]] == [{"x"}] * 3
    assert found["states"][0] == {"m": {"x": 0.0}, "v": {"x": 0.0}}
    np.testing.assert_allclose(found["states"][1]["m"]["x"], 0.1 * 0.4)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_given_gradients_give_the_steps_of_the_rule(client, name):
    gradients = [[0.1, -2.0], [0.2, -1.0], [0.0, 3.0]]
    found = optimized(client, start=[1.0, 2.0], gradients=gradients, optimizer=name)
    record = OPTIMIZERS[name]
    settings = record.settings({})
    p, state = np.array([1.0, 2.0]), record.keeps(settings)
    for t, gradient in enumerate(gradients, 1):
        p, state, _ = record.rule(p, np.array(gradient), state, settings, t, np)
        assert found["trajectory"][t] == p.tolist()
    assert found["loss"] == [] and len(found["states"]) == 4


def test_lists_matrices_and_nets_are_moved_as_what_they_are(client):
    program = "w = [[1.0, 2.0], [3.0, 4.0]]\nx = [1.0, -1.0]\nloss = sum((w @ x)**2)"
    found = optimized(client, program=program, steps=1, wrt=["w"], optimizer={"name": "sgd", "learning_rate": 0.25})
    assert found["trajectory"][1]["w"] == [[1.5, 1.5], [3.5, 3.5]]
    network = {"input": 1, "layers": [{"type": "dense", "units": 1}], "data": {"x": [[1.0]], "y": [[0.0]]}}
    moved = optimized(client, network=network, steps=2)
    assert set(moved["trajectory"][2]) == {"W1", "b1"}
    assert moved["loss"][2] < moved["loss"][0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"program": "x = [1.0, 2.0]\ny = x * x"}, "not_scalar"),
        ({"program": BOWL, "wrt": ["z"]}, "bad_argument"),
        ({"program": BOWL, "optimizer": "best"}, "unknown_name"),
        ({"program": BOWL, "start": [1.0], "gradients": []}, "too_many"),
        ({"start": [1.0]}, "missing"),
        ({"start": [1.0], "gradients": [[1.0, 2.0]]}, "shape_mismatch"),
        ({"start": [1.0], "gradients": [[1.0]], "steps": 2}, "missing"),
        ({"start": [1.0], "gradients": 3}, "list_type"),
        ({"start": [0.0] * 1000, "gradients": [[0.0] * 1000] * 3000}, "too_large"),
    ],
)
def test_what_cannot_be_optimized_is_said(client_with, fields, code):
    reply = client_with(max_body_bytes=50_000_000).post("/api/v1/optimize", fields)
    assert reply.status_code == 422, reply.text
    assert reply.json()["code"] == code


NETWORK = {
    "input": 2, "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
    "data": {"dataset": "regression_plane", "samples": 20},
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_table_of_an_update_is_that_of_the_training(client, name):
    body = {"network": NETWORK, "optimizer": name, "batch_size": 4, "shuffle": True, "clip_norm": 0.1, "freeze": ["b1"]}
    history = client.post("/api/v1/network/train", body | {"stream": False, "steps": 7, "checkpoint_every": 1}).json()
    before, after = history["history"][5:7]
    table = client.post("/api/v1/network/update", body | {"resume": before}).json()
    columns = {each["term"]: each["values"] for each in table["columns"]}
    assert columns["before"] == before["parameters"] and columns["after"] == after["parameters"]
    assert set(np.ravel(columns["change"]["b1"])) == {0.0}
    assert table["step"] == 5 and len(table["rows"]) == 4 and table["clipped"] <= 1
    assert {each["term"] for each in table["columns"] if not each["tex"]} == {"gradient", "before", "change"}
    for key, kept in after["state"]["optimizer"].items():
        if isinstance(kept, dict) and key in columns:
            assert columns[key] == kept


def test_optimizers_are_listed_with_what_they_take(client):
    found = client.get("/api/v1/network/optimizers").json()
    assert [each["name"] for each in found["optimizers"]] == list(OPTIMIZERS)
    adam = next(each for each in found["optimizers"] if each["name"] == "adam")
    assert [(each["name"], each["default"]) for each in adam["fields"]][:3] == [
        ("learning_rate", 0.001), ("betas", [0.9, 0.999]), ("eps", 1e-8),
    ]  # fmt: skip
