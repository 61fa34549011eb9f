"""Reads packed replies, written after their description alone: what a client in another language would do."""

import json
import struct

import numpy as np


def read_packed(body):
    """The head of a packed reply, and a reader of its columns: `column(place, part, count)` gives a list."""
    magic, length = struct.unpack_from("<4sI", body)
    assert magic == b"BPP1"
    head = json.loads(body[8 : 8 + length])
    return head, lambda column, part, count: read_column(body, 8 + length + head["parts"][part], column, count)


def read_column(body, start, column, count):
    if isinstance(column, list):
        return column
    if "all" in column:
        return [column["all"]] * count
    if "dictionary" in column:
        return [column["dictionary"][i] for i in typed(body, start, column["index"])]
    if "numbers" in column:
        return arrays(body, start, column, count)
    return typed(body, start, column)


def typed(body, start, place):
    dtype = np.dtype(place["type"]).newbyteorder("<")
    assert (start + place["at"]) % 8 == 0
    return np.frombuffer(body, dtype, place["count"], start + place["at"]).tolist()


def arrays(body, start, column, count):
    """Flat lists of elements; null and statistics as they are."""
    flat, at, found = typed(body, start, column["numbers"]), 0, []
    for i, size in enumerate(read_column(body, start, column["sizes"], count)):
        found.append(column["truncated"].get(str(i)) if size < 0 else flat[at : at + size])
        at += max(0, size)
    return found
