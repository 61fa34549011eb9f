"""One Chromium for us and for others, and the servers that it opens pages of. All clocks are the pages' own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.browser import finder

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ROOT / "benchmarks" / "js" / "node_modules"
BOUND = 60.0
"""Seconds after which a contestant is given up."""
WINDOW = {"width": 1280, "height": 800}
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""No other host than this machine is asked: neither by the pages nor by the browser."""
DRAWN = "drawn after "
"""What a page says on its console, with milliseconds, once a picture is there."""
WATCH = """(() => {
  const drawn = () => document.body && (%s);
  const look = () => requestAnimationFrame(() => (drawn() ? painted() : look()));
  const note = () => console.info(`drawn after ${performance.now()}`);
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(note));
  look();
})()"""


def lacking(*packages: str) -> list[str]:
    """What has to be there for a question that is asked in a browser, beside these packages, and is not."""
    wanted = {
        "a Chromium, Chrome or Edge": finder.find() is not None,
        **{name: find_spec(name) is not None for name in ("playwright", *packages)},
        "`npm ci` in benchmarks/js": (LIBRARIES / "cytoscape").is_dir(),
    }
    return [name for name, there in wanted.items() if not there]


def says_what_it_lacks(question: str, *packages: str) -> bool:
    """Prints why a question is not asked; False where nothing is missing."""
    missing = lacking(*packages)
    if missing:
        brings = "`python3 run.py bench` brings all but a browser"
        print(f"{question}: not measured, it needs {', '.join(missing)} - {brings}.")
    return bool(missing)


@contextmanager
def new_page() -> Iterator[Any]:
    """A page of a browser that was started for it; it asks no other host than this machine."""
    from playwright.sync_api import sync_playwright

    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses root
    arguments = ["--disable-gpu", "--no-first-run", ALONE, *(["--no-sandbox"] if root else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(finder.find()), args=arguments)
        page = browser.new_page(viewport=WINDOW)
        yield page
        with suppress(Exception):  # a page that still computes is ended with its browser
            browser.close()


def until_drawn(page: Any, begin: Callable[[], object]) -> float | None:
    """Begins, and waits until the page says that it has drawn, and after how many seconds; None above BOUND.

    It says so on its console: Netron's page forbids to be asked.
    """
    from playwright.sync_api import TimeoutError as TooLate

    says = lambda message: message.text.startswith(DRAWN)  # noqa: E731
    try:
        with page.expect_console_message(says, timeout=BOUND * 1000) as found:
            begin()
        return float(found.value.text.removeprefix(DRAWN)) / 1000
    except TooLate:
        return None


def opened(page: Any, address: str, drawn: str) -> float | None:
    """Seconds from navigation until `drawn`, an expression, holds and two more frames are shown; None above BOUND."""
    page.add_init_script(WATCH % drawn)
    return until_drawn(page, lambda: page.goto(address, wait_until="commit"))


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[str]:
    """The address of this checkout's server."""
    port = free_port()
    command = [sys.executable, "-m", "app", "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for(address: str) -> None:
    """Ask until there is an answer. Raises TimeoutError."""
    opener, end = urllib.request.build_opener(urllib.request.ProxyHandler({})), monotonic() + BOUND
    while monotonic() < end:
        with suppress(OSError), closing(opener.open(address, timeout=1)):
            return
        sleep(0.05)
    raise TimeoutError(f"{address}: does not answer")


@contextmanager
def netron(model: Path) -> Iterator[str]:
    """The address of Netron's own server, with a model file."""
    import netron as viewer

    address = ("127.0.0.1", free_port())
    viewer.start(str(model), address=address, browse=False)
    try:
        yield f"http://{address[0]}:{address[1]}"
    finally:
        viewer.stop(address)
