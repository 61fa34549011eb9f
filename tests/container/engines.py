"""What can build and run an image on this machine: a Docker daemon, or podman and buildah as root on Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BASE = "python:3.13-slim"
NEEDED = ("buildah", "podman", "crun", "mmdebstrap")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backprop-visualizer"
NO_ENGINE = (
    "container: no engine here, must be a Docker daemon, or root on Debian (where apt brings buildah and podman) "
    "- start Docker, or run this as root"
)
HYBRID = 'umount /sys/fs/cgroup/unified; exec "$@"'


class NoEngine(Exception):
    """Nothing here can run a container; the message says what to do."""


@dataclass(frozen=True)
class Engine:
    """How to call what builds (`build`) and what runs (`control`), and the options that both need here."""

    name: str
    control: tuple[str, ...]
    build: tuple[str, ...]
    run_options: tuple[str, ...] = ()

    def __call__(self, *arguments: str, check: bool = True) -> str:
        """Run one command of the engine; its output. Raises CalledProcessError."""
        return output(*self.control, *arguments, check=check)


def output(*command: str, check: bool = True) -> str:
    """What a command prints; a failing one shows its errors first."""
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode != 0:
        print(done.stdout[-4000:], done.stderr[-4000:], file=sys.stderr)
        done.check_returncode()
    return done.stdout.strip()


def find(work: Path) -> Engine:
    """The engine to use; `work` holds what it stores. Raises NoEngine."""
    if shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True).returncode == 0:
        return Engine("docker", ("docker",), ("docker", "build"))
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NoEngine(NO_ENGINE)
    if not all(map(shutil.which, NEEDED)):
        apt_install()
    return podman(work)


def apt_install() -> None:
    """Bring the missing tools. Raises NoEngine where there is no apt."""
    if not shutil.which("apt-get"):
        raise NoEngine(NO_ENGINE)
    print(f"installing {', '.join(NEEDED)} by apt", file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-y", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*apt, "update"], env=environment, stdout=subprocess.DEVNULL)
    install = [*apt, "install", "--no-install-recommends", *NEEDED]
    subprocess.run(install, env=environment, stdout=subprocess.DEVNULL, check=True)


def podman(work: Path) -> Engine:
    """podman and buildah with a store of their own, so that they leave nothing behind."""
    store = ("--root", f"{work}/store", "--runroot", f"{work}/run", "--storage-driver", "vfs")
    control = ("podman", *store, "--cgroup-manager", "cgroupfs", "--runtime", "crun")
    if os.path.ismount("/sys/fs/cgroup/unified"):  # crun refuses the hybrid hierarchy: hide its newer half
        control = ("unshare", "-m", "--propagation", "private", "sh", "-c", HYBRID, "_", *control)
    # Docker's format keeps HEALTHCHECK; chroot isolation needs no kernel feature that a CI machine may lack.
    build = ("buildah", *store, "bud", "--isolation", "chroot", "--format", "docker", "--pull-never")
    options = ("--cgroups=disabled", "--health-interval=disable", "--read-only-tmpfs=false")
    limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
    engine = Engine("podman", control, build, (*options, *limits))
    provide_base(engine)
    return engine


def provide_base(engine: Engine) -> None:
    """The base image: pulled where its registry answers, else Debian with Python, under the same name."""
    if pulled(engine):
        return
    archive = CACHE / "debian-python.tar"
    if not archive.is_file():
        print("base image: registry not reachable, making a stand-in from Debian", file=sys.stderr)
        bootstrap(archive)
    engine("import", "--quiet", str(archive), BASE)


def pulled(engine: Engine) -> bool:
    """Whether the base image could be fetched within a minute."""
    try:
        pull = [*engine.control, "pull", "--quiet", BASE]
        return subprocess.run(pull, capture_output=True, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def bootstrap(archive: Path) -> None:
    """Write a minimal Debian with the Python that the base image has, python3 on /usr/local/bin as there."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    half = archive.with_suffix(".half.tar")
    link = 'ln -s /usr/bin/python3 "$1/usr/local/bin/python3"'
    slim: Sequence[str] = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("man", "doc", "locale")]
    packages = "--include=python3,python3-venv,ca-certificates"
    command = (
        "mmdebstrap",
        "-q",
        "--variant=minbase",
        packages,
        *slim,
        f"--customize-hook={link}",
        "trixie",
        str(half),
    )
    output(*command)
    half.rename(archive)
