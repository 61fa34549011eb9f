"""Security headers on every reply, with a Content-Security-Policy that allows no inline script but by nonce."""

from secrets import token_urlsafe

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def page_nonce(request: Request) -> str:
    """The nonce of this reply's page: made on first use, fresh for every reply, and put into its policy."""
    if not hasattr(request.state, "nonce"):
        request.state.nonce = token_urlsafe(16)
    return str(request.state.nonce)


def policy(nonce: str | None, frame_ancestors: tuple[str, ...]) -> str:
    """The Content-Security-Policy of a page with `nonce`, or, without, of a reply that is no page.

    A worker is held to that of its own script: it may ask this server.
    """
    framing = f"frame-ancestors {' '.join(frame_ancestors)}; base-uri 'none'; form-action 'none'"
    if nonce is None:
        return f"default-src 'none'; connect-src 'self'; {framing}"
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; "
        f"img-src 'self' data:; connect-src 'self'; worker-src 'self'; {framing}"
    )


class SecurityHeaders:
    """ASGI middleware that writes the headers above on every reply."""

    def __init__(self, app: ASGIApp, frame_ancestors: tuple[str, ...]) -> None:
        self.app, self.frame_ancestors = app, frame_ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        state = scope.setdefault("state", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                headers["Content-Security-Policy"] = policy(state.get("nonce"), self.frame_ancestors)
            await send(message)

        await self.app(scope, receive, send_with_headers)
