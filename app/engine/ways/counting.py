"""How many paths there are, and what each way to the gradient costs: exact whole numbers, by dynamic programming.

One operation is one multiplication by a local derivative, or one op evaluated.
"""

from collections.abc import Collection
from dataclasses import dataclass

from app.engine.graph import Graph
from app.engine.ways.between import Between, between

BLOCK = 2_048
"""Inputs that are followed at once, a bit for each."""
MOST_LOOKS = 4_000_000
"""Edges that are looked at to count forward mode; beyond that it is not counted."""
COPIES, LONGEST = 12, 4_096
"""How often the program is put behind itself, and the bits of a number of paths above which it is no more."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Paths and the factors in them; a product of n factors takes n − 1 multiplications."""

    paths: int
    factors: int

    def then(self, other: "Tally") -> "Tally":
        """Every path of this followed by every path of the other."""
        return Tally(self.paths * other.paths, self.factors * other.paths + self.paths * other.factors)

    def plus(self, other: "Tally") -> "Tally":
        """The paths of both."""
        return Tally(self.paths + other.paths, self.factors + other.factors)


def one_by_one(found: Tally, empty: int) -> int:
    """Multiplications for every path by itself, nothing shared; so many of them are `empty`, without a factor."""
    return found.factors - found.paths + empty


NOTHING, STAY = Tally(0, 0), Tally(1, 0)
"""No path; the one path from a node to itself."""


def tally(part: Between) -> Tally:
    """Over every way from a source to the target.  What is not needed any more is let go: numbers may be huge."""
    users: dict[int, int] = {}
    starts, ends = set(part.sources), set(part.targets)
    for source, _, _ in part.hops:
        users[source] = users.get(source, 0) + 1
    held: dict[int, Tally] = {}
    for node, hops in part.into.items():
        paths, factors = (1, 0) if node in starts else (0, 0)
        for source, _, _ in hops:
            before = held[source]
            paths, factors = paths + before.paths, factors + before.factors + before.paths
            users[source] -= 1
            if not users[source] and source not in ends:
                del held[source]
        held[node] = Tally(paths, factors)
    found = [held[target] for target in part.targets if target in held]
    return Tally(sum(each.paths for each in found), sum(each.factors for each in found))


def forward_multiplications(part: Between) -> int | None:
    """Over one sweep for each source: the edges that its tangent passes.  None where counting takes too long."""
    blocks = range(0, len(part.sources), BLOCK)
    if part.edges * len(blocks) > MOST_LOOKS:
        return None
    total = 0
    for start in blocks:
        bits = {source: 1 << i for i, source in enumerate(part.sources[start : start + BLOCK])}
        for node, hops in part.into.items():
            own = bits.get(node, 0)
            for source, _, _ in hops:
                reaching = bits.get(source, 0)
                total += reaching.bit_count()
                own |= reaching
            bits[node] = own
    return total


@dataclass(frozen=True, slots=True)
class Operations:
    """What the whole gradient takes in each way; `forward` is None where it was not counted."""

    paths: int
    forward: int | None
    differences: int
    reverse: int
    inputs: int
    outputs: int
    evaluated: int  # ops in one evaluation


def evaluated(part: Between, graph: Graph) -> int:
    """Ops that are evaluated again when a source moves."""
    return sum(not graph.ops[node].leaf and bool(hops) for node, hops in part.into.items())


def operations(graph: Graph, inputs: Collection[int], targets: Collection[int]) -> Operations:
    """Of all targets by all of these inputs, of a graph in single numbers.

    Differences are central: two evaluations for each input.  The backward pass is swept once for each target.
    """
    part = between(graph, inputs, targets)
    ops = evaluated(part, graph)
    return Operations(
        paths=one_by_one(tally(part), len(set(inputs) & set(targets))), forward=forward_multiplications(part),
        differences=2 * len(inputs) * ops, reverse=len(targets) * part.edges,
        inputs=len(inputs), outputs=len(targets), evaluated=ops,
    )  # fmt: skip


def growth(graph: Graph, source: int, target: int, inputs: Collection[int], copies: int = COPIES) -> list[Operations]:
    """The same for the program put behind itself 1, 2, … times: each copy's target is the next one's source.

    At most `copies` times, and no further than the numbers can be read.

    `inputs` are those of a copy; all but `source` are new ones in every copy.  Nothing is unfolded: what a copy adds
    follows from the counts of one.
    """
    others = [node for node in inputs if node != source and node != target]
    link, rest = between(graph, [source], [target]), between(graph, others, [target], sealed={source})
    whole = between(graph, [source, *others], [target], sealed={source})
    through, beside = tally(link), tally(rest)
    alone, ops = forward_multiplications(rest), evaluated(whole, graph)
    feeding = sum(each in rest.into for each in others)
    found: list[Operations] = []
    chain, total = STAY, NOTHING
    for depth in range(1, copies + 1):
        if found and chain.paths.bit_length() > LONGEST:
            break
        total = total.plus(beside.then(chain))
        chain = chain.then(through)
        count = depth * len(others) + 1
        swept = None if alone is None else (
            depth * (alone + link.edges) + feeding * link.edges * depth * (depth - 1) // 2
        )  # fmt: skip
        found.append(Operations(
            paths=one_by_one(total.plus(chain), source == target), forward=swept, differences=2 * count * depth * ops,
            reverse=depth * whole.edges, inputs=count, outputs=1, evaluated=depth * ops,
        ))  # fmt: skip
    return found
