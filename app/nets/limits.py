"""How large a net may be; what its program may take beyond that are the language's and the engine's limits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NetLimits:
    """Limits on a configuration; `hidden_layers` and one more that gives the output, `nested_layers` in a block."""

    features: int = 64
    image: tuple[int, int, int] = (3, 28, 28)
    time: int = 32
    hidden_layers: int = 8
    nested_layers: int = 4
    nesting: int = 2
    units: int = 64
    outputs: int = 784
    parameters: int = 100_000
    samples: int = 2000


NET_LIMITS = NetLimits()
