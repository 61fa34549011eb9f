"""Inputs: slider, field, range and grid, and what a drag leaves alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.graph_page import backprop, step
from tests.browser.panels_page import ARRAYS, HERO, editor, field, gradient_of, opened, shown, slider

STEPS = "document.querySelector('[role=slider][aria-label=Step]').getAttribute('aria-valuetext')"


def grip(page, name):
    """The middle of a slider's knob, and the slider's width."""
    knob = page.locator(f'[data-input="{name}"] .slider-knob').bounding_box()
    box = slider(page, name).bounding_box()
    return knob["x"] + knob["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def value(page, name):
    return float(slider(page, name).get_attribute("aria-valuenow"))


def test_every_scalar_input_has_a_slider_and_a_field_of_its_name(page):
    opened(page, "a = 1.0; b = -2.0\nloss_scale = 0.1\ny = (a*b + a)*loss_scale")
    for name, number in (("a", "1"), ("b", "-2"), ("loss_scale", "0.1")):
        expect(slider(page, name)).to_have_attribute("aria-valuenow", number)
        expect(field(page, name)).to_have_value(number)


def test_inputs_stand_in_the_order_of_the_program(page):
    opened(page, "c = 1.0\na = 2.0\nb = 3.0\ny = b*a + c")
    names = [each.get_attribute("data-input") for each in page.locator("[data-input]").all()]
    assert names == ["c", "a", "b"]


def test_a_number_typed_into_the_field_gives_the_engines_gradient(page):
    opened(page)
    field(page, "t").fill("-1.25")
    field(page, "t").press("Enter")
    told = backprop(page, HERO, inputs={"t": -1.25})
    expect(gradient_of(page, "t")).to_have_text(shown(told["gradients"]["t"]))
    expect(slider(page, "t")).to_have_attribute("aria-valuenow", "-1.25")


def test_a_drag_moves_values_and_gradients_and_nothing_else(page):
    opened(page, t=9)
    page.locator('.card[aria-label^="x·y"]').click()
    expect(page.locator(".card[data-pinned]")).to_have_count(1)
    page.mouse.move(4, 4)
    kept = "() => [document.querySelector('.graph-cards').style.transform, " + STEPS + "]"
    before = page.evaluate(kept)
    x, y, width = grip(page, "t")
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.05, 0.1, 0.2):
        page.mouse.move(x + part * width, y)
    expect(slider(page, "t")).to_have_attribute("aria-valuenow", re.compile(r"^1\.3"))
    told = backprop(page, HERO, inputs={"t": value(page, "t")})
    card = page.locator('.card[aria-label^="x·y"] .card-value')
    expect(card).to_have_text(shown(next(n["value"] for n in told["nodes"] if n["op"] == "mul")))
    page.mouse.up()
    assert page.evaluate(kept)[0] == before[0]
    assert step(page).get_attribute("aria-valuenow") == "9"
    expect(page.locator(".card[data-pinned]")).to_have_attribute("aria-label", re.compile("^x·y"))


def test_a_drag_with_shift_is_a_hundred_times_finer(page):
    opened(page)
    x, y, width = grip(page, "t")
    page.keyboard.down("Shift")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width / 4, y)
    page.mouse.up()
    page.keyboard.up("Shift")
    assert value(page, "t") == pytest.approx(0.51, abs=1e-9)


def test_the_field_rewrites_nothing_while_a_slider_is_dragged_back(page):
    opened(page)
    x, y, width = grip(page, "t")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width / 4, y)
    page.mouse.move(x, y)
    page.mouse.up()
    expect(field(page, "t")).to_have_value("0.5")
    expect(gradient_of(page, "t")).to_have_text("2.388")


def test_arrow_keys_home_and_end_move_the_slider(page):
    opened(page)
    slider(page, "t").focus()
    for key, wanted in (
        ("ArrowRight", "0.54"), ("ArrowDown", "0.5"), ("Shift+ArrowUp", "0.5004"), ("Home", "-2"), ("End", "2"),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(slider(page, "t")).to_have_attribute("aria-valuenow", wanted)
    told = backprop(page, HERO, inputs={"t": 2})
    expect(gradient_of(page, "t")).to_have_text(shown(told["gradients"]["t"]))


def test_the_ends_of_a_slider_can_be_set_and_a_wrong_end_is_put_back(page):
    opened(page)
    field(page, "t to").fill("10")
    field(page, "t to").press("Enter")
    expect(slider(page, "t")).to_have_attribute("aria-valuemax", "10")
    field(page, "t from").fill("50")
    field(page, "t from").press("Enter")
    expect(field(page, "t from")).to_have_value("-2")
    field(page, "t").fill("7")
    field(page, "t").press("Enter")
    expect(slider(page, "t")).to_have_attribute("aria-valuenow", "7")


def test_an_input_goes_back_to_what_the_program_writes(page):
    opened(page)
    field(page, "t").fill("1")
    field(page, "t").press("Enter")
    page.get_by_role("button", name="Back to 0.5").click()
    expect(field(page, "t")).to_have_value("0.5")
    expect(gradient_of(page, "t")).to_have_text("2.388")


def test_a_sliders_value_is_kept_by_writing_it_into_the_program(page):
    opened(page, i="t:1.5")
    page.get_by_role("button", name="Write t into the program").click()
    expect(editor(page)).to_contain_text("t = 1.5")
    expect(page.get_by_role("button", name="Write t into the program")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(editor(page)).to_contain_text("t = 0.5")
    expect(field(page, "t")).to_have_value("1.5")


def test_another_number_in_the_program_takes_the_place_of_the_sliders(page):
    opened(page, i="t:1.5")
    expect(field(page, "t")).to_have_value("1.5")
    page.locator("#editor .cm-content").focus()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("End")
    page.keyboard.type("1")
    expect(field(page, "t")).to_have_value("0.51")


def test_before_the_pass_arrives_an_input_has_no_gradient_yet(page):
    opened(page, t=0)
    expect(page.locator('[data-input="t"]')).to_contain_text("not reached yet")
    expect(gradient_of(page, "t")).to_be_hidden()


def test_an_array_is_a_grid_of_fields_that_arrow_keys_walk(page):
    opened(page, ARRAYS)
    cell = field(page, "X[0,1]")
    expect(cell).to_have_value("-0.5")
    cell.focus()
    page.keyboard.press("ArrowDown")
    expect(field(page, "X[1,1]")).to_be_focused()
    field(page, "X[1,1]").fill("3")
    page.keyboard.press("Enter")
    told = backprop(page, ARRAYS, inputs={"X": [[1, -0.5], [0, 3]]})
    expect(page.locator('.card[aria-label^="L: "] .card-value')).to_have_text(shown(told["output"]["value"]))


def test_numbers_pasted_from_a_sheet_fill_the_grid_from_the_chosen_cell(page):
    opened(page, ARRAYS)
    field(page, "X[0,0]").focus()
    page.evaluate("""() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', '5\\t6\\n7\\t8');
      const options = {clipboardData, bubbles: true, cancelable: true};
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', options));
    }""")
    page.get_by_role("button", name="Undo").focus()
    for place, number in (("0,0", "5"), ("0,1", "6"), ("1,0", "7"), ("1,1", "8")):
        expect(field(page, f"X[{place}]")).to_have_value(number)
    told = backprop(page, ARRAYS, inputs={"X": [[5, 6], [7, 8]]})
    expect(page.locator('.card[aria-label^="L: "] .card-value')).to_have_text(shown(told["output"]["value"]))


def test_the_sliders_stay_in_sight_below_a_long_program(page):
    opened(page, "x = 1.0\n" + "\n".join(f"y{i} = x + {i}" for i in range(60)))
    expect(slider(page, "x")).to_be_in_viewport()


def test_arrays_unfold_into_their_numbers_and_fold_again(page):
    opened(page, ARRAYS)
    unfold = page.get_by_role("button", name="Unfold arrays into numbers")
    unfold.click()
    expect(unfold).to_have_attribute("aria-pressed", "true")
    told = backprop(page, ARRAYS, detail="scalar")
    expect(page).to_have_url(re.compile("d=scalar"))
    page.get_by_role("tab", name="Table").click()
    rows = page.get_by_role("table", name="Values and gradients").locator("tbody tr")
    expect(rows).to_have_count(len(told["nodes"]))
    page.get_by_role("tab", name="Graph").click()
    unfold.click()
    expect(page.locator(".card-array").first).to_be_visible()


def test_a_weight_that_is_updated_has_the_gradient_of_the_last_backward_pass(page):
    program = (
        "import torch\nw = torch.tensor(1.5, requires_grad=True)\nfor i in range(3):\n    loss = (w*2 - 1)**2\n"
        "    loss.backward()\n    w.data -= 0.1*w.grad\n    w.grad.zero_()\n"
    )
    opened(page, program)
    told = backprop(page, program)["gradients"]["w"]
    assert told != 0
    expect(gradient_of(page, "w")).to_have_text(shown(told))


def test_every_input_says_that_its_gradient_is_checked(page):
    opened(page, "x = 3.0\nw = [0.5, -1.0]\ny = x**2 + sum(w**2)")
    mark = "checked by central difference"
    for name in ("x", "w"):
        expect(page.locator(f'[data-input^="{name}"]').first.get_by_role("img", name=mark)).to_have_text("✓")


def test_a_number_beside_an_infinite_one_is_changed_alone(page):
    program = "import numpy as np\nx = np.array([1.0, np.inf, 2.0])\nz = (1/x).sum()"
    opened(page, program)
    field(page, "x[0]").fill("4")
    field(page, "x[0]").press("Enter")
    told = backprop(page, program, inputs={"x": [4, "Infinity", 2]})
    expect(page.locator('.card[aria-label^="z: "] .card-value')).to_have_text(shown(told["output"]["value"]))
    expect(page).to_have_url(re.compile("Infinity"))
    page.reload()
    expect(field(page, "x[0]")).to_have_value("4")


def test_an_array_of_too_many_numbers_says_where_to_change_it(page):
    opened(page, "import numpy as np\nX = np.ones((30, 30))\nL = X.sum()")
    told = page.locator('[data-input="X"]')
    expect(told).to_contain_text("Change it in the program.")
    assert told.locator(".grid").count() == 0
