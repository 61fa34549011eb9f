"""What Python has and this language does not: named, with what to do instead."""

import ast
from collections.abc import Mapping

from app.lang.errors import Trouble
from app.lang.names import NAMES

WRITE_OUT = "write its steps out, one line each"
REFUSED: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.For: ("`for` loops are not read", WRITE_OUT),
    ast.AsyncFor: ("`for` loops are not read", WRITE_OUT),
    ast.While: ("`while` loops are not read", WRITE_OUT),
    ast.If: ("`if` is not read", "use where(condition, a, b)"),
    ast.IfExp: ("conditional expressions are not read", "use where(condition, a, b)"),
    ast.FunctionDef: ("functions of your own are not read", "write the function's lines out where it is called"),
    ast.AsyncFunctionDef: ("functions of your own are not read", "write the function's lines out"),
    ast.Lambda: ("`lambda` is not read", "write the formula out where it is used"),
    ast.ClassDef: ("classes are not read", "write what its methods compute, line by line"),
    ast.Return: ("`return` is not read", "the last value assigned is the output"),
    ast.ListComp: ("comprehensions are not read", "write the list out"),
    ast.SetComp: ("comprehensions are not read", "write the list out"),
    ast.DictComp: ("comprehensions are not read", "write each value out under a name of its own"),
    ast.GeneratorExp: ("comprehensions are not read", "write the list out"),
    ast.Dict: ("dictionaries are not read", "give each value a name of its own"),
    ast.Set: ("sets are not read", "for a list write [ ], to group write ( )"),
    ast.BoolOp: ("`and` and `or` are not read", "use logical_and(a, b), logical_or(a, b)"),
    ast.With: ("`with` is not read", "use x.detach() where the gradient shall stop"),
    ast.Assert: ("`assert` is not read", "leave it out"),
    ast.Delete: ("`del` is not read", "leave it out"),
    ast.Try: ("`try` is not read", "leave it out"),
    ast.Raise: ("`raise` is not read", "leave it out"),
    ast.Global: ("`global` is not read", "leave it out"),
    ast.Nonlocal: ("`nonlocal` is not read", "leave it out"),
    ast.Match: ("`match` is not read", "use where(condition, a, b)"),
    ast.NamedExpr: ("`:=` is not read", "give the value its name on a line before"),
    ast.Starred: ("`*` before a list is not read", "write its elements out"),
    ast.Await: ("`await` is not read", "leave it out"),
    ast.Yield: ("`yield` is not read", "leave it out"),
}


def refuse(place: ast.AST) -> Trouble:
    """The problem that this piece of Python is not read."""
    if isinstance(place, ast.FunctionDef) and NAMES.has(place.name):
        message = f"line {place.lineno}: functions of your own are not read here"
        return Trouble("unsupported_syntax", message, f"leave it out: {place.name} is known here", place=place)
    what, instead = REFUSED.get(type(place), (f"`{type(place).__name__}` is not read", "write it another way"))
    return Trouble("unsupported_syntax", f"line {getattr(place, 'lineno', 1)}: {what} here", instead, place=place)
