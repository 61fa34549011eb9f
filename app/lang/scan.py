"""What can be seen of a program's names without running it."""

import ast
from collections.abc import Iterator, Sequence

from app.lang.unsupported import REFUSED


def targets(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Every name that the program binds somewhere, be it to a function or a module."""
    for each in body:
        for inner in ast.walk(each):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id
            elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield inner.name
            elif isinstance(inner, ast.alias):
                yield inner.asname or inner.name.split(".")[0]


def names_read(body: Sequence[ast.stmt]) -> list[ast.Name]:
    """Names whose values are asked for, in the order of the text: none that is called, none in what is refused."""
    found: list[ast.Name] = []
    waiting: list[ast.AST] = list(body)
    while waiting:
        place = waiting.pop()
        if isinstance(place, ast.Name) and isinstance(place.ctx, ast.Load):
            found.append(place)
        if type(place) not in REFUSED:
            waiting += (inner for name, inner in _parts(place) if name != "annotation" and not _is_callee(place, inner))
    return sorted(found, key=lambda each: (each.lineno, each.col_offset))


def _parts(place: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(place):
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST):
                yield name, inner


def _is_callee(place: ast.AST, inner: ast.AST) -> bool:
    return isinstance(place, ast.Call) and inner is place.func and isinstance(inner, ast.Name)
