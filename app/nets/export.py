"""A net as a program of its own, in NumPy or PyTorch: the same loss and the same gradients, without this project.

The text is the net's graph written out; for NumPy with its backward pass, for PyTorch with `backward()` in its place.
Functions that the library lacks, or calls in another way, are defined at the top, those that are used.
"""

import ast
import re
from collections.abc import Mapping

import numpy as np

from app.engine.budget import Budget
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT, INPUT
from app.engine.passes import differentiate
from app.lang import trace
from app.lang.writing import write
from app.nets.compile import Net, summary
from app.nets.export_words import NUMPY, OF_NUMPY, OF_TORCH, TORCH, Words

MOST_BYTES = 8_000_000
"""Of a program that is taken away: it holds the data, and is not read here again."""


class NotExported(Exception):
    """A function that the target has no words for; `name` is the engine's, `layer` where in the net it stands."""

    def __init__(self, name: str, layer: str | None = None) -> None:
        super().__init__(f"{layer or 'the net'}: its function {name} has no words there")
        self.name, self.layer = name, layer


def numpy_program(net: Net, parameters: Mapping[str, np.ndarray], budget: Budget) -> str:
    """Forward and backward pass.  Raises NotExported, LangError, EngineError."""
    graph, output, inputs = _traced(net, parameters, budget)
    wrt = [Node(graph, inputs[name]) for name in net.parameters]
    adjoints, _ = differentiate(Node(graph, output), wrt)
    outputs = {output: net.loss}
    zeros = []
    for name, node in zip(net.parameters, wrt, strict=True):
        found = adjoints.get(node.id)
        if isinstance(found, Node) and graph.ops[found.id] not in (CONSTANT, INPUT) and found.id not in outputs:
            outputs[found.id] = f"d_{name}"
        else:
            zeros.append(name)
    source = translated(write(graph, outputs, list(inputs.values()), MOST_BYTES).source, "torch", OF_TORCH)
    lines = [f"d_{name} = np.zeros_like({name})" for name in zeros]
    shown = [f'print("gradient of {name}:", d_{name})' for name in net.parameters]
    return _document(net, graph, NUMPY, "import numpy as np", source, [*lines, f'print("loss:", {net.loss})', *shown])


def torch_program(net: Net, parameters: Mapping[str, np.ndarray], budget: Budget) -> str:
    """Forward pass and `backward()`.  Raises NotExported, LangError, EngineError."""
    graph, output, inputs = _traced(net, parameters, budget)
    source = write(graph, {output: net.loss}, list(inputs.values()), MOST_BYTES).source
    source = translated(source, "np", OF_NUMPY)
    learned = tuple(f"{name} = " for name in net.parameters)
    lines = [
        f"{line[:-1]}, requires_grad=True)" if line.startswith(learned) else line for line in source.splitlines()
    ]
    shown = [f'print("gradient of {name}:", {name}.grad)' for name in net.parameters]
    head = "import torch\nimport torch.nn.functional as F\n\ntorch.set_default_dtype(torch.float64)"
    end = [f"{net.loss}.backward()", f'print("loss:", {net.loss}.item())', *shown]
    return _document(net, graph, TORCH, head, "\n".join(lines), end)


def _traced(net: Net, parameters: Mapping[str, np.ndarray], budget: Budget) -> tuple[Graph, int, dict[str, int]]:
    program = trace(net.bare, inputs=net.inputs(parameters), output=net.loss, budget=budget)
    return program.graph, program.output, {name: int(node) for name, node in program.inputs.items()}


def _document(net: Net, graph: Graph, words: Words, head: str, source: str, end: list[str]) -> str:
    try:
        found = definitions(source, words)
    except NotExported as error:
        raise NotExported(error.name, layer_with(graph, error.name)) from error
    aliases, functions = ([each for each in found if each.startswith("def ") is kind] for kind in (False, True))
    defined = "\n\n\n".join(["\n".join(aliases), *functions]).strip()
    title = f'"""{summary(net.configuration)}: loss and gradients."""'
    parts = [f"{title}\n\n{head}", defined, source.strip() + "\n" + "\n".join(end)]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def translated(source: str, library: str, names: Mapping[str, str]) -> str:
    """The text with another library's names for those of this one.  Raises NotExported."""

    def other(found: re.Match[str]) -> str:
        if found[1] not in names:
            raise NotExported(found[0])
        return names[found[1]]

    return re.sub(rf"\b{library}\.([\w.]*\w)", other, source)


def layer_with(graph: Graph, function: str) -> str | None:
    """The scope of the first node that this function computes, or that its definition or slope belongs to."""
    for node, op in enumerate(graph.ops):
        if op.name == function:
            origin = graph.origins[node]
            return next(iter(graph.scopes[node if origin is None else origin[1]]), None)
    return None


def definitions(source: str, words: Words) -> list[str]:
    """What the text needs that the library calls otherwise, what those need first.  Raises NotExported."""
    found: dict[str, str] = {}
    for name in called(source):
        _add(name, words, found)
    return list(found.values())


def _add(name: str, words: Words, found: dict[str, str]) -> None:
    if name in found or name in ("print", "range", "float", "len"):
        return
    if name not in words:
        raise NotExported(name)
    for inner in called(words[name]):
        if inner != name and inner in words:
            _add(inner, words, found)
    found[name] = words[name]


def called(source: str) -> list[str]:
    """The plain names that are called as functions, in order."""
    tree = ast.parse(source)
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return list(dict.fromkeys(each.id for each in calls if isinstance(each, ast.Name)))
