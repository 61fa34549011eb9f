"""`POST /api/v1/diagnose`: where numbers stopped being finite, what that touched, and what would keep them finite."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field

from app.engine.budget import Budget
from app.engine.detective import BrokenGradient, BrokenValue, Trail, follow, kinds
from app.engine.errors import EngineError
from app.engine.notes import finite
from app.engine.op import Array, shape
from app.engine.run import Run, backprop
from app.lang import trace
from app.lang.errors import LangError
from app.lang.leftovers import Binding, ids
from app.lang.rewrites import Rewrite, applied, rewrites
from app.lang.tracing.tracer import Program
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.problem import Span, span_to_json
from app.schemas.programs import mapped
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply
from app.schemas.running import Lap, Ran, run_as_written
from app.schemas.single import check_reply
from app.schemas.subject import Subject

MOST = 8
"""Edits that are tried: each is run several times."""
MOST_STEPS = 2_000
ALIKE = 1e-9


class DiagnoseRequest(Subject):
    """A program, most of use where some number is NaN or infinite."""

    @property
    def alike(self) -> Hashable:
        """The same for requests that take about the same time."""
        sizes = tuple((name, np.shape(value)) for name, value in self.inputs.items())
        return "diagnose", self.runs, sizes, tuple(self.open), self.output, tuple(self.wrt or ())


class StepReply(Documented):
    """One thing that broke, in the order in which it happened."""

    phase: Literal["forward", "backward"]
    node: str = Field(description="whose value (forward) or gradient (backward) is not finite")
    origin: bool = Field(description="whether it began here")
    takes_from: list[str] = Field(description="forward: operands that brought it; backward: targets of such edges")
    edges: list[str] = Field(description="ids of the edges along which it came; where it began, those that did it")
    kinds: str = Field(description="`NaN`, `∞`, or `NaN and ∞`")
    count: int = Field(description="numbers of it that are not finite")
    size: int = Field(description="numbers of it")
    why: str
    span: Span | None


class RewriteReply(Documented):
    """An edit that computes the same, more safely; it was run before it is offered."""

    node: str
    title: str
    why: str
    span: Span
    before: str = Field(description="the text of the span")
    text: str = Field(description="what is to stand there")
    program: str = Field(description="the whole program with this edit")
    finite: bool = Field(description="whether output and gradients are all finite then")
    non_finite: int = Field(description="numbers of output and gradients that are not, then")


class AllReply(Documented):
    """Every edit at once."""

    program: str
    edits: int
    finite: bool
    non_finite: int


class DiagnoseReply(Documented):
    """The trail from where it began to everything that it touched, and edits that prevent it."""

    schema_version: Literal["1.0"]
    program: str
    output: str
    finite: bool = Field(description="whether every value and gradient is")
    first: StepReply | None = Field(description="where it began")
    trail: list[StepReply]
    left_out: int = Field(description="steps of the trail that are not sent")
    non_finite: int = Field(description="numbers of output and gradients that are not finite")
    rewrites: list[RewriteReply]
    all: AllReply | None = Field(description="where there are several edits")
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "log-sum-exp": {
        "summary": "exp overflows", "value": {"program": "x = [1000.0, 999.0, 998.0]\nL = log(sum(exp(x)))"},
    },
    "branch": {
        "summary": "A branch that is not taken", "value": {"program": "x = 0.0\ny = np.where(x > 0, np.log(x), 0.0)"},
    },
}  # fmt: skip
"""Shown in the reference, and run by a test."""


def answer_diagnose(request: DiagnoseRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/diagnose`, encoded.  Raises LangError, EngineError, FieldError."""
    ran = run_as_written(request, budget, lap)
    trail = follow(ran.run)
    steps = _steps(ran, trail)
    check_reply(3 * min(len(steps), MOST_STEPS), reply_elements, "the trail", "choose a smaller program")
    lap("trail")
    mended = [] if trail.finite or request.open else _rewrites(request, ran, trail, budget)
    lap("rewrites")
    good = [each for each in mended if each.offered]
    return dump({
        "schema_version": SCHEMA_VERSION, "program": ran.subject.program, "output": ran.id(ran.run.output),
        "finite": trail.finite, "first": steps[0] if steps else None, "trail": steps[:MOST_STEPS],
        "left_out": max(0, len(steps) - MOST_STEPS), "non_finite": _bad(ran.run),
        "rewrites": [_rewrite(ran, each) for each in good if len(each.edits) == 1],
        "all": next((_all(each) for each in good if len(each.edits) > 1), None), "notes": notes_of(ran),
    })  # fmt: skip


