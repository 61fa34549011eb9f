"""Training: nets learn, a training that goes on from a checkpoint is the same to the last bit, and limits hold."""

import numpy as np
import pytest

from app.engine.budget import Budget
from app.engine.optimizers import OPTIMIZERS
from app.nets.batches import Batches
from app.nets.compile import compile_net
from app.nets.configuration import read_configuration
from app.nets.problems import Problems
from app.nets.schedules import SCHEDULES, read_schedule
from app.nets.training import Checkpoint, Plan, Trainer

PLAYGROUND = [
    {"type": "dense", "units": 8, "activation": "tanh"},
    {"type": "dense", "units": 8, "activation": "tanh"},
    {"type": "dense", "units": 1, "activation": "sigmoid"},
]


def net(**fields):
    raw = {"input": 2, "layers": PLAYGROUND, "data": {"dataset": "xor", "samples": 40}, "loss": "bce", "seed": 1}
    return compile_net(read_configuration(raw | fields))


def trainer(made, last, optimizer="sgd", start=None, settings=None, **plan):
    record = OPTIMIZERS[optimizer]
    chosen = Plan(last, record, record.settings(settings or {"learning_rate": 0.1}), **plan)
    return Trainer(made, chosen, Budget, start)


def trained(*arguments, **options):
    found = trainer(*arguments, **options)
    while not found.over:
        found.advance()
    return found


@pytest.mark.parametrize(("dataset", "steps"), [("xor", 400), ("circle", 400), ("spiral", 3000)])
def test_the_playgrounds_data_are_learned(dataset, steps):
    made = net(data={"dataset": dataset, "samples": 400, "noise": 0.05})
    state = trained(made, steps, "adam", settings={"learning_rate": 0.02}, batch_size=20, shuffle=True).progress()
    assert state.test_accuracy is not None and state.test_accuracy >= 0.95


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch", [{}, {"batch_size": 7, "shuffle": True, "clip_norm": 0.2, "freeze": ("b2", "W1")}])
def test_going_on_from_a_checkpoint_is_the_same_to_the_last_bit(optimizer, batch):
    made = net()
    whole, first = trained(made, 25, optimizer, **batch), trained(made, 11, optimizer, **batch)
    second = trained(made, 25, optimizer, start=first.checkpoint(), **batch)
    for name, value in whole.parameters().items():
        assert np.array_equal(value, second.parameters()[name])
    assert whole.progress() == second.progress()


def test_momentum_goes_on_from_a_checkpoint_and_another_optimizer_starts_anew():
    made = net()
    momentum = {"learning_rate": 0.1, "momentum": 0.9}
    first = trained(made, 5, settings=momentum).checkpoint()
    assert trained(made, 9, settings=momentum, start=first).updates == 9
    other = trained(made, 9, "adam", start=first)
    bare = Checkpoint(5, first.parameters)
    assert other.updates == 4
    assert np.array_equal(other.parameters()["W1"], trained(made, 9, "adam", start=bare).parameters()["W1"])


def test_reporting_changes_nothing():
    made = net()
    silent, told = trained(made, 10, batch_size=8), trainer(made, 10, batch_size=8)
    while not told.over:
        told.progress()
        told.advance()
    assert np.array_equal(silent.parameters()["W2"], told.parameters()["W2"])


def sigma(z):
    return 1 / (1 + np.exp(-z))


def test_one_step_is_the_gradient_times_the_learning_rate_for_weights_and_biases():
    """Two inputs, two sigmoid units twice, half the squared error: by the chain rule, number by number.

    Source of the numbers: M. Mazur, A step by step backpropagation example, 2015, which leaves biases as they are.
    """
    given = {
        "W1": [[0.15, 0.20], [0.25, 0.30]], "b1": [0.35, 0.35], "W2": [[0.40, 0.45], [0.50, 0.55]], "b2": [0.60, 0.60],
    }  # fmt: skip
    layers = [{"type": "dense", "units": 2, "activation": "sigmoid"}] * 2
    data = {"x": [[0.05, 0.10]], "y": [[0.01, 0.99]]}
    made = net(layers=layers, loss="half_squared_error", parameters=given, data=data)
    found = trained(made, 1, settings={"learning_rate": 0.5}).parameters()
    w1, b1, w2, b2 = (np.array(given[name]) for name in ("W1", "b1", "W2", "b2"))
    x, y, two = [0.05, 0.10], [0.01, 0.99], range(2)
    hidden = [sigma(sum(w1[i, j] * x[j] for j in two) + b1[i]) for i in two]
    out = [sigma(sum(w2[k, i] * hidden[i] for i in two) + b2[k]) for k in two]
    delta2 = [(out[k] - y[k]) * out[k] * (1 - out[k]) for k in two]
    delta1 = [sum(delta2[k] * w2[k, i] for k in two) * hidden[i] * (1 - hidden[i]) for i in two]
    expected = {
        "W2": [[w2[k, i] - 0.5 * delta2[k] * hidden[i] for i in two] for k in two],
        "b2": [b2[k] - 0.5 * delta2[k] for k in two],
        "W1": [[w1[i, j] - 0.5 * delta1[i] * x[j] for j in two] for i in two],
        "b1": [b1[i] - 0.5 * delta1[i] for i in two],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-13)
    np.testing.assert_allclose(found["W2"][0, 0], 0.35891648, atol=1e-8)  # as printed in the source


