"""The corpus: programs in four styles, and what the library whose style it is says about each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STYLES = ("micrograd", "numpy", "torch", "jax")
HEAD = {
    "micrograd": "from micrograd.engine import Value\n",
    "numpy": "import numpy as np\n",
    "torch": "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n",
    "jax": "import jax\nimport jax.numpy as jnp\n",
}
"""The lines that stand above every program of a style."""


@dataclass(frozen=True)
class Program:
    """One program of the corpus."""

    style: str
    name: str
    source: str

    @property
    def id(self) -> str:
        """Its style and its name."""
        return f"{self.style}: {self.name}"


def programs(style: str) -> list[Program]:
    """The programs of a style, small ones and those that students write; each begins with a line `#: its name`."""
    found = []
    for file in (f"{style}.py.txt", f"{style}_students.py.txt"):
        for part in (HERE / file).read_text(encoding="utf-8").split("#: ")[1:]:
            name, _, source = part.partition("\n")
            found.append(Program(style, name.strip(), HEAD[style] + source.rstrip() + "\n"))
    return found


def everything() -> list[Program]:
    """All programs."""
    return [each for style in STYLES for each in programs(style)]


def expected() -> dict[str, Any]:
    """By id: output, values, gradients, printed lines, as the libraries gave them."""
    found: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
    return found
