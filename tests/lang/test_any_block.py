"""Whatever blocks, functions, containers and classes are typed: a program or problems, never anything else, in time."""

import math
from contextlib import suppress

from hypothesis import assume, given
from hypothesis import strategies as st

from app.engine.budget import Budget
from app.engine.errors import EngineError
from app.engine.run import backprop
from app.lang import Program, trace
from app.lang.errors import CODES, LangError
from tests.lang.tools import run

SMALL = {"elements": 10_000, "total_elements": 100_000, "nodes": 2_000}


def attempt(source: str) -> Program | None:
    """Trace it; what is refused must be refused in the agreed form."""
    ticks = iter(range(20_000, -1_000_000, -1))
    try:
        return trace(source, budget=Budget(**SMALL, deadline=lambda: next(ticks)))
    except LangError as error:
        lines = source.split("\n")
        for each in error.problems:
            assert each.code in CODES
            assert each.message and each.hint, each
            if each.span is not None:
                line, column, end_line, end_column = each.span
                assert 1 <= line <= end_line <= len(lines)
                assert (line, column) < (end_line, end_column)
        return None


names = st.sampled_from(["x", "y", "s", "xs", "d", "f", "A", "a", "W", "w"])
atoms = st.sampled_from([
    "x", "y", "s", "xs", "d", "f", "A", "a", "W", "w", "1", "2.0", "0", "-1", "'t'", "''", "None", "True", "[]", "{}",
    "()", "[1, 2]", "{'k': x}", "(x, y)", "range(3)", "f(x)", "A()", "xs[0]", "d['k']", "a.v", "w.grad", "w.data",
    "lambda v: v", "[v for v in xs]", "{v: 1 for v in xs}", "x if x else y", "not x", "x < y", "x in xs", "x is None",
    "f'{x}'", "*xs", "print", "len", "super()", "np.ones(2)", "Value(2.0)", "nn.Linear(2, 1)", "jax.grad(f)",
])  # fmt: skip
operators = st.sampled_from(["+", "-", "*", "/", "**", "//", "%", "@", "<", "==", "and", "or", "in", "is", "&"])
builtins = st.sampled_from([
    "sum", "max", "min", "len", "sorted", "reversed", "list", "tuple", "dict", "set", "zip", "enumerate", "map",
    "filter", "any", "all", "abs", "round", "int", "float", "str", "bool", "isinstance", "range", "print", "type",
    "getattr", "setattr", "hasattr", "callable", "f", "A", "a", "jax.grad", "jax.vmap", "jax.hessian", "random.choice",
    "torch.autograd.grad", "np.stack", "nn.Sequential", "nn.Parameter", "torch.optim.SGD", "jax.tree_util.tree_map",
])  # fmt: skip
members = st.sampled_from([
    "append", "extend", "pop", "items", "keys", "values", "get", "join", "format", "split", "replace", "sort", "copy",
    "index", "count", "backward", "grad", "data", "item", "tolist", "v", "f", "zero_", "add_", "copy_", "parameters",
    "zero_grad", "step", "forward", "weight", "T", "shape", "sum", "detach", "requires_grad_", "at", "__init__",
])  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> str:
    """Anything that can stand right of `=`."""
    kind = draw(st.integers(0, 6)) if depth else 0
    if kind == 0:
        return draw(atoms)
    inner = expressions(depth=depth - 1)
    if kind == 1:
        return f"({draw(inner)}) {draw(operators)} ({draw(inner)})"
    if kind == 2:
        return f"{draw(builtins)}({', '.join(draw(st.lists(inner, max_size=3)))})"
    if kind == 3:
        return f"({draw(inner)}).{draw(members)}" + draw(st.sampled_from(["", "()", "(x)", "(xs, y)"]))
    if kind == 4:
        return f"({draw(inner)})[{draw(st.sampled_from(['0', '-1', ':', '1:', 'x', '0, 1', '...']))}]"
    if kind == 5:
        return f"[{draw(inner)} for v in {draw(atoms)} if {draw(atoms)}]"
    return f"({draw(inner)}, {draw(inner)})"


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2, indent: str = "") -> list[str]:
    """A few statements."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 13 if depth else 6))
        e = expressions()
        inside = blocks(depth=depth - 1, indent=indent + "    ")
        if kind < 3:
            target = draw(st.sampled_from(["x", "y", "xs", "d", "w", "xs[0]", "d[0]", "a.v", "w.data", "w.grad", "x, y",
                                           "*xs, y", "W[0]", "W[0, 1]", "f.v"]))  # fmt: skip
            lines.append(f"{indent}{target} {draw(st.sampled_from(['=', '+=', '*=', '-=']))} {draw(e)}")
        elif kind < 7:
            lines.append(indent + draw(st.sampled_from([
                "pass", "break", "continue", "del x", "del xs[0]", "return x", "assert x", "global x", "raise x",
                "x.backward()", "w.grad.zero_()", "xs.append(x)", "print(x)", "return", "xs.append(xs)", "d[0] = d",
            ])) if draw(st.booleans()) else indent + draw(e))  # fmt: skip
        else:
            head = draw(st.sampled_from([
                "if {0}:", "while {0}:", "for x in {0}:", "for i, x in {0}:", "def f(x, y=1.0):", "def f(*xs, **d):",
                "class A:", "class A(nn.Module):", "with torch.no_grad():", "def forward(self, x):",
                "def __init__(self, v=2.0):", "def __call__(self, x):", "def __add__(self, x):", "def __iter__(self):",
            ]))  # fmt: skip
            lines.append(indent + (head.format(draw(e)) if "{0}" in head else head))
            lines += draw(inside)
            if head.startswith("if") and draw(st.booleans()):
                lines.append(indent + "else:")
                lines += draw(inside)
    return lines


START = """import numpy as np, torch, jax, random
import torch.nn as nn
from micrograd.engine import Value
x = 2.0; y = -1.5; s = 'abc'
xs = [Value(1.0), Value(2.0)]
w = torch.tensor([1.0, 2.0], requires_grad=True)
W = np.array([[1.0, 2.0], [3.0, 4.0]])
d = {'k': x, 'l': 1.0}
def f(x, y=2.0): return x * y
class A:
    def __init__(self, v=1.0): self.v = Value(v)
    def f(self, x): return self.v * x
