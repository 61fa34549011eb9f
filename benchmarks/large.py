"""Graphs of any size in the page: opening, zooming, panning, a slider's drag, finding a node, in a real browser.

The server is new for the first opening of each graph, so that it has seen nothing before. These are figures of this
machine and of what else it does meanwhile, not ratios: each is the best of all openings, and its worst stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any
from urllib.parse import quote

from benchmarks.browsing import lacking, new_page, served
from benchmarks.encoding import program as dense_net
from benchmarks.timing import Contest

HAND = Path(__file__).parent / "js" / "watch_page.js"
OPENINGS, FRAMES = 3, 180
PATIENCE_MS = 120_000
LONG_MS = 100
MOST = ("zoom", "pan", "drag")
"""Figures of which more is better: frames, and pictures with new numbers, in a second."""


@dataclass(frozen=True)
class Subject:
    """A program, the detail it is opened in, a name to look for, and what its figures are meant to be."""

    title: str
    program: str
    detail: str
    find: str
    goals: Mapping[str, float]


def straight(lines: int) -> str:
    """Statement after statement, each of the two before it."""
    body = (f"v{k}=v{k - 1}*.9+v{k - 2}" for k in range(2, lines))
    return "\n".join(["s = 1.0", "v0=s*.5", "v1=.25", *body, f"y = v{lines - 1}"])


def loop(turns: int) -> str:
    """Turns of one loop over a small array, four nodes each."""
    head = ["import numpy as np", "s = 1.0", "h = np.array([0.5, -0.2, 0.1])", f"for i in range({turns}):"]
    return "\n".join([*head, "    h = np.tanh(h * 0.9 + s)", "loss = np.sum(h**2)"])


SMALL, LARGE = dense_net((2, 16, 16, 1)), dense_net((100, 130, 125, 60, 10))
FLUID = {"zoom": 50, "pan": 50, "drag": 20, "longest task, ms": LONG_MS}
SUBJECTS = (
    Subject("a 2-16-16-1 net, number by number", SMALL, "scalar", "W2[7,10]", {"open, ms": 1000, **FLUID}),
    Subject("a net of 110,000 nodes", LARGE, "scalar", "W3[7,100]", {"open, ms": 3000, **FLUID}),
    Subject("a straight program of 64 KiB", straight(3000), "tensor", "v2000", {"open, ms": 3000}),
    Subject("a loop of 100,000 nodes", loop(25_000), "tensor", "loss", {"open, ms": 3000}),
)  # fmt: skip


def contests(quick: bool) -> Iterator[Contest]:
    """No contest: a table of figures, printed."""
    missing = [each for each in lacking() if "npm" not in each]
    if missing:
        print(f"large: not measured, it needs {', '.join(missing)}.")
        return
    for subject in SUBJECTS[: 1 if quick else None]:
        with served() as server:
            found = [figures(server, subject, 10 if quick else FRAMES) for _ in range(1 if quick else OPENINGS)]
        print("", *table(subject, found, judged=not quick), sep="\n", flush=True)
    yield from ()


def table(subject: Subject, found: Sequence[Mapping[str, float]], judged: bool) -> Iterator[str]:
    """A figure a line: the best, the worst, and whether the best reaches its goal."""
    yield f"{subject.title[0].upper()}{subject.title[1:]}"
    for name in found[0]:
        ranked = sorted((each[name] for each in found), reverse=name in MOST)
        best, worst = ranked[0], ranked[-1]
        goal, verdict = subject.goals.get(name), ""
        if goal is not None and judged:
            reached = best >= goal if name in MOST else best <= goal
            verdict = f"   goal {goal:g}: {'reached' if reached else 'MISSED'}"
        yield f"    {name:<40} {best:>12,.0f}   worst {worst:,.0f}{verdict}"


def figures(server: str, subject: Subject, frames: int) -> dict[str, float]:
    """Those of one opening in a browser of its own. Raises playwright's TimeoutError."""
    with new_page() as page:
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(path=str(HAND))
        page.goto(f"{server}/#v=1&p={quote(subject.program)}&d={subject.detail}")
        page.wait_for_function("() => hand.drawn !== null")
        page.evaluate("() => hand.still()")
        found = opening(page.evaluate("() => hand"))
        for name in ("zoom", "pan"):
            found[name] = 1000 / fmean(page.evaluate(f"(count) => hand.{name}(count)", frames))
            page.evaluate("() => hand.still()")
        found["drag"] = page.evaluate("(count) => hand.drag('s', count)", frames)
        page.evaluate("() => hand.still()")
        found["find: rows, ms"], found["find: in view, ms"] = page.evaluate("(text) => hand.find(text)", subject.find)
        return found | later(page.evaluate("() => hand"))


def opening(seen: Mapping[str, Any]) -> dict[str, float]:
    """From the request that is sent to the second frame after its graph stands."""
    return {"open, ms": seen["drawn"] - seen["requested"], "reply, ms": seen["replied"] - seen["requested"]}


def later(seen: Mapping[str, Any]) -> dict[str, float]:
    """The page's thread after the first drawing, and the bytes of replies."""
    tasks = [took for start, took in seen["long"] if start > seen["drawn"]]
    first, *others = seen["bytes"]
    return {
        "longest task, ms": max(tasks, default=0.0), f"tasks above {LONG_MS} ms": sum(took > LONG_MS for took in tasks),
        "bytes of the first reply": first, "bytes of a drag's": min(others, default=0),
    }  # fmt: skip
