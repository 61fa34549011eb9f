"""Health: each finding on a net that has it, on none that has not, and the remedy removes it."""

import numpy as np
import pytest

from app.nets.compile import compile_net
from app.nets.configuration import read_configuration
from tests.nets.nets import dense, found

X = np.random.default_rng(0).standard_normal((20, 2)).tolist()
Y = [[float(a * b > 0)] for a, b in X]
DEEP = [dense(6, "sigmoid") for _ in range(8)]
BASE = {"input": 2, "layers": [dense(6, "tanh"), dense(1)], "loss": "mse", "data": {"x": X, "y": Y}}
ILL = {
    "vanishing": BASE | {"layers": [*DEEP, dense(1)]},
    "exploding": BASE | {"layers": [*[dense(20) for _ in range(8)], dense(1)], "initializer": "normal"},
    "dead": BASE | {"layers": [dense(4, "relu"), dense(1)], "parameters": {"b1": [-50.0, 0.0, 0.0, 0.0]}},
    "saturated": BASE | {"initializer": {"name": "constant", "value": 40.0}, "layers": [dense(1, "sigmoid"), dense(1)],
                         "data": {"x": [[1, 1], [2, 1]], "y": [0, 1]}},
    "symmetric": BASE | {"initializer": {"name": "constant", "value": 0.5}},
    "non_finite": BASE | {"parameters": {"W1": [[1e308, 1e308]] * 6, "W2": [[1e308] * 6]},
                          "layers": [dense(6), dense(1)]},
}  # fmt: skip


def codes(raw):
    return found(compile_net(read_configuration(raw)))


def changed(raw, changes):
    """A configuration with new values by path."""
    layers = [dict(each) for each in raw["layers"]]
    fields = {}
    for path, value in changes.items():
        if path.startswith("layers["):
            index, _, name = path[7:].partition("].")
            layers[int(index)][name] = value
        else:
            fields[path] = value
    return raw | fields | {"layers": layers}


@pytest.mark.parametrize("code", ILL)
def test_an_ill_net_is_found_out_with_a_cause_and_its_layer(code):
    finding = codes(ILL[code])[code]
    assert finding.layer is None or finding.layer in finding.cause
    assert finding.remedy


@pytest.mark.parametrize("code", ILL)
def test_the_remedy_removes_what_was_found(code):
    finding = codes(ILL[code])[code]
    assert code not in codes(changed(ILL[code], finding.change))


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "linear"])
@pytest.mark.parametrize("seed", range(3))
def test_a_net_in_good_health_has_no_grave_findings(activation, seed):
    raw = BASE | {"layers": [dense(8, activation), dense(8, activation), dense(1)], "seed": seed,
                  "initializer": "he_normal"}  # fmt: skip
    assert not {"vanishing", "exploding", "symmetric", "non_finite"} & set(codes(raw))


def test_a_unit_is_dead_only_where_every_example_shuts_it():
    raw = BASE | {"layers": [dense(2, "relu"), dense(1)], "parameters": {"W1": [[1, 0], [0, 0]], "b1": [0.0, -1.0]}}
    assert codes(raw)["dead"].cause.startswith("1 of 2 units of layer 1")


def test_an_infinite_loss_of_an_unfused_softmax_is_cured_by_fusing():
    raw = BASE | {"layers": [dense(2, "softmax")], "loss": "cross_entropy", "fused": False,
                  "parameters": {"W1": [[2000.0, 0.0], [0.0, 0.0]]}, "data": {"x": [[1.0, 0.0]], "y": [1]}}  # fmt: skip
    finding = codes(raw)["non_finite"]
    assert finding.change == {"fused": True}
    assert "non_finite" not in codes(changed(raw, finding.change))
