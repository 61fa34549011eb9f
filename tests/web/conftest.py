"""A client on the application itself, without a socket, on one event loop per test module."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.web.app import create_app
from app.web.settings import Settings

LECTURE = "t = 0.5\nx = t**2\ny = exp(t)\nz = x**2 + sin(x*y)"


class Client:
    """Requests to an application, one after the other or together; an exception inside becomes its 500."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.app = create_app(settings or Settings())
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://test")

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._http.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any) -> httpx.Response:
        """`body` as JSON; bytes as they are, under the name of JSON."""
        if isinstance(body, bytes):
            return self.request("POST", path, content=body, headers={"Content-Type": "application/json"})
        return self.request("POST", path, json=body)

    def backprop(self, program: str = LECTURE, **fields: Any) -> dict[str, Any]:
        """The reply to a program that must succeed."""
        reply = self.post("/api/v1/backprop", {"program": program, **fields})
        assert reply.status_code == 200, reply.text
        return reply.json()

    def together(self, bodies: list[Any]) -> list[httpx.Response]:
        async def all_at_once() -> list[httpx.Response]:
            return await asyncio.gather(*(self._http.post("/api/v1/backprop", json=body) for body in bodies))

        return self._runner.run(all_at_once())

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    found = Client()
    yield found
    found.close()


@pytest.fixture
def client_with() -> Iterator[Any]:
    """A function from settings to a client of its own."""
    made: list[Client] = []

    def make(**settings: Any) -> Client:
        made.append(Client(Settings(**settings)))
        return made[-1]

    yield make
    for each in made:
        each.close()
