"""The panels about training, by the names that people and assistive technology know them by; the API's own training."""

import json
import re
from urllib.parse import quote

from playwright.sync_api import expect

NET = {
    "input": 2,
    "layers": [
        {"type": "dense", "units": 3, "activation": "tanh"},
        {"type": "dense", "units": 1, "activation": "sigmoid"},
    ],
    "loss": "bce",
    "data": {"dataset": "circle", "samples": 40, "test_fraction": 0.25},
    "seed": 1,
}
SETTINGS = {
    "optimizer": {"name": "adam", "learning_rate": 0.05},
    "schedule": {"name": "constant"},
    "shuffle": True,
    "freeze": [],
}
BATCH = 10


def opened(page, panel, configuration=NET, settings=SETTINGS, **ways):
    """Open a net with one of the panels shown; its region “Net”."""
    train = json.dumps({**settings, "batch_size": settings.get("batch_size", BATCH), "clip_norm": None})
    asked = {"net": panel, "train": train, **ways}
    written = ";".join(f"{name}:{value.replace('~', '~0').replace(';', '~1')}" for name, value in asked.items())
    net = json.dumps({"configuration": configuration, "parameters": None})
    page.goto(f"/#v=1&m={quote(net)}&tab=net&q={quote(written)}")
    region = page.get_by_role("tabpanel", name=panel.capitalize())
    expect(region).to_be_visible(timeout=30_000)
    return region


def button(page, name):
    """A button of the transport."""
    return page.get_by_role("group", name="Training", exact=True).get_by_role("button", name=name, exact=True)


def step(page, steps=1):
    """One step after the other, by keys."""
    for _ in range(steps):
        before = at(page)
        button(page, "One step").press("Enter")
        expect(state(page)).to_contain_text(f"step {before + 1} ·")
        expect(button(page, "Play")).to_be_visible()


def state(page):
    """The line that says where the training stands."""
    return page.locator(".training-state")


def at(page):
    """The step that it stands at."""
    found = re.search(r"step (\d+)", state(page).inner_text())
    return int(found[1]) if found else 0


def slider(page):
    """The way back along the curve."""
    return page.get_by_role("slider", name="Step of training")


def panel(page, name):
    """Choose a panel, by keys."""
    page.get_by_role("tab", name=name, exact=True).press("Enter")
    return page.get_by_role("tabpanel", name=name)


def weights(page):
    """All digits of the page's weights, read off the panel that hands them out."""
    before = page.get_by_role("tab", selected=True).and_(page.locator(".dock-tab")).inner_text()
    region = panel(page, "Export")
    region.get_by_label("Format").select_option("json")
    text = region.locator("pre")
    expect(text).to_contain_text('{"W1"')
    expect(text).not_to_have_attribute("aria-busy", "true")
    found = json.loads(text.inner_text())
    panel(page, before)
    return found


def trained(page, configuration=NET, settings=SETTINGS, **body):
    """What the API itself says of a training: every step with its parameters."""
    asked = {
        "network": configuration,
        **settings,
        "batch_size": BATCH,
        "checkpoint_every": 1,
        "state_every": 1,
        "stream": False,
        **body,
    }
    reply = page.request.post("/api/v1/network/train", data=asked)
    assert reply.ok, reply.text()
    return reply.json()
