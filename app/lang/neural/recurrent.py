"""Recurrent layers of `torch.nn`: one step (`nn.LSTMCell`), and steps along a sequence (`nn.LSTM`).

Source: PyTorch reference, torch.nn.RNNCell, LSTMCell and GRUCell, with their order of gates and first weights.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from app.lang.chances.generators import size_of
from app.lang.display import concrete
from app.lang.neural.modules import Tracer, layer
from app.lang.objects import Klass
from app.lang.values import Value

Step = Callable[..., tuple[Value, ...]]


@dataclass(frozen=True)
class Cell:
    """A kind of recurrence: how many gates its weights hold, how many states it has, and its step."""

    name: str
    gates: int
    states: int
    step: Step


# ── one step ────────────────────────────────────────────────────────────────────────────────────────────
def times(t: Tracer, a: Value, b: Value) -> Value:
    """a·b."""
    return t.arithmetic("mul", a, b)


def plus(t: Tracer, a: Value, b: Value) -> Value:
    """a + b."""
    return t.arithmetic("add", a, b)


def sigmoid(t: Tracer, x: Value) -> Value:
    """σ(x)."""
    return t.call_named("torch.sigmoid", [x], {})


def tanh(t: Tracer, x: Value) -> Value:
    """tanh x."""
    return t.call_named("torch.tanh", [x], {})


def parts(t: Tracer, x: Value, count: int) -> tuple[Value, ...]:
    """The gates, one behind the other along the last axis."""
    return tuple(t.call_named("torch.chunk", [x, count], {"dim": -1}))


def plain(t: Tracer, a: Value, b: Value, h: Value, activation: str = "tanh") -> tuple[Value, ...]:
    """h' = tanh(a + b), or relu; a is what comes from the input, b from the state."""
    return (t.call_named(f"torch.{activation}", [plus(t, a, b)], {}),)


def long_short(t: Tracer, a: Value, b: Value, h: Value, c: Value, **_: Value) -> tuple[Value, ...]:
    """c' = f c + i g, h' = o tanh(c'); S. Hochreiter & J. Schmidhuber, Long Short-Term Memory, 1997."""
    i, f, g, o = parts(t, plus(t, a, b), 4)
    c = plus(t, times(t, sigmoid(t, f), c), times(t, sigmoid(t, i), tanh(t, g)))
    return times(t, sigmoid(t, o), tanh(t, c)), c


def gated(t: Tracer, a: Value, b: Value, h: Value, **_: Value) -> tuple[Value, ...]:
    """h' = (1 - z) n + z h; K. Cho et al., Learning Phrase Representations, 2014."""
    (ar, az, an), (br, bz, bn) = parts(t, a, 3), parts(t, b, 3)
    r, z = sigmoid(t, plus(t, ar, br)), sigmoid(t, plus(t, az, bz))
    n = tanh(t, plus(t, an, times(t, r, bn)))
    return (plus(t, times(t, t.arithmetic("sub", 1.0, z), n), times(t, z, h)),)


CELLS = (Cell("RNN", 1, 1, plain), Cell("LSTM", 4, 2, long_short), Cell("GRU", 3, 1, gated))


# ── what both have ──────────────────────────────────────────────────────────────────────────────────────
def draw(t: Tracer, own: dict[str, Value], cell: Cell, inputs: int, hidden: int, bias: Value, end: str = "") -> None:
    """Weights (gates · hidden, in) and biases, all from ±1/√hidden."""
    bound, rows = 1 / sqrt(hidden) if hidden else 0.0, cell.gates * hidden
    wanted: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, hidden)}
    wanted |= {"bias_ih": (rows,), "bias_hh": (rows,)} if t.truth(bias) else {}
    for name, form in wanted.items():
        own[name + end] = t.trained(t.draws.torch.uniform(-bound, bound, size_of(form, t.budget)))


def advance(
    t: Tracer, own: dict[str, Value], cell: Cell, x: Value, states: tuple[Value, ...], end: str = ""
) -> tuple[Value, ...]:
    """The states after one more input."""
    names = ("weight", "bias") if own["bias"] else ("weight",)
    a, b = (t.call_named("F.linear", [each, *(own[f"{name}_{side}{end}"] for name in names)], {})
            for each, side in ((x, "ih"), (states[0], "hh")))  # fmt: skip
    return cell.step(t, a, b, *states, **({"activation": own["nonlinearity"]} if cell.name == "RNN" else {}))


