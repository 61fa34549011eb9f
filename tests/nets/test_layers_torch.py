"""Layers against PyTorch's own modules: outputs and every gradient.  Run with `-m torch` where PyTorch is installed.

Dropout draws other masks and is not compared.
"""

import importlib.util

import numpy as np
import pytest

from app.nets.configuration import every
from tests.nets import test_layers
from tests.nets.nets import compiled, dense, ran

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed"),
]


def module(place):
    """PyTorch's module for a layer, and by its parameter the name of ours."""
    from torch import nn

    kind, options, takes = place.spec.record.type, place.options, place.takes
    pair = {key: tuple(options[key]) for key in ("stride", "padding") if options.get(key) is not None}
    if kind == "dense":
        return nn.Linear(takes[-1], options["units"], bias=options["bias"]), {"weight": "W", "bias": "b"}
    if kind == "conv2d":
        made = nn.Conv2d(takes[0], options["channels"], tuple(options["kernel"]), bias=options["bias"], **pair)
        return made, {"weight": "W", "bias": "b"}
    if kind in ("max_pool", "avg_pool"):
        return (nn.MaxPool2d if kind == "max_pool" else nn.AvgPool2d)(tuple(options["kernel"]), **pair), {}
    if kind == "layer_norm":
        sizes = place.parameters["gamma"].shape
        return nn.LayerNorm(sizes, eps=options["eps"]), {"weight": "gamma", "bias": "beta"}
    if kind == "batch_norm":
        norm = nn.BatchNorm1d if len(takes) == 1 else nn.BatchNorm2d
        return norm(takes[0], eps=options["eps"]), {"weight": "gamma", "bias": "beta"}
    if kind in ("rnn", "lstm"):
        more = {"nonlinearity": options["activation"]} if kind == "rnn" else {}
        made = (nn.RNN if kind == "rnn" else nn.LSTM)(takes[-1], options["units"], batch_first=True, **more)
        made.bias_hh_l0.requires_grad_(False).zero_()
        return made, {"weight_ih_l0": "Wx", "weight_hh_l0": "Wh", "bias_ih_l0": "b"}
    return (nn.Flatten() if kind == "flatten" else nn.Identity()), {}


class Applied:
    """Layers one after the other as PyTorch computes them; `learned` has the parameters by our names."""

    def __init__(self, net):
        self.learned, self.made, self.net = {}, {}, net
        for place in every(net.places):
            self.made[place.number], names = module(place)
            for theirs, ours in names.items():
                if ours in place.parameters:
                    self.take(place, ours, getattr(self.made[place.number], theirs))
            if place.spec.record.type == "attention":
                for stem in place.parameters:
                    self.take(place, stem)

    def take(self, place, stem, parameter=None):
        import torch

        value = torch.tensor(self.net.parameters[place.name(stem)])
        if parameter is None:
            self.learned[place.name(stem)] = value.requires_grad_()
        else:
            parameter.data = value
            self.learned[place.name(stem)] = parameter

    def layer(self, place, x):
        import torch
        from torch.nn import functional

        kind = place.spec.record.type
        if kind == "residual":
            inner = x
            for each in place.inside:
                inner = self.layer(each, inner)
            found = x + inner
        elif kind == "attention":
            q, k, v = (x @ self.learned[place.name(f"W{each}")].T for each in "qkv")
            found = functional.scaled_dot_product_attention(q, k, v, is_causal=place.options["causal"])
        else:
            found = self.made[place.number](x)
        if kind in ("rnn", "lstm"):
            states, _ = found
            return states if place.options["sequence"] else states[:, -1]
        activation = place.options.get("activation") if place.spec.record.activated else None
        several = {"tanh": torch.tanh, "selu": functional.selu, "relu": torch.relu, "softplus": functional.softplus,
                   "gelu": functional.gelu}  # fmt: skip
        return found if activation in (None, "linear") else several[activation](found)


@pytest.mark.parametrize("case", [each for each in test_layers.CASES if each != "dropout"])
def test_a_layer_gives_pytorchs_outputs_and_gradients(case):
    import torch

    torch.set_default_dtype(torch.float64)
    net = test_layers.net_of(case)
    theirs = Applied(net)
    x = torch.tensor(net.data.x, requires_grad=True)
    out = x
    for place in net.places:
        out = theirs.layer(place, out)
    loss = ((out - torch.tensor(net.data.y)) ** 2).mean(axis=1).mean()
    loss.backward()
    run, names = ran(net)
    np.testing.assert_allclose(run.values[run.output], loss.item(), rtol=1e-12)
    for name, parameter in (theirs.learned | {"x": x}).items():
        np.testing.assert_allclose(run.adjoints[names[name]], parameter.grad.numpy(), rtol=1e-9, atol=1e-13)


def test_an_embedding_gives_pytorchs_gradients():
    import torch

    torch.set_default_dtype(torch.float64)
    layers = [{"type": "embedding", "tokens": 6, "features": 3}, {"type": "flatten"}, dense(3)]
    net = compiled(4, layers, [[0, 1, 2, 2], [4, 1, 0, 0]], [1, 2], loss="cross_entropy")
    table, w, b = (torch.tensor(net.parameters[name], requires_grad=True) for name in ("W1", "W3", "b3"))
    rows = torch.nn.functional.embedding(torch.tensor(net.data.x).long(), table).flatten(1)
    torch.nn.functional.cross_entropy(rows @ w.T + b, torch.tensor(net.data.y).long()).backward()
    run, names = ran(net)
    for name, parameter in {"W1": table, "W3": w, "b3": b}.items():
        np.testing.assert_allclose(run.adjoints[names[name]], parameter.grad.numpy(), rtol=1e-11, atol=1e-14)
