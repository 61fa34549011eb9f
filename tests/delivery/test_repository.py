"""What is committed works anywhere: it names no registry, no folder of someone's machine, and no third-party code."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOT = r"\."
HOSTS = ("pypi", "pythonhosted", "npmjs", "yarnpkg", "jsdelivr", "unpkg", "cdnjs", "esm")
REGISTRY = re.compile(rf"\b(?:{'|'.join(HOSTS)}){DOT}(?:org|com|net|sh)\b|\bdeb{DOT}debian{DOT}org\b|\bdocker{DOT}io\b")
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:work|root|home|Users|mnt)/[\w.]")
LARGEST = 1_000_000


def committed() -> list[Path]:
    """The files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def offences(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Where `pattern` stands in text files, as file: match."""
    found = []
    for file in files:
        text = file.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{file.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    return found


def test_no_committed_file_names_a_package_registry_or_a_cdn():
    assert offences(REGISTRY, committed()) == []


def test_no_committed_file_names_a_folder_of_a_machine():
    assert offences(MACHINE_PATH, committed()) == []


@pytest.mark.parametrize(
    "text", ["https://" + "pypi" + ".org/simple", "registry." + "npmjs" + ".org", "cdn." + "jsdelivr" + ".net"]
)
def test_a_registry_is_recognised(text):
    assert REGISTRY.search(text)


@pytest.mark.parametrize("text", ["'/" + "home/ann/x'", "= /" + "Users/ann", "in /" + "root/.cache"])
def test_a_machine_path_is_recognised(text):
    assert MACHINE_PATH.search(text)


def test_nothing_that_is_built_or_fetched_is_committed():
    parts = {part for file in committed() for part in file.relative_to(ROOT).parts}
    assert not parts & {"node_modules", "__pycache__", ".venv", "dist"}
    assert not [file for file in committed() if file.is_relative_to(ROOT / "static" / "vendor")]


def test_no_committed_file_is_large():
    assert [str(file) for file in committed() if file.stat().st_size > LARGEST] == []
