"""A net's configuration: read from plain data, every bad field named, into records.

{"input": 2, "layers": [{"type": "dense", "units": 3, "activation": "tanh"}, …], "loss": "mse", "reduction": "mean",
 "initializer": "glorot_uniform", "parameters": {"W1": …}, "data": {"dataset": "moons"} | {"x": …, "y": …}, "seed": 0}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from app.nets.activations import ACTIVATIONS
from app.nets.data import DataChoice
from app.nets.datasets import DATASETS
from app.nets.fields import Choice, Field, Flag, Options, Real, Whole, read_fields, shown
from app.nets.initialisers import INITIALISERS
from app.nets.layers import LAYERS
from app.nets.layers.record import Place, Shape, Spec
from app.nets.limits import NET_LIMITS
from app.nets.losses import LOSSES, REDUCTIONS
from app.nets.places import placed
from app.nets.problems import Problems

SEED = Whole(name="seed", says="for all that is drawn at random", low=0, high=2**63 - 1, default=0)
ACTIVATION = Choice(name="activation", says="what the layer's sums go through", choices=tuple(ACTIVATIONS),
                    default="linear")  # fmt: skip
OWN: tuple[Field, ...] = (
    Choice(name="loss", says="what is to become small", choices=tuple(LOSSES), default="mse"),
    Choice(name="reduction", says="how examples' losses become one", choices=REDUCTIONS, default="mean"),
    Flag(name="fused", says="whether a softmax and its cross-entropy are one op", default=True),
    Real(name="l1", says="times the sum of the weights' sizes, added to the loss", low=0, high=100, default=0.0),
    Real(name="l2", says="times half the sum of the weights' squares, added to the loss", low=0, high=100, default=0.0),
    SEED,
)
ABOUT_DATA: tuple[Field, ...] = (
    SEED,
    Real(name="test_fraction", says="share kept for testing", low=0, high=0.9, default=0.0),
    Flag(name="standardize", says="whether inputs are scaled to mean 0 and deviation 1", default=False),
)
ELSEWHERE = ("input", "layers", "initializer", "parameters", "data")
TESTED = 0.25
"""The share of a data set that is kept for testing unless told otherwise."""


@dataclass(frozen=True)
class Configuration:
    """A net that is known to be well formed; `places` are its layers with shapes and parameters."""

    input: Shape
    places: tuple[Place, ...]
    loss: str = "mse"
    reduction: str = "mean"
    fused: bool = True
    l1: float = 0.0
    l2: float = 0.0
    seed: int = 0
    initializer: str = "glorot_uniform"
    initializer_options: Options = field(default_factory=dict)
    parameters: Mapping[str, np.ndarray] = field(default_factory=dict)
    data: DataChoice = field(default_factory=DataChoice)

    @property
    def outputs(self) -> int:
        """Numbers that the last layer gives for an example."""
        return self.places[-1].gives[0]


def read_configuration(raw: Mapping[str, Any]) -> Configuration:
    """The configuration that plain data describes.  Raises BadNet with every bad field."""
    problems = Problems()
    own = read_fields(raw, OWN, "", problems, besides=ELSEWHERE)
    takes = read_input(raw.get("input"), "input" in raw, problems)
    specs = read_layers(raw.get("layers"), "layers", problems, NET_LIMITS.hidden_layers + 1)
    name, options = read_initializer(raw.get("initializer", "glorot_uniform"), problems)
    data = read_data(raw.get("data"), problems)
    problems.fail_if_any()
    places = placed(specs, takes, problems)
    parameters = read_parameters(raw.get("parameters", {}), places, problems)
    if places and len(places[-1].gives) != 1:
        problems.add(f"layers[{len(places) - 1}]", "shape_mismatch",
                     f"gives {list(places[-1].gives)} for an example, the last layer must give a row of numbers",
                     "put a flatten or a dense layer at the end")  # fmt: skip
    problems.fail_if_any()
    return Configuration(takes, places, initializer=name, initializer_options=options, parameters=parameters,
                         data=data, **own)  # fmt: skip


def read_input(value: Any, given: bool, problems: Problems) -> Shape:
    """A number of features, [features], [time, features] or [channels, height, width]."""
    limits = NET_LIMITS
    if not given:
        problems.add("input", "missing", "is missing, give it a value", "a number of features, or [1, 8, 8]")
        return (1,)
    sizes = [value] if not isinstance(value, list | tuple) else list(value)
    allowed: Sequence[tuple[str, int]] = {
        1: [("features", limits.features)],
        2: [("time", limits.time), ("features", limits.features)],
        3: list(zip(("channels", "height", "width"), limits.image, strict=True)),
    }.get(len(sizes), [])
    if not allowed:
        problems.add("input", "bad_argument", f"has {len(sizes)} sizes, must have 1 to 3",
                     "features, [time, features] or [channels, height, width]")  # fmt: skip
        return (1,)
    for i, (size, (name, most)) in enumerate(zip(sizes, allowed, strict=True)):
        place = f"input[{i}]" if isinstance(value, list | tuple) else "input"
        Whole(name=name, says="", low=1, high=most).read(size, place, problems)
    return tuple(sizes)


def read_layers(value: Any, path: str, problems: Problems, most: int, depth: int = 0) -> tuple[Spec, ...]:
    """Every layer of a list, and those inside."""
    if not isinstance(value, list | tuple):
        code, says = ("missing", "is missing, give it a value") if value is None else (
            "list_type", f"is {shown(value)}, must be a list of layers")  # fmt: skip
        problems.add(path, code, says, 'such as [{"type": "dense", "units": 1}]')
        return ()
    if not 1 <= len(value) <= most:
        problems.add(path, "out_of_range", f"has {len(value)} layers, must have from 1 to {most}")
        return ()
    found = [read_layer(each, f"{path}[{i}]", problems, depth) for i, each in enumerate(value)]
    return tuple(each for each in found if each is not None)


def read_layer(value: Any, path: str, problems: Problems, depth: int) -> Spec | None:
    """One layer."""
    if not isinstance(value, Mapping):
        problems.add(path, "dict_type", f"is {shown(value)}, must be an object with a `type`")
        return None
    kind = value.get("type")
    if kind is None:
        problems.add(f"{path}.type", "missing", "is missing, give it a value", f"one of {', '.join(LAYERS)}")
        return None
    if not isinstance(kind, str) or kind not in LAYERS:
        Choice(name="type", says="", choices=tuple(LAYERS)).read(kind, f"{path}.type", problems)
        return None
    record = LAYERS[kind]
    fields = (*record.fields, ACTIVATION) if record.activated else tuple(record.fields)
    besides = ("type", "layers") if record.nested else ("type",)
    options = read_fields(value, fields, path, problems, besides)
    inside: tuple[Spec, ...] = ()
    if record.nested and depth >= NET_LIMITS.nesting:
        problems.add(path, "too_deep", f"stands in {depth} others, must stand in at most {NET_LIMITS.nesting - 1}")
    elif record.nested:
        inside = read_layers(value.get("layers"), f"{path}.layers", problems, NET_LIMITS.nested_layers, depth + 1)
    return Spec(record, options, inside)


def read_initializer(value: Any, problems: Problems) -> tuple[str, Options]:
    """A name, or {"name": …, options}."""
    given = value if isinstance(value, Mapping) else {"name": value}
    place = "initializer.name" if isinstance(value, Mapping) else "initializer"
    name = given.get("name")
    before = len(problems.found)
    Choice(name="name", says="", choices=tuple(INITIALISERS)).read(name, place, problems)
    if len(problems.found) > before:
        return "glorot_uniform", {}
    return str(name), read_fields(given, INITIALISERS[str(name)].fields, "initializer", problems, ("name",))


def read_parameters(value: Any, places: Sequence[Place], problems: Problems) -> dict[str, np.ndarray]:
    """Given values by name, each of its parameter's shape."""
    known = {name: parameter.shape for place in every(places) for name, parameter in named(place)}
    total = sum(prod(shape) for shape in known.values())
    if total > NET_LIMITS.parameters:
        problems.add("layers", "too_large", f"have {total:,} parameters, the limit is {NET_LIMITS.parameters:,}",
                     "use fewer units")  # fmt: skip
    if not isinstance(value, Mapping):
        problems.add("parameters", "dict_type", f"is {shown(value)}, must be an object of arrays by name")
        return {}
    found = {}
    for name, given in value.items():
        place = f"parameters.{name}"[:200]
        if name not in known:
            hint = problems.near(str(name), known, "its parameters are")
            problems.add(place, "unknown_name", "the net has no such parameter", hint)
            continue
        array = np.asarray(given, float)
        if array.shape != known[name]:
            problems.add(place, "shape_mismatch", f"is {list(array.shape)}, must be {list(known[name])}",
                         "weights are (out, in)")  # fmt: skip
            continue
        found[str(name)] = array
    return found


