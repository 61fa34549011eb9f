"""The symbolic derivative on the page: formula, number, rules, and the nodes that they point at."""

import pytest
from playwright.sync_api import expect

from tests.browser.panels_page import HERO
from tests.browser.ways_page import opened


def test_the_derivative_is_typeset_and_agrees_with_reverse_mode(new_page):
    dock = opened(new_page(), HERO, "symbolic")
    expect(dock.locator("math").first).to_be_visible()
    expect(dock.get_by_text("reverse mode gives the same")).to_be_visible()
    expect(dock).to_contain_text("2.388")


def test_every_rule_is_named_and_its_node_lights_up(new_page):
    page = new_page()
    dock = opened(page, HERO, "symbolic")
    rows = dock.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(6)
    product = rows.filter(has_text="product")
    product.focus()
    graph = page.get_by_role("region", name="Graph")
    expect(graph.locator('[data-node="n6"]')).not_to_have_attribute("data-faded", "")
    expect(graph.locator('[data-node="n2"]')).to_have_attribute("data-faded", "")


def test_the_panel_is_reached_by_keys_alone_and_its_formula_copied(new_page):
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, HERO, "symbolic")
    python = page.get_by_role("button", name="Python")
    python.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("copied as Python")).to_be_visible()
    assert "def derivative(t):" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("variable", ["w[0]", "w[1]"])
def test_each_number_of_an_array_can_be_chosen(new_page, variable):
    dock = opened(new_page(), "w = [0.5, -1.0]\nL = sum(w**3)", "symbolic")
    dock.get_by_label("By").select_option(variable)
    expect(dock.get_by_text("reverse mode gives the same")).to_be_visible()
    expect(dock).to_contain_text({"w[0]": "0.75", "w[1]": "3"}[variable])
