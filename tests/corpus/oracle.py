"""What the libraries themselves say about the corpus: micrograd, HIPS autograd, PyTorch, JAX.

Run with a Python that has them, from the root of the repository: `python -m tests.corpus.oracle` writes expected.json.
The names of the inputs come from inputs.json, which `python -m tests.corpus.inputs` writes with the app's own Python.
"""

import ast
import contextlib
import copy
import io
import json
import sys
from collections.abc import Callable
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
    torch.nn.init._no_grad_uniform_ = uniform  # Xavier's
    rand = torch.rand
    torch.rand = lambda *size, **options: rand(*size, **(options | {"dtype": torch.float32})).double()


# ── libraries that differentiate functions ──────────────────────────────────────────────────────────────
class Given(ast.NodeTransformer):
    """The program as a function of its inputs: what their names are bound to is what is given.  It prints nothing.

    `net.weights[0]` is given once `net` has been bound; what a name was bound to is worked out all the same, so that
    later random numbers are the same.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = list(names)
        self.depth = 0

    def visit_Assign(self, place: ast.Assign) -> Any:
        target = place.targets[0]
        if self.depth or not isinstance(target, ast.Name):
            return place
        found: list[ast.stmt] = [place]
        for name in [each for each in self.names if root(each) == target.id]:
            self.names.remove(name)
            given = ast.parse(f"GIVEN[{name!r}]", mode="eval").body
            if name == target.id:
                place.value = ast.Subscript(ast.Tuple([place.value, given], ast.Load()), ast.Constant(1), ast.Load())
            else:
                found.append(ast.Assign([ast.parse(f"{name} = 0").body[0].targets[0]], given))  # type: ignore[attr-defined]
        return found

    def visit_Expr(self, place: ast.Expr) -> Any:
        called = place.value.func if isinstance(place.value, ast.Call) else None
        return ast.Pass() if isinstance(called, ast.Name) and called.id == "print" else place

    def visit_FunctionDef(self, place: ast.FunctionDef) -> Any:
        self.depth += 1
        found = self.generic_visit(place)
        self.depth -= 1
        return found

    visit_ClassDef = visit_FunctionDef  # type: ignore[assignment]


def root(name: str) -> str:
    """`net` of `net.weights[0]`."""
    return name.replace("[", ".").split(".")[0]


def as_function(program: Program, output: str, names: list[str]) -> dict[str, Any]:
    """NumPy by HIPS autograd, or where that does not read a program by differences, and JAX: the gradient of the
    output by the names that the program binds.
    """
    if program.style == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    source = program.source
    bound = first_bound(source)
    wanted = [name for name in names if root(name) in bound]
    space, lines = printed(lambda: executed(source))
    begins = starts(source, wanted)
    if program.style == "jax":
        found = by_library(jax.numpy, jax.grad, source, output, begins)
    else:
        import autograd
        import autograd.numpy

        own = source.replace("import numpy as np", "import autograd.numpy as np")
        try:
            found = by_library(autograd.numpy, autograd.grad, own, output, begins)
        except (AttributeError, IndexError, TypeError, ValueError, NotImplementedError):
            found = by_differences(source, output, begins)
    return {"output": numbers(space[output]), "gradients": {name: numbers(each) for name, each in found.items()},
            "printed": lines}  # fmt: skip


def function_of(source: str, output: str, names: list[str]) -> Callable[[dict[str, Any]], Any]:
    """The output by the values of some names."""
    tree = ast.fix_missing_locations(Given(names).visit(ast.parse(source)))
    code = compile(tree, "<program>", "exec")

    def fun(values: dict[str, Any]) -> Any:
        space: dict[str, Any] = {"__name__": "__main__", "GIVEN": dict(values)}
        exec(code, space)
        return space[output]

    return fun


def by_library(library: Any, grad: Any, source: str, output: str, begins: dict[str, Any]) -> dict[str, Any]:
    """The gradients as a library gives them."""
    given = {name: library.array(each, dtype=float) for name, each in begins.items()}
    fun = function_of(source, output, list(given))
    found: dict[str, Any] = grad(lambda values: library.sum(fun(values)))(given) if given else {}
    return found


def by_differences(source: str, output: str, begins: dict[str, Any]) -> dict[str, Any]:
    """The gradients by central differences over nine points, right to ten digits for smooth programs; by numbers
    that are no indices.
    """
    import numpy as np

    given = {name: np.array(each, float) for name, each in begins.items() if has_decimals(each)}
    fun = function_of(source, output, list(given))
    found = {}
    for name, value in given.items():
        slopes = found[name] = np.zeros(value.shape)
        for at in np.ndindex(value.shape):
            for k, weight in enumerate(NINE_POINTS, 1):
                for sign in (1, -1):
                    moved = value.copy()
                    moved[at] += sign * k * STEP
                    slopes[at] += sign * weight * np.sum(fun(copy.deepcopy({**given, name: moved}))) / STEP
    return found


def has_decimals(value: Any) -> bool:
    """Whether it is one array of numbers that are no indices."""
    import numpy as np

    try:
        return np.asarray(value).dtype.kind == "f"
    except ValueError:
        return False


STEP = 0.0005
NINE_POINTS = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
"""B. Fornberg, Generation of Finite Difference Formulas, 1988: weights at 1 to 4 steps, with the other sign behind."""


def first_bound(source: str) -> dict[str, int]:
    """Names bound at top level by a plain assignment, with the line of the first one."""
    found: dict[str, int] = {}
    for each in ast.parse(source).body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            found.setdefault(each.targets[0].id, each.lineno)
    return found


def starts(source: str, names: list[str]) -> dict[str, Any]:
    """What each name was first bound to, of those that are numbers."""
    body: list[ast.stmt] = []
    left = list(names)
    for each in ast.parse(source).body:
        body.append(each)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            for name in [name for name in left if root(name) == each.targets[0].id]:
                left.remove(name)
                body.append(ast.parse(f"STARTS[{name!r}] = COPY({name})").body[0])
    space: dict[str, Any] = {"STARTS": {}, "COPY": copy.deepcopy, "__name__": "__main__"}
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
