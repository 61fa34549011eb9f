"""Every width, by finger, in both themes, in every state: nothing cut off or too small, nothing serious to axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import ways_page
from tests.browser.graph_page import step
from tests.browser.panels_page import ARRAYS, HERO, MISSPELT, editor, field, gradient_of, opened, slider, story

WIDE, TABLET, PHONE, SMALL = (1280, 800), (768, 1024), (390, 844), (320, 640)
NAN = "x = 30.0\np = exp(-x**2)\nloss = -p * log(p)"
TOUCH_PX = 44

# What can be pressed, but for numbers that copy themselves, cards (which zoom) and links that only the Tab key shows.
TOO_SMALL = f"""() => [...document.querySelectorAll('button, input, select, [role=slider], [role=tab], [role=switch]')]
  .filter((each) => each.checkVisibility({{visibilityProperty: true}}) && !each.closest('[data-full], [inert], .card'))
  .map((each) => [each.getAttribute('aria-label') ?? each.textContent, each.getBoundingClientRect()])
  .filter(([, box]) => box.width && (Math.round(box.width) < {TOUCH_PX} || Math.round(box.height) < {TOUCH_PX}))
  .map(([name, box]) => `${{name}}: ${{Math.round(box.width)}} × ${{Math.round(box.height)}}`)"""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"


def sized(new_page, size, **options):
    width, height = size
    return new_page(viewport={"width": width, "height": height}, **options)


def touching(new_page, size, **options):
    return sized(new_page, size, has_touch=True, is_mobile=True, **options)


def tab(page, name):
    page.get_by_role("tab", name=name).click()


@pytest.mark.parametrize("size", [(1600, 1000), WIDE, TABLET, PHONE, SMALL], ids=lambda size: str(size[0]))
def test_nothing_hangs_over_the_side_and_the_parts_are_there(new_page, size):
    page = sized(new_page, size)
    opened(page)
    for name in ("Program", "Graph", "Table"):
        view = page.get_by_role("tab", name=name)
        if view.is_visible():
            view.click()
        assert page.evaluate(OVERFLOW) == 0
    tab(page, "Graph")
    expect(page.get_by_role("region", name="Graph")).to_be_in_viewport()
    expect(story(page)).to_be_in_viewport()
    expect(step(page)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Play")).to_be_in_viewport()


@pytest.mark.parametrize("size", [TABLET, PHONE, SMALL], ids=lambda size: str(size[0]))
@pytest.mark.parametrize("program", ["t = 0.5\ny = t**2", ARRAYS, "y = a*b"], ids=["number", "arrays", "missing"])
def test_everything_that_is_pressed_is_large_enough_for_a_finger(new_page, size, program):
    page = touching(new_page, size)
    missing = program == "y = a*b"
    opened(page, "y = 1.0" if missing else program)
    for name in ("Graph", "Program", "Table"):
        tab(page, name)
        if name == "Program" and missing:
            editor(page).fill(program)
            expect(page.get_by_role("alert")).to_be_visible()
        assert page.evaluate(TOO_SMALL) == [], name


def test_on_a_phone_the_program_is_a_page_and_the_graph_answers_to_it(new_page):
    page = touching(new_page, PHONE)
    opened(page, "x = 3.0\ny = x**2")
    expect(editor(page)).to_be_hidden()
    tab(page, "Program")
    expect(editor(page)).to_be_visible()
    expect(step(page)).to_be_hidden()
    field(page, "x").fill("-4")
    field(page, "x").press("Enter")
    expect(gradient_of(page, "x")).to_have_text("−8")
    tab(page, "Graph")
    expect(page.locator('.card[aria-label^="y: "] .card-value')).to_have_text("16")


def test_a_finger_taps_and_drags_a_slider_and_scrolls_past_it(new_page):
    page = touching(new_page, PHONE)
    opened(page, "x = 0.0\ny = x**2")
    tab(page, "Program")
    box = slider(page, "x").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    expect(slider(page, "x")).to_have_attribute("aria-valuenow", "1")
    expect(gradient_of(page, "x")).to_have_text("2")
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2

    def swipe(dx, dy):
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for part in (0.25, 0.5, 0.75, 1):
            points = [{"x": x + part * dx, "y": y + part * dy}]
            finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe(0, -120)
    expect(slider(page, "x")).to_have_attribute("aria-valuenow", "1")
    swipe(-box["width"] / 4, 0)
    expect(slider(page, "x")).to_have_attribute("aria-valuenow", re.compile(r"^0(\.0\d*)?$"))


def test_on_a_phone_the_tools_stand_in_words_under_one_button(new_page):
    page = touching(new_page, PHONE)
    opened(page)
    more = page.get_by_role("button", name="More tools")
    expect(page.get_by_role("button", name="Share")).to_be_hidden()
    more.click()
    for name in ("Undo", "Redo", "Find", "Share", "Help"):
        expect(page.get_by_role("button", name=name, exact=True)).to_contain_text(name)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share")).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("searchbox", name="Find node")).to_be_focused()


def test_on_a_tablet_the_program_is_a_sheet_over_the_graph(new_page):
    page = touching(new_page, TABLET)
    opened(page)
    tab(page, "Program")
    expect(page.locator("#program")).to_have_css("transform", re.compile("none|matrix.1, 0, 0, 1, 0, 0."))
    assert page.locator("#program").bounding_box()["width"] == 320
    expect(page.get_by_role("region", name="Graph")).to_be_visible()
    expect(page.get_by_role("button", name="Share")).to_be_visible()


def test_the_story_is_drawn_up_and_down_by_its_grip(new_page):
    page = touching(new_page, PHONE)
    opened(page)
    height = lambda: story(page).bounding_box()["height"]  # noqa: E731
    before = height()
    page.get_by_role("button", name="More of the explanation").click()
    assert height() > 2 * before
    expect(story(page)).to_contain_text("Paths to the output")
    page.get_by_role("button", name="Less of the explanation").click()
    assert height() == before


def test_with_reduced_motion_nothing_moves_by_itself_and_steps_show_their_end(new_page):
    page = sized(new_page, WIDE, reduced_motion="reduce")
    opened(page, t=0)
    page.get_by_role("button", name="Step forward").click()
    expect(step(page)).to_have_attribute("aria-valuenow", "1")
    moving = page.evaluate("() => document.getAnimations().filter((each) => each.playState === 'running').length")
    assert moving == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE, SMALL], ids=lambda size: str(size[0]))
def test_axe_finds_nothing_serious_in_any_state(new_page, axe, size, theme):
    page = sized(new_page, size, color_scheme=theme, has_touch=size != WIDE)
    narrow = size != WIDE
    opened(page)
    assert axe(page) == [], "the first screen"
    page.get_by_role("button", name="Step back").click()
    page.locator('.card[aria-label^="x·y"]').or_(step(page)).first.focus()
    assert axe(page) == [], "in the pass"
    tab(page, "Table")
    assert axe(page) == [], "the table"
    page.keyboard.press("/")
    page.keyboard.type("x")
    expect(page.get_by_role("listbox", name="Nodes found")).to_be_visible()
    assert axe(page) == [], "find"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert axe(page) == [], "help"
    page.keyboard.press("Escape")
    tab(page, "Program" if narrow else "Graph")
    editor(page).fill(MISSPELT)
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe(page) == [], "an error"
    editor(page).fill("y = a*b")
    expect(page.get_by_role("button", name="Make them inputs")).to_be_visible()
    assert axe(page) == [], "missing inputs"
    for state, program in (("arrays", ARRAYS), ("no number", NAN), ("nothing", "")):
        editor(page).fill(program)
        expect(page.get_by_role("alert")).to_be_hidden()
        assert axe(page) == [], state


def test_a_row_of_tabs_that_is_cut_says_so_and_keeps_the_neighbour_of_the_chosen_one_in_sight(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    opened(page)
    row = page.get_by_role("tablist", name="View")
    expect(row).to_have_attribute("data-cut", "end")
    page.get_by_role("tab", name="Derivatives").tap()
    expect(row).to_have_attribute("data-cut", "start")
    expect(page.get_by_role("tab", name="Net")).to_be_in_viewport()


@pytest.mark.parametrize("panel", ["paths", "agreement", "symbolic"])
def test_a_table_that_is_wider_than_a_phone_scrolls_by_itself(new_page, panel):
    page = touching(new_page, SMALL)
    body = ways_page.opened(page, HERO, panel).locator(".dock-body")
    expect(body.get_by_role("table").first).to_be_visible()
    assert body.evaluate("body => body.scrollWidth - body.clientWidth") == 0
