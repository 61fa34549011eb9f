"""Imports: the modules that the language knows, however they are brought in; every other is refused."""

import math

import pytest

from tests.lang.tools import codes, problems, run, same

KNOWN = [
    # import, a formula of x, its derivative at 0.5
    ("import numpy as np", "np.sin(x)", math.cos(0.5)), ("import numpy", "numpy.sin(x)", math.cos(0.5)),
    ("import numpy as anything", "anything.sin(x)", math.cos(0.5)), ("", "np.sin(x)", math.cos(0.5)),
    ("", "numpy.sin(x)", math.cos(0.5)), ("from numpy import sin", "sin(x)", math.cos(0.5)),
    ("from numpy import sin as s, exp", "s(x)*exp(0)", math.cos(0.5)), ("from numpy import *", "sin(x)", math.cos(0.5)),
    ("import numpy.linalg", "numpy.linalg.norm([x, 0.0])", 1.0),
    ("from numpy.linalg import norm", "norm([x, 0.0])", 1.0),
    ("from numpy import linalg as LA", "LA.det([[x, 0.0], [0.0, 2.0]])", 2.0),
    ("import numpy as np, torch", "torch.exp(x)", math.exp(0.5)),
    ("import torch", "torch.exp(x)", math.exp(0.5)), ("import torch as t", "t.relu(x)", 1.0),
    ("import torch.nn as nn", "nn.functional.relu(x)", 1.0),
    ("import torch.nn.functional as F", "F.relu(x)", 1.0), ("from torch.nn import functional as G", "G.relu(x)", 1.0),
    ("import torch.nn.functional", "torch.nn.functional.relu(x)", 1.0),
    ("from torch import nn, exp", "exp(x)", math.exp(0.5)),
    ("import jax", "jax.nn.relu(x)", 1.0), ("import jax.numpy as jnp", "jnp.square(x)", 1.0),
    ("import jax", "jax.numpy.square(x)", 1.0),
    ("from jax import numpy as jnp, nn", "nn.relu(jnp.square(x))", 1.0), ("from jax.nn import relu", "relu(x)", 1.0),
    ("from jax import lax", "lax.stop_gradient(x)*x", 0.5), ("import jax.nn", "jax.nn.relu(x)", 1.0),
    ("from jax.scipy.special import logsumexp", "logsumexp([x, x])", 1.0),
    ("import scipy.special", "scipy.special.expit(x)", 0.2350037122015945),
    ("import scipy.special as sp", "sp.expit(x)", 0.2350037122015945),
    ("from scipy.special import expit", "expit(x)", 0.2350037122015945),
    ("from scipy import special", "special.expit(x)", 0.2350037122015945),
    ("import autograd.numpy as np", "np.square(x)", 1.0),
    ("import autograd.numpy", "autograd.numpy.square(x)", 1.0), ("import math", "math.exp(x)", math.exp(0.5)),
    ("from math import exp, pi", "exp(x)*pi", math.exp(0.5)*math.pi), ("import math as m", "m.tau*x", math.tau),
    ("from micrograd.engine import Value", "x*Value(3.0)", 3.0),
    ("import micrograd.engine", "micrograd.engine.Value(3.0)*x", 3.0),
    ("from micrograd import engine", "engine.Value(3.0)*x", 3.0), ("from __future__ import annotations", "2*x", 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("line", "formula", "slope"), KNOWN, ids=[f"{line}; {formula}" for line, formula, _ in KNOWN])
def test_a_known_module_may_be_brought_in_in_any_way(line: str, formula: str, slope: float) -> None:
    assert same(run(f"{line}\nx = 0.5\ny = {formula}").grad("x"), slope)


@pytest.mark.parametrize(
    "line", ["import os", "import sys", "import subprocess", "from os import system", "import builtins",
             "import importlib", "import numpy.ctypeslib", "import torch.utils.cpp_extension",
             "from . import a", "from .. import b", "import secrets",
             "import matplotlib.pyplot as plt", "from enum import Enum", "import numpy.f2py as f",
             "import pickle as np"],
)  # fmt: skip
def test_any_other_module_is_refused_with_its_place(line: str) -> None:
    (found,) = problems(f"x = 0.5\n{line}\ny = 2*x")
    assert (found.code, found.span and found.span[0]) == ("forbidden", 2)
    assert found.hint


def test_what_a_refused_module_would_have_brought_is_no_second_mistake() -> None:
    assert codes("import os\nx = os.getcwd()\ny = x + 1") == ["forbidden"]
    assert codes("from scipy.optimize import minimize\nx = minimize(3)") == ["forbidden"]


@pytest.mark.parametrize("line", ["import numpy as __n", "from numpy import sin as __s",
             "from numpy import __version__"])
def test_names_of_python_s_own_are_refused(line: str) -> None:
    assert codes(f"{line}\ny = 2.0*3") == ["forbidden"]


def test_a_name_that_is_bound_means_what_the_program_says() -> None:
    assert run("import numpy as x\nx = 2.0\ny = x*3").grad("x") == 3.0
    assert run("sin = 2.0\ny = sin*3").grad("sin") == 3.0
    assert run("F = 68.0\nC = 5/9*(F - 32)").grad("F") == pytest.approx(5 / 9)
