"""The helpers that rules lean on: broadcasting undone, upstream times local, formulas with holes, sums in order."""

import math
from itertools import combinations

import numpy as np
import pytest

from app.engine.errors import BadArgument, ShapeMismatch
from app.engine.graph import Graph, Node
from app.engine.op import CONSTANT
from app.engine.ops import OPS
from app.engine.ops.linear import matmul_forward
from app.engine.structure import LEFT_TO_RIGHT, axes, fit, is_mask, kept, left_sum, lined_up, require, scale, unless

SHAPES = [
    ((), (3,)), ((), (2, 3)), ((3,), (2, 3)), ((1,), (3,)), ((2, 1), (2, 3)), ((1, 3), (2, 3)), ((1, 1), (2, 3)),
    ((2, 1, 3), (4, 2, 5, 3)), ((1,), ()), ((1, 1), ()), ((), (1,)), ((3,), (1, 3)), ((1, 3), (3,)), ((0,), (0,)),
]  # fmt: skip


@pytest.mark.parametrize(("small", "large"), SHAPES)
def test_fitting_broadcasts_one_way_and_sums_the_other(small: tuple[int, ...], large: tuple[int, ...]) -> None:
    x = np.arange(1.0, math.prod(small) + 1).reshape(small)[()]
    g = np.arange(1.0, math.prod(large) + 1).reshape(large)[()]
    wide, narrow = fit(x, large), fit(g, small)
    assert np.shape(wide) == large and np.shape(narrow) == small
    np.testing.assert_allclose(np.sum(g * wide), np.sum(narrow * x))  # each is the other's transpose


def test_fitting_to_the_same_shape_leaves_no_node() -> None:
    x = Graph().leaf(np.ones((2, 3)), "x")
    assert fit(x, (2, 3)) is x


def test_a_mask_selects_and_a_number_multiplies() -> None:
    g = np.array([math.inf, 2.0])
    np.testing.assert_array_equal(scale(g, np.array([False, True])), [0.0, 2.0])
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(scale(g, np.array([0.0, 3.0])), [math.nan, 6.0])
    assert is_mask(np.True_) and is_mask(Graph().leaf([True, False])) and not is_mask(1.0)


def test_a_slope_of_one_leaves_no_node_and_of_minus_one_a_sign() -> None:
    graph = Graph()
    x = graph.leaf(2.0, "x")
    assert scale(x, 1) is x
    assert graph.ops[scale(x, -1).id] is OPS["neg"]


def test_a_hole_gives_zero_and_no_hole_leaves_no_node() -> None:
    graph = Graph()
    x = graph.leaf(np.array([0.0, 2.0]), "x")
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(unless(OPS["equal"](x, 0.0), 1 / x).value, [0.0, 0.5])
    with graph.deriving(("seed", 0, 0)):
        never = graph.constant(False)
        assert unless(never, x) is x
        assert graph.ops[never.id] is CONSTANT


@pytest.mark.parametrize(
    ("given", "found"), [(None, (0, 1, 2)), (0, (0,)), (-1, (2,)), ((2, 0), (0, 2)), ([-1, -3], (0, 2)), ((), ())]
)
def test_axes_are_sorted_and_counted_from_the_front(given: object, found: tuple[int, ...]) -> None:
    assert axes(np.ones((2, 3, 4)), given, "sum") == found


@pytest.mark.parametrize("given", [3, -4, (0, 0), (1, -2), 0.5, "x"])
def test_axes_that_are_not_there_are_refused(given: object) -> None:
    with pytest.raises(BadArgument, match=r"^sum: axis"):
        axes(np.ones((2, 3, 4)), given, "sum")


def test_a_single_number_has_no_axes() -> None:
    with pytest.raises(BadArgument, match="a single number has no axes"):
        axes(1.0, 0, "sum")


def test_lost_axes_come_back_as_one() -> None:
    x = np.ones((2, 3, 4))
    assert np.shape(kept(np.ones((2, 4)), x, (1,), False)) == (2, 1, 4)
    assert np.shape(kept(np.float64(1.0), x, (0, 1, 2), False)) == (1, 1, 1)
    assert lined_up(np.arange(24).reshape(2, 3, 4), (0, 2))[1].tolist() == [4, 5, 6, 7, 16, 17, 18, 19]


def test_a_condition_that_does_not_hold_is_a_mismatch() -> None:
    require(True, "never")
    with pytest.raises(ShapeMismatch, match="always"):
        require(False, "always")


