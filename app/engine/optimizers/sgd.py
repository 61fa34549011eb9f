"""Stochastic gradient descent, with momentum as PyTorch has it (the first step takes the gradient as it is)."""

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
    gradient_line,
    learning_rate,
    weight_decay,
)  # fmt: skip


def rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """θ − η·g; with momentum g is a decaying sum of gradients."""
    if s["weight_decay"]:
        g = decayed(p, g, s)
    if not s["momentum"]:
        return Update(p - s["learning_rate"] * g, state, {"g": g})
    velocity = g if t == 1 else s["momentum"] * state["velocity"] + (1 - s["dampening"]) * g
    direction = g + s["momentum"] * velocity if s["nesterov"] else velocity
    terms = {"g": g, "velocity": velocity} | ({"direction": direction} if s["nesterov"] else {})
    return Update(p - s["learning_rate"] * direction, {"velocity": velocity}, terms)


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    if not s["momentum"]:
        return gradient_line(s), Line("after", r"\theta \leftarrow \theta - \eta\,g")
    share = r"(1 - \tau)\,g" if s["dampening"] else "g"
    lines = gradient_line(s), Line("velocity", rf"v \leftarrow \mu\,v + {share}")
    if s["nesterov"]:
        ahead = Line("direction", r"d = g + \mu\,v")
        return *lines, ahead, Line("after", r"\theta \leftarrow \theta - \eta\,d")
    return *lines, Line("after", r"\theta \leftarrow \theta - \eta\,v")


SGD = Optimizer(
    name="sgd", title="SGD",
    doc="A step against the gradient; with momentum, against a decaying sum of the gradients so far.",
    fields=(
        learning_rate(1e-3),
        Field("momentum", 0.0, "how much of the velocity stays in each step"),
        Field("dampening", 0.0, "how much of each new gradient is left out of the velocity"),
        Field("nesterov", False, "looks ahead: steps by the gradient and the velocity to come"),
        weight_decay(),
    ),
    keeps=lambda s: {"velocity": 0.0} if s["momentum"] else {},
    rule=rule, formula=formula,
    source="I. Sutskever et al., On the importance of initialization and momentum in deep learning, 2013",
)  # fmt: skip
