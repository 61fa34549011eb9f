"""Which module of the app imports which, read from the source without running it, and what the design forbids."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "engine": frozenset({"numpy"}),
    "lang": frozenset({"engine", "numpy"}),
    "symbolic": frozenset({"engine", "numpy", "sympy", "mpmath"}),
    "nets": frozenset({"engine", "lang", "numpy"}),
    "export": frozenset({"engine", "numpy"}),
    "classroom": frozenset({"engine", "lang", "numpy"}),
    "lessons": frozenset(),
    "schemas": frozenset({"engine", "lang", "symbolic", "nets", "export", "classroom", "lessons", "numpy"})
    | {"pydantic", "pydantic_core", "orjson"},
    "web": frozenset({"engine", "lang", "nets", "export", "classroom", "lessons", "schemas"})
    | {"fastapi", "starlette", "uvicorn", "jinja2", "pydantic", "pydantic_core", "orjson", "markupsafe", "anyio"},
    "__main__": frozenset({"web", "uvicorn"}),
    "__init__": frozenset(),
}
"""What each package of app may import beside itself and the standard library."""

FORBIDDEN_STDLIB: Mapping[str, frozenset[str]] = {
    "engine": frozenset(
        {"json", "http", "time", "datetime", "random", "socket", "urllib", "logging", "threading", "asyncio"}
    ),
    "lang": frozenset({"http", "time", "datetime", "random", "socket", "urllib", "logging", "asyncio"}),
    "nets": frozenset({"http", "time", "datetime", "random", "socket", "urllib", "logging", "asyncio"}),
    "lessons": frozenset({"json", "http", "time"}),
}
"""Standard library modules that carry what a package must not know: wire formats, clocks, global randomness, logs."""


@dataclass(frozen=True)
class Import:
    """One import statement: in which module, of what, where, and whether it stands inside a function."""

    module: str
    target: str
    line: int
    nested: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def imports(root: Path, package: str = "app") -> list[Import]:
    """Every import statement under `root`/`package`."""
    files = sorted((root / package).rglob("*.py"))
    return [found for file in files for found in read(file, name_of(file, root))]


def name_of(file: Path, root: Path) -> str:
    """`app.engine.op` of app/engine/op.py; a package's __init__ is the package."""
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def read(file: Path, module: str) -> Iterator[Import]:
    """The import statements of one file."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    home = module if file.name == "__init__.py" else module.rpartition(".")[0]
    nested = {id(inner) for node in ast.walk(tree) if is_function(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        for target in targets(node, home):
            yield Import(module, target, getattr(node, "lineno", 0), id(node) in nested)


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def targets(node: ast.AST, home: str) -> list[str]:
    """The modules that a node imports, by their full names; `from a import b` may mean a.b or a name in a."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return dynamic(node)
    above = home.split(".")[: len(home.split(".")) - node.level + 1] if node.level else []
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def dynamic(node: ast.AST) -> list[str]:
    """What `import_module("x")` and `__import__("x")` import: an import by another name."""
    if not isinstance(node, ast.Call) or not node.args:
        return []
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    argument = node.args[0]
    named = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return [argument.value] if called in {"import_module", "__import__"} and named else []  # type: ignore[attr-defined]


def part_of(module: str) -> str:
    """`engine` of app.engine.op; `__init__` and `__main__` are parts of their own."""
    return module.split(".")[1] if "." in module else "__init__"


def forbidden(found: Iterable[Import]) -> list[str]:
    """What breaks the table above, one sentence each."""
    return [f"{each}: {why}" for each in found if (why := objection(each))]


def objection(each: Import) -> str:
    """Why an import is not allowed; empty when it is."""
    part = part_of(each.module)
    if part not in MAY_IMPORT:
        return f"app.{part} is not in the table of who may import what"
    top = each.target.split(".")[0]
    if top == "app":
        other = part_of(each.target)
        return (
            ""
            if other in {part} | MAY_IMPORT[part] or is_name_in_app(each.target)
            else f"{part} may not import {other}"
        )
    if top in sys.stdlib_module_names:
        return f"{part} must not know {top}" if top in FORBIDDEN_STDLIB.get(part, ()) else ""
    return "" if top in MAY_IMPORT[part] else f"{part} may not import {top}"


def is_name_in_app(target: str) -> bool:
    """`from app import X` where X is no package: a name in app/__init__.py."""
    return part_of(target) not in MAY_IMPORT


def nested(found: Iterable[Import]) -> list[str]:
    """Imports inside a function."""
    return [str(each) for each in found if each.nested]


def cycles(found: Iterable[Import]) -> list[str]:
    """Modules that import themselves by way of others, each circle as a path."""
    edges = graph(list(found))
    done: set[str] = set()
    circles: list[str] = []
    for start in edges:
        walk(start, edges, done, circles)
    return circles


def graph(found: list[Import]) -> dict[str, set[str]]:
    """Module → the modules of the app that it imports."""
    modules = {each.module for each in found} | {each.target for each in found if each.target.startswith("app.")}
    edges: dict[str, set[str]] = {each.module: set() for each in found}
    for each in found:
        target = (
            each.target
            if each.target in edges or each.target in modules & set(edges)
            else each.target.rpartition(".")[0]
        )
        if target in edges and target != each.module:
            edges[each.module].add(target)
    return edges


def walk(start: str, edges: Mapping[str, set[str]], done: set[str], circles: list[str]) -> None:
    """Depth first from `start` without recursion; a module met again on the current path closes a circle."""
    path: list[str] = []
    stack: list[tuple[str, bool]] = [(start, True)]
    while stack:
        module, entering = stack.pop()
        if not entering:
            path.pop()
            done.add(module)
        elif module in path:
            circles.append(" → ".join([*path[path.index(module) :], module]))
        elif module not in done:
            path.append(module)
            stack.append((module, False))
            stack.extend((other, True) for other in sorted(edges[module]))
