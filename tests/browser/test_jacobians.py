"""The Jacobian sheet: the matrix, its row times it, any two nodes and any way; by mouse and by keys."""

import pytest
from playwright.sync_api import expect

from tests.browser.cells_page import LAYERS, NET, fold_first_layer, opened, pick_by_keys, same_texts, told
from tests.browser.graph_page import card, open_program
from tests.browser.printed import prints


def jacobian(page, program, **body):
    reply = page.request.post("/api/v1/jacobian", data={"program": program, **body})
    assert reply.ok, reply.text()
    return reply.json()["within"]


def flat(matrix):
    return [number for row in matrix for number in row]


def test_the_jacobian_of_an_op_is_the_engines_and_its_row_times_the_matrix(page):
    opened(page, NET)
    card(page, "n4").click()
    page.get_by_role("button", name="Jacobian of Y by X W + b").click()
    within = jacobian(page, NET, edge="n4>n5.0")
    expect(page.get_by_role("table", name="Jacobian, 4 rows by 4 columns")).to_be_visible()
    sheet = page.get_by_role("table", name="Jacobian, 4 rows by 4 columns")
    same_texts(sheet.locator("tbody td"), flat(within["matrix"]))
    same_texts(sheet.locator("tfoot td"), within["product"])
    same_texts(page.get_by_role("table", name="Upstream gradient, a row of 4").locator("tbody td"), within["upstream"])
    expect(page.locator("#matrix")).to_contain_text(within["why_never_built"])


def test_any_two_nodes_and_any_way_between_them_can_be_chosen(page):
    program = "x = [1.0, 2.0]\nu = x**2\nv = exp(x)\ny = u * v"
    nodes = opened(page, program)
    card(page, nodes["x"]["id"]).click()
    page.get_by_role("button", name="Jacobian of").click()
    page.get_by_label("Of", exact=True).select_option(label="y, vector of 2")
    page.get_by_label("By", exact=True).select_option(label="x, vector of 2")
    x, u, y = (nodes[each]["id"] for each in "xuy")
    cells = page.get_by_role("table", name="Jacobian, 2 rows by 2 columns").locator("tbody td")
    expect(page.locator("#matrix tbody th").last).to_have_text("y[1]")
    same_texts(cells, flat(jacobian(page, program, source=x, target=y)["matrix"]))
    before = cells.first.text_content()
    page.get_by_label("Along", exact=True).select_option(label="x → u → y")
    expect(cells.first).not_to_have_text(before)
    same_texts(cells, flat(jacobian(page, program, path=[x, u, y])["matrix"]))


def test_arrow_keys_go_from_cell_to_cell_and_say_the_products(page):
    opened(page, NET)
    card(page, "n4").click()
    page.get_by_role("button", name="Jacobian of Y").click()
    within = jacobian(page, NET, edge="n4>n5.0")
    page.get_by_role("table", name="Jacobian, 4 rows by 4 columns").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    said = page.locator("#matrix .matrix-said")
    expect(said).to_contain_text("∂Y[0,1]/∂(X W + b)[0,1] = ")
    entry, column = said.text_content().split(". ∂")
    assert prints(entry.rpartition("= ")[2], within["matrix"][1][1])
    assert prints(column.rpartition("= ")[2], within["product"][1])


def tab_to(page, name, most=60):
    """Press Tab until what has this name is focused."""
    focused = "() => document.activeElement?.getAttribute('aria-label')"
    for _ in range(most):
        if page.evaluate(focused) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {name}")


def test_by_keys_alone_a_node_is_pinned_its_jacobian_opened_walked_and_closed(page):
    nodes = opened(page, NET)
    card(page, nodes["b"]["id"]).focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Jacobian of X W + b by b")
    tab_to(page, "Jacobian of X W + b by b")
    page.keyboard.press("Enter")
    within = jacobian(page, NET, edge="n2>n4.1")
    sheet = page.get_by_role("table", name="Jacobian, 4 rows by 2 columns")
    expect(sheet).to_be_visible()
    same_texts(sheet.locator("tbody td"), flat(within["matrix"]))
    tab_to(page, "Jacobian, 4 rows by 2 columns")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#matrix .matrix-said")).to_contain_text("= ")
    page.keyboard.press("Escape")
    expect(page.locator("#matrix")).to_be_hidden()
    expect(button).to_be_focused()


def test_64_by_64_is_drawn_whole_and_more_says_why_it_is_not(page):
    program = "x = sin(arange(64.0))\ny = cumsum(x)\nL = sum(y**2)"
    opened(page, program)
    card(page, "n0").click()
    page.get_by_role("button", name="Jacobian of y").click()
    expect(page.get_by_role("table", name="Jacobian, 64 rows by 64 columns").locator("tbody td")).to_have_count(4096)
    page.keyboard.press("Escape")
    expect(page.locator("#matrix")).to_be_hidden()
    page.goto("about:blank")
    open_program(page, program.replace("64", "65"))
    card(page, "n0").click()
    page.get_by_role("button", name="Jacobian of y").click()
    expect(page.locator("#matrix")).to_contain_text("65 × 65 numbers. Backpropagation never builds it.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sheet_and_story_of_a_cell_pass_axe(new_page, axe, scheme):
    page = new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    nodes = opened(page, NET)
    pick_by_keys(page, nodes["Y"], (0, 1))
    told(page, (0, 1))
    assert axe(page) == []
    page.get_by_role("button", name="Jacobian of").click()
    expect(page.get_by_role("table", name="Jacobian, ")).to_be_visible()
    assert axe(page) == []


def test_a_jacobian_looks_into_a_folded_scope(page):
    opened(page, LAYERS)
    fold_first_layer(page)
    card(page, "n1").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Jacobian of X U by U").click()
    sheet = page.get_by_role("table", name="Jacobian, 4 rows by 4 columns")
    within = jacobian(page, LAYERS, edge="n1>n3.1")
    same_texts(sheet.locator("tbody td"), flat(within["matrix"]))
