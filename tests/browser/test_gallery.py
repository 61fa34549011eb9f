"""Going through the whole gallery: what stands on the cards is always the program that is shown."""

from app.lessons.examples import EXAMPLES
from tests.browser.graph_page import backprop

WELL_NAMED = """names => {
    const cards = [...document.querySelectorAll('[data-node]')];
    const wrong = cards.filter(card => {
        const shown = card.querySelector('.card-name')?.textContent, name = names[card.dataset.node];
        if (shown === undefined || !name) return false;
        const [short, whole] = [shown, name].map(text => text.normalize('NFKD'));
        return short !== whole && !whole.endsWith(`.${short}`);
    });
    return wrong.length === 0 && cards.some(card => names[card.dataset.node]);
}"""
"""Whether there are cards and every named node's card bears its name.

Indices may be set as small digits, `net.fc1.weight` in the frame of fc1 as `weight`.
"""


def test_after_every_example_each_card_bears_its_own_name(page):
    page.goto("/")
    page.wait_for_selector("[data-node]")
    examples = page.get_by_role("combobox", name="Examples")
    for example in EXAMPLES[1:]:
        examples.select_option(label=example.title)
        names = {node["id"]: node["name"] for node in backprop(page, example.program)["nodes"]}
        page.wait_for_function(WELL_NAMED, arg=names, timeout=10_000)
