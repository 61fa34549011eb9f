"""Derivatives of other kinds: as a formula, of second order, of implicit functions, along one variable."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from app.schemas import curve as of_curve
from app.schemas import diagnose as of_diagnose
from app.schemas import hessian as of_hessian
from app.schemas import implicit as of_implicit
from app.schemas import programs
from app.schemas import symbolic as of_symbolic
from app.schemas.curve import CurveReply, CurveRequest, answer_curve
from app.schemas.diagnose import DiagnoseReply, DiagnoseRequest, answer_diagnose
from app.schemas.hessian import HessianReply, HessianRequest, answer_hessian
from app.schemas.implicit import ImplicitReply, ImplicitRequest, answer_implicit
from app.schemas.programs import (
    GradientGraphReply,
    GradientGraphRequest,
    LowerReply,
    LowerRequest,
    answer_gradient_graph,
    answer_lower,
)
from app.schemas.symbolic import SymbolicReply, SymbolicRequest, answer_symbolic
from app.web.answering import answered
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["differentiate"], route_class=StrictRoute)


@router.post(
    "/symbolic",
    operation_id="symbolic",
    summary="Write the derivative out as a formula",
    response_model=None,
    responses={200: {"model": SymbolicReply, "description": "The formula, and the rule of every step"}, **OF_WORK},
)
async def symbolic(
    request: Request, body: Annotated[SymbolicRequest, Body(openapi_examples=of_symbolic.EXAMPLES)]
) -> Response:
    """By SymPy, from the program's graph; simplified where that takes a second at most, else as the rules give it.

    Every step says which rule was used at which node. Where no formula can be made, the steps are there all the same.
    """
    return await answered(request, body, answer_symbolic)


@router.post(
    "/lower",
    operation_id="lower",
    summary="Write the program at the other level of detail",
    response_model=None,
    responses={200: {"model": LowerReply, "description": "The text, and what its names stand for"}, **OF_WORK},
)
async def lower(
    request: Request, body: Annotated[LowerRequest, Body(openapi_examples=programs.EXAMPLES)]
) -> Response:
    """A program over arrays as a program of single numbers (`detail` `tensor`, the default), or a program as its ops
    over arrays (`detail` `scalar`). Nothing is run backward; the text runs here.
    """
    return await answered(request, body, answer_lower)


@router.post(
    "/gradient_graph",
    operation_id="gradient_graph",
    summary="Write the backward pass as a program",
    response_model=None,
    responses={200: {"model": GradientGraphReply, "description": "The program, and which variables are gradients"},
               **OF_WORK},
)  # fmt: skip
async def gradient_graph(
    request: Request, body: Annotated[GradientGraphRequest, Body(openapi_examples=programs.EXAMPLES)]
) -> Response:
    """Forward and backward pass in one program, whose variables `dL_dW` are the gradients.

    Open it like any other: its graph is the gradient graph, and differentiating it again gives second derivatives.
    """
    return await answered(request, body, answer_gradient_graph)


@router.post(
    "/hessian",
    operation_id="hessian",
    summary="Second derivatives",
    response_model=None,
    responses={200: {"model": HessianReply, "description": "The matrix by blocks, and what it says"}, **OF_WORK},
)
async def hessian(
    request: Request, body: Annotated[HessianRequest, Body(openapi_examples=of_hessian.EXAMPLES)]
) -> Response:
    """The Hessian from the gradient graph, its eigenvalues and definiteness; its product with a vector; along one
    variable f″g′² and f′g″ at every op; a Newton step beside a gradient step, and the output over two numbers.

    Up to 128 numbers; of more `hessian` is null, and `too_large` says so. The product has no such limit.
    """
    return await answered(request, body, answer_hessian)


@router.post(
    "/implicit",
    operation_id="implicit",
    summary="Differentiate an equation implicitly",
    response_model=None,
    responses={200: {"model": ImplicitReply, "description": "Slopes at the point, and the curve"}, **OF_WORK},
)
async def implicit(
    request: Request, body: Annotated[ImplicitRequest, Body(openapi_examples=of_implicit.EXAMPLES)]
) -> Response:
    """An equation such as `x^2 + y^2 = 1`: the slope −Fx/Fy at a point, its tangent, normal and second derivative, and
    the curve itself, with points where its tangent is vertical or horizontal and where it is singular.

    With `project` a dragged point stays on the curve.
    """
    return await answered(request, body, answer_implicit)


@router.post(
    "/curve",
    operation_id="curve",
    summary="Draw a program as a function of one number",
    response_model=None,
    responses={200: {"model": CurveReply, "description": "Every node of the chain over common places"}, **OF_WORK},
)
async def curve(request: Request, body: Annotated[CurveRequest, Body(openapi_examples=of_curve.EXAMPLES)]) -> Response:
    """Every node between one number and the output as a function of that number, with its value, derivative and local
    derivatives at the number's own value; the ratios of changes for a Δ; difference quotients for a list of h; and one
    elementwise op beside its derivative, with the place at which it works.
    """
    return await answered(request, body, answer_curve)


@router.post(
    "/diagnose",
    operation_id="diagnose",
    summary="Find where numbers stopped being finite",
    response_model=None,
    responses={200: {"model": DiagnoseReply, "description": "The trail, and edits that prevent it"}, **OF_WORK},
)
async def diagnose(
    request: Request, body: Annotated[DiagnoseRequest, Body(openapi_examples=of_diagnose.EXAMPLES)]
) -> Response:
    """The trail of NaN and infinities from the first node or edge to everything they touched, forward and backward,
    each with its reason; and, where a stable formula exists, the edit of the program's text that brings it in.

    An edit is offered only if, run, it leaves fewer such numbers and gives the same wherever both are finite.
    """
    return await answered(request, body, answer_diagnose)
