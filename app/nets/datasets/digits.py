"""Digits of 8 × 8 grey values, drawn by strokes of our own: each with a seeded shift, slant, size and thickness."""

from math import cos, pi, sin

import numpy as np

from app.nets.datasets.record import CLASSIFICATION, Dataset, Points
from app.nets.fields import Options, Real, Whole

SIDE = 8
Stroke = list[tuple[float, float]]


def arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> Stroke:
    """Points of an ellipse around (x, y), from one angle to another in turns, 0 to the right, ¼ down."""
    angles = np.linspace(start * 2 * pi, end * 2 * pi, 14)
    return [(x + wide * cos(angle), y + high * sin(angle)) for angle in angles]


STROKES: tuple[tuple[Stroke, ...], ...] = (
    (arc(0.5, 0.5, 0.28, 0.42, 0, 1),),
    ([(0.35, 0.25), (0.55, 0.08), (0.55, 0.92)],),
    ([*arc(0.5, 0.3, 0.25, 0.22, -0.5, 0.1), (0.25, 0.92), (0.78, 0.92)],),
    (arc(0.45, 0.29, 0.26, 0.21, -0.42, 0.25), arc(0.45, 0.71, 0.29, 0.21, -0.25, 0.42)),
    ([(0.6, 0.92), (0.6, 0.08), (0.2, 0.65), (0.82, 0.65)],),
    ([(0.75, 0.08), (0.3, 0.08), (0.27, 0.45), *arc(0.47, 0.67, 0.28, 0.24, -0.3, 0.4)],),
    ([(0.65, 0.08), (0.35, 0.35), (0.24, 0.65)], arc(0.5, 0.69, 0.26, 0.23, 0, 1)),
    ([(0.22, 0.08), (0.78, 0.08), (0.42, 0.92)],),
    (arc(0.5, 0.29, 0.22, 0.2, 0, 1), arc(0.5, 0.71, 0.26, 0.22, 0, 1)),
    (arc(0.5, 0.31, 0.25, 0.23, 0, 1), [(0.75, 0.31), (0.7, 0.65), (0.5, 0.92)]),
)
"""By digit, in a square of side 1, y downwards."""
CENTRES = (np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1) + 0.5) / SIDE


def away_from(stroke: np.ndarray) -> np.ndarray:
    """How far each pixel's centre (8, 8) is from a line of points."""
    start, end = stroke[:-1], stroke[1:]
    along = end - start
    offset = CENTRES[:, :, None, :] - start
    share = np.clip((offset * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-12), 0.0, 1.0)
    return np.asarray(np.sqrt(((offset - share[..., None] * along) ** 2).sum(-1)).min(axis=2))


def drawn(rng: np.random.Generator, digit: int, jitter: float) -> np.ndarray:
    """One picture (8, 8) of grey values from 0 to 1."""
    size = 0.85 * (1 + 0.12 * jitter * rng.uniform(-1, 1))
    slant, turn = (jitter * rng.uniform(-1, 1) * most for most in (0.25, 0.2))
    shift, thick = 0.08 * jitter * rng.uniform(-1, 1, 2), 0.075 * (1 + 0.3 * jitter * rng.uniform(-1, 1))
    change = size * np.array([[cos(turn), -sin(turn) - slant], [sin(turn), cos(turn)]])
    wobble = 0.03 * jitter
    distance = np.full((SIDE, SIDE), 1.0)
    for stroke in STROKES[digit]:
        points = np.array(stroke) - 0.5
        points = points @ change.T + 0.5 + shift + wobble * rng.uniform(-1, 1, points.shape)
        distance = np.minimum(distance, away_from(points))
    return np.asarray(np.clip(1.5 - distance / thick, 0.0, 1.0))


def digits(rng: np.random.Generator, options: Options) -> Points:
    """As many of each digit as of any other, in a mixed order."""
    labels = rng.permutation(np.arange(options["samples"]) % options["classes"])
    pictures = np.stack([drawn(rng, int(label), options["jitter"]) for label in labels])
    pictures = np.clip(pictures + options["noise"] * rng.standard_normal(pictures.shape), 0.0, 1.0)
    return pictures.reshape(len(labels), SIDE * SIDE), labels.astype(float)


DIGITS = Dataset(
    "digits", "Digits of 8 × 8 grey values, drawn by strokes.", CLASSIFICATION, (SIDE * SIDE,), digits, classes=10,
    outputs=10,
    fields=(
        Whole(name="samples", says="how many pictures", low=10, high=1000, default=200),
        Real(name="noise", says="grey noise on every pixel", low=0, high=1, default=0.05),
        Real(name="jitter", says="how much hands differ: shift, slant, size, thickness", low=0, high=2, default=1.0),
        Whole(name="classes", says="digits from 0 to this less one", low=2, high=10, default=10),
    ),
)  # fmt: skip
