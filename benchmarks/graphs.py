"""The graphs that pages draw: nets in scalar detail, as our program, as plain lists, as a file that Netron opens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.engine.budget import Budget
from app.schemas.answers import answer_backprop
from app.schemas.subject import BackpropRequest
from benchmarks.encoding import SIZES, program

TINY = {"38": (2, 4, 1)}
NODE = {"w": 64, "h": 32}


@dataclass(frozen=True)
class Drawn:
    """A graph: the program that makes it, ids with their levels, and edges (source, target)."""

    text: str
    nodes: list[tuple[str, int]]
    edges: list[tuple[str, str]]

    @property
    def title(self) -> str:
        """How large it is."""
        return f"{len(self.nodes):,} nodes, {len(self.edges):,} edges"

    @property
    def fragment(self) -> str:
        """What stands behind the page's address."""
        return f"#v=1&p={quote(self.text)}&d=scalar"

    def as_lists(self) -> dict[str, list[dict[str, object]]]:
        """For the libraries: boxes of one size."""
        nodes = [{"id": name, "level": level, **NODE} for name, level in self.nodes]
        return {"nodes": nodes, "edges": [{"source": source, "target": target} for source, target in self.edges]}

    def write_onnx(self, path: Path) -> None:
        """The same nodes and edges as a model: an op for each node that has operands, an input for each other."""
        from onnx import TensorProto, helper, save

        operands: dict[str, list[str]] = {name: [] for name, _ in self.nodes}
        for source, target in self.edges:
            operands[target].append(source)
        used = {source for source, _ in self.edges}
        tensor = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])  # noqa: E731
        ops = [helper.make_node("Sum", found, [name], name=name) for name, found in operands.items() if found]
        inputs = [tensor(name) for name, found in operands.items() if not found]
        outputs = [tensor(name) for name, found in operands.items() if found and name not in used]
        save(helper.make_model(helper.make_graph(ops, "net", inputs, outputs)), str(path))


def graphs(quick: bool) -> list[Drawn]:
    """Of a thousand and of ten thousand nodes; where it has to be quick, a tiny one."""
    return [drawn(program(sizes)) for sizes in (TINY if quick else SIZES).values()]


def drawn(text: str) -> Drawn:
    """The graph of a program in scalar detail."""
    request = BackpropRequest(program=text, detail="scalar", encoding="columns")
    reply = json.loads(answer_backprop(request, Budget(), 8_000_000, lambda stage: None))
    nodes, edges = reply["nodes"], reply["edges"]
    levels, ends = zip(nodes["id"], nodes["level"], strict=True), zip(edges["source"], edges["target"], strict=True)
    return Drawn(text, list(levels), list(ends))
