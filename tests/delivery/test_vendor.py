"""The bundle of front-end libraries: complete, small, licensed, and made again exactly when its inputs change."""

import gzip
import re

import pytest

from vendor import bundle

LIMIT_GZIPPED = 250_000
"""Bytes of others' JavaScript, all of it loaded late."""

bundled = pytest.mark.skipif(not bundle.fresh(), reason="static/vendor is not built; `python3 run.py vendor` builds it")


def gzipped(path):
    return len(gzip.compress(path.read_bytes(), 9))


@bundled
def test_the_javascript_stays_small():
    assert sum(gzipped(path) for path in bundle.OUT.glob("*.js")) < LIMIT_GZIPPED


@bundled
def test_every_file_that_the_styles_name_is_there():
    assert "url(" in (bundle.OUT / "fonts.css").read_text()
    for style in bundle.OUT.glob("*.css"):
        named = re.findall(r"url\([\"']?([^\"')]+)", style.read_text())
        assert [name for name in named if not (bundle.OUT / name).is_file()] == []


@bundled
@pytest.mark.parametrize("family", ["IBM Plex Sans Variable", "IBM Plex Mono", "STIX Two Math"])
def test_the_faces_of_the_page_are_there(family):
    assert family in (bundle.OUT / "fonts.css").read_text()


@bundled
def test_every_bundled_package_comes_with_its_licence():
    text = (bundle.OUT / "licenses.txt").read_text(encoding="utf-8")
    for package in ("@codemirror/view", "katex", "uplot", "@fontsource/stix-two-math"):
        assert f"{package}\n===" in text


@bundled
def test_nothing_in_the_bundle_asks_another_origin():
    for style in bundle.OUT.glob("*.css"):
        assert "http" not in style.read_text()


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("node_modules/katex/dist/katex.mjs", "katex"),
        ("node_modules/@codemirror/view/dist/index.js", "@codemirror/view"),
        ("vendor/katex.mjs", None),
    ],
)
def test_a_file_belongs_to_its_package(path, package):
    assert bundle.package_of(path) == package


@pytest.fixture
def other_checkout(tmp_path, monkeypatch):
    """A copy of the bundle's inputs, with a stamp that fits them."""
    for name in bundle.INPUTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((bundle.ROOT / name).read_bytes())
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    monkeypatch.setattr(bundle, "STAMP", tmp_path / ".stamp")
    (tmp_path / ".stamp").write_text(bundle.stamp())
    return tmp_path


def test_an_unchanged_bundle_is_not_made_again(other_checkout):
    assert bundle.fresh()
    assert bundle.build() is False


@pytest.mark.parametrize("name", bundle.INPUTS)
def test_a_changed_input_makes_the_bundle_stale(other_checkout, name):
    with (other_checkout / name).open("a") as file:
        file.write(" ")
    assert not bundle.fresh()


def test_line_ends_do_not_matter(other_checkout):
    for name in bundle.INPUTS:
        file = other_checkout / name
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert bundle.fresh()
