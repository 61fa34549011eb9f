"""Measure this engine against others, side by side: `python -m benchmarks [--quick] [question ...]`.

`--quick` only shows that everything runs and agrees; its times mean nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from benchmarks import (
    drag,
    drawing,
    encoding,
    frames,
    from_text,
    large,
    layout,
    peers,
    readme,
    scalar_net,
    serving,
    training,
)
from benchmarks.timing import Contest, measure, table

QUESTIONS: dict[str, Callable[[bool], Iterator[Contest]]] = {
    "readme": readme.contests,
    "from_text": from_text.contests,
    "scalar_net": scalar_net.contests,
    "drag": drag.contests,
    "training": training.contests,
    "serving": serving.contests,
    "encoding": encoding.contests,
    "layout": layout.contests,
    "drawing": drawing.contests,
    "frames": frames.contests,
    "large": large.contests,
}


def main(arguments: Sequence[str]) -> int:
    """Answer the questions that are named, or all. Returns the exit code."""
    quick = "--quick" in arguments
    names = [name for name in arguments if name != "--quick"] or list(QUESTIONS)
    for name in names:
        if name not in QUESTIONS:
            print(f"{name}: is no question, must be one of {', '.join(QUESTIONS)}", file=sys.stderr)
            return 2
    there = peers.installed()
    missing = [name for name in peers.PACKAGES if name not in there]
    print(f"Peers: {', '.join(f'{name} {version}' for name, version in there.items()) or 'none'}.")
    if missing:
        print(f"Not installed: {', '.join(missing)} - `python3 run.py bench` installs them.")
    print("TF Playground's engine is published as no package, so it cannot be installed beside these.")
    for name in names:
        for contest in QUESTIONS[name](quick):
            taken = measure(contest, rounds=1, at_least=0.0) if quick else measure(contest)
            contest = replace(contest, goals={}) if quick else contest
            print("", *table(contest, taken), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
