"""Layers without parameters: flatten, and an activation by itself."""

from math import prod

from app.nets.layers.record import Layer, Lines, Place, Shape, Spec, same


def in_a_row(takes: Shape, spec: Spec) -> Shape:
    """All numbers of an example in one row."""
    return (prod(takes),)


def write_flatten(place: Place, lines: Lines) -> None:
    """The first axis, of examples, stays."""
    lines.add(f"{place.name('a')} = flatten({lines.incoming}, 1)")


def write_nothing(place: Place, lines: Lines) -> None:
    """z is what comes in."""
    lines.add(f"{place.name('z')} = {lines.incoming}")


FLATTEN = Layer(type="flatten", doc="All numbers of an example in one row.", fields=(), shape=in_a_row,
                write=write_flatten)  # fmt: skip
ACTIVATION = Layer(type="activation", doc="An activation by itself.", fields=(), shape=same, write=write_nothing,
                   activated=True)  # fmt: skip
