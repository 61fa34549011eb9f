"""The panels around the graph, by the names that people and assistive technology know them by."""

from playwright.sync_api import expect

from tests.browser.graph_page import address

HERO = "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)"
MISSPELT = HERO.replace("sin", "sn")
ARRAYS = "X = [[1.0, -0.5], [0.0, 1.5]]\nw = [0.4, 0.9]\nL = sum((X @ w)**2)"


def opened(page, program=HERO, **fields):
    """Open the page on a program and wait until it is told, with the editor proper in place."""
    page.goto(address(program, **fields))
    expect(page.locator("#editor .cm-content")).to_be_attached()
    expect(story(page).get_by_role("heading").first).not_to_be_empty()


def editor(page):
    """The textbox “Program”."""
    return page.get_by_role("textbox", name="Program")


def retype(page, program):
    """Put another program in the place of the one that is there, by keys alone."""
    editor(page).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(program)


def text(page):
    """The program as it stands in the editor."""
    return "\n".join(editor(page).locator(".cm-line").all_inner_texts()).replace("\n\n", "\n")


def story(page):
    """The region “Explanation”."""
    return page.get_by_role("region", name="Explanation")


def field(page, name):
    """The number field of an input."""
    return page.get_by_role("spinbutton", name=name, exact=True)


def slider(page, name):
    """The slider of an input."""
    return page.get_by_role("slider", name=name, exact=True)


def gradient_of(page, name):
    """The gradient that stands below an input's slider."""
    return page.locator(f'[data-input="{name}"] .grad .num')


def live(page):
    """Wait until the picture is of the program that stands in the editor."""
    expect(page.locator("body")).not_to_have_attribute("data-stale", "")


def stale(page):
    """Wait until the picture is of an older program, and says so by its lack of hue."""
    expect(page.locator("body")).to_have_attribute("data-stale", "")


def shown(value):
    """A number as the page prints it, for numbers of ordinary size."""
    return f"{value:.4g}".replace("-", "−")


def rows(page):
    """The table's rows as (node, op, value, gradient)."""
    cells = page.get_by_role("table", name="Values and gradients").locator("tbody tr")
    return [tuple(row.locator("th, td").all_inner_texts()[i] for i in (0, 1, 3, 4)) for row in cells.all()]
