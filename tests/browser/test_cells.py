"""Cells, unfolding and Jacobians in a real browser: the numbers are the engine's, what lights up is what feeds."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.cells_page import NOTE_FRAMED, cell, framed, pick_by_keys, place_of, point_at, told
from tests.browser.graph_page import NOTE_PAINTED, at_rest, backprop, card, open_program, standing
from tests.browser.printed import prints

X = "X = [[1, -0.5, 2], [0, 1.5, -1]]\n"
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


def opened(page, program):
    """The page on the program; the engine's nodes by name and by id."""
    page.add_init_script(NOTE_FRAMED)
    open_program(page, program)
    nodes = backprop(page, program)["nodes"]
    return {each[key]: each for each in nodes for key in ("id", "name") if each[key]}


def same_numbers(page, reply, index):
    """The story's products and their sum are those of the reply, digit for digit."""
    grids = told(page, index)
    assert len(grids) == len(reply["feeds"])
    for grid, feed in zip(grids, reply["feeds"], strict=True):
        assert [float(each) for each in grid["products"]] == [term["product"] for term in feed["terms"]]
        assert float(grid["sum"]) == feed["contribution"]
        for i, term in enumerate(feed["terms"]):
            local, upstream = grid["texts"][5 * i], grid["texts"][5 * i + 2]
            assert prints(local, term["local"]) and prints(upstream, term["upstream"])


def same_frames(page, nodes, reply):
    """Framed are the upstream cells that feed, the numbers they meet, and what the cell was made from."""
    expected = {}
    for feed in reply["feeds"]:
        expected.setdefault((feed["target"], "gradient"), []).extend(term["cell"] for term in feed["terms"])
        met = [term["factor_cell"] for term in feed["terms"] if term["factor_cell"] is not None]
        if feed["factor"]:
            expected.setdefault((feed["factor"], "value"), []).extend(met)
    for made in reply["made_from"]:
        expected.setdefault((made["source"], "value"), []).extend(each["cell"] for each in made["cells"])
    for (node, side), cells in expected.items():
        if nodes[node]["shape"] and nodes[node]["id"] != reply["node"]:
            assert sorted(framed(page, nodes[node])[side]) == sorted(cells)


def same_texts(elements, values):
    """What stands in these elements are these numbers, as the page rounds them."""
    expect(elements).to_have_count(len(values))
    texts = elements.all_text_contents()
    assert all(prints(text, value) for text, value in zip(texts, values, strict=True)), (texts, values)


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


# ── unfolding in place ──────────────────────────────────────────────────────────────────────────────────
NET = f"{X}W = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nb = [0.1, -0.7]\nY = softmax(X @ W + b)\nL = sum(Y**2)"
MIDDLE = """(id) => {
  const inside = (each) => each.dataset.node === id || each.dataset.node.startsWith(`${id}.`);
  const cards = [...document.querySelectorAll('#graph [data-node]')].filter(inside);
  const all = (side) => cards.map((each) => each.getBoundingClientRect()[side]);
  const middle = (low, high) => (Math.min(...all(low)) + Math.max(...all(high))) / 2;
  return [middle('left', 'right'), middle('top', 'bottom'), cards.length];
}"""


def unfolded(page, node, name):
    """Pin a node, unfold it from its story, and wait until the picture rests."""
    card(page, node).click()
    page.get_by_role("button", name=f"Unfold {name} in place").click()
    expect(page.locator(f'#graph [data-node^="{node}."]').first).to_be_visible()
    at_rest(page)


def test_a_node_unfolds_where_it_is_and_folds_back_to_where_it_was(page):
    opened(page, NET)
    before = page.evaluate(MIDDLE, "n3")
    unfolded(page, "n3", "X W")
    x, y, count = page.evaluate(MIDDLE, "n3")
    ids = [each["id"] for each in backprop(page, NET, open=["n3"])["nodes"]]
    assert count == len([each for each in ids if re.match(r"n3(\.|$)", each)])
    size = page.locator("#graph").bounding_box()
    assert size["x"] <= x <= size["x"] + size["width"] and size["y"] <= y <= size["y"] + size["height"]
    page.get_by_role("button", name=re.compile("^Fold .* again$")).click()
    expect(page.locator('#graph [data-node^="n3."]')).to_have_count(0)
    at_rest(page)
    assert page.evaluate(MIDDLE, "n3") == pytest.approx(before, abs=1)


