"""A net in training, as a stream of events or as one JSON; one update seen closely; an optimizer on any program."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import StreamingResponse

from app.schemas import export_net as of_export
from app.schemas import landscape as of_landscape
from app.schemas import optimize as of_optimize
from app.schemas import training as of_training
from app.schemas import updates as of_updates
from app.schemas.encode import dump
from app.schemas.export_net import ExportReply, ExportRequest, answer_export
from app.schemas.landscape import LandscapeReply, LandscapeRequest, answer_landscape
from app.schemas.optimize import OptimizeReply, OptimizeRequest, answer_optimize
from app.schemas.progress import Session, TrainReply
from app.schemas.training import TrainRequest
from app.schemas.updates import OptimizersReply, UpdateReply, UpdateRequest, answer_update, optimizers_to_json
from app.web.answering import answered
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute
from app.web.timing import budget_of
from app.web.trainings import at_once, streamed
from app.web.work import Remaining

EVENTS = "text/event-stream"
router = APIRouter(prefix="/api/v1", tags=["networks"], route_class=StrictRoute)


@router.post(
    "/network/train",
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


@router.post(
    "/network/update",
    operation_id="update",
    summary="See one update number by number",
    response_model=None,
    responses={200: {"model": UpdateReply, "description": "Every quantity of the update, by parameter"}, **OF_WORK},
)
async def update(
    request: Request, body: Annotated[UpdateRequest, Body(openapi_examples=of_updates.EXAMPLES)]
) -> Response:
    """The update that follows a checkpoint (`resume`) or the first one: gradient, what the optimizer remembers, the
    change, before and after, each with its line of the formula.
    """
    return await answered(request, body, answer_update)


@router.post(
    "/optimize",
    operation_id="optimize",
    summary="Take an optimizer's steps",
    response_model=None,
    responses={200: {"model": OptimizeReply, "description": "The way, and the optimizer's states"}, **OF_WORK},
)
async def optimize(
    request: Request, body: Annotated[OptimizeRequest, Body(openapi_examples=of_optimize.EXAMPLES)]
) -> Response:
    """Of a program's inputs (`wrt`; of a net its parameters) towards a smaller output; or, without a subject, of
    `start` by the `gradients` that are given.
    """
    return await answered(request, body, answer_optimize)


@router.post(
    "/network/landscape",
    operation_id="landscape",
    summary="See the loss over a plane of parameters",
    response_model=None,
    responses={200: {"model": LandscapeReply, "description": "The loss over a grid, and ways in it"}, **OF_WORK},
)
async def landscape(
    request: Request, body: Annotated[LandscapeRequest, Body(openapi_examples=of_landscape.EXAMPLES)]
) -> Response:
    """Over two parameters, two random directions that fit the weights' lengths, or two given ones; with the gradient
    at a point, a training's way projected, and up to four optimizers that start at that point.
    """
    return await answered(request, body, answer_landscape)


@router.post(
    "/network/export",
    operation_id="export_network",
    summary="Take a net away",
    response_model=None,
    responses={200: {"model": ExportReply, "description": "A program, or the parameters as a file"}, **OF_WORK},
)
async def export(
    request: Request, body: Annotated[ExportRequest, Body(openapi_examples=of_export.EXAMPLES)]
) -> Response:
    """As a program in NumPy or PyTorch that needs nothing of this one and prints the same loss and gradients, or its
    parameters as JSON, `.npz` or safetensors.
    """
    return await answered(request, body, answer_export)


@router.get(
    "/network/optimizers",
    operation_id="optimizers",
    summary="List optimizers and schedules",
    response_model=None,
    responses={200: {"model": OptimizersReply, "description": "Settings with defaults, formulas, sources"}},
)
async def optimizers() -> Response:
    """Names, defaults and meaning are PyTorch's."""
    return Response(dump(optimizers_to_json()), media_type="application/json")
