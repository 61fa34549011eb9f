"""Code pasted into the Program textbox as it stands in a notebook: boxes by instance, gradients as the API's."""

import math
import re

import pytest
from playwright.sync_api import expect

from tests.browser.graph_page import NOTE_PAINTED, at_rest, backprop, card, standing
from tests.browser.printed import prints
from tests.browser.test_scopes import NET, fold_button, inside, norm

MLP = f"""from micrograd.engine import Value
{NET}
print(f"loss {{loss.data:.4f}}")"""

MODULE = """import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 2)
        self.fc = nn.Linear(2, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = torch.flatten(x, 1)
        return self.fc(x)

net = Net()
images = torch.linspace(-1, 1, 18).reshape(2, 1, 3, 3)
loss = F.cross_entropy(net(images), torch.tensor([2, 0]))
loss.backward()
print(f"loss {loss.item():.4f}")
"""
NUMBER = re.compile(r"−?[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


@pytest.fixture
def wide(new_page):
    """A page with room for a whole net, and with a clipboard."""
    page = new_page(viewport={"width": 2400, "height": 1600}, permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script(NOTE_PAINTED)
    page.goto("/")
    standing(page)
    return page


def paste(page, program):
    """Put a program from the clipboard in the place of what stands in the textbox, by keys alone."""
    page.evaluate("(text) => navigator.clipboard.writeText(text)", program)
    page.get_by_role("textbox", name="Program").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+v")
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Printed")).to_contain_text("loss")
    expect(page.locator("#graph .card-scope, #graph .scope-frame").first).to_be_attached()
    at_rest(page)


def flat(nested):
    """The numbers of nested lists, in order."""
    return [number for each in nested for number in flat(each)] if isinstance(nested, list) else [nested]


def stands_in(node, key):
    """Whether a node is a parameter of the instance `net/fc`, or made in the call `net(images)`."""
    return (node["name"] or "").startswith(key.replace("/", ".") + ".") or node["scope"][:1] == [key]


def table_agrees(page, reply):
    """Each row's gradient is that of the API's node, number by number; arrays too long to list give their shape."""
    page.get_by_role("tab", name="Table").click()
    rows = page.get_by_role("table", name="Values and gradients").locator("tbody tr")
    expect(rows).to_have_count(len(reply["nodes"]))
    seen = dict(rows.evaluate_all("(all) => all.map((row) => [row.dataset.node, row.cells[4].textContent])"))
    for node in reply["nodes"]:
        text = seen[node["id"]].strip()
        if node["grad"] is None:
            assert text == "—"
        elif len(flat(node["grad"])) > 12:
            assert text == "×".join(map(str, node["shape"])) + " array"
        else:
            shown = NUMBER.findall(text)
            assert len(shown) == len(flat(node["grad"])), (text, node["grad"])
            assert all(map(prints, shown, flat(node["grad"]))), (text, node["grad"])


def test_micrograds_perceptron_opens_folded_and_every_gradient_in_the_table_is_the_apis(wide):
    paste(wide, MLP)
    reply = backprop(wide, MLP)
    boxes = wide.locator("#graph .card-scope")
    assert 5 < boxes.count() < wide.locator("#graph [data-node]").count() <= 60
    for example in (1, 2, 3, 4):
        here = wide.locator(f'#graph [data-node="scope:x {example}/model(x)"]')
        assert prints(here.locator(".card-gradient").inner_text(), norm(inside(reply, f"x {example}", "model(x)")))
    expect(wide.get_by_role("group", name="Printed")).to_have_text(reply["printed"][0])
    table_agrees(wide, reply)


def test_a_torch_module_folds_by_instance_and_every_gradient_in_the_table_is_the_apis(wide):
    paste(wide, MODULE)
    reply = backprop(wide, MODULE)
    assert {"net.conv.weight", "net.conv.bias", "net.fc.weight", "net.fc.bias"} <= set(reply["gradients"])
    expect(wide.get_by_role("group", name="Printed")).to_have_text(reply["printed"][0])
    for name, key in {"conv": "net/conv", "fc": "net/fc", "net(images)": "net(images)"}.items():
        fold_button(wide, name).click()
        here = wide.locator(f'#graph [data-node="scope:{key}"]')
        expect(here).to_be_visible()
        at_rest(wide)
        nodes = [each for each in reply["nodes"] if stands_in(each, key)]
        expect(here.locator(".card-count")).to_have_text(f"{len(nodes)} nodes")
        whole = math.sqrt(sum(number**2 for each in nodes for number in flat(each["grad"] or 0)))
        assert prints(here.locator(".card-gradient").inner_text(), whole)
    table_agrees(wide, reply)


def test_the_same_by_keys_alone_a_box_opens_folds_and_a_node_inside_unfolds(wide):
    paste(wide, MODULE)
    fold_button(wide, "net(images)").focus()
    wide.keyboard.press("Enter")
    folded = wide.locator('#graph [data-node="scope:net(images)"]')
    expect(folded).to_be_visible()
    at_rest(wide)
    folded.focus()
    wide.keyboard.press("Enter")
    expect(folded).to_have_count(0)
    at_rest(wide)
    relu = next(each for each in backprop(wide, MODULE)["nodes"] if each["op"] == "relu")
    card(wide, relu["id"]).focus()
    wide.keyboard.press("u")
    inner = wide.locator(f'#graph [data-node^="{relu["id"]}."]')
    expect(inner.first).to_be_attached()
    at_rest(wide)
    wide.keyboard.press("Shift+U")
    expect(inner).to_have_count(0)
    wide.keyboard.press("Shift+Enter")
    expect(folded).to_be_visible()