def test_what_is_inside_has_the_engines_numbers(page):
    opened(page, NET)
    unfolded(page, "n7", "Y²")
    for node in backprop(page, NET, open=["n7"])["nodes"]:
        if node["id"].startswith("n7.") and not node["shape"]:
            same_texts(page.locator(f'#graph [data-node="{node["id"]}"] .card-value'), [node["value"]])


def test_unfolding_is_undone_and_redone_and_is_in_the_address(page, new_page):
    opened(page, NET)
    unfolded(page, "n5", "Y")
    inside = page.locator('#graph [data-node^="n5."]')
    expect(page).to_have_url(re.compile("u=n5"))
    other = new_page(viewport={"width": 1280, "height": 800})
    other.add_init_script(NOTE_PAINTED)
    other.goto(page.url)
    standing(other)
    expect(other.locator('#graph [data-node^="n5."]').first).to_be_attached()
    page.get_by_role("button", name="Undo").click()
    expect(inside).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(inside.first).to_be_attached()


def test_a_key_unfolds_and_folds_the_focused_card_and_keeps_the_focus(page):
    opened(page, NET)
    inside = page.locator('#graph [data-node^="n5."]')
    card(page, "n5").focus()
    page.keyboard.press("u")
    expect(inside.first).to_be_visible()
    at_rest(page)
    expect(card(page, "n5")).to_be_focused()
    page.keyboard.press("Shift+U")
    expect(inside).to_have_count(0)
    expect(card(page, "n5")).to_be_focused()


OF_NAME = """(name) => {
  const cards = [...document.querySelectorAll('#graph [data-node]')];
  const own = (each) => {
    const label = each.getAttribute('aria-label').split(': ')[0];
    return label === name || (label.startsWith(`${name}[`) && label.indexOf(']') === label.length - 1);
  };
  const all = cards.filter(own).map((each) => each.getBoundingClientRect());
  const ends = (low, high) => [Math.min(...all.map((each) => each[low])), Math.max(...all.map((each) => each[high]))];
  const middle = (low, high) => ends(low, high).reduce((a, b) => (a + b) / 2);
  return {middle: [middle('left', 'right'), middle('top', 'bottom')], count: all.length};
}"""


def test_all_arrays_unfold_into_numbers_and_what_is_looked_at_in_a_view_of_ones_own_keeps_its_place(new_page):
    page = new_page(viewport={"width": 1280, "height": 1400})
    program = "x = [1, -0.5]\nW = [[0.6, -0.2], [0.4, 0.9]]\nL = sum(tanh(W @ x)**2)"
    nodes = opened(page, program)
    card(page, nodes["W"]["id"]).click()
    page.locator(".graph-ground").hover(position={"x": 400, "y": 300})
    page.mouse.wheel(0, 60)
    at_rest(page)
    before = page.evaluate(OF_NAME, "W")
    switch = page.get_by_role("button", name="Unfold arrays into numbers")
    switch.click()
    expect(page.locator("#graph .card-array")).to_have_count(0)
    at_rest(page)
    after = page.evaluate(OF_NAME, "W")
    assert (before["count"], after["count"]) == (1, 4)
    assert after["middle"] == pytest.approx(before["middle"], abs=3)
    expect(page.locator("#graph [data-pinned]")).to_have_attribute("aria-label", re.compile(r"^W\[0,0\]: "))
    for node in backprop(page, program, detail="scalar")["nodes"]:
        if node["name"] and node["name"].startswith("W["):
            same_texts(page.locator(f'#graph [data-node="{node["id"]}"] .card-gradient'), [node["grad"]])
    switch.click()
    expect(page.locator("#graph .card-array").first).to_be_visible()
    at_rest(page)
    assert page.evaluate(OF_NAME, "W")["middle"] == pytest.approx(before["middle"], abs=3)
    expect(page.locator("#graph [data-pinned]")).to_have_attribute("data-node", nodes["W"]["id"])


# ── Jacobians ───────────────────────────────────────────────────────────────────────────────────────────
def jacobian(page, program, **body):
    reply = page.request.post("/api/v1/jacobian", data={"program": program, **body})
    assert reply.ok, reply.text()
    return reply.json()["within"]


