"""Functions, loops, branches, comprehensions, containers: what Python does with numbers, this does with nodes."""

import random
from textwrap import indent
from typing import Any

import numpy as np
import pytest

from app.lang import trace
from app.lang.chances.chance import Chance
from tests.lang.tools import problems, run, same, value

AS_PYTHON = [
    "def f(a, b=2, *c, d=4, **e): return (a, b, c, d, sorted(e))\n"
    "r = f(1), f(1, 3, 5, 6, d=0, z=1), f(*[1, 2], **{'d': 9})",
    "def fact(n): return 1 if n < 2 else n*fact(n - 1)\nr = [fact(k) for k in range(6)]",
    "def outer():\n    n = 0\n    def step():\n        nonlocal n\n        n += 2\n        return n\n"
    "    return step\ns = outer()\n"
    "r = [s(), s(), s()]",
    "fs = [lambda x, k=k: x*k for k in range(3)]\nr = [f(10) for f in fs]",
    "fs = [lambda x: x*k for k in range(3)]\nr = [f(10) for f in fs]",
    "r = [(i, j) for i in range(4) if i % 2 for j in range(i)]",
    "r = {k: v for k, v in zip('abc', range(3)) if v != 1}",
    "r = sorted({x % 3 for x in range(10)}, reverse=True)",
    "r = []\nfor i in range(10):\n    if i == 2: continue\n    if i == 5: break\n    r.append(i)\n"
    "else:\n    r.append(-1)",
    "r = []\nfor i in []:\n    pass\nelse:\n    r.append(-1)",
    "n = 5\nr = []\nwhile n:\n    n -= 1\n    if n % 2: r.insert(0, n)",
    "r = [[1, 2], [3]]\nr[1].extend([4, 5]); r[0][1:] = [7, 8, 9]; del r[1][0]; r += [[0]]",
    "a, *b, c = range(5)\n(d, e), f = (1, 2), 3\nr = (a, b, c, d, e, f)",
    "d = {'x': 1}\nd['y'] = 2; d.update(z=3); d['x'] += 10; q = d.pop('y')\n"
    "r = (sorted(d.items()), q, d.get('w', 0), 'x' in d)",
    "r = 1 < 2 < 3, 1 < 3 < 2, not [], 0 or 'a', 1 and 2, None is None, 3 in [1, 3], 'b' not in 'abc'",
    "r = ', '.join(f'{k}={v:.1f}' for k, v in [('a', 1.0), ('b', 2.25)]) + '!'*2",
    "r = 'x = {:>6.2f}, {name}'.format(3.14159, name='pi'), '%d of %s' % (3, 'a'), 'Abc'.lower().replace('b', '--')",
    "r = (lambda *a: max(a) - min(a))(3, 1, 4, 1, 5), abs(-3), round(2.567, 1), divmod(17, 5), int('42'), bool([])",
    "r = list(enumerate('ab', start=1)), list(reversed([1, 2, 3])), list(map(lambda a, b: a + b, [1, 2], [3, 4]))",
    "r = [y := 3, y**2], [w for x in range(3) if (w := x*2)]",
    "r = sum([[1], [2, 3]], []), sum(range(5)), max([3, 1, 2], key=lambda v: -v), any(v > 2 for v"
    " in [1, 2]), all([])",
    "def f(x):\n    'A docstring.'\n    if x > 2:\n        return 'big'\n    elif x > 1:\n"
    "        return 'middle'\n    return 'small'\nr = [f(x) for x in range(4)]",
    "x = [3, 1, 2]\ny = x\ny.sort()\nz = x.copy()\nz.append(9)\nr = x, y, z, x is y, x == [1, 2, 3]",
    "r = [10, 20, 30][-1], (1, 2, 3)[::-1], 'hello'[1:3], len({1: 2}), list('ab'), tuple([1]), type(1) == type(2)",
    "class A:\n    count = 0\n    def __init__(self, v): self.v = v; A.count += 1\n"
    "    def __eq__(self, o): return self.v == o.v\n"
    "    def __len__(self): return self.v\n    def __getitem__(self, i): return i*10\n"
    "    def __repr__(self): return f'A({self.v})'\n"
    "a = A(2)\nr = A.count, a == A(2), len(a), a[3], str([a]), A.count, bool(A(0)), isinstance(a, A)",
    "class A:\n    def f(self): return 'A'\nclass B(A):\n    def f(self): return 'B' + super().f()\nclass C(A):\n"
    "    def f(self): return 'C' + super().f()\nr = B().f(), C().f(), isinstance(B(), A)",
    "class P:\n    @property\n    def two(self): return 2\n    @staticmethod\n"
    "    def s(x): return x + 1\n    @classmethod\n"
    "    def make(cls): return cls()\nr = P().two, P.s(1), P.make().s(2), callable(P), hasattr(P(), 'two')",
]  # fmt: skip


