"""A request's program in single numbers, and its variables by name: `x`, `W[0,1]`, or a node's id."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.engine.graph import Graph
from app.engine.passes import quiet
from app.engine.scalars import Unfolded, rebound
from app.lang.leftovers import Binding, ids
from app.schemas.problem import FieldError, nearest
from app.schemas.running import Lap, Ran, run_as_written
from app.schemas.subject import Subject
from app.symbolic.translate import scalar_output

ELEMENT = re.compile(r"(.+?)\[([0-9, ]+)\]\s*")


@dataclass(frozen=True)
class Single:
    """A run, the same program in single numbers, and its output (weighted by the cotangent) as one of them."""

    ran: Ran
    unfolded: Unfolded
    output: int
    own_ids: bool

    @property
    def graph(self) -> Graph:
        """The nodes of single numbers."""
        return self.unfolded.graph

    def id(self, node: int) -> str:
        """The id under which the page has the node: its own in scalar detail, else that of the array it is part of."""
        if self.own_ids:
            return f"n{node}"
        owners = self.unfolded.owners
        return self.ran.id(owners[node] if node < len(owners) else self.ran.run.output)

    def variable(self, name: str | None) -> int:
        """The node of the number to differentiate by: by default the first of all inputs.  Raises FieldError."""
        if name is not None:
            return self.cell(name, "variable")
        for node in self.ran.subject.wrt_ids or (self.ran.run.output,):
            if self.unfolded.ids[node].size:
                return int(self.unfolded.ids[node].flat[0])
        raise FieldError("not_scalar", "variable: no input has a number in it, there must be one", field="variable",
                         hint="name a variable that holds a number")  # fmt: skip

    @property
    def output_id(self) -> str:
        """The id under which the page has the output."""
        node = np.asarray(self.unfolded.ids[self.ran.run.output])
        return self.id(int(node) if node.ndim == 0 else self.output)

    def cell(self, name: str, field: str) -> int:
        """The node of one number by its name or id.  Raises FieldError."""
        found = self._named(name)
        if found is None:
            found = self._by_id(name, field)
        if not isinstance(found, int):
            cells = list(ids(found))
            if len(cells) == 1:
                return int(cells[0])
            first = self.graph.names[cells[0]] if cells else None
            raise FieldError(
                "not_scalar", f"{field}: {name[:40]} has {len(cells):,} numbers, it must be a single one", field=field,
                hint=f"choose one of them, such as {first or name + '[0]'}",
            )  # fmt: skip
        return found

    def _named(self, name: str) -> Binding | None:
        names = rebound(self.unfolded, {**self.ran.subject.names, **self.ran.subject.inputs})
        if name in names:
            return names[name]
        element = ELEMENT.fullmatch(name)
        if element is None or element[1] not in names:
            return None
        found: Any = names[element[1]]
        for index in element[2].split(","):
            if not isinstance(found, list | tuple) or not index.strip() or int(index) >= len(found):
                return None
            found = found[int(index)]
        return found

    def _by_id(self, name: str, field: str) -> Binding:
        subject = self.ran.subject
        if not re.fullmatch(r"n\d+(\.\d+)*", name):
            known = {**subject.names, **subject.inputs}
            raise FieldError("unknown_name", f"{field}: the program has no variable {name[:40]!r}", field=field,
                             hint=nearest(name, known))  # fmt: skip
        if self.own_ids:
            if int(name[1:].partition(".")[0]) < len(self.unfolded.owners) and "." not in name:
                return int(name[1:])
            raise FieldError("unknown_node", f"{field}: there is no node {name[:40]!r} in scalar detail", field=field)
        return np.asarray(self.unfolded.ids[self.ran.node(name, field)]).tolist()


def single(request: Subject, budget: Budget, lap: Lap) -> Single:
    """The request's program, run and unfolded.  Raises LangError, EngineError, FieldError."""
    ran = run_as_written(request, budget, lap)
    with quiet():
        unfolded, output = scalar_output(ran.run.graph, ran.run.output, ran.run.seed)
    lap("unfold")
    return Single(ran, unfolded, output, request.detail == "scalar")


def check_reply(count: int, most: int, what: str, hint: str) -> None:
    """Raise TooLarge where a reply would hold more numbers than it may."""
    if count > most:
        raise TooLarge(
            f"reply: {what} has {count:,} numbers, the limit is {most:,} — {hint}", limit=most, reached=count
        )