def flat(matrix):
    return [number for row in matrix for number in row]


def test_the_jacobian_of_an_op_is_the_engines_and_its_row_times_the_matrix(page):
    opened(page, NET)
    card(page, "n4").click()
    page.get_by_role("button", name="Jacobian of Y by X W + b").click()
    within = jacobian(page, NET, edge="n4>n5.0")
    expect(page.get_by_role("table", name="Jacobian, 4 rows by 4 columns")).to_be_visible()
    sheet = page.get_by_role("table", name="Jacobian, 4 rows by 4 columns")
    same_texts(sheet.locator("tbody td"), flat(within["matrix"]))
    same_texts(sheet.locator("tfoot td"), within["product"])
    same_texts(page.get_by_role("table", name="Upstream gradient, a row of 4").locator("tbody td"), within["upstream"])
    expect(page.locator("#matrix")).to_contain_text(within["why_never_built"])


def test_any_two_nodes_and_any_way_between_them_can_be_chosen(page):
    program = "x = [1.0, 2.0]\nu = x**2\nv = exp(x)\ny = u * v"
    nodes = opened(page, program)
    card(page, nodes["x"]["id"]).click()
    page.get_by_role("button", name="Jacobian of").click()
    page.get_by_label("Of", exact=True).select_option(label="y, vector of 2")
    page.get_by_label("By", exact=True).select_option(label="x, vector of 2")
    x, u, y = (nodes[each]["id"] for each in "xuy")
    cells = page.get_by_role("table", name="Jacobian, 2 rows by 2 columns").locator("tbody td")
    expect(page.locator("#matrix tbody th").last).to_have_text("y[1]")
    same_texts(cells, flat(jacobian(page, program, source=x, target=y)["matrix"]))
    before = cells.first.text_content()
    page.get_by_label("Along", exact=True).select_option(label="x → u → y")
    expect(cells.first).not_to_have_text(before)
    same_texts(cells, flat(jacobian(page, program, path=[x, u, y])["matrix"]))


def test_arrow_keys_go_from_cell_to_cell_and_say_the_products(page):
    opened(page, NET)
    card(page, "n4").click()
    page.get_by_role("button", name="Jacobian of Y").click()
    within = jacobian(page, NET, edge="n4>n5.0")
    page.get_by_role("table", name="Jacobian, 4 rows by 4 columns").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    said = page.locator("#matrix .matrix-said")
    expect(said).to_contain_text("∂Y[0,1]/∂(X W + b)[0,1] = ")
    entry, column = said.text_content().split(". ∂")
    assert prints(entry.rpartition("= ")[2], within["matrix"][1][1])
    assert prints(column.rpartition("= ")[2], within["product"][1])


def tab_to(page, name, most=60):
    """Press Tab until what has this name is focused."""
    focused = "() => document.activeElement?.getAttribute('aria-label')"
    for _ in range(most):
        if page.evaluate(focused) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {name}")


def test_by_keys_alone_a_node_is_pinned_its_jacobian_opened_walked_and_closed(page):
    nodes = opened(page, NET)
    card(page, nodes["b"]["id"]).focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Jacobian of X W + b by b")
    tab_to(page, "Jacobian of X W + b by b")
    page.keyboard.press("Enter")
    within = jacobian(page, NET, edge="n2>n4.1")
    sheet = page.get_by_role("table", name="Jacobian, 4 rows by 2 columns")
    expect(sheet).to_be_visible()
    same_texts(sheet.locator("tbody td"), flat(within["matrix"]))
    tab_to(page, "Jacobian, 4 rows by 2 columns")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#matrix .matrix-said")).to_contain_text("= ")
    page.keyboard.press("Escape")
    expect(page.locator("#matrix")).to_be_hidden()
    expect(button).to_be_focused()


