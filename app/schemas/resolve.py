"""Names of a request → nodes of its program's graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.budget import Budget
from app.engine.graph import Graph
from app.engine.run import Note
from app.lang import trace
from app.lang.leftovers import Binding, ids
from app.nets.compile import Net
from app.nets.tracing import trace_net
from app.schemas.network import compiled
from app.schemas.problem import FieldError, nearest
from app.schemas.subject import Subject


@dataclass(frozen=True)
class Resolved:
    """A subject as the engine takes it."""

    program: str
    graph: Graph
    output: int
    output_name: str | None
    names: Mapping[str, Binding]
    wrt: Mapping[str, Binding]
    inputs: Mapping[str, Binding]
    printed: list[str]
    notes: list[Note]
    net: Net | None = None

    @property
    def wrt_ids(self) -> tuple[int, ...]:
        """Every node to differentiate with respect to, once: what was asked for, by default with every input.

        A name that is bound again stands for its last node; the input of that name has its gradient all the same.
        """
        bindings = (*self.wrt.values(), *self.inputs.values())
        return tuple(dict.fromkeys(each for binding in bindings for each in ids(binding)))


def resolve(subject: Subject, budget: Budget) -> Resolved:
    """Trace the program and look up the names. Raises LangError, EngineError, FieldError."""
    net = None if subject.network is None else compiled(subject.network, subject.seed)
    about: dict[str, Any] = {
        "inputs": subject.inputs, "output": subject.output, "seed": subject.seed, "budget": budget
    }  # fmt: skip
    traced = trace(subject.program or "", **about) if net is None else trace_net(net, **about)
    graph, names = traced.graph, dict(traced.names)
    default = list(traced.inputs) if net is None else net.wrt
    asked = list(default if subject.wrt is None else subject.wrt)
    known = {**traced.inputs, **names}
    _refuse_unknown(asked, known)
    wrt = {name: known[name] for name in asked}
    return Resolved(
        traced.source, graph, traced.output, traced.output_name, names, wrt,
        inputs=traced.inputs if subject.wrt is None and net is None else {}, printed=list(traced.printed),
        notes=list(traced.notes), net=net,
    )


def _refuse_unknown(asked: list[str], names: Mapping[str, Binding]) -> None:
    for index, name in enumerate(asked):
        if name not in names:
            raise FieldError(
                "unknown_name",
                f"wrt: the program has no variable {name[:40]!r}",
                field=f"wrt[{index}]",
                hint=nearest(name, names),
            )
