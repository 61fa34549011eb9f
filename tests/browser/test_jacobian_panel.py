"""Jacobians in the derivatives view: any outputs by any inputs, a chain multiplied out, and the paths of a cell."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cells_page import same_texts
from tests.browser.panels_page import HERO, shown
from tests.browser.printed import prints
from tests.browser.test_second import tabbed_to
from tests.browser.ways_page import lit, opened, posted

LAYERS = "x = [1.0, 2.0]\nb = 0.5\nu = x**2 + b\nv = [[1, 2], [3, 4]] @ u\ny = sum(tanh(v / 10))"


def flat(matrix):
    return [number for row in matrix for number in row]


def ids(page, program):
    """Ids of the program's variables, by name."""
    return {node["name"]: node["id"] for node in posted(page, "backprop", program=program)["nodes"] if node["name"]}


def test_the_output_s_matrices_by_every_input_are_the_api_s(new_page):
    page = new_page()
    dock = opened(page, LAYERS, "jacobians")
    for block in posted(page, "jacobian", program=LAYERS, outputs=["y"])["blocks"]:
        rows, columns = len(block["matrix"]), len(block["matrix"][0])
        table = dock.get_by_role("table", name=f"∂y/∂{block['input']}, {rows} rows by {columns} columns")
        same_texts(table.locator("tbody td"), flat(block["matrix"]))


def test_any_variable_is_added_and_taken_away_and_comes_back_after_a_reload(new_page):
    page = new_page()
    dock = opened(page, LAYERS, "jacobians")
    dock.get_by_label("Add to of").select_option(label="v")
    dock.get_by_label("Add to by").select_option("u")
    table = dock.get_by_role("table", name="∂v/∂u, 2 rows by 2 columns")
    same_texts(table.locator("tbody td"), [1, 2, 3, 4])
    dock.get_by_role("button", name="Take y away").press("Enter")
    expect(dock.get_by_role("table", name="∂y/∂x")).to_have_count(0)
    page.wait_for_url(re.compile("outputs.*inputs"))
    page.reload()
    expect(table).to_be_visible()
    expect(dock.get_by_role("table", name="∂y/∂x")).to_have_count(0)


def test_a_cell_tells_its_paths_and_lights_them_by_keys_alone(new_page):
    page = new_page()
    dock = opened(page, LAYERS, "jacobians")
    expect(dock.get_by_role("table", name="∂y/∂x, 1 rows by 2 columns")).to_be_visible()
    tabbed_to(page, "∂y/∂x, 1 rows by 2 columns")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    told = posted(page, "paths", program=LAYERS, source="x[1]", target="y", operations=False)
    said = dock.locator(".matrix-said")
    expect(said).to_contain_text(f"∂y/∂x[1] = {shown(told['sum'])}: 2 paths: ")
    products = said.inner_text().rpartition(": ")[2].split(" + ")
    assert all(prints(text, way["product"]) for text, way in zip(products, told["paths"], strict=True))
    names = ids(page, LAYERS)
    assert {names[each] for each in "xuvy"} <= lit(page)
    assert names["b"] not in lit(page)


def test_paths_of_single_numbers_are_named_node_by_node(new_page):
    page = new_page()
    dock = opened(page, HERO, "jacobians")
    dock.get_by_role("table", name="∂z/∂t").press("ArrowRight")
    expect(dock.locator(".matrix-said")).to_contain_text("∂z/∂t = 2.388: 3 paths: 1.511 (t → x → x·y → sin → z)")


def test_a_chain_is_multiplied_out_factor_by_factor(new_page):
    page = new_page()
    names = ids(page, LAYERS)
    nodes = [names[each] for each in "xuvy"]
    dock = opened(page, LAYERS, "jacobians", jacobian="chain", chain="|".join(nodes))
    told = posted(page, "jacobian", program=LAYERS, chain=nodes)["chain"]
    lead = dock.locator(".way-lead")
    expect(lead).to_have_text(re.compile(r"J = J₃ J₂ J₁ \(1×2 · 2×2 · 2×2\) is ∂.*: every way leads"))
    expect(dock.locator(".way-note").last).to_contain_text("From the left 8 multiplications, from the right 12")
    for i, factor in enumerate(told["factors"]):
        table = dock.get_by_role("table", name=f"J{'₁₂₃'[i]} = ∂{factor['target_label']}/∂{factor['source_label']},")
        same_texts(table.locator("tbody td"), flat(factor["matrix"]))
    whole = dock.get_by_role("table", name="J₃ J₂ J₁ = ∂y/∂x, 1 rows by 2 columns")
    same_texts(whole.locator("tbody td"), flat(told["total"]))


def test_a_chain_that_others_lead_past_says_so(new_page):
    page = new_page()
    names = ids(page, HERO)
    dock = opened(page, HERO, "jacobians", jacobian="chain", chain=f"{names['t']}|{names['x']}|{names['z']}")
    expect(dock.locator(".way-lead")).to_contain_text("is not all of ∂")


def test_numbers_that_are_not_finite_are_named(new_page):
    dock = opened(new_page(), "x = [0.0, 1.0]\ny = log(x)", "jacobians")
    expect(dock.locator(".matrix tbody td").first).to_have_text("∞")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (320, 640)])
@pytest.mark.parametrize("part", ["blocks", "chain"])
def test_it_passes_axe_and_fits_every_width(new_page, axe, scheme, width, height, part):
    page = new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    dock = opened(page, LAYERS, "jacobians", jacobian=part)
    expect(dock.get_by_role("table").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
