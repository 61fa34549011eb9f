"""Gradients inside a program: `.backward()` and `.grad`, `grad(f)`, `autograd.grad`.

A gradient is a number until it is calculated with; then its backward pass is written into the graph, as derived nodes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.graph import Node, as_value
from app.engine.op import INPUT
from app.engine.passes import differentiate, quiet, reverse
from app.lang.errors import Trouble
from app.lang.tracing.classes import Classes
from app.lang.values import Number, Slope, Stopped, Term, Value, is_number, kind
from app.lang.views import STOP


@dataclass(slots=True)
class Held:
    """What `.grad` holds of one value.

    `since` is the first backward pass that still adds to it; `latest` is the last pass there was, with the node that
    the value stood for then: setting the gradient to zero doesn't take it away.
    """

    value: Value
    base: Value = None
    since: int = 0
    terms: list[Term] = field(default_factory=list)
    latest: Term | None = None


class Slopes(Classes):
    """Goes backward inside the program."""

    # ── .backward() and .grad ───────────────────────────────────────────────────────────────────────────
    def go_backward(self, node: Node, gradient: Value = None) -> None:
        """`.backward()`: gradients add up until they are set to zero.

        A `gradient` that is not all ones makes another output, the sum of the products with it: it has the gradients
        that PyTorch gives.
        """
        if self.no_grad:
            raise Trouble("not_differentiable", "backward: it stands where gradients are off",
                          "move it out of `with torch.no_grad():`")  # fmt: skip
        if gradient is not None:
            node = self._weighed(node, gradient)
        self.refuse_outdated(node.id)
        self.backwards.append(node.id)

    def refuse_outdated(self, output: int) -> None:
        """Raise where a value that the output was calculated from has been given other numbers since.

        PyTorch refuses that, or (for `.data`) goes back with old numbers here and new ones there, as does micrograd.
        """
        if not self.outdated:
            return
        waiting, seen, ops = [output], set(), self.graph.ops
        while waiting:
            at = waiting.pop()
            if at in self.outdated:
                raise Trouble(
                    "not_differentiable", f"backward: {self.outdated[at]} was changed after the output was calculated "
                    "from it, so that slopes would mix its old numbers with its new ones",
                    "go backward before it is changed, or calculate the output anew",
                )  # fmt: skip
            if at not in seen and ops[at] is not STOP:
                seen.add(at)
                waiting += self.graph.inputs[at]

    def _weighed(self, node: Node, gradient: Value) -> Node:
        """`sum(output · gradient)`.  Raises Trouble where their shapes differ."""
        seed = np.asarray(self.plain(gradient), float)
        if seed.shape != node.shape:
            raise Trouble("shape_mismatch", f"backward: the gradient is {seed.shape}, the output {node.shape}, they "
                          "must be equal", "give it the output's shape")  # fmt: skip
        if (seed == 1).all():
            return node
        self.remark("backward_gradient", "backward: the output is the sum of the products with this gradient, whose "
                    "gradients are the same")  # fmt: skip
        weighed = self.arithmetic("mul", node, seed if seed.shape else float(seed))
        return self.node(self.call_named("sum", [weighed], {}) if node.shape else weighed)

    def gradient_of(self, value: Value) -> Any:
        """`.grad` of a value, or None where no pass has come and none was set."""
        node = self.node(value)
        held = self.held.get(id(value))
        if id(value) in self.frozen:
            return Slope(self, value, node.shape, held and held.base, ())
        base, terms = (None, self.passes(0, node)) if held is None else (
            held.base, [*held.terms, *self.passes(held.since, node)]
        )
        return Slope(self, value, node.shape, base, tuple(terms))

    def passes(self, since: int, node: Node) -> list[Term]:
        """The backward passes from this one on, for this node."""
        return [(output, node.id) for output in self.backwards[since:]]

    def set_gradient(self, value: Value, new: Value) -> None:
        """`x.grad = new`: what came before counts no more."""
        if isinstance(new, Slope):
            base: Value = new
        else:
            zero = new is None or (is_number(new) and new == 0)
            base = None if zero else Stopped(new) if isinstance(new, Node | Number) else new
        self.held[id(value)] = Held(value, base, len(self.backwards), latest=self.latest_pass(value))

    def before_move(self, value: Value) -> None:
        """A value is about to stand for another node: passes so far were about the old one."""
        held = self.held.setdefault(id(value), Held(value))
        held.latest = self.latest_pass(value)
        held.terms += self.passes(held.since, self.node(value))
        held.since = len(self.backwards)

    def latest_pass(self, value: Value) -> Term | None:
        """The last backward pass so far, with the node that the value stood for then."""
        held = self.held.get(id(value))
        passed = self.passes(held.since if held else 0, self.node(value))
        return passed[-1] if passed else held and held.latest

    # ── the numbers and the nodes of a gradient ─────────────────────────────────────────────────────────
    def number_of(self, slope: Slope) -> Any:
        """Every pass by numbers, added up."""
        total: Any = np.zeros(slope.shape)[()]
        if slope.base is not None:
            base = slope.base
            total = total + (self.number_of(base) if isinstance(base, Slope) else self.plain(base))
        for output, node in slope.terms:
            found = self._numbers(output, node).get(node)
            total = total if found is None else total + found
        found = as_value(total)
        return found.item() if isinstance(found, np.generic) else found

    def _numbers(self, output: int, node: int) -> dict[int, Any]:
        """All adjoints of one pass, computed once."""
        found = self.slope_numbers.get(output)
        if found is None or (node not in found and node <= output):
            wrt = {*self.roots(), node, *(found or ())}
            seed, before = np.ones(np.shape(self.graph.values[output]))[()], self.budget.spent
            with quiet():
                found = self.slope_numbers[output] = dict(reverse(self.graph, self.graph.values, output, seed, wrt)[0])
            self.budget.spent = before  # of this pass only the gradients stay
            self.budget.keep("grad", sum(int(np.size(adjoint)) for adjoint in found.values()))
            found.setdefault(node, np.zeros(np.shape(self.graph.values[node]))[()])
        return found

    def node_of(self, slope: Slope) -> Any:
        """Every pass as nodes, added up."""
        total: Any = None
        if slope.base is not None:
            total = self.node_of(slope.base) if isinstance(slope.base, Slope) else self.node(slope.base)
        for output, node in slope.terms:
            found = self._nodes(output, node).get(node)
            if found is not None:
                total = found if total is None else self.arithmetic("add", total, found)
        if total is None:
            return self.graph.leaf(np.zeros(slope.shape))
        return total

    def _nodes(self, output: int, node: int) -> dict[int, Any]:
        """The backward pass of one output, written into the graph once; for further nodes where they are asked for."""
        found = self.slope_nodes.get(output)
        if found is None:
            found = self.slope_nodes[output] = self.derived(output, {i for i in self.roots() if i <= output} | {node})
        elif node not in found:
            found.update(self.derived(output, [node]))
        found.setdefault(node, None)
        return found

    def derived(self, output: int, wrt: Iterable[int], seed: Any = None) -> dict[int, Any]:
        """The nodes of a backward pass by the nodes that they are the gradients of."""
        graph = self.graph
        self.differentiated = True
        before = graph.scope, graph.span
        graph.scope = self.opened(f"gradient of {graph.names[output] or 'the output'}")
        found, _ = differentiate(Node(graph, output), [Node(graph, i) for i in wrt], seed)
        graph.scope, graph.span = before
        return dict(found)

    def roots(self) -> set[int]:
        """The nodes where differentiation ends: parameters, or where there are none all inputs."""
        graph = self.graph
        found = set(self.parameters)
        for each in self.trainable:
            if id(each) in self.frozen:
                continue
            if not isinstance(each, Number):
                found.add(each.id)
            elif each.node is not None:
                found.add(each.node.id)
        return found if self.trainable else found | {i for i, op in enumerate(graph.ops) if op is INPUT}

    # ── grad(f) ─────────────────────────────────────────────────────────────────────────────────────────
    def gradient(self, output: Value, wrt: list[Value], seed: Any = None, cut: bool = False) -> list[Value]:
        """The gradients of an output as nodes, in the shape of each value; with `cut` none passes through them."""
        if not isinstance(output, Node | Number | Stopped):
            raise Trouble("bad_argument", f"grad: the function gives {kind(output)}, it must give a number",
                          "return one value, such as a loss")
        out = self.node(output)
        self.refuse_outdated(out.id)
        nodes = [self.node(each) for each in wrt]
        found = self.derived(out.id, [each.id for each in nodes], None if seed is None else self.plain(seed))
        values: list[Value] = []
        for each in nodes:
            made = found.get(each.id)
            made = self.graph.leaf(np.zeros(each.shape)) if made is None else Node(self.graph, self.node(made).id)
            values.append(Stopped(made) if cut else made)
        return values

    def plain(self, value: Value) -> Any:
        """A value without the graph around it."""
        raise NotImplementedError
