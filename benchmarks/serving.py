"""What others' trainings cost one who drags a slider: the 99th percentile of small requests, idle and in company.

The real server with two workers; eight trainings are streamed from it by another process, so that reading them does
not slow down the one who measures.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from benchmarks.timing import Contest

TRAININGS, WORKERS, ROUNDS, REQUESTS = 8, 2, 11, 200
GOAL = 1 / 3
BUSY, IDLE = "with eight trainings", "idle"
HEADERS = {"Content-Type": "application/json"}
SMALL = json.dumps({"program": "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)"})
DENSE = [{"type": "dense", "units": units, "activation": "tanh"} for units in (8, 8, 1)]
LAYERS = {
    "stacks of dense layers": DENSE,
    "nets that the engine runs": [DENSE[0], {"type": "layer_norm"}, DENSE[1], {"type": "dropout", "p": 0.2}, DENSE[2]],
}  # fmt: skip
"""What is trained meanwhile."""


def training(kind: str) -> str:
    """The body that starts one of them."""
    return json.dumps({
        "network": {"input": 2, "layers": LAYERS[kind], "data": {"dataset": "circle", "samples": 500}},
        "optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 10, "shuffle": True, "steps": 1_000_000,
        "progress_every": 50, "checkpoint_every": 100, "encoding": "binary",
    })  # fmt: skip


def contests(quick: bool) -> Iterator[Contest]:
    """A question for each kind of net; a goal of a third says that company may triple the wait.

    Idle and in company take turns, in many short rounds: what else the machine does meanwhile slows down both.
    """
    rounds, requests = (1, 20) if quick else (ROUNDS, REQUESTS)
    with server() as port:
        latencies(port, 50)
        for kind in LAYERS:
            taken: dict[str, list[float]] = {BUSY: [], IDLE: []}
            for _ in range(rounds):
                taken[IDLE].append(percentile(latencies(port, requests), 99))
                with trainings(port, kind):
                    taken[BUSY].append(percentile(latencies(port, requests), 99))
            yield Contest(
                f"A small /backprop on {WORKERS} workers, 99th percentile of {requests} requests, {rounds} rounds",
                {BUSY: int}, {IDLE: int}, {(BUSY, IDLE): GOAL},
                (f"{TRAININGS} trainings are streamed meanwhile, of {kind}.",), taken,
            )  # fmt: skip


def latencies(port: int, requests: int) -> list[float]:
    """Seconds of each request, one after the other over connections that come to either worker."""
    found = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for i in range(requests):
        if i % 20 == 0:
            connection.close()
        time.sleep(0.002)  # a person moves a slider; a request does not wait for the one before
        began = time.perf_counter()
        connection.request("POST", "/api/v1/backprop", SMALL, HEADERS)
        reply = connection.getresponse()
        reply.read()
        found.append(time.perf_counter() - began)
        if reply.status != 200:
            raise RuntimeError(f"the server answered {reply.status}")
    connection.close()
    return found


def percentile(times: list[float], share: int) -> float:
    """The time that this share of all times, in percent, stays below."""
    return sorted(times)[min(len(times) - 1, len(times) * share // 100)]


@contextmanager
def server() -> Iterator[int]:
    """The product's own server; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "app", "--no-browser", "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        wait_until_ready(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when it answers. Raises RuntimeError where it ended."""
    while process.poll() is None:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the server ended before it was ready")


@contextmanager
def trainings(port: int, kind: str) -> Iterator[None]:
    """Eight trainings under way, each having sent something, read by another process until the context ends."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.serving", str(port), kind], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the trainings did not begin")
        yield
    finally:
        process.kill()
        process.wait()


def read_trainings(port: int, kind: str) -> None:
    """Open the streams, say so, and read them until killed."""
    replies = []
    for _ in range(TRAININGS):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", "/api/v1/network/train", training(kind), HEADERS)
        replies.append(connection.getresponse())
        if replies[-1].status != 200:
            raise RuntimeError(f"a training was answered {replies[-1].status}")
        replies[-1].read1()
    print("training", flush=True)
    while True:
        for each in replies:
            each.read1()
        time.sleep(0.01)


if __name__ == "__main__":
    read_trainings(int(sys.argv[1]), sys.argv[2])
