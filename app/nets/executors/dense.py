"""A stack of dense layers on whole batches, without a graph: what playgrounds train, at a playground's speed.

Arrays are feature-major, so that every elementwise op runs over contiguous memory; a bias is a column of its weights
that meets a row of ones; parameters and gradients are one flat vector each; nothing is allocated for a product. The
slopes of activations and losses are the engine's own rules. Products are added in another order than the engine's,
so values and gradients equal its up to rounding, not to the last bit.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from app.engine.graph import Graph
from app.engine.op import Op
from app.engine.ops import OPS
from app.engine.passes import quiet
from app.engine.structure import scale
from app.nets.activations import ACTIVATIONS
from app.nets.compile import Net
from app.nets.executors.heads import HEADS, ClassHead, Head
from app.nets.executors.record import Array, Layout
from app.nets.executors.slopes import Call, Slope
from app.nets.layers.record import Place

DOT = np.dot
MULTIPLICATION_SECONDS = 1.2e-9
"""Of a pass forward on an ordinary machine, for each weight and example, activations included."""


class Activation:
    """An elementwise op with its default attributes: what it gives, and its slope by (z, a)."""

    def __init__(self, op: Op) -> None:
        graph = Graph()
        (op.call or op)(graph.leaf(0.5, "z"))
        self.op, self.attributes = op, dict(graph.attributes[-1])
        self.slope = Slope(op, self.attributes, 1)

    @classmethod
    def of(cls, name: str) -> "Activation | None":
        """None for the identity."""
        op = ACTIVATIONS[name]
        return None if op is None else cls(op)

    def into(self, z: Array, out: Array) -> None:
        """a = f(z)."""
        out[...] = self.op.forward(z, **self.attributes)

    def of_array(self, z: Array) -> Array:
        """f(z), for any shape."""
        return np.asarray(self.op.forward(z, **self.attributes))

    def forward(self, z: Array, a: Array) -> tuple[Call, ...]:
        """What computes a from z."""
        return ((self.op.forward if isinstance(self.op.forward, np.ufunc) else self.into, (z, a)),)

    def backward(self, delta: Array, z: Array, a: Array) -> tuple[Call, ...]:
        """What multiplies δ by the slope; a closed gate lets nothing through, not even ∞."""
        ready = self.slope.calls(z, a)
        if ready is None:
            return ((self.times_slope, (delta, z, a)),)
        calls, local = ready
        if local.dtype == np.bool_:
            return *calls, (np.logical_not, (local, local)), (close, (delta, local))
        return *calls, (np.multiply, (delta, local, delta))

    def times_slope(self, delta: Array, z: Array, a: Array) -> None:
        """δ ← δ · f′(z), by the rule itself."""
        delta[...] = scale(delta, self.slope.rule(z, a, **self.attributes))


def close(delta: Array, shut: Array) -> None:
    """0 where a gate is shut."""
    np.copyto(delta, 0.0, where=shut)


@dataclass(frozen=True)
class Stacked:
    """One layer: its weights with the bias as last column, the same of the gradient, the weights without the bias as
    they are multiplied by on the way back, and what it is activated by."""

    weights: Array
    gradient: Array
    back: Array
    bias: bool
    activation: Activation | None


class Pool:
    """The arrays of one pass over `count` examples, by layer: z, a, δ, and what the next layer reads, which is a over a
    row of ones where that layer has a bias; and the calls that fill them, but for those that read the examples."""

    def __init__(self, layers: Sequence[Stacked], head: Head | ClassHead, count: int, share: float) -> None:
        sizes = [len(each.weights) for each in layers]
        ends = np.cumsum([size + 1 for size in sizes]).tolist()
        all_a, all_z = np.ones((ends[-1], count)), np.zeros((ends[-1], count))
        with_ones = [all_a[end - size - 1 : end] for size, end in zip(sizes, ends, strict=True)]
        self.a = [each[:-1] for each in with_ones]
        self.z = [
            a if each.activation is None else all_z[end - len(a) - 1 : end - 1]
            for a, each, end in zip(self.a, layers, ends, strict=True)
        ]
        self.delta = [np.empty((size, count)) for size in sizes]
        self._y, self.share = np.empty((sizes[-1], count)), share
        read = [full if after.bias else full[:-1] for full, after in zip(with_ones, layers[1:], strict=False)]
        forward: list[Call] = []
        backward: list[Call] = head.calls(self.a[-1], self._y, self.delta[-1], share)
        self._first = split_off(backward, self._y)
        for i, layer in enumerate(layers):
            if i:
                forward.append((DOT, (layer.weights, read[i - 1], self.z[i])))
            if layer.activation is not None:
                forward += layer.activation.forward(self.z[i], self.a[i])
        shared = self._slopes(layers, ends, all_z, all_a, backward)
        for i, layer in reversed(list(enumerate(layers))):
            delta = self.delta[i]
            if i in shared:
                backward.append((np.multiply, (delta, shared[i], delta)))
            elif layer.activation is not None:
                backward += layer.activation.backward(delta, self.z[i], self.a[i])
            if i:
                backward.append((DOT, (delta, read[i - 1].T, layer.gradient)))
                product = np.multiply if len(delta) == 1 else DOT  # of one unit nothing is added up
                backward.append((product, (layer.back, delta, self.delta[i - 1])))
        self.forward, self.backward = ([partial(function, *arrays) for function, arrays in calls] for calls in (
            forward, backward))  # fmt: skip

    @staticmethod
    def _slopes(
        layers: Sequence[Stacked], ends: Sequence[int], z: Array, a: Array, calls: list[Call]
    ) -> dict[int, Array]:
        """The slopes of layers in a row that are activated alike, by one call for all of them; the rows of ones between
        them go along.  By layer where they will stand."""
        found: dict[int, Array] = {}
        kinds = [None if each.activation is None else each.activation.op for each in layers]
        for _, run in groupby(range(len(layers)), key=kinds.__getitem__):
            alike = list(run)
            activation, start = layers[alike[0]].activation, ends[alike[0]] - len(layers[alike[0]].weights) - 1
            ready = None if activation is None else activation.slope.calls(
                z[start : ends[alike[-1]]], a[start : ends[alike[-1]]])  # fmt: skip
            if ready is None or ready[1].dtype == np.bool_:
                continue
            calls += ready[0]
            for i in alike:
                found[i] = ready[1][ends[i] - len(layers[i].weights) - 1 - start : ends[i] - 1 - start]
        return found

    def judge(self, y: Array) -> None:
        """Begin the way back with these targets."""
        if self._first is None:
            self._y[...] = y
        else:
            function, a, out = self._first
            function(a, y, out)


def split_off(calls: list[Call], y: Array) -> tuple[Callable[..., Any], Array, Array] | None:
    """Take the first call out where it alone reads the targets, as its second operand: they need no copy then."""
    reading = [i for i, (_, arrays) in enumerate(calls) if any(each is y for each in arrays)]
    function, arrays = calls[0]
    if reading != [0] or len(arrays) != 3 or arrays[1] is not y:
        return None
    del calls[0]
    return function, arrays[0], arrays[2]


class Batch(NamedTuple):
    """Examples as columns, as the first layer reads them, the same as rows, and their targets as columns."""

    x: Array
    rows: Array
    y: Array
    pool: Pool


class DenseExecutor:
    """See the module."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.layout = Layout({name: value.shape for name, value in net.parameters.items()})
        self.order = np.concatenate([self._places(place) for place in net.places])
        self.values = self.layout.joined(net.parameters)[self.order]
        self.gradient = np.zeros_like(self.values)
        self.layers = list(self._stacked())
        self.head = HEADS[net.configuration.loss]
        self.x, self.y = self._columns(net.data.x), self.head.targets(net.data.y, net.configuration.outputs)
        self._pools: dict[tuple[int, bool], Pool] = {}
        self._last: Batch | None = None
        self._regular = bool(net.configuration.l1 or net.configuration.l2)
        self.counted = self.layout.where(net.weights)[self.order]

    def _places(self, place: Place) -> Array:
        """The layout's places of a layer's numbers, in the order that they are kept in here."""
        slices, name = self.layout.slices, place.name("W")
        own = np.arange(self.layout.size)
        rows = own[slices[name]].reshape(self.layout.shapes[name])
        if "b" in place.parameters:
            rows = np.concatenate([rows, own[slices[place.name("b")]][:, None]], axis=1)
        return rows.ravel()

    def _stacked(self) -> Iterator[Stacked]:
        start = 0
        for place in self.net.places:
            units, coming = self.layout.shapes[place.name("W")]
            bias = "b" in place.parameters
            shape, end = (units, coming + bias), start + units * (coming + bias)
            inside = place.options["activation"] == "softmax"  # of the loss
            activation = None if inside else Activation.of(place.options["activation"])
            weights, gradient = (flat[start:end].reshape(shape) for flat in (self.values, self.gradient))
            yield Stacked(weights, gradient, weights[:, :coming].T, bias, activation)
            start = end

    def _columns(self, x: Array) -> Array:
        """Inputs as columns over a row of ones, scaled as the net's first line does it."""
        data = self.net.data
        if data.mean is not None and data.scale is not None:
            x = (x - data.mean) / data.scale
        return np.concatenate([x.T, np.ones((1, len(x)))])

    # ── passes ──────────────────────────────────────────────────────────────────────────────────────────
    def batch(self, rows: Array | None) -> Batch:
        """Columns of the training data."""
        if rows is None:
            return self._ready(self.x, self.y)
        return self._ready(np.ascontiguousarray(self.x[:, rows]), np.ascontiguousarray(self.y[:, rows]))

    def batches(self, order: Array, size: int) -> list[Batch]:
        """The training data in this order, cut into batches: one copy for all of them."""
        x, y = self.x[:, order], self.y[:, order]
        cuts = [slice(start, start + size) for start in range(0, len(order), size)]
        return [self._ready(x[:, cut], y[:, cut]) for cut in cuts]

    def _ready(self, x: Array, y: Array, *, training: bool = True) -> Batch:
        count = x.shape[1]
        key = count, training  # what was computed for training stays when something else is evaluated
        if key not in self._pools:
            share = 1.0 / count if self.net.configuration.reduction == "mean" else 1.0
            self._pools[key] = Pool(self.layers, self.head, count, share)
        x = x if self.layers[0].bias else x[:-1]
        return Batch(x, x.T, y, self._pools[key])

    def forward(self, batch: Batch) -> None:
        """Every layer's z and a."""
        pool = batch.pool
        DOT(self.layers[0].weights, batch.x, pool.z[0])
        for call in pool.forward:
            call()

    def backward(self, batch: Batch, step: int = 0) -> None:
        """Forward, then every δ = ∂L/∂z and every gradient."""
        self._last, (x, rows, y, pool) = batch, batch
        DOT(self.layers[0].weights, x, pool.z[0])
        for call in pool.forward:
            call()
        pool.judge(y)
        for call in pool.backward:
            call()
        DOT(pool.delta[0], rows, self.layers[0].gradient)
        if self._regular:
            self._regularise()

    def _regularise(self) -> None:
        own = self.net.configuration
        if own.l1:
            self.gradient += own.l1 * np.sign(self.values) * self.counted
        if own.l2:
            self.gradient += own.l2 * self.values * self.counted

    # ── what is asked for ───────────────────────────────────────────────────────────────────────────────
    def loss(self) -> float:
        """Of the batch of the last backward pass, with what regularisers add."""
        batch, own = self._last, self.net.configuration
        assert batch is not None
        found, weights = self._reduced(batch), self.values[self.counted]
        if own.l1 or own.l2:
            found += float(own.l1 * np.abs(weights).sum() + own.l2 / 2 * np.square(weights).sum())
        return found

    def _reduced(self, batch: Batch) -> float:
        with quiet():
            return float(self.head.totals(batch.pool.a[-1], batch.y)) * batch.pool.share

    def outputs(self, x: Array) -> Array:
        """The last layer's output (n, outputs)."""
        batch = self._ready(self._columns(x), np.empty((0, len(x))), training=False)
        self.forward(batch)
        last = batch.pool.a[-1].T
        softmax = self.net.places[-1].options["activation"] == "softmax"
        return np.asarray(OPS["softmax"].forward(last, axis=(1,))) if softmax else np.array(last)

    def loss_of(self, x: Array, y: Array) -> float:
        """Over other examples, without what regularisers add."""
        batch = self._ready(self._columns(x), self.head.targets(y, self.net.configuration.outputs), training=False)
        self.forward(batch)
        return self._reduced(batch)

    def seconds(self) -> float:
        """See `Executor`."""
        return MULTIPLICATION_SECONDS * self.layout.size * len(self.net.data.x)


def fits(net: Net) -> bool:
    """Whether a net is such a stack: dense layers on vectors, elementwise activations, a loss with a head."""
    places, own = net.places, net.configuration
    if len(own.input) != 1 or own.loss not in HEADS or any(each.spec.record.type != "dense" for each in places):
        return False
    names = [str(each.options["activation"]) for each in places]
    if own.loss == "cross_entropy":
        if not own.fused:
            return False
        names = names[:-1] if names[-1] == "softmax" else names
    ops = [ACTIVATIONS[name] for name in names]
    return all(op is None or bool(op.partials) for op in ops)
