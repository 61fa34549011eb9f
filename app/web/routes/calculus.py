"""Derivatives of other kinds: as a formula, of second order, of implicit functions, along one variable."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from app.schemas import symbolic as of_symbolic
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
    """By SymPy, from the program's graph; simplified where that can be done in a second, else as the rules give it.

    Every step says which rule was used at which node. Where no formula can be made, the steps are there all the same.
    """
    return await answered(request, body, answer_symbolic)
