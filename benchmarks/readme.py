"""micrograd's README program with new inputs: every node's value and gradient."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.executors.compiled import Compiled, compile_run
from app.engine.run import backprop
from app.lang import trace
from benchmarks import peers
from benchmarks.agreement import Pair, present, require_equal, require_found
from benchmarks.timing import Contest

RECORDED = "ours, with every local derivative and contribution"
BRIEF = "ours, values and gradients"
INPUTS = [-3.5, 1.75]
"""Other numbers than the program was compiled with."""


def contests(quick: bool) -> Iterator[Contest]:
    """Compiled once, run again, against engines that run Python again."""
    program = trace(peers.README.format(a="-4.0", b="2.0"))
    compiled = compile_run(program.graph, program.output)
    agree(compiled)
    others = {"micrograd": peers.micrograd_readme, "PyTorch": peers.torch_readme, "autograd": peers.autograd_readme}
    works = {name: make() for name, make in others.items() if name in peers.installed()}
    check(compiled, program.output)
    yield Contest(
        f"{__doc__} ({len(program.graph)} nodes)",
        {RECORDED: lambda: compiled.record(INPUTS), BRIEF: lambda: compiled.brief(INPUTS)},
        {name: lambda work=work: work(*INPUTS) for name, work in works.items()},  # type: ignore[misc]
        {(RECORDED, "micrograd"): 30, (BRIEF, "micrograd"): 40, (RECORDED, "PyTorch"): 150, (BRIEF, "PyTorch"): 150},
        ["autograd gives the value and the gradients of the inputs only."] if "autograd" in works else [],
    )


def agree(compiled: Compiled) -> None:
    """Ours, compiled for other inputs, against our generic sweep on these. Raises Disagreement."""
    fresh = trace(peers.README.format(a=INPUTS[0], b=INPUTS[1]))
    run = backprop(fresh.graph, fresh.output)
    values, gradients, locals_, contributions = compiled.run(INPUTS)
    require_equal("generic sweep", "values", values, run.values)
    for what, ours, theirs in (
        ("gradients", gradients, [run.adjoints.get(i) for i in range(len(values))]),
        ("locals", locals_, [edge.local for edge in run.edges]),
        ("contributions", contributions, [edge.contribution for edge in run.edges]),
    ):
        require_equal("generic sweep", what, *present(ours, theirs))


def pairs(compiled: Compiled) -> list[Pair]:
    """Value and gradient of every node that has one."""
    values, gradients, *_ = compiled.run(INPUTS)
    return [(value, gradient) for value, gradient in zip(values, gradients, strict=True) if gradient is not None]


def check(compiled: Compiled, output: int) -> None:
    """Every engine that is there against ours. Raises Disagreement."""
    there = peers.installed()
    if "micrograd" in there:
        g, *_ = peers.micrograd_readme()(*INPUTS)
        require_found("micrograd", pairs(compiled), [(v.data, v.grad) for v in peers.nodes_under(g)])
    if "PyTorch" in there:
        values, gradients, a, b = peers.torch_readme()(*INPUTS)
        found = [*zip(values, gradients, strict=True), (INPUTS[0], a), (INPUTS[1], b)]
        require_found("PyTorch", pairs(compiled), found)
    if "autograd" in there:
        value, gradients = peers.autograd_readme()(*INPUTS)
        ours = compiled.run(INPUTS)
        require_equal("autograd", "value and gradients", [ours[0][output], *ours[1][:2]], [value, *gradients])
