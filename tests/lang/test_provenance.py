"""`std` and `var` as methods divide by n or by n − 1: whose array it is decides."""

import numpy as np
import pytest

from app.lang.tracing.tracer import Program, trace

X = [1.0, 2.0, 4.0, 9.0]
NUMPYS, PYTORCHS = float(np.std(X)), float(np.std(X, ddof=1))
DATA = "[1., 2., 4., 9.]"


def value(program: Program) -> float:
    return float(program.graph.values[program.output])


def noted(program: Program) -> list[str]:
    return [note.message for note in program.notes if note.code == "correction"]


@pytest.mark.parametrize(
    "source",
    [
        f"import torch\nx = torch.tensor({DATA}, requires_grad=True)\ny = x.std()",
        f"import torch as t\nx = t.tensor({DATA})\ny = x.std(0)",
        f"import torch as t\nx = t.tensor({DATA})\ny = x.std(axis=0)",
        f"from torch import tensor\nx = tensor({DATA})\nz = x + 1\ny = z.std(-1, keepdim=True).sum()",
        f"x = torch.tensor({DATA})\ny = (x*1).std()",
        f"import torch\nimport numpy as np\nx = torch.tensor({DATA})\na = x*np.pi/np.pi\ny = a.std()",
        f"import torch\nimport numpy as np\nx = torch.from_numpy(np.array({DATA}))\ny = x.std()",
        f"import torch\nx = {DATA}\ny = x.std()",
        f"import torch\nx = torch.tensor({DATA})\ny = x.var()**0.5",
    ],
)
def test_at_a_tensor_the_divisor_is_n_minus_1_and_a_note_says_so(source: str) -> None:
    program = trace(source)
    assert value(program) == pytest.approx(PYTORCHS, rel=1e-14)
    (message,) = noted(program)
    assert "n − 1" in message and "correction=0" in message


@pytest.mark.parametrize(
    "source",
    [
        f"import numpy as np\nx = np.array({DATA})\ny = x.std()",
        f"x = np.array({DATA})\ny = x.std(axis=0)",
        f"x = {DATA}\ny = x.std()",
        f"import torch\nimport numpy as np\nx = np.array({DATA})\nw = torch.tensor([2.])\ny = x.std() + 0*w[0]",
        f"import torch\nx = torch.tensor({DATA})\ny = x.detach().numpy().std() + 0*x[0]",
        f"import jax.numpy as jnp\nx = jnp.array({DATA})\ny = x.std()",
    ],
)
def test_at_an_array_the_divisor_is_n(source: str) -> None:
    program = trace(source)
    assert value(program) == pytest.approx(NUMPYS, rel=1e-14)
    assert noted(program) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [("correction=0", NUMPYS), ("unbiased=False", NUMPYS), ("False", NUMPYS), ("0, False", NUMPYS),
     ("unbiased=True", PYTORCHS), ("dim=0, correction=1", PYTORCHS)],
)  # fmt: skip
def test_a_divisor_that_is_written_is_taken_without_a_note(told: str, expected: float) -> None:
    program = trace(f"import torch\nx = torch.tensor({DATA})\ny = x.std({told})")
    assert value(program) == pytest.approx(expected, rel=1e-14)
    assert noted(program) == []


def test_the_note_stands_at_the_call() -> None:
    (note,) = trace(f"import torch\nx = torch.tensor({DATA})\ny = 2*x.std()").notes
    assert note.span == (3, 7, 3, 14)


def test_a_name_bound_again_is_whose_it_is_now() -> None:
    program = trace(f"import torch\nx = torch.tensor({DATA})\nx = np.array({DATA})\ny = x.std()")
    assert value(program) == pytest.approx(NUMPYS, rel=1e-14)