def test_frozen_parameters_stay_and_a_clipped_step_is_as_long_as_allowed():
    made = net()
    settings = {"learning_rate": 0.1, "weight_decay": 0.5}
    found = trained(made, 3, "adamw", settings=settings, freeze=("W1", "b3")).parameters()
    assert np.array_equal(found["W1"], made.parameters["W1"])
    assert np.array_equal(found["b3"], made.parameters["b3"])
    assert not np.array_equal(found["W2"], made.parameters["W2"])
    clipped = trained(made, 1, settings={"learning_rate": 1.0}, clip_norm=1e-3).parameters()
    moved = np.concatenate([(clipped[name] - value).ravel() for name, value in made.parameters.items()])
    np.testing.assert_allclose(np.sqrt(moved @ moved), 1e-3, rtol=1e-2)


ENDS = [{"type": "dense", "units": 4, "activation": "tanh"}, {"type": "dense", "units": 2, "activation": "softmax"}]
DROPPED = [ENDS[0], {"type": "dropout", "p": 0.3}, ENDS[1]]


@pytest.mark.parametrize("layers", [ENDS, DROPPED], ids=["unfused", "dropout"])
def test_a_net_that_is_no_stack_trains_through_the_engine_and_goes_on_bit_for_bit(layers):
    made = net(layers=layers, loss="cross_entropy", fused=False)
    adam = {"settings": {"learning_rate": 0.05}, "batch_size": 10, "shuffle": True}
    before = trainer(made, 0).progress()
    whole, first = trained(made, 20, "adam", **adam), trained(made, 7, "adam", **adam)
    assert whole.progress().test_loss < before.test_loss
    second = trained(made, 20, "adam", start=first.checkpoint(), **adam)
    assert np.array_equal(whole.executor.values, second.executor.values)


def test_an_epoch_takes_every_example_once_and_shuffles_anew():
    batches = Batches(10, 4, True, 3)
    orders = [batches.order(epoch) for epoch in range(3)]
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert not np.array_equal(orders[0], orders[1])
    assert [len(rows) for rows in batches.cut(orders[0])] == [4, 4, 2]
    assert batches.per_epoch == 3 and batches.epoch(7) == 2
    assert np.array_equal(Batches(10, 4, True, 3).order(2), orders[2])


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [1, 1, 1, 1, 1, 1]),
        ({"name": "step", "step_size": 2, "gamma": 0.5}, [1, 1, 0.5, 0.5, 0.25, 0.25]),
        ({"name": "exponential", "gamma": 0.5}, [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]),
        ({"name": "cosine"}, [1, 0.9330127, 0.75, 0.5, 0.25, 0.0669873]),
        (
            {"name": "cosine", "t_max": 2, "eta_min": 0.5, "warmup": 2, "start_factor": 0.5},
            [0.5, 0.75, 1, 0.75, 0.5, 0.75],
        ),
        ({"name": "constant", "warmup": 4, "start_factor": 0.0}, [0, 0.25, 0.5, 0.75, 1, 1]),
    ],
)  # fmt: skip
def test_schedules_give_pytorchs_rates(schedule, expected):
    problems = Problems()
    rates = read_schedule(schedule, 6, problems)
    problems.fail_if_any()
    np.testing.assert_allclose(expected, [rates.at(t, 1.0) for t in range(6)], rtol=1e-6)


@pytest.mark.parametrize(
    ("schedule", "path"),
    [("linear", "schedule"), ({"name": 3}, "schedule.name"), ({"name": "step", "step_size": 0}, "schedule.step_size"),
     ({"name": "cosine", "gamma": 1}, "schedule.gamma"), ({"name": "constant", "warmup": -1}, "schedule.warmup")],
)  # fmt: skip
def test_a_bad_schedule_is_named_by_its_field(schedule, path):
    problems = Problems()
    read_schedule(schedule, 6, problems)
    assert [each.path for each in problems.found] == [path]
    assert set(SCHEDULES) == {"constant", "step", "exponential", "cosine"}
