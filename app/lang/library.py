"""Classes that libraries bring as programs: text in this language, run when it is first imported."""

import ast
from collections.abc import Mapping

MICROGRAD_NN = '''
import random
from micrograd.engine import Value


class Module:
    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0

    def parameters(self):
        return []


class Neuron(Module):
    def __init__(self, nin, nonlin=True):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x):
        total = self.b
        for weight, number in zip(self.w, x):
            total = total + weight * number
        return total.relu() if self.nonlin else total

    def parameters(self):
        return [*self.w, self.b]

    def __repr__(self):
        kind = 'ReLU' if self.nonlin else 'Linear'
        return f'{kind}Neuron({len(self.w)})'


class Layer(Module):
    def __init__(self, nin, nout, **options):
        self.neurons = [Neuron(nin, **options) for _ in range(nout)]

    def __call__(self, x):
        found = [neuron(x) for neuron in self.neurons]
        return found if len(found) > 1 else found[0]

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self):
        return 'Layer of [' + ', '.join(str(neuron) for neuron in self.neurons) + ']'


class MLP(Module):
    def __init__(self, nin, nouts):
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [Layer(sizes[i], sizes[i + 1], nonlin=i != last) for i in range(len(nouts))]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self):
        return 'MLP of [' + ', '.join(str(layer) for layer in self.layers) + ']'
'''
"""micrograd's nn.py: a neuron adds its products to its bias, one after the other, and draws its weights in order."""

TEXTS: Mapping[str, str] = {"micrograd.nn": MICROGRAD_NN}
"""By our name for the module."""
USED = ("zip", "range", "len", "str")
"""What the texts take from Python, whatever the program binds these names to."""


def placed_at(path: str, place: ast.stmt) -> list[ast.stmt]:
    """The statements of a module, every one of them standing where the program brings it."""
    tree = ast.parse(TEXTS[path])
    where = {name: getattr(place, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    for each in ast.walk(tree):
        if hasattr(each, "lineno"):
            each.__dict__.update(where, brought=True)
    return tree.body