@pytest.mark.parametrize("source", AS_PYTHON)
def test_what_holds_no_number_of_the_graph_is_as_in_python(source: str) -> None:
    function = f"def main():\n{indent(source, '    ')}\n    return r\n"
    space: dict[str, Any] = {}
    exec(function, space)
    assert trace(f"{function}print([main()])\nz = 1.0*2").printed == [repr([space["main"]()])]


def test_a_function_binds_names_of_the_program_that_it_declares() -> None:
    source = (
        "total = 0\ndef add(k):\n    global total\n    total = total + k\nfor k in range(4):\n"
        "    add(k)\nprint(total)"
    )
    assert trace(source + "\ny = 1.0*2").printed == ["6.0"]


def test_a_loop_over_an_array_meets_its_rows() -> None:
    found = run("X = [[1., 2.], [3., 4.]]\ny = 0\nfor row in X:\n    y = y + row[0]*row[1]")
    assert same(found.output, 14.0)
    assert same(found.grad("X"), np.array([[2.0, 1.0], [4.0, 3.0]]))


def test_numbers_in_loops_and_functions_are_no_inputs() -> None:
    found = run("def f(x):\n    k = 3.0\n    return k*x\na = 2.0\nfor i in range(2):\n    c = 0.5\n    a2 = f(a)*c")
    assert list(found.program.inputs) == ["a"]


def test_a_number_in_a_call_at_top_level_is_an_input_of_the_parameter_s_name() -> None:
    found = run("def f(x, n=2): return x**n\ny = f(3.0) + f(4.0)", inputs={"x": 5.0})
    assert list(found.program.inputs) == ["x", "f.x"]
    assert same(found.output, 41.0)
    assert same(found.grad("x"), 10.0)


@pytest.mark.parametrize(("x", "branch", "slope"), [(2.0, "True", 3.0), (-2.0, "False", -1.0)])
def test_the_branch_that_is_taken_is_noted_once(x: float, branch: str, slope: float) -> None:
    found = run(f"x = {x}\nfor i in range(3):\n    if x > 0:\n        y = 3*x\n    else:\n        y = -x")
    assert found.grad("x") == slope
    (note,) = (each for each in found.program.notes if each.code == "branch_taken")
    assert (note.message, note.span) == (
        f"line 3: `x > 0` is {branch}; the graph is that of this branch", (3, 8, 3, 13)
    )


def test_a_condition_that_depends_on_no_input_is_not_noted() -> None:
    assert not run("x = 2.0\ny = x\nfor i in range(3):\n    if i > 1:\n        y = y*x").program.notes


def test_a_condition_leaves_no_node_behind() -> None:
    found = run("x = 2.0\ny = x*3 if x > 1 and not x == 5 else x")
    assert {op.name for op in found.run.graph.ops} == {"input", "constant", "mul"}


def test_a_line_that_fails_inside_functions_says_by_which_calls() -> None:
    (found,) = problems("def g(v):\n    return v @ v\ndef f(v):\n    return g(v)\nx = 2.0\ny = f(x)")
    assert (found.code, found.span) == ("bad_argument", (2, 12, 2, 17))
    assert "(in g, called on line 4, in f, called on line 6)" in found.message


def test_later_lines_are_tried_after_a_call_that_failed() -> None:
    found = problems("def f(v):\n    return v.nothing\nx = 2.0\ny = f(x)\nz = sine(x)\nw = y + z")
    assert [each.span and each.span[0] for each in found] == [2, 5]


