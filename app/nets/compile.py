"""A configuration → the text of its program in our language, and the arrays that it is about.

Three texts of one net: `program` has its numbers in it as far as they are few, `bare` leaves every array open (what a
training loop traces once), `forward` is bare, stops before the loss, and evaluates: nothing is dropped out, and batch
norm goes by given statistics.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np

from app.engine.graph import Span
from app.nets.activations import activated
from app.nets.configuration import Configuration, every, named
from app.nets.data import Data, make_data
from app.nets.initialisers import INITIALISERS, first_value
from app.nets.layers.record import Lines, Parameter, Place
from app.nets.losses import LOSSES, Output
from app.nets.problems import Problems

LOSS, EXAMPLE_LOSSES, X, Y = "loss", "losses", "x", "y"
MOST_WRITTEN, MOST_CHARACTERS = 1024, 56_000
"""Numbers of an array that are written into the program, and characters of it; what is more is left open."""


@dataclass(frozen=True)
class Net:
    """A compiled net.

    `parameters` are the first values by name, in the order of the layers; `data` holds the arrays.  `given` has the
    values of what `program` leaves open; `bare` and `forward` leave all open: see `inputs`.  `literals`: where in
    `program` the values of names stand, in their order; its lines from `first_line` on are those of `bare`.
    `statistics`: by number of
    a batch norm, the variable whose mean and variance `forward` wants as `mean3` and `var3`.
    """

    configuration: Configuration
    program: str
    bare: str
    forward: str
    parameters: Mapping[str, np.ndarray]
    records: Mapping[str, Parameter]
    data: Data
    given: Mapping[str, np.ndarray]
    output: str
    statistics: Mapping[str, str]
    literals: Mapping[str, Span] = field(default_factory=dict)
    first_line: int = 1
    loss: str = LOSS

    @property
    def places(self) -> tuple[Place, ...]:
        """The layers."""
        return self.configuration.places

    @property
    def weights(self) -> tuple[str, ...]:
        """Parameters that regularisers count: no biases, no gains."""
        return tuple(name for name, record in self.records.items() if record.role == "weight")

    @property
    def wrt(self) -> tuple[str, ...]:
        """What a reply differentiates by: the parameters, and the inputs unless they are numbers of rows."""
        return (*self.parameters, *(() if self.takes_numbers_of_rows else (X,)))

    @property
    def takes_numbers_of_rows(self) -> bool:
        """Whether the first layer looks rows up: its inputs have no derivative."""
        return self.places[0].spec.record.rows

    def inputs(self, parameters: Mapping[str, np.ndarray] | None = None, x: np.ndarray | None = None,
               y: np.ndarray | None = None) -> dict[str, np.ndarray]:  # fmt: skip
        """The values of all that `bare` leaves open; by default first parameters and training data."""
        data = self.data
        found = {X: data.x if x is None else x, Y: data.y if y is None else y}
        if data.mean is not None and data.scale is not None:
            found |= {"x_mean": data.mean, "x_scale": data.scale}
        return found | dict(self.parameters if parameters is None else parameters)


def compile_net(configuration: Configuration) -> Net:
    """The configuration's net.  Raises BadNet where its data does not fit."""
    problems = Problems()
    data = make_data(configuration.data, configuration.input, configuration.outputs, LOSSES[configuration.loss],
                     problems)  # fmt: skip
    if data is not None:
        check_rows(configuration, data, problems)
    problems.fail_if_any()
    assert data is not None
    records = dict(pair for place in every(configuration.places) for pair in named(place))
    parameters = first_parameters(configuration, records)
    body, forward = (written(configuration, data, evaluating=each) for each in (False, True))
    net = Net(
        configuration, program="", bare="\n".join(body.lines), forward="\n".join(forward.lines), parameters=parameters,
        records=records, data=data, given={}, output=a_of(configuration.places[-1]), statistics=forward.statistics,
    )  # fmt: skip
    lines, given = shown_arrays(net.inputs(), MOST_CHARACTERS - len(net.bare))
    literals, first = placed_literals(lines)
    program = "\n".join([f"# {summary(configuration)}", *lines.values(), *body.lines])
    return replace(net, program=program, given=given, literals=literals, first_line=first)


def check_rows(configuration: Configuration, data: Data, problems: Problems) -> None:
    """What goes into an embedding must be numbers of its rows."""
    spec = configuration.places[0].spec
    if not spec.record.rows:
        return
    if data.mean is not None:
        problems.add("data.standardize", "bad_argument", "scales the numbers of rows that an embedding takes, must be"
                     " false")  # fmt: skip
    tokens = spec.options["tokens"]
    for x in (data.x, data.test_x):
        if not np.all((x == np.floor(x)) & (x >= 0) & (x < tokens)):
            problems.add("data.x", "bad_argument", f"must hold whole numbers from 0 to {tokens - 1}, which the"
                         " embedding looks up", "change them, or its `tokens`")  # fmt: skip
            return


