"""A graph of a hundred thousand nodes opens folded; its nodes are found, moved and dragged as those of a small one."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.graph_page import address, at_rest, step

SIZES = [(100, 130), (130, 125), (125, 60), (60, 10)]
AT_ONCE = 60  # boxes that a person is shown
PATIENCE_MS = 60_000  # of a machine that is busy with other things
WATCH = """
window.made = 0;
const create = Document.prototype.createElement;
Document.prototype.createElement = function (...args) {
  window.made += 1;
  return create.apply(this, args);
};
"""


def net(scale="1.0"):
    """Four dense layers, whose scalar nodes are more than a hundred thousand."""
    lines = ["import numpy as np", "rng = np.random.default_rng(0)", f"s = {scale}", "x = rng.normal(size=100)"]
    before = "x"
    for layer, (inputs, outputs) in enumerate(SIZES, 1):
        lines.append(f"W{layer} = 0.1 * rng.normal(size=({outputs}, {inputs}))")
        lines.append(f"b{layer} = 0.1 * rng.normal(size={outputs})")
        lines.append(f"h{layer} = np.tanh(W{layer} @ {before} + b{layer})")
        before = f"h{layer}"
    return "\n".join([*lines, f"loss = s * np.mean({before}**2)"])


@pytest.fixture
def replies(page):
    """What is answered to /backprop: whether its structure was known, how long it is, of which type."""
    found = []

    def heard(response):
        if response.url.endswith("/backprop"):
            headers, asked = response.headers, json.loads(response.request.post_data)
            length, form = int(headers["content-length"]), headers["content-type"]
            found.append({"known": bool(asked.get("known")), "length": length, "type": form})

    page.on("response", heard)
    return found


@pytest.fixture
def large(page, replies):
    page.add_init_script(WATCH)
    page.goto(address(net(), d="scalar"))
    page.wait_for_selector("#graph [data-node]", timeout=PATIENCE_MS)
    at_rest(page)
    return page


def cards(page):
    return page.locator("#graph [data-node]")


def wait_for_paint(page):
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_hundred_thousand_nodes_open_as_boxes_that_can_be_looked_at(large):
    assert 1 < cards(large).count() <= AT_ONCE
    inside = cards(large).evaluate_all("(all) => all.map((each) => each.getAttribute('aria-label'))")
    assert max(int(found.group(1)) for label in inside if (found := re.search(r"folded, (\d+) nodes", label))) > 10_000
    assert large.locator("#inputs [data-input]").count() <= AT_ONCE
    assert step(large).get_attribute("aria-valuetext") != "nothing to step through"


def test_its_reply_is_packed_and_a_drag_is_sent_no_structure(large, replies):
    [first] = replies
    assert first["type"] == "application/octet-stream"
    assert not first["known"]
    slider = large.locator('#inputs [data-input="s"]').get_by_role("slider")
    with large.expect_response("**/backprop"):
        slider.press("ArrowRight")
    assert replies[-1]["known"]
    assert replies[-1]["length"] < first["length"] / 2


def test_a_slider_changes_the_numbers_and_nothing_else(large):
    slope = large.locator('#inputs [data-input="s"] .input-foot')
    labels = cards(large).first
    before = labels.get_attribute("aria-label")
    names = cards(large).evaluate_all("(all) => all.map((each) => each.dataset.node)")
    spin = large.locator('#inputs [data-input="s"]').get_by_role("spinbutton", name="s", exact=True)
    spin.fill("2")
    spin.press("Enter")
    expect(labels).not_to_have_attribute("aria-label", before)
    told = (before, labels.get_attribute("aria-label"))
    norm = [float(re.search(r"inside ([\d.]+)", text).group(1)) for text in told]
    assert norm[1] == pytest.approx(2 * norm[0], rel=1e-2)
    assert cards(large).evaluate_all("(all) => all.map((each) => each.dataset.node)") == names
    expect(slope).to_be_visible()


def test_search_finds_one_of_its_nodes_and_opens_the_way_to_it(large):
    large.keyboard.press("/")
    large.get_by_role("searchbox", name="Find node").fill("W3[7,100]")
    expect(large.locator(".find-row").first).to_contain_text("3[7,100]")
    large.keyboard.press("Enter")
    expect(large.locator("#graph [data-node][data-pinned]")).to_have_count(1)
    assert "W3[7,100]" in large.locator("#graph [data-node][data-pinned]").get_attribute("aria-label")


def test_a_node_that_is_found_from_afar_is_brought_so_near_that_it_has_a_card(large):
    ground = large.locator(".graph-ground").bounding_box()
    large.mouse.move(ground["x"] + ground["width"] / 2, ground["y"] + ground["height"] / 2)
    while cards(large).count():
        large.mouse.wheel(0, 240)
        wait_for_paint(large)
    large.keyboard.press("/")
    large.get_by_role("searchbox", name="Find node").fill("loss")
    large.keyboard.press("Enter")
    expect(large.locator("#graph [data-node][data-pinned]")).to_be_in_viewport()


def test_the_formulas_of_a_node_are_asked_for_when_it_is_looked_at(large, replies):
    large.keyboard.press("/")
    large.get_by_role("searchbox", name="Find node").fill("h3[7]")
    with large.expect_response("**/formulas") as reply:
        large.keyboard.press("Enter")
    assert "tanh" in reply.value.json()["formula"]
    expect(large.locator("#story .story-top .story-equation")).to_contain_text("tanh")
    assert len(replies) == 1


def test_it_is_panned_and_zoomed_without_work_on_all_of_its_nodes(large, replies):
    ground = large.locator(".graph-ground").bounding_box()
    x, y = ground["x"] + ground["width"] / 2, ground["y"] + ground["height"] / 2
    wait_for_paint(large)
    large.evaluate("() => { window.made = 0; }")
    shown = large.evaluate("() => document.querySelector('.graph-cards').style.transform")
    large.mouse.move(x, y)
    for turn in range(12):
        large.mouse.wheel(0, -120 if turn % 2 else 120)
        wait_for_paint(large)
    large.mouse.wheel(0, -240)
    large.wait_for_function("(before) => document.querySelector('.graph-cards').style.transform !== before", arg=shown)
    wait_for_paint(large)
    assert large.evaluate("window.made") < 100 * AT_ONCE
    assert cards(large).count() <= AT_ONCE
    assert len(replies) == 1
