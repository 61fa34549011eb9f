"""The program: typed, completed, wrong, repaired, linked with the graph."""

import re

from playwright.sync_api import expect

from tests.browser.graph_page import backprop
from tests.browser.panels_page import (
    HERO,
    MISSPELT,
    editor,
    field,
    gradient_of,
    live,
    opened,
    retype,
    shown,
    slider,
    stale,
    story,
    text,
)

NO_LIBRARY = "throw new Error('not here')"


def offered(page, word):
    """A word in the list of completions."""
    return page.get_by_role("listbox", name="Completions").get_by_role("option", name=word, exact=True)


def test_the_page_opens_on_an_example_that_is_drawn_and_explained(page):
    page.goto("/")
    expect(page.get_by_role("combobox", name="Examples").locator("option:checked")).to_contain_text("Several variables")
    expect(page.locator(".example-about")).to_contain_text("the gradient of t is the sum of the three products")
    expect(field(page, "t")).to_have_value("0.5")
    expect(page.locator('.card[aria-label="z: value 0.4631, gradient 1"]')).to_be_visible()
    expect(story(page)).to_contain_text("2.388")


def test_an_error_is_underlined_at_its_columns_and_said_with_line_and_column(page):
    opened(page)
    retype(page, MISSPELT)
    expect(page.get_by_role("alert")).to_contain_text("Line 4, column 12.")
    expect(page.get_by_role("alert")).to_contain_text("did you mean sin?")
    expect(page.locator("#editor .code-problem")).to_have_text("sn")


def test_what_is_wrong_stands_right_below_its_line_and_covers_no_other(page):
    opened(page)
    retype(page, "t = 0.5\nx = sn(t)\ny = exp(t)\nz = x + y")
    expect(page.get_by_role("alert")).to_be_visible()
    line = [each.bounding_box() for each in editor(page).locator(".cm-line").all()]
    label = page.locator(".problem").bounding_box()
    assert line[1]["y"] + line[1]["height"] <= label["y"]
    assert label["y"] + label["height"] <= line[2]["y"]


def test_the_textbox_holds_the_program_alone_even_beside_an_error(page):
    opened(page)
    retype(page, MISSPELT)
    expect(page.get_by_role("alert")).to_be_visible()
    assert text(page) == MISSPELT


def test_the_last_good_graph_stays_without_hue_until_the_program_reads_again(page):
    opened(page)
    retype(page, MISSPELT)
    stale(page)
    expect(page.locator('.card[aria-label^="z: value 0.4631"]')).to_be_visible()
    neutral, ink = page.evaluate("""() => {
      const grad = document.querySelector('.inputs .grad');
      return [getComputedStyle(grad).color, getComputedStyle(document.querySelector('.input-end')).color];
    }""")
    assert neutral == ink
    retype(page, HERO)
    live(page)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_what_is_wrong_in_the_line_that_is_typed_comes_into_sight(page):
    long = "x = 1.0\n" + "\n".join(f"y{i} = x + {i}" for i in range(60)) + "\nz = y3"
    opened(page, long)
    editor(page).focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" + sn(x)")
    expect(page.get_by_role("button", name="Change to sin")).to_be_in_viewport()


def test_one_press_repairs_a_misspelt_name(page):
    opened(page)
    retype(page, MISSPELT)
    page.get_by_role("button", name="Change to sin").click()
    live(page)
    assert text(page) == HERO


