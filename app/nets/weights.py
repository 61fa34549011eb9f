"""Parameters as files: NumPy's `.npz` and safetensors, the same bytes for the same numbers."""

import json
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive: the earliest that the format knows."""
ALIGNMENT = 8


def npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """What `numpy.load` reads: an archive with a `.npy` for each array."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name, array in arrays.items():
            inner = BytesIO()
            np.lib.format.write_array(inner, np.ascontiguousarray(array, "<f8"), allow_pickle=False)
            archive.writestr(ZipInfo(f"{name}.npy", LONG_AGO), inner.getvalue())
    return out.getvalue()


def safetensors(arrays: Mapping[str, np.ndarray]) -> bytes:
    """A head of JSON with its length in 8 bytes before it, then the numbers of one array after the other.

    Source: the format's description in the safetensors package, version 0.4 and later.
    """
    head: dict[str, object] = {}
    start = 0
    for name, array in arrays.items():
        end = start + 8 * np.size(array)
        head[name] = {"dtype": "F64", "shape": list(np.shape(array)), "data_offsets": [start, end]}
        start = end
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    body = b"".join(np.ascontiguousarray(array, "<f8").tobytes() for array in arrays.values())
    return len(text).to_bytes(8, "little") + text + body
