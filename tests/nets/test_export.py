"""Exported nets, run by themselves, give the engine's loss and gradients; exported weights are read by others."""

import contextlib
import importlib.util
import io
import json
import struct

import numpy as np
import pytest

from app.engine.budget import Budget
from app.nets import export
from app.nets.activations import ACTIVATIONS
from app.nets.compile import compile_net
from app.nets.configuration import read_configuration
from app.nets.executors import EngineExecutor
from app.nets.export import NotExported, numpy_program, torch_program
from app.nets.export_words import NUMPY
from app.nets.losses import LOSSES
from app.nets.weights import npz, safetensors
from tests.nets import test_layers
from tests.nets.nets import compiled

LAST = {"nll": "log_softmax", "bce": "sigmoid", "cross_entropy": "softmax"}


def dense(units, activation="linear"):
    return {"type": "dense", "units": units, "activation": activation}


def made(layers, **fields):
    raw = {"input": 2, "layers": layers, "data": {"dataset": "circle", "samples": 8}, "seed": 1}
    return compile_net(read_configuration(raw | fields))


CASES = {
    **{name: ([dense(4, name), dense(1)], {}) for name in ACTIVATIONS},
    **{f"loss {name}": (
        [dense(4, "tanh"), dense(2 if name in ("nll", "cross_entropy") else 1, LAST.get(name, "linear"))],
        {"loss": name, "l1": 0.01, "l2": 0.1},
    ) for name in LOSSES},
    "layer norm": ([dense(4), {"type": "layer_norm", "activation": "relu"}, dense(1)], {}),
    "batch norm": ([dense(4), {"type": "batch_norm", "activation": "relu"}, dense(1)], {}),
    "residual": ([{"type": "residual", "layers": [dense(2, "tanh")]}, dense(1)], {}),
    "dropout": ([dense(4, "tanh"), {"type": "dropout"}, dense(1)], {}),
    "longer than a program to read": (
        [dense(10, "softmax")], {"input": 64, "loss": "cross_entropy", "data": {"dataset": "digits", "samples": 300}},
    ),
    "standardized": ([dense(3, "tanh"), dense(1)], {"data": {"dataset": "xor", "samples": 8, "standardize": True}}),
}  # fmt: skip


def net_of(case):
    """By name a net of the cases above, or with one type of layer."""
    if case not in CASES:
        return embedded() if case == "embedding" else test_layers.net_of(case)
    layers, fields = CASES[case]
    return made(layers, **fields)


def embedded():
    layers = [{"type": "embedding", "tokens": 6, "features": 3}, {"type": "rnn", "units": 2}, dense(3)]
    return compiled(4, layers, [[0, 1, 2, 2], [4, 1, 0, 0]], [1, 2], loss="cross_entropy")


EVERY = [*CASES, *test_layers.CASES, "embedding"]


def run(text):
    space = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(text, "net.py", "exec"), space)
    assert "gradient of W" in printed.getvalue() and "loss:" in printed.getvalue()
    return space


@pytest.mark.parametrize("case", EVERY)
def test_the_numpy_program_gives_the_engines_loss_and_gradients(case):
    net = net_of(case)
    engine = EngineExecutor(net, Budget)
    engine.backward(engine.batch(None), 0)
    space = run(numpy_program(net, net.parameters, Budget()))
    np.testing.assert_allclose(space["loss"], engine.loss(), rtol=1e-12)
    for name, gradient in engine.layout.split(engine.gradient).items():
        np.testing.assert_allclose(space[f"d_{name}"], gradient, rtol=1e-10, atol=1e-13)


@pytest.mark.torch
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("case", EVERY)
def test_the_pytorch_program_gives_the_engines_loss_and_gradients(case):
    net = net_of(case)
    engine = EngineExecutor(net, Budget)
    engine.backward(engine.batch(None), 0)
    space = run(torch_program(net, net.parameters, Budget()))
    np.testing.assert_allclose(space["loss"].item(), engine.loss(), rtol=1e-12)
    for name, gradient in engine.layout.split(engine.gradient).items():
        np.testing.assert_allclose(space[name].grad.numpy(), gradient, rtol=1e-10, atol=1e-12)


def test_the_pytorch_program_has_its_parameters_to_learn_and_no_numpy():
    net = made([dense(3, "relu"), dense(1)])
    text = torch_program(net, net.parameters, Budget())
    assert text.count("requires_grad=True)") == 4
    assert "np." not in text and "loss.backward()" in text
    compile(text, "net.py", "exec")


@pytest.mark.parametrize(
    ("kind", "function", "layer"),
    [("lstm", "tanh", "layer 1"), ("residual", "tanh", "layer 1"), ("max_pool", "largest", "the net")],
)
def test_a_function_without_words_is_refused_by_the_name_of_its_layer(monkeypatch, kind, function, layer):
    net = net_of(kind)
    monkeypatch.setattr(export, "NUMPY", {name: text for name, text in NUMPY.items() if name != function})
    with pytest.raises(NotExported, match=rf"^{layer}: its function {function} has no words there$"):
        numpy_program(net, net.parameters, Budget())


ARRAYS = {"W1": np.array([[0.1, -2.0], [3.5, 1e-300]]), "b1": np.array([0.0, -0.0]), "empty": np.zeros((0, 2))}


def test_numpy_reads_its_file_and_the_same_numbers_are_the_same_bytes():
    found = np.load(io.BytesIO(npz(ARRAYS)))
    assert {name: found[name].tobytes() for name in found} == {name: each.tobytes() for name, each in ARRAYS.items()}
    assert npz(ARRAYS) == npz(dict(ARRAYS))


def test_safetensors_say_where_each_array_stands():
    data = safetensors(ARRAYS)
    (length,) = struct.unpack("<Q", data[:8])
    head, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    assert length % 8 == 0
    for name, array in ARRAYS.items():
        start, end = head[name]["data_offsets"]
        assert (head[name]["dtype"], head[name]["shape"]) == ("F64", list(array.shape))
        assert body[start:end] == array.tobytes()


@pytest.mark.skipif(importlib.util.find_spec("safetensors") is None, reason="safetensors is not installed")
def test_the_safetensors_package_reads_them():
    from safetensors.numpy import load

    for name, array in load(safetensors(ARRAYS)).items():
        assert array.tobytes() == ARRAYS[name].tobytes()
