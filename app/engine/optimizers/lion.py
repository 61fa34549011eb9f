"""Lion: every number moves by the same size, in the direction of an average."""

from typing import Any

from app.engine.optimizers.record import (
    Line,
    Operand,
    Optimizer,
    Settings,
    State,
    Update,
    betas,
    learning_rate,
    weight_decay,
)  # fmt: skip


def rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """(1 − ηλ)·θ − η·sign(β₁m + (1 − β₁)g)."""
    first, second = s["betas"]
    direction = first * state["m"] + (1 - first) * g
    mean = second * state["m"] + (1 - second) * g
    start = p * (1 - s["learning_rate"] * s["weight_decay"]) if s["weight_decay"] else p
    after = start - s["learning_rate"] * m.sign(direction)
    return Update(after, {"m": mean}, {"g": g, "direction": direction, "m": mean})


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    start = r"(1 - \eta\lambda)\,\theta" if s["weight_decay"] else r"\theta"
    return (
        Line("g", r"g = \nabla_\theta L"),
        Line("direction", r"c = \beta_1 m + (1 - \beta_1)\,g"),
        Line("m", r"m \leftarrow \beta_2 m + (1 - \beta_2)\,g"),
        Line("after", rf"\theta \leftarrow {start} - \eta\,\operatorname{{sign}}(c)"),
    )


LION = Optimizer(
    name="lion", title="Lion", doc="A step of one size for every number, by the sign of an average of gradients.",
    fields=(learning_rate(1e-4), betas(0.9, 0.99), weight_decay(0.0, "shrinks the parameter, times the learning rate")),
    keeps=lambda s: {"m": 0.0},
    rule=rule, formula=formula, source="X. Chen et al., Symbolic discovery of optimization algorithms, 2023, program 1",
)  # fmt: skip
