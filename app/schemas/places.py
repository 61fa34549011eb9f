"""Where a request points to: a node by its id, a variable by its name, or one cell of either: `n3`, `x`, `W[0,1]`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from app.engine.cells import Cell
from app.engine.jacobian import LARGEST
from app.engine.op import shape
from app.engine.scalars import element_name
from app.lang.leftovers import Binding
from app.schemas.problem import FieldError, nearest
from app.schemas.running import OWN_ID, Ran

Place = Annotated[str, Field(max_length=200)]
"""A field that holds one."""
CELL = re.compile(r"(?P<name>[^\[\]]+)(?P<cell>(\[\d{1,9}(\s*,\s*\d{1,9})*\])*)")


@dataclass(frozen=True, slots=True)
class Found:
    """A node, or one cell of it."""

    node: int
    cell: Cell | None = None


def find(ran: Ran, text: str, field: str) -> Found:
    """What the text points to.  Ids are tried first, then names, inputs before what was bound later.

    Raises FieldError `unknown_node`, `unknown_name` or `bad_argument` (a cell that is not there, a whole list).
    """
    parts = CELL.fullmatch(text.strip())
    name = text if parts is None else parts["name"].strip()
    cell = () if parts is None else tuple(int(n) for n in re.findall(r"\d+", parts["cell"]))
    if OWN_ID.match(name) and name not in ran.subject.names:
        return _of_node(ran, ran.node(name, field), cell, text, field)
    known: Mapping[str, Binding] = {**ran.subject.names, **ran.subject.wrt, **ran.subject.inputs}
    if name not in known:
        what = f"{field}: the program has no variable {name[:40]!r}"
        raise FieldError("unknown_name", what, field=field, hint=nearest(name, known))
    binding = known[name]
    while not isinstance(binding, int):
        if not cell or cell[0] >= len(binding):
            say = f"{field}: {name[:40]!r} is a list, choose one of its elements, such as {name[:40]}[0]"
            raise FieldError("bad_argument", say, field=field)
        binding, cell = binding[cell[0]], cell[1:]
    return _of_node(ran, binding, cell, text, field)


def _of_node(ran: Ran, node: int, cell: Cell, text: str, field: str) -> Found:
    form = shape(ran.run.values[node])
    if not cell:
        return Found(node)
    if len(cell) != len(form) or any(i >= n for i, n in zip(cell, form, strict=True)):
        say = f"{field}: {text[:40]!r} is not in an array of shape {form} — give an index for each axis"
        raise FieldError("bad_argument", say, field=field)
    return Found(node, cell)


def named(ran: Ran, name: str) -> Binding | None:
    """What a variable stands for, a node or nested lists of nodes; None where it is no variable's name."""
    found: Binding | None = {**ran.subject.inputs, **ran.subject.wrt, **ran.subject.names}.get(name)
    return found


def whole(ran: Ran, text: str, field: str) -> int:
    """A node as a whole.  Raises FieldError."""
    found = find(ran, text, field)
    if found.cell is not None:
        say = f"{field}: {text[:40]} is one cell, the matrix is of whole nodes — leave the index out"
        raise FieldError("bad_argument", say, field=field)
    return found.node


def called(ran: Ran, node: int) -> str:
    """A node's name, else its id."""
    return ran.run.graph.names[node] or ran.id(node)


def elements(ran: Ran, node: int) -> list[str]:
    """The labels of its numbers: `W[0,1]`; none of an array that is too large to look at."""
    form = shape(ran.run.values[node])
    if int(np.prod(form)) > LARGEST:
        return []
    return [element_name(called(ran, node), at) for at in np.ndindex(*form)]


def count_to_json(count: int | None) -> Any:
    """A whole number; as a string where a double could not hold it."""
    return count if count is None or abs(count) <= 2**53 else digits(count)


def digits(count: int) -> str:
    """In full, however long: Python alone refuses more than some thousand digits."""
    block, parts = 10**4000, []
    while count >= block:
        count, rest = divmod(count, block)
        parts.append(f"{rest:04000d}")
    return "".join([str(count), *reversed(parts)])
