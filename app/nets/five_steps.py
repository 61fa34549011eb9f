"""The algorithm in five steps (initialise, forward, output error, backprop, gradients) with a net's own matrices.

δ⁽ᴸ⁾ = ∂L/∂a ⊙ f′(z), δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾ᵀ δ⁽ˡ⁺¹⁾) ⊙ f′(z⁽ˡ⁾), ∇W = δ aᵀ, ∇b = δ (M. Nielsen, Neural Networks and
Deep Learning, chapter 2).  Arrays have a row per example; written in columns they are the transposes.  Only ∂L/∂a at
the output, and what passes layers that are not dense, is taken from the run; all else is worked out here by formula.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.engine.op import Array
from app.engine.passes import pull, quiet
from app.engine.run import Run
from app.nets.compile import Net, a_of, z_of
from app.nets.configuration import every
from app.nets.formulas import Equation, Writer
from app.nets.layers.record import Place

INITIALISE, FORWARD, ERROR, BACKPROP, GRADIENTS = "initialise", "forward", "output_error", "backprop", "gradients"


@dataclass
class Step:
    """One of the five, with its equations in the order in which they are worked out."""

    name: str
    equations: list[Equation] = field(default_factory=list)


@dataclass
class FiveSteps:
    """The steps, and every array that they name: `W1`, `b1`, `a0` (the input), `z1`, `a1`, `delta1`, `slope1` (f′(z1)),
    `upstream1` (∂L/∂a1), `dW1`, `db1`."""

    steps: list[Step]
    arrays: dict[str, Array]
    worked: tuple[str, ...]


def five_steps(net: Net, run: Run, names: Mapping[str, Any]) -> FiveSteps:
    """The five steps of a run of `net.program`; `names` are its variables."""
    with quiet():
        return Pass(net, run, lambda name: int(names[name])).all()


class Pass:
    """One way through the net, there and back."""

    def __init__(self, net: Net, run: Run, node_of: Callable[[str], int]) -> None:
        self.net, self.run, self.node_of = net, run, node_of
        self.arrays: dict[str, Array] = {}
        self.first = self._first()
        examples = len(run.values[node_of(a_of(net.places[-1]))])
        mean = net.configuration.reduction == "mean"
        self.write = Writer(self.arrays, examples, mean, len(net.places))

    def all(self) -> FiveSteps:
        """The five, one after the other."""
        steps = [Step(INITIALISE), Step(FORWARD), Step(ERROR), Step(BACKPROP), Step(GRADIENTS)]
        self.arrays["a0"] = self.run.values[self.node_of(self.first)]
        for level, place in enumerate(self.net.places, 1):
            steps[0].equations += self._initial(place)
            steps[1].equations += self._forward(level, place)
        last = len(self.net.places)
        steps[2].equations.append(self._error(last, self.net.places[-1]))
        for level in range(last - 1, 0, -1):
            steps[3].equations.append(self._back(level))
        for level, place in enumerate(self.net.places, 1):
            steps[4].equations += self._gradients(level, place)
        worked = tuple(name for name in self.net.parameters if f"d{name}" in self.arrays)
        return FiveSteps(steps, self.arrays, worked)

    def _first(self) -> str:
        return "x" if self.net.data.mean is None else "a0"

    def _value(self, name: str) -> Array:
        return self.run.values[self.node_of(name)]

    def _initial(self, place: Place) -> list[Equation]:
        found = []
        for each in every([place]):
            for stem, parameter in each.parameters.items():
                name = each.name(stem)
                self.arrays[name] = self._value(name)
                initializer = self.net.configuration.initializer
                found.append(self.write.initial(name, stem, each.number, parameter.role, initializer))
        return found

    def _forward(self, level: int, place: Place) -> list[Equation]:
        self.arrays[f"z{level}"], self.arrays[f"a{level}"] = self._value(z_of(place)), self._value(a_of(place))
        if not place.spec.record.activated:
            return [self.write.through(level, place.spec.record.type)]
        activation = str(place.options["activation"])
        sums = self.write.sums(level, "b" in place.parameters) if is_dense(place) else self.write.other_sums(
            level, place.spec.record.type)  # fmt: skip
        return [sums, self.write.activation(level, activation)]

    # ── back ────────────────────────────────────────────────────────────────────────────────────────────
    def _error(self, level: int, place: Place) -> Equation:
        """δ of the last layer."""
        a, z = self.node_of(a_of(place)), self.node_of(z_of(place))
        if self._is_fused(place):
            logits = self.run.values[z]
            self.arrays[f"delta{level}"] = self._surplus(logits)
            return self.write.fused_error(level)
        self.arrays[f"upstream{level}"] = self.run.adjoints[a]
        return self._from_upstream(level, place, a, z, self.write.error, f"upstream{level}")

    def _back(self, level: int) -> Equation:
        """δ of a layer before, from the layer behind it."""
        place, behind = self.net.places[level - 1], self.net.places[level]
        a, z = self.node_of(a_of(place)), self.node_of(z_of(place))
        if not is_dense(behind):
            self.arrays[f"upstream{level}"] = self.run.adjoints.get(a, np.zeros(np.shape(self.run.values[a])))
            return self._from_upstream(level, place, a, z, self.write.passed, behind.spec.record.type)
        self.arrays[f"upstream{level}"] = self.arrays[f"delta{level + 1}"] @ self.arrays[f"W{level + 1}"]
        return self._from_upstream(level, place, a, z, self.write.back, "")

    def _from_upstream(self, level: int, place: Place, a: int, z: int, write: Callable[..., Equation], what: str,
                       ) -> Equation:  # fmt: skip
        """δ = upstream ⊙ f′(z); of an activation over whole rows, upstream times its Jacobian."""
        upstream = self.arrays[f"upstream{level}"]
        if a == z:
            self.arrays[f"delta{level}"] = upstream
            return write(level, what, "none")
        op, value, attributes = self.run.graph.ops[a], self.run.values[a], self.run.graph.attributes[a]
        operands = [self.run.values[each] for each in self.run.graph.inputs[a]]
        if not op.pointwise:
            self.arrays[f"delta{level}"] = np.asarray(pull(op, 0, upstream, operands, value, attributes)[1])
            return write(level, what, "jacobian")
        slope = pull(op, 0, np.ones(np.shape(value)), operands, value, attributes)[1]
        slope = np.broadcast_to(np.asarray(slope, float), np.shape(upstream))
        self.arrays[f"slope{level}"] = slope
        self.arrays[f"delta{level}"] = np.where(slope == 0, 0.0, upstream * slope)
        return write(level, what, "slope")

    def _is_fused(self, place: Place) -> bool:
        configuration = self.net.configuration
        softmax = place.options.get("activation") == "softmax"
        return configuration.loss == "cross_entropy" and configuration.fused and softmax

    def _surplus(self, logits: Array) -> Array:
        """(p − y), as a share of the batch where the loss is a mean."""
        p = self.run.values[self.node_of(a_of(self.net.places[-1]))]
        y = self._value("y")
        rows = y if np.ndim(y) == 2 else np.eye(np.shape(logits)[1])[np.asarray(y, int)]
        total = rows.sum(axis=1, keepdims=True)  # 1 of every distribution
        found = (p * total - rows) * self.write.share
        self.arrays["targets"] = rows
        return np.asarray(found)

    def _gradients(self, level: int, place: Place) -> list[Equation]:
        if not is_dense(place):
            return [self._taken(each, stem) for each in every([place]) for stem in each.parameters]
        delta, before = self.arrays[f"delta{level}"], self.arrays[f"a{level - 1}"]
        flat = np.reshape(delta, (-1, np.shape(delta)[-1]))
        slopes = flat.T @ np.reshape(before, (-1, np.shape(before)[-1]))
        configuration, weights = self.net.configuration, self.arrays[f"W{level}"]
        slopes = slopes + configuration.l1 * np.sign(weights) + configuration.l2 * weights
        self.arrays[f"dW{level}"] = slopes
        found = [self.write.weights(level, configuration.l1, configuration.l2)]
        if "b" in place.parameters:
            self.arrays[f"db{level}"] = flat.sum(axis=0)
            found.append(self.write.bias(level))
        return found

    def _taken(self, place: Place, stem: str) -> Equation:
        name = place.name(stem)
        self.arrays[f"d{name}"] = self.run.adjoints[self.node_of(name)]
        return self.write.taken(name, stem, place.number, place.spec.record.type)


def is_dense(place: Place) -> bool:
    """Whether its sums are W a + b."""
    return place.spec.record.type == "dense"
