"""Dense: every output is a weighted sum of every input."""

from app.nets.fields import Flag, Options, Whole
from app.nets.layers.record import Layer, Lines, Parameter, Place, Shape, Spec, flat

MOST_UNITS = 64


def shape(takes: Shape, spec: Spec) -> Shape:
    """The last axis becomes the units."""
    flat(takes, "a dense layer")
    return (*takes[:-1], spec.options["units"])


def parameters(takes: Shape, options: Options) -> list[Parameter]:
    """W (out, in), b (out,)."""
    coming, units = takes[-1], options["units"]
    found = [Parameter("W", (units, coming), coming, units)]
    return found + ([Parameter("b", (units,), coming, units, "bias")] if options["bias"] else [])


def write(place: Place, lines: Lines) -> None:
    """z = W a + b, for the rows of a batch: a Wᵀ + b."""
    bias = f" + {place.name('b')}" if place.options["bias"] else ""
    lines.add(f"{place.name('z')} = {lines.incoming} @ {place.name('W')}.T{bias}")


DENSE = Layer(
    type="dense", doc="Every output is a weighted sum of every input, plus a bias.",
    fields=(
        Whole(name="units", says="outputs", low=1, high=MOST_UNITS),
        Flag(name="bias", says="whether a bias is added", default=True),
    ),
    shape=shape, parameters=parameters, write=write, activated=True,
)  # fmt: skip