def read_data(value: Any, problems: Problems) -> DataChoice:
    """A data set by name with its options, or arrays x and y."""
    if not isinstance(value, Mapping):
        code, says = ("missing", "is missing, give it a value") if value is None else (
            "dict_type", f"is {shown(value)}, must be an object")  # fmt: skip
        problems.add("data", code, says, 'such as {"dataset": "moons"} or {"x": [[0, 1]], "y": [[1]]}')
        return DataChoice()
    own = "dataset" in value
    besides = ("dataset", "rows") if own else ("x", "y", "rows")
    fields: tuple[Field, ...] = ABOUT_DATA
    if own:
        before = len(problems.found)
        Choice(name="dataset", says="", choices=tuple(DATASETS)).read(value["dataset"], "data.dataset", problems)
        if len(problems.found) > before:
            return DataChoice()
        fields = (*DATASETS[value["dataset"]].fields, *fields)
    for name in () if own else ("x", "y"):
        if name not in value:
            problems.add(f"data.{name}", "missing", "is missing, give it a value", "or name a `dataset`")
    found = read_fields(value, fields, "data", problems, besides)
    about = {each.name: found.pop(each.name) for each in ABOUT_DATA if each.name in found}
    if own and "test_fraction" not in value:
        about["test_fraction"] = TESTED
    rows = read_rows(value.get("rows"), problems)
    if own:
        return DataChoice(dataset=value["dataset"], options=found, rows=rows, **about)
    x, y = (np.asarray(value.get(name, 0.0), float) for name in ("x", "y"))
    if x.ndim and len(x) > NET_LIMITS.samples:
        problems.add("data.x", "too_large", f"has {len(x)} rows, the limit is {NET_LIMITS.samples}")
    return DataChoice(x=x, y=y, rows=rows, **about)


def read_rows(value: Any, problems: Problems) -> tuple[int, ...] | None:
    """Which examples of the training part are used."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= NET_LIMITS.samples:
        problems.add("data.rows", "list_type", f"is {shown(value)}, must be a list of rows' numbers, at least one")
        return None
    one = Whole(name="rows", says="", low=0, high=NET_LIMITS.samples - 1)
    return tuple(one.read(each, f"data.rows[{i}]", problems) for i, each in enumerate(value))


def every(places: Sequence[Place]) -> list[Place]:
    """All layers, those inside others after the ones they stand in."""
    return [each for place in places for each in (place, *every(place.inside))]


def named(place: Place) -> list[tuple[str, Any]]:
    """A layer's own parameters by their names."""
    return [(place.name(stem), parameter) for stem, parameter in place.parameters.items()]
