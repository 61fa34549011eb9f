"""The real server as a process: it answers, and it stops cleanly when told to, whatever is open."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

SHUTDOWN_SECONDS = 5
LONG = "x = 1.0\\n" + "x = x * x + x\\n" * 2500


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(*options, **environment):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--no-browser", "--port", str(port), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment,
    )
    try:
        wait_until_ready(process, port)
        yield process, port
    finally:
        process.kill()
        process.wait()


def wait_until_ready(process, port):
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the server ended: {process.stderr.read()}")


def stop(process):
    """Tell it to stop, and what it wrote until it had; a stop that takes too long fails."""
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=SHUTDOWN_SECONDS)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_prints_its_address_and_stops_on_sigterm_without_a_traceback(workers):
    with server("--workers", workers) as (process, port):
        kept = http.client.HTTPConnection("127.0.0.1", port)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read() == b'{"status":"ok"}'
        half = socket.create_connection(("127.0.0.1", port))
        half.sendall(b"POST /api/v1/backprop HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        said, wrong = stop(process)
        half.close()
    assert f"http://127.0.0.1:{port}/" in said
    assert "Traceback" not in wrong
    assert process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_a_request_in_work_is_answered_before_it_stops():
    answers = []
    with server(BPV_DEADLINE_SECONDS="60") as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        body = '{"program": "' + LONG + '", "include": ["checks"]}'
        connection.request("POST", "/api/v1/backprop", body, {"Content-Type": "application/json"})
        reader = threading.Thread(target=lambda: answers.append(connection.getresponse().status))
        reader.start()
        wait_until_ready(process, port)  # asked later, answered once the request before it is in work
        _, wrong = stop(process)
        reader.join(timeout=SHUTDOWN_SECONDS)
    assert answers in ([200], [503])
    assert "Traceback" not in wrong


LARGE = "import numpy as np\\nA = np.random.randn(1000, 1000)\\n"
HEAVY = [LARGE + "A = A @ A / 1000\\n" * 40 + "z = A.sum()", LARGE + "A = np.linalg.inv(A)\\n" * 40 + "z = A.sum()"]


def test_work_over_its_deadline_stops_and_leaves_the_server_well():
    with server(BPV_DEADLINE_SECONDS="0.1") as (_, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for program in HEAVY:
            assert posted(connection, '{"program": "' + program + '"}') == (503, "deadline_exceeded")
            assert posted(connection, '{"program": "x = 3.0\\ny = x * x"}') == (200, None)


def test_a_body_in_chunks_is_read_like_any_other():
    with server(BPV_MAX_BODY_BYTES="1000") as (_, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        chunks = [b'{"program": "x = 3', b'.0\\ny = x', b' * x"}']
        assert posted(connection, iter(chunks), encode_chunked=True) == (200, None)
        assert posted(connection, iter([b" " * 800, b" " * 800]), encode_chunked=True) == (413, "body_too_large")


def posted(connection, body, **options):
    """Status and, of a problem, its code."""
    headers = {"Content-Type": "application/json"} | ({"Transfer-Encoding": "chunked"} if options else {})
    connection.request("POST", "/api/v1/backprop", body, headers, **options)
    reply = connection.getresponse()
    return reply.status, json.loads(reply.read()).get("code")


def test_a_taken_port_is_said_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = subprocess.run(
            [sys.executable, "-m", "app", "--no-browser", "--port", port], capture_output=True, text=True, timeout=60
        )
    assert found.returncode == 2
    assert f"port {port}" in found.stderr
    assert "--port" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("option", [["--port", "0"], ["--port", "70000"], ["--workers", "0"]])
def test_an_option_out_of_range_is_refused(option):
    found = subprocess.run([sys.executable, "-m", "app", *option], capture_output=True, text=True, timeout=60)
    assert found.returncode == 2
    assert option[0] in found.stderr


def test_a_wrong_setting_is_said_in_a_sentence():
    environment = os.environ | {"BPV_MAX_NODES": "many"}
    found = subprocess.run(
        [sys.executable, "-m", "app", "--no-browser"], capture_output=True, text=True, timeout=60, env=environment
    )
    assert found.returncode == 2
    assert "BPV_MAX_NODES" in found.stderr
    assert "Traceback" not in found.stderr
