"""A net of a thousand single numbers in every derivatives panel, and numbers of a program that is no more."""

import re

from playwright.sync_api import expect

from tests.browser.graph_page import address
from tests.browser.panels_page import HERO, retype
from tests.browser.ways_page import opened

ELEMENTS_MOST = 8_000
ROWS = range(16)
NET = "\n".join([
    f"W1 = {[[round(0.1 * (i - 8) + 0.07 * j, 3) for j in range(2)] for i in ROWS]}",
    f"W2 = {[[round(0.05 * ((3 * i + 5 * j) % 13 - 6), 3) for j in ROWS] for i in ROWS]}",
    f"W3 = {[[round(0.1 * (i % 5 - 2), 3) for i in ROWS]]}",
    "x = [0.5, -0.3]", "h = tanh(W1 @ x)", "a = tanh(W2 @ h)", "L = sum((W3 @ a - 1.0)**2)",
])  # fmt: skip


def test_every_panel_answers_for_a_thousand_nodes_and_lists_no_more_than_can_be_read(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(address(NET, d="scalar", tab="derivatives", q="panel:implicit"))
    dock = page.get_by_role("region", name="Derivatives")
    tabs = dock.get_by_role("tab")
    expect(dock.locator(".curve-line").first).to_be_visible(timeout=30_000)
    for i in range(tabs.count()):
        tabs.nth(i).click()
        expect(tabs.nth(i)).to_have_attribute("aria-selected", "true")
        way = dock.locator(".way")
        expect(way.locator("table, .curve-line, .way-lead:not(:empty)").first).to_be_visible(timeout=20_000)
        expect(way.get_by_text("Being computed.")).to_be_hidden(timeout=20_000)
        assert way.locator("*").count() < ELEMENTS_MOST


def test_numbers_of_another_program_are_marked_until_the_answer_is_there(new_page):
    page = new_page()
    dock = opened(page, HERO, "second")
    way = dock.locator(".way")
    expect(way.locator("tbody tr")).to_have_count(6)
    waiting = []
    page.context.route("**/api/v1/hessian", lambda route: waiting.append(route))
    with page.expect_request("**/api/v1/hessian"):
        retype(page, "t = 0.5\nz = t**3")
    expect(way).to_have_attribute("data-old", "")
    expect(page.locator("body")).not_to_have_attribute("data-stale", "")
    for route in waiting:
        route.continue_()
    expect(way.locator("tbody tr")).to_have_count(1)
    expect(way).not_to_have_attribute("data-old", "")


def test_an_error_keeps_the_old_numbers_marked(new_page):
    page = new_page()
    dock = opened(page, HERO, "second")
    expect(dock.locator("tbody tr")).to_have_count(6)
    retype(page, HERO.replace("sin", "sn"))
    expect(page.locator("body")).to_have_attribute("data-stale", "")
    expect(dock.locator("tbody tr")).to_have_count(6)
    hue = dock.locator(".grad[data-sign=positive]").first.evaluate("each => getComputedStyle(each).color")
    plain = page.locator("body").evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--pos')")
    assert re.findall(r"\d+", hue)[:3] != [str(int(plain.strip()[i : i + 2], 16)) for i in (1, 3, 5)]
