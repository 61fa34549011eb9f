"""What the wire needs around every route: a limit on bodies, HEAD wherever there is GET, one form for all errors."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.schemas.problem import item
from app.web.errors import Refusal, on_fault, problem_response


class BodyLimit:
    """ASGI middleware: 413 for a body above `max_bytes`, whether it states its length or comes in chunks."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        stated = Headers(scope=scope).get("content-length", "0")
        if stated.isdecimal() and int(stated[:20]) > self.max_bytes:
            return await problem_response([self._too_large()])(scope, receive, send)
        await self.app(scope, self._counted(receive), send)

    def _too_large(self) -> dict[str, object]:
        return item("body_too_large", f"body: is larger than {self.max_bytes} bytes, must not be — send less")

    def _counted(self, receive: Receive) -> Receive:
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self.max_bytes:
                raise Refusal("body_too_large", str(self._too_large()["message"]))
            return message

        return counted


class Faults:
    """ASGI middleware: what no handler of the errors table takes is answered 500, in the one error form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            await on_fault(error)(scope, receive, send)


class HeadAsGet:
    """ASGI middleware: a HEAD is answered as its GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, without_body)


class Cors(CORSMiddleware):
    """Starlette's CORS, whose refusal wears the one error form."""

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code < 400:
            return response
        return problem_response(
            [item("cors_refused", "this origin, method or header may not call the API from a page of another site")],
            response.status_code,
            {"Vary": "Origin"},
        )
