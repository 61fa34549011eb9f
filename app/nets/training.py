"""The training loop: one update after the other, each a pure function of the state before and of its number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.optimizers import OPTIMIZERS, Optimizer, Update
from app.engine.passes import quiet
from app.nets.batches import Batches
from app.nets.compile import Net
from app.nets.configuration import every, named
from app.nets.executors import choose
from app.nets.executors.record import Array, Executor
from app.nets.metrics import accuracy, classifies, confusion
from app.nets.schedules import Rates

CLIP_EPS = 1e-6
"""What PyTorch's clip_grad_norm_ adds to the norm that it divides by."""


@dataclass(frozen=True)
class Plan:
    """How a net is to be trained.  `settings` are the optimizer's, complete; `last` is the number of the last step."""

    last: int
    optimizer: Optimizer = OPTIMIZERS["sgd"]
    settings: Mapping[str, Any] = field(default_factory=lambda: OPTIMIZERS["sgd"].settings({}))
    batch_size: int | None = None
    shuffle: bool = False
    rates: Rates = field(default_factory=Rates)
    clip_norm: float | None = None
    freeze: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """A state that training can go on from, to the last bit: the number of updates before it, the parameters, what the
    optimizer remembers (by its own names; arrays by parameter, or single numbers), and of how many updates."""

    step: int
    parameters: Mapping[str, Array]
    optimizer: Mapping[str, Mapping[str, Array] | float] = field(default_factory=dict)
    updates: int = 0


@dataclass(frozen=True)
class Progress:
    """What a state is like, over all training examples.  `loss` is what the net's program gives, with what regularisers
    add; `learning_rate` is that of the update to come."""

    step: int
    epoch: int
    loss: float
    test_loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    gradient_norms: Mapping[str, float]
    learning_rate: float


@dataclass(frozen=True)
class Updated:
    """The update after state `step`, seen closely: arrays by parameter; `terms` in the order of the formula."""

    step: int
    learning_rate: float
    rows: Array
    norm: float
    clipped: float
    gradient: Mapping[str, Array]
    before: Mapping[str, Array]
    terms: Mapping[str, Mapping[str, Array] | float]
    after: Mapping[str, Array]


