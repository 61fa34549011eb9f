"""The net view: its configuration by pointer and keyboard, its picture, the five steps, health, initialisers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.net_page import CARDS, DEEP, SMALL, address_of, form, opened, replied, spoken, until, written


def test_a_text_gives_way_to_a_net_and_undo_brings_it_back(page):
    opened(page)
    toast = page.get_by_text("A net takes the program’s place.")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("tab", name="Graph")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("textbox", name="Program")).to_contain_text("x=1.0")


def test_a_net_is_built_by_the_keyboard_alone(page):
    opened(page, SMALL)
    fields = form(page)
    fields.get_by_role("button", name="Add a hidden layer").focus()
    page.keyboard.press("Enter")
    expect(fields.get_by_label("Type of layer 2")).to_be_focused()
    found = until(page, "c.layers.length === 3")
    assert [each["type"] for each in found["layers"]] == ["dense"] * 3
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # up
    assert until(page, "c.layers[0].units === 4")["layers"][1]["units"] == 3
    expect(fields.get_by_role("button", name="Move layer 1 up")).to_be_focused()
    units = fields.get_by_role("group", name="layer 1").get_by_label("units")
    units.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    until(page, "c.layers[0].units === 5")
    expect(page.locator(".net-cards [data-id='unit:0:4']")).to_be_visible()
    fields.get_by_role("button", name="Remove layer 2").focus()
    page.keyboard.press("Enter")
    assert [each["units"] for each in until(page, "c.layers.length === 2")["layers"]] == [5, 1]
    page.get_by_role("button", name="Undo").first.focus()
    page.keyboard.press("Enter")
    until(page, "c.layers.length === 3")


def test_a_net_is_built_by_pointer(page):
    opened(page, SMALL)
    fields = form(page)
    fields.get_by_label("Data", exact=True).select_option("sine")
    found = until(page, "c.data.dataset === 'sine'")
    assert (found["input"], found["loss"], found["layers"][-1]) == (
        1, "mse", {"type": "dense", "units": 1, "activation": "linear"})  # fmt: skip
    fields.get_by_label("Type of layer 1").select_option("residual")
    assert until(page, "c.layers[0].type === 'residual'")["layers"][0]["layers"]
    fields.get_by_label("Initialiser").select_option("orthogonal")
    gain = fields.get_by_label("gain")
    gain.fill("2")
    assert until(page, "c.initializer?.gain === 2")["initializer"] == {"name": "orthogonal", "gain": 2}


def test_a_bad_field_is_told_at_its_place_and_the_last_good_net_stays(page):
    region = opened(page, SMALL)
    fields = form(page)
    before = page.evaluate(CARDS)
    layer = fields.get_by_role("group", name="layer 1")
    layer.get_by_label("units").fill("99")
    fault = layer.get_by_role("alert").filter(has_text="layers[0].units: is 99, must be from 1 to 64")
    expect(fault).to_be_visible()
    expect(layer.get_by_label("units")).to_have_attribute("aria-invalid", "true")
    assert page.evaluate(CARDS) == before
    layer.get_by_label("units").fill("2")
    expect(fault).to_be_hidden()
    expect(region.locator("[data-id='unit:0:2']")).to_have_count(0)
    expect(region.locator("[data-id='unit:0:1']")).to_be_visible()


def test_noise_and_regulariser_keep_trained_weights_and_another_shape_says_that_it_draws_new_ones(page):
    opened(page, SMALL)
    fields = form(page)
    trained = {"W1": [[1, 2], [3, 4], [5, 6]], "b1": [0, 1, 2], "W2": [[1, 2, 3]], "b2": [4]}
    page.evaluate(
        """async ([configuration, parameters]) => {
      const {encode} = await import('/static/js/core/url.js'), {INITIAL} = await import('/static/js/core/state.js');
      location.hash = await encode({...INITIAL, net: {configuration, parameters}, tab: 'net'});
    }""",
        [SMALL, trained],
    )
    first = page.locator(".net-cards [data-id='link:0:0:1']")
    expect(first).to_have_attribute("aria-label", spoken_weight("2"))
    expect(fields.get_by_text("draw new weights")).to_be_visible()
    fields.get_by_label("noise").fill("0.3")
    until(page, "c.data.noise === 0.3")
    fields.get_by_label("L2").fill("0.01")
    until(page, "c.l2 === 0.01")
    expect(first).to_have_attribute("aria-label", spoken_weight("2"))
    fields.get_by_role("group", name="layer 1").get_by_label("units").fill("4")
    toast = page.get_by_text("New weights are drawn: layers changed.")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(first).to_have_attribute("aria-label", spoken_weight("2"))


def spoken_weight(value):
    return re.compile(rf"^weight of layer 1 from input 2 to unit 1: {value}, ")


def test_own_points_are_drawn_by_keys_and_by_pointer(page):
    opened(page, SMALL)
    fields = form(page)
    fields.get_by_label("Data", exact=True).select_option("drawn")
    plane = fields.get_by_role("application", name="Draw points")
    plane.focus()
    page.keyboard.press("Space")
    expect(fields.get_by_text("until then the last net stays")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    found = until(page, "c.data.x?.length === 2")
    assert (found["data"]["x"], found["data"]["y"]) == ([[0, 0], [0.1, 0.1]], [0, 1])
    box = plane.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.2)
    found = until(page, "c.data.x?.length === 3")
    assert found["data"]["y"] == [0, 1, 1]
    assert found["data"]["x"][2][0] > 0.5 and found["data"]["x"][2][1] > 0.5
    expect(page.get_by_role("button", name="One example").first).to_be_visible()


def test_a_pasted_table_becomes_the_data_and_bad_cells_are_told_by_row_and_column(page):
    region = opened(page, SMALL)
    fields = form(page)
    fields.get_by_label("Data", exact=True).select_option("table")
    box = fields.get_by_label("Table of numbers")
    box.fill("a,b,c,kind\n1,2,3,cat\n2,x,1,dog")
    expect(fields.get_by_text("row 3, column 2: is “x”, must be a number")).to_be_visible()
    expect(region.locator("[data-id='input:-1:2']")).to_have_count(0)
    box.fill("a,b,c,kind\n1,2,3,cat\n2,0,1,dog\n0,1,0,ape")
    found = until(page, "c.data.x?.length === 3")
    assert (found["input"], found["loss"], found["layers"][-1]["units"], found["data"]["y"]) == (
        3, "cross_entropy", 3, [1, 2, 0])  # fmt: skip
    expect(fields.get_by_text("ape = 0, cat = 1, dog = 2")).to_be_visible()
    expect(region.locator("[data-id='input:-1:2']")).to_be_visible()


def test_every_number_of_the_picture_is_the_apis(page):
    opened(page, SMALL)
    reply = replied(page, "backprop", network=SMALL)
    shown = page.evaluate(CARDS)
    expected = {}
    for layer, name in enumerate(("1", "2")):
        w, b = reply["values"][f"W{name}"], reply["values"][f"b{name}"]
        dw, db = reply["gradients"][f"W{name}"], reply["gradients"][f"b{name}"]
        for to, row in enumerate(w):
            expected[f"link:{layer}:{to}:b"] = (b[to], db[to])
            expected |= {f"link:{layer}:{to}:{k}": (value, dw[to][k]) for k, value in enumerate(row)}
        rows, count = reply["layers"][layer]["a"], len(reply["layers"][layer]["a"])
        for unit in range(len(w)):
            node = next(each for each in reply["nodes"] if each["name"] == f"a{name}")
            expected[f"unit:{layer}:{unit}"] = (
                sum(each[unit] for each in rows) / count, sum(each[unit] for each in node["grad"]))  # fmt: skip
    for key, numbers in expected.items():
        value, gradient = spoken(page, list(numbers))
        assert shown[key].endswith(f" {value}, gradient {gradient}"), key


def test_one_example_alone_is_run_alone_and_a_weights_gradient_is_its_product(page):
    opened(page, SMALL)
    page.get_by_role("group", name="Examples").first.get_by_role("button", name="One example").click()
    page.get_by_label("Number of the example").first.fill("7")
    expect(page.get_by_text("Example 7 alone.").first).to_be_visible()
    alone = replied(page, "backprop", network=SMALL | {"data": SMALL["data"] | {"rows": [6]}})
    pill = page.locator(".net-cards [data-id='link:0:2:1']")
    (gradient,) = spoken(page, [alone["gradients"]["W1"][2][1]])
    expect(pill).to_have_attribute("aria-label", matching(f"gradient {gradient}$"))
    pill.click()
    told = page.get_by_role("region", name="What is chosen in the net")
    delta, a = written(page, [alone["layers"][0]["delta"][0][2], alone["values"]["x"][0][1]])
    column = told.locator(".net-told-column .num").all_inner_texts()
    assert [each.lstrip("▲▽ ")[:5] for each in column[:2]] == [delta[:5], a[:5]]


def matching(pattern):
    return re.compile(pattern)


def test_the_picture_is_walked_by_arrow_keys_and_a_weight_tells_itself(page):
    region = opened(page, SMALL)
    region.locator("[data-id='input:-1:0']").focus()
    page.keyboard.press("ArrowRight")
    focused = page.evaluate("document.activeElement.dataset.id")
    assert focused.startswith("link:0:")
    told = page.get_by_role("region", name="What is chosen in the net")
    expect(told).to_contain_text("∂L/∂w = mean of δ·a over 30 examples")
    page.keyboard.press("Enter")
    expect(region.locator(f"[data-id='{focused}']")).to_have_attribute("data-pinned", "")


def test_the_same_picture_has_three_depths(page):
    region = opened(page, SMALL)
    depth = region.get_by_role("group", name="Depth")
    unit = region.locator("[data-id='unit:0:1']").bounding_box()
    depth.get_by_role("button", name="Layers").click()
    box = region.locator("[data-id='block:0']")
    expect(box).to_be_visible()
    place = box.bounding_box()
    assert abs(place["x"] + place["width"] / 2 - unit["x"] - unit["width"] / 2) < 12
    depth.get_by_role("button", name="Neurons").click()
    expect(region.locator("[data-id='unit:0:1']")).to_be_visible()
    region.locator("[data-id='unit:0:1']").click()
    depth.get_by_role("button", name="Graph").click()
    expect(page.get_by_role("tab", name="Graph")).to_have_attribute("aria-selected", "true")
    node = next(each for each in replied(page, "backprop", network=SMALL)["nodes"] if each["name"] == "a1")
    expect(page.locator(f"#graph [data-node='{node['id']}']")).to_have_attribute("data-pinned", "")


def test_the_matrices_of_the_five_steps_are_the_apis_and_a_cell_leads_to_the_graph(page):
    region = opened(page, SMALL, net="algorithm", step="gradients")
    reply = replied(page, "network/algorithm", network=SMALL)
    step = next(each for each in reply["steps"] if each["name"] == "gradients")
    equation = step["equations"][0]
    section = region.get_by_role("region", name=equation["says"])
    expect(section).to_be_visible()
    shape = equation["column"]["result"]["shape"]
    grid = section.locator("figure").last
    expect(grid.locator("figcaption")).to_have_text(" × ".join(map(str, shape)))
    numbers = [value for row in reply["arrays"][equation["column"]["result"]["array"]] for value in row]
    assert grid.locator("td").all_inner_texts() == written(page, numbers)
    region.get_by_label("Form").select_option("index")
    expect(section.locator("mi, .story-formula").first).to_be_visible()
    region.get_by_label("Convention").select_option("row")
    row = equation["row"]["factors"][0]["shape"]
    expect(section.locator("figcaption").first).to_have_text(" × ".join(map(str, row)))
    grid.get_by_role("button").nth(1).click()
    expect(page.get_by_role("tab", name="Graph")).to_have_attribute("aria-selected", "true")
    node = next(each for each in replied(page, "backprop", network=SMALL)["nodes"] if each["name"] == "W1")
    expect(page.locator(f"#graph [data-node='{node['id']}']")).to_have_attribute("data-pinned", "")


def test_a_deep_net_of_sigmoids_vanishes_until_its_remedy_is_taken_and_undo_brings_it_back(page):
    region = opened(page, DEEP, net="health")
    expect(region.locator("[data-code='vanishing']")).to_be_visible()
    region.get_by_role("button", name="Use relu in the hidden layers").click()
    found = until(page, "c.initializer === 'he_normal'")
    assert {each.get("activation") for each in found["layers"][:-1]} == {"relu"}
    expect(region.locator("[data-code='vanishing']")).to_have_count(0)
    page.get_by_text("Vanishing: use relu").get_by_role("button", name="Undo").click()
    expect(region.locator("[data-code='vanishing']")).to_be_visible()


def test_initialisers_stand_side_by_side_and_one_of_them_is_taken(page):
    region = opened(page, SMALL, net="initialisers")
    starts = replied(page, "network/initialisers", network=SMALL)["starts"]
    for each in starts:
        section = region.get_by_role("region", name=each["initializer"].replace("_", " "), exact=True)
        expect(section.get_by_role("img")).to_have_count(2 * len(each["layers"]))
    region.get_by_role("region", name="zeros").get_by_role("button", name="Use it").click()
    until(page, "c.initializer === 'zeros'")
    expect(region.get_by_role("region", name="zeros").get_by_role("button", name="In use")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width, height", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("panel", ["algorithm", "health", "initialisers", "layers", "configuration"])
def test_the_net_view_has_no_grave_fault_of_accessibility(new_page, axe, panel, width, height, scheme):
    if panel == "configuration" and width > 1000:
        panel = "health"
    page = new_page(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600)
    region = opened(page, SMALL, net=panel)
    expect(region.locator(f".net-panel-{panel}").locator("table, figure, select").first).to_be_visible()
    assert axe(page) == []


def test_a_weight_is_set_by_hand_and_the_gradients_follow(page):
    region = opened(page, SMALL)
    pill = region.locator("[data-id='link:1:0:2']")
    pill.click()
    value = page.get_by_role("region", name="What is chosen in the net").get_by_label("Value")
    value.fill("0.5")
    value.press("Enter")
    expect(pill).to_have_attribute("aria-label", matching("unit 3 to unit 1: 0.5, "))
    w2 = replied(page, "backprop", network=SMALL)["values"]["W2"]
    reply = replied(page, "backprop", network=SMALL | {"parameters": {"W2": [[*w2[0][:2], 0.5]]}})
    (gradient,) = spoken(page, [reply["gradients"]["W1"][0][0]])
    expect(region.locator("[data-id='link:0:0:0']")).to_have_attribute("aria-label", matching(f"{gradient}$"))


def test_a_link_to_a_bad_net_says_what_is_wrong_and_can_be_mended_in_place(page):
    bad = SMALL | {"layers": [{"type": "dense", "units": 0}, SMALL["layers"][1]]}
    page.goto(address_of(bad))
    fields = form(page)
    fault = fields.get_by_role("alert").filter(has_text="layers[0].units: is 0, must be from 1 to 64")
    expect(fault).to_be_visible()
    fields.get_by_role("group", name="layer 1").get_by_label("units").fill("2")
    expect(page.locator("[data-id='unit:0:1']")).to_be_visible()
    expect(fault).to_be_hidden()
