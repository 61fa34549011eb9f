"""The lock files pin every package by hash, agree with one another and with what the project asks for."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
LOCKS = ("run", "dev", "build")


def text_of(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def pins(lock: str) -> set[tuple[str, str]]:
    """(package, version) of every line; a package may have a version for older Pythons and one for newer."""
    return set(PIN.findall(text_of(lock)))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\s<>=!~;\[]", each)[0].lower() for each in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pinned_package_has_hashes(lock):
    blocks = re.split(r"\n(?=\S)", text_of(lock).strip())
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_pins_and_hashes_only(lock):
    allowed = re.compile(r"[a-z0-9._-]+==|    --hash=sha256:")
    assert [line for line in text_of(lock).splitlines() if not allowed.match(line)] == []


def test_what_runs_is_what_is_tested():
    assert pins("run") <= pins("dev")


def test_every_dependency_of_the_project_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert names(project["project"]["dependencies"]) <= {name for name, _ in pins("run")}
    assert names(project["dependency-groups"]["dev"]) <= {name for name, _ in pins("dev")}
    assert names(project["dependency-groups"]["build"]) <= {name for name, _ in pins("build")}


def test_npm_packages_are_pinned_by_hash_and_by_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert fetched
    assert [name for name, entry in fetched.items() if "integrity" not in entry] == []
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []


def test_npm_packages_are_asked_for_in_exact_versions():
    asked = json.loads((ROOT / "package.json").read_text())
    versions = {**asked["dependencies"], **asked["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
