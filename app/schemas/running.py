"""What every answer begins with: trace, open what is to be opened, run forward and backward, name the nodes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from app.engine.budget import Budget
from app.engine.errors import ShapeMismatch
from app.engine.executors.reruns import Reruns
from app.engine.opening import Opened, doors, open_nodes
from app.engine.run import Note, Run, backprop
from app.engine.scalars import scalar_run
from app.lang.leftovers import Binding
from app.schemas.problem import FieldError
from app.schemas.resolve import Resolved, resolve
from app.schemas.subject import Subject

RERUNS = Reruns(lock=Lock())
"""What sliders run: the structures that come often are compiled."""
Lap = Callable[[str], None]
"""Called with a stage's name when it ends."""
OWN_ID = re.compile(r"n(\d+)")


@dataclass(frozen=True)
class Ran:
    """A subject that has run, and the ids that its nodes go by: `n3`; inside an opened node `n3.1`."""

    subject: Resolved
    run: Run
    opened: Opened | None
    can_open: bool

    @property
    def doors(self) -> Sequence[str | None]:
        """By node what the request's `open` has to hold to open it."""
        if self.opened is not None:
            return self.opened.doors
        return doors(self.run.graph) if self.can_open else [None] * len(self.run.graph)

    def renamed(self, text: Any) -> Any:
        """`n7>n9.0` with the nodes' ids for their places in the graph; None stays."""
        if self.opened is None or text is None:
            return text
        keys = self.opened.keys
        return OWN_ID.sub(lambda found: keys[int(found[1])], text)

    def id(self, node: int) -> str:
        """The node's id in the reply."""
        return f"n{node}" if self.opened is None else self.opened.keys[node]

    def node(self, name: str, field: str) -> int:
        """The node with this id.  Raises FieldError."""
        size = len(self.run.graph)
        if self.opened is not None:
            place = self.opened.keys.index(name) if name in self.opened.keys else -1
        else:
            place = int(name[1:]) if re.fullmatch(r"n(0|[1-9]\d{0,9})", name) else -1
        if not 0 <= place < size:
            known = f"the graph has {size} nodes — take an id of `nodes` in the reply of /backprop"
            raise FieldError("unknown_node", f"{field}: there is no node {name[:40]!r}, {known}", field=field)
        return place

    def edge(self, name: str, field: str) -> tuple[int, int]:
        """Target and slot of the edge with this id.  Raises FieldError."""
        source, _, rest = name.partition(">")
        target, _, slot = rest.rpartition(".")
        found = self.node(target, field), int(slot) if re.fullmatch(r"\d{1,9}", slot) else -1
        inputs = self.run.graph.inputs[found[0]]
        if not 0 <= found[1] < len(inputs) or inputs[found[1]] != self.node(source, field):
            known = "take an id of `edges` in the reply of /backprop"
            raise FieldError("unknown_edge", f"{field}: there is no edge {name[:60]!r} — {known}", field=field)
        return found


def run_subject(request: Subject, budget: Budget, lap: Lap) -> Ran:
    """The request's program, run in the detail that is asked for.  Raises LangError, EngineError, FieldError."""
    ran = in_detail(run_as_written(request, budget, lap), request)
    lap("backprop")
    return ran


def run_as_written(request: Subject, budget: Budget, lap: Lap) -> Ran:
    """The request's program with its arrays as they are, run.  Raises LangError, EngineError, FieldError."""
    subject = resolve(request, budget)
    lap("trace")
    opened = None
    if request.open and request.detail == "tensor":
        opened = open_nodes(subject.graph, request.open)
        subject = _moved(subject, opened)
    return Ran(subject, _backprop(subject, request), opened, can_open=request.detail == "tensor")


def in_detail(ran: Ran, request: Subject) -> Ran:
    """A run as written in the request's detail.  Raises TooLarge, DeadlineExceeded."""
    return ran if request.detail == "tensor" else unfolded_run(ran)[0]


def unfolded_run(ran: Ran, nodes: Sequence[int] = ()) -> tuple[Ran, list[Binding]]:
    """A run in single numbers, and what these nodes are there: a node, or nested lists of them.

    Ids are those of the unfolded graph.  Raises TooLarge, DeadlineExceeded.
    """
    subject = ran.subject
    inputs = {f"inputs.{name}": binding for name, binding in subject.inputs.items()}
    asked = {f"nodes.{i}": node for i, node in enumerate(nodes)}
    run, unfolded = scalar_run(ran.run, {**asked, **inputs, **subject.wrt, **subject.names})
    names, wrt = ({name: unfolded[name] for name in held} for held in (subject.names, subject.wrt))
    inputs = {name: unfolded[f"inputs.{name}"] for name in subject.inputs}
    moved = replace(subject, names=names, wrt=wrt, inputs=inputs)
    return replace(ran, run=run, subject=moved, opened=None, can_open=False), [unfolded[name] for name in asked]


def _backprop(subject: Resolved, request: Subject) -> Run:
    # An opened node keeps the value of the closed one to the last bit: it is not computed again by compiled code.
    executor = backprop if request.open else RERUNS.backprop
    try:
        return executor(subject.graph, subject.output, seed=request.cotangent, wrt=subject.wrt_ids)
    except ShapeMismatch as error:  # the program has run by now: only the request's own array can be of a wrong shape
        message, _, hint = error.message.partition(" — ")
        raise FieldError(error.code, message, field="cotangent", hint=hint) from error


def _moved(subject: Resolved, opened: Opened) -> Resolved:
    """The subject on the graph with opened nodes."""
    moved = opened.moved

    def bound(bindings: Mapping[str, Binding]) -> dict[str, Binding]:
        return {name: _rebound(binding, moved) for name, binding in bindings.items()}

    notes = [replace(note, node=None if note.node is None else moved[note.node]) for note in subject.notes]
    notes += [_shut(key) for key in opened.shut]
    return replace(
        subject, graph=opened.graph, output=moved[subject.output], notes=notes,
        names=bound(subject.names), wrt=bound(subject.wrt), inputs=bound(subject.inputs),
    )  # fmt: skip


def _rebound(binding: Binding, moved: Sequence[int]) -> Binding:
    """Nested lists of nodes with each node's new place."""
    return moved[binding] if isinstance(binding, int) else [_rebound(each, moved) for each in binding]


def _shut(key: str) -> Note:
    return Note("nothing_to_open", f"open: {key} is no node that can be opened, it stays as it is")
