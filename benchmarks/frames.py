"""Frames while the graph is panned and zoomed, a step each frame, in the same Chromium."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from benchmarks.browsing import LIBRARIES, new_page, opened, says_what_it_lacks, served
from benchmarks.drawing import OUR_CARDS
from benchmarks.graphs import Drawn, graphs
from benchmarks.timing import Contest, of_other_programs

FOLDED, OPEN, CYTOSCAPE = "ours, as it opens", "ours, every node open", "Cytoscape.js, every node"
MILLISECONDS = 3000
MOST = "a browser shows no more than 60 frames per second: equal times near 16.7 ms say that both keep up"
SCOPES = """async (program) => {
  const {packedRun} = await import('/static/js/model/packed_run.js');
  const {inside, scopeTree} = await import('/static/js/model/scopes.js');
  const headers = {'Content-Type': 'application/json'};
  const body = JSON.stringify({program, detail: 'scalar', encoding: 'packed'});
  const reply = await fetch('/api/v1/backprop', {method: 'POST', headers, body});
  return [...inside(scopeTree(packedRun(await reply.arrayBuffer())).root)].map(({key}) => key);
}"""
AT_REST = """async () => {
  const wires = document.querySelector('.graph-wires'), cards = document.querySelector('.graph-cards');
  const look = () => wires.toDataURL() + cards.outerHTML;
  for (let last = '', same = 0; same < 3;) {
    await new Promise(requestAnimationFrame);
    const now = look();
    same = now === last ? same + 1 : 0;
    last = now;
  }
}"""


def contests(quick: bool) -> Iterator[Contest]:
    """Measured by the pages themselves; nothing where a browser, or what it opens, is missing."""
    if says_what_it_lacks("frames"):
        return
    length = 200 if quick else MILLISECONDS
    with served() as address:
        for graph in graphs(quick):
            for motion in ("pan", "zoom"):
                spent = {
                    FOLDED: ours(graph, address, motion, length),
                    OPEN: ours(graph, address, motion, length, open_all=True),
                    CYTOSCAPE: cytoscape(graph, motion, length),
                }
                means = {name: statistics.fmean(times) / 1000 for name, times in spent.items()}
                told = [
                    f"{name}: {1 / means[name]:.1f} frames per second, the longest frame {max(times):.0f} ms"
                    for name, times in spent.items()
                ]
                title = f"{__doc__} ({motion}, {graph.title}; time per frame)"
                taken = {name: [mean] for name, mean in means.items()}
                yield of_other_programs(title, [FOLDED, OPEN], taken, remarks=[*told, MOST])


def ours(graph: Drawn, address: str, motion: str, length: int, *, open_all: bool = False) -> list[float]:
    """Milliseconds of each frame, moved as by a wheel. `open_all` unfolds every scope first, the whole in view."""
    folds = f"&s={quote(scopes(graph, address))}" if open_all else ""
    with new_page() as page:
        opened(page, f"{address}/{graph.fragment}{folds}", OUR_CARDS)
        page.evaluate(AT_REST)
        return moved(page, f"byHand('.graph-ground', '{motion}')", length)


def scopes(graph: Drawn, address: str) -> str:
    """Every scope of the graph opened, as an address says it."""
    with new_page() as page:
        page.goto(f"{address}/")
        keys: list[str] = page.evaluate(SCOPES, graph.text)
    return ";".join(f"1{key}" for key in keys)


def cytoscape(graph: Drawn, motion: str, length: int) -> list[float]:
    """Milliseconds of each frame, moved by its own functions; nodes stand by level, as a layout would take minutes."""
    with new_page() as page:
        page.set_content("<body style='margin:0'><div id='graph' style='position:fixed;inset:0'></div></body>")
        page.add_script_tag(path=LIBRARIES / "cytoscape" / "dist" / "cytoscape.min.js")
        page.add_script_tag(path=LIBRARIES.parent / "in_page.js")
        page.evaluate("(graph) => openCytoscape(graph)", graph.as_lists())
        return moved(page, f"byCytoscape('{motion}')", length)


def moved(page: Any, move: str, length: int) -> list[float]:
    """Milliseconds between frames, while `move` is called before each."""
    if page.evaluate("() => typeof framesOf") == "undefined":
        page.evaluate((LIBRARIES.parent / "in_page.js").read_text())
    found: list[float] = page.evaluate(f"() => framesOf({move}, {length})")
    return found

