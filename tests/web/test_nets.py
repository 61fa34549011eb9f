"""The endpoints about nets: compile, algorithm, boundary, initialisers, data sets, options."""

import base64

import numpy as np
import pytest

NET = {
    "input": 2,
    "layers": [
        {"type": "dense", "units": 3, "activation": "tanh"},
        {"type": "dense", "units": 1, "activation": "sigmoid"},
    ],
    "loss": "bce",
    "data": {"dataset": "xor", "samples": 16},
    "seed": 4,
}


def asked(client, path, **fields):
    reply = client.post(f"/api/v1/{path}", {"network": NET} | fields)
    assert reply.status_code == 200, reply.text
    return reply.json()


def refused(client, path, **fields):
    reply = client.post(f"/api/v1/{path}", {"network": NET} | fields)
    assert reply.status_code == 422, reply.text
    return reply.json()["errors"][0]


def test_a_compiled_net_is_the_one_that_backprop_runs(client):
    compiled, run = asked(client, "network/compile"), asked(client, "backprop")
    assert compiled["program"] == run["program"]
    assert {name: each["value"] for name, each in compiled["parameters"].items()} == {
        name: run["values"][name] for name in run["network"]["parameters"]
    }
    assert compiled["data"]["x"] == run["values"]["x"]
    assert compiled["count"] == 13


def test_compiling_says_what_changed_that_needs_new_weights(client):
    more = {**NET, "layers": [{**NET["layers"][0], "units": 4}, NET["layers"][1]]}
    assert asked(client, "network/compile", before=more)["resets"] == ["layers"]
    assert asked(client, "network/compile", before=NET | {"loss": "mse"})["resets"] == []
    assert asked(client, "network/compile")["resets"] is None
    assert refused(client, "network/compile", before={**NET, "loss": "x"})["field"] == "before.loss"


@pytest.mark.parametrize(
    "change",
    [{"l1": 0.1}, {"l2": 0.5}, {"data": NET["data"] | {"noise": 0.4}}, {"data": NET["data"] | {"test_fraction": 0.5}},
     {"data": {"dataset": "circle", "samples": 30}}, {"reduction": "sum"}],
    ids=str,
)  # fmt: skip
def test_regularisers_noise_and_data_never_reset_weights(client, change):
    before, after = asked(client, "network/compile"), asked(client, "network/compile", network=NET | change, before=NET)
    assert after["resets"] == []
    assert after["parameters"] == before["parameters"]


@pytest.mark.parametrize("change", [{"optimizer": {"name": "sgd", "learning_rate": 0.7}}, {"batch_size": 3}], ids=str)
def test_learning_rate_and_batch_size_are_no_part_of_a_net_and_go_on_from_its_weights(client, change):
    refused(client, "network/compile", network=NET | change)
    begun = asked(client, "network/train", steps=4, batch_size=8, stream=False, checkpoint_every=2)["history"][-1]
    gone_on = asked(client, "network/train", steps=6, stream=False, resume=begun, checkpoint_every=1, **change)
    assert gone_on["history"][0]["parameters"] == begun["parameters"]


def test_the_seed_beside_a_net_is_taken_where_the_net_has_none(client):
    plain = {name: value for name, value in NET.items() if name != "seed"}
    beside = client.post("/api/v1/network/compile", {"network": plain, "seed": 4}).json()
    assert beside["parameters"] == asked(client, "network/compile")["parameters"]


def test_the_algorithm_s_arrays_are_those_of_backprop(client):
    steps, run = asked(client, "network/algorithm"), asked(client, "backprop")
    for name, part in steps["parts"].items():
        if part["part"] == "value":
            assert steps["arrays"][name] == run["values"][part["variable"]], name
    np.testing.assert_allclose(steps["arrays"]["dW1"], run["gradients"]["W1"], rtol=1e-12)
    np.testing.assert_allclose(steps["arrays"]["delta2"], run["layers"][1]["delta"], rtol=1e-12)
    assert steps["examples"] == 12


def test_the_mean_of_all_examples_gradients_is_the_batch_s(client):
    whole = asked(client, "network/algorithm")
    each = [asked(client, "network/algorithm", sample=row) for row in range(whole["examples"])]
    assert [one["sample"] for one in each] == list(range(12))
    for name in ("dW1", "db1", "dW2", "db2"):
        mean = np.mean([one["arrays"][name] for one in each], axis=0)
        np.testing.assert_allclose(mean, whole["arrays"][name], atol=1e-15)


def test_an_example_that_there_is_not_is_refused(client):
    assert refused(client, "network/algorithm", sample=12)["field"] == "network.data.rows"


def test_every_factor_of_an_equation_is_an_array_of_the_reply_in_its_shape(client):
    found = asked(client, "network/algorithm")
    for step in found["steps"]:
        for equation in step["equations"]:
            for factor in (*equation["row"]["factors"], *equation["column"]["factors"], equation["column"]["result"]):
                shape = np.shape(found["arrays"][factor["array"]])
                assert tuple(factor["shape"]) == (shape[::-1] if factor["transposed"] else shape)


