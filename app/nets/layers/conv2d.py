"""Convolution: a small window of weights moves over an image."""

from app.nets.fields import Flag, Options, Pair, Whole
from app.nets.layers.record import DoesNotFit, Layer, Lines, Parameter, Place, Shape, Spec, image

MOST_CHANNELS = 16


def slid(size: int, kernel: int, stride: int, padding: int, what: str) -> int:
    """How many places a window has along one axis.  Raises DoesNotFit."""
    room = size + 2 * padding - kernel
    if room < 0:
        raise DoesNotFit(f"{what}: its window of {kernel} is larger than the {size + 2 * padding} that come in",
                         "make the kernel smaller, or the padding larger")  # fmt: skip
    return room // stride + 1


def windowed(takes: Shape, options: Options, what: str) -> Shape:
    """Channels, and the places of a window in both directions.  Raises DoesNotFit."""
    channels, height, width = image(takes, what)
    kernel, stride, padding = options["kernel"], options["stride"], options["padding"]
    rows, columns = (
        slid(size, kernel[i], stride[i], padding[i], what) for i, size in enumerate((height, width))
    )  # fmt: skip
    return channels, rows, columns


def shape(takes: Shape, spec: Spec) -> Shape:
    """Channels (out), height, width."""
    return (spec.options["channels"], *windowed(takes, spec.options, "a convolution")[1:])


def parameters(takes: Shape, options: Options) -> list[Parameter]:
    """W (out, in, height, width), b (out,)."""
    (high, wide), out, coming = options["kernel"], options["channels"], takes[0]
    fan_in, fan_out = coming * high * wide, out * high * wide
    found = [Parameter("W", (out, coming, high, wide), fan_in, fan_out)]
    return found + ([Parameter("b", (out,), fan_in, fan_out, "bias")] if options["bias"] else [])


def write(place: Place, lines: Lines) -> None:
    """`conv2d`, as PyTorch's: the window is not turned round."""
    operands = [lines.incoming, place.name("W"), *([place.name("b")] if place.options["bias"] else [])]
    how = f"stride={place.options['stride']}, padding={place.options['padding']}"
    lines.add(f"{place.name('z')} = conv2d({', '.join(operands)}, {how})")


CONV2D = Layer(
    type="conv2d", doc="A window of weights moves over the image; the same weights everywhere.",
    fields=(
        Whole(name="channels", says="output channels", low=1, high=MOST_CHANNELS),
        Pair(name="kernel", says="height and width of the window", low=1, high=7, default=(3, 3)),
        Pair(name="stride", says="steps of the window", low=1, high=7, default=(1, 1)),
        Pair(name="padding", says="zeros around the image", low=0, high=3, default=(0, 0)),
        Flag(name="bias", says="whether a bias per channel is added", default=True),
    ),
    shape=shape, parameters=parameters, write=write, activated=True,
)  # fmt: skip
