"""A slider's move on a graph of 200 nodes: the whole reply, from the request's text to JSON bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from app.engine.budget import Budget
from app.engine.executors.reruns import OFTEN
from app.engine.run import backprop
from app.lang import trace
from app.schemas.answers import answer_backprop
from app.schemas.subject import BackpropRequest
from benchmarks import peers
from benchmarks.agreement import present, require_equal
from benchmarks.timing import Contest

MOVED, UNSEEN = "ours, moved again and again", "ours, another program every time"
STATEMENTS = (
    "{c} = {a} * {b}", "{c} = {a} + {b} * 0.5", "{c} = {a} - {b}", "{c} = ({a} * 0.5)**2",
    "{c} = ({b} - {a}).relu()", "{c} = {a} * {b} * 0.1",
)  # fmt: skip


def program(factor: float, length: int = 86, value: str = "{}") -> str:
    """Statements over the results before them; `value` is how the dialect writes an input."""
    lines = [f"v0 = {value.format(0.5)}", f"v1 = {value.format(-1.25)}", f"v2 = v0 * {factor}"]
    for k in range(3, length):
        lines.append(STATEMENTS[k % len(STATEMENTS)].format(a=f"v{k - 1}", b=f"v{k - 1 - k % 3}", c=f"v{k}"))
    return "\n".join([*lines, f"g = v{length - 1} + v{length - 2}"])


def reply(text: str, x: float) -> bytes:
    """What the server answers when v0 is moved to x."""
    return answer_backprop(BackpropRequest(program=text, inputs={"v0": x}), Budget(), 1_000_000, lambda stage: None)


def contests(quick: bool) -> Iterator[Contest]:
    """The same text with other inputs, against a text that nothing is remembered of, and against micrograd's run."""
    text, moves, factors = program(1.5), count(1), count(1)
    check(text)
    works: dict[str, Any] = {UNSEEN: lambda: reply(program(1.5 + next(factors) / 1024), 0.5)}
    if "micrograd" in peers.installed():
        works["micrograd, numbers only"] = micrograd_run(program(1.5, value="Value({})"))
    counts = json.loads(reply(text, 0.5))["counts"]
    yield Contest(
        f"{__doc__} ({counts['nodes']} nodes, {counts['edges']} edges)",
        {MOVED: lambda: reply(text, 0.5 + next(moves) % 512 / 1024)}, works,
    )  # fmt: skip


def micrograd_run(text: str) -> Any:
    """micrograd on the same statements, compiled before, nothing sent anywhere."""
    from micrograd.engine import Value

    space: dict[str, Any] = {"Value": Value}
    body = "\n ".join(text.splitlines())
    exec(f"def run():\n {body}\n g.backward()\n return g", space)
    return space["run"]


def check(text: str) -> None:
    """What is replied when most is remembered, against a sweep that remembers nothing. Raises Disagreement."""
    for k in range(OFTEN + 2):
        found = json.loads(reply(text, k / 8))
        traced = trace(text, inputs={"v0": k / 8})
        run = backprop(traced.graph, traced.output)
        for name, ours, wanted in (
            ("value", found["nodes"], run.values),
            ("grad", found["nodes"], [run.adjoints.get(i) for i in range(len(run.values))]),
            ("local", found["edges"], [edge.local for edge in run.edges]),
            ("contribution", found["edges"], [edge.contribution for edge in run.edges]),
        ):
            require_equal("a sweep", name, *present([each[name] for each in ours], wanted))
