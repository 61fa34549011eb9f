"""The front end's files: where they are, their addresses with a hash, and how long a browser may keep them."""

from hashlib import sha256
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

PACKAGE = Path(__file__).resolve().parents[1]
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
"""Said here because an operating system's own table may say something else, and a browser then refuses a module."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def folder(name: str) -> Path:
    """`static` or `templates`: inside the package when installed, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


class Assets(StaticFiles):
    """`/static`: ETag on everything; kept for ever under an address with the file's own hash, else asked for again.

    Always the whole file: no asset is worth a range, and a wrong range would be answered in plain text.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._root = directory
        self._hashes: dict[Path, tuple[int, str]] = {}

    def url(self, path: str) -> str:
        """The address of `path` (relative to static/), with the hash of what it holds now, if it is there."""
        found = self._hash(self._root / path)
        return f"/static/{path}?v={found}" if found else f"/static/{path}"

    def has(self, path: str) -> bool:
        """Whether there is such a file: the bundle of third-party libraries may be missing."""
        return (self._root / path).is_file()

    def _hash(self, file: Path) -> str | None:
        try:
            changed = file.stat().st_mtime_ns
            if self._hashes.get(file, (0, ""))[0] != changed:
                self._hashes[file] = (changed, sha256(file.read_bytes()).hexdigest()[:16])
        except OSError:
            return None
        return self._hashes[file][1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": whole}, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = QueryParams(scope.get("query_string", b"")).get("v")
        kept = asked is not None and asked == self._hash(self._root / path)
        response.headers["Content-Type"] = MEDIA_TYPES.get(Path(path).suffix, response.headers.get("Content-Type", ""))
        response.headers["Cache-Control"] = FOR_EVER if kept else ASK_AGAIN
        response.headers["Accept-Ranges"] = "none"
        return response
