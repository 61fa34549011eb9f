"""A self-attention head: every place of a sequence looks at all others."""

from math import sqrt

from app.nets.fields import Flag, Options, Whole
from app.nets.layers.record import Layer, Lines, Parameter, Place, Shape, Spec, sequence


def shape(takes: Shape, spec: Spec) -> Shape:
    """(time, units)."""
    return (sequence(takes, "an attention head")[0], spec.options["units"])


def parameters(takes: Shape, options: Options) -> list[Parameter]:
    """Wq, Wk, Wv, each (units, in)."""
    units, coming = options["units"], takes[-1]
    return [Parameter(stem, (units, coming), coming, units) for stem in ("Wq", "Wk", "Wv")]


def write(place: Place, lines: Lines) -> None:
    """softmax(Q Kᵀ/√units) V; `causal`: no place looks at a later one."""
    for each in "qkv":
        lines.add(f"{place.name(each)} = {lines.incoming} @ {place.name('W' + each)}.T")
    q, k, v, a = (place.name(each) for each in "qkva")
    if place.options["causal"]:
        lines.add(f"{a} = attention({q}, {k}, {v}, is_causal=True)")
        return
    scores, shares = place.name("s"), place.name("p")
    lines.add(f"{scores} = {q} @ swapaxes({k}, 1, 2) * {1 / sqrt(place.options['units'])!r}")
    lines.add(f"{shares} = softmax({scores}, axis=-1)")
    lines.add(f"{a} = {shares} @ {v}")


ATTENTION = Layer(
    type="attention", doc="Every place of a sequence takes a mean of all places' values, weighted by how well its query"
    " fits their keys.",
    fields=(
        Whole(name="units", says="length of queries, keys and values", low=1, high=64),
        Flag(name="causal", says="whether later places are hidden", default=False),
    ),
    shape=shape, parameters=parameters, write=write,
)  # fmt: skip