# ── the trail ───────────────────────────────────────────────────────────────────────────────────────────
def _steps(ran: Ran, trail: Trail) -> list[dict[str, Any]]:
    return [_forward(ran, each) for each in trail.values] + [_backward(ran, each) for each in trail.gradients]


def _forward(ran: Ran, each: BrokenValue) -> dict[str, Any]:
    graph = ran.run.graph
    edges = [f"n{s}>n{each.node}.{slot}" for slot, s in enumerate(graph.inputs[each.node]) if s in each.sources]
    return {
        "phase": "forward", "node": ran.id(each.node), "origin": not each.sources,
        "takes_from": [ran.id(i) for i in each.sources], "edges": [ran.renamed(edge) for edge in edges],
        **_counted(ran, each.node, ran.run.values[each.node], each.why),
    }


def _backward(ran: Ran, each: BrokenGradient) -> dict[str, Any]:
    edges = each.origins or each.edges
    origin = bool(each.origins) or not each.edges
    return {
        "phase": "backward", "node": ran.id(each.node), "origin": origin,
        "takes_from": [ran.id(i) for i in dict.fromkeys(edge.target for edge in edges)],
        "edges": [ran.renamed(edge.id) for edge in edges],
        **_counted(ran, each.node, ran.run.adjoints[each.node], each.why),
    }


def _counted(ran: Ran, node: int, numbers: Array, why: str) -> dict[str, Any]:
    bad = int(np.count_nonzero(~np.isfinite(np.asarray(numbers, float))))
    return {
        "kinds": kinds(numbers), "count": bad, "size": int(np.size(numbers)), "why": ran.renamed(why),
        "span": span_to_json(ran.run.graph.spans[node]),
    }  # fmt: skip


# ── what mends it ───────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Mended:
    """A program with edits, and how many numbers of its output and gradients are not finite."""

    edits: list[Rewrite]
    program: str
    bad: int
    offered: bool


def _rewrites(request: DiagnoseRequest, ran: Ran, trail: Trail, budget: Budget) -> list[Mended]:
    """Each edit alone, then all together; only what makes things better and changes nothing else is offered."""
    run = ran.run
    nodes = {each.node for each in trail.values}
    for value in trail.values:  # a 0 that was divided by may be what rounding left
        nodes.update(run.graph.inputs[value.node] if not value.sources else ())
    for gradient in trail.gradients:
        nodes |= {edge.target for edge in gradient.origins}
    nodes &= set(range(len(run.levels_forward)))
    source = ran.subject.program
    edits: list[Rewrite] = []
    for each in rewrites(source, run.graph, nodes):
        if not any(each.span == other.span for other in edits):
            edits.append(each)
        if len(edits) == MOST:
            break
    trial = _Trial(request, source, run, budget)
    found = [trial.mended([each]) for each in edits]
    useful = [each.edits[0] for each in found if each.offered or (each.bad == trial.bad and trial.same(each.program))]
    if len(useful) > 1:
        found.append(trial.mended(useful))
    return found


