"""Learning-rate schedules: by which factor a step's rate differs from the one that was set, as PyTorch's do.

A schedule counts updates, not epochs; step 0 is the first update.  Warm-up goes before any of them, which then begins
where it ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, pi
from typing import Any

from app.nets.fields import Field, Options, Real, Whole, read_fields, shown
from app.nets.problems import Problems

MOST_STEPS = 1_000_000
Factor = Callable[[int, float, Options], float]
"""(step, the rate that was set, options) → the rate of the step."""


@dataclass(frozen=True)
class Schedule:
    """One schedule."""

    name: str
    doc: str
    formula: str
    rate: Factor
    fields: tuple[Field, ...] = ()


def annealed(step: int, rate: float, options: Options) -> float:
    """Half a cosine from the rate to `eta_min`, over `t_max` steps."""
    low = float(options["eta_min"])
    return low + (rate - low) * (1 + cos(pi * step / options["t_max"])) / 2


GAMMA = Real(name="gamma", says="what the rate is multiplied by", low=0, high=10, default=0.1)
SCHEDULES: Mapping[str, Schedule] = {each.name: each for each in (
    Schedule("constant", "The same in every step.", r"\eta", lambda step, rate, o: rate),
    Schedule("step", "Falls by a factor every so many steps.", r"\eta\,\gamma^{\lfloor t / s \rfloor}",
             lambda step, rate, o: rate * float(o["gamma"] ** (step // o["step_size"])),
             (Whole(name="step_size", says="steps between falls", low=1, high=MOST_STEPS, default=100), GAMMA)),
    Schedule("exponential", "Falls by a factor in every step.", r"\eta\,\gamma^t",
             lambda step, rate, o: rate * float(o["gamma"] ** step),
             (Real(name="gamma", says="what the rate is multiplied by", low=0, high=10, default=0.99),)),
    Schedule("cosine", "Half a cosine from the rate down to the lowest one.",
             r"\eta_{\min} + \tfrac12 (\eta - \eta_{\min}) (1 + \cos(\pi t / T))", annealed,
             (Whole(name="t_max", says="steps of the half cosine; default: all steps after the warm-up", low=1,
                    high=MOST_STEPS, default=0),
              Real(name="eta_min", says="the lowest rate", low=0, high=1000, default=0.0))),
)}  # fmt: skip
"""By name."""
WARMUP: tuple[Field, ...] = (
    Whole(name="warmup", says="steps in which the rate rises to the one that was set", low=0, high=MOST_STEPS,
          default=0),
    Real(name="start_factor", says="share of the rate that the warm-up begins with", low=0, high=1, default=1 / 3),
)  # fmt: skip


@dataclass(frozen=True)
class Rates:
    """The learning rate by step."""

    schedule: Schedule = SCHEDULES["constant"]
    options: Options = None  # type: ignore[assignment]
    warmup: int = 0
    start_factor: float = 1 / 3

    def at(self, step: int, rate: float) -> float:
        """The rate of the update that leads from state `step` to the next."""
        if step < self.warmup:
            return rate * (self.start_factor + (1 - self.start_factor) * step / self.warmup)
        return self.schedule.rate(step - self.warmup, rate, self.options)

    @property
    def constant(self) -> bool:
        """Whether it never changes."""
        return self.schedule.name == "constant" and not self.warmup


def read_schedule(value: Any, steps: int, problems: Problems) -> Rates:
    """A name, or {"name": …, options, "warmup", "start_factor"}; `steps` is the number of the last step."""
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {"name": value}
    name = given.get("name", "constant")
    if not isinstance(name, str) or name not in SCHEDULES:
        place = "schedule.name" if isinstance(value, Mapping) else "schedule"
        problems.add(place, "unknown_name", f"is {shown(name)}, must be one of {', '.join(SCHEDULES)}", "choose one")
        return Rates()
    record = SCHEDULES[name]
    options = read_fields(given, (*record.fields, *WARMUP), "schedule", problems, ("name",))
    warmup, start = options.pop("warmup"), options.pop("start_factor")
    if options.get("t_max") == 0:
        options["t_max"] = max(1, steps - warmup) if isinstance(warmup, int) else 1
    return Rates(record, options, warmup, start)
