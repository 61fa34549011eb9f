"""A net in scalar detail, by encoding: from the request to the bytes of the reply, and from those to numbers again."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from app.engine.budget import Budget
from app.schemas.answers import answer_backprop
from app.schemas.subject import BackpropRequest
from benchmarks.layout import FOLDER
from benchmarks.timing import ROUNDS, Contest, of_other_programs
from tests.schemas.reading import read_packed

SIZES = {"1,000": (2, 16, 16, 1), "10,000": (20, 50, 40, 10)}
GOALS = {"1,000": 4, "10,000": 20}
PACKED = "packed, structure known"
FIRST = "packed, first"
ENCODING = "A net in scalar detail, from the request to the bytes of the reply, by encoding: the slider is moved"
DECODING = "The same replies from their bytes to every node's value and gradient, in JavaScript"


def program(sizes: tuple[int, ...]) -> str:
    """A net of dense layers, its loss scaled by `s`."""
    lines, before = ["rng = np.random.default_rng(0)", "s = 1.0", f"x = rng.normal(size={sizes[0]})"], "x"
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), 1):
        lines.append(f"W{layer} = 0.3 * rng.normal(size=({outputs}, {inputs}))")
        lines.append(f"h{layer} = np.tanh(W{layer} @ {before})")
        before = f"h{layer}"
    return "\n".join([*lines, f"loss = s * np.mean({before}**2)"])


def mover(text: str, encoding: str, known: str | None = None) -> Callable[[], bytes]:
    """Each call moves the slider."""
    moves = count(1)
    return lambda: reply(text, encoding, known, 1 + next(moves) % 512 / 1024)


def reply(text: str, encoding: str, known: str | None, s: float) -> bytes:
    """What the server answers when the slider is moved to s."""
    fields = {"program": text, "detail": "scalar", "encoding": encoding, "known": known, "inputs": {"s": s}}
    return answer_backprop(BackpropRequest(**fields), Budget(), 8_000_000, lambda stage: None)  # type: ignore[arg-type]


def contests(quick: bool) -> Iterator[Contest]:
    """The page's encoding against the others; a remark says how many bytes each takes."""
    for title, sizes in list(SIZES.items())[: 1 if quick else None]:
        text = program(sizes)
        structure = read_packed(mover(text, "packed")())[0]["structure"]["id"]
        ours = {PACKED: mover(text, "packed", structure)}
        others = {name: mover(text, name) for name in ("binary", "columns", "rows")}
        whole = {FIRST: mover(text, "packed")}
        sizes_of = ", ".join(f"{name} {len(move()):,}" for name, move in {**ours, **whole, **others}.items())
        yield Contest(
            f"{ENCODING} (about {title} nodes)", ours, {**whole, **others},
            goals={(PACKED, "rows"): GOALS[title]}, remarks=[f"bytes: {sizes_of}"],
        )  # fmt: skip
        asked = {PACKED: ("packed", structure), FIRST: ("packed", None), **{name: (name, None) for name in others}}
        replies = {name: reply(text, encoding, known, 1.5) for name, (encoding, known) in asked.items()}
        yield from decoding(title, replies, 1 if quick else ROUNDS)


def decoding(title: str, replies: Mapping[str, bytes], rounds: int) -> Iterator[Contest]:
    """Measured by Node itself, which reads packed replies by the page's own module; nothing where there is no Node."""
    node = shutil.which("node")
    if node is None:
        print("Decoding is not measured: it needs Node.")
        return
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / str(k) for k, name in enumerate(replies)}
        for name, file in files.items():
            file.write_bytes(replies[name])
        command = [node, "decode.mjs", str(rounds), *(f"{name}={file}" for name, file in files.items())]
        found = subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True).stdout
    yield of_other_programs(f"{DECODING} (about {title} nodes)", [PACKED, FIRST], json.loads(found))
