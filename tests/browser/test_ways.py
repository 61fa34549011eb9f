"""Paths, agreement and difference quotients on the page: their numbers are the API's, and they point at the graph."""

import pytest
from playwright.sync_api import expect

from tests.browser.panels_page import HERO, shown, slider
from tests.browser.ways_page import opened, posted


def rows_of(dock, name):
    """The rows of a table, by its name."""
    return dock.get_by_role("table", name=name).locator("tbody tr")


def test_every_path_is_listed_with_its_product_and_their_sum_is_the_gradient(new_page):
    page = new_page()
    dock = opened(page, HERO, "paths")
    told = posted(page, "paths", program=HERO)
    rows = rows_of(dock, "Paths, the largest first")
    expect(rows).to_have_count(3)
    for row, way in zip(rows.all(), told["paths"], strict=True):
        expect(row).to_contain_text(shown(way["product"]))
        expect(row).to_contain_text(" × ".join(map(shown, way["factors"])))
    expect(dock).to_contain_text(f"Sum of the products: {shown(told['sum'])} ✓ the gradient")


def test_a_path_lights_its_nodes_and_leaves_the_others_faded(new_page):
    page = new_page()
    dock = opened(page, HERO, "paths")
    rows_of(dock, "Paths, the largest first").nth(1).focus()
    cards = page.get_by_role("region", name="Graph").locator("[data-node]")
    expect(cards.and_(page.locator("[data-faded]"))).not_to_have_count(0)
    lit = cards.and_(page.locator(":not([data-faded])")).evaluate_all("all => all.map((card) => card.dataset.node)")
    assert set(lit) == set(posted(page, "paths", program=HERO)["paths"][1]["nodes"])


def test_the_tree_has_a_leaf_for_each_path_that_says_its_product(new_page):
    page = new_page()
    dock = opened(page, HERO, "paths")
    dock.get_by_role("button", name="Tree").press("Enter")
    leaves = dock.get_by_role("group", name="Tree of the paths").get_by_role("button")
    expect(leaves).to_have_count(3)
    expect(leaves.first).to_have_accessible_name("t to x to x·y to sin(x·y) to z: 1.511")


def test_what_each_way_costs_is_counted_for_this_program(new_page):
    page = new_page()
    dock = opened(page, HERO, "paths")
    told = posted(page, "paths", program=HERO)["operations"]
    rows = rows_of(dock, "Operations for the whole gradient")
    expect(rows).to_have_count(4)
    for row, key in zip(rows.all(), ("paths", "forward", "differences", "reverse"), strict=True):
        expect(row.locator(".num")).to_have_text(str(told[key]))


def test_all_ways_agree_for_every_input_and_follow_the_slider(new_page):
    page = new_page()
    dock = opened(page, HERO, "agreement")
    expect(dock).to_contain_text("All ways agree")
    slider(page, "t").focus()
    page.keyboard.press("Home")
    told = posted(page, "gradcheck", program=HERO, inputs={"t": -2})["checks"]["t"]
    cells = rows_of(dock, "Gradients four ways").first.locator("td")
    for cell, key in zip(cells.all(), ("reverse", "forward_mode", "symbolic", "numeric"), strict=True):
        expect(cell).to_contain_text(shown(told[key]))


@pytest.mark.parametrize("scheme", ["central", "forward", "complex"])
def test_the_error_over_h_is_drawn_and_told_as_numbers(new_page, scheme):
    page = new_page()
    dock = opened(page, "x = 3.0\ny = sin(x**2)", "numerical")
    dock.get_by_label("Scheme").select_option(scheme)
    expect(dock).to_contain_text("✓")
    expect(dock.locator("canvas").first).to_be_visible()
    dock.get_by_text("Numbers", exact=True).click()
    expect(dock.locator(".plot-table tbody tr").first).to_contain_text("error")


