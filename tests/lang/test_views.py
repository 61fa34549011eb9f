"""Arrays that share memory change together, as in NumPy and PyTorch; where it is not certain, it is refused."""

import numpy as np
import pytest

from tests.lang.tools import codes, run, same, value

START = """import numpy as np
W = np.arange(1.0, 13.0).reshape(3, 4)
v = np.array([1.0, 2.0, 3.0, 4.0])
"""
TAKEN = (
    "W[0]", "W[-1]", "W[1:]", "W[:, 1]", "W[:, ::2]", "W[::-1]", "W[None]", "W[..., 1]", "W[1:, 1:3]", "W[0][1:]",
    "W.T", "W.T[1]", "W.reshape(4, 3)", "W.reshape(-1)", "W.ravel()", "W.T.reshape(-1)", "W.T.ravel()", "W.flatten()",
    "W[:, :2].ravel()", "W[1:].ravel()", "np.ravel(W)", "np.reshape(W, (2, 6))", "np.transpose(W)", "W.transpose(1, 0)",
    "np.swapaxes(W, 0, 1)", "np.moveaxis(W, 0, 1)", "np.expand_dims(W, 0)", "W[None].squeeze()", "np.flip(W)",
    "np.flipud(W)", "np.split(W, 3)[1]", "np.asarray(W)", "W", "W.T.T", "W.view() if False else W",
    "W.copy()", "np.array(W)", "W[[0, 1]]", "W[np.array([2, 0])]", "W[W > 3]", "W[:, [0, 2]]", "W[0].copy()", "+W",
    "W*1.0", "np.tile(W, (1, 1))", "np.repeat(W, 1)", "np.take(W, [0, 1])", "W.astype(float)", "np.concatenate([W])",
    "np.stack([W])", "np.array([W[0], W[1]])", "(W + 1.0).T.ravel()", "np.squeeze(W)", "np.broadcast_to(W, (3, 4))",
    "W[0].reshape(2, 2).T[0]", "np.hstack([W])", "np.vstack([W, W])", "np.clip(W, -99, 99)", "np.where(W > 0, W, W)",
    "np.diagonal(W)", "np.diag(W)", "np.fliplr(W)", "np.roll(W, 1)", "np.abs(W)",
    "np.maximum(W, -9)", "np.einsum('ij->ji', W)", "np.einsum('ii->i', W[:, :3])", "np.copy(W)",
    "np.pad(W, 0)", "np.triu(W)",
)
CHANGES = (
    "W[0, 1] = 50.0", "W[:] = W*2.0", "W += 1.0", "W[1] *= 3.0", "W[W > 6] = 0.0", "W.T[1] = 7.0",
    "W[1:][0, 1:] -= 4.0",
)
WRITES = ("r[...] = 9.0", "r[0] = 5.0", "r *= 2.0", "r[-1:] += 1.0")
COMPUTED = "(W + 1.0).T.ravel()"


def by_numpy(source: str) -> dict[str, object]:
    """The names of a program after Python itself has run it; none where NumPy refuses it."""
    space: dict[str, object] = {}
    try:
        exec(source, space)  # the test's own text
    except ValueError:
        return {}
    return space


def agrees(source: str, *names: str) -> bool:
    """Whether every name has NumPy's numbers, calculated with and printed, or the program is refused on both sides."""
    theirs = by_numpy(source)
    for name in names:
        whole = f"{source}\nout = {name}*1.0\nprint({name})"
        if not theirs:
            if not codes(whole):
                return False
            continue
        ours = run(whole)
        if not same(ours.value("out"), np.asarray(theirs[name]) * 1.0):
            return False
        if ours.program.printed != str(theirs[name]).split("\0"):
            return False
    return True


@pytest.mark.parametrize("taken", TAKEN)
def test_what_was_taken_follows_its_base_as_in_numpy(taken: str) -> None:
    for change in CHANGES:
        assert agrees(f"{START}r = {taken}\n{change}", "r", "W"), change


@pytest.mark.parametrize("taken", TAKEN)
def test_writing_reaches_the_base_as_in_numpy(taken: str) -> None:
    for change in WRITES:
        assert agrees(f"{START}r = {taken}\n{change}", "r", "W"), change


