"""`python -m app`, installed as `backprop-visualizer`: serve, and open the page."""

import argparse
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Sequence

import uvicorn

from app.web.settings import BadSetting, Settings
from app.web.version import version


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped. Returns the exit code: 0, or 2 for what the operator must mend."""
    options = _options(arguments)
    try:
        settings = Settings.from_environment(os.environ)
        _refuse_taken(options.host, options.port)
    except (BadSetting, OSError) as error:
        print(f"backprop-visualizer: {error}", file=sys.stderr)
        return 2
    address = _address(options.host, options.port)
    print(f"Backprop Visualizer at {address} (stop with Ctrl+C)", flush=True)
    if not options.no_browser:
        threading.Thread(target=_open_when_ready, args=(options.host, options.port, address), daemon=True).start()
    uvicorn.run(
        "app.web.app:create_app",
        factory=True,
        host=options.host,
        port=options.port,
        workers=options.workers,
        log_level="warning",
        timeout_graceful_shutdown=settings.shutdown_seconds,
        server_header=False,
    )
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="backprop-visualizer", description="See the gradient flow backwards.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument("--workers", type=_positive, default=1, help="server processes (default: 1)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")
    parser.add_argument("--version", action="version", version=version())
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("must be from 1 to 65535")
    return number


def _reachable(host: str) -> str:
    """Where a browser on this machine finds a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _address(host: str, port: int) -> str:
    near = _reachable(host)
    return f"http://[{near}]:{port}/" if ":" in near else f"http://{near}:{port}/"


def _refuse_taken(host: str, port: int) -> None:
    """Raise OSError with a sentence if the port cannot be had: better than a server's traceback."""
    family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
        except OSError as error:
            raise OSError(f"port {port} on {host} is not free ({error.strerror}) — choose another by --port") from None


def _open_when_ready(host: str, port: int, address: str) -> None:
    for _ in range(100):
        try:
            socket.create_connection((_reachable(host), port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(address)
            return


if __name__ == "__main__":
    sys.exit(main())
