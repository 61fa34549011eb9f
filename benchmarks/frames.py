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
MOTIONS = ("pan", "zoom")
Frames = dict[str, list[float]]
"""By motion, how many milliseconds each frame took."""
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
            spent = {
                FOLDED: ours(graph, address, length),
                OPEN: ours(graph, address, length, scopes(graph, address)),
                CYTOSCAPE: cytoscape(graph, length),
            }
            for motion in MOTIONS:
                means = {name: statistics.fmean(times[motion]) / 1000 for name, times in spent.items()}
                told = [
                    f"{name}: {1 / means[name]:.1f} frames per second, the longest frame {max(times[motion]):.0f} ms"
                    for name, times in spent.items()
                ]
                title = f"{__doc__} ({motion}, {graph.title}; time per frame)"
                taken = {name: [mean] for name, mean in means.items()}
                yield of_other_programs(title, [FOLDED, OPEN], taken, remarks=[*told, MOST])


def ours(graph: Drawn, address: str, length: int, folds: str = "") -> Frames:
    """This checkout's page, moved as by hand, with scopes opened beforehand."""
    with new_page() as page:
        opened(page, f"{address}/{graph.fragment}{folds}", OUR_CARDS)
        page.evaluate(AT_REST)
        page.evaluate((LIBRARIES.parent / "in_page.js").read_text())
        return moved(page, "byHand('.graph-ground', '{}')", length)


def scopes(graph: Drawn, address: str) -> str:
    """Every scope of the graph opened, as an address says it."""
    with new_page() as page:
        page.goto(f"{address}/")
        keys: list[str] = page.evaluate(SCOPES, graph.text)
    return "&s=" + quote(";".join(f"1{key}" for key in keys))


def cytoscape(graph: Drawn, length: int) -> Frames:
    """Moved by its own functions; nodes stand by level, as a layout would take minutes."""
    with new_page() as page:
        page.set_content("<body style='margin:0'><div id='graph' style='position:fixed;inset:0'></div></body>")
        page.add_script_tag(path=LIBRARIES / "cytoscape" / "dist" / "cytoscape.min.js")
        page.add_script_tag(path=LIBRARIES.parent / "in_page.js")
        page.evaluate("(graph) => openCytoscape(graph)", graph.as_lists())
        return moved(page, "byCytoscape('{}')", length)


def moved(page: Any, move: str, length: int) -> Frames:
    """By motion the milliseconds between frames, while what `move` names is done before each."""
    return {motion: page.evaluate(f"() => framesOf({move.format(motion)}, {length})") for motion in MOTIONS}
