"""A real server and a real Chromium. A page fails its test on console errors and on requests to another origin."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.browser import finder

ROOT = Path(__file__).resolve().parents[2]
STARTING_SECONDS = 30
LAUNCH = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def server():
    """The address of a server of this checkout, as `python -m app` starts it."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app", "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for(address, process):
    """Ask until the server is ready; fail as soon as it has ended."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            with closing(opener.open(f"{address}/readyz", timeout=1)):
                return
        except OSError:
            assert process.poll() is None, "the server ended before it was ready"
            assert time.monotonic() < deadline, "the server never became ready"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests; without any, a skip, or a failure where REQUIRE_BROWSER is set."""
    path = finder.find()
    if path is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(finder.NONE_FOUND)
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses root
    with sync_playwright() as playwright:
        arguments = [*LAUNCH, *(["--no-sandbox"] if root else [])]
        chromium = playwright.chromium.launch(executable_path=str(path), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser, server):
    """Opens pages: `new_page(viewport=..., color_scheme="dark", reduced_motion="reduce", has_touch=True)`.

    `page.goto("/")` is the server's page. At the end of the test every one of them must have been quiet.
    """
    contexts, complaints = [], []

    def open_page(**options):
        context = browser.new_context(base_url=server, **options)
        contexts.append(context)
        context.on("request", lambda request: complaints.extend(foreign(request.url, server)))
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(shouted(message, server)))
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page):
    """A page of 1280 × 800 that fails its test on console errors and on requests to another origin."""
    return new_page(viewport={"width": 1280, "height": 800})


def foreign(url, server):
    """A complaint when `url` is neither the server's nor the page's own data."""
    return [] if url.startswith((f"{server}/", "data:", "blob:")) else [f"asked another origin: {url}"]


def shouted(message, server):
    """A complaint for a console error. The API's 4xx answers are news for the person, not a fault of the page."""
    answered = message.text.startswith("Failed to load resource") and "status of 4" in message.text
    expected = answered and message.location.get("url", "").startswith(f"{server}/api/")
    return [f"console: {message.text} ({message.location})"] if message.type == "error" and not expected else []


@pytest.fixture
def axe():
    """`axe(page)`: what axe-core finds serious or critical there, one sentence each."""

    def serious(page):
        found = Axe().run(page).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        return [f"{each['id']}: {each['help']} {[node['html'] for node in each['nodes'][:3]]}" for each in grave]

    return serious
