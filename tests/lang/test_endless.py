"""What would loop, nest, grow or double without end is stopped at a limit that is named, and in time."""

import pytest

from app.engine.budget import Budget
from app.lang import meter
from app.lang.limits import Limits
from tests.lang.tools import problems

STEPS = 20_000
DOUBLED = "\n".join(f"l{i}.append(l{i - 1})\nl{i}.append(l{i - 1})" for i in range(60, 0, -1))
EMPTY = "l0 = [1.0]\n" + "\n".join(f"l{i} = []" for i in range(1, 61)) + "\n"

ENDLESS = {
    "while True:\n    pass": "too_many_steps",
    "i = 0\nwhile True:\n    i = i": "too_many_steps",
    "for i in range(10**12):\n    pass": "too_many_steps",
    "x = [i for i in range(10**12)]": "too_many_steps",
    "y = sum(i*j for i in range(10**6) for j in range(10**6))": "too_many_steps",
    "x = list(range(10**12))": "too_many_steps",
    "x = []\nwhile True:\n    x.append(1)": "too_many_steps",
    "x = []\nwhile True:\n    x.append(x)": "too_deep",
    "d = {}\ni = 0\nwhile True:\n    d[i] = i\n    i += 1": "too_many_steps",
    "x = []\nfor i in range(10**6):\n    x.insert(0, i)": "too_many_steps",
    "def f():\n    x = list(range(5000))\n    while True:\n        y = x[1:]\nf()": "too_many_steps",
    "def f():\n    x = list(range(500))\n    while True:\n        x.sort(key=lambda v: -v)\nf()": "too_many_steps",
    "def f():\n    a, u = {0}, list(range(5000))\n    while True: b = a.union(u)\nf()": "too_many_steps",
    "def f():\n    a, u = {0}, list(range(5000))\n    while True: a.update(u)\nf()": "too_many_steps",
    "def f():\n    a = list(range(5000))\n    while True: b = -1 in a\nf()": "too_many_steps",
    "t = (1.0,)\nwhile True:\n    t = (t, t)": "too_many_steps",
    EMPTY + DOUBLED + "\nprint(l60)": "too_many_steps",
    EMPTY + DOUBLED + "\ny = l60 == l59": "too_many_steps",
    EMPTY + DOUBLED + "\ny = np.array(l60)": "too_many_steps",
    EMPTY + DOUBLED + "\ny = 1.0*2": "too_many_steps",
    "d = {}\nfor i in range(60):\n    d = {0: d, 1: d}\nprint(d)": "too_many_steps",
    "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\ny = f(60)": "too_many_steps",
    "def f(n): return f(n + 1)\ny = f(0)": "too_deep",
    "def f(n): return g(n)\ndef g(n): return f(n)\ny = f(0)": "too_deep",
    "class A:\n    def __init__(self): self.a = A()\ny = A()": "too_deep",
    "class A:\n    def __add__(self, o): return self + o\ny = A() + 1": "too_deep",
    "class A:\n    def __repr__(self): return str(self)\nprint(A())": "too_deep",
    "f = lambda x: f(x)\ny = f(1)": "too_deep",
    "s = 'a'\nwhile True:\n    s = s + s": "too_large",
    "s = 'a'*1000\nwhile True:\n    s = s.join([s, s])": "too_large",
    "s = 'a'*1000\nwhile True:\n    s = s.replace('a', 'aaaa')": "too_large",
    "s = ''\nwhile True:\n    s = f'{s}{s}ab'": "too_large",
    "s = '%999d' % 3 * 3000": "too_large",
    "s = '{:>2000}'.format('a')": "too_large",
    "s = 'a'.center(10**9)": "too_large",
    "x = [0] * 10**9": "too_large",
    "x = 1.0\nwhile True:\n    x = x*1.5": "too_large",
    "import torch.nn as nn\nm = nn.Linear(10**5, 10**5)": "too_large",
    "import jax\nf = jax.jacobian(jax.hessian(lambda x: (x**4).sum()))\ny = f(np.ones(400))": "too_large",
}


@pytest.mark.parametrize(("source", "code"), ENDLESS.items(), ids=[each[:50] for each in ENDLESS])
def test_what_has_no_end_is_stopped(source: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "LIMITS", Limits(steps=STEPS))
    found = problems(f"import numpy as np\n{source}\nz = 2.0*3", budget=Budget(nodes=3_000))[0]
    assert found.code == code
    assert found.hint


@pytest.mark.parametrize("line", ["pass", "i = i", "[j for j in range(9)]", "f(1)", "q.pop(0)\n    q.append(1)",
                                  "'a b'.split()", "{1}.union(q)", "9 in q"])
def test_time_is_looked_at_inside_loops(line: str) -> None:
    left = iter(range(50, -10**9, -1))
    source = f"def f(x): return x\nq = [1, 2]\ni = 0\nwhile True:\n    {line}"
    found = problems(source, budget=Budget(deadline=lambda: next(left)))[0]
    assert found.code == "deadline_exceeded"


@pytest.mark.parametrize("levels", [150])
def test_recursion_within_the_limit_runs(levels: int) -> None:
    source = f"def f(x, n): return x if n == 0 else (sin(f(x, n - 1)) + 1)*0.5\nx = 0.3\ny = f(x, {levels})"
    with pytest.raises(AssertionError, match="nothing is wrong"):
        problems(source)
