"""A net's program traced once for each number of examples, then run again with other parameters and examples.

Its graph depends on no value: what a step changes are leaves (parameters, examples, the masks of dropout) and those
attributes that are written off the examples: class numbers and rows of an embedding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.budget import Budget
from app.engine.executors.again import Again, BackAgain, Values
from app.engine.graph import Graph
from app.engine.op import Array, shape
from app.engine.ops import OPS
from app.engine.ops.class_losses import labels_of
from app.engine.ops.indexing import Places
from app.engine.ops.selecting import whole_numbers
from app.engine.ops.standardizing import drawn_mask
from app.lang import Program, trace
from app.nets.compile import Net, X, Y
from app.nets.configuration import every
from app.nets.layers.dropout import mask_seed

Inputs = Mapping[str, Array]
Written = Callable[[Any, Inputs], Any]
"""An attribute as it stood, and the inputs → the attribute for these inputs."""
NODE_SECONDS, NUMBER_SECONDS = 8e-6, 3e-9
"""Of a run forward on an ordinary machine, for each node and for each number."""


class Replay:
    """One text with examples of one shape.  `wanted`: names whose values are asked for, beside the output."""

    def __init__(self, net: Net, text: str, output: str, inputs: Inputs, budget: Budget, wanted: tuple[str, ...] = (),
                 ) -> None:  # fmt: skip
        program = trace(text, inputs=inputs, output=output, budget=budget)
        graph, self.output = program.graph, program.output
        self._attributes = list(graph.attributes)
        self.nodes = {name: int(program.names[name]) for name in wanted}
        self.leaves = {name: int(node) for name, node in program.inputs.items()}
        self.parameters = {name: self.leaves[name] for name in net.parameters if name in self.leaves}
        self._masks = masks(net, program)
        self._written = written_off(graph)
        changing = [*self.leaves.values(), *(each.node for each in self._masks)]
        rewritten = {node for node, _, _ in self._written}
        self._again = Again(graph, changing, [self.output, *self.nodes.values()], rewritten)
        self._back = BackAgain(graph, self._again, self.output, list(self.parameters.values()))

    @property
    def seconds(self) -> float:
        """That a run takes, roughly, as told from how much it computes."""
        return NODE_SECONDS * self._again.nodes + NUMBER_SECONDS * self._again.numbers

    def run(self, inputs: Inputs, seed: int, budget: Budget) -> "Rerun":
        """Forward.  `seed` is the net's, for what is dropped out.  Raises EngineError."""
        attributes = {
            node: {**self._attributes[node], name: write(self._attributes[node][name], inputs)}
            for node, name, write in self._written
        }
        leaves = {node: inputs[name] for name, node in self.leaves.items()}
        leaves |= {each.node: each.drawn(seed) for each in self._masks}
        return Rerun(self, self._again.run(leaves, budget, attributes), attributes)

    def gradient(self, rerun: "Rerun", budget: Budget) -> dict[str, Array]:
        """Of the output by every parameter that it depends on.  Raises EngineError."""
        found = self._back.adjoints(rerun.run, budget, rerun.attributes)
        return {name: found[node] for name, node in self.parameters.items() if node in found}


@dataclass(frozen=True)
class Rerun:
    """One run forward."""

    replay: Replay
    run: Values
    attributes: Mapping[int, Mapping[str, Any]]

    @property
    def output(self) -> Array:
        """The output's value."""
        return self.run.values[self.replay.output]

    def value(self, name: str) -> Array:
        """Of a wanted variable."""
        return self.run.values[self.replay.nodes[name]]


@dataclass(frozen=True)
class Mask:
    """A leaf that says what dropout keeps."""

    node: int
    number: str
    share: float
    form: tuple[int, ...]

    def drawn(self, seed: int) -> Array:
        """As the program of the net with this seed draws it."""
        return drawn_mask(self.form, self.share, mask_seed(self.number, seed))


def masks(net: Net, program: Program) -> list[Mask]:
    """One for every dropout, told by its layer's scope."""
    graph, numbers = program.graph, {place.label: place.number for place in every(net.places)}
    return [
        Mask(sources[0], numbers[graph.scopes[node][-1]], graph.attributes[node]["p"], shape(graph.values[sources[0]]))
        for node, sources in enumerate(graph.inputs) if graph.ops[node] is OPS["dropout"]
    ]  # fmt: skip


def written_off(graph: Graph) -> list[tuple[int, str, Written]]:
    """Attributes that hold examples' numbers: node, name, and how they are written."""
    found: list[tuple[int, str, Written]] = []
    for node, attributes in enumerate(graph.attributes):
        if "labels" in attributes:
            scores = graph.values[graph.inputs[node][0]]
            found.append((node, "labels", _labels(scores, graph.ops[node].name)))
        elif any(isinstance(part, Places) for part in attributes.get("key", ())):
            found.append((node, "key", _rows))
    return found


def _labels(scores: Array, place: str) -> Written:
    return lambda before, inputs: labels_of(scores, inputs[Y], place)


def _rows(before: Any, inputs: Inputs) -> Any:
    places = Places.of(whole_numbers(inputs[X], "embedding"))
    return tuple(places if isinstance(part, Places) else part for part in before)


class Replays:
    """A net's, by text, output and number of examples; traced when first asked for."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._made: dict[tuple[str, str, int], Replay] = {}
        # whether a layer looks up what another one gives: its rows are no examples' numbers
        self._moving = any(place.spec.record.rows for place in every(net.places)[1:])

    def run(self, text: str, output: str, inputs: Inputs, budget: Budget, seed: int = 0, wanted: tuple[str, ...] = (),
            ) -> Rerun:  # fmt: skip
        """One run of a text.  Raises LangError, EngineError."""
        key = text, output, len(inputs[X])
        if self._moving or key not in self._made:
            self._made[key] = Replay(self._net, text, output, inputs, budget, wanted)
        return self._made[key].run(inputs, seed, budget)
