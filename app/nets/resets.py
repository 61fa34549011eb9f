"""Which changes of a configuration need new weights, and which leave the trained ones as they are."""

from app.nets.configuration import Configuration, every, named


def resets(before: Configuration, after: Configuration) -> list[str]:
    """Paths of what changed that needs new weights; empty where the old ones go on: other data, noise, loss,
    activation, regulariser, dropout.  Parameters that keep name and shape may be kept even then."""
    found = []
    if before.input != after.input:
        found.append("input")
    old, new = shapes(before), shapes(after)
    if old != new:
        found.append("layers")
    if (before.initializer, before.initializer_options) != (after.initializer, after.initializer_options):
        found.append("initializer")
    if before.seed != after.seed:
        found.append("seed")
    return found


def shapes(configuration: Configuration) -> dict[str, tuple[int, ...]]:
    """Every parameter's shape, by name."""
    return {name: each.shape for place in every(configuration.places) for name, each in named(place)}
