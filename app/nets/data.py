"""From what a configuration says of its data to arrays: drawn or given, mixed, split, scaled, in the loss's form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from app.nets.datasets import DATASETS
from app.nets.datasets.record import CLASSIFICATION, DECIMALS, REGRESSION
from app.nets.fields import Options
from app.nets.layers.record import Shape
from app.nets.losses import CLASS_NUMBERS, SIGNS, Loss
from app.nets.problems import Problems


@dataclass(frozen=True)
class DataChoice:
    """What a configuration says: a dataset with its options, or arrays; which part is for testing, and which rows of
    the rest are used (None: all)."""

    dataset: str | None = None
    options: Options = field(default_factory=dict)
    x: np.ndarray | None = None
    y: np.ndarray | None = None
    seed: int = 0
    test_fraction: float = 0.0
    standardize: bool = False
    rows: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Data:
    """Arrays: rows are examples.  `x` (n, *input) as drawn; the net's first line scales it by `mean` and `scale` where
    they are given (both of an example's shape).  `y` is as the loss takes it."""

    x: np.ndarray
    y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    task: str
    classes: int
    mean: np.ndarray | None = None
    scale: np.ndarray | None = None


def make_data(choice: DataChoice, takes: Shape, gives: int, loss: Loss, problems: Problems) -> Data | None:
    """The arrays; None where they do not fit, which is said.  `takes` is the net's input, `gives` its outputs."""
    if choice.dataset is None:
        points = given_points(choice, takes, gives, loss, problems)
        task = CLASSIFICATION if loss.classifies else REGRESSION
    else:
        points, task = drawn_points(choice, takes, problems), DATASETS[choice.dataset].task
    if points is None:
        return None
    x, labels = points
    y = targets(labels, gives, loss, problems)
    if y is None:
        return None
    return arranged(choice, x, y, task, gives, loss, problems)


def drawn_points(choice: DataChoice, takes: Shape, problems: Problems) -> tuple[np.ndarray, np.ndarray] | None:
    """A dataset's points in the input's shape, in a mixed order."""
    record = DATASETS[choice.dataset or ""]
    if np.prod(takes) != np.prod(record.features):
        wanted = record.features[0] if len(record.features) == 1 else list(record.features)
        problems.add("input", "shape_mismatch", f"is {list(takes)}, the data set {record.name} has {wanted} features",
                     f"use `input` {wanted}")  # fmt: skip
        return None
    x, y = drawn(record.name, tuple(choice.options.items()), choice.seed)
    return x.reshape(len(x), *takes), y


@lru_cache(maxsize=32)
def drawn(name: str, options: tuple[tuple[str, Any], ...], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A dataset's points in a mixed order; the same every time, so remembered, and not to be changed."""
    rng = np.random.default_rng(seed)
    x, y = DATASETS[name].make(rng, dict(options))
    order = rng.permutation(len(x))
    found = np.round(x[order], DECIMALS), np.round(y[order], DECIMALS)
    for array in found:
        array.flags.writeable = False
    return found


def given_points(choice: DataChoice, takes: Shape, gives: int, loss: Loss, problems: Problems,
                 ) -> tuple[np.ndarray, np.ndarray] | None:  # fmt: skip
    """A person's own points; one example may come without the axis of examples."""
    x, y = np.asarray(choice.x, float), np.asarray(choice.y, float)
    single = x.shape == takes and takes != (1,) and not (len(takes) == 1 and y.shape == x.shape and gives == 1)
    if single:
        x, y = x[None], y[None]
    elif x.ndim == 1 and takes == (1,):
        x = x[:, None]
    if x.shape[1:] != takes:
        if x.ndim < 1 or not len(x) or x.size != len(x) * int(np.prod(takes)):
            problems.add("data.x", "shape_mismatch",
                         f"is {list(x.shape)}, must be [examples, {', '.join(map(str, takes))}]",
                         "give a row of inputs for each example")  # fmt: skip
            return None
        x = x.reshape(len(x), *takes)
    if y.ndim == 0 or len(y) != len(x) or not len(x):
        problems.add("data.y", "shape_mismatch", f"has {len(y) if y.ndim else 'no'} rows, data.x has {len(x)}",
                     "give a target for each example")  # fmt: skip
        return None
    return x, y


def targets(labels: np.ndarray, gives: int, loss: Loss, problems: Problems) -> np.ndarray | None:
    """Targets as the loss takes them: class numbers (n,), or (n, outputs); classes become 0 1 or −1 1 rows."""
    count = len(labels)
    if loss.targets == CLASS_NUMBERS:
        if labels.shape == (count, 1) and gives > 1:
            labels = labels[:, 0]
        if labels.shape == (count, gives) and labels.ndim == 2:
            return labels
        return class_numbers(labels, gives, problems)
    if labels.ndim == 1:
        labels = labels[:, None]
    if labels.shape == (count, 1) and gives > 1 and is_class(labels, gives):
        labels = np.eye(gives)[labels[:, 0].astype(int)]
    if labels.shape != (count, gives):
        problems.add("data.y", "shape_mismatch", f"is {list(labels.shape)}, must be [{count}, {gives}]",
                     f"the last layer gives {gives} numbers for each example; change its units, or the targets",
                     )  # fmt: skip
        return None
    if loss.targets == SIGNS and set(np.unique(labels)) <= {0.0, 1.0}:
        return 2 * labels - 1
    return labels


def class_numbers(labels: np.ndarray, gives: int, problems: Problems) -> np.ndarray | None:
    """Whole numbers from 0 to one less than there are outputs."""
    if labels.ndim != 1 or not is_class(labels, gives):
        most = int(labels.max()) + 1 if labels.size and np.isfinite(labels).all() and labels.ndim == 1 else 0
        hint = f"give the last layer {most} units" if most > gives else "classes are whole numbers that begin at 0"
        problems.add("data.y", "bad_argument", f"must hold class numbers from 0 to {gives - 1}, or [examples, {gives}]"
                     " probabilities", hint)  # fmt: skip
        return None
    return labels


def is_class(labels: np.ndarray, gives: int) -> bool:
    """Whether all are class numbers."""
    return bool(np.all((labels == np.floor(labels)) & (labels >= 0) & (labels < gives)))


def arranged(choice: DataChoice, x: np.ndarray, y: np.ndarray, task: str, gives: int, loss: Loss, problems: Problems,
             ) -> Data | None:  # fmt: skip
    """Split, scaled by the training part, and the rows that are asked for."""
    held = round(len(x) * choice.test_fraction)
    train = len(x) - held
    if train < 1:
        problems.add("data.test_fraction", "out_of_range", "leaves no example for training", "make it smaller")
        return None
    classes = max(gives, 2) if loss.classifies or task == CLASSIFICATION else 0
    mean = scale = None
    if choice.standardize:
        with np.errstate(all="ignore"):
            mean, scale = x[:train].mean(axis=0), x[:train].std(axis=0)
        scale = np.where(scale > 0, scale, 1.0)
    rows = list(range(train)) if choice.rows is None else list(choice.rows)
    if any(row >= train for row in rows):
        problems.add("data.rows", "out_of_range", f"names row {max(rows)}, there are {train} from 0 on",
                     "take rows of the training part")  # fmt: skip
        return None
    return Data(x[rows], y[rows], x[train:], y[train:], task, classes, mean, scale)


def described(data: Data) -> Mapping[str, object]:
    """What a reply says of the data beside its arrays."""
    return {"task": data.task, "classes": data.classes, "samples": len(data.x), "test_samples": len(data.test_x),
            "standardize": None if data.mean is None else {"mean": data.mean, "scale": data.scale}}  # fmt: skip
