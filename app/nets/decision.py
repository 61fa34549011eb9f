"""From outputs to classes: where a net with one output parts two classes, or that the largest of several wins."""

from dataclasses import dataclass
from typing import Literal

from app.nets.compile import Net
from app.nets.metrics import classifies, signed


@dataclass(frozen=True)
class Decision:
    """`threshold`: class 1 where the one output is above `at`; `argmax`: the largest output's class."""

    kind: Literal["threshold", "argmax"]
    at: float | None = None


def decision(net: Net) -> Decision | None:
    """How the net's outputs are read as classes, as `metrics` does; None where numbers are to be met."""
    if not classifies(net.data):
        return None
    if net.configuration.outputs > 1:
        return Decision("argmax")
    return Decision("threshold", 0.0 if signed(net.configuration.loss) else 0.5)