SCOPES = [
    ("def f(x):\n    return x*2\na = 1.0\nb = f(a)", {("f(a)",)}),
    ("def f(x): return x*2\na = 1.0\nb = f(a)\nc = f(a)", {("f(a)",), ("f(a) (2)",)}),
    ("x = 1.0\nfor i in range(2):\n    x = x*2", {("i = 0",), ("i = 1",)}),
    ("x = 1.0\nk = 0\nwhile k < 2:\n    x = x*2\n    k += 1", {("while 1",), ("while 2",)}),
    ("def f(v): return v*2\nx = 1.0\ny = sum([f(x) for k in range(2)])", {("k = 0", "f(x)"), ("k = 1", "f(x)")}),
    ("class Neuron:\n    def __call__(self, x): return x*2\nclass Layer:\n    def __init__(self):\n"
     "        self.ns = [Neuron(), Neuron()]\n    def __call__(self, x):\n        for n in self.ns:\n"
     "            x = n(x)\n"
     "        return x\nnet = Layer()\nx = 1.0\ny = net(x)", {("net(x)", "neuron 1"), ("net(x)", "neuron 2")}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "scopes"), SCOPES)
def test_calls_turns_and_objects_open_scopes(source: str, scopes: set[tuple[str, ...]]) -> None:
    graph = trace(source).graph
    assert {graph.scopes[i] for i, op in enumerate(graph.ops) if op.name == "mul"} == scopes


def test_layers_of_a_net_open_scopes() -> None:
    source = "import torch.nn as nn\nnet = nn.Sequential(nn.Linear(2, 2), nn.Tanh())\ny = net([1.0, 2.0]).sum()"
    scopes = set(trace(source).graph.scopes)
    assert {("net([1.0, 2.0])", "linear 0"), ("net([1.0, 2.0])", "tanh 1")} <= scopes


def test_an_array_that_changes_in_place_changes_for_whoever_holds_it() -> None:
    source = (
        "import numpy as np\nW = np.ones(2)\nholds = [W]\nfor p in holds:\n    p -= 0.5*np.ones(2)\n"
        "y = (W*[1., 2.]).sum()"
    )
    assert value(source) == 1.5


def test_jax_s_arrays_do_not_change_in_place() -> None:
    source = "import jax.numpy as jnp\na = jnp.ones(2)\nb = a\nb += 1.0\ny = (a*b).sum()"
    assert value(source) == 4.0


def test_an_element_of_an_array_is_set_with_its_gradient() -> None:
    found = run("import numpy as np\nx = 3.0\nz = np.zeros(3)\nz[1] = x**2\nz[0] = 2*x\ny = (z*z).sum()")
    assert same(found.output, 117.0)
    assert same(found.grad("x"), 2 * 9 * 6 + 2 * 6 * 2.0)


@pytest.mark.parametrize("seed", [0, 1, 42, 1337, 2**40 + 3])
def test_python_s_random_numbers_are_cpython_s(seed: int) -> None:
    ours = Chance(seed)
    random.seed(seed)
    assert [ours.random() for _ in range(3)] == [random.random() for _ in range(3)]
    assert [ours.gauss(1, 2) for _ in range(3)] == [random.gauss(1, 2) for _ in range(3)]
    assert [ours.normal(0, 1) for _ in range(3)] == [random.normalvariate(0, 1) for _ in range(3)]
    assert [ours.below(n) for n in (3, 100, 2**33, 7)] == [random.randrange(n) for n in (3, 100, 2**33, 7)]
    mine, theirs = list(range(30)), list(range(30))
    ours.shuffled(mine)
    random.shuffle(theirs)
    assert mine == theirs
    for n, k in ((30, 4), (100, 7), (1000, 30), (21, 5), (22, 6), (86, 6)):
        assert ours.sample(list(range(n)), k) == random.sample(range(n), k)


def test_a_program_draws_cpython_s_numbers() -> None:
    random.seed(7)
    wanted = [random.uniform(-1, 1), random.randint(1, 6), random.choice("abc"), random.gauss(0, 1)]
    source = "import random\nrandom.seed(7)\nr = [random.uniform(-1, 1), random.randint(1, 6), random.choice('abc'),"
    assert trace(source + " random.gauss(0, 1)]\nprint(r)\ny = 1.0*2").printed == [repr(wanted)]
