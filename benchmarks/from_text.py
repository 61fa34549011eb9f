"""micrograd's README program from text never seen before: parse, trace, forward and backward."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from app.engine.run import backprop
from app.lang import trace
from benchmarks import peers
from benchmarks.agreement import require_found
from benchmarks.timing import Contest

OURS = "ours, from text, everything recorded"
RUN, READ = "micrograd, compiled before, run once", "micrograd, from text as well"


def contests(quick: bool) -> Iterator[Contest]:
    """Every text differs from the last in a number, so that nothing is remembered."""
    fresh = (f"{-4.0 - k / 1024}" for k in count())

    def ours() -> object:
        program = trace(peers.README.format(a=next(fresh), b="2.0"))
        return backprop(program.graph, program.output)

    works = {}
    if "micrograd" in peers.installed():
        run, read = peers.micrograd_readme(), peers.micrograd_from_text()
        works = {RUN: run, READ: lambda: read(peers.README.format(a=f"Value({next(fresh)})", b="Value(2.0)"))}
        check()
    yield Contest(__doc__ or "", {OURS: ours}, works, {(OURS, RUN): 1})


def check() -> None:
    """Every node's value and gradient against micrograd's. Raises Disagreement."""
    program = trace(peers.README.format(a="-4.0", b="2.0"))
    run = backprop(program.graph, program.output)
    g, *_ = peers.micrograd_readme()(-4.0, 2.0)
    ours = [(float(run.values[i]), float(adjoint)) for i, adjoint in run.adjoints.items()]
    require_found("micrograd", ours, [(v.data, v.grad) for v in peers.nodes_under(g)])