def test_the_repair_is_reached_from_the_editor_by_tab(page):
    opened(page)
    retype(page, MISSPELT)
    expect(page.get_by_role("button", name="Change to sin")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Change to sin")).to_be_focused()
    page.keyboard.press("Enter")
    live(page)


def test_names_without_a_value_become_inputs_that_begin_at_one(page):
    opened(page)
    retype(page, "z = a*b")
    page.get_by_role("button", name="Make them inputs").click()
    live(page)
    for name in ("a", "b"):
        expect(field(page, name)).to_have_value("1")
        expect(gradient_of(page, name)).to_have_text("1")


def test_functions_are_completed_by_tab_and_a_line_ends_by_enter(page):
    opened(page, "x = 2.0")
    editor(page).focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Enter")
    page.keyboard.type("y = sigm")
    expect(offered(page, "sigmoid")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("(x")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("z = y")
    assert text(page) == "x = 2.0\ny = sigmoid(x)\nz = y"


def test_enter_ends_the_line_while_words_are_offered(page):
    opened(page, "x = 2.0")
    retype(page, "x = 2.0\ny = ")
    page.keyboard.type("si")
    expect(offered(page, "sin")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("z = y")
    assert text(page) == "x = 2.0\ny = si\nz = y"


def test_a_name_of_one_letter_is_whole_and_nothing_is_offered(page):
    opened(page, "x = 2.0")
    page.keyboard.press("Escape")
    retype(page, "y = ")
    page.keyboard.type("b")
    expect(page.get_by_role("button", name="Make b an input")).to_be_visible()
    expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)


def test_names_of_libraries_and_methods_are_completed(page):
    opened(page, "x = 2.0")
    for typed, wanted in (("y = np.log1", "np.log1p"), ("y = torch.tan", "torch.tanh"), ("y = x.rel", "relu")):
        retype(page, f"x = 2.0\n{typed[:-1]}")
        page.keyboard.type(typed[-1])
        expect(offered(page, wanted)).to_be_visible()
        page.keyboard.press("Escape")


def test_pointing_at_text_shows_its_node_and_pointing_at_a_node_its_text(page):
    opened(page)
    page.locator(".cm-line").nth(3).get_by_text("sin").hover()
    expect(page.locator(".card[data-hovered]")).to_have_attribute("aria-label", re.compile(r"^(sin|x·y)"))
    expect(story(page).get_by_role("heading").first).to_have_text(re.compile("sin|x·y"))
    page.get_by_role("region", name="Graph").locator('.card[aria-label^="y: "]').hover()
    expect(page.locator("#editor .code-linked")).to_have_text("exp(t)")


def test_typing_gives_the_engines_numbers(page):
    opened(page)
    retype(page, "a = 2.0\nb = -3.0\nc = tanh(a*b)")
    expect(slider(page, "b")).to_be_visible()
    told = backprop(page, "a = 2.0\nb = -3.0\nc = tanh(a*b)")
    expect(page.locator('[data-input="a"] .grad')).to_have_attribute("data-sign", "negative")
    assert told["gradients"]["b"] > 0
    retype(page, "a = 0.5\nb = -1.5\nc = tanh(a*b)")
    told = backprop(page, "a = 0.5\nb = -1.5\nc = tanh(a*b)")
    expect(gradient_of(page, "a")).to_have_text(shown(told["gradients"]["a"]))
    expect(gradient_of(page, "b")).to_have_text(shown(told["gradients"]["b"]))


def test_an_emptied_program_invites_to_begin(page):
    opened(page)
    retype(page, "")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("region", name="Graph")).to_contain_text("Type a formula, or choose an example.")
    expect(page.locator(".card").first).to_be_hidden()
    expect(slider(page, "Step")).to_be_hidden()
    retype(page, "y = 3**2")
    expect(page.locator(".card").first).to_be_visible()


def test_a_program_that_never_read_says_why_nothing_is_drawn(page):
    page.goto("/#v=1&p=y+=+sn(2.0)")
    expect(page.get_by_role("alert")).to_contain_text("Line 1, column 5.")
    expect(page.get_by_role("region", name="Graph")).to_contain_text("Nothing to draw yet: line 1 does not read.")


def test_without_its_library_the_editor_is_a_plain_field_and_says_so(page):
    answer = {"body": NO_LIBRARY, "content_type": "text/javascript"}
    page.route("**/vendor/codemirror.js", lambda route: route.fulfill(**answer))
    page.goto("/")
    expect(page.get_by_role("status").filter(has_text="A plain field takes its place.")).to_be_visible()
    editor(page).fill("x = 3.0\ny = x**2")
    expect(gradient_of(page, "x")).to_have_text("6")
    editor(page).fill("x = 3.0\ny = sn(x)")
    expect(page.get_by_role("alert")).to_contain_text("Line 2, column 5.")
    page.get_by_role("button", name="Change to sin").click()
    expect(editor(page)).to_have_value("x = 3.0\ny = sin(x)")


def test_what_the_program_prints_and_what_is_worth_knowing_stands_below_it(page):
    opened(page, "x = 0.0\ny = relu(x)\nprint(y)")
    expect(page.get_by_label("Printed")).to_have_text(re.compile("0"))
    page.get_by_role("list", name="Notes").get_by_role("button", name=re.compile("relu at 0")).click()
    expect(page.locator(".card[data-pinned]")).to_have_attribute("aria-label", re.compile("^y"))


def test_many_notes_of_one_kind_are_one_line_that_opens(page):
    units = [f"y{i} = relu({i + 1} * x)" for i in range(5)]
    opened(page, "\n".join(["x = 0.0", *units, "z = y0 + y1 + y2 + y3 + y4"]))
    notes = page.get_by_role("list", name="Notes")
    kink = notes.get_by_role("button", name=re.compile("relu at 0"))
    several = notes.locator("summary").filter(has_text="relu at 0")
    expect(several).to_contain_text("5 notes of one kind, first: ")
    expect(kink).to_have_count(0)
    several.click()
    expect(kink).to_have_count(5)
    kink.nth(2).click()
    expect(page.locator(".card[data-pinned]")).to_have_attribute("aria-label", re.compile("^y2"))
    editor(page).fill("\n".join(["x = 0.0", *units[:4], "z = y0 + y1 + y2 + y3"]))
    expect(several).to_contain_text("4 notes of one kind")
    expect(kink).to_have_count(4)
