"""Numbers by a variable's name: a variable stands for a node, or for nested lists of nodes."""

from collections.abc import Callable, Iterator, Mapping
from math import isnan
from typing import Any

import numpy as np

from app.engine.checks import Check, Pick
from app.engine.run import Run
from app.engine.scalars import element_name
from app.lang.leftovers import Binding, ids
from app.schemas.numbers import number_to_json, summary, tensor_to_json

Numbers = Callable[[int], Any]
"""From a node to a number or an array, or None."""


def values(run: Run, names: Mapping[str, Binding], most: int) -> dict[str, Any]:
    """By name: the value, as nested lists where the variable is a list."""
    return {name: assembled(binding, run.values.__getitem__, most) for name, binding in names.items()}


def gradients(run: Run, names: Mapping[str, Binding], most: int) -> dict[str, Any]:
    """By name: the gradient, as nested lists where the variable is a list; null where none flows."""
    return {name: assembled(binding, run.adjoints.get, most) for name, binding in names.items()}


def checks(
    found: Mapping[int, Check], names: Mapping[str, Binding], most: int, id_of: Callable[[int], str] = "n{}".format
) -> dict[str, Any]:
    """By name: both gradients. An input whose name was bound again, and so stands for another node, goes by its id."""
    taken = {node for binding in names.values() for node in ids(binding)}
    hidden = {id_of(node): node for node in found if node not in taken}
    return {name: _check(found, binding, most) for name, binding in {**names, **hidden}.items()}


def assembled(binding: Binding, numbers: Numbers, most: int) -> Any:
    """The number or array of a node, nested lists of them; statistics of an array or a list above `most` elements."""
    if isinstance(binding, int):
        return tensor_to_json(numbers(binding), most)
    parts = [np.ravel(found) for node in ids(binding) if (found := numbers(node)) is not None]
    if sum(part.size for part in parts) > most:
        return summary(np.concatenate(parts)) | {"shape": _lengths(binding)}
    return _nested(binding, numbers, most)


def _nested(binding: Binding, numbers: Numbers, most: int) -> Any:
    if isinstance(binding, int):
        return tensor_to_json(numbers(binding), most)
    return [_nested(each, numbers, most) for each in binding]


def _lengths(binding: Binding) -> list[int]:
    """The lengths of nested lists, as far as lists at one depth have one length."""
    found, level = [len(binding)], list(binding)
    while level and all(isinstance(each, list | tuple) for each in level) and len({len(each) for each in level}) == 1:
        found.append(len(level[0]))
        level = [inner for each in level for inner in each]
    return found


def labelled(run: Run, name: str, binding: Binding) -> Iterator[tuple[Pick, str]]:
    """Every element of a variable with its label: `W[0,1]` of an array, `w[0]` of a list."""
    if isinstance(binding, int):
        for element, at in enumerate(np.ndindex(*np.shape(run.values[binding]))):
            yield (binding, element), element_name(name, at)
        return
    for i, each in enumerate(binding):
        yield from labelled(run, f"{name}[{i}]", each)


def lengths(run: Run, binding: Binding) -> list[int]:
    """The lengths of a variable's axes; of a ragged list as far as they are the same."""
    if isinstance(binding, int):
        return list(np.shape(run.values[binding]))
    together: list[int] = []
    for sizes in zip(*(lengths(run, each) for each in binding), strict=False):
        if len(set(sizes)) > 1:
            break
        together.append(sizes[0])
    return [len(binding), *together]


def _check(found: Mapping[int, Check], binding: Binding, most: int) -> dict[str, Any]:
    """The checks of all nodes of a variable as one."""
    nodes = list(ids(binding))
    several = [found[node] for node in nodes]
    sampled = [each.sampled for each in several]
    errors = [each.relative_error for each in several]
    compared = [each for each in several if each.sampled != 0]
    return {
        "reverse": assembled(binding, lambda node: found[node].reverse, most),
        "central_difference": assembled(binding, lambda node: found[node].central_difference, most),
        "relative_error": number_to_json(float("nan") if any(map(isnan, errors)) else max(errors, default=0.0)),
        "ok": (bool(compared) or not several) and all(each.ok for each in compared),
        "kink": any(each.kink for each in several),
        "sampled": None if set(sampled) <= {None} else sum(_checked(each) for each in several),
    }


def _checked(check: Check) -> int:
    return int(np.size(check.reverse)) if check.sampled is None else check.sampled
