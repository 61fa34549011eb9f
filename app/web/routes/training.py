"""`POST /api/v1/network/train`: a net in training, as a stream of events or as one JSON."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import StreamingResponse

from app.schemas import training as of_training
from app.schemas.progress import Session, TrainReply
from app.schemas.training import TrainRequest
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute
from app.web.timing import budget_of
from app.web.trainings import at_once, streamed
from app.web.work import Remaining

EVENTS = "text/event-stream"
router = APIRouter(prefix="/api/v1/network", tags=["networks"], route_class=StrictRoute)


@router.post(
    "/train",
    operation_id="train",
    summary="Train a net",
    response_model=None,
    responses={
        200: {
            "model": TrainReply,
            "description": "With `stream` false the whole training; else events `progress`, each with a record of "
            "`history`, and one `done` with all but `history`; or `error` with a problem",
            "content": {EVENTS: {"schema": {"type": "string"}}},
        },
        **OF_WORK,
    },
)
async def train(
    request: Request, body: Annotated[TrainRequest, Body(openapi_examples=of_training.EXAMPLES)]
) -> Response:
    """A record of each state from step 0 on, the state before the first update.

    A record with `parameters` and `state` is a checkpoint: sent as `resume`, the training goes on from it to the last
    bit, or with other settings. Training stops when the client goes away. Batches and what is dropped out follow from
    the seed and the step's number alone.
    """
    settings = request.app.state.settings

    def prepare(remaining: Remaining) -> Session:
        return Session(body, lambda: budget_of(settings, remaining), settings.max_reply_elements)

    request.app.state.trainings.refuse_if_full()
    session = await request.app.state.work.run(body.alike, prepare, request.receive)
    if body.stream:
        return StreamingResponse(streamed(request, session), media_type=EVENTS, headers={"Cache-Control": "no-store"})
    return Response(await at_once(request, session), media_type="application/json")
