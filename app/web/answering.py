"""How a route of work answers: its job under a deadline, its reply as it was encoded, its stages in a header."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response

from app.engine.budget import Budget
from app.schemas.running import Lap
from app.web.timing import Stopwatch, budget_of
from app.web.work import Remaining

Answer = Callable[[Any, Budget, int, Lap], bytes]
"""From a request's body, what it may take, and the numbers its reply may hold, to the encoded reply."""


async def answered(request: Request, body: Any, answer: Answer) -> Response:
    """The reply of one job; `body.alike` names work that takes about as long."""
    settings = request.app.state.settings

    def job(remaining: Remaining) -> tuple[bytes, str]:
        watch = Stopwatch()
        reply = answer(body, budget_of(settings, remaining), settings.max_reply_elements, watch.lap)
        return reply, watch.header()

    reply, timing = await request.app.state.work.run(body.alike, job, request.receive)
    return Response(reply, media_type="application/json", headers={"Server-Timing": timing})
