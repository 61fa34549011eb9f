"""Nodes unfold where they are, all at once or one by one, beside folded scopes too; the numbers are the engine's."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cells_page import (
    LAYERS,
    NET,
    cell,
    fold_first_layer,
    folded,
    opened,
    pick_by_keys,
    same_numbers,
    same_texts,
)
from tests.browser.graph_page import NOTE_PAINTED, at_rest, backprop, card, open_program, standing

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
