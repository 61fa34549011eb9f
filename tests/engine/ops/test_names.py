"""Names: every function that NumPy, `math` and SciPy's neighbours have too gives their numbers under their name."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.engine.op import Op
from app.engine.ops import FUNCTIONS, METHODS, OPS
from app.engine.passes import quiet
from tests.engine.ops.tools import method, spelled

M = np.array([[1.5, -2.0, 0.5], [3.0, 0.25, -1.5]])
S = np.array([[2.0, 1.0], [0.5, 3.0]])
V, W = np.array([1.0, -2.0, 0.5]), np.array([0.75, 3.0, -1.25])
T = np.arange(24.0).reshape(2, 3, 4)
PLACES = np.array([[0, 2], [1, 1]])

CALLS: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "average": [((M,), {}), ((M,), {"axis": 1, "weights": W}), ((M,), {"weights": M + 5})],
    "linalg.det": [((S,), {})],
    "linalg.inv": [((S,), {})],
    "linalg.solve": [((S, np.array([1.0, 2.0])), {}), ((S, S.T), {})],
    "linalg.norm": [
        ((V,), {}), ((V, 1), {}), ((V, np.inf), {}), ((V, -np.inf), {}), ((M,), {}), ((M, "fro"), {}), ((M, 1), {}),
        ((M, np.inf), {}), ((M, -np.inf), {}), ((M,), {"axis": 1}), ((M,), {"axis": 0, "keepdims": True}),
    ],
    "linalg.vector_norm": [((V,), {}), ((M,), {"ord": 1}), ((M,), {"axis": 1}), ((M,), {"ord": np.inf})],
    "linalg.slogdet": [((S,), {}), ((-S[::-1],), {})],
    "trace": [((S,), {}), ((M,), {})],
    "dot": [((V, W), {}), ((M, V), {}), ((2.0, V), {}), ((M, M.T), {})],
    "vdot": [((V, W), {}), ((M, M), {})],
    "inner": [((V, W), {}), ((M, M), {}), ((M, V), {})],
    "outer": [((V, W), {}), ((M, V), {})],
    "matmul": [((M, V), {}), ((M, M.T), {}), ((T, T.transpose(0, 2, 1)), {})],
    "diag": [((V,), {}), ((M,), {}), ((M,), {"k": 1})],
    "diagonal": [((M,), {}), ((M,), {"offset": -1})],
    "tril": [((M,), {}), ((M,), {"k": -1})],
    "triu": [((M,), {}), ((M,), {"k": 1})],
    "where": [((M > 0, M, 0.0), {})],
    "clip": [((M, -1.0, 1.0), {}), ((M,), {"a_min": None, "a_max": 0.5}), ((M, V, 2.0), {})],
    "round": [((M,), {}), ((V * 1.2345, 2), {})],
    "around": [((M,), {})],
    "rint": [((M,), {})],
    "cumsum": [((M,), {}), ((M,), {"axis": 1})],
    "cumprod": [((M,), {}), ((M,), {"axis": 0})],
    "transpose": [((M,), {}), ((T, (2, 0, 1)), {}), ((T,), {"axes": (1, 0, 2)})],
    "permute_dims": [((T, (2, 0, 1)), {})],
    "matrix_transpose": [((T,), {})],
    "swapaxes": [((T, 0, 2), {})],
    "moveaxis": [((T, 0, -1), {}), ((T, (0, 1), (1, 2)), {})],
    "reshape": [((M, (3, 2)), {}), ((T, (-1, 4)), {}), ((M, 6), {})],
    "ravel": [((M,), {})],
    "squeeze": [((T[:1],), {}), ((T[:1],), {"axis": 0})],
    "expand_dims": [((V, 0), {}), ((M, (0, 3)), {})],
    "broadcast_to": [((V, (2, 3)), {})],
    "tile": [((V, 2), {}), ((M, (2, 1)), {})],
    "repeat": [((V, 2), {}), ((M, 2), {"axis": 1}), ((V, [1, 0, 2]), {})],
    "flip": [((M,), {}), ((M,), {"axis": 1}), ((T,), {"axis": (0, 2)})],
    "fliplr": [((M,), {})],
    "flipud": [((M,), {})],
    "roll": [((M, 1), {}), ((M, -1), {"axis": 1})],
    "diff": [((V,), {}), ((M,), {"axis": 0}), ((V, 2), {})],
    "pad": [((V, 1), {}), ((M, ((1, 0), (0, 2))), {}), ((V, 2, "edge"), {}), ((V, 2, "reflect"), {}),
            ((V, 1), {"constant_values": 3.0})],
    "take": [((M, [0, 4]), {}), ((M, PLACES), {"axis": 1})],
    "take_along_axis": [((M, PLACES, 1), {})],
    "concatenate": [(([M, M],), {}), (([M, M],), {"axis": 1}), (([M, M],), {"axis": None})],
    "concat": [(([M, M],), {"axis": 0})],
    "stack": [(([V, W],), {}), (([V, W],), {"axis": 1})],
    "hstack": [(([V, W],), {}), (([M, M],), {})],
    "vstack": [(([V, W],), {})],
    "column_stack": [(([V, W],), {})],
    "split": [((V, 3), {}), ((T, [1, 2]), {"axis": 1})],
    "einsum": [(("ij,j->i", M, W), {}), (("ij,kj", M, M), {}), (("ii", S), {}), (("...i,i->...", T, np.ones(4)), {})],
    "tensordot": [((T, T, ((0, 2), (0, 2))), {}), ((M, T.transpose(1, 0, 2)), {"axes": 1}), ((V, W, 0), {})],
    "convolve": [((V, W), {}), ((V, W[:2], "same"), {}), ((W[:2], V), {"mode": "valid"})],
    "lib.stride_tricks.sliding_window_view": [((V, 2), {}), ((T, 2), {"axis": 1}), ((M, (2, 2)), {})],
    "logical_and": [((M > 0, M < 2), {})],
    "logical_or": [((M > 1, M < 0), {})],
    "logical_not": [((M > 0,), {})],
}  # fmt: skip
REDUCTIONS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((M,), {}), ((M,), {"axis": 0}), ((M, 1), {}), ((M,), {"axis": (0, 1), "keepdims": True}), ((T,), {"axis": -1}),
]  # fmt: skip
ONE_AXIS = {"argmax", "argmin"}
"""NumPy takes these along one axis only."""


def theirs(module: Any, name: str) -> Callable[..., Any]:
    for part in name.split("."):
        module = getattr(module, part)
    found: Callable[..., Any] = module
    return found


def calls(name: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """What to try a NumPy name on: the table above, a reduction's usual calls, or the record's own samples."""
    if name in CALLS:
        return CALLS[name]
    target = FUNCTIONS[f"np.{name}"]
    if isinstance(target, Op) and target.pointwise:
        return [(sample.inputs, {}) for sample in target.samples]
    if isinstance(target, Op) and target.reduces:
        return [each for each in REDUCTIONS if name not in ONE_AXIS or not isinstance(each[1].get("axis"), tuple)]
    return [((M,), {}), ((V,), {})]


def assert_same(found: Any, expected: Any) -> None:
    if isinstance(expected, tuple | list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
        return
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", sorted(name[3:] for name in FUNCTIONS if name.startswith("np.")))
def test_a_function_called_as_in_numpy_gives_numpys_numbers(name: str) -> None:
    with quiet():
        for operands, options in calls(name):
            names = {"a_min": "low", "a_max": "high"}  # as the language hands keywords on
            given = {names.get(key, key): value for key, value in options.items()}
            assert_same(spelled(f"np.{name}")(*operands, **given), theirs(np, name)(*operands, **options))


@pytest.mark.parametrize("name", sorted(name[5:] for name in FUNCTIONS if name.startswith("math.")))
def test_a_function_called_as_in_math_gives_its_numbers(name: str) -> None:
    ours, python = spelled(f"math.{name}"), theirs(math, name)
    tried = 0
    for a, b in [(0.7, 0.4), (1.7, 3.5), (7.5, -2.0), (-0.25, 0.5)]:
        for operands in ((a,), (a, b)):
            if name == "hypot" and len(operands) == 1:
                continue  # Python takes any number of legs
            try:
                expected = python(*operands)
            except (TypeError, ValueError):
                continue
            np.testing.assert_allclose(ours(*operands), expected, rtol=1e-14, atol=1e-15)
            tried += 1
    assert tried >= 2


@pytest.mark.parametrize("name", sorted(name[3:] for name in FUNCTIONS if name.startswith("np.")))
def test_jax_numpy_means_what_numpy_means(name: str) -> None:
    if f"jnp.{name}" in FUNCTIONS:
        assert FUNCTIONS[f"jnp.{name}"] is FUNCTIONS[f"np.{name}"]


OTHERWISE_IN_TORCH = {
    "max", "min",  # along an axis: values and places
    "var", "std",  # divided by n − 1
    "split",  # into parts of a length
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(name[3:] for name in FUNCTIONS if name.startswith("np.")))
def test_torch_means_what_numpy_means_but_for_known_exceptions(name: str) -> None:
    if f"torch.{name}" in FUNCTIONS and name != "linalg.vector_norm":
        same = FUNCTIONS[f"torch.{name}"] is FUNCTIONS[f"np.{name}"]
        assert same == (name not in OTHERWISE_IN_TORCH)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_does_what_the_function_of_its_name_does(name: str) -> None:
    otherwise = {
        "repeat": "np.tile",  # a tensor's
        "split": "torch.split", "norm": "torch.norm", "view": "np.reshape", "expand": "np.broadcast_to",
        "logdet": "torch.logdet",
    }  # fmt: skip
    known = [otherwise.get(name, f"{prefix}{name}") for prefix in ("np.", "torch.", "F.", "torch.linalg.", "")]
    found = [FUNCTIONS[each] for each in known if each in FUNCTIONS]
    only_methods = {"reshape_as", "view_as", "expand_as", "max", "min", "var", "std", "unfold"}
    assert name in only_methods or METHODS[name] is found[0]


def test_torch_divides_the_variance_by_one_less() -> None:
    np.testing.assert_allclose(spelled("torch.var")(V), np.var(V, ddof=1))
    np.testing.assert_allclose(spelled("torch.std")(V, False), np.std(V))
    np.testing.assert_allclose(spelled("np.std")(V, ddof=1), np.std(V, ddof=1))


def test_the_method_divides_as_the_library_whose_keyword_is_used() -> None:
    for name in ("var", "std"):
        theirs_of, ours = getattr(np, name), method(name)
        assert_same(ours(M, axis=1), theirs_of(M, axis=1))
        assert_same(ours(M, 1, keepdims=True), theirs_of(M, 1, keepdims=True))
        assert_same(ours(M, ddof=1), theirs_of(M, ddof=1))
        assert_same(ours(M, dim=1), theirs_of(M, axis=1, ddof=1))
        assert_same(ours(M, dim=1, keepdim=True), theirs_of(M, axis=1, ddof=1, keepdims=True))
        assert_same(ours(M, dim=0, unbiased=False), theirs_of(M, axis=0))
        assert_same(ours(M, unbiased=True), theirs_of(M, ddof=1))


def test_torch_max_along_an_axis_gives_values_and_places() -> None:
    values, places = spelled("torch.max")(M, 1)
    assert_same(values, M.max(1))
    assert_same(places, M.argmax(1))
    assert_same(method("max")(M, axis=1), M.max(1))
    assert_same(method("max")(M, dim=1)[1], M.argmax(1))
    assert_same(spelled("torch.max")(V, W), np.maximum(V, W))


def test_torch_pads_from_the_last_axis_on() -> None:
    assert_same(spelled("F.pad")(M, (1, 2)), np.pad(M, ((0, 0), (1, 2))))
    assert_same(spelled("F.pad")(M, (1, 2, 3, 0)), np.pad(M, ((3, 0), (1, 2))))


def test_torch_splits_into_lengths() -> None:
    assert_same(spelled("torch.split")(V, 2), [V[:2], V[2:]])
    assert_same(spelled("torch.chunk")(V, 2), [V[:2], V[2:]])
    assert_same(spelled("torch.unbind")(M), [M[0], M[1]])


def test_celu_is_stretched_elu_is_not() -> None:
    x = np.array([-2.0, -0.5, 1.0])
    assert_same(spelled("F.celu")(x, alpha=2.0), np.where(x > 0, x, 2 * np.expm1(x / 2)))
    assert_same(spelled("F.elu")(x, alpha=2.0), np.where(x > 0, x, 2 * np.expm1(x)))


def test_gelu_is_exact_in_torch_and_has_the_form_with_tanh_in_jax() -> None:
    exact, form = OPS["gelu"](0.7), OPS["gelu_tanh"](0.7)
    assert exact != form and abs(exact - form) < 1e-3
    assert spelled("F.gelu")(0.7) == spelled("jax.nn.gelu")(0.7, approximate=False) == exact
    assert spelled("jax.nn.gelu")(0.7) == spelled("F.gelu")(0.7, approximate="tanh") == form


BASICS = """
add sub mul div pow sqrt cbrt exp log expm1 log1p exp2 log2 log10 logsumexp sin cos tan asin acos atan sinh cosh tanh
asinh acosh atanh atan2 abs sign floor clip minimum maximum where relu leaky_relu elu selu gelu silu mish softplus
softsign sigmoid log_sigmoid hardtanh hardsigmoid hardswish relu6 greater less greater_equal less_equal equal not_equal
sum mean prod np.max np.min var std norm cumsum cumprod matmul dot outer inner trace transpose det logdet inv solve
reshape ravel squeeze expand_dims concatenate stack broadcast_to pad flip index softmax log_softmax mse mae huber bce
bce_with_logits cross_entropy nll kl hinge
""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", BASICS)
def test_what_everybody_needs_is_there(name: str) -> None:
    assert callable(FUNCTIONS[name])
