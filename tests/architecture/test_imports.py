"""Who may know what: the table of app/ARCHITECTURE.md, enforced; and proof that the enforcement bites."""

import ast
from pathlib import Path

import pytest

from tests.architecture.imports import MAY_IMPORT, cycles, forbidden, imports, nested

ROOT = Path(__file__).resolve().parents[2]
HANDLER_LINES = 10


@pytest.fixture(scope="module")
def found():
    return imports(ROOT)


def test_every_package_imports_only_what_the_table_allows(found):
    assert forbidden(found) == []


def test_no_module_imports_itself_by_way_of_others(found):
    assert cycles(found) == []


def test_no_import_hides_inside_a_function(found):
    assert nested(found) == []


def test_the_whole_app_is_looked_at(found):
    assert {"engine", "lang", "schemas", "web"} <= {each.module.split(".")[1] for each in found}


def test_every_package_of_the_app_is_in_the_table():
    packages = {
        each.stem for each in (ROOT / "app").iterdir() if each.suffix == ".py" or (each / "__init__.py").is_file()
    }
    assert packages <= set(MAY_IMPORT)


def handlers():
    """The functions of app/web that a route decorator stands on."""
    for file in sorted((ROOT / "app" / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(is_route, node.decorator_list)):
                yield pytest.param(node, id=f"{file.stem}.{node.name}")


def is_route(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(called, "attr", "") in {"get", "post", "put", "patch", "delete", "websocket", "api_route"}


@pytest.mark.parametrize("handler", list(handlers()))
def test_a_handler_only_hands_over(handler):
    documented = isinstance(handler.body[0], ast.Expr) and isinstance(handler.body[0].value, ast.Constant)
    body = handler.body[1:] if documented else handler.body
    assert body[-1].end_lineno - body[0].lineno + 1 <= HANDLER_LINES


# The checks above are worth what they notice: each planted source breaks one rule.

PLANTED = {
    "the engine knows JSON": ("engine/op.py", "import json", "engine must not know json"),
    "the engine knows the clock": ("engine/op.py", "from time import monotonic", "engine must not know time"),
    "the engine imports the language": ("engine/op.py", "from app.lang import trace", "engine may not import lang"),
    "the engine imports upwards relatively": ("engine/op.py", "from ..web import app", "engine may not import web"),
    "the engine imports by a string": ("engine/op.py", 'import_module("app.web")', "engine may not import web"),
    "the language knows the wire": ("lang/trace.py", "from app.schemas import reply", "lang may not import schemas"),
    "schemas know the web framework": ("schemas/reply.py", "import fastapi", "schemas may not import fastapi"),
    "the web does mathematics": ("web/routes.py", "import numpy as np", "web may not import numpy"),
    "an undeclared package": ("engine/op.py", "import scipy.special", "engine may not import scipy"),
    "a package beside the table": ("extras/thing.py", "import math", "app.extras is not in the table"),
}


def plant(root, path, text):
    file = root / "app" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize(("path", "text", "sentence"), PLANTED.values(), ids=PLANTED)
def test_a_planted_import_is_noticed(tmp_path, path, text, sentence):
    plant(tmp_path, path, text)
    (noticed,) = forbidden(imports(tmp_path))
    assert sentence in noticed


def test_an_allowed_import_is_no_offence(tmp_path):
    plant(tmp_path, "web/routes.py", "import time\nfrom fastapi import APIRouter\nfrom app.engine.run import Run")
    assert forbidden(imports(tmp_path)) == []


def test_a_planted_circle_is_noticed(tmp_path):
    plant(tmp_path, "engine/a.py", "from app.engine import b")
    plant(tmp_path, "engine/b.py", "from app.engine.c import thing")
    plant(tmp_path, "engine/c.py", "from . import a")
    (circle,) = cycles(imports(tmp_path))
    assert circle == "app.engine.a → app.engine.b → app.engine.c → app.engine.a"


def test_a_shared_import_is_no_circle(tmp_path):
    plant(tmp_path, "engine/a.py", "from app.engine import b, c")
    plant(tmp_path, "engine/b.py", "from app.engine import c")
    plant(tmp_path, "engine/c.py", "import math")
    assert cycles(imports(tmp_path)) == []


@pytest.mark.parametrize(
    "line", ["def f():\n    import math", "class A:\n    async def f(self):\n        from math import pi"]
)
def test_a_planted_import_inside_a_function_is_noticed(tmp_path, line):
    plant(tmp_path, "engine/a.py", line)
    assert len(nested(imports(tmp_path))) == 1
