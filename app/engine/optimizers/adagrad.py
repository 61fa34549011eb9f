"""Adagrad: each number's steps shrink as its gradients add up."""

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
    """θ − η_t·g / (√Σg² + ε), η_t = η / (1 + (t − 1)·κ)."""
    g = decayed(p, g, s)
    total = state["sum"] + m.square(g)
    rate = s["learning_rate"] / (1 + (t - 1) * s["lr_decay"]) if s["lr_decay"] else s["learning_rate"]
    return Update(p - rate * (g / (m.sqrt(total) + s["eps"])), {"sum": total}, {"g": g, "sum": total})


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    rate = r"\frac{\eta}{1 + (t - 1)\,\kappa}" if s["lr_decay"] else r"\eta"
    return (
        gradient_line(s),
        Line("sum", r"G \leftarrow G + g^2"),
        Line("after", rf"\theta \leftarrow \theta - {rate}\,\frac{{g}}{{\sqrt{{G}} + \varepsilon}}"),
    )


ADAGRAD = Optimizer(
    name="adagrad", title="Adagrad", doc="A step against the gradient, divided by the root of the sum of its squares.",
    fields=(
        learning_rate(1e-2),
        Field("lr_decay", 0.0, "how fast the learning rate falls with the steps"),
        weight_decay(),
        Field("initial_accumulator_value", 0.0, "where the sum of squares starts"),
        eps(1e-10),
    ),
    keeps=lambda s: {"sum": s["initial_accumulator_value"]},
    rule=rule, formula=formula,
    source="J. Duchi, E. Hazan & Y. Singer, Adaptive subgradient methods, 2011",
)  # fmt: skip
