"""RMSprop: the gradient over a running average of its size; centred, over its standard deviation."""

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
    """θ − η·g / (√E[g²] + ε)."""
    g, alpha = decayed(p, g, s), s["alpha"]
    square = alpha * state["square"] + (1 - alpha) * m.square(g)
    kept, spread = {"square": square}, square
    if s["centered"]:
        kept["mean"] = alpha * state["mean"] + (1 - alpha) * g
        spread = square - m.square(kept["mean"])
    direction = g / (m.sqrt(spread) + s["eps"])
    if s["momentum"]:
        kept["velocity"] = direction = s["momentum"] * state["velocity"] + direction
    return Update(p - s["learning_rate"] * direction, kept, {"g": g, **kept})


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    root = r"\sqrt{v - \bar g^2}" if s["centered"] else r"\sqrt{v}"
    step = rf"\frac{{g}}{{{root} + \varepsilon}}"
    lines = [gradient_line(s), Line("square", r"v \leftarrow \alpha\,v + (1 - \alpha)\,g^2")]
    if s["centered"]:
        lines.append(Line("mean", r"\bar g \leftarrow \alpha\,\bar g + (1 - \alpha)\,g"))
    if s["momentum"]:
        lines.append(Line("velocity", rf"b \leftarrow \mu\,b + {step}"))
        step = "b"
    return *lines, Line("after", rf"\theta \leftarrow \theta - \eta\,{step}")


def keeps(s: Settings) -> dict[str, float]:
    """By settings."""
    used = {"square": True, "mean": s["centered"], "velocity": s["momentum"]}
    return {name: 0.0 for name, asked in used.items() if asked}


RMSPROP = Optimizer(
    name="rmsprop", title="RMSprop", doc="A step against the gradient, over the root of the mean of its squares.",
    fields=(
        learning_rate(1e-2),
        Field("alpha", 0.99, "how much of the running averages stays in each step", below=1.0),
        eps(1e-8),
        weight_decay(),
        Field("momentum", 0.0, "how much of the velocity stays in each step"),
        Field("centered", False, "divides by the standard deviation, not the root of the mean square"),
    ),
    keeps=keeps, rule=rule, formula=formula,
    source="G. Hinton, Neural networks for machine learning, lecture 6; A. Graves, 2013 (centred)",
)  # fmt: skip
