"""run.py: what it says, what it does the first time, and that it does nothing the second time."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing

import pytest

import run


def call(*arguments):
    command = [sys.executable, str(run.ROOT / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_help_names_every_task():
    said = call("--help")
    assert said.returncode == 0
    assert [name for name in run.TASKS if f"  {name} " not in said.stdout] == []


def test_an_unknown_task_is_refused_with_the_tasks_there_are():
    said = call("tset")
    assert said.returncode == 2
    assert "tset: is no task" in said.stderr
    assert "test" in said.stderr


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty checkout with one requirements file; commands are noted down, not run."""
    (tmp_path / "needs.txt").write_text("numpy==2.4.6")
    commands = []
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "works", lambda venv: venv.is_dir())
    monkeypatch.setattr(run, "run", lambda *command, **_: note(commands, command, tmp_path))
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    return tmp_path, commands


def note(commands, command, folder):
    commands.append(" ".join(str(part) for part in command))
    (folder / "env").mkdir(exist_ok=True)
    return 0


def test_the_first_time_makes_the_environment_and_installs_with_hashes(checkout):
    folder, commands = checkout
    run.install("needs.txt", venv=folder / "env")
    assert ["-m venv" in commands[0], "--require-hashes -r needs.txt" in commands[1]] == [True, True]


def test_the_second_time_does_nothing(checkout):
    folder, commands = checkout
    run.install("needs.txt", venv=folder / "env")
    commands.clear()
    run.install("needs.txt", venv=folder / "env")
    assert commands == []


def test_a_changed_lock_file_is_installed(checkout):
    folder, commands = checkout
    run.install("needs.txt", venv=folder / "env")
    commands.clear()
    (folder / "needs.txt").write_text("numpy==2.5.0")
    run.install("needs.txt", venv=folder / "env")
    assert len(commands) == 1


def test_a_failed_install_is_tried_again_the_next_time(checkout, monkeypatch):
    folder, _ = checkout
    run.install("needs.txt", venv=folder / "env")
    (folder / "needs.txt").write_text("numpy==9")
    monkeypatch.setattr(run, "fetch_packages", lambda *_: False)
    for _ in range(2):
        with pytest.raises(run.Failed, match=r"needs\.txt: could not be installed"):
            run.install("needs.txt", venv=folder / "env")


def test_without_ensurepip_it_says_what_to_install(checkout, monkeypatch):
    folder, _ = checkout
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(run.Failed, match="sudo apt install python3-venv"):
        run.install("needs.txt", venv=folder / "env")


def test_uv_is_used_where_there_is_one(checkout, monkeypatch):
    folder, commands = checkout
    monkeypatch.setattr(run.shutil, "which", lambda name: "/somewhere/uv" if name == "uv" else None)
    run.install("needs.txt", venv=folder / "env")
    assert all(command.startswith("/somewhere/uv ") for command in commands)


def test_pip_takes_over_where_uv_cannot_install(checkout, monkeypatch):
    folder, commands = checkout
    monkeypatch.setattr(run.shutil, "which", lambda name: "/somewhere/uv" if name == "uv" else None)

    def refuse(*command, **_):
        return note(commands, command, folder) or int("/somewhere/uv" in command and "pip" in command)

    monkeypatch.setattr(run, "run", refuse)
    run.install("needs.txt", venv=folder / "env")
    assert "-m pip install" in commands[-1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to pass on")
def test_it_serves_the_page_until_it_is_told_to_stop():
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, str(run.ROOT / "run.py"), "--port", str(port), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert f"http://127.0.0.1:{port}/" in next(line for line in process.stdout if "http" in line)
            assert page(f"http://127.0.0.1:{port}/", process).lower().startswith("<!doctype html>")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def page(address, process):
    """The text of a page of a server that is just coming up."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with closing(opener.open(address, timeout=5)) as reply:
                return reply.read().decode()
        except OSError:
            assert process.poll() is None
