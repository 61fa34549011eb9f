"""A net in scalar detail, from the request to the bytes of the reply, by encoding: the slider is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, pairwise

from app.engine.budget import Budget
from app.schemas.answers import answer_backprop
from app.schemas.subject import BackpropRequest
from benchmarks.timing import Contest
from tests.schemas.reading import read_packed

SIZES = {"1,000": (2, 16, 16, 1), "10,000": (20, 50, 40, 10)}
GOALS = {"1,000": 4, "10,000": 20}
PACKED = "packed, structure known"


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

    def move() -> bytes:
        fields = {"program": text, "detail": "scalar", "encoding": encoding, "known": known}
        inputs = {"s": 1 + next(moves) % 512 / 1024}
        return answer_backprop(BackpropRequest(**fields, inputs=inputs), Budget(), 8_000_000, lambda stage: None)  # type: ignore[arg-type]

    return move


def contests(quick: bool) -> Iterator[Contest]:
    """The page's encoding against the others; a remark says how many bytes each takes."""
    for title, sizes in list(SIZES.items())[: 1 if quick else None]:
        text = program(sizes)
        structure = read_packed(mover(text, "packed")())[0]["structure"]["id"]
        ours = {PACKED: mover(text, "packed", structure)}
        others = {name: mover(text, name) for name in ("binary", "columns", "rows")}
        whole = {"packed, first": mover(text, "packed")}
        sizes_of = ", ".join(f"{name} {len(move()):,}" for name, move in {**ours, **whole, **others}.items())
        yield Contest(
            f"{__doc__} (about {title} nodes)", ours, {**whole, **others},
            goals={(PACKED, "rows"): GOALS[title]}, remarks=[f"bytes: {sizes_of}"],
        )  # fmt: skip
