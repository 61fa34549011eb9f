"""Whole journeys: open, err, mend, drag, step there and back, come back by the address; by mouse and by keys alone."""

from playwright.sync_api import expect

from tests.browser.checks import check_step
from tests.browser.graph_page import (
    HERO,
    NOTE_PAINTED,
    PICTURE,
    at_rest,
    at_step,
    backprop,
    cards,
    last_step,
    open_program,
    picture,
    standing,
    step,
)
from tests.browser.printed import prints, read
from tests.browser.told import Told

BROKEN = HERO.replace("sin(x*y)", "sni(x*y)")


def slider(page, name):
    """The slider of an input."""
    return page.get_by_role("slider", name=name, exact=True)


def field(page, name):
    """The number field of an input."""
    return page.get_by_role("spinbutton", name=name, exact=True)


def editor(page):
    """The text of the program."""
    return page.get_by_role("textbox", name="Program")


def write_program(page, text):
    """Replace the whole program, key by key as a person would, but for what the editor adds by itself."""
    editor(page).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def check_whole_pass(page, program, forward, back, **body):
    """Step over the whole pass by the two given deeds; every number is the engine's, there and back."""
    told, seen = Told(backprop(page, program, **body)), {}
    assert last_step(page) == told.last
    for index in range(told.last + 1):
        at_step(page, index)
        check_step(page, told, index)
        seen[index] = picture(page)
        if index < told.last:
            forward()
    for index in reversed(range(told.last)):
        back()
        at_step(page, index)
        check_step(page, told, index)
        assert picture(page) == seen[index]


def check_error(page):
    """An error is named with its place; the last good graph stays, and says that it is old."""
    expect(page.get_by_role("alert").filter(has_text="sni")).to_contain_text("Line 4, column 12")
    expect(page.locator("#graph[data-stale]")).to_have_count(1)
    assert len(cards(page)) >= 7
    assert any(each["value"] == "0.4631" for each in cards(page).values())


def check_reload(page):
    """The address alone gives the same picture in another page."""
    at_rest(page)
    before, here = picture(page), page.url
    page.goto("about:blank")
    page.goto(here)
    standing(page)
    page.wait_for_function(f"async (before) => await ({PICTURE})() === before", arg=before)


def test_open_err_mend_drag_step_over_the_pass_and_reload(page):
    page.add_init_script(NOTE_PAINTED)
    page.goto("/")
    standing(page)
    assert {each["value"] for each in cards(page).values()} >= {"0.5", "0.25", "1.649", "0.4631"}

    write_program(page, BROKEN)
    check_error(page)
    write_program(page, HERO)
    expect(page.locator("#graph[data-stale]")).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text="sni")).to_have_count(0)

    page.get_by_role("button", name="To the start").click()
    box = slider(page, "t").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=12)
    page.mouse.up()
    page.mouse.move(640, 20)
    value = read(slider(page, "t").get_attribute("aria-valuenow"))
    assert value != 0.5
    page.wait_for_function("(t) => location.hash.includes(`i=t:${t}`)", arg=value)
    expect(page.locator(".story-foot")).not_to_contain_text("when you let go")
    at_step(page, 0)  # a drag never resets the step

    forward, back = (page.get_by_role("button", name=f"Step {way}") for way in ("forward", "back"))
    check_whole_pass(page, HERO, forward.click, back.click, inputs={"t": value})
    for _ in range(10):
        forward.click()
    at_step(page, 10)
    page.wait_for_function("() => location.hash.includes('&t=10')")
    check_reload(page)


def test_the_same_journey_by_keys_alone(page):
    page.add_init_script(NOTE_PAINTED)
    page.goto("/")
    standing(page)

    def tab_to(target, most=60):
        for _ in range(most):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    tab_to(editor(page))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(BROKEN)
    check_error(page)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(HERO)
    expect(page.locator("#graph[data-stale]")).to_have_count(0)

    page.keyboard.press("Escape")  # leaves the editor to the Tab key
    tab_to(slider(page, "t"))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    value = read(slider(page, "t").get_attribute("aria-valuenow"))
    assert value > 0.5
    page.wait_for_function("(t) => location.hash.includes(`i=t:${t}`)", arg=value)

    tab_to(step(page))
    page.keyboard.press("Home")
    at_step(page, 0)
    forward, back = (lambda key=key: page.keyboard.press(key) for key in ("ArrowRight", "ArrowLeft"))
    check_whole_pass(page, HERO, forward, back, inputs={"t": value})
    page.keyboard.press("End")
    check_reload(page)


def test_dragging_changes_values_and_gradients_in_place_at_any_step(page):
    open_program(page, HERO, t=11)
    field(page, "t").fill("0.9")
    field(page, "t").press("Enter")
    told = Told(backprop(page, HERO, inputs={"t": 0.9}))
    page.wait_for_function("(t) => location.hash.includes(`i=t:${t}`)", arg=0.9)
    expect(page.locator("#graph [data-node=n0] .card-value")).to_have_text("0.9")
    at_step(page, 11)
    check_step(page, told, 11)
    at_rest(page)


def test_a_selection_view_and_step_survive_a_drag(page):
    open_program(page, HERO, t=14, n="n2", w="380,340,0.9")
    slider(page, "t").focus()
    before = page.evaluate("() => document.querySelector('.graph-cards').style.transform")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#graph [data-node=n0] .card-value")).not_to_have_text("0.5")
    expect(page.locator("#graph [data-node=n2][data-pinned]")).to_have_count(1)
    assert page.evaluate("() => document.querySelector('.graph-cards').style.transform") == before
    at_step(page, 14)


def test_micrograds_readme_program_pasted_as_it_stands_gives_its_readmes_numbers(page):
    page.add_init_script(NOTE_PAINTED)
    page.goto("/")
    standing(page)
    examples = page.request.get("/api/v1/examples").json()["examples"]
    micrograd = next(each for each in examples if "micrograd" in f"{each['id']} {each['title']}".lower())
    write_program(page, micrograd["program"])
    page.get_by_role("tab", name="Table").click()
    table = page.get_by_role("table", name="Values and gradients")
    nodes = {node["name"]: node["id"] for node in backprop(page, micrograd["program"])["nodes"]}
    expect(table.locator(f"tr[data-node={nodes['g']}]")).to_contain_text("24.70")
    for name, numbers in {"g": (24.7041, 1), "a": (-4, 138.8338), "b": (2, 645.5773)}.items():
        printed = table.locator(f"tr[data-node={nodes[name]}] td.num").all_inner_texts()
        assert all(map(prints, printed, numbers)), printed
