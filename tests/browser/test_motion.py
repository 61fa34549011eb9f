"""The backward flow: the numbers at every step are the engine's, and going back is exact."""

import random

import pytest
from playwright.sync_api import expect

from tests.browser.checks import check_step
from tests.browser.graph_page import (
    ARRAYS,
    DEAD,
    HERO,
    at_step,
    backprop,
    card,
    cards,
    columns,
    go_to,
    last_step,
    open_program,
    painted,
    picture,
    step,
)
from tests.browser.told import Told

PROGRAMS = {
    "the opening example": HERO,
    "x·x": "x = 3\ny = x*x",
    "a dead relu": DEAD,
    "NaN": "x = -1\ny = log(x)\nz = y * x + 2",
    "four uses": "x = 0.1\ny = x + 0.2*x + sin(x)*x",
    "tiny": "x = 0.001\ny = x**2 * 1e-5\nz = sin(y)",
}
DEEP = "x = 0.5\n" + "\n".join(f"a{i} = tanh(1.1*{f'a{i - 1}' if i else 'x'})" for i in range(60))

MODEL = """
  const [{buildRun}, {timeline, frameAt}] = await Promise.all(
    ['run', 'timeline'].map((name) => import(`/static/js/model/${name}.js`)));
"""
DURATIONS = f"""async (reply) => {{{MODEL}
  const {{stops, turn}} = timeline(buildRun(reply));
  return stops.slice(turn).map((stop) => stop.duration_ms);
}}"""
PARTIAL_SUMS = (
    "async ([reply, held]) => {"
    + MODEL
    + """
  const run = buildRun(reply), line = timeline(run);
  const words = (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x);
  const plain = (tensor) => JSON.stringify(tensor, words);
  const wrong = [];
  held.forEach((gradients, i) => {
    const frame = frameAt(run, line, line.turn + i);
    for (const {id, backLevel} of run.nodes) {
      const [seen, due] = [frame.nodes.get(id).grad, gradients[id]];
      if (backLevel >= 0 && plain(seen) !== plain(due)) wrong.push([line.turn + i, id, seen, due]);
    }
  });
  return held.length === line.length - line.turn + 1 ? wrong : [['steps', held.length, line.length - line.turn + 1]];
}"""
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_over_the_whole_pass_every_number_is_the_engines_at_every_step_and_going_back_is_exact(page, name):
    told = Told(backprop(page, PROGRAMS[name]))
    open_program(page, PROGRAMS[name])
    at_step(page, told.last)
    page.get_by_role("button", name="To the start").click()
    seen = {}
    for index in range(told.last + 1):
        at_step(page, index)
        check_step(page, told, index)
        seen[index] = picture(page)
        if index < told.last:
            page.get_by_role("button", name="Step forward").click()
    for index in reversed(range(told.last)):
        page.get_by_role("button", name="Step back").click()
        at_step(page, index)
        assert picture(page) == seen[index], f"step {index} looks different on the way back"


def test_an_array_program_shows_at_every_step_which_gradients_have_arrived(page):
    told = Told(backprop(page, ARRAYS))
    open_program(page, ARRAYS)
    go_to(page, 0)
    for index in range(told.last + 1):
        at_step(page, index)
        arrived = {node for node, gradient in told.gradients(index).items() if gradient is not None}
        assert {node for node, each in cards(page).items() if each["state"] == "done"} == arrived
        page.keyboard.press("ArrowRight")


def test_a_step_forward_plays_that_step_and_rests_at_its_numbers(page):
    open_program(page, HERO, t=12)
    told = Told(backprop(page, HERO))
    page.evaluate("""() => {
      const seen = window.seen = new Set(), canvas = document.querySelector('.graph-over');
      const numbers = () => canvas.written.filter(({px, align}) => px === 14 && align === 'left').length;
      const look = () => { seen.add(numbers()); requestAnimationFrame(look); };
      look();
    }""")
    page.get_by_role("button", name="Step forward").click()
    at_step(page, 13)
    check_step(page, told, 13)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert len(set(page.evaluate("() => [...window.seen]"))) > 2  # upstream, × local, contribution came one by one
    still = picture(page)
    painted(page)
    assert picture(page) == still


def test_each_step_is_spoken_once_somebody_steps(page):
    open_program(page, HERO, t=8)
    live = page.locator("[data-live=step]")
    assert live.inner_text() == ""
    for words in (
        "Backward, step 2 of 9. z multiplies: upstream × local, once for each edge.",
        "Backward, step 3 of 9. x², gradient so far from z: 1; sin(x·y), gradient so far from z: 1",
    ):
        page.get_by_role("button", name="Step forward").click()
        expect(live).to_have_text(words)


def test_five_hundred_random_moves_of_the_step_slider_show_one_picture_for_each_step(new_page):
    page = new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    open_program(page, HERO)
    last, seen, rng = last_step(page), {}, random.Random(5)
    moves = {"ArrowRight": 1, "ArrowLeft": -1, "Home": -last, "End": last}
    step(page).focus()
    at = last
    for _ in range(500):
        key = rng.choices(list(moves), weights=(10, 10, 1, 1))[0]
        page.keyboard.press(key)
        at = max(0, min(last, at + moves[key]))
        now = picture(page)
        assert step(page).get_attribute("aria-valuenow") == str(at)
        assert seen.setdefault(at, now) == now, f"step {at} looks different"
    assert len(set(seen.values())) == last + 1


def test_the_keys_of_the_transport_step_jump_play_and_pause(page):
    open_program(page, HERO)
    page.keyboard.press("Home")
    at_step(page, 0)
    to = {"Shift+ArrowRight": 3, "End": 16, "Shift+ArrowLeft": 14, "Home": 0}
    for key, index in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), *to.items()]:
        page.keyboard.press(key)
        at_step(page, index)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("() => Number(document.querySelector('.scrubber').ariaValueNow) >= 2")
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stopped = picture(page)
    painted(page)
    assert picture(page) == stopped


