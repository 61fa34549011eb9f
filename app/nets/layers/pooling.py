"""Pooling: the largest, or the mean, of every window of an image."""

from collections.abc import Callable

from app.nets.fields import Options, Pair
from app.nets.layers.conv2d import windowed
from app.nets.layers.record import DoesNotFit, Layer, Lines, Place, Shape, Spec

SIZE = Pair(name="kernel", says="height and width of the window", low=1, high=7, default=(2, 2))


def own_stride(options: Options) -> Options:
    """With the kernel as the stride where none is given."""
    return {**options, "stride": options["stride"] or options["kernel"]}


class OrKernel(Pair):
    """Two whole numbers, or null."""

    def read(self, value: object, path: str, problems: object) -> object:
        """Null, or a pair."""
        return None if value is None else super().read(value, path, problems)  # type: ignore[arg-type]


FIELDS = (
    SIZE,
    OrKernel(name="stride", says="steps of the window; null: as large as the window", low=1, high=7, default=None),
    Pair(name="padding", says="room around the image, at most half the window", low=0, high=3, default=(0, 0)),
)


def shape(takes: Shape, spec: Spec) -> Shape:
    """The same channels, fewer places."""
    options = own_stride(spec.options)
    if any(2 * room > size for room, size in zip(options["padding"], options["kernel"], strict=True)):
        raise DoesNotFit("padding is more than half the window", "make it smaller")
    return windowed(takes, options, "pooling")


def pooled(function: str) -> Callable[[Place, Lines], None]:
    """The line with this function."""

    def write(place: Place, lines: Lines) -> None:
        options = own_stride(place.options)
        how = f"{options['kernel']}, stride={options['stride']}, padding={options['padding']}"
        lines.add(f"{place.name('a')} = {function}({lines.incoming}, {how})")

    return write


MAX_POOL = Layer(type="max_pool", doc="The largest number of every window; the gradient goes to it alone.",
                 fields=FIELDS, shape=shape, write=pooled("max_pool2d"))  # fmt: skip
AVG_POOL = Layer(type="avg_pool", doc="The mean of every window; the gradient is shared.",
                 fields=FIELDS, shape=shape, write=pooled("avg_pool2d"))  # fmt: skip
