"""`POST /api/v1/network/landscape`: what is sent back leads to the point that it shows."""

import numpy as np
import pytest

NETWORK = {
    "input": 2, "layers": [{"type": "dense", "units": 2, "activation": "tanh"}, {"type": "dense", "units": 1}],
    "data": {"dataset": "xor", "samples": 20}, "l2": 0.01,
}  # fmt: skip


def seen(client, **fields):
    reply = client.post("/api/v1/network/landscape", {"network": NETWORK} | fields)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_gradient_in_the_plane_is_that_of_the_two_parameters(client):
    axes = {"kind": "parameters", "x": "W1[1,0]", "y": "b2[0]"}
    found = seen(client, directions=axes, point=[0.5, -0.25], grid={"resolution": 3})
    point = found["point"]
    run = client.post("/api/v1/backprop", {"network": NETWORK | {"parameters": point["parameters"]}}).json()
    np.testing.assert_allclose(run["loss"], point["loss"], rtol=1e-12)
    wanted = [run["gradients"]["W1"][1][0], run["gradients"]["b2"][0]]
    np.testing.assert_allclose(point["gradient"], wanted, rtol=1e-9)
    assert point["parameters"]["W1"][1][0] == found["center"]["W1"][1][0] + 0.5
    assert found["origin"]["x"] == found["center"]["W1"][1][0]
    assert np.shape(found["loss"]) == (3, 3) and found["labels"] == {"x": "W1[1,0]", "y": "b2[0]"}


def test_a_race_starts_at_the_point_and_a_training_is_projected(client):
    optimizer = {"name": "sgd", "learning_rate": 0.2}
    training = client.post("/api/v1/network/train", {
        "network": NETWORK, "optimizer": optimizer, "steps": 5, "checkpoint_every": 1, "stream": False,
    }).json()["history"]  # fmt: skip
    way = [each["parameters"] for each in training]
    found = seen(client, trajectory=way, race=[{"optimizer": optimizer, "steps": 5}, {"optimizer": "adam"}])
    race = found["race"]
    assert [each["optimizer"]["name"] for each in race] == ["sgd", "adam"]
    np.testing.assert_allclose(race[0]["path"], found["trajectory"]["path"], atol=1e-12)
    np.testing.assert_allclose(found["trajectory"]["loss"], [each["loss"] for each in training], rtol=1e-12)
    np.testing.assert_allclose(race[1]["path"][0], [0.0, 0.0], atol=1e-12)


def test_directions_sent_back_span_the_same_plane(client):
    first = seen(client, encoding="binary", grid={"resolution": 4})
    given = {"kind": "given", **first["directions"]}
    again = seen(client, center=first["center"], directions=given, grid={"resolution": 4})
    assert again["loss"] == first["loss"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"directions": {"kind": "parameters", "x": "W1[0,0]", "y": "W1[0,0]"}}, "bad_argument", "directions"),
        ({"directions": {"kind": "parameters", "x": "W1[0,2]", "y": "b1[0]"}}, "bad_argument", "directions.x"),
        ({"directions": {"kind": "parameters", "x": "W1", "y": "b1[0]"}}, "bad_argument", "directions.x"),
        ({"directions": {"kind": "parameters", "x": "V[0]"}}, "unknown_name", "directions.x"),
        ({"directions": {"kind": "given", "x": 3}}, "dict_type", "directions.x"),
        ({"directions": {"kind": "straight"}}, "literal_error", "directions.kind"),
        ({"grid": {"resolution": 1000}}, "less_than_equal", "grid.resolution"),
        ({"grid": {"x": [0.0]}}, "too_short", "grid.x"),
        ({"point": [0.0, "x"]}, "float_type", "point[1]"),
        ({"race": [{"optimizer": "adam"}] * 5}, "too_long", "race"),
        ({"race": [{"optimizer": "best"}]}, "unknown_name", "race[0].optimizer"),
        ({"trajectory": [{"W1": 1}]}, "missing", "trajectory[0].b1"),
        ({"center": {"W1": [[1]]}}, "missing", "center.b1"),
    ],
)
def test_a_bad_field_is_named(client, fields, code, field):
    reply = client.post("/api/v1/network/landscape", {"network": NETWORK} | fields)
    assert reply.status_code == 422, reply.text
    error = reply.json()["errors"][0]
    assert (error["code"], error.get("field")) == (code, field)


def test_without_a_resolution_the_reply_says_by_its_points_how_fine_it_is(client):
    found = client.post("/api/v1/network/landscape", {"network": NETWORK}).json()
    assert len(found["x"]) == len(found["y"]) == len(found["loss"]) == len(found["loss"][0]) == 25
    sequence = {"type": "lstm", "units": 8, "sequence": True}
    large = {
        "input": [12, 3], "data": {"x": [[[0.1 * i, -0.2, 0.3]] * 12 for i in range(300)], "y": [[1.0]] * 300},
        "layers": [sequence, {"type": "attention", "units": 8}, {"type": "flatten"}, {"type": "dense", "units": 1}],
    }  # fmt: skip
    reply = client.post("/api/v1/network/landscape", {"network": large})
    assert reply.status_code == 200, reply.text
    assert 3 <= len(reply.json()["x"]) == len(reply.json()["loss"][0]) < 25