def first_parameters(configuration: Configuration, records: Mapping[str, Parameter]) -> dict[str, np.ndarray]:
    """Given values, else the initialiser's."""
    initialiser = INITIALISERS[configuration.initializer]
    return {
        name: configuration.parameters[name] if name in configuration.parameters else
        first_value(initialiser, configuration.initializer_options, record, name, configuration.seed)
        for name, record in records.items()
    }  # fmt: skip


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────
def written(configuration: Configuration, data: Data, *, evaluating: bool) -> Lines:
    """The lines after the arrays; up to the output alone where the net is only evaluated."""
    lines = Lines(incoming=X, evaluating=evaluating, layer=write_layer, seed=configuration.seed)
    if data.mean is not None:
        lines.opened('with jax.named_scope("standardize"):')
        lines.add("a0 = (x - x_mean) / x_scale")
        lines.closed()
        lines.incoming = "a0"
    for place in configuration.places:
        write_layer(place, lines)
    if not evaluating:
        write_loss(configuration, data, lines)
    return lines


def write_layer(place: Place, lines: Lines) -> None:
    """One layer in its scope."""
    record = place.spec.record
    lines.opened(f'with jax.named_scope("{place.label}"):')
    record.write(place, lines)
    if record.activated:
        lines.add(f"{place.name('a')} = {activated(place.options['activation'], place.name('z'))}")
    lines.closed()
    lines.incoming = place.name("a")


def write_loss(configuration: Configuration, data: Data, lines: Lines) -> None:
    """The loss of each example, then of all; then what the weights add."""
    last = configuration.places[-1]
    one_hot = data.y.ndim == 2
    output = Output(a_of(last), z_of(last), last.options.get("activation") == "softmax", configuration.fused, one_hot)
    regular = configuration.l1 > 0 or configuration.l2 > 0
    lines.opened('with jax.named_scope("loss"):')
    lines.add(f"{EXAMPLE_LOSSES} = {LOSSES[configuration.loss].line(output)}")
    lines.add(f"{'data_loss' if regular else LOSS} = {configuration.reduction}({EXAMPLE_LOSSES})")
    lines.closed()
    if regular:
        write_penalty(configuration, lines)


def write_penalty(configuration: Configuration, lines: Lines) -> None:
    """λ₁ Σ |w| + ½ λ₂ Σ w², over weights, not biases."""
    weights = [name for place in every(configuration.places) for name, each in named(place) if each.role == "weight"]
    terms = []
    if configuration.l1:
        terms.append(f"{configuration.l1!r} * ({' + '.join(f'sum(abs({each}))' for each in weights)})")
    if configuration.l2:
        terms.append(f"{configuration.l2 / 2!r} * ({' + '.join(f'sum({each}**2)' for each in weights)})")
    lines.opened('with jax.named_scope("penalty"):')
    lines.add(f"penalty = {' + '.join(terms)}")
    lines.closed()
    lines.add(f"{LOSS} = data_loss + penalty")


def a_of(place: Place) -> str:
    """The variable of a layer's output."""
    return place.name("a")


def z_of(place: Place) -> str:
    """The variable of its pre-activation; of a layer that has none, the output."""
    return place.name("z" if place.spec.record.activated else "a")


def shown_arrays(arrays: Mapping[str, np.ndarray], room: int) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Lines that bind arrays, `room` characters at most, and those too large, or not finite, that stay open."""
    lines: dict[str, str] = {}
    for name in sorted(arrays, key=lambda each: arrays[each].size):
        array = arrays[name]
        text = literal(name, array) if array.size <= MOST_WRITTEN and np.isfinite(array).all() else ""
        if text and len(text) <= room:
            lines[name] = text
            room -= len(text)
    ordered = {name: lines[name] for name in arrays if name in lines}
    return ordered, {name: array for name, array in arrays.items() if name not in lines}


def placed_literals(lines: Mapping[str, str]) -> tuple[dict[str, Span], int]:
    """Where each value stands, the first line being the summary; and the line after the last."""
    found, at = {}, 2
    for name, text in lines.items():
        rows = text.split("\n")
        found[name] = (at, len(name) + 4, at + len(rows) - 1, len(rows[-1]) + 1)
        at += len(rows)
    return found, at


def literal(name: str, array: np.ndarray) -> str:
    """`W1 = [[…],` and a row per line."""
    if array.ndim < 2 or array.size <= 6:
        return f"{name} = {array.tolist()!r}"
    indent = " " * (len(name) + 4)
    return f"{name} = [" + f",\n{indent}".join(repr(row) for row in array.tolist()) + "]"


def summary(configuration: Configuration) -> str:
    """`2 → 3 tanh → 1 linear, mse` on a line of its own."""
    sizes = " × ".join(map(str, configuration.input))
    steps = []
    for place in configuration.places:
        kind = place.spec.record.type
        what = str(prod(place.gives)) if kind == "dense" else f"{kind} {' × '.join(map(str, place.gives))}"
        activation = place.options.get("activation")
        steps.append(f"{what} {activation}" if activation else what)
    return f"{' → '.join([sizes, *steps])}, {configuration.loss}"
