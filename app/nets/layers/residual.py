"""A residual connection: what goes into a block of layers is added to what comes out."""

from app.nets.layers.record import Layer, Lines, Place, same


def write(place: Place, lines: Lines) -> None:
    """The layers inside, each in its own scope, then the sum."""
    coming = lines.incoming
    for each in place.inside:
        lines.layer(each, lines)
    lines.add(f"{place.name('z')} = {coming} + {lines.incoming}")


RESIDUAL = Layer(
    type="residual", doc="What goes into a block of layers is added to what comes out, so that the gradient has a way"
    " around them.",
    fields=(), shape=same, write=write, activated=True, nested=True,
)  # fmt: skip
