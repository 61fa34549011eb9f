"""What the libraries themselves say about the corpus: micrograd, HIPS autograd, PyTorch, JAX.

Run with a Python that has them, from the root of the repository: `python -m tests.corpus.oracle` writes expected.json.
The names of the inputs come from inputs.json, which `python -m tests.corpus.inputs` writes with the app's own Python.
"""

import ast
import contextlib
import io
import json
import sys
from typing import Any

from tests.corpus.read import HERE, Program, everything


def numbers(value: Any) -> Any:
    """A number, or nested lists of numbers, from whatever a library has."""
    if isinstance(value, list | tuple):
        return [numbers(each) for each in value]
    for name in ("detach", "tolist"):
        if hasattr(value, name):
            value = getattr(value, name)()
    if hasattr(value, "data") and not isinstance(value, list | float | int):
        value = value.data
    return numbers(value) if isinstance(value, list | tuple) else float(value)


def printed(run: Any) -> tuple[Any, list[str]]:
    """What a call gives, and the lines that it prints."""
    lines = io.StringIO()
    with contextlib.redirect_stdout(lines):
        found = run()
    return found, lines.getvalue().splitlines()


def executed(source: str) -> dict[str, Any]:
    """The names of a program after it has run."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "<program>", "exec"), space)
    return space


# ── libraries that go backward from a value ─────────────────────────────────────────────────────────────
def with_tape(program: Program, output: str, names: list[str]) -> dict[str, Any]:
    """micrograd and PyTorch: run it, go backward if the program did not, and read `.grad`."""
    if program.style == "torch":
        as_float64()
    source = program.source
    space, lines = printed(lambda: executed(source))
    out = space[output]
    if ".backward()" not in source:
        out.backward()
    found = {}
    for name in names:
        grad = gradient(looked_up(name, space))
        if grad is not None:
            found[name] = grad
    return {"output": numbers(out), "gradients": found, "printed": lines}


def looked_up(name: str, space: dict[str, Any]) -> Any:
    """`n.layers[0].w` as Python finds it; `model.0.weight` among the named parameters."""
    try:
        return eval(name, dict(space))
    except SyntaxError:
        first, _, rest = name.partition(".")
        return dict(space[first].named_parameters())[rest]


def gradient(value: Any) -> Any:
    """The `.grad` of a value, of every value of a list; None where one has none."""
    if isinstance(value, list | tuple):
        found = [gradient(each) for each in value]
        return None if any(each is None for each in found) else found
    grad = getattr(value, "grad", None)
    return None if grad is None else numbers(grad)


def as_float64() -> None:
    """PyTorch with 64 bits, but with first weights of 32 bits as everybody has them."""
    import torch

    torch.set_default_dtype(torch.float64)

    def uniform(tensor: Any, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Any:
        with torch.no_grad():
            return tensor.copy_(torch.empty(tensor.shape, dtype=torch.float32).uniform_(a, b))

    def kaiming(tensor: Any, a: float = 0.0, *_: Any, **__: Any) -> Any:
        bound = (6 / ((1 + a * a) * torch.nn.init._calculate_correct_fan(tensor, "fan_in"))) ** 0.5
        return uniform(tensor, -bound, bound)

    torch.nn.init.uniform_, torch.nn.init.kaiming_uniform_ = uniform, kaiming


# ── libraries that differentiate functions ──────────────────────────────────────────────────────────────
class Given(ast.NodeTransformer):
    """The program as a function of its inputs: what their names are bound to is what is given."""

    def __init__(self, names: list[str]) -> None:
        self.names = set(names)

    def visit_Assign(self, place: ast.Assign) -> Any:
        target = place.targets[0]
        if isinstance(target, ast.Name) and target.id in self.names:
            self.names.discard(target.id)
            place.value = ast.parse(f"GIVEN[{target.id!r}]", mode="eval").body
        return place

    def visit_FunctionDef(self, place: ast.FunctionDef) -> Any:
        return place

    visit_ClassDef = visit_FunctionDef


def as_function(program: Program, output: str, names: list[str]) -> dict[str, Any]:
    """NumPy by HIPS autograd, and JAX: the gradient of the output by the names that the program binds."""
    if program.style == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
        library, grad = jax.numpy, jax.grad
        source = program.source
    else:
        import autograd
        import autograd.numpy

        library, grad = autograd.numpy, autograd.grad
        source = program.source.replace("import numpy as np", "import autograd.numpy as np")
    space, lines = printed(lambda: executed(source))
    simple = [name for name in names if name.isidentifier() and name in first_bound(source)]
    given = {name: library.array(each, dtype=float) for name, each in starts(source, simple).items()}
    tree = ast.fix_missing_locations(Given(list(given)).visit(ast.parse(source)))
    code = compile(tree, "<program>", "exec")

    def fun(values: dict[str, Any]) -> Any:
        names_now: dict[str, Any] = {"__name__": "__main__", "GIVEN": values}
        exec(code, names_now)
        return library.sum(names_now[output])

    with contextlib.redirect_stdout(io.StringIO()):
        found = grad(fun)(given) if given else {}
    return {"output": numbers(space[output]), "gradients": {name: numbers(each) for name, each in found.items()},
            "printed": lines}  # fmt: skip


def first_bound(source: str) -> dict[str, int]:
    """Names bound at top level by a plain assignment, with the line of the first one."""
    found: dict[str, int] = {}
    for each in ast.parse(source).body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            found.setdefault(each.targets[0].id, each.lineno)
    return found


def starts(source: str, names: list[str]) -> dict[str, Any]:
    """What each name was first bound to."""
    tree = ast.parse(source)
    body: list[ast.stmt] = []
    left = set(names)
    for each in tree.body:
        body.append(each)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and each.targets[0].id in left:
            name = each.targets[0].id
            left.discard(name)
            body.append(ast.parse(f"STARTS[{name!r}] = {name}").body[0])
    space: dict[str, Any] = {"STARTS": {}, "__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(ast.fix_missing_locations(ast.Module(body, [])), "<program>", "exec"), space)
    return {name: each for name, each in space["STARTS"].items() if not are_sizes(each)}


def are_sizes(value: Any) -> bool:
    """Whether it is a list of whole numbers, which nothing is differentiated by."""
    return isinstance(value, list) and all(isinstance(each, int) for each in value)


def say(program: Program, output: str, names: list[str]) -> dict[str, Any]:
    """What the library of its style says about a program."""
    how = with_tape if program.style in ("micrograd", "torch") else as_function
    return how(program, output, names)


def main() -> None:
    """Write expected.json."""
    wanted = json.loads((HERE / "inputs.json").read_text(encoding="utf-8"))
    found = {}
    for program in everything():
        try:
            found[program.id] = say(program, *wanted[program.id])
        except Exception as error:
            print(f"{program.id}: {error!r}", file=sys.stderr)
    text = json.dumps(found, indent=0, sort_keys=True)
    (HERE / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
