"""What an operator may set, each by an environment variable `BPV_<NAME>`; built in `create_app()`, never at import."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

PREFIX = "BPV_"


class BadSetting(ValueError):
    """An environment variable that cannot be read as its setting: names the variable, its text and what it must be."""


def setting(default: Any, says: str) -> Any:
    """A field with its default and the sentence that documents it."""
    return field(default=default, metadata={"says": says})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Limits and policies of one running server."""

    cors_origins: tuple[str, ...] = setting((), "origins whose pages may call the API; comma separated, `*` for all")
    frame_ancestors: tuple[str, ...] = setting(("'self'",), "who may show the page in a frame; comma separated")
    max_body_bytes: int = setting(2 * 1024 * 1024, "size of a request's body; above it 413")
    deadline_seconds: float = setting(5.0, "wall time of a request's work; above it 503")
    inline_seconds: float = setting(0.004, "work known to be shorter runs without a worker thread")
    max_nodes: int = setting(200_000, "nodes in one graph")
    max_elements: int = setting(4_000_000, "elements in one array")
    max_total_elements: int = setting(48_000_000, "elements in all arrays of one graph; each takes 8 bytes")
    max_reply_elements: int = setting(4_000_000, "numbers in one reply, texts counted by their length")
    training_seconds: float = setting(120.0, "wall time of one training, its pauses too; then it says where to go on")
    trainings: int = setting(24, "trainings that one process runs at the same time, in turns; above it 429")
    threads: int = setting(2, "requests worked on at the same time, in worker threads")
    queue: int = setting(32, "requests that may wait for a worker thread; above it 429")
    retry_after_seconds: int = setting(1, "what `Retry-After` says with 429 and 503")
    shutdown_seconds: int = setting(3, "time that open connections get after SIGTERM")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read every setting that `environment` has. Raises `BadSetting`, also for an unknown `BPV_` name."""
        known = {PREFIX + each.name.upper(): each for each in fields(cls)}
        unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise BadSetting(f"{unknown[0]}: is not a setting, must be one of {', '.join(known)}")
        given = {name: text for name, text in environment.items() if name in known}
        return cls(**{known[name].name: _parse(name, text, known[name].default) for name, text in given.items()})


def _parse(name: str, text: str, default: Any) -> Any:
    """Read `text` as a value of the type of `default`; numbers must be positive."""
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    kind = type(default)
    try:
        number = kind(text)
    except ValueError:
        raise BadSetting(f"{name}: is {text!r}, must be of type {kind.__name__}") from None
    if not 0 < number < float("inf"):
        raise BadSetting(f"{name}: is {text!r}, must be a positive number")
    return number
