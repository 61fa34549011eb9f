"""Scopes as boxes: a pasted net opens folded, unfolds in place, by mouse and by keys; every number is the engine's."""

import math
import re

import pytest
from playwright.sync_api import expect

from tests.browser.graph_page import at_rest, backprop, card, cards, last_step, open_program, standing, step
from tests.browser.printed import prints

LOOP = """def f(a):
    b = a*a
    return b + sin(b)
x = 2.0
s = 0.0
for i in range(3):
    s = s + f(x*(i + 1))
L = s**2"""

NET = """import random
random.seed(1)
class Neuron:
    def __init__(self, nin):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
    def __call__(self, x):
        return sum((wi*xi for wi, xi in zip(self.w, x)), self.b).tanh()
class Layer:
    def __init__(self, nin, nout):
        self.neurons = [Neuron(nin) for _ in range(nout)]
    def __call__(self, x):
        out = [n(x) for n in self.neurons]
        return out[0] if len(out) == 1 else out
class MLP:
    def __init__(self, nin, nouts):
        sz = [nin] + nouts
        self.layers = [Layer(sz[i], sz[i+1]) for i in range(len(nouts))]
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
model = MLP(2, [4, 4, 1])
xs = [[2.0, 3.0], [3.0, -1.0], [0.5, 1.0], [1.0, 1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
ypred = [model(x) for x in xs]
loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))
loss.backward()"""

MOST = 60


def box(page, key):
    """The card of a folded scope."""
    return page.locator(f'#graph [data-node="scope:{key}"]')


def fold_button(page, name):
    """The button in a frame's head."""
    return page.get_by_role("button", name=f"Fold {name}", exact=True)


def inside(reply, *scope):
    """The nodes whose scope path begins so, without the parameters that later calls share."""
    return [node for node in reply["nodes"] if node["scope"][: len(scope)] == list(scope) and node["kind"] == "op"]


def norm(nodes):
    """The Euclidean norm of all gradients of these nodes."""
    return math.sqrt(sum(node["grad"] ** 2 for node in nodes if node["grad"] is not None))


def fit(page):
    """Show the whole graph, so that every box is within reach."""
    page.keyboard.press("Escape")
    page.locator(".graph-fit").click()
    at_rest(page)


def rows(page):
    """The nodes of the table."""
    return page.locator("#table [data-node]")


def test_a_pasted_net_opens_folded_and_its_boxes_say_what_is_in_them(new_page):
    page = new_page(viewport={"width": 3200, "height": 2400})
    open_program(page, NET)
    reply = backprop(page, NET)
    shown = cards(page)
    assert len(reply["nodes"]) > 300
    assert 5 < len(shown) <= MOST
    for example in (1, 2, 3, 4):
        nodes = inside(reply, f"x {example}", "model(x)")
        here = box(page, f"x {example}/model(x)")
        expect(here.locator(".card-count")).to_have_text(f"{len(nodes)} nodes")
        assert prints(here.locator(".card-value").inner_text(), nodes[-1]["value"])
        assert prints(here.locator(".card-gradient").inner_text(), norm(nodes))


def test_a_box_opens_and_closes_in_place_by_mouse(new_page):
    page = new_page(viewport={"width": 3200, "height": 1200})
    open_program(page, LOOP, s="0i = 0;0i = 1;0i = 2")
    expect(page.locator("#graph .card-scope")).to_have_count(3)
    before = box(page, "i = 1").bounding_box()
    box(page, "i = 1").dblclick()
    at_rest(page)
    expect(page.locator("#graph .card-scope")).to_have_count(2)
    head = fold_button(page, "i = 1")
    expect(head).to_be_visible()
    head.click()
    at_rest(page)
    expect(page.locator("#graph .card-scope")).to_have_count(3)
    after = box(page, "i = 1").bounding_box()
    assert abs(before["x"] - after["x"]) <= 2 and abs(before["y"] - after["y"]) <= 2


def test_opening_keeps_the_place_in_a_view_of_ones_own(page):
    open_program(page, NET)
    page.locator(".graph-ground").hover(position={"x": 300, "y": 300})
    page.mouse.wheel(0, -100)
    at_rest(page)
    here = page.locator("#graph .card-scope").first
    key = here.get_attribute("data-node")
    middle = (
        "(each) => { const {x, y, width, height} = each.getBoundingClientRect(); return [x + width/2, y + height/2]; }"
    )
    before = here.evaluate(middle)
    here.focus()
    page.keyboard.press("Enter")
    frame = page.locator(f'.scope-frame[data-scope="{key}"]')
    expect(frame).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    at_rest(page)
    after = frame.evaluate(middle)
    assert abs(before[0] - after[0]) <= 3 and abs(before[1] - after[1]) <= 3


