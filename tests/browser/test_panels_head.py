"""The head and what it opens: gallery, undo, find, share, help, theme; the table; the columns; being offline."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.graph_page import backprop, step
from tests.browser.panels_page import (
    HERO,
    field,
    gradient_of,
    live,
    opened,
    retype,
    rows,
    shown,
    slider,
    story,
    text,
)

REFUSED = {"code": "too_many_requests", "errors": [{"code": "too_many_requests", "message": "too many requests"}]}


def test_every_example_reads_and_is_drawn(page):
    opened(page)
    examples = page.request.get("/api/v1/examples").json()["examples"]
    picker = page.get_by_role("combobox", name="Examples")
    expect(picker).to_have_value(examples[0]["id"])
    assert len(examples) >= 15
    for each in [*examples[1:], examples[0]]:
        with page.expect_response("**/api/v1/backprop") as reply:
            picker.select_option(each["id"])
        assert reply.value.ok, each["id"]
        live(page)
        expect(picker).to_have_value(each["id"])
        expect(step(page)).to_have_attribute("aria-valuetext", re.compile("backward"))
        first = each["program"].split("\n")[0]
        expect(page.locator(".cm-line").first).to_have_text(first)


def test_an_edited_example_is_the_persons_own_program(page):
    page.goto("/")
    retype(page, "x = 1.0\ny = x**3")
    expect(page.get_by_role("combobox", name="Examples")).to_have_value("")
    expect(page.locator(".example-about")).to_be_hidden()


def test_undo_and_redo_go_along_one_line_for_text_and_sliders(page):
    opened(page)
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_be_disabled()
    field(page, "t").fill("1")
    field(page, "t").press("Enter")
    page.get_by_role("combobox", name="Examples").select_option("sigmoid")
    expect(field(page, "z")).to_be_visible()
    undo.click()
    expect(field(page, "t")).to_have_value("1")
    undo.click()
    expect(field(page, "t")).to_have_value("0.5")
    expect(undo).to_be_disabled()
    redo.click()
    expect(field(page, "t")).to_have_value("1")
    page.keyboard.press("ControlOrMeta+Shift+z")
    expect(field(page, "z")).to_be_visible()
    page.keyboard.press("ControlOrMeta+z")
    expect(field(page, "t")).to_have_value("1")


def test_a_drag_is_one_step_to_undo(page):
    opened(page)
    slider(page, "t").scroll_into_view_if_needed()
    knob = page.locator(".slider-knob").bounding_box()
    page.mouse.move(knob["x"] + 3, knob["y"] + 8)
    page.mouse.down()
    for i in range(1, 6):
        page.mouse.move(knob["x"] + 10 * i, knob["y"] + 8)
    page.mouse.up()
    expect(field(page, "t")).not_to_have_value("0.5")
    page.get_by_role("button", name="Undo").click()
    expect(field(page, "t")).to_have_value("0.5")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_share_copies_an_address_that_gives_the_same_picture(new_page, server):
    page = new_page(viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"])
    opened(page, t=9)
    field(page, "t").fill("1.25")
    field(page, "t").press("Enter")
    page.locator('.card[aria-label^="x·y"]').click()
    page.get_by_role("group", name="On the wires").get_by_role("button", name="both").click()
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = new_page(viewport={"width": 1280, "height": 800})
    other.goto(link.removeprefix(server))
    for each in (page, other):
        expect(field(each, "t")).to_have_value("1.25")
        expect(step(each)).to_have_attribute("aria-valuenow", "9")
        expect(each.locator(".card[data-pinned]")).to_have_attribute("aria-label", re.compile("^x·y"))
        expect(each.get_by_role("button", name="both")).to_have_attribute("aria-pressed", "true")
        expect(each.locator("#editor .cm-line")).to_have_count(4)
    expect(other.locator("#story .katex")).to_have_count(page.locator("#story .katex").count())
    assert story(page).inner_text() == story(other).inner_text()
    assert text(page) == text(other)


def test_reload_gives_back_program_inputs_step_and_view(page):
    opened(page)
    retype(page, "x = 3.0\ny = x**2 + x")
    field(page, "x").fill("-2")
    field(page, "x").press("Enter")
    page.get_by_role("button", name="To the start").click()
    page.get_by_role("tab", name="Table").click()
    expect(page).to_have_url(re.compile("i=x:-2.*tab=table"))
    page.reload()
    expect(field(page, "x")).to_have_value("-2")
    expect(page.locator("#editor .cm-line").first).to_have_text("x = 3.0")
    expect(step(page)).to_have_attribute("aria-valuenow", "0")
    expect(page.get_by_role("tab", name="Table")).to_have_attribute("aria-selected", "true")
    assert text(page) == "x = 3.0\ny = x**2 + x"


def test_a_damaged_address_says_so_and_shows_what_could_be_read(page):
    page.goto("/#v=1&p=x+=+3.0%0Ay+=+x**2&i=x:[oops&t=soon")
    expect(page.get_by_text("This link is damaged")).to_be_visible()
    expect(gradient_of(page, "x")).to_have_text("6")


def test_another_address_in_the_same_page_is_another_program(page):
    opened(page)
    page.evaluate("location.hash = 'v=1&p=q+=+2.0%0Ay+=+q**3'")
    expect(gradient_of(page, "q")).to_have_text("12")


@pytest.mark.parametrize(("system", "paper"), [("light", "rgb(251, 250, 246)"), ("dark", "rgb(18, 20, 22)")])
def test_the_theme_is_the_systems_until_the_switch_says_otherwise(new_page, system, paper):
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme=system)
    opened(page)
    switch = page.get_by_role("switch", name="Dark theme")
    expect(switch).to_have_attribute("aria-checked", str(system == "dark").lower())
    expect(page.locator("body")).to_have_css("background-color", paper)
    switch.click()
    expect(switch).to_have_attribute("aria-checked", str(system == "light").lower())
    expect(page.locator("body")).not_to_have_css("background-color", paper)
    page.reload()
    expect(page.get_by_role("switch", name="Dark theme")).to_have_attribute(
        "aria-checked", str(system == "light").lower()
    )


def test_find_lists_nodes_and_enter_goes_to_the_chosen_one(page):
    opened(page)
    page.get_by_role("region", name="Explanation").focus()
    page.keyboard.press("/")
    find = page.get_by_role("searchbox", name="Find node")
    expect(find).to_be_focused()
    page.keyboard.type("x")
    found = page.get_by_role("listbox", name="Nodes found").get_by_role("option")
    expect(found.first).to_contain_text("0.25")
    expect(found.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_have_attribute("aria-selected", "true")
    wanted = found.nth(1).locator(".num").first.inner_text()
    page.keyboard.press("Enter")
    expect(find).to_be_hidden()
    expect(page.locator(".card[data-pinned] .card-value")).to_have_text(wanted)
    expect(page.locator(".card[data-pinned]")).to_be_focused()


def test_find_in_the_table_goes_to_the_row(page):
    opened(page, tab="table")
    page.keyboard.press("/")
    page.keyboard.type("sin")
    expect(page.get_by_role("listbox", name="Nodes found").get_by_role("option").first).to_contain_text("0.4006")
    page.keyboard.press("Enter")
    row = page.get_by_role("table", name="Values and gradients").locator("tr[aria-current=true]")
    expect(row).to_contain_text("0.4006")
    expect(row.get_by_role("button")).to_be_focused()


def test_find_says_when_there_is_nothing_and_escape_returns(page):
    opened(page)
    page.get_by_role("button", name="Find").click()
    page.keyboard.type("qqq")
    expect(page.get_by_text("No node has this in its name or formula.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox", name="Find node")).to_be_hidden()
    expect(page.get_by_role("button", name="Find")).to_be_focused()


def test_the_help_sheet_opens_by_its_key_names_every_key_and_closes(page):
    opened(page)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="How to read this page")
    expect(sheet).to_be_visible()
    for does in ("Play or pause", "Step back, step forward", "Find a node", "Redo", "Fit the graph"):
        expect(sheet.get_by_text(does, exact=True)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_keys_of_the_page_are_text_where_text_is_typed(page):
    opened(page)
    before = step(page).get_attribute("aria-valuenow")
    retype(page, "y = 6")
    page.keyboard.type("/2 ?")
    page.keyboard.press("Home")
    assert text(page) == "y = 6/2 ?"
    assert page.get_by_role("dialog").count() == 0
    retype(page, HERO)
    live(page)
    assert step(page).get_attribute("aria-valuenow") == before


def test_the_table_holds_every_node_with_the_engines_numbers(page):
    opened(page, tab="table")
    told = backprop(page, HERO)
    expect(page.get_by_role("table", name="Values and gradients").locator("tbody tr")).to_have_count(len(told["nodes"]))
    seen = rows(page)
    for node, (_, op, value, gradient) in zip(told["nodes"], seen, strict=True):
        assert op == node["noun"]
        assert value == shown(node["value"])
        assert gradient.strip() == ("—" if node["grad"] is None else shown(node["grad"]))


def test_the_table_is_of_the_same_moment_and_selection_as_the_graph(page):
    opened(page, tab="table")
    page.get_by_role("button", name="To the start").click()
    table = page.get_by_role("table", name="Values and gradients")
    expect(table.locator("tbody tr").last.locator("td").nth(3)).to_have_text("—")
    page.get_by_role("button", name="To the end").click()
    expect(table.locator("tbody tr").last.locator("td").nth(3)).to_have_text("1")
    table.get_by_role("button", name="y", exact=True).or_(table.get_by_role("button", name="𝑦", exact=True)).click()
    expect(table.locator("tr[aria-current=true]")).to_have_count(1)
    expect(story(page)).to_contain_text("0.2291")
    page.get_by_role("tab", name="Graph").click()
    expect(page.locator(".card[data-pinned]")).to_have_attribute("aria-label", re.compile("^y: value 1.649"))


def test_the_columns_are_set_wider_and_narrower_by_keys_and_pointer_within_limits(page):
    opened(page)
    split, column = page.get_by_role("separator", name="Width of the program"), page.locator("#program")
    width = lambda: round(column.bounding_box()["width"])  # noqa: E731
    before = width()
    split.focus()
    page.keyboard.press("ArrowRight")
    assert width() == before + 16
    assert step(page).get_attribute("aria-valuenow") == step(page).get_attribute("aria-valuemax")
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    assert width() == 200
    box = split.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(300, box["y"] + 200)
    page.mouse.up()
    assert width() == 300
    expect(split).to_have_attribute("aria-valuenow", "300")


def test_offline_the_page_says_so_keeps_the_picture_and_catches_up(page):
    opened(page)
    cut = {"status": 200, "content_type": "application/json", "body": '{"half": '}
    page.route("**/api/v1/backprop", lambda route: route.fulfill(**cut))
    retype(page, "x = 3.0\ny = x**2")
    expect(page.get_by_text("Offline. You can look, step and scrub; edits wait.")).to_be_visible()
    page.get_by_role("button", name="To the start").click()
    expect(step(page)).to_have_attribute("aria-valuenow", "0")
    page.unroute("**/api/v1/backprop")
    expect(slider(page, "x")).to_have_attribute("aria-valuenow", "3")
    expect(page.get_by_text("Offline.")).to_be_hidden()
    assert text(page) == "x = 3.0\ny = x**2"


def test_a_refusal_of_the_server_is_said_with_another_try(page):
    opened(page)
    page.route("**/api/v1/backprop", lambda route: route.fulfill(status=429, json=REFUSED))
    retype(page, "x = 3.0\ny = x**2")
    expect(page.get_by_role("alert")).to_contain_text("too many requests")
    page.unroute("**/api/v1/backprop")
    page.get_by_role("button", name="Try again").click()
    expect(gradient_of(page, "x")).to_have_text("6")
