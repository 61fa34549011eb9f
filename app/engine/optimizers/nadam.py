"""NAdam: Adam that looks ahead, as Nesterov's momentum does."""

from typing import Any

from app.engine.optimizers.adam import averages
from app.engine.optimizers.record import (
    Field,
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

HALF, FADE = 0.5, 0.96
"""The paper's constants of the momentum schedule."""


def momentum_at(t: int, s: Settings) -> float:
    """μ_t, which rises to β₁."""
    share: float = s["betas"][0] * (1 - HALF * FADE ** (t * s["momentum_decay"]))
    return share


def rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """θ − η·m̂ / (√v̂ + ε), where m̂ mixes the gradient with the average to come."""
    if s["decoupled_weight_decay"] and s["weight_decay"]:
        p = p * (1 - s["learning_rate"] * s["weight_decay"])
    else:
        g = decayed(p, g, s)
    now, following = momentum_at(t, s), momentum_at(t + 1, s)
    product = state["momentum_product"] * now
    mean, square = averages(g, state, s, m)
    scale = square / (1 - s["betas"][1] ** t)
    unbiased = following / (1 - product * following) * mean + (1 - now) / (1 - product) * g
    after = p - s["learning_rate"] * (unbiased / (m.sqrt(scale) + s["eps"]))
    kept = {"m": mean, "v": square, "momentum_product": product}
    return Update(after, kept, {"g": g, "m": mean, "v": square, "m_hat": unbiased, "v_hat": scale})


def formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    apart = s["decoupled_weight_decay"] and s["weight_decay"]
    start = r"(1 - \eta\lambda)\,\theta" if apart else r"\theta"
    return (
        Line("g", r"g = \nabla_\theta L") if apart else gradient_line(s),
        Line("m", r"m \leftarrow \beta_1 m + (1 - \beta_1)\,g"),
        Line("v", r"v \leftarrow \beta_2 v + (1 - \beta_2)\,g^2"),
        Line(
            "m_hat",
            r"\hat m = \frac{\mu_{t+1}\,m}{1 - \prod_{i \le t+1} \mu_i}"
            r" + \frac{(1 - \mu_t)\,g}{1 - \prod_{i \le t} \mu_i},"
            r"\quad \mu_t = \beta_1 \left(1 - \tfrac12\,0.96^{t \psi}\right)",
        ),
        Line("v_hat", r"\hat v = \frac{v}{1 - \beta_2^t}"),
        Line("after", rf"\theta \leftarrow {start} - \eta\,\frac{{\hat m}}{{\sqrt{{\hat v}} + \varepsilon}}"),
    )


NADAM = Optimizer(
    name="nadam", title="NAdam", doc="Adam with Nesterov's look ahead in its average of the gradient.",
    fields=(
        learning_rate(2e-3), betas(0.9, 0.999), eps(1e-8), weight_decay(),
        Field("momentum_decay", 4e-3, "how fast the momentum rises to its full size"),
        Field("decoupled_weight_decay", False, "shrinks the parameters beside the step, as AdamW does"),
    ),
    keeps=lambda s: {"m": 0.0, "v": 0.0, "momentum_product": 1.0}, single=frozenset({"momentum_product"}),
    rule=rule, formula=formula, source="T. Dozat, Incorporating Nesterov momentum into Adam, 2016",
)  # fmt: skip
