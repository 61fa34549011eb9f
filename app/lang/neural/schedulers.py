"""`torch.optim.lr_scheduler`: learning rates that change from step to step.

Source: PyTorch reference, torch.optim.lr_scheduler.
"""

from collections.abc import Callable
from math import cos, pi
from typing import Any

from app.lang.display import concrete
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import Value

Tracer = Any
Rate = Callable[..., float]
"""(tracer, settings, steps so far, the first rate, the present one) → the next rate."""


def by_steps(t: Tracer, own: dict[str, Value], count: int, first: float, now: float) -> float:
    """`StepLR`: times gamma every `step_size` steps."""
    return now * own["gamma"] if count % own["step_size"] == 0 else now


def by_milestones(t: Tracer, own: dict[str, Value], count: int, first: float, now: float) -> float:
    """`MultiStepLR`: times gamma at each milestone."""
    return float(now * own["gamma"] ** own["milestones"].count(count))


def by_power(t: Tracer, own: dict[str, Value], count: int, first: float, now: float) -> float:
    """`ExponentialLR`: times gamma each step."""
    return float(now * own["gamma"])


def by_cosine(t: Tracer, own: dict[str, Value], count: int, first: float, now: float) -> float:
    """`CosineAnnealingLR`: half a cosine from the first rate to `eta_min`; I. Loshchilov & F. Hutter, SGDR, 2017."""
    low = own["eta_min"]
    return float(low + (first - low) * (1 + cos(pi * count / own["T_max"])) / 2)


def by_function(t: Tracer, own: dict[str, Value], count: int, first: float, now: float) -> float:
    """`LambdaLR`: the first rate times what a function gives."""
    return first * float(concrete(t.applied(own["lr_lambda"], [count], {})))


def set_rates(t: Tracer, self: Instance, rate: Rate) -> None:
    """A rate for each group of parameters."""
    own = self.attributes
    for group, first in zip(own["optimizer"].attributes["param_groups"], own["base_lrs"], strict=True):
        group["lr"] = rate(t, own, own["last_epoch"], first, float(concrete(group["lr"])))


def make(rate: Rate, names: tuple[str, ...], defaults: dict[str, Value], at_once: bool) -> Any:
    """An initialiser; `at_once` sets the rate before the first step too."""
    def work(t: Tracer, self: Instance, optimizer: Value, *given: Value, **options: Value) -> None:
        settings = {**defaults, **dict(zip(names, given, strict=False)), **options}
        if set(settings) != set(names) or len(given) > len(names):
            raise TypeError(f"it takes optimizer, {', '.join(names)}")
        self.attributes |= {name: each if name == "lr_lambda" else concrete(each) for name, each in settings.items()}
        rates = [float(concrete(group["lr"])) for group in optimizer.attributes["param_groups"]]
        self.attributes |= {"optimizer": optimizer, "last_epoch": 0, "base_lrs": rates}
        if at_once:
            set_rates(t, self, rate)
    return work


def step(rate: Rate) -> Any:
    """`scheduler.step()`."""
    def work(t: Tracer, self: Instance) -> None:
        self.attributes["last_epoch"] += 1
        set_rates(t, self, rate)
    return work


def last(t: Tracer, self: Instance) -> list[Value]:
    """`get_last_lr()`."""
    return [float(concrete(group["lr"])) for group in self.attributes["optimizer"].attributes["param_groups"]]


KINDS: tuple[tuple[str, Rate, tuple[str, ...], dict[str, Value]], ...] = (
    ("StepLR", by_steps, ("step_size", "gamma"), {"gamma": 0.1}),
    ("MultiStepLR", by_milestones, ("milestones", "gamma"), {"gamma": 0.1}),
    ("ExponentialLR", by_power, ("gamma",), {}),
    ("CosineAnnealingLR", by_cosine, ("T_max", "eta_min"), {"eta_min": 0.0}),
    ("LambdaLR", by_function, ("lr_lambda",), {}),
)
"""Name, rate, settings in order, their defaults."""
SCHEDULERS = {
    name: Klass(name, (OBJECT,), {
        "__init__": special(f"lr_scheduler.{name}", make(rate, names, defaults, rate is by_function)),
        "step": special(f"lr_scheduler.{name}", step(rate)), "get_last_lr": special(f"lr_scheduler.{name}", last),
    })
    for name, rate, names, defaults in KINDS
}  # fmt: skip
"""By name."""
