"""The page as a person reads it: its cards, its painted columns, what it says."""

import re
from urllib.parse import quote

from playwright.sync_api import expect

HERO = "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)"
DEAD = "w = -0.8\nx = 1.5\nb = 0.2\nz = w*x + b\na = relu(z)\nv = -2.0\nL = v * a"
ARRAYS = "X = [[1, -0.5, 2], [0, 1.5, -1]]\nW = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nY = X @ W\nL = sum(Y**2)"

# A canvas has no text to read: note what each of its pictures writes, with the place and the type it stands in.
NOTE_PAINTED = """
for (const name of ['clearRect', 'fillText']) {
  const own = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...args) {
    if (name === 'clearRect') this.canvas.written = [];
    else {
      const {a, d, e, f} = this.getTransform();
      const at = [Math.round(a * args[1] + e), Math.round(d * args[2] + f)].join();
      const px = Number(/([\\d.]+)px/.exec(this.font)[1]);
      (this.canvas.written ??= []).push({text: String(args[0]), at, align: this.textAlign, px});
    }
    return own.apply(this, args);
  };
}
"""
COLUMN_PX, GATE_PX = 14, 12.5  # the type that numbers in columns and on gates are set in

CARDS = """() => Object.fromEntries([...document.querySelectorAll('#graph [data-node]')].map((card) => [
  card.dataset.node, {
    value: card.querySelector('.card-value, .card-constant-value')?.textContent ?? null,
    gradient: card.querySelector('.card-gradient')?.textContent ?? null,
    sign: card.querySelector('.card-sign')?.dataset.sign ?? null,
    pips: [...card.querySelectorAll('.card-pip')].map((pip) => pip.dataset.filled === 'true'),
    state: card.dataset.state, label: card.getAttribute('aria-label'),
  }]))"""

PICTURE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const attributes = ({attributes: all}) => [...all].map(({name, value}) => `${name}=${value}`).sort().join(' ');
  const text = (node) => node.nodeType === Node.TEXT_NODE ? node.data
    : `<${node.tagName} ${attributes(node)}>${[...node.childNodes].map(text).join('')}`;
  const canvases = document.querySelectorAll('.graph-wires, .graph-over, .card canvas');
  const parts = ['.graph-cards', '#story', '.scrubber', '.transport-words'];
  return [
    ...[...canvases].map((each) => each.toDataURL()),
    ...parts.map((part) => text(document.querySelector(part))),
  ].join('|');
}"""


def address(program, **fields):
    """The page's address for a program, with fields such as t=3."""
    return "/#" + "&".join([f"v=1&p={quote(program)}", *(f"{key}={value}" for key, value in fields.items())])


def open_program(page, program, **fields):
    """Open the page on a program and wait until its graph stands."""
    page.add_init_script(NOTE_PAINTED)
    page.goto(address(program, **fields))
    standing(page)


def standing(page):
    """Wait until a graph and its transport are drawn."""
    expect(step(page)).to_have_attribute("aria-valuemax", re.compile("[1-9]"))
    drawn = "document.querySelector('.graph-wires').written && document.querySelector('.scrubber svg')"
    page.wait_for_function(f"() => {drawn}")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    at_rest(page)


def at_rest(page):
    """Wait until the picture has stopped moving: three frames in a row that are the same."""
    page.evaluate("""async () => {
      const look = () => document.querySelector('.graph-wires').toDataURL()
        + document.querySelector('.graph-cards').outerHTML;
      let last = '', same = 0;
      while (same < 3) {
        await new Promise(requestAnimationFrame);
        const now = look();
        same = now === last ? same + 1 : 0;
        last = now;
      }
    }""")


def painted(page):
    """Wait for two frames: whatever was asked for is on the screen."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def backprop(page, program, **body):
    """The API's own reply, with steps: what the page is held against."""
    reply = page.request.post("/api/v1/backprop", data={"program": program, "include": ["steps"], **body})
    assert reply.ok, reply.text()
    return reply.json()


def step(page):
    """The slider “Step”."""
    return page.get_by_role("slider", name="Step")


def last_step(page):
    """The index of the last step."""
    return int(step(page).get_attribute("aria-valuemax"))


def at_step(page, index):
    """Wait until the page has settled at a step: the slider says so, and a picture has been painted since."""
    expect(step(page)).to_have_attribute("aria-valuenow", str(index))
    expect(page.locator(".scrubber[data-between]")).to_have_count(0)
    painted(page)


def go_to(page, index):
    """Go to a step by the keyboard, from wherever the page is."""
    step(page).focus()
    now = int(step(page).get_attribute("aria-valuenow"))
    for _ in range(abs(index - now)):
        page.keyboard.press("ArrowRight" if index > now else "ArrowLeft")
    at_step(page, index)


def card(page, node):
    """A node's card."""
    return page.locator(f"#graph [data-node={node}]")


def cards(page):
    """What stands on the cards, by node."""
    return page.evaluate(CARDS)


def written(page, px):
    """What the picture above the cards writes in a type of that size."""
    return [each for each in page.evaluate("() => document.querySelector('.graph-over').written") if each["px"] == px]


def columns(page):
    """The numbers of the painted columns, in the order in which they are painted: "0.9162", "1.649", "1.511" …"""
    lines = {}
    for each in written(page, COLUMN_PX):
        lines.setdefault(each["at"], {})[each["align"]] = each["text"]
    return [line["right"] + line.get("left", "") for line in lines.values() if "right" in line]


def gates(page):
    """What stands on the gates, sorted: "×0.25", "×1" …"""
    return sorted(each["text"] for each in written(page, GATE_PX))


def picture(page):
    """Everything that is seen at this moment, as one text: equal pictures are equal texts."""
    return page.evaluate(PICTURE)
