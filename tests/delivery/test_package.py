"""What `pip install` brings: built once from this checkout, unpacked, and run without the checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from vendor import bundle

ROOT = Path(__file__).resolve().parents[2]
ASK = """
from fastapi.testclient import TestClient
import app
from app.web.app import create_app

with TestClient(create_app()) as client:
    page = client.get("/")
    style = client.get("/static/css/tokens.css")
    print(app.__file__, page.status_code, style.status_code, "<!doctype html>" in page.text.lower())
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the source package of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    hooks = {} if bundle.fresh() else {"HATCH_BUILD_NO_HOOKS": "1"}
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | hooks, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    """The wheel's content, as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder


def test_the_wheel_holds_the_program_the_page_and_its_assets(unpacked):
    for path in ("app/__main__.py", "app/templates/index.html", "app/static/css/tokens.css", "app/static/js"):
        assert (unpacked / path).exists(), path


@pytest.mark.skipif(not bundle.fresh(), reason="static/vendor is not built; `python3 run.py vendor` builds it")
def test_the_wheel_holds_the_front_end_libraries(unpacked):
    assert (unpacked / "app/static/vendor/codemirror.js").is_file()
    assert (unpacked / "app/static/vendor/licenses.txt").is_file()


def test_the_wheel_holds_nothing_else(unpacked):
    information = next(unpacked.glob("*.dist-info")).name
    assert {path.name for path in unpacked.iterdir()} == {"app", information}


def test_the_wheel_brings_the_command_and_the_licence(unpacked):
    information = next(unpacked.glob("*.dist-info"))
    assert "backprop-visualizer = app.__main__:main" in (information / "entry_points.txt").read_text()
    assert list(information.rglob("LICENSE"))


def test_the_installed_program_finds_its_page_and_its_assets(unpacked, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    done = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == [str(unpacked / "app" / "__init__.py"), "200", "200", "True"], done.stderr[-3000:]


def test_the_source_package_builds_anywhere(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "vendor/hook.py", "package-lock.json", "run.py", "app/__main__.py"} <= names
    assert not bundle.fresh() or "static/vendor/.stamp" in names
    assert not {name for name in names if name.startswith(("node_modules", ".venv"))}