def test_by_keys_enter_opens_shift_enter_folds_and_the_focus_goes_along(page):
    open_program(page, LOOP, s="0i = 0;0i = 1;0i = 2")
    box(page, "i = 0").focus()
    page.keyboard.press("Enter")
    focused = "() => document.activeElement?.dataset?.node ?? ''"
    page.wait_for_function(f"() => /^n\\d+$/.test(({focused})())")
    expect(box(page, "i = 0")).to_have_count(0)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"() => ({focused})().startsWith('scope:i = 0')")
    fold_first = box(page, "i = 0")
    expect(fold_first).to_have_attribute("aria-label", re.compile(r"^i = 0, folded, \d+ nodes, value"))


def test_a_reload_keeps_what_was_opened_and_folded(page):
    open_program(page, NET)
    here = page.locator("#graph .card-scope").first
    key = here.get_attribute("data-node").removeprefix("scope:")
    here.focus()
    page.keyboard.press("Enter")
    expect(box(page, key)).to_have_count(0)
    at_rest(page)
    page.wait_for_function(
        "(key) => decodeURIComponent(location.hash).replace(/\\+/g, ' ').includes(`s=1${key}`)", arg=key
    )
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    standing(page)
    expect(page.locator(f'.scope-frame[data-scope="scope:{key}"]')).to_have_count(1)
    expect(box(page, key)).to_have_count(0)


def test_stepping_over_boxes_ends_with_the_same_gradients(page):
    open_program(page, LOOP, s="0i = 0;0i = 1;0i = 2")
    reply = backprop(page, LOOP)
    folded = last_step(page)
    expect(card(page, "n0").locator(".card-gradient")).to_have_text(re.compile(r"\d"))
    assert prints(cards(page)["n0"]["gradient"], reply["gradients"]["x"])
    step(page).focus()
    page.keyboard.press("Home")
    expect(step(page)).to_have_attribute("aria-valuenow", "0")
    assert all(not each["gradient"] for each in cards(page).values())
    page.keyboard.press("End")
    expect(step(page)).to_have_attribute("aria-valuenow", str(folded))
    assert prints(cards(page)["n0"]["gradient"], reply["gradients"]["x"])


def test_find_opens_the_way_to_a_node_and_the_table_lists_all_with_their_scopes(page):
    open_program(page, NET)
    reply = backprop(page, NET)
    page.get_by_role("tab", name="Table").click()
    expect(rows(page)).to_have_count(len(reply["nodes"]))
    hidden = next(node for node in reply["nodes"] if node["op"] == "tanh" and node["scope"][0] == "x 3")
    row = page.locator(f'#table [data-node="{hidden["id"]}"]')
    expect(row.locator(".row-scope")).to_have_text(" › ".join(hidden["scope"]))
    assert prints(row.locator(".grad").first.inner_text(), hidden["grad"])
    row.locator(".row-name").click()
    page.get_by_role("tab", name="Graph").click()
    expect(card(page, hidden["id"])).to_be_visible()
    expect(card(page, hidden["id"])).to_have_attribute("data-pinned", "")


def test_find_leads_into_a_folded_scope(page):
    open_program(page, LOOP, s="0i = 0;0i = 1;0i = 2")
    page.keyboard.press("/")
    page.keyboard.type("sin(b)")
    page.keyboard.press("Enter")
    expect(page.locator("#graph [data-pinned]")).to_have_attribute("data-node", re.compile(r"^n\d+$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_boxes_and_frames_hold_to_axe(new_page, axe, scheme):
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    open_program(page, LOOP, s="0i = 1")
    assert axe(page) == []


def test_on_a_phone_a_box_opens_by_a_second_tap_and_from_its_story(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    open_program(page, LOOP, s="0i = 0;0i = 1;0i = 2")
    here = page.locator("#graph .card-scope").first
    key = here.get_attribute("data-node")
    here.tap()
    page.get_by_role("button", name=re.compile("^Open i = ")).click()
    expect(page.locator(f'[data-node="{key}"]')).to_have_count(0)


REACHED = """(button) => {
  const {x, y, width, height} = button.getBoundingClientRect(), [middle, row] = [x + width / 2, y + height / 2];
  const at = [[0, 0], [-21, 0], [21, 0], [0, -21], [0, 21], [21, 21], [-21, -21]];
  return at.map(([dx, dy]) => document.elementFromPoint(middle + dx, row + dy) === button);
}"""


def test_on_a_phone_the_buttons_that_fold_are_large_enough_for_a_finger(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_program(page, LOOP, s="0i = 0;0i = 1;1i = 2")
    head = fold_button(page, "i = 2")
    head.evaluate("(button) => button.focus()")
    at_rest(page)
    assert head.evaluate(REACHED) == [True] * 7
    place = head.bounding_box()
    page.touchscreen.tap(place["x"] + place["width"] / 2 + 18, place["y"] + place["height"] / 2 - 18)
    expect(box(page, "i = 2")).to_be_visible()
