"""Programs in four styles: values, gradients and printed lines are those of the library whose style it is."""

import ast
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.lang import trace
from tests.corpus.read import STYLES, Program, everything, expected, programs
from tests.lang.tools import run

ALL = everything()
EXPECTED = expected()
TAPES = ("micrograd", "torch")
"""Styles in which values hold their gradient."""
ADDED_UP = {"backward in the middle", "accumulates", "forgot zero grad", "forgot to zero", "clip gradient norm"}
"""Programs in which `.grad` is, on purpose, not the gradient of the output alone."""
MOST = 1e-9
"""Relative error: the libraries add up in other orders."""


def agrees(found: Any, wanted: Any) -> bool:
    """Whether two numbers, arrays or nested lists are the same, as far as the order of sums allows."""
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    return found.shape == wanted.shape and np.allclose(found, wanted, rtol=MOST, atol=MOST)


def own_gradient(program: Program, name: str, wanted: Any) -> Any:
    """What `.grad` of a name is in the program itself, at its end."""
    where = name
    if re.search(r"\.\d+(\.|$)", name):  # as PyTorch names the parameters of lists of modules
        first, _, rest = name.partition(".")
        where = f"dict({first}.named_parameters())[{rest!r}]"
    levels, shown = 0, f"{where}.grad"
    if isinstance(wanted, list):
        shown, levels = f"{where}.grad.tolist()", depth(wanted)
    if program.style == "micrograd" and levels:
        shown = "v0.grad" if levels == 1 else "v1.grad"
        shown = f"[{shown} for v0 in {where}]" if levels == 1 else f"[[{shown} for v1 in v0] for v0 in {where}]"
    return ast.literal_eval(trace(program.source + f"print({shown})\n").printed[-1])


def depth(value: Any) -> int:
    """How deep a list nests."""
    return 1 + depth(value[0]) if isinstance(value, list) else 0


@pytest.mark.parametrize("program", ALL, ids=lambda each: each.id)
def test_a_program_gives_its_library_s_values(program: Program) -> None:
    found = run(program.source)
    assert agrees(found.output, EXPECTED[program.id]["output"])
    assert found.program.printed == EXPECTED[program.id]["printed"]


@pytest.mark.parametrize("program", [each for each in ALL if each.style in TAPES], ids=lambda each: each.id)
def test_grad_in_a_program_is_its_library_s(program: Program) -> None:
    went_backward = program if ".backward()" in program.source else replace(
        program, source=program.source + f"{trace(program.source).output_name}.backward()\n"
    )
    for name, gradient in EXPECTED[program.id]["gradients"].items():
        assert agrees(own_gradient(went_backward, name, gradient), gradient), name


@pytest.mark.parametrize("program", [each for each in ALL if each.name not in ADDED_UP], ids=lambda each: each.id)
def test_gradients_of_the_output_are_its_library_s(program: Program) -> None:
    found = run(program.source)
    for name, gradient in EXPECTED[program.id]["gradients"].items():
        if program.style in TAPES:  # of a parameter as it was at the last backward pass
            assert agrees(found.grad(name), gradient), name
        else:  # of what the name was bound to first
            assert agrees(found.run.adjoints[found.program.inputs[name]], gradient), name


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(ALL) >= 200
    assert len({each.id for each in ALL}) == len(ALL) == len(EXPECTED)
    assert all(len(programs(style)) >= 30 for style in STYLES)


def test_most_programs_have_a_gradient_to_compare() -> None:
    assert sum(bool(each["gradients"]) for each in EXPECTED.values()) >= 0.95 * len(ALL)


@pytest.mark.parametrize("program", ALL, ids=lambda each: each.id)
def test_every_node_of_a_program_has_a_place_in_its_text(program: Program) -> None:
    graph = trace(program.source).graph
    lines = program.source.split("\n")
    for span, origin in zip(graph.spans, graph.origins, strict=True):
        assert span is not None or origin is not None
        if span is not None:
            line, column, end_line, end = span
            assert 1 <= line <= end_line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1
            assert end <= len(lines[end_line - 1]) + 1
