"""Nets, but for their training: their programs, the algorithm's five steps, boundaries, initialisers side by side."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from app.schemas import network_algorithm, network_boundary, network_initialisers, network_request
from app.schemas.network_algorithm import AlgorithmReply, AlgorithmRequest, answer_algorithm
from app.schemas.network_boundary import BoundaryReply, BoundaryRequest, answer_boundary
from app.schemas.network_initialisers import InitialisersReply, InitialisersRequest, answer_initialisers
from app.schemas.network_request import CompileReply, CompileRequest, answer_compile
from app.web.answering import answered
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute

router = APIRouter(prefix="/api/v1/network", tags=["nets"], route_class=StrictRoute)


@router.post(
    "/compile",
    operation_id="network_compile",
    summary="Compile a net to its program",
    response_model=None,
    responses={200: {"model": CompileReply, "description": "Program, layers, first parameters, data"}, **OF_WORK},
)
async def compile_network(
    request: Request, body: Annotated[CompileRequest, Body(openapi_examples=network_request.EXAMPLES)]
) -> Response:
    """Nothing is run. With `before`, an earlier configuration, `resets` names what changed that needs new weights."""
    return await answered(request, body, answer_compile)


@router.post(
    "/algorithm",
    operation_id="network_algorithm",
    summary="Show backpropagation in five steps",
    response_model=None,
    responses={200: {"model": AlgorithmReply, "description": "Equations and the arrays in them"}, **OF_WORK},
)
async def algorithm(
    request: Request, body: Annotated[AlgorithmRequest, Body(openapi_examples=network_algorithm.EXAMPLES)]
) -> Response:
    """Initialise, forward, output error, backprop, gradients: every equation of every layer with a row or a column per
    example, as matrices and by index, the shape under each factor, and the numbers.
    """
    return await answered(request, body, answer_algorithm)


@router.post(
    "/boundary",
    operation_id="network_boundary",
    summary="Evaluate a net over a grid",
    response_model=None,
    responses={200: {"model": BoundaryReply, "description": "Numbers over the grid, unit by unit"}, **OF_WORK},
)
async def boundary(
    request: Request, body: Annotated[BoundaryRequest, Body(openapi_examples=network_boundary.EXAMPLES)]
) -> Response:
    """The output, and each neuron's, over two of the inputs, evaluated as one batch: nothing is dropped out, and batch
    norm goes by the training data.
    """
    return await answered(request, body, answer_boundary)


@router.post(
    "/initialisers",
    operation_id="network_initialisers",
    summary="Compare initialisers",
    response_model=None,
    responses={200: {"model": InitialisersReply, "description": "Histograms of every layer"}, **OF_WORK},
)
async def initialisers(
    request: Request, body: Annotated[InitialisersRequest, Body(openapi_examples=network_initialisers.EXAMPLES)]
) -> Response:
    """The same net under each: activations, and the sizes of gradients, of every layer, and what is wrong with it."""
    return await answered(request, body, answer_initialisers)
