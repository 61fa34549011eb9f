"""Nets with any field changed, left out or put in: a reply or one problem, never a fault; and the same every time."""

import copy
import random

import pytest

DENSE = [{"type": "dense", "units": 3, "activation": "tanh"}, {"type": "dense", "units": 1, "activation": "sigmoid"}]
NETS = [
    {"input": 2, "layers": DENSE, "loss": "bce", "reduction": "mean", "fused": True, "l1": 0.1, "l2": 0.2, "seed": 0,
     "initializer": {"name": "normal", "mean": 0, "std": 1},
     "parameters": {"W1": [[1, 2], [3, 4], [5, 6]], "b1": [0, 0, 0]},
     "data": {"dataset": "xor", "samples": 10, "noise": 0.1, "seed": 1, "test_fraction": 0.2, "standardize": True,
              "rows": [0, 1]}},
    {"input": [1, 6, 6], "loss": "cross_entropy", "data": {"x": [[[[0.5] * 6] * 6], [[[0.1] * 6] * 6]], "y": [0, 2]},
     "layers": [{"type": "conv2d", "channels": 2, "kernel": [3, 3], "stride": 1, "padding": 1, "activation": "relu"},
                {"type": "max_pool", "kernel": 2, "stride": 2}, {"type": "batch_norm"}, {"type": "flatten"},
                {"type": "dropout", "p": 0.2}, {"type": "dense", "units": 3, "activation": "softmax"}]},
    {"input": [4, 3], "loss": "huber", "data": {"x": [[[0.1, 0.2, 0.3]] * 4] * 3, "y": [[0, 1]] * 3},
     "layers": [{"type": "lstm", "units": 2, "sequence": True},
                {"type": "residual", "layers": [{"type": "attention", "units": 2}], "activation": "gelu"},
                {"type": "rnn", "units": 2}, {"type": "layer_norm"}]},
    {"input": 4, "loss": "nll", "data": {"x": [[0, 1, 2, 3], [4, 0, 0, 1]], "y": [0, 1]},
     "layers": [{"type": "embedding", "tokens": 5, "features": 2}, {"type": "flatten"}, {"type": "dense", "units": 2}]},
]  # fmt: skip
JUNK = [
    None, True, False, 0, -1, 1, 2, 1.5, -0.0, 1e308, 1e-308, 10**30, -(10**30), 2**63, "", "x", "NaN", "Infinity",
    "dense",
    [], [[]], {}, [1, 2, 3], [1, [2]], ["a"], {"a": 1}, [[1, 2], [3]], "é" * 100, "\x00", [0] * 1000, [[0.0] * 3] * 50,
    {"name": "zeros"}, {"type": "flatten"}, [None], [True], [[[[[[[[[[1]]]]]]]]]],
]  # fmt: skip
PATHS = ("backprop", "network/compile", "network/algorithm", "network/boundary", "network/initialisers")
EACH = 60


def places(value, path=()):
    """The path of everything inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*path, key)
        yield from places(each, (*path, key))


def changed(net, rng):
    """A copy with one thing changed, left out, or put in."""
    net = copy.deepcopy(net)
    *way, last = rng.choice(list(places(net)))
    holder = net
    for key in way:
        holder = holder[key]
    deed = rng.choice(["change", "change", "change", "leave out", "put in"])
    if deed == "leave out":
        del holder[last]
    elif deed == "put in" and isinstance(holder, list):
        holder.insert(last, rng.choice(JUNK))
    else:
        holder[rng.choice(["units", "type", "x", ""]) if deed == "put in" else last] = rng.choice(JUNK)
    return net


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("start", range(len(NETS)))
def test_any_net_has_a_reply_or_one_problem_with_a_field(client, path, start):
    rng = random.Random(f"{path} {start}")
    seen = set()
    for _ in range(EACH):
        net = changed(NETS[start], rng)
        reply = client.post(f"/api/v1/{path}", {"network": net})
        assert reply.status_code in (200, 422), (reply.text, net)
        seen.add(reply.status_code)
        if reply.status_code == 422:
            assert all(each["message"] for each in reply.json()["errors"])
    assert 422 in seen
    assert 200 in seen or (path, NETS[start]["layers"][0]["type"]) == ("network/boundary", "embedding")
