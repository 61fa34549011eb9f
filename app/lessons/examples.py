"""Programs worth looking at, in the order of the gallery; the page opens on the first."""

from app.lessons.example import Example
from app.lessons.gallery import chain_rule, networks, neurons, pasted, trouble

EXAMPLES: tuple[Example, ...] = (
    *chain_rule.EXAMPLES,
    *neurons.EXAMPLES,
    *networks.EXAMPLES,
    *pasted.EXAMPLES,
    *trouble.EXAMPLES,
)

__all__ = ["EXAMPLES", "Example"]