def test_nothing_starts_by_itself(page):
    open_program(page, HERO, t=3)
    before = picture(page)
    page.evaluate("async () => { for (let i = 0; i < 90; i++) await new Promise(requestAnimationFrame); }")
    assert picture(page) == before
    expect(step(page)).to_have_attribute("aria-valuenow", "3")


def test_the_speed_goes_from_a_quarter_to_four_times(page):
    open_program(page, HERO)
    seen = []
    for _ in range(5):
        seen.append(page.get_by_role("button", name="Speed").inner_text())
        page.get_by_role("button", name="Speed").click()
    assert seen == ["1×", "2×", "4×", "¼×", "½×"]


def test_with_reduced_motion_playing_shows_settled_steps_only(new_page):
    page = new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    open_program(page, HERO)
    settled = set()
    for index in range(last_step(page) + 1):
        go_to(page, index)
        settled.add(page.locator(".graph-over").evaluate("(canvas) => canvas.toDataURL()"))
    go_to(page, 0)
    page.evaluate("""() => {
      const seen = window.seen = new Set(), canvas = document.querySelector('.graph-over');
      const look = () => { seen.add(canvas.toDataURL()); requestAnimationFrame(look); };
      look();
    }""")
    for name in ("Speed", "Speed", "Play"):
        page.get_by_role("button", name=name).click()
    expect(step(page)).to_have_attribute("aria-valuenow", "16", timeout=20_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    seen = set(page.evaluate("() => [...window.seen]"))
    assert seen <= settled and len(seen) > 8


def test_while_it_plays_the_pulse_carries_upstream_then_local_then_their_product(page):
    open_program(page, HERO, t=12)
    page.evaluate("""() => {
      const seen = window.seen = new Set(), canvas = document.querySelector('.graph-over');
      const numbers = () => canvas.written.filter(({px, align}) => px === 14 && align === 'left').length;
      const look = () => { seen.add(numbers()); requestAnimationFrame(look); };
      look();
    }""")
    page.get_by_role("button", name="Play").click()
    expect(step(page)).to_have_attribute("aria-valuenow", "16", timeout=20_000)
    seen = set(page.evaluate("() => [...window.seen]"))
    assert {0, 2, 4, 6} <= seen  # two edges at work: upstream, × local, contribution of each


def test_dragging_the_step_slider_scrubs_and_settles_at_a_step(page):
    open_program(page, HERO)
    box = step(page).bounding_box()
    page.mouse.move(box["x"] + 26, box["y"] + 24)
    page.mouse.down()
    expect(step(page)).to_have_attribute("aria-valuenow", "0")
    page.mouse.move(box["x"] + 300, box["y"] + 24, steps=5)
    between = int(step(page).get_attribute("aria-valuenow"))
    assert 0 < between < 8
    page.mouse.up()
    at_step(page, between)
    page.wait_for_function(f"() => location.hash.endsWith('&t={between}')")


def test_a_zero_local_derivative_stops_the_pulse_at_its_gate(page):
    told = Told(backprop(page, DEAD))
    open_program(page, DEAD)
    relu = next(node["id"] for node in told.reply["nodes"] if node["op"] == "relu")
    into = next(edge["id"] for edge in told.reply["edges"] if edge["target"] == relu)
    go_to(page, next(i for i in range(told.last) if into in {each["edge"] for each in told.group(i)}))
    assert "0" in columns(page)
    expect(page.locator("#story")).to_contain_text("stopped here")
    page.keyboard.press("End")
    at_step(page, told.last)
    for node in (node for node in told.evaluated if node["grad"] == 0):
        expect(card(page, node["id"]).locator(".card-sign")).to_have_attribute("data-sign", "zero")


def test_a_pass_over_a_hundred_and_twenty_levels_takes_at_most_twelve_seconds_and_stops_at_each(page):
    open_program(page, DEEP)
    durations = page.evaluate(DURATIONS, backprop(page, DEEP))
    assert len(durations) == 1 + 2 * 120
    assert sum(durations) <= 12_000 + 1e-6
    assert min(durations) > 0


def test_the_model_holds_the_engines_partial_sums_bit_for_bit_in_every_example(page):
    page.goto("/")
    for example in page.request.get("/api/v1/examples").json()["examples"]:
        told = Told(backprop(page, example["program"]))
        first = next(i for i in range(told.last + 1) if told.kind(i) == "seed")
        held = [told.gradients(first + i) for i in range(len(told.groups))]
        assert page.evaluate(PARTIAL_SUMS, [told.reply, held]) == [], example["title"]


def test_an_empty_program_leaves_nothing_to_step_through(page):
    open_program(page, HERO)
    program = page.get_by_role("textbox", name="Program")
    program.press("ControlOrMeta+a")
    program.press("Delete")
    expect(page.locator(".scrubber svg")).to_have_count(0)
    expect(page.locator(".scrubber")).to_have_attribute("aria-valuetext", "nothing to step through")
