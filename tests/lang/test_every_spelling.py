"""Every name that an op goes by, under every prefix and as a method, is the op when a program calls it."""

from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

import numpy as np
import pytest

from app.engine.op import Op, Sample
from app.engine.ops import FUNCTIONS, METHODS
from tests.lang.tools import run, same

OTHERWISE = {
    "index", "one_hot", "conv1d", "conv2d", "max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d", "layer_norm",
    "batch_norm", "group_norm", "rms_norm", "attention",
}  # fmt: skip
"""Ops whose functions take other arguments than the record has.

test_programs.py, test_styles.py and test_layers.py call these.
"""
ANOTHER = {"torch.equal"}
"""Spellings that mean something else: PyTorch's is one answer for two whole tensors."""


def calls(names: dict[str, Any], method: bool) -> Iterator[tuple[str, Op, bool]]:
    for name, target in names.items():
        reads_so = isinstance(target, Op) and target.name not in OTHERWISE and name not in ANOTHER
        if reads_so and not iskeyword(name) and target.samples:
            yield name, target, method


CALLS = [*calls(dict(FUNCTIONS), method=False), *calls(dict(METHODS), method=True)]


def program(name: str, op: Op, sample: Sample, method: bool) -> str:
    """A program that calls the op by this name on the sample's inputs."""
    inputs = [f"i{k}" for k in range(len(sample.inputs))]
    lines = [f"{i} = np.array({np.asarray(x).tolist()!r})" for i, x in zip(inputs, sample.inputs, strict=True)]
    keywords = [f"{key}={each!r}" for key, each in sample.attributes.items()]
    if method:
        call = f"i0.{name}({', '.join([*inputs[1:], *keywords])})"
    elif op.variadic:
        call = f"{name}(" + ", ".join(["[" + ", ".join(inputs) + "]", *keywords]) + ")"
    else:
        call = f"{name}({', '.join([*inputs, *keywords])})"
    return "\n".join([*lines, f"out = 1.0*{call}"])


@pytest.mark.parametrize(("name", "op", "method"), CALLS, ids=[f"{'.' * method}{name}" for name, _, method in CALLS])
def test_a_spelling_of_an_op_is_the_op(name: str, op: Op, method: bool) -> None:
    for sample in op.samples[:2]:
        found = run(program(name, op, sample, method))
        operands = [np.asarray(x) if np.asarray(x).dtype == np.bool_ else np.asarray(x, float) for x in sample.inputs]
        assert same(found.output, op.apply(operands, dict(sample.attributes)) * 1.0)
        assert op.name in {each.name for each in found.run.graph.ops}
