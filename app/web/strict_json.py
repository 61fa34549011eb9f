"""Reading a body as JSON to the letter: no NaN literal, no 1e400, no name twice, no broken UTF-8, no endless nest."""

import gc
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.web.errors import Refusal


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise Refusal("json_invalid", f"JSON: the name “{twice[:40]}” stands twice in one object — keep one of them")
    return found


_NAMES_ONCE = json.JSONDecoder(object_pairs_hook=_once, parse_float=float, parse_int=float)


def parse(body: bytes) -> Any:
    """The body's value. Raises `Refusal` (400) that says what is wrong and where, without echoing the body."""
    try:
        with _uncollected():
            value = orjson.loads(body)
            # orjson keeps the last of two equal names silently; the standard decoder shows the pairs.
            _NAMES_ONCE.decode(body.decode())
    except orjson.JSONDecodeError as error:
        raise Refusal("json_invalid", f"JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Refusal("json_invalid", "JSON: nested too deeply") from None
    return value


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage cycles: JSON has none, and among half a million lists the search takes seconds."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class StrictRequest(Request):
    """A request whose body is read by `parse`."""

    async def json(self) -> Any:
        return parse(await self.body())


class StrictRoute(APIRoute):
    """A route that takes JSON only, to the letter."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if self.body_field is not None:
                _demand_json(request)
                if not await strict.body():  # FastAPI reads nothing there, and misses a body instead
                    raise Refusal("json_invalid", "JSON: the body is empty — send an object")
            return await handle(strict)

        return strictly


def _demand_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal("media_type", "the body must be JSON — send the header Content-Type: application/json")
