"""`+` and `*` of lists of numbers: Python's in a program in Python, number by number in lines of mathematics."""

import pytest

from tests.lang.tools import run, same

START = "u = [1.0, 2.0]\nv = [3.0, 4.0]\n"


@pytest.mark.parametrize("style", [
    "import math\n", "for i in range(2):\n    k = i\n", "def f(x):\n    return x\n", "if 1 > 0:\n    k = 1\n",
    "k = [i for i in range(2)]\n", "f = lambda x: x\n", "print(1)\n", "class A:\n    pass\n", "d = {'a': 1}\n",
])  # fmt: skip
def test_lists_are_joined_in_a_program_in_python(style: str) -> None:
    found = run(f"{style}{START}w = u + v\ny = w[2]*len(w)")
    assert found.output == 3 * 4
    assert "lists_add" not in found.notes


def test_lists_add_number_by_number_in_lines_of_mathematics_and_a_note_says_so() -> None:
    found = run(f"{START}w = u + v\ny = sum(w**2)")
    assert same(found.value("w"), [4.0, 6.0])
    assert same(found.grad("u"), [8.0, 12.0])
    assert "lists_add" in found.notes


@pytest.mark.parametrize("expression", [
    "u + v", "u[1:] + v", "u + v[:1]", "u[:] + v[::-1]", "u*2", "2*u", "u + u + v", "u + [9.0]", "[9.0] + u",
    "u.copy() + v",
    "W[0] + v", "W + W", "W[1:] + W", "W[0][1:] + u", "list(u) + v", "n*u", "u + list(v)", "(u + v)[1:]*2", "u[1:]*2",
    "[*u, *v]", "u + [x*2 for x in v]", "sorted(u + v)",
])  # fmt: skip
def test_lists_are_what_python_makes_of_them(expression: str) -> None:
    source = f"import math\n{START}W = [[1.0, 2.0], [3.0, 4.0]]\nn = 2\nr = {expression}\n"
    space: dict[str, object] = {}
    exec(source, space)  # the test's own text
    found = run(f"{source}y = np.array(r)*1.0")
    assert same(found.value("y"), space["r"])


@pytest.mark.parametrize(("expression", "expected"), [
    ("np.array(u) + np.array(v)", [4, 6]), ("np.array(u) + v", [4, 6]), ("np.asarray(u)*2", [2, 4]),
    ("np.add(u, v)", [4, 6]), ("np.array(u)[:1] + np.array(v)[1:]", [5]), ("np.reshape(u, (2,)) + v", [4, 6]),
    ("torch.tensor(u) + torch.tensor(v)", [4, 6]), ("u*np.array(v)", [3, 8]), ("np.ravel(u) + np.ravel(v)", [4, 6]),
    ("np.array(u) + 1*np.array(u)", [2, 4]), ("np.array(u)*2 + v", [5, 8]), ("np.transpose(u) + np.array(v)", [4, 6]),
])  # fmt: skip
def test_an_array_made_of_a_list_is_an_array(expression: str, expected: list[float]) -> None:
    found = run(f"import numpy as np, torch\n{START}y = {expression}")
    assert same(found.value("y"), [float(each) for each in expected])
    assert "lists_add" not in found.notes


def test_a_list_grows_in_place_and_so_does_what_it_is_called_else() -> None:
    assert run("import math\nu = [1.0, 2.0]\nw = u\nu += [3.0]\ny = sum(w)*len(w)").output == 18


def test_joined_lists_pass_their_gradients_on() -> None:
    found = run(f"import math\n{START}w = u + v\ny = sum(x*x for x in w)")
    assert same(found.grad("u"), [2.0, 4.0])
    assert same(found.grad("v"), [6.0, 8.0])
