"""Training on the page: its numbers are the API's, every step can be returned to, runs branch and are compared."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.panels_page import shown
from tests.browser.training_page import (
    NET,
    SETTINGS,
    at,
    button,
    opened,
    panel,
    slider,
    state,
    step,
    trained,
    weights,
)


def runs(page):
    """The rows of the table of runs."""
    return page.get_by_role("table", name="Runs of training").locator("tbody tr")


def test_steps_give_the_losses_and_the_weights_of_the_api(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    opened(page, "training")
    step(page, 3)
    told = trained(page, steps=3)
    last = told["history"][3]
    expect(state(page)).to_contain_text(f"loss {shown(last['loss'])}")
    expect(state(page)).to_contain_text(f"test loss {shown(last['test_loss'])}")
    assert weights(page) == told["parameters"]


def test_an_epoch_is_one_pass_over_the_training_examples(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    opened(page, "training")
    button(page, "One epoch").press("Enter")
    expect(state(page)).to_contain_text("step 3 · epoch 1 ·")
    step(page)
    button(page, "One epoch").press("Enter")
    expect(state(page)).to_contain_text("step 6 · epoch 2 ·")


def test_going_back_and_training_again_is_equal_to_the_first_time_to_the_last_bit(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    opened(page, "training")
    button(page, "Play").press("Enter")
    expect(state(page)).to_contain_text(re.compile(r"step \d{3,} "))
    button(page, "Pause").press("Enter")
    expect(button(page, "Play")).to_be_visible()
    end = at(page)
    told = trained(page, steps=end)
    assert weights(page) == told["parameters"]
    slider(page).press("Home")
    for _ in range(5):
        slider(page).press("ArrowRight")
    expect(state(page)).to_contain_text("step 5 ·")
    expect(slider(page)).to_have_attribute(
        "aria-valuetext", f"step 5 of {end}: loss {shown(told['history'][5]['loss'])}"
    )
    assert weights(page) == told["history"][5]["parameters"]
    step(page, 2)
    expect(slider(page)).to_have_attribute("max", str(end))
    assert weights(page) == told["history"][7]["parameters"]
    slider(page).press("End")
    expect(state(page)).to_contain_text(f"step {end} ·")
    step(page)
    assert weights(page) == trained(page, steps=end + 1)["parameters"]
    expect(runs(page)).to_have_count(1)


def test_another_setting_at_an_earlier_step_branches_off_and_both_runs_stand_side_by_side(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "training")
    step(page, 6)
    slider(page).press("Home")
    for _ in range(3):
        slider(page).press("ArrowRight")
    expect(state(page)).to_contain_text("step 3 ·")
    region.get_by_role("textbox", name="learning rate", exact=True).fill("0.5")
    step(page, 2)
    expect(runs(page)).to_have_count(2)
    expect(runs(page).nth(1)).to_contain_text("run A, step 3")
    expect(runs(page).nth(1)).to_contain_text("adam 0.5")
    first = trained(page, steps=6)
    branch = trained(
        page,
        settings={**SETTINGS, "optimizer": {"name": "adam", "learning_rate": 0.5}},
        steps=2,
        resume=first["history"][3],
    )
    assert weights(page) == branch["parameters"]
    expect(runs(page).nth(0)).to_contain_text(shown(first["history"][6]["loss"]))
    expect(runs(page).nth(1)).to_contain_text(shown(branch["history"][2]["loss"]))
    expect(region.locator(".plot-key")).to_have_text("A training · A test · B training · B test")
    page.get_by_role("checkbox", name="Run A in the chart").press("Space")
    expect(region.locator(".plot-key")).to_have_text("B training · B test")
    page.get_by_role("radio", name="Run A at work").press("Space")
    expect(state(page)).to_contain_text("Run A · step 6 ·")
    expect(region.get_by_role("textbox", name="learning rate", exact=True)).to_have_value("0.05")
    assert weights(page) == first["parameters"]


def test_reset_leads_back_to_the_first_weights_and_pausing_stops(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    opened(page, "training")
    page.get_by_label("Speed of training").select_option("5")
    button(page, "Play").press("Enter")
    expect(state(page)).to_contain_text(re.compile(r"step ([3-9]|\d{2,}) ·"))
    button(page, "Pause").press("Enter")
    expect(button(page, "Play")).to_be_visible()
    assert weights(page) == trained(page, steps=at(page))["parameters"]
    button(page, "Reset").press("Enter")
    expect(state(page)).to_contain_text("step 0 ·")
    assert weights(page) == trained(page, steps=0)["parameters"]


def test_a_setting_that_cannot_be_is_said_and_changes_nothing(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "training")
    step(page)
    region.get_by_role("textbox", name="learning rate", exact=True).fill("-1")
    expect(region.get_by_role("alert").filter(has_text="is -1")).to_have_text(
        "optimizer.learning_rate: is -1, must be 0 or more"
    )
    step(page)
    expect(runs(page)).to_have_count(1)
    assert weights(page) == trained(page, steps=2)["parameters"]


def test_a_server_that_cannot_be_reached_is_waited_for(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    opened(page, "training")
    step(page, 2)
    page.route(
        "**/network/train",
        lambda route: route.fulfill(
            status=429, headers={"retry-after": "0"}, json={"code": "too_many_requests", "errors": []}
        ),
        times=2,
    )
    step(page)
    assert weights(page) == trained(page, steps=3)["parameters"]


def test_a_loss_that_is_no_number_stops_the_training_and_the_way_back_is_open(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    settings = {**SETTINGS, "optimizer": {"name": "sgd", "learning_rate": 1e200}}
    region = opened(
        page,
        "training",
        configuration={**NET, "loss": "mse", "layers": [{"type": "dense", "units": 1}]},
        settings=settings,
    )
    button(page, "Play").press("Enter")
    expect(region.get_by_role("status").filter(has_text="no number any more")).to_be_visible()
    button(page, "Reset").press("Enter")
    expect(state(page)).to_contain_text("step 0 · epoch 0 · loss 1.024")


def test_drawn_data_are_trained_on(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    opened(page, "training")
    form = page.get_by_role("group", name="Configuration")
    form.locator("select").first.select_option("drawn")
    plane = form.get_by_label("Draw points").and_(form.locator("svg"))
    plane.press("Space")
    form.get_by_role("radio", name="1", exact=True).check()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Space"):
        plane.press(key)
    expect(page.get_by_role("tabpanel", name="Training")).to_be_visible()
    step(page, 2)
    assert at(page) == 2
    told = panel(page, "Boundary")
    expect(told).to_contain_text("2 training examples")


def test_the_next_update_is_that_of_the_api_number_by_number(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "optimizer", updateof="W2")
    step(page, 2)
    last = trained(page, steps=2)["history"][2]
    reply = page.request.post(
        "/api/v1/network/update", data={"network": NET, **SETTINGS, "batch_size": 10, "resume": last}
    ).json()
    columns = {each["term"]: each["values"]["W2"][0] for each in reply["columns"]}
    rows = region.get_by_role("table", name="Update of W2").locator("tbody tr")
    expect(region).to_contain_text("Update 2 → 3")
    expect(rows).to_have_count(3)
    order = ["gradient", "g", "m", "v", "m_hat", "v_hat", "change", "before", "after"]
    for i, row in enumerate(rows.all()):
        expect(row.locator("td")).to_have_text([printed(columns[term][i]) for term in order])


def printed(value):
    """A number as the page prints it, powers of ten too."""
    size = abs(value)
    if 1e-3 <= float(f"{size:.4g}") < 1e4:
        digits = f"{size:#.4g}".rstrip(".")
        return ("−" if value < 0 else "") + digits
    mantissa, exponent = f"{size:.2e}".split("e")
    high = "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(abs(int(exponent))))
    return ("−" if value < 0 else "") + f"{mantissa}×10{'⁻' if int(exponent) < 0 else ''}{high}"


def test_the_confusion_matrix_is_that_of_the_api(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "confusion")
    step(page, 2)
    told = trained(page, steps=2)["confusion"]
    for name, key in (("Training examples", "train"), ("Test examples", "test")):
        cells = region.get_by_role("table", name=f"Confusion matrix: {name}").locator("tbody td")
        expect(cells).to_have_text([str(count) for row in told[key] for count in row])


def test_the_boundary_moves_with_the_weights_and_says_how_far_the_output_goes(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "boundary")
    expect(region.locator(".net-point")).to_have_count(40)
    for steps in (0, 4):
        step(page, steps)
        parameters = trained(page, steps=steps)["parameters"]
        sheet = page.request.post(
            "/api/v1/network/boundary", data={"network": {**NET, "parameters": parameters}, "neurons": False}
        ).json()
        values = [value for row in sheet["layers"][-1]["values"][0] for value in row]
        expect(region).to_contain_text(f"from {printed(min(values))} (as the paper) to {printed(max(values))} (as ink)")


def test_the_surface_has_the_loss_of_the_weights_and_dragging_its_point_sets_them(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "surface", surfkind="parameters", surfx="W1[0,0]", surfy="W2[0,1]")
    step(page, 2)
    last = trained(page, steps=2)["history"][2]
    region.get_by_role("button", name="Center here").press("Enter")
    before = weights(page)
    region = panel(page, "Surface")
    expect(region).to_contain_text(f"loss {shown(last['loss'])}")
    knob = region.get_by_role("slider", name="Weights in the plane")
    knob.press("ArrowRight")
    expect(page.get_by_role("status").filter(has_text="run of its own")).to_be_visible()
    now = weights(page)
    moved = now["W1"][0][0] - before["W1"][0][0]
    assert moved == pytest.approx(0.05, abs=1e-12)
    before["W1"][0][0] = now["W1"][0][0]
    assert now == before
    reply = page.request.post(
        "/api/v1/network/train", data={"network": {**NET, "parameters": now}, "steps": 0, "stream": False}
    ).json()
    expect(panel(page, "Surface")).to_contain_text(f"loss {shown(reply['history'][0]['loss'])}")
    step(page)
    expect(panel(page, "Training").get_by_role("table", name="Runs of training")).to_contain_text(
        "run A, step 2, other weights"
    )


def test_racers_come_as_far_as_the_api_says(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "surface")
    expect(region).to_contain_text("slopes")
    region.get_by_role("button", name="Race", exact=True).press("Enter")
    rows = region.get_by_role("table", name="Race of the optimizers").locator("tbody tr")
    expect(rows).to_have_count(4)
    race = [
        {"optimizer": {"name": "sgd", "learning_rate": 0.1}, "steps": 50},
        {"optimizer": {"name": "adam", "learning_rate": 0.001}, "steps": 50},
    ]
    told = page.request.post("/api/v1/network/landscape", data={"network": NET, "grid": None, "race": race}).json()[
        "race"
    ]
    for row, run in zip((rows.first, rows.last), told, strict=True):
        expect(row).to_contain_text(printed(run["loss"][-1]))
    expect(region.locator(".map .map-mark")).to_have_count(4)


def test_the_surface_turns_by_arrow_keys(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    turn = opened(page, "surface").get_by_role("slider", name="Turn of the surface")
    expect(turn).to_have_attribute("aria-valuenow", "35")
    before = turn.evaluate("canvas => canvas.toDataURL()")
    turn.press("ArrowRight")
    turn.press("ArrowUp")
    expect(turn).to_have_attribute("aria-valuetext", "turned by 45 degrees, seen from 35 degrees above")
    assert turn.evaluate("canvas => canvas.toDataURL()") != before


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("numpy", "net.py"),
        ("torch", "net.py"),
        ("json", "net.json"),
        ("npz", "net.npz"),
        ("safetensors", "net.safetensors"),
    ],
)
def test_the_net_can_be_taken_away_with_the_weights_of_this_moment(new_page, kind, name):
    page = new_page(viewport={"width": 1280, "height": 800})
    region = opened(page, "export")
    region.get_by_label("Format").select_option(kind)
    expect(region).to_contain_text(name)
    with page.expect_download() as download:
        region.get_by_role("button", name="Download").press("Enter")
    assert download.value.suggested_filename == name
    body = download.value.path().read_bytes()
    assert len(body) > 100
    if kind == "json":
        assert json.loads(body) == trained(page, steps=0)["parameters"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_all_panels_about_training_are_accessible(new_page, axe, scheme, width):
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, has_touch=width < 640)
    opened(page, "training")
    step(page, 2)
    page.get_by_role("textbox", name="learning rate", exact=True).fill("0.5")
    step(page)
    assert axe(page) == []
    for name in ("Surface", "Boundary", "Optimizer", "Confusion", "Export"):
        region = panel(page, name)
        expect(region.locator("table, .plane, pre").first).to_be_visible()
        assert axe(page) == [], name
