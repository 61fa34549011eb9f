"""Build the image, run it the way it is meant to be run, and prove what the Dockerfile promises.

Non-root, no capabilities, read-only root file system, its own HEALTHCHECK, an answer from the API, a clean stop on
SIGTERM within five seconds with connections open. Then the negative controls: images that break one promise each, of
which the check must say so. Standard library only; `python3 run.py container` starts it.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.container import engines, settings
from tests.container.engines import Engine

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "backprop-visualizer:check"
NAME = f"backprop-check-{int(time.time())}"
PROGRAM = "x = 3\ny = x * x"
STOP_SECONDS = 5.0
PROBE = """
import os, sys
for place in ("/x", "/opt/venv/x", "/etc/x"):
    try:
        open(place, "w")
    except OSError as error:
        if error.errno not in (13, 30):
            raise
    else:
        sys.exit("writable: " + place)
sys.exit(0 if os.statvfs("/").f_flag & os.ST_RDONLY else "the root file system is writable")
"""

started = time.monotonic()


class Broken(Exception):
    """A promise that the container does not keep."""


class Container:
    """One running container of `image`, with everything locked that the README says can be locked."""

    def __init__(self, engine: Engine, image: str, *, read_only: bool = True) -> None:
        self.engine = engine
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = probe.getsockname()[1]
        locked = ("--read-only",) if read_only else ()
        rights = (
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            "--tmpfs",
            "/tmp:rw,noexec,nosuid,size=16m",
        )
        engine("run", "-d", "--name", NAME, *self.network(), *locked, *rights, *engine.run_options, image)

    def network(self) -> tuple[str, ...]:
        """Docker publishes a port; podman shares the network here, where it may not make one of its own."""
        if self.engine.name == "podman":
            self.port = 8000
            return ("--network", "host")
        return ("-p", f"127.0.0.1:{self.port}:8000")

    def inspect(self, template: str) -> str:
        """One fact that the engine knows about it."""
        return self.engine("inspect", "-f", template, NAME)

    def logs(self) -> str:
        """What it printed last, for whoever mends it."""
        return self.engine("logs", "--tail", "30", NAME, check=False)

    def remove(self) -> None:
        """End it and forget it."""
        self.engine("rm", "-f", NAME, check=False)


def say(text: str) -> None:
    print(f"[{time.monotonic() - started:4.0f} s] {text}", flush=True)


def demand(kept: bool, broken: str) -> None:
    """Raises Broken with what is wrong."""
    if not kept:
        raise Broken(broken)


def until(condition: Callable[[], bool], seconds: float, broken: str) -> None:
    """Ask again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        demand(time.monotonic() < deadline, broken)
        time.sleep(0.1)


# What is promised ----------------------------------------------------------------------------------------------------


def it_answers(container: Container) -> None:
    """The server inside comes up."""

    def up() -> bool:
        try:
            with closing(ask(container, "/readyz")):
                return True
        except OSError:
            return False

    until(up, 30, "it never answered /readyz")


def it_runs_as_nobody_in_particular(container: Container) -> None:
    """User 10001, no capability, no way to get one."""
    status = Path(f"/proc/{container.inspect('{{.State.Pid}}')}/status")
    if not status.is_file():  # Docker on macOS and Windows: the process is inside a virtual machine
        demand(container.inspect("{{.Config.User}}") == "10001:10001", "the image does not name user 10001")
        return
    facts = dict(re.findall(r"^(\w+):\s+(\S+)", status.read_text(), re.MULTILINE))
    demand(facts["Uid"] == "10001", f"it runs as user {facts['Uid']}, must be 10001")
    demand(int(facts["CapEff"], 16) == 0, f"it has capabilities {facts['CapEff']}")
    demand(facts["NoNewPrivs"] == "1", "it may gain privileges")


def its_files_are_read_only(container: Container) -> None:
    """Nothing outside /tmp can be written."""
    command = [*container.engine.control, "exec", NAME, "python3", "-c", PROBE]
    done = subprocess.run(command, capture_output=True, text=True)
    demand(done.returncode == 0, f"its files can be written: {done.stderr.strip()}")


def its_own_healthcheck_is_content(container: Container) -> None:
    """The image's HEALTHCHECK, run by the engine."""
    if container.engine.name == "docker":
        until(lambda: container.inspect("{{.State.Health.Status}}") == "healthy", 40, "HEALTHCHECK never was healthy")
        return
    command = [*container.engine.control, "healthcheck", "run", NAME]
    demand(subprocess.run(command, capture_output=True).returncode == 0, "HEALTHCHECK fails")


