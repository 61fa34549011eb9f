"""Every type of layer: shapes, parameters, the gradient check, and the same numbers as formulas of the books."""

import numpy as np
import pytest

from app.engine.checks import gradient_check
from app.lang import trace
from app.lang.errors import LangError
from app.nets.configuration import every, named, read_configuration
from app.nets.evaluate import evaluate
from app.nets.layers import LAYERS
from app.nets.problems import BadNet
from app.nets.tracing import trace_net
from tests.nets.nets import compiled, dense, ran

IMAGE, SEQUENCE = [1, 6, 6], [4, 3]
CASES = {
    "dense": (3, [dense(4, "tanh")], (4,), {"W1": (4, 3), "b1": (4,)}),
    "dense without bias": (3, [dense(2, "selu", bias=False)], (2,), {"W1": (2, 3)}),
    "dense along a sequence": (SEQUENCE, [dense(2, "gelu"), {"type": "flatten"}], (8,), {"W1": (2, 3), "b1": (2,)}),
    "conv2d": (IMAGE, [{"type": "conv2d", "channels": 2, "activation": "tanh"}], (2, 4, 4),
               {"W1": (2, 1, 3, 3), "b1": (2,)}),
    "conv2d with stride and padding": (
        IMAGE, [{"type": "conv2d", "channels": 2, "kernel": [3, 2], "stride": [2, 1], "padding": 1}], (2, 3, 7),
        {"W1": (2, 1, 3, 2), "b1": (2,)},
    ),
    "max_pool": (IMAGE, [{"type": "max_pool"}], (1, 3, 3), {}),
    "max_pool with overlap": (IMAGE, [{"type": "max_pool", "kernel": 3, "stride": 1, "padding": 1}], (1, 6, 6), {}),
    "avg_pool": (IMAGE, [{"type": "avg_pool", "kernel": [2, 3]}], (1, 3, 2), {}),
    "flatten": (IMAGE, [{"type": "flatten"}], (36,), {}),
    "dropout": (5, [{"type": "dropout", "p": 0.4}], (5,), {}),
    "layer_norm": (4, [{"type": "layer_norm", "activation": "relu"}], (4,), {"gamma1": (4,), "beta1": (4,)}),
    "layer_norm of an image": (IMAGE, [{"type": "layer_norm"}], (1, 6, 6),
                               {"gamma1": (1, 6, 6), "beta1": (1, 6, 6)}),
    "batch_norm": (3, [{"type": "batch_norm", "activation": "tanh"}], (3,), {"gamma1": (3,), "beta1": (3,)}),
    "batch_norm of images": ([2, 3, 3], [{"type": "batch_norm"}], (2, 3, 3), {"gamma1": (2,), "beta1": (2,)}),
    "rnn": (SEQUENCE, [{"type": "rnn", "units": 2}], (2,), {"Wx1": (2, 3), "Wh1": (2, 2), "b1": (2,)}),
    "rnn with every state": (SEQUENCE, [{"type": "rnn", "units": 2, "sequence": True}], (4, 2),
                             {"Wx1": (2, 3), "Wh1": (2, 2), "b1": (2,)}),
    "lstm": (SEQUENCE, [{"type": "lstm", "units": 2}], (2,), {"Wx1": (8, 3), "Wh1": (8, 2), "b1": (8,)}),
    "attention": (SEQUENCE, [{"type": "attention", "units": 2}], (4, 2),
                  {"Wq1": (2, 3), "Wk1": (2, 3), "Wv1": (2, 3)}),
    "causal attention": (SEQUENCE, [{"type": "attention", "units": 2, "causal": True}], (4, 2),
                         {"Wq1": (2, 3), "Wk1": (2, 3), "Wv1": (2, 3)}),
    "residual": (3, [{"type": "residual", "activation": "tanh", "layers": [dense(5, "tanh"), dense(3)]}], (3,),
                 {"W1_1": (5, 3), "b1_1": (5,), "W1_2": (3, 5), "b1_2": (3,)}),
    "residual in residual": (
        3, [{"type": "residual", "layers": [{"type": "residual", "layers": [dense(3, "tanh")]}]}], (3,),
        {"W1_1_1": (3, 3), "b1_1_1": (3,)},
    ),
    "activation": (3, [{"type": "activation", "activation": "softplus"}], (3,), {}),
}  # fmt: skip


def net_of(case, seed=3):
    """The layers of a case between data and two outputs."""
    takes, layers, gives, _ = CASES[case]
    shape = [takes] if isinstance(takes, int) else takes
    end = [dense(2)] if len(gives) == 1 else [{"type": "flatten"}, dense(2)]
    rng = np.random.default_rng(seed)
    return compiled(takes, [*layers, *end], rng.standard_normal((5, *shape)), rng.standard_normal((5, 2)), seed=seed)


@pytest.mark.parametrize("case", CASES)
def test_the_layers_have_the_shapes_and_parameters_of_the_books(case):
    _, layers, gives, parameters = CASES[case]
    net = net_of(case)
    places = net.places[: len(layers)]
    assert places[-1].gives == gives
    assert {name: each.shape for place in every(places) for name, each in named(place)} == parameters
    run, names = ran(net)
    assert np.shape(run.values[names[places[-1].name("a")]]) == (5, *gives)


@pytest.mark.parametrize("case", CASES)
def test_the_gradients_pass_the_check(case):
    run, _ = ran(net_of(case))
    checks = gradient_check(run)
    assert checks
    assert all(each.ok for each in checks.values())


