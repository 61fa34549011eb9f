"""What the page shows at a step, held against the engine's own steps: cards, columns, words, story."""

from tests.browser.graph_page import cards, columns, step
from tests.browser.printed import prints
from tests.browser.told import factors

SIGNS = {"NaN": "none", "Infinity": "positive", "-Infinity": "negative"}


def check_step(page, told, index):
    """Every number on the page is the engine's after the same steps."""
    check_cards(page, told, index)
    check_columns(page, told, index)
    check_words(page, told, index)
    check_story(page, told, index)


def check_cards(page, told, index):
    """Every value and gradient on the cards is the engine's after this step."""
    held, seen = told.gradients(index), cards(page)
    shown = {node["id"] for node in told.evaluated if seen[node["id"]]["value"]}
    assert len(shown) == min(index, len(told.evaluated))
    for node in told.evaluated:
        card, gradient = seen[node["id"]], held[node["id"]]
        if node["id"] in shown:
            assert prints(card["value"], node["value"]), (index, node["id"], card, node["value"])
            assert all(told.nodes[i]["kind"] == "constant" or i in shown for i in node["inputs"])
        if gradient is None:
            assert card["gradient"] == "", (index, node["id"], card)
        else:
            assert prints(card["gradient"], gradient), (index, node["id"], card, gradient)
            assert card["sign"] == sign(gradient)
        if card["pips"]:
            assert sum(card["pips"]) == len(told.received(index, node["id"]))


def sign(gradient):
    """How a gradient's sign is drawn."""
    if gradient in SIGNS:
        return SIGNS[gradient]
    return "positive" if gradient > 0 else "negative" if gradient < 0 else "zero"


def check_columns(page, told, index):
    """While edges multiply, a column is upstream, local, contribution; under a card that sums stand terms and total."""
    expected = [] if index == told.last else told.factors(index)
    if told.kind(index) == "accumulate" and index < told.last:
        expected = [number for node in told.nodes for number in told.sum(index, node)]
    check_numbers(columns(page), expected, index)


def check_words(page, told, index):
    """The step's value text counts the steps as the engine does, and names the numbers that are added."""
    said, kind = step(page).get_attribute("aria-valuetext"), told.kind(index)
    if kind is None:
        assert said.startswith(f"forward {index} of {told.turn - 1}: " if index else "start")
        return
    head, deed = said.split(": ", 1)
    assert head == f"backward {index - told.turn + 1} of {len(told.groups)}"
    if kind == "accumulate" and len(told.group(index)) <= 4:
        added = [part.split(" += ")[1] for part in deed.split(", ")]
        check_numbers(added, [each["add"] for each in told.group(index)], index)


def check_story(page, told, index):
    """The story follows the pass: its gradient is that of the node at work, its columns those of that node's edges."""
    node = page.locator("#story .story-body").get_attribute("data-subject").split()[0]
    total = page.locator("#story .story-total .story-number")
    if told.kind(index) == "multiply":
        own = [edge for edge in told.reply["edges"] if edge["target"] == node and edge["contribution"] is not None]
        assert node in {told.edges[each["edge"]]["target"] for each in told.group(index)}
        check_numbers(digits(page, ".story-column"), [number for edge in own for number in factors(edge)], index)
        assert prints(total.inner_text(), told.nodes[node]["grad"])
    elif told.kind(index) == "accumulate":
        assert node in {each["node"] for each in told.group(index)}
        if told.sum(index, node):
            check_numbers(digits(page, ".story-sum >> nth=0"), told.sum(index, node), index)
        else:
            assert prints(total.inner_text(), told.gradients(index)[node])


def digits(page, part):
    """The numbers that a part of the story is set in, pieces put together."""
    return ["".join(text.split()) for text in page.locator(f"#story {part} >> .story-digits").all_inner_texts()]


def check_numbers(seen, expected, index):
    """These printed numbers are those, in their order."""
    assert len(seen) == len(expected) and all(map(prints, seen, expected)), (index, seen, expected)