def known(t: Tracer, nonlinearity: Value) -> str:
    """The activation of a plain cell.  Raises ValueError."""
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError("nonlinearity must be 'tanh' or 'relu'")
    return str(nonlinearity)


def started(cell: Cell, given: Value, form: tuple[int, ...]) -> tuple[Value, ...]:
    """The states at the start: those given, or zeros."""
    if given is None:
        return (np.zeros(form),) * cell.states
    return tuple(given) if cell.states > 1 else (given,)


# ── nn.LSTMCell and its like ────────────────────────────────────────────────────────────────────────────
def single(cell: Cell) -> Klass:
    """The class of one step."""
    def make(t: Tracer, own: dict[str, Value], input_size: Value, hidden_size: Value, bias: Value = True,
             nonlinearity: Value = "tanh") -> None:  # fmt: skip
        inputs, hidden = t.count(input_size), t.count(hidden_size)
        own |= {"input_size": inputs, "hidden_size": hidden, "bias": t.truth(bias)}
        own |= {"nonlinearity": known(t, nonlinearity)}
        draw(t, own, cell, inputs, hidden, bias)

    def forward(t: Tracer, own: dict[str, Value], input: Value, hx: Value = None) -> Value:
        form = (*np.shape(concrete(input))[:-1], own["hidden_size"])
        states = advance(t, own, cell, input, started(cell, hx, form))
        return states if cell.states > 1 else states[0]

    return layer(f"{cell.name}Cell", make, forward)


# ── nn.LSTM and its like ────────────────────────────────────────────────────────────────────────────────
def along(cell: Cell) -> Klass:
    """The class of many steps: layers one above the other, each along the whole sequence."""
    def make(
        t: Tracer, own: dict[str, Value], input_size: Value, hidden_size: Value, num_layers: Value = 1,
        bias: Value = True, batch_first: Value = False, dropout: Value = 0.0, bidirectional: Value = False,
        nonlinearity: Value = "tanh",
    ) -> None:  # fmt: skip
        if concrete(dropout) or t.truth(bidirectional):
            raise ValueError("dropout and bidirectional are not read; write the steps as a loop over a cell")
        inputs, hidden, layers = t.count(input_size), t.count(hidden_size), t.count(num_layers)
        own |= {"input_size": inputs, "hidden_size": hidden, "num_layers": layers, "bias": t.truth(bias)}
        own |= {"batch_first": t.truth(batch_first), "nonlinearity": known(t, nonlinearity)}
        for i in range(layers):
            draw(t, own, cell, inputs if i == 0 else hidden, hidden, bias, f"_l{i}")

    def forward(t: Tracer, own: dict[str, Value], input: Value, hx: Value = None) -> Value:
        form = np.shape(concrete(input))
        if len(form) not in (2, 3):
            raise ValueError(f"the input is {form}, it must be (steps, size) or (steps, batch, size)")
        by_batch = own["batch_first"] and len(form) == 3
        steps = list(t.elements(t.call_named("torch.swapaxes", [input, 0, 1], {}) if by_batch else input))
        batch = np.shape(concrete(steps[0]))[:-1] if steps else ()
        given = started(cell, hx, (own["num_layers"], *batch, own["hidden_size"]))
        rows = [list(t.elements(each)) for each in given]
        last = []
        for i in range(own["num_layers"]):
            states = tuple(each[i] for each in rows)
            for j, x in enumerate(steps):
                states = advance(t, own, cell, x, states, f"_l{i}")
                steps[j] = states[0]
            last.append(states)
        ends = tuple(t.stacked(list(each)) for each in zip(*last, strict=True))
        found = t.stacked(steps)
        found = t.call_named("torch.swapaxes", [found, 0, 1], {}) if by_batch else found
        return found, ends if cell.states > 1 else ends[0]

    return layer(cell.name, make, forward)


RECURRENT = (*map(single, CELLS), *map(along, CELLS))
"""The classes."""