def the_page_and_the_api_work(container: Container) -> None:
    """The page has its libraries and fonts, and d(x·x)/dx at 3 is 6."""
    with closing(ask(container, "/")) as page:
        demand(b"<!doctype html>" in page.read().lower(), "the page is no page")
    for asset in ("codemirror.js", "katex.js", "fonts.css", "licenses.txt"):
        with closing(ask(container, f"/static/vendor/{asset}")) as reply:
            demand(len(reply.read()) > 1000, f"static/vendor/{asset} is missing")
    with closing(ask(container, "/api/v1/backprop", {"program": PROGRAM})) as reply:
        text = reply.read().decode()
    grads = [node.get("grad") for node in json.loads(text)["nodes"] if node.get("name") == "x"]
    demand(grads == [6], f"dy/dx is {grads}, must be [6]: {text[:300]}")


def it_stops_cleanly(container: Container) -> None:
    """SIGTERM ends it in time although one connection idles and one is in the middle of a request."""
    address = ("127.0.0.1", container.port)
    with closing(socket.create_connection(address)) as idle, closing(socket.create_connection(address)) as busy:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        demand(b"200" in idle.recv(100), "a kept connection got no answer")
        busy.sendall(b"POST /api/v1/backprop HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n{")
        time.sleep(0.3)
        begun = time.monotonic()
        container.engine("stop", "-t", "6", NAME)
        seconds = time.monotonic() - begun
    code = container.inspect("{{.State.ExitCode}}")
    demand(seconds < STOP_SECONDS, f"SIGTERM took {seconds:.1f} s, must be less than {STOP_SECONDS:.0f}")
    demand(code in ("0", "143"), f"it ended with code {code}, must be 0")
    say(f"stopped in {seconds:.1f} s with code {code}")


PROMISES: tuple[Callable[[Container], None], ...] = (
    it_answers,
    it_runs_as_nobody_in_particular,
    its_files_are_read_only,
    its_own_healthcheck_is_content,
    the_page_and_the_api_work,
    it_stops_cleanly,
)
CONTROLS: tuple[tuple[str, bool, Callable[[Container], None]], ...] = (
    ("USER 0:0", True, it_runs_as_nobody_in_particular),
    ("ENV WRITABLE=1", False, its_files_are_read_only),
    ('HEALTHCHECK CMD ["false"]', True, its_own_healthcheck_is_content),
    ('CMD ["sh", "-c", "backprop-visualizer --no-browser; exit 1"]', True, it_stops_cleanly),
)
"""A line that spoils the image (or a root file system left writable), and the promise that must notice."""


def ask(container: Container, path: str, body: object = None) -> urllib.request.addinfourl:
    """GET, or POST of JSON; without any proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{container.port}{path}", data, {"Content-Type": "application/json"}
    )
    return opener.open(request, timeout=10)  # type: ignore[no-any-return]


def build(engine: Engine, work: Path) -> None:
    """Build the image from the checkout, with this machine's package settings for the time of the build."""
    options = settings.secrets(work)
    try:
        engines.output(*engine.build, *options, "-t", IMAGE, str(ROOT))
    except subprocess.CalledProcessError as error:
        raise Broken(f"the image does not build (code {error.returncode})") from None
    size, user = engine("image", "inspect", "-f", "{{.Size}} {{.Config.User}}", IMAGE).split()
    say(f"built: {int(size) / 1e6:.0f} MB, user {user}")


def prove(engine: Engine) -> None:
    """Every promise, on one container. Raises Broken."""
    container = Container(engine, IMAGE)
    try:
        for promise in PROMISES:
            promise(container)
            say(promise.__name__.replace("_", " "))
    except Broken:
        print(container.logs(), file=sys.stderr)
        raise
    finally:
        container.remove()


def bites(engine: Engine, work: Path, spoiling: str, read_only: bool, promise: Callable[[Container], None]) -> None:
    """Raises Broken when `promise` does not notice what `spoiling` did to the image."""
    (work / "Dockerfile").write_text(f"FROM {IMAGE}\n{spoiling}\n")
    engines.output(*engine.build, "-t", f"{IMAGE}-spoilt", "-f", str(work / "Dockerfile"), str(work))
    container = Container(engine, f"{IMAGE}-spoilt", read_only=read_only)
    try:
        it_answers(container)
        promise(container)
    except Broken as noticed:
        say(f"negative control: {noticed}")
    else:
        raise Broken(f"the check does not bite: {promise.__name__} did not notice `{spoiling}`")
    finally:
        container.remove()


def main() -> int:
    """Exit code 0 when everything is proved."""
    with tempfile.TemporaryDirectory(prefix="backprop-check-", ignore_cleanup_errors=True) as folder:
        try:
            engine = engines.find(Path(folder))
            say(f"building with {engine.name}")
            build(engine, Path(folder))
            prove(engine)
            for control in CONTROLS:
                bites(engine, Path(folder), *control)
        except (Broken, engines.NoEngine) as problem:
            say(f"FAILED: {problem}")
            return 1
    say("container: proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
