"""Adadelta: steps in the units of the parameter, from running averages of squares."""

from typing import Any

from app.engine.optimizers.record import (
    Field,
    Line,
    Operand,
    Optimizer,
    Settings,
    State,
    Update,
    decayed,
    eps,
    gradient_line,
    learning_rate,
    weight_decay,
)  # fmt: skip


def rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """θ − η·Δ, Δ = √(E[Δ²] + ε) / √(E[g²] + ε)·g."""
    g, rho = decayed(p, g, s), s["rho"]
    square = rho * state["square"] + (1 - rho) * m.square(g)
    delta = m.sqrt(state["delta"] + s["eps"]) / m.sqrt(square + s["eps"]) * g
    moved = rho * state["delta"] + (1 - rho) * m.square(delta)
    kept = {"square": square, "delta": moved}
    return Update(p - s["learning_rate"] * delta, kept, {"g": g, "square": square, "direction": delta, "delta": moved})


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    return (
        gradient_line(s),
        Line("square", r"v \leftarrow \rho\,v + (1 - \rho)\,g^2"),
        Line("direction", r"d = \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\,g"),
        Line("delta", r"u \leftarrow \rho\,u + (1 - \rho)\,d^2"),
        Line("after", r"\theta \leftarrow \theta - \eta\,d"),
    )


ADADELTA = Optimizer(
    name="adadelta", title="Adadelta",
    doc="A step whose size is that of the last steps, over that of the last gradients.",
    fields=(
        learning_rate(1.0),
        Field("rho", 0.9, "how much of the running averages stays in each step", below=1.0),
        eps(1e-6),
        weight_decay(),
    ),
    keeps=lambda s: {"square": 0.0, "delta": 0.0},
    rule=rule, formula=formula, source="M. Zeiler, ADADELTA: an adaptive learning rate method, 2012",
)  # fmt: skip
