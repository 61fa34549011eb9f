"""`POST /api/v1/backprop`: the main job."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from app.schemas.answers import answer_backprop
from app.schemas.packed import MEDIA as PACKED
from app.schemas.reply import BackpropReply
from app.schemas.subject import EXAMPLES, BackpropRequest
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute
from app.web.timing import Stopwatch, budget_of
from app.web.work import Remaining

router = APIRouter(prefix="/api/v1", tags=["differentiate"], route_class=StrictRoute)


@router.post(
    "/backprop",
    operation_id="backprop",
    summary="Run a program forward and backward",
    response_model=None,
    responses={
        200: {
            "model": BackpropReply,
            "description": "The whole run; with `encoding` `packed` as bytes",
            "content": {PACKED: {"schema": {"type": "string", "format": "binary"}}},
        },
        **OF_WORK,
    },
)
async def backprop(request: Request, body: Annotated[BackpropRequest, Body(openapi_examples=EXAMPLES)]) -> Response:
    """Every node with its value and gradient, every edge with its local derivative, upstream and contribution.

    For every node, `grad` is the sum of the contributions of its out-edges (plus the seed at the output); between
    scalars a contribution is `upstream · local`. `Server-Timing` says how long each stage took.
    """
    settings = request.app.state.settings

    def job(remaining: Remaining) -> tuple[bytes, str]:
        watch = Stopwatch()
        reply = answer_backprop(body, budget_of(settings, remaining), settings.max_reply_elements, watch.lap)
        return reply, watch.header()

    reply, timing = await request.app.state.work.run(body.alike, job, request.receive)
    media = PACKED if body.encoding == "packed" else "application/json"
    return Response(reply, media_type=media, headers={"Server-Timing": timing})
