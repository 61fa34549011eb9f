#!/usr/bin/env python3
"""Everything this project can do, in one line that is the same on Linux, macOS and Windows.

    python3 run.py [--host 127.0.0.1] [--port 8000] [--workers 1] [--no-browser]    serve the page
    python3 run.py TASK [arguments]

It needs Python 3.11 or newer and nothing else: the first run makes .venv, installs the locked packages there and
bundles the front-end libraries; later runs see by their stamps that nothing changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this has not installed anything yet
    sys.exit(f"Python: this is {sys.version.split()[0]}, must be 3.11 or newer - run this with a newer python3")

from tests.browser import finder
from vendor import bundle

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BENCH_VENV = ROOT / "benchmarks" / ".venv"
NO_ENSUREPIP = (
    "Python: this one has no ensurepip, which .venv is made with - on Debian and Ubuntu run "
    "`sudo apt install python3-venv`, elsewhere install Python from python.org, or install uv; then run this again"
)
ABREAST = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
"""A whole run shares its files out to two processes, in their order: browser tests come last in each."""


class Failed(Exception):
    """A step that could not be done; the message says what to do."""


def say(text: str) -> None:
    """Tell the person what happens, in order with what child processes print."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path, check: bool = True, **options: object) -> int:
    """Run a command in the checkout and return its exit code. Raises Failed when it fails and `check` is set."""
    code = subprocess.run([str(part) for part in command], cwd=ROOT, **options).returncode  # type: ignore[call-overload]
    if check and code != 0:
        raise Failed(f"`{Path(str(command[0])).name} {' '.join(map(str, command[1:4]))} ...` ended with code {code}")
    return int(code)


# The virtual environment ---------------------------------------------------------------------------------------------


