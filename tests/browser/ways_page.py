"""The derivatives view, by the names that people and assistive technology know it by."""

from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.graph_page import address


def opened(page, program, panel, **ways):
    """Open the page on a program with one of the panels shown; its region “Derivatives”."""
    asked = ";".join(f"{name}:{value}" for name, value in {"panel": panel, **ways}.items())
    page.goto(address(program, tab="derivatives", q=quote(asked)))
    dock = page.get_by_role("region", name="Derivatives")
    expect(dock.get_by_role("tab", selected=True)).to_be_visible()
    return dock


def posted(page, path, **body):
    """The API's own reply to the question that a panel asks."""
    reply = page.request.post(f"/api/v1/{path}", data=body)
    assert reply.ok, reply.text()
    return reply.json()


def lit(page):
    """Names of the cards that do not fade."""
    cards = page.get_by_role("region", name="Graph").locator("[data-node]:not([data-faded])")
    return set(cards.evaluate_all("cards => cards.map((card) => card.dataset.node)"))
