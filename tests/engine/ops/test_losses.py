"""Losses as PyTorch calls them: what they are of, how they are reduced, what their labels may be."""

from typing import Any

import numpy as np
import pytest

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.graph import Graph
from app.engine.passes import quiet
from app.engine.run import backprop
from tests.engine.ops.tools import spelled

X, T = np.array([[0.5, 2.0, -1.0], [0.25, -3.0, 1.5]]), np.array([[1.0, 0.5, -1.25], [0.0, 0.0, 2.0]])
P = 1 / (1 + np.exp(-X))
BITS = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
LABELS = np.array([2.0, 0.0])
LOG_P = X - np.log(np.exp(X).sum(1, keepdims=True))
DISTRIBUTION = np.array([[0.2, 0.5, 0.3], [0.0, 1.0, 0.0]])
FAR = np.abs(X - T)

EACH: dict[str, tuple[tuple[Any, ...], dict[str, Any], Any]] = {
    "mse": ((X, T), {}, (X - T) ** 2),
    "mae": ((X, T), {}, FAR),
    "huber": ((X, T), {"delta": 0.7}, np.where(FAR <= 0.7, 0.5 * FAR**2, 0.7 * (FAR - 0.35))),
    "smooth_l1_loss": ((X, T), {"beta": 0.7}, np.where(FAR < 0.7, 0.5 * FAR**2 / 0.7, FAR - 0.35)),
    "bce": ((P, BITS), {}, -(BITS * np.log(P) + (1 - BITS) * np.log(1 - P))),
    "bce_with_logits": ((X, BITS), {}, -(BITS * np.log(P) + (1 - BITS) * np.log(1 - P))),
    "hinge": ((X, 2 * BITS - 1), {}, np.maximum(0, 1 - X * (2 * BITS - 1))),
    "kl": ((LOG_P, P), {}, P * (np.log(P) - LOG_P)),
    "nll": ((LOG_P, LABELS), {}, -LOG_P[[0, 1], [2, 0]]),
    "cross_entropy": ((X, LABELS), {}, -LOG_P[[0, 1], [2, 0]]),
    "F.cross_entropy": ((X, DISTRIBUTION), {}, -(DISTRIBUTION * LOG_P).sum(1)),
}


@pytest.mark.parametrize("name", EACH)
def test_a_loss_is_left_added_or_averaged(name: str) -> None:
    operands, options, each = EACH[name]
    loss = spelled(name)
    np.testing.assert_allclose(loss(*operands, reduction="none", **options), each, rtol=1e-12)
    np.testing.assert_allclose(loss(*operands, reduction="sum", **options), each.sum(), rtol=1e-12)
    np.testing.assert_allclose(loss(*operands, **options), each.mean(), rtol=1e-12)


@pytest.mark.parametrize("name", EACH)
def test_the_gradient_of_the_average_is_that_of_each_divided_by_how_many_there_are(name: str) -> None:
    operands, options, each = EACH[name]

    def gradient(reduction: str) -> Any:
        graph = Graph()
        x = graph.leaf(operands[0], "x")
        return backprop(graph, spelled(name)(x, *operands[1:], reduction=reduction, **options).id).adjoints[x.id]

    np.testing.assert_allclose(gradient("mean"), gradient("none") / each.size, rtol=1e-12)
    np.testing.assert_allclose(gradient("sum"), gradient("none"), rtol=1e-12)


def test_cross_entropy_has_the_gradient_softmax_less_one_at_the_label() -> None:
    graph = Graph()
    x = graph.leaf(X, "x")
    run = backprop(graph, spelled("cross_entropy")(x, LABELS, reduction="sum").id)
    np.testing.assert_allclose(run.adjoints[x.id], np.exp(LOG_P) - np.eye(3)[[2, 0]], rtol=1e-12)


def test_a_single_example_has_a_single_label() -> None:
    np.testing.assert_allclose(spelled("cross_entropy")(X[0], 2.0), -LOG_P[0, 2], rtol=1e-12)
    np.testing.assert_allclose(spelled("nll")(LOG_P[0], np.array(2.0)), -LOG_P[0, 2], rtol=1e-12)


def test_kl_may_be_averaged_over_rows() -> None:
    each = EACH["kl"][2]
    np.testing.assert_allclose(spelled("F.kl_div")(LOG_P, P, "batchmean"), each.sum() / 2, rtol=1e-12)


def test_large_logits_do_not_overflow() -> None:
    with quiet():
        assert spelled("bce_with_logits")(1000.0, 1.0) == 0.0
        assert spelled("bce_with_logits")(-1000.0, 1.0) == 1000.0
        np.testing.assert_allclose(spelled("cross_entropy")(np.array([1000.0, 0.0, -1000.0]), 1.0), 1000.0)
        assert spelled("bce")(0.0, 1.0) == 100.0


@pytest.mark.parametrize("labels", [[3.0, 0.0], [-1.0, 0.0], [0.5, 0.0]])
def test_labels_must_be_classes(labels: list[float]) -> None:
    with pytest.raises(BadArgument, match="labels must be whole numbers from 0 to 2"):
        spelled("cross_entropy")(X, np.array(labels))


def test_there_must_be_a_label_per_row() -> None:
    with pytest.raises(ShapeMismatch, match="a label per row"):
        spelled("nll")(X, np.array([0.0, 1.0, 2.0]))
