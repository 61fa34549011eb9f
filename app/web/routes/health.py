"""For whoever keeps the server running: is it alive, does it take work?"""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.web.errors import Refusal

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The server's word that it is well."""

    status: str


@router.get("/healthz", operation_id="healthz", summary="Whether the server is alive")
async def healthz() -> Health:
    """Answers as long as the process does."""
    return Health(status="ok")


@router.get("/readyz", operation_id="readyz", summary="Whether the server takes work")
async def readyz(request: Request) -> Health:
    """503 from the moment on that the server is told to stop."""
    if request.app.state.work.stopping.is_set():
        raise Refusal("stopping", "the server is stopping")
    return Health(status="ready")
