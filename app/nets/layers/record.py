"""The layer record: everything there is to know about one type of layer, stated once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.nets.fields import Field, Options

Shape = tuple[int, ...]
"""Of one example, without the batch's axis: (features,), (time, features) or (channels, height, width)."""


class DoesNotFit(Exception):
    """A layer that cannot take what comes in: what is, what must be, what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array to be learned: `stem` W makes W1 in layer 1.  `role` weight, bias (starts at 0) or gain (starts at 1).

    `fan_in` and `fan_out` are how many numbers go into, and come out of, one sum of products.
    """

    stem: str
    shape: Shape
    fan_in: int = 1
    fan_out: int = 1
    role: str = "weight"


@dataclass(frozen=True)
class Layer:
    """One type of layer.

    `shape` tells the output's shape from the input's, and raises DoesNotFit; `parameters` what is learned;
    `write` writes the lines that compute it.  `activated` layers have the field `activation`, applied to what they
    write; `nested` ones hold `layers` of their own; what comes into `rows` layers are numbers of rows, no quantities.
    """

    type: str
    doc: str
    fields: Sequence[Field]
    shape: Callable[[Shape, "Spec"], Shape]
    write: Callable[["Place", "Lines"], None]
    parameters: Callable[[Shape, Options], Sequence[Parameter]] = lambda shape, options: ()
    activated: bool = False
    nested: bool = False
    rows: bool = False


@dataclass(frozen=True)
class Spec:
    """A layer of a configuration: its type's record, its options, and the layers inside it."""

    record: Layer
    options: Options
    inside: tuple["Spec", ...] = ()


@dataclass(frozen=True)
class Place:
    """A layer in its place in a net: its number as in W`1` (inside layer 2: `2_1`), shapes, parameters by stem."""

    spec: Spec
    number: str
    takes: Shape
    gives: Shape
    parameters: Mapping[str, Parameter]
    inside: tuple["Place", ...] = ()

    @property
    def label(self) -> str:
        """`layer 1`; inside it `layer 1.2`."""
        return f"layer {self.number.replace('_', '.')}"

    @property
    def options(self) -> Options:
        """The layer's own."""
        return self.spec.options

    def name(self, stem: str) -> str:
        """The variable: `W1`; `Wx1`."""
        return f"{stem}{self.number}"


@dataclass
class Lines:
    """A program while it is written.  `layer` writes one in its scope, `incoming` is the variable that the next takes.

    `statistics`: while evaluating, which variable the mean and variance of a batch norm's number are those of.
    """

    layer: Callable[[Place, "Lines"], None]
    incoming: str = "x"
    lines: list[str] = field(default_factory=list)
    depth: int = 0
    evaluating: bool = False
    seed: int = 0
    statistics: dict[str, str] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """One line, at the present depth."""
        self.lines.append("    " * self.depth + text)

    def opened(self, head: str) -> None:
        """A line that opens a block."""
        self.add(head)
        self.depth += 1

    def closed(self) -> None:
        """The block's end."""
        self.depth -= 1


def flat(takes: Shape, what: str) -> int:
    """How many features come in, along the last axis of vectors or sequences.  Raises DoesNotFit."""
    if len(takes) > 2:
        raise DoesNotFit(f"{what} takes vectors or sequences, it gets an image {list(takes)}",
                         "put a flatten layer before it")  # fmt: skip
    return takes[-1]


def image(takes: Shape, what: str) -> tuple[int, int, int]:
    """Channels, height and width.  Raises DoesNotFit."""
    if len(takes) != 3:
        raise DoesNotFit(f"{what} takes images [channels, height, width], it gets {list(takes)}",
                         "give the net an input such as [1, 8, 8]")  # fmt: skip
    return takes[0], takes[1], takes[2]


def sequence(takes: Shape, what: str) -> tuple[int, int]:
    """Time steps and features.  Raises DoesNotFit."""
    if len(takes) != 2:
        raise DoesNotFit(f"{what} takes sequences [time, features], it gets {list(takes)}",
                         "give the net an input such as [5, 2], or put an embedding layer before it")  # fmt: skip
    return takes[0], takes[1]


def same(takes: Shape, spec: Spec) -> Shape:
    """The shape of layers that keep it."""
    return takes
