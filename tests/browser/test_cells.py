"""Cells of arrays in a real browser: the numbers are the engine's, what lights up is what feeds."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.cells_page import (
    X,
    cell,
    framed,
    opened,
    pick_by_keys,
    place_of,
    point_at,
    same_frames,
    same_numbers,
    same_texts,
    told,
)

PROGRAMS = {
    "matmul": (f"{X}W = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nL = sum((X @ W)**2)", "X", (1, 2)),
    "matmul, the other factor": (f"{X}W = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nL = sum((X @ W)**2)", "W", (2, 1)),
    "conv2d": (
        "x = [[[[1, 2, 0, -1], [0.5, 1, 3, 2], [2, -2, 1, 0], [1, 0, 2, 1]]]]\nw = [[[[1, -2], [0.5, 3]]]]\n"
        "L = sum(F.conv2d(x, w)**2)", "x", (0, 0, 1, 2),
    ),
    "max-pool": (
        "x = [[[[1, 5, 3], [0, 2, 1], [4, 2, 7]]]]\nL = sum(F.max_pool2d(x, 2, stride=1)**2)", "x", (0, 0, 1, 1),
    ),
    "max-pool, the largest": (
        "x = [[[[1, 5, 3], [0, 2, 1], [4, 2, 7]]]]\nL = sum(F.max_pool2d(x, 2, stride=1)**2)", "x", (0, 0, 0, 1),
    ),
    "broadcast bias": (f"{X}b = [0.5, -1, 2]\nL = sum(tanh(X + b)**2)", "b", (1,)),
    "softmax": (f"{X}P = softmax(X)\nL = sum(P[:, 0]**2)", "X", (0, 1)),
    "embedding": ("E = [[1, 2], [3, 4], [5, 6]]\nV = E[[2, 0, 2]]\nL = sum(V**2)", "E", (2, 1)),
    "cross-entropy": (f"{X}L = F.cross_entropy(2 * X, torch.tensor([2, 0]))", "X", (1, 0)),
    "average pool": (
        "x = [[[[1, 5, 3], [0, 2, 1], [4, 2, 7]]]]\nL = sum(F.avg_pool2d(x, 2, stride=1)**2)", "x", (0, 0, 1, 1),
    ),
    "layer norm": (f"{X}L = sum(F.layer_norm(X, (3,))**3)", "X", (0, 2)),
    "batch norm": (
        "X = [[1, -0.5], [0, 1.5], [3, 2]]\nL = sum(F.batch_norm(X, None, None, training=True)**3)", "X", (1, 0),
    ),
    "dropout, a number kept": (f"import torch\ntorch.manual_seed(1)\n{X}L = sum(F.dropout(X, 0.5)**2)", "X", (0, 0)),
    "dropout, a number dropped": (
        f"import torch\ntorch.manual_seed(1)\n{X}L = sum(F.dropout(X, 0.5)**2)", "X", (1, 1),
    ),
    "attention": (
        "q = [[1, 0.5], [0, -1]]\nk = [[0.3, 1], [2, 0]]\nv = [[1, 2], [3, 5]]\n"
        "L = sum(F.scaled_dot_product_attention(q, k, v)**2)", "k", (1, 0),
    ),
}  # fmt: skip
CASES = [pytest.param(*case, id=name) for name, case in PROGRAMS.items()]


@pytest.mark.parametrize(("program", "name", "index"), CASES)
def test_pointing_at_a_cell_shows_the_engines_products_and_lights_what_feeds_it(page, program, name, index):
    nodes = opened(page, program)
    point_at(page, nodes[name], index)
    reply = cell(page, program, nodes[name]["id"], index)
    same_numbers(page, reply, index)
    same_frames(page, nodes, reply)
    assert framed(page, nodes[name])["gradient"] == [list(index)]


@pytest.mark.parametrize(("program", "name", "index"), CASES)
def test_the_keyboard_comes_to_the_same_cell_and_the_same_numbers(page, program, name, index):
    nodes = opened(page, program)
    pick_by_keys(page, nodes[name], index)
    reply = cell(page, program, nodes[name]["id"], index)
    same_numbers(page, reply, index)
    same_frames(page, nodes, reply)


def test_pointing_at_a_cell_of_a_result_lights_what_it_was_made_from(page):
    program = PROGRAMS["max-pool"][0]
    nodes = opened(page, program)
    pooled = next(each for each in nodes.values() if each["op"] == "max_pool2d")
    point_at(page, pooled, (0, 0, 1, 1), side="value")
    reply = cell(page, program, pooled["id"], (0, 0, 1, 1))
    same_numbers(page, reply, (0, 0, 1, 1))
    same_frames(page, nodes, reply)
    (made,) = reply["made_from"]
    same_texts(page.locator("#story .story-made .story-number"), [each["value"] for each in made["cells"]])
    slopes = page.locator("#story .story-made .story-slope").all_text_contents()
    assert [float(each.removeprefix("slope ")) for each in slopes] == [each["local"] for each in made["cells"]]
    assert [each["local"] for each in made["cells"]] == [0, 0, 0, 1]


def test_a_repeated_bias_says_along_which_axis_its_parts_are_summed(page):
    program, name, index = PROGRAMS["broadcast bias"]
    nodes = opened(page, program)
    point_at(page, nodes[name], index)
    told(page, index)
    expect(page.locator("#story")).to_contain_text("repeated along axis 0")


def test_a_tap_picks_a_cell(new_page):
    program, name, index = PROGRAMS["matmul"]
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    nodes = opened(page, program)
    page.touchscreen.tap(*place_of(page, nodes[name], index))
    same_numbers(page, cell(page, program, nodes[name]["id"], index), index)


def test_while_a_slider_moves_a_cell_is_told_with_numbers_of_one_run(page):
    program = f"k = 1.5\n{X}L = sum((k * X)**2)"
    nodes = opened(page, program)
    pick_by_keys(page, nodes["X"], (1, 2))
    same_numbers(page, cell(page, program, nodes["X"]["id"], (1, 2)), (1, 2))
    field = page.get_by_role("spinbutton", name="k", exact=True)
    field.fill("-2.25")
    field.press("Enter")
    reply = cell(page, program, nodes["X"]["id"], (1, 2), inputs={"k": -2.25})
    sum_ = page.locator("#story .story-products .result")
    expect(sum_).to_have_attribute("data-full", js(reply["feeds"][0]["contribution"]))
    same_numbers(page, reply, (1, 2))


def js(number):
    """A number as JavaScript writes it: 2.0 as "2"."""
    return json.dumps(int(number) if number == int(number) else number)
