"""The `packed` encoding: a JSON head, and behind it columns as they lie in memory, for graphs of many thousand nodes.

    "BPP1", head's length (uint32), head, numbers, structure        little-endian, everything begins at a multiple of 8

The head is the reply's document. A column in it is a list; `{"all": item}`; `{"dictionary": items, "index": R}`; or R
itself, `{"type", "at", "count"}`: a run of numbers `at` so many bytes from the beginning of its part. Structure is what
stays when only numbers change: a client that has it says so (`known`) and is not sent it again.
Edges whose local derivative is the value of a node, to the last bit, have that node in `local_from`, −1 where it is 1,
−2 where it is neither: while this holds, `local` is `{"sent": R}`, the numbers of the last kind alone.
Nodes go by their places, node 7 being `n7`; their ids are a column, `id`, where some node is opened.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson

from app.engine.budget import Budget
from app.schemas.encode import dump, looking
from app.schemas.numbers import is_large, summary

MEDIA = "application/octet-stream"
MAGIC = b"BPP1"
ALIGN = 8
Column = Any
"""What a column is in the head."""


@dataclass
class Part:
    """Columns one after the other, as bytes."""

    pieces: list[bytes] = field(default_factory=list)
    length: int = 0

    def add(self, column: np.ndarray) -> Column:
        """The place of a column that is added here."""
        raw = column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes()
        place = {"type": column.dtype.name, "at": self.length, "count": column.size}
        rest = -len(raw) % ALIGN
        self.pieces += [raw, bytes(rest)]
        self.length += len(raw) + rest
        return place

    def items(self, column: Iterable[Hashable], convert: Callable[[Any], Any] = lambda item: item) -> Column:
        """Plain data: once where it is the same everywhere, by a dictionary where it repeats, else as a list."""
        index: dict[Hashable, int] = {}
        places = [index.setdefault(item, len(index)) for item in column]
        if len(index) == 1:
            return {"all": convert(next(iter(index)))}
        if 2 * len(index) > len(places):
            found = [convert(item) for item in index]
            return [found[place] for place in places]
        narrow = np.uint8 if len(index) <= 256 else np.uint16 if len(index) <= 65536 else np.uint32
        return {"dictionary": [convert(item) for item in index], "index": self.add(np.array(places, narrow))}

    def numbers(self, column: Iterable[Any], max_elements: int, budget: Budget) -> Column:
        """Numbers and arrays, `sizes` elements each: −1 for null, and for what is sent as statistics.

        Raises DeadlineExceeded.
        """
        found = list(budget.watched("reply", column))
        if max_elements and all(each is None or isinstance(each, float) for each in found):
            sizes = self.items(-1 if each is None else 1 for each in found)
            numbers = np.array([each for each in found if each is not None], np.float64)
            return {"numbers": self.add(numbers), "sizes": sizes, "truncated": {}}
        arrays = [None if each is None else np.asarray(each, dtype=np.float64) for each in found]
        large = {i: each for i, each in enumerate(arrays) if each is not None and is_large(each, max_elements)}
        sent = [None if i in large else each for i, each in enumerate(arrays)]
        flat = np.concatenate([np.empty(0), *(each.ravel() for each in sent if each is not None)])
        sizes = self.items(-1 if each is None else each.size for each in sent)
        told = {str(i): summary(x) for i, x in zip(large, looking(large.values(), budget), strict=True)}
        return {"numbers": self.add(flat), "sizes": sizes, "truncated": told}


@dataclass(frozen=True)
class Structure:
    """The columns that stay, written once. `id` names them, `signature` what of them a picture depends on."""

    id: str
    signature: str
    head: bytes
    part: Part

    @classmethod
    def of(cls, columns: dict[str, Any], part: Part, signature: str) -> "Structure":
        """With the digest of all that it holds as its id."""
        head = dump(columns)
        return cls(digest(head, *part.pieces), signature, head, part)


def digest(*pieces: bytes) -> str:
    """A short name for what the pieces hold."""
    found = blake2b(digest_size=12)
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def message(document: dict[str, Any], numbers: Part, structure: Structure, known: str | None) -> bytes:
    """The reply, with its structure unless that is known."""
    sent = None if structure.id == known else structure.part
    head = dump({
        **document,
        "parts": {"numbers": 0, "structure": None if sent is None else numbers.length},
        "structure": {"id": structure.id, "signature": structure.signature,
                      "columns": None if sent is None else orjson.Fragment(structure.head)},
    })  # fmt: skip
    head += b" " * (-len(head) % ALIGN)
    pieces = [MAGIC, len(head).to_bytes(4, "little"), head, *numbers.pieces, *(sent.pieces if sent else ())]
    return b"".join(pieces)
