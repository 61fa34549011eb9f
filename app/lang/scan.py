"""What can be seen of a program without running it: which names it binds where, which of them are lists or counters."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NOTHING: frozenset[str] = frozenset()
OWN_NAMES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.TryStar, ast.Match, ast.With,
)  # fmt: skip
"""Syntax with names of its own, or that is not read."""
CHANGES_LISTS = frozenset({
    "append", "extend", "insert", "pop", "remove", "sort", "reverse", "clear", "count", "index",
})  # fmt: skip
WORDS = ("for", "while", "del", "[", "]", *sorted(CHANGES_LISTS - {"count", "index"}))
BLOCKS = re.compile(
    r"\b(for|while|append|extend|insert|pop|remove|sort|reverse|clear|del)\b|\][ \t]*[-+*/]?=[^=]|\+=[ \t]*\["
)
"""What a text must hold for there to be anything to find."""


PYTHON = (
    ast.Import, ast.ImportFrom, ast.For, ast.While, ast.If, ast.With, ast.FunctionDef, ast.ClassDef, ast.Assert,
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr, ast.Dict,
)  # fmt: skip
"""Syntax that no line of mathematics has."""
PYTHONS_OWN = frozenset({"len", "range", "zip", "enumerate", "list", "tuple", "sorted", "map", "isinstance", "print"})
"""Functions that no line of mathematics has."""


@dataclass(frozen=True)
class Facts:
    """`lists`: names whose lists grow or change; `counters`: whole numbers that a loop counts with; `sums`: names that
    a loop adds to, whose zero at the start is no input.
    """

    lists: frozenset[str] = NOTHING
    counters: frozenset[str] = NOTHING
    sums: frozenset[str] = NOTHING


def facts(source: str, body: list[ast.stmt]) -> Facts:
    """Look through a program once, if there is anything to find."""
    if not any(word in source for word in WORDS) or not BLOCKS.search(source):
        return Facts()
    lists: set[str] = set()
    counters: set[str] = set()
    sums: set[str] = set()
    for statement in body:
        loops = isinstance(statement, ast.For | ast.While)
        for each in ast.walk(statement):
            lists.update(_changed(each))
            if loops and isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
                if isinstance(each.value, ast.Constant) and isinstance(each.value.value, int):
                    counters.add(each.target.id)
                elif isinstance(each.op, ast.Add):
                    sums.add(each.target.id)
    return Facts(frozenset(lists), frozenset(counters), frozenset(sums))


def is_python(body: list[ast.stmt]) -> bool:
    """Whether something in a program is Python's alone: imports, blocks, functions, comprehensions, f-strings."""
    return any(isinstance(each, PYTHON) or (isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
                                            and each.func.id in PYTHONS_OWN)
               for statement in body for each in ast.walk(statement))  # fmt: skip


def _changed(place: ast.AST) -> Iterator[str]:
    """The name of a list that this piece of syntax changes."""
    if isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute) and place.func.attr in CHANGES_LISTS:
        if isinstance(place.func.value, ast.Name):
            yield place.func.value.id
    elif isinstance(place, ast.AugAssign) and isinstance(place.target, ast.Name):
        if isinstance(place.op, ast.Add) and isinstance(place.value, ast.List | ast.ListComp):
            yield place.target.id
    elif isinstance(place, ast.Subscript) and isinstance(place.ctx, ast.Store | ast.Del):
        inner: ast.expr = place
        while isinstance(inner, ast.Subscript):
            if isinstance(inner.slice, ast.Tuple):
                return  # several indices: an array
            inner = inner.value
        if isinstance(inner, ast.Name):
            yield inner.id


def bound_names(body: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements bind in their own scope: not those inside functions, classes, comprehensions."""
    waiting = list(body)
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield each.name
            continue
        if isinstance(each, ast.Lambda):
            continue
        if isinstance(each, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from (x.target.id for x in ast.walk(each) if isinstance(x, ast.NamedExpr))
            continue
        if isinstance(each, ast.Name):
            if isinstance(each.ctx, ast.Store):
                yield each.id
        elif isinstance(each, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in each.names)
        waiting.extend(ast.iter_child_nodes(each))


def own_names(place: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that are a function's own: its parameters, and what it binds and does not declare otherwise."""
    given = place.args
    names = {each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    names |= {each.arg for each in (given.vararg, given.kwarg) if each is not None}
    if isinstance(place, ast.Lambda):
        return frozenset(names)
    declared = {name for each in place.body for inner in ast.walk(each)
                if isinstance(inner, ast.Global | ast.Nonlocal) for name in inner.names}  # fmt: skip
    return frozenset(names | (set(bound_names(place.body)) - declared))


def names_read(body: Sequence[ast.stmt]) -> list[ast.Name]:
    """Names whose values are asked for at top level, in the order of the text: none that is called, none of functions,
    classes and comprehensions, which have names of their own.
    """
    found: list[ast.Name] = []
    waiting: list[ast.AST] = list(body)
    while waiting:
        place = waiting.pop()
        if isinstance(place, ast.Name) and isinstance(place.ctx, ast.Load):
            found.append(place)
        if not isinstance(place, OWN_NAMES):
            waiting += (inner for name, inner in _parts(place) if name != "annotation" and not _is_callee(place, inner))
    return sorted(found, key=lambda each: (each.lineno, each.col_offset))


def _parts(place: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(place):
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST):
                yield name, inner


def _is_callee(place: ast.AST, inner: ast.AST) -> bool:
    return isinstance(place, ast.Call) and inner is place.func and isinstance(inner, ast.Name)