a = A(3.0)
"""


@given(blocks())
def test_any_block_is_a_program_or_problems(lines: list[str]) -> None:
    found = attempt(START + "\n".join(lines) + "\nz = 2.0 * 3\n")
    if found is not None:
        with suppress(EngineError):
            backprop(found.graph, found.output)


# ── programs that are smooth ────────────────────────────────────────────────────────────────────────────
terms = st.sampled_from(["x", "y", "x", "a", "a", "0.5", "1.5"])


@st.composite
def smooth(draw: st.DrawFn, depth: int = 2) -> str:
    """A formula that is smooth everywhere."""
    if depth == 0:
        return draw(terms)
    inner = smooth(depth=depth - 1)
    how = draw(st.sampled_from(["{} + {}", "({})*({})", "sin({})", "tanh({})", "({})/(1 + ({})**2)", "f({})", "-({})",
                                "sum([{}, {}])", "sum(v*0.5 for v in [{}, {}])", "(lambda v: v*v)({})"]))  # fmt: skip
    return how.format(*(draw(inner) for _ in range(how.count("{}"))))


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program with a function, a loop, a branch, a list and a class, smooth in x and y."""
    e = smooth()
    return f"""x = 1.0; y = 1.0
def f(v, k={draw(st.sampled_from(['0.5', '2', '-1.0']))}):
    a = v*k
    return tanh(a) + {draw(st.sampled_from(['v', 'a', 'a*v', '1.0']))}
class M:
    def __init__(self, w):
        self.w = w
    def __call__(self, a):
        return tanh(self.w*a) + {draw(st.sampled_from(['a', 'self.w', '0.1']))}
a = x
a = {draw(e)}
m = M({draw(st.sampled_from(['x', 'y', '0.7']))})
for i in range({draw(st.integers(0, 3))}):
    if i % 2 == {draw(st.integers(0, 1))}:
        a = sin({draw(e)}) + i
    else:
        a = m(a)*0.5
parts = [{draw(e)}, a, m({draw(e)})]
k = 0
while k < {draw(st.integers(0, 2))}:
    parts.append(tanh(parts[-1]) + x)
    k += 1
out = sum(p*(i + 1) for i, p in enumerate(parts)) + x*y
"""


numbers = st.floats(-1.5, 1.5).map(lambda number: round(number, 3))


@given(programs(), numbers, numbers)
def test_reverse_mode_agrees_with_central_differences(source: str, x: float, y: float) -> None:
    found = run(source, inputs={"x": x, "y": y}, output="out")
    assume(math.isfinite(found.output) and abs(found.output) < 1e3)
    for name in "xy":
        h = 1e-5
        at = {"x": x, "y": y}
        above, below = (run(source, inputs={**at, name: at[name] + d}, output="out").output for d in (h, -h))
        slope = (above - below) / (2 * h)
        assert abs(found.run.adjoints[found.program.inputs[name]] - slope) <= 1e-5 * max(1.0, abs(slope))
