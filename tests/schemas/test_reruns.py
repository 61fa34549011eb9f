"""Replies to a program that comes often, whose run is compiled, are those of its first run, byte for byte."""

import pytest

from app.engine.budget import Budget
from app.engine.executors import reruns
from app.engine.executors.reruns import OFTEN, Reruns
from app.schemas import answers, running
from app.schemas.subject import BackpropRequest

PROGRAMS = {
    "micrograd": "b = 2.0\nc = x + b\nd = x * b + b**3\nc += c + 1\nc += 1 + c + (-x)\nd += d * 2 + (b + x).relu()\n"
    "d += 3 * d + (b - x).relu()\ne = c - d\nf = e**2\ng = f / 2.0\ng += 10.0 / f",
    "gates": "y = relu(x) + abs(x) + maximum(x, 1) + minimum(x, -1) + clip(x, -2, 2) + leaky_relu(x) + relu6(x)",
    "choices": "m = x > 0\ny = where(m, x, -x) + where(x == 1, 2, x) + m * x",
    "steps": "y = sign(x) + floor(x) * x + hardtanh(x) + x // 2 + x % 3",
    "poles": "y = 1 / x + log(x) + x**0.5 + x**x",
    "curves": "y = sin(x) + exp(x) + tanh(x) + sigmoid(x) + softplus(x) + gelu(x) + silu(x) + elu(x)",
    "unused": "z = 1.0\ny = x - x * 0",
}


def reply(program: str, x: float, **rest: object) -> bytes:
    asked = {"program": f"x = 2.5\n{program}", "inputs": {"x": x}, "include": ["steps", "formulas", "checks"], **rest}
    return answers.answer_backprop(BackpropRequest.model_validate(asked), Budget(), 1_000_000, lambda _: None)


@pytest.mark.parametrize("x", [0.0, 1.0, -2.0, 0.3, 1e200, -7.0])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_compiled_run_is_answered_as_the_first_one(program: str, x: float, monkeypatch: pytest.MonkeyPatch) -> None:
    often, compiled, original = Reruns(), [], reruns.compile_run
    monkeypatch.setattr(reruns, "compile_run", lambda *asked: compiled.append(asked) or original(*asked))
    for encoding in ("columns", "binary"):
        for rest in ({"encoding": encoding}, {"encoding": encoding, "detail": "scalar"}):
            monkeypatch.setattr(running, "RERUNS", Reruns())
            first = reply(program, x, **rest)
            monkeypatch.setattr(running, "RERUNS", often)
            for k in range(OFTEN + 2):
                reply(program, 0.5 + k)
            assert reply(program, x, **rest) == first
    assert len(compiled) == 1
