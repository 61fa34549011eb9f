"""Values and gradients of every op that PyTorch has, and of layers in every combination tried, are PyTorch's.

Run where PyTorch is installed: `pip install torch` and `pytest -m torch`.
"""

from typing import Any

import numpy as np
import pytest
import torch

from app.engine.graph import Graph
from app.engine.op import Op, Sample
from app.engine.ops import OPS
from app.engine.passes import quiet
from tests.engine.ops.layer_cases import CALLS, Call
from tests.engine.ops.test_edges import EDGES, KINKS, swept
from tests.engine.ops.test_layers import called
from tests.engine.ops.test_layers import swept as swept_layer
from tests.engine.ops.tools import CASES, carried, run_of, same, spelled, weights
from tests.engine.ops.torch_ops import TORCH, WITHOUT

pytestmark = pytest.mark.torch
SINGLE = {"hardsigmoid", "bce"}
"""Where PyTorch calculates with a constant of single precision, 1/6 or 10⁻¹²."""
SHARED = [case for case in CASES if case.values[0].name in TORCH]  # type: ignore[attr-defined]


def tensor(x: Any) -> Any:
    """Floats that can be differentiated by; places and conditions as they are."""
    array = np.asarray(x)
    found = torch.tensor(array if array.dtype in (np.bool_, np.int64) else array.astype(float))
    return found.requires_grad_(found.is_floating_point())


def pulled(y: Any, seed: Any) -> None:
    """Backwards from a cotangent, where there is a way."""
    if y.requires_grad:
        y.backward(torch.tensor(np.asarray(seed, float)))


def gradient(x: Any) -> Any:
    """What came back."""
    return np.zeros(tuple(x.shape)) if x.grad is None else x.grad.numpy()


def test_every_op_is_compared_or_known_to_be_missing_in_pytorch() -> None:
    assert set(OPS) == set(TORCH) | WITHOUT
    assert not set(TORCH) & WITHOUT


@pytest.mark.parametrize(("op", "sample"), SHARED)
def test_values_and_gradients_are_those_of_pytorch(op: Op, sample: Sample) -> None:
    xs = [tensor(x) for x in sample.inputs]
    y = TORCH[op.name](*xs, **sample.attributes)
    operands, run = run_of(op, sample)
    same(run.values[run.output], y.detach().numpy())
    pulled(y, run.seed)
    for slot in carried(op, operands):
        same(run.adjoints[operands[slot].id], gradient(xs[slot]), 3e-8 if op.name in SINGLE else 1e-12)


@pytest.mark.parametrize("call", [pytest.param(call, id=call.id) for call in CALLS])
def test_layers_are_those_of_pytorch(call: Call) -> None:
    inputs, out = called(call)
    xs = {f"x{i}": tensor(x) for i, x in enumerate(call.arrays)}
    options = {name: tensor(x) if isinstance(x, np.ndarray) else x for name, x in call.options.items()}
    buffers = {name: x.detach() for name, x in options.items() if name.startswith("running") and x is not None}
    options |= buffers
    target: Any = torch if call.name.startswith("torch.") else torch.nn.functional
    y = getattr(target, call.name.rpartition(".")[2])(*call.before, *xs.values(), **options)
    run = swept_layer(out)
    same(run.values[run.output], y.detach().numpy())
    pulled(y, run.seed)
    for name, x in inputs.items():
        if name in buffers:  # PyTorch has no gradient for them
            continue
        same(run.adjoints[x.id], gradient({**xs, **options}[name]))


def test_the_largest_of_equals_is_pytorchs() -> None:
    x = np.random.default_rng(5).integers(0, 3, (2, 2, 6, 6)).astype(float)
    theirs = tensor(x)
    y = torch.nn.functional.max_pool2d(theirs, 3, stride=2, padding=1)
    seed = weights(tuple(y.shape))
    pulled(y, seed)
    ours = Graph().leaf(x, "x")
    same(swept_layer(spelled("F.max_pool2d")(ours, 3, stride=2, padding=1)).adjoints[ours.id], gradient(theirs))




OTHERWISE = {"bce", "kl_div", "hypot", "atan2"}
"""At their edges, as their docs say: a label's slope that is cut; −∞, 0 and NaN for NaN, NaN and 0."""
AT_NAN = {"relu", "maximum", "minimum"}
"""What passes nothing on at NaN."""


def known(name: str, inputs: Any) -> bool:
    """Whether PyTorch is known to differ there."""
    return name in OTHERWISE or (name in AT_NAN and any(np.isnan(x).any() for x in inputs))


@pytest.mark.parametrize(
    ("name", "inputs", "attributes"), [each[:3] for each in (*EDGES, *KINKS) if not known(*each[:2])]
)
def test_what_is_taken_at_edges_and_kinks_is_pytorchs(name: str, inputs: Any, attributes: dict[str, Any]) -> None:
    xs = [tensor(x) for x in inputs]
    y = TORCH[name](*xs, **attributes)
    with quiet():
        run = swept(name, inputs, attributes)
    same(run.values[run.output], y.detach().numpy())
    pulled(y, run.seed)
    for node, x in zip(run.wrt, xs, strict=True):
        same(run.adjoints[node], gradient(x))


def test_where_pytorch_is_known_to_differ_it_still_does() -> None:
    """So that a difference that is gone is not left standing in the docs of the ops."""
    assert found_by(TORCH["bce"], 0.0, 1.0)[1] == np.inf
    assert np.isnan(found_by(TORCH["kl_div"], -1.0, 0.0)[1])
    assert np.isnan(found_by(TORCH["hypot"], 0.0, 0.0)).all()
    assert found_by(TORCH["atan2"], 0.0, 0.0) == [0.0, 0.0]
    assert found_by(TORCH["relu"], np.nan) == [1.0]
    assert found_by(TORCH["maximum"], np.nan, 1.0) == [1.0, 1.0]


def found_by(function: Any, *numbers: float) -> list[float]:
    xs = [tensor(x) for x in numbers]
    function(*xs).backward()
    return [float(x.grad) for x in xs]
