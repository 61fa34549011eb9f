"""Dropout: numbers are left out by a mask drawn from the net's seed; while evaluating nothing is left out."""

from app.nets.fields import Real
from app.nets.layers.record import Layer, Lines, Place, same


def write(place: Place, lines: Lines) -> None:
    """The mask's seed stands in the text: the same program drops the same numbers."""
    if lines.evaluating:
        lines.add(f"{place.name('a')} = {lines.incoming}")
        return
    seed = mask_seed(place.number, lines.seed)
    lines.add(f"{place.name('a')} = dropout({lines.incoming}, {place.options['p']!r}, seed={seed})")


def mask_seed(number: str, seed: int) -> int:
    """What a layer's mask is drawn by: of a net with this seed, in this place."""
    return (seed * 1009 + sum(int(part) * int(31**i) for i, part in enumerate(number.split("_")))) % 2**31


DROPOUT = Layer(
    type="dropout", doc="A share of the numbers is left out and the others are made larger; the same mask lets the"
    " gradient through.",
    fields=(Real(name="p", says="the share that is left out", low=0, high=1, open_high=True, default=0.5),),
    shape=same, write=write,
)  # fmt: skip
