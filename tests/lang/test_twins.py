"""Twins: what a mathematician writes and what a programmer writes are the same tree and the same graph."""

import ast

import pytest

from app.lang.spelling import spell
from app.lang.spelling.tokens import SUPERSCRIPTS
from tests.lang.tools import Outcome, run, same

START = """
x = 0.7; y = 1.3; θ = 0.4; x_1 = 0.2; x_2 = 0.6; w_1 = 1.1; w_2 = -0.5
v = [0.3, -0.8]; u = [1.5, 0.2]; W = [[1.0, 2.0], [3.0, 4.0]]
"""
TWINS = """
x^2  ⇔  x**2
x²  ⇔  x**2
x³ + x²  ⇔  x**3 + x**2
x⁻¹  ⇔  x**(-1)
x⁻²  ⇔  x**(-2)
x¹⁰  ⇔  x**10
-x^2  ⇔  -x**2
−x²  ⇔  -x**2
(−x)²  ⇔  (-x)**2
x^y  ⇔  x**y
x^y^2  ⇔  x**y**2
x^(y+1)  ⇔  x**(y+1)
x^-y  ⇔  x**-y
x^−2  ⇔  x**-2
x^½  ⇔  x**0.5
x^(1/2)  ⇔  x**(1/2)
2^x  ⇔  2**x
2^-x  ⇔  2**-x
x ^ 2  ⇔  x ** 2
(x+y)^2  ⇔  (x+y)**2
(x+y)²  ⇔  (x+y)**2
(x+y)²(x−y)³  ⇔  (x+y)**2*(x-y)**3
sin(x)^2  ⇔  sin(x)**2
sin(x)² + cos(x)²  ⇔  sin(x)**2 + cos(x)**2
|x|²  ⇔  abs(x)**2
x²y  ⇔  x**2*y
x²y³  ⇔  x**2*y**3
x²(y+1)  ⇔  x**2*(y+1)
2x  ⇔  2*x
2 x  ⇔  2*x
2x + 3y  ⇔  2*x + 3*y
2x − 3y  ⇔  2*x - 3*y
-2x  ⇔  -2*x
−2x  ⇔  -2*x
2.5x  ⇔  2.5*x
.5x  ⇔  .5*x
1e3x  ⇔  1e3*x
3x² − 2x + 1  ⇔  3*x**2 - 2*x + 1
2x^2  ⇔  2*x**2
2x^y  ⇔  2*x**y
2^2x  ⇔  2**2*x
(2x)^2  ⇔  (2*x)**2
2(x+1)  ⇔  2*(x+1)
2 (x+1)  ⇔  2*(x+1)
−2(x+1)  ⇔  -2*(x+1)
3(x+1)(x−1)  ⇔  3*(x+1)*(x-1)
(x+1)(y−2)  ⇔  (x+1)*(y-2)
(x+1)(y−2)(x+y)  ⇔  (x+1)*(y-2)*(x+y)
(x+1) (y−2)  ⇔  (x+1)*(y-2)
(x)(y)  ⇔  (x)*(y)
(x+1)y  ⇔  (x+1)*y
(x+1)2  ⇔  (x+1)*2
(x+1)sin(y)  ⇔  (x+1)*sin(y)
sin(x)cos(y)  ⇔  sin(x)*cos(y)
sin(x) cos(y)  ⇔  sin(x)*cos(y)
2sin(x)  ⇔  2*sin(x)
2sin(x)cos(x)  ⇔  2*sin(x)*cos(x)
3exp(−x)  ⇔  3*exp(-x)
sin(2x)  ⇔  sin(2*x)
sin(2πx)  ⇔  sin(2*pi*x)
sin(x²)  ⇔  sin(x**2)
cos(x^2 + y^2)  ⇔  cos(x**2 + y**2)
log(1 + x²)  ⇔  log(1 + x**2)
exp(−x²/2)  ⇔  exp(-x**2/2)
exp(−½x²)  ⇔  exp(-0.5*x**2)
½x²  ⇔  0.5*x**2
½(x+y)  ⇔  0.5*(x+y)
¼x + ¾y  ⇔  0.25*x + 0.75*y
1½x  ⇔  1.5*x
⅓x³  ⇔  0.3333333333333333*x**3
⅛x  ⇔  0.125*x
1/2x  ⇔  1/2*x
x/2y  ⇔  x/2*y
5/9(x − 32)  ⇔  5/9*(x - 32)
x/(2y)  ⇔  x/(2*y)
1/(1+x)  ⇔  1/(1+x)
√x  ⇔  sqrt(x)
√2 x  ⇔  sqrt(2)*x
√2x  ⇔  sqrt(2)*x
√(x+1)  ⇔  sqrt(x+1)
√(x²+y²)  ⇔  sqrt(x**2+y**2)
√x²  ⇔  sqrt(x**2)
(√x)²  ⇔  (sqrt(x))**2
√(x)²  ⇔  sqrt((x)**2)
√x√y  ⇔  sqrt(x)*sqrt(y)
√x + √y  ⇔  sqrt(x) + sqrt(y)
√√x  ⇔  sqrt(sqrt(x))
√√√x  ⇔  sqrt(sqrt(sqrt(x)))
2√x  ⇔  2*sqrt(x)
x√y  ⇔  x*sqrt(y)
√x/2  ⇔  sqrt(x)/2
√(2πx)  ⇔  sqrt(2*pi*x)
1/√x  ⇔  1/sqrt(x)
1/√(2π)  ⇔  1/sqrt(2*pi)
√exp(x)  ⇔  sqrt(exp(x))
√sin(x)²  ⇔  sqrt(sin(x)**2)
√|x|  ⇔  sqrt(abs(x))
√½ x  ⇔  sqrt(0.5)*x
|x|  ⇔  abs(x)
|x − 3|  ⇔  abs(x - 3)
|x−3| + |y+1|  ⇔  abs(x-3) + abs(y+1)
|x||y|  ⇔  abs(x)*abs(y)
|x|·|y|  ⇔  abs(x)*abs(y)
2|x|  ⇔  2*abs(x)
x|y|  ⇔  x*abs(y)
|x|y  ⇔  abs(x)*y
|x|/2  ⇔  abs(x)/2
|x + |y||  ⇔  abs(x + abs(y))
|sin(x)|  ⇔  abs(sin(x))
|2x − 3y|  ⇔  abs(2*x - 3*y)
|x|^3  ⇔  abs(x)**3
(|x|)(|y|)  ⇔  (abs(x))*(abs(y))
|−x|  ⇔  abs(-x)
−|x|  ⇔  -abs(x)
‖v‖  ⇔  norm(v)
‖v‖²  ⇔  norm(v)**2
‖v − u‖  ⇔  norm(v - u)
||v||  ⇔  norm(v)
½‖v‖²  ⇔  0.5*norm(v)**2
‖v‖‖u‖  ⇔  norm(v)*norm(u)
π  ⇔  pi
πx  ⇔  pi*x
2π  ⇔  2*pi
2πx  ⇔  2*pi*x
π x²  ⇔  pi*x**2
πx²  ⇔  pi*x**2
π(x+1)  ⇔  pi*(x+1)
x/π  ⇔  x/pi
x + π  ⇔  x + pi
e^x  ⇔  exp(x)
e**x  ⇔  exp(x)
e^-x  ⇔  exp(-x)
e^−x  ⇔  exp(-x)
e^(−x)  ⇔  exp(-x)
e^(x+y)  ⇔  exp(x+y)
e^(2x)  ⇔  exp(2*x)
e^x²  ⇔  exp(x**2)
e^-x²  ⇔  exp(-x**2)
e^(−x²/2)  ⇔  exp(-x**2/2)
e^(x)(y+1)  ⇔  exp(x)*(y+1)
2e^x  ⇔  2*exp(x)
eˣ  ⇔  exp(x)
e⁻ˣ  ⇔  exp(-x)
e²ˣ  ⇔  exp(2*x)
e^√x  ⇔  exp(sqrt(x))
e^sin(x)  ⇔  exp(sin(x))
e^|x|  ⇔  exp(abs(x))
e^e^x  ⇔  exp(exp(x))
e^x^2  ⇔  exp(x**2)
(e^x − e^−x)/2  ⇔  (exp(x) - exp(-x))/2
(eˣ + e⁻ˣ)/2  ⇔  (exp(x) + exp(-x))/2
1/(1+e^−x)  ⇔  1/(1+exp(-x))
1/(1+e⁻ˣ)  ⇔  1/(1+exp(-x))
e^(x)/(1+e^x)  ⇔  exp(x)/(1+exp(x))
x·e  ⇔  x*e
e·x  ⇔  e*x
2e·x  ⇔  2*e*x
σ(x)  ⇔  sigmoid(x)
σ(2x+1)  ⇔  sigmoid(2*x+1)
σ(x)(1−σ(x))  ⇔  sigmoid(x)*(1-sigmoid(x))
σ(x)σ(y)  ⇔  sigmoid(x)*sigmoid(y)
2σ(x) − 1  ⇔  2*sigmoid(x) - 1
σ(σ(x))  ⇔  sigmoid(sigmoid(x))
x·y  ⇔  x*y
x · y  ⇔  x * y
x×y  ⇔  x*y
x ⋅ y  ⇔  x * y
x ∗ y  ⇔  x * y
x÷y  ⇔  x/y
x ÷ 2  ⇔  x / 2
x ∕ y  ⇔  x / y
x−y  ⇔  x-y
x − y  ⇔  x - y
x – y  ⇔  x - y
x − −y  ⇔  x - -y
2·x·y²  ⇔  2*x*y**2
2×10^3·x  ⇔  2*10**3*x
x₁ + x₂  ⇔  x_1 + x_2
w₁x₁ + w₂x₂  ⇔  w_1*x_1 + w_2*x_2
x₁² + x₂²  ⇔  x_1**2 + x_2**2
x₁x₂  ⇔  x_1*x_2
2x₁  ⇔  2*x_1
√x₁  ⇔  sqrt(x_1)
|x₁ − x₂|  ⇔  abs(x_1 - x_2)
σ(w₁x₁)  ⇔  sigmoid(w_1*x_1)
θ²  ⇔  θ**2
2θ  ⇔  2*θ
cos(θ)² + sin(θ)²  ⇔  cos(θ)**2 + sin(θ)**2
sin(θ/2)  ⇔  sin(θ/2)
Wᵀv  ⇔  W.T@v
W@v  ⇔  W@v
Wᵀ  ⇔  W.T
Wᵀ W  ⇔  W.T@W
W@v + u  ⇔  W@v + u
σ(W@v + u)  ⇔  sigmoid(W@v + u)
½‖W@v − u‖²  ⇔  0.5*norm(W@v - u)**2
v⊙u  ⇔  v*u
sum(v²)  ⇔  sum(v**2)
sum(v·u)/2  ⇔  sum(v*u)/2
max(x, y²)  ⇔  max(x, y**2)
min(2x, y)  ⇔  min(2*x, y)
tanh(2x − y)²  ⇔  tanh(2*x - y)**2
ln(x)  ⇔  ln(x)
ln(x²+1)  ⇔  ln(x**2+1)
2ln(x)  ⇔  2*ln(x)
log(x)/log(2)  ⇔  log(x)/log(2)
arctan(y/x)  ⇔  arctan(y/x)
sinh(x) − ½(e^x − e^−x)  ⇔  sinh(x) - 0.5*(exp(x) - exp(-x))
e^(−(x−y)²/(2θ²)) / (θ√(2π))  ⇔  exp(-(x-y)**2/(2*θ**2)) / (θ*sqrt(2*pi))
(x² + y²)^½  ⇔  (x**2 + y**2)**0.5
(1 + 1/x)^x  ⇔  (1 + 1/x)**x
x/(1 + |x|)  ⇔  x/(1 + abs(x))
x·σ(x)  ⇔  x*sigmoid(x)
0.5·x·(1 + tanh(√(2/π)·(x + 0.044715x³)))  ⇔  0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))
√(2/π)(x + 1)  ⇔  sqrt(2/pi)*(x + 1)
(√3/2)x  ⇔  (sqrt(3)/2)*x
(x+1)/(x−1)  ⇔  (x+1)/(x-1)
((x+1)(x−1))²  ⇔  ((x+1)*(x-1))**2
3(2(x+1)+1)  ⇔  3*(2*(x+1)+1)
2(3x)(4y)  ⇔  2*(3*x)*(4*y)
x² + 2x·y + y²  ⇔  x**2 + 2*x*y + y**2
x^2/2 + y^2/3  ⇔  x**2/2 + y**2/3
x^3 − 3x·y^2  ⇔  x**3 - 3*x*y**2
100(y − x²)² + (1 − x)²  ⇔  100*(y - x**2)**2 + (1 - x)**2
−(y·ln(x) + (1−y)·ln(1+x))  ⇔  -(y*ln(x) + (1-y)*ln(1+x))
x=0.25; x²  ⇔  x=0.25; x**2
t = x²; t² + t  ⇔  t = x**2; t**2 + t
t = 2x; s = 3t; s·t  ⇔  t = 2*x; s = 3*t; s*t
sin(x)(y+1)  ⇔  sin(x)*(y+1)
√sin(x)(y+1)  ⇔  sqrt(sin(x))*(y+1)
2exp(x)(x+1)(y−2)  ⇔  2*exp(x)*(x+1)*(y-2)
tanh(x)(1 − tanh(x))  ⇔  tanh(x)*(1 - tanh(x))
maximum(x, y)(2)  ⇔  maximum(x, y)*(2)
"""
PAIRS = [tuple(line.split("  ⇔  ")) for line in TWINS.strip().split("\n")]


