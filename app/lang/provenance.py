"""Which library a value comes from, as far as names tell: some methods are not the same in all of them."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from app.lang.names import MODULES, READY

TORCH, NUMPY, JAX = "torch", "numpy", "jax"
FAMILIES: Mapping[str, str] = {
    "torch": TORCH, "F": TORCH, "np": NUMPY, "jnp": JAX, "jax": JAX, "scipy": NUMPY, "autograd": NUMPY,
}  # fmt: skip
"""The first part of a module's path → whose arrays its functions give; JAX's are NumPy's that never change."""
MAKERS = ("array", "asarray", "zeros", "ones", "full")
"""Functions of NumPy whose results are arrays even where they have no axes."""
LEAVES_TORCH = ("numpy", "item", "tolist")
Families = frozenset[str]
NONE: Families = frozenset()


def family(path: str) -> Families:
    """Whose arrays come out of this module; empty where it makes none of its own."""
    found = FAMILIES.get(path.partition(".")[0])
    return NONE if found is None else frozenset({found})


NAMING = ("import", *(name for name, path in READY.items() if family(path)))
"""What a text must hold for a library to be named."""


def families(place: ast.AST, known: Mapping[str, Families]) -> Families:
    """The libraries that an expression's value is made with; `known` says it of the names that are bound."""
    found: set[str] = set()
    waiting = [place]
    while waiting:
        here = waiting.pop()
        if isinstance(here, ast.Name):
            found |= known[here.id] if here.id in known else family(READY.get(here.id, ""))
        elif _leaves_torch(here):
            found.add(NUMPY)
        else:
            waiting += ast.iter_child_nodes(here)
    return frozenset(found)


def is_array(place: ast.AST, known: Mapping[str, Families]) -> bool:
    """Whether a single number is an array without axes: PyTorch's always, NumPy's where `np.array` makes it."""
    found = families(place, known)
    maker = place.func.attr if isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute) else ""
    return found == {TORCH} or (found == {NUMPY} and maker in MAKERS)


def _leaves_torch(place: ast.AST) -> bool:
    """`x.numpy()` is NumPy's array, `x.item()` a number, whatever x was."""
    return isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute) and place.func.attr in LEAVES_TORCH


def libraries(text: str, body: Sequence[ast.stmt]) -> Families:
    """The libraries that a program imports or names."""
    if not any(word in text for word in NAMING):
        return NONE
    return NONE.union(*(family(path) for each in body for path in _paths(each)))


def _paths(statement: ast.stmt) -> Iterator[str]:
    for place in ast.walk(statement):
        if isinstance(place, ast.Name):
            yield READY.get(place.id, "")
        elif isinstance(place, ast.Import):
            yield from (MODULES.get(each.name, "") for each in place.names)
        elif isinstance(place, ast.ImportFrom):
            yield MODULES.get(place.module or "", "")


def is_tensor(made_with: Families, program: Families) -> bool:
    """Whether a value is PyTorch's: as its own source tells, else as the program's imports do."""
    return TORCH in (made_with or program)