class _Trial:
    """Runs a program before and after, at its own inputs and at two tamer ones, where both must agree."""

    def __init__(self, request: DiagnoseRequest, source: str, run: Run, budget: Budget) -> None:
        self._request = request
        self._text = source
        self._budget = budget
        self.bad = _bad(run)
        self._own = self._run(source, request.inputs)
        self._tame = [] if self._own is None else [_tame(self._own[0], seed) for seed in (1, 2)]
        self._before = [(inputs, self._run(source, inputs)) for inputs in self._tame]

    def mended(self, edits: list[Rewrite]) -> Mended:
        """The program with these edits, tried."""
        program = applied(self._text, edits)
        after = self._run(program, self._request.inputs)
        bad = self.bad if after is None else _bad(after[1])
        better = after is not None and bad < self.bad and self.same(program)
        return Mended(edits, program, bad, better)

    def same(self, program: str) -> bool:
        """Whether it gives what the program gave, wherever both are finite; some number must be, to be compared."""
        own, compared = self._run(program, self._request.inputs), 0
        if own is None or self._own is None or not _agree(self._own, own):
            return False
        for inputs, before in self._before:
            after = self._run(program, inputs)
            if before is None:
                continue
            if after is None or not _agree(before, after):
                return False
            compared += int(finite(before[1].values[before[1].output]))
        return compared > 0 or not self._tame

    def _run(self, source: str, inputs: Mapping[str, Any]) -> tuple[Program, Run] | None:
        self._budget.check_time(0)
        limits = self._budget
        budget = Budget(limits.nodes, limits.elements, limits.total_elements, limits.deadline)
        request = self._request
        try:
            program = trace(source, inputs=inputs, output=request.output, seed=request.seed, budget=budget)
            wrt = [node for binding in program.inputs.values() for node in ids(binding)]
            return program, backprop(program.graph, program.output, seed=request.cotangent, wrt=wrt)
        except (LangError, EngineError):
            limits.check_time(0)  # that the time is over says nothing about the program
            return None


def _tame(program: Program, seed: int) -> dict[str, Any]:
    """Inputs from 0.2 to 1.2 in the places of the program's own."""
    random = np.random.default_rng(seed)

    def number(node: int) -> Any:
        return random.uniform(0.2, 1.2, shape(program.graph.values[node])).tolist()

    def nested(binding: Binding) -> Any:
        return mapped(binding, number)

    found = {name: nested(binding) for name, binding in program.inputs.items()}
    return {name: np.array(x, float) if isinstance(x, list) else x for name, x in found.items()}


def _agree(before: tuple[Program, Run], after: tuple[Program, Run]) -> bool:
    """Whether output and gradients are the same up to rounding, wherever both are finite."""
    pairs = [(before[1].values[before[1].output], after[1].values[after[1].output])]
    for name, binding in before[0].inputs.items():
        other = after[0].inputs.get(name)
        if other is None:
            return False
        pairs += zip((before[1].adjoints[i] for i in ids(binding)), (after[1].adjoints[i] for i in ids(other)),
                     strict=False)  # fmt: skip
    return all(_close(np.asarray(a, float), np.asarray(b, float)) for a, b in pairs)


def _close(a: Array, b: Array) -> bool:
    if a.shape != b.shape:
        return False
    both = np.isfinite(a) & np.isfinite(b)
    return bool(np.allclose(a[both], b[both], rtol=ALIKE, atol=ALIKE))


def _bad(run: Run) -> int:
    """Numbers of output and gradients that are not finite."""
    shown = [run.values[run.output], *(run.adjoints[i] for i in run.wrt)]
    return sum(int(np.count_nonzero(~np.isfinite(np.asarray(x, float)))) for x in shown)


def _rewrite(ran: Ran, each: Mended) -> dict[str, Any]:
    edit = each.edits[0]
    return {
        "node": ran.id(edit.node), "title": edit.title, "why": edit.why, "span": span_to_json(edit.span),
        "before": edit.before, "text": edit.text, "program": each.program, "finite": each.bad == 0,
        "non_finite": each.bad,
    }  # fmt: skip


def _all(each: Mended) -> dict[str, Any]:
    return {"program": each.program, "edits": len(each.edits), "finite": each.bad == 0, "non_finite": each.bad}