def test_64_by_64_is_drawn_whole_and_more_says_why_it_is_not(page):
    program = "x = sin(arange(64.0))\ny = cumsum(x)\nL = sum(y**2)"
    opened(page, program)
    card(page, "n0").click()
    page.get_by_role("button", name="Jacobian of y").click()
    expect(page.get_by_role("table", name="Jacobian, 64 rows by 64 columns").locator("tbody td")).to_have_count(4096)
    page.keyboard.press("Escape")
    expect(page.locator("#matrix")).to_be_hidden()
    page.goto("about:blank")
    open_program(page, program.replace("64", "65"))
    card(page, "n0").click()
    page.get_by_role("button", name="Jacobian of y").click()
    expect(page.locator("#matrix")).to_contain_text("65 × 65 numbers. Backpropagation never builds it.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sheet_and_story_of_a_cell_pass_axe(new_page, axe, scheme):
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    nodes = opened(page, NET)
    pick_by_keys(page, nodes["Y"], (0, 1))
    told(page, (0, 1))
    assert axe(page) == []
    page.get_by_role("button", name="Jacobian of").click()
    expect(page.get_by_role("table", name="Jacobian, ")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_unfolded_nodes_and_numbers_and_their_table_pass_axe(new_page, axe, scheme, size):
    page = new_page(viewport=dict(zip(("width", "height"), size, strict=True)), color_scheme=scheme)
    open_program(page, NET, u="n5")
    assert axe(page) == []
    page.goto("about:blank")
    open_program(page, NET, d="scalar")
    assert axe(page) == []
    page.get_by_role("tab", name="Table").click()
    expect(page.get_by_role("table", name="Values and gradients")).to_be_visible()
    assert axe(page) == []


# ── beside a folded scope ───────────────────────────────────────────────────────────────────────────────
LAYERS = (
    "def layer(a, W):\n    return tanh(a @ W)/2\nX = [[1, -0.5], [0, 1.5]]\nU = [[0.6, -0.2], [0.4, 0.9]]\n"
    "V = [[1, 0.5], [-1, 2]]\nH = layer(X, U)\nY = layer(H, V)\nL = sum(Y**2)"
)


def folded(page):
    return page.locator('#graph [data-node="scope:layer(X, U)"]')


def fold_first_layer(page):
    page.get_by_role("button", name="Fold layer(X, U)", exact=True).click()
    expect(folded(page)).to_be_visible()
    at_rest(page)


def test_a_cell_beside_a_folded_scope_is_told_with_the_products_inside_of_it(page):
    nodes = opened(page, LAYERS)
    fold_first_layer(page)
    pick_by_keys(page, nodes["U"], (1, 0))
    reply = cell(page, LAYERS, nodes["U"]["id"], (1, 0))
    assert reply["feeds"][0]["target"] == "n3", "it stands in the folded scope"
    same_numbers(page, reply, (1, 0))


def test_of_a_folded_scope_no_cell_is_asked_for(page):
    asked = []
    opened(page, LAYERS)
    page.on("request", lambda request: asked.append(request.url))
    fold_first_layer(page)
    folded(page).hover()
    expect(page.get_by_role("group", name="layer(X, U), folded, 4 nodes")).to_be_visible()
    assert not [url for url in asked if url.endswith(("/cell", "/jacobian"))]
    expect(page.get_by_role("button", name="Jacobian of")).to_have_count(0)


def test_a_jacobian_looks_into_a_folded_scope(page):
    opened(page, LAYERS)
    fold_first_layer(page)
    card(page, "n1").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Jacobian of X U by U").click()
    sheet = page.get_by_role("table", name="Jacobian, 4 rows by 4 columns")
    within = jacobian(page, LAYERS, edge="n1>n3.1")
    same_texts(sheet.locator("tbody td"), flat(within["matrix"]))


def test_what_is_unfolded_folds_away_with_its_scope_and_comes_back(page):
    nodes = opened(page, LAYERS)
    card(page, nodes["H"]["id"]).focus()
    page.keyboard.press("u")
    inside = page.locator(f'#graph [data-node^="{nodes["H"]["id"]}."]')
    expect(inside.first).to_be_visible()
    at_rest(page)
    fold_first_layer(page)
    expect(inside).to_have_count(0)
    page.wait_for_function("() => /[&]u=n6/.test(location.hash) && /[&]s=0layer/.test(location.hash)")
    page.reload()
    expect(folded(page)).to_be_visible()
    at_rest(page)
    folded(page).focus()
    page.keyboard.press("Enter")
    expect(inside.first).to_be_visible()
