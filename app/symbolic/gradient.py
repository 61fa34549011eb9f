"""The gradient by symbolic differentiation: a road of its own to the numbers that reverse mode gives."""

from dataclasses import dataclass, field

import numpy as np

from app.engine.errors import EngineError
from app.engine.op import Array, shape
from app.engine.passes import quiet
from app.engine.record import Run
from app.symbolic.service import Remaining, Service, Stopped
from app.symbolic.translate import expression, scalar_output

SERVICE = Service()
"""The one child process of this server."""
MOST_NUMBERS, MOST_SYMBOLS = 64, 4_000
"""Numbers that are differentiated by in all, and symbols of the formula times those."""
SECONDS = 2.0
"""Of the child's work for one gradient."""


@dataclass
class SymbolicGradient:
    """By input node the derivative of the output (weighted by the seed), in the node's shape.

    What was not reached is NaN; `why` then says why, in a sentence.
    """

    values: dict[int, Array] = field(default_factory=dict)
    why: str | None = None


def symbolic_gradient(run: Run, remaining: Remaining | None = None, seconds: float = SECONDS) -> SymbolicGradient:
    """The gradients of a run's `wrt` nodes, each from the formula of the whole program, differentiated by SymPy.

    The formulas may take `seconds` of work; `remaining` gives the seconds until the caller's deadline.  Of a program
    that is too large, or has an op without a formula, `why` says so.  Raises DeadlineExceeded.
    """
    found = SymbolicGradient({node: np.full(shape(run.values[node]), np.nan)[()] for node in run.wrt})
    count = sum(int(np.size(value)) for value in found.values.values())
    if count > MOST_NUMBERS:
        found.why = f"symbolic: the inputs have {count:,} numbers, formulas are made by up to {MOST_NUMBERS}"
        return found
    try:
        with quiet():
            unfolded, output = scalar_output(run.graph, run.output, run.seed)
        cells = [int(i) for node in run.wrt for i in unfolded.ids[node].flat]
        formula = expression(unfolded.graph, output, cells)
    except EngineError as error:
        found.why = error.message
        return found
    if formula.size * count > MOST_SYMBOLS * 16:
        found.why = f"symbolic: the formula has {formula.size:,} symbols and {count} variables, which is too much"
        return found
    used = [cell for cell in cells if cell in formula.place]
    numbers = dict.fromkeys(cells, 0.0)
    task = {
        "job": "values", "nodes": formula.nodes, "output": formula.place[output],
        "variables": [formula.place[cell] for cell in used], "point": formula.point,
        "seconds": [seconds],
    }  # fmt: skip
    answered = 0
    try:
        for said, cell in zip(SERVICE.ask(task, remaining), used, strict=False):  # to its end
            numbers[cell] = float(said["value"])
            answered += 1
    except Stopped:
        found.why = f"symbolic: {answered} of {len(used)} derivatives were ready when its {seconds:g} s were over"
        numbers |= dict.fromkeys(used[answered:], float("nan"))
    for node in run.wrt:
        ids = np.asarray(unfolded.ids[node])
        found.values[node] = np.array([numbers[int(i)] for i in ids.flat]).reshape(ids.shape)[()]
    return found
