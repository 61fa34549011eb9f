"""Two classes in the plane: xor, circle, gauss, spiral, moons.  Coordinates lie within about −1 … 1."""

from math import pi

import numpy as np

from app.nets.datasets.record import CLASSIFICATION, Dataset, Points, halves
from app.nets.fields import Options

PLANE = (2,)


def scattered(rng: np.random.Generator, x: np.ndarray, options: Options) -> np.ndarray:
    """Points with noise in both directions."""
    return x + float(options["noise"]) * rng.standard_normal(x.shape)


def xor(rng: np.random.Generator, options: Options) -> Points:
    """Class 1 where exactly one coordinate is positive; a gap along the axes."""
    corner = rng.uniform(0.1, 1.0, (options["samples"], 2))
    signs = np.where(rng.random((options["samples"], 2)) < 0.5, -1.0, 1.0)
    x = corner * signs
    return scattered(rng, x, {"noise": options["noise"] * 0.5}), (x[:, 0] * x[:, 1] < 0).astype(float)


def circle(rng: np.random.Generator, options: Options) -> Points:
    """A disc, class 1, in a ring, class 0."""
    inner, outer = halves(options["samples"])
    radius = np.concatenate([rng.uniform(0.0, 0.5, inner), rng.uniform(0.7, 1.0, outer)])
    angle = rng.uniform(0.0, 2 * pi, inner + outer)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return scattered(rng, x, {"noise": options["noise"] * 0.5}), np.repeat([1.0, 0.0], [inner, outer])


def gauss(rng: np.random.Generator, options: Options) -> Points:
    """Two clouds."""
    first, second = halves(options["samples"])
    labels = np.repeat([1.0, 0.0], [first, second])
    middle = np.where(labels[:, None] > 0, 0.5, -0.5)
    return middle + (0.15 + options["noise"]) * rng.standard_normal((len(labels), 2)), labels


def spiral(rng: np.random.Generator, options: Options) -> Points:
    """Two arms, wound once and a half."""
    arms = halves(options["samples"])
    points = []
    for start, count in zip((0.0, pi), arms, strict=True):
        along = (np.arange(count) + 0.5) / count
        angle = 1.75 * along * 2 * pi * 0.85 + start
        points.append(along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1))
    x = np.concatenate(points)
    return x + options["noise"] * 0.2 * rng.standard_normal(x.shape), np.repeat([1.0, 0.0], arms)


def moons(rng: np.random.Generator, options: Options) -> Points:
    """Two half circles that reach into each other."""
    upper, lower = halves(options["samples"])
    angle = np.concatenate([np.linspace(0, pi, upper), np.linspace(0, pi, lower)])
    labels = np.repeat([0.0, 1.0], [upper, lower])
    x = np.where(labels > 0, 1 - np.cos(angle), np.cos(angle))
    y = np.where(labels > 0, 0.5 - np.sin(angle), np.sin(angle))
    middle = np.array([0.5, 0.25])
    return (scattered(rng, np.stack([x, y], axis=1), options) - middle) / 1.5, labels


def planar(name: str, doc: str, make: object) -> Dataset:
    """A record of two classes."""
    return Dataset(name, doc, CLASSIFICATION, PLANE, make, classes=2)  # type: ignore[arg-type]


XOR = planar("xor", "Class 1 where exactly one of the two coordinates is positive.", xor)
CIRCLE = planar("circle", "A disc inside a ring.", circle)
GAUSS = planar("gauss", "Two clouds that a line can part.", gauss)
SPIRAL = planar("spiral", "Two arms wound around each other.", spiral)
MOONS = planar("moons", "Two half circles that reach into each other.", moons)
