"""The graph: cards, wires, arrays, the view, the keyboard, and the story of what is chosen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.graph_page import (
    ARRAYS,
    DEAD,
    HERO,
    at_rest,
    backprop,
    card,
    cards,
    columns,
    gates,
    go_to,
    last_step,
    open_program,
    painted,
    picture,
    step,
)
from tests.browser.printed import prints, read

FAN = [f"y{i} = tanh({i + 1} * x)" for i in range(330)]
WIDE = "\n".join(["x = 0.3", *FAN, "z = 0", *(f"z = z + y{i}" for i in range(len(FAN)))])


def zoom(page):
    """The zoom as the tools print it, in percent."""
    return int(page.get_by_role("button", name="Zoom").inner_text().split()[0])


def centre(locator):
    """The middle of an element on the screen."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_every_node_is_named_with_value_gradient_and_the_terms_of_their_sum(page):
    open_program(page, HERO)
    names = {each["label"] for each in cards(page).values()}
    assert names == {
        "t: value 0.5, gradient 2.388 = 2.011 + 0.3777",
        "x: value 0.25, gradient 2.011 = 0.5 + 1.511",
        "y: value 1.649, gradient 0.2291",
        "x²: value 0.0625, gradient 1",
        "x·y: value 0.4122, gradient 0.9162",
        "sin(x·y): value 0.4006, gradient 1",
        "z: value 0.4631, gradient 1",
    }


