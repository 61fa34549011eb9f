"""Equations as curves: the slope at a point, dragged and walked along, and what is said where there is none."""

import json
import math

import pytest
from playwright.sync_api import expect

from tests.browser.panels_page import HERO, shown
from tests.browser.ways_page import opened, posted


def point(dock):
    """The point on the curve."""
    return dock.get_by_role("slider", name="Point on the curve")


def at(**place):
    """A point as the address holds it."""
    return json.dumps(place, separators=(",", ":"))


def test_the_circle_has_its_slope_and_bend(new_page):
    dock = opened(new_page(), HERO, "implicit")
    expect(dock.locator(".way-lead")).to_contain_text("= −(1.2) / (1.6) = −0.75")
    expect(dock).to_contain_text("Second derivative: −1.953")
    expect(point(dock)).to_have_attribute("aria-valuetext", "x 0.6, y 0.8, slope −0.75")


@pytest.mark.parametrize(
    ("equation", "place", "said"),
    [
        ("x^2 + y^2 = 1", {"x": 1, "y": 0}, "the tangent is vertical"),
        ("x*y = 0", {"x": 0, "y": 0}, "the curve has no one tangent here"),
    ],
)
def test_where_there_is_no_slope_it_says_why(new_page, equation, place, said):
    dock = opened(new_page(), HERO, "implicit", equation=equation, point=at(**place))
    expect(dock.locator(".way-lead")).to_contain_text(said)


def test_the_point_stays_on_the_curve_under_the_pointer(new_page):
    page = new_page()
    dock = opened(page, HERO, "implicit")
    expect(point(dock)).to_be_visible()
    box = dock.get_by_role("group", name="The curve").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.up()
    expect(point(dock)).not_to_have_attribute("aria-valuetext", "x 0.6, y 0.8, slope −0.75")
    x, y = (float(dock.get_by_label(f"point {name}").input_value()) for name in "xy")
    assert math.hypot(x, y) == pytest.approx(1, abs=1e-9)
    assert x < 0 < y


def test_arrow_keys_walk_the_point_along_the_curve(new_page):
    page = new_page()
    dock = opened(page, HERO, "implicit")
    expect(point(dock)).to_have_attribute("aria-valuetext", "x 0.6, y 0.8, slope −0.75")
    point(dock).focus()
    page.keyboard.press("ArrowRight")
    expect(point(dock)).not_to_have_attribute("aria-valuetext", "x 0.6, y 0.8, slope −0.75")
    x, y = (float(dock.get_by_label(f"point {name}").input_value()) for name in "xy")
    told = posted(page, "implicit", equation="x^2 + y^2 = 1", point={"x": x, "y": y})
    assert told["on_curve"]
    expect(dock.locator(".way-lead")).to_contain_text(shown(told["derivative"]))


def test_another_equation_is_typed_and_its_dependent_variable_chosen(new_page):
    page = new_page()
    dock = opened(page, HERO, "implicit")
    text = dock.get_by_role("textbox", name="Equation")
    text.fill("x^2 + y^2 + z^2 = 9")
    page.keyboard.press("Enter")
    for name, value in {"x": "1", "y": "2", "z": "2"}.items():
        dock.get_by_label(f"point {name}").fill(value)
        dock.get_by_label(f"point {name}").press("Enter")
    dock.get_by_label("Slope of").select_option("z")
    dock.get_by_label("by", exact=True).select_option("x")
    expect(dock.locator(".way-lead")).to_contain_text("= −(2) / (4) = −0.5")
    expect(dock).to_contain_text("∂𝑧/∂𝑦 = −1")


def test_a_wrong_equation_keeps_the_curve_and_says_what_is_wrong(new_page):
    page = new_page()
    dock = opened(page, HERO, "implicit")
    expect(dock.locator(".curve-line")).not_to_have_count(0)
    dock.get_by_role("textbox", name="Equation").fill("x^2 + = 1")
    page.keyboard.press("Enter")
    expect(dock.get_by_role("status").filter(has_text="line 1")).to_be_visible()
    expect(dock.locator(".curve-line")).not_to_have_count(0)


def test_f_is_drawn_as_the_page_s_graph_whose_gradients_are_the_partial_derivatives(new_page):
    page = new_page()
    dock = opened(page, HERO, "implicit")
    expect(point(dock)).to_have_attribute("aria-valuetext", "x 0.6, y 0.8, slope −0.75")
    dock.get_by_role("button", name="Draw F as a graph").press("Enter")
    for name, wanted in {"x": "1.2", "y": "1.6"}.items():
        expect(page.locator(f'[data-input="{name}"] .grad .num')).to_have_text(wanted)
