"""What Python has and this language does not: named, with what to do instead."""

import ast
from collections.abc import Mapping

from app.lang.errors import Trouble

REFUSED: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.AsyncFor: ("`async` is not read", "leave the word out"),
    ast.AsyncWith: ("`async` is not read", "leave the word out"),
    ast.AsyncFunctionDef: ("`async` is not read", "leave the word out"),
    ast.Await: ("`await` is not read", "leave the word out"),
    ast.Yield: ("`yield` is not read", "collect the values in a list and return it"),
    ast.YieldFrom: ("`yield` is not read", "collect the values in a list and return it"),
    ast.TryStar: ("`try` is not read", "write the lines inside alone"),
    ast.Match: ("`match` is not read", "use if and elif"),
}
"""Syntax → (what is wrong, what to do)."""


def refuse(place: ast.AST) -> Trouble:
    """The problem that this piece of Python is not read."""
    what, instead = REFUSED.get(type(place), (f"`{type(place).__name__}` is not read", "write it another way"))
    return Trouble("unsupported_syntax", f"line {getattr(place, 'lineno', 1)}: {what} here", instead, place=place)
