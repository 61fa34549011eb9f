"""Cells of arrays on the page: where they are, which of them are framed, what the story says of one."""

from playwright.sync_api import expect

from tests.browser.graph_page import card, painted

# A canvas has no elements to look at: note each frame of a cell, a rectangle whose line is 2 px wide.
NOTE_FRAMED = """
for (const name of ['clearRect', 'rect', 'stroke']) {
  const own = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...args) {
    if (name === 'clearRect') this.canvas.framed = [];
    if (name === 'rect') this.canvas.lastRect = args;
    if (name === 'stroke') {
      if (this.lineWidth === 2 && this.canvas.lastRect) this.canvas.framed.push(this.canvas.lastRect);
      this.canvas.lastRect = null;
    }
    return own.apply(this, args);
  };
}
"""

PLACE = """async ([node, shape, cell, side]) => {
  const {mapsOf, cellOfIndex} = await import('/static/js/render/measure.js');
  const maps = mapsOf(shape), [row, column] = cellOfIndex(shape, cell);
  const root = document.querySelector(`#graph [data-node="${node}"]`), box = root.getBoundingClientRect();
  const k = box.width / root.offsetWidth, left = side === 'gradient' ? maps.gradLeft : maps.left;
  return [box.x + k * (left + (column + .5) * maps.cell), box.y + k * (maps.top + (row + .5) * maps.cell)];
}"""

FRAMED = """async ([node, shape]) => {
  const {mapsOf, indexOfCell} = await import('/static/js/render/measure.js');
  const maps = mapsOf(shape), found = {value: [], gradient: []};
  const rects = document.querySelector(`#graph [data-node="${node}"] .card-maps`).framed ?? [];
  for (const [x, y] of rects) {
    const side = x >= maps.gradLeft ? 'gradient' : 'value', left = side === 'gradient' ? maps.gradLeft : maps.left;
    found[side].push(indexOfCell(shape, Math.round((y - maps.top) / maps.cell), Math.round((x - left) / maps.cell)));
  }
  return found;
}"""

PRODUCTS = """() => [...document.querySelectorAll('#story .story-products')].map((grid) => ({
  texts: [...grid.children].map((each) => each.textContent),
  products: [...grid.querySelectorAll('.story-number:not(.result)')].map((each) => each.dataset.full),
  sum: grid.querySelector('.result').dataset.full,
}))"""


def cell(page, program, node, index, **body):
    """The API's own reply about a cell."""
    reply = page.request.post("/api/v1/cell", data={"program": program, "node": node, "cell": list(index), **body})
    assert reply.ok, reply.text()
    return reply.json()


def place_of(page, node, index, side="gradient"):
    """Where a cell of a card's map is on the screen; `node` as the API says it."""
    return page.evaluate(PLACE, [node["id"], node["shape"], list(index), side])


def point_at(page, node, index, side="gradient"):
    """Move the pointer onto a cell of a card's map."""
    page.mouse.move(*place_of(page, node, index, side))


def pick_by_keys(page, node, index):
    """Go to a cell with the keyboard: Enter picks the first, arrows go on."""
    card(page, node["id"]).focus()
    page.keyboard.press("Enter")
    row, column = 0, index[-1]
    for i, n in zip(index[:-1], node["shape"][:-1], strict=True):
        row = row * n + i
    for key, times in (("ArrowDown", row), ("ArrowRight", column)):
        for _ in range(times):
            page.keyboard.press(key)


def framed(page, node):
    """The framed cells of a node's two maps, in the order in which they are drawn, each once."""
    painted(page)
    found = page.evaluate(FRAMED, [node["id"], node["shape"]])
    return {side: list(map(list, dict.fromkeys(map(tuple, cells)))) for side, cells in found.items()}


def told(page, index):
    """Wait until the story is about this cell and its products are there; then what stands there."""
    expect(page.locator("#story .story-index")).to_have_text(f"[{','.join(map(str, index))}]")
    expect(page.locator("#story .story-products").first).to_be_visible()
    return page.evaluate(PRODUCTS)
