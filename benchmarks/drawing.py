"""Opening a page until the graph is drawn, in the same Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.browsing import BOUND, LIBRARIES, netron, new_page, opened, says_what_it_lacks, served, until_drawn
from benchmarks.graphs import Drawn, graphs
from benchmarks.timing import Contest, of_other_programs

OURS, NETRON = "ours, from the address to the picture", "Netron, from the address to the picture"
DAGRE, ELK = "dagre and SVG, its page open already", "elkjs and SVG, its page open already"
ROUNDS = 3
LONG = 10.0
"""Seconds above which once is enough."""
GOAL = 10
PACKAGES = ("netron", "onnx")
FOLDED = "ours opens folded: at most some sixty boxes, which stand for parts and open; the others draw every node"
OUR_CARDS = "document.querySelector('#graph [data-node]')"
NETRONS_NODES = "document.querySelector('#target svg .node') && !document.body.classList.contains('spinner')"
SCRIPTS = {DAGRE: "@dagrejs/dagre/dist/dagre.min.js", ELK: "elkjs/lib/elk.bundled.js"}


def contests(quick: bool) -> Iterator[Contest]:
    """Measured by the pages themselves; nothing where a browser, or what it opens, is missing."""
    if says_what_it_lacks("drawing", *PACKAGES):
        return
    with served() as address, TemporaryDirectory() as folder:
        for graph in graphs(quick):
            model = Path(folder) / "net.onnx"
            graph.write_onnx(model)
            works: dict[str, Callable[[], float | None]] = {
                OURS: lambda g=graph: ours(g, address),  # type: ignore[misc]
                NETRON: lambda m=model: netrons(m),  # type: ignore[misc]
                **{name: lambda n=name, g=graph: library(n, g) for name in SCRIPTS},  # type: ignore[misc]
            }
            yield of_other_programs(
                f"{__doc__} ({graph.title})", [OURS], taken(works, 1 if quick else ROUNDS), BOUND, GOAL, [FOLDED],
            )  # fmt: skip


def taken(works: dict[str, Callable[[], float | None]], rounds: int) -> dict[str, list[float | None]]:
    """Seconds by round; who takes long has one turn, which counts in every round."""
    found: dict[str, list[float | None]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            before = found[name][-1:]
            slow = before and (before[0] is None or before[0] > LONG)
            found[name].append(before[0] if slow else work())
    return found


def ours(graph: Drawn, address: str) -> float | None:
    """This checkout's page."""
    with new_page() as page:
        return opened(page, f"{address}/{graph.fragment}", OUR_CARDS)


def netrons(model: Path) -> float | None:
    """Netron's page, from its own server."""
    with netron(model) as address, new_page() as page:
        page.context.add_cookies([{"name": "consent", "value": "1", "url": address}])  # or it asks a host abroad first
        return opened(page, address, NETRONS_NODES)


def library(name: str, graph: Drawn) -> float | None:
    """A layout library and an SVG element for each node and each edge; loading is not counted."""
    with new_page() as page:
        page.set_content("<body></body>")
        page.add_script_tag(path=LIBRARIES / SCRIPTS[name])
        page.add_script_tag(path=LIBRARIES.parent / "in_page.js")
        draw = "([name, graph]) => { setTimeout(() => drawBy(name, graph)); }"
        return until_drawn(page, lambda: page.evaluate(draw, [name, graph.as_lists()]))
