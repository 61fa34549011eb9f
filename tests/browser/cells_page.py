"""Cells of arrays on the page: where they are, which of them are framed, what the story says of one."""

from playwright.sync_api import expect

from tests.browser.graph_page import at_rest, backprop, card, open_program, painted
from tests.browser.printed import prints

X = "X = [[1, -0.5, 2], [0, 1.5, -1]]\n"
NET = f"{X}W = [[0.6, -0.2], [0.4, 0.9], [-0.3, 0.5]]\nb = [0.1, -0.7]\nY = softmax(X @ W + b)\nL = sum(Y**2)"

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


def opened(page, program):
    """The page on the program; the engine's nodes by name and by id."""
    page.add_init_script(NOTE_FRAMED)
    open_program(page, program)
    nodes = backprop(page, program)["nodes"]
    return {each[key]: each for each in nodes for key in ("id", "name") if each[key]}


def same_numbers(page, reply, index):
    """The story's products and their sum are those of the reply, digit for digit."""
    grids = told(page, index)
    assert len(grids) == len(reply["feeds"])
    for grid, feed in zip(grids, reply["feeds"], strict=True):
        assert [float(each) for each in grid["products"]] == [term["product"] for term in feed["terms"]]
        assert float(grid["sum"]) == feed["contribution"]
        for i, term in enumerate(feed["terms"]):
            local, upstream = grid["texts"][5 * i], grid["texts"][5 * i + 2]
            assert prints(local, term["local"]) and prints(upstream, term["upstream"])


def same_frames(page, nodes, reply):
    """Framed are the upstream cells that feed, the numbers they meet, and what the cell was made from."""
    expected = {}
    for feed in reply["feeds"]:
        expected.setdefault((feed["target"], "gradient"), []).extend(term["cell"] for term in feed["terms"])
        met = [term["factor_cell"] for term in feed["terms"] if term["factor_cell"] is not None]
        if feed["factor"]:
            expected.setdefault((feed["factor"], "value"), []).extend(met)
    for made in reply["made_from"]:
        expected.setdefault((made["source"], "value"), []).extend(each["cell"] for each in made["cells"])
    for (node, side), cells in expected.items():
        if nodes[node]["shape"] and nodes[node]["id"] != reply["node"]:
            assert sorted(framed(page, nodes[node])[side]) == sorted(cells)


def same_texts(elements, values):
    """What stands in these elements are these numbers, as the page rounds them."""
    expect(elements).to_have_count(len(values))
    texts = elements.all_text_contents()
    assert all(prints(text, value) for text, value in zip(texts, values, strict=True)), (texts, values)


LAYERS = (
    "def layer(a, W):\n    return tanh(a @ W)/2\nX = [[1, -0.5], [0, 1.5]]\nU = [[0.6, -0.2], [0.4, 0.9]]\n"
    "V = [[1, 0.5], [-1, 2]]\nH = layer(X, U)\nY = layer(H, V)\nL = sum(Y**2)"
)


def folded(page):
    return page.locator('#graph [data-node="scope:layer(X, U)"]')


def fold_first_layer(page):
    page.get_by_role("button", name="Fold layer(X, U)", exact=True).click()
    expect(folded(page)).to_be_visible()
    at_rest(page)
