"""Which arguments of a function are operands, and how an op is run aside of the graph."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import Parameter, signature
from typing import Any

import numpy as np

from app.engine.graph import Graph, Node
from app.engine.op import Op
from app.lang.errors import Trouble
from app.lang.values import Value, is_number


@cache
def operands_of(target: Callable[..., Any]) -> tuple[int, bool, frozenset[str], bool]:
    """(how many arguments are operands, the first is a list of operands, names of arguments, any name goes)."""
    if isinstance(target, Op) and target.call is None:
        return len(target.slots), target.variadic, frozenset(target.slots), False
    own = target.call if isinstance(target, Op) else target
    parameters = signature(own).parameters  # type: ignore[arg-type]
    names = frozenset(name for name, each in parameters.items() if each.kind is not Parameter.VAR_POSITIONAL)
    first = next(iter(parameters), "")
    takes_list = target.variadic if isinstance(target, Op) else first in ("xs", "arrays", "tensors")
    count = len(target.slots) if isinstance(target, Op) else 1
    return count, takes_list, names, any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values())


def in_slots(name: str, slots: Sequence[str], operands: list[Any], keywords: Mapping[str, Any]) -> list[Any]:
    """An op's operands in the order of its slots, whichever way they were given.  Raises Trouble."""
    given = {**keywords, **dict(zip(slots, operands, strict=False))}
    if len(operands) + len(keywords) != len(slots) or len(given) != len(slots):
        takes = f"{len(slots)} operand{'s' * (len(slots) > 1)}"
        raise Trouble(
            "bad_argument", f"{name}: {len(operands) + len(keywords)} are given, it takes {takes}",
            f"write {name}({', '.join(slots)})",
        )  # fmt: skip
    return [given[slot] for slot in slots]


def outcome(result: Any) -> Value:
    """A value computed aside, without its graph."""
    if isinstance(result, tuple | list):
        return type(result)(outcome(each) for each in result)
    if isinstance(result, Node):
        result = result.value
    return result.item() if isinstance(result, np.generic) else result


def leaf_of(graph: Graph, operand: Any) -> Any:
    if isinstance(operand, list):
        return [leaf_of(graph, each) for each in operand]
    return graph.leaf(operand) if is_number(operand) or isinstance(operand, np.ndarray) else operand