def test_tab_reaches_the_graph_and_arrows_walk_along_its_edges_to_every_node(page):
    open_program(page, HERO)
    card(page, "n8").focus()
    focused = "() => document.activeElement.closest('[data-node]')?.dataset.node"
    walked = [page.evaluate(focused)]
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
        walked.append(page.evaluate(focused))
    assert walked == ["n8", "n5", "n2", "n0", "n0", "n2", "n5", "n8", "n0"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "n3"
    page.keyboard.press("Enter")
    expect(card(page, "n3")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(card(page, "n3")).to_have_attribute("aria-pressed", "false")


def test_gates_carry_the_local_derivative_or_the_contribution_or_both(page):
    open_program(page, HERO)
    local = ["×0.25", "×0.5", "×0.9162", "×1", "×1", "×1", "×1.649", "×1.649"]
    passed = ["0.2291", "0.3777", "0.5", "0.9162", "1", "1", "1.511", "2.011"]
    for label, expected in {"local": local, "contribution": passed, "both": local + passed}.items():
        page.get_by_role("button", name=label, exact=True).click()
        painted(page)
        assert gates(page) == sorted(expected)
    page.wait_for_function("() => location.hash.includes('&l=both')")


def test_a_repeated_operand_has_two_wires_two_gates_and_two_pips(page):
    open_program(page, "x = 3\ny = x*x")
    assert gates(page) == ["×3", "×3"]
    assert cards(page)["n0"]["pips"] == [True, True]
    go_to(page, 4)
    assert columns(page) == ["1", "3", "3"] * 2
    expect(page.locator("#story .story-column")).to_have_count(2)


def test_a_gradient_of_1e_8_is_visible_and_what_is_beyond_the_rule_ends_in_a_notch(page):
    open_program(page, "a = 1\nb = 1\nc = 1\nd = 0\nz = a*1e-8 + b*1e-12 + c*1e6 + d*1")
    bars = {
        node["name"]: card(page, node["id"]).locator(".card-bar").get_attribute("d")
        for node in backprop(page, "a = 1\nb = 1\nc = 1\nd = 0\nz = a*1e-8 + b*1e-12 + c*1e6 + d*1")["nodes"]
        if node["kind"] == "input"
    }
    assert bars["a"] == "M0 -5H3V0H0z"  # three pixels
    assert "l" in bars["b"] and "l" in bars["c"]  # the notch's slanted strokes
    assert bars["b"] != bars["c"]


def test_zero_has_no_bar_and_a_ring(page):
    open_program(page, DEAD)
    assert card(page, "n0").locator(".card-bar").get_attribute("d") == ""
    expect(card(page, "n0").locator(".card-sign")).to_have_attribute("data-sign", "zero")


def test_the_first_number_that_is_none_says_that_it_starts_there(page):
    open_program(page, "x = -1\ny = log(x)\nz = y * x + 2")
    expect(page.locator("#graph [data-broken]")).to_have_attribute("aria-label", re.compile("^y: "))
    expect(card(page, "n0").locator(".card-gradient")).to_have_text("NaN")
    expect(page.locator(".story-foot")).to_contain_text("Not checked: the gradient is NaN")


def test_arrays_are_maps_whose_digits_show_on_hover_and_by_keys(page):
    open_program(page, ARRAYS)
    told = {node["name"]: node for node in backprop(page, ARRAYS)["nodes"]}
    box = card(page, told["W"]["id"]).bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 30 + 22 * 1.5)
    tip = page.locator(".graph-tip")
    expect(tip).to_be_visible()
    assert prints(tip.locator(".tip-value").inner_text(), told["W"]["value"][1][0])
    assert prints(tip.locator(".tip-gradient").inner_text(), told["W"]["grad"][1][0])
    page.mouse.move(640, 20)
    expect(tip).to_be_hidden()

    card(page, told["W"]["id"]).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(tip).to_contain_text("row 1, column 1")
    assert prints(tip.locator(".tip-value").inner_text(), 0.9)
    total = page.locator("#story .story-products .result")
    expect(total).to_have_count(1)
    assert prints(total.inner_text(), told["W"]["grad"][1][1])
    page.wait_for_function(f"() => location.hash.includes('&n={told['W']['id']}[1,1]')")


def test_hovering_a_node_lights_its_paths_fades_the_rest_and_marks_its_text(page):
    open_program(page, HERO)
    page.mouse.move(*centre(card(page, "n3")))
    faded = page.locator("#graph [data-faded]")
    expect(faded).to_have_count(3)
    assert set(faded.evaluate_all("(all) => all.map((each) => each.dataset.node)")) == {"n0", "n2", "n5"}
    expect(page.locator("#story h2")).to_have_text(re.compile("y|𝑦"))
    expect(page.locator(".code-linked")).to_have_text("exp(t)")
    page.mouse.move(640, 20)
    expect(faded).to_have_count(0)


def test_a_wire_tells_its_own_story(page):
    open_program(page, HERO)
    from_box, to_box = card(page, "n2").bounding_box(), card(page, "n5").bounding_box()
    page.mouse.move((from_box["x"] + from_box["width"] + to_box["x"]) / 2, from_box["y"] + 46)
    digits = page.locator("#story .story-sum .story-digits")
    expect(digits).to_have_count(3)
    assert ["".join(text.split()) for text in digits.all_inner_texts()] == ["1", "0.5", "0.5"]


def test_the_story_copies_all_digits(new_page):
    page = new_page(viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"])
    open_program(page, HERO)
    page.mouse.click(*centre(card(page, "n2")))
    page.locator("#story .story-number, #story .story-digits").filter(has_text="2").last.click()
    grad = next(node["grad"] for node in backprop(page, HERO)["nodes"] if node["id"] == "n2")
    page.locator("#story .story-total .story-number, #story .story-digits.result").last.click()
    assert float(page.evaluate("() => navigator.clipboard.readText()")) == grad


def test_formulas_are_typeset(page):
    open_program(page, HERO)
    expect(page.locator("#story .story-formula math").first).to_be_visible()


@pytest.mark.parametrize("deed", ["wheel", "keys", "drag"])
def test_the_view_zooms_and_pans_and_fits_again(page, deed):
    open_program(page, HERO)
    start = page.locator(".graph-cards").get_attribute("style")
    page.mouse.move(640, 600)
    if deed == "wheel":
        page.mouse.wheel(0, -300)
        expect(page.get_by_role("button", name="Zoom")).not_to_have_text("100 %")
        assert zoom(page) > 120
    elif deed == "keys":
        card(page, "n8").focus()
        page.keyboard.press("+")
        expect(page.get_by_role("button", name="Zoom")).to_have_text("125 %")
    else:
        page.mouse.down()
        page.mouse.move(700, 500, steps=4)
        page.mouse.up()
        at_rest(page)
        assert zoom(page) == 100
    at_rest(page)
    assert page.locator(".graph-cards").get_attribute("style") != start
    page.get_by_role("button", name="Fit", exact=True).click()
    expect(page.locator(".graph-cards")).to_have_attribute("style", start)


def test_the_minimap_shows_when_something_is_out_of_view_and_moves_the_view(page):
    open_program(page, HERO)
    minimap = page.locator(".graph-minimap")
    expect(minimap).to_be_hidden()
    page.mouse.move(640, 400)
    page.mouse.wheel(0, -500)
    expect(minimap).to_be_visible()
    before = page.locator(".graph-cards").get_attribute("style")
    box = minimap.bounding_box()
    page.mouse.click(box["x"] + 12, box["y"] + 42)
    at_rest(page)
    assert page.locator(".graph-cards").get_attribute("style") != before


TOP_DOWN = """(ids) => {
    const tops = ids.map((id) => document.querySelector(`[data-node=${id}]`).getBoundingClientRect().top);
    return tops.every((top, i) => !i || tops[i - 1] < top);
}"""


def test_the_graph_turns_top_down_and_its_keys_with_it(page):
    open_program(page, HERO)
    page.get_by_role("button", name="Forward top down").click()
    page.wait_for_function(TOP_DOWN, arg=["n0", "n2", "n8"])
    at_rest(page)
    card(page, "n8").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("() => document.activeElement.dataset.node") == "n5"


def places(page):
    """Where the cards are, by the name that they show."""
    return {each["label"].split(":")[0]: card(page, node).bounding_box() for node, each in cards(page).items()}


def test_an_edit_keeps_the_nodes_that_stay_where_they_are_in_order(page):
    open_program(page, HERO)
    before = places(page)
    page.get_by_role("textbox", name="Program").focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text(" + x")
    expect(page.locator("#graph [data-node]")).to_have_count(8)
    at_rest(page)
    after = places(page)
    for name in ("t", "x", "y"):
        assert before[name]["x"] == pytest.approx(after[name]["x"], abs=90)
    assert (before["x"]["y"] < before["y"]["y"]) == (after["x"]["y"] < after["y"]["y"])


def test_on_a_phone_the_graph_runs_down_and_two_fingers_zoom_it(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_program(page, HERO)
    at = {node: card(page, node).bounding_box() for node in ("n0", "n2", "n8")}
    assert at["n0"]["y"] < at["n2"]["y"] < at["n8"]["y"]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in at.values())
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    before = at["n2"]["width"]
    touch("touchStart", (180, 300))
    touch("touchStart", (180, 300), (220, 300))
    for spread in range(10, 70, 10):
        touch("touchMove", (180 - spread, 300), (220 + spread, 300))
    touch("touchEnd")
    at_rest(page)
    grown = page.locator(".graph-cards").evaluate("(layer) => new DOMMatrix(getComputedStyle(layer).transform).a")
    assert grown > before / 88 * 1.5


def test_a_graph_of_a_thousand_nodes_is_laid_out_drawn_and_stepped(page):
    open_program(page, WIDE)
    assert len(backprop(page, WIDE)["nodes"]) > 1000
    first = picture(page)
    page.keyboard.press("Home")
    expect(step(page)).to_have_attribute("aria-valuenow", "0")
    painted(page)
    assert picture(page) != first
    page.keyboard.press("End")
    expect(step(page)).to_have_attribute("aria-valuenow", str(last_step(page)))
    at_rest(page)
    assert page.locator(".graph-wires").evaluate("(c) => c.toDataURL()") in first


def test_the_layout_is_made_in_a_worker(page):
    workers = []
    page.on("worker", lambda worker: workers.append(worker.url))
    open_program(page, HERO)
    assert any("layout" in url for url in workers)


CHAIN = "x = 0.5\n" + "\n".join(f"a{i} = tanh(1.1*{f'a{i - 1}' if i else 'x'})" for i in range(19))


def test_a_long_graph_opens_at_a_size_that_can_be_read_and_the_view_goes_along_with_the_node_at_work(page):
    open_program(page, CHAIN)
    assert zoom(page) == 75
    expect(card(page, "n0")).to_be_in_viewport()
    expect(page.locator(".graph-minimap")).to_be_visible()
    seen = {}
    for key, index in (("Home", 0), ("End", last_step(page)), ("Shift+ArrowLeft", last_step(page) - 2), ("Home", 0)):
        page.keyboard.press(key)
        expect(step(page)).to_have_attribute("aria-valuenow", str(index))
        at_rest(page)
        style = page.locator(".graph-cards").get_attribute("style")
        assert seen.setdefault(index, style) == style
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    at_rest(page)
    work = page.locator("#graph [data-current]")
    expect(work).to_be_in_viewport(ratio=1)


def test_fit_shows_the_whole_of_a_long_graph_and_again_goes_along(page):
    open_program(page, CHAIN)
    start = page.locator(".graph-cards").get_attribute("style")
    page.get_by_role("button", name="Fit", exact=True).click()
    at_rest(page)
    assert zoom(page) < 20
    expect(page.locator(".graph-minimap")).to_be_hidden()
    page.get_by_role("button", name="Fit", exact=True).click()
    expect(page.locator(".graph-cards")).to_have_attribute("style", start)


def test_a_sum_of_many_terms_is_told_in_eight_and_adds_up(page):
    program = "x = 0.3\ny = 0\n" + "\n".join(f"y = y + {i}*x" for i in range(1, 31))
    open_program(page, program)
    rows = page.locator("#story .story-sum .story-digits")
    expect(rows).to_have_count(9)
    numbers = [read("".join(text.split())) for text in rows.all_inner_texts()]
    assert sum(numbers[:-1]) == numbers[-1] == sum(range(1, 31))
    page.get_by_role("button", name="Show all 30 terms").click()
    expect(rows).to_have_count(31)


@pytest.mark.parametrize("program", [HERO, ARRAYS, DEAD], ids=["numbers", "arrays", "zeros"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_graph_story_and_transport_have_no_serious_fault_of_accessibility(new_page, axe, program, scheme):
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    open_program(page, program)
    assert axe(page) == []
