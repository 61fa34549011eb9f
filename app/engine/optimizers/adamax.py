"""Adamax: Adam with the largest gradient so far, fading, in place of the mean square."""

from typing import Any

from app.engine.optimizers.record import (
    Line,
    Operand,
    Optimizer,
    Settings,
    State,
    Update,
    betas,
    decayed,
    eps,
    gradient_line,
    learning_rate,
    weight_decay,
)  # fmt: skip


def rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """θ − η / (1 − β₁ᵗ)·m / u."""
    first, second = s["betas"]
    g = decayed(p, g, s)
    mean = first * state["m"] + (1 - first) * g
    largest = m.maximum(second * state["u"], m.abs(g) + s["eps"])
    unbiased = mean / (1 - first**t)
    kept = {"m": mean, "u": largest}
    return Update(p - s["learning_rate"] * (unbiased / largest), kept, {"g": g, **kept, "m_hat": unbiased})


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    return (
        gradient_line(s),
        Line("m", r"m \leftarrow \beta_1 m + (1 - \beta_1)\,g"),
        Line("u", r"u \leftarrow \max(\beta_2 u, |g| + \varepsilon)"),
        Line("m_hat", r"\hat m = \frac{m}{1 - \beta_1^t}"),
        Line("after", r"\theta \leftarrow \theta - \eta\,\frac{\hat m}{u}"),
    )


ADAMAX = Optimizer(
    name="adamax", title="Adamax",
    doc="A step by a running average of the gradient, over its largest size, which fades.",
    fields=(learning_rate(2e-3), betas(0.9, 0.999), eps(1e-8), weight_decay()),
    keeps=lambda s: {"m": 0.0, "u": 0.0},
    rule=rule, formula=formula, source="D. Kingma & J. Ba, Adam: a method for stochastic optimization, 2015, section 7",
)  # fmt: skip
