"""What is looked at closely: `POST /api/v1/cell`, `POST /api/v1/formulas` and `POST /api/v1/jacobian`."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, Request, Response

from app.engine.budget import Budget
from app.schemas import jacobians, one_cell, one_formula
from app.schemas.jacobians import JacobianReply, JacobianRequest, answer_jacobian
from app.schemas.one_cell import CellReply, CellRequest, answer_cell
from app.schemas.one_formula import FormulasReply, FormulasRequest, answer_formulas
from app.schemas.running import Lap
from app.web.openapi import OF_WORK
from app.web.strict_json import StrictRoute
from app.web.timing import Stopwatch, budget_of
from app.web.work import Remaining

Asked = TypeVar("Asked", CellRequest, FormulasRequest, JacobianRequest)

router = APIRouter(prefix="/api/v1", tags=["differentiate"], route_class=StrictRoute)


@router.post(
    "/cell",
    operation_id="cell",
    summary="Take one cell of an array apart",
    response_model=None,
    responses={200: {"model": CellReply, "description": "The cell, and what it hangs together with"}, **OF_WORK},
)
async def cell(request: Request, body: Annotated[CellRequest, Body(openapi_examples=one_cell.EXAMPLES)]) -> Response:
    """The products whose sum is the cell's gradient, one for each cell of the result that depends on it, and the cells
    of its operands that it was made from.

    A cell that depends on it by a slope of 0 (a closed gate, a number that is not the largest) is there too. Summed,
    the products give `contribution` up to the rounding of another order.
    """
    return await _answered(request, body, answer_cell)


@router.post(
    "/formulas",
    operation_id="formulas",
    summary="Write the formulas of one node",
    response_model=None,
    responses={200: {"model": FormulasReply, "description": "Its formula, and those of its edges"}, **OF_WORK},
)
async def formulas(
    request: Request, body: Annotated[FormulasRequest, Body(openapi_examples=one_formula.EXAMPLES)]
) -> Response:
    """The formula of the node and the local derivatives of the edges around it, as /backprop includes them for all.

    For graphs of many thousand nodes, where all of them would take longer than the run.
    """
    return await _answered(request, body, answer_formulas)


@router.post(
    "/jacobian",
    operation_id="jacobian",
    summary="Build Jacobian matrices in full",
    response_model=None,
    responses={200: {"model": JacobianReply, "description": "The matrices"}, **OF_WORK},
)
async def jacobian(
    request: Request, body: Annotated[JacobianRequest, Body(openapi_examples=jacobians.EXAMPLES)]
) -> Response:
    """Of the output by every input; or, up to 64 × 64, of one edge, of one path, or over all ways between two nodes,
    with the upstream gradient as a row and the row times the matrix.
    """
    return await _answered(request, body, answer_jacobian)


async def _answered(request: Request, body: Asked, answer: Callable[[Asked, Budget, int, Lap], bytes]) -> Response:
    settings = request.app.state.settings

    def job(remaining: Remaining) -> tuple[bytes, str]:
        watch = Stopwatch()
        reply = answer(body, budget_of(settings, remaining), settings.max_reply_elements, watch.lap)
        return reply, watch.header()

    reply, timing = await request.app.state.work.run(body.alike, job, request.receive)
    return Response(reply, media_type="application/json", headers={"Server-Timing": timing})
