"""What the page loads before anybody opens a view: own HTML, style sheets and modules, gzipped one by one.

Bundled libraries are not in it (they have lock files of their own), nor is what loads when it is first asked for.
"""

import gzip
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("main.js", "theme.js", "panels/editor.js", "panels/inputs.js", "layout/worker.js", "api/courier_worker.js")
"""Where loading begins: the page's own, what main.js imports at once, the workers."""
BUDGET = 242_000
"""Bytes: 10 kB above the page as it was before the derivatives view (232,070)."""
PANELS = ("table", "derivatives", "net", "matrix", "derivatives/kit")
LAZY = ("ui/plot.js", *(f"panels/{name}.js" for name in PANELS))
IMPORT = re.compile(r"^(?:import|export)\b[^;'\"]*?['\"](\.{1,2}/[^'\"]+)['\"]", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def first_scripts():
    """All modules that are loaded with the page, by path below static/js."""
    base, found, ahead = ROOT / "static" / "js", set(), list(SCRIPTS)
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        imported = IMPORT.findall(COMMENT.sub("", (base / name).read_text()))
        ahead += [((base / name).parent / each).resolve().relative_to(base).as_posix() for each in imported]
    return found


def first_styles():
    """Names of the style sheets that the page links."""
    listed = re.search(r"for name in \(([^)]*)\)", (ROOT / "templates" / "index.html").read_text())
    return re.findall(r"'([\w-]+)'", listed[1])


def zipped(path):
    """Its size as it is sent."""
    return len(gzip.compress(path.read_bytes(), 6))


def test_the_first_load_keeps_within_its_budget():
    files = [ROOT / "templates" / "index.html"]
    files += [ROOT / "static" / "js" / name for name in first_scripts()]
    files += [ROOT / "static" / "css" / f"{name}.css" for name in first_styles()]
    assert sum(zipped(path) for path in files) <= BUDGET


def test_views_load_when_they_are_first_shown():
    loaded = first_scripts()
    assert {"core/store.js", "render/graph.js"} <= loaded
    assert loaded.isdisjoint(LAZY)
    assert {"derivatives", "net", "matrix"}.isdisjoint(first_styles())