@pytest.mark.parametrize("source", [
    "a = W[0]\nb = W[0]\na[1] = 5.0", "a = W[1:]\nb = a[0]\nb[2] = 5.0", "a = W[1:]\nb = a[0]\nW[1, 2] = 8.0",
    "a = v[0]\nv[0] = 9.0\nb = a", "a = v\na += 1.0\nb = v", "a = [W[0], W[1]]\na[0][1] = 7.0\nb = a[0]\na = a[1]",
    "a = v\nfor b in W:\n    b += 1.0", "a = v\nfor b in W:\n    b[0] = 0.0", "a = v\nfor b in v:\n    b += 1.0",
    "def f(r):\n    r[0] = 5.0\nf(W[1])\na = b = W[1]", "def f(r):\n    r += 5.0\n    return r\na = f(v)\nb = v",
    "a, b, c = W\nW[1] = 0.0", "a = W[0]\nW = W + 1.0\nW[0, 0] = 77.0\nb = a", "a = [v]\na[0] += 1.0\na = a[0]\nb = v",
    "a = {'k': v}\na['k'] *= 2.0\na = a['k']\nb = v", "a = W[0]\na[1] += a[0]\nb = W[:, 1]",
    "a = W.T\nfor i in range(3):\n    a[i] += W[i, i]\nb = a[0]", "a = W[0]\nb = a*2.0\nW[0] = 0.0",
    "a = v[1:]\nb = v[:-1]\na[:] = b", "a = v[1:]\nb = v[:-1]\na += b", "a = v\nfor i in range(3):\n    a = a[1:]\n"
    "b = v\na[0] = 6.0", "a, b = W[0], W[1]\na[:], b[:] = b.copy(), a.copy()",
    "a = np.zeros((2, 2))\nb = a[0]\nb[0] = 3.0", "a = W + 1.0\nb = a.T\nb[0, 0] = 3.0", "a = W.sum()\nb = a\nb += 1.0",
    "a = (W.T + 1.0)\na[0, 0] = 5.0\nb = a[0]\na[0, 0] = 6.0", "a = v.copy()\nb = a\na[0] = 9.0\nv[1] = 3.0",
])  # fmt: skip
def test_programs_with_views_give_numpys_numbers(source: str) -> None:
    assert agrees(START + source, "W", "v", "a", "b")


def test_a_view_that_was_written_to_passes_gradients_to_its_base() -> None:
    found = run("import numpy as np\nW = np.array([[1.0, 2.0], [3.0, 4.0]])\nrow = W[0]\nrow[1] = 5.0\n"
                "L = (W**2).sum()")
    assert found.output == 1 + 25 + 9 + 16
    first = found.program.inputs["W"]
    assert same(found.run.adjoints[first], [[2.0, 0.0], [6.0, 8.0]])


def test_a_row_of_a_list_is_the_row_itself_and_a_slice_a_copy() -> None:
    assert value("W = [[1.0, 2.0], [3.0, 4.0]]\nrow = W[0]\nrow[1] = 5.0\ny = W[0][1]*1.0") == 5
    assert value("v = [1.0, 2.0]\nw = v[:]\nw[1] = 5.0\ny = v[1]*1.0") == 2


TORCH = "import torch\nW = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)\nv = torch.tensor([1.0, 2.0])\n"


