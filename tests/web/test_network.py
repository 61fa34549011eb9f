"""`network` as the subject of /backprop: the program it is compiled to, its layers, and every bad field by its path."""

import pytest

BACKPROP = "/api/v1/backprop"
STEP = {
    "input": 2,
    "layers": [
        {"type": "dense", "units": 2, "activation": "sigmoid"},
        {"type": "dense", "units": 2, "activation": "sigmoid"},
    ],
    "loss": "half_squared_error",
    "data": {"x": [[0.05, 0.1]], "y": [[0.01, 0.99]]},
    "parameters": {
        "W1": [[0.15, 0.2], [0.25, 0.3]], "b1": [0.35, 0.35], "W2": [[0.4, 0.45], [0.5, 0.55]], "b2": [0.6, 0.6],
    },
}  # fmt: skip


def asked(client, network, **fields):
    reply = client.post(BACKPROP, {"network": network, **fields})
    assert reply.status_code == 200, reply.text
    return reply.json()


def without(net, *names):
    return {name: value for name, value in net.items() if name not in names}


def test_the_program_of_a_net_gives_the_net_s_numbers(client):
    of_net = asked(client, STEP)
    alone = client.backprop(of_net["program"])
    assert alone["values"] == of_net["values"]
    assert all(alone["gradients"][name] == slope for name, slope in of_net["gradients"].items())


def test_every_layer_has_a_scope_z_a_and_delta(client):
    found = asked(client, STEP)
    assert [each["name"] for each in found["layers"]] == ["layer 1", "layer 2"]
    assert {tuple(node["scope"]) for node in found["nodes"]} == {(), ("layer 1",), ("layer 2",), ("loss",)}
    (delta,) = found["layers"][1]["delta"]
    assert found["gradients"]["b2"] == pytest.approx(delta, rel=1e-15)
    assert found["layers"][0]["z"] == found["values"]["z1"]
    assert found["layers"][0]["a"] == found["values"]["a1"]


def test_inputs_override_a_net_s_parameters(client):
    given = asked(client, STEP, inputs={"b2": [0.0, 0.0]})
    assert given["values"]["b2"] == [0.0, 0.0]
    assert given["loss"] != asked(client, STEP)["loss"]


@pytest.mark.parametrize("encoding", ["rows", "columns", "binary", "packed"])
@pytest.mark.parametrize("detail", ["tensor", "scalar"])
def test_a_net_runs_in_every_encoding_and_detail(client, encoding, detail):
    body = {"network": STEP, "encoding": encoding, "detail": detail}
    assert client.post(BACKPROP, body).status_code == 200


