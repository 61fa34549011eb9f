"""Recurrent layers, unrolled: the same weights at every time step, which all add to their gradient."""

from collections.abc import Callable

from app.nets.fields import Choice, Field, Flag, Options, Whole
from app.nets.layers.record import Layer, Lines, Parameter, Place, Shape, Spec, sequence

UNITS = Whole(name="units", says="numbers of the state", low=1, high=64)
EVERY = Flag(name="sequence", says="whether every state comes out, not the last alone", default=False)


def shape(takes: Shape, spec: Spec) -> Shape:
    """The last state, or (time, units)."""
    time, _ = sequence(takes, f"a layer {spec.record.type}")
    units = spec.options["units"]
    return (time, units) if spec.options["sequence"] else (units,)


def weights(gates: int) -> Callable[[Shape, Options], list[Parameter]]:
    """Wx (gates · units, in), Wh (gates · units, units), b."""

    def parameters(takes: Shape, options: Options) -> list[Parameter]:
        units, coming = options["units"], takes[-1]
        rows = gates * units
        return [Parameter("Wx", (rows, coming), coming, units), Parameter("Wh", (rows, units), units, units),
                Parameter("b", (rows,), coming, units, "bias")]  # fmt: skip

    return parameters


def unrolled(place: Place, lines: Lines, step: Callable[[int, str], None]) -> None:
    """Every time step in a scope of its own; `step` gets its number and the sums' text, of x and of the last state."""
    count = place.takes[0]
    for t in range(1, count + 1):
        sums = f"{lines.incoming}[:, {t - 1}] @ {place.name('Wx')}.T"
        if t > 1:
            sums += f" + {state(place, t - 1)} @ {place.name('Wh')}.T"
        lines.opened(f'with jax.named_scope("step {t}"):')
        step(t, f"{sums} + {place.name('b')}")
        lines.closed()
    states = [state(place, t) for t in range(1, count + 1)]
    every = f"stack([{', '.join(states)}], axis=1)"
    lines.add(f"{place.name('a')} = {every if place.options['sequence'] else states[-1]}")


def state(place: Place, t: int) -> str:
    """`h1_3`: the state of layer 1 after step 3."""
    return f"{place.name('h')}_{t}"


def write_rnn(place: Place, lines: Lines) -> None:
    """h = f(Wx x + Wh h + b), the state before the first step being 0."""

    def step(t: int, sums: str) -> None:
        lines.add(f"{place.name('s')}_{t} = {sums}")
        lines.add(f"{state(place, t)} = {place.options['activation']}({place.name('s')}_{t})")

    unrolled(place, lines, step)


def write_lstm(place: Place, lines: Lines) -> None:
    """Gates i, f, o and candidate g in PyTorch's order i, f, g, o; c = f·c + i·g, h = o·tanh(c)."""
    units = place.options["units"]

    def step(t: int, sums: str) -> None:
        sum_, (i, f, g, o, c) = f"{place.name('s')}_{t}", (f"{place.name(each)}_{t}" for each in "ifgoc")
        lines.add(f"{sum_} = {sums}")
        for at, (name, function) in enumerate(((i, "sigmoid"), (f, "sigmoid"), (g, "tanh"), (o, "sigmoid"))):
            if name != f or t > 1:
                lines.add(f"{name} = {function}({sum_}[:, {at * units}:{(at + 1) * units}])")
        lines.add(f"{c} = {f'{f} * ' + place.name('c') + f'_{t - 1} + ' if t > 1 else ''}{i} * {g}")
        lines.add(f"{state(place, t)} = {o} * tanh({c})")

    unrolled(place, lines, step)


SQUASH = Choice(name="activation", says="what the sums go through", choices=("tanh", "relu", "sigmoid"),
                default="tanh")  # fmt: skip


def recurrent(kind: str, doc: str, fields: tuple[Field, ...], gates: int, write: Callable[[Place, Lines], None],
              ) -> Layer:  # fmt: skip
    """A record."""
    return Layer(type=kind, doc=doc, fields=fields, shape=shape, parameters=weights(gates), write=write)


RNN = recurrent("rnn", "A state that is made anew from input and last state at every time step.",
                (UNITS, SQUASH, EVERY), 1, write_rnn)  # fmt: skip
LSTM = recurrent("lstm", "A memory that gates add to, forget and read at every time step.", (UNITS, EVERY), 4,
                 write_lstm)  # fmt: skip