def test_an_embedding_passes_the_check_and_gives_unused_rows_no_gradient():
    layers = [{"type": "embedding", "tokens": 6, "features": 3}, {"type": "attention", "units": 2}, {"type": "flatten"}]
    net = compiled(4, [*layers, dense(3)], [[0, 1, 2, 2], [4, 1, 0, 0]], [1, 2], loss="cross_entropy")
    run, names = ran(net)
    assert all(each.ok for each in gradient_check(run).values())
    slopes = run.adjoints[names["W1"]]
    assert not slopes[[3, 5]].any()
    assert slopes[[0, 1, 2, 4]].all()


def test_every_type_of_layer_is_tested():
    used = {layer["type"] for _, layers, _, _ in CASES.values() for layer in layers}
    assert used | {"embedding"} == set(LAYERS)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_an_lstm_has_the_states_of_its_formulas():
    net = net_of("lstm")
    x, w, u, b = net.data.x, *(net.parameters[name] for name in ("Wx1", "Wh1", "b1"))
    h = c = np.zeros((5, 2))
    for t in range(4):
        i, f, g, o = np.split(x[:, t] @ w.T + h @ u.T + b, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    run, names = ran(net)
    np.testing.assert_allclose(run.values[names["a1"]], h, rtol=1e-13)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_the_softmax_of_scaled_products_times_values(causal):
    net = net_of("causal attention" if causal else "attention")
    x = net.data.x
    q, k, v = (x @ net.parameters[name].T for name in ("Wq1", "Wk1", "Wv1"))
    scores = q @ k.swapaxes(1, 2) / np.sqrt(2)
    if causal:
        scores = np.where(np.tril(np.ones((4, 4), bool)), scores, -np.inf)
    shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    run, names = ran(net)
    np.testing.assert_allclose(run.values[names["a1"]], shares @ v, rtol=1e-12)


def test_the_same_seed_drops_the_same_numbers_and_nothing_is_dropped_when_evaluating():
    net = net_of("dropout")
    first, names = ran(net)
    dropped = first.values[names["a1"]]
    assert np.array_equal(dropped, ran(net)[0].values[names["a1"]])
    assert 0 < (dropped == 0).sum() < dropped.size
    assert np.array_equal(evaluate(net, net.data.x)["a1"], net.data.x)
    assert not np.array_equal(dropped == 0, ran(net_of("dropout", seed=4))[0].values[names["a1"]] == 0)


@pytest.mark.parametrize("case", [each for each in CASES if each != "dropout"])
def test_evaluating_the_training_data_gives_what_the_program_gives(case):
    net = net_of(case)
    run, names = ran(net)
    np.testing.assert_allclose(evaluate(net, net.data.x)[net.output], run.values[names[net.output]], atol=1e-12)


def test_batch_norm_evaluates_one_row_by_the_training_data():
    net = net_of("batch_norm")
    together = evaluate(net, net.data.x)["a1"]
    alone = evaluate(net, net.data.x[:1])["a1"]
    np.testing.assert_allclose(alone, together[:1], rtol=1e-14)


MISFITS = {
    "a dense layer on an image": (IMAGE, [dense(2)], "layers[0]"),
    "a convolution of a vector": (4, [{"type": "conv2d", "channels": 2}, dense(2)], "layers[0]"),
    "a window larger than the image": ([1, 2, 2], [{"type": "conv2d", "channels": 1}, dense(2)], "layers[0]"),
    "padding beyond half a window": (IMAGE, [{"type": "max_pool", "padding": 2}], "layers[0]"),
    "a recurrent layer on a vector": (4, [{"type": "rnn", "units": 2}], "layers[0]"),
    "attention on an image": (IMAGE, [{"type": "attention", "units": 2}], "layers[0]"),
    "batch norm of sequences": (SEQUENCE, [{"type": "batch_norm"}], "layers[0]"),
    "an embedding of a sequence": (SEQUENCE, [{"type": "embedding", "tokens": 3, "features": 2}], "layers[0]"),
    "a residual block that changes the shape": (3, [{"type": "residual", "layers": [dense(2)]}], "layers[0]"),
    "a misfit inside a block": (3, [{"type": "residual", "layers": [dense(3), {"type": "max_pool"}]}],
                                "layers[0].layers[1]"),
    "a sequence as the output": (SEQUENCE, [{"type": "attention", "units": 2}], "layers[0]"),
}  # fmt: skip


@pytest.mark.parametrize(("takes", "layers", "path"), MISFITS.values(), ids=MISFITS)
def test_a_layer_that_does_not_fit_is_named_with_its_path(takes, layers, path):
    with pytest.raises(BadNet) as raised:
        read_configuration({"input": takes, "layers": layers, "data": {"x": [[0.0]], "y": [[0.0]]}})
    assert path in {each.path for each in raised.value.problems}
    assert all(each.code in ("shape_mismatch", "out_of_range") for each in raised.value.problems)


@pytest.mark.parametrize("case", CASES)
def test_a_net_traced_by_its_arrays_is_its_program_traced_to_the_last_id_and_place(case):
    net = net_of(case)
    read, handed = trace(net.program, inputs=dict(net.given), output=net.loss), trace_net(net)
    assert (handed.names, handed.inputs, handed.output, handed.source) == (
        read.names, read.inputs, read.output, read.source,
    )  # fmt: skip
    for column in ("ops", "inputs", "attributes", "names", "scopes", "spans"):
        assert getattr(handed.graph, column) == getattr(read.graph, column), column
    for one, other in zip(handed.graph.values, read.graph.values, strict=True):
        assert np.array_equal(one, other)


def test_what_is_wrong_with_a_given_array_is_said_at_its_place_in_the_program():
    net = net_of("dense")
    with pytest.raises(LangError) as raised:
        trace_net(net, inputs={"W1": np.zeros((4, 2))})
    line, column, _, end = raised.value.problems[0].span
    assert net.program.split("\n")[line - 1][column - 1 : end - 1] == "x @ W1.T"