@pytest.mark.parametrize(("source", "expected"), [
    ("a = v.view(2, 1)\nv[0] = 5.0\ny = a[0, 0]*1.0", 5), ("a = v.data\na[0] = 5.0\ny = v[0]*1.0", 5),
    ("a = v.detach()\nv[0] = 5.0\ny = a[0]*1.0", 5), ("a = v.clone()\nv[0] = 5.0\ny = a[0]*1.0", 1),
    ("a = v.detach().clone()\nv[0] = 5.0\ny = a[0]*1.0", 1), ("a = v[0]\nv[0] = 5.0\ny = a*1.0", 5),
    ("a = v[0]\na += 5.0\ny = v[0]*1.0", 6), ("a = v[0].item()\nv[0] = 5.0\ny = a*1.0", 1),
    ("a = v.flip(0)\nv[0] = 5.0\ny = a[1]*1.0", 1), ("a = v.flatten()\nv[0] = 5.0\ny = a[0]*1.0", 5),
    ("a = v.numpy()\nv[0] = 5.0\ny = a[0]*1.0", 5), ("a, b = v.unbind(0)\nv[0] = 5.0\ny = a*1.0", 5),
    ("a = v.expand(3, 2)\nv[0] = 5.0\ny = a[2, 0]*1.0", 5), ("a = v.unsqueeze(0).add_(1.0)\ny = v[0]*1.0", 2),
    ("v[0].add_(4.0)\ny = v[0]*1.0", 5), ("a = v.contiguous()\nv[0] = 5.0\ny = a[0]*1.0", 5),
    ("a = torch.chunk(v, 2)[0]\nv[:] = 5.0\ny = a[0]*1.0", 5), ("for a in v:\n    a += 1.0\ny = v.sum()", 5),
    ("a = torch.tensor(2.0)\nb = a\nb += 1.0\ny = a*1.0", 3), ("a = v.sum()\nb = a\nb *= 2.0\ny = a*1.0", 6),
    ("a = torch.tensor(v)\nv[0] = 5.0\ny = a[0]*1.0", 1), ("a = 0.0\nb = a\nb += v[0]\ny = a*1.0 + b*0", 0),
    ("a = W.data[0]\na[0] = 5.0\ny = W[0, 0]*1.0", 5),
    ("x = torch.tensor(2.0)\na = x.data\nx.data += 1.0\ny = a*1.0", 3),
])  # fmt: skip
def test_views_of_tensors_follow(source: str, expected: float) -> None:
    assert value(TORCH + source) == expected


@pytest.mark.parametrize("source", [
    "with torch.no_grad():\n    row = W[0]\n    row -= 1.0", "with torch.no_grad():\n    W[0] -= 1.0",
    "W.data[0] -= 1.0", "d = W.data\nd[0] -= 1.0", "W.detach()[0].sub_(1.0)",
    "with torch.no_grad():\n    W[0].sub_(1.0)",
    "d = W.data\nd[0] = d[0] - 1.0", "with torch.no_grad():\n    for r in W[:1]:\n        r -= 1.0",
])  # fmt: skip
def test_a_parameter_changed_through_a_view_stays_a_parameter(source: str) -> None:
    found = run(f"{TORCH}{source}\nL = (W**2).sum()\nL.backward()\nprint(W.grad)")
    assert found.output == 0 + 1 + 9 + 16
    assert found.program.printed == [str(np.array([[0.0, 2.0], [6.0, 8.0]]))]


def test_a_number_of_micrograd_is_read_as_it_was() -> None:
    start = "from micrograd.engine import Value\nx = Value(2.0)\n"
    assert value(f"{start}old = x.data\nx.data = 5.0\ny = x*old") == 10
    assert value(f"{start}def f():\n    old = x.data\n    x.data = 5.0\n    return x*old\ny = f()") == 10


@pytest.mark.parametrize("source", [
    "a = v.double()\nv[0] = 5.0\ny = a[0]*1.0", "a = v.to(torch.float64)\na[0] = 5.0\ny = v[0]*1.0",
    "h = W*2\nh.data[0] = 1.0\ny = h.sum()", "h = W*2\nwith torch.no_grad():\n    h[0] = 1.0\ny = h.sum()",
    "a = v.expand(3, 2)\na[0] = 5.0\ny = v[0]*1.0",
    "import numpy as np\ndef f(u):\n    a = u[0]\n    u[0] = 5.0\n    return a*1.0\ny = f(v)",
])  # fmt: skip
def test_what_is_not_certain_is_refused(source: str) -> None:
    assert codes(TORCH + source)[0] in ("unsupported_syntax", "bad_argument")


def test_a_list_that_shares_rows_with_another_is_refused_once_it_matters() -> None:
    start = "W = [[1.0, 2.0], [3.0, 4.0]]\nu = W[1:]\nrow = W[1]\n"
    assert value(f"{start}y = u[0][0]*1.0") == 3
    assert codes(f"{start}row[0] = 9.0\ny = u[0][0]*1.0") == ["unsupported_syntax"]


def test_a_view_in_doubt_that_nothing_asks_for_is_no_mistake() -> None:
    assert value(TORCH + "a = v.double()\nv[0] = 5.0\ny = v[0]*1.0") == 5


def test_out_receives_the_result() -> None:
    assert value("import numpy as np\na = np.zeros(2)\nb = np.array([1.0, 2.0])\nnp.add(b, b, out=a)\ny = a.sum()") == 6