def test_a_boundary_in_binary_has_the_numbers_of_rows(client):
    grid = {"x": [-1, 1], "y": [-2, 2], "resolution": 7}
    rows = asked(client, "network/boundary", grid=grid)
    packed = asked(client, "network/boundary", grid=grid, encoding="binary")
    for plain, block in zip(rows["layers"], packed["layers"], strict=True):
        sent = np.frombuffer(base64.b64decode(block["values"]["float32"]), "<f4").reshape(block["values"]["shape"])
        np.testing.assert_allclose(sent, plain["values"], rtol=1e-6, atol=1e-7)
    assert rows["grid"]["y"] == np.linspace(-2, 2, 7).tolist()
    assert rows["decision"] == {"kind": "threshold", "at": 0.5}
    assert [each["name"] for each in asked(client, "network/boundary", neurons=False)["layers"]] == ["layer 2"]


@pytest.mark.parametrize(
    ("grid", "field"),
    [
        ({"resolution": 1}, "grid.resolution"), ({"resolution": 101}, "grid.resolution"), ({"x": [1, -1]}, "grid.x"),
        ({"x": [0]}, "grid.x[1]"), ({"axes": [0, 2]}, "grid.axes"), ({"axes": [1, 1]}, "grid.axes"),
        ({"size": 3}, "grid.size"),
    ],
)  # fmt: skip
def test_a_bad_grid_is_named_with_its_path(client, grid, field):
    assert refused(client, "network/boundary", grid=grid)["field"] == field


def test_initialisers_are_counted_over_the_same_edges_and_every_number_is_counted(client):
    found = asked(client, "network/initialisers", initializers=["zeros", "he_normal", "orthogonal"], bins=6)["starts"]
    assert [each["initializer"] for each in found] == ["zeros", "he_normal", "orthogonal"]
    edges = {(each["layers"][0]["activations"]["low"], each["layers"][0]["activations"]["high"]) for each in found}
    assert len(edges) == 1
    for start in found:
        for layer, units in zip(start["layers"], (3, 1), strict=True):
            assert sum(layer["activations"]["counts"]) + layer["activations"]["nonfinite"] == 12 * units
            slopes = layer["gradients"]
            assert sum(slopes["counts"]) + slopes["zeros"] + slopes["nonfinite"] == 12 * units
    assert "symmetric" in {each["code"] for each in found[0]["health"]}


def test_an_unknown_initialiser_is_refused_with_the_nearest(client):
    error = refused(client, "network/initialisers", initializers=["zeros", "he_norm"])
    assert (error["field"], error["hint"]) == ("initializers[1]", "did you mean `he_normal`?")


def test_every_data_set_of_the_list_compiles_with_its_own_features(client):
    for each in client.get("/api/v1/datasets").json()["datasets"]:
        several = {"units": max(each["outputs"], 2), "type": "dense"}
        net = {"input": each["features"], "data": {"dataset": each["name"]}, "loss": "cross_entropy"}
        if each["task"] == "regression":
            several, net = {"units": 1, "type": "dense"}, net | {"loss": "mse"}
        reply = client.post("/api/v1/network/compile", {"network": net | {"layers": [several]}})
        assert reply.status_code == 200, reply.text
        assert len(each["preview"]["x"]) == len(each["preview"]["y"]) == 60


def test_every_option_of_the_list_is_taken(client):
    options = client.get("/api/v1/network/options").json()
    small = {"data": {"x": [[0.5, 1]], "y": [[1]]}, "input": 2}
    for activation in options["activations"]:
        layers = [{"type": "dense", "units": 2, "activation": activation["name"]}, {"type": "dense", "units": 1}]
        assert client.post("/api/v1/backprop", {"network": small | {"layers": layers}}).status_code == 200
    for initializer in options["initializers"]:
        net = small | {"layers": [{"type": "dense", "units": 1}], "initializer": initializer["name"]}
        assert client.post("/api/v1/backprop", {"network": net}).status_code == 200
    for loss in options["losses"]:
        classes = loss["targets"] == "class numbers"
        last = {"type": "dense", "units": 2 if classes else 1, "activation": "sigmoid"}
        net = small | {"layers": [last], "loss": loss["name"], "data": {"x": [[0.5, 1]], "y": [1]}}
        assert client.post("/api/v1/backprop", {"network": net}).status_code == 200, loss


def test_limits_say_how_large_a_net_may_be(client):
    limits = client.get("/api/v1/limits").json()["network"]
    assert (limits["features"], limits["units"], limits["hidden_layers"]) == (64, 64, 8)


def test_a_net_too_large_for_its_text_runs_with_its_arrays_left_open(client):
    net = {"input": [1, 8, 8], "loss": "cross_entropy", "data": {"dataset": "digits", "samples": 100}, "layers": [
        {"type": "conv2d", "channels": 4, "padding": 1, "activation": "relu"}, {"type": "max_pool"},
        {"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"},
    ]}  # fmt: skip
    found = client.post("/api/v1/backprop", {"network": net}).json()
    assert found["network"]["open"] == ["x"]
    compiled = client.post("/api/v1/network/compile", {"network": net}).json()
    again = client.backprop(found["program"], inputs={"x": compiled["data"]["x"]}, output="loss")
    assert again["output"]["value"] == found["loss"]
