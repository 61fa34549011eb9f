"""What does not depend on a program: ops, examples, limits, versions. Encoded once per server, with an ETag."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request, Response

from app.lang.limits import LIMITS
from app.schemas import catalogue as about
from app.schemas import network_catalogue as of_nets
from app.schemas.encode import dump
from app.schemas.reply import SCHEMA_VERSION, Documented
from app.web.settings import Settings
from app.web.version import version

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


@dataclass(frozen=True)
class Prepared:
    """A reply that is always the same."""

    body: bytes
    etag: str

    def answer(self, request: Request) -> Response:
        """The body, or 304 to whoever has it."""
        headers = {"ETag": self.etag, "Cache-Control": "no-cache"}
        held = request.headers.get("if-none-match", "")
        if self.etag in (tag.strip().removeprefix("W/") for tag in held.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(self.body, media_type="application/json", headers=headers)


def build(settings: Settings) -> dict[str, Prepared]:
    """Every reply of this file, by its path's last part."""
    documents: Mapping[str, Any] = {
        "ops": about.ops_document(),
        "examples": about.examples_document(),
        "limits": _limits(settings),
        "version": about.version_document(version()),
        "datasets": of_nets.datasets_document(),
        "network/options": of_nets.options_document(),
    }
    return {name: _prepared(document) for name, document in documents.items()}


def _prepared(document: Any) -> Prepared:
    body = dump(document)
    return Prepared(body, f'"{sha256(body).hexdigest()[:32]}"')


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "body_bytes": settings.max_body_bytes,
        "source_bytes": LIMITS.source_bytes,
        "nesting": LIMITS.nesting,
        "tracer_steps": LIMITS.steps,
        "nodes": settings.max_nodes,
        "elements": settings.max_elements,
        "total_elements": settings.max_total_elements,
        "reply_elements": settings.max_reply_elements,
        "deadline_seconds": settings.deadline_seconds,
        "concurrent_requests": settings.threads,
        "waiting_requests": settings.queue,
        "training_seconds": settings.training_seconds,
        "concurrent_trainings": settings.trainings,
        "network": of_nets.limits_document(),
    }


def _route(name: str, summary: str, model: type[Documented]) -> None:
    """One GET route for one prepared reply."""

    async def get(request: Request) -> Response:
        prepared: Prepared = request.app.state.catalogue[name]
        return prepared.answer(request)

    router.add_api_route(
        f"/{name}", get, operation_id=name.replace("/", "_"), summary=summary, response_model=None,
        responses={200: {"model": model}},
    )  # fmt: skip


_route("ops", "Every op: names, operands, formula, source", about.OpsReply)
_route("examples", "Programs worth looking at", about.ExamplesReply)
_route("limits", "What one request may take", about.LimitsReply)
_route("version", "Versions of the program and of the contract", about.VersionReply)
_route("datasets", "Data sets for nets, with a preview", of_nets.DatasetsReply)
_route("network/options", "What a net's configuration may hold", of_nets.OptionsReply)
