"""Embedding: a learned row of numbers for each token."""

from app.nets.fields import Options, Whole
from app.nets.layers.record import DoesNotFit, Layer, Lines, Parameter, Place, Shape, Spec


def shape(takes: Shape, spec: Spec) -> Shape:
    """Tokens (time,) become (time, features).  Raises DoesNotFit."""
    if len(takes) != 1:
        raise DoesNotFit(f"an embedding takes a row of token numbers, it gets {list(takes)}", "put it first")
    return (takes[0], spec.options["features"])


def parameters(takes: Shape, options: Options) -> list[Parameter]:
    """W (tokens, features)."""
    tokens, features = options["tokens"], options["features"]
    return [Parameter("W", (tokens, features), tokens, features)]


def write(place: Place, lines: Lines) -> None:
    """Rows of the table."""
    lines.add(f"{place.name('a')} = embedding({lines.incoming}, {place.name('W')})")


EMBEDDING = Layer(
    type="embedding", doc="A learned row of numbers for each token; only rows that are used get a gradient.",
    fields=(
        Whole(name="tokens", says="how many there are; inputs are from 0 to one less", low=2, high=256),
        Whole(name="features", says="numbers per token", low=1, high=32),
    ),
    shape=shape, parameters=parameters, write=write, rows=True,
)  # fmt: skip
