"""The stored numbers are what the libraries say: computed again with each library that is installed here."""

import json
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from tests.corpus.oracle import say
from tests.corpus.read import HERE, Program, everything, expected

LIBRARIES = {"micrograd": "micrograd", "numpy": "autograd", "torch": "torch", "jax": "jax"}
HERE_NOW = [each for each in everything() if find_spec(LIBRARIES[each.style])]
WANTED = json.loads((HERE / "inputs.json").read_text(encoding="utf-8"))
STORED = expected()


def same(a: Any, b: Any) -> bool:
    """Whether two numbers or nested lists of them agree."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("program", HERE_NOW, ids=lambda each: each.id)
def test_a_library_says_again_what_is_stored(program: Program) -> None:
    found, stored = say(program, *WANTED[program.id]), STORED[program.id]
    assert same(found["output"], stored["output"])
    assert found["printed"] == stored["printed"]
    assert found["gradients"].keys() == stored["gradients"].keys()
    assert all(same(each, stored["gradients"][name]) for name, each in found["gradients"].items())


def test_autograd_is_among_the_libraries_that_are_asked() -> None:
    assert any(each.style == "numpy" for each in HERE_NOW)
