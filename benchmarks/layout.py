"""Laying out one graph: ours against dagre and elkjs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import Contest

FOLDER = Path(__file__).parent / "js"
GOAL = 10


def contests(quick: bool) -> Iterator[Contest]:
    """Measured by Node itself; nothing where it, or what the lock file names, is missing."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        print("Layout is not measured: it needs Node and `npm ci` in benchmarks/js, as `python3 run.py bench` does it.")
        return
    command = [node, "layout.mjs", *(["--quick"] if quick else [])]
    found = subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True).stdout
    for each in json.loads(found):
        peers = [name for name in each["taken"] if name != "ours"]
        yield Contest(
            f"{__doc__} ({each['title']})", {"ours": _ran}, dict.fromkeys(peers, _ran), taken=each["taken"],
            goals={("ours", name): GOAL for name in peers},
        )  # fmt: skip


def _ran() -> None:
    """It has run already."""
