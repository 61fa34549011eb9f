"""Other ways to the same derivatives: forwards, numerically, path by path, again and again."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from app.schemas import derivatives as of_derivatives
from app.schemas import gradcheck as of_gradcheck
from app.schemas import jvp as of_jvp
from app.schemas import paths as of_paths
from app.schemas.derivatives import DerivativesReply, DerivativesRequest, answer_derivatives
from app.schemas.gradcheck import GradcheckReply, GradcheckRequest, answer_gradcheck
from app.schemas.jvp import JvpReply, JvpRequest, answer_jvp
from app.schemas.paths import PathsReply, PathsRequest, answer_paths
from app.web.answering import answered
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["differentiate"], route_class=StrictRoute)


@router.post(
    "/jvp",
    operation_id="jvp",
    summary="Push tangents through a program",
    response_model=None,
    responses={200: {"model": JvpReply, "description": "The run, with tangents"}, **OF_WORK},
)
async def jvp(request: Request, body: Annotated[JvpRequest, Body(openapi_examples=of_jvp.EXAMPLES)]) -> Response:
    """Forward mode: how every node moves when the inputs move by `tangents`, beside every value and gradient.

    A node's tangent is the sum of `tangent_contribution` over its in-edges (plus its own seed).
    """
    return await answered(request, body, answer_jvp)


@router.post(
    "/gradcheck",
    operation_id="gradcheck",
    summary="Compare every way to the gradient",
    response_model=None,
    responses={200: {"model": GradcheckReply, "description": "Every input by every way"}, **OF_WORK},
)
async def gradcheck(
    request: Request, body: Annotated[GradcheckRequest, Body(openapi_examples=of_gradcheck.EXAMPLES)]
) -> Response:
    """Reverse mode, forward mode, a formula and differences side by side; with `sweep` the differences' error over h,
    and the truncation and rounding that it is made of.
    """
    return await answered(request, body, answer_gradcheck)


@router.post(
    "/paths",
    operation_id="paths",
    summary="List the paths between two nodes",
    response_model=None,
    responses={200: {"model": PathsReply, "description": "The largest paths, and the number of all"}, **OF_WORK},
)
async def paths(request: Request, body: Annotated[PathsRequest, Body(openapi_examples=of_paths.EXAMPLES)]) -> Response:
    """The paths with the largest products of local derivatives, found without looking at all of them; how many there
    are; what they add up to, beside the gradient; and what each way to the gradient takes.
    """
    return await answered(request, body, answer_paths)


@router.post(
    "/derivatives",
    operation_id="derivatives",
    summary="Differentiate again and again",
    response_model=None,
    responses={200: {"model": DerivativesReply, "description": "f, f′, f″, …"}, **OF_WORK},
)
async def derivatives(
    request: Request, body: Annotated[DerivativesRequest, Body(openapi_examples=of_derivatives.EXAMPLES)]
) -> Response:
    """Up to the fifth derivative of the output by one number, by differentiating the graph of the derivative before."""
    return await answered(request, body, answer_derivatives)
