"""The tests of the front end's own modules, run by Node's test runner: one test here per file there."""

import subprocess
from pathlib import Path

import pytest

from vendor import bundle

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.test.*js"))


@pytest.mark.parametrize("file", FILES)
def test_the_front_end_keeps_its_promises(file):
    node, _, environment = bundle.tools()
    done = subprocess.run([*node, "--test", file], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "# tests 0" not in done.stdout, "the file has no test"
