"""Laying out one graph: ours against dagre and elkjs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import Contest, of_other_programs

FOLDER = Path(__file__).parent / "js"
GOAL = 10
BOUND = 60
"""Seconds after which a peer is stopped."""


def contests(quick: bool) -> Iterator[Contest]:
    """Measured by Node itself; nothing where it, or what the lock file names, is missing."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        print("Layout is not measured: it needs Node and `npm ci` in benchmarks/js, as `python3 run.py bench` does it.")
        return
    command = [node, "layout.mjs", str(BOUND), *(["--quick"] if quick else [])]
    found = subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True).stdout
    for each in json.loads(found):
        yield of_other_programs(f"{__doc__} ({each['title']})", ["ours"], each["taken"], BOUND, GOAL)
