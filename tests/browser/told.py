"""A reply's steps, grouped as the page tells them. Made from the engine's own words alone, never from the page's."""

from itertools import groupby


class Told:
    """The forward steps, one for each node; then the seed; then per level all multiplies and all sums."""

    def __init__(self, reply):
        """`reply` is what /backprop says, with steps."""
        self.reply = reply
        self.nodes = {node["id"]: node for node in reply["nodes"]}
        self.edges = {edge["id"]: edge for edge in reply["edges"]}
        self.evaluated = [node for node in reply["nodes"] if node["kind"] != "constant"]
        backward = (each for each in reply["steps"] if each["phase"] == "backward")
        self.groups = [list(group) for _, group in groupby(backward, lambda each: (each["level"], each["kind"]))]
        self.turn = len(self.evaluated) + 1
        self.last = len(self.evaluated) + len(self.groups)

    def group(self, index):
        """The engine's steps that the page's step `index` tells; empty on the way forward."""
        return self.groups[index - self.turn] if index >= self.turn else []

    def kind(self, index):
        """What happens at step `index`: None on the way forward, "seed", "multiply" or "accumulate"."""
        return self.group(index)[0]["kind"] if self.group(index) else None

    def until(self, index):
        """The engine's backward steps up to and including the page's step `index`."""
        return [each for group in self.groups[: max(0, index - self.turn + 1)] for each in group]

    def gradients(self, index):
        """The engine's gradients after step `index`, by node; None where nothing has arrived."""
        added = {each["node"]: each["after"] for each in self.until(index) if each["kind"] != "multiply"}
        return {node: added.get(node) for node in self.nodes}

    def received(self, index, node):
        """What has arrived at a node by step `index`, in order."""
        return [each for each in self.until(index) if each["kind"] == "accumulate" and each["node"] == node]

    def factors(self, index):
        """Upstream, local, contribution of each edge that multiplies at step `index`, in the reply's order."""
        at_work = {each["edge"] for each in self.group(index)} if self.kind(index) == "multiply" else ()
        return [number for edge in self.reply["edges"] if edge["id"] in at_work for number in factors(edge)]

    def sum(self, index, node):
        """Terms and total where a node has just received one of several contributions; else nothing."""
        received = self.received(index, node)
        at_work = self.kind(index) == "accumulate" and any(each["node"] == node for each in self.group(index))
        return [*(each["add"] for each in received), received[-1]["after"]] if at_work and len(received) > 1 else []


def factors(edge):
    """The three numbers of an edge."""
    return [edge["upstream"], edge["local"], edge["contribution"]]
