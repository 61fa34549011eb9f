"""The net view, by the names that people and assistive technology know it by."""

import json
from urllib.parse import quote

from playwright.sync_api import expect

SMALL = {
    "input": 2,
    "layers": [{"type": "dense", "units": 3, "activation": "tanh"},
               {"type": "dense", "units": 1, "activation": "sigmoid"}],
    "loss": "bce",
    "data": {"dataset": "circle", "samples": 40},
}  # fmt: skip
DEEP = {
    "input": 2,
    "layers": [*({"type": "dense", "units": 4, "activation": "sigmoid"} for _ in range(6)),
               {"type": "dense", "units": 1}],
    "loss": "bce_with_logits",
    "data": {"dataset": "circle", "samples": 100},
}  # fmt: skip
PATIENCE_MS = 10_000
CARDS = """() => Object.fromEntries([...document.querySelectorAll('.net-cards [data-id]')]
  .map((each) => [each.dataset.id, each.getAttribute('aria-label')]))"""


def address_of(configuration=None, **ways):
    """The address of the net view on a net, or on a text; `ways` are what its panels show."""
    net = quote(json.dumps({"configuration": configuration, "parameters": None})) if configuration else None
    asked = quote(";".join(f"{name}:{value}" for name, value in ways.items()))
    return f"/#v=1&{f'm={net}' if net else 'p=x=1.0'}&tab=net{f'&q={asked}' if ways else ''}"


def opened(page, configuration=None, **ways):
    """Open the page on a net (or on none) with the net view shown; the region “Net”, once its picture stands."""
    page.goto(address_of(configuration, **ways))
    region = page.get_by_role("region", name="Net", exact=True)
    expect(region.locator(".net-cards [data-id]").first).to_be_visible()
    return region


def form(page):
    """The configuration's fields; they are there once the server has told what a net may be."""
    found = page.get_by_role("group", name="Configuration")
    expect(found.get_by_label("Loss")).to_be_visible()
    return found


def until(page, check):
    """Wait until the address holds a configuration of which `check`, JavaScript of `c`, is true; the configuration."""
    return page.evaluate(f"""async () => {{
      const {{decode}} = await import('/static/js/core/url.js'), end = performance.now() + {PATIENCE_MS};
      for (;;) {{
        const c = (await decode(location.hash)).patch.net?.configuration;
        if (c && ({check})) return c;
        if (performance.now() > end) throw new Error(`never came true of ${{JSON.stringify(c)}}`);
        await new Promise((done) => requestAnimationFrame(done));
      }}
    }}""")


def replied(page, path, **body):
    """The API's own reply."""
    reply = page.request.post(f"/api/v1/{path}", data=body)
    assert reply.ok, reply.text()
    return reply.json()


def spoken(page, numbers):
    """Numbers as the page speaks them."""
    return page.evaluate("""async (all) => {
      const {spoken} = await import('/static/js/model/format.js');
      return all.map(spoken);
    }""", numbers)  # fmt: skip


def written(page, numbers):
    """Numbers as the page writes them where room is short."""
    return page.evaluate("""async (all) => {
      const {num} = await import('/static/js/model/format.js');
      return all.map((each) => num(each, {card: true}));
    }""", numbers)  # fmt: skip
