"""`POST /api/v1/lower` and `/gradient_graph`: a program's text again, in single numbers, or with its backward pass."""

from collections.abc import Callable, Hashable
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.graph import Graph, Node
from app.engine.op import INPUT, Array, shape
from app.engine.passes import differentiate, quiet
from app.engine.scalars import scalarize
from app.lang.leftovers import Binding, ids
from app.lang.writing import Written, write
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.from_engine import note_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply
from app.schemas.resolve import resolve
from app.schemas.running import Lap, Ran, run_subject
from app.schemas.single import check_reply
from app.schemas.subject import Subject


class LowerRequest(Subject):
    """A program, and in `detail` the level that it is to be told from: `tensor` gives the text in single numbers."""

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        return "lower", self.runs, sizes, self.detail, tuple(self.open), self.output, tuple(self.wrt or ())


class GradientGraphRequest(LowerRequest):
    """A program whose backward pass is written out as a program, in the same detail."""

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        return "gradient graph", *super().alike  # type: ignore[misc]


class LowerReply(Documented):
    """The same program in other words: the same numbers, to the last bit or two."""

    schema_version: Literal["1.0"]
    program: str = Field(description="the text at the other level of detail")
    detail: Literal["tensor", "scalar"] = Field(description="the level it is written at")
    output: str = Field(description="its variable that holds the output")
    inputs: dict[str, Any] = Field(description="by input its name in the new program, as nested lists where it is many")
    nodes: dict[str, str] = Field(description="by the new program's variable the id of the node that it stands for")
    notes: list[NoteReply]


class GradientGraphReply(Documented):
    """A program that computes the gradients, forward and backward pass in one: draw it, run it, differentiate it."""

    schema_version: Literal["1.0"]
    program: str
    source: str = Field(description="text of the new program; its last line is the first gradient asked for")
    output: str = Field(description="its variable that holds the output of the program it came from")
    gradients: dict[str, Any] = Field(
        description="by name in `wrt`: its variable that holds the gradient; nested lists of variables where it is many"
    )
    backward_from: int = Field(description="lines of the forward pass; what comes after them is the backward pass")
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "lecture": {"summary": "A chain", "value": {"program": "x = 3.0\ny = sin(x**2)"}},
    "layer": {
        "summary": "A layer",
        "value": {"program": "W = [[0.5, -1.0], [0.25, 2.0]]\nx = [2.0, 1.0]\nL = sum(tanh(W @ x)**2)"},
    },
}
"""Shown in the reference, and run by a test."""


def answer_lower(request: LowerRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/lower`, encoded.  Raises LangError, EngineError, FieldError."""
    subject = resolve(request.model_copy(update={"wrt": None}), budget)
    lap("trace")
    graph, output, inputs = subject.graph, subject.output, subject.inputs
    detail = "scalar" if request.detail == "tensor" else "tensor"
    if detail == "scalar":
        with quiet():
            graph, output, inputs = scalarize(graph, output, inputs)
    check_reply(len(graph), reply_elements, "the program", "choose a smaller one")
    name = subject.output_name or "output"
    leaves = [node for binding in inputs.values() for node in ids(binding)]
    if graph.ops[output] is INPUT:
        leaves.append(output)
    with quiet():
        found = write(graph, {} if output in leaves else {output: spelled(graph, name)}, leaves)
    lap("write")
    return dump({
        "schema_version": SCHEMA_VERSION, "program": found.source, "detail": detail,
        "output": found.names[output],
        "inputs": {key: mapped(binding, found.names.get) for key, binding in inputs.items()},
        "nodes": {variable: f"n{node}" for node, variable in found.names.items()},
        "notes": [note_to_json(note) for note in subject.notes],
    })  # fmt: skip


def answer_gradient_graph(request: GradientGraphRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/gradient_graph`, encoded.  Raises LangError, EngineError, FieldError."""
    ran = run_subject(request, budget, lap)
    check_reply(len(ran.run.graph), reply_elements, "the program", "choose a smaller one")
    found, gradients, output = gradient_program(ran)
    lap("write")
    return dump({
        "schema_version": SCHEMA_VERSION, "program": ran.subject.program, "source": found.source, "output": output,
        "gradients": {
            name: mapped(binding, gradients.__getitem__) for name, binding in ran.subject.wrt.items()
        },
        "backward_from": forward_lines(found.source, output), "notes": notes_of(ran),
    })  # fmt: skip


def gradient_program(ran: Ran) -> tuple[Written, dict[int, str], str]:
    """The text, by `wrt` node its gradient's variable, and the output's variable.

    Raises NotWritable, TooLarge, DeadlineExceeded.
    """
    run, graph = ran.run, ran.run.graph
    wrt = list(dict.fromkeys(node for binding in ran.subject.wrt.values() for node in ids(binding)))
    before = len(graph)
    adjoints, _ = differentiate(graph.node(run.output), [graph.node(node) for node in wrt], run.seed)
    name = spelled(graph, ran.subject.output_name or f"n{run.output}")
    outputs: dict[int, str] = {} if graph.ops[run.output].leaf else {run.output: name}
    gradients: dict[int, str] = {}
    for node in reversed(wrt):  # the first comes last, where it is the program's output
        own = f"d{name}_d{spelled(graph, graph.names[node] or f'n{node}')}"
        gradients[node] = free(own, set(gradients.values()) | {name})
        with quiet():
            place = _own_node(graph, adjoints.get(node), node, before)
            place = int((graph.node(place) * 1.0).id) if place in outputs else place
        outputs[place] = gradients[node]
    found = write(graph, outputs, wrt)
    return found, gradients, found.names.get(run.output, name)


def _own_node(graph: Graph, adjoint: Any, node: int, before: int) -> int:
    """A node that is this gradient and nothing else: a number that stays, or another's node, is taken over by + 0."""
    x = graph.node(node)
    if isinstance(adjoint, Node) and adjoint.id >= before and _varies(graph, adjoint.id):
        return int((adjoint + 0.0).id) if graph.names[adjoint.id] else adjoint.id
    value: Array = np.zeros(shape(x.value))[()] if adjoint is None else adjoint.value
    if isinstance(adjoint, Node) and _varies(graph, adjoint.id):
        return int((adjoint * 1.0).id)
    return int((x * 0.0 + value).id)


def _varies(graph: Graph, node: int) -> bool:
    waiting, seen = [node], set()
    while waiting:
        i = waiting.pop()
        if graph.names[i] is not None and not graph.inputs[i]:
            return True
        fresh = [s for s in graph.inputs[i] if s not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def forward_lines(source: str, output: str) -> int:
    """Lines up to the one that binds the output."""
    lines = source.splitlines()
    return 1 + max((i for i, line in enumerate(lines) if line.startswith(f"{output} = ")), default=-1)


def spelled(graph: Graph, name: str) -> str:
    """A name as an identifier."""
    return "".join(c if c.isalnum() or c == "_" else "_" for c in name.rstrip("]"))


def free(name: str, taken: set[str]) -> str:
    """The name, with a number behind where it is taken."""
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{name}_{n}"
    return found


def mapped(binding: Binding, of: Callable[[int], Any]) -> Any:
    """Nested lists of what belongs to each node."""
    return of(binding) if isinstance(binding, int) else [mapped(each, of) for each in binding]
