"""One variable, drawn: each step of the chain, ratios of changes that multiply, h → 0, an op beside its derivative."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.panels_page import HERO, field, shown
from tests.browser.ways_page import opened, posted

CHAIN = "x = 3.0\nu = x**2\ny = sin(u)"


def test_each_step_is_a_curve_with_its_slope_and_the_slopes_multiply(new_page):
    page = new_page()
    dock = opened(page, CHAIN, "variable")
    told = posted(page, "curve", program=CHAIN, delta=0.1)
    u, y = told["series"][1:]
    figures = dock.locator(".step")
    expect(figures).to_have_count(3)
    for figure, slope in zip(figures.all(), (u["locals"][0], y["locals"][0], told["derivative"]), strict=True):
        expect(figure.locator("figcaption")).to_contain_text(f"= {shown(slope)}")
        expect(figure.locator(".curve-tangent")).to_have_count(1)
    lead = dock.locator(".way-lead")
    expect(lead).to_contain_text(f"{shown(u['locals'][0])} × {shown(y['locals'][0])} = {shown(told['derivative'])}")
    ratios = [each["ratio"] for each in told["delta"]["changes"][1:]]
    expect(lead).to_contain_text(f"{shown(ratios[0])} × {shown(ratios[1])} = {shown(told['delta']['ratio'])}")


def test_fahrenheit_to_celsius_gives_five_ninths(new_page):
    dock = opened(new_page(), "F = 68.0\nC = (F - 32) * 5 / 9", "variable")
    expect(dock.locator(".way-lead")).to_contain_text("0.5556")


def test_h_goes_to_zero_and_the_quotient_to_the_derivative(new_page):
    page = new_page(reduced_motion="reduce")
    dock = opened(page, CHAIN, "variable")
    expect(dock.locator(".step")).to_have_count(3)
    dock.get_by_role("button", name="h → 0").press("Enter")
    last = posted(page, "curve", program=CHAIN, h=[1e-4])["quotients"][0]["forward"]
    said = dock.get_by_text(f"h = 10⁻⁴: (f(x+h) − f(x)) / h = {shown(last)}")
    expect(said).to_be_visible(timeout=20_000)
    expect(dock.get_by_role("button", name="h → 0")).to_be_visible()


def test_the_point_is_dragged_and_the_whole_page_follows(new_page):
    page = new_page()
    dock = opened(page, CHAIN, "variable")
    whole = dock.locator(".step").last
    expect(whole.locator(".curve-point")).to_be_visible()
    box = whole.locator("svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    expect(field(page, "x")).not_to_have_value("3")
    x = float(field(page, "x").input_value())
    told = posted(page, "curve", program=CHAIN, inputs={"x": x})
    expect(dock.locator(".way-lead")).to_contain_text(shown(told["derivative"]))


def test_the_value_moves_by_keys_alone(new_page):
    page = new_page()
    dock = opened(page, CHAIN, "variable")
    expect(dock.locator(".step")).to_have_count(3)
    dock.get_by_role("slider", name="Its value").focus()
    page.keyboard.press("Home")
    expect(field(page, "x")).to_have_value("0")
    expect(dock.locator(".way-lead")).to_contain_text(re.compile(r"= 0 "))


def test_an_op_stands_beside_its_derivative_with_its_point(new_page):
    page = new_page()
    dock = opened(page, "x = 0.5\ns = sigmoid(x)", "variable")
    chart = dock.get_by_role("group", name="An op and its derivative. Arrow keys read the values.")
    expect(chart.locator("canvas")).to_be_visible()
    dock.locator(".activation").get_by_text("Numbers", exact=True).click()
    told = posted(page, "curve", program="x = 0.5\ns = sigmoid(x)", node="n1")["op"]["live"][0]
    rows = dock.locator(".activation .plot-table tbody tr")
    expect(rows.filter(has_text="slope here")).to_contain_text(shown(told[2]))


@pytest.mark.parametrize("program", [HERO, "w = [0.5, -1.0]\nL = sum(w**3)"])
def test_several_paths_and_arrays_are_told_as_such(new_page, program):
    dock = opened(new_page(), program, "variable")
    expect(dock.locator(".way-lead")).to_contain_text("=")
    expect(dock.locator(".step").first).to_be_visible()
