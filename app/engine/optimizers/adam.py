"""Adam, and AdamW, whose weight decay does not pass through the averages."""

from typing import Any

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

AMSGRAD = Field("amsgrad", False, "divides by the largest mean square so far (S. Reddi et al., 2018)")


def averages(g: Operand, state: State, s: Settings, m: Any) -> tuple[Operand, Operand]:
    """The running averages of the gradient and of its square."""
    first, second = s["betas"]
    mean = first * state["m"] + (1 - first) * g
    return mean, second * state["v"] + (1 - second) * m.square(g)


def moved(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """θ − η·m̂ / (√v̂ + ε)."""
    first, second = s["betas"]
    mean, square = averages(g, state, s, m)
    kept, largest = {"m": mean, "v": square}, square
    if s["amsgrad"]:
        kept["v_max"] = largest = m.maximum(state["v_max"], square)
    unbiased, scale = mean / (1 - first**t), largest / (1 - second**t)
    after = p - s["learning_rate"] * (unbiased / (m.sqrt(scale) + s["eps"]))
    return Update(after, kept, {"g": g, **kept, "m_hat": unbiased, "v_hat": scale})


def adam_rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """Adam's: the decay is a part of the gradient."""
    return moved(p, decayed(p, g, s), state, s, t, m)


def adamw_rule(p: Operand, g: Operand, state: State, s: Settings, t: int, m: Any) -> Update:
    """AdamW's: the parameter shrinks by itself."""
    if not s["weight_decay"]:
        return moved(p, g, state, s, t, m)
    shrunk = p * (1 - s["learning_rate"] * s["weight_decay"])
    found = moved(shrunk, g, state, s, t, m)
    return found._replace(terms={**found.terms, "shrunk": shrunk})


def average_lines(s: Settings) -> tuple[Line, ...]:
    """From the gradient to the corrected averages."""
    largest = (Line("v_max", r"v^{\max} \leftarrow \max(v^{\max}, v)"),) if s["amsgrad"] else ()
    v = r"v^{\max}" if s["amsgrad"] else "v"
    return (
        Line("m", r"m \leftarrow \beta_1 m + (1 - \beta_1)\,g"),
        Line("v", r"v \leftarrow \beta_2 v + (1 - \beta_2)\,g^2"),
        *largest,
        Line("m_hat", r"\hat m = \frac{m}{1 - \beta_1^t}"),
        Line("v_hat", rf"\hat v = \frac{{{v}}}{{1 - \beta_2^t}}"),
    )


STEP = r"\theta \leftarrow \theta - \eta\,\frac{\hat m}{\sqrt{\hat v} + \varepsilon}"


def adam_formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    return gradient_line(s), *average_lines(s), Line("after", STEP)


def adamw_formula(s: Settings) -> tuple[Line, ...]:
    """By settings."""
    shrunk = (Line("shrunk", r"\theta \leftarrow (1 - \eta\lambda)\,\theta"),) if s["weight_decay"] else ()
    return Line("g", r"g = \nabla_\theta L"), *average_lines(s), *shrunk, Line("after", STEP)


def keeps(s: Settings) -> dict[str, float]:
    """By settings."""
    return {"m": 0.0, "v": 0.0} | ({"v_max": 0.0} if s["amsgrad"] else {})


ADAM = Optimizer(
    name="adam", title="Adam",
    doc="A step by a running average of the gradient, over the root of one of its square, both freed of their start.",
    fields=(learning_rate(1e-3), betas(0.9, 0.999), eps(1e-8), weight_decay(), AMSGRAD),
    keeps=keeps, rule=adam_rule, formula=adam_formula,
    source="D. Kingma & J. Ba, Adam: a method for stochastic optimization, 2015",
)  # fmt: skip
ADAMW = Optimizer(
    name="adamw", title="AdamW", doc="Adam, with a weight decay that shrinks the parameters beside the step.",
    fields=(
        learning_rate(1e-3), betas(0.9, 0.999), eps(1e-8),
        weight_decay(1e-2, "shrinks the parameter, times the learning rate"), AMSGRAD,
    ),
    keeps=keeps, rule=adamw_rule, formula=adamw_formula,
    source="I. Loshchilov & F. Hutter, Decoupled weight decay regularization, 2019",
)  # fmt: skip
