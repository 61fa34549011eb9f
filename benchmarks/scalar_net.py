"""A net with a relu after each layer, seen as scalar nodes: every product, every partial sum, every gradient."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from app.engine.budget import Budget
from app.engine.executors.elements import Elements, compile_elements
from app.engine.graph import Graph
from app.engine.ops import OPS
from app.engine.structure import call_sum
from benchmarks import peers
from benchmarks.agreement import require_equal
from benchmarks.timing import Contest

OURS = "ours, every scalar node's value and gradient"
SIZES = {(2, 16, 16, 1): {}, (2, 56, 56, 1): {"micrograd": 100.0}, (2, 180, 180, 1): {"micrograd": 300.0}}
"""Nets of a thousand, ten thousand and a hundred thousand scalar nodes, and what ours is meant to reach."""


class Net:
    """The numbers of a net, and its graph: loss (out − 1)², the last layer without relu."""

    def __init__(self, sizes: Sequence[int]) -> None:
        rng = np.random.default_rng(7)
        self.sizes = list(sizes)
        self.weights = [rng.uniform(-1, 1, (after, before)) / before**0.5 for before, after in pairwise(sizes)]
        self.biases = [rng.uniform(-1, 1, after) for after in sizes[1:]]
        self.x = rng.uniform(-1, 1, sizes[0])
        self.graph = Graph(Budget(nodes=1_000_000))
        self.layers: list[tuple[int, int]] = []
        self.output = self._trace()

    def _trace(self) -> int:
        h = self.graph.leaf(self.x, "x")
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            weight, bias = self.graph.leaf(W, f"W{k}"), self.graph.leaf(b, f"b{k}")
            self.layers.append((weight.id, bias.id))
            z = weight @ h + bias
            h = OPS["relu"](z) if k < len(self.weights) - 1 else z
        output: int = call_sum((h - 1.0) ** 2).id
        return output


def contests(quick: bool) -> Iterator[Contest]:
    """Nets of three sizes (of one, where it has to be quick)."""
    sys.setrecursionlimit(100_000)  # micrograd sorts its nodes by recursion
    for sizes, goals in list(SIZES.items())[: 1 if quick else None]:
        net = Net(sizes)
        elements = compile_elements(net.graph, net.output)
        numbers = net.weights, net.biases, net.x
        works: dict[str, Any] = {}
        if "micrograd" in peers.installed():
            works["micrograd"] = peers.micrograd_mlp(net.sizes, *numbers)
            check_micrograd(net, elements, works["micrograd"]())
        if "PyTorch" in peers.installed():
            works["PyTorch, as arrays"] = peers.torch_mlp(*numbers)
            check_leaves("PyTorch", net, elements, peers.torch_gradients(*numbers))
        if "autograd" in peers.installed():
            works["autograd, as arrays, leaves' gradients only"] = peers.autograd_mlp(*numbers)
            check_leaves("autograd", net, elements, works["autograd, as arrays, leaves' gradients only"]())
        yield Contest(
            f"{'-'.join(map(str, sizes))}: {__doc__} ({len(elements.reaches):,} nodes)",
            {OURS: lambda e=elements, x=net.x: e.run({0: x})},  # type: ignore[misc]
            works, {(OURS, peer): goal for peer, goal in goals.items()},
        )  # fmt: skip


def check_leaves(who: str, net: Net, elements: Elements, found: tuple[float, list[Any], list[Any]]) -> None:
    """The loss, and the gradients of all weights and biases. Raises Disagreement."""
    values, gradients = elements.run({0: net.x})
    loss, weights, biases = found
    require_equal(who, "loss", [values[-1]], [loss])
    for (weight, bias), W, b in zip(net.layers, weights, biases, strict=True):
        for node, theirs in ((weight, W), (bias, b)):
            ours = gradients[elements.nodes_of(node)]
            require_equal(who, "gradients", ours.ravel().tolist(), np.ravel(theirs).tolist())


def check_micrograd(net: Net, elements: Elements, loss: Any) -> None:
    """All products with their gradients, all units, and the gradients of all sums. Raises Disagreement.

    micrograd's sums begin with the bias, ours end with it: partial sums have other values, but the same gradients.
    """
    values, gradients = elements.run({0: net.x})
    nodes = peers.nodes_under(loss)
    require_equal("micrograd", "loss", [values[-1]], [loss.data])
    for kind, op in (("*", "mul"), ("ReLU", "relu")):
        theirs = sorted((v.data, v.grad) for v in nodes if v._op == kind)
        at = elements.made_by(op)
        ours = sorted(zip(values[at].tolist(), gradients[at].tolist(), strict=True))
        require_equal("micrograd", f"values of {kind}", [v for v, _ in ours], [v for v, _ in theirs])
        require_equal("micrograd", f"gradients of {kind}", [g for _, g in ours], [g for _, g in theirs])
    sums = np.concatenate([elements.made_by(op) for op in ("sum", "add", "sub")])
    theirs = sorted(v.grad for v in nodes if v._op == "+")
    require_equal("micrograd", "gradients of sums", sorted(gradients[sums].tolist()), theirs)