def test_a_point_of_the_chart_is_read_and_chosen_by_keys_alone(new_page):
    page = new_page()
    dock = opened(page, "x = 3.0\ny = sin(x**2)", "numerical")
    chart = dock.get_by_role("group", name="Error of the difference quotient over its step")
    expect(chart.locator("canvas")).to_be_visible()
    chart.focus()
    page.keyboard.press("Home")
    expect(dock.locator(".plot-key")).to_contain_text("h 1×10⁻¹⁵")
    page.keyboard.press("Enter")
    expect(dock.get_by_role("slider", name="h", exact=True)).to_have_value("-15")
    told = posted(page, "gradcheck", program="x = 3.0\ny = sin(x**2)", h=1e-15)["checks"]["x"]["numeric"]
    expect(dock).to_contain_text(f"Difference quotient: {shown(told)}")


def test_tangents_are_pushed_level_by_level_beside_the_gradients(new_page):
    page = new_page()
    dock = opened(page, HERO, "forward")
    told = posted(page, "jvp", program=HERO, tangents={"t": 1})
    nodes = [node for node in told["nodes"] if node["kind"] != "constant"]
    rows = rows_of(dock, "Tangents and gradients")
    expect(rows).to_have_count(len(nodes))
    for row, node in zip(rows.all(), nodes, strict=True):
        expect(row.locator("td").nth(1)).to_have_text(shown(node["tangent"]))
        expect(row.locator("td").nth(2)).to_contain_text(shown(node["grad"]))
    level = dock.get_by_role("slider", name="Level")
    level.focus()
    page.keyboard.press("Home")
    expect(rows.nth(1).locator("td").nth(1)).to_have_text("—")
    page.keyboard.press("ArrowRight")
    expect(rows.nth(1).locator("td").nth(1)).to_have_text(shown(nodes[1]["tangent"]))
    card = page.locator(f'[data-node="{nodes[1]["id"]}"]')
    expect(card).to_have_attribute("data-badge", f"v̇ {shown(nodes[1]['tangent'])}")


def test_forward_mode_plays_to_the_output_and_the_seed_can_be_chosen(new_page):
    page = new_page()
    dock = opened(page, "w = [0.5, -1.0]\nx = [2.0, 1.0]\nL = tanh(w @ x)", "forward")
    dock.get_by_label("Seed 1 at").select_option("w[1]")
    told = posted(page, "jvp", program="w = [0.5, -1.0]\nx = [2.0, 1.0]\nL = tanh(w @ x)", tangents={"w": [0, 1]})
    expect(rows_of(dock, "Tangents and gradients").last.locator("td").nth(1)).to_have_text(
        shown(told["output_tangent"])
    )
    dock.get_by_role("button", name="Play").press("Enter")
    expect(dock.get_by_role("button", name="Pause")).to_be_visible()
    expect(dock.get_by_text("Forward, finished.")).to_be_visible()
    expect(dock.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize(
    "panel", ["paths", "forward", "implicit", "finite", "variable", "agreement", "symbolic", "numerical"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panels_have_nothing_serious_in_their_way(new_page, axe, panel, scheme):
    page = new_page(color_scheme=scheme)
    dock = opened(page, HERO, panel)
    expect(dock.locator(".way-lead").first).not_to_be_empty()
    assert axe(page) == []


def test_an_answer_that_comes_after_its_panel_has_gone_leaves_no_trace_on_the_graph(new_page):
    page = new_page()
    waiting = []
    page.route("**/api/v1/jvp", lambda route: waiting.append(route))
    with page.expect_request("**/api/v1/jvp"):
        dock = opened(page, HERO, "forward")
    dock.get_by_role("tab", name="Paths").click()
    expect(rows_of(dock, "Paths, the largest first")).to_have_count(3)
    with page.expect_response("**/api/v1/jvp"):
        waiting[0].continue_()
    dock.get_by_label("From").select_option(label="y")  # what is asked later is answered later
    expect(rows_of(dock, "Paths, the largest first")).to_have_count(1)
    expect(page.locator("[data-badge]")).to_have_count(0)


def test_a_panel_says_that_its_first_answer_is_still_being_computed(new_page):
    page = new_page()
    waiting = []
    page.route("**/api/v1/gradcheck", lambda route: waiting.append(route))
    dock = opened(page, HERO, "agreement")
    expect(dock).to_contain_text("Being computed.")
    waiting[0].continue_()
    expect(dock).to_contain_text("All ways agree.")
    expect(dock).not_to_contain_text("Being computed.")
