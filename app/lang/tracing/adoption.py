"""Numbers and arrays that are made before they have a name: weights inside objects, lists and dicts.

They wait without a name until a name at top level holds them, directly or somewhere inside.  Then they are inputs:
`n.layers[0].w[1]`, `params['W']`.  What is never held stays a constant.
"""

from typing import Any

import numpy as np

from app.engine.graph import Node
from app.engine.op import CONSTANT, INPUT
from app.engine.ops import OPS
from app.lang.errors import Trouble
from app.lang.objects import Closure, Method
from app.lang.tracing.adopting import Adopting
from app.lang.tracing.slopes import Slopes
from app.lang.values import Exact, Function, Number, Stopped, Value, is_number
from app.lang.views import place_of


class Adoption(Slopes):
    """Gives names to what was made without one."""

    overrides: dict[str, Any]

    def pending(self, value: Any) -> Node:
        """An array that may become an input."""
        self.budget.spend("array", value.size)
        if value.dtype == np.bool_:
            return self.graph.append(CONSTANT, (), {}, value)
        made = self.graph.append(INPUT, (), {}, np.array(value, float)[()])
        self.unnamed.add(made.id)
        return made

    def pending_number(self, value: float) -> Number:
        """A number that may become an input: micrograd's `Value`."""
        made = Number(value, "", True, self.graph.span)
        self.unnamed_numbers.add(made)
        return made

    def trained(self, value: Value) -> Value:
        """The same as a parameter: what `.grad` is asked of."""
        if isinstance(value, np.ndarray):
            value = self.pending(value)
        elif is_number(value):
            value = self.pending_number(float(value))
        if isinstance(value, Node | Number) and not self.is_trained(value):
            self.trainable.append(value)
            self.trained_ids.add(id(value))
        return value

    def is_trained(self, value: Value) -> bool:
        """Whether a value is a parameter."""
        return id(value) in self.trained_ids

    def require(self, value: Value, wanted: Value) -> Value:
        """`x.requires_grad = wanted`: a parameter that has a gradient, or none."""
        if wanted:
            value = self.trained(value)
            self.frozen.discard(id(value))
        else:
            self.frozen.add(id(value))
        return value

    def has_gradient(self, value: Value) -> bool:
        """`x.requires_grad`: whether it is a parameter or was calculated from one, and no gradient is cut."""
        if isinstance(value, Number) and value.node is None:
            return self.is_trained(value) and id(value) not in self.frozen
        if not isinstance(value, Node | Number) or id(value) in self.frozen:
            return False
        return self.is_trained(value) or self.reaches_trained(value)

    def reaches_trained(self, value: Value) -> bool:
        """Whether a gradient passes from a value in the graph to a parameter."""
        trained = any(id(each) not in self.frozen for each in self.trainable)
        return trained and self.reaches(place_of(self, value), self.roots())

    def differentiable(self, function: Value, i: int, value: Value) -> Value:
        """An argument that is differentiated by: a node that nothing else in the function can reach."""
        if isinstance(value, dict):
            return {key: self.differentiable(None, i, each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.differentiable(None, i, each) for each in value)
        if is_number(value) or isinstance(value, np.ndarray):
            value = value if isinstance(value, np.ndarray) else float(value)
            closure = function.function if isinstance(function, Method) else function
            while isinstance(closure, Function) and closure.receiver is not None:
                closure = closure.receiver  # the function that a derivative is of
            if isinstance(closure, Closure) and self.frame is self.top and not self.looping:
                names = [each.arg for each in closure.place.args.args]
                if i < len(names):
                    return self.input_of_call(closure.name, names[i], value, None)
            return self.pending(np.asarray(value))
        if not isinstance(value, Node | Number | Stopped):
            return value
        node = self.node(value)
        alias = OPS["reshape"](node, shape=node.shape)
        name = self.graph.names[node.id]
        if name:
            self.graph.name(alias.id, name)
        return alias

    def stacked(self, values: list[Value]) -> Value:
        """Values one upon the other."""
        return self.as_array(values)

    # ── at top level ────────────────────────────────────────────────────────────────────────────────────
    def adopt(self, name: str, value: Value, free: bool = False) -> Value:
        """The value with everything inside it that waited for a name; raw arrays in it are inputs too.

        `free` says that numbers in it were written there and depend on nothing.
        """
        return Adopting(self, free).walk(name, value, 0)

    def input_named(self, name: str, value: Any) -> None:
        """Keep in mind that what waited is an input of this name, under the request's override."""
        self.literals.add(name)
        if name in self.overrides:
            self.override(name, value, self.given(name))
        self.parts[name] = value
        self.note_input(name, Node(self.graph, value.id) if isinstance(value, Node) else value)

    def override(self, name: str, value: Any, given: Value) -> None:
        """Put the request's number in place of the one that waited.  Raises Trouble where it was used already."""
        if isinstance(value, list | tuple):
            if not isinstance(given, list | tuple) or len(given) != len(value):
                raise Trouble("bad_argument", f"inputs: {name} must be a list of {len(value)}",
                              "give as many numbers as the program has")
            for i, (each, new) in enumerate(zip(value, given, strict=True)):
                self.override(f"{name}[{i}]", each, new)
            return
        plain = np.array(given, float)[()]
        if isinstance(value, Number) and value.node is None:
            if plain.shape:
                raise Trouble("bad_argument", f"inputs: {name} must be a number", "give one number")
            value.exact = float(plain)
            return
        node: Any = value.node if isinstance(value, Number) else value
        if any(node.id in sources for sources in self.graph.inputs[node.id + 1 :]):
            raise Trouble("bad_argument", f"inputs: {name} is used before it has this name",
                          "calculate with it after it is bound")  # fmt: skip
        self.graph.values[node.id] = plain
        if isinstance(value, Number):
            value.exact = float(plain)
            value.node = Exact(self.graph, node.id, value.exact)

    def settle(self) -> None:
        """At the end: what never got a name is a constant."""
        for each in self.unnamed_numbers:
            if each.node is not None:
                self.unnamed.add(each.node.id)
        for node in self.unnamed:
            self.graph.ops[node] = CONSTANT
            self.graph.names[node] = None

    # ── what other parts of the tracer do ───────────────────────────────────────────────────────────────
    def input_of_call(self, function: str, name: str, value: Value, source: Any) -> Value:
        """An input for a number that stands in a call."""
        raise NotImplementedError

    def given(self, name: str) -> Value:
        """What the request gives for a name."""
        raise NotImplementedError

    def note_input(self, name: str, value: Value) -> Value:
        """Keep an input in mind."""
        raise NotImplementedError

    def input_of(self, name: str, value: Value, span: Any, apart: bool = False) -> Value:
        """An input made of plain numbers."""
        raise NotImplementedError
