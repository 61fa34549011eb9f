"""What stands on a node: its expression in one line (`x·y`), and its op alone (`·`), both from the op's own form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.engine.forms import ANY, ATOM, SIGN, TEX
from app.engine.graph import Graph
from app.engine.op import Op
from app.schemas.plain import escape, plain

LONGEST = 28
"""Characters of an operand's text; a longer one is cut to `…`, so that a deep graph costs no more than its nodes."""
PRIVATE = 0xE000
"""A character that no program has stands for an operand while a template is made."""
GLYPH, SHORT = 6, 2
"""Characters of a glyph, and of an operand that may stand in one beside others."""


class Labels:
    """Labels and glyphs of every node of a graph, in its order.  Raises DeadlineExceeded."""

    def __init__(self, graph: Graph) -> None:
        self.labels: list[str] = []
        self.glyphs: list[str] = []
        self._graph = graph
        self._operands: list[tuple[str, int]] = []
        self._written: dict[tuple[Op, int], str | None] = {}
        self._marks: dict[tuple[Op, int], tuple[str, bool]] = {}
        for node in graph.budget.watched("labels", range(len(graph.ops))):
            self._add(node)

    def _add(self, node: int) -> None:
        graph, op = self._graph, self._graph.ops[node]
        name, inputs, attributes = graph.names[node], graph.inputs[node], graph.attributes[node]
        if op.leaf:
            label, level = self._leaf(node)
            glyph = ""
        else:
            texts = [_bracketed(*self._operands[source], op, slot) for slot, source in enumerate(inputs)]
            label, level = self._label(op, texts, attributes), op.forms[TEX].level
            glyph = "" if self._is_copy(node, label) else self._glyph(op, inputs, attributes)
        self.labels.append(label)
        self.glyphs.append(glyph)
        text = name or (label if len(label) <= LONGEST else "…")
        self._operands.append((text, ATOM if name else level))

    def _leaf(self, node: int) -> tuple[str, int]:
        text = self._graph.names[node] or constant_text(self._graph.values[node])
        return text, SIGN if text.startswith("−") else ATOM

    def _label(self, op: Op, texts: Sequence[str], attributes: Mapping[str, Any]) -> str:
        """`written`, by a template that is made once per op where one says the same."""
        if attributes:
            return written(op, texts, attributes)
        key = op, len(texts)
        if key not in self._written:
            self._written[key] = template(op, len(texts))
        known = self._written[key]
        return written(op, texts, attributes) if known is None else known.format(*texts)

    def _is_copy(self, node: int, label: str) -> bool:
        """Whether it is named, reads as its only operand and has its shape: the own x that `grad(f)(x)` makes."""
        graph, inputs = self._graph, self._graph.inputs[node]
        if graph.names[node] is None or len(inputs) != 1 or label != self._operands[inputs[0]][0]:
            return False
        return np.shape(graph.values[node]) == np.shape(graph.values[inputs[0]])

    def _mark(self, op: Op, count: int, attributes: Mapping[str, Any]) -> tuple[str, bool]:
        """The form without its operands, and whether it raises something; made once per op without attributes."""
        key = op, count
        if attributes or key not in self._marks:
            bare = [""] * count
            text = written(op, bare, attributes).replace(", ", "").strip("[] ")
            found = text, "^" in op.forms[TEX].write(bare, attributes)
            if attributes:
                return found
            self._marks[key] = found
        return self._marks[key]

    def _glyph(self, op: Op, inputs: Sequence[int], attributes: Mapping[str, Any]) -> str:
        """What is left of the form without its operands: `·`, `sin`, `√`; if that means nothing, `x²`, `eᵗ`, `|x|`."""
        mark, raises = self._mark(op, len(inputs), attributes)
        if mark.endswith("()"):
            return mark.removesuffix("()")
        if raises:
            return self._with_operands(op, inputs, attributes)
        if not mark:
            return op.name
        return mark if len(mark) == 1 or mark.isalpha() else self._with_operands(op, inputs, attributes)

    def _with_operands(self, op: Op, inputs: Sequence[int], attributes: Mapping[str, Any]) -> str:
        """`x²`, `eᵗ`: what means nothing without an operand; a long one is left out: `…²`."""
        texts = [_bracketed(*self._operands[source], op, slot) for slot, source in enumerate(inputs)]
        short = [text if len(text) <= SHORT else "…" for text in texts]
        shown = (written(op, each, attributes) for each in (texts, short))
        return next((text for text in shown if len(text) <= GLYPH), op.name)


def written(op: Op, texts: Sequence[str], attributes: Mapping[str, Any]) -> str:
    """The op's form with plain texts for its operands, as plain text."""
    return plain(op.forms[TEX].write([escape(text) for text in texts], attributes))


def template(op: Op, count: int) -> str | None:
    """`{0} + {1}`: what `written` makes of any operands, for `str.format`; None where it looks at the operands' texts.

    It looks at them where they are raised, lowered, divided or put under a root.
    """
    marks = {chr(PRIVATE + slot): f"{{{slot}}}" for slot in range(count)}
    tex = op.forms[TEX].write(list(marks), {})
    if re.search(r"[\^_]|\\[dt]?frac|\\sqrt|\\bar|\\overline", tex):
        return None
    return "".join(marks.get(each, each) for each in plain(tex).replace("{", "{{").replace("}", "}}"))


def _bracketed(text: str, level: int, op: Op, slot: int) -> str:
    return f"({text})" if level < max(op.forms[TEX].least(slot), ANY) else text


def constant_text(value: Any) -> str:
    """A constant as a person writes it: `2`, `0.5`, `[2×3]`."""
    if np.ndim(value):
        return f"[{'×'.join(map(str, np.shape(value)))}]"
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    number = float(value)
    return f"{number:.6g}".replace("-", "−").replace("inf", "∞")
