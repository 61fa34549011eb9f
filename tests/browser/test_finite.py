"""Numbers that stopped being finite: where it began, what it touched, and the formula that keeps them so."""

from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.panels_page import HERO, editor
from tests.browser.ways_page import opened, posted

BROKEN = "x = [1000.0, 1.0]\ny = log(sum(exp(x)))"


def test_the_first_node_that_broke_is_named_with_its_place_and_reason(new_page):
    page = new_page()
    dock = opened(page, BROKEN, "finite")
    told = posted(page, "diagnose", program=BROKEN)
    expect(dock.locator(".way-lead")).to_contain_text("Line 2, column 13.")
    expect(dock.locator(".way-lead")).to_contain_text("too large for a number of 64 bits")
    rows = dock.get_by_role("table", name="The chain of numbers that are not finite").locator("tbody tr")
    expect(rows).to_have_count(len(told["trail"]))
    for row, step in zip(rows.all(), told["trail"], strict=True):
        expect(row).to_contain_text(step["phase"])
        expect(row).to_contain_text(step["kinds"])


def test_a_link_of_the_chain_lights_its_node_on_the_graph(new_page):
    page = new_page()
    dock = opened(page, BROKEN, "finite")
    dock.get_by_role("table").locator("tbody tr").nth(1).focus()
    expect(page.locator('[data-node="n3"]')).to_have_attribute("data-faded", "")
    expect(page.locator('[data-node="n2"]')).not_to_have_attribute("data-faded", "")


def test_the_stable_formula_is_applied_by_keys_and_undone(new_page):
    page = new_page()
    dock = opened(page, BROKEN, "finite")
    dock.get_by_role("button", name="Apply").press("Enter")
    expect(editor(page)).to_contain_text("logsumexp(x)")
    expect(dock.locator(".way-lead")).to_contain_text("Every value and every gradient is a finite number")
    page.get_by_role("button", name="Undo").click()
    expect(editor(page)).to_contain_text("log(sum(exp(x)))")
    expect(dock.locator(".way-lead")).to_contain_text("not finite")


def test_a_finite_program_is_told_so(new_page):
    expect(opened(new_page(), HERO, "finite").locator(".way-lead")).to_contain_text("is a finite number")


def test_the_address_opens_the_panel_again(new_page):
    page = new_page()
    opened(page, BROKEN, "finite")
    assert quote("panel:finite", safe=":") in page.evaluate("location.hash")