def python(venv: Path = VENV) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(venv: Path) -> bool:
    """Whether the interpreter inside `venv` starts (it does not after its Python was removed or the folder moved)."""
    try:
        return subprocess.run([python(venv), "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def make(venv: Path) -> None:
    """A new virtual environment in place of whatever is there."""
    say(f"making {venv.relative_to(ROOT)} with Python {sys.version.split()[0]}")
    shutil.rmtree(venv, ignore_errors=True)
    if uv := shutil.which("uv"):
        run(uv, "venv", "--quiet", "--seed", "--python", sys.executable, venv)
    elif importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", venv)
    else:
        raise Failed(NO_ENSUREPIP)


def install(*files: str, venv: Path = VENV, hashes: bool = True) -> None:
    """Install the packages that requirement files name into `venv`, unless their stamp says that they are there."""
    if not works(venv):
        make(venv)
    for file in files:
        mark, wanted = venv / f"{Path(file).stem}.stamp", hashlib.sha256((ROOT / file).read_bytes()).hexdigest()
        if mark.is_file() and mark.read_text() == wanted:
            continue
        say(f"installing {file}")
        if not fetch_packages(file, venv, ["--require-hashes"] if hashes else []):
            raise Failed(f"{file}: could not be installed - does pip reach its package registry?")
        mark.write_text(wanted)


def fetch_packages(file: str, venv: Path, options: Sequence[str]) -> bool:
    """Install by uv where there is one, else by pip, which has settings that uv does not read."""
    uv = shutil.which("uv")
    if uv and run(uv, "pip", "install", "--quiet", "--python", python(venv), *options, "-r", file, check=False) == 0:
        return True
    pip = (python(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    return run(*pip, *options, "-r", file, check=False) == 0


def bundler() -> tuple[str | Path, str]:
    """The command that bundles, by a Python that has a Node at hand: the machine's own, else PyPI's."""
    if bundle.own_node():
        return sys.executable, "vendor/bundle.py"
    install("requirements/build.txt")
    return python(), "vendor/bundle.py"


def add_libraries() -> None:
    """Bundle the front-end libraries; the page says so and still draws when they cannot be had."""
    if bundle.fresh():
        return
    say("bundling the front-end libraries into static/vendor")
    try:
        run(*bundler())
    except Failed:
        say("static/vendor: could not be built (does npm reach its registry?) - until it is, the editor is plain")


def add_atheris() -> bool:
    """Install the coverage-guided fuzzer; False where there is no build of it for this system and this Python."""
    with suppress(Failed):
        install("requirements/fuzz.txt")
    if subprocess.run([python(), "-c", "import atheris"], cwd=ROOT, capture_output=True).returncode == 0:
        return True
    say("atheris: cannot be had here (it is for Linux and CPython up to 3.13) - the property tests run without it")
    return False


# Tasks ---------------------------------------------------------------------------------------------------------------


def serve(arguments: Sequence[str]) -> int:
    """Serve the page and the API, print the address and open it."""
    install("requirements/run.txt")
    add_libraries()
    return wait(subprocess.Popen([python(), "-m", "app", *arguments], cwd=ROOT))


def wait(server: subprocess.Popen[bytes]) -> int:
    """The server's exit code. Ctrl+C reaches it by itself; SIGTERM is passed on."""
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    while True:
        try:
            code = server.wait()
            return 0 if code in (-signal.SIGINT, -signal.SIGTERM) else code
        except KeyboardInterrupt:
            continue


def test(arguments: Sequence[str]) -> int:
    """Everything: unit, property, API, JavaScript and browser tests, on two cores at once; arguments go to pytest."""
    install("requirements/run.txt", "requirements/dev.txt")
    add_libraries()
    browser = finder.find() or finder.install(python(), say)
    if browser is None:
        raise Failed(finder.NONE_FOUND)
    say(f"browser: {browser}")
    environment = os.environ | {"BROWSER_PATH": str(browser), "REQUIRE_BROWSER": "1"}
    return run(python(), "-m", "pytest", *(arguments or ABREAST), check=False, env=environment)


def check(arguments: Sequence[str]) -> int:
    """The checks that keep the house clean: ruff, mypy --strict on app, tsc on static/js."""
    install("requirements/run.txt", "requirements/dev.txt")
    checks = {
        "ruff": (python(), "-m", "ruff", "check", "."),
        "mypy": (python(), "-m", "mypy", "app"),
        "tsc": (*bundler(), "--tsc"),
    }
    failed = [name for name, command in checks.items() if say(name) or run(*command, check=False) != 0]
    say(f"check: {', '.join(failed)} failed" if failed else "check: all clean")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """Measure against other engines, side by side; a name (as in benchmarks/) runs only that question."""
    install("requirements/run.txt", venv=BENCH_VENV)
    install("benchmarks/requirements.txt", venv=BENCH_VENV, hashes=False)
    if npm := shutil.which("npm"):
        run(npm, "ci", "--ignore-scripts", "--prefix", str(ROOT / "benchmarks" / "js"), check=False)
    return run(python(BENCH_VENV), "-m", "benchmarks", *arguments, check=False)


def fuzz(arguments: Sequence[str]) -> int:
    """The language by coverage, where atheris is to be had, for SECONDS (a number; else 300), then the property tests
    with a hundred times the examples; other arguments go to pytest."""
    install("requirements/run.txt", "requirements/dev.txt")
    seconds = next((each for each in arguments if each.isdecimal()), "300")
    rest = [each for each in arguments if not each.isdecimal()]
    guided = run(python(), "-m", "tests.lang.fuzz", seconds, check=False) if add_atheris() else 0
    return guided or run(python(), "-m", "pytest", "-m", "hypothesis", "--hypothesis-profile=fuzz", *rest, check=False)


def container(arguments: Sequence[str]) -> int:
    """Build the image and prove it: non-root, read-only, healthy, stops cleanly; by docker or, as root, podman."""
    return run(sys.executable, "-m", "tests.container.prove", *arguments, check=False)


def vendor(arguments: Sequence[str]) -> int:
    """Bundle the front-end libraries into static/vendor, when they are stale."""
    add_libraries()
    return 0 if bundle.fresh() else 1


def lock(arguments: Sequence[str]) -> int:
    """Write requirements/*.txt and package-lock.json anew (--upgrade for the newest); needs uv and npm."""
    uv = shutil.which("uv")
    if uv is None:
        raise Failed("uv: is not installed, must be, to lock for every system at once - `pip install uv`")
    shape = ["--universal", "--generate-hashes", "--python-version=3.11"]
    quiet = ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    compile_ = [uv, "pip", "compile", *shape, *quiet, *arguments]
    run(*compile_, "pyproject.toml", "-o", "requirements/run.txt")
    run(*compile_, "pyproject.toml", "--group=dev", "-c", "requirements/run.txt", "-o", "requirements/dev.txt")
    run(*compile_, "--group=build", "-c", "requirements/dev.txt", "-o", "requirements/build.txt")
    return run(shutil.which("npm") or "npm", "update" if "--upgrade" in arguments else "install", "--ignore-scripts")


TASKS: dict[str, Callable[[Sequence[str]], int]] = {
    task.__name__: task for task in (serve, test, check, bench, fuzz, container, vendor, lock)
}


def usage() -> str:
    """What --help says: the text above and the tasks."""
    return f"{__doc__}\ntasks:\n" + "\n".join(f"  {name:<10} {task.__doc__}" for name, task in TASKS.items())


def main(arguments: Sequence[str]) -> int:
    """Run the task that the first argument names, else serve. Returns the exit code."""
    name = arguments[0] if arguments else ""
    if name and not name.startswith("-") and name not in TASKS:
        say(f"{name}: is no task, must be one of {', '.join(TASKS)}")
        return 2
    if name in ("-h", "--help"):
        print(usage())
        return 0
    task, rest = (TASKS[name], arguments[1:]) if name in TASKS else (serve, arguments)
    try:
        return task(rest)
    except Failed as failure:
        say(f"\n{failure}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
