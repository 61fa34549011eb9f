"""What a run of a net's program shows of each layer: z, a, δ, how large things are, which units are shut or flat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.op import Array
from app.engine.passes import pull, quiet
from app.engine.run import Run
from app.nets.compile import EXAMPLE_LOSSES, Net, a_of, z_of
from app.nets.configuration import every, named
from app.nets.layers.record import Place


@dataclass(frozen=True)
class Seen:
    """One layer in a run; rows of z, a and δ = ∂L/∂z are examples.

    `grad_norm` is the length of all its parameters' gradients together, None where it has none.  `saturated` and `dead`
    list its units whose slope is nearly 0, or is 0, for every example.
    """

    place: Place
    z: Array
    a: Array
    delta: Array | None
    grad_norm: float | None
    saturated: tuple[int, ...]
    dead: tuple[int, ...]

    @property
    def units(self) -> int:
        """How many there are; of an image its channels."""
        return int(np.shape(self.a)[unit_axis(self.a)])

    @property
    def delta_norm(self) -> float | None:
        """|δ|, over the whole batch."""
        return None if self.delta is None else length(self.delta)

    @property
    def activation_norm(self) -> float:
        """The mean length of an example's a."""
        rows = np.reshape(self.a, (len(self.a), -1))
        with np.errstate(all="ignore"):
            return float(np.sqrt(np.square(rows).sum(axis=1)).mean())


def unit_axis(a: Array) -> int:
    """Which axis counts the units: of images the channels, else the last."""
    return 1 if np.ndim(a) == 4 else np.ndim(a) - 1


def length(*arrays: Array) -> float:
    """The square root of the sum of squares of everything."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(sum(np.square(np.asarray(each, float)).sum() for each in arrays)))


def layers_seen(net: Net, run: Run, names: Mapping[str, Any]) -> list[Seen]:
    """Every layer, in the order of the configuration; `names` are the program's variables."""
    with quiet():
        return [layer_seen(place, run, names.__getitem__) for place in net.places]


def layer_seen(place: Place, run: Run, node_of: Callable[[str], Any]) -> Seen:
    """One layer, with the parameters of those inside it."""
    z, a = node_of(z_of(place)), node_of(a_of(place))
    own = [node_of(name) for each in every([place]) for name, _ in named(each)]
    slopes = [run.adjoints[node] for node in own if node in run.adjoints]
    saturated, dead = shut_units(run, a)
    return Seen(place, run.values[z], run.values[a], run.adjoints.get(z), length(*slopes) if slopes else None,
                saturated, dead)  # fmt: skip


def shut_units(run: Run, node: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Units whose activation, by its op's record, is saturated or has shut its gate for every example."""
    op, value = run.graph.ops[node], run.values[node]
    if not op.gate and op.saturates is None:
        return (), ()
    operands = [run.values[each] for each in run.graph.inputs[node]]
    local = pull(op, 0, np.ones(np.shape(value)), operands, value, run.graph.attributes[node])[1]
    slope = np.broadcast_to(np.abs(np.asarray(1.0 if local is None else local, float)), np.shape(value))
    axes = tuple(i for i in range(slope.ndim) if i != unit_axis(value))
    flat = (slope < op.saturates).all(axis=axes) if op.saturates is not None else np.zeros(0, bool)
    shut = (slope == 0).all(axis=axes) if op.gate else np.zeros(0, bool)
    return tuple(np.flatnonzero(flat).tolist()), tuple(np.flatnonzero(shut).tolist())


def example_losses(run: Run, names: Mapping[str, Any]) -> Array:
    """The loss of each example."""
    found: Array = run.values[names[EXAMPLE_LOSSES]]
    return found
