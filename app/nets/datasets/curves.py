"""Numbers to be met: a plane and a hill over the plane, a sine and a step over a line."""

from math import pi

import numpy as np

from app.nets.datasets.record import NOISE, REGRESSION, SAMPLES, Dataset, Points
from app.nets.fields import Options, Real

FREQUENCY = Real(name="frequency", says="periods between −1 and 1", low=0.25, high=4, default=1.0)


def noisy(rng: np.random.Generator, y: np.ndarray, options: Options) -> np.ndarray:
    """Targets with noise, as a column."""
    return (y + float(options["noise"]) * rng.standard_normal(y.shape))[:, None]


def plane(rng: np.random.Generator, options: Options) -> Points:
    """Half the sum of both coordinates."""
    x = rng.uniform(-1.0, 1.0, (options["samples"], 2))
    return x, noisy(rng, 0.5 * x.sum(axis=1), options)


def hills(rng: np.random.Generator, options: Options) -> Points:
    """Hills and valleys, each a Gauss curve of width 0.35."""
    x = rng.uniform(-1.0, 1.0, (options["samples"], 2))
    tops = np.array([[0.5, 0.5], [-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5]])
    heights = np.array([1.0, 1.0, -1.0, -1.0])
    away = ((x[:, None, :] - tops) ** 2).sum(axis=2)
    return x, noisy(rng, (heights * np.exp(-away / (2 * 0.35**2))).sum(axis=1), options)


def sine(rng: np.random.Generator, options: Options) -> Points:
    """sin(frequency · π · x)."""
    x = rng.uniform(-1.0, 1.0, (options["samples"],))
    return x[:, None], noisy(rng, np.sin(float(options["frequency"]) * pi * x), options)


def step(rng: np.random.Generator, options: Options) -> Points:
    """0 left of 0, 1 right of it."""
    x = rng.uniform(-1.0, 1.0, (options["samples"],))
    return x[:, None], noisy(rng, (x > 0).astype(float), options)


PLANE = Dataset(
    "regression_plane", "A plane over the plane: half the sum of both coordinates.", REGRESSION, (2,), plane
)
HILLS = Dataset("regression_gauss", "Two hills and two valleys, each a Gauss curve.", REGRESSION, (2,), hills)
SINE = Dataset("sine", "A sine curve over a line.", REGRESSION, (1,), sine, fields=(SAMPLES, NOISE, FREQUENCY))
STEP = Dataset("step", "0 on the left, 1 on the right.", REGRESSION, (1,), step)