DENSE = {"type": "dense", "units": 1}
BAD = {
    "no input": (without(STEP, "input"), "input", "missing"),
    "too many features": ({**STEP, "input": 65}, "input", "out_of_range"),
    "half a feature": ({**STEP, "input": 2.5}, "input", "int_type"),
    "four sizes": ({**STEP, "input": [1, 1, 1, 1]}, "input", "bad_argument"),
    "no layers": ({**STEP, "layers": []}, "layers", "out_of_range"),
    "layers that are no list": ({**STEP, "layers": {}}, "layers", "list_type"),
    "ten hidden layers": ({**STEP, "layers": [DENSE] * 11}, "layers", "out_of_range"),
    "a layer that is no object": ({**STEP, "layers": ["dense"]}, "layers[0]", "dict_type"),
    "a layer without type": ({**STEP, "layers": [{"units": 1}]}, "layers[0].type", "missing"),
    "an unknown type": ({**STEP, "layers": [{"type": "danse"}]}, "layers[0].type", "unknown_name"),
    "too many units": ({**STEP, "layers": [DENSE, {**DENSE, "units": 100}]}, "layers[1].units", "out_of_range"),
    "no units": ({**STEP, "layers": [{"type": "dense"}]}, "layers[0].units", "missing"),
    "units as text": ({**STEP, "layers": [{**DENSE, "units": "3"}]}, "layers[0].units", "int_type"),
    "units as true": ({**STEP, "layers": [{**DENSE, "units": True}]}, "layers[0].units", "int_type"),
    "an unknown field": ({**STEP, "layers": [{**DENSE, "unit": 1}]}, "layers[0].unit", "extra_forbidden"),
    "an unknown activation": (
        {**STEP, "layers": [{**DENSE, "activation": "tanH"}]}, "layers[0].activation", "unknown_name",
    ),
    "an unknown loss": ({**STEP, "loss": "mes"}, "loss", "unknown_name"),
    "a reduction that is no text": ({**STEP, "reduction": 1}, "reduction", "string_type"),
    "an unknown initialiser": ({**STEP, "initializer": "golrot"}, "initializer", "unknown_name"),
    "an initialiser's bad field": (
        {**STEP, "initializer": {"name": "normal", "std": -1}}, "initializer.std", "out_of_range",
    ),
    "a parameter of another shape": ({**STEP, "parameters": {"W1": [[1, 2]]}}, "parameters.W1", "shape_mismatch"),
    "a parameter that there is not": ({**STEP, "parameters": {"W3": [[1]]}}, "parameters.W3", "unknown_name"),
    "a ragged parameter": ({**STEP, "parameters": {"W1": [[1], [1, 2]]}}, "parameters.W1", "ragged"),
    "a text in a parameter": ({**STEP, "parameters": {"b1": [1, "x"]}}, "parameters.b1", "number"),
    "a huge number": ({**STEP, "parameters": {"b1": [1, 10**300 * 10**300]}}, None, "json_invalid"),
    "parameters as a list": ({**STEP, "parameters": []}, "parameters", "dict_type"),
    "no data": (without(STEP, "data"), "data", "missing"),
    "an unknown data set": ({**STEP, "data": {"dataset": "moon"}}, "data.dataset", "unknown_name"),
    "no targets": ({**STEP, "data": {"x": [[1, 2]]}}, "data.y", "missing"),
    "inputs of another width": ({**STEP, "data": {"x": [[1, 2, 3]], "y": [[0, 1]]}}, "data.x", "shape_mismatch"),
    "targets of another width": ({**STEP, "data": {"x": [[1, 2]], "y": [[1, 2, 3]]}}, "data.y", "shape_mismatch"),
    "too few targets": ({**STEP, "data": {"x": [[1, 2], [3, 4]], "y": [[0, 1]]}}, "data.y", "shape_mismatch"),
    "a class that there is not": (
        {**STEP, "loss": "cross_entropy", "data": {"x": [[1, 2]], "y": [2]}}, "data.y", "bad_argument",
    ),
    "a row that there is not": ({**STEP, "data": {**STEP["data"], "rows": [1]}}, "data.rows", "out_of_range"),
    "samples without end": ({**STEP, "data": {"dataset": "xor", "samples": 10**9}}, "data.samples", "out_of_range"),
    "no noise number": ({**STEP, "data": {"dataset": "xor", "noise": "NaN"}}, "data.noise", "number"),
    "another input": ({**STEP, "input": 3}, "parameters.W1", "shape_mismatch"),
    "a seed below zero": ({**STEP, "seed": -1}, "seed", "out_of_range"),
    "a penalty below zero": ({**STEP, "l2": -0.1}, "l2", "out_of_range"),
}  # fmt: skip


@pytest.mark.parametrize(("network", "path", "code"), BAD.values(), ids=BAD)
def test_a_bad_field_is_named_with_its_path(client, network, path, code):
    reply = client.post(BACKPROP, {"network": network})
    assert reply.status_code == (400 if code == "json_invalid" else 422), reply.text
    found = {each.get("field"): each["code"] for each in reply.json()["errors"]}
    assert found[None if path is None else f"network.{path}"] == code


def test_every_bad_field_is_named_in_one_reply(client):
    net = {**STEP, "layers": [{"type": "dense", "units": 0}, {"type": "dense", "units": 99}], "loss": "x", "seed": 0.5}
    errors = client.post(BACKPROP, {"network": net}).json()["errors"]
    assert {each["field"] for each in errors} >= {
        "network.layers[0].units", "network.layers[1].units", "network.loss", "network.seed"
    }  # fmt: skip


def test_numbers_that_are_not_finite_are_findings_and_no_errors(client):
    net = {**STEP, "parameters": {**STEP["parameters"], "b1": ["NaN", "Infinity"]}}
    found = asked(client, net)
    assert found["loss"] == "NaN"
    assert [each["code"] for each in found["health"]] == ["non_finite"]
    assert found["network"]["open"] == ["b1"]