# ── the order of sums ───────────────────────────────────────────────────────────────────────────────────
def from_left_to_right(numbers: np.ndarray) -> float:
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return float(total)


@pytest.mark.parametrize("size", [2, 9, 1000, LEFT_TO_RIGHT])
def test_sums_add_from_left_to_right_to_the_last_bit(size: int) -> None:
    x = np.random.default_rng(0).normal(size=size)
    assert left_sum(x, (0,), False) == from_left_to_right(x)
    assert OPS["mean"](x, axis=(0,), keepdims=False) == from_left_to_right(x) / size


def test_sums_over_several_axes_add_in_c_order() -> None:
    x = np.random.default_rng(1).normal(size=(3, 40, 5))
    found = left_sum(x, (0, 2), False)
    assert all(found[j] == from_left_to_right(x[:, j, :].ravel()) for j in range(40))


def test_a_product_of_matrices_adds_from_left_to_right() -> None:
    draw = np.random.default_rng(2).normal
    a, b = draw(size=(7, 50)), draw(size=(50, 6))
    found = OPS["matmul"](a, b)
    assert all(found[i, j] == from_left_to_right(a[i] * b[:, j]) for i in range(7) for j in range(6))


def test_large_sums_are_numpys_pairwise_ones() -> None:
    x = np.random.default_rng(3).normal(size=LEFT_TO_RIGHT + 1)
    assert left_sum(x, (0,), False) == x.sum()


def test_rules_cannot_tell_arrays_from_nodes() -> None:
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    node: Node = Graph().leaf(x, "x")
    for on_array, on_node in [
        (fit(x, (2,)), fit(node, (2,))),
        (scale(x, x > 0), scale(node, node > 0.0)),
        (kept(x[0], x, (0,), False), kept(OPS["index"](node, key=(0,)), node, (0,), False)),
    ]:
        np.testing.assert_array_equal(on_array, on_node.value)


RNG = np.random.default_rng(7)
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e308, -1e308, 5e-324])


def numbers_of(form):
    """Of very different sizes, with some that are special; sometimes with the axes in another order in memory."""
    found = RNG.standard_normal(form) * 10.0 ** RNG.integers(-9, 9, form)
    found = np.where(RNG.random(form) < 0.03, RNG.choice(SPECIAL, form), found)
    found = np.where(RNG.random() < 0.2, found * -0.0, found)
    return np.asfortranarray(found) if RNG.random() < 0.3 else found


def one_by_one(terms):
    """Their sum from left to right, in Python."""
    found = terms[0]
    for term in terms[1:]:
        found = found + term
    return found


def same_bits(found, expected):
    """Equal to the last bit and in the sign of 0; NaN is NaN."""
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found) & ~np.isnan(found), np.signbit(expected) & ~np.isnan(expected))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "form", [(300,), (40, 7), (7, 40), (3, 50, 4), (2, 3, 4, 5), (1, 200, 2), (130, 1), (3, 130, 1)]
)
def test_sums_add_from_left_to_right_along_every_axis(form):
    for axis in [c for n in range(1, len(form) + 1) for c in combinations(range(len(form)), n)]:
        x = numbers_of(form)
        rest = [i for i in range(len(form)) if i not in axis]
        terms = x.transpose(*axis, *rest).reshape(-1, *(form[i] for i in rest))
        same_bits(left_sum(x, axis, False), one_by_one(list(terms)))
        assert left_sum(x, axis, True).shape == tuple(1 if i in axis else n for i, n in enumerate(form))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("left", "right"), [
    ((3, 40), (40, 5)), ((40,), (40, 5)), ((3, 40), (40,)), ((200,), (200,)), ((1, 200), (200, 1)), ((200, 1), (1, 9)),
    ((6, 2, 30), (30, 4)), ((2, 30), (6, 30, 4)), ((5, 1, 2, 9), (3, 9, 2)), ((4, 1, 150), (4, 150, 1)),
    ((4, 2, 150), (150,)), ((150,), (4, 150, 3)), ((1, 150), (150, 2)),
])  # fmt: skip
def test_matrix_products_add_from_left_to_right(left, right):
    a, b = numbers_of(left), numbers_of(right)
    rows, columns = (a if a.ndim > 1 else a[None]), (b if b.ndim > 1 else b[:, None])
    expected = one_by_one([rows[..., :, k, None] * columns[..., k, None, :] for k in range(left[-1])])
    same_bits(matmul_forward(a, b), expected.reshape(np.matmul(np.zeros(left), np.zeros(right)).shape))
