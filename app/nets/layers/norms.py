"""Layer norm over each example's last axis, batch norm over the batch; both scaled by γ and shifted by β."""

from app.nets.fields import Options, Real
from app.nets.layers.record import DoesNotFit, Layer, Lines, Parameter, Place, Shape, Spec

EPS = (Real(name="eps", says="added to the variance", low=1e-12, high=1, default=1e-5),)


def gains(count: Shape) -> list[Parameter]:
    """γ, which starts at 1, and β, which starts at 0."""
    return [Parameter("gamma", count, role="gain"), Parameter("beta", count, role="bias")]


def of_layer(takes: Shape, options: Options) -> list[Parameter]:
    """A number per feature of the last axis; of an image per pixel and channel."""
    return gains(takes if len(takes) == 3 else takes[-1:])


def of_batch(takes: Shape, options: Options) -> list[Parameter]:
    """A number per feature, or per channel of an image."""
    return gains(takes[:1])


def no_sequences(takes: Shape, spec: Spec) -> Shape:
    """Batch norm keeps the shape of vectors and images.  Raises DoesNotFit."""
    if len(takes) == 2:
        raise DoesNotFit(f"batch norm takes vectors or images, it gets a sequence {list(takes)}", "use layer_norm")
    return takes


def alike(takes: Shape, spec: Spec) -> Shape:
    """Layer norm keeps every shape."""
    return takes


def write_layer_norm(place: Place, lines: Lines) -> None:
    """`layer_norm`, as PyTorch's."""
    sizes = list(place.parameters["gamma"].shape)
    lines.add(f"{place.name('z')} = layer_norm({lines.incoming}, {sizes}, {place.name('gamma')},"
              f" {place.name('beta')}, eps={place.options['eps']!r})")  # fmt: skip


def write_batch_norm(place: Place, lines: Lines) -> None:
    """By the batch's own mean and variance; while evaluating by those of the training data."""
    gamma, beta, eps = place.name("gamma"), place.name("beta"), f"eps={place.options['eps']!r}"
    if lines.evaluating:
        lines.statistics[place.number] = lines.incoming
        means = f"{place.name('mean')}, {place.name('var')}"
        lines.add(f"{place.name('z')} = batch_norm({lines.incoming}, {means}, {gamma}, {beta}, {eps})")
        return
    lines.add(f"{place.name('z')} = batch_norm({lines.incoming}, weight={gamma}, bias={beta}, training=True, {eps})")


LAYER_NORM = Layer(type="layer_norm", doc="Each example brought to mean 0 and variance 1 over its features.",
                   fields=EPS, shape=alike, parameters=of_layer, write=write_layer_norm, activated=True)  # fmt: skip
BATCH_NORM = Layer(type="batch_norm", doc="Each feature, or channel, brought to mean 0 and variance 1 over the batch.",
                   fields=EPS, shape=no_sequences, parameters=of_batch, write=write_batch_norm,
                   activated=True)  # fmt: skip
