"""Initialisers: a record per way to draw first weights.  Seeded by net and by parameter, so that a layer more leaves
the others' weights as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from app.nets.fields import Field, Options, Real
from app.nets.layers.record import Parameter

Draw = Callable[[np.random.Generator, Parameter, Options], np.ndarray]


@dataclass(frozen=True)
class Initialiser:
    """One way to draw weights; biases start at 0 and gains at 1 in all of them."""

    name: str
    doc: str
    formula: str
    draw: Draw
    fields: Sequence[Field] = ()


def same(number: Callable[[Options], float]) -> Draw:
    """Every weight the same."""
    return lambda rng, parameter, options: np.full(parameter.shape, number(options))


def uniform(bound: Callable[[Parameter], float]) -> Draw:
    """From −bound to bound."""
    return lambda rng, parameter, options: rng.uniform(-1.0, 1.0, parameter.shape) * bound(parameter)


def normal(deviation: Callable[[Parameter], float]) -> Draw:
    """Around 0 with a standard deviation."""
    return lambda rng, parameter, options: rng.standard_normal(parameter.shape) * deviation(parameter)


def between(rng: np.random.Generator, parameter: Parameter, options: Options) -> np.ndarray:
    """From `low` to `high`."""
    low, high = sorted((float(options["low"]), float(options["high"])))
    return rng.uniform(low, high, parameter.shape)


def around(rng: np.random.Generator, parameter: Parameter, options: Options) -> np.ndarray:
    """Around `mean` with the deviation `std`."""
    return rng.normal(float(options["mean"]), float(options["std"]), parameter.shape)


def orthogonal(rng: np.random.Generator, parameter: Parameter, options: Options) -> np.ndarray:
    """Rows (or columns, where there are fewer) at right angles, of length `gain`; axes after the first as one.

    Source: A. Saxe, J. McClelland & S. Ganguli, Exact solutions to the nonlinear dynamics of learning, 2013.
    """
    rows, columns = parameter.shape[0], prod(parameter.shape[1:])
    square = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(square)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # the same matrix whatever signs the decomposition chose
    return float(options["gain"]) * (q if rows >= columns else q.T).reshape(parameter.shape)


INITIALISERS: Mapping[str, Initialiser] = {each.name: each for each in (
    Initialiser("zeros", "Every weight 0: all units of a layer stay the same.", "0", same(lambda o: 0.0)),
    Initialiser("constant", "Every weight the same number: all units of a layer stay the same.", "c",
                same(lambda o: float(o["value"])),
                (Real(name="value", says="the number", low=-100, high=100, default=0.5),)),
    Initialiser("uniform", "Evenly between two numbers.", "U(low, high)", between,
                (Real(name="low", says="lowest", low=-100, high=100, default=-1.0),
                 Real(name="high", says="highest", low=-100, high=100, default=1.0))),
    Initialiser("normal", "Around a mean.", "N(mean, std²)", around,
                (Real(name="mean", says="middle", low=-100, high=100, default=0.0),
                 Real(name="std", says="standard deviation", low=0, high=100, default=1.0))),
    Initialiser("glorot_uniform", "Glorot & Bengio 2010: as much comes out as goes in, both ways.",
                "U(±√(6/(fan_in + fan_out)))", uniform(lambda p: sqrt(6 / (p.fan_in + p.fan_out)))),
    Initialiser("glorot_normal", "Glorot & Bengio 2010.", "N(0, 2/(fan_in + fan_out))",
                normal(lambda p: sqrt(2 / (p.fan_in + p.fan_out)))),
    Initialiser("he_uniform", "He et al. 2015, for relu: half of what goes in is cut off.", "U(±√(6/fan_in))",
                uniform(lambda p: sqrt(6 / p.fan_in))),
    Initialiser("he_normal", "He et al. 2015, for relu.", "N(0, 2/fan_in)", normal(lambda p: sqrt(2 / p.fan_in))),
    Initialiser("lecun", "LeCun et al. 1998: sums keep the variance of what goes in.", "N(0, 1/fan_in)",
                normal(lambda p: sqrt(1 / p.fan_in))),
    Initialiser("orthogonal", "Rows at right angles (Saxe et al. 2013).", "Q of a QR decomposition", orthogonal,
                (Real(name="gain", says="length of the rows", low=0, high=100, default=1.0),)),
)}  # fmt: skip
"""By name."""
FIXED = {"bias": 0.0, "gain": 1.0}
"""What parameters of these roles start at."""


def first_value(initialiser: Initialiser, options: Options, parameter: Parameter, name: str, seed: int) -> np.ndarray:
    """The first value of the parameter of this name, such as `W1`."""
    if parameter.role in FIXED:
        return np.full(parameter.shape, FIXED[parameter.role])
    rng = np.random.default_rng([seed, *name.encode()])
    return initialiser.draw(rng, parameter, options)
