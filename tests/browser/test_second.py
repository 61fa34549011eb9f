"""Second order on the page: what bends, the Hessian, a vector through it, and two steps on the contour lines."""

import pytest
from playwright.sync_api import expect

from tests.browser.panels_page import HERO, field, shown
from tests.browser.printed import prints
from tests.browser.ways_page import lit, opened, posted

VALLEY = "x = -1.0\ny = 1.5\nf = (1 - x)**2 + 10*(y - x**2)**2"
LAYER = "W = [[0.5, -1.0, 0.3], [0.25, 2.0, -0.7]]\nx = [2.0, 1.0, 0.4]\nL = sum(tanh(W @ x)**2)"


def tabbed_to(page, name, most=80):
    """Press Tab until a control of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if (
            page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
            )
            == name
        ):
            return
    raise AssertionError(f"Tab never reached {name}")


def test_every_composition_has_both_bends_and_their_sum(new_page):
    page = new_page()
    dock = opened(page, HERO, "second")
    terms = posted(page, "hessian", program=HERO)["terms"]
    rows = dock.get_by_role("table", name="What bends").locator("tbody tr")
    expect(rows).to_have_count(len(terms))
    for row, term in zip(rows.all(), terms, strict=True):
        outer, inner, both = row.locator("td").all()
        for cell, key in ((outer, "outer_bend"), (inner, "inner_bend"), (both, "second")):
            assert prints(cell.locator(".grad .num").inner_text(), term[key])
    expect(dock.locator(".way-lead")).to_contain_text(f"= {shown(terms[-1]['second'])}")


def test_a_bend_s_bar_is_hollow_where_it_is_negative(new_page):
    dock = opened(new_page(), HERO, "second")
    row = dock.get_by_role("table", name="What bends").locator('[data-node-row="n7"]')
    expect(row.locator("rect").first).to_have_attribute("data-sign", "negative")
    expect(row.locator("rect").last).to_have_attribute("data-sign", "positive")


def test_a_row_lights_its_node_and_what_goes_in(new_page):
    page = new_page()
    dock = opened(page, HERO, "second")
    dock.get_by_role("table", name="What bends").locator('[data-node-row="n6"]').focus()
    expect(page.locator('[data-node="n0"]')).to_have_attribute("data-faded", "")
    assert lit(page) == {"n2", "n3", "n6"}


def test_the_hessian_is_walked_by_keys_alone_and_reads_its_cells_out(new_page):
    page = new_page()
    dock = opened(page, LAYER, "second")
    expect(dock.locator(".way-table tbody tr").first).to_be_visible()
    tabbed_to(page, "Hessian")
    page.keyboard.press("Enter")
    told = posted(page, "hessian", program=LAYER)
    expect(dock.get_by_role("table", name="Hessian, 9 rows by 9 columns").locator("tbody td")).to_have_count(81)
    tabbed_to(page, "Hessian, 9 rows by 9 columns")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(dock.locator(".matrix-said")).to_have_text(
        f"∂²L/∂W[0,1]∂W[0,1] = {shown(told['hessian']['W']['W'][0][1][0][1])}"
    )
    expect(dock).to_contain_text("Indefinite: it bends up along some directions")
    expect(dock.get_by_role("list", name="Eigenvalues, 9").locator("li").last).to_contain_text(
        shown(told["eigenvalues"][-1])
    )


def test_the_hessian_times_a_typed_vector_is_the_api_s(new_page):
    page = new_page()
    dock = opened(page, LAYER, "second", second="hessian", within="x")
    box = dock.get_by_role("textbox", name="Vector v")
    box.fill("1, −2")
    page.keyboard.press("Enter")
    product = posted(page, "hessian", program=LAYER, wrt=["x"], vector={"x": [1, -2, 0]})["product"]["x"]
    rows = dock.get_by_role("table", name="The Hessian times v").locator("tbody tr")
    for row, number in zip(rows.all(), product, strict=True):
        expect(row.locator("td").last).to_contain_text(shown(number))
    box.fill("1, zwei")
    page.keyboard.press("Enter")
    expect(dock.get_by_text("zwei is no number")).to_be_visible()
    page.wait_for_url("**zwei**")
    page.reload()
    expect(box).to_have_value("1, zwei")


def test_both_steps_stand_with_their_values_and_are_taken_and_undone_by_keys(new_page):
    page = new_page()
    dock = opened(page, VALLEY, "second", second="newton", rate="0.01")
    told = posted(page, "hessian", program=VALLEY, newton=["x", "y"], learning_rate=0.01)["newton"]
    step = dock.locator('[data-step="gradient"]')
    expect(step).to_contain_text(f"{shown(told['value'])} → {shown(told['gradient_value'])}")
    expect(dock.locator('[data-step="newton"]')).to_contain_text(f"→ {shown(told['newton_value'])}")
    expect(dock).to_contain_text("the Hessian is indefinite: the step leads to a saddle")
    expect(dock.locator(".plane .step-arrow")).to_have_count(2)
    tabbed_to(page, "Take the gradient step")
    page.keyboard.press("Enter")
    expect(step).to_contain_text(f"{shown(told['gradient_value'])} →")
    x, y = (float(field(page, name).input_value()) for name in "xy")
    assert [x, y] == pytest.approx([-1.16, 1.4], abs=1e-9)
    page.get_by_role("button", name="Undo").first.click()
    expect(field(page, "x")).to_have_value("-1")
    expect(field(page, "y")).to_have_value("1.5")


def test_a_newton_step_in_cells_of_one_array_ends_in_the_minimum(new_page):
    page = new_page()
    bowl = "w = [3.0, -1.0, 2.0]\nL = (w[0] - 1)**2 + 3*(w[2] + w[0])**2"
    dock = opened(page, bowl, "second", second="newton", across="w[0]", up="w[2]")
    expect(dock.get_by_role("button", name="Take the Newton step")).to_be_visible()
    dock.get_by_role("button", name="Take the Newton step").press("Enter")
    expect(dock.locator('[data-step="newton"]')).to_contain_text(": 0 → 0")
    for i, wanted in enumerate(["1", "-1", "-1"]):
        expect(field(page, f"w[{i}]")).to_have_value(wanted)


def test_the_gradient_is_opened_as_a_program_differentiated_again_and_undone(new_page):
    page = new_page()
    dock = opened(page, HERO, "gradient")
    told = posted(page, "gradient_graph", program=HERO)
    expect(dock.get_by_role("group", name="The gradient as a program")).to_have_text(
        told["source"].strip(), use_inner_text=False
    )
    tabbed_to(page, "Open the gradient")
    page.keyboard.press("Enter")
    second = posted(page, "hessian", program=HERO)["hessian"]["t"]["t"]
    expect(page.locator('[data-input="t"] .grad .num')).to_have_text(shown(second))
    dock.get_by_role("button", name="Differentiate again").press("Enter")
    third = posted(page, "derivatives", program=HERO, order=3)["derivatives"][2]
    expect(page.locator('[data-input="t"] .grad .num')).to_have_text(shown(third))
    for number in (second, posted(page, "backprop", program=HERO)["gradients"]["t"]):
        page.locator("#tools").get_by_role("button", name="Undo").click()
        expect(page.locator('[data-input="t"] .grad .num')).to_have_text(shown(number))


def test_arrays_are_opened_in_single_numbers(new_page):
    page = new_page()
    dock = opened(page, LAYER, "gradient")
    dock.get_by_role("button", name="Open in single numbers").press("Enter")
    expect(field(page, "W_0_0")).to_have_value("0.5")
    gradient = posted(page, "backprop", program=LAYER)["gradients"]["W"][0][1]
    expect(page.locator('[data-input="W_0_1"] .grad .num')).to_have_text(shown(gradient))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("part", ["bends", "hessian", "newton"])
def test_it_passes_axe_and_fits_every_width(new_page, axe, scheme, width, height, part):
    page = new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    dock = opened(page, VALLEY, "second", second=part)
    expect(dock.locator(".way-lead").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_gradient_s_program_passes_axe(new_page, axe, scheme, width):
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    dock = opened(page, LAYER, "gradient")
    expect(dock.locator(".way-lead")).to_contain_text("is a program too")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
