"""Where a Chromium, Chrome or Edge is on this machine, and how to get one. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
COMMANDS += ("microsoft-edge", "msedge")
MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
PLAYWRIGHTS = (
    "chromium-*/chrome-*/chrome",
    "chromium-*/chrome-*/chrome.exe",
    "chromium-*/chrome-*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/chrome-*/*headless[-_]shell*",
)
NONE_FOUND = (
    "browser: none found, the browser tests need Chromium, Chrome or Edge - install one, "
    "or set BROWSER_PATH to the program's path"
)


def find() -> Path | None:
    """$BROWSER_PATH, else an installed Chromium, Chrome or Edge, else one that Playwright fetched; None without any."""
    if given := os.environ.get("BROWSER_PATH"):
        return Path(given) if Path(given).is_file() else None
    return next((path for path in candidates() if path.is_file()), None)


def candidates() -> Iterator[Path]:
    """Every place to look, the most likely first."""
    yield from (Path(found) for command in COMMANDS if (found := shutil.which(command)))
    yield from (Path(home) / app for home in ("/Applications", Path.home() / "Applications") for app in MAC)
    homes = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
    yield from (Path(home) / program for home in homes if home for program in WINDOWS)
    for store in playwright_stores():
        yield from (path for pattern in PLAYWRIGHTS for path in sorted(store.glob(pattern), reverse=True))


def playwright_stores() -> Iterator[Path]:
    """The folders that Playwright puts its browsers into."""
    if given := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        yield Path(given)
    if local := os.environ.get("LOCALAPPDATA"):
        yield Path(local) / "ms-playwright"
    yield Path.home() / ".cache" / "ms-playwright"
    yield Path.home() / "Library" / "Caches" / "ms-playwright"


def install(python: Path, say: Callable[[str], None]) -> Path | None:
    """Get a Chromium: as root on Debian by apt (which brings what it links to), elsewhere by Playwright."""
    if os.environ.get("BROWSER_PATH"):
        say(f"BROWSER_PATH: {os.environ['BROWSER_PATH']} is no file")
        return None
    say("no browser found: installing Chromium")
    ways = [by_playwright] if not root_on_debian() else [by_apt, by_playwright]
    return next((path for way in ways if way(python) and (path := find())), None)


def root_on_debian() -> bool:
    """Whether apt can be used without asking anyone."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def by_apt(python: Path) -> bool:
    """Debian's own chromium package."""
    apt = ["apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0"]
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run([*apt, "update"], **quiet)  # type: ignore[call-overload]
    packages = ["install", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
    return subprocess.run([*apt, *packages], **quiet).returncode == 0  # type: ignore[call-overload, no-any-return]


def by_playwright(python: Path) -> bool:
    """The build that Playwright keeps for itself."""
    try:
        return subprocess.run([python, "-m", "playwright", "install", "chromium"], timeout=600).returncode == 0
    except subprocess.TimeoutExpired:
        return False
