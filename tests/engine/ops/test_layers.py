"""Layers over many shapes and options: gradients, both levels of detail, results of the shape that is documented."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.errors import BadArgument, EngineError, ShapeMismatch
from app.engine.graph import Graph, Node
from app.engine.ops.registry import SYNONYMS
from app.engine.passes import quiet
from app.engine.record import Run
from app.engine.run import backprop
from tests.engine.ops.layer_cases import CALLS, COUNT, DRAWS, EQUATIONS, Call
from tests.engine.ops.tools import same, slopes, spelled, weights
from tests.engine.test_scalars import assert_contributions_add_up, assert_the_levels_agree

EVERY = [pytest.param(call, id=call.id) for call in CALLS]


def called(call: Call) -> tuple[dict[str, Node], Node]:
    """The call on nodes: the arrays that can be differentiated by, and the result."""
    graph = Graph()
    inputs: dict[str, Node] = {}

    def given(name: str, x: Any) -> Any:
        is_number = isinstance(x, np.ndarray) and x.dtype == float
        return inputs.setdefault(name, graph.leaf(x, name)) if is_number else x

    arrays = [given(f"x{i}", x) for i, x in enumerate(call.arrays)]
    options = {SYNONYMS.get(name, name) if name == "dim" else name: given(name, x) for name, x in call.options.items()}
    if call.name == "torch.tensordot":
        options = {"axes": options["dims"]}
    with quiet():
        return inputs, spelled(call.name)(*call.before, *arrays, **options)


def swept(out: Node) -> Run:
    return backprop(out.graph, out.id, seed=weights(out.shape))


def test_every_function_is_tried_in_at_least_twenty_ways() -> None:
    assert COUNT >= 20 and len(EQUATIONS) >= 20
    assert len({call.id for call in CALLS}) == len(CALLS) == COUNT * len(DRAWS) + len(EQUATIONS)


@pytest.mark.parametrize("call", EVERY)
def test_the_gradient_is_the_central_difference(call: Call) -> None:
    inputs, out = called(call)
    run = swept(out)
    padding = call.options.get("padding_idx")
    for x in inputs.values():
        expected = slopes(run.graph, x, [out])
        if padding is not None:
            expected[padding] = 0.0
        same(run.adjoints[x.id], expected, 5e-8)


@pytest.mark.parametrize("call", EVERY)
def test_both_levels_of_detail_show_the_same_numbers(call: Call) -> None:
    inputs, out = called(call)
    out.graph.name(out.id, "y")
    run = swept(out)
    unfolded = assert_the_levels_agree(run, {name: x.id for name, x in inputs.items()} | {"y": out.id})
    assert_contributions_add_up(unfolded)


# ── what is taken where several are the largest, and what a mask does ───────────────────────────────────
def test_the_first_of_several_largest_takes_the_whole_gradient() -> None:
    x = Graph().leaf(np.array([[[1.0, 7.0, 7.0], [7.0, 2.0, 7.0], [0.0, 7.0, 3.0]]]), "x")
    run = swept(spelled("F.max_pool2d")(x, 2, stride=1))
    w = weights((1, 2, 2)).ravel()
    expected = np.zeros((3, 3))
    expected[0, 1] = w[0] + w[1]
    expected[1, 0] = w[2]
    expected[1, 2] = w[3]
    same(run.adjoints[x.id], expected[None])
    assert {note.code for note in run.notes} >= {"tie"}


def test_a_frame_never_wins_over_numbers_below_zero() -> None:
    x = Graph().leaf(np.array([[-5.0, -3.0]]), "x")
    y = spelled("F.max_pool1d")(x, 2, stride=1, padding=1)
    same(y.value, np.array([[-5.0, -3.0, -3.0]]))


def test_a_dropped_number_gets_no_gradient_even_of_infinity() -> None:
    graph = Graph()
    x = graph.leaf(np.array([1.0, 2.0]), "x")
    y = spelled("F.dropout")(x, 0.5, mask=np.array([True, False]))
    same(y.value, np.array([2.0, 0.0]))
    run = backprop(graph, y.id, seed=np.array([1.0, 3.0]))
    same(run.adjoints[x.id], np.array([2.0, 0.0]))


def test_dropout_draws_the_same_mask_from_the_same_seed_and_goes_on_with_a_generator() -> None:
    x, drop = np.ones(200), spelled("F.dropout")
    assert np.array_equal(drop(x, 0.3, seed=5), drop(x, 0.3, seed=5))
    assert not np.array_equal(drop(x, 0.3, seed=5), drop(x, 0.3, seed=6))
    generator = np.random.default_rng(5)
    first, second = drop(x, 0.3, seed=generator), drop(x, 0.3, seed=generator)
    assert not np.array_equal(first, second)
    assert abs(np.mean(first == 0) - 0.3) < 0.1
    assert set(np.unique(first)) == {0.0, 1 / 0.7}
    assert np.array_equal(drop(x, 1.0), np.zeros(200))
    assert drop(x, 0.3, training=False) is x


def test_a_later_key_is_not_seen() -> None:
    rng = np.random.default_rng(3)
    graph = Graph()
    q, k, v = (graph.leaf(rng.normal(size=(3, 2)), name) for name in "qkv")
    y = spelled("F.scaled_dot_product_attention")(q, k, v, is_causal=True)
    seed = np.zeros((3, 2))
    seed[0] = 1.0
    run = backprop(graph, y.id, seed=seed)
    assert not run.adjoints[v.id][1:].any() and run.adjoints[v.id][0].all()
    same(y.value[0], v.value[0])


def test_running_windows_and_sliding_ones_are_the_same() -> None:
    x = np.arange(12.0).reshape(3, 4)
    same(spelled("windows")(x, 2, 1, 1), spelled("sliding_window_view")(x, 2, axis=1))
    assert spelled("windows")(x, (2, 2), 1, 1).shape == (2, 3, 2, 2)


def test_jax_spellings_are_the_same_functions() -> None:
    rng = np.random.default_rng(4)
    x, w = rng.normal(size=(2, 3, 5, 5)), rng.normal(size=(4, 3, 3, 3))
    same(spelled("jax.lax.conv")(x, w, (1, 1), "SAME"), spelled("F.conv2d")(x, w, padding="same"))
    same(spelled("jax.lax.conv")(x, w, (2, 2), "VALID"), spelled("F.conv2d")(x, w, stride=2))
    assert spelled("jax.lax.conv")(x, w, (2, 2), "SAME").shape == (2, 4, 3, 3)
    same(spelled("jax.nn.standardize")(x, (2, 3)), spelled("F.layer_norm")(x, (5, 5)))
    q = rng.normal(size=(2, 4, 3, 5))
    swapped = q.transpose(0, 2, 1, 3)
    expected = spelled("F.scaled_dot_product_attention")(swapped, swapped, swapped).transpose(0, 2, 1, 3)
    same(spelled("jax.nn.dot_product_attention")(q, q, q), expected)


# ── what does not go together ───────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "forms", "options", "problem", "sentence"),
    [
        ("F.conv2d", ((1, 2, 4, 4), (1, 3, 2, 2)), {}, ShapeMismatch, "channels must be 3 × groups"),
        ("F.conv2d", ((4, 4), (2, 2)), {}, ShapeMismatch, "they must be .batch, channels, height, width. and"),
        ("F.conv2d", ((1, 1, 2, 2), (1, 1, 3, 3)), {}, ShapeMismatch, "windows must fit in"),
        ("F.conv2d", ((1, 1, 4, 4), (2, 1, 3, 3), (3,)), {}, ShapeMismatch, "one number for each kernel"),
        ("F.conv2d", ((1, 1, 4, 4), (1, 1, 3, 3)), {"stride": 0}, BadArgument, "whole number from 1"),
        ("F.conv1d", ((1, 1, 4), (1, 1, 3)), {"padding": "full"}, BadArgument, "'same' or 'valid'"),
        ("F.max_pool2d", ((1, 4, 4),), {"kernel_size": 2, "padding": 2}, BadArgument, "at most half"),
        ("F.max_pool2d", ((4, 4),), {"kernel_size": 2}, ShapeMismatch, "must have channels and 2 axes"),
        ("F.avg_pool2d", ((1, 4, 4),), {"kernel_size": 2, "ceil_mode": True}, BadArgument, "pad the array instead"),
        ("F.layer_norm", ((2, 3),), {"normalized_shape": (2,)}, ShapeMismatch, "its last axes must be"),
        ("F.batch_norm", ((2, 3),), {}, BadArgument, "give both, or training=True"),
        ("F.group_norm", ((2, 3, 2),), {"num_groups": 2}, BadArgument, "must divide 3 channels"),
        ("F.dropout", ((3,),), {"p": 1.5}, BadArgument, "from 0 to 1"),
        ("F.dropout", ((3,),), {"mask": np.ones(2)}, ShapeMismatch, "must be alike"),
        ("F.scaled_dot_product_attention", ((2, 3), (2, 4), (2, 3)), {}, ShapeMismatch, "agree in their last size"),
        ("F.unfold", ((4, 4),), {"kernel_size": 2}, ShapeMismatch, "batch, channels, height, width"),
        ("F.normalize", ((4, 4),), {"ord": 3}, BadArgument, "it must be 1 or 2"),
        ("np.convolve", ((4, 4), (2,)), {}, ShapeMismatch, "both must be vectors"),
        ("np.tensordot", ((2, 3), (4, 5)), {"axes": 1}, ShapeMismatch, "axes that meet must agree"),
    ],
)
def test_what_does_not_go_together_is_said_in_a_sentence(
    name: str, forms: Any, options: dict[str, Any], problem: type[EngineError], sentence: str
) -> None:
    graph = Graph()
    with pytest.raises(problem, match=sentence):
        spelled(name)(*(graph.leaf(np.ones(form), f"x{i}") for i, form in enumerate(forms)), **options)


@pytest.mark.parametrize(
    ("equation", "forms", "problem", "sentence"),
    [
        ("ij,jk->ik", ((2, 3), (4, 5)), ShapeMismatch, "'j' is 3 and 4, it must be one size"),
        ("ij->ij", ((2, 3), (4, 5)), BadArgument, "has 1 terms for 2 arrays"),
        ("ijk->i", ((2, 3),), BadArgument, "it must have a letter for each"),
        ("ij->ik", ((2, 3),), BadArgument, "a letter must be there once, and on the left"),
        ("i1->i", ((2, 3),), BadArgument, "it must have a letter for each"),
    ],
)
def test_what_einstein_would_not_read_is_said_in_a_sentence(
    equation: str, forms: Any, problem: type[EngineError], sentence: str
) -> None:
    with pytest.raises(problem, match=sentence):
        spelled("einsum")(equation, *(np.ones(form) for form in forms))


def test_windows_too_many_for_the_limits_are_refused_before_they_are_made() -> None:
    graph = Graph()
    x, w = graph.leaf(np.ones((1, 16, 200, 200)), "x"), graph.leaf(np.ones((1, 16, 9, 9)), "w")
    with pytest.raises(EngineError, match="the limit is"):
        spelled("F.conv2d")(x, w)
    assert len(graph) == 2


def test_large_products_in_batches_are_what_numpy_says() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(4, 5)), rng.normal(size=(3000, 5, 6))
    same(spelled("matmul")(a, b), a @ b)
    assert math.prod((3000, 4, 6, 5)) > 65_536