class Trainer:
    """A net in training; `step` is the number of updates so far, `updates` of those that the
    optimizer remembers."""

    def __init__(self, net: Net, plan: Plan, budget: Callable[[], Budget], start: Checkpoint | None = None) -> None:
        self.net, self.plan = net, plan
        self.executor: Executor = choose(net, budget)
        count = len(net.data.x)
        self.batches = Batches(count, min(plan.batch_size or count, count), plan.shuffle, net.configuration.seed)
        self._whole, self._per_epoch = self.batches.whole, self.batches.per_epoch
        self.all = self.executor.batch(None)
        self.step = self.updates = 0
        self.state: Mapping[str, Any] = self._first_state()
        if start is not None:
            self._restore(start)
        layout, order = self.executor.layout, self.executor.order
        self._active = ~layout.where(plan.freeze)[order] if plan.freeze else None
        self._layers = {
            place.label: layout.where(names)[order]
            for place in every(net.places) if (names := [name for name, _ in named(place)])
        }  # fmt: skip
        self._epoch, self._ready = -1, [self.all]
        self._constant = plan.rates.constant
        self._plain = self._constant and self._active is None and plan.clip_norm is None
        self._computed = -1  # the step whose gradient over all examples stands in the executor

    # ── state ───────────────────────────────────────────────────────────────────────────────────────────
    def _first_state(self) -> dict[str, Any]:
        record = self.plan.optimizer
        return {
            name: value if name in record.single else np.full(self.executor.values.shape, value)
            for name, value in record.keeps(self.plan.settings).items()
        }

    def _restore(self, start: Checkpoint) -> None:
        """Take a checkpoint's numbers; an optimizer that remembers other things than its one starts anew."""
        self.step = start.step
        self.executor.values[:] = self._kept(start.parameters)
        if set(start.optimizer) == set(self.state):
            self.updates = start.updates
            self.state = {
                name: self._kept(value) if isinstance(value, Mapping) else value
                for name, value in start.optimizer.items()
            }

    def _kept(self, arrays: Mapping[str, Array]) -> Array:
        flat = self.executor.layout.joined(arrays)
        return np.asarray(flat[self.executor.order])

    def _by_name(self, kept: Array) -> dict[str, Array]:
        """A copy in the layout's order, by name."""
        flat = np.empty_like(kept)
        flat[self.executor.order] = kept
        return self.executor.layout.split(flat)

    def parameters(self) -> dict[str, Array]:
        """As they are now, a copy."""
        return self._by_name(self.executor.values)

    def checkpoint(self) -> Checkpoint:
        """The present state, a copy."""
        state = {
            name: self._by_name(value) if isinstance(value, np.ndarray) else float(value)
            for name, value in self.state.items()
        }
        return Checkpoint(self.step, self.parameters(), state, self.updates)

    # ── one update ──────────────────────────────────────────────────────────────────────────────────────
    @property
    def over(self) -> bool:
        """Whether the last step is done."""
        return self.step >= self.plan.last

    def advance(self, steps: int = 1) -> None:
        """The next updates."""
        executor, rule, plain = self.executor, self.plan.optimizer.rule, self._plain
        values = executor.values
        with quiet():
            for _ in range(steps):
                if plain:  # as below, without a call for each part
                    if not self._whole or self._computed != self.step:
                        executor.backward(self._batch(), self.step)
                    settings, number = self.plan.settings, self.updates + 1
                    update = rule(values, executor.gradient, self.state, settings, number, np)
                else:
                    update = self._updated(self._gradient())
                self.state = update.state
                values[...] = update.after
                self.step += 1
                self.updates += 1

    def look(self) -> Updated:
        """The next update, not done but seen closely."""
        executor = self.executor
        with quiet():
            gradient = self._gradient()
            norm, factor = self._clipping(self._trained(executor.gradient))
            update = self._updated(gradient)
        whole, (epoch, place) = self.batches.whole, divmod(self.step, self.batches.per_epoch)
        rows = np.arange(self.batches.count) if whole else self.batches.cut(self.batches.order(epoch))[place]
        terms = {
            name: self._by_name(value) if isinstance(value, np.ndarray) else float(value)
            for name, value in update.terms.items()
        }
        return Updated(
            self.step, self.learning_rate(), rows, norm, factor, self._by_name(executor.gradient), self.parameters(),
            terms, self._by_name(update.after),
        )  # fmt: skip

    def _gradient(self) -> Array:
        """Of the next batch, as the optimizer takes it: without what is frozen, clipped."""
        if self._computed != self.step or not self._whole:
            self.executor.backward(self._batch(), self.step)
        gradient = self._trained(self.executor.gradient)
        return gradient if self.plan.clip_norm is None else gradient * self._clipping(gradient)[1]

    def _updated(self, gradient: Array) -> Update:
        """What the optimizer makes of it; frozen parameters stay."""
        values = self.executor.values
        found = self.plan.optimizer.rule(values, gradient, self.state, self._settings(), self.updates + 1, np)
        return found if self._active is None else found._replace(after=np.where(self._active, found.after, values))

    def learning_rate(self) -> float:
        """Of the update to come."""
        return self.plan.rates.at(self.step, self.plan.settings["learning_rate"])

    def _settings(self) -> Mapping[str, Any]:
        if self._constant:
            return self.plan.settings
        return {**self.plan.settings, "learning_rate": self.learning_rate()}

    def _batch(self) -> object:
        if self._whole:
            return self.all
        epoch, place = divmod(self.step, self._per_epoch)
        if epoch != self._epoch and (self._epoch < 0 or self.batches.shuffle):
            self._epoch = epoch
            self._ready = self.executor.batches(self.batches.order(epoch), self.batches.size)
        return self._ready[place]

    def _trained(self, gradient: Array) -> Array:
        """Without what is frozen."""
        return gradient if self._active is None else np.where(self._active, gradient, 0.0)

    def _clipping(self, gradient: Array) -> tuple[float, float]:
        """The gradient's norm, and what it is multiplied by: as PyTorch's clip_grad_norm_ does it."""
        norm = float(np.sqrt(np.dot(gradient, gradient)))
        if self.plan.clip_norm is None:
            return norm, 1.0
        factor = self.plan.clip_norm / (norm + CLIP_EPS)
        return norm, factor if factor != factor else min(factor, 1.0)

    # ── what is reported ────────────────────────────────────────────────────────────────────────────────
    def progress(self) -> Progress:
        """What the present state is like."""
        executor, data = self.executor, self.net.data
        loss_name = self.net.configuration.loss
        with quiet():
            executor.backward(self.all, self.step if self.batches.whole else 0)
            self._computed = self.step
            loss = executor.loss()
            squares = np.square(executor.gradient)
            norms = {name: float(np.sqrt(np.sum(squares[where]))) for name, where in self._layers.items()}
            tested, scored = len(data.test_x) > 0, classifies(data)
            return Progress(
                self.step, self.batches.epoch(self.step), loss,
                executor.loss_of(data.test_x, data.test_y) if tested else None,
                accuracy(executor.outputs(data.x), data.y, loss_name) if scored else None,
                accuracy(executor.outputs(data.test_x), data.test_y, loss_name) if scored and tested else None,
                norms, self.learning_rate(),
            )  # fmt: skip

    def outputs(self) -> tuple[Array, Array]:
        """Of the training and of the test examples."""
        with quiet():
            train = self.executor.outputs(self.net.data.x)
            test = self.executor.outputs(self.net.data.test_x) if len(self.net.data.test_x) else np.empty((0, 1))
        return train, test

    def confusions(self) -> dict[str, list[list[int]]] | None:
        """Confusion matrices over training and test examples; None where there are no classes."""
        data, loss = self.net.data, self.net.configuration.loss
        if not classifies(data):
            return None
        train, test = self.outputs()
        found = {"train": confusion(train, data.y, loss, data.classes)}
        return found | ({"test": confusion(test, data.test_y, loss, data.classes)} if len(test) else {})