def last(text: str) -> str:
    """The text with a name for its last formula."""
    *before, formula = text.split("; ")
    return "; ".join([*before, f"out = {formula}"])


def structure(found: Outcome) -> list[object]:
    """Everything about a graph but where its nodes stand in the text."""
    graph = found.run.graph
    shown = [name and name.replace("₁", "_1").replace("₂", "_2") for name in graph.names]
    return [*zip((op.name for op in graph.ops), graph.inputs, map(str, graph.attributes), shown, strict=True)]


def test_there_are_enough_of_them() -> None:
    assert len({typed for typed, _ in PAIRS}) >= 200


@pytest.mark.parametrize(("typed", "python"), PAIRS, ids=[typed for typed, _ in PAIRS])
def test_both_spellings_are_one_tree(typed: str, python: str) -> None:
    assert spell(python).text == python
    assert ast.dump(ast.parse(spell(typed).text.replace("π", "pi"))) == ast.dump(ast.parse(python))


@pytest.mark.parametrize(("typed", "python"), PAIRS, ids=[typed for typed, _ in PAIRS])
def test_both_spellings_are_one_graph_with_the_same_gradients(typed: str, python: str) -> None:
    subscripted = any(each in typed for each in "₁₂")
    start = START.replace("_1", "₁").replace("_2", "₂") if subscripted else START
    ours, plain = run(start + last(typed)), run(START + last(python))
    assert structure(ours) == structure(plain)
    assert all(same(a, b, 0) for a, b in zip(ours.run.values, plain.run.values, strict=True))
    assert ours.run.adjoints.keys() == plain.run.adjoints.keys()
    assert all(same(each, plain.run.adjoints[i], 0) for i, each in ours.run.adjoints.items())


@pytest.mark.parametrize("typed", [typed for typed, _ in PAIRS])
def test_the_place_of_a_node_is_the_piece_of_text_that_has_its_value(typed: str) -> None:
    start = START.replace("_1", "₁").replace("_2", "₂") if any(each in typed for each in "₁₂") else START
    source = start + last(typed)
    line = source.count("\n") + 1
    *before, _ = typed.split("; ")
    found = run(source)
    for i, span in enumerate(found.run.graph.spans):
        if span is None or span[0] != line:
            continue
        assert span[2] == line
        piece = source.split("\n")[line - 1][span[1] - 1 : span[3] - 1]
        if piece[0] in SUPERSCRIPTS:  # alone it means nothing
            continue
        again = run("\n".join([start, *before, f"out = {piece}"]))
        assert same(again.output, found.run.values[i], 0), piece
