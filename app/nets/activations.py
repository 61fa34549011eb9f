"""Which of the engine's functions a layer may be activated by: every registered one of a single operand."""

from collections.abc import Mapping

from app.engine.op import Op
from app.engine.ops import OPS
from app.engine.ops.activations import ACTIVATIONS as SMOOTH
from app.engine.ops.hard_activations import HARD_ACTIVATIONS
from app.engine.ops.normalise import NORMALISE

ROWS = {each.name for each in NORMALISE}
"""Those that look at a whole row."""
ACTIVATIONS: Mapping[str, Op | None] = {
    "linear": None,
    **{each.name: each for each in (*SMOOTH, OPS["tanh"], OPS["sin"], *HARD_ACTIVATIONS, *NORMALISE)},
}
"""By name; `linear` leaves everything as it is."""


def activated(name: str, z: str) -> str:
    """The text that applies it."""
    if ACTIVATIONS[name] is None:
        return z
    return f"{name}({z}, axis=-1)" if name in ROWS else f"{name}({z})"
