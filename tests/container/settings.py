"""This machine's own package settings, read when they are needed, for a build that sees none of them otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CA = "/run/secrets/ca.crt"
CA_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
PIP_KEYS = ("index-url", "extra-index-url", "trusted-host", "timeout")
NPM_KEYS = ("registry", "strict-ssl", "proxy", "https-proxy")


def secrets(folder: Path) -> list[str]:
    """The `--secret` options for a build, their files written into `folder`."""
    own = certificate()
    files = {"pip.conf": pip_conf(own is not None), "npmrc": npmrc(own is not None)}
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    sources = {name: folder / name for name in files} | ({"ca.crt": own} if own else {})
    return [part for name, path in sources.items() for part in ("--secret", f"id={name},src={path}")]


def certificate() -> Path | None:
    """The certificates that this machine is told to trust, if it is told."""
    return next((Path(os.environ[name]) for name in CA_VARIABLES if Path(os.environ.get(name, "")).is_file()), None)


def pip_conf(certified: bool) -> str:
    """What `pip config` says of registries, as a pip.conf; folders of this machine mean nothing inside a build."""
    said = ask(["python3", "-m", "pip", "config", "list"])
    found = dict(line.partition("=")[::2] for line in said.splitlines() if "=" in line)
    kept = {key: within(found, key) for key in PIP_KEYS}
    lines = [f"{key} = {value}" for key, value in kept.items() if value]
    return "\n".join(["[global]", *lines, *([f"cert = {CA}"] if certified else [])]) + "\n"


def within(found: dict[str, str], key: str) -> str:
    """The last setting of `key` (the environment's comes first in pip's list), without what names a local folder."""
    named = [value.strip("'\"") for name, value in found.items() if name.rpartition(".")[2] == key]
    words = named[0].replace("\\n", " ").split() if named else []
    return " ".join(word for word in words if not word.startswith(("file:", "/")))


def npmrc(certified: bool) -> str:
    """What `npm config` says of registries, as an .npmrc."""
    answers = {key: ask(["npm", "config", "get", key]) for key in NPM_KEYS} if shutil.which("npm") else {}
    lines = [f"{key}={value}" for key, value in answers.items() if value not in ("", "null", "undefined")]
    return "\n".join([*lines, *([f"cafile={CA}"] if certified else [])]) + "\n"


def ask(command: list[str]) -> str:
    """What a client prints, without its warnings; nothing where it fails."""
    command = [shutil.which(command[0]) or command[0], *command[1:]]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
